"""Writes an Excel file sheet by sheet and row by row: memory does not grow with the rows.

What is text stays text: nothing becomes a formula, a link or a number by how it looks, and what a spreadsheet could take
for a formula is marked as text (the quote in front that Excel itself sets). 身份证号 are hidden.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import Any, Final

import xlsxwriter

from jiyu.lib.tables.redact import redact_text
from jiyu.lib.units import MICRO, MINUS, format_number

Value = str | int | Fraction | date | datetime | None

EXPORT_MARK: Final = "绩语 Jiyu 导出 export"
"""What stands in the first cell of a file we wrote, so that our readers know it again."""
MOST_ROWS: Final = 1_048_575  # below the head: what a sheet of Excel holds
LONGEST_TEXT: Final = 32_767
LONGEST_TITLE: Final = 31
CUT: Final = "…"
WIDTH = 16
TOLD_EVERY = 1_000
_FIRST_OF_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_NOT_IN_TITLE = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
_EXACT_BELOW = 10**15  # digits a double keeps


@dataclass(frozen=True)
class OutSheet:
    """One sheet: what it is called, its head, and its rows, made as they are asked for. A datetime is local, without a
    zone. `widths` in characters, 16 where not said."""

    title: str
    head: Sequence[str]
    rows: Iterable[Sequence[Value]]
    widths: Sequence[int] = ()


def exact(millionths: int | None) -> Fraction | None:
    """A stored number as the cell holds it."""
    return None if millionths is None else Fraction(millionths, MICRO)


def write_workbook(
    path: Path, sheets: Iterable[OutSheet], *, told: Callable[[int], None] = lambda _rows: None
) -> list[tuple[str, int]]:
    """Write `sheets` in their order to `path`; returns title and rows of each. A sheet that is too long for Excel goes on
    in another one. `told` is called with the rows written so far. Temporary files lie beside `path`."""
    options = {
        "constant_memory": True,
        "tmpdir": str(path.parent),
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    written: list[tuple[str, int]] = []
    with xlsxwriter.Workbook(path, options) as book:
        pen = _Pen(book)
        taken: set[str] = set()
        total = 0
        for sheet in sheets:
            rows = iter(sheet.rows)
            part = 1
            while True:
                title = _title(sheet.title, part, taken)
                count = pen.sheet(title, sheet, rows, partial(_after, told, total))
                total += count
                written.append((title, count))
                following = next(rows, None) if count == MOST_ROWS else None
                if following is None:
                    break
                rows = _again(following, rows)
                part += 1
        told(total)
    return written


class _Pen:
    """Writes cells into the sheets of one book, with its formats."""

    def __init__(self, book: xlsxwriter.Workbook) -> None:
        self._book = book
        self._bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        self._quoted = book.add_format({"quote_prefix": True})
        self._day = book.add_format({"num_format": "yyyy-mm-dd"})
        self._moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})

    def sheet(self, title: str, sheet: OutSheet, rows: Iterator[Sequence[Value]], told: Callable[[int], None]) -> int:
        """One sheet with at most `MOST_ROWS` of the rows; returns how many."""
        page = self._book.add_worksheet(title)
        for column in range(len(sheet.head)):
            page.set_column(column, column, sheet.widths[column] if column < len(sheet.widths) else WIDTH)
        page.freeze_panes(1, 0)
        for column, label in enumerate(sheet.head):
            page.write_string(0, column, label[:LONGEST_TEXT], self._bold)
        count = 0
        while count < MOST_ROWS and (row := next(rows, None)) is not None:
            count += 1
            for column, value in enumerate(row):
                self._cell(page, count, column, value)
            if count % TOLD_EVERY == 0:
                told(count)
        return count

    def _cell(self, page: Any, row: int, column: int, value: Value) -> None:
        match value:
            case None | "":
                return
            case str():
                text = redact_text(value)
                text = text if len(text) <= LONGEST_TEXT else text[: LONGEST_TEXT - len(CUT)] + CUT
                page.write_string(row, column, text, self._quoted if text.startswith(_FIRST_OF_FORMULA) else None)
            case datetime():
                page.write_datetime(row, column, value, self._moment)
            case date():
                page.write_datetime(row, column, value, self._day)
            case Fraction() if not _fits(value):
                page.write_string(row, column, format_number(value).replace(",", "").replace(MINUS, "-"))
            case int() if abs(value) >= _EXACT_BELOW:
                page.write_string(row, column, str(value))
            case _:
                page.write_number(row, column, float(value))


def _after(told: Callable[[int], None], before: int, rows: int) -> None:
    told(before + rows)


def _fits(number: Fraction) -> bool:
    """Whether a cell holds all of its digits: a double keeps fifteen."""
    return abs(number * MICRO) < _EXACT_BELOW


def _title(wanted: str, part: int, taken: set[str]) -> str:
    """A title Excel takes, used once: without its signs, at most 31 characters, "名字（2）" for the second."""
    clean = _NOT_IN_TITLE.sub(" ", wanted).strip().strip("'") or "Sheet"
    number = part
    while True:
        ending = "" if number == 1 else f"（{number}）"
        title = clean[: LONGEST_TITLE - len(ending)] + ending
        if title.casefold() not in taken:
            taken.add(title.casefold())
            return title
        number += 1


def _again(first: Sequence[Value], rest: Iterator[Sequence[Value]]) -> Iterator[Sequence[Value]]:
    yield first
    yield from rest
