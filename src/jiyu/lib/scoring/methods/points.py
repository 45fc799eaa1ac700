"""Points between given points: 底线 – 目标 – 挑战, a free points map, and steps."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum
from itertools import pairwise
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from jiyu.lib.scoring.measure import Input, LineValues, Measure, plain, points
from jiyu.lib.scoring.methods.base import (
    BaseMethod,
    Direction,
    Figure,
    Points,
    actual_of,
    actual_words,
    is_below,
    is_short,
    literal,
    number_of,
)
from jiyu.lib.text import Problem, Text


class ThreePointMethod(BaseMethod):
    """底线 → 目标 → 挑战: 0 below the threshold, then straight lines between the three points, capped.

    Mirrored where lower is better (底线 7, 目标 5, 挑战 3 days). Without `has_stretch` the target's points
    are the most. RULES "三点线性".
    """

    kind: Literal["three_point"] = "three_point"
    direction: Direction = Direction.HIGHER
    at_threshold: Points = Decimal(60)
    at_target: Points = Decimal(100)
    at_stretch: Points = Decimal(120)
    has_stretch: bool = True

    def parameters(self) -> tuple[Input, ...]:
        """底线, 目标 and, if there is one, 挑战."""
        three = (Input.THRESHOLD, Input.TARGET, Input.STRETCH)
        return three if self.has_stretch else three[:2]

    def limits(self) -> tuple[Decimal, Decimal]:
        """0 and the points of the last point."""
        return Decimal(0), self.at_stretch if self.has_stretch else self.at_target

    def formula(self, measure: Measure) -> str:
        """Two straight lines; beyond the stretch the second goes on until the cap takes it."""
        actual = measure.actual_source()
        low, mid, high = literal(self.at_threshold), literal(self.at_target), literal(self.at_stretch)
        higher = self.direction is Direction.HIGHER
        worse = "<" if higher else ">"

        def span(a: str, b: str) -> str:
            return f"({a}-{b})" if higher else f"({b}-{a})"

        first = f"{low}+{span(actual, '底线')}/{span('目标', '底线')}*({mid}-{low})"
        second = f"{mid}+{span(actual, '目标')}/{span('挑战', '目标')}*({high}-{mid})" if self.has_stretch else mid
        return f"IF({actual}{worse}底线, 0, IF({actual}{worse}目标, {first}, {second}))"

    def check(self, measure: Measure | None = None) -> list[Problem]:
        """Also: the points must rise."""
        problems = super().check(measure)
        marks = [self.at_threshold, self.at_target, *([self.at_stretch] if self.has_stretch else [])]
        if any(a >= b for a, b in pairwise(marks)):
            problems.append(
                Problem(
                    "scoring.points_order",
                    Text(
                        "底线、目标、挑战的分要一个比一个高。",
                        "The points must rise from threshold to stretch.",
                    ),
                    Text("常见的是 60 / 100 / 120。", "Usual are 60 / 100 / 120."),
                    path="at_target",
                )
            )
        return problems

    def check_line(self, values: LineValues) -> list[Problem]:
        """Also: 底线, 目标, 挑战 must lie in the direction's order."""
        problems = super().check_line(values)
        if problems:
            return problems
        marks = [number_of(values, name) for name in self.parameters()]
        rising = self.direction is Direction.HIGHER
        if any(a >= b if rising else a <= b for a, b in pairwise(marks)):
            listed = " / ".join(plain(mark) for mark in marks)
            order = Text("要一个比一个大", "must rise") if rising else Text("要一个比一个小", "must fall")
            problems.append(
                Problem(
                    "scoring.three_points_order",
                    Text(
                        "底线 / 目标 / 挑战写的是 {listed}，{order}。",
                        "Threshold / target / stretch are {listed}; they {order}.",
                    ).format(listed=listed, order=order),
                    Text("看看方向，或者哪个数填反了。", "Check the direction, or which number is swapped."),
                    path=Input.THRESHOLD,
                )
            )
        return problems

    def rule_text(self, measure: Measure, values: LineValues | None = None) -> Text:
        """ "三点 96 / 98 / 99 % → 60 / 100 / 120"."""
        marks = (self.at_threshold, self.at_target, self.at_stretch)[: len(self.parameters())]
        score = " / ".join(plain(float(mark)) for mark in marks)
        names = Text("底线 / 目标 / 挑战", "threshold / target / stretch")
        if not self.has_stretch:
            names = Text("底线 / 目标", "threshold / target")
        if values is not None and not super().check_line(values):
            *first, last = (number_of(values, name) for name in self.parameters())
            listed = " / ".join(plain(mark) for mark in first)
            names = Text("{a} / {b}", "{a} / {b}").format(a=listed, b=measure.figure(last))
        word = Text("三点", "Three points") if self.has_stretch else Text("两点", "Two points")
        return Text("{w} {n} → {s}", "{w} {n} → {s}").format(w=word, n=names, s=score)

    def reckoning(self, measure: Measure, values: LineValues, raw: float) -> Text:
        """The straight line that was used, with its numbers."""
        actual, words = actual_of(measure, values), actual_words(measure, values)
        threshold, target = number_of(values, Input.THRESHOLD), number_of(values, Input.TARGET)
        if is_short(actual, threshold, self.direction):
            return Text("{a}，没到底线 {t}，得 0.00 分", "{a}, short of the threshold {t}: 0.00").format(
                a=words, t=measure.figure(threshold)
            )
        below = is_short(actual, target, self.direction)
        if not below and not self.has_stretch:
            return Text("{a}，到了目标 {t}，得 {r} 分", "{a}, target {t} reached: {r}").format(
                a=words, t=measure.figure(target), r=points(raw)
            )
        start, end = (threshold, target) if below else (target, number_of(values, Input.STRETCH))
        at_start, at_end = (self.at_threshold, self.at_target) if below else (self.at_target, self.at_stretch)
        low, high = sorted((start, end))
        above, under = (actual, start) if self.direction is Direction.HIGHER else (start, actual)
        return Text(
            "{a}；{base} +（{x} − {y}）÷（{high} − {low}）× {span} = {r} 分",
            "{a}; {base} + ({x} − {y}) ÷ ({high} − {low}) × {span} = {r}",
        ).format(
            a=words,
            base=plain(float(at_start)),
            x=plain(above),
            y=plain(under),
            high=plain(high),
            low=plain(low),
            span=plain(float(at_end - at_start)),
            r=points(raw),
        )


