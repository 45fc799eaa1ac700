"""Parts of a period: days, blended targets, joined scores, elapsed time."""

from datetime import date, timedelta
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiyu.lib.calendar import WorkCalendar, official_calendar
from jiyu.lib.formula.numeric import round_half_up
from jiyu.lib.scoring import (
    DayBasis,
    LineValues,
    Measure,
    Segment,
    blended_target,
    elapsed,
    join_by_days,
    parse_method,
    prorated_target,
    season_targets,
    segment_days,
    share_by_hours,
    split_period,
)

CALENDAR = official_calendar([2025, 2026, 2027])
Q1 = Segment(date(2026, 1, 1), date(2026, 3, 31))


def two(value: float | Fraction) -> float:
    return float(round_half_up(float(value), 2))


def q1_days(change: date, basis: DayBasis, **more: object) -> tuple[int, ...]:
    return segment_days(split_period(Q1, [change]), basis, calendar=CALENDAR, **more).days  # type: ignore[arg-type]


def test_the_effective_day_belongs_to_the_new_part() -> None:
    first, second = split_period(Q1, [date(2026, 2, 15)])
    assert (first.last, second.first) == (date(2026, 2, 14), date(2026, 2, 15))
    assert split_period(Q1, [date(2026, 1, 1), date(2026, 4, 1)]) == (Q1,)


def test_a3_working_days_of_the_quarter_are_32_and_27() -> None:
    assert q1_days(date(2026, 2, 15), DayBasis.WORKING) == (32, 27)


def test_a3_a_changed_target_is_blended_by_working_days() -> None:
    target = blended_target([900_000, 1_200_000], q1_days(date(2026, 2, 15), DayBasis.WORKING))
    assert two(target) == 1_037_288.14
    assert two(1_020_000 / target * 100) == 98.33
    by_calendar = blended_target([900_000, 1_200_000], q1_days(date(2026, 2, 15), DayBasis.CALENDAR))
    weekdays = segment_days(split_period(Q1, [date(2026, 2, 15)]), DayBasis.WORKING, calendar=WorkCalendar({}, ())).days
    assert two(1_020_000 / by_calendar * 100) == 97.14
    assert two(1_020_000 / blended_target([900_000, 1_200_000], weekdays) * 100) == 97.14


def test_b8_a_corrected_target_is_blended_by_calendar_days() -> None:
    assert q1_days(date(2026, 3, 1), DayBasis.CALENDAR) == (59, 31)
    target = blended_target([900, 750], (59, 31))
    assert two(target) == 848.33
    assert two(800 / target * 100) == 94.30
    by_working_days = blended_target([900, 750], q1_days(date(2026, 3, 1), DayBasis.WORKING))
    assert two(800 / by_working_days * 100) == 94.78


def test_excluded_leave_shortens_the_part_it_lies_in() -> None:
    leave = Segment(date(2026, 3, 2), date(2026, 3, 13))  # ten working days
    assert q1_days(date(2026, 2, 15), DayBasis.WORKING, excluded=[leave]) == (32, 17)


def test_shift_staff_weigh_by_their_roster() -> None:
    roster = {Q1.first + timedelta(n) for n in range(0, 90, 3)}
    assert sum(q1_days(date(2026, 2, 15), DayBasis.ROSTERED, roster=roster)) == 30
    assert q1_days(date(2026, 2, 15), DayBasis.ROSTERED, roster=roster) == (15, 15)


def test_days_in_a_year_without_notice_are_marked() -> None:
    days = segment_days([Segment(date(2026, 12, 28), date(2027, 1, 5))], DayBasis.WORKING, calendar=CALENDAR)
    assert days.published is False
    assert segment_days([Q1], DayBasis.WORKING, calendar=CALENDAR).published is True


def test_working_days_without_a_calendar_are_refused() -> None:
    with pytest.raises(ValueError, match="calendar"):
        segment_days([Q1], DayBasis.WORKING)


def test_a_move_on_one_day_weighs_by_the_days_the_scheme_counts() -> None:
    roster = {Q1.first + timedelta(n) for n in range(90) if n % 8 < 6}  # six shifts, two days off
    parts = split_period(Q1, [date(2026, 2, 16)])
    by_calendar = segment_days(parts, DayBasis.CALENDAR)
    by_working = segment_days(parts, DayBasis.WORKING, calendar=CALENDAR)
    by_roster = segment_days(parts, DayBasis.ROSTERED, roster=roster)
    assert (by_calendar.days, by_working.days, by_roster.days) == ((46, 44), (32, 27), (36, 32))
    assert by_working.shares() == (Fraction(32, 59), Fraction(27, 59))
    scores = [
        sum(share * score for share, score in zip(days.shares(), (92, 77), strict=True))
        for days in (by_calendar, by_working, by_roster)
    ]
    assert [two(score) for score in scores] == [84.67, 85.14, 84.94]


