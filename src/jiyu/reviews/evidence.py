"""The rows a result rests on: which days made the difference, and what the files said on them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
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
OTHERS_SHOWN = 6


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
    to show; `row_count` counts all rows behind the line, shown or not; `by_day`: the line compares day by day.
    """

    line: int
    gaps: tuple[DayGap, ...]
    rows: tuple[RecordRow, ...]
    others: tuple[InputRows, ...]
    measures: tuple[MeasureView, ...]
    row_count: int
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
    only_day: date | None = None,
    every_day: bool = False,
    org: people.OrgView | None = None,
) -> Evidence:
    """The rows behind each line as known when the result was computed; rows of people the actor may not see are left
    out. `only_day` shows that day's rows instead of the worst days', `every_day` each day by itself without its rows.
    `org` is today's organisation, where the caller has read it."""
    codes = sorted({code for n in told.lines for code in n.metric.sources})
    measures = {m.key: m for m in sources.measures(codes)}
    reading = _Reading(told, head, measures, told.known_at)
    found = {n.no: _facts(n.metric, measures, reading) for n in told.lines}
    wanted = {r for f in found.values() for r in f.wanted(only_day, every_day=every_day)}
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

    def rows_of(self, spec: Aggregate) -> list[tuple[date, int]]:
        """(day, record id) of what one input rests on, in time order."""
        owners = self._owners[spec.attribution]
        if spec.needs_records:
            return sorted({(day, record) for subject, day, record in self._records(spec) if subject in owners})
        found = self._measures.get((spec.source, spec.measure))
        if found is None:
            return []
        facts = ((m, subject, day, record) for m, subject, day, _value, record in self._facts)
        return sorted({(day, record) for m, subject, day, record in facts if m == found.id and subject in owners})

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

    numerators: Mapping[date, int]
    denominators: Mapping[date, int]
    records: Mapping[date, Sequence[int]]
    measures: tuple[MeasureView, ...]
    main_source: str
    main_records: frozenset[int]
    others: tuple[_InputFacts, ...]
    is_ratio: bool

    def worst(self) -> list[date]:
        """Days by what they are short of the other side, worst first; only days that are short."""
        gaps = {d: self.numerators.get(d, 0) - self.denominators.get(d, 0) for d in self.records}
        return [d for d, gap in sorted(gaps.items(), key=lambda item: (item[1], item[0])) if gap < 0][:DAYS_SHOWN]

    def wanted(self, only_day: date | None, *, every_day: bool = False) -> list[int]:
        """Records whose rows will be shown."""
        main = [] if self.is_ratio and every_day else self._main(only_day)
        return main + [r for given in self.others for r in self._beside(given, only_day)]

    def _main(self, only_day: date | None) -> list[int]:
        """Records of the table."""
        worst = self.worst() if self.is_ratio else sorted(self.records, reverse=True)
        days = worst if only_day is None else [only_day]
        found = [r for d in days for r in self.records.get(d, ()) if r in self.main_records]
        return found[:ROWS_SHOWN] if only_day is None and not self.is_ratio else found

    def _beside(self, given: _InputFacts, only_day: date | None) -> list[int]:
        """Records of an input of another source: of the days the table shows."""
        if only_day is not None:
            return given.shown({only_day}, is_whole=True)
        main = set() if self.is_ratio else set(self._main(None))
        days = self.worst() if self.is_ratio else [d for d, of in self.records.items() if main & set(of)]
        return given.shown(set(days), is_whole=False)

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
            return () if every_day else tuple(row for row in found if row.source_code == self.main_source)

        gaps: list[DayGap] = []
        if self.is_ratio:
            shown = sorted(self.records) if every_day else [only_day] if only_day is not None else self.worst()
            gaps = [self._gap([d], d, of(d)) for d in shown if d in self.records]
            rest = [d for d in self.records if d not in shown]
            if rest and only_day is None:
                gaps.append(self._gap(rest, None, ()))
        plain = () if self.is_ratio else tuple(row for r in self._main(only_day) for row in rows.get(r, ()))
        others = []
        for given in self.others:
            records = self._beside(given, only_day)
            found = tuple(row for r in records for row in rows.get(r, ()))
            others.append(InputRows(given.name, given.measure, found, is_all=len(records) == len(given.records)))
        return LineEvidence(
            line=line.no,
            gaps=tuple(gaps),
            rows=plain,
            others=tuple(o for o in others if o.rows),
            measures=self.measures,
            row_count=len({r for records in self.records.values() for r in records}),
            by_day=self.is_ratio,
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
    others = tuple(
        _InputFacts(i.name, found.id if (found := measures.get((i.source, i.measure))) else None, reading.rows_of(i))
        for i in metric.inputs
        if i.source != main[0]
    )
    return _LineFacts(
        numerators=numerators,
        denominators=denominators,
        records=records,
        measures=tuple(shown),
        main_source=main[0],
        main_records=frozenset(r for i in metric.inputs if i.source == main[0] for _d, r in reading.rows_of(i)),
        others=others,
        is_ratio=top is not None and bottom is not None,
    )
