"""What a file of KPI sheets comes to: tables with lines, each value with its cell, and everything that was not understood."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple

from jiyu.lib.tables import CellValue, column_name
from jiyu.lib.text import Problem


class Place(NamedTuple):
    """A cell of the file: sheet, row as Excel counts it, 0-based column."""

    sheet: str
    row: int
    column: int

    @property
    def name(self) -> str:
        """What Excel calls the cell: "D7"."""
        return f"{column_name(self.column)}{self.row}"


class Written(NamedTuple):
    """A value as it stands in the file, and where. `value` is typed, `text` what a person reads."""

    text: str
    place: Place
    value: CellValue = None


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose table it is: what is written of it, nothing else. A post instead of a person for a list per post."""

    employee_no: Written | None = None
    name: Written | None = None
    department: Written | None = None
    post: Written | None = None
    period: Written | None = None

    @property
    def is_known(self) -> bool:
        """Whether a person or a post is named at all."""
        return any((self.employee_no, self.name, self.post))

    @property
    def words(self) -> str:
        """ "张伟 000402", "操作工", or empty."""
        parts = [part.text for part in (self.name, self.employee_no) if part]
        return " ".join(parts) or (self.post.text if self.post else "")


@dataclass(frozen=True, slots=True)
class KpiLine:
    """One indicator of a table. `cells` holds what is written by column code (see `words.COLUMNS`), `row` its row,
    `other` what stands in columns nobody knows, by their label."""

    row: int
    cells: Mapping[str, Written]
    section: Written | None = None
    section_weight: Written | None = None
    is_in_points: bool = False
    other: Mapping[str, str] = field(default_factory=dict)

    @property
    def indicator(self) -> str:
        """The indicator's name as written."""
        return self.text("indicator")

    def text(self, code: str) -> str:
        """What a column says on this line; empty for nothing."""
        written = self.cells.get(code)
        return written.text.strip() if written else ""

    @property
    def weight(self) -> Written | None:
        """The weight as written; points where the file weighs by points (分值 20)."""
        return self.cells.get("points" if self.is_in_points else "weight")


@dataclass(frozen=True, slots=True)
class Extra:
    """A bonus, a penalty or a veto below the table: its words and its points, None where none are written.

    `kind` is "bonus", "penalty", "either" (加减分, by the sign) or "veto".
    """

    kind: str
    text: str
    place: Place
    points: Decimal | None = None
    texts: tuple[Written, ...] = ()


@dataclass(frozen=True, slots=True)
class KpiTable:
    """One person's (or post's) table: its lines, what stands below them, its own totals (kept to compare)."""

    sheet: str
    first_row: int
    last_row: int
    owner: Owner
    columns: Mapping[str, int]
    lines: tuple[KpiLine, ...]
    title: str = ""
    extras: tuple[Extra, ...] = ()
    weight_total: Written | None = None
    score_total: Written | None = None
    grade: Written | None = None
    notes: tuple[Written, ...] = ()
    other_columns: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class RowProblem:
    """A row (or a table) that was not understood: where, what was read, and what to do."""

    place: Place
    problem: Problem
    read: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SkippedRow:
    """A row that is no line and needs nobody: why ("head", "signature", "total", "label", "title"), and what it says."""

    place: Place
    why: str
    read: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class KpiFile:
    """Everything that was read. `unused` are sheets without any table, by name."""

    tables: tuple[KpiTable, ...]
    problems: tuple[RowProblem, ...] = ()
    skipped: tuple[SkippedRow, ...] = ()
    unused: tuple[str, ...] = ()
    hidden_columns: tuple[str, ...] = field(default=())
