"""One row alone and the same row among many, in any block and any thread: the same bits (FORMULA §1)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from jiyu.lib.formula import Column, Records, evaluate, explain
from jiyu.lib.formula.evaluator import BLOCK_ROWS
from tests.lib.formula.formula_kit import CONTEXT, bound

FORMULAS = [
    "ROUND(a/b*100*30%+c*70%,2)",
    "BAND(ROUND(a*40%+b*30%+c*30%,2),105,5,95,4,85,3,1)",
    "SUM(a,b,c)/AVERAGE(a,c)",
    "SUM({a,b,c})",
    "a^0.37+EXP(c/200)+LN(ABS(b)+1)",
    "IF(a-b>=0,a-b,IFERROR(a/(b-c),-1))",
    "PIECEWISE(a,0,0,60,60,100,100,150,120)",
    "MEDIAN(a,b,c)+TRIMMEAN({a,b,c},0.7)+LARGE({a,b,c},2)",
    "PERCENTILE({a,b,c},0.9)",
    "RANK(a,{a,b,c})",
    "MOD(a,b)+INT(a*b)+CEILING(c,0.05)",
    'SUM(r.x)/COUNT(r.x)+AVERAGEIF(r.x,">50")',
]


def _columns(rows: int) -> dict[str, Column]:
    rng = np.random.default_rng(11)
    columns = {}
    for name in "abc":
        values = np.where(rng.random(rows) < 0.5, rng.uniform(-50, 150, rows), rng.integers(0, 10000, rows) / 100)
        states = np.where(rng.random(rows) < 0.05, 1, 0).astype(np.uint8)
        columns[name] = Column.number(np.where(rng.random(rows) < 0.02, 0.0, values))
        if name != "c":
            columns[name] = Column(columns[name].type, np.where(states == 1, 0, columns[name].values), states)
    counts = rng.integers(0, 5, rows)
    offsets = np.concatenate(([0], np.cumsum(counts)))
    flat = rng.choice(np.array([0.1, 0.2, 55.55, 99.999999, 1 / 3, 1e9]), int(offsets[-1]))
    columns["r"] = Column.number(np.zeros(rows)).with_records(Records(offsets, {"x": Column.number(flat)}))
    return columns


@pytest.mark.parametrize("source", FORMULAS)
def test_a_row_alone_has_the_bits_it_has_among_many(source: str) -> None:
    rows = BLOCK_ROWS + 700
    columns = _columns(rows)
    tree = bound(source, columns)
    whole = evaluate(tree, columns, rows=rows, context=CONTEXT)
    picked = [*range(40), *range(BLOCK_ROWS - 20, BLOCK_ROWS + 20), rows - 1]
    for row in picked:
        one = {name: c.slice(row, row + 1) for name, c in columns.items()}
        alone = evaluate(tree, one, rows=1, context=CONTEXT)
        assert alone.state_at(0) == whole.state_at(row)
        assert alone.values.tobytes() == whole.values[row : row + 1].tobytes(), (source, row)
        assert explain(tree, columns, row=row, context=CONTEXT).value == whole.at(row)


def test_eight_threads_and_one_give_the_same_bits() -> None:
    rows, parts = 80_000, 8
    columns = _columns(rows)
    size = rows // parts

    for source in FORMULAS[:6]:
        tree = bound(source, columns)

        def part(i: int, tree=tree) -> bytes:  # type: ignore[no-untyped-def]
            sliced = {name: c.slice(i * size, (i + 1) * size) for name, c in columns.items()}
            return evaluate(tree, sliced, rows=size, context=CONTEXT).values.tobytes()

        with ThreadPoolExecutor(parts) as threads:
            together = b"".join(threads.map(part, range(parts)))
        assert together == evaluate(tree, columns, rows=rows, context=CONTEXT).values.tobytes()


@pytest.mark.slow
def test_a_million_row_sum_has_one_value_however_it_is_ordered() -> None:
    rng = np.random.default_rng(5)
    values = np.round(rng.uniform(-1e5, 1e5, 1_000_000), 6)
    seen = set()
    for _ in range(3):
        records = Records(np.array([0, len(values)]), {"x": Column.number(rng.permutation(values))})
        columns = {"r": Column.number([0]).with_records(records)}
        seen.add(evaluate(bound("SUM(r.x)", columns), columns, rows=1, context=CONTEXT).at(0))
    assert len(seen) == 1


def test_a_row_is_cleaned_whatever_its_neighbours_are() -> None:
    columns = {"a": Column.number([0.1 + 0.2, 0.0]), "b": Column.number([0.3, 0.0])}
    found = evaluate(bound("(a-b)*1e20=0", columns), columns, rows=2, context=CONTEXT)
    assert found.to_list() == [True, True]
