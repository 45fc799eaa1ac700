"""Ours, for scores: limits, step tables, and lines between points."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from jiyu.lib.formula import numeric
from jiyu.lib.formula.operators import merged, number_or_error
from jiyu.lib.formula.registry import Function, Invocation, Kind, Param, UnitRule, register
from jiyu.lib.formula.values import NO_BRANCH, NUM, OK, VALUE, Value, ValueType, failure, mark
from jiyu.lib.text import Text


def _clamp(arguments: Sequence[Value], _: Invocation) -> Value:
    value, low, high = (a.values for a in arguments)
    clamped = np.clip(value, low, high)  # the upper limit wins where they cross
    clamped += 0.0  # which zero the larger of 0.0 and -0.0 is hangs on the place in the vector
    crossed = low > high
    state = merged(arguments)
    if crossed.any():
        state = mark(state, np.broadcast_to(crossed, clamped.shape), NUM)
    return Value(ValueType.NUMBER, clamped, state)


def _band(arguments: Sequence[Value], call: Invocation) -> Value:
    """The result of the highest bound that the value reaches, wherever it stands in the list."""
    value, rest = arguments[0], arguments[1:]
    pairs = len(rest) // 2
    bounds, results = rest[0 : 2 * pairs : 2], rest[1 : 2 * pairs : 2]
    kind = results[0].type
    otherwise = rest[-1] if len(rest) % 2 else failure(kind, NO_BRANCH)
    if any(r.type is not kind for r in (*results, otherwise)):
        return failure(kind, VALUE)
    computed = [call.computed[0] or call.computed[1 + 2 * i] for i in range(pairs)]
    steps = list(zip(bounds, results, computed, strict=True))
    fixed = all(len(bound.values) == 1 and bound.state is None for bound in bounds)
    if fixed:  # rising, the first of equal bounds last, so that what is reached later wins
        steps.reverse()
        steps.sort(key=lambda step: float(step[0].values[0]))
    chosen: Any = otherwise.values
    state: Any = otherwise.state
    best: Any = np.full(1, -np.inf)
    for bound, result, is_computed in steps:
        reached = numeric.at_least(value.values, bound.values, is_computed)
        if not fixed:
            reached = reached & (bound.values > best)
            best = np.where(reached, bound.values, best)
        chosen = np.where(reached, result.values, chosen)
        if state is not None or result.state is not None:
            state = np.where(reached, result.states(), OK if state is None else state)
    before = merged([value, *bounds])
    if before is not None:
        state = np.where(before != OK, before, OK if state is None else state)
    return Value(kind, chosen, None if state is None or not state.any() else state.astype(np.uint8))


def _piecewise(arguments: Sequence[Value], _: Invocation) -> Value:
    """Straight lines between points whose x rise or fall; beyond the ends the end values hold."""
    x = arguments[0].values
    points = [(arguments[i].values, arguments[i + 1].values) for i in range(1, len(arguments), 2)]
    size = np.broadcast_shapes(*(a.values.shape for a in arguments))
    rising: Any = np.broadcast_to(points[-1][0] > points[0][0], size)
    sign = np.where(rising, 1.0, -1.0)
    wrong: Any = np.zeros(size, np.bool_)
    result: Any = np.broadcast_to(points[0][1], size)
    for (x1, y1), (x2, y2) in pairwise(points):
        wrong = wrong | (sign * (x2 - x1) <= 0)
        step = np.where(x2 == x1, 1.0, x2 - x1)
        between = (x - x1) * (y2 - y1) / step + y1
        result = np.where(sign * (x - x1) > 0, np.where(sign * (x - x2) >= 0, y2, between), result)
    return number_or_error(result, mark(merged(arguments), wrong, NUM))


_VALUE = Param(Kind.NUMBER, "值", "value")

register(
    Function(
        "CLAMP",
        "限制",
        (_VALUE, Param(Kind.NUMBER, "下限", "low"), Param(Kind.NUMBER, "上限", "high")),
        ValueType.NUMBER,
        _clamp,
        Text("不低于下限，不高于上限（保底、封顶）。", "Kept between a lower and an upper limit."),
        (("CLAMP(130, 0, 120)", "120"), ("CLAMP(-5, 0, 120)", "0")),
        unit=UnitRule.FIRST,
    )
)
register(
    Function(
        "BAND",
        "分档",
        (_VALUE,),
        None,
        _band,
        Text(
            "分档：达到（含）的最高一档的结果；最后可以写其余的结果，不写就是 #N/A。",
            "The result of the highest bound reached (inclusive); a last one for values below all.",
        ),
        (
            ('BAND(85, 95, "A", 85, "B+", 70, "B", "C")', "B+"),
            ('BAND(84.995, 85, "B+", "B")', "B"),
            ('BAND(ROUND(84.995, 2), 85, "B+", "B")', "B+"),
        ),
        group=(Param(Kind.NUMBER, "下限", "bound"), Param(Kind.RESULT, "结果", "result")),
        tail=Param(Kind.RESULT, "其余", "otherwise", optional=True),
        decides=True,
        unit=UnitRule.RESULT,
    )
)
register(
    Function(
        "PIECEWISE",
        "折线",
        (_VALUE,),
        ValueType.NUMBER,
        _piecewise,
        Text(
            "点与点之间按直线算，两头以外取端点；各点要一路变大或一路变小。",
            "Straight lines between points, flat beyond them; the points must rise or fall throughout.",
        ),
        (
            ("PIECEWISE(460, 300, 60, 500, 100, 600, 120)", "92"),
            ("PIECEWISE(5.8, 7, 60, 5, 100, 3, 120)", "84"),
            ("PIECEWISE(0.85, 0.3, 60, 0.7, 100, 1, 120)", "110"),
        ),
        group=(Param(Kind.NUMBER, "点", "at"), Param(Kind.NUMBER, "分", "points")),
        least=2,
    )
)
