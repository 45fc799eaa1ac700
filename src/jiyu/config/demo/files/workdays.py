"""Working days of the demo's window, from the maintained calendar of public holidays."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from functools import lru_cache

import chinese_calendar

FIRST_DAY = date(2025, 1, 1)
LAST_DAY = date(2026, 3, 31)


def days(first: date, last: date) -> Iterator[date]:
    """Each day from `first` to `last`, both included."""
    for offset in range((last - first).days + 1):
        yield first + timedelta(days=offset)


@lru_cache(maxsize=1)
def all_workdays() -> tuple[date, ...]:
    """Statutory working days of the window, worked make-up weekends included."""
    return tuple(day for day in days(FIRST_DAY, LAST_DAY) if chinese_calendar.is_workday(day))


def workdays(first: date, last: date) -> list[date]:
    """Working days from `first` to `last`, both included, within the window."""
    return [day for day in all_workdays() if first <= day <= last]


def month_end(day: date) -> date:
    """The last day of the month of `day`."""
    following = date(day.year + day.month // 12, day.month % 12 + 1, 1)
    return following - timedelta(days=1)


def months(first: date, last: date) -> list[tuple[date, date]]:
    """The calendar months that `first`…`last` touches, each cut to it."""
    parts: list[tuple[date, date]] = []
    day = first
    while day <= last:
        end = min(month_end(day), last)
        parts.append((day, end))
        day = end + timedelta(days=1)
    return parts
