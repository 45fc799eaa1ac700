"""我的团队: everybody a lead leads directly, each with the newest number and its why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
    newest = reviews.results_of_many(actor=request.actor, subjects=reports, org=org)
    states = reviews.seen_states(
        actor=request.actor, enrolment_ids=[head.enrolment_id for head in newest.values()], org=org
    )
    lines = [_line(org, p, newest.get(p), states) for p in reports]
    lines.sort(key=lambda line: (line.chip is None, line.fact, line.name))
    waiting = sum(1 for line in lines if line.chip is not None and line.chip.state is State.WAITING)
    scored = sum(1 for line in lines if line.value)
    seen = _seen_words(list(states.values()))
    return render(
        request, "home/team.html", {"lines": lines, "heading": _heading(len(lines), scored, waiting), "seen": seen}
    )


def _seen_words(states: Sequence[reviews.SeenState]) -> str:
    """Who confirmed and who objects, where anybody was asked."""
    asked = sum(s.seen is reviews.Seen.ASKED for s in states)
    done = sum(s.seen in (reviews.Seen.DONE, reviews.Seen.CHANGED) for s in states)
    objecting = sum(s.objections > 0 for s in states)
    if not (asked or done or objecting):
        return ""
    return _("%(done)s 个确认了，%(asked)s 个还没看，%(objecting)s 个有异议") % {
        "done": done,
        "asked": asked,
        "objecting": objecting,
    }


def _heading(people_count: int, scored: int, waiting: int) -> str:
    if not people_count:
        return _("现在没有人由你带")
    if waiting:
        return _("%(n)s 个人里，%(waiting)s 个在等数据") % {"n": people_count, "waiting": waiting}
    return _("%(n)s 个人，%(scored)s 个有分") % {"n": people_count, "scored": scored}


def _line(
    org: people.OrgView,
    person_id: UUID,
    head: reviews.ResultHead | None,
    states: Mapping[UUID, reviews.SeenState],
) -> Line:
    person = org.persons[person_id]
    unit = org.units.get(person.unit_id) if person.unit_id else None
    seen = states.get(head.enrolment_id) if head is not None else None
    chip = None
    if head is not None and head.state == "awaiting_data":
        chip = Chip(state=State.WAITING, word=_("待数据"))
    elif head is not None and head.state in ("not_rated", "error", "no_sheet"):
        chip = Chip(state=State.INCOMPLETE, word=_("不评级") if head.state == "not_rated" else _("没有分"))
    elif seen is not None and seen.objections:
        chip = Chip(state=State.OBJECTION, word=_("有异议"))
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
