"""Values of metrics for people and units over a stretch of days, as known at a moment."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

import numpy as np
import pyarrow as pa

from jiyu.core.columns import Among, columns_of
from jiyu.core.recorded import known, valid_within
from jiyu.metrics.compute import Grouping, InputColumn, MetricColumns, evaluate_inputs
from jiyu.metrics.kinds import Aggregate, MetricSpec
from jiyu.people.models import Assignment, Employment, UnitState
from jiyu.sources import public as sources


@dataclass(frozen=True)
class MetricValues:
    """What one metric came to for `subjects` (in this order), with its frozen inputs. `covered`/`expected` count the
    days the sources delivered and should have; `expected` None: no days are promised."""

    subjects: tuple[UUID, ...]
    inputs: Mapping[str, InputColumn]
    columns: MetricColumns
    covered: int
    expected: int | None
    updated_at: datetime | None


def metric_values(
    *,
    metrics: Mapping[UUID, MetricSpec],
    subjects: Sequence[UUID],
    first: date,
    end: date,
    known_at: datetime,
    bulk: bool = False,
) -> dict[UUID, MetricValues]:
    """Each of `metrics` (by version id) for `subjects` over the half-open days `[first, end)`, as known at `known_at`.

    Subjects are persons or units. Facts are read once for all metrics; `bulk` reads them past the ORM.
    """
    order = tuple(subjects)
    needed = {(i.source, m) for spec in metrics.values() for i in spec.inputs for m in i.columns}
    measures = {
        m.key: m.id for m in sources.measures(sorted({i.source for spec in metrics.values() for i in spec.inputs}))
    }
    wanted = {measures[pair] for pair in needed if pair in measures}
    attributions = {i.attribution for spec in metrics.values() for i in spec.inputs}
    is_monthly = any(i.every for spec in metrics.values() for i in spec.inputs)
    employed = _employed(order, first, end, known_at) if is_monthly else {}
    members: dict[str, pa.Table] = {a: _members(a, order, first, end, known_at, employed) for a in attributions}
    sources_of_rows = {UUID(s) for table in members.values() for s in table.column("source").to_pylist()}
    facts = sources.fact_columns(
        measure_ids=sorted(wanted), first=first, end=end, known_at=known_at, subjects=sources_of_rows, bulk=bulk
    )
    chosen = _Chosen(first, end, known_at, sources_of_rows, bulk=bulk)
    codes = sorted({i.source for spec in metrics.values() for i in spec.inputs})
    delivered = sources.coverage(source_codes=codes, first=first, end=end, known_at=known_at)
    inputs: dict[UUID, dict[str, InputColumn]] = {}
    with Grouping(facts, members) as grouping:
        for version, spec in metrics.items():
            inputs[version] = {
                i.name: grouping.aggregate(
                    i, _local(measures, i.source), len(order), chosen.name_of(i, grouping) if i.needs_records else ""
                )
                for i in spec.inputs
            }
    out: dict[UUID, MetricValues] = {}
    for version, spec in metrics.items():
        days = [delivered[code] for code in spec.sources]
        expecting = [d for d in days if d.expected is not None]
        out[version] = MetricValues(
            subjects=order,
            inputs=inputs[version],
            columns=evaluate_inputs(spec, inputs[version], rows=len(order), today=end - timedelta(days=1)),
            covered=min((d.covered for d in expecting), default=0),
            expected=max((d.expected or 0 for d in expecting), default=None),
            updated_at=min((d.updated_at for d in days if d.updated_at), default=None),
        )
    return out


def row_sources(attribution: str, subject: UUID, first: date, end: date, known_at: datetime) -> list[UUID]:
    """Whose records count for `subject` under `attribution` in these days (for showing the rows)."""
    return sorted({row[1] for row in _member_rows(attribution, (subject,), first, end, known_at)})


class _Chosen:
    """The records that aggregates count or choose, read once per source and choice."""

    def __init__(self, first: date, end: date, known_at: datetime, subjects: Collection[UUID], *, bulk: bool) -> None:
        self.first, self.end, self.known_at, self.subjects, self.bulk = first, end, known_at, subjects, bulk
        self.read: dict[object, pa.Table] = {}

    def name_of(self, spec: Aggregate, grouping: Grouping) -> str:
        """The name under which `grouping` has the records that an aggregate counts or picks."""
        key = (spec.source, spec.where)
        if key not in self.read:
            self.read[key] = sources.record_columns(
                source_code=spec.source,
                first=self.first,
                end=self.end,
                known_at=self.known_at,
                subjects=self.subjects,
                where={w.dimension: w.values for w in spec.where},
                bulk=self.bulk,
            )
        return grouping.choose(key, self.read[key])


def _local(measures: Mapping[tuple[str, str], int], source: str) -> dict[str, int]:
    return {code: number for (of, code), number in measures.items() if of == source}


def _member_rows(
    attribution: str, subjects: Collection[UUID], first: date, end: date, known_at: datetime
) -> list[tuple[int, UUID, date, date]]:
    """(target index, source subject, first, end): whose records count for whom on which days."""
    if attribution == "own":
        return [(n, s, first, end) for n, s in enumerate(subjects)]
    if attribution == "crew":
        return _crew_rows(subjects, first, end, known_at)
    return _unit_rows(subjects, first, end, known_at)


def _members(
    attribution: str,
    subjects: Collection[UUID],
    first: date,
    end: date,
    known_at: datetime,
    employed: Mapping[UUID, tuple[date, date]],
) -> pa.Table:
    """Whose records count for whom on which days, as `Grouping` takes them. `employed` says which days should all have
    data; for whom it does not, all from `first` to `end` should."""
    rows = _member_rows(attribution, subjects, first, end, known_at)
    whole = [employed.get(s, (first, end)) for s in subjects]
    return pa.table(
        {
            "target": pa.array(np.array([r[0] for r in rows], dtype=np.int64)),
            "source": pa.array([r[1].hex for r in rows], pa.string()),
            "first": pa.array([r[2] for r in rows], pa.date32()),
            "end": pa.array([r[3] for r in rows], pa.date32()),
            "whole_first": pa.array([whole[r[0]][0] for r in rows], pa.date32()),
            "whole_end": pa.array([whole[r[0]][1] for r in rows], pa.date32()),
        }
    )


def _employed(subjects: Collection[UUID], first: date, end: date, known_at: datetime) -> dict[UUID, tuple[date, date]]:
    """The stretch of `[first, end)` in which each person was employed: what a complete source would cover."""
    found: dict[UUID, tuple[date, date]] = {}
    names = ("person", "hired_on", "left_on")
    spells = columns_of(Employment.objects.filter(known(known_at), Among("person", subjects)), names)
    for person_hex, hired, left in zip(*(spells[name].to_pylist() for name in names), strict=True):
        person = UUID(person_hex)
        start, stop = max(hired or first, first), min(left or end, end)
        if start < stop:
            before = found.get(person, (start, stop))
            found[person] = (min(before[0], start), max(before[1], stop))
    return found


def _crew_rows(
    subjects: Collection[UUID], first: date, end: date, known_at: datetime
) -> list[tuple[int, UUID, date, date]]:
    """The rows of my crew on my days in it: a unit's own records, from my primary assignments."""
    index = {s: n for n, s in enumerate(subjects)}
    posts = Assignment.objects.filter(
        known(known_at), valid_within(first, end), person_id__in=list(index), role=Assignment.PRIMARY
    ).values_list("person_id", "unit_id", "from_on", "to_on")
    return [(index[p], u, max(f, first), min(t or end, end)) for p, u, f, t in posts]


