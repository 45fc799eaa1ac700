"""The written decision points of FORMULA §2, each with the value that plain doubles get wrong."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiyu.lib.formula import numeric
from tests.lib.formula.formula_kit import STEADY


@pytest.mark.parametrize(
    ("x", "digits", "expected"),
    [
        (2.675, 2, 2.68),
        (1.005, 2, 1.01),
        (-1.005, 2, -1.01),
        (-2.5, 0, -3.0),
        (84.995, 2, 85.0),
        (0.49999999999999994, 0, 1.0),
        (1250, -2, 1300.0),
        (1249.999, -2, 1200.0),
        (9.5, 400, 9.5),
        (5, -400, 0.0),
        (2.345, 1.9, 2.3),
        (99999999999.99 * 0.1234, 2, 12340000000.0),
        (99.995, 2, 100.0),
        (999999999999999.9, 0, 1e15),
        (1e300, 10, 1e300),
    ],
)
def test_round_half_away_from_zero(x: float, digits: float, expected: float) -> None:
    assert numeric.round_half_up(x, digits) == expected


def test_rounding_a_weighted_tie_gives_what_the_decimals_say() -> None:
    assert 91.70 * 0.40 + 81.50 * 0.30 + 79.55 * 0.30 < 84.995  # what plain doubles think
    assert numeric.round_half_up(91.70 * 0.40 + 81.50 * 0.30 + 79.55 * 0.30, 2) == 85.0
    assert numeric.round_half_up(0.30 * 77.6 + 0.25 * 89.3 + 0.15 * 67.3 + 0.30 * 97.5, 1) == 85.0


def test_cancellation_is_not_repaired_by_rounding() -> None:
    assert numeric.round_half_up(85 - 85.05, 1) == 0.0
    assert numeric.round_half_up(1e12 + 0.7 - 1e12, 1) == 0.7


def test_every_tie_of_128ths_rounds_up() -> None:
    a = np.arange(1, 128, 2) / 128  # exact ties at the seventh decimal
    expected = (np.floor(a * 1e6) + 1) / 1e6
    assert np.array_equal(numeric.round_half_up(a, 6), expected)


def test_rounding_never_gives_negative_zero() -> None:
    for value in (-0.001, -0.0, 0.0):
        assert math.copysign(1, float(numeric.round_half_up(value, 2))) == 1
        assert math.copysign(1, float(numeric.round_down(value, 2))) == 1


@STEADY
@given(st.integers(-(10**9), 10**9), st.integers(0, 6))
def test_rounding_a_decimal_to_its_own_places_changes_nothing(units: int, places: int) -> None:
    value = units / 10**places
    assert numeric.round_half_up(value, places) == value


@STEADY
@given(st.integers(-(10**8), 10**8))
def test_a_half_of_the_third_decimal_always_rounds_away_from_zero(units: int) -> None:
    tie = (units * 10 + 5) / 1000 if units >= 0 else (units * 10 - 5) / 1000
    away = units + 1 if units >= 0 else units - 1
    assert numeric.round_half_up(tie, 2) == away / 100


def test_integers_are_snapped_before_they_are_cut() -> None:
    assert numeric.floor_integer(0.29 * 100) == 29
    assert numeric.floor_integer((0.1 + 0.7) * 10) == 8
    assert numeric.floor_integer(-2.5) == -3
    assert numeric.floor_integer(3 - 5e-13) == 3
    assert numeric.floor_integer(3 - 5e-12) == 2
    assert numeric.round_up(1.1 * 1.1, 2) == 1.21
    assert numeric.round_down(0.29 * 100, 0) == 29
    assert numeric.ceiling(0.1 * 3, 0.1) == 0.3
    assert numeric.floor_integer(999_999.999999) == 999_999  # six decimals are data, not noise


def test_modulo_has_the_sign_of_the_divisor_and_no_noise() -> None:
    assert numeric.modulo(1, 0.1) == 0
    assert numeric.modulo(-3, 2) == 1
    assert numeric.modulo(3, -2) == -1
    assert numeric.modulo(7.5, 2) == 1.5


def test_equality_forgives_only_what_was_computed() -> None:
    assert numeric.equal(0.1 + 0.2, 0.3, computed=True)
    assert not numeric.equal(0.1 + 0.2, 0.3, computed=False)
    assert numeric.at_least(100 / 3 * 3, 100)
    assert not numeric.equal(1.0, 1.0 + 1e-11)
    assert numeric.equal(0.0, 0.0)
    assert not numeric.equal(0.0, 1e-300)


@STEADY
@given(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6))
def test_at_least_is_greater_or_equal(a: float, b: float) -> None:
    assert bool(numeric.at_least(a, b)) == (a > b or bool(numeric.equal(a, b)))


def test_what_cancellation_left_is_zero() -> None:
    assert numeric.clean_difference(0.1 + 0.2, 0.3, 0.1 + 0.2 - 0.3) == 0
    assert numeric.clean_difference(1.0, 0.999, 1 - 0.999) == 1 - 0.999
    assert numeric.clean_difference(-0.3, 0.1 + 0.2, -0.3 + (0.1 + 0.2)) == 0


def test_powers_and_logarithms_have_fifteen_digits() -> None:
    assert numeric.power(10, -9) == 1e-9
    assert numeric.power(2, 50) == 2**50
    assert numeric.power(2, 0.5) == 1.4142135623731
    assert numeric.exp(1) == 2.71828182845905
    assert numeric.ln(10) == 2.30258509299405
    assert numeric.log10(1e-5) == -5
    assert np.isnan(numeric.power(0, 0))
    assert np.isnan(numeric.power(-8, 1 / 3))
    assert np.isinf(numeric.exp(710))


def test_sums_do_not_depend_on_order_and_are_the_decimal_ones() -> None:
    values = np.array([0.1] * 10 + [1e9, -1e9, 0.2, 0.3] + [1 / 3, 2 / 3])
    offsets = np.array([0, 10, 14, 16, 16])
    assert numeric.exact_sums(values, offsets).tolist() == [1.0, 0.5, 1.0, 0.0]
    assert numeric.exact_sums(np.array([1 / 3, 1 / 3]), np.array([0, 2])).tolist() == [2 / 3]
    rng = np.random.default_rng(7)
    many = np.round(rng.uniform(-1e6, 1e6, 10_000), 6)
    whole = np.array([0, len(many)])
    assert numeric.exact_sums(many, whole) == numeric.exact_sums(rng.permutation(many), whole)


def test_a_sum_does_not_depend_on_the_neighbouring_sums() -> None:
    clean, fine = [0.1, 0.2, 0.3], [1 / 3, 1e300]
    together = numeric.exact_sums(np.array(clean + fine), np.array([0, 3, 5]))
    assert together[0] == numeric.exact_sums(np.array(clean), np.array([0, 3]))[0] == 0.6
    assert together[1] == numeric.exact_sums(np.array(fine), np.array([0, 2]))[0]


@pytest.mark.parametrize("function", [numeric.exp, numeric.ln, numeric.log10, numeric.snap15])
def test_one_value_gives_the_same_bits_as_a_million(function) -> None:  # type: ignore[no-untyped-def]
    values = np.random.default_rng(3).uniform(1e-6, 600, 1_003)
    alone = [float(function(v)) for v in values]
    assert function(values).tolist() == alone
    assert numeric.power(values, 0.37).tolist() == [float(numeric.power(v, 0.37)) for v in values]


EDGES = [0.0, 5e-324, 1e-300, 1e-9, 0.1, 0.1 + 0.2, 1.0, 60.0, 84.995, 95.0, 2.0**53, 1e22, 8e307]


@pytest.mark.parametrize("bound", [*EDGES, *(-edge for edge in EDGES)])
def test_what_equals_a_constant_is_a_range_without_holes(bound: float) -> None:
    low, high = numeric.equal_range(bound)
    near = [low, high, bound, -bound, 0.0]
    for end in (low, high):
        for towards in (-math.inf, math.inf):
            step = end
            for _ in range(4):
                step = math.nextafter(step, towards)
                near.append(step)
    values = np.array([*near, *(bound * (1 + part * 1e-13) for part in range(-13, 14))])
    values = values[np.isfinite(values)]
    by_rule = np.abs(values - bound) <= np.maximum(np.abs(values), abs(bound)) * numeric.EQUAL_RELATIVE
    assert numeric.equal(values, bound).tolist() == by_rule.tolist()
    assert numeric.at_least(values, bound).tolist() == (by_rule | (values > bound)).tolist()
    assert numeric.at_least(bound, values).tolist() == (by_rule | (values < bound)).tolist()


_DOUBLES = st.floats(-1e17, 1e17, allow_nan=False) | st.sampled_from([0.0, -0.0, 84.995, -2.5, 1e-9, 2.0**52, -1e16])


@STEADY
@given(st.lists(_DOUBLES, min_size=1, max_size=8), st.integers(-3, 8))
def test_rounding_among_others_gives_the_bits_of_the_written_rule(values: list[float], digits: int) -> None:
    x, up, down = np.array(values), 10.0 ** max(digits, 0), 10.0 ** max(-digits, 0)
    scaled = np.abs(x) * up / down
    shifted = np.floor(scaled + np.minimum(scaled * numeric.SHIFT, numeric.SHIFT_CAP) + 0.5)
    by_rule = np.where(scaled >= 2.0**52, x, np.copysign(shifted / up * down, x) + 0.0)
    assert numeric.round_half_up(x, digits).tobytes() == by_rule.tobytes()


_PAIRS = st.tuples(
    _DOUBLES, st.sampled_from([0.0, 1.0, -1.0, 1 + 2e-16, 1 + 1e-13, 1 + 1.9e-13, 1 + 2.1e-13, 1 + 4e-13])
)


@STEADY
@given(st.lists(_PAIRS, min_size=1, max_size=8), st.booleans())
def test_cleaning_among_others_gives_the_bits_of_the_written_rule(
    pairs: list[tuple[float, float]], fixed: bool
) -> None:
    a, b = np.array([x for x, _ in pairs]), np.array([x * by for x, by in pairs])
    b = b[:1] if fixed else b
    value = a - b
    by_rule = np.where(np.abs(value) <= (np.abs(a) + np.abs(b)) * numeric.CANCEL_RELATIVE, 0.0, value)
    assert numeric.clean_difference(a, b, value).tobytes() == by_rule.tobytes()
    assert numeric.clean_difference(a, -b, value).tobytes() == by_rule.tobytes()
