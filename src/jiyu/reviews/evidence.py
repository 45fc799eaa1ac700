"""The rows a result rests on: which days made the difference, and what the files said on them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from jiyu.core import clock
from jiyu.core.actor import Actor
from jiyu.lib.units import MICRO
from jiyu.metrics.public import ratio_sides
from jiyu.people import public as people
from jiyu.reviews.explanation import ExplainedLine, Explanation
from jiyu.reviews.rows_behind import RowsBehind
from jiyu.reviews.selectors import ResultHead
from jiyu.sources import public as sources
from jiyu.sources.public import MeasureView, RecordRow

DAYS_SHOWN = 3
ROWS_SHOWN = 12
PAGE_ROWS = 50
OTHERS_SHOWN = 6


@dataclass(frozen=True)
class Asked:
    """What a reader wants to see of the rows: one `day` instead of the worst ones, each day by itself without its rows
    (`every_day`), or all rows of one `line`. A day and a line are read `page` by page (from 1)."""

    day: date | None = None
    every_day: bool = False
    line: int | None = None
    page: int = 1

    def window(self, total: int) -> slice:
        """The rows of the page out of `total`; of the last page, where there are not as many."""
        page = max(1, min(self.page, -(-total // PAGE_ROWS)))
        return slice((page - 1) * PAGE_ROWS, page * PAGE_ROWS)


@dataclass(frozen=True)
class DayGap:
    """One business day of a ratio (or all other days together: `day` None). Figures in the inputs' own units;
    `rows` are of `row_count` records."""

    day: date | None
    days: int
    numerator: float
    denominator: float
    difference: float
    rows: tuple[RecordRow, ...] = ()
    row_count: int = 0

    @property
    def is_whole(self) -> bool:
        """Whether all of the day's records are among the rows."""
        return len({row.record_id for row in self.rows}) == self.row_count


@dataclass(frozen=True)
class InputRows:
    """Rows of an input whose source is another one than the table's: those of the shown days, else the first few.

    `measure` is the id of what the input adds up (None: it counts rows); `is_all` says that there are no others.
    """

    name: str
    measure: int | None
    rows: tuple[RecordRow, ...]
    is_all: bool


@dataclass(frozen=True)
class LineEvidence:
    """What stands behind one line: the days that made the difference (worst first), or simply its rows.

    `rows` are of one source, `others` the rows of the inputs that come from other sources. `measures` are the columns
    to show; `row_count` counts all records behind the line, `table_count` those the table could show (of the day or the
    line asked for), shown or not; `by_day`: the line compares day by day.
    """

    line: int
    gaps: tuple[DayGap, ...]
    rows: tuple[RecordRow, ...]
    others: tuple[InputRows, ...]
    measures: tuple[MeasureView, ...]
    row_count: int
    table_count: int
    by_day: bool


@dataclass(frozen=True)
class Evidence:
    """All lines' evidence by number, and how many rows came since the result was fixed."""

    lines: Mapping[int, LineEvidence]
    late_rows: int


def evidence(
    *,
    actor: Actor,
    told: Explanation,
    head: ResultHead,
    asked: Asked = Asked(),
    org: people.OrgView | None = None,
) -> Evidence:
    """The rows behind each line as known when the result was computed; rows of people the actor may not see are left
    out. `org` is today's organisation, where the caller has read it."""
    codes = sorted({code for n in told.lines for code in n.metric.sources})
    measures = {m.key: m for m in sources.measures(codes)}
    reading = RowsBehind(told, head, measures, told.known_at)
    found = {n.no: _facts(n, measures, reading) for n in told.lines}
    wanted = {r for f in found.values() for r in f.wanted(asked)}
    by_record: dict[int, list[RecordRow]] = {}
    if wanted:
        for row in sources.record_rows(actor=actor, known_at=told.known_at, record_ids=wanted, org=org):
            by_record.setdefault(row.record_id, []).append(row)
    late = 0
    if head.finalized_at:
        now = RowsBehind(told, head, measures, clock.now())
        late = sources.keys_count({r for n in told.lines for r in now.records(n.metric) ^ reading.records(n.metric)})
    return Evidence(
        lines={n.no: found[n.no].evidence(by_record, asked) for n in told.lines},
        late_rows=late,
    )


