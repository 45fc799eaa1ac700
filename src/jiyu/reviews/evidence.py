"""The rows a result rests on: which days made the difference, and what the files said on them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from jiyu.core import clock
from jiyu.core.actor import Actor
from jiyu.lib.units import MICRO
from jiyu.metrics.public import MetricSpec, ratio_sides, row_sources
from jiyu.reviews.explanation import ExplainedLine, Explanation
from jiyu.reviews.selectors import ResultHead
from jiyu.sources import public as sources
from jiyu.sources.public import MeasureView, RecordRow

DAYS_SHOWN = 3
ROWS_SHOWN = 12


@dataclass(frozen=True)
class DayGap:
    """One business day of a ratio (or all other days together: `day` None). Figures in the inputs' own units."""

    day: date | None
    days: int
    numerator: float
    denominator: float
    difference: float
    rows: tuple[RecordRow, ...] = ()


@dataclass(frozen=True)
class LineEvidence:
    """What stands behind one line: the days that made the difference (worst first), or simply its rows.

    `measures` are the columns to show; `row_count` counts all rows behind the line, shown or not.
    """

    line: int
    gaps: tuple[DayGap, ...]
    rows: tuple[RecordRow, ...]
    measures: tuple[MeasureView, ...]
    row_count: int


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
    only_day: date | None = None,
    every_day: bool = False,
) -> Evidence:
    """The rows behind each line as known when the result was computed; rows of people the actor may not see are left
    out. `only_day` shows that day's rows instead of the worst days', `every_day` each day by itself without rows."""
    codes = sorted({code for n in told.lines for code in n.metric.sources})
    measures = {m.key: m for m in sources.measures(codes)}
    found: dict[int, _LineFacts] = {}
    for line in told.lines:
        found[line.no] = _facts(line.metric, measures, told.subject, head, told.known_at)
    wanted = set() if every_day else {r for f in found.values() for r in f.wanted(only_day)}
    by_record: dict[int, list[RecordRow]] = {}
    for row in sources.record_rows(actor=actor, known_at=told.known_at, record_ids=wanted) if wanted else ():
        by_record.setdefault(row.record_id, []).append(row)
    return Evidence(
        lines={n.no: found[n.no].evidence(n, by_record, only_day, every_day=every_day) for n in told.lines},
        late_rows=_late(told, head, measures) if head.finalized_at else 0,
    )


def _late(told: Explanation, head: ResultHead, measures: Mapping[tuple[str, str], MeasureView]) -> int:
    """Records that came or changed since the result was computed, on any line."""
    changed: set[int] = set()
    now = clock.now()
    for line in told.lines:
        ids, subjects = _scope(line.metric, measures, told.subject, head, told.known_at)
        before = {row[3] for row in _rows_of(line.metric, ids, subjects, head, told.known_at)}
        changed |= {row[3] for row in _rows_of(line.metric, ids, subjects, head, now)} ^ before
    return len(changed)


@dataclass(frozen=True)
class _LineFacts:
    """One line's facts by day: record ids, and the sums of the two sides of a ratio."""

    numerators: Mapping[date, int]
    denominators: Mapping[date, int]
    records: Mapping[date, Sequence[int]]
    measures: tuple[MeasureView, ...]
    main_source: str
    is_ratio: bool

    def worst(self) -> list[date]:
        """Days by what they are short of the other side, worst first; only days that are short."""
        gaps = {d: self.numerators.get(d, 0) - self.denominators.get(d, 0) for d in self.records}
        return [d for d, gap in sorted(gaps.items(), key=lambda item: (item[1], item[0])) if gap < 0][:DAYS_SHOWN]

    def wanted(self, only_day: date | None) -> list[int]:
        """Records whose rows will be shown."""
        if only_day is not None:
            return list(self.records.get(only_day, ()))
        if self.is_ratio:
            return [r for d in self.worst() for r in self.records[d]]
        return [r for d in sorted(self.records, reverse=True) for r in self.records[d]][:ROWS_SHOWN]

    def evidence(
        self,
        line: ExplainedLine,
        rows: Mapping[int, Sequence[RecordRow]],
        only_day: date | None,
        *,
        every_day: bool,
    ) -> LineEvidence:
        """As the page shows it."""

        def of(day: date) -> tuple[RecordRow, ...]:
            found = (row for record in self.records.get(day, ()) for row in rows.get(record, ()))
            return tuple(row for row in found if row.source_code == self.main_source)

        gaps: list[DayGap] = []
        if self.is_ratio:
            shown = sorted(self.records) if every_day else [only_day] if only_day is not None else self.worst()
            gaps = [self._gap([d], d, of(d)) for d in shown if d in self.records]
            rest = [d for d in self.records if d not in shown]
            if rest and only_day is None:
                gaps.append(self._gap(rest, None, ()))
        plain = () if self.is_ratio else tuple(row for r in self.wanted(only_day) for row in rows.get(r, ()))
        return LineEvidence(
            line=line.no,
            gaps=tuple(gaps),
            rows=plain,
            measures=self.measures,
            row_count=len({r for records in self.records.values() for r in records}),
        )

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
        )


