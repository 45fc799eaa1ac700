"""Which records a result rests on, as known at one moment."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from uuid import UUID

from jiyu.lib.units import MICRO
from jiyu.metrics.public import Aggregate, MetricSpec, row_sources
from jiyu.reviews.explanation import Explanation
from jiyu.reviews.selectors import ResultHead
from jiyu.sources import public as sources
from jiyu.sources.public import MeasureView


class RowsBehind:
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
