"""The rows a result rests on: which days made the difference, and what the files said on them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from jiyu.core import clock
from jiyu.core.actor import Actor
from jiyu.lib.units import MICRO
from jiyu.metrics.public import Aggregate, MetricSpec, ratio_sides, row_sources
from jiyu.people import public as people
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
    org: people.OrgView | None = None,
) -> Evidence:
    """The rows behind each line as known when the result was computed; rows of people the actor may not see are left
    out. `only_day` shows that day's rows instead of the worst days', `every_day` each day by itself without rows.
    `org` is today's organisation, where the caller has read it."""
    codes = sorted({code for n in told.lines for code in n.metric.sources})
    measures = {m.key: m for m in sources.measures(codes)}
    reading = _Reading(told, head, measures, told.known_at)
    found = {n.no: _facts(n.metric, measures, reading) for n in told.lines}
    wanted = set() if every_day else {r for f in found.values() for r in f.wanted(only_day)}
    by_record: dict[int, list[RecordRow]] = {}
    if wanted:
        for row in sources.record_rows(actor=actor, known_at=told.known_at, record_ids=wanted, org=org):
            by_record.setdefault(row.record_id, []).append(row)
    late = 0
    if head.finalized_at:
        now = _Reading(told, head, measures, clock.now())
        late = sources.keys_count({r for n in told.lines for r in now.records(n.metric) ^ reading.records(n.metric)})
    return Evidence(
        lines={n.no: found[n.no].evidence(n, by_record, only_day, every_day=every_day) for n in told.lines},
        late_rows=late,
    )


class _Reading:
    """What all lines of a result rest on, as known at one moment: the facts asked for once, chosen records once each."""

    def __init__(
        self, told: Explanation, head: ResultHead, measures: Mapping[tuple[str, str], MeasureView], known_at: datetime
    ) -> None:
        self._measures = measures
        inputs = [i for n in told.lines for i in n.metric.inputs]
        # Whose rows count was decided when the result was computed; only the rows may have changed since.
        self._owners = {
            a: {s.hex for s in row_sources(a, told.subject, head.from_on, head.to_on, told.known_at)}
            for a in {i.attribution for i in inputs}
        }
        self._window = {
            "first": head.from_on,
            "end": head.to_on,
            "known_at": known_at,
            "subjects": [UUID(s) for s in sorted({s for owners in self._owners.values() for s in owners})],
        }
        ids = sorted({measures[key].id for i in inputs if (key := (i.source, i.measure)) in measures})
        table = sources.fact_columns(measure_ids=ids, **self._window)  # type: ignore[arg-type]
        table = table.sort_by([("record", "ascending"), ("measure", "ascending")])
        columns = ("measure", "subject", "day", "value", "record")
        self._facts = list(zip(*(table.column(c).to_pylist() for c in columns), strict=True))
        self._chosen: dict[object, list[tuple[str, date, int]]] = {}

    def rows(self, metric: MetricSpec) -> list[tuple[int | None, date, int, int]]:
        """(measure id or None, day, value in millionths, record id) of everything a metric rests on."""
        keys = {self._measures[key].id for i in metric.inputs if (key := (i.source, i.measure)) in self._measures}
        owners = {s for i in metric.inputs for s in self._owners[i.attribution]}
        found: list[tuple[int | None, date, int, int]] = [
            (measure, day, value, record)
            for measure, subject, day, value, record in self._facts
            if measure in keys and subject in owners
        ]
        chosen: set[int] = set()
        for spec in metric.inputs:
            if spec.needs_records:
                picked = [row for row in self._records(spec) if row[0] in owners]
                chosen |= {record for _subject, _day, record in picked}
                if not spec.measure:
                    found += [(None, day, MICRO, record) for _subject, day, record in picked]
        if not chosen or any(not i.needs_records for i in metric.inputs):
            return found
        return [row for row in found if row[3] in chosen]

    def records(self, metric: MetricSpec) -> set[int]:
        """The records among them."""
        return {row[3] for row in self.rows(metric)}

    def _records(self, spec: Aggregate) -> list[tuple[str, date, int]]:
        key = (spec.source, spec.where)
        if key not in self._chosen:
            where = {w.dimension: w.values for w in spec.where}
            table = sources.record_columns(source_code=spec.source, where=where, **self._window)  # type: ignore[arg-type]
            table = table.sort_by("record")
            columns = (table.column(c).to_pylist() for c in ("subject", "day", "record"))
            self._chosen[key] = list(zip(*columns, strict=True))
        return self._chosen[key]


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


def _facts(metric: MetricSpec, measures: Mapping[tuple[str, str], MeasureView], reading: _Reading) -> _LineFacts:
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
    return _LineFacts(
        numerators=numerators,
        denominators=denominators,
        records=records,
        measures=tuple(shown),
        main_source=main[0],
        is_ratio=top is not None and bottom is not None,
    )
