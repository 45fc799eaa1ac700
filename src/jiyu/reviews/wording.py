"""Numbers of a line told to people: the sum with its figures, how far it is to the target, ahead or behind."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from jiyu.lib.formula.numeric import round_half_up
from jiyu.lib.formula.tree import Binary, Call, Input, Node, Number, Percent, Unary
from jiyu.lib.scoring import LineValues, Measure
from jiyu.lib.text import Text
from jiyu.lib.units import MINUS, format_number

Chip = Literal["ahead", "on_time", "close", "behind", "waiting", "incomplete"]

ON_TIME_POINTS = 2.0
CLOSE_SCORE = 95.0
FULL_SCORE = 100.0


@dataclass(frozen=True)
class Standing:
    """How a line stands: a chip (shape, word and colour always together) and one sentence in plain words."""

    chip: Chip
    word: Text
    sentence: Text


def standing(
    measure: Measure, values: LineValues, *, direction: str, score: float | None, elapsed: float | None = None
) -> Standing:
    """How the actual stands to the target: in a closed period by the line's score, in an open one (`elapsed`, the share
    of time gone, in 0…1) by time, for amounts that grow. `score` None: data awaited."""
    actual = measure.actual_of(values)
    if actual is None or score is None:
        return Standing("waiting", Text("待数据", "Awaiting data"), Text("缺的不算 0，也不先算分", "Missing is not 0"))
    sentence = distance(measure, values, direction=direction)
    target = values.target
    grows = direction == "higher" and not measure.is_ratio and measure.unit.dimension in ("money", "count", "number")
    if elapsed is not None and grows and target:
        points = round(actual / target * 100 - elapsed * 100)
        if abs(points) <= ON_TIME_POINTS:
            return Standing("on_time", Text("踩点", "On time"), sentence)
        word = (
            Text(f"快 {points} 个百分点", f"{points} points ahead")
            if points > 0
            else Text(f"慢 {-points} 个百分点", f"{-points} points behind")
        )
        return Standing("ahead" if points > 0 else "behind", word, sentence)
    if score >= FULL_SCORE:
        beyond = score > FULL_SCORE
        return Standing("ahead", Text("已过目标", "Past target") if beyond else Text("到目标", "On target"), sentence)
    if score >= CLOSE_SCORE:
        return Standing("close", Text("差一点", "Close"), sentence)
    if measure.unit.dimension == "count" and direction == "lower":
        figure = measure.figure(actual)
        return Standing("behind", Text("有 {a}", "{a}").format(a=figure), sentence)
    return Standing("behind", Text("没到目标", "Short of target"), sentence)


def distance(measure: Measure, values: LineValues, *, direction: str) -> Text:
    """What is missing to the target, in the things one can do something about: pieces rather than percent."""
    actual, target = measure.actual_of(values), values.target
    if actual is None:
        return Text("")
    if target is None:
        return Text("没有定目标值", "No target was set")
    reached = actual >= target if direction == "higher" else actual <= target
    if measure.is_ratio and direction == "higher" and not reached:
        return _pieces(measure, values, target)
    if direction == "lower" and measure.unit.dimension == "count":
        if reached:
            return Text("没有超过目标", "Not above target")
        return Text("比目标多 {g}", "{g} above target").format(g=measure.figure(actual - target))
    gap = measure.gap(float(round_half_up(abs(actual - target), measure.decimals)))
    if reached:
        if actual == target:
            return Text("正好到目标", "Exactly on target")
        better = (
            Text("比目标高 {g}", "{g} above target")
            if direction == "higher"
            else Text("比目标低 {g}", "{g} below target")
        )
        return better.format(g=gap)
    short = Text("还差 {g}", "{g} to go") if direction == "higher" else Text("比目标高 {g}", "{g} above target")
    return short.format(g=gap)


def _pieces(measure: Measure, values: LineValues, target: float) -> Text:
    assert measure.numerator is not None and measure.denominator is not None
    if values.numerator is None or not values.denominator:
        return Text("")
    need = math.ceil(round(target / measure.scale * values.denominator - values.numerator, 6))
    unit = Measure(unit=measure.numerator.unit)
    if target == measure.scale:
        return Text("还差 {n}到{d}", "{n} to go").format(n=unit.figure(need), d=measure.denominator.label)
    reach = Text("再多 {n}{a}就到 {t}", "{n} more reaches {t}" if need == 1 else "{n} more reach {t}")
    return reach.format(n=unit.figure(need), a=measure.numerator.label, t=measure.figure(target))


def sum_words(tree: Node, figures: dict[str, Text]) -> Text:
    """The expression with its figures in place of names: "4,368 ÷ 4,480", "88 % × 92 % × 97.92 %"."""
    signs = {"*": "×", "/": "÷", "-": MINUS, "+": "+"}
    match tree:
        case Input(id=name):
            return figures.get(name, Text(name))
        case Number(value=value):
            return Text(format_number(value), format_number(value))
        case Percent(operand=operand):
            inner = sum_words(operand, figures)
            return Text("{a} %", "{a} %").format(a=inner)
        case Unary(operator=sign, operand=operand):
            return Text(f"{signs[sign]}{{a}}", f"{signs[sign]}{{a}}").format(a=sum_words(operand, figures))
        case Binary(operator=sign, left=left, right=right) if sign in signs:
            a, b = _bracketed(left, sign, figures), _bracketed(right, sign, figures, is_right=True)
            return Text(f"{{a}} {signs[sign]} {{b}}", f"{{a}} {signs[sign]} {{b}}").format(a=a, b=b)
        case Call(function=name, arguments=arguments):
            inside = [sum_words(a, figures) for a in arguments]
            return Text(
                f"{name}({'，'.join(t.zh for t in inside)})",
                f"{name}({', '.join(t.in_('en') for t in inside)})",
            )
        case _:
            return Text("…", "…")


def _bracketed(node: Node, sign: str, figures: dict[str, Text], *, is_right: bool = False) -> Text:
    words = sum_words(node, figures)
    looser = isinstance(node, Binary) and (
        (node.operator in "+-" and sign in "*/") or (is_right and sign in "-/" and node.operator in "+-*/")
    )
    return Text("（{a}）", "({a})").format(a=words) if looser else words
