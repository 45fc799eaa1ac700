"""A working calendar: which days are worked, for how many hours, and counting them quickly."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any, Final

import numpy as np
import numpy.typing as npt

DayPart = tuple[time, time]
"""Start and end of one stretch of work on a day, on the wall clock."""

DEFAULT_DAY_PARTS: Final[tuple[DayPart, ...]] = ((time(9), time(12)), (time(13), time(18)))

_ONE_DAY: Final = np.timedelta64(1, "D")
_FALLBACK_HOURS: Final = 8.0

Days = npt.NDArray[np.datetime64]


class WorkCalendar:
    """Working days of one calendar, frozen.

    `hours` gives the working hours of every day it knows (0 is a day off; several rows of the company
    may have been laid over the official ones before). Days it does not know are Monday to Friday.
    `published_years` are the years whose official notice is in the rows: counts that touch another year
    come back marked, so that planning can warn and scoring can wait (FORMULA §5). `version` names the
    frozen set of rows and is stored with results.
    """

    __slots__ = ("_first", "_hours", "_published", "_until", "_worked_before", "version")

    def __init__(self, hours: Mapping[date, float], published_years: Iterable[int], *, version: str = "") -> None:
        self.version = version
        self._published = np.array(sorted(set(published_years)), dtype=np.int64)
        first = min(hours, default=date(1970, 1, 1))
        until = max(hours, default=date(1969, 12, 31)) + timedelta(1)
        self._first = np.datetime64(first, "D")
        self._until = np.datetime64(until, "D")
        span = (until - first).days
        self._hours = np.array(
            [hours.get(day, _fallback_hours(day)) for day in (first + timedelta(n) for n in range(span))],
            dtype=np.float64,
        )
        self._worked_before = np.concatenate(([0], np.cumsum(self._hours > 0, dtype=np.int64)))
        for array in (self._published, self._hours, self._worked_before):
            array.setflags(write=False)

    def hours_on(self, day: date) -> float:
        """Working hours of `day`; a day the calendar does not know has 8 from Monday to Friday."""
        index = (day - self._first.astype(object)).days
        return float(self._hours[index]) if 0 <= index < len(self._hours) else _fallback_hours(day)

    def is_workday(self, day: date) -> bool:
        """Whether any hour of `day` is worked."""
        return self.hours_on(day) > 0

    def is_published(self, year: int) -> bool:
        """Whether the official notice of `year` is in this calendar."""
        return bool(np.isin(year, self._published))

    def count_workdays(
        self, starts: npt.ArrayLike | date, ends: npt.ArrayLike | date
    ) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.bool_]]:
        """Workdays from start to end, both included, as Excel's NETWORKDAYS does (reversed: negative).

        Arrays (or single dates) of datetime64[D], broadcast together. Returns the counts as float64 and
        a mask that is False where the span touches a year without a published notice (or a date is NaT;
        its count is 0).
        """
        start, end = np.broadcast_arrays(_days(starts), _days(ends))
        known = ~(np.isnat(start) | np.isnat(end))
        start = np.where(known, start, self._first)
        end = np.where(known, end, self._first)
        low, high = np.minimum(start, end), np.maximum(start, end)
        counts = (self._before(high + _ONE_DAY) - self._before(low)).astype(np.float64)
        counts = np.where(known, np.where(start > end, -counts, counts), 0.0)
        years_low, years_high = _years(low), _years(high)
        published = np.searchsorted(self._published, years_high, "right") - np.searchsorted(
            self._published, years_low, "left"
        )
        return counts, known & (published == years_high - years_low + 1)

    def add_workdays(self, day: date, count: int) -> date:
        """The workday that is `count` workdays after `day` (before it if negative); `day` itself is not one.

        0 gives `day`. Five workdays after 2026-02-12 is 2026-02-26: the 14th is worked, the 15th … 23rd off.
        """
        step = timedelta(1 if count > 0 else -1)
        for _ in range(abs(count)):
            day += step
            while not self.is_workday(day):
                day += step
        return day

    def working_hours_deadline(
        self, start: datetime, hours: float, day_parts: tuple[DayPart, ...] = DEFAULT_DAY_PARTS
    ) -> datetime:
        """When `hours` working hours have passed since `start`; the clock runs inside `day_parts` only.

        `start` is local wall-clock time, naive or aware (the zone is kept). A day with fewer hours than
        its parts ends early. Source: CASES A8. Raises ValueError for negative hours or parts without any time.
        """
        if hours < 0 or not any(begin < end for begin, end in day_parts):
            raise ValueError("hours must not be negative, and a day needs a part with some time in it")
        left = timedelta(hours=hours)
        if not left:
            return start
        day, moment = start.date(), start
        while True:
            for begin, end in self._open_parts(day, day_parts, start):
                begin = max(begin, moment)
                if begin < end and left <= end - begin:
                    return begin + left
                left -= max(end - begin, timedelta(0))
            day += timedelta(1)

    def working_days_deadline(
        self, start: datetime, days: int, day_parts: tuple[DayPart, ...] = DEFAULT_DAY_PARTS
    ) -> datetime:
        """When `days` whole working days have passed since `start`: the same time of day, that many workdays later.

        Every workday is one day, also one with fewer hours (a half day the company set): what is gone of the
        first is measured as a share of its hours. From a moment that is not worked the first day is the next
        workday, or what is left of this one, and the limit falls on the end of a day: submitted on Friday evening
        or on Saturday, 2 days end on Tuesday at 18:00. At noon the limit is when the
        morning ends. `start` as in `working_hours_deadline`. Source: CASES B7.
        Raises ValueError for negative days or parts without any time.
        """
        if days < 0 or not any(begin < end for begin, end in day_parts):
            raise ValueError("days must not be negative, and a day needs a part with some time in it")
        if not days:
            return start
        day = start.date()
        gone, whole = self._worked_until(start, day_parts)
        if gone == whole:  # a day off, or over: the next workday is the first whole one
            day, gone = self.add_workdays(day, 1), timedelta(0)
        last = self.add_workdays(day, days if gone else days - 1)
        spans = list(self._open_parts(last, day_parts, start))
        hours = sum((end - begin for begin, end in spans), timedelta(0))
        left = hours * (gone / whole) if gone else hours
        for begin, end in spans:
            if left <= end - begin:
                return begin + left
            left -= end - begin
        return spans[-1][1]

    def _worked_until(self, moment: datetime, day_parts: tuple[DayPart, ...]) -> tuple[timedelta, timedelta]:
        """Of the day of `moment`: the working time until then, and all of it."""
        spans = list(self._open_parts(moment.date(), day_parts, moment))
        whole = sum((end - begin for begin, end in spans), timedelta(0))
        gone = sum((max(min(end, moment) - begin, timedelta(0)) for begin, end in spans), timedelta(0))
        return gone, whole

    def _open_parts(
        self, day: date, day_parts: tuple[DayPart, ...], like: datetime
    ) -> Iterable[tuple[datetime, datetime]]:
        left = timedelta(hours=self.hours_on(day))
        for begin_time, end_time in day_parts:
            begin = datetime.combine(day, begin_time, like.tzinfo)
            end = min(datetime.combine(day, end_time, like.tzinfo), begin + left)
            if begin < end:
                yield begin, end
                left -= end - begin

    def _before(self, days: Days) -> npt.NDArray[np.int64]:
        """Workdays before each day, counted from a fixed origin; Monday to Friday outside the known days."""
        inside = np.clip(days, self._first, self._until)
        counts = self._worked_before[(inside - self._first).astype(np.int64)]
        early = np.busday_count(np.minimum(days, self._first), self._first)
        late = np.busday_count(self._until, np.maximum(days, self._until))
        result: npt.NDArray[np.int64] = counts - early + late
        return result


def _fallback_hours(day: date) -> float:
    return _FALLBACK_HOURS if day.weekday() < 5 else 0.0


def _days(values: Any) -> Days:
    return np.asarray(values, dtype="datetime64[D]")


def _years(days: Days) -> npt.NDArray[np.int64]:
    years: npt.NDArray[np.int64] = days.astype("datetime64[Y]").astype(np.int64) + 1970
    return years
