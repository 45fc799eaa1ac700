"""我的团队: everybody a lead leads directly, each with the newest number and its why."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from jiyu.core.access import ActorRequest, requires
from jiyu.home.my_page import period_name
from jiyu.home.who import org_now
from jiyu.lib.units import MICRO, format_number
from jiyu.people import public as people
from jiyu.reviews import public as reviews
from jiyu.ui.parts import Chip, Line, State


@requires(people.SEE_TEAM)
@require_GET
def team(request: ActorRequest) -> HttpResponse:
    """The reader's direct reports; those without a number first, then by unit and name."""
    org = org_now(request)
    me = request.actor.person_id
    reports = people.LeadTree(org).reports.get(me, ()) if me else ()
    newest = reviews.results_of_many(actor=request.actor, subjects=reports)
    lines = [_line(org, p, newest.get(p)) for p in reports]
    lines.sort(key=lambda line: (line.chip is None, line.fact, line.name))
    waiting = sum(1 for line in lines if line.chip is not None)
    scored = sum(1 for line in lines if line.value)
    return render(request, "home/team.html", {"lines": lines, "heading": _heading(len(lines), scored, waiting)})


def _heading(people_count: int, scored: int, waiting: int) -> str:
    if not people_count:
        return _("现在没有人由你带")
    if waiting:
        return _("%(n)s 个人里，%(waiting)s 个在等数据") % {"n": people_count, "waiting": waiting}
    return _("%(n)s 个人，%(scored)s 个有分") % {"n": people_count, "scored": scored}


def _line(org: people.OrgView, person_id: UUID, head: reviews.ResultHead | None) -> Line:
    person = org.persons[person_id]
    unit = org.units.get(person.unit_id) if person.unit_id else None
    chip = None
    if head is not None and head.state == "awaiting_data":
        chip = Chip(state=State.WAITING, word=_("待数据"))
    elif head is not None and head.state in ("not_rated", "error", "no_sheet"):
        chip = Chip(state=State.INCOMPLETE, word=_("不评级") if head.state == "not_rated" else _("没有分"))
    value = ""
    if head is not None and head.score is not None:
        value = f"{format_number(head.score / MICRO, 2)} {head.grade}"
    period = period_name(head.period_code, head.from_on) if head is not None else ""
    return Line(
        name=person.name,
        href=reverse("home:person", args=[person_id]),
        fact=" · ".join(part for part in (unit.name if unit else "", person.job, period) if part),
        value=value,
        chip=chip,
    )
