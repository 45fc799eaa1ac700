"""为什么: a result told from its score down to the rows it rests on.

Nothing of it is stored: the evaluator is run again over the frozen inputs and must give the stored number (DESIGN §6).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

import numpy as np

from jiyu.goals.public import IndicatorSpec, measure_of
from jiyu.lib.formula.numeric import round_half_up
from jiyu.lib.scoring import (
    Grade,
    LinePoints,
    LineState,
    LineValues,
    ScoreState,
    TotalResult,
    gap_sentence,
    grade_sentence,
    sum_line,
)
from jiyu.lib.text import Text
from jiyu.lib.units import MICRO, UNITS, format_number, format_value, with_label
from jiyu.metrics.public import (
    InputColumn,
    MetricColumns,
    MetricSpec,
    evaluate_inputs,
    scale_of,
    tree_of,
    visible,
)
from jiyu.reviews import engine
from jiyu.reviews.kinds import SchemeSpec
from jiyu.reviews.models import Result, ResultInput, ResultLine
from jiyu.reviews.scoring import STATE_WORDS, scheme_of
from jiyu.reviews.wording import Standing, standing, sum_words
from jiyu.studio.public import EditionView, edition_view

StoredInputs = Mapping[UUID, Sequence[ResultInput]]
"""The frozen inputs of each line, by the line's id."""


@dataclass(frozen=True)
class ExplainedInput:
    """One aggregate: its name and figure, how many records it rests on, and whether days are missing."""

    name: str
    figure: Text
    records: int
    covered_days: int
    expected_days: int | None
    is_missing: bool

    @property
    def is_complete(self) -> bool:
        """Whether every promised day was delivered."""
        return self.expected_days is None or self.covered_days >= self.expected_days


@dataclass(frozen=True)
class ExplainedLine:
    """One line: what was measured, how it became points, with what weight. Texts are ready for the page; `score`,
    `points` and `weight` are shown figures, never summed again; `lost_points` are of the total, as the gap names them."""

    no: int
    name: Text
    state: str
    actual: Text
    target: Text
    sum: Text
    sentence: Text
    rule: Text
    score: str
    weight_pct: str
    points: str
    weight_ratio: float
    lost_ratio: float
    lost_points: float
    standing: Standing
    inputs: tuple[ExplainedInput, ...]
    steps: tuple[tuple[str, Text], ...]
    metric: MetricSpec
    measure_scale: int
    has_ratio: bool
    direction: str
    target_value: float | None
    actual_value: float | None


@dataclass(frozen=True)
class Explanation:
    """A result in words. `is_replayed`: the replay gave exactly the stored score."""

    result_id: UUID
    enrolment_id: UUID
    subject: UUID
    state: str
    score: str
    grade: str
    calculated_at: datetime
    known_at: datetime
    gap: Text
    sum: str
    grade_sentence: Text
    scale: tuple[Grade, ...]
    lines: tuple[ExplainedLine, ...]
    edition: EditionView
    scheme_name: Text
    cause: Mapping[str, object]
    is_replayed: bool

    def line(self, no: int) -> ExplainedLine | None:
        """The line with this number."""
        return next((n for n in self.lines if n.no == no), None)


@dataclass(frozen=True)
class Replay:
    """What the evaluator gives over the frozen inputs of one result."""

    lines: Sequence[ResultLine]
    indicators: Sequence[IndicatorSpec]
    metrics: Sequence[MetricSpec]
    inputs: Sequence[Mapping[str, InputColumn]]
    columns: Sequence[MetricColumns]
    scores: Sequence[float]
    states: Sequence[LineState]
    total: TotalResult


def replay(lines: Sequence[ResultLine], stored: StoredInputs, edition: EditionView, end: date) -> Replay:
    """Run the evaluator again over frozen lines and inputs (`end`: the first day after their period)."""
    scheme_item = scheme_of(edition)
    scheme: SchemeSpec = scheme_item.spec
    scale = edition.resolve("grade_scale", scheme.grade_scale, scheme_item.module_code).spec.scale
    versions = {i.version_id: i for i in edition.items}
    indicators = [versions[n.indicator_version] for n in lines]
    metrics = [edition.resolve("metric", i.spec.metric, i.module_code).spec for i in indicators]
    inputs = [_frozen_inputs(stored.get(n.pk, ()), m) for n, m in zip(lines, metrics, strict=True)]
    columns = [
        evaluate_inputs(m, i, rows=1, today=end - timedelta(days=1)) for m, i in zip(metrics, inputs, strict=True)
    ]
    scored = [
        engine.score_lines(
            item.spec,
            metric,
            column,
            found,
            {
                "target": engine.Amounts.of([line.target]).numbers(),
                "threshold": engine.Amounts.of([line.threshold]).numbers(),
                "stretch": engine.Amounts.of([line.stretch]).numbers(),
                "baseline": engine.Amounts.of([line.baseline]).numbers(),
            },
        )
        for line, item, metric, column, found in zip(lines, indicators, metrics, columns, inputs, strict=True)
    ]
    names: dict[str, int] = {}
    # That a line does not apply was decided on the sheet and frozen with the line, not found in the data.
    states = [
        LineState.NOT_APPLICABLE if n.state == "not_applicable" else LineState(int(s.state[0]))
        for n, s in zip(lines, scored, strict=True)
    ]
    counted = engine.totals(
        sheet_start=np.array([0, len(lines)], dtype=np.int64),
        scores=np.array([s.score[0] if t is LineState.OK else 0.0 for s, t in zip(scored, states, strict=True)]),
        states=np.array(states, dtype=np.uint8),
        weights=np.array([n.weight for n in lines], dtype=np.int64),
        sections=np.array([names.setdefault(n.section, len(names)) for n in lines], dtype=np.int64),
        section_weights=np.array([n.section_weight for n in lines], dtype=np.int64),
        policy=scheme.policy(scale),
    )
    return Replay(
        lines=lines,
        indicators=[i.spec for i in indicators],
        metrics=metrics,
        inputs=inputs,
        columns=columns,
        scores=[float(s.score[0]) for s in scored],
        states=states,
        total=counted,
    )


