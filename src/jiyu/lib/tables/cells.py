"""What a file of tables becomes once read: cells, rows, sheets, and the limits they were read under.

Row numbers are the ones a person sees in Excel (1-based, empty rows counted); column indexes are 0-based.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from jiyu.lib.text import Problem

CellValue = None | str | int | float | bool | date | datetime | time | timedelta


class Cell(NamedTuple):
    """One cell: `value` typed, `text` as a person reads it.

    317 formatted as 000000 has value 317 and text "000317"; 0.3 formatted as a percentage has text "30%".
    An Excel error (#DIV/0!) has no value but a text; an empty cell has neither.
    """

    value: CellValue
    text: str

    @property
    def is_empty(self) -> bool:
        return not self.text

    @property
    def is_error(self) -> bool:
        """Whether Excel shows an error value here (#DIV/0!, #N/A …)."""
        return self.value is None and bool(self.text)


EMPTY = Cell(None, "")


class Row(NamedTuple):
    """One row of a sheet.

    `number` is the row in the file (1-based); `is_greyed` says that all filled cells are grey or struck
    through, the habit of marking people who left; `is_cut` that the file ends inside this row.
    """

    number: int
    cells: tuple[Cell, ...]
    is_greyed: bool = False
    is_cut: bool = False

    def cell(self, column: int) -> Cell:
        """The cell in a 0-based column; an empty one beyond the end of the row."""
        return self.cells[column] if 0 <= column < len(self.cells) else EMPTY

    @property
    def is_empty(self) -> bool:
        return not any(cell.text for cell in self.cells)

    @property
    def texts(self) -> list[str]:
        return [cell.text for cell in self.cells]


class Merged(NamedTuple):
    """A merged range: rows 1-based, columns 0-based, both ends included."""

    first_row: int
    last_row: int
    first_column: int
    last_column: int


@dataclass(frozen=True, slots=True)
class Redactions:
    """What was hidden while reading one sheet: whole columns, and how many cells held an 身份证号."""

    columns: tuple[str, ...] = ()
    cells: int = 0

    @property
    def any(self) -> bool:
        return bool(self.cells)


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet of a file (a text file has exactly one). Identity numbers are already redacted."""

    name: str
    row_source: Callable[[], Iterator[Row]] = field(repr=False, compare=False)
    is_hidden: bool = False
    merged: tuple[Merged, ...] = ()
    redactions: Redactions = Redactions()

    def iter_rows(self, *, fill_merged: bool = False) -> Iterator[Row]:
        """All rows in order, empty ones included; one pass, memory flat for text files.

        With `fill_merged` every cell of a merged range carries the value of its first cell.
        """
        rows = self.row_source()
        return _filled(rows, self.merged) if fill_merged and self.merged else rows

    def head_rows(self, count: int = 30) -> list[Row]:
        """The first `count` rows."""
        rows: list[Row] = []
        for row in self.iter_rows():
            if len(rows) == count:
                break
            rows.append(row)
        return rows


@dataclass(frozen=True, slots=True)
class TableFile:
    """A file that was read: its sheets, how its text was encoded, and what to look at before trusting it.

    `kind` is "xlsx", "xls" or "text"; `encoding` and `delimiter` are empty for workbooks.
    `redacted` is the copy to keep instead of the file where something was redacted (see `redacted_copy`).
    """

    filename: str
    kind: str
    sheets: tuple[Sheet, ...]
    encoding: str = ""
    delimiter: str = ""
    warnings: tuple[Problem, ...] = ()
    redacted: Callable[[], bytes] | None = field(default=None, repr=False, compare=False)

    @property
    def hidden_sheets(self) -> tuple[str, ...]:
        return tuple(sheet.name for sheet in self.sheets if sheet.is_hidden)


@dataclass(frozen=True, slots=True)
class ReadLimits:
    """What a file may cost. Sizes in bytes; `max_ratio` is unpacked size over packed size.

    The ratio only counts above `ratio_free_bytes`: small sheets of equal cells compress well and harm nobody.
    """

    max_file_bytes: int = 100 * 2**20
    max_unpacked_bytes: int = 400 * 2**20
    max_ratio: int = 200
    ratio_free_bytes: int = 32 * 2**20
    max_parts: int = 5_000
    max_sheets: int = 200
    max_rows: int = 1_100_000
    max_columns: int = 1_000
    max_cells: int = 20_000_000


class TableFileError(Exception):
    """A file that cannot be read as tables; `problem` says why and what to do, in both languages."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message.zh)
        self.problem = problem


def column_name(column: int) -> str:
    """The letters Excel shows over a 0-based column: 0 → "A", 27 → "AB"."""
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name


def column_index(name: str) -> int:
    """The 0-based column of its letters: "A" → 0, "AB" → 27."""
    index = 0
    for letter in name:
        index = index * 26 + ord(letter) - 64
    return index - 1


def _filled(rows: Iterator[Row], merged: tuple[Merged, ...]) -> Iterator[Row]:
    """Rows with each merged range filled from its first cell; ranges are kept while rows pass by."""
    starting: dict[int, list[Merged]] = {}
    for area in merged:
        starting.setdefault(area.first_row, []).append(area)
    running: list[tuple[Merged, Cell]] = []
    for row in rows:
        running = [(area, cell) for area, cell in running if area.last_row >= row.number]
        for area in starting.get(row.number, ()):
            running.append((area, row.cell(area.first_column)))
        if not running:
            yield row
            continue
        cells = list(row.cells)
        for area, cell in running:
            if cell.is_empty:
                continue
            cells.extend([EMPTY] * (area.last_column + 1 - len(cells)))
            for column in range(area.first_column, area.last_column + 1):
                if cells[column].is_empty:
                    cells[column] = cell
        yield row._replace(cells=tuple(cells))
