"""Scoring a cycle: sheets and metrics in, results as revisions out.

Columnar throughout: one evaluation per indicator over everybody who has it, one total over all sheets, results
written in bulk. A revision is added only where something changed, so scoring twice changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from jiyu.core.columns import columns_of
from jiyu.goals.public import IndicatorSpec, term_columns
from jiyu.lib.formula.values import ERRORS
from jiyu.lib.scoring import LineState, ScoreState, TotalResult
from jiyu.metrics.public import MetricValues, metric_values
from jiyu.reviews import engine
from jiyu.reviews.engine import Amounts, Ints
from jiyu.reviews.frozen import Computed, Objects
from jiyu.reviews.kinds import SchemeSpec
from jiyu.reviews.models import Cycle, Enrolment
from jiyu.reviews.presence import days_employed
from jiyu.studio.public import EditionView, Item, edition_view, rebased_to

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
# Which lines are to blame that there is no score.
CAUSES = {
    ScoreState.AWAITING_DATA: (LineState.AWAITING_DATA,),
    ScoreState.ERROR: (LineState.ERROR,),
    ScoreState.NOT_RATED: (LineState.AWAITING_DATA, LineState.NOT_APPLICABLE, LineState.EXCLUDED),
}
PARAMETERS = ("target", "threshold", "stretch", "baseline")
ENROLLED = ("id", "subject", "edition", "sheet")
ENROLMENT = "reviews.enrolment"  # as the studio knows this sort of work; never renamed


def enrolled_columns(cycle: Cycle) -> pa.Table:
    """Who in a cycle is not finalized, as columns of the fields `ENROLLED`, by subject, with the edition each is on."""
    rows = Enrolment.objects.filter(cycle=cycle, finalization__isnull=True).order_by("subject")
    return _moved(columns_of(rows, ENROLLED))


def enrolled_one(enrolment: Enrolment) -> pa.Table:
    """One enrolment as such columns."""
    values = {name: getattr(enrolment, "pk" if name == "id" else name) for name in ENROLLED}
    return _moved(pa.table({name: pa.array([v and v.hex], pa.string()) for name, v in values.items()}))


def _moved(enrolled: pa.Table) -> pa.Table:
    """With the editions that enrolments were moved to since they were made."""
    moved = rebased_to(ENROLMENT, [UUID(of) for of in enrolled["id"].to_pylist()])
    if not moved:
        return enrolled
    editions = [
        moved[UUID(of)].hex if UUID(of) in moved else made_with
        for of, made_with in zip(enrolled["id"].to_pylist(), enrolled["edition"].to_pylist(), strict=True)
    ]
    return enrolled.set_column(enrolled.schema.get_field_index("edition"), "edition", pa.array(editions, pa.string()))


def compute(cycle: Cycle, enrolled: pa.Table, *, known_at: datetime, now: datetime, bulk: bool) -> list[Computed]:
    """Results of `enrolled` by their own editions and sheets, with data as known at `known_at`; never an empty part."""
    out: list[Computed] = []
    for edition in enrolled["edition"].unique().to_pylist():
        group = enrolled.filter(pc.equal(enrolled["edition"], edition))
        out += _EditionScoring(cycle, edition_view(UUID(edition)), known_at, now, bulk=bulk).computed(group)
    return [part for part in out if len(part)]


def scheme_of(edition: EditionView) -> Item:
    """The scheme of an edition: a module that reviews people has exactly one; raises LookupError otherwise."""
    schemes = [i for i in edition.of_kind("scheme") if not i.imported]
    if len(schemes) != 1:
        raise LookupError(f"module {edition.module_code} has {len(schemes)} schemes")
    return schemes[0]


class _EditionScoring:
    """The scoring of a cycle's people by one edition."""

    def __init__(self, cycle: Cycle, edition: EditionView, known_at: datetime, now: datetime, *, bulk: bool) -> None:
        self.edition, self.known_at, self.now, self.bulk = edition, known_at, now, bulk
        self.first, self.end = cycle.period.from_on, cycle.period.to_on
        self.scheme_item = scheme_of(edition)
        self.scheme: SchemeSpec = self.scheme_item.spec

    def computed(self, group: pa.Table) -> list[Computed]:
        """Those without a sheet, those who were there too short, and everybody else."""
        sheets = [UUID(s) for s in group["sheet"].drop_null().to_pylist()]
        terms = term_columns(sheet_ids=sheets, known_at=self.known_at, bulk=self.bulk)
        has_lines = pc.is_in(group["sheet"], terms["sheet"].unique())
        without, group = group.filter(pc.invert(has_lines)), group.filter(has_lines)
        out = [self._without_score(without, "no_sheet", [{"code": "no_sheet"}] * without.num_rows)]
        if not group.num_rows:
            return out
        days = self._days_employed(group)
        whole = (self.end - self.first).days
        is_short = [d < self.scheme.minimum_presence * whole for d in days]
        causes = [
            {"code": "short_presence", "days": d, "of": whole} for d, short in zip(days, is_short, strict=True) if short
        ]
        out.append(self._without_score(group.filter(is_short), "not_rated", causes))
        group = group.filter(pc.invert(pa.array(is_short)))
        return [*out, self._with_score(group, _Lines(group, terms))] if group.num_rows else out

    def _days_employed(self, group: pa.Table) -> list[int]:
        subjects = group["subject"].to_pylist()
        found = days_employed(
            subjects=[UUID(s) for s in subjects],
            first=self.first,
            end=self.end,
            known_at=self.known_at,
        )
        return [found.get(s, 0) for s in subjects]

    def _without_score(self, group: pa.Table, state: str, causes: Sequence[Mapping[str, object]]) -> Computed:
        people = group.num_rows
        nothing = np.zeros(people, dtype=np.int64)
        return Computed(
            scheme_version=self.scheme_item.version_id,
            known_at=self.known_at,
            computed_at=self.now,
            results={
                "enrolment_id": group["id"].to_numpy(),
                "edition": group["edition"].to_numpy(),
                "state": np.full(people, state, dtype=object),
                "score": Amounts(nothing, np.zeros(people, dtype=np.bool_)),
                "grade": np.full(people, "", dtype=object),
                "weight_coverage": nothing,
                "cause": _objects(causes),
            },
            line_start=np.zeros(people + 1, dtype=np.int64),
        )

    def _with_score(self, group: pa.Table, lines: _Lines) -> Computed:
        indicators = {i.version_id: i for i in self.edition.of_kind("indicator")}
        items = [indicators[version] for version in lines.versions]
        metrics = [self.edition.resolve("metric", i.spec.metric, i.module_code) for i in items]
        values = metric_values(
            metrics={m.version_id: m.spec for m in metrics},
            subjects=[UUID(s) for s in group["subject"].to_pylist()],
            first=self.first,
            end=self.end,
            known_at=self.known_at,
            bulk=self.bulk,
        )
        for code, (item, metric) in enumerate(zip(items, metrics, strict=True)):
            lines.score(code, item.spec, metric, values[metric.version_id])
        scale = self.edition.resolve("grade_scale", self.scheme.grade_scale, self.scheme_item.module_code).spec.scale
        counted = engine.totals(
            sheet_start=lines.start,
            scores=lines.scores,
            states=lines.states,
            weights=lines.weights,
            sections=lines.sections,
            section_weights=lines.section_weights,
            policy=self.scheme.policy(scale),
        )
        is_scored = counted.state == ScoreState.SCORED
        grades = np.array([*scale.codes(), ""], dtype=object)  # NO_GRADE is -1, the last
        input_start, inputs = lines.inputs()
        return Computed(
            scheme_version=self.scheme_item.version_id,
            known_at=self.known_at,
            computed_at=self.now,
            results={
                "enrolment_id": group["id"].to_numpy(),
                "edition": group["edition"].to_numpy(),
                "state": _words(SCORE_WORDS)[counted.state],
                "score": Amounts.rounded(counted.score, is_scored),
                "grade": np.where(is_scored, grades[counted.grade], ""),
                "weight_coverage": Amounts.rounded(counted.coverage, np.ones_like(is_scored)).values,
                "cause": lines.causes(counted),
            },
            line_start=lines.start,
            lines=lines.frozen(counted),
            input_start=input_start,
            inputs=inputs,
        )


