"""Finding persons: by number or name on a day, and everybody known, for reading a roster against."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from uuid import UUID

from django.utils.translation import gettext as _

from jiyu.core import clock
from jiyu.core.actor import Actor
from jiyu.core.errors import DomainError
from jiyu.core.recorded import known
from jiyu.people.beliefs import nearness
from jiyu.people.entries import KnownPeople, PersonEntry
from jiyu.people.models import Identity, PersonText
from jiyu.people.org import OrgPerson, OrgView, org_on
from jiyu.people.policies import may_see


def people_find(
    *,
    on: date,
    known_at: datetime,
    employee_no: str | None = None,
    name: str | None = None,
    org: OrgView | None = None,
) -> tuple[OrgPerson, ...]:
    """Who bears the number (the one who held it on `on`, else nearest to it) or the name: all of them, by
    number.

    Never a guess: two people of one name are two answers. Leavers and people yet to come are found too. Pass `org`
    (of that day and moment) where it was read anyway.
    """
    if (employee_no is None) == (name is None):
        raise ValueError("look for a number or for a name")
    if employee_no is not None:
        bearers = Identity.objects.filter(known(known_at), kind=Identity.EMPLOYEE_NO, value=employee_no)
        ids = set(bearers.values_list("person_id", flat=True))
    else:
        ids = set(PersonText.objects.filter(known(known_at), name=name).values_list("person_id", flat=True))
    if not ids:
        return ()
    org = org or org_on(on=on, known_at=known_at, only=ids)
    found = sorted((p for p in org.persons.values() if p.id in ids), key=lambda p: (p.employee_no, p.id))
    if employee_no is not None and len(found) > 1:
        holder = number_holders(on=on, known_at=known_at)[employee_no]
        found = [person for person in found if person.id == holder]
    return tuple(found)


def person_numbered(*, actor: Actor, employee_no: str, on: date, org: OrgView | None = None) -> OrgPerson:
    """Who bears the number on `on`, for an actor who may see the person; raises `people.no_such_number`. Somebody who
    may not be seen is as good as not there. Pass `org` (of that day) where it was read anyway."""
    found = people_find(on=on, known_at=clock.now(), employee_no=employee_no, org=org) if employee_no else ()
    if not found or may_see(actor, found[0].id, on=on, org=org) is None:
        raise DomainError(
            "people.no_such_number",
            _("花名册里没有工号“%(no)s”") % {"no": employee_no} if employee_no else _("还没写工号"),
            fix=_("工号照花名册写，前面的 0 也要写"),
            path="no",
        )
    return found[0]


def number_holders(*, on: date, known_at: datetime) -> Mapping[str, UUID]:
    """Person by employee number: whoever held it on `on`, else nearest before it, else after it."""
    best: dict[str, tuple[tuple[int, int], UUID]] = {}
    rows = Identity.objects.filter(known(known_at), kind=Identity.EMPLOYEE_NO)
    for value, person, from_on, to_on in rows.values_list("value", "person_id", "from_on", "to_on"):
        rank = nearness(from_on, to_on, on)
        if value not in best or rank > best[value][0]:
            best[value] = (rank, person)
    return {value: person for value, (_, person) in best.items()}


def known_people(*, on: date, known_at: datetime, org: OrgView | None = None) -> KnownPeople:
    """Everybody the company knows, with what a roster of `on` would have to say to change nothing."""
    org = org or org_on(on=on, known_at=known_at)
    private = {
        person: (phone, born_on)
        for person, phone, born_on in PersonText.objects.filter(known(known_at)).values_list(
            "person_id", "phone", "born_on"
        )
    }
    holders = {n: p for n, p in number_holders(on=on, known_at=known_at).items() if p in org.persons}
    numbers: dict[str, list[str]] = {}
    for number, person in sorted(holders.items()):
        numbers.setdefault(org.persons[person].name, []).append(number)
    return KnownPeople(
        on=on,
        person_ids=holders,
        numbers={name: tuple(found) for name, found in numbers.items()},
        entries={
            number: _entry(org, number, org.persons[person], *private.get(person, (None, None)))
            for number, person in holders.items()
        },
    )


def _entry(org: OrgView, number: str, person: OrgPerson, phone: str | None, born_on: date | None) -> PersonEntry:
    lead = org.persons.get(person.lead_id) if person.lead_id else None
    above = [unit for unit in reversed(org.ancestors(person.unit_id)) if unit.parent_id is not None]
    return PersonEntry(
        employee_no=number,
        name=person.name,
        unit_path=tuple(unit.name for unit in above),
        unit_kinds=tuple(unit.kind for unit in above),
        job=person.job,
        job_grade=person.job_grade,
        lead_employee_no=lead.employee_no if lead else None,
        lead_is_none=person.is_top,
        hired_on=person.hired_on,
        left_on=person.left_on,
        employment_kind=person.employment_kind,
        status_note=person.status_note,
        born_on=born_on,
        phone=phone,
    )
