"""The operators over columns: arithmetic, comparison, joining of texts.

Fast path: NumPy runs with errors raised, so that a block without overflow and division by zero costs nothing
more than the bare operation; only when the processor reports one are the rows looked for.
"""

from __future__ import annotations

import datetime
import operator as operator_of
import unicodedata
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

import numpy as np

from jiyu.lib.formula import numeric
from jiyu.lib.formula.values import (
    BLANK,
    DIV0,
    NUM,
    OK,
    VALUE,
    Array,
    States,
    Value,
    ValueType,
    failure,
    filler,
    mark,
    merge,
)

FIRST_DATE = np.datetime64("1900-01-01", "D")
LAST_DATE = np.datetime64("9999-12-31", "D")
_MOST_DAYS = 4_000_000.0

_ARITHMETIC: dict[str, Callable[[Array, Array], Array]] = {
    "+": np.add,
    "-": np.subtract,
    "*": np.multiply,
    "/": np.divide,
    "^": numeric.power,
}


def merged(values: Sequence[Value]) -> States | None:
    """The states of an operation on all of them."""
    state: States | None = None
    for value in values:
        state = merge(state, value.state)
    return state


def align(values: Sequence[Value]) -> Sequence[Value] | None:
    """Values of records beside each other: what is said once per row is said for each of its records.

    None when the records of two different inputs meet.
    """
    ragged = next((v.offsets for v in values if v.offsets is not None), None)
    if ragged is None:
        return values
    counts = np.diff(ragged)
    aligned = []
    for value in values:
        if value.offsets is not None:
            if value.offsets is not ragged and not np.array_equal(value.offsets, ragged):
                return None
            aligned.append(value)
        elif len(value.values) == 1:
            aligned.append(value)
        else:
            state = None if value.state is None else np.repeat(value.state, counts)
            aligned.append(Value(value.type, np.repeat(value.values, counts), state, ragged))
    return aligned


def arithmetic(operator: str, left: Value, right: Value, *, clean: bool) -> Value:
    """`left operator right` for numbers and dates; `clean` removes what cancellation left of a sum."""
    if ValueType.DATE in (left.type, right.type):
        return _date_arithmetic(operator, left, right)
    if left.type is not ValueType.NUMBER or right.type is not ValueType.NUMBER:
        return failure(ValueType.NUMBER, VALUE)
    a, b = left.values, right.values
    state = merge(left.state, right.state)
    if operator == "^":
        values = numeric.power(a, b)
        if np.isfinite(values).all():
            return Value(ValueType.NUMBER, values, state)
        return _finite(values, state, (a == 0) & (b < 0))
    try:
        values = _ARITHMETIC[operator](a, b)
    except FloatingPointError:
        with np.errstate(all="ignore"):
            values = _ARITHMETIC[operator](a, b)
        zero = (b == 0) if operator == "/" else np.zeros(1, np.bool_)
        return _finite(values, state, zero)
    if clean and operator in "+-" and not (operator == "+" and _never_negative(a) and _never_negative(b)):
        values = numeric.clean_difference(a, b, values)
    return Value(ValueType.NUMBER, values, state)


def _never_negative(values: Array) -> bool:
    """A sum of such values, the usual case, leaves nothing to clean."""
    return values.size == 0 or bool(values.min() >= 0)


def _finite(values: Array, state: States | None, division_by_zero: Any) -> Value:
    """The result (which nobody else has) with its impossible numbers turned into errors."""
    bad = ~np.isfinite(values)
    state = mark(state, bad & division_by_zero, DIV0)
    values[bad] = 0.0
    return Value(ValueType.NUMBER, values, mark(state, bad, NUM))


def number_or_error(values: Array, state: States | None) -> Value:
    """A kernel's numbers; those that overflowed or do not exist are #NUM!."""
    if np.isfinite(values).all():
        return Value(ValueType.NUMBER, values, state)
    return _finite(np.array(values), state, np.zeros(1, np.bool_))


def _date_arithmetic(operator: str, left: Value, right: Value) -> Value:
    """date - date = days; date ± days = date; nothing else."""
    state = merge(left.state, right.state)
    if left.type is right.type and operator == "-":
        days = (left.values - right.values).astype(np.float64)
        return Value(ValueType.NUMBER, days, state)
    if {left.type, right.type} != {ValueType.DATE, ValueType.NUMBER} or operator not in "+-":
        return failure(ValueType.DATE, VALUE)
    if operator == "-" and right.type is ValueType.DATE:
        return failure(ValueType.DATE, VALUE)
    day, number = (left, right) if left.type is ValueType.DATE else (right, left)
    return shift_days(day.values, number.values if operator == "+" else -number.values, state)


def shift_days(days: Array, by: Array, state: States | None) -> Value:
    """Dates moved by whole days (fractions cut off); outside 1900 … 9999 it is #NUM!."""
    far = np.abs(by) > _MOST_DAYS
    moved = days + np.where(far, 0.0, np.trunc(by)).astype("timedelta64[D]")
    return checked_dates(moved, mark(state, np.broadcast_to(far, moved.shape), NUM))


def checked_dates(days: Array, state: States | None) -> Value:
    """Dates; #NUM! outside the calendar."""
    outside = (days < FIRST_DATE) | (days > LAST_DATE)
    if outside.any():
        state = mark(state, outside, NUM)
        days = np.where(outside, np.datetime64(0, "D"), days)
    return Value(ValueType.DATE, days, state)


def negate(value: Value) -> Value:
    """-x; never a negative zero."""
    if value.type is not ValueType.NUMBER:
        return failure(ValueType.NUMBER, VALUE)
    return Value(ValueType.NUMBER, 0.0 - value.values, value.state)


