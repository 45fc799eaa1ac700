"""Numbers as people read them: "97.50 %", "320 万元", "1,234", "−20" (LOOK "Type")."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction

from jiyu.lib.units.registry import MICRO, Unit

MINUS = "\N{MINUS SIGN}"
_EXACT = Context(prec=60, rounding=ROUND_HALF_UP)
_MOST_DECIMALS = 6


def _decimal(value: float | Decimal | Fraction) -> Decimal:
    """The decimal number that is meant; a double is taken at fifteen digits, as a spreadsheet shows it.

    84.99499999999999 is what doubles make of 84.995: without this it would be shown as 84.99.
    """
    if isinstance(value, float):
        return Decimal(f"{value:.15g}")
    if isinstance(value, Fraction):
        return _EXACT.divide(Decimal(value.numerator), Decimal(value.denominator))
    return Decimal(value)


def format_number(
    value: float | Decimal | Fraction, decimals: int | None = None, *, at_most: int = _MOST_DECIMALS
) -> str:
    """`value` with thousands commas and a true minus sign, rounded half-up (away from zero).

    `decimals` is kept with its zeros (97.5, 2 → "97.50"); None shows as many as the number has, up to
    `at_most` (19.5 → "19.5", 8.0 → "8"). Never "−0". Raises ValueError for an infinity or NaN.
    """
    number = _decimal(value)
    if not number.is_finite():
        raise ValueError(f"not a finite number: {value}")
    places = at_most if decimals is None else decimals
    rounded = number.quantize(Decimal(1).scaleb(-places), context=_EXACT)
    text = f"{abs(rounded):,f}"
    if decimals is None and "." in text:
        text = text.rstrip("0").rstrip(".")
    return MINUS + text if rounded < 0 else text


def format_value(
    value: float | Decimal | Fraction, unit: Unit, decimals: int | None = None, language: str = "zh"
) -> str:
    """`value` (in `unit`) with its label: "97.50 %", "320 万元", "4,368 件"; a space between, as LOOK asks.

    `decimals` None shows as many as the number has. `language` "zh…" or anything else for English.
    """
    return with_label(format_number(value, decimals), unit, language)


def with_label(number: str, unit: Unit, language: str) -> str:
    """`number`, as it is shown, with the unit's word: "4 times", "1 time"."""
    # "8 个" is "8" in English: a unit without an English word stands as the bare number.
    return f"{number} {label_in(unit, language, number)}".strip()


def label_in(unit: Unit, language: str, number: str) -> str:
    """The word behind `number`, as it is shown, in `language`; "8 个" is "8" in English, so it may be empty."""
    if language.startswith("zh"):
        return unit.label.zh
    return unit.one if unit.one and number == "1" else unit.label.en


def format_micro(value_micro: int, unit: Unit, decimals: int | None = None, language: str = "zh") -> str:
    """The same for a stored number (millionths of `unit`), exactly."""
    return format_value(Fraction(value_micro, MICRO), unit, decimals, language)
