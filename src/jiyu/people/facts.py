"""What people tells of a person for audiences and the like: place, job, grade, sort of employment, lead."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import date, datetime
from typing import Final
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from jiyu.core.person_facts import PersonFact, Values
from jiyu.people.org import OrgPerson, org_on

UNIT, TEAM, JOB, JOB_GRADE, EMPLOYMENT, LEAD = "unit", "team", "job", "job_grade", "employment", "lead"
EMPLOYMENT_WORDS: Final[Mapping[str, str | Promise]] = {
    "regular": _("正式"),
    "probation": _("试用"),
    "dispatch": _("劳务派遣"),
    "intern": _("实习"),
    "rehired_retiree": _("返聘"),
}


def _units(on: date, known_at: datetime) -> list[tuple[str, str]]:
    org = org_on(on=on, known_at=known_at)
    return sorted(((str(unit), org.path_text(unit)) for unit in org.units), key=lambda choice: choice[1])


def _told(code: str) -> Callable[[date, datetime], list[tuple[str, str]]]:
    def choices(on: date, known_at: datetime) -> list[tuple[str, str]]:
        values = set().union(*person_facts_read(None, on, known_at)[code].values())
        return sorted((value, str(EMPLOYMENT_WORDS.get(value, value))) for value in values)

    return choices


def _leads(on: date, known_at: datetime) -> list[tuple[str, str]]:
    org = org_on(on=on, known_at=known_at)
    leads = {person.lead_id for person in org.persons.values() if person.lead_id}
    return sorted(((str(lead), org.name_of(lead)) for lead in leads), key=lambda choice: choice[1])


FACTS: Final = (
    PersonFact(UNIT, _("部门"), _units, is_single=False),  # the unit of the post and every one above it
    PersonFact(TEAM, _("班组"), _units),  # the unit of the post itself
    PersonFact(JOB, _("岗位"), _told(JOB)),
    PersonFact(JOB_GRADE, _("职级"), _told(JOB_GRADE)),
    PersonFact(EMPLOYMENT, _("用工形式"), _told(EMPLOYMENT)),
    PersonFact(LEAD, _("直接上级"), _leads),
)


def person_facts_read(persons: Collection[UUID] | None, on: date, known_at: datetime) -> Mapping[str, Values]:
    """The facts of everybody employed that day, of `persons` or of all. Units and leads are told by their id."""
    org = org_on(on=on, known_at=known_at, only=persons)
    told: dict[str, dict[UUID, frozenset[str]]] = {fact.code: {} for fact in FACTS}
    above: dict[UUID | None, frozenset[str]] = {None: frozenset()}
    for person in org.persons.values():
        if not person.is_employed:
            continue
        if person.unit_id not in above:
            above[person.unit_id] = frozenset(str(unit.id) for unit in org.ancestors(person.unit_id))
        for code, values in _values(person, above[person.unit_id]):
            if values:
                told[code][person.id] = values
    return told


def _values(person: OrgPerson, units: frozenset[str]) -> list[tuple[str, frozenset[str]]]:
    def one(value: object) -> frozenset[str]:
        return frozenset([str(value)]) if value else frozenset()

    return [
        (UNIT, units),
        (TEAM, one(person.unit_id)),
        (JOB, one(person.job)),
        (JOB_GRADE, one(person.job_grade)),
        (EMPLOYMENT, one(person.employment_kind)),
        (LEAD, one(person.lead_id)),
    ]
