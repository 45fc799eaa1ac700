"""Working calendars and periods."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from jiyu.core import clock
from jiyu.core.errors import DomainError
from jiyu.lib.calendar import YearSeed, seed_rows
from jiyu.people import calendars
from jiyu.people.models import CalendarDay
from jiyu.people.public import calendar_day_set, calendar_seed, period_ensure, work_calendar
from tests.people.conftest import HR, moment, row_counts

pytestmark = pytest.mark.django_db


def workdays(first: date, last: date) -> tuple[float, bool]:
    counts, sure = work_calendar(known_at=clock.now()).count_workdays(first, last)
    return float(counts), bool(sure)


def test_official_days_with_the_worked_saturday() -> None:
    assert calendar_seed(actor=HR, years=[2026]) == 365
    assert workdays(date(2026, 1, 1), date(2026, 2, 14)) == (32.0, True)
    assert workdays(date(2026, 2, 15), date(2026, 3, 31)) == (27.0, True)


def test_seeding_again_writes_nothing_and_keeps_what_the_company_changed() -> None:
    calendar_seed(actor=HR, years=[2026])
    calendar_day_set(actor=HR, on=date(2026, 4, 11), hours=Decimal("7.5"))
    before = row_counts()
    assert calendar_seed(actor=HR, years=[2026]) == 0
    calendar_day_set(actor=HR, on=date(2026, 4, 11), hours=Decimal("7.5"))
    assert row_counts() == before
    assert work_calendar(known_at=clock.now()).hours_on(date(2026, 4, 11)) == 7.5


def test_a_year_without_notice_is_assumed_until_the_notice_is_out(monkeypatch: pytest.MonkeyPatch) -> None:
    official = seed_rows(2026)
    weekdays = tuple((on, 8.0 if on.weekday() < 5 else 0.0) for on, _ in official.days)
    monkeypatch.setattr(calendars, "seed_rows", lambda year: YearSeed(2026, False, weekdays))
    assert [calendar_seed(actor=HR, years=[2026]) for _ in "12"] == [365, 0]
    assert workdays(date(2026, 2, 14), date(2026, 2, 14)) == (0.0, False)
    calendar_day_set(actor=HR, on=date(2026, 1, 5), hours=Decimal(0))
    monkeypatch.setattr(calendars, "seed_rows", lambda year: official)
    with clock.at(moment(4, 9)):
        assert calendar_seed(actor=HR, years=[2026]) == 364
        assert workdays(date(2026, 2, 14), date(2026, 2, 14)) == (1.0, True)
        assert not work_calendar(known_at=clock.now()).is_workday(date(2026, 1, 5))


def test_the_version_names_exactly_the_days_as_known() -> None:
    calendar_seed(actor=HR, years=[2026])
    first = work_calendar(known_at=clock.now()).version
    assert first.startswith("cn:") and len(first) == 19
    with clock.at(moment(4, 9)):
        calendar_day_set(actor=HR, on=date(2026, 4, 11), hours=Decimal(8))
        changed = work_calendar(known_at=clock.now())
        assert changed.version != first
        assert work_calendar(known_at=moment(4, 8)).version == first
        calendar_day_set(actor=HR, on=date(2026, 4, 11), hours=Decimal(0))
    with clock.at(moment(4, 9, 10)):
        assert work_calendar(known_at=clock.now()).version == first


def test_a_calendar_is_read_in_one_query(django_assert_num_queries: Any) -> None:
    calendar_seed(actor=HR, years=[2025, 2026])
    with django_assert_num_queries(1):
        work_calendar(known_at=clock.now())


@pytest.mark.parametrize("hours", ["-1", "24.5", "0.0000001"])
def test_hours_of_a_day_are_between_none_and_24(hours: str) -> None:
    with pytest.raises(DomainError) as refusal:
        calendar_day_set(actor=HR, on=date(2026, 4, 11), hours=Decimal(hours))
    assert refusal.value.code == "people.hours_range"
    assert CalendarDay.objects.count() == 0


@pytest.mark.parametrize(
    ("code", "kind", "first", "last", "above"),
    [
        ("2026", "year", date(2026, 1, 1), date(2026, 12, 31), None),
        ("2026Q1", "quarter", date(2026, 1, 1), date(2026, 3, 31), "2026"),
        ("2026Q4", "quarter", date(2026, 10, 1), date(2026, 12, 31), "2026"),
        ("2026-03", "month", date(2026, 3, 1), date(2026, 3, 31), "2026Q1"),
        ("2026-12", "month", date(2026, 12, 1), date(2026, 12, 31), "2026Q4"),
    ],
)
def test_a_period_has_bounds_and_a_parent(code: str, kind: str, first: date, last: date, above: str | None) -> None:
    period = period_ensure(code)
    assert (period.kind, period.from_on, period.to_on) == (kind, first, last + timedelta(1))
    assert (period.parent.code if period.parent else None) == above
    assert period_ensure(code).pk == period.pk


@pytest.mark.parametrize("code", ["2026Q5", "2026-13", "2026-3", "26Q1", "2026Q1 ", ""])
def test_other_codes_are_no_periods(code: str) -> None:
    with pytest.raises(DomainError) as refusal:
        period_ensure(code)
    assert refusal.value.code == "people.period_code"
