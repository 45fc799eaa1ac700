"""The reader's language, and the library's sentences in it."""

from __future__ import annotations

from django.conf import settings
from django.utils.translation import get_language

from jiyu.lib.text import Text


def language() -> str:
    """The language active now ("zh-hans", "en"), the product's own where none is."""
    return get_language() or settings.LANGUAGE_CODE


def is_chinese() -> bool:
    """Whether the reader reads Chinese."""
    return language().startswith("zh")


def say(text: Text) -> str:
    """The sentence in the reader's language."""
    return text.in_(language())
