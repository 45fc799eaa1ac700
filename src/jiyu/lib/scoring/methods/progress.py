"""Points for the way gone from a baseline to the target."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

from jiyu.lib.scoring.measure import Input, LineValues, Measure, beside, plain, points
from jiyu.lib.scoring.methods.base import BaseMethod, Points, actual_of, actual_words, is_below, number_of
from jiyu.lib.text import Problem, Text


class ProgressMethod(BaseMethod):
    """Way gone from the baseline to the target × 100: (A − B)/(T − B); works in both directions.

    From 80 to 95, now 80 is 0 %, not 84 %. RULES "起点值".
    """

    kind: Literal["progress"] = "progress"
    floor: Points = Decimal(0)
    cap: Points = Decimal(120)

    def parameters(self) -> tuple[Input, ...]:
        """起点 and 目标."""
        return (Input.BASELINE, Input.TARGET)

    def limits(self) -> tuple[Decimal, Decimal]:
        """`floor` and `cap`."""
        return self.floor, self.cap

    def formula(self, measure: Measure) -> str:
        """Share of the way, × 100."""
        return f"({measure.actual_source()}-起点)/(目标-起点)*100"

    def check_line(self, values: LineValues) -> list[Problem]:
        """Also: target and baseline must differ."""
        problems = super().check_line(values)
        if not problems and values.target == values.baseline:
            problems.append(
                Problem(
                    "scoring.no_way_to_go",
                    Text("起点和目标是同一个数，没有路可走。", "Baseline and target are the same number."),
                    Text("改起点值，或改用“线性”。", "Change the baseline, or use the linear method."),
                    path=Input.BASELINE,
                )
            )
        return problems

    def rule_text(self, measure: Measure, values: LineValues | None = None) -> Text:
        """ "从 80 到 95 %，走了多少算多少"."""
        if values is None or values.baseline is None or values.target is None:
            return Text("从起点到目标，走了多少算多少", "share of the way from baseline to target")
        return Text("从 {b} 到 {t}，走了多少算多少", "share of the way from {b} to {t}").format(
            b=plain(values.baseline), t=measure.figure(values.target)
        )

    def reckoning(self, measure: Measure, values: LineValues, raw: float) -> Text:
        """Way gone ÷ whole way."""
        actual = actual_of(measure, values)
        baseline, target = number_of(values, Input.BASELINE), number_of(values, Input.TARGET)
        gone, way = actual - baseline, target - baseline
        if is_below(way, 0):
            gone, way = -gone, -way
        return Text(
            "{a}，从 {b} 到 {t_went} {gone}；{gone} ÷ {way} × 100 = {r} 分",
            "{a}, {gone} of the way from {b} to {t}; {gone} ÷ {way} × 100 = {r}",
        ).format(
            a=actual_words(measure, values),
            b=plain(baseline),
            t=measure.figure(target),
            t_went=beside(measure.figure(target), "走了", ""),
            gone=plain(gone),
            way=plain(way),
            r=points(raw),
        )
