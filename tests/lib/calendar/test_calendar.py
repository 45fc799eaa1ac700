"""Working days of mainland China, and limits that run in working hours."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiyu.lib.calendar import WorkCalendar, official_calendar, seed_rows

CALENDAR = official_calendar(range(2025, 2028))
WEEKDAYS = WorkCalendar({}, ())


def test_the_saturday_before_spring_festival_2026_is_worked_and_the_festival_is_off() -> None:
    assert CALENDAR.is_workday(date(2026, 2, 14))
    off = [date(2026, 2, 15) + timedelta(n) for n in range(9)]
    assert not any(CALENDAR.is_workday(day) for day in off)
    assert CALENDAR.is_workday(date(2026, 2, 24))


def test_2026q1_has_59_working_days_32_until_the_worked_saturday() -> None:
    counts, published = CALENDAR.count_workdays(["2026-01-01", "2026-02-15"], ["2026-02-14", "2026-03-31"])
    assert counts.tolist() == [32.0, 27.0]
    assert published.all()
    assert CALENDAR.count_workdays("2026-01-01", "2026-03-31")[0] == 59


def test_a_span_into_an_unpublished_year_is_counted_monday_to_friday_and_marked() -> None:
    counts, published = CALENDAR.count_workdays("2026-12-28", "2027-01-05")
    assert (float(counts), bool(published)) == (7.0, False)
    assert CALENDAR.is_published(2026)
    assert not CALENDAR.is_published(2027)


def test_seed_rows_give_every_day_of_a_published_year() -> None:
    seed = seed_rows(2026)
    assert seed.published
    assert len(seed.days) == 365
    assert dict(seed.days)[date(2026, 2, 14)] == 8.0
    assert dict(seed.days)[date(2026, 10, 1)] == 0.0


def test_seed_rows_of_an_unpublished_year_are_monday_to_friday_and_say_so() -> None:
    seed = seed_rows(2031)
    assert not seed.published
    assert sum(hours > 0 for _, hours in seed.days) == 261


def test_reversed_dates_count_negative_as_networkdays_does() -> None:
    assert CALENDAR.count_workdays("2026-03-31", "2026-01-01")[0] == -59


def test_a_missing_date_counts_nothing_and_is_not_published() -> None:
    counts, published = CALENDAR.count_workdays(np.array(["NaT", "2026-01-05"], "datetime64[D]"), "2026-01-05")
    assert counts.tolist() == [0.0, 1.0]
    assert published.tolist() == [False, True]


def test_an_appeal_received_before_the_festival_is_answered_by_the_26th() -> None:
    assert CALENDAR.add_workdays(date(2026, 2, 12), 5) == date(2026, 2, 26)
    assert WEEKDAYS.add_workdays(date(2026, 2, 12), 5) == date(2026, 2, 19)
    assert CALENDAR.add_workdays(date(2026, 2, 24), -2) == date(2026, 2, 13)
    assert CALENDAR.add_workdays(date(2026, 2, 15), 0) == date(2026, 2, 15)


def test_24_working_hours_over_national_day_end_on_the_worked_saturday() -> None:
    due = CALENDAR.working_hours_deadline(datetime(2026, 9, 30, 17), 24)
    assert due == datetime(2026, 10, 10, 17)
    assert WEEKDAYS.working_hours_deadline(datetime(2026, 9, 30, 17), 24) == datetime(2026, 10, 5, 17)


def test_two_working_days_over_spring_festival_are_due_on_the_24th() -> None:
    assert CALENDAR.working_hours_deadline(datetime(2026, 2, 13, 16), 16) == datetime(2026, 2, 24, 16)
    assert CALENDAR.working_days_deadline(datetime(2026, 2, 13, 16), 2) == datetime(2026, 2, 24, 16)
    assert WEEKDAYS.working_days_deadline(datetime(2026, 2, 13, 16), 2) == datetime(2026, 2, 17, 16)


def test_three_working_days_over_national_day_are_24_hours_and_end_on_the_worked_saturday() -> None:
    assert [CALENDAR.is_workday(date(2026, 10, day)) for day in (1, 7, 8, 9, 10, 11)] == [
        False,
        False,
        True,
        True,
        True,
        False,
    ]
    assert CALENDAR.working_days_deadline(datetime(2026, 9, 30, 17), 3) == datetime(2026, 10, 10, 17)


@pytest.mark.parametrize(
    ("start", "days", "due"),
    [
        (datetime(2026, 3, 2, 10), 1, datetime(2026, 3, 3, 10)),
        (datetime(2026, 3, 2, 6), 1, datetime(2026, 3, 2, 18)),  # before work: this day is the first
        (datetime(2026, 3, 2, 18), 1, datetime(2026, 3, 3, 18)),
        (datetime(2026, 3, 2, 12, 30), 1, datetime(2026, 3, 3, 12)),
        (datetime(2026, 3, 6, 20), 2, datetime(2026, 3, 10, 18)),  # Friday evening
        (datetime(2026, 3, 7, 11), 2, datetime(2026, 3, 10, 18)),  # Saturday
        (datetime(2026, 3, 7, 11), 0, datetime(2026, 3, 7, 11)),
    ],
)
def test_a_limit_in_days_keeps_the_time_of_day_or_ends_with_a_day(start: datetime, days: int, due: datetime) -> None:
    assert CALENDAR.working_days_deadline(start, days) == due


def test_a_half_day_is_one_day_of_a_limit_in_days_but_four_hours_of_one_in_hours() -> None:
    calendar = WorkCalendar({date(2026, 3, 3): 4.0}, {2026})
    assert calendar.working_days_deadline(datetime(2026, 3, 2, 16), 2) == datetime(2026, 3, 4, 16)
    assert calendar.working_hours_deadline(datetime(2026, 3, 2, 16), 16) == datetime(2026, 3, 5, 11)
    # Three quarters of the first day are gone: three of the four hours of the half day.
    assert calendar.working_days_deadline(datetime(2026, 3, 2, 16), 1) == datetime(2026, 3, 3, 12)


def test_the_clock_rests_at_noon_at_night_and_before_work() -> None:
    assert CALENDAR.working_hours_deadline(datetime(2026, 3, 2, 11, 30), 1) == datetime(2026, 3, 2, 13, 30)
    assert CALENDAR.working_hours_deadline(datetime(2026, 3, 2, 6), 0.5) == datetime(2026, 3, 2, 9, 30)
    assert CALENDAR.working_hours_deadline(datetime(2026, 3, 2, 19), 8) == datetime(2026, 3, 3, 18)
    assert CALENDAR.working_hours_deadline(datetime(2026, 3, 1, 19), 0) == datetime(2026, 3, 1, 19)


def test_a_deadline_keeps_the_zone_of_its_start() -> None:
    zone = ZoneInfo("Asia/Shanghai")
    start = datetime(2026, 3, 2, 17, tzinfo=zone)
    assert CALENDAR.working_hours_deadline(start, 2) == datetime(2026, 3, 3, 10, tzinfo=zone)


def test_a_half_day_of_the_company_ends_early_but_is_one_workday() -> None:
    calendar = WorkCalendar({date(2026, 3, 2): 4.0}, {2026})
    assert calendar.working_hours_deadline(datetime(2026, 3, 2, 9), 5) == datetime(2026, 3, 3, 10)
    assert calendar.count_workdays("2026-03-02", "2026-03-02")[0] == 1
    assert calendar.hours_on(date(2026, 3, 2)) == 4.0


def test_a_calendar_that_knows_no_day_works_eight_hours_from_monday_to_friday() -> None:
    assert [WEEKDAYS.hours_on(date(2026, 3, 2) + timedelta(n)) for n in range(7)] == [8.0] * 5 + [0.0] * 2
    assert WEEKDAYS.count_workdays("1969-12-29", "1970-01-04")[0] == 5


@pytest.mark.parametrize(("hours", "parts"), [(-1, ((time(9), time(18)),)), (1, ()), (1, ((time(9), time(9)),))])
def test_a_limit_that_can_never_end_is_refused(hours: float, parts: tuple[tuple[time, time], ...]) -> None:
    with pytest.raises(ValueError, match="hours"):
        CALENDAR.working_hours_deadline(datetime(2026, 3, 2, 9), hours, parts)
    with pytest.raises(ValueError, match="days"):
        CALENDAR.working_days_deadline(datetime(2026, 3, 2, 9), int(hours), parts)


_DAYS = st.dates(date(2024, 6, 1), date(2028, 6, 1))


@given(_DAYS, _DAYS)
def test_prefix_sums_agree_with_counting_day_by_day(a: date, b: date) -> None:
    low, high = min(a, b), max(a, b)
    by_hand = sum(CALENDAR.is_workday(low + timedelta(n)) for n in range((high - low).days + 1))
    assert CALENDAR.count_workdays(low, high)[0] == by_hand


@given(st.lists(st.tuples(_DAYS, _DAYS), min_size=1, max_size=20))
def test_one_span_alone_counts_as_among_many(spans: list[tuple[date, date]]) -> None:
    many, published = CALENDAR.count_workdays(
        np.array([a for a, _ in spans], "datetime64[D]"), np.array([b for _, b in spans], "datetime64[D]")
    )
    for i, (a, b) in enumerate(spans):
        alone, known = CALENDAR.count_workdays(a, b)
        assert (float(alone), bool(known)) == (many[i], published[i])


@given(_DAYS, st.integers(1, 60))
def test_adding_workdays_is_undone_by_counting(day: date, count: int) -> None:
    later = CALENDAR.add_workdays(day, count)
    assert CALENDAR.is_workday(later)
    assert CALENDAR.count_workdays(day + timedelta(1), later)[0] == count


@given(st.datetimes(datetime(2025, 1, 1), datetime(2026, 11, 30)), st.integers(0, 12))
def test_on_full_days_a_limit_in_days_is_eight_times_as_many_hours(start: datetime, days: int) -> None:
    in_hours = CALENDAR.working_hours_deadline(start, 8 * days)
    assert CALENDAR.working_days_deadline(start, days) == in_hours
