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


def is_long_write(view: Callable[..., Any]) -> bool:
    """Whether `view` (or what it wraps) is marked."""
    return bool(getattr(view, "jiyu_long_write", False))


def never_repeated(view: View) -> View:
    """Mark a view whose answer is never kept and whose refusals stand: a wrong password is counted, which sending a key
    along must not undo, a page of secrets must not lie in the table of answers, and emptying takes that table away.
    Such a view sees to it itself that a form sent twice does it once."""
    view.jiyu_never_repeated = True  # type: ignore[attr-defined]
    return view


def is_never_repeated(view: Callable[..., Any]) -> bool:
    """Whether `view` (or what it wraps) is marked so."""
    return bool(getattr(view, "jiyu_never_repeated", False))
