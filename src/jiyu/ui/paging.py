"""A long list page by page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

PAGE_SIZE = 50

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class PageOf(Generic[T]):
    """One page of a list: its rows, which page of how many (from 1), and how many rows there are in all."""

    rows: tuple[T, ...]
    number: int
    count: int
    total: int


def page_of_rows(rows: Sequence[T], asked: str | None, *, size: int = PAGE_SIZE) -> PageOf[T]:
    """The page a reader asked for by the address ("2"); the nearest there is when it makes no sense."""
    count = max(1, -(-len(rows) // size))
    number = int(asked) if asked and asked.isascii() and asked.isdigit() and len(asked) < 9 else 1
    number = min(max(1, number), count)
    return PageOf(tuple(rows[(number - 1) * size : number * size]), number, count, len(rows))
