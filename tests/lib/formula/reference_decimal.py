"""An independent evaluator in Decimal(34), written from FORMULA.md, to hold the real one against.

It shares no code with the product but the tree. Every number carries a bound on the error that doubles may
have made on the way; where a decision (a tie, an equality, a zero) lies nearer than that bound and the
written tolerance, the row is `Fragile`: the two may rightly differ, and it is left out and counted.
"""

from __future__ import annotations

import decimal
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from jiyu.lib.formula.tree import Binary, Bool, Call, Input, Node, Number, Percent, Unary

CONTEXT = decimal.Context(prec=34, rounding=decimal.ROUND_HALF_EVEN, Emax=999999, Emin=-999999)
ULP = Decimal(2) ** -53
EQUAL, CANCEL, SNAP = Decimal("1e-12"), Decimal("1e-13"), Decimal("1e-12")
LARGEST = Decimal("1.7976931348623157e308")
ZERO = Decimal(0)


class Fragile(Exception):
    """A decision too near to its edge for doubles and decimals to have to agree."""


@dataclass(frozen=True)
class Num:
    value: Decimal
    error: Decimal = ZERO


@dataclass(frozen=True)
class Err:
    code: str


BLANK = None
Result = Num | bool | Err | None


def evaluate(node: Node, row: Mapping[str, float | None]) -> Result:
    with decimal.localcontext(CONTEXT):
        return _value(node, row, decides=False)


def _value(node: Node, row: Mapping[str, float | None], *, decides: bool) -> Result:
    match node:
        case Number(value=value):
            return _raw(value)
        case Bool(value=value):
            return value
        case Input(id=name):
            found = row[name]
            return BLANK if found is None else _raw(found)
        case Unary(operator=sign, operand=operand):
            inner = _value(operand, row, decides=decides)
            return Num(-inner.value, inner.error) if isinstance(inner, Num) and sign == "-" else inner
        case Percent(operand=operand):
            inner = _value(operand, row, decides=decides)
            return _rounded(inner.value / 100, inner.error / 100) if isinstance(inner, Num) else inner
        case Binary():
            return _binary(node, row, decides)
        case Call():
            return _call(node, row, decides)
        case _:
            raise NotImplementedError(node)


def _raw(value: float) -> Num:
    """A datum as it was written; its double is off by half a unit in the last place, or exact."""
    written = Decimal(repr(value))
    return Num(written, ZERO if written == Decimal(value) else abs(written) * ULP)


def _rounded(value: Decimal, error: Decimal) -> Result:
    if abs(value) > LARGEST:
        return Err("#NUM!")
    return Num(value, error + abs(value) * ULP)


def _worse(*values: Result) -> Result:
    """Blank beats error; the first error counts."""
    if any(v is None for v in values):
        return BLANK
    return next(v for v in values if isinstance(v, Err))


def _broken(*values: Result) -> bool:
    return any(v is None or isinstance(v, Err) for v in values)


def _is_zero(number: Num) -> bool:
    if number.value == 0 and number.error == 0:
        return True
    if abs(number.value) <= number.error * 2:
        raise Fragile
    return False


def _binary(node: Binary, row: Mapping[str, float | None], decides: bool) -> Result:
    operator = node.operator
    comparing = operator in ("=", "<>", "<", "<=", ">", ">=")
    under = decides or comparing or operator == "/"
    a, b = (_value(side, row, decides=under) for side in (node.left, node.right))
    if _broken(a, b):
        return _worse(a, b)
    assert isinstance(a, Num) and isinstance(b, Num)
    if comparing:
        return _compare(operator, a, b, computed=_computed(node.left) or _computed(node.right))
    if operator in "+-":
        second = b.value if operator == "+" else -b.value
        return _sum(a, Num(second, b.error), clean=decides)
    if operator == "*":
        error = abs(a.value) * b.error + abs(b.value) * a.error + a.error * b.error
        return _rounded(a.value * b.value, error)
    assert operator == "/"
    if _is_zero(b):
        return Err("#DIV/0!")
    value = a.value / b.value
    error = (a.error + abs(value) * b.error) / (abs(b.value) - b.error)
    return _rounded(value, error)


