"""Deductions with a jump: 低于85%不得分 beside 每低1%扣2分, or additions over a target that must be reached first.

A per-unit method has no jump. In proportion the rule becomes a points map, in whole steps a table of bands.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from jiyu.lib.prose.building import Found, exact
from jiyu.lib.prose.facts import Facts
from jiyu.lib.prose.modifiers import UNCAPPED, Modifiers, limit_amount
from jiyu.lib.prose.readings import Parameters, unreadable
from jiyu.lib.scoring import Band, Below, BetweenMethod, Direction, MapPoint, Measure, PartialStep, StepMethod
from jiyu.lib.text import Text

_MOST_BANDS: Final = 48
_HAIR: Final = Decimal("0.000001")


@dataclass(frozen=True, slots=True)
class Slope:
    """So many points off and on per step, in whichever direction; `off` or `on` None where there are none."""

    direction: Direction
    per: Decimal
    full: Decimal
    cap: Decimal
    partial: PartialStep
    off: Decimal | None
    on: Decimal | None

    @property
    def better(self) -> int:
        """+1 where more is better, −1 where less is."""
        return 1 if self.direction is Direction.HIGHER else -1


@dataclass(frozen=True, slots=True)
class _Cliff:
    """Where the points fall to 0: `at` a number, which is itself 0 if `included`."""

    at: Decimal
    included: bool


def jump_rule(slope: Slope, found: Modifiers, facts: Facts, measure: Measure, parameters: Parameters) -> Found:
    """The method of a slope with a jump to 0. Raises Open, or Unreadable where the two do not fit."""
    target = parameters.target
    if target is None:
        raise unreadable(
            "prose.needs_target", "还没有目标值，这样的规则要先有目标。", "This rule needs a target first."
        )
    if slope.on is not None and slope.cap == UNCAPPED:
        raise unreadable(
            "prose.no_cap",
            "不封顶的加分，还放不进有跳档的规则。",
            "Additions without a cap do not fit a rule with a jump.",
        )
    cliff = _cliff(slope, target, found, facts, parameters)
    facts.asker.note(
        "figures_inside",
        "数已经写进规则；目标改了，规则要跟着改。",
        "The figures are inside the rule: change both together.",
    )
    if slope.partial is PartialStep.PROPORTION:
        return Found(_map(slope, target, cliff), measure, parameters)
    if cliff is None:
        raise unreadable(
            "prose.rate_in_steps",
            "没到目标按完成率，超过目标按档，合不成一条。",
            "Attainment below and steps above do not make one rule.",
        )
    return Found(_stairs(slope, target, cliff), measure, parameters)


def _cliff(slope: Slope, target: Decimal, found: Modifiers, facts: Facts, parameters: Parameters) -> _Cliff | None:
    """Where it falls to 0; None where the points below the target go by attainment."""
    if slope.off is None:
        return _below_target(slope, target, found, facts)
    if found.zero is None:
        raise unreadable("prose.missed_twice", "没到目标的写了两种算法。", "There are two rules below the target.")
    amount, said, side = limit_amount(found.zero)
    is_percent = amount.unit is not None and amount.unit.code == "percent"
    at = (
        facts.of_target(amount.value, parameters)
        if is_percent and facts.is_attainment(found.zero.subject)
        else facts.number(amount)
    )
    if side != ("high" if slope.better > 0 else "low") or (target - at) * slope.better <= 0:
        raise unreadable(
            "prose.zero_side",
            "“不得分”的线和目标、方向对不上。",
            "The limit for no points does not fit target and direction.",
        )
    shown = facts.measure().figure(float(at))
    if said:
        facts.asker.note(
            "limit_included", "“以下”“以上”含本数：正好 {v} 也不得分。", "Exactly {v} has none either.", v=shown
        )
    else:
        facts.asker.note(
            "limit_excluded", "“低于”“超过”不含本数：正好 {v} 照算分。", "Exactly {v} still scores.", v=shown
        )
    return _Cliff(exact(at), bool(said))


def _below_target(slope: Slope, target: Decimal, found: Modifiers, facts: Facts) -> _Cliff | None:
    if found.missed not in (None, Decimal(0)):
        raise unreadable("prose.part_unread", "没完成得的分放不进这条规则。", "The points below the target do not fit.")
    if found.missed is None and found.zero is None:
        options = [("zero", Text("没到目标得 0 分", "0 short of the target"))]
        if slope.better > 0 and target > 0:
            options.append(("rate", Text("按完成率算", "by attainment")))
        else:
            options.append(("full", Text("也得满分", "full points")))
        chosen = facts.asker.ask(
            "below_target",
            Text("没到目标的没写得几分，怎么算？", "Short of the target nothing is said. What then?"),
            *options,
            probe=target * (1 - Decimal("0.1") * slope.better),
        )
        if chosen == "rate":
            return None
        if chosen == "full":
            raise unreadable(
                "prose.only_gains", "只加不扣的规则，请自己选一种。", "A rule that only adds: choose a method by hand."
            )
    return _Cliff(exact(target), included=False)


def _map(slope: Slope, target: Decimal, cliff: _Cliff | None) -> BetweenMethod:
    """Straight lines; a jump is a millionth wide, which is less than anything stored can tell."""
    better, points = slope.better, {target: slope.full}
    if slope.on is not None:
        points[target + (slope.cap - slope.full) / slope.on * slope.per * better] = slope.cap
    if cliff is None:
        points[Decimal(0)] = Decimal(0)
    elif slope.off is not None:
        edge = cliff.at + _HAIR * better if cliff.included else cliff.at
        points[edge] = max(Decimal(0), slope.full - (target - edge) * better / slope.per * slope.off)
        if better < 0:  # a map is 0 below its first point, and holds its last
            points[edge + _HAIR] = Decimal(0)
        gone = target - slope.full / slope.off * slope.per * better
        if (gone - edge) * better > 0:
            points[gone] = Decimal(0)
    elif better < 0:
        points[cliff.at + _HAIR] = Decimal(0)
    made = tuple(MapPoint(at=exact(at), points=exact(mark)) for at, mark in sorted(points.items()))
    if len(made) < 2:
        raise unreadable("prose.one_point", "只看懂了一个点，不成规则。", "Only one point was understood.")
    # Where less is better the first point is the best one, and holds for anything less.
    return BetweenMethod(points_map=made, below=Below.ZERO if better > 0 else Below.HOLD)


def _stairs(slope: Slope, target: Decimal, cliff: _Cliff) -> StepMethod:
    """One band per step, from the cliff to the cap; a part of a step counts whole or not at all."""
    worse = [Band(points=Decimal(0), **_ends(slope, None, cliff.at, below_in=cliff.included))]
    bands = worse + list(_steps_off(slope, target, cliff)) + list(_steps_on(slope, target))
    if len(bands) > _MOST_BANDS:
        raise unreadable("prose.many_steps", "档太多，排不成一张表。", "Too many steps for a table.")
    return StepMethod(bands=tuple(reversed(bands) if slope.better > 0 else bands))


def _steps_off(slope: Slope, target: Decimal, cliff: _Cliff) -> Iterator[Band]:
    """From the cliff up to just short of the target."""
    if slope.off is None:
        return
    whole = slope.partial is PartialStep.WHOLE
    count = int((target - cliff.at) * slope.better / slope.per) + 1
    for steps in range(count, 0, -1):
        # Whole: short by up to n steps costs n. Ignored: short by at least n steps costs n.
        worst = target - slope.per * steps * slope.better if whole else target - slope.per * (steps + 1) * slope.better
        best = worst + slope.per * slope.better
        if (best - cliff.at) * slope.better < 0 or (best == cliff.at and (whole or cliff.included)):
            continue
        is_cut = (worst - cliff.at) * slope.better < 0 or (worst == cliff.at and cliff.included)
        low, low_in = (cliff.at, not cliff.included) if is_cut else (worst, whole)
        points = max(Decimal(0), slope.full - slope.off * steps)
        yield Band(points=points, **_ends(slope, low, best, worse_in=low_in, below_in=not whole))


def _steps_on(slope: Slope, target: Decimal) -> Iterator[Band]:
    """From the target (or just short of it, where parts do not count) to the cap."""
    whole = slope.partial is PartialStep.WHOLE
    first_in = whole or slope.off is None
    start = target if first_in else target - slope.per * slope.better
    on = slope.on
    steps = 0 if on is None else int(-(-(slope.cap - slope.full) // on))
    for number in range(steps + 1):
        points = min(slope.cap, slope.full + (on or Decimal(0)) * number)
        if whole:
            low = target if number == 0 else target + slope.per * (number - 1) * slope.better
            high = None if number == steps else target + slope.per * number * slope.better
            yield Band(points=points, **_ends(slope, low, high, worse_in=number == 0, below_in=True))
        else:
            low = start if number == 0 else target + slope.per * number * slope.better
            high = None if number == steps else target + slope.per * (number + 1) * slope.better
            yield Band(points=points, **_ends(slope, low, high, worse_in=number > 0 or first_in, below_in=False))


def _ends(
    slope: Slope, worse: Decimal | None, better: Decimal | None, *, worse_in: bool = True, below_in: bool = False
) -> dict[str, object]:
    """Band limits from the worse to the better end, turned round where less is better."""
    ends = (worse, worse_in, better, below_in)
    low, low_in, high, high_in = ends if slope.better > 0 else (better, below_in, worse, worse_in)
    return {
        "low": None if low is None else exact(low), "low_included": low_in,
        "high": None if high is None else exact(high), "high_included": high_in,
    }  # fmt: skip
