"""Dates as people here write them: "04-08 09:00" this year, "2025-12-20" otherwise (LOOK.md "Wording")."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.utils.dates import MONTHS as MONTH_NAMES
from django.utils.translation import gettext

from jiyu.core.language import is_chinese

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def day_text(day: date, today: date) -> str:
    """ "04-08" in this year, "2025-12-20" otherwise; in English "8 Apr" and "20 Dec 2025"."""
    if is_chinese():
        return f"{day:%m-%d}" if day.year == today.year else f"{day:%Y-%m-%d}"
    short = f"{day.day} {MONTHS[day.month - 1]}"
    return short if day.year == today.year else f"{short} {day.year}"


def moment_text(moment: datetime, today: date) -> str:
    """ "04-08 09:00" in this year, the day alone otherwise. `moment` is local time."""
    day = day_text(moment.date(), today)
    return f"{day} {moment:%H:%M}" if moment.year == today.year else day


def month_word(day: date) -> str:
    """ "3" to stand before 月; in English "March"."""
    return str(day.month) if is_chinese() else str(MONTH_NAMES[day.month])


def near_text(moment: datetime, today: date) -> str:
    """ "今天 02:00", "昨天 22:00", else as `moment_text`. `moment` is local time."""
    at = f"{moment:%H:%M}"
    if moment.date() == today:
        return gettext("今天 %(at)s") % {"at": at}
    if moment.date() == today - timedelta(days=1):
        return gettext("昨天 %(at)s") % {"at": at}
    return moment_text(moment, today)
