"""Draws that come out the same on each run and each machine.

Only `Random.random`, `randrange`, `choice`, `sample`, `shuffle` and whole numbers are used: no `gauss`,
no `log`, whose last digit differs between C libraries. Each topic has its own stream, so that a change
in one topic moves no other.
"""

from __future__ import annotations

from collections.abc import Sequence
from random import Random


def stream(seed: int, *topic: object) -> Random:
    """The random stream of one topic, for example `stream(seed, "tickets", "000317", "2025Q1")`."""
    return Random("/".join(str(part) for part in (seed, *topic)))


def words(text: str) -> tuple[str, ...]:
    """The words of a text as a tuple: long tables stay readable."""
    return tuple(text.split())


def bell(rng: Random) -> float:
    """A bell-shaped draw around 0, standard deviation about 0.7, never outside −3…3."""
    return sum(rng.random() for _ in range(6)) - 3.0


def spread(total: int, parts: int, rng: Random, *, unevenness: float = 0.3) -> list[int]:
    """`total` in `parts` whole numbers that add up to it exactly, each within ±`unevenness` of even."""
    weights = [1.0 + unevenness * (2.0 * rng.random() - 1.0) for _ in range(parts)]
    return spread_by(total, weights)


def spread_by(total: int, weights: Sequence[float]) -> list[int]:
    """`total` shared by weight, rest by largest remainder (first wins a tie); a negative total mirrors."""
    if total < 0:
        return [-part for part in spread_by(-total, weights)]
    whole = sum(weights)
    exact = [total * weight / whole for weight in weights]
    shares = [int(share) for share in exact]
    by_rest = sorted(range(len(weights)), key=lambda i: (shares[i] - exact[i], i))
    for i in by_rest[: total - sum(shares)]:
        shares[i] += 1
    return shares


def spread_within(total: int, limits: Sequence[int], rng: Random) -> list[int]:
    """`total` shared over places with room `limits`, never more than the room; `total` ≤ sum of rooms.

    Above half of the room it is the free room that is shared, so that few places end up full.
    """
    if sum(limits) < 2 * total:
        free = spread_within(sum(limits) - total, limits, rng)
        return [limit - part for limit, part in zip(limits, free, strict=True)]
    weights = [limit * (0.4 + 1.2 * rng.random()) for limit in limits]
    if total < 0:
        raise ValueError("more to share than there is room for")
    if not total:
        return [0] * len(limits)
    shares = [min(share, limit) for share, limit in zip(spread_by(total, weights), limits, strict=True)]
    left = total - sum(shares)
    order = list(range(len(limits)))
    rng.shuffle(order)
    while left > 0:
        for i in [i for i in order if shares[i] < limits[i]][:left]:
            shares[i] += 1
        left = total - sum(shares)
    return shares


def around_percentile(count: int, share: float, value: int, rng: Random) -> list[int]:
    """`count` whole numbers whose percentile `share` (Excel's PERCENTILE.INC) is exactly `value`."""
    place = share * (count - 1)
    low = int(place)
    high = min(low + 1, count - 1)
    below = [max(1, int(value * (0.25 + 0.7 * rng.random()))) for _ in range(low)]
    above = [value + int(value * 0.9 * rng.random()) for _ in range(count - 1 - high)]
    numbers = [*below, *([value] * (count - len(below) - len(above))), *above]
    rng.shuffle(numbers)
    return numbers


def ratings(count: int, total: int, rng: Random) -> list[int]:
    """`count` marks of 1–5 that add up to `total`, with some spread."""
    base, rest = divmod(total, count)
    marks = [base + 1] * rest + [base] * (count - rest)
    for _ in range(count):
        one, other = rng.randrange(count), rng.randrange(count)
        if one != other and marks[one] < 5 and marks[other] > 2 and rng.random() < 0.4:
            marks[one] += 1
            marks[other] -= 1
    rng.shuffle(marks)
    return marks