def explain_result(
    result: Result,
    lines: Sequence[ResultLine],
    inputs: Sequence[ResultInput],
    end: date,
    *,
    elapsed: float | None = None,
) -> Explanation:
    """The explanation of a result, stored or just computed. The caller has checked that the reader may see it.

    `elapsed` (0…1) is the share of time gone, for a cycle that is still open.
    """
    stored: dict[UUID, list[ResultInput]] = {}
    for row in inputs:
        stored.setdefault(row.line_id, []).append(row)
    edition = edition_view(result.edition)
    scheme_item = scheme_of(edition)
    scheme: SchemeSpec = scheme_item.spec
    scale = edition.resolve("grade_scale", scheme.grade_scale, scheme_item.module_code).spec.scale
    again = replay(lines, stored, edition, end) if lines else None
    explained = tuple(_line(again, i, stored, elapsed, scheme.decimals) for i in range(len(lines))) if again else ()
    score = None if result.score is None else result.score / MICRO
    gap = grade_words = Text("")
    if score is not None and again is not None:
        parts = [
            LinePoints(n.name, float(again.total.line_points[i]), 100 * n.weight_ratio) for i, n in enumerate(explained)
        ]
        gap = gap_sentence(score, parts, decimals=scheme.decimals)
        grade_words = grade_sentence(score, int(again.total.calculated_grade[0]), scale, decimals=scheme.decimals)
    return Explanation(
        result_id=result.pk,
        enrolment_id=result.enrolment_id,
        subject=result.enrolment.subject,
        state=result.state,
        score="" if score is None else format_number(score, scheme.decimals),
        grade=result.grade,
        calculated_at=result.computed_at,
        known_at=result.known_at,
        gap=gap,
        sum=_sum(again) if again is not None and score is not None else "",
        grade_sentence=grade_words,
        scale=scale.grades,
        lines=explained,
        edition=edition,
        scheme_name=scheme_item.name,
        cause=result.cause,
        is_replayed=_same(result, again, scale.codes()),
    )


def _same(result: Result, again: Replay | None, codes: tuple[str, ...]) -> bool:
    if again is None:
        return result.score is None
    state = ScoreState(int(again.total.state[0]))
    if state is not ScoreState.SCORED:
        return result.score is None
    return (
        result.score == round(float(again.total.score[0]) * MICRO)
        and result.grade == codes[int(again.total.grade[0])]
        and all(
            line.state == STATE_WORDS[again.states[i]]
            and (line.score is None or line.score == round(again.scores[i] * MICRO))
            for i, line in enumerate(again.lines)
        )
    )


def _sum(again: Replay) -> str:
    points = [float(p) for p in again.total.line_points if np.isfinite(p)]
    return sum_line(points, float(again.total.raw[0]))


def _line(again: Replay, i: int, stored: StoredInputs, elapsed: float | None, decimals: int) -> ExplainedLine:
    line, indicator, metric = again.lines[i], again.indicators[i], again.metrics[i]
    columns, inputs, state = again.columns[i], again.inputs[i], again.states[i]
    measure = measure_of(indicator, metric)
    values = line_values(line, metric, columns)
    ok = state is LineState.OK
    score = again.scores[i] if ok else None
    points, weight = float(again.total.line_points[i]), float(again.total.line_weight[i])
    agreed = line.weight * line.section_weight / MICRO / MICRO
    counts = np.isfinite(points)
    actual = measure.actual_of(values)
    shown = None if measure.unit.dimension == "count" else indicator.decimals
    return ExplainedLine(
        no=line.line,
        name=indicator.label.text,
        state=line.state,
        actual=measure.figure(actual, shown) if actual is not None else Text("待数据", "Awaiting data"),
        target=measure.figure(values.target) if values.target is not None else Text(""),
        sum=_sum_text(metric, inputs, columns, shown),
        sentence=indicator.method.sentence(measure, values) if ok else _missing(metric, inputs),
        rule=indicator.method.applied_rule(measure, values),
        score=format_number(score, 2) if score is not None else "",
        weight_pct=format_number(agreed * 100, at_most=2),
        points=format_number(points, 2) if counts else "",
        weight_ratio=weight if counts else agreed,
        lost_ratio=max(0.0, min(1.0, 1 - score / 100)) if score is not None else 0.0,
        lost_points=float(round_half_up(100 * weight - points, decimals)) if counts else 0.0,
        standing=standing(measure, values, direction=indicator.direction, score=score, elapsed=elapsed),
        inputs=tuple(_input(metric, name, inputs, stored.get(line.pk, ())) for name in inputs),
        steps=tuple(
            (
                step.name,
                _figure(float(columns.steps[step.name].values[0]) * scale_of(step.unit), step.unit, 2),
            )
            for step in metric.steps
        ),
        metric=metric,
        measure_scale=measure.scale,
        has_ratio=measure.is_ratio,
        direction=indicator.direction,
        target_value=values.target,
        actual_value=actual,
    )


