"""Conditions: IF and its family, and the tests for blanks and errors.

Branches are all computed and then chosen from, so an error in a branch not taken is never seen.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from jiyu.lib.formula.operators import compare, is_blank, is_error, truth
from jiyu.lib.formula.registry import Function, Invocation, Kind, Param, UnitRule, register
from jiyu.lib.formula.values import (
    AWAITING,
    BLANK,
    NO_BRANCH,
    NO_POPULATION,
    NOT_FOUND,
    OK,
    UNPUBLISHED,
    VALUE,
    States,
    Value,
    ValueType,
    choose_numbers,
    choose_states,
    failure,
)
from jiyu.lib.text import Text

_NO_STATE = np.zeros(1, np.uint8)
_BLANK_TO_AWAITING = np.uint8(AWAITING - BLANK)
_NOT_AVAILABLE = (NOT_FOUND, AWAITING, UNPUBLISHED, NO_POPULATION, NO_BRANCH)


def select(conditions: Sequence[Value], results: Sequence[Value], otherwise: Value) -> Value:
    """The result of the first condition that holds, row by row.

    A blank condition before that gives #N/A (awaiting data), an erroneous one its error.
    """
    kind = results[0].type
    if any(r.type is not kind for r in (*results, otherwise)):
        return failure(kind, VALUE)
    values, state = otherwise.values, otherwise.state
    for condition, result in zip(reversed(conditions), reversed(results), strict=True):
        test = truth(condition)
        if result.values is not values:
            choose = choose_numbers if kind is ValueType.NUMBER else np.where
            values = choose(test.values, result.values, values)
        if state is not None or result.state is not None:
            state = choose_states(test.values, result.states(), _NO_STATE if state is None else state)
        if test.state is not None:
            undecided = test.state + (test.state == BLANK).view(np.uint8) * _BLANK_TO_AWAITING
            state = undecided if state is None else choose_states(test.state != OK, undecided, state)
    return Value(kind, values, state)


def _if(arguments: Sequence[Value], _: Invocation) -> Value:
    return select(arguments[:1], arguments[1:2], arguments[2])


def _ifs(arguments: Sequence[Value], _: Invocation) -> Value:
    results = arguments[1::2]
    return select(arguments[0::2], results, failure(results[0].type, NO_BRANCH))


def _switch(arguments: Sequence[Value], call: Invocation) -> Value:
    subject, rest = arguments[0], arguments[1:]
    pairs = len(rest) // 2
    conditions = [
        compare("=", subject, rest[2 * i], computed=call.computed[0] or call.computed[2 * i + 1]) for i in range(pairs)
    ]
    results = [rest[2 * i + 1] for i in range(pairs)]
    otherwise = rest[-1] if len(rest) % 2 else failure(results[0].type, NO_BRANCH)
    return select(conditions, results, otherwise)


def _junction(arguments: Sequence[Value], decisive: bool) -> Value:  # noqa: FBT001
    """AND (decided by FALSE) and OR (decided by TRUE): errors first, then the decision, then blanks."""
    tests = [truth(a) for a in arguments]
    decided: Any = np.zeros(1, np.bool_)
    blank: Any = np.zeros(1, np.bool_)
    error: Any = np.zeros(1, np.uint8)
    for test in tests:
        decided = decided | (test.ok & (test.values == decisive))
        blank = blank | is_blank(test)
        error = np.where(error != OK, error, np.where(is_error(test), test.states(), OK))
    state = np.where(error != OK, error, np.where(blank & ~decided, BLANK, OK)).astype(np.uint8)
    size = np.broadcast_shapes(decided.shape, state.shape)
    values = np.broadcast_to(decided if decisive else ~decided, size)
    return Value(ValueType.BOOL, values, state if state.any() else None)


def _and(arguments: Sequence[Value], _: Invocation) -> Value:
    return _junction(arguments, decisive=False)


def _or(arguments: Sequence[Value], _: Invocation) -> Value:
    return _junction(arguments, decisive=True)


def _xor(arguments: Sequence[Value], _: Invocation) -> Value:
    tests = [truth(a) for a in arguments]
    odd: Any = np.zeros(1, np.bool_)
    state: Any = np.zeros(1, np.uint8)
    for test in tests:
        odd = odd ^ test.values
        state = np.where((state == OK) | ((state == BLANK) & is_error(test)), test.states(), state)
    return Value(ValueType.BOOL, odd, state.astype(np.uint8) if state.any() else None)


def _not(arguments: Sequence[Value], _: Invocation) -> Value:
    test = truth(arguments[0])
    return Value(ValueType.BOOL, ~test.values, test.state)


def _replaced(value: Value, where: Any, fallback: Value) -> Value:
    if not where.any():
        return value
    if value.type is not fallback.type:
        return failure(value.type, VALUE)
    state: States = np.where(where, fallback.states(), value.states()).astype(np.uint8)
    values = np.where(where, fallback.values, value.values)
    return Value(value.type, values, state if state.any() else None)


def _iferror(arguments: Sequence[Value], _: Invocation) -> Value:
    value, fallback = arguments
    return _replaced(value, is_error(value), fallback)


def _ifna(arguments: Sequence[Value], _: Invocation) -> Value:
    value, fallback = arguments
    return _replaced(value, np.isin(value.states(), _NOT_AVAILABLE), fallback)


def _ifblank(arguments: Sequence[Value], _: Invocation) -> Value:
    value, fallback = arguments
    return _replaced(value, is_blank(value), fallback)


def _isblank(arguments: Sequence[Value], _: Invocation) -> Value:
    return Value(ValueType.BOOL, is_blank(arguments[0]))


_CONDITION = Param(Kind.CONDITION, "条件", "condition")
_RESULT = Param(Kind.RESULT, "结果", "result")
_VALUE = Param(Kind.RESULT, "值", "value")

for function in (
    Function(
        "IF",
        "如果",
        (_CONDITION, Param(Kind.RESULT, "成立时", "if_true"), Param(Kind.RESULT, "否则", "if_false")),
        None,
        _if,
        Text(
            "条件成立用前一个，不成立用后一个；条件里没有数就是待数据。",
            "One of two values, by a condition; without data for the condition, #N/A.",
        ),
        (("IF(2 > 1, 100, 60)", "100"), ('IF(1/3*3 = 1, "是", "否")', "是")),
        decides=True,
        unit=UnitRule.RESULT,
    ),
    Function(
        "IFS",
        "多条件",
        (),
        None,
        _ifs,
        Text(
            "第一个成立的条件的结果；都不成立是 #N/A。",
            "The result of the first condition that holds; #N/A if none does.",
        ),
        (('IFS(90 >= 95, "A", 90 >= 85, "B+", TRUE, "C")', "B+"),),
        group=(_CONDITION, _RESULT),
        decides=True,
        unit=UnitRule.RESULT,
    ),
    Function(
        "SWITCH",
        "按值选择",
        (Param(Kind.ANY, "值", "value"),),
        None,
        _switch,
        Text(
            "值等于哪一个，就取它后面的结果；最后可以写其余的结果。",
            "The result beside the equal value; a last one for all others.",
        ),
        (('SWITCH("B", "A", 1.25, "B", 1, 0.5)', "1"),),
        group=(Param(Kind.ANY, "等于", "case"), _RESULT),
        tail=Param(Kind.RESULT, "其余", "otherwise", optional=True),
        decides=True,
        unit=UnitRule.RESULT,
    ),
    Function(
        "AND",
        "且",
        (),
        ValueType.BOOL,
        _and,
        Text(
            "条件全部成立。有一个不成立就是不成立，哪怕别的还没有数。",
            "All conditions hold; one FALSE decides, even beside blanks.",
        ),
        (("AND(1 < 2, 3 < 4)", "TRUE"), ("AND(FALSE, 1/0)", "#DIV/0!")),
        group=(_CONDITION,),
        decides=True,
    ),
    Function(
        "OR",
        "或",
        (),
        ValueType.BOOL,
        _or,
        Text("至少一个条件成立。", "At least one condition holds; one TRUE decides, even beside blanks."),
        (("OR(1 > 2, 3 < 4)", "TRUE"),),
        group=(_CONDITION,),
        decides=True,
    ),
    Function(
        "XOR",
        "异或",
        (),
        ValueType.BOOL,
        _xor,
        Text("成立的条件是单数个。", "An odd number of the conditions hold."),
        (("XOR(TRUE, TRUE)", "FALSE"), ("XOR(TRUE, FALSE)", "TRUE")),
        group=(_CONDITION,),
        decides=True,
    ),
    Function(
        "NOT",
        "非",
        (_CONDITION,),
        ValueType.BOOL,
        _not,
        Text("条件反过来。", "The opposite of a condition."),
        (("NOT(1 > 2)", "TRUE"),),
        decides=True,
    ),
    Function(
        "IFERROR",
        "出错时",
        (_VALUE, Param(Kind.RESULT, "出错时用", "fallback")),
        None,
        _iferror,
        Text(
            "算不出来时用后一个。空白不是错误：用 IFBLANK。",
            "The fallback where the value is an error. A blank is none: see IFBLANK.",
        ),
        (("IFERROR(1/0, 60)", "60"),),
        unit=UnitRule.RESULT,
    ),
    Function(
        "IFNA",
        "无结果时",
        (_VALUE, Param(Kind.RESULT, "无结果时用", "fallback")),
        None,
        _ifna,
        Text("只在 #N/A（找不到、待数据）时用后一个。", "The fallback only where the value is #N/A."),
        (('IFNA(IFS(FALSE, "A"), "C")', "C"), ("IFNA(1/0, 5)", "#DIV/0!")),
        unit=UnitRule.RESULT,
    ),
    Function(
        "IFBLANK",
        "空白时",
        (_VALUE, Param(Kind.RESULT, "空白时用", "fallback")),
        None,
        _ifblank,
        Text("空白时用后一个；错误不算空白。", "The fallback where the value is blank; errors stay."),
        (("IFBLANK(80, 100)", "80"), ("IFBLANK(1/0, 100)", "#DIV/0!")),
        unit=UnitRule.RESULT,
    ),
    Function(
        "ISBLANK",
        "是空白",
        (Param(Kind.ANY, "值", "value"),),
        ValueType.BOOL,
        _isblank,
        Text("值是不是空白。0 和空文字都不是空白。", "Whether the value is blank; 0 and an empty text are not."),
        (("ISBLANK(0)", "FALSE"), ('ISBLANK("")', "FALSE")),
    ),
):
    register(function)