class Below(StrEnum):
    """What is below the first point of a map: nothing, or the first point's score."""

    ZERO = "zero"
    HOLD = "hold"


class MapPoint(BaseModel):
    """One point of a map: at `at` (in the indicator's unit) the line has `points`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    at: Figure
    points: Points


class BetweenMethod(BaseMethod):
    """A points map with straight lines between its points, holding the last score beyond the last point.

    A KR of 0–1 needs one, since 0.7 is "good": 0.3/0.7/1.0 → 60/100/120. Points are listed by rising `at`.
    """

    kind: Literal["between"] = "between"
    points_map: Annotated[tuple[MapPoint, ...], Field(min_length=2, max_length=50)]
    below: Below = Below.ZERO

    def limits(self) -> tuple[Decimal, Decimal]:
        """The lowest and highest points of the map (0 below it, where that is the rule)."""
        marks = [point.points for point in self.points_map]
        return min([*marks, *([Decimal(0)] if self.below is Below.ZERO else [])]), max(marks)

    def formula(self, measure: Measure) -> str:
        """Nested IFs, one straight line each: the trace shows the one that was used."""
        actual = measure.actual_source()
        text = literal(self.points_map[-1].points)
        for start, end in reversed(list(pairwise(self.points_map))):
            base, rise = literal(start.points), f"({literal(end.points)}-{literal(start.points)})"
            way = f"({literal(end.at)}-{literal(start.at)})"
            line = f"{base}+({actual}-{literal(start.at)})/{way}*{rise}"
            text = f"IF({actual}<{literal(end.at)}, {line}, {text})"
        first = self.points_map[0]
        under = "0" if self.below is Below.ZERO else literal(first.points)
        return f"IF({actual}<{literal(first.at)}, {under}, {text})"

    def check(self, measure: Measure | None = None) -> list[Problem]:
        """Also: the points must be listed by rising value, each once."""
        problems = super().check(measure)
        for number, (a, b) in enumerate(pairwise(self.points_map), start=1):
            if b.at <= a.at:
                problems.append(
                    Problem(
                        "scoring.map_order",
                        Text(
                            "{b} 要写在 {a} 前面，或者写重了。",
                            "{b} must come before {a}, or is there twice.",
                        ).format(a=plain(float(a.at)), b=plain(float(b.at))),
                        Text("从小到大排，每个数一行。", "Sort from low to high, one row each."),
                        path=f"points_map.{number}.at",
                    )
                )
        return problems

    def rule_text(self, measure: Measure, values: LineValues | None = None) -> Text:
        """ "0.3 / 0.7 / 1 → 60 / 100 / 120，中间按比例"."""
        ats = " / ".join(plain(float(point.at)) for point in self.points_map)
        marks = " / ".join(plain(float(point.points)) for point in self.points_map)
        label = measure.unit.label
        return Text(
            f"{ats} {label.zh}".strip() + f" → {marks}，中间按比例",
            f"{ats} {label.en}".strip() + f" → {marks}, in proportion between",
        )

    def reckoning(self, measure: Measure, values: LineValues, raw: float) -> Text:
        """The straight line that was used, with its numbers."""
        actual, words = actual_of(measure, values), actual_words(measure, values)
        first, last = self.points_map[0], self.points_map[-1]
        if is_below(actual, float(first.at)):
            return Text("{a}，不到 {t}，得 {r} 分", "{a}, below {t}: {r}").format(
                a=words, t=measure.figure(float(first.at)), r=points(raw)
            )
        for start, end in pairwise(self.points_map):
            if is_below(actual, float(end.at)):
                return line_words(words, actual, start, end, raw)
        return Text("{a}，到了 {t}，得 {r} 分", "{a}, {t} reached: {r}").format(
            a=words, t=measure.figure(float(last.at)), r=points(raw)
        )


def line_words(words: Text, actual: float, start: MapPoint, end: MapPoint, raw: float) -> Text:
    """ "97.9 %；60 +（97.9 − 96）÷（98 − 96）× 40 = 98.00 分"."""
    return Text(
        "{a}；{base} +（{x} − {low}）÷（{high} − {low}）× {span} = {r} 分",
        "{a}; {base} + ({x} − {low}) ÷ ({high} − {low}) × {span} = {r}",
    ).format(
        a=words,
        base=plain(float(start.points)),
        x=plain(actual),
        low=plain(float(start.at)),
        high=plain(float(end.at)),
        span=plain(float(end.points - start.points)),
        r=points(raw),
    )