@dataclass(frozen=True)
class _InputFacts:
    """What one input of another source than the table's rests on: (day, record id) in time order."""

    name: str
    measure: int | None
    records: Sequence[tuple[date, int]]

    def shown(self, days: Collection[date], *, is_whole: bool) -> list[int]:
        """Its records on `days` (all of them, or the first few); where it has none there, its first ones."""
        found = [record for day, record in self.records if day in days]
        if found and is_whole:
            return found
        return (found or [record for _day, record in self.records])[:OTHERS_SHOWN]


@dataclass(frozen=True)
class _LineFacts:
    """One line's facts by day: record ids, and the sums of the two sides of a ratio."""

    line: int
    numerators: Mapping[date, int]
    denominators: Mapping[date, int]
    records: Mapping[date, Sequence[int]]
    measures: tuple[MeasureView, ...]
    main_source: str
    main_records: frozenset[int]
    others: tuple[_InputFacts, ...]
    by_day: bool

    def worst(self) -> list[date]:
        """Days by what they are short of the other side, worst first; only days that are short."""
        gaps = {d: self.numerators.get(d, 0) - self.denominators.get(d, 0) for d in self.records}
        return [d for d, gap in sorted(gaps.items(), key=lambda item: (item[1], item[0])) if gap < 0][:DAYS_SHOWN]

    def wanted(self, asked: Asked) -> list[int]:
        """Records whose rows will be shown."""
        return self._main(asked) + [r for given in self.others for r in self._beside(given, asked)]

    def _of_day(self, day: date) -> list[int]:
        """The table's records of one day."""
        return [record for record in self.records.get(day, ()) if record in self.main_records]

    def _newest_first(self) -> list[int]:
        return [record for day in sorted(self.records, reverse=True) for record in self._of_day(day)]

    def _table(self, asked: Asked) -> list[int]:
        """Every record that the table is about, whether it has room for it or not."""
        if asked.line != self.line and asked.day is not None:
            return self._of_day(asked.day)
        if asked.line == self.line or not self.by_day:
            return self._newest_first()
        return [] if asked.every_day else [record for day in self.worst() for record in self._of_day(day)]

    def _main(self, asked: Asked) -> list[int]:
        """Records of the table that are shown: a page of what was asked for, else the first of the line, or of its worst
        days."""
        table = self._table(asked)
        if asked.line == self.line or asked.day is not None:
            return table[asked.window(len(table))]
        if not self.by_day:
            return table[:ROWS_SHOWN]
        return [r for day in self.worst() for r in self._of_day(day)[:ROWS_SHOWN]] if table else []

    def _beside(self, given: _InputFacts, asked: Asked) -> list[int]:
        """Records of an input of another source: of the days the table shows."""
        if asked.day is not None:
            return given.shown({asked.day}, is_whole=True)
        main = set() if self.by_day else set(self._main(asked))
        days = self.worst() if self.by_day else [d for d, of in self.records.items() if main & set(of)]
        return given.shown(set(days), is_whole=False)

    def evidence(self, rows: Mapping[int, Sequence[RecordRow]], asked: Asked) -> LineEvidence:
        """As the page shows it."""
        shown = self._main(asked)
        is_table = not self.by_day or asked.line == self.line
        others = []
        for given in self.others:
            records = self._beside(given, asked)
            found = tuple(row for r in records for row in rows.get(r, ()))
            others.append(InputRows(given.name, given.measure, found, is_all=len(records) == len(given.records)))
        return LineEvidence(
            line=self.line,
            gaps=() if is_table else self._gaps(rows, set(shown), asked),
            rows=tuple(row for r in shown for row in rows.get(r, ())) if is_table else (),
            others=tuple(o for o in others if o.rows),
            measures=self.measures,
            row_count=len({r for records in self.records.values() for r in records}),
            table_count=len(self._table(asked)),
            by_day=self.by_day,
        )

    def _gaps(
        self, rows: Mapping[int, Sequence[RecordRow]], shown: Collection[int], asked: Asked
    ) -> tuple[DayGap, ...]:
        days = sorted(self.records) if asked.every_day else [asked.day] if asked.day is not None else self.worst()
        gaps = []
        for day in days:
            if day in self.records:
                of_day = [record for record in self._of_day(day) if record in shown]
                told = tuple(row for record in of_day for row in rows.get(record, ()))
                gaps.append(self._gap([day], day, told))
        rest = [day for day in self.records if day not in days]
        if rest and asked.day is None:
            gaps.append(self._gap(rest, None, ()))
        return tuple(gaps)

    def _gap(self, days: Sequence[date], day: date | None, rows: tuple[RecordRow, ...]) -> DayGap:
        numerator = sum(self.numerators.get(d, 0) for d in days)
        denominator = sum(self.denominators.get(d, 0) for d in days)
        return DayGap(
            day=day,
            days=len(days),
            numerator=numerator / MICRO,
            denominator=denominator / MICRO,
            difference=(numerator - denominator) / MICRO,
            rows=rows,
            row_count=sum(len(self._of_day(d)) for d in days),
        )


