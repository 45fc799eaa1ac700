"""我的团队: everybody a lead leads directly, each with the newest number and its why."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from jiyu.core import clock
from jiyu.core.access import ActorRequest, requires
from jiyu.home.my_page import period_name
from jiyu.lib.units import MICRO, format_number
from jiyu.people import public as people
from jiyu.reviews import public as reviews
from jiyu.ui.parts import Chip, State


@dataclass(frozen=True)
class Member:
    """One report as the list shows it."""

    person_id: UUID
    name: str
    job: str
    unit: str
    score: str
    grade: str
    chip: Chip | None
    href: str
    why_href: str
    period: str


@requires(people.SEE_TEAM)
@require_GET
def team(request: ActorRequest) -> HttpResponse:
    """The reader's direct reports; those who wait for data first, then by name."""
    org = people.org_on(on=clock.today(), known_at=clock.now())
    me = request.actor.person_id
    reports = people.LeadTree(org).reports.get(me, ()) if me else ()
    newest = reviews.results_of_many(actor=request.actor, subjects=reports)
    members = [_member(org, p, newest.get(p)) for p in reports]
    members.sort(key=lambda m: (m.chip is None, m.unit, m.name))
    waiting = sum(1 for m in members if m.chip is not None)
    scored = sum(1 for m in members if m.score)
    return render(
        request,
        "home/team.html",
        {"members": members, "waiting": waiting, "scored": scored, "heading": _heading(len(members), scored, waiting)},
    )


def _heading(people_count: int, scored: int, waiting: int) -> str:
    if not people_count:
        return _("现在没有人由你带")
    if waiting:
        return _("%(n)s 个人里，%(waiting)s 个在等数据") % {"n": people_count, "waiting": waiting}
    return _("%(n)s 个人，%(scored)s 个有分") % {"n": people_count, "scored": scored}


def _member(org: people.OrgView, person_id: UUID, head: reviews.ResultHead | None) -> Member:
    person = org.persons[person_id]
    unit = org.units.get(person.unit_id) if person.unit_id else None
    chip = None
    if head is not None and head.state == "awaiting_data":
        chip = Chip(state=State.WAITING, word=_("待数据"))
    elif head is not None and head.state in ("not_rated", "error", "no_sheet"):
        chip = Chip(state=State.INCOMPLETE, word=_("不评级") if head.state == "not_rated" else _("没有分"))
    href = reverse("home:person", args=[person_id])
    has_result = head is not None and head.state not in ("not_scored", "no_sheet")
    return Member(
        person_id=person_id,
        name=person.name,
        job=person.job,
        unit=unit.name if unit else "",
        score=format_number(head.score / MICRO, 2) if head is not None and head.score is not None else "",
        grade=head.grade if head is not None else "",
        chip=chip,
        href=href,
        why_href=reverse("home:why", args=[head.result_id]) if has_result and head is not None else href,
        period=period_name(head.period_code, head.from_on) if head is not None else "",
    )
