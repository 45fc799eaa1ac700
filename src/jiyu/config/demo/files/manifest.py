"""What `generate` hands back: the files in import order, and what their columns mean."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

FileKind = Literal["roster", "moves", "records", "sheets", "case"]
Direction = Literal["higher", "lower"]
Aggregate = Literal["sum", "count", "p80", "p90", "median"]


@dataclass(frozen=True, slots=True)
class DemoFile:
    """One written file.

    `path` is relative to the folder; `kind` says who reads it ("case" files are the worked examples and
    are not part of the company); `source` is a `DemoSource.code` ("" for roster, moves and sheets);
    `order` is the order of import from 1; `period` is the month, quarter or year it covers
    ("2026-03", "2025Q4", "2025"); `rows` counts data rows; `note` names what was planted in it.
    """

    path: str
    kind: FileKind
    source: str
    order: int
    period: str
    rows: int
    note: str = ""


@dataclass(frozen=True, slots=True)
class DemoMeasure:
    """A number column of a source: its head in the file, a stable code and the unit it is written in."""

    head: str
    code: str
    unit: str


@dataclass(frozen=True, slots=True)
class DemoSource:
    """One system or form that knows something, as its files look.

    `subject` is the head of the column that names the person and `match` how ("number" or "name");
    `when` is the head of the time column; `day_cut` the start of a business day ("" = calendar day);
    `key` the heads that identify a record, and equal keys are the same record. `due_on` is the day by
    which the files up to 2026-03 were promised.
    """

    code: str
    label: str
    subject: str
    match: Literal["number", "name"]
    when: str
    key: tuple[str, ...]
    measures: tuple[DemoMeasure, ...]
    dimensions: tuple[str, ...] = ()
    day_cut: str = ""
    due_on: date = date(2026, 4, 3)


@dataclass(frozen=True, slots=True)
class DemoInput:
    """A named aggregate of an indicator's formula.

    `measure` is a `DemoMeasure.code` of `source` ("" when `aggregate` is "count" of records); `where`
    lists (dimension head, value) pairs that must hold; `no_rows_is_zero` is true for sources that only
    write events down (no violation row means no violation), otherwise no rows means 待数据.
    """

    name: str
    source: str
    measure: str
    aggregate: Aggregate = "sum"
    where: tuple[tuple[str, str], ...] = ()
    no_rows_is_zero: bool = False


@dataclass(frozen=True, slots=True)
class DemoIndicator:
    """One indicator: `formula` over the names of `inputs`, the person's own records, divided last.

    The formula gives the value in `unit` (a rate in % is already times 100). `签单目标` and the like are
    parameters of the sheet line and are named 目标.
    """

    code: str
    label: str
    unit: str
    direction: Direction
    decimals: int
    formula: str
    inputs: tuple[DemoInput, ...]
    label_en: str = ""

    @property
    def sources(self) -> tuple[str, ...]:
        """Codes of the sources it reads, each once, in order."""
        return tuple(dict.fromkeys(item.source for item in self.inputs))


@dataclass(frozen=True, slots=True)
class DemoCycle:
    """A cycle of the demo: "2026-03" of the two workshops, "2026Q1" of everybody else, 2025 of all."""

    code: str
    first: date
    last: date
    scope: Literal["all", "workshops", "offices"]
    archived: bool


@dataclass(frozen=True, slots=True)
class DemoMatch:
    """Whom HR says a name in a source means: `alias` in files of `source` is the person `number`."""

    source: str
    alias: str
    number: str


@dataclass(frozen=True, slots=True)
class DemoAnswer:
    """HR's answer to a question that the roster raises: the `question`'s key, the option, its value."""

    question: str
    option: str
    value: str = ""


@dataclass(frozen=True, slots=True)
class DemoFiles:
    """Everything `generate` wrote, in the order a user would import it.

    `matches` and `answers` settle the questions these files raise on purpose; leave them out to see them.
    """

    folder: Path
    files: tuple[DemoFile, ...]
    sources: tuple[DemoSource, ...]
    indicators: tuple[DemoIndicator, ...]
    cycles: tuple[DemoCycle, ...]
    matches: tuple[DemoMatch, ...]
    answers: tuple[DemoAnswer, ...]

    def of_kind(self, kind: FileKind) -> tuple[DemoFile, ...]:
        """The files of one kind, in import order."""
        return tuple(item for item in self.files if item.kind == kind)

    def path_of(self, item: DemoFile) -> Path:
        """Where a file lies."""
        return self.folder / item.path