def _sum(a: Num, b: Num, *, clean: bool) -> Result:
    value, error = a.value + b.value, a.error + b.error
    size = (abs(a.value) + abs(b.value)) * CANCEL
    if clean and size:
        if abs(abs(value) - size) <= error + size * ULP * 4:
            raise Fragile
        if abs(value) <= size:
            return Num(ZERO)
    return _rounded(value, error)


def _computed(node: Node) -> bool:
    if isinstance(node, Unary):
        return _computed(node.operand)
    if isinstance(node, Percent):
        return not isinstance(node.operand, Number)
    return not isinstance(node, Number | Input | Bool)


def _equal(a: Num, b: Num, *, computed: bool) -> bool:
    gap, error = abs(a.value - b.value), a.error + b.error
    if not computed:
        if gap and gap <= error:
            raise Fragile
        return gap == 0
    tolerance = max(abs(a.value), abs(b.value)) * EQUAL
    if (gap or error) and abs(gap - tolerance) <= error * 2:
        raise Fragile
    return gap <= tolerance


def _compare(operator: str, a: Num, b: Num, *, computed: bool) -> bool:
    same = _equal(a, b, computed=computed)
    less = not same and a.value < b.value
    return {
        "=": same, "<>": not same, "<": less, "<=": less or same, ">": not less and not same, ">=": not less,
    }[operator]  # fmt: skip


def _scaled(number: Num, digits: int) -> tuple[Decimal, Decimal]:
    scale = Decimal(10) ** digits
    return number.value * scale, number.error * scale


def _round(number: Num, digits: int) -> Result:
    """Half away from zero of the exact value; near a tie, what doubles may have missed is fragile."""
    value, error = _scaled(number, digits)
    size = abs(value)
    shift = min(size * Decimal(2) ** -49, Decimal(2) ** -6)
    distance = abs(size % 1 - Decimal("0.5"))
    # exactly on a tie the double may fall short by its error, which the shift must make good;
    # beside a tie neither the error nor the shift may carry it across
    near = error > shift if distance == 0 else distance <= error + shift * 2
    if near:
        raise Fragile
    whole = (size + Decimal("0.5")).to_integral_value(decimal.ROUND_FLOOR)
    return _rounded(whole.copy_sign(value) / Decimal(10) ** digits, ZERO)


def _snapped(value: Decimal, error: Decimal) -> Decimal:
    nearest = value.to_integral_value(decimal.ROUND_HALF_EVEN)
    tolerance = max(SNAP, min(abs(value) * Decimal(2) ** -49, Decimal(2) ** -6))
    gap = abs(value - nearest)
    if abs(gap - tolerance) <= error * 2 or error > tolerance:
        raise Fragile
    return nearest if gap <= tolerance else value


def _towards(number: Num, digits: int, rounding: str) -> Result:
    value, error = _scaled(number, digits)
    whole = _snapped(value, error).to_integral_value(rounding)
    return _rounded(whole / Decimal(10) ** digits, ZERO)


def _call(node: Call, row: Mapping[str, float | None], decides: bool) -> Result:
    deciding = ("IF", "AND", "OR", "ROUND", "ROUNDUP", "ROUNDDOWN", "INT", "MOD", "BAND")
    under = decides or node.function in deciding
    arguments = [_value(a, row, decides=under) for a in node.arguments]
    return _FUNCTIONS[node.function](arguments, node)


def _condition(value: Result) -> bool | Err | None:
    if isinstance(value, Num):
        return not _is_zero(value)
    return value


def _if(arguments: list[Result], _: Call) -> Result:
    test = _condition(arguments[0])
    if test is None:
        return Err("#N/A")
    if isinstance(test, Err):
        return test
    return arguments[1] if test else arguments[2]


def _junction(arguments: list[Result], decisive: bool) -> Result:
    tests = [_condition(a) for a in arguments]
    for test in tests:
        if isinstance(test, Err):
            return test
    if decisive in tests:
        return decisive
    return BLANK if None in tests else not decisive


def _gathered(arguments: list[Result]) -> Result | list[Num]:
    for argument in arguments:
        if isinstance(argument, Err):
            return argument
    found = [a for a in arguments if isinstance(a, Num)]
    return found or BLANK