def line_values(line: ResultLine, metric: MetricSpec, columns: MetricColumns) -> LineValues:
    """The numbers of one frozen line in the metric's unit, for words."""

    def number(value: int | None) -> float | None:
        return None if value is None else value / MICRO

    known = columns.column.state is None or columns.column.state[0] == 0
    ratio = columns.numerator is not None and columns.denominator is not None
    return LineValues(
        actual=float(columns.value[0]) if known else None,
        numerator=float(columns.numerator.values[0]) if known and ratio and columns.numerator else None,
        denominator=float(columns.denominator.values[0]) if known and ratio and columns.denominator else None,
        target=number(line.target),
        threshold=number(line.threshold),
        stretch=number(line.stretch),
        baseline=number(line.baseline),
    )


def _sum_text(
    metric: MetricSpec, inputs: Mapping[str, InputColumn], columns: MetricColumns, decimals: int | None
) -> Text:
    if columns.column.state is not None and columns.column.state[0] != 0:
        return Text("待数据", "Awaiting data")
    figures: dict[str, Text] = {}
    for spec in metric.inputs:
        found = inputs[spec.name]
        figures[spec.name] = (
            Text(f"{_number(found.numerator[0] / MICRO)} ÷ {_number(found.denominator[0] / MICRO)}")
            if spec.is_average
            else Text(_number(float(found.value[0]) if found.present[0] else 0.0))
        )
    for step in metric.steps:
        figures[step.name] = _figure(float(columns.steps[step.name].values[0]) * scale_of(step.unit), step.unit, None)
    left = sum_words(tree_of(metric.expression, visible(metric, len(metric.steps))), figures)
    right = _figure(float(columns.value[0]), metric.unit, decimals)
    single = len(metric.inputs) == 1 and not metric.inputs[0].is_average and not metric.steps
    return right if single else Text("{a} = {b}", "{a} = {b}").format(a=left, b=right)


def _input(
    metric: MetricSpec, name: str, inputs: Mapping[str, InputColumn], rows: Sequence[ResultInput]
) -> ExplainedInput:
    spec = next(i for i in metric.inputs if i.name == name)
    found = inputs[name]
    present = bool(found.present[0])
    stored = next((i for i in rows if i.name == name), None)
    value = float(found.value[0]) if present else 0.0
    shown = present or spec.missing == "zero"
    return ExplainedInput(
        name=name,
        figure=_figure(value, spec.unit, None) if shown else Text("待数据", "Awaiting data"),
        records=int(found.records[0]),
        covered_days=stored.covered_days if stored else 0,
        expected_days=stored.expected_days if stored else None,
        is_missing=not shown,
    )


def _missing(metric: MetricSpec, inputs: Mapping[str, InputColumn]) -> Text:
    absent = [i for i in metric.inputs if i.missing == "awaiting" and not inputs[i.name].present[0]]
    if not absent:
        return Text("这一项算不出来", "This line cannot be computed")
    names = list(dict.fromkeys(i.name for i in absent))
    return Text(
        f"{'、'.join(names)} 还没到，缺的不算 0，也不先算分",
        f"{', '.join(names)}: not here yet; missing is not 0",
    )


def _frozen_inputs(rows: Sequence[ResultInput], metric: MetricSpec) -> dict[str, InputColumn]:
    stored = {i.name: i for i in rows}
    out: dict[str, InputColumn] = {}
    for spec in metric.inputs:
        row = stored.get(spec.name)
        present = row is not None and row.numerator is not None
        out[spec.name] = InputColumn(
            numerator=np.array([row.numerator if present and row else 0], dtype=np.int64),
            denominator=np.array([row.denominator if present and row else MICRO], dtype=np.int64),
            present=np.array([present]),
            records=np.array([row.records if row else 0], dtype=np.int64),
        )
    return out


def _figure(value: float, unit: str, decimals: int | None) -> Text:
    found = UNITS[unit]
    if decimals is None:
        number = _number(value)
        return Text(with_label(number, found, "zh"), with_label(number, found, "en"))
    return Text(format_value(value, found, decimals, "zh"), format_value(value, found, decimals, "en"))


def _number(value: float) -> str:
    return format_number(value, at_most=2 if abs(value) >= 1 else 4)