def _scope(
    metric: MetricSpec,
    measures: Mapping[tuple[str, str], MeasureView],
    subject: UUID,
    head: ResultHead,
    known_at: datetime,
) -> tuple[list[int], list[UUID]]:
    ids = sorted({measures[key].id for i in metric.inputs if (key := (i.source, i.measure)) in measures})
    subjects: set[UUID] = set()
    for attribution in {i.attribution for i in metric.inputs}:
        subjects |= set(row_sources(attribution, subject, head.from_on, head.to_on, known_at))
    return ids, sorted(subjects)


def _rows_of(
    metric: MetricSpec, ids: Sequence[int], subjects: Sequence[UUID], head: ResultHead, known_at: datetime
) -> list[tuple[int | None, date, int, int]]:
    """(measure id or None, day, value in millionths, record id) of everything a metric rests on."""
    window = {"first": head.from_on, "end": head.to_on, "known_at": known_at, "subjects": subjects}
    table = sources.fact_columns(measure_ids=ids, **window)  # type: ignore[arg-type]
    found = list(zip(*(table.column(c).to_pylist() for c in ("measure", "day", "value", "record")), strict=True))
    chosen: dict[str, set[int]] = {}
    for spec in metric.inputs:
        if spec.needs_records:
            where = {w.dimension: w.values for w in spec.where}
            records = sources.record_columns(source_code=spec.source, where=where, **window)  # type: ignore[arg-type]
            chosen.setdefault(spec.source, set()).update(records.column("record").to_pylist())
            if not spec.measure:
                days = zip(records.column("day").to_pylist(), records.column("record").to_pylist(), strict=True)
                found += [(None, day, MICRO, record) for day, record in days]
    if not chosen or any(not i.needs_records for i in metric.inputs):
        return found
    kept = set().union(*chosen.values())
    return [row for row in found if row[3] in kept]


def _facts(
    metric: MetricSpec,
    measures: Mapping[tuple[str, str], MeasureView],
    subject: UUID,
    head: ResultHead,
    known_at: datetime,
) -> _LineFacts:
    ids, subjects = _scope(metric, measures, subject, head, known_at)
    sides = ratio_sides(metric)
    named = {i.name: i for i in metric.inputs}
    plain = sides is not None and sides[0] != sides[1] and all(named[s].how == "sum" for s in sides if s in named)
    top = bottom = None
    if plain and sides is not None and all(s in named for s in sides):
        top = measures.get((named[sides[0]].source, named[sides[0]].measure))
        bottom = measures.get((named[sides[1]].source, named[sides[1]].measure))
    numerators: dict[date, int] = {}
    denominators: dict[date, int] = {}
    records: dict[date, list[int]] = {}
    for measure, day, value, record in _rows_of(metric, ids, subjects, head, known_at):
        if record not in records.setdefault(day, []):
            records[day].append(record)
        if top is not None and measure == top.id:
            numerators[day] = numerators.get(day, 0) + value
        if bottom is not None and measure == bottom.id:
            denominators[day] = denominators.get(day, 0) + value
    # The table shows the source of the first side; what it stands against is told in its sum line.
    main = top.key if top is not None else (metric.inputs[0].source, metric.inputs[0].measure)
    shown = sorted((m for m in measures.values() if m.key[0] == main[0]), key=lambda m: (m.key != main, m.id))
    return _LineFacts(
        numerators=numerators,
        denominators=denominators,
        records=records,
        measures=tuple(shown),
        main_source=main[0],
        is_ratio=top is not None and bottom is not None,
    )
