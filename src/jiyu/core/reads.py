"""Reads that a page needs twice are asked once.

What was known at a moment never changes, so the same read with the same arguments gives the same answer. A page whose
parts each read for themselves (scoring, then the rows behind the score) opens `asked_once()` around them.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Collection, Hashable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")
_answers: ContextVar[dict[Hashable, Any] | None] = ContextVar("jiyu_reads", default=None)


@contextmanager
def asked_once() -> Iterator[None]:
    """Inside, functions marked with `remembered` are computed once per arguments. Only for code that writes nothing
    these functions read."""
    before = _answers.set({})
    try:
        yield
    finally:
        _answers.reset(before)


def remembered(read: Callable[P, T]) -> Callable[P, T]:
    """A read whose answer is kept inside `asked_once()`. Collections among its arguments count as sets, so their order
    must not matter; the answer is shared and must not be changed."""
    signature = inspect.signature(read)

    @wraps(read)
    def reading(*args: P.args, **kwargs: P.kwargs) -> T:
        kept = _answers.get()
        if kept is None:
            return read(*args, **kwargs)
        bound = signature.bind(*args, **kwargs)
        bound.apply_defaults()
        key = (read, *(_frozen(value) for value in bound.arguments.values()))
        if key not in kept:
            kept[key] = read(*args, **kwargs)
        answer: T = kept[key]
        return answer

    return reading


def _frozen(value: Any) -> Hashable:
    if isinstance(value, Mapping):
        return frozenset((name, _frozen(one)) for name, one in value.items())
    if isinstance(value, Collection) and not isinstance(value, str | bytes):
        return frozenset(_frozen(one) for one in value)
    found: Hashable = value
    return found
