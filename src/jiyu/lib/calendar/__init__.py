"""Working days: an immutable calendar with fast counting, and the official years of mainland China.

The door of the room: everything public is here. Source: DESIGN §5, FORMULA §5.
"""

from jiyu.lib.calendar.official import YearSeed, official_calendar, seed_rows
from jiyu.lib.calendar.work import DEFAULT_DAY_PARTS, DayPart, WorkCalendar

__all__ = ["DEFAULT_DAY_PARTS", "DayPart", "WorkCalendar", "YearSeed", "official_calendar", "seed_rows"]
