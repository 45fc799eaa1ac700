"""Points taken off (or added): per unit short of the target, and per occurrence."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from jiyu.lib.formula.numeric import round_down, round_half_up, round_up
from jiyu.lib.scoring.measure import Input, LineValues, Measure, beside, plain, points
from jiyu.lib.scoring.methods.base import (
    BaseMethod,
    Direction,
    Points,
    Positive,
    actual_of,
    actual_words,
    is_below,
    is_short,
    literal,
    number_of,
    same,
)
from jiyu.lib.text import Problem, Text, counted


class PartialStep(StrEnum):
    """不足一档: in proportion (按比例), as a whole step (按一档), or not at all (不计)."""

    PROPORTION = "proportion"
    WHOLE = "whole"
    IGNORE = "ignore"


_PARTIAL_WORDS = {
    PartialStep.PROPORTION: Text("按比例", "in proportion"),
    PartialStep.WHOLE: Text("不足一档按一档", "part steps count whole"),
    PartialStep.IGNORE: Text("不足一档不计", "part steps do not count"),
}


class PerUnitMethod(BaseMethod):
    """每低 x 扣 y: `points_off` for every `per` (in the indicator's unit) short of the target.

    `partial` says what less than a step does; whole and ignored steps compare the value at the
    indicator's decimals. On the better side `full` stands, or `points_on` are added per `per`.
    98 %, each 0.5 point −3, actual 96.8: 92.80 / 91 / 94 (RULES).
    """

    kind: Literal["per_unit"] = "per_unit"
    direction: Direction = Direction.HIGHER
    per: Positive
    points_off: Positive
    points_on: Positive | None = None
    partial: PartialStep = PartialStep.PROPORTION
    full: Points = Decimal(100)
    floor: Points = Decimal(0)
    cap: Points = Decimal(120)

    def parameters(self) -> tuple[Input, ...]:
        """目标."""
        return (Input.TARGET,)

    def limits(self) -> tuple[Decimal, Decimal]:
        """`floor` and `cap`."""
        return self.floor, self.cap

    def formula(self, measure: Measure) -> str:
        """Full points less steps × points."""
        proportion = self.partial is PartialStep.PROPORTION
        actual = measure.actual_source() if proportion else measure.rounded_source()
        higher = self.direction is Direction.HIGHER
        full = literal(self.full)
        short = f"目标-{actual}" if higher else f"{actual}-目标"
        better = full
        if self.points_on is not None:
            over = f"{actual}-目标" if higher else f"目标-{actual}"
            better = f"{full}+{self._steps(over)}*{literal(self.points_on)}"
        worse = f"{full}-{self._steps(short)}*{literal(self.points_off)}"
        return f"IF({actual}{'>=' if higher else '<='}目标, {better}, {worse})"

    def _steps(self, gap: str) -> str:
        steps = f"({gap})/{literal(self.per)}"
        if self.partial is PartialStep.PROPORTION:
            return steps
        return f"{'ROUNDUP' if self.partial is PartialStep.WHOLE else 'ROUNDDOWN'}({steps}, 0)"

    def check(self, measure: Measure | None = None) -> list[Problem]:
        """Also: full points must lie inside floor and cap."""
        problems = super().check(measure)
        if not problems and not self.floor <= self.full <= self.cap:
            problems.append(
                Problem(
                    "scoring.full_outside_limits",
                    Text(
                        "满分 {f} 不在保底 {a} 和封顶 {b} 之间。",
                        "Full points {f} are not between floor {a} and cap {b}.",
                    ).format(f=plain(float(self.full)), a=plain(float(self.floor)), b=plain(float(self.cap))),
                    Text("改封顶或满分。", "Change the cap or the full points."),
                    path="full",
                )
            )
        return problems

    def rule_text(self, measure: Measure, values: LineValues | None = None) -> Text:
        """ "目标 80 %，每低 1 个百分点扣 2，按比例"."""
        target = Text("目标", "target")
        if values is not None and values.target is not None:
            target = Text("目标 {t}", "target {t}").format(t=measure.figure(values.target))
        worse = Text("低", "below") if self.direction is Direction.HIGHER else Text("高", "above")
        better = Text("高", "above") if self.direction is Direction.HIGHER else Text("低", "below")
        per = measure.gap(float(self.per))
        text = Text("{t}，每{w} {per_off} {off}，{p}", "{t}, −{off} per {per} {w}, {p}").format(
            t=target,
            w=worse,
            per=per,
            per_off=beside(per, "扣", ""),
            off=plain(float(self.points_off)),
            p=_PARTIAL_WORDS[self.partial],
        )
        if self.points_on is None:
            return text
        return Text("{a}；每{b} {per_on} {on}，最多 {cap}", "{a}; +{on} per {per} {b}, at most {cap}").format(
            a=text,
            b=better,
            per=per,
            per_on=beside(per, "加", ""),
            on=plain(float(self.points_on)),
            cap=plain(float(self.cap)),
        )

    def rule_names_cap(self) -> bool:
        """Where points can be gained."""
        return self.points_on is not None

    def reckoning(self, measure: Measure, values: LineValues, raw: float) -> Text:
        """The gap to the target, the steps it makes, and what they cost."""
        actual, target = actual_of(measure, values), number_of(values, Input.TARGET)
        if self.partial is not PartialStep.PROPORTION:
            actual = float(round_half_up(actual, measure.decimals))
        words, goal = actual_words(measure, values), measure.figure(target)
        short = is_short(actual, target, self.direction)
        each = self.points_off if short else self.points_on
        if each is None or same(actual, target):
            return Text("{a}，到了目标 {t}，得 {r} 分", "{a}, target {t} reached: {r}").format(
                a=words, t=goal, r=points(raw)
            )
        gap = abs(target - actual)
        steps = self._steps_of(gap)
        side = Text("低", "below") if is_below(actual, target) else Text("高", "above")
        change = Text("扣", "−") if short else Text("加", "+")
        per = measure.gap(float(self.per))
        if self.partial is PartialStep.PROPORTION:
            how = Text("每 {per} {each}", "{sign}{each} per {gap}").format(
                per=beside(per, change.zh, ""), each=plain(float(each)), sign=change, gap=per
            )
        else:
            how = Text("算 {n} 档，每档{sign} {each}", "{steps}, {sign}{each} each").format(
                n=plain(steps), steps=counted(plain(steps), "step", "steps"), sign=change, each=plain(float(each))
            )
        return Text(
            "{a}，比{goal_side} {gap}，{how}；{full} {sign} {moved} = {r} 分",
            "{a}, {gap} {side} the target {t}, {how}; {full} {sign} {moved} = {r}",
        ).format(
            a=words,
            goal_side=beside(Text("目标 {t}").format(t=goal), side.zh, ""),
            t=goal,
            side=side,
            gap=measure.gap(gap),
            how=how,
            full=plain(float(self.full)),
            sign="−" if short else "+",
            moved=plain(steps * float(each)),
            r=points(raw),
        )

    def _steps_of(self, gap: float) -> float:
        steps = gap / float(self.per)
        if self.partial is PartialStep.PROPORTION:
            return steps
        return float(round_up(steps, 0) if self.partial is PartialStep.WHOLE else round_down(steps, 0))


class CountMethod(BaseMethod):
    """计次: start points, and `each` for every occurrence beyond the `allowed` ones (−20 each: 1 → 80)."""

    kind: Literal["count"] = "count"
    start: Points = Decimal(100)
    each: Points
    allowed: Annotated[int, Field(ge=0, le=1_000_000)] = 0
    floor: Points = Decimal(0)
    cap: Points = Decimal(120)

    def limits(self) -> tuple[Decimal, Decimal]:
        """`floor` and `cap`."""
        return self.floor, self.cap

    def formula(self, measure: Measure) -> str:
        """Start + each × occurrences."""
        actual, start = measure.actual_source(), literal(self.start)
        sign, each = ("-", literal(-self.each)) if self.each < 0 else ("+", literal(self.each))
        if not self.allowed:
            return f"{start}{sign}{each}*{actual}"
        return f"IF({actual}<={self.allowed}, {start}, {start}{sign}{each}*({actual}-{self.allowed}))"

    def check(self, measure: Measure | None = None) -> list[Problem]:
        """Also: an occurrence must change something."""
        problems = super().check(measure)
        if not self.each:
            problems.append(
                Problem(
                    "scoring.count_nothing",
                    Text("每次 0 分，这一项就不起作用。", "With 0 per occurrence the line does nothing."),
                    Text("填每次扣（−）或加几分。", "Fill in how many points each one takes or adds."),
                    path="each",
                )
            )
        return problems

    def rule_text(self, measure: Measure, values: LineValues | None = None) -> Text:
        """ "每次扣 20"."""
        word = Text("扣", "−") if self.each < 0 else Text("加", "+")
        text = Text("每次{w} {n}", "{w}{n} each").format(w=word, n=plain(abs(float(self.each))))
        if not self.allowed:
            return text
        return Text("超过 {k} 次起，{a}", "beyond {k}, {a}").format(k=self.allowed, a=text)

    def reckoning(self, measure: Measure, values: LineValues, raw: float) -> Text:
        """ "违章 1 次；100 − 1 × 20 = 80.00 分"."""
        words, beyond = actual_words(measure, values), actual_of(measure, values) - self.allowed
        if not is_below(0.0, beyond):
            return Text("{a}，得 {r} 分", "{a}: {r}").format(a=words, r=points(raw))
        return Text("{a}；{s} {sign} {n} × {each} = {r} 分", "{a}; {s} {sign} {n} × {each} = {r}").format(
            a=words,
            s=plain(float(self.start)),
            sign="−" if self.each < 0 else "+",
            n=plain(beyond),
            each=plain(abs(float(self.each))),
            r=points(raw),
        )
