"""How a number stands: ahead of or behind time, at the target or short of it, and what is still to go.

Never a judgement of a person: an open period compares with the time gone, a rate or a closed period with
the target. Source: LOOK "State", "Wording", principle 4.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Final

import numpy as np

from jiyu.lib.formula.numeric import equal, round_half_up, round_up
from jiyu.lib.scoring.measure import LineValues, Measure, beside
from jiyu.lib.scoring.methods.base import Direction
from jiyu.lib.text import Text
from jiyu.lib.units import COUNT, format_number

ON_TIME_BAND: Final = Decimal(2)
"""Points of a percentage around the time gone that are "踩点" (a setting)."""
CLOSE_FROM: Final = Decimal(95)
"""Line scores from here to 100 are "差一点" in a closed period (a setting)."""


class Standing(StrEnum):
    """The state behind shape, word and colour."""

    AHEAD = "ahead"
    ON_TIME = "on_time"
    CLOSE = "close"
    BEHIND = "behind"


@dataclass(frozen=True, slots=True)
class Stand:
    """A state and its words."""

    standing: Standing
    words: Text


_REACHED: Final = Text("已过目标", "Target reached")


def stand_by_time(attainment_pct: float, elapsed: Fraction, band: Decimal = ON_TIME_BAND) -> Stand:
    """An amount in an open period: attainment in percent against the share of time gone.

    64 % after 54.95 % of the time is "快 9 个百分点"; within `band` points it is "踩点".
    """
    if attainment_pct >= 100:
        return Stand(Standing.AHEAD, _REACHED)
    gap = attainment_pct - float(elapsed * 100)
    if abs(gap) <= float(band):
        return Stand(Standing.ON_TIME, Text("踩点", "On time"))
    points = format_number(abs(gap), 0)
    if gap > 0:
        return Stand(Standing.AHEAD, Text("快 {n} 个百分点", "{n} points ahead").format(n=points))
    return Stand(Standing.BEHIND, Text("慢 {n} 个百分点", "{n} points behind").format(n=points))


def stand_by_target(measure: Measure, actual: float, target: float, direction: Direction) -> Stand:
    """A rate (or anything lower-is-better), open or closed: reached, or how much is missing as shown."""
    missing = target - actual if direction is Direction.HIGHER else actual - target
    if missing <= 0 or equal(actual, target, computed=True):
        return Stand(Standing.AHEAD, _REACHED)
    gap = measure.gap(float(round_half_up(missing, measure.decimals)))
    return Stand(Standing.BEHIND, Text("差 {g}", "{g} short").format(g=gap))


def stand_by_score(score: float, close_from: Decimal = CLOSE_FROM) -> Stand:
    """A line of a closed period by its points (as shown, two decimals): reached, close, or short."""
    shown = float(round_half_up(score, 2))
    if shown >= 100:
        return Stand(Standing.AHEAD, _REACHED)
    if shown >= float(close_from):
        return Stand(Standing.CLOSE, Text("差一点", "Close"))
    return Stand(Standing.BEHIND, Text("差 {n} 分", "{n} short").format(n=format_number(100 - shown, 2)))


def pace(actual: float, elapsed: Fraction) -> float | None:
    """What an amount comes to at the end at this speed: 320 after 50/91 of the time is 582.4; None at 0."""
    return actual / float(elapsed) if elapsed > 0 else None


def to_go(measure: Measure, values: LineValues, direction: Direction = Direction.HIGHER) -> Text | None:
    """What is still to go, in one clause: "还差 112 件到计划", "再多 2 件就到 98 %", "还差 180 万元".

    None while the actual is missing, or the target of an indicator that needs one. A ratio without a
    target is taken as the attainment itself (numerator against denominator).
    """
    actual = measure.actual_of(values)
    if actual is None:
        return None
    if values.target is None:
        return _to_plan(measure, values) if measure.is_ratio else None
    target = values.target
    missing = target - actual if direction is Direction.HIGHER else actual - target
    if equal(actual, target, computed=True):
        return Text("正好到目标", "exactly on target")
    gap = measure.gap(float(round_half_up(abs(missing), measure.decimals)))
    if missing < 0:
        side = Text("高", "above") if actual > target else Text("低", "below")
        return Text("比目标{s} {g}", "{g} {s} target").format(s=side, g=gap)
    if measure.is_ratio:
        return _to_rate(measure, values, target, direction)
    return Text("还差 {g}", "{g} to go").format(g=gap)


def _to_plan(measure: Measure, values: LineValues) -> Text | None:
    part, plan = measure.numerator, measure.denominator
    if part is None or plan is None or values.numerator is None or values.denominator is None:
        return None
    missing = values.denominator - values.numerator
    amount = Measure(unit=part.unit).figure(abs(missing))
    if missing == 0:
        return Text("正好到{p}", "exactly on {p}").format(p=plan.label)
    if missing < 0:
        return Text("比{p}多 {g}", "{g} over {p}").format(p=plan.label, g=amount)
    zh, en = f"到{plan.label.zh}", f"to go to {plan.label.in_('en')}"
    return Text("还差 {g}", "{g}").format(g=beside(amount, zh, en))


def _to_rate(measure: Measure, values: LineValues, target: float, direction: Direction) -> Text | None:
    part = measure.numerator
    if part is None or values.numerator is None or values.denominator is None:
        return None
    wanted = target * values.denominator / measure.scale
    missing = float(np.abs(wanted - values.numerator))
    if part.unit.dimension == COUNT:
        missing = float(round_up(missing, 0))
    word = Text("再多", "more") if direction is Direction.HIGHER else Text("再少", "fewer")
    amount = Measure(unit=part.unit).figure(missing)
    clause = beside(amount, "就到", word.en)
    return Text("{w} {c} {t}", "{c} to reach {t}").format(w=word, c=clause, t=measure.figure(target))
