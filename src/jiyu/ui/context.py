"""What every template may use: `shell`, `nav_groups`, `nav_tabs`, `start_url`. Made only when asked for."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from jiyu.ui import nav, shell


def page(request: HttpRequest) -> dict[str, Any]:
    """Context processor. Error pages ask only for `start_url`: they come even when the database does not."""
    groups: Any = SimpleLazyObject(lambda: nav.shown(request))
    return {
        "shell": SimpleLazyObject(lambda: shell.of(request)),
        "nav_groups": groups,
        "start_url": SimpleLazyObject(shell.start_url),
        "nav_tabs": SimpleLazyObject(lambda: nav.tabs(groups)),
    }
