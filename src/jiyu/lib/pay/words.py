"""Amounts and factors as the steps show them."""

from __future__ import annotations

from fractions import Fraction

from jiyu.lib.units import format_number

_MOST_DECIMALS = 6


def yuan(fen: Fraction | int) -> str:
    """ "12,780.90": fen as yuan with two decimals."""
    return format_number(Fraction(fen) / 100, 2)


def exact_number(value: Fraction) -> str:
    """ "0.95"; a fraction ("10/11") where six decimals are not all of it."""
    if value.denominator == 1 or 10**_MOST_DECIMALS % value.denominator == 0:
        return format_number(value)
    return str(value)