def test_where_no_day_counts_there_is_no_share() -> None:
    with pytest.raises(ValueError, match="day"):
        segment_days([Q1], DayBasis.ROSTERED).shares()


def test_maternity_leave_leaves_31_of_90_days_and_cuts_the_target_by_them() -> None:
    away = Segment(date(2026, 1, 1), date(2026, 2, 28))
    [present] = segment_days([Q1], DayBasis.CALENDAR, excluded=[away]).days
    assert (present, prorated_target(900_000, present, 90)) == (31, 310_000)


def test_a_years_target_is_split_by_season_to_the_last_unit() -> None:
    assert season_targets(1_000, [20, 25, 25, 30]) == (200, 250, 250, 300)
    assert season_targets(1_001, [20, 25, 25, 30]) == (200, 250, 250, 301)
    assert season_targets(-1_000, [20, 25, 25, 30]) == (-200, -250, -250, -300)
    with pytest.raises(ValueError, match="weights"):
        season_targets(1_000, [0, 0])


def test_a_quarter_alone_and_the_year_to_date_are_two_answers() -> None:
    linear = parse_method({"kind": "linear"})
    alone, _ = linear.score_one(Measure(), LineValues(actual=320, target=300))
    to_date, _ = linear.score_one(Measure(), LineValues(actual=180 + 320, target=200 + 300))
    assert alone is not None
    assert (two(alone), to_date) == (106.67, 100.0)


def test_maternity_leave_cuts_a_target_by_days() -> None:
    target = prorated_target(900_000, 31, 90)
    assert target == 310_000
    assert two(325_000 / target * 100) == 104.84


def test_who_was_there_less_than_half_the_days_shows() -> None:
    joined_march = segment_days([Segment(date(2026, 3, 2), Q1.last)], DayBasis.CALENDAR).days[0]
    joined_february = segment_days([Segment(date(2026, 2, 16), Q1.last)], DayBasis.CALENDAR).days[0]
    left = segment_days([Segment(Q1.first, date(2026, 2, 20))], DayBasis.CALENDAR).days[0]
    assert (joined_march, two(joined_march / 90 * 100)) == (30, 33.33)
    assert two(joined_february / 90 * 100) == 48.89
    assert left == 51


def test_rates_are_joined_by_shifts_unrounded() -> None:
    joined = join_by_days(np.array([[98.6, 96.4]]), np.array([[12.0, 10.0]]))
    assert two(joined[0]) == 97.60


def test_a_segment_without_days_needs_no_score_and_one_with_days_does() -> None:
    joined = join_by_days(np.array([[80.0, np.nan], [80.0, np.nan], [1.0, 2.0]]), np.array([[5, 0], [5, 1], [0, 0.0]]))
    assert joined[0] == 80.0
    assert np.isnan(joined[1:]).all()


def test_a_crews_output_is_shared_by_hours() -> None:
    assert share_by_hours(4_200, 168, 1_176) == 600


def test_today_counts_in_full_as_elapsed() -> None:
    q2 = Segment(date(2026, 4, 1), date(2026, 6, 30))
    assert two(elapsed(q2, date(2026, 5, 20)) * 100) == 54.95
    assert elapsed(q2, date(2026, 3, 31)) == 0
    assert elapsed(q2, date(2026, 7, 9)) == 1


@pytest.mark.parametrize(
    "call",
    [lambda: blended_target([1], [0]), lambda: prorated_target(1, 0, 0), lambda: share_by_hours(1, 0, 0)],
)
def test_without_a_day_or_an_hour_there_is_nothing_to_weigh(call: object) -> None:
    with pytest.raises(ValueError, match=r"day|hour"):
        call()  # type: ignore[operator]


def test_a_segment_cannot_end_before_it_starts() -> None:
    with pytest.raises(ValueError, match="before"):
        Segment(date(2026, 1, 2), date(2026, 1, 1))


@given(st.lists(st.dates(Q1.first, Q1.last), max_size=5))
def test_parts_of_a_period_have_all_its_days_once(changes: list[date]) -> None:
    parts = split_period(Q1, changes)
    assert sum(segment_days(parts, DayBasis.CALENDAR).days) == 90
    assert sum(segment_days(parts, DayBasis.WORKING, calendar=CALENDAR).days) == 59


@given(st.lists(st.tuples(st.floats(0, 120), st.floats(0, 120), st.integers(0, 60), st.integers(0, 60)), min_size=1))
def test_a_joined_score_lies_between_its_parts_and_is_the_same_alone(
    rows: list[tuple[float, float, int, int]],
) -> None:
    scores = np.array([[a, b] for a, b, _, _ in rows])
    days = np.array([[m, n] for _, _, m, n in rows], np.float64)
    joined = join_by_days(scores, days)
    for i, (a, b, m, n) in enumerate(rows):
        assert joined[i : i + 1].tobytes() == join_by_days(scores[i : i + 1], days[i : i + 1]).tobytes()
        if m and n:
            assert min(a, b) - 1e-9 <= joined[i] <= max(a, b) + 1e-9
