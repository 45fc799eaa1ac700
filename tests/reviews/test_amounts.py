"""Stored millionths as columns come to the same floats and integers as one by one."""

from __future__ import annotations

import math

import numpy as np
import pytest

from jiyu.reviews.engine import Amounts

MICRO = 1_000_000
BIG = 2**53 + 1  # the first whole number that is no float
VALUES = [None, 0, 1, -1, 84_995_000, BIG, 7 * BIG + 3, -(7 * BIG) - 3, 2**63 - 1]


def test_many_at_once_are_the_same_floats_as_one_by_one() -> None:
    numbers = Amounts.of(VALUES).numbers().tolist()
    assert math.isnan(numbers[0])
    assert numbers[1:] == [v / MICRO for v in VALUES[1:] if v is not None]  # to the bit: Python divides exactly


def test_what_is_absent_stays_absent() -> None:
    amounts = Amounts.of(VALUES)
    assert amounts.listed(np.arange(len(VALUES))) == VALUES
    assert amounts.listed(np.array([2, 0])) == [1, None]


def test_numbers_are_rounded_like_pythons_own_and_too_large_ones_are_refused() -> None:
    numbers = np.array([0.1, 84.995, 1e-6 / 2, 1.5e-6, 2.5e-6, np.nan])
    there = ~np.isnan(numbers)
    rounded = Amounts.rounded(numbers, there).listed(np.arange(6))
    assert rounded == [*(round(n * MICRO) for n in numbers[there].tolist()), None]
    with pytest.raises(OverflowError):
        Amounts.rounded(np.array([1e13]), np.array([True]))