def percent(value: Value) -> Value:
    """x% as the nearest double of x/100."""
    if value.type is not ValueType.NUMBER:
        return failure(ValueType.NUMBER, VALUE)
    return Value(ValueType.NUMBER, value.values / 100.0, value.state)


def compare(operator: str, left: Value, right: Value, *, computed: bool) -> Value:
    """A comparison; `computed` says that one side is the result of a calculation (FORMULA §2)."""
    state = merge(left.state, right.state)
    if left.type is not right.type:
        return _compare_types(operator, left, right, state)
    a, b = left.values, right.values
    if left.type is ValueType.TEXT:
        a, b = text_map(fold, a), text_map(fold, b)
    if left.type is ValueType.NUMBER and computed:
        result = _COMPUTED[operator](a, b)
    else:
        result = _EXACT[operator](a, b)
    return Value(ValueType.BOOL, np.asarray(result, np.bool_), state)


_EXACT: dict[str, Callable[[Array, Array], Array]] = {
    "=": operator_of.eq,
    "<>": operator_of.ne,
    "<": operator_of.lt,
    "<=": operator_of.le,
    ">": operator_of.gt,
    ">=": operator_of.ge,
}
_COMPUTED: dict[str, Callable[[Array, Array], Array]] = {
    "=": numeric.equal,
    "<>": lambda a, b: ~numeric.equal(a, b),
    "<": lambda a, b: ~numeric.at_least(a, b),
    "<=": lambda a, b: numeric.at_least(b, a),
    ">": lambda a, b: ~numeric.at_least(b, a),
    ">=": numeric.at_least,
}
_ORDER = {ValueType.NUMBER: 0, ValueType.TEXT: 1, ValueType.BOOL: 2}


def _compare_types(operator: str, left: Value, right: Value, state: States | None) -> Value:
    """Values of different types are never equal; numbers come before texts, texts before TRUE and FALSE."""
    if operator in ("=", "<>"):
        result = operator == "<>"
    elif ValueType.DATE in (left.type, right.type):
        return failure(ValueType.BOOL, VALUE)
    else:
        smaller = _ORDER[left.type] < _ORDER[right.type]
        result = smaller if operator in ("<", "<=") else not smaller
    size = np.broadcast_shapes(left.values.shape, right.values.shape)
    return Value(ValueType.BOOL, np.full(size, result), state)


def join(left: Value, right: Value) -> Value:
    """Texts one after the other; numbers as a spreadsheet's General format writes them."""
    if ValueType.DATE in (left.type, right.type):
        return failure(ValueType.TEXT, VALUE)
    return Value(ValueType.TEXT, shown(left) + shown(right), merge(left.state, right.state))


def fold(text: str) -> str:
    """What texts are compared by: letters regardless of case, accents however encoded."""
    return unicodedata.normalize("NFC", text).lower()


def text_map(function: Callable[[Any], Any], values: Array) -> Array:
    """`function` of each value, called once per distinct value."""
    known: dict[Any, Any] = {}
    result = np.empty(len(values), object)
    result[:] = [known[v] if v in known else known.setdefault(v, function(v)) for v in values.tolist()]
    return result


def shown(value: Value) -> Array:
    """Each value's text, as `&` uses it."""
    if value.type is ValueType.TEXT:
        return value.values
    if value.type is ValueType.BOOL:
        return text_map(lambda flag: "TRUE" if flag else "FALSE", value.values)
    if value.type is ValueType.DATE:
        return text_map(datetime.date.isoformat, value.values)
    return text_map(general, value.values)


_LARGEST_PLAIN, _SMALLEST_PLAIN = 1e20, 1e-9


def general(number: float) -> str:
    """A number as the General format writes it into a text: up to 15 digits, exponents only when extreme."""
    if number == 0:
        return "0"
    short = Decimal(f"{number:.15g}")
    if _SMALLEST_PLAIN <= abs(number) < _LARGEST_PLAIN:
        return f"{short:f}"
    digits, exponent = f"{short.normalize():E}".split("E")
    return f"{digits}E{int(exponent):+03d}"


class Fault:
    """What a function of single values returns instead of a value: an error state."""

    __slots__ = ("state",)

    def __init__(self, state: int) -> None:
        self.state = state


def each(kind: ValueType, function: Callable[..., Any], *arguments: Value) -> Value:
    """Row by row, `function` called once per distinct combination of arguments; it may return a Fault."""
    size = max(len(a.values) for a in arguments)
    if any(len(a.values) == 0 for a in arguments):
        return Value(kind, filler(kind, 0))
    state = merged(arguments)
    states = np.zeros(size, np.uint8) if state is None else np.broadcast_to(state, size).copy()
    rows = zip(*(np.broadcast_to(a.values, size).tolist() for a in arguments), strict=True)
    known: dict[tuple[Any, ...], Any] = {}
    result = filler(kind, size)
    for i, row in enumerate(rows):
        if states[i] != OK:
            continue
        if row not in known:
            known[row] = function(*row)
        found = known[row]
        if isinstance(found, Fault):
            states[i] = found.state
        else:
            result[i] = found
    return Value(kind, result, states if states.any() else None)


def truth(value: Value) -> Value:
    """A condition: TRUE/FALSE itself, or a number that is not 0."""
    if value.type is ValueType.BOOL:
        return value
    if value.type is ValueType.NUMBER:
        return Value(ValueType.BOOL, value.values != 0, value.state)
    return failure(ValueType.BOOL, VALUE)


def is_blank(value: Value) -> Any:
    """Where the value is blank."""
    return np.zeros(len(value.values), np.bool_) if value.state is None else value.state == BLANK


def is_error(value: Value) -> Any:
    """Where the value is an error."""
    return np.zeros(len(value.values), np.bool_) if value.state is None else value.state > BLANK
