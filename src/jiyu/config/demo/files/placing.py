"""From wished grades to whole numbers in files: who gets which score, and which amounts give it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from random import Random
from typing import Any

from .cycles import Stint
from .draw import bell, spread_by, stream
from .plans import PlanLine
from .rules import Rule

GRADE_SHARES = (3, 15, 30, 42, 10)  # S A B+ B C, percent
GRADE_RANGES = ((105.8, 110.0), (95.8, 104.0), (85.8, 94.2), (70.8, 84.2), (61.5, 69.2))
TRIES, CLOSE_ENOUGH = 12, 0.4  # points that a sheet may miss its wish by
QUARTER_IN_SCORING = (5, 22, 43, 61, 12)  # 2026Q1, as the cycle page shows it


@dataclass(frozen=True, slots=True)
class Volume:
    """How a value follows from whole numbers: value = offset + slope × num / den."""

    den: int
    slope: float = 1.0
    offset: float = 0.0

    def value(self, num: int) -> float:
        return self.offset + self.slope * num / self.den

    def num(self, value: float) -> int:
        return max(0, int((value - self.offset) * self.den / self.slope + 0.5))


@dataclass(frozen=True, slots=True)
class Amount:
    """The two whole numbers of one indicator for one stint, to be spread over rows."""

    num: int
    den: int


@dataclass(slots=True)
class Books:
    """Rows of every source by month ("2025-03"), in the order they were written."""

    rows: dict[str, dict[str, list[tuple[Any, ...]]]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(list))
    )

    def add(self, source: str, day: date, *row: Any) -> None:
        """Append `row` to the month of `day` (the business day)."""
        self.rows[source][f"{day:%Y-%m}"].append(row)


def wished_scores(all_stints: Sequence[Stint], seed: int, fixed: set[tuple[str, str]]) -> dict[tuple[str, str], float]:
    """A total per (工号, cycle): per cycle the grade shares hold over those who can be graded.

    People keep part of their standing from cycle to cycle. `fixed` are those whose numbers a case gives.
    """
    wishes: dict[tuple[str, str], float] = {}
    by_cycle: dict[str, list[Stint]] = defaultdict(list)
    for stint in all_stints:
        wishes.setdefault(stint.key, 76.0 + 5.0 * bell(stream(seed, "wish", *stint.key)))
        if stint.on_sheet and stint.long_enough and stint.key not in fixed:
            by_cycle[stint.cycle.code].append(stint)
    for cycle, group in by_cycle.items():
        ranked = sorted(group, key=lambda stint: (-_standing(stint, seed), stint.person.number))
        counts = spread_by(len(ranked), GRADE_SHARES)
        if cycle == "2026Q1":
            counts = spread_by(len(ranked), QUARTER_IN_SCORING)
        place = 0
        for (low, high), count in zip(GRADE_RANGES, counts, strict=True):
            for index in range(count):
                share = (index + 0.5) / count
                wishes[ranked[place].key] = high - (high - low) * share
                place += 1
    return wishes


def _standing(stint: Stint, seed: int) -> float:
    steady = bell(stream(seed, "standing", stint.person.number))
    return 0.8 * steady + 0.6 * bell(stream(seed, "standing", *stint.key))


def place_amounts(
    lines: Sequence[PlanLine], volumes: Mapping[str, Volume], total: float, rng: Random
) -> dict[str, Amount]:
    """Whole numbers for each line so that the sheet comes to about `total`; the best of a few tries."""
    used = [line for line in lines if line.applies and line.code in volumes]
    used.sort(key=lambda line: -_grain(line, volumes[line.code]))
    best: dict[str, Amount] = {}
    best_miss = float("inf")
    for _ in range(TRIES):
        amounts, miss = _try_amounts(used, volumes, total, rng)
        if miss < best_miss:
            best, best_miss = amounts, miss
        if best_miss < CLOSE_ENOUGH:
            break
    return best


def _try_amounts(
    used: Sequence[PlanLine], volumes: Mapping[str, Volume], total: float, rng: Random
) -> tuple[dict[str, Amount], float]:
    """The coarsest line is set first, near the total; each next one makes up for what the earlier left;
    the finest one closes the gap. Returns the amounts and how many points the sheet is off."""
    weight_left = sum(line.weight for line in used)
    best_left = sum(line.weight * line.rule.best for line in used)
    worst_left = sum(line.weight * line.rule.worst for line in used)
    whole, points = weight_left, total * weight_left
    amounts: dict[str, Amount] = {}
    for line in used:
        wished = points / weight_left
        weight_left -= line.weight
        best_left -= line.weight * line.rule.best
        worst_left -= line.weight * line.rule.worst
        if weight_left:
            # violations are rare: most people have none, whatever their total
            rare = line.rule.method == "count" and rng.random() < 0.8
            wished = 100.0 if rare else wished + line.lean + 6.0 * bell(rng)
        low, high = (points - best_left) / line.weight, (points - worst_left) / line.weight
        volume = volumes[line.code]
        num = _nearest(line.rule, volume, min(max(wished, low), high))
        points -= line.weight * line.rule.score(volume.value(num))
        amounts[line.code] = Amount(num, volume.den)
    return amounts, abs(points) / whole


def _grain(line: PlanLine, volume: Volume) -> float:
    """Points of the total that one whole number more or less moves."""
    near = volume.num(line.rule.value(85.0))
    one, other = volume.value(near), volume.value(near + 1)
    return line.weight * abs(line.rule.score(one) - line.rule.score(other))


def _nearest(rule: Rule, volume: Volume, wished: float) -> int:
    """The whole number whose score is nearest to `wished`; a planned line never falls below its floor."""
    guess = volume.num(rule.value(wished))
    around = range(max(0, guess - 1), guess + 2)
    goal = max(rule.worst, min(rule.best, wished))
    return min(around, key=lambda num: (abs(rule.score(volume.value(num)) - goal), num))
