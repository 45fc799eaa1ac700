"""Weights: read as people type them, checked to be 100 % together, and brought there in proportion.

Weights are integers of millionths: 40 % is 400,000. Source: RULES "weights 98 or 105", CASES B2.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Final, Literal, NamedTuple

from jiyu.lib.text import Problem, Text
from jiyu.lib.units import MICRO, format_number

WHOLE: Final = MICRO
"""100 %."""


Way = Literal["percent", "fraction", "each", "unclear"]
"""How bare numbers were read: 40 is 40 %; 0.4 is 40 %; each by its size, which alone makes 100 %; or nobody can say."""


class ReadWeights(NamedTuple):
    """Weights of one sheet in millionths, None for what is none; `way` is how its bare numbers were read."""

    weights: tuple[int | None, ...]
    way: Way


def weigh(texts: Sequence[str]) -> ReadWeights:
    """Weights of one sheet or section as typed; what comes to 100 % says how bare numbers are meant.

    "0.4" and "0.6" are fractions, "0.5" and "99.5" percents; "40", "25%", "0.2" and "15" are read each by its size,
    since only so do they make 100 %. Where nothing does, one size decides for all; sizes of both kinds are `unclear`
    (and still read each by its own, a number up to 1 as a fraction). Full-width digits and signs are read. None where
    there is no number, or it is negative or above 100 %.
    """
    read = [_read(text) for text in texts]
    bare = [number for number, is_marked in filter(None, read) if not is_marked]
    if all(read):
        for way, scale in _SCALES.items():
            weights = _with_scale(read, scale)
            if sum(w for w in weights if w is not None) == WHOLE:
                return ReadWeights(weights, way)
    weights = tuple(_by_size(one) for one in read)
    is_mixed = any(0 < n < 1 for n in bare) and any(n > 1 for n in bare)
    if is_mixed:
        is_whole = all(read) and sum(w for w in weights if w is not None) == WHOLE
        return ReadWeights(weights, "each" if is_whole else "unclear")
    way = "percent" if any(n > 1 for n in bare) else "fraction"
    return ReadWeights(_with_scale(read, _SCALES[way]), way)


def read_weights(texts: Sequence[str]) -> tuple[int | None, ...]:
    """The weights of `weigh` alone."""
    return weigh(texts).weights


_Read = tuple[Decimal, bool] | None
"""A number, and whether it stood before a percent sign; None for what is no weight."""


def _read(text: str) -> _Read:
    folded = text.strip().translate(_FULL_WIDTH)
    bare = folded.removesuffix("%").strip()
    try:
        number = Decimal(bare)
    except InvalidOperation:
        return None
    return (number, folded.endswith("%")) if number.is_finite() and 0 <= number <= 100 else None


def _with_scale(read: Sequence[_Read], scale: Fraction) -> tuple[int | None, ...]:
    """Each weight, with `scale` for a bare number and a hundredth for one with its sign."""
    return tuple(one and _millionths(one[0], _PERCENT if one[1] else scale) for one in read)


def _by_size(one: _Read) -> int | None:
    return one and _millionths(one[0], _PERCENT if one[1] or one[0] > 1 else _FRACTION)


def _millionths(number: Decimal, scale: Fraction) -> int:
    return int(Fraction(number) * scale * WHOLE + Fraction(1, 2))


_PERCENT, _FRACTION = Fraction(1, 100), Fraction(1)
_SCALES: Final[dict[Way, Fraction]] = {"percent": _PERCENT, "fraction": _FRACTION}
_FULL_WIDTH: Final = str.maketrans("０１２３４５６７８９．％", "0123456789.%")


def check_weights(weights: Sequence[int], *, publishing: bool) -> list[Problem]:
    """Whether `weights` make 100 %: a warning in a draft, an error when publishing.

    The three ways out are the caller's to offer: in proportion (`in_proportion`), change one, or keep as
    it is (a sheet of 98 full points).
    """
    together = sum(weights)
    if together == WHOLE:
        return []
    gap = Fraction(abs(together - WHOLE) * 100, WHOLE)
    words = Text("还差", "short by") if together < WHOLE else Text("多了", "over by")
    return [
        Problem(
            "scoring.weight_sum",
            Text("权重合计 {sum} %，{words} {gap}。", "Weights make {sum} %, {words} {gap}.").format(
                sum=format_number(Fraction(together * 100, WHOLE)), words=words, gap=format_number(gap)
            ),
            Text(
                "按比例补到 100，改其中一项，或按原样（满分 {sum}）。",
                "Scale to 100, change one, or keep it (full marks {sum}).",
            ).format(sum=format_number(Fraction(together * 100, WHOLE))),
            path="weights",
            severity="error" if publishing else "warning",
        )
    ]


def in_proportion(weights: Sequence[int], whole: int = WHOLE) -> tuple[int, ...]:
    """The weights scaled to `whole` exactly, the last millionths by largest remainder.

    50/30 beside a third that becomes 30 %: `in_proportion([500_000, 300_000], 700_000)` is 43.75/26.25 %.
    Raises ValueError if they add up to nothing or one is negative.
    """
    together = sum(weights)
    if together <= 0 or min(weights) < 0:
        raise ValueError("weights must add up to more than nothing")
    exact = [Fraction(weight * whole, together) for weight in weights]
    scaled = [int(weight) for weight in exact]
    by_remainder = sorted(range(len(exact)), key=lambda i: (scaled[i] - exact[i], i))
    for i in by_remainder[: whole - sum(scaled)]:
        scaled[i] += 1
    return tuple(scaled)
