"""Sheets: who has one, what adds up to 100, and which grades the data give."""

from __future__ import annotations

from collections import Counter, defaultdict

import pytest

from jiyu.config.demo.files import DemoFiles
from jiyu.config.demo.files.cycles import stints
from jiyu.config.demo.files.people import make_staff
from tests.demo.reading import Facts, Scores, grade_of, roster_rows, sheet_rows

CYCLES = ("2025Q1", "2025Q2", "2025Q3", "2025Q4", "2026-01", "2026-02", "2026-03", "2026Q1")


@pytest.fixture(scope="module")
def long_enough() -> set[tuple[str, str]]:
    """(工号, cycle) of those present for at least half of the cycle."""
    return {s.key for s in stints(make_staff(20260408)) if s.on_sheet and s.long_enough}


def test_the_cycles_and_their_state(demo: DemoFiles) -> None:
    assert [(cycle.code, cycle.archived) for cycle in demo.cycles] == [
        *((code, True) for code in CYCLES[:7]), ("2026Q1", False),
    ]  # fmt: skip


@pytest.mark.parametrize("cycle", CYCLES)
def test_each_sheet_has_three_to_five_lines_of_100_percent(demo: DemoFiles, cycle: str) -> None:
    weights: dict[str, list[int]] = defaultdict(list)
    for row in sheet_rows(demo, cycle):
        weights[row["工号"]].append(int(row["权重"].rstrip("%")))
    assert {sum(own) for own in weights.values()} == {100}
    assert {len(own) for own in weights.values()} <= {3, 4, 5}


def test_march_has_170_sheets_and_the_quarter_150(demo: DemoFiles) -> None:
    march = {row["工号"] for row in sheet_rows(demo, "2026-03")}
    quarter = {row["工号"] for row in sheet_rows(demo, "2026Q1")}
    assert (len(march), len(quarter)) == (170, 150)
    assert not march & quarter
    assert len(march | quarter) == len(roster_rows(demo))


def test_the_quarter_in_scoring_waits_for_two_and_does_not_grade_five(
    demo: DemoFiles, facts: Facts, long_enough: set[tuple[str, str]]
) -> None:
    scores = Scores(demo, facts, "2026Q1").scores
    waiting = {facts.by_name["欧阳海"], facts.by_name["何嘉"]}
    too_short = {number for number in scores if (number, "2026Q1") not in long_enough}
    assert len(too_short) == 5
    graded = {n: score for n, score in scores.items() if n not in waiting | too_short and score is not None}
    assert len(graded) == 143
    assert Counter(map(grade_of, graded.values())) == {"S": 5, "A": 22, "B+": 43, "B": 61, "C": 12}


@pytest.mark.parametrize("cycle", CYCLES[:7])
def test_archived_cycles_have_a_score_for_everybody_long_enough(
    demo: DemoFiles, facts: Facts, long_enough: set[tuple[str, str]], cycle: str
) -> None:
    scores = Scores(demo, facts, cycle).scores
    graded = [scores[number] for number in scores if (number, cycle) in long_enough]
    assert None not in graded
    assert len(graded) > (160 if cycle.startswith("2026") else 285)


@pytest.mark.parametrize("cycle", CYCLES[:7])
def test_grades_are_spread_as_planned(
    demo: DemoFiles, facts: Facts, long_enough: set[tuple[str, str]], cycle: str
) -> None:
    scores = Scores(demo, facts, cycle).scores
    known = [score for n, score in scores.items() if score is not None and (n, cycle) in long_enough]
    counts = Counter(map(grade_of, known))
    for grade, percent in (("S", 3), ("A", 15), ("B+", 30), ("B", 42), ("C", 10)):
        assert abs(100 * counts[grade] / len(known) - percent) < 1.2, grade


def test_people_keep_part_of_their_standing(demo: DemoFiles, facts: Facts) -> None:
    one, other = (Scores(demo, facts, cycle).scores for cycle in ("2025Q3", "2025Q4"))
    pairs = [(one[n], other[n]) for n in one if one[n] is not None and other.get(n) is not None]
    together = sum((a > 80) == (b > 80) for a, b in pairs)  # type: ignore[operator]
    assert 0.6 < together / len(pairs) < 0.9


def test_fifteen_to_forty_tickets_close_on_a_working_day(facts: Facts) -> None:
    per_day = Counter(day for (source, _), rows in facts.records.items() if source == "tickets" for day, _ in rows)
    busy = [count for count in per_day.values() if count >= 15]
    assert len(busy) / len(per_day) > 0.97
    assert max(per_day.values()) <= 48
