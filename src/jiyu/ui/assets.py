"""Addresses of the built front-end files: hashed names, so a browser may keep them for ever."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

from django.conf import settings
from django.templatetags.static import static

FOLDER = Path(__file__).parent / "static" / "ui"


@cache
def _manifest() -> dict[str, str]:
    return dict(json.loads((FOLDER / "manifest.json").read_text("utf-8")))


def asset_url(name: str) -> str:
    """The address of a built file by its plain name ("app.css"); KeyError when the build has no such file."""
    if settings.DEBUG:
        _manifest.cache_clear()
    return static("ui/" + _manifest()[name])
