"""What every scoring method can do: give its formula, check itself, and say in words what it did."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Annotated

import numpy as np
import numpy.typing as npt
from pydantic import BaseModel, ConfigDict, Field

from jiyu.lib.formula import BLOCK_ROWS, CellError, Prepared, TraceNode
from jiyu.lib.formula.numeric import equal
from jiyu.lib.scoring.evaluation import BLANK_STATE, Floats, Labels, compiled, evaluated, traced
from jiyu.lib.scoring.measure import LABELS, Input, LineValues, Measure, plain, points
from jiyu.lib.scoring.totals import LineState
from jiyu.lib.text import Problem, Text

Points = Annotated[Decimal, Field(ge=-1_000, le=1_000, allow_inf_nan=False, max_digits=16, decimal_places=6)]
Figure = Annotated[Decimal, Field(allow_inf_nan=False, max_digits=24, decimal_places=6)]
Positive = Annotated[Decimal, Field(gt=0, allow_inf_nan=False, max_digits=24, decimal_places=6)]


class Direction(StrEnum):
    """Which way is good: 越高越好 or 越低越好."""

    HIGHER = "higher"
    LOWER = "lower"


@dataclass(frozen=True, slots=True)
class LineScores:
    """Points of many lines: `score` (NaN where there is none) and `state` (LineState)."""

    score: Floats
    state: npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class LineScorer:
    """A method's formula for one measure, ready for blocks of lines (see `BaseMethod.score`)."""

    formula: Prepared
    inputs: tuple[str, ...]
    parameters: tuple[str, ...]
    actuals: tuple[str, ...]
    blank_state: LineState

    def points(self, inputs: Mapping[str, Floats]) -> tuple[Floats, npt.NDArray[np.uint8]]:
        """Points of the lines of a block and their states; the points mean nothing where the state is not OK."""
        column, blanks = evaluated(self.formula, inputs)
        if column.state is None:
            state = np.zeros(len(column), dtype=np.uint8)
        else:
            state = (column.state > BLANK_STATE).view(np.uint8) * np.uint8(LineState.ERROR)
            state[column.state == BLANK_STATE] = self.blank_state
        for names, missing in ((self.parameters, LineState.ERROR), (self.actuals, LineState.AWAITING_DATA)):
            for name in names:
                if name in blanks:
                    state[blanks[name]] = missing
        if Input.DENOMINATOR in self.actuals:
            nothing = (inputs[Input.NUMERATOR] == 0) & (inputs[Input.DENOMINATOR] == 0)
            state[nothing] = LineState.NOT_APPLICABLE
        return column.values, state


