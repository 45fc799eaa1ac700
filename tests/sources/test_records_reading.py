"""Reading what was taken: columns past Django equal those through it, coverage, freshness, what an actor
may see."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection

from jiyu.core import clock, insert_only
from jiyu.core.actor import Actor
from jiyu.core.columns import second_door
from jiyu.people.public import calendar_seed
from jiyu.sources.public import (
    Coverage,
    coverage,
    fact_columns,
    freshness_all,
    freshness_many,
    measure_ids,
    record_rows,
    source_ensure,
)  # fmt: skip
from jiyu.sources.records import columns
from tests.sources.conftest import HR, NOW, after, csv_file, load, people, sums

HEAD = ["工号", "完工时间", "合格", "不良"]


@pytest.fixture
def real_database(transactional_db: None) -> Iterator[None]:
    """Committed rows, as a second connection needs them; insert-only tables are emptied without their
    triggers."""
    yield
    with insert_only.lifted():
        call_command("flush", verbosity=0, interactive=False)


def days(*numbers: int, number: object = 317) -> bytes:
    return csv_file(HEAD, *([number, f"2026-03-{d:02} 10:00", d, 0] for d in numbers))


def covered(code: str, *, first: date, end: date) -> Coverage:
    return coverage(source_codes=[code], first=first, end=end, known_at=clock.now())[code]


@pytest.mark.django_db
def test_nothing_asked_or_nothing_there_is_an_empty_table_of_the_same_shape() -> None:
    people(n000317="林晓峰")
    load(days(1))
    some = {"first": date(2026, 3, 1), "end": date(2026, 4, 1), "known_at": clock.now()}
    ids = measure_ids(["mes"]).values()
    for table in (
        fact_columns(measure_ids=[], **some),
        fact_columns(measure_ids=ids, subjects=[], **some),
        fact_columns(measure_ids=ids, **{**some, "known_at": NOW.replace(year=2025)}),
    ):
        assert (table.num_rows, table.schema) == (0, columns.SCHEMA)


@pytest.mark.django_db
def test_columns_are_in_the_promised_types_and_days_are_half_open() -> None:
    who = people(n000317="林晓峰")["000317"]
    load(days(1, 2, 3))
    table = fact_columns(
        measure_ids=measure_ids(["mes"]).values(),
        first=date(2026, 3, 2),
        end=date(2026, 3, 3),
        known_at=clock.now(),
    )
    assert table.schema == columns.SCHEMA
    assert table["subject"].to_pylist() == [who.hex] * 2
    assert sorted(table["value"].to_pylist()) == [0, 2_000_000]


def test_columns_read_past_django_equal_those_read_through_it(real_database: None) -> None:
    who = people(n000317="林晓峰", n000318="张伟")
    load(days(1, 2, 3))
    with after(1):
        load(days(2, number=318) + days(1).split(b"\n", 1)[1])
    with after(2):
        door = second_door()
        if connection.vendor == "sqlite":
            assert door is None  # the tests' database is in memory
        else:
            assert door is not None
        arguments = {
            "measure_ids": list(measure_ids(["mes"]).values()),
            "first": date(2026, 3, 1),
            "end": date(2026, 4, 1),
            "known_at": clock.now(),
        }
        for subjects in (None, list(who.values())):
            plain, past = (
                fact_columns(subjects=subjects, bulk=bulk, **arguments).sort_by(
                    [("record", "ascending"), ("measure", "ascending")]
                )
                for bulk in (False, True)
            )
            assert plain.equals(past)
            assert plain.num_rows == 8


@pytest.mark.django_db
def test_coverage_counts_only_days_that_are_over_and_names_the_missing() -> None:
    people(n000317="林晓峰")
    load(days(1, 2, 4))
    source_ensure(actor=HR, code="mes", label="MES", expected_days="daily")
    march = covered("mes", first=date(2026, 3, 1), end=date(2026, 3, 6))
    assert (march.covered, march.expected, march.missing) == (3, 5, (date(2026, 3, 3), date(2026, 3, 5)))
    open_period = covered("mes", first=date(2026, 4, 6), end=date(2026, 5, 1))
    assert (open_period.covered, open_period.expected) == (0, 2)
    assert march.updated_at == NOW


@pytest.mark.django_db
def test_coverage_of_many_sources_takes_two_queries(django_assert_num_queries: Any) -> None:
    people(n000317="林晓峰")
    load(days(1))
    march = {"first": date(2026, 3, 1), "end": date(2026, 4, 1), "known_at": clock.now()}
    with django_assert_num_queries(2):
        found = coverage(source_codes=["mes", "none", "nor that"], **march)
    assert {code: c.covered for code, c in found.items()} == {"mes": 1, "none": 0, "nor that": 0}


@pytest.mark.django_db
def test_coverage_of_working_days_follows_the_calendar() -> None:
    people(n000317="林晓峰")
    calendar_seed(actor=HR, years=[2026])
    load(csv_file(HEAD, [317, "2026-02-14 10:00", 1, 0]))
    source_ensure(actor=HR, code="mes", label="MES", expected_days="working")
    found = covered("mes", first=date(2026, 2, 13), end=date(2026, 2, 25))
    assert (found.covered, found.expected) == (
        1,
        3,
    )  # 02-13, the worked Saturday 02-14, 02-24; 02-15…23 are off


@pytest.mark.django_db
def test_a_source_that_promises_nothing_is_never_late_and_one_that_is_not_there_covers_nothing() -> None:
    people(n000317="林晓峰")
    load(days(1))
    found = covered("mes", first=date(2026, 3, 1), end=date(2026, 4, 1))
    assert (found.covered, found.expected, found.is_complete) == (1, None, True)
    assert covered("none", first=date(2026, 3, 1), end=date(2026, 4, 1)).expected is None
    (fresh,) = freshness_all(known_at=clock.now())
    assert (fresh.last_day, fresh.due_on, fresh.is_late) == (date(2026, 3, 1), None, False)


@pytest.mark.django_db
def test_freshness_as_known_then() -> None:
    people(n000317="林晓峰")
    source_ensure(actor=HR, code="mes", label="MES", expected_days="daily", due_after_days=2)
    with after(24):
        source_ensure(actor=HR, code="mes", label="MES", expected_days="daily", due_after_days=2)
        load_daily(days(30))
    (then,) = freshness_many(codes=["mes"], known_at=NOW)
    assert (then.applied_at, then.last_day, then.is_late) == (None, None, False)
    with after(24):
        (now,) = freshness_many(codes=["mes"], known_at=clock.now())
        assert (now.last_day, now.due_on, now.days_late) == (date(2026, 3, 30), date(2026, 4, 2), 7)


def load_daily(data: bytes) -> None:
    from jiyu.sources.public import records_import
    from tests.sources.conftest import mapping

    records_import(actor=HR, source_code="mes", data=data, filename="a.csv", mapping=mapping())


@pytest.mark.django_db
def test_rows_about_people_an_actor_may_not_see_are_left_out() -> None:
    who = people(n000317="林晓峰", n000318="张伟")
    load(days(1) + days(2, number=318).split(b"\n", 1)[1])
    everything = {"known_at": clock.now(), "measure_ids": list(measure_ids(["mes"]).values())}
    assert len(record_rows(actor=HR, **everything)) == 2
    own = record_rows(actor=Actor(person_id=who["000317"]), **everything)
    assert [row.subject for row in own] == [who["000317"]]


@pytest.mark.slow
def test_twenty_thousand_rows_come_in_whole(real_database: None) -> None:
    people(**{f"n{number:06}": f"人{number}" for number in range(200)})
    rows = [[f"{n % 200:06}", f"2026-03-{1 + n % 28:02} {8 + n // 1400:02}:00", n, 1] for n in range(20_000)]
    run = load(csv_file(HEAD, *rows))
    assert run.tally["taken"] == 20_000
    assert sum(sums("bad").values()) == 20_000
