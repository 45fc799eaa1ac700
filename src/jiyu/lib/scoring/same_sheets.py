"""Sheets that all have the same lines: scored and totalled together, block by block, from the lines' inputs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from jiyu.lib.formula import BLOCK_ROWS
from jiyu.lib.scoring.evaluation import Floats
from jiyu.lib.scoring.measure import Measure
from jiyu.lib.scoring.methods.base import BaseMethod, LineScorer
from jiyu.lib.scoring.totals import (
    Bases,
    LineColumns,
    ScoreState,
    TotalPolicy,
    Totals,
    conclude,
    is_covered,
    join_columns,
)
from jiyu.lib.units import MICRO


@dataclass(frozen=True, slots=True)
class SheetLine:
    """A line that stands on every sheet: its method and measure, and what it weighs as in `LineBatch`.

    Raises ValueError for a negative weight or section.
    """

    method: BaseMethod
    measure: Measure
    weight: int
    section: int = 0
    section_weight: int = MICRO

    def __post_init__(self) -> None:
        if min(self.weight, self.section, self.section_weight) < 0:
            raise ValueError("weights and sections cannot be negative")


def score_sheets(
    lines: Sequence[SheetLine], inputs: Sequence[Mapping[str, Floats]], policy: TotalPolicy
) -> Iterator[tuple[slice, Totals]]:
    """Totals of many people who all have the same `lines`, as one scheme gives them: rows and their totals, block by block.

    `inputs` has, per line, what `BaseMethod.score` takes. The bits are those of `score` and `total`; but a
    block of people goes through all steps while it is in the cache, and nothing is held for all of them but
    what the caller keeps. Raises ValueError without lines or if the inputs differ in length.
    """
    sheets = _Sheets.of(lines, policy)
    used = [{name: part[name] for name in scorer.inputs} for scorer, part in zip(sheets.scorers, inputs, strict=True)]
    lengths = {len(column) for part in used for column in part.values()}
    if len(lengths) != 1:
        raise ValueError("all inputs must have one row per person")
    (people,) = lengths
    blocks = (slice(start, min(start + BLOCK_ROWS, people)) for start in range(0, people, BLOCK_ROWS))
    return (
        (rows, sheets.totals([{name: column[rows] for name, column in part.items()} for part in used]))
        for rows in blocks
    )


@dataclass(frozen=True, slots=True)
class _Sheets:
    """The lines made ready: `columns` without scores, and the rising `sections` that weigh anything, with their weight."""

    policy: TotalPolicy
    scorers: tuple[LineScorer, ...]
    columns: LineColumns
    sections: tuple[tuple[int, float], ...]
    is_rated: bool

    @classmethod
    def of(cls, lines: Sequence[SheetLine], policy: TotalPolicy) -> _Sheets:
        if not lines:
            raise ValueError("a sheet needs a line")
        limits = [line.method.limits() for line in lines]
        columns = LineColumns(
            score=np.empty((len(lines), 0)),
            state=np.empty((len(lines), 0), np.uint8),
            weight=np.array([line.weight for line in lines], np.int64),
            section=np.array([line.section for line in lines], np.int64),
            section_weight=np.array([line.section_weight for line in lines], np.int64),
            floor=np.array([float(floor) for floor, _ in limits]),
            cap=np.array([float(cap) for _, cap in limits]),
        )
        weighing = {line.section for line in lines if line.weight > 0}
        sections = {line.section: float(line.section_weight) for line in lines if line.section in weighing}
        return cls(
            policy,
            tuple(line.method.scorer(line.measure) for line in lines),
            columns,
            tuple(sorted(sections.items())),
            bool(is_covered(np.ones(1), policy)[0]) and sum(sections.values()) > 0,
        )

    def totals(self, inputs: Sequence[Mapping[str, Floats]]) -> Totals:
        """The totals of a block. Where every line has a score there is nothing to decide; the other sheets are
        joined by the rules for missing lines."""
        points = [scorer.points(part) for scorer, part in zip(self.scorers, inputs, strict=True)]
        missing = points[0][1].copy()
        for _, state in points[1:]:
            missing |= state
        rows = np.flatnonzero(missing) if self.is_rated else np.arange(len(missing))
        bases = Bases(
            base=self._complete([values for values, _ in points]),
            state=np.full(len(missing), ScoreState.SCORED, np.uint8),
            coverage=np.ones(len(missing)),
        )
        if len(rows):
            few = replace(
                self.columns,
                score=np.stack([values[rows] for values, _ in points]),
                state=np.stack([state[rows] for _, state in points]),
            )
            joined = join_columns(few, self.policy)
            bases.base[rows], bases.state[rows], bases.coverage[rows] = joined.base, joined.state, joined.coverage
        return conclude(bases, self.policy)

    def _complete(self, values: Sequence[Floats]) -> Floats:
        """Base totals where all lines count: sums in the order of the lines, by the same steps as in `join_columns`."""
        base = np.zeros(len(values[0]))
        for section, section_weight in self.sections:
            sums = np.zeros(len(base))
            for value, weight, where in zip(values, self.columns.weight, self.columns.section, strict=True):
                if where == section:
                    sums += value * float(weight)
            sums /= MICRO
            sums *= section_weight
            base += sums
        base /= MICRO
        return base
