"""Points in proportion to the target."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum
from typing import Literal

from jiyu.lib.scoring.measure import Input, LineValues, Measure, plain, points
from jiyu.lib.scoring.methods.base import (
    BaseMethod,
    Direction,
    Points,
    actual_of,
    actual_words,
    literal,
    number_of,
    ratio_words,
    same,
)
from jiyu.lib.text import Problem, Text


class Inverse(StrEnum):
    """The two formulas of a lower-is-better ratio; HR chooses, we never do (RULES "比率")."""

    TARGET_OVER_ACTUAL = "target_over_actual"
    TWO_MINUS = "two_minus"


class LinearMethod(BaseMethod):
    """Attainment × 100.

    `against` target: actual ÷ target, or for a negative target 1 + (A − T)/|T|; whole: the actual is a
    percentage that is the attainment itself. `inverse` must be chosen where lower is better. Below
    `zero_below` points the line has 0 (低于 60 % 不得分); exactly at it too, if `zero_at_limit`.
    A zero target has no attainment: use the count method.
    """

    kind: Literal["linear"] = "linear"
    direction: Direction = Direction.HIGHER
    against: Literal["target", "whole"] = "target"
    inverse: Inverse | None = None
    zero_below: Points | None = None
    zero_at_limit: bool = False
    floor: Points = Decimal(0)
    cap: Points = Decimal(120)

    def parameters(self) -> tuple[Input, ...]:
        """The target, unless the actual is the attainment."""
        return () if self.against == "whole" else (Input.TARGET,)

    def limits(self) -> tuple[Decimal, Decimal]:
        """`floor` and `cap`."""
        return self.floor, self.cap

    def _attained(self, measure: Measure) -> str:
        actual = measure.actual_source()
        if self.against == "whole":
            return actual
        if self.direction is Direction.HIGHER:
            return f"IF(目标>0, {actual}/目标, 1+({actual}-目标)/ABS(目标))*100"
        if self.inverse is Inverse.TWO_MINUS:
            return f"(1-({actual}-目标)/ABS(目标))*100"
        # No defect at all is as good as it gets: the quotient has no value there.
        return f"IF({actual}>0, 目标/{actual}*100, {literal(self.cap)})"

    def formula(self, measure: Measure) -> str:
        """Attainment × 100, 0 below the limit."""
        attained = self._attained(measure)
        if self.zero_below is None:
            return attained
        sign = "<=" if self.zero_at_limit else "<"
        return f"IF({attained}{sign}{literal(self.zero_below)}, 0, {attained})"

    def check(self, measure: Measure | None = None) -> list[Problem]:
        """Also: the inverse formula must be chosen exactly where lower is better."""
        problems = super().check(measure)
        lower = self.direction is Direction.LOWER
        if lower and self.inverse is None:
            problems.append(
                Problem(
                    "scoring.inverse_choice",
                    Text(
                        "越低越好有两种算法，差别不小：目标 2.0 %、实际 2.5 %，"
                        "目标 ÷ 实际得 80.00，2 − 实际 ÷ 目标得 75.00。",
                        "Lower is better has two formulas: target 2.0 %, actual 2.5 %: T/A gives 80.00, 2−A/T 75.00.",
                    ),
                    Text("选一种，我们不替你选。", "Choose one; we do not choose for you."),
                    path="inverse",
                )
            )
        if self.against == "whole" and measure is not None and measure.unit.code != "percent":
            problems.append(
                Problem(
                    "scoring.whole_needs_percent",
                    Text(
                        "“达成率 × 100”要求指标的单位是 %。",
                        "'Attainment × 100' needs an indicator in percent.",
                    ),
                    Text("改指标的单位，或改成和目标值比。", "Change its unit, or compare with a target."),
                    path="against",
                )
            )
        if (not lower and self.inverse is not None) or (lower and self.against == "whole"):
            problems.append(
                Problem(
                    "scoring.inverse_unused",
                    Text("这条评分标准的方向和算法对不上。", "Direction and formula do not fit together."),
                    Text(
                        "越高越好不用选反向算法；越低越好要有目标值。",
                        "Higher is better needs no inverse formula; lower is better needs a target.",
                    ),
                    path="inverse",
                )
            )
        return problems

    def check_line(self, values: LineValues) -> list[Problem]:
        """Also: a zero target, or T/A with a target that is not positive, has no attainment."""
        problems, target = super().check_line(values), values.target
        if self.against == "whole" or target is None:
            return problems
        impossible = self.inverse is Inverse.TARGET_OVER_ACTUAL and target <= 0
        return [_no_attainment(target)] if target == 0 or impossible else []

    def rule_text(self, measure: Measure, values: LineValues | None = None) -> Text:
        """ "达成率 × 100", "实际 ÷ 目标 500 万元 × 100，最多 120，低于 60 不得分"."""
        if self.against == "whole":
            text = Text("达成率 × 100", "attainment × 100")
        else:
            known = values is not None and values.target is not None
            target = Text("目标", "target")
            if known:
                assert values is not None and values.target is not None
                target = Text("目标 {t}", "target {t}").format(t=measure.figure(values.target))
            if self.direction is Direction.HIGHER:
                text = Text("实际 ÷ {t} × 100", "actual ÷ {t} × 100").format(t=target)
            elif self.inverse is Inverse.TWO_MINUS:
                text = Text("（2 − 实际 ÷ {t}）× 100", "(2 − actual ÷ {t}) × 100").format(t=target)
            else:
                text = Text("{t} ÷ 实际 × 100", "{t} ÷ actual × 100").format(t=target)
        if self.rule_names_cap():
            text = Text("{a}，最多 {cap}", "{a}, at most {cap}").format(a=text, cap=plain(float(self.cap)))
        if self.zero_below is not None:
            words = (
                Text("{a}，{z} 及以下不得分", "{a}, none at {z} or below")
                if self.zero_at_limit
                else Text("{a}，低于 {z} 不得分", "{a}, none below {z}")
            )
            text = words.format(a=text, z=plain(float(self.zero_below)))
        return text

    def rule_names_cap(self) -> bool:
        """Unless it is the usual one of a percentage."""
        return self.against != "whole" or self.cap != 120

    def reckoning(self, measure: Measure, values: LineValues, raw: float) -> Text:
        """The division with its numbers; with the zero limit where it struck."""
        text = self._division(measure, values)
        attained: float | None = raw
        if self.zero_below is not None:
            unlimited = self.model_copy(update={"zero_below": None})
            attained, _ = unlimited.score_one(measure, values, clamped=False)
        if self.zero_below is None or attained is None or same(raw, attained):
            return Text("{a} = {r} 分", "{a} = {r}").format(a=text, r=points(raw))
        return Text("{a} = {r}，{z} 以下不得分，得 0.00 分", "{a} = {r}; none below {z}: 0.00").format(
            a=text, r=points(attained), z=plain(float(self.zero_below))
        )

    def _division(self, measure: Measure, values: LineValues) -> Text:
        if self.against == "whole":
            if measure.is_ratio:
                return Text("{a} × {s}", "{a} × {s}").format(a=ratio_words(measure, values), s=plain(measure.scale))
            return actual_words(measure, values)
        actual, target = actual_of(measure, values), number_of(values, Input.TARGET)
        words = actual_words(measure, values)
        goal = Text("目标 {t}", "target {t}").format(t=measure.figure(target))
        if self.direction is Direction.HIGHER and target > 0:
            if measure.is_ratio:
                return Text("{a}，÷ {t} × 100", "{a}, ÷ {t} × 100").format(a=words, t=goal)
            return Text("{a} ÷ {t} × 100", "{a} ÷ {t} × 100").format(a=words, t=goal)
        if self.inverse is Inverse.TARGET_OVER_ACTUAL:
            if actual <= 0:
                return Text("{a}，一个也没有，按最高分", "{a}, none at all: full marks").format(a=words)
            return Text("{a}；{t} ÷ {n} × 100", "{a}; {t} ÷ {n} × 100").format(
                a=words, t=goal, n=measure.figure(actual)
            )
        gap = Text(plain(abs(actual - target)))
        better = (actual > target) == (self.direction is Direction.HIGHER)
        return Text("{a}，{t}；（1 {sign} {gap} ÷ {size}）× 100", "{a}, {t}; (1 {sign} {gap} ÷ {size}) × 100").format(
            a=words, t=goal, sign="+" if better else "−", gap=gap, size=plain(abs(target))
        )


def _no_attainment(target: float) -> Problem:
    return Problem(
        "scoring.target_zero",
        Text("目标是 {t}，算不出达成率。", "With a target of {t} there is no attainment.").format(t=plain(target)),
        Text(
            "数次数的指标用“计次”（每次扣几分），其他的改目标值。",
            "Use the count method for things one counts, or change the target.",
        ),
        path=Input.TARGET,
    )
