"""A slope with a jump in whole steps is a table of bands: the same points as the per-unit method outside the jump."""

from __future__ import annotations

from decimal import Decimal

import pytest

from jiyu.lib.prose import RuleContext, read_rule
from jiyu.lib.scoring import LineValues, PerUnitMethod


@pytest.mark.parametrize("partial", ["按1%计", "不计", "按比例"])
@pytest.mark.parametrize(
    ("text", "name", "target", "limit", "direction"),
    [
        ("每低1%扣2分，低于85%不得分", "及时率", "≥95%", 85.0, "higher"),
        ("每高1%扣3分，超过9%不得分", "报废率", "≤3%", 9.0, "lower"),
        ("每低1%扣2分，84.5%以下不得分", "及时率", "≥95%", 84.505, "higher"),
    ],
)
def test_the_points_are_those_of_the_slope(
    text: str, name: str, target: str, limit: float, direction: str, partial: str
) -> None:
    reading = read_rule(f"{text}，不足1%{partial}", context=RuleContext(name=name, target=target))
    assert reading.method is not None, reading
    kinds = {"按1%计": "whole", "不计": "ignore", "按比例": "proportion"}
    off = Decimal(2 if direction == "higher" else 3)
    plain = PerUnitMethod(direction=direction, per=Decimal(1), points_off=off, partial=kinds[partial])  # type: ignore[arg-type]
    goal = float(reading.parameters.target or 0)
    for hundredths in range(0, 10_000, 5):
        actual = hundredths / 100
        values = LineValues(actual=actual, target=goal)
        expected, _state = plain.score_one(reading.measure, values)
        beyond = actual < limit if direction == "higher" else actual > limit
        got, _state = reading.method.score_one(reading.measure, values)
        assert got is not None
        assert expected is not None
        assert got == pytest.approx(0 if beyond else expected, abs=1e-6), actual