class BaseMethod(BaseModel, ABC):
    """A scoring method (评分标准): a frozen spec of how one line's actual becomes points.

    The arithmetic is `formula()`, evaluated by `jiyu.lib.formula`: an explanation is that evaluator's
    trace, never a second calculation. Lines carry only the parameters (DESIGN §6).
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    @abstractmethod
    def formula(self, measure: Measure) -> str:
        """Points before floor and cap, as formula text over the inputs of LABELS."""

    @abstractmethod
    def limits(self) -> tuple[Decimal, Decimal]:
        """Lowest and highest points a line can have; applied once, after joining segments (DESIGN §6)."""

    @abstractmethod
    def rule_text(self, measure: Measure, values: LineValues | None = None) -> Text:
        """The rule in a few words, with the line's parameters where `values` are given."""

    @abstractmethod
    def reckoning(self, measure: Measure, values: LineValues, raw: float) -> Text:
        """The calculation with its numbers up to `raw`, the points before floor and cap; no full stop."""

    def clamped_formula(self, measure: Measure) -> str:
        """`formula()` inside floor and cap: what a line without segments is scored with."""
        floor, cap = self.limits()
        return f"CLAMP({self.formula(measure)}, {literal(floor)}, {literal(cap)})"

    def parameters(self) -> tuple[Input, ...]:
        """The parameters every line must bring."""
        return ()

    def input_ids(self, measure: Measure) -> tuple[str, ...]:
        """Ids of all inputs of the formula; a line waits while one of them is missing."""
        return (*measure.actual_inputs(), *self.parameters())

    def input_labels(self, measure: Measure) -> Labels:
        """Each input's id and what it is called in the formula text."""
        return tuple((name, LABELS[name].zh) for name in self.input_ids(measure))

    def score(self, measure: Measure, inputs: Mapping[str, Floats], *, clamped: bool = True) -> LineScores:
        """Points of many lines at once, by the formula language's evaluator.

        `inputs` has a float64 array per id of `input_ids()`, all of one length, NaN where there is no
        value. `clamped` False leaves floor and cap off: for segments, which are clamped after joining.
        An actual that is missing awaits data; a missing parameter is an error; 0 of 0 has nothing to
        measure (not applicable); any other error of the formula is an error.
        """
        scorer = self.scorer(measure, clamped=clamped)
        rows = len(inputs[scorer.inputs[0]])
        scores = LineScores(np.empty(rows), np.empty(rows, np.uint8))
        for start in range(0, rows, BLOCK_ROWS):
            block = slice(start, start + BLOCK_ROWS)
            values, state = scorer.points({name: inputs[name][block] for name in scorer.inputs})
            np.add(values, 0.0, out=scores.score[block])
            scores.score[block][state != LineState.OK] = np.nan
            scores.state[block] = state
        return scores

    def scorer(self, measure: Measure, *, clamped: bool = True) -> LineScorer:
        """What `score` does with each block of lines, made ready."""
        inputs = self.input_ids(measure)
        source = self.clamped_formula(measure) if clamped else self.formula(measure)
        return LineScorer(
            formula=compiled(source, self.input_labels(measure)),
            inputs=inputs,
            parameters=tuple(self.parameters()),
            actuals=tuple(name for name in measure.actual_inputs() if name in inputs),
            blank_state=self.blank_state(),
        )

    def score_one(
        self, measure: Measure, values: LineValues, *, clamped: bool = True
    ) -> tuple[float | None, LineState]:
        """The same for one line: points or None, and the state."""
        scores = self.score(measure, self._one(measure, values), clamped=clamped)
        state = LineState(int(scores.state[0]))
        return (float(scores.score[0]) if state is LineState.OK else None), state

    def explain(self, measure: Measure, values: LineValues) -> TraceNode:
        """The evaluator's trace of one line, node by node."""
        source = self.clamped_formula(measure)
        return traced(source, self.input_labels(measure), self._one(measure, values))

    def sentence(self, measure: Measure, values: LineValues) -> Text:
        """The method told with this line's numbers, ending in its points.

        "合格报工 4,368 件 ÷ 计划 4,480 件 × 100 = 97.50 分"; without a score it says why there is none.
        """
        raw, state = self.score_one(measure, values, clamped=False)
        if raw is None:
            return self._no_score(measure, values, state)
        text = self.reckoning(measure, values, raw)
        floor, cap = (float(limit) for limit in self.limits())
        if is_below(cap, raw):
            return Text("{a}，封顶 {c} 分", "{a}, capped at {c}").format(a=text, c=points(cap))
        if is_below(raw, floor):
            return Text("{a}，保底 {f} 分", "{a}, at least {f}").format(a=text, f=points(floor))
        return text

    def applied_rule(self, measure: Measure, values: LineValues) -> Text:
        """`rule_text` for one line, with the cap or floor where it changed the points: "达成率 × 100，封顶 120"."""
        text = self.rule_text(measure, values)
        raw, _state = self.score_one(measure, values, clamped=False)
        floor, cap = (float(limit) for limit in self.limits())
        if raw is not None and is_below(cap, raw) and not self.rule_names_cap():
            return Text("{a}，封顶 {c}", "{a}, capped at {c}").format(a=text, c=plain(cap))
        if raw is not None and is_below(raw, floor):
            return Text("{a}，保底 {f}", "{a}, at least {f}").format(a=text, f=plain(floor))
        return text

    def rule_names_cap(self) -> bool:
        """Whether `rule_text` says the cap by itself ("最多 120")."""
        return False

    def blank_state(self) -> LineState:
        """What a blank result means where no input that must be there is missing."""
        return LineState.ERROR

    def _one(self, measure: Measure, values: LineValues) -> dict[str, Floats]:
        numbers = {name: values.get(name) for name in self.input_ids(measure)}
        return {name: np.array([np.nan if n is None else n], np.float64) for name, n in numbers.items()}

    def _no_score(self, measure: Measure, values: LineValues, state: LineState) -> Text:
        if state is LineState.AWAITING_DATA:
            text = Text("{n}：待数据，先不算分", "{n}: awaiting data, no score yet")
        elif state is LineState.NOT_APPLICABLE:
            text = Text("{n}：这段时间没有可算的，不适用", "{n}: nothing to measure, not applicable")
        else:
            text = Text("{n}：算不出分（{why}）", "{n}: no score ({why})")
            return text.format(n=measure.name, why=self._why(measure, values))
        return text.format(n=measure.name)

    def _why(self, measure: Measure, values: LineValues) -> Text:
        problems = self.check_line(values)
        if problems:
            return Text(problems[0].message.zh.rstrip("。"), problems[0].message.in_("en").rstrip("."))
        value = self.explain(measure, values).value
        return value.reason if isinstance(value, CellError) else Text("缺数", "a number is missing")

    def check(self, measure: Measure | None = None) -> list[Problem]:
        """What is wrong with the spec itself; `measure` adds what depends on decimals or unit."""
        floor, cap = self.limits()
        if floor <= cap:
            return []
        return [
            Problem(
                "scoring.floor_above_cap",
                Text("保底 {a} 分比封顶 {b} 分还高。", "The floor {a} is above the cap {b}.").format(
                    a=points(float(floor)), b=points(float(cap))
                ),
                Text("改低保底，或改高封顶。", "Lower the floor or raise the cap."),
                path="cap",
            )
        ]

    def check_line(self, values: LineValues) -> list[Problem]:
        """What is wrong with one line's parameters (missing, or an order that gives no score)."""
        return [
            Problem(
                "scoring.parameter_missing",
                Text("还没有填{name}值。", "The {name} is missing.").format(name=LABELS[name]),
                Text("填上，或换一种不用它的评分标准。", "Fill it in, or choose a rule that does not need it."),
                path=name,
            )
            for name in self.parameters()
            if values.get(name) is None
        ]