class _Lines:
    """The lines of people's sheets as columns, in the order of the people and of each sheet. `score` fills them, one
    indicator at a time."""

    def __init__(self, group: pa.Table, terms: pa.Table) -> None:
        owner = pc.index_in(terms["sheet"], value_set=group["sheet"].combine_chunks())
        terms, owner = terms.filter(owner.is_valid()), owner.drop_null().to_numpy()
        order = np.lexsort((terms["from_on"].to_numpy(), terms["line"].to_numpy(), owner))
        self.terms, self.owner = terms.take(order), owner[order]
        self.start: Ints = np.searchsorted(self.owner, np.arange(group.num_rows + 1)).astype(np.int64)
        self.weights: Ints = self.terms["weight"].to_numpy()
        self.section_weights: Ints = self.terms["section_weight"].to_numpy()
        self.sections, self.section_names = _coded(self.terms["section"])
        self.indicators, versions = _coded(self.terms["indicator_version"])
        self.versions = [UUID(v) for v in versions]
        self.parameters = {name: _amounts(self.terms[name]) for name in PARAMETERS}
        rows = len(self.owner)
        self.scores = np.zeros(rows)
        self.states = np.full(rows, LineState.ERROR, dtype=np.uint8)
        self.errors = np.zeros(rows, dtype=np.uint8)
        self.known = np.zeros(rows, dtype=np.bool_)
        self.is_ratio = np.zeros(rows, dtype=np.bool_)
        self.numerators, self.denominators, self.values = np.zeros(rows), np.zeros(rows), np.zeros(rows)
        self.metric_versions: list[str] = []
        self._inputs: list[dict[str, Any]] = []

    def score(self, code: int, spec: IndicatorSpec, metric: Item, found: MetricValues) -> None:
        """Fill the lines of one indicator, and keep the inputs of its metric."""
        at = np.nonzero(self.indicators == code)[0]
        who = self.owner[at]
        columns = engine.pick(found.columns, who)
        inputs = engine.pick_inputs(found.inputs, who)
        parameters = {name: amounts.numbers()[at] for name, amounts in self.parameters.items()}
        out = engine.score_lines(spec, metric.spec, columns, inputs, parameters)
        applies = self.terms["is_applicable"].to_numpy()[at]
        self.scores[at] = np.where(applies, out.score, 0.0)
        self.states[at] = np.where(applies, out.state, LineState.NOT_APPLICABLE)
        self.errors[at] = np.where(applies, out.error, 0)
        state = columns.column.state
        self.known[at] = True if state is None else state == 0
        self.values[at] = columns.value
        if columns.numerator is not None and columns.denominator is not None:
            self.is_ratio[at] = True
            self.numerators[at], self.denominators[at] = columns.numerator.values, columns.denominator.values
        self.metric_versions.append(metric.version_id.hex)
        for place, one in enumerate(metric.spec.inputs):
            column = inputs[one.name]
            self._inputs.append(
                {
                    "row": at,
                    "place": np.full(len(at), place),
                    "name": np.full(len(at), one.name, dtype=object),
                    "numerator": column.numerator,
                    "denominator": column.denominator,
                    "present": column.present,
                    "records": column.records,
                    "covered_days": np.full(len(at), found.covered),
                    "expected_days": np.full(len(at), found.expected or 0),
                    "is_expecting": np.full(len(at), found.expected is not None),
                }
            )

    def causes(self, counted: TotalResult) -> Objects:
        """Why each has no score, as codes: the lines that wait or failed."""
        numbers = self.terms["line"].to_numpy()
        causes: list[dict[str, object]] = [{}] * len(counted.state)
        for n in np.nonzero(counted.state != ScoreState.SCORED)[0]:
            state, of = ScoreState(int(counted.state[n])), slice(self.start[n], self.start[n + 1])
            blamed = np.isin(self.states[of], CAUSES[state])
            causes[n] = {"code": SCORE_WORDS[state], "lines": numbers[of][blamed].tolist()}
        return _objects(causes)

    def frozen(self, counted: TotalResult) -> dict[str, Ints | Objects | Amounts]:
        """The columns of `ResultLine`."""
        points = counted.line_points
        errors = np.full(256, "", dtype=object)
        errors[list(ERRORS)] = [error.code for error in ERRORS.values()]
        return {
            "line": self.terms["line"].to_numpy(),
            "term": self.terms["id"].to_numpy(),
            "indicator_version": np.array([v.hex for v in self.versions], dtype=object)[self.indicators],
            "metric_version": np.array(self.metric_versions, dtype=object)[self.indicators],
            "state": _words(STATE_WORDS)[self.states],
            "error": np.where(self.states == LineState.ERROR, errors[self.errors], ""),
            "numerator": Amounts.rounded(self.numerators, self.known & self.is_ratio),
            "denominator": Amounts.rounded(self.denominators, self.known & self.is_ratio),
            "value": Amounts.rounded(self.values, self.known),
            "score": Amounts.rounded(self.scores, self.states == LineState.OK),
            "points": Amounts.rounded(points, np.isfinite(points)),
            "section": np.array(self.section_names, dtype=object)[self.sections],
            "section_weight": self.section_weights,
            "weight": self.weights,
            **self.parameters,
        }

    def inputs(self) -> tuple[Ints, dict[str, Ints | Objects | Amounts]]:
        """Where each line's inputs begin, and the columns of `ResultInput` in the order of the lines."""
        if not self._inputs:
            return np.zeros(len(self.owner) + 1, dtype=np.int64), {}
        whole = {name: np.concatenate([part[name] for part in self._inputs]) for name in self._inputs[0]}
        order = np.lexsort((whole["place"], whole["row"]))
        whole = {name: column[order] for name, column in whole.items()}
        start = np.searchsorted(whole["row"], np.arange(len(self.owner) + 1)).astype(np.int64)
        return start, {
            "name": whole["name"],
            "numerator": Amounts(whole["numerator"], whole["present"]),
            "denominator": Amounts(whole["denominator"], whole["present"]),
            "records": whole["records"],
            "covered_days": whole["covered_days"],
            "expected_days": Amounts(whole["expected_days"], whole["is_expecting"]),
        }


def _words(of: Mapping[Any, str]) -> Objects:
    """Words by the number of the state."""
    return np.array([of[state] for state in sorted(of)], dtype=object)


def _objects(values: Sequence[object]) -> Objects:
    out = np.empty(len(values), dtype=object)
    out[:] = values
    return out


def _coded(column: pa.ChunkedArray) -> tuple[Ints, list[str]]:
    """A column of few words as places in the list of them."""
    encoded = column.combine_chunks().dictionary_encode()
    return encoded.indices.to_numpy().astype(np.int64), encoded.dictionary.to_pylist()


def _amounts(column: pa.ChunkedArray) -> Amounts:
    return Amounts(column.fill_null(0).to_numpy(), column.is_valid().to_numpy())
