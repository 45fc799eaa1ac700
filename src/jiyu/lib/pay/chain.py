"""绩效基数 × 绩效系数 × 部门系数 × 出勤: one person's pay, step by step, rounded once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from jiyu.lib.pay.words import exact_number, yuan
from jiyu.lib.text import Text


@dataclass(frozen=True, slots=True)
class Factor:
    """What an amount is multiplied with: its name, its exact value, and how it is written ("20/22"; empty: as a
    number)."""

    label: Text
    value: Fraction
    written: str = ""


@dataclass(frozen=True, slots=True)
class Pay:
    """What one person gets, in fen. `after_fen` is the exact amount after each factor, `steps` the words: first the
    base, then one for each factor, and last the rounding where it moved anything."""

    amount_fen: int
    after_fen: tuple[Fraction, ...]
    steps: tuple[Text, ...]


def pay_chain(base_fen: int, factors: Sequence[Factor]) -> Pay:
    """The base times all factors, exact, and rounded half-up to the fen once at the end.

    2,400 × 1.1 × 0.95 = 2,508.00; × 20/22 = 2,280.00. The steps show amounts with two decimals and "≈" where that
    is not all of them.
    """
    amount = Fraction(base_fen)
    after: list[Fraction] = []
    steps = [Text("绩效基数 {y} 元", "pay base {y} yuan").format(y=yuan(amount))]
    for factor in factors:
        amount *= factor.value
        after.append(amount)
        steps.append(
            Text("× {label} {f} {is_} {y} 元", "× {label} {f} {is_} {y} yuan").format(
                label=factor.label,
                f=factor.written or exact_number(factor.value),
                is_="=" if amount.denominator == 1 else "≈",
                y=yuan(amount),
            )
        )
    rounded = _half_up(amount)
    if rounded != amount:
        steps.append(Text("四舍五入到分：{y} 元", "rounded to the fen: {y} yuan").format(y=yuan(Fraction(rounded))))
    return Pay(rounded, tuple(after), tuple(steps))


def _half_up(amount: Fraction) -> int:
    magnitude = (2 * abs(amount.numerator) + amount.denominator) // (2 * amount.denominator)
    return magnitude if amount >= 0 else -magnitude
