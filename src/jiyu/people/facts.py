"""What people tells of a person for audiences and the like: place, job, grade, sort of employment, lead."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Final
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from jiyu.core.person_facts import Choices, PersonFact, Values
from jiyu.people.org import OrgPerson, OrgView, org_on

UNIT, TEAM, JOB, JOB_GRADE, EMPLOYMENT, LEAD = "unit", "team", "job", "job_grade", "employment", "lead"
EMPLOYMENT_WORDS: Final[Mapping[str, str | Promise]] = {
    "regular": _("正式"),
    "probation": _("试用"),
    "dispatch": _("劳务派遣"),
    "intern": _("实习"),
    "rehired_retiree": _("返聘"),
}


FACTS: Final = (
    PersonFact(UNIT, _("部门"), is_single=False),  # the unit of the post and every one above it
    PersonFact(TEAM, _("班组")),  # the unit of the post itself
    PersonFact(JOB, _("岗位")),
    PersonFact(JOB_GRADE, _("职级")),
    PersonFact(EMPLOYMENT, _("用工形式")),
    PersonFact(LEAD, _("直接上级")),
)


def person_facts_read(persons: Collection[UUID] | None, on: date, known_at: datetime) -> Mapping[str, Values]:
    """The facts of everybody employed that day, of `persons` or of all. Units and leads are told by their id."""
    return _read(org_on(on=on, known_at=known_at, only=persons))


def person_fact_choices(on: date, known_at: datetime) -> Choices:
    """The values of each fact on a day: units by their path, leads by their name, in order of what they are called."""
    org = org_on(on=on, known_at=known_at)
    units = [(str(unit), org.path_text(unit)) for unit in org.units]
    choices: dict[str, Sequence[tuple[str, str]]] = {
        UNIT: sorted(units, key=_by_name),
        TEAM: sorted(units, key=_by_name),
    }
    for code, values in _read(org).items():
        if code not in choices:
            there = frozenset().union(*values.values())
            names = [(v, org.name_of(UUID(v)) if code == LEAD else str(EMPLOYMENT_WORDS.get(v, v))) for v in there]
            choices[code] = sorted(names, key=_by_name)
    return choices


def _by_name(choice: tuple[str, str]) -> str:
    return choice[1]


def _read(org: OrgView) -> Mapping[str, Values]:
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
