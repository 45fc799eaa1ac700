"""From grade to money, exactly: the factor chain of one person, and a pool with floor and cap, in fen.

Amounts are integers of fen, factors exact fractions; nothing is a float. Source: RULES "系数→奖金", "Pool".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from jiyu.lib.text import Problem, Text
from jiyu.lib.units import format_number


class PoolImpossible(ValueError):
    """The pool cannot pay everybody's floor; `problem` says by how much (code `scoring.pool_too_small`)."""

    def __init__(self, pool_fen: int, needed_fen: int) -> None:
        self.problem = Problem(
            "scoring.pool_too_small",
            Text(
                "奖金池 {pool} 元不够付保底，还差 {gap} 元。",
                "The pool of {pool} yuan cannot pay the floors; {gap} yuan are missing.",
            ).format(pool=_yuan(pool_fen), gap=_yuan(needed_fen - pool_fen)),
            Text("加大奖金池，或降低保底。", "Raise the pool or lower the floor."),
        )
        super().__init__(self.problem.message.zh)


@dataclass(frozen=True, slots=True)
class PayStep:
    """One step of the chain: what it multiplies with, and the exact amount after it (in fen)."""

    label: Text
    factor: Fraction
    amount_fen: Fraction


@dataclass(frozen=True, slots=True)
class PoolShare:
    """What a pool pays. `left_fen` stays in it where everybody is at the cap."""

    amounts_fen: tuple[int, ...]
    left_fen: int


def pay_chain(base_fen: int, factors: Sequence[tuple[Text, Fraction]]) -> tuple[tuple[PayStep, ...], int]:
    """绩效基数 × 绩效系数 × 部门系数 × 出勤: the steps (exact), and the amount in fen, rounded half-up once.

    2,400 × 1.1 × 0.95 = 2,508.00; × 20/22 = 2,280.00.
    """
    amount = Fraction(base_fen)
    steps: list[PayStep] = []
    for label, factor in factors:
        amount *= factor
        steps.append(PayStep(label, factor, amount))
    return tuple(steps), _half_up(amount)


def share_pool(
    pool_fen: int,
    factors: Sequence[Fraction],
    *,
    floor_fen: int = 0,
    cap_fen: int | None = None,
) -> PoolShare:
    """Share a pool by factors, nobody below `floor_fen` or above `cap_fen`, to the last fen.

    Those at a limit are fixed there and the rest is shared by factor: there is one rate r at which
    Σ clamp(r × factor) is the pool. Fen go by largest remainder; equal remainders in the order given.
    Raises PoolImpossible if the floors alone are more than the pool, ValueError for a negative factor or
    a floor above the cap.
    """
    if any(factor < 0 for factor in factors) or (cap_fen is not None and floor_fen > cap_fen):
        raise ValueError("factors cannot be negative, nor the floor above the cap")
    if floor_fen * len(factors) > pool_fen:
        raise PoolImpossible(pool_fen, floor_fen * len(factors))
    rate = _rate(pool_fen, factors, floor_fen, cap_fen)
    exact = [_clamp(rate * factor, floor_fen, cap_fen) for factor in factors]
    amounts = [int(amount) for amount in exact]
    spare = int(sum(exact, Fraction(0))) - sum(amounts)
    by_remainder = sorted(range(len(exact)), key=lambda i: (amounts[i] - exact[i], i))
    for i in by_remainder[:spare]:
        amounts[i] += 1
    return PoolShare(tuple(amounts), pool_fen - sum(amounts))


def _rate(pool_fen: int, factors: Sequence[Fraction], floor_fen: int, cap_fen: int | None) -> Fraction:
    """The rate at which the clamped shares add up to the pool, or the one at which all are at the cap.

    The sum of clamped shares is straight between the rates at which somebody meets a limit; the piece
    that holds the pool is found, and on it the rate is a division.
    """
    positive = [factor for factor in factors if factor > 0]
    meets = {limit / factor for factor in positive for limit in (floor_fen, cap_fen) if limit is not None}
    low = Fraction(0)
    for high in sorted(Fraction(rate) for rate in meets):
        if _spent(high, factors, floor_fen, cap_fen) >= pool_fen:
            break
        low = high
    free = [factor for factor in positive if low * factor >= floor_fen and (cap_fen is None or low * factor < cap_fen)]
    if not free:
        return low
    return low + (pool_fen - _spent(low, factors, floor_fen, cap_fen)) / sum(free, Fraction(0))


def _spent(rate: Fraction, factors: Sequence[Fraction], floor_fen: int, cap_fen: int | None) -> Fraction:
    return sum((_clamp(rate * factor, floor_fen, cap_fen) for factor in factors), Fraction(0))


def _clamp(amount: Fraction, floor_fen: int, cap_fen: int | None) -> Fraction:
    raised = max(amount, Fraction(floor_fen))
    return raised if cap_fen is None else min(raised, Fraction(cap_fen))


def _half_up(amount: Fraction) -> int:
    magnitude = (2 * abs(amount.numerator) + amount.denominator) // (2 * amount.denominator)
    return magnitude if amount >= 0 else -magnitude


def _yuan(fen: int) -> str:
    return format_number(Fraction(fen, 100), 2)
