"""Who reads this page, for the frame around it. Read once per request."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import cast
from uuid import UUID

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from jiyu.core import clock
from jiyu.core.actor import Actor
from jiyu.people.public import OrgPerson, OrgView, org_on
from jiyu.ui.shell import Who


@dataclass(frozen=True)
class Reader:
    """The person who reads: where they stand today, and whether a line or a unit names them as lead."""

    person: OrgPerson | None
    unit_name: str
    is_lead: bool


def reader(request: HttpRequest) -> Reader:
    """The reader's own place in the organisation, kept on the request."""
    kept: Reader | None = getattr(request, "jiyu_reader", None)
    if kept is None:
        kept = _read(getattr(request, "actor", None), getattr(request, "org_now", None))
        request.jiyu_reader = kept  # type: ignore[attr-defined]
    return kept


def who_reads(request: HttpRequest) -> Who | None:
    """Name, number and unit for the corner of the page."""
    actor: Actor | None = getattr(request, "actor", None)
    here = reader(request)
    if here.person is None:
        return Who(name=actor.name) if actor else None
    note = " · ".join(part for part in (here.person.employee_no, here.unit_name) if part)
    return Who(name=here.person.name, note=note, char=avatar_char(here.person.name))


def org_now(request: HttpRequest) -> OrgView:
    """Everybody today, read once per request: whoever needs it for a page leaves it for the frame. A page below this
    room that has read it anyway keeps it as `request.org_now`."""
    kept: OrgView | None = getattr(request, "org_now", None)
    if kept is None:
        kept = org_on(on=clock.today(), known_at=clock.now())
        request.org_now = kept  # type: ignore[attr-defined]
    return kept


def org_if_needed(request: HttpRequest) -> OrgView:
    """`org_now`, read only when something looks into it: for one's own pages nothing does."""
    return cast(OrgView, SimpleLazyObject(lambda: org_now(request)))


def org_of(request: HttpRequest, persons: Iterable[UUID]) -> OrgView:
    """These persons today, and the reader, whom the frame then need not read again."""
    actor: Actor | None = getattr(request, "actor", None)
    everybody: OrgView | None = getattr(request, "org_now", None)
    if everybody is not None:
        return everybody
    own = {actor.person_id} if actor and actor.person_id else set()
    found = org_on(on=clock.today(), known_at=clock.now(), only=own | set(persons))
    request.jiyu_reader = _read(actor, found)  # type: ignore[attr-defined]
    return found


def avatar_char(name: str) -> str:
    """One character for the avatar: the first of the given name of a three-character name, else the first."""
    return name[1] if len(name) == 3 else name[:1]


def _read(actor: Actor | None, read_before: OrgView | None) -> Reader:
    if actor is None or actor.person_id is None:
        return Reader(None, "", is_lead=False)
    org = read_before or org_on(on=clock.today(), known_at=clock.now(), only=[actor.person_id])
    person = org.persons.get(actor.person_id)
    unit = org.units.get(person.unit_id) if person and person.unit_id else None
    return Reader(person, unit.name if unit else "", is_lead=org.is_named_lead(actor.person_id))
