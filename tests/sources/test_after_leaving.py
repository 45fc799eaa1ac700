"""Rows of days after somebody had left are asked about once per person."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest

from jiyu.core import clock
from jiyu.core.errors import DomainError
from jiyu.core.ids import uuid7
from jiyu.people.public import PersonEntry, leave, roster_take
from jiyu.sources.models import Match, Quarantine, Record, Run
from jiyu.sources.public import quarantine_settle
from jiyu.sources.quarantine.words import detail_of, title_of
from tests.sources.conftest import HR, after, counts, csv_file, load, mapping, people, sums

HEAD = ["工号", "完工时间", "合格", "不良"]
pytestmark = pytest.mark.django_db


@pytest.fixture
def left(db: None) -> UUID:
    """林晓峰, whose last day was 2026-03-09; 王敏 stays."""
    who = people(n000317="林晓峰", n000210="王敏")["000317"]
    leave(actor=HR, person_id=who, on=date(2026, 3, 10))
    return who


def march(*days: int, number: int = 317) -> list[list[object]]:
    return [[number, f"2026-03-{day:02} 10:00", day, 0] for day in days]


def question() -> Quarantine:
    return Quarantine.objects.get(state="open")


def test_later_rows_are_one_question_and_the_last_day_counts(left: UUID) -> None:
    run = load(csv_file(HEAD, *march(8, 9, 10, 12), *march(12, number=210)))
    assert counts(run, "taken", "set_aside") == (3, 2)
    assert sums("good", left) == {"2026-03-08": 8, "2026-03-09": 9}
    item = question()
    assert title_of(item).zh == "“317”已于 2026-03-09 离职，之后还有 2 行"
    assert title_of(item).en == '"317" left on 2026-03-09; 2 rows of later days'
    assert detail_of(item).zh == "先都放一边。没有离职的话，先在花名册里改好。"
    assert [o["zh"] for o in item.options] == [
        "照样算，以后也算", "不算，以后也跳过", "没有离职，花名册改好了", "先空着",
    ]  # fmt: skip
    assert item.rows == [4, 5]


def test_counted_they_count_in_every_file(left: UUID) -> None:
    load(csv_file(HEAD, *march(10)))
    with after(1):
        load(csv_file(HEAD, *march(11)))
    with after(2):
        quarantine_settle(actor=HR, item_id=Quarantine.objects.order_by("pk")[0].pk, option="count")
        assert sums("good", left) == {"2026-03-10": 10, "2026-03-11": 11}
    with after(3):
        assert counts(load(csv_file(HEAD, *march(12))), "taken", "set_aside") == (1, 0)


def test_left_out_they_are_passed_over_from_then_on_and_earlier_days_are_not(left: UUID) -> None:
    load(csv_file(HEAD, *march(10)))
    assert quarantine_settle(actor=HR, item_id=question().pk, option="leave_out") is None
    with after(1):
        assert counts(load(csv_file(HEAD, *march(8, 12))), "taken", "left_out", "set_aside") == (1, 1, 0)
        assert sums("good", left) == {"2026-03-08": 8}


def test_somebody_who_did_not_leave_is_taken_once_the_roster_says_so(left: UUID) -> None:
    load(csv_file(HEAD, *march(10, 12)))
    with pytest.raises(DomainError) as refused:
        quarantine_settle(actor=HR, item_id=question().pk, option="still_here")
    assert refused.value.code == "sources.still_left"
    assert refused.value.message == "花名册里，这个人还是 2026-03-09 离职"
    assert (Record.objects.count(), Match.objects.count(), Run.objects.count()) == (0, 0, 1)
    with after(1):
        leave(actor=HR, person_id=left, on=date(2026, 3, 11))
    with after(2):
        run = quarantine_settle(actor=HR, item_id=question().pk, option="still_here")
        assert run is not None and counts(run, "taken", "set_aside") == (1, 1)
        assert title_of(question()).zh == "“317”已于 2026-03-10 离职，之后还有 1 行"


def test_another_last_day_is_asked_about_anew(left: UUID) -> None:
    load(csv_file(HEAD, *march(10)))
    quarantine_settle(actor=HR, item_id=question().pk, option="count")
    with after(1):
        leave(actor=HR, person_id=left, on=date(2026, 3, 5))
    with after(2):
        assert counts(load(csv_file(HEAD, *march(12))), "taken", "set_aside") == (0, 1)


def test_between_leaving_and_coming_back_is_asked_and_after_it_not(left: UUID) -> None:
    entry = PersonEntry("000317", "林晓峰", ("一车间",), hired_on=date(2026, 3, 20))
    roster_take(actor=HR, run_id=uuid7(), entries=[entry], on=clock.today(), company_name="苏州衡川精密传动")
    run = load(csv_file(HEAD, *march(9, 15, 20)))
    assert counts(run, "taken", "set_aside") == (2, 1)
    assert question().rows == [3]


def test_a_day_before_somebody_came_is_no_such_row() -> None:
    people(n000317="林晓峰")
    assert counts(load(csv_file(HEAD, [317, "2019-03-01 10:00", 1, 0])), "taken", "set_aside") == (1, 0)


def test_a_month_in_which_somebody_left_is_theirs(left: UUID) -> None:
    monthly = mapping(
        time={"shape": "month", "column": "月份"},
        key_columns=["工号", "月份"],
        measures=[{"column": "合格", "code": "good", "label": "合格", "unit": "piece"}],
    )
    run = load(csv_file(["工号", "月份", "合格"], [317, "2026-03", 9], [317, "2026-04", 4]), monthly)
    assert counts(run, "taken", "set_aside") == (1, 1)
    assert sums("good", left) == {"2026-03-31": 9}


BY_DAY = mapping(
    time={"shape": "day", "column": "日期"},
    key_columns=["工号", "日期"],
    measures=[{"column": "合格", "code": "good", "label": "合格", "unit": "piece"}],
)


def test_a_sum_dated_the_last_of_the_month_in_which_somebody_left_is_theirs(left: UUID) -> None:
    run = load(csv_file(["工号", "日期", "合格"], [317, "2026-02-28", 2], [317, "2026-03-31", 3]), BY_DAY)
    assert counts(run, "taken", "set_aside") == (2, 0)


def test_the_last_of_a_month_goes_with_the_other_days_after_a_leaving(left: UUID) -> None:
    rows = [[317, f"2026-03-{day}", 1] for day in ("09", "30", "31")]
    run = load(csv_file(["工号", "日期", "合格"], *rows), BY_DAY)
    assert counts(run, "taken", "set_aside") == (1, 2)
    assert question().rows == [3, 4]
    quarantine_settle(actor=HR, item_id=question().pk, option="leave_out")
    with after(1):
        assert counts(load(csv_file(["工号", "日期", "合格"], *rows[2:]), BY_DAY), "left_out") == (1,)
