"""Sheets with the same lines, scored together: the bits of `Method.score` and `total`, whoever the neighbours are."""

from __future__ import annotations

from dataclasses import fields, replace
from decimal import Decimal

import numpy as np
import numpy.typing as npt
import pytest

from jiyu.lib.formula import BLOCK_ROWS
from jiyu.lib.scoring import (
    Band,
    BaseMethod,
    CountMethod,
    Direction,
    LinearMethod,
    LineBatch,
    Measure,
    MissingRule,
    Part,
    PerUnitMethod,
    SheetLine,
    StepMethod,
    ThreePointMethod,
    TotalPolicy,
    Totals,
    score_sheets,
    total,
)
from jiyu.lib.scoring.measure import LABELS

Floats = npt.NDArray[np.float64]

RATIO = Measure(numerator=Part(LABELS["numerator"]), denominator=Part(LABELS["denominator"]))
BANDS = (Band(points=Decimal(100), low=Decimal(95)), Band(points=Decimal(-20), high=Decimal(95)))
KINDS: list[tuple[BaseMethod, Measure]] = [
    (LinearMethod(against="whole", cap=Decimal(100)), RATIO),
    (LinearMethod(zero_below=Decimal(60), floor=Decimal(-10)), Measure()),
    (ThreePointMethod(), Measure()),
    (StepMethod(bands=BANDS), Measure(decimals=1)),
    (PerUnitMethod(per=Decimal("0.5"), points_off=Decimal(3), direction=Direction.HIGHER), Measure()),
    (CountMethod(each=Decimal(-20), floor=Decimal(-50)), Measure()),
    (LinearMethod(floor=Decimal(10), cap=Decimal(5)), Measure()),  # crossed limits: every line an error
]
RULES = [TotalPolicy(not_applicable=rule, awaiting_data=rule, unmarked=rule) for rule in MissingRule]
POLICIES = [
    TotalPolicy(),
    *RULES,
    TotalPolicy(minimum_coverage=Decimal(0), floor=Decimal(-50), decimals=0),
    TotalPolicy(minimum_coverage=Decimal(2)),
]


def sheets(rng: np.random.Generator) -> list[SheetLine]:
    sections = {0: 500_000, 1: int(rng.choice([0, 300_000, 500_000])), 3: 200_000}
    picked = [KINDS[i] for i in rng.choice(len(KINDS) - int(rng.random() < 0.9), rng.integers(1, 6))]
    lines = []
    for method, measure in picked:
        section = int(rng.choice(list(sections)))
        lines.append(SheetLine(method, measure, int(rng.choice([0, 150_000, 333_333])), section, sections[section]))
    return lines


def inputs(rng: np.random.Generator, lines: list[SheetLine], people: int) -> list[dict[str, Floats]]:
    def column() -> Floats:
        values = np.where(
            rng.random(people) < 0.7, rng.integers(8000, 12000, people) / 100, rng.uniform(-5, 150, people)
        )
        values[rng.random(people) < 0.1] = 0.0
        values[rng.random(people) < 0.1] = np.nan
        return values

    return [{name: column() for name in line.method.input_ids(line.measure)} for line in lines]


def line_by_line(lines: list[SheetLine], columns: list[dict[str, Floats]], policy: TotalPolicy) -> Totals:
    scores = [line.method.score(line.measure, part) for line, part in zip(lines, columns, strict=True)]
    people = len(scores[0].score)
    limits = [line.method.limits() for line in lines]
    return total(
        LineBatch(
            sheet_start=np.arange(0, people * len(lines) + 1, len(lines)),
            score=np.stack([s.score for s in scores], axis=1).reshape(-1),
            state=np.stack([s.state for s in scores], axis=1).reshape(-1),
            weight=np.tile(np.array([line.weight for line in lines]), people),
            section=np.tile(np.array([line.section for line in lines]), people),
            section_weight=np.tile(np.array([line.section_weight for line in lines]), people),
            floor=np.tile(np.array([float(floor) for floor, _ in limits]), people),
            cap=np.tile(np.array([float(cap) for _, cap in limits]), people),
        ),
        policy,
    )


def together(lines: list[SheetLine], columns: list[dict[str, Floats]], policy: TotalPolicy) -> Totals:
    parts = [part for _rows, part in score_sheets(lines, columns, policy)]
    return Totals(*(np.concatenate([getattr(part, field.name) for part in parts]) for field in fields(Totals)))


def assert_same_bits(got: Totals, wanted: Totals, rows: slice = slice(None)) -> None:
    for field in fields(Totals):
        ours, theirs = getattr(got, field.name), getattr(wanted, field.name)[rows]
        assert (ours.dtype, ours.tobytes()) == (theirs.dtype, theirs.tobytes()), field.name


@pytest.mark.parametrize("seed", range(60))
def test_the_bits_are_those_of_scores_and_totals(seed: int) -> None:
    rng = np.random.default_rng(seed)
    lines, policy = sheets(rng), POLICIES[seed % len(POLICIES)]
    columns = inputs(rng, lines, 50)
    found = together(lines, columns, policy)
    assert_same_bits(found, line_by_line(lines, columns, policy))
    for row in range(0, 50, 7):
        alone = [{name: column[row : row + 1] for name, column in line.items()} for line in columns]
        assert_same_bits(together(lines, alone, policy), found, slice(row, row + 1))


def test_blocks_are_put_together() -> None:
    rng = np.random.default_rng(1)
    lines = [SheetLine(method, measure, 200_000) for method, measure in KINDS[:5]]
    columns = inputs(rng, lines, BLOCK_ROWS + 30)
    policy = TotalPolicy(awaiting_data=MissingRule.ZERO)
    rows = [rows for rows, _part in score_sheets(lines, columns, policy)]
    assert rows == [slice(0, BLOCK_ROWS), slice(BLOCK_ROWS, BLOCK_ROWS + 30)]
    assert_same_bits(together(lines, columns, policy), line_by_line(lines, columns, policy))


def test_nobody_is_no_error() -> None:
    lines = [SheetLine(*KINDS[1], 1_000_000)]
    assert list(score_sheets(lines, inputs(np.random.default_rng(0), lines, 0), TotalPolicy())) == []


def test_the_inputs_are_not_changed() -> None:
    rng = np.random.default_rng(2)
    lines = [SheetLine(method, measure, 200_000) for method, measure in KINDS[:5]]
    columns = inputs(rng, lines, 40)
    before = [{name: column.copy() for name, column in line.items()} for line in columns]
    together(lines, columns, TotalPolicy())
    for line, old in zip(columns, before, strict=True):
        for name, column in line.items():
            np.testing.assert_array_equal(column, old[name])


def test_what_cannot_be_is_refused() -> None:
    line = SheetLine(*KINDS[1], 1_000_000)
    with pytest.raises(ValueError, match="negative"):
        replace(line, weight=-1)
    with pytest.raises(ValueError, match="needs a line"):
        score_sheets([], [], TotalPolicy())
    with pytest.raises(ValueError, match="one row per person"):
        score_sheets([line], [{"actual": np.ones(2), "target": np.ones(3)}], TotalPolicy())