def _sides(
    line: ExplainedLine, measures: Mapping[tuple[str, str], MeasureView]
) -> tuple[MeasureView | None, MeasureView | None]:
    """What a line adds up and what that stands against, where what is missing of it can be told by days: a ratio of two
    sums of one unit of which more is better (合格 / 计划). Of defects per piece, or pieces per hour, it says nothing."""
    named = {i.name: i for i in line.metric.inputs}
    sides = [named[side] for side in ratio_sides(line.metric) or () if side in named]
    if len(sides) != 2 or sides[0] is sides[1] or line.direction != "higher":
        return None, None
    if sides[0].unit != sides[1].unit or any(side.how != "sum" for side in sides):
        return None, None
    top, bottom = (measures.get((side.source, side.measure)) for side in sides)
    return top, bottom


def _facts(line: ExplainedLine, measures: Mapping[tuple[str, str], MeasureView], reading: RowsBehind) -> _LineFacts:
    metric = line.metric
    top, bottom = _sides(line, measures)
    numerators: dict[date, int] = {}
    denominators: dict[date, int] = {}
    records: dict[date, list[int]] = {}
    for measure, day, value, record in reading.rows(metric):
        if record not in records.setdefault(day, []):
            records[day].append(record)
        if top is not None and measure == top.id:
            numerators[day] = numerators.get(day, 0) + value
        if bottom is not None and measure == bottom.id:
            denominators[day] = denominators.get(day, 0) + value
    # The table shows the source of the first side; what it stands against is told in its sum line.
    main = top.key if top is not None else (metric.inputs[0].source, metric.inputs[0].measure)
    shown = sorted((m for m in measures.values() if m.key[0] == main[0]), key=lambda m: (m.key != main, m.id))
    others = tuple(
        _InputFacts(i.name, found.id if (found := measures.get((i.source, i.measure))) else None, reading.rows_of(i))
        for i in metric.inputs
        if i.source != main[0]
    )
    # A plan that is given once for a month has nothing to say of a day.
    both = sum(day in numerators and day in denominators for day in records)
    return _LineFacts(
        line=line.no,
        numerators=numerators,
        denominators=denominators,
        records=records,
        measures=tuple(shown),
        main_source=main[0],
        main_records=frozenset(r for i in metric.inputs if i.source == main[0] for _d, r in reading.rows_of(i)),
        others=others,
        by_day=top is not None and bottom is not None and both * 2 >= len(records),
    )
