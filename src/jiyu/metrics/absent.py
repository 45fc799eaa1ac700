"""What the metrics of an edition count that no source delivers yet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from jiyu.core import clock
from jiyu.core.language import say
from jiyu.metrics.kinds import Aggregate, MetricSpec
from jiyu.sources import public as sources
from jiyu.studio.public import EditionView


@dataclass(frozen=True, slots=True)
class Absent:
    """A source that is not there (`columns` empty), or columns of one that it never delivered; `metrics` are the labels
    of those that wait for it."""

    source: str
    columns: tuple[str, ...]
    metrics: tuple[str, ...]


def absent_sources(edition: EditionView) -> list[Absent]:
    """By source code; empty where everything is there. Until a file brings it, such metrics await data."""
    inputs = [(item.spec, one) for item in edition.of_kind("metric") for one in item.spec.inputs]
    codes = sorted({one.source for _spec, one in inputs})
    there = {f.source_code for f in sources.freshness_many(codes=codes, known_at=clock.now())}
    delivered = {m.key for m in sources.measures(codes)}
    found = []
    for code in codes:
        of_source = [(spec, one) for spec, one in inputs if one.source == code]
        if code not in there:
            found.append(Absent(code, (), _labels(of_source)))
            continue
        lacking = [(spec, one) for spec, one in of_source if any((code, c) not in delivered for c in one.columns)]
        columns = dict.fromkeys(c for _spec, one in lacking for c in one.columns if (code, c) not in delivered)
        if columns:
            found.append(Absent(code, tuple(columns), _labels(lacking)))
    return found


def _labels(inputs: Sequence[tuple[MetricSpec, Aggregate]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(say(spec.label.text) for spec, _one in inputs))
