"""The people of a cycle as a list: who has a score, who waits for what, who has none and why."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from jiyu.core.actor import Actor
from jiyu.core.paging import PageOf, page_of_rows
from jiyu.core.refs import page_of
from jiyu.lib.units import MICRO, format_number
from jiyu.people import public as people
from jiyu.reviews.models import Cycle
from jiyu.reviews.selectors import UNRATED, ResultHead, cycle_heads, waiting_sources

GROUPS: Final[Mapping[str, tuple[str | Promise, tuple[str, ...]]]] = {
    "scored": (_lazy("有分"), ("scored",)),
    "waiting": (_lazy("待数据"), ("awaiting_data",)),
    "unrated": (_lazy("没有等级"), UNRATED),
    "open": (_lazy("还没算"), ("not_scored",)),
}
"""What a list can be asked for: its word, and the states of results that belong to it."""


@dataclass(frozen=True)
class PersonRow:
    """One person of a cycle in a list; `href` leads to the why of the result, empty without one."""

    name: str
    employee_no: str
    unit: str
    fact: str
    value: str
    href: str


@dataclass(frozen=True)
class Group:
    """A group of people that has somebody in it."""

    code: str
    word: str
    count: int


@dataclass(frozen=True)
class CyclePeople:
    """One page of the people of a cycle."""

    cycle: Cycle
    groups: tuple[Group, ...]
    chosen: str
    query: str
    page: PageOf[PersonRow]


def cycle_people(
    *, actor: Actor, cycle_id: UUID, org: people.OrgView, group: str = "", query: str = "", page: str | None = None
) -> CyclePeople:
    """The people of a cycle the actor may see: of one `group` (an unknown one: the first there is) and with `query` in
    their name or number, by department, those with most points first."""
    cycle, heads = cycle_heads(actor=actor, cycle_id=cycle_id, org=org)
    groups = [
        Group(code, str(word), count)
        for code, (word, states) in GROUPS.items()
        if (count := sum(head.state in states for head in heads))
    ]
    codes = [one.code for one in groups]
    chosen = group if group in codes else (codes[0] if codes else "")
    states = GROUPS[chosen][1] if chosen else ()
    found = [head for head in heads if head.state in states and _answers(head, org, query)]
    found.sort(key=lambda head: (org.path_text(head.home_unit), -(head.score or 0), head.enrolment_id))
    shown = page_of_rows(found, page)
    rows = tuple(person_rows(shown.rows, org))
    return CyclePeople(
        cycle, tuple(groups), chosen, query.strip(), PageOf(rows, shown.number, shown.count, shown.total)
    )


def person_rows(heads: Collection[ResultHead], org: people.OrgView) -> list[PersonRow]:
    """The people ready for a list; what those who wait lack is read for all of them in one query."""
    waiting = [head.result_id for head in heads if head.state == "awaiting_data"]
    missing = waiting_sources(result_ids=waiting) if waiting else {}
    return [_row(head, org, missing.get(head.result_id, ())) for head in heads]


def _row(head: ResultHead, org: people.OrgView, missing: Sequence[str]) -> PersonRow:
    person = org.persons.get(head.subject)
    return PersonRow(
        name=org.name_of(head.subject),
        employee_no=person.employee_no if person else "",
        unit=org.path_text(head.home_unit).replace(" / ", " "),
        fact=_("、").join(missing) or _why(head),
        value="" if head.score is None else f"{format_number(head.score / MICRO, 2)} {head.grade}".strip(),
        href=page_of("reviews.result", head.result_id) if head.state != "not_scored" else "",
    )


def _answers(head: ResultHead, org: people.OrgView, query: str) -> bool:
    person = org.persons.get(head.subject)
    return person.answers_to(query) if person else not query.strip()


def _why(head: ResultHead) -> str:
    if head.cause.get("code") == "short_presence":
        return _("%(of)s 天里在职 %(days)s 天，不到一半，不评级") % {"of": head.cause["of"], "days": head.cause["days"]}
    words = {
        "not_rated": _("有数的指标权重不够，不评级"),
        "no_sheet": _("没有考核表"),
        "error": _("有一项算不出来"),
    }
    return words.get(head.state, "")
