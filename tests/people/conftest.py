"""A small company for tests of people, 衡川, made through services; people go by employee number."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.apps import apps

from jiyu.core import clock
from jiyu.core.actor import Actor
from jiyu.core.ids import uuid7
from jiyu.people.public import (
    OrgPerson,
    OrgView,
    PersonEntry,
    RosterOutcome,
    number_holders,
    org_on,
    roster_take,
)

TODAY = date(2026, 4, 8)
HIRED = date(2023, 7, 3)
HR = Actor.system("tests")


def moment(month: int, day: int, hour: int = 9) -> datetime:
    """A moment of 2026 on the wall clock of Shanghai."""
    return clock.local_moment(date(2026, month, day), hour)


def entry(number: str, name: str = "", unit: str = "一车间", **more: Any) -> PersonEntry:
    """A roster's line: hired 2023-07-03 into `unit` (path by "/") unless told otherwise."""
    base = PersonEntry(number, name or f"人{number}", tuple(unit.split("/")) if unit else (), hired_on=HIRED)
    return replace(base, **more)


def take(*entries: PersonEntry, on: date = TODAY, run: UUID | None = None) -> RosterOutcome:
    """The roster taken by an import run of its own (or `run`)."""
    return roster_take(actor=HR, run_id=run or uuid7(), entries=entries, on=on, company_name="衡川")


def org(on: date = TODAY, known_at: datetime | None = None) -> OrgView:
    """The organisation, as known now unless told otherwise."""
    return org_on(on=on, known_at=known_at or clock.now())


def row_counts() -> dict[str, int]:
    """How many rows every table of the product has."""
    return {model._meta.label: model._default_manager.count() for model in apps.get_models()}


def who(number: str, on: date = TODAY) -> UUID:
    """The person who bears an employee number."""
    return number_holders(on=on, known_at=clock.now())[number]


def person(number: str, on: date = TODAY, known_at: datetime | None = None) -> OrgPerson:
    """That person as the organisation shows them on the day."""
    return org(on, known_at).persons[who(number, on)]


def unit(path: str, on: date = TODAY) -> UUID:
    """The unit at a path below the company ("一车间/CNC线")."""
    return next(unit_id for unit_id, names in org(on).paths.items() if names == tuple(path.split("/")))


def unit_text(number: str, on: date = TODAY, known_at: datetime | None = None) -> str:
    """Where somebody is on the day, as known at the moment: "一车间 / CNC线", "" nowhere."""
    view = org(on, known_at)
    return view.path_text(view.persons[who(number, on)].unit_id)