def _unit_rows(
    subjects: Collection[UUID], first: date, end: date, known_at: datetime
) -> list[tuple[int, UUID, date, date]]:
    """Everybody's rows in a unit and below it, on their days there. A subject that is a person stands for the unit of
    the primary assignment."""
    index = {s: n for n, s in enumerate(subjects)}
    parents = dict(
        UnitState.objects.filter(known(known_at), valid_within(first, end))
        .order_by("from_on")
        .values_list("unit_id", "parent_id")
    )
    posts = list(
        Assignment.objects.filter(known(known_at), valid_within(first, end), role=Assignment.PRIMARY).values_list(
            "person_id", "unit_id", "from_on", "to_on"
        )
    )
    targets: dict[UUID, set[int]] = {}
    for subject, n in index.items():
        if subject in parents:
            targets.setdefault(subject, set()).add(n)
    for person, unit, _f, _t in posts:
        if person in index:
            targets.setdefault(unit, set()).add(index[person])
    rows: list[tuple[int, UUID, date, date]] = []
    for person, unit, from_on, to_on in posts:
        above: UUID | None = unit
        seen: set[UUID] = set()
        reached: set[int] = set()  # whoever stood in a unit and in one below it gets these days once
        while above is not None and above not in seen:
            seen.add(above)
            reached |= targets.get(above, set())
            above = parents.get(above)
        rows += [(n, person, max(from_on, first), min(to_on or end, end)) for n in sorted(reached)]
    return rows
