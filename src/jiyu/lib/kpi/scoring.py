"""A table worked with our own arithmetic: each rule read, each actual read, and the total of `lib.scoring`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Final

import numpy as np

from jiyu.lib.kpi.sheets import KpiLine, KpiTable, Written
from jiyu.lib.prose import RuleContext, RuleReading, read_amount, read_rule
from jiyu.lib.scoring import (
    Direction,
    LineBatch,
    LineState,
    LineValues,
    Measure,
    ScoreState,
    TotalPolicy,
    YesNoMethod,
    sum_line,
    total,
)
from jiyu.lib.tables import Cell
from jiyu.lib.tables.names import is_blank_word, parse_yes_no
from jiyu.lib.tables.numbers import split_head_unit
from jiyu.lib.text import Problem, Text
from jiyu.lib.units import MICRO, UNITS, conversion, find_unit, format_number

_DONE: Final = frozenset({"完成", "已完成", "达成", "已达成", "按时完成", "按期完成", "达标", "通过", "做到"})
_NOT_DONE: Final = frozenset(
    {"未完成", "没完成", "未达成", "未按时完成", "不达标", "未达标", "未通过", "没做到", "延期"}
)
_ODD_RATIO: Final = 100
"""An actual a hundred times its target (or a hundredth) is a unit that was not written."""

ACTUAL: Final = "actual"
"""The key under which an answer says which of an actual's ways it is."""

Answers = Mapping[str, str]
"""What was answered on one line: doubt code → key."""


@dataclass(frozen=True, slots=True)
class Actual:
    """An actual in the measure's unit; None with a `problem`, or where nothing is written.

    `ways` are the readings of a number that can be two (key, value in the measure's unit), none preselected.
    """

    value: Decimal | None = None
    problem: Problem | None = None
    ways: tuple[tuple[str, Decimal], ...] = ()

    def settled(self, key: str) -> Actual:
        """The actual once somebody said which of its `ways` it is; itself for a key that is none."""
        chosen = dict(self.ways).get(key)
        return self if chosen is None else Actual(chosen)


@dataclass(frozen=True, slots=True)
class OurLine:
    """One line as we work it: its reading, values, points (None while there are none), weight and the calculation told."""

    line: KpiLine
    reading: RuleReading
    actual: Actual
    weight: int
    points: float | None = None
    weighted: float | None = None
    values: LineValues | None = None
    sentence: Text | None = None


@dataclass(frozen=True, slots=True)
class OurSheet:
    """A table as we work it. `score` is the total rounded once, `raw` before that; None while a line has no points."""

    lines: tuple[OurLine, ...]
    score: float | None = None
    raw: float | None = None
    sum_line: str = ""


def line_context(line: KpiLine) -> RuleContext:
    """What stands around a line's rule. A unit in its own column, or in the indicator's brackets, is the indicator's."""
    unit = find_unit(line.text("unit")) if line.text("unit") else split_head_unit(line.indicator)[1]
    name = split_head_unit(line.indicator)[0] if unit is not None and not line.text("unit") else line.indicator
    direction = line.text("direction")
    way = None
    if direction:
        lower = any(word in direction for word in ("逆", "反", "负", "低", "少", "小", "↓", "-"))
        higher = any(word in direction for word in ("正", "高", "多", "大", "↑", "+"))
        way = Direction.LOWER if lower and not higher else Direction.HIGHER if higher and not lower else None
    points = read_amount(line.weight.text) if line.is_in_points and line.weight else None
    return RuleContext(
        name=name,
        unit=unit,
        target=line.text("target"),
        threshold=line.text("threshold"),
        stretch=line.text("stretch"),
        baseline=line.text("baseline"),
        direction=way,
        weight_points=points.value if points is not None else None,
    )


def read_line(line: KpiLine, answers: Answers | None = None) -> RuleReading:
    """The line's rule as prose; where it has none, the target cell may hold it ("95%，每低1%扣2分")."""
    text = line.text("rule") or ("" if read_amount(line.text("target")) else line.text("target"))
    return read_rule(text, context=line_context(line), answers=answers)


def read_actual(written: Written | None, reading: RuleReading) -> Actual:
    """What is written as the actual, in the measure's unit: 4,613,000 元 for a target in 万元 is 461.3.

    Never guessed: a bare 0.923 of a rate, or a bare number a hundred times the target, is a problem with two ways out.
    """
    if written is None or is_blank_word(written.text):
        return Actual()
    if isinstance(reading.method, YesNoMethod):
        return _done(written)
    amount = read_amount(written.text)
    if amount is None:
        return Actual(problem=_not_a_number(written))
    unit = reading.measure.unit
    if amount.unit is None and unit.code == "percent" and 0 < abs(amount.value) <= Decimal("1.5"):
        ways = (("fraction", amount.value * 100), ("percent", amount.value))
        return Actual(problem=_two_ways(written, *(format_number(way, at_most=4) for _key, way in ways)), ways=ways)
    value = amount.in_unit(unit)
    if value is None:
        return Actual(
            problem=Problem(
                "kpi.actual_unit",
                Text("实际“{t}”的单位和“{u}”对不上。", 'The unit of "{t}" does not fit "{u}".').format(
                    t=written.text, u=unit.label
                ),
                Text("改成同一种单位。", "Write it in that unit."),
            )
        )
    target = reading.parameters.target
    is_odd = target and amount.unit is None and unit.dimension == "money" and value >= abs(target) * _ODD_RATIO
    if is_odd and unit.code != "yuan":
        in_yuan = amount.value * conversion(UNITS["yuan"], unit).numerator / conversion(UNITS["yuan"], unit).denominator
        return Actual(problem=_bare_money(written, reading.measure), ways=(("yuan", in_yuan), ("unit", amount.value)))
    return Actual(value)


