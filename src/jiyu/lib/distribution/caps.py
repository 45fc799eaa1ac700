"""Caps by shares: the best grade, the best two together, the best three …"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from jiyu.lib.text import Text, counted
from jiyu.lib.units import format_number

Share = Fraction | Decimal
"""A ratio: 5 % is Decimal("0.05")."""


@dataclass(frozen=True, slots=True)
class Caps:
    """How many people may have the first of `grades`, the first two together, the first three …

    `most` and `steps` have one entry per grade, from best to worst. Where the shares reach 1 the cap is everybody
    and says nothing.
    """

    grades: tuple[str, ...]
    most: tuple[int, ...]
    steps: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class UnitShares:
    """A unit's people and the shares of each grade, best first, that hold for it (by the unit's own grade, say)."""

    unit: str
    people: int
    shares: Mapping[str, Share]


@dataclass(frozen=True, slots=True)
class Over:
    """A cap that is exceeded: the grades together, how many have them, how many may, and the words."""

    grades: tuple[str, ...]
    have: int
    most: int
    words: Text


def distribution_caps(people: int, shares: Mapping[str, Share]) -> Caps:
    """Caps of one group of `people` by the share of each grade, best first.

    Cumulative and rounded down: with 12 people at 5/15/30/40/10 % each grade rounded on its own gives 1 + 2 + 4 + 5
    + 1 = 13 grades. Raises ValueError for a negative number of people or share.
    """
    return caps_together([UnitShares("", people, shares)])


def caps_together(units: Sequence[UnitShares]) -> Caps:
    """Caps of several units as one group, each with its own shares: added exactly, then rounded down once.

    4, 6, 8, 8 people at S 5 %, A 15 % apart have S 0 and S + A 0 + 1 + 1 + 1 = 3; together S 1 and S + A 5. Raises
    ValueError for no unit, negative people or shares, or units whose grades are not the same.
    """
    if not units or any(tuple(unit.shares) != tuple(units[0].shares) for unit in units):
        raise ValueError("units together need the same grades in the same order")
    if any(unit.people < 0 or min(unit.shares.values(), default=0) < 0 for unit in units):
        raise ValueError("people and shares cannot be negative")
    grades = tuple(units[0].shares)
    most: list[int] = []
    steps: list[Text] = []
    for count in range(1, len(grades) + 1):
        terms = _terms(units, count)
        exact = sum((people * share for people, share in terms), Fraction(0))
        most.append(int(exact))
        steps.append(
            Text("{g}：{sum} = {x}，向下取整，最多 {n} 人", "{g}: {sum} = {x}, rounded down: at most {n}").format(
                g=_together(grades[:count]), sum=_sum(terms), x=format_number(exact), n=int(exact)
            )
        )
    return Caps(grades, tuple(most), tuple(steps))


def _terms(units: Sequence[UnitShares], count: int) -> list[tuple[int, Fraction]]:
    """People by cumulative share of the first `count` grades; units with equal shares are one term."""
    people: dict[Fraction, int] = {}
    for unit in units:
        share = sum((Fraction(share) for share in list(unit.shares.values())[:count]), Fraction(0))
        people[share] = people.get(share, 0) + unit.people
    return [(number, share) for share, number in people.items()]


def _sum(terms: Sequence[tuple[int, Fraction]]) -> Text:
    percents = [format_number(share * 100) for _, share in terms]
    return Text(
        " + ".join(f"{people} 人 × {pct} %" for (people, _), pct in zip(terms, percents, strict=True)),
        " + ".join(
            f"{counted(people, 'person', 'people')} × {pct} %" for (people, _), pct in zip(terms, percents, strict=True)
        ),
    )


def _together(grades: Sequence[str]) -> Text:
    if len(grades) == 1:
        return Text(grades[0])
    return Text(f"{'、'.join(grades)} 合计", f"{', '.join(grades[:-1])} and {grades[-1]} together")


def over_caps(counts: Mapping[str, int], caps: Caps) -> tuple[Over, ...]:
    """The caps that `counts` (people by grade; a grade left out has nobody) exceeds, best grades first; empty: none."""
    over: list[Over] = []
    have = 0
    for place, (grade, most) in enumerate(zip(caps.grades, caps.most, strict=True), start=1):
        have += counts.get(grade, 0)
        if have > most:
            grades = caps.grades[:place]
            words = Text("{g}：最多 {m} 人，现在 {h} 人，多 {o} 人", "{g}: at most {m}, now {h}, {o} too many").format(
                g=_together(grades), m=most, h=have, o=have - most
            )
            over.append(Over(grades, have, most, words))
    return tuple(over)
