"""A pool shared by factors, with floor and cap, to the last fen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from jiyu.lib.pay.words import exact_number, yuan
from jiyu.lib.text import Problem, Text, counted


class PoolImpossible(ValueError):
    """The pool cannot pay everybody's floor; `problem` says by how much (code `pay.pool_too_small`)."""

    def __init__(self, pool_fen: int, needed_fen: int) -> None:
        self.problem = Problem(
            "pay.pool_too_small",
            Text(
                "奖金池 {pool} 元不够付保底，还差 {gap} 元。",
                "The pool of {pool} yuan cannot pay the floors; {gap} yuan are missing.",
            ).format(pool=yuan(pool_fen), gap=yuan(needed_fen - pool_fen)),
            Text("加大奖金池，或降低保底。", "Raise the pool or lower the floor."),
        )
        super().__init__(self.problem.message.zh)


@dataclass(frozen=True, slots=True)
class PoolShare:
    """What a pool pays, in fen and in the order of the factors; `left_fen` stays in it where everybody is at the cap.

    `steps` in words: the pool, who is fixed at which limit, how the rest is shared, the last fen, what is left.
    """

    amounts_fen: tuple[int, ...]
    left_fen: int
    steps: tuple[Text, ...]


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
    left_fen = pool_fen - sum(amounts)
    steps = _steps(pool_fen, factors, exact, floor_fen, cap_fen)
    if spare:
        steps.append(
            Text(
                "不足一分的合起来 {n} 分，给余数最大的 {n} 人各一分",
                "parts of a fen come to {n}: one each to the {n} largest remainders",
            ).format(n=spare)
        )
    if left_fen:
        steps.append(
            Text("{y} 元分不出去，留在池里", "{y} yuan cannot be paid and stay in the pool").format(y=yuan(left_fen))
        )
    return PoolShare(tuple(amounts), left_fen, tuple(steps))


def _steps(
    pool_fen: int, factors: Sequence[Fraction], exact: Sequence[Fraction], floor_fen: int, cap_fen: int | None
) -> list[Text]:
    """The words up to the exact shares."""
    steps = [Text("奖金池 {y} 元", "pool of {y} yuan").format(y=yuan(pool_fen))]
    at_cap = [i for i, amount in enumerate(exact) if amount == cap_fen]
    at_floor = [i for i, amount in enumerate(exact) if floor_fen and amount == floor_fen and i not in at_cap]
    free = [i for i in range(len(exact)) if i not in at_cap and i not in at_floor and factors[i]]
    for those, limit, words in (
        (at_cap, cap_fen, Text("{n} 人封顶，各 {y} 元", "{people} at the cap, {y} yuan each")),
        (at_floor, floor_fen, Text("{n} 人保底，各 {y} 元", "{people} at the floor, {y} yuan each")),
    ):
        if those and limit is not None:
            people = counted(len(those), "person", "people")
            steps.append(words.format(n=len(those), people=people, y=yuan(limit)))
    if free:
        together = sum((factors[i] for i in free), Fraction(0))
        shared = sum((exact[i] for i in free), Fraction(0))
        steps.append(
            Text(
                "其余 {y} 元由 {n} 人按系数分：系数合计 {f}，每 1.0 得 {rate} 元",
                "the other {y} yuan by factor to {people}: factors of {f} together, {rate} yuan for 1.0",
            ).format(
                y=yuan(shared),
                n=len(free),
                people=counted(len(free), "person", "people"),
                f=exact_number(together),
                rate=yuan(shared / together),
            )
        )
    return steps


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
