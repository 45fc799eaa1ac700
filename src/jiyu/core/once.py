"""Names that forms and the idempotency middleware share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

ONCE_FIELD = "_once"
"""The form field with the key by which sending a form twice does it once."""

View = TypeVar("View", bound=Callable[..., Any])


def long_write(view: View) -> View:
    """Mark a view that works longer than a lock may be held: its key is written first, its answer afterwards, and the
    work commits piece by piece as its services say."""
    view.jiyu_long_write = True  # type: ignore[attr-defined]
    return view


def answers_itself(view: View) -> View:
    """Mark a view that itself sees to it that a form sent twice does it once: its answer tells a secret, which is kept
    nowhere, or takes the table of keys away."""
    view.jiyu_answers_itself = True  # type: ignore[attr-defined]
    return view


def is_answering_itself(view: Callable[..., Any]) -> bool:
    """Whether `view` (or what it wraps) is marked."""
    return bool(getattr(view, "jiyu_answers_itself", False))


def is_long_write(view: Callable[..., Any]) -> bool:
    """Whether `view` (or what it wraps) is marked."""
    return bool(getattr(view, "jiyu_long_write", False))
