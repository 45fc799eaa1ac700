"""The official calendar of mainland China, year by year, from the maintained `chinesecalendar` library."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import chinese_calendar

from jiyu.lib.calendar.work import WorkCalendar

FULL_DAY_HOURS: Final = 8.0


@dataclass(frozen=True, slots=True)
class YearSeed:
    """One year's days to fill a calendar with.

    `days` holds every day of `year` with its working hours (0 is a day off). `published` is False where
    the State Council's notice is not out yet and the days are only Monday to Friday.
    """

    year: int
    published: bool
    days: tuple[tuple[date, float], ...]


def seed_rows(year: int) -> YearSeed:
    """All days of `year` with 8 or 0 hours; an unpublished year is Monday to Friday (`published` False).

    Worked Saturdays count: 2026-02-14 has 8 hours, 2026-02-15 … 02-23 have none (FORMULA §5).
    """
    days = [date(year, 1, 1) + timedelta(n) for n in range((date(year + 1, 1, 1) - date(year, 1, 1)).days)]
    try:
        # The library refuses any year whose notice it does not have; one probe decides for the whole year.
        chinese_calendar.is_workday(days[0])
    except NotImplementedError:
        return YearSeed(year, False, tuple((d, FULL_DAY_HOURS if d.weekday() < 5 else 0.0) for d in days))
    hours = ((d, FULL_DAY_HOURS if chinese_calendar.is_workday(d) else 0.0) for d in days)
    return YearSeed(year, True, tuple(hours))


def official_calendar(years: Iterable[int], version: str = "") -> WorkCalendar:
    """A calendar of the official days of `years`; unpublished ones fall back and stay marked so."""
    seeds = [seed_rows(year) for year in years]
    return WorkCalendar(
        {day: hours for seed in seeds for day, hours in seed.days},
        {seed.year for seed in seeds if seed.published},
        version=version,
    )
