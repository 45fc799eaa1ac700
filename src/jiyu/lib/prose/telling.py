"""A method told back to who wrote the rule: what it does, its limits, and one worked example."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise
from typing import Final

from jiyu.lib.prose.modifiers import UNCAPPED
from jiyu.lib.prose.readings import Example, Parameters
from jiyu.lib.scoring import (
    BetweenMethod,
    CountMethod,
    Direction,
    Input,
    LinearMethod,
    LineValues,
    Measure,
    Method,
    MilestoneMethod,
    PerUnitMethod,
    RubricMethod,
    StepMethod,
    ThreePointMethod,
    YesNoMethod,
    days_late,
)
from jiyu.lib.text import Text
from jiyu.lib.units import format_number

_ASSUMED: Final = {Input.TARGET: Decimal(100), Input.THRESHOLD: Decimal(80), Input.STRETCH: Decimal(120)}
_ASSUMED_LOWER: Final = {Input.TARGET: Decimal(100), Input.THRESHOLD: Decimal(120), Input.STRETCH: Decimal(80)}


def told(method: Method, measure: Measure, parameters: Parameters) -> Text:
    """The method's own sentence with the limits it does not say: "…，最多 120 分", "从 100 分起，最低 0 分"."""
    text = method.rule_text(measure, parameters.with_actual(None))
    floor, cap = method.limits()
    if isinstance(method, LinearMethod):
        if cap == UNCAPPED:
            shown = format_number(cap)
            bare = Text(text.zh.replace(f"，最多 {shown}", ""), text.in_("en").replace(f", at most {shown}", ""))
            return Text("{a}，不封顶", "{a}, no cap").format(a=bare)
        if not method.rule_names_cap():
            text = Text("{a}，最多 {c} 分", "{a}, at most {c}").format(a=text, c=format_number(cap))
    if isinstance(method, CountMethod):
        text = Text("{s} 分起，{a}", "From {s}: {a}").format(s=format_number(method.start), a=text)
    if isinstance(method, PerUnitMethod) and method.full != 100:
        text = Text("满分 {s}；{a}", "Full {s}; {a}").format(s=format_number(method.full), a=text)
    if isinstance(method, CountMethod | PerUnitMethod | MilestoneMethod):
        text = Text("{a}，最低 {f} 分", "{a}, at least {f}").format(a=text, f=format_number(floor))
    return text


def worked_example(method: Method, measure: Measure, parameters: Parameters, *, at: Decimal | None = None) -> Example:
    """The method worked once: at `at`, or at a number that shows it. A missing target is made up, and said so."""
    lower = getattr(method, "direction", Direction.HIGHER) is Direction.LOWER
    stand_in = _ASSUMED_LOWER if lower else _ASSUMED
    made_up = {str(name): stand_in[name] for name in method.parameters() if parameters.get(name) is None}
    known = {name: getattr(parameters, name) for name in ("target", "threshold", "stretch", "baseline")}
    full = Parameters(**(known | made_up))
    if isinstance(method, MilestoneMethod):
        values = _late(method, at)
    else:
        values = full.with_actual(at if at is not None else _sample(method, measure, full))
    points, state = method.score_one(measure, values)
    return Example(values, points, state, method.sentence(measure, values), bool(made_up))


def _late(method: MilestoneMethod, at: Decimal | None) -> LineValues:
    """All in time but the last, which came two days late."""
    codes = [item.code for item in method.items]
    days: dict[str, float | None] = dict.fromkeys(codes, 0.0)
    days[codes[-1]] = 2.0 if at is None else float(at)
    return days_late(method, days)


def _sample(method: Method, measure: Measure, parameters: Parameters) -> Decimal:
    """A number at which the rule does something: a little short of the target, inside the second band."""
    target = parameters.target if parameters.target is not None else Decimal(100)
    if isinstance(method, LinearMethod):
        worse = Decimal("0.92") if method.direction is Direction.HIGHER else Decimal("1.1")
        return target * worse if method.against == "target" else Decimal(92)
    if isinstance(method, PerUnitMethod):
        away = Decimal(2) * method.per
        return target - away if method.direction is Direction.HIGHER else target + away
    if isinstance(method, ThreePointMethod):
        return (parameters.threshold + target) / 2 if parameters.threshold is not None else target
    if isinstance(method, CountMethod):
        return Decimal(method.allowed + 1)
    if isinstance(method, BetweenMethod):
        if method.points_map[0].at == 0 and method.points_map[1].at == 100:
            return Decimal(85)
        wide = [(a.at + b.at) / 2 for a, b in pairwise(method.points_map) if b.at - a.at > Decimal("0.01")]
        return wide[0] if wide else method.points_map[0].at
    if isinstance(method, RubricMethod):
        return Decimal(sorted(level.mark for level in method.levels)[-2])
    if isinstance(method, StepMethod):
        return _inside(method).quantize(Decimal(1).scaleb(-measure.decimals), ROUND_HALF_UP)
    return Decimal(1) if isinstance(method, YesNoMethod) else target


def _inside(method: StepMethod) -> Decimal:
    """The middle of a band that has two ends, or just the limit of the top one."""
    for band in method.falling():
        if band.low is not None and band.high is not None:
            return (band.low + band.high) / 2
    top = method.falling()[0]
    return top.low if top.low is not None else Decimal(0)
