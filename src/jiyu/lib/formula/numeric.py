"""The written decision points of our arithmetic (FORMULA §2).

Numbers are IEEE doubles; a double of a decimal is nearly never that decimal, so wherever a *decision*
hangs on it (round up or down, equal or not, zero or not) the tolerance is written here, once. Every
function is vectorised, takes and gives float64, accepts plain numbers too, and gives the same bits for
one value as for a million: only IEEE-exact operations decide, and results of `pow`/`exp`/`log`, which
differ between machines in the last bit, are snapped to 15 digits.

No function raises on data: overflow gives `inf`, which the evaluator turns into #NUM!.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable
from functools import lru_cache
from typing import Any, ParamSpec, TypeVar

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]
Numeric = float | npt.NDArray[Any]

EQUAL_RELATIVE = 1e-12
"""Two numbers of which one was computed are equal within this share of the larger."""
CANCEL_RELATIVE = 1e-13
"""A difference smaller than this share of what went into it is zero."""
SNAP_ABSOLUTE = 1e-12
"""INT, MOD, ROUNDUP … take a number this near to an integer as that integer."""
SHIFT = 2.0**-49
"""Relative shift towards the larger magnitude before a half is decided: 8 units in the last place."""
SHIFT_CAP = 2.0**-6
"""The shift never exceeds this, or large money would round wrongly."""

_WHOLE = 2.0**52
_EXACT_INTEGERS = 2.0**53
_MAX_POWER = 308
POW10: Floats = np.array([float(f"1e{n}") for n in range(_MAX_POWER + 1)])
"""10^0 … 10^308, each the nearest double (`10.0**n` is not, above 22)."""


_Args = ParamSpec("_Args")
_Result = TypeVar("_Result")


def _quiet(function: Callable[_Args, _Result]) -> Callable[_Args, _Result]:
    """Data may overflow: the result says so, not a warning."""
    return np.errstate(all="ignore")(function)


def _doubles(x: Numeric) -> Floats:
    return np.asarray(x, dtype=np.float64)


def _where(condition: Bools, yes: Numeric, no: Numeric) -> Floats:
    """np.where that gives a number for numbers, not an array without dimensions."""
    chosen: Floats = np.where(condition, yes, no)[()]
    return chosen


def _lowest(values: Floats) -> float:
    """The smallest value; infinite for none, nan where one is nan."""
    return float(values.min()) if values.size else math.inf


def _highest(values: Floats) -> float:
    """The largest value, likewise."""
    return float(values.max()) if values.size else -math.inf


def _scales(digits: Numeric) -> tuple[Any, Any]:
    """(10^n, 1) for n ≥ 0 and (1, 10^-n) for n < 0; a fraction of a digit is cut off as in Excel."""
    given = _doubles(digits)
    if _is_fixed(given):
        one = max(-_MAX_POWER, min(int(given.item()), _MAX_POWER))
        return POW10[max(one, 0)], POW10[max(-one, 0)]
    whole = np.trunc(given)
    up = np.clip(whole, 0, _MAX_POWER).astype(np.int64)
    down = np.clip(-whole, 0, _MAX_POWER).astype(np.int64)
    return POW10[up], POW10[down]


@_quiet
def round_half_up(x: Numeric, digits: Numeric = 0) -> Floats:
    """Round half away from zero to `digits` decimals (negative: tens, hundreds …).

    `y=|x|·10^n; sign(x)·floor(y + min(y·2^-49, 2^-6) + 0.5)/10^n`: 84.995 left a hair short by a
    weighted sum is 85.00. Values without a fraction at that scale come back as they are; never -0.
    """
    value = _doubles(x)
    up, down = _scales(digits)
    # What the usual values need not (a sign, a limit of the shift, large ones kept) is left out: no bit changes.
    positive = _lowest(value) >= 0
    scaled = (value if positive else np.abs(value)) * up
    divides = np.not_equal(down, 1).any()
    if divides:
        scaled = scaled / down
    largest = _highest(scaled)
    shift = scaled * SHIFT
    if not largest * SHIFT <= SHIFT_CAP:
        shift = np.minimum(shift, SHIFT_CAP)
    shift += scaled
    shift += 0.5
    result: Floats = np.floor(shift)
    result /= up
    if divides:
        result *= down
    if not positive:
        result = np.copysign(result, value) + 0.0
    if not largest < _WHOLE:
        result = _where(scaled >= _WHOLE, value, result)
    return result


def snap_integer(x: Numeric) -> Floats:
    """`x`, or the integer it only misses by rounding: within 1e-12, for large values within 8 ulp."""
    value = _doubles(x)
    nearest = np.rint(value)
    tolerance = np.maximum(SNAP_ABSOLUTE, np.minimum(np.abs(value) * SHIFT, SHIFT_CAP))
    return _where(np.abs(value - nearest) <= tolerance, nearest, value)


@_quiet
def _round_towards(x: Numeric, digits: Numeric, step: Callable[[Any], Any]) -> Floats:
    value = _doubles(x)
    up, down = _scales(digits)
    scaled = np.abs(value) * up / down
    result = np.copysign(step(snap_integer(scaled)) / up * down, value) + 0.0
    return _where(scaled >= _WHOLE, value, result)


def round_up(x: Numeric, digits: Numeric = 0) -> Floats:
    """Away from zero to `digits` decimals, snapped first: ROUNDUP(1.1*1.1,2) is 1.21."""
    return _round_towards(x, digits, np.ceil)


def round_down(x: Numeric, digits: Numeric = 0) -> Floats:
    """Towards zero to `digits` decimals, snapped first: ROUNDDOWN(0.29*100,0) is 29."""
    return _round_towards(x, digits, np.floor)


def floor_integer(x: Numeric) -> Floats:
    """INT: down to an integer, snapped first: INT((0.1+0.7)*10) is 8, INT(-2.5) is -3."""
    return np.floor(snap_integer(x)) + 0.0


@_quiet
def modulo(x: Numeric, divisor: Numeric) -> Floats:
    """MOD with the sign of the divisor; MOD(1,0.1) is 0. A divisor of 0 gives nan."""
    value, by = _doubles(x), _doubles(divisor)
    multiple = by * floor_integer(value / by)
    return clean_difference(value, multiple, value - multiple) + 0.0


@_quiet
def ceiling(x: Numeric, step: Numeric = 1.0) -> Floats:
    """Up to a multiple of `step` (a step of 0 gives 0)."""
    return _to_multiple(x, step, np.ceil)


@_quiet
def floor_multiple(x: Numeric, step: Numeric = 1.0) -> Floats:
    """Down to a multiple of `step` (a step of 0 gives 0)."""
    return _to_multiple(x, step, np.floor)


def _to_multiple(x: Numeric, step: Numeric, towards: Callable[[Any], Any]) -> Floats:
    value, by = _doubles(x), _doubles(step)
    zero = by == 0
    count = towards(snap_integer(value / np.where(zero, 1.0, by)))
    return snap15(np.where(zero, 0.0, count * by)) + 0.0


@_quiet
def equal(a: Numeric, b: Numeric, computed: bool = True) -> Bools:  # noqa: FBT001, FBT002 - the rule's own word
    """Whether two numbers are the same: exactly, or within 1e-12 once one side was computed."""
    left, right = _doubles(a), _doubles(b)
    if not computed:
        exact: Bools = left == right
        return exact
    if _is_fixed(right):
        low, high = equal_range(right.item())
        within: Bools = (left >= low) & (left <= high)
        return within
    larger = np.maximum(np.abs(left), np.abs(right))
    same: Bools = np.abs(left - right) <= larger * EQUAL_RELATIVE
    return same


@_quiet
def at_least(a: Numeric, b: Numeric, computed: bool = True) -> Bools:  # noqa: FBT001, FBT002
    """a ≥ b under `equal`'s rule: 100/3*3 >= 100."""
    left, right = _doubles(a), _doubles(b)
    if not computed:
        exact: Bools = left >= right
        return exact
    if _is_fixed(right):
        within: Bools = left >= equal_range(right.item())[0]
        return within
    if _is_fixed(left):
        under: Bools = right <= equal_range(left.item())[1]
        return under
    # below a positive bound the larger of the two is the bound itself: two passes instead of five
    larger = right if np.all(right > 0) else np.maximum(np.abs(left), np.abs(right))
    reached: Bools = left - right >= -(larger * EQUAL_RELATIVE)
    return reached