def _total(numbers: list[Num]) -> Result:
    total: Result = Num(ZERO)
    for number in numbers:
        assert isinstance(total, Num)
        total = _sum(total, number, clean=False)
        if isinstance(total, Err):
            return total
    return total


def _sum_of(arguments: list[Result], _: Call) -> Result:
    found = _gathered(arguments)
    return _total(found) if isinstance(found, list) else found


def _average(arguments: list[Result], _: Call) -> Result:
    found = _gathered(arguments)
    if not isinstance(found, list):
        return found
    total = _total(found)
    return _rounded(total.value / len(found), total.error / len(found)) if isinstance(total, Num) else total


def _extreme(sign: int):  # type: ignore[no-untyped-def]
    def function(arguments: list[Result], _: Call) -> Result:
        found = _gathered(arguments)
        if not isinstance(found, list):
            return found
        best = max(found, key=lambda n: sign * n.value)
        return Num(best.value, max(n.error for n in found))

    return function


def _strict(function):  # type: ignore[no-untyped-def]
    """Blank and error first, then numbers."""

    def wrapped(arguments: list[Result], node: Call) -> Result:
        if _broken(*arguments):
            return _worse(*arguments)
        return function(arguments, node)

    return wrapped


def _clamp(arguments: list[Num], _: Call) -> Result:
    value, low, high = arguments
    if low.value > high.value:
        return Err("#NUM!")
    clamped = min(max(value.value, low.value), high.value)
    return Num(clamped, max(a.error for a in arguments))


def _mod(arguments: list[Num], _: Call) -> Result:
    value, by = arguments
    if _is_zero(by):
        return Err("#DIV/0!")
    quotient = value.value / by.value
    error = (value.error + abs(quotient) * by.error) / (abs(by.value) - by.error) + abs(quotient) * ULP
    count = _snapped(quotient, error).to_integral_value(decimal.ROUND_FLOOR)
    multiple = Num(-count * by.value, abs(count) * by.error + abs(count * by.value) * ULP)
    return _sum(value, multiple, clean=True)


def _band(arguments: list[Result], node: Call) -> Result:
    subject, rest = arguments[0], arguments[1:]
    bounds = rest[0:-1:2]
    if _broken(subject, *bounds):
        return _worse(subject, *bounds)
    assert isinstance(subject, Num)
    chosen, best = rest[-1], None
    for i, bound in enumerate(bounds):
        assert isinstance(bound, Num)
        computed = _computed(node.arguments[0]) or _computed(node.arguments[1 + 2 * i])
        if _compare(">=", subject, bound, computed=computed) and (best is None or bound.value > best):
            chosen, best = rest[2 * i + 1], bound.value
    return chosen


def _iferror(arguments: list[Result], _: Call) -> Result:
    return arguments[1] if isinstance(arguments[0], Err) else arguments[0]


def _ifblank(arguments: list[Result], _: Call) -> Result:
    return arguments[1] if arguments[0] is None else arguments[0]


def _digits(number: Num) -> int:
    return int(number.value)


_FUNCTIONS = {
    "IF": _if,
    "AND": lambda a, _: _junction(a, decisive=False),
    "OR": lambda a, _: _junction(a, decisive=True),
    "SUM": _sum_of,
    "AVERAGE": _average,
    "MIN": _extreme(-1),
    "MAX": _extreme(1),
    "COUNT": lambda a, _: Num(Decimal(sum(isinstance(x, Num) for x in a))),
    "ABS": _strict(lambda a, _: Num(abs(a[0].value), a[0].error)),
    "ROUND": _strict(lambda a, _: _round(a[0], _digits(a[1]))),
    "ROUNDUP": _strict(lambda a, _: _towards(a[0], _digits(a[1]), decimal.ROUND_UP)),
    "ROUNDDOWN": _strict(lambda a, _: _towards(a[0], _digits(a[1]), decimal.ROUND_DOWN)),
    "INT": _strict(lambda a, _: _towards(a[0], 0, decimal.ROUND_FLOOR)),
    "MOD": _strict(_mod),
    "CLAMP": _strict(_clamp),
    "BAND": _band,
    "IFERROR": _iferror,
    "IFBLANK": _ifblank,
}
