"""Fresh is not complete: how old a source is, and which of its expected days are there (DESIGN §4)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import OuterRef, QuerySet, Subquery

from jiyu.core import clock
from jiyu.people.public import work_calendar
from jiyu.sources.models import Source
from jiyu.sources.runs.visibility import visible_records, visible_runs


@dataclass(frozen=True, slots=True)
class Coverage:
    """Days with data against days that should have some. `expected` None: this source promises no days.
    `updated_at` is when its last counted import was applied."""

    covered: int
    expected: int | None
    missing: tuple[date, ...] = ()
    updated_at: datetime | None = None

    @property
    def is_complete(self) -> bool:
        """Whether nothing that was promised is missing."""
        return not self.missing


@dataclass(frozen=True, slots=True)
class Freshness:
    """How new a source is. `last_day` is the newest business day it has; `due_on` the day on which the next
    expected one is (or was) to arrive, None where nothing is promised; `days_late` counts from there, 0
    when in time."""

    source_code: str
    label: str
    applied_at: datetime | None
    last_day: date | None
    due_on: date | None
    days_late: int

    @property
    def is_late(self) -> bool:
        """Whether something promised has not come."""
        return self.days_late > 0


def coverage(*, source_codes: Collection[str], first: date, end: date, known_at: datetime) -> dict[str, Coverage]:
    """Of each source: days of `[first, end)` with at least one counted row against those expected that are over at
    `known_at`: a day without its data is incomplete, whether or not it is late already. A source that is not there
    covers nothing. Two queries."""
    sources = {source.pk: source for source in _with_last(known_at).filter(code__in=list(source_codes))}
    there: dict[UUID, set[date]] = {pk: set() for pk in sources}
    rows = visible_records(known_at).filter(source__in=list(sources), business_day__gte=first, business_day__lt=end)
    for pk, day in rows.order_by().values_list("source", "business_day").distinct():
        there[pk].add(day)
    over = min(end, clock.local(known_at).date())
    found = dict.fromkeys(source_codes, Coverage(0, None))
    for pk, source in sources.items():
        due = _expected(source, first, over, known_at)
        if due is None:
            found[source.code] = Coverage(len(there[pk]), None, (), source.last_applied_at)
            continue
        missing = tuple(day for day in due if day not in there[pk])
        found[source.code] = Coverage(len(due) - len(missing), len(due), missing, source.last_applied_at)
    return found


def freshness_many(*, codes: Collection[str], known_at: datetime) -> list[Freshness]:
    """How new some sources are at `known_at`, and whether they are later than promised, by label."""
    return _freshness(_with_last(known_at).filter(code__in=list(codes)), known_at)


def freshness_all(*, known_at: datetime) -> list[Freshness]:
    """The same for every source of numbers."""
    return _freshness(_with_last(known_at).filter(kind="records"), known_at)


def _with_last(known_at: datetime) -> QuerySet[Any]:
    """Sources with `last_applied_at` and `last_day`, what is visible at `known_at` counting."""
    runs = visible_runs(known_at).filter(source=OuterRef("pk")).order_by("-applied_at").values("applied_at")[:1]
    days = visible_records(known_at).filter(source=OuterRef("pk")).order_by("-business_day").values("business_day")[:1]
    return Source.objects.annotate(last_applied_at=Subquery(runs), last_day=Subquery(days))


def _freshness(sources: QuerySet[Any], known_at: datetime) -> list[Freshness]:
    today = clock.local(known_at).date()
    found = []
    for source in sources.order_by("label", "code"):
        due_on, days_late = None, 0
        if source.expected_days != "none" and source.last_day is not None:
            due_on = _next_expected(source, source.last_day, known_at) + timedelta(source.due_after_days)
            days_late = max(0, (today - due_on).days)
        found.append(Freshness(source.code, source.label, source.last_applied_at, source.last_day, due_on, days_late))
    return found


def _expected(source: Source, first: date, end: date, known_at: datetime) -> list[date] | None:
    if source.expected_days == "none":
        return None
    days = [first + timedelta(n) for n in range(max(0, (end - first).days))]
    if source.expected_days == "daily":
        return days
    calendar = work_calendar(known_at=known_at)
    return [day for day in days if calendar.is_workday(day)]


def _next_expected(source: Source, after: date, known_at: datetime) -> date:
    if source.expected_days == "daily":
        return after + timedelta(1)
    return work_calendar(known_at=known_at).add_workdays(after, 1)