def _is_fixed(x: Floats) -> bool:
    return x.size == 1 and math.isfinite(x.item())


@lru_cache(maxsize=4_096)
def equal_range(bound: float) -> tuple[float, float]:
    """The smallest and the largest double that `equal` takes for the finite `bound` once one side was computed.

    All doubles between them are equal to it too: against a constant the rule is one comparison.
    """
    if bound < 0:
        low, high = equal_range(-bound)
        return -high, -low
    return _last_equal(bound, -math.inf), _last_equal(bound, math.inf)


def _last_equal(bound: float, towards: float) -> float:
    def same(a: float) -> bool:
        return abs(a - bound) <= max(a, bound) * EQUAL_RELATIVE

    last = min(bound + math.copysign(bound * EQUAL_RELATIVE, towards), sys.float_info.max)
    while not same(last):
        last = math.nextafter(last, bound)
    while same(further := math.nextafter(last, towards)) and math.isfinite(further) and further != last:
        last = further
    return last


@_quiet
def clean_difference(a: Numeric, b: Numeric, result: Numeric) -> Floats:
    """`result` of a±b, or 0 where it is only what cancellation left (≤ 1e-13 of |a|+|b|)."""
    value, left, right = _doubles(result), _doubles(a), _doubles(b)
    # Two numbers that cancel are of one size: rows above what that of either allows need no closer look.
    either = left if left.size == 1 else right
    largest = abs(either.item()) if either.size == 1 else max(_highest(either), -_lowest(either))
    limit = 3 * CANCEL_RELATIVE * largest
    if value.ndim != 1 or not math.isfinite(limit):  # a nan or an infinity says nothing about the other rows
        noise = np.abs(value) <= (np.abs(a) + np.abs(b)) * CANCEL_RELATIVE
        return _where(noise, 0.0, value) if np.any(noise) else value
    near = ((value <= limit) & (value >= -limit)).nonzero()[0]
    if not len(near):
        return value
    small, one, other = (part if part.size == 1 else part[near] for part in (value, left, right))
    noise = np.abs(small) <= (np.abs(one) + np.abs(other)) * CANCEL_RELATIVE
    noise &= (small != 0) | np.signbit(small)
    if not noise.any():
        return value
    cleaned = value.copy()
    cleaned[near[noise]] = 0.0
    return cleaned


