"""An independent adversary for small populations: tries every group of persons with exact fractions.

Shares nothing with `jiyu.lib.privacy`: no atoms, no search, one dense elimination per group.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable
from fractions import Fraction
from itertools import combinations

from jiyu.lib.privacy import Contribution


def rank(rows: list[list[Fraction]]) -> int:
    """Rank of a matrix by plain Gaussian elimination."""
    rows, found = [list(row) for row in rows], 0
    for column in range(len(rows[0]) if rows else 0):
        pivot = next((i for i in range(found, len(rows)) if rows[i][column]), None)
        if pivot is None:
            continue
        rows[found], rows[pivot] = rows[pivot], rows[found]
        for i in range(found + 1, len(rows)):
            factor = rows[i][column] / rows[found][column]
            rows[i] = [a - factor * b for a, b in zip(rows[i], rows[found], strict=True)]
        found += 1
    return found


def person(member: Hashable) -> Hashable:
    return member.person if isinstance(member, Contribution) else member


def tells_about(shown: Collection[Collection[Hashable]], group: Collection[Hashable]) -> bool:
    """Whether some combination of shown sums is about persons of `group` only: leaving their columns out lowers
    the rank."""
    members = sorted({member for those in shown for member in those}, key=repr)
    others = [member for member in members if person(member) not in group]
    ranks = [rank([[Fraction(m in those) for m in columns] for those in shown]) for columns in (members, others)]
    return ranks[1] < ranks[0]


def derives(shown: Collection[Collection[Hashable]], minimum: int) -> set[Hashable] | None:
    """The first group of fewer than `minimum` persons about whom a combination of shown sums tells, or None."""
    persons = sorted({person(member) for those in shown for member in those}, key=repr)
    groups = (set(group) for size in range(1, minimum) for group in combinations(persons, size))
    return next((group for group in groups if tells_about(shown, group)), None)
