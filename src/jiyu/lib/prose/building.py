"""What every kind of rule needs when it is built: the found method with its measure, caps asked for, points scaled."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from jiyu.lib.prose.facts import Facts
from jiyu.lib.prose.modifiers import UNCAPPED, Modifiers, limit_amount
from jiyu.lib.prose.readings import Parameters, unreadable
from jiyu.lib.scoring import Input, Measure, Method
from jiyu.lib.text import Text
from jiyu.lib.units import format_number

HUNDRED: Final = Decimal(100)
_SIX: Final = Decimal("0.000001")


@dataclass(frozen=True, slots=True)
class Found:
    """A method that was read, how its line is measured, and the parameters the sheet says."""

    method: Method
    measure: Measure
    parameters: Parameters
    is_marked: bool = False


def cap_of(facts: Facts, found: Modifiers, base: Decimal, *, probe: Decimal | None, gains: bool = False) -> Decimal:
    """The cap that is written, or the one HR names: a rule without one is not given ours."""
    if found.cap is not None:
        return found.cap
    if found.cap_on is not None:
        return base + found.cap_on
    options = [
        ("100", Text("最多 100 分", "at most 100")),
        ("120", Text("最多 120 分", "at most 120")),
        ("none", Text("不封顶", "no cap")),
    ]
    chosen = facts.asker.ask(
        "cap",
        Text("超过目标的没写最多几分，怎么算？", "How many points at most beyond the target? The rule does not say."),
        *(options[1:] if gains else options),
        probe=probe,
    )
    return UNCAPPED if chosen == "none" else Decimal(chosen)


def floor_of(facts: Facts, found: Modifiers, base: Decimal) -> Decimal:
    """The floor that is written; without one a line never falls below 0, and that is said."""
    if found.floor is not None:
        return found.floor
    if found.most_off is not None:
        return base - found.most_off
    facts.asker.note("floor_zero", "没写扣到几分为止，最低按 0 分。", "No floor is written: never below 0.")
    return Decimal(0)


def point_scale(facts: Facts, points: Iterable[Decimal], *, is_full_written: bool) -> Decimal:
    """What a written point is worth of the 100: 1, or 5 where 20 points are the whole line (分值 20)."""
    weight = facts.context.weight_points
    if weight is None or weight <= 0 or weight == HUNDRED:
        return Decimal(1)
    highest = max(points)
    if is_full_written and highest in (weight, HUNDRED):
        if highest == weight:
            _say_scaled(facts, weight)
            return HUNDRED / weight
        return Decimal(1)
    shown = _figure(weight)
    chosen = facts.asker.ask(
        "points_of",
        Text(
            "评分标准里的分是从 100 分里算，还是从这一项的 {w} 分里算？",
            "Are the rule's points out of 100 or out of this line's {w}?",
        ).format(w=shown),
        ("weight", Text("从这一项的 {w} 分里算", "out of {w}").format(w=shown)),
        ("hundred", Text("从 100 分里算", "out of 100")),
    )
    if chosen == "weight":
        _say_scaled(facts, weight)
        return HUNDRED / weight
    return Decimal(1)


def _say_scaled(facts: Facts, weight: Decimal) -> None:
    facts.asker.note(
        "points_scaled", "分是从这一项的 {w} 分里算的，已换算成满分 100。", "Points are out of {w}; turned into out of 100.",
        w=_figure(weight),
    )  # fmt: skip


def scaled(points: Decimal, scale: Decimal) -> Decimal:
    """Points times the scale, at the six decimals the library keeps."""
    return points if scale == 1 else exact(points * scale)


def scaled_cap(cap: Decimal, scale: Decimal) -> Decimal:
    """A cap out of 100 stays (最高120); one out of the line's own points is scaled (最高24 of 20)."""
    return cap if cap >= HUNDRED else scaled(cap, scale)


def exact(value: Decimal) -> Decimal:
    """A number with at most six decimals, half-up."""
    return value if value == value.quantize(_SIX) else value.quantize(_SIX, ROUND_HALF_UP)


def take_goal(found: Modifiers, facts: Facts) -> None:
    """The target that the prose states by itself: 目标值98%, 客户投诉不超过3次."""
    if found.goal is not None:
        facts.say(Input.TARGET, limit_amount(found.goal)[0])
        found.goal = None


def base_of(facts: Facts, found: Modifiers, scale: Decimal) -> Decimal:
    """Full points as the rule counts them: written, or the line's own 20 where points are out of them, or 100."""
    if found.base is not None:
        return found.base
    weight = facts.context.weight_points
    return weight if scale != 1 and weight is not None else HUNDRED


def refuse_rest(found: Modifiers, understood: str, understood_en: str) -> None:
    """Refuse where a clause was not understood: half a rule is a wrong rule. Raises Unreadable."""
    if found.twice:
        raise unreadable("prose.twice", "同一件事写了两个不同的数，不知道按哪个。", "One thing is given two numbers.")
    if found.goal is not None:
        found.rest.append("目标")
    if found.rest:
        raise unreadable(
            "prose.part_unread",
            "看懂了：{a}；没看懂“{r}”。",
            'Understood: {b}; not "{r}".',
            a=understood,
            b=understood_en,
            r="；".join(found.rest),
        )


def _figure(value: Decimal) -> str:
    return format_number(value, at_most=4)
