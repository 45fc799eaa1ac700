"""Long lists page by page."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

LONGEST_NUMBER = 6


@dataclass(frozen=True, slots=True)
class Place:
    """Where one is in a list of `count`: on `page` of `pages` (from 1), which holds the rows `[start, end)`."""

    count: int
    page: int
    pages: int
    start: int
    end: int


def place_in(count: int, *, at_once: int, page: int) -> Place:
    """The page called `page`; one that is none is the nearest one."""
    pages = max(1, math.ceil(count / at_once))
    page = min(max(page, 1), pages)
    return Place(count, page, pages, (page - 1) * at_once, page * at_once)


def page_no(form: Mapping[str, str]) -> int:
    """The page an address asks for; the first one where it says nothing that is a number."""
    given = form.get("page", "")
    return int(given) if given.isascii() and given.isdigit() and len(given) <= LONGEST_NUMBER else 1
