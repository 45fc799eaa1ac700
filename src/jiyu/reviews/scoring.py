"""Scoring a cycle: sheets and metrics in, results as revisions out.

Columnar throughout: one evaluation per indicator over everybody who has it, one total over all sheets, results
written in bulk. A revision is added only where something changed, so scoring twice changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

import numpy as np
import numpy.typing as npt

from jiyu.core.ids import uuid7
from jiyu.goals.public import IndicatorSpec, Term, terms_of
from jiyu.lib.formula import LANG_NO
from jiyu.lib.formula.values import ERRORS
from jiyu.lib.scoring import NO_GRADE, LineState, ScoreState
from jiyu.lib.units import MICRO
from jiyu.metrics.public import MetricSpec, MetricValues, metric_values
from jiyu.reviews import engine
from jiyu.reviews.kinds import SchemeSpec
from jiyu.reviews.models import Cycle, Enrolment, Result, ResultInput, ResultLine
from jiyu.reviews.presence import days_employed
from jiyu.studio.public import EditionView, Item, edition_view

Ints = npt.NDArray[np.int64]

STATE_WORDS = {
    LineState.OK: "ok",
    LineState.AWAITING_DATA: "awaiting_data",
    LineState.NOT_APPLICABLE: "not_applicable",
    LineState.EXCLUDED: "excluded",
    LineState.UNMARKED: "unmarked",
    LineState.ERROR: "error",
}
SCORE_WORDS = {
    ScoreState.SCORED: "scored",
    ScoreState.AWAITING_DATA: "awaiting_data",
    ScoreState.NOT_RATED: "not_rated",
    ScoreState.ERROR: "error",
}


@dataclass
class Computed:
    """A result with its lines and inputs, not yet written. `fingerprint` tells whether anything differs."""

    enrolment: Enrolment
    result: Result
    lines: list[ResultLine] = field(default_factory=list)
    inputs: list[ResultInput] = field(default_factory=list)

    def fingerprint(self) -> tuple[object, ...]:
        """Everything that matters about the result, but when it was computed."""
        return fingerprint(self.result, self.lines, self.inputs)


def fingerprint(result: Result, lines: Iterable[ResultLine], inputs: Iterable[ResultInput]) -> tuple[object, ...]:
    """Comparable contents of a result, computed or stored."""
    by_line: dict[object, list[tuple[object, ...]]] = {}
    for i in inputs:
        by_line.setdefault(i.line_id, []).append((i.name, i.numerator, i.denominator, i.records))
    return (
        result.state,
        result.score,
        result.grade,
        result.scheme_version,
        tuple(sorted((key, str(value)) for key, value in result.cause.items())),
        tuple(
            (
                n.line,
                n.term,
                n.state,
                n.error,
                n.score,
                n.weight,
                n.section_weight,
                n.target,
                n.threshold,
                n.stretch,
                n.baseline,
                tuple(sorted(by_line.get(n.pk, ()))),
            )
            for n in sorted(lines, key=lambda n: n.line)
        ),
    )


def compute(
    cycle: Cycle, enrolments: Sequence[Enrolment], *, known_at: datetime, now: datetime, bulk: bool
) -> list[Computed]:
    """Results of `enrolments` by their own editions and sheets, with data as known at `known_at`."""
    by_edition: dict[UUID, list[Enrolment]] = {}
    for enrolment in enrolments:
        by_edition.setdefault(enrolment.edition, []).append(enrolment)
    out: list[Computed] = []
    for edition_id, group in by_edition.items():
        out += _compute_edition(cycle, edition_view(edition_id), group, known_at=known_at, now=now, bulk=bulk)
    return out


def scheme_of(edition: EditionView) -> Item:
    """The scheme of an edition: a module that reviews people has exactly one; raises LookupError otherwise."""
    schemes = [i for i in edition.of_kind("scheme") if not i.imported]
    if len(schemes) != 1:
        raise LookupError(f"module {edition.module_code} has {len(schemes)} schemes")
    return schemes[0]


def _compute_edition(
    cycle: Cycle, edition: EditionView, group: list[Enrolment], *, known_at: datetime, now: datetime, bulk: bool
) -> list[Computed]:
    scheme_item = scheme_of(edition)
    scheme: SchemeSpec = scheme_item.spec
    scale = edition.resolve("grade_scale", scheme.grade_scale, scheme_item.module_code).spec.scale
    terms = terms_of(sheet_ids=[e.sheet for e in group if e.sheet], known_at=known_at)
    with_lines = [e for e in group if e.sheet and terms.get(e.sheet)]
    without = [e for e in group if not (e.sheet and terms.get(e.sheet))]
    out = [
        Computed(e, _result(e, scheme_item, "no_sheet", known_at=known_at, now=now, cause={"code": "no_sheet"}))
        for e in without
    ]
    if not with_lines:
        return out
    flat: list[tuple[Enrolment, Term]] = [(e, t) for e in with_lines for t in terms[e.sheet or UUID(int=0)]]
    table = _LineTable(flat)
    indicators = {i.version_id: i for i in edition.of_kind("indicator")}
    metrics = {
        version: edition.resolve("metric", item.spec.metric, item.module_code) for version, item in indicators.items()
    }
    used = {metrics[t.indicator_version].version_id: metrics[t.indicator_version].spec for _e, t in flat}
    subjects = tuple(e.subject for e in with_lines)
    values = metric_values(
        metrics=used,
        subjects=subjects,
        first=cycle.period.from_on,
        end=cycle.period.to_on,
        known_at=known_at,
        bulk=bulk,
    )
    table.score(indicators, metrics, values, {s: n for n, s in enumerate(subjects)})
    counted = engine.totals(
        sheet_start=table.sheet_start(len(with_lines)),
        scores=table.scores,
        states=table.states,
        weights=table.weights,
        sections=table.sections,
        section_weights=table.section_weights,
        policy=scheme.policy(scale),
    )
    codes = scale.codes()
    start = table.sheet_start(len(with_lines))
    period = cycle.period
    present = days_employed(subjects=subjects, first=period.from_on, end=period.to_on, known_at=known_at)
    whole = (period.to_on - period.from_on).days
    for n, enrolment in enumerate(with_lines):
        days = present[enrolment.subject]
        if days < scheme.minimum_presence * whole:
            cause = {"code": "short_presence", "days": days, "of": whole}
            out.append(
                Computed(
                    enrolment, _result(enrolment, scheme_item, "not_rated", known_at=known_at, now=now, cause=cause)
                )
            )
            continue
        state = ScoreState(int(counted.state[n]))
        grade = int(counted.grade[n])
        rows = range(int(start[n]), int(start[n + 1]))
        result = _result(
            enrolment,
            scheme_item,
            SCORE_WORDS[state],
            known_at=known_at,
            now=now,
            score=_micro(counted.score[n]) if state is ScoreState.SCORED else None,
            grade=codes[grade] if grade != NO_GRADE else "",
            coverage=_micro(counted.coverage[n]),
            cause=table.cause(rows, state),
        )
        computed = Computed(enrolment, result)
        for row in rows:
            table.freeze(row, computed, counted.line_points[row], metrics, values, n)
        out.append(computed)
    return out


class _LineTable:
    """The lines of all sheets as columns, in the order of the sheets."""

    def __init__(self, flat: Sequence[tuple[Enrolment, Term]]) -> None:
        self.flat = flat
        rows = len(flat)
        self.weights = np.fromiter((t.weight for _e, t in flat), dtype=np.int64, count=rows)
        self.section_weights = np.fromiter((t.section_weight for _e, t in flat), dtype=np.int64, count=rows)
        names: dict[str, int] = {}
        self.sections = np.fromiter(
            (names.setdefault(t.section, len(names)) for _e, t in flat), dtype=np.int64, count=rows
        )
        self.scores = np.zeros(rows)
        self.states = np.full(rows, LineState.ERROR, dtype=np.uint8)
        self.errors = np.zeros(rows, dtype=np.uint8)

    def sheet_start(self, sheets: int) -> Ints:
        """Where each sheet's lines begin, and the end."""
        counts: dict[UUID, int] = {}
        for enrolment, _t in self.flat:
            counts[enrolment.pk] = counts.get(enrolment.pk, 0) + 1
        return np.concatenate([[0], np.cumsum(list(counts.values()))]).astype(np.int64)[: sheets + 1]

    def score(
        self,
        indicators: Mapping[UUID, Item],
        metrics: Mapping[UUID, Item],
        values: Mapping[UUID, MetricValues],
        place: Mapping[UUID, int],
    ) -> None:
        """Fill scores and states, one evaluation per indicator."""
        groups: dict[UUID, list[int]] = {}
        for row, (_e, term) in enumerate(self.flat):
            groups.setdefault(term.indicator_version, []).append(row)
        for version, rows in groups.items():
            at = np.array(rows, dtype=np.int64)
            spec: IndicatorSpec = indicators[version].spec
            metric_item = metrics[version]
            metric: MetricSpec = metric_item.spec
            found = values[metric_item.version_id]
            who = np.array([place[self.flat[r][0].subject] for r in rows], dtype=np.int64)
            terms = [self.flat[r][1] for r in rows]
            out = engine.score_lines(
                spec,
                metric,
                engine.pick(found.columns, who),
                engine.pick_inputs(found.inputs, who),
                {
                    "target": engine.parameter_values([t.target for t in terms]),
                    "threshold": engine.parameter_values([t.threshold for t in terms]),
                    "stretch": engine.parameter_values([t.stretch for t in terms]),
                    "baseline": engine.parameter_values([t.baseline for t in terms]),
                },
            )
            self.scores[at], self.states[at], self.errors[at] = out.score, out.state, out.error
        for row, (_e, term) in enumerate(self.flat):
            if not term.is_applicable:
                self.scores[row], self.states[row], self.errors[row] = 0.0, LineState.NOT_APPLICABLE, 0

    def cause(self, rows: range, state: ScoreState) -> dict[str, object]:
        """Why there is no score, as codes: the lines that wait or failed."""
        if state is ScoreState.SCORED:
            return {}
        wanted = {
            ScoreState.AWAITING_DATA: (LineState.AWAITING_DATA,),
            ScoreState.ERROR: (LineState.ERROR,),
            ScoreState.NOT_RATED: (LineState.AWAITING_DATA, LineState.NOT_APPLICABLE, LineState.EXCLUDED),
        }[state]
        lines = [self.flat[r][1].line for r in rows if LineState(int(self.states[r])) in wanted]
        return {"code": SCORE_WORDS[state], "lines": lines}

    def freeze(
        self,
        row: int,
        computed: Computed,
        points: float,
        metrics: Mapping[UUID, Item],
        values: Mapping[UUID, MetricValues],
        subject: int,
    ) -> None:
        """Append the frozen line and its inputs to a computed result."""
        _enrolment, term = self.flat[row]
        metric_item = metrics[term.indicator_version]
        found = values[metric_item.version_id]
        state = LineState(int(self.states[row]))
        column = found.columns.column
        known = column.state is None or column.state[subject] == 0
        numerator, denominator = found.columns.numerator, found.columns.denominator
        line = ResultLine(
            result=computed.result,
            line=term.line,
            term=term.pk,
            indicator_version=term.indicator_version,
            metric_version=metric_item.version_id,
            state=STATE_WORDS[state],
            error=ERRORS[int(self.errors[row])].code if state is LineState.ERROR and self.errors[row] else "",
            numerator=_micro(numerator.values[subject]) if known and numerator is not None else None,
            denominator=_micro(denominator.values[subject]) if known and denominator is not None else None,
            value=_micro(found.columns.value[subject]) if known else None,
            score=_micro(self.scores[row]) if state is LineState.OK else None,
            points=_micro(points) if np.isfinite(points) else None,
            section=term.section,
            section_weight=term.section_weight,
            weight=term.weight,
            target=term.target,
            threshold=term.threshold,
            stretch=term.stretch,
            baseline=term.baseline,
        )
        computed.lines.append(line)
        for spec in metric_item.spec.inputs:
            column_of = found.inputs[spec.name]
            present = bool(column_of.present[subject])
            computed.inputs.append(
                ResultInput(
                    line=line,
                    name=spec.name,
                    numerator=int(column_of.numerator[subject]) if present else None,
                    denominator=int(column_of.denominator[subject]) if present else None,
                    records=int(column_of.records[subject]),
                    covered_days=found.covered,
                    expected_days=found.expected,
                )
            )


def _result(
    enrolment: Enrolment,
    scheme: Item,
    state: str,
    *,
    known_at: datetime,
    now: datetime,
    score: int | None = None,
    grade: str = "",
    coverage: int = 0,
    cause: Mapping[str, object],
) -> Result:
    return Result(
        id=uuid7(),
        enrolment=enrolment,
        rev=0,
        state=state,
        score=score,
        grade=grade if state == "scored" else "",
        weight_coverage=coverage,
        scheme_version=scheme.version_id,
        lang_no=LANG_NO,
        known_at=known_at,
        computed_at=now,
        cause=dict(cause),
    )


def _micro(value: float) -> int:
    """The nearest integer of millionths; for display and comparison (what decides is replayed from the inputs)."""
    return round(float(value) * MICRO)
