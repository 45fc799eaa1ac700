"""Dates that stand only in a title or a sheet's name: 产量日报 2026-03-02, 考勤时间：2021年5月."""

from __future__ import annotations

import calendar
import re
from datetime import date, timedelta

from jiyu.lib.tables.cells import Cell, Sheet
from jiyu.lib.tables.dates import ParsedDate, parse_date
from jiyu.lib.tables.heads import Head

DAYS_AHEAD = 62  # the plan of next month, made at the beginning of this one
_DAY = re.compile(r"\d{4}\s*[-/.年]\s*\d{1,2}\s*[-/.月]\s*\d{1,2}\s*日?|(?<!\d)\d{8}(?!\d)")
_MONTH = re.compile(r"(?<!\d)(\d{4})\s*[年/.-]\s*(\d{1,2})(?!\d)")


def title_of(sheet: Sheet, head: Head) -> str:
    """All that stands above the head, and the sheet's name."""
    above = [text for row in sheet.head_rows(head.first_row - 1) for text in row.texts if text]
    return " ".join([*dict.fromkeys(above), sheet.name])


def day_in(text: str) -> date | None:
    """The first whole date in a title; None where there is none."""
    for written in _DAY.findall(text):
        parsed = parse_date(Cell(written, written))
        if isinstance(parsed, ParsedDate):
            return parsed.value
    return None


def month_in(text: str) -> tuple[int, int] | None:
    """The first year and month in a title; None where there is none."""
    for year, month in _MONTH.findall(text):
        if 1900 <= int(year) <= 2100 and 1 <= int(month) <= 12:
            return int(year), int(month)
    return None


def month_end(year: int, month: int) -> date:
    return date(year, month, calendar.monthrange(year, month)[1])


def is_plausible(day: date, today: date) -> bool:
    """Whether a row may be about `day`: plans tell of weeks to come, but a day further off is a slip of the pen more
    often than a plan, and is asked about."""
    return day <= today + timedelta(days=DAYS_AHEAD)


def business_day_in(text: str) -> date | None:
    """The day a title gives to all rows: its date, or the last day of its month."""
    month = month_in(text)
    return day_in(text) or (month_end(*month) if month else None)
