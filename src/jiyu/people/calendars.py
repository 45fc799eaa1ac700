"""Working calendars: the official days, what the company changed, and the frozen calendar that scores
store."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _

from jiyu.core import audit
from jiyu.core.actor import Actor
from jiyu.core.errors import DomainError
from jiyu.core.policy import require
from jiyu.core.recorded import known
from jiyu.lib.calendar import WorkCalendar, seed_rows
from jiyu.people.beliefs import Beliefs, believed_in
from jiyu.people.models import CalendarDay
from jiyu.people.policies import CHANGE_CALENDAR

OFFICIAL: Final = "cn"
_MILLIONTHS: Final = 1_000_000


@transaction.atomic
def calendar_seed(*, actor: Actor, years: Iterable[int], calendar: str = OFFICIAL) -> int:
    """Fill the official days of `years`; returns how many days were written.

    A day already there stays, edited or not, unless it was only assumed (its year's notice was not out) and
    the notice is out now. Doing it twice writes nothing.
    """
    require(actor, CHANGE_CALENDAR)
    beliefs = Beliefs()
    written = 0
    for year in sorted(set(years)):
        there = {day.on: day for day in _believed(calendar, year)}
        seed = seed_rows(year)
        for on, hours in seed.days:
            day = there.get(on)
            if day is not None and (day.published or not seed.published):
                continue
            if day is not None:
                beliefs.end(day)
            stored = int(hours * _MILLIONTHS)
            beliefs.add(CalendarDay(calendar=calendar, on=on, hours=stored, published=seed.published))
            written += 1
    if written:
        beliefs.write()
        audit.record(actor, "people.calendar_seeded", "people.calendar", calendar, days=written)
    return written


@transaction.atomic
def calendar_day_set(*, actor: Actor, on: date, hours: Decimal, calendar: str = OFFICIAL) -> None:
    """The company works `hours` hours on the day (0: off), whatever is official.

    `hours` in 0…24 with at most six decimals; raises `people.hours_range`.
    """
    require(actor, CHANGE_CALENDAR)
    stored = int(hours * _MILLIONTHS)
    if not 0 <= hours <= 24 or stored != hours * _MILLIONTHS:
        raise DomainError("people.hours_range", _("一天的工时在 0 到 24 小时之间"), path="hours")
    beliefs = Beliefs()
    for day in believed_in(CalendarDay, calendar=calendar, on=on):
        if day.hours == stored and day.published:
            return
        beliefs.end(day)
    beliefs.add(CalendarDay(calendar=calendar, on=on, hours=stored, published=True))
    beliefs.write()
    audit.record(actor, "people.calendar_day_set", "people.calendar", calendar, on=on.isoformat(), hours=stored)


def work_calendar(*, known_at: datetime, calendar: str = OFFICIAL) -> WorkCalendar:
    """The calendar as known at `known_at`. Its `version` ("cn:" and 16 hex digits) names exactly these days.

    A year counts as published when each of its days is there and none is only assumed.
    """
    rows = list(
        CalendarDay.objects.filter(known(known_at), calendar=calendar)
        .order_by("on")
        .values_list("on", "hours", "published")
    )
    digest = hashlib.sha256()
    sure_days: dict[int, int] = {}
    for on, hours, is_published in rows:
        digest.update(f"{on.isoformat()} {hours} {is_published:d}\n".encode())
        sure_days[on.year] = sure_days.get(on.year, 0) + is_published
    return WorkCalendar(
        {on: hours / _MILLIONTHS for on, hours, _published in rows},
        [year for year, sure in sure_days.items() if sure == (date(year + 1, 1, 1) - date(year, 1, 1)).days],
        version=f"{calendar}:{digest.hexdigest()[:16]}",
    )


def _believed(calendar: str, year: int) -> list[CalendarDay]:
    return believed_in(CalendarDay, calendar=calendar, on__gte=date(year, 1, 1), on__lt=date(year + 1, 1, 1))
