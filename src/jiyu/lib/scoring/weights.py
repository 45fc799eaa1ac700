"""Weights: read as people type them, checked to be 100 % together, and brought there in proportion.

Weights are integers of millionths: 40 % is 400,000. Source: RULES "weights 98 or 105", CASES B2.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Final

from jiyu.lib.text import Problem, Text
from jiyu.lib.units import MICRO, format_number

WHOLE: Final = MICRO
"""100 %."""


def read_weights(texts: Sequence[str]) -> tuple[int | None, ...]:
    """Weights of one sheet or section as typed: "40", "25%", "0.2" and "15" together are 40/25/20/15 %.

    A number up to 1 without a percent sign is a ratio, a larger one is percent; "1" alone is 100 %, but
    1 % where the others leave just that. Full-width digits and signs are read. None where there is no
    number, or it is negative or above 100 %.
    """
    read = [_read(text) for text in texts]
    others = sum(weight for weight, is_one in read if weight is not None and not is_one)
    ones = sum(is_one for _, is_one in read)
    one = WHOLE // 100 if ones and others + ones * (WHOLE // 100) == WHOLE else WHOLE
    return tuple(one if is_one else weight for weight, is_one in read)


def _read(text: str) -> tuple[int | None, bool]:
    """The weight, and whether it was a bare "1"."""
    folded = text.strip().translate(_FULL_WIDTH)
    bare = folded.removesuffix("%").strip()
    try:
        number = Decimal(bare)
    except InvalidOperation:
        return None, False
    if not number.is_finite() or not 0 <= number <= 100:
        return None, False
    percent = folded.endswith("%") or number > 1
    ratio = Fraction(number) / 100 if percent else Fraction(number)
    return int(ratio * WHOLE + Fraction(1, 2)), number == 1 and not percent


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
