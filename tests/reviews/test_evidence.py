"""Which rows stand behind a line: the days that made a difference where days can tell, else the rows, page by page."""

from __future__ import annotations

from typing import Any

import pytest

from jiyu.reviews.evidence import PAGE_ROWS, ROWS_SHOWN
from jiyu.reviews.public import Asked, LineEvidence, evidence
from tests.companies import (
    SYSTEM,
    aggregate,
    deliver,
    entry,
    explained,
    indicator,
    metric,
    review,
    roster,
    rules,
    scored,
    sheets,
)

pytestmark = pytest.mark.django_db

DAYS = range(2, 12)
HEAD = "工号,日期,编号,合格,送检,工时"
UNITS = {"合格": "piece", "送检": "piece", "工时": "hour"}


def line_of(expression: str, *inputs: dict[str, Any], asked: Asked = Asked(), **more: Any) -> LineEvidence:  # noqa: B008
    """The evidence of somebody's only line, `expression` over these inputs."""
    made = metric(expression, *inputs, unit=more.pop("unit", "percent"))
    rules(review({("metric", "m"): made, ("indicator", "m"): indicator("m", **more)}))
    sheets({"01": [("m", 100)]})
    scored()
    found, head = explained("01")
    return evidence(actor=SYSTEM, told=found, head=head, asked=asked).lines[1]


@pytest.fixture(autouse=True)
def ten_days() -> None:
    """Ten days of 100 good pieces out of 110 in 8 hours, and a plan for the month in one row."""
    roster(entry("01"))
    rows = [f"01,2026-02-{d:02},k{d},{100 - d % 2},110,8" for d in DAYS]
    deliver("mes", HEAD, *rows, units=UNITS)
    deliver("plan", "工号,日期,编号,计划", "01,2026-02-01,p1,1000", units={"计划": "piece"})


GOOD = aggregate("合格", "mes", "合格", unit="piece")
SEEN = aggregate("送检", "mes", "送检", unit="piece")


def test_a_ratio_of_the_same_thing_day_by_day_names_the_days_that_are_short() -> None:
    line = line_of("合格/送检", GOOD, SEEN)
    assert line.by_day
    assert [(gap.day and gap.day.day, gap.difference) for gap in line.gaps] == [
        (3, -11), (5, -11), (7, -11), (None, -72),
    ]  # fmt: skip


def test_a_plan_given_once_for_the_month_says_nothing_of_a_day() -> None:
    line = line_of("合格/计划", GOOD, aggregate("计划", "plan", "计划", unit="piece"))
    assert (line.by_day, line.gaps) == (False, ())
    assert [row.key for row in line.rows] == [f"k{d}" for d in reversed(DAYS)]
    assert [(given.name, [row.key for row in given.rows]) for given in line.others] == [("计划", ["p1"])]


@pytest.mark.parametrize(
    ("other", "direction"),
    [(aggregate("工时", "mes", "工时", unit="hour"), "higher"), (SEEN, "lower")],
    ids=["pieces per hour", "the fewer the better"],
)
def test_what_cannot_be_short_of_the_other_side_is_told_by_rows(other: dict[str, Any], direction: str) -> None:
    line = line_of(f"合格/{other['name']}", GOOD, other, unit="number", direction=direction)
    assert (line.by_day, line.gaps, len(line.rows)) == (False, (), len(DAYS))


def test_a_day_of_many_rows_shows_the_first_and_says_how_many_there_are() -> None:
    rows = [f"01,2026-02-20,m{n},1,2,0" for n in range(PAGE_ROWS + 5)]
    deliver("mes", HEAD, *rows, units=UNITS)
    worst = line_of("合格/送检", GOOD, SEEN).gaps[0]
    assert (worst.day and worst.day.day, len(worst.rows), worst.row_count, worst.is_whole) == (20, 12, 55, False)
    assert worst.day is not None
    second = line_of("合格/送检", GOOD, SEEN, asked=Asked(day=worst.day, page=2))
    assert (len(second.gaps[0].rows), second.table_count) == (5, PAGE_ROWS + 5)


def test_all_rows_of_a_line_are_read_page_by_page() -> None:
    rows = [f"01,2026-01-{1 + n % 28:02},x{n},1,2,0" for n in range(PAGE_ROWS + 20)]
    deliver("mes", HEAD, *rows, units=UNITS)
    total = len(DAYS) + PAGE_ROWS + 20
    line = line_of("合格", GOOD, unit="piece")
    assert (len(line.rows), line.table_count) == (ROWS_SHOWN, total)
    pages = [line_of("合格", GOOD, unit="piece", asked=Asked(line=1, page=n)) for n in (1, 2, 9)]
    assert [len(page.rows) for page in pages] == [PAGE_ROWS, total - PAGE_ROWS, total - PAGE_ROWS]
    keys = [row.key for page in pages[:2] for row in page.rows]
    assert len(set(keys)) == total
    assert keys[:10] == [f"k{d}" for d in reversed(DAYS)]
