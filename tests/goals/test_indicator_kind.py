"""An indicator is checked against the metric it scores."""

from __future__ import annotations

from typing import Any

import pytest

from jiyu.goals.public import IndicatorSpec, measure_of
from jiyu.metrics.public import MetricSpec
from jiyu.studio.public import Spec, SpecError, kind_of
from tests.companies import aggregate, indicator, metric

AMOUNT = metric("额", aggregate("额", "crm", "signed", unit="yuan"), unit="yuan")
RATE = metric(
    "合格/检验", aggregate("合格", "mes", "good", unit="piece"), aggregate("检验", "mes", "all", unit="piece"),
    unit="percent",
)  # fmt: skip


class Library:
    """A catalog with one metric."""

    def __init__(self, spec: dict[str, Any]) -> None:
        self.metric = MetricSpec.model_validate(spec)

    def spec(self, kind: str, written: str) -> Spec | None:
        return self.metric if (kind, written) == ("metric", "m") else None


def codes(method: dict[str, Any], of: dict[str, Any] = AMOUNT) -> list[tuple[str, str]]:
    kind = kind_of("indicator")
    return [(p.code, p.path) for p in kind.check(kind.parse(indicator("m", method)), Library(of))]


def test_a_sound_indicator_has_no_problem() -> None:
    assert codes({"kind": "linear"}) == []


def test_attainment_itself_must_be_a_percentage() -> None:
    assert codes({"kind": "linear", "against": "whole"}) == [("scoring.whole_needs_percent", "method.against")]
    assert codes({"kind": "linear", "against": "whole"}, RATE) == []


def test_lower_is_better_asks_which_of_two_formulas() -> None:
    assert codes({"kind": "linear", "direction": "lower"}) == [("scoring.inverse_choice", "method.inverse")]


def test_a_method_nobody_can_feed_is_refused_before_it_stops_a_whole_cycle() -> None:
    items = [{"code": "m1", "zh": "方案", "share": "1"}]
    assert codes({"kind": "milestone", "items": items}) == [("goals.method_without_data", "method.kind")]


@pytest.mark.parametrize("wrong", [{"unit": "furlong"}, {"expression": "额/"}, {"expression": "量"}])
def test_a_metric_that_is_wrong_itself_is_not_the_indicators_problem(wrong: dict[str, str]) -> None:
    assert codes({"kind": "linear"}, {**AMOUNT, **wrong}) == []
    assert codes({"kind": "linear", "direction": "lower"}, {**AMOUNT, **wrong}) != []


@pytest.mark.parametrize("kind", ["horoscope", ""])
def test_an_unknown_method_is_refused(kind: str) -> None:
    with pytest.raises(SpecError):
        kind_of("indicator").parse(indicator("m", {"kind": kind}))


def test_a_ratio_is_told_by_its_two_sides_and_their_units() -> None:
    measure = measure_of(IndicatorSpec.model_validate(indicator("m", decimals=1)), MetricSpec.model_validate(RATE))
    assert measure.numerator is not None and measure.denominator is not None
    assert (measure.numerator.label.zh, measure.denominator.label.zh) == ("合格", "检验")
    assert (measure.numerator.unit.code, measure.unit.code, measure.scale, measure.decimals) == (
        "piece",
        "percent",
        100,
        1,
    )


def test_an_average_is_a_sum_over_a_plain_count() -> None:
    spec = metric("分", aggregate("分", "crm", "rating", how="average", unit="yuan"))
    measure = measure_of(IndicatorSpec.model_validate(indicator("m")), MetricSpec.model_validate(spec))
    assert measure.denominator is not None and measure.numerator is not None
    assert (measure.numerator.unit.code, measure.denominator.unit.code) == ("yuan", "number")


def test_anything_else_is_one_number() -> None:
    spec = metric("额*2", aggregate("额", "crm", "signed"))
    assert not measure_of(IndicatorSpec.model_validate(indicator("m")), MetricSpec.model_validate(spec)).is_ratio
