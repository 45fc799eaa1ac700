"""Functions of single numbers: rounding, remainders, powers. The decision points are `numeric`'s."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from jiyu.lib.formula import numeric
from jiyu.lib.formula.operators import arithmetic, merged, number_or_error
from jiyu.lib.formula.registry import Function, Invocation, Kernel, Kind, Param, UnitRule, register
from jiyu.lib.formula.values import DIV0, NUM, Value, ValueType, mark
from jiyu.lib.text import Text


def _plain(function: Callable[..., Any], **defaults: float) -> Kernel:
    """A kernel from a function of arrays, missing trailing arguments filled in."""

    def kernel(arguments: Sequence[Value], _: Invocation) -> Value:
        given: list[Any] = [a.values for a in arguments]
        given += list(defaults.values())[len(given) - 1 :] if defaults else []
        return number_or_error(function(*given), merged(arguments))

    return kernel


def _mod(arguments: Sequence[Value], _: Invocation) -> Value:
    value, divisor = arguments
    zero = np.broadcast_to(divisor.values == 0, np.broadcast_shapes(value.values.shape, divisor.values.shape))
    remainder = numeric.modulo(value.values, divisor.values)
    return number_or_error(np.where(zero, 0.0, remainder), mark(merged(arguments), zero, DIV0))


def _multiple(function: Callable[..., Any], *, zero_fails: bool) -> Kernel:
    def kernel(arguments: Sequence[Value], _: Invocation) -> Value:
        value = arguments[0].values
        step = arguments[1].values if len(arguments) > 1 else np.ones(1)
        size = np.broadcast_shapes(value.shape, step.shape)
        state = mark(merged(arguments), np.broadcast_to((value > 0) & (step < 0), size), NUM)
        if zero_fails:
            state = mark(state, np.broadcast_to((step == 0) & (value != 0), size), DIV0)
        return number_or_error(function(value, step), state)

    return kernel


def _sqrt(arguments: Sequence[Value], _: Invocation) -> Value:
    value = arguments[0].values
    negative = value < 0
    root = np.sqrt(np.where(negative, 0.0, value))
    return Value(ValueType.NUMBER, root, mark(arguments[0].state, negative, NUM))


def _logarithm(function: Callable[..., Any]) -> Kernel:
    def kernel(arguments: Sequence[Value], _: Invocation) -> Value:
        value = arguments[0].values
        impossible = value <= 0
        result = function(np.where(impossible, 1.0, value))
        return Value(ValueType.NUMBER, result, mark(arguments[0].state, impossible, NUM))

    return kernel


def _power(arguments: Sequence[Value], _: Invocation) -> Value:
    return arithmetic("^", arguments[0], arguments[1], clean=False)


def _sign(values: Any) -> Any:
    return np.sign(values) + 0.0


_X = Param(Kind.NUMBER, "数", "number")
_DIGITS = Param(Kind.NUMBER, "小数位", "digits")

_STEP = Param(Kind.NUMBER, "倍数", "step", optional=True)


def _add(
    name: str,
    zh: str,
    head: tuple[Param, ...],
    kernel: Kernel,
    doc: tuple[str, str],
    *examples: tuple[str, str],
    decides: bool = True,
    keeps_unit: bool = True,
) -> None:
    unit = UnitRule.FIRST if keeps_unit else UnitRule.NONE
    register(Function(name, zh, head, ValueType.NUMBER, kernel, Text(*doc), examples, decides=decides, unit=unit))


_add(
    "ROUND",
    "四舍五入",
    (_X, _DIGITS),
    _plain(numeric.round_half_up),
    (
        "四舍五入到几位小数；刚好一半时远离 0。加权算出来的 84.995 就是 85.00。",
        "Rounded half away from zero; a weighted 84.995 becomes 85.00.",
    ),
    ("ROUND(2.675, 2)", "2.68"),
    ("ROUND(-2.5, 0)", "-3"),
    ("ROUND(1250, -2)", "1300"),
)
_add(
    "ROUNDUP",
    "向上舍入",
    (_X, _DIGITS),
    _plain(numeric.round_up),
    ("远离 0 舍入到几位小数。", "Rounded away from zero."),
    ("ROUNDUP(1.1*1.1, 2)", "1.21"),
    ("ROUNDUP(2.001, 2)", "2.01"),
)
_add(
    "ROUNDDOWN",
    "向下舍入",
    (_X, _DIGITS),
    _plain(numeric.round_down),
    ("向 0 舍去多余的小数。", "Cut off towards zero."),
    ("ROUNDDOWN(0.29*100, 0)", "29"),
    ("ROUNDDOWN(-2.999, 2)", "-2.99"),
)
_add(
    "INT",
    "取整",
    (_X,),
    _plain(numeric.floor_integer),
    ("不大于它的整数。", "The integer not above it."),
    ("INT((0.1 + 0.7)*10)", "8"),
    ("INT(-2.5)", "-3"),
)
_add(
    "MOD",
    "余数",
    (_X, Param(Kind.NUMBER, "除数", "divisor")),
    _mod,
    ("除以除数以后的余数，正负号跟除数。", "The remainder, with the divisor's sign."),
    ("MOD(7, 3)", "1"),
    ("MOD(1, 0.1)", "0"),
    ("MOD(-3, 2)", "1"),
)
_add(
    "CEILING",
    "向上取倍数",
    (_X, _STEP),
    _multiple(numeric.ceiling, zero_fails=False),
    ("向上到倍数的整数倍。", "Up to a multiple of the step."),
    ("CEILING(2.1, 0.5)", "2.5"),
    ("CEILING(-2.5, -2)", "-4"),
)
_add(
    "FLOOR",
    "向下取倍数",
    (_X, _STEP),
    _multiple(numeric.floor_multiple, zero_fails=True),
    ("向下到倍数的整数倍。", "Down to a multiple of the step."),
    ("FLOOR(2.9, 0.5)", "2.5"),
)
_add(
    "ABS",
    "绝对值",
    (_X,),
    _plain(np.abs),
    ("去掉正负号。", "Without its sign."),
    ("ABS(-3.5)", "3.5"),
    decides=False,
)
_add(
    "SIGN",
    "正负",
    (_X,),
    _plain(_sign),
    ("正数是 1，负数是 -1，0 是 0。", "1, -1 or 0."),
    ("SIGN(-3)", "-1"),
    ("SIGN(0.1 + 0.2 - 0.3)", "0"),
    keeps_unit=False,
)
_add(
    "POWER",
    "乘方",
    (_X, Param(Kind.NUMBER, "次数", "exponent")),
    _power,
    ("数的几次方，同 ^。", "To the power of, like ^."),
    ("POWER(2, 10)", "1024"),
    decides=False,
    keeps_unit=False,
)
_add(
    "SQRT",
    "平方根",
    (_X,),
    _sqrt,
    ("平方根；负数是 #NUM!。", "The square root; #NUM! of a negative number."),
    ("SQRT(16)", "4"),
    ("SQRT(-1)", "#NUM!"),
    keeps_unit=False,
)
_add(
    "EXP",
    "指数",
    (_X,),
    _plain(numeric.exp),
    ("e 的几次方。", "e to the power of."),
    ("EXP(0)", "1"),
    ("EXP(710)", "#NUM!"),
    decides=False,
    keeps_unit=False,
)
_add(
    "LN",
    "自然对数",
    (_X,),
    _logarithm(numeric.ln),
    ("自然对数；0 和负数是 #NUM!。", "Natural logarithm."),
    ("LN(1)", "0"),
    keeps_unit=False,
)
_add(
    "LOG10",
    "常用对数",
    (_X,),
    _logarithm(numeric.log10),
    ("以 10 为底的对数。", "Logarithm to base 10."),
    ("LOG10(1000)", "3"),
    keeps_unit=False,
)
