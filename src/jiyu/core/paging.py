"""A long list page by page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

from jiyu.core.forms import whole_number

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
    page: PageOf[T] = page_at(len(rows), whole_number(asked or "", 1), size=size)
    return replace(page, rows=tuple(rows[(page.number - 1) * size : page.number * size]))


def page_at(total: int, number: int, *, size: int = PAGE_SIZE) -> PageOf[T]:
    """Where the page `number` stands in a list of `total` rows, without the rows."""
    count = max(1, -(-total // size))
    return PageOf((), min(max(1, number), count), count, total)
