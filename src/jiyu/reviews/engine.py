"""The arithmetic of a cycle on columns, without a database: what scores a million is what explains one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from jiyu.goals.public import IndicatorSpec, measure_of
from jiyu.lib.formula import Column
from jiyu.lib.formula.values import BLANK, OK
from jiyu.lib.scoring import Input, LineBatch, LineState, TotalPolicy, TotalResult, total
from jiyu.lib.units import MICRO
from jiyu.metrics.public import InputColumn, MetricColumns, MetricSpec

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

Bools = npt.NDArray[np.bool_]

PARAMETERS = (Input.TARGET, Input.THRESHOLD, Input.STRETCH, Input.BASELINE)
EXACT = 2**53  # whole numbers up to here are floats without loss
MOST = 2.0**63  # what does not fit 64 bits


@dataclass(frozen=True)
class Amounts:
    """Stored millionths, some of which are absent."""

    values: Ints
    present: Bools

    @classmethod
    def of(cls, values: Sequence[int | None]) -> Amounts:
        """From a list with None for what is absent."""
        present = np.array([v is not None for v in values], dtype=np.bool_)
        return cls(np.array([v or 0 for v in values], dtype=np.int64), present)

    @classmethod
    def rounded(cls, numbers: Floats, present: Bools) -> Amounts:
        """The nearest millionths of `numbers` where `present`; for display and comparison (what decides is replayed
        from the inputs). Raises OverflowError for a number that no column holds."""
        micros = np.rint(np.where(present, numbers, 0.0) * MICRO)
        if not (np.abs(micros) < MOST).all():
            raise OverflowError("a number of a result does not fit 64 bits")
        return cls(micros.astype(np.int64), present)

    def numbers(self) -> Floats:
        """In units; NaN where absent. Each the float nearest to the exact quotient, however many there are."""
        out = self.values / MICRO
        for n in np.nonzero(np.abs(self.values) > EXACT)[0]:
            out[n] = int(self.values[n]) / MICRO
        return np.where(self.present, out, np.nan)

    def listed(self, at: Ints) -> list[int | None]:
        """Those at some places, None for what is absent."""
        out = self.values[at].astype(object)
        out[~self.present[at]] = None
        listed: list[int | None] = out.tolist()
        return listed


@dataclass(frozen=True)
class LineScores:
    """Scores of the lines of one indicator, unrounded (0 where the state is not OK), with the state and, where the
    metric itself failed, the formula's error state."""

    score: Floats
    state: npt.NDArray[np.uint8]
    error: npt.NDArray[np.uint8]


def score_lines(
    indicator: IndicatorSpec,
    metric: MetricSpec,
    values: MetricColumns,
    inputs: Mapping[str, InputColumn],
    parameters: Mapping[str, Floats],
) -> LineScores:
    """Points of each line of one indicator, inside its floor and cap. `parameters` by input id (target …), NaN where a
    line has none; all arrays have one row per line. What is missing keeps its cause: awaited before not applicable."""
    rows = len(values.column)
    found = np.zeros(rows, dtype=np.uint8) if values.column.state is None else values.column.state
    known = found == OK
    measure = measure_of(indicator, metric)
    given: dict[str, Floats] = {name: parameters[name] for name in PARAMETERS}
    if measure.is_ratio:
        assert values.numerator is not None and values.denominator is not None
        # 0 of 0 is an error of the metric, but says that there was nothing to measure: the method decides.
        there = known | (found > BLANK)
        given[Input.NUMERATOR] = np.where(there, values.numerator.values, np.nan)
        given[Input.DENOMINATOR] = np.where(there, values.denominator.values, np.nan)
    else:
        given[Input.ACTUAL] = np.where(known, values.value, np.nan)
    out = indicator.method.score(measure, given)
    state = out.state.copy()
    failed = (found > BLANK) & (state != LineState.NOT_APPLICABLE)
    state[failed] = LineState.ERROR
    waits, not_applicable = missing_causes(metric, inputs, rows)
    state[(found == BLANK) & not_applicable & ~waits] = LineState.NOT_APPLICABLE
    score = np.where(state == LineState.OK, out.score, 0.0)
    return LineScores(score, state, np.where(failed, found, OK).astype(np.uint8))


def missing_causes(
    metric: MetricSpec, inputs: Mapping[str, InputColumn], rows: int
) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
    """Per row: whether some input is awaited, and whether some input does not apply."""
    waits = np.zeros(rows, dtype=np.bool_)
    not_applicable = np.zeros(rows, dtype=np.bool_)
    for spec in metric.inputs:
        absent = ~inputs[spec.name].present
        if spec.missing == "awaiting":
            waits |= absent
        elif spec.missing == "not_applicable":
            not_applicable |= absent
    return waits, not_applicable


def totals(
    *,
    sheet_start: Ints,
    scores: Floats,
    states: npt.NDArray[np.uint8],
    weights: Ints,
    sections: Ints,
    section_weights: Ints,
    policy: TotalPolicy,
) -> TotalResult:
    """Totals of sheets from their line scores (already inside each line's own floor and cap)."""
    wide = np.full(len(scores), 1_000.0)
    return total(
        LineBatch(
            sheet_start=sheet_start,
            score=scores,
            state=states,
            weight=weights,
            section=sections,
            section_weight=section_weights,
            floor=-wide,
            cap=wide,
        ),
        policy,
    )


def pick(values: MetricColumns, rows: Ints) -> MetricColumns:
    """The same columns for the subjects at `rows`."""

    def part(column: Column | None) -> Column | None:
        if column is None:
            return None
        return Column(column.type, column.values[rows], None if column.state is None else column.state[rows])

    main = part(values.column)
    assert main is not None
    return MetricColumns(
        column=main,
        value=values.value[rows],
        numerator=part(values.numerator),
        denominator=part(values.denominator),
        steps={name: taken for name, c in values.steps.items() if (taken := part(c)) is not None},
    )


def pick_inputs(inputs: Mapping[str, InputColumn], rows: Ints) -> dict[str, InputColumn]:
    """The aggregates of the subjects at `rows`."""
    return {
        name: InputColumn(c.numerator[rows], c.denominator[rows], c.present[rows], c.records[rows])
        for name, c in inputs.items()
    }
