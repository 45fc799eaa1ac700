"""What the pages of metrics show: all of them with what they are counted from, and one with its inputs in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from jiyu.core import clock
from jiyu.core.actor import Actor
from jiyu.core.errors import NotVisibleError
from jiyu.core.language import say
from jiyu.core.policy import require
from jiyu.metrics import wording
from jiyu.metrics.kinds import MetricSpec, visible
from jiyu.metrics.policies import SEE_METRICS
from jiyu.sources import public as sources
from jiyu.studio.public import EditionView, Item, edition_latest, kind_of, modules_with


@dataclass(frozen=True, slots=True)
class MetricRow:
    """One metric in the list. `used_by` counts the indicators that score it."""

    module_code: str
    code: str
    label: str
    unit: str
    formula: str
    sources: str
    used_by: int


@dataclass(frozen=True, slots=True)
class MetricsPage:
    """All metrics of the newest editions, by label."""

    rows: tuple[MetricRow, ...]
    unused: int


@dataclass(frozen=True, slots=True)
class InputRow:
    """One input of a metric in words."""

    name: str
    unit: str
    source: str
    how: str
    missing: str


@dataclass(frozen=True, slots=True)
class StepRow:
    """A named intermediate value."""

    name: str
    formula: str


@dataclass(frozen=True, slots=True)
class MetricPage:
    """One metric ready for its page. `fresh` is how new its sources are."""

    item: Item
    spec: MetricSpec
    edition_no: int
    module_name: str
    label: str
    unit: str
    formula: str
    inputs: tuple[InputRow, ...]
    steps: tuple[StepRow, ...]
    fresh: tuple[sources.Freshness, ...]


def metrics_page(*, actor: Actor) -> MetricsPage:
    """The list: metrics of the newest edition of each module, with how many indicators use each."""
    require(actor, SEE_METRICS)
    editions = _newest_editions()
    used = _users(editions)
    found = [i for e in editions.values() for i in e.of_kind("metric") if not i.imported]
    names = _source_names([i.spec for i in found])
    rows = [
        MetricRow(
            module_code=i.module_code,
            code=i.code,
            label=say(i.spec.label.text),
            unit=wording.unit_word(i.spec.unit),
            formula=_formula(i.spec),
            sources=_("、").join(names.get(code, code) for code in i.spec.sources),
            used_by=used[i.module_code, i.code],
        )
        for i in found
    ]
    rows.sort(key=lambda r: (r.used_by == 0, r.label, r.code))
    return MetricsPage(rows=tuple(rows), unused=sum(r.used_by == 0 for r in rows))


def metric_page(*, actor: Actor, module_code: str, code: str) -> MetricPage:
    """One metric; `NotVisibleError` when the newest edition has none called so."""
    require(actor, SEE_METRICS)
    edition = edition_latest(module_code)
    item = edition.find("metric", code) if edition else None
    if edition is None or item is None:
        raise NotVisibleError
    spec: MetricSpec = item.spec
    fresh = tuple(sources.freshness_many(codes=spec.sources, known_at=clock.now()))
    names = {f.source_code: f.label for f in fresh}
    labels = {m.key: m.label for m in sources.measures(spec.sources)}
    return MetricPage(
        item=item,
        spec=spec,
        edition_no=edition.no,
        module_name=say(edition.module_name),
        label=say(spec.label.text),
        unit=wording.unit_word(spec.unit),
        formula=_formula(spec),
        inputs=tuple(
            InputRow(
                name=i.name,
                unit=wording.unit_word(i.unit),
                source=names.get(i.source, i.source),
                how=wording.input_words(i, labels),
                missing=wording.missing_words(i),
            )
            for i in spec.inputs
        ),
        steps=tuple(
            StepRow(s.name, wording.formula_words(s.expression, visible(spec, n))) for n, s in enumerate(spec.steps)
        ),
        fresh=fresh,
    )


def _newest_editions() -> dict[str, EditionView]:
    """The newest edition of each module that has metrics or indicators."""
    codes = dict.fromkeys(code for kind in ("metric", "indicator") for code, _name in modules_with(kind))
    found = {code: edition_latest(code) for code in codes}
    return {code: edition for code, edition in found.items() if edition is not None}


def _users(editions: Mapping[str, EditionView]) -> Counter[tuple[str, str]]:
    """How many indicators mention each metric, by the metric's module and code."""
    return Counter(
        (reference.module or item.module_code, reference.code)
        for edition in editions.values()
        for item in edition.of_kind("indicator")
        if not item.imported
        for reference in kind_of("indicator").references(item.spec)
    )


def _source_names(specs: Sequence[MetricSpec]) -> dict[str, str]:
    codes = {code for spec in specs for code in spec.sources}
    return {f.source_code: f.label for f in sources.freshness_many(codes=codes, known_at=clock.now())}


def _formula(spec: MetricSpec) -> str:
    return wording.formula_words(spec.expression, visible(spec, len(spec.steps)))
