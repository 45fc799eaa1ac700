"""The indicator kind (指标): a metric, and the method that turns it into points."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Literal

from django.utils.translation import gettext
from pydantic import Field

from jiyu.core.language import say
from jiyu.goals.spec_words import SPEC_WORDS
from jiyu.lib.scoring import Measure, Method, MilestoneMethod, Part
from jiyu.lib.text import Problem, Text
from jiyu.lib.units import UNITS
from jiyu.metrics.public import MetricSpec, ratio_sides
from jiyu.studio.public import Catalog, Kind, Label, Reference, Spec, kind_of, register


class IndicatorSpec(Spec):
    """What is scored on a line of a sheet. Lines carry parameters (target, threshold, stretch, baseline) and weight,
    never a formula of their own."""

    label: Label
    metric: str
    method: Method
    direction: Literal["higher", "lower"] = "higher"
    decimals: int = Field(default=2, ge=0, le=6)
    note: str = ""  # 口径: what counts, from when, by whom


class IndicatorKind(Kind[IndicatorSpec]):
    """Checks the method against the metric it scores."""

    key: ClassVar[str] = "indicator"
    label = Text("指标", "indicator")
    spec_type = IndicatorSpec
    field_words = SPEC_WORDS
    chosen = "at_enrolment"

    def check(self, spec: IndicatorSpec, catalog: Catalog) -> list[Problem]:
        """What the method itself refuses, with the metric's unit and decimals."""
        if isinstance(spec.method, MilestoneMethod):
            return [
                Problem(
                    "goals.method_without_data",
                    Text("里程碑的完成日期还没有地方填", "there is no place yet to enter milestone dates"),
                    Text("先用“计次”或“评分”", "use a count or a rubric for now"),
                    path="method.kind",
                )
            ]
        metric = catalog.spec("metric", spec.metric)
        # A metric that is wrong itself says so itself; until then nothing is known about its measure.
        sound = isinstance(metric, MetricSpec) and not kind_of("metric").check(metric, catalog)
        measure = measure_of(spec, metric) if isinstance(metric, MetricSpec) and sound else None
        return [
            Problem(p.code, p.message, p.fix, f"method.{p.path}", p.start, p.end, p.severity)
            for p in spec.method.check(measure)
        ]

    def words(self, spec: IndicatorSpec) -> list[str]:
        """Which metric, the rule in a few words, which way is good, and what counts."""
        better = gettext("越高越好") if spec.direction == "higher" else gettext("越低越好")
        return [
            gettext("数据项：%(metric)s") % {"metric": spec.metric},
            gettext("怎么算分：%(rule)s；%(better)s")
            % {"rule": say(spec.method.rule_text(Measure())), "better": better},
            *([gettext("口径：%(note)s") % {"note": spec.note}] if spec.note else []),
        ]

    def references(self, spec: IndicatorSpec) -> Sequence[Reference]:
        """Its metric."""
        return (Reference.parse("metric", spec.metric, "metric"),)


def measure_of(spec: IndicatorSpec, metric: MetricSpec) -> Measure:
    """How the indicator is measured: unit, decimals and, for a simple ratio, the words of its two sides."""
    sides = ratio_sides(metric)
    numerator = denominator = None
    if sides is not None:
        named = {i.name: i for i in metric.inputs}
        left, right = (named[name] for name in sides) if all(name in named for name in sides) else (None, None)
        if left is not None and right is not None:
            numerator = Part(Text(left.name), UNITS[left.unit])
            denominator = Part(Text(right.name), UNITS["number"] if left is right else UNITS[right.unit])
    return Measure(
        name=spec.label.text,
        unit=UNITS[metric.unit],
        decimals=spec.decimals,
        numerator=numerator,
        denominator=denominator,
    )


register(IndicatorKind())
