"""`MappingSpec`: how one kind of file becomes records. Frozen data; columns are named by their label."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

SourceKind = Literal["output", "deals", "tickets", "attendance", "attendance_grid", "other"]
MatchedBy = Literal["number", "name", "crew"]
EqualKeys = Literal["sum", "last", "reject"]
SplitMode = Literal["aside", "equal", "each"]


class Spec(BaseModel):
    """A frozen part of a mapping; unknown keys are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class SubjectSpec(Spec):
    """Whom a row is about: `column` holds an employee number, a unique name, or a crew.

    `split` says what to do with "张三/李四" in one cell: set aside, share equally, or count in full for each;
    `blank` whether a row without anybody is a problem to settle or nobody's and left out.
    """

    column: str
    matched_by: MatchedBy
    split: SplitMode = "aside"
    blank: Literal["aside", "skip"] = "aside"


class TimeSpec(Spec):
    """When a row happened.

    `shape`: moment (date and time), day, month (its last day counts), title (the day or month in the title of
    each file), fixed (`day`, for one file only).

    `clock_column` holds the time of day where the date stands alone. `day_cut_minutes` (0–1439) is where
    the business day starts: 480 = 08:00, earlier moments belong to the day before.
    `dates_are_business_days`: with a separate clock column, the date written for 01:30 of the night shift
    is already the day of the shift. `year_from` says where days without a year (3/5) get it: from each file's title
    ("title"), from it by the nearest month ("turn": December of the year before a title's January), or `year` ("typed",
    for one file only); "" sets them aside.
    """

    shape: Literal["moment", "day", "month", "title", "fixed"]
    column: str = ""
    clock_column: str = ""
    order: Literal["", "dmy", "mdy"] = ""
    day: date | None = None
    day_cut_minutes: int = Field(default=0, ge=0, lt=1440)
    dates_are_business_days: bool = False
    year_from: Literal["", "title", "turn", "typed"] = ""
    year: int | None = Field(default=None, ge=1900, le=2100)


class MeasureSpec(Spec):
    """A numeric column. `unit` is a code of `lib.units`; plain numbers are multiplied by `scale_millionths`
    (a file in 万元 kept in yuan: 10,000,000,000); a cell with a unit of its own (-80,000元) is converted, or its row
    set aside. `written_unit` is the unit plain numbers are in where it is another than `unit` (a head in 万元 of a
    measure in yuan), of the same dimension. `word` is what cells may write behind a number though it is no unit we know (箱)."""

    column: str
    code: str
    label: str
    unit: str = "number"
    scale_millionths: int = Field(default=1_000_000, gt=0)
    written_unit: str = ""
    word: str = ""


class DimensionSpec(Spec):
    """A column of words to group and filter by."""

    column: str
    code: str


class LegendEntry(Spec):
    """What a symbol of an attendance grid counts: `millionths` of the measure `code` for a whole cell."""

    symbol: str
    code: str
    millionths: int = 1_000_000


class GridSpec(Spec):
    """An attendance table with a column per day (labels "1" to "31") of the month in each file's title, or of
    `year`-`month` where the title has none (then for one file only).

    "√+夜" counts both in full, "√/△" half each, a number after "+" is `overtime_code` hours.
    """

    year: int | None = Field(default=None, ge=1900, le=2100)
    month: int | None = Field(default=None, ge=1, le=12)
    legend: tuple[LegendEntry, ...]
    ignored: tuple[str, ...] = ()
    overtime_code: str = "overtime_hours"


class MappingSpec(Spec):
    """How a kind of file is read. Reused for every file whose head has all of `columns` (see `fits`).

    `sheet` limits to one sheet by name ("" = every visible sheet with that head). `key_columns` name what
    makes a record; `equal_keys` what to do when two rows of a file share it and differ.
    Rows of 合计 are left out.
    """

    schema_no: Literal[1] = 1
    source_kind: SourceKind
    subject: SubjectSpec
    time: TimeSpec
    key_columns: tuple[str, ...]
    equal_keys: EqualKeys = "reject"
    measures: tuple[MeasureSpec, ...] = ()
    dimensions: tuple[DimensionSpec, ...] = ()
    grid: GridSpec | None = None
    sheet: str = ""
    ignored_columns: tuple[str, ...] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        """The labels a head must have for this mapping."""
        named = [self.subject.column, self.time.column, self.time.clock_column, *self.key_columns]
        named += [measure.column for measure in self.measures] if self.grid is None else []
        named += [dimension.column for dimension in self.dimensions]
        return tuple(dict.fromkeys(label for label in named if label))
