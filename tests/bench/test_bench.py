"""The bench runs at a tiny size, and its two ways agree (they are compared row by row before anything is timed)."""

from __future__ import annotations

import pytest

from bench.__main__ import measured
from bench.databases import POSTGRESQL, SQLITE, why_missing
from bench.measuring import Measured
from bench.report import table

TINY = 0.002


def test_scoring_in_memory_equals_the_same_by_hand() -> None:
    beside_hand, beside_documents = measured("memory", SQLITE, TINY)
    assert beside_hand.size == "2,000 people × 5 indicators × 3 schemes"
    assert beside_hand.ratio == pytest.approx(beside_hand.product / beside_hand.limit)
    assert beside_documents.ratio == pytest.approx(beside_documents.limit / beside_documents.product)


@pytest.mark.slow
@pytest.mark.parametrize("work", ["stored", "import", "pages"])
@pytest.mark.parametrize("database", [SQLITE, pytest.param(POSTGRESQL, marks=pytest.mark.postgres)])
def test_work_runs_on_both_databases(work: str, database: str) -> None:
    if why_missing(database):
        pytest.skip(why_missing(database))
    rows = measured(work, database, TINY)
    assert rows and all(row.ratio > 0 and database in row.work for row in rows)


def test_a_row_says_whether_it_is_within_reach() -> None:
    slower = Measured("w", "s", 3.0, 2.0, "b", 1.5, 9, 3, most=1.5)
    faster = Measured("w", "s", 1.0, 2.0, "b", 0.3, 9, 3, least=0.333)
    assert (slower.is_reached, slower.reach, faster.is_reached, faster.reach) == (True, "≤ 1.5", False, "≥ 0.333")
    assert table([slower]).splitlines()[2] == "| w | s | 3.00 s | 2.00 s | b | 1.50 | ≤ 1.5 | yes | 9 MB |  |"