@_quiet
def snap15(x: Numeric) -> Floats:
    """`x` to 15 significant digits; integers below 2^53 stay as they are."""
    value = _doubles(x)
    size = np.abs(value)
    above = np.searchsorted(POW10, size, side="right") - 1  # floor(log10) from 1 up, -1 below
    below = -np.searchsorted(POW10, 1.0 / np.where(size > 0, size, 1.0), side="left")
    places = 14 - np.where(size >= 1, above, below)
    # two steps, as 10^places leaves the doubles for tiny values
    first, rest = np.clip(places, -_MAX_POWER, _MAX_POWER), np.clip(places - _MAX_POWER, 0, None)
    up, down, tiny = POW10[np.maximum(first, 0)], POW10[np.maximum(-first, 0)], POW10[rest]
    digits = np.floor(size * up / down * tiny + 0.5)
    snapped = np.copysign(digits / tiny / up * down, value)
    keep = ((value == np.rint(value)) & (size <= _EXACT_INTEGERS)) | ~np.isfinite(snapped)
    return _where(keep, value, snapped)


@_quiet
def power(base: Numeric, exponent: Numeric) -> Floats:
    """base^exponent to 15 digits; 0^0 and a root of a negative number give nan, overflow inf."""
    b, e = _doubles(base), _doubles(exponent)
    result = snap15(np.power(b, e))
    return _where((b == 0) & (e == 0), np.nan, result)


@_quiet
def exp(x: Numeric) -> Floats:
    """e^x to 15 digits; EXP(710) is inf."""
    return snap15(np.exp(_doubles(x)))


@_quiet
def ln(x: Numeric) -> Floats:
    """Natural logarithm to 15 digits; nan or -inf for x ≤ 0."""
    return snap15(np.log(_doubles(x)))


@_quiet
def log10(x: Numeric) -> Floats:
    """Decimal logarithm to 15 digits; nan or -inf for x ≤ 0."""
    return snap15(np.log10(_doubles(x)))


_MICRO = 1_000_000.0
_MICRO_LIMIT = 2.0**62


def exact_sums(values: Floats, offsets: Ints) -> Floats:
    """The sum of each slice `values[offsets[i]:offsets[i+1]]`, whatever the order inside it.

    Millionths are added as integers, so that the sum is the exact decimal one; where the values are
    finer or too large for that, `math.fsum` gives the correctly rounded sum of the doubles.
    An empty slice is 0. Shapes: values (m,), offsets (n+1,) rising; result (n,).
    """
    starts, counts = offsets[:-1], np.diff(offsets)
    if not len(values):
        return np.zeros(len(starts))
    scaled = np.rint(values * _MICRO)
    limits = np.repeat(_MICRO_LIMIT / np.maximum(counts, 1), counts)
    exact = (scaled / _MICRO == values) & (np.abs(scaled) < limits)
    padded = np.append(np.where(exact, scaled, 0.0), 0.0).astype(np.int64)  # reduceat wants every start inside
    totals = np.where(counts > 0, np.add.reduceat(padded, starts) / _MICRO, 0.0)
    if not exact.all():  # decided per slice: a sum must not depend on its neighbours
        inexact = np.logical_or.reduceat(np.append(~exact, False), starts) & (counts > 0)
        for i in np.flatnonzero(inexact).tolist():
            totals[i] = _fsum(values[offsets[i] : offsets[i + 1]].tolist())
    return totals


def _fsum(numbers: list[float]) -> float:
    try:
        return math.fsum(numbers)
    except OverflowError:
        return math.inf