def work(
    table: KpiTable,
    weights: Sequence[int],
    *,
    answers: Mapping[int, Answers] | None = None,
    policy: TotalPolicy | None = None,
) -> OurSheet:
    """The table with our arithmetic: rules by `answers` (row → doubt code → key), `weights` in millionths of the sheet.

    A line without points (a doubt, no actual) leaves the whole sheet without a score: missing is not zero.
    """
    lines = [
        _work_line(line, weight, (answers or {}).get(line.row))
        for line, weight in zip(table.lines, weights, strict=True)
    ]
    if not lines or any(line.points is None for line in lines):
        return OurSheet(tuple(lines))
    count = len(lines)
    scores = np.array([line.points for line in lines], np.float64)
    floors = np.array([_limits(line)[0] for line in lines], np.float64)
    caps = np.array([_limits(line)[1] for line in lines], np.float64)
    extras = [extra for extra in table.extras if extra.points]
    bonus = sum(
        (_signed(extra.kind, extra.points) for extra in extras if _signed(extra.kind, extra.points) > 0), Decimal(0)
    )
    penalty = -sum(
        (_signed(extra.kind, extra.points) for extra in extras if _signed(extra.kind, extra.points) < 0), Decimal(0)
    )
    batch = LineBatch(
        sheet_start=np.array([0, count], np.int64),
        score=scores,
        state=np.full(count, LineState.OK, np.uint8),
        weight=np.array(list(weights), np.int64),
        section=np.zeros(count, np.int64),
        section_weight=np.full(count, MICRO, np.int64),
        floor=floors,
        cap=caps,
        bonus=np.array([float(bonus)]),
        penalty=np.array([float(penalty)]),
    )
    result = total(batch, policy or TotalPolicy(cap=Decimal(1000)))
    if result.state[0] != ScoreState.SCORED:
        return OurSheet(tuple(lines))
    # Lines of a sheet of 98 weigh what is written: the library sums them without a division by the weight.
    parts = [float(part) for part in result.line_points]
    done = tuple(_with_weighted(line, part) for line, part in zip(lines, parts, strict=True))
    added = [float(_signed(extra.kind, extra.points)) for extra in extras]
    return OurSheet(
        done, float(result.score[0]), float(result.raw[0]), sum_line([*parts, *added], float(result.raw[0]))
    )


def _signed(kind: str, points: Decimal | None) -> Decimal:
    """Points of an extra with their sign: a penalty written as 5 takes 5."""
    value = points or Decimal(0)
    return -abs(value) if kind == "penalty" else value


def _limits(line: OurLine) -> tuple[float, float]:
    if line.reading.method is None:
        return 0.0, 0.0
    floor, cap = line.reading.method.limits()
    return float(floor), float(cap)


def _with_weighted(line: OurLine, weighted: float) -> OurLine:
    return OurLine(line.line, line.reading, line.actual, line.weight, line.points, weighted, line.values, line.sentence)


def _work_line(line: KpiLine, weight: int, answers: Answers | None) -> OurLine:
    reading = read_line(line, answers)
    if reading.method is None:
        return OurLine(line, reading, Actual(), weight)
    written = line.cells.get("actual")
    if written is None and reading.is_marked:
        written = line.cells.get("lead_mark")
    actual = read_actual(written, reading).settled((answers or {}).get(ACTUAL, ""))
    if actual.value is None:
        return OurLine(line, reading, actual, weight)
    values = reading.parameters.with_actual(actual.value)
    points, state = reading.method.score_one(reading.measure, values)
    return OurLine(
        line, reading, actual, weight, points if state is LineState.OK else None, None, values,
        reading.method.sentence(reading.measure, values),
    )  # fmt: skip


def _done(written: Written) -> Actual:
    text = written.text.strip()
    if text in _DONE or text in _NOT_DONE:
        return Actual(Decimal(text in _DONE))
    said = parse_yes_no(Cell(written.value if written.value is not None else text, text))
    if said is None:
        amount = read_amount(text)
        if amount is not None and amount.unit is not None and amount.unit.code == "percent" and amount.value == 100:
            return Actual(Decimal(1))
        return Actual(problem=_not_a_number(written))
    return Actual(Decimal(said))


def _not_a_number(written: Written) -> Problem:
    return Problem(
        "kpi.actual_unread",
        Text("实际“{t}”读不成一个数。", 'The actual "{t}" is no number.').format(t=written.text[:40]),
        Text("填一个数，或者先空着。", "Type a number, or leave it blank."),
        path=written.place.name,
    )


def _two_ways(written: Written, first: str, second: str) -> Problem:
    return Problem(
        "kpi.actual_percent",
        Text("实际写的是 {t}：是 {a} % 还是 {b} %？", "The actual says {t}: {a} % or {b} %?").format(
            t=written.text, a=first, b=second
        ),
        Text("写上百分号。", "Write the percent sign."),
        path=written.place.name,
    )


def _bare_money(written: Written, measure: Measure) -> Problem:
    return Problem(
        "kpi.actual_scale",
        Text("实际写的是 {t}，没写单位：是元还是{u}？", "The actual says {t} without a unit: yuan or {u}?").format(
            t=written.text, u=measure.unit.label
        ),
        Text("在数后面写上元或{u}。", "Write the unit behind the number.").format(u=measure.unit.label),
        path=written.place.name,
    )


def weight_words(weight: int) -> str:
    """Millionths as percent: "40 %"."""
    return f"{format_number(Fraction(weight * 100, MICRO), at_most=4)} %"
