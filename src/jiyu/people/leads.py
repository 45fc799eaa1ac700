"""Who leads whom on a day, always with the reason (DESIGN §5, RULES 考核关系).

acting > solid > head of the unit > head of the unit above …; oneself, leavers and people not yet here are
skipped. Whoever would, step by step, end up leading themselves has no lead: "unresolved", for HR to settle.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Final, Literal
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from jiyu.core.recorded import known, valid
from jiyu.people.models import Line, UnitState
from jiyu.people.org import OrgView, org_on

Purpose = Literal["review", "project"]
"""What a lead is asked for: "review" (approvals and to-dos too), or "project": the dotted line first."""

ACTING: Final = "acting"
SOLID: Final = "solid"
DOTTED: Final = "dotted"
UNIT_HEAD: Final = "unit_head"
PARENT_HEAD: Final = "parent_head"
TOP: Final = "top"
UNRESOLVED: Final = "unresolved"
NOT_EMPLOYED: Final = "not_employed"

REASONS: Final[Mapping[str, str | Promise]] = {
    ACTING: _("代理上级"),
    SOLID: _("直接上级"),
    DOTTED: _("虚线上级"),
    UNIT_HEAD: _("所在部门的负责人"),
    PARENT_HEAD: _("上一级部门的负责人"),
    TOP: _("公司最高一级，没有上级"),
    UNRESOLVED: _("上级待认领，请 HR 指定"),
    NOT_EMPLOYED: _("这一天不在职"),
}

CAUSES: Final[Mapping[str, str | Promise]] = {
    "": "",
    "loop": _("上级关系绕成了一个圈"),
    "left": _("登记的上级这一天不在职，上面的部门也没有负责人"),
    "nobody": _("没有登记上级，上面的部门也没有负责人"),
}

_LINES: Final[Mapping[Purpose, tuple[str, ...]]] = {
    "review": (Line.ACTING, Line.SOLID),
    "project": (Line.DOTTED, Line.ACTING, Line.SOLID),
}


@dataclass(frozen=True, slots=True)
class LeadAnswer:
    """The lead, if any, and why: `reason` is a key of REASONS, `cause` (of CAUSES) why it is unresolved."""

    lead_id: UUID | None
    reason: str
    cause: str = ""

    @property
    def words(self) -> str:
        """The reason (and cause) for people, in the reader's language."""
        reason = str(REASONS[self.reason])
        return gettext("%(name)s（%(note)s）") % {"name": reason, "note": CAUSES[self.cause]} if self.cause else reason


@dataclass(frozen=True, slots=True)
class UnresolvedLead:
    """A person without a lead, for HR's list."""

    person_id: UUID
    answer: LeadAnswer


def lead_of(
    *, org: OrgView | None = None, person_id: UUID, on: date, known_at: datetime, purpose: Purpose = "review"
) -> LeadAnswer:
    """A person's lead on a day as known at a moment. Pass `org` (of that day) when asking more than once."""
    return _answer(org or org_on(on=on, known_at=known_at), person_id, purpose)


def second_lead(
    *, org: OrgView | None = None, person_id: UUID, on: date, known_at: datetime, purpose: Purpose = "review"
) -> LeadAnswer:
    """The lead's lead (隔级上级); the answer of the first step where that step has no lead."""
    org = org or org_on(on=on, known_at=known_at)
    first = _answer(org, person_id, purpose)
    return first if first.lead_id is None else _answer(org, first.lead_id, purpose)


def leads_unresolved(*, org: OrgView | None = None, on: date, known_at: datetime) -> tuple[UnresolvedLead, ...]:
    """Everybody employed that day whose lead is unresolved, by employee number."""
    org = org or org_on(on=on, known_at=known_at)
    answers = LeadTree(org).answers
    open_ones = [UnresolvedLead(person, answer) for person, answer in answers.items() if answer.reason == UNRESOLVED]
    return tuple(sorted(open_ones, key=lambda one: (org.persons[one.person_id].employee_no, one.person_id)))


def is_named_lead(person_id: UUID, *, on: date, known_at: datetime) -> bool:
    """Whether any line or unit names the person as lead or head that day; if not, nobody is led by them. One query."""
    there = known(known_at) & valid(on)
    by_line = Line.objects.filter(there, lead_id=person_id).values("pk")
    by_unit = UnitState.objects.filter(there, head_id=person_id).values("pk")
    return by_line.union(by_unit).exists()


class LeadTree:
    """Every employed person's lead on the snapshot's day, and who stands below whom."""

    def __init__(self, org: OrgView, purpose: Purpose = "review") -> None:
        self.org = org
        self.answers: Mapping[UUID, LeadAnswer] = {person: _answer(org, person, purpose) for person in org.employed}

    @cached_property
    def reports(self) -> Mapping[UUID, tuple[UUID, ...]]:
        """Direct reports by lead."""
        found: dict[UUID, list[UUID]] = {}
        for person, answer in self.answers.items():
            if answer.lead_id is not None:
                found.setdefault(answer.lead_id, []).append(person)
        return {lead: tuple(persons) for lead, persons in found.items()}

    def below(self, person_id: UUID) -> frozenset[UUID]:
        """Everybody led by the person, directly or through others; not the person."""
        found: set[UUID] = set()
        waiting = list(self.reports.get(person_id, ()))
        while waiting:
            person = waiting.pop()
            if person not in found:
                found.add(person)
                waiting += self.reports.get(person, ())
        return frozenset(found - {person_id})


def _answer(org: OrgView, person_id: UUID, purpose: Purpose) -> LeadAnswer:
    """The nearest lead, unless following the leads upwards comes back to the person."""
    first = _nearest(org, person_id, purpose)
    above, seen = first.lead_id, {person_id}
    while above is not None and above not in seen:
        seen.add(above)
        above = _nearest(org, above, purpose).lead_id
    return LeadAnswer(None, UNRESOLVED, "loop") if above == person_id else first


def _nearest(org: OrgView, person_id: UUID, purpose: Purpose) -> LeadAnswer:
    if person_id not in org.employed:
        return LeadAnswer(None, NOT_EMPLOYED)
    lines = org.lines.get(person_id, {})

    def can_lead(candidate: UUID | None) -> bool:
        return candidate != person_id and candidate in org.employed

    for kind in _LINES[purpose]:
        if can_lead(lines.get(kind)):
            return LeadAnswer(lines[kind], kind)
    if Line.NONE in lines:
        return LeadAnswer(None, TOP)
    above = org.ancestors(org.persons[person_id].unit_id)
    for step, unit in enumerate(above):
        if can_lead(unit.head_id):
            return LeadAnswer(unit.head_id, PARENT_HEAD if step else UNIT_HEAD)
    if above and above[-1].parent_id is None and above[-1].head_id == person_id:
        return LeadAnswer(None, TOP)
    return LeadAnswer(None, UNRESOLVED, "left" if lines.get(Line.SOLID) else "nobody")