def literal(value: Decimal) -> str:
    """A setting as formula text: plain digits, in brackets where a minus could be misread."""
    text = format(value.normalize() if value else Decimal(0), "f")
    return f"({text})" if value < 0 else text


def same(a: float, b: float) -> bool:
    """Equal as the formula language decides it for computed numbers."""
    return bool(equal(a, b, computed=True))


def is_below(a: float, b: float) -> bool:
    """Less, and not equal as the formula language decides it."""
    return a < b and not same(a, b)


def is_short(value: float, target: float, direction: Direction) -> bool:
    """Whether `value` falls short of `target` in `direction`."""
    return is_below(value, target) if direction is Direction.HIGHER else is_below(target, value)


def number_of(values: LineValues, name: Input) -> float:
    """A parameter that must be there. Raises ValueError if the line has none (see `check_line`)."""
    value = values.get(name)
    if value is None:
        raise ValueError(f"the line has no {name}")
    return value


def actual_of(measure: Measure, values: LineValues) -> float:
    """The actual that must be there. Raises ValueError."""
    value = measure.actual_of(values)
    if value is None:
        raise ValueError("the line has no actual")
    return value


def ratio_words(measure: Measure, values: LineValues) -> Text:
    """ "合格报工 4,368 件 ÷ 计划 4,480 件", or the indicator's name where the actual is one number."""
    if measure.numerator is None or measure.denominator is None:
        return measure.name
    sides = []
    for part, name in ((measure.numerator, Input.NUMERATOR), (measure.denominator, Input.DENOMINATOR)):
        figure = Measure(unit=part.unit).figure(number_of(values, name))
        sides.append(Text("{label} {figure}", "{label} {figure}").format(label=part.label, figure=figure))
    return Text("{a} ÷ {b}", "{a} ÷ {b}").format(a=sides[0], b=sides[1])


def actual_words(measure: Measure, values: LineValues) -> Text:
    """ "计划达成 97.9167 %", after its division where there is one."""
    figure = measure.figure(actual_of(measure, values))
    template = Text("{a} = {b}", "{a} = {b}") if measure.is_ratio else Text("{a} {b}", "{a} {b}")
    return template.format(a=ratio_words(measure, values), b=figure)
