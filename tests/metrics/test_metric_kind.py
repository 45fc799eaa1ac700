"""A metric is checked before it is frozen: each mistake is told where it stands."""

from __future__ import annotations

from typing import Any

import pytest

from jiyu.lib.text import Problem
from jiyu.metrics.public import MetricSpec, is_ratio
from jiyu.studio.public import Spec, SpecError, kind_of
from tests.companies import aggregate, metric

SIGNED, PAID = aggregate("签单", "crm", "signed"), aggregate("回款", "erp", "paid")


class Nothing:
    """A catalog without any other definition."""

    def spec(self, kind: str, written: str) -> Spec | None:
        return None


def problems(spec: dict[str, Any]) -> list[Problem]:
    kind = kind_of("metric")
    return list(kind.check(kind.parse(spec), Nothing()))


def codes(spec: dict[str, Any]) -> list[tuple[str, str]]:
    return [(p.code, p.path) for p in problems(spec)]


def test_a_sound_metric_has_no_problem() -> None:
    assert problems(metric("回款/签单", SIGNED, PAID, unit="percent")) == []


def test_an_unknown_name_is_shown_in_the_formula() -> None:
    (problem,) = problems(metric("回款率/签单", SIGNED, PAID))
    assert (problem.code, problem.path, problem.start, problem.end) == ("formula.unknown_name", "expression", 0, 3)
    assert "回款" in problem.fix.zh


def test_a_formula_that_does_not_parse_is_shown_at_its_place() -> None:
    (problem,) = problems(metric("回款/", SIGNED, PAID))
    assert problem.path == "expression"
    assert problem.start >= 2


def test_a_formula_in_a_step_is_shown_in_its_step() -> None:
    spec = metric("率", SIGNED, PAID, steps=[{"name": "率", "expression": "回款/订单"}])
    assert codes(spec) == [("formula.unknown_name", "steps[0].expression")]


def test_a_step_sees_only_the_steps_before_it() -> None:
    steps = [{"name": "甲", "expression": "乙+1"}, {"name": "乙", "expression": "签单"}]
    assert codes(metric("甲", SIGNED, steps=steps)) == [("formula.unknown_name", "steps[0].expression")]


def test_a_metric_is_a_number() -> None:
    assert [path for _code, path in codes(metric('"好"', SIGNED))] == ["expression"]


@pytest.mark.parametrize(
    ("spec", "path"),
    [
        (metric("签单", SIGNED, unit="furlong"), "unit"),
        (metric("签单", {**SIGNED, "unit": "furlong"}), "签单"),
        (metric("率", SIGNED, steps=[{"name": "率", "expression": "签单", "unit": "furlong"}]), "率"),
    ],
    ids=["metric", "aggregate", "step"],
)
def test_an_unknown_unit_is_named(spec: dict[str, Any], path: str) -> None:
    assert codes(spec) == [("metrics.unknown_unit", path)]


def test_one_name_stands_for_one_thing() -> None:
    assert codes(metric("签单", SIGNED, {**PAID, "name": "签单"})) == [("metrics.name_twice", "签单")]
    steps = [{"name": "签单", "expression": "1"}]
    assert codes(metric("签单", SIGNED, steps=steps)) == [("metrics.name_twice", "签单")]


@pytest.mark.parametrize("how", ["sum", "average", "min", "max", "median", "percentile", "last"])
def test_what_adds_up_names_its_column(how: str) -> None:
    assert codes(metric("签单", {**SIGNED, "measure": "", "how": how})) == [("metrics.measure_missing", "签单")]


@pytest.mark.parametrize("how", ["count", "days"])
def test_what_only_counts_needs_no_column(how: str) -> None:
    assert codes(metric("签单", {**SIGNED, "measure": "", "how": how})) == []


def test_a_weighted_average_names_what_weighs() -> None:
    assert codes(metric("签单", {**SIGNED, "how": "weighted_average"})) == [("metrics.weight_missing", "签单")]
    assert codes(metric("签单", {**SIGNED, "how": "weighted_average", "weight": "quantity"})) == []


def test_a_condition_names_its_column() -> None:
    spec = metric("签单", {**SIGNED, "when": [{"measure": "", "sign": ">", "value": "1"}]})
    with pytest.raises(SpecError, match=r"inputs\.0\.when\.0\.measure"):
        kind_of("metric").parse(spec)


@pytest.mark.parametrize(
    ("expression", "expected"),
    [("回款/签单", True), ("(回款/签单)", True), ("回款/签单*100", False), ("签单", False), ("签单-回款", False)],
)
def test_only_a_plain_quotient_of_two_names_keeps_its_two_sides(expression: str, expected: bool) -> None:
    assert is_ratio(MetricSpec.model_validate(metric(expression, SIGNED, PAID))) is expected


def test_an_average_alone_keeps_its_sum_and_count() -> None:
    assert is_ratio(MetricSpec.model_validate(metric("签单", {**SIGNED, "how": "average"})))
