"""为什么: a result down to the rows of the files it rests on."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from jiyu.core import audit, clock
from jiyu.core.access import ActorRequest, requires
from jiyu.core.forms import whole_number
from jiyu.core.language import say
from jiyu.core.reads import asked_once
from jiyu.home.my_page import period_name, score_pieces
from jiyu.home.who import org_if_needed, org_now, org_of
from jiyu.home.why_lines import ALL_DAYS, shown_line
from jiyu.lib.units import format_number
from jiyu.people import public as people
from jiyu.reviews import public as reviews
from jiyu.studio.public import InForce, in_force
from jiyu.ui.dates import day_text, moment_text
from jiyu.ui.parts import Crumb

LOOKS_SHOWN = 3


@requires(reviews.SEE_RESULT)
@require_GET
def why(request: ActorRequest, result_id: UUID) -> HttpResponse:
    """A stored result, explained. 404 for whoever may not see the person."""
    told, head = reviews.explanation(actor=request.actor, result_id=result_id, org=org_if_needed(request))
    return render(request, "home/why.html", page(request, told, head, reverse("home:why", args=[result_id])))


@requires(reviews.SEE_RESULT)
@require_GET
def why_now(request: ActorRequest, enrolment_id: UUID) -> HttpResponse:
    """How things stand before anything is scored."""
    with asked_once():  # scoring and showing the rows read the same
        told, head = reviews.live_explanation(
            actor=request.actor, enrolment_id=enrolment_id, org=org_if_needed(request)
        )
        context = page(request, told, head, reverse("home:why-now", args=[enrolment_id]), is_stored=False)
    if head.archived_id is not None:
        context["archived_url"] = reverse("home:why", args=[head.archived_id])
    return render(request, "home/why.html", context)


def page(
    request: ActorRequest, told: reviews.Explanation, head: reviews.ResultHead, href: str, *, is_stored: bool = True
) -> dict[str, Any]:
    """The context of the page and of its printed form; what is not stored nobody has looked at before."""
    asked = _asked(request)
    is_own = request.actor.person_id == told.subject
    proof = reviews.evidence(
        actor=request.actor,
        told=told,
        head=head,
        asked=asked,
        org=None if is_own else org_now(request),
    )
    edition = told.edition
    holding = in_force(module_code=edition.module_code, subject=told.subject, on=head.from_on, known_at=told.known_at)
    if holding is not None and holding.edition.id != edition.id:
        holding = None
    looks = audit.views_of("reviews.result", told.result_id, limit=LOOKS_SHOWN) if is_stored else audit.Views()
    named = (told.subject, head.finalized_by, holding.published_by if holding else None, *(p for p, _at in looks.last))
    org = org_of(request, [person for person in named if person is not None])
    who = org.persons.get(told.subject)
    lines = [
        shown_line(n, proof.lines[n.no], href=href, asked=asked, is_open=_is_open(n, i, asked))
        for i, n in enumerate(told.lines)
    ]
    return {
        "told": told,
        "head": head,
        "who": who,
        "unit": org.path_text(who.unit_id, " ") if who else "",
        "is_own": is_own,
        "lines": lines,
        "pieces": score_pieces(told),
        "pieces_label": _("，").join(f"{say(n.name)} {n.weight_pct}" for n in told.lines),
        "origin": _origin(told, head, holding, looks, org),
        "scale": [(g.code, f"≥{format_number(g.minimum)}" if g.minimum is not None else _("其余")) for g in told.scale],
        "late_rows": proof.late_rows,
        "period_name": period_name(head.period_code, head.from_on),
        "way": _way(request, head, told.subject, who, is_own=is_own),
        "href": href,
        "paper_url": reverse("home:paper", args=[told.result_id]) if is_stored and told.score else "",
        "only_day": asked.day,
        "gap": _bold_first(say(told.gap)),
        "unrated": reviews.unrated_words(told),
        "state_word": state_word(told.state),
        "heading": heading(told),
    }


def _asked(request: HttpRequest) -> reviews.Asked:
    """What the address asks to see of the rows: `?day=2026-03-02`, `?day=all` or `?rows=2` (a line), and `page`."""
    given = request.GET
    day = given.get("day", "")
    return reviews.Asked(
        day=_day(day),
        every_day=day == ALL_DAYS,
        line=whole_number(given.get("rows", "")) or None,
        page=whole_number(given.get("page", ""), 1),
    )


def _is_open(n: reviews.ExplainedLine, place: int, asked: reviews.Asked) -> bool:
    if asked.line is not None:
        return n.no == asked.line
    return place == 0 or asked.day is not None


def heading(told: reviews.Explanation) -> str:
    """The question the page answers."""
    if told.score:
        return _("为什么是 %(score)s") % {"score": told.score}
    if told.state == "not_rated":
        return _("为什么不评级")
    return _("为什么没有分") if told.state in ("no_sheet", "error") else _("为什么还没有分")


def state_word(state: str) -> str:
    """What stands where a score would."""
    words = {"not_rated": _("不评级"), "no_sheet": _("没有考核表"), "error": _("算不出")}
    return words.get(state, _("待数据"))


def _origin(
    told: reviews.Explanation,
    head: reviews.ResultHead,
    holding: InForce | None,
    looks: audit.Views,
    org: people.OrgView,
) -> list[tuple[str, str]]:
    """Which rules (`holding`: their release, where it still holds), as known when, reviewed by whom, looked at by whom."""

    def name(person: UUID | None) -> str:
        return _("系统") if person is None else org.name_of(person)

    rule = _("%(scheme)s 第 %(no)s 版") % {"scheme": say(told.scheme_name), "no": told.edition.no}
    if holding is not None:
        rule = _("%(rule)s，%(on)s 起；发布 %(who)s") % {
            "rule": rule,
            "on": day_text(holding.effective_on, clock.today()),
            "who": name(holding.published_by),
        }
    known = moment_text(clock.local(told.known_at), clock.today())
    pairs = [(_("算法"), rule), (_("数据"), _("截至 %(when)s 知道的") % {"when": known})]
    if head.finalized_at is not None:
        when = moment_text(clock.local(head.finalized_at), clock.today())
        pairs.append(
            (
                _("复核"),
                _("等级 %(g)s 由 %(who)s 于 %(when)s 复核")
                % {
                    "g": told.grade,
                    "who": name(head.finalized_by),
                    "when": when,
                },
            )
        )
    if looks.last:
        pairs.append((_("谁看过"), _looked(looks, name)))
    if not told.is_replayed:
        pairs.append((_("注意"), _("重算得到的数和存的不一样，请告诉管理员")))
    return pairs


def _looked(looks: audit.Views, name: Callable[[UUID], str]) -> str:
    """ "许静 04-08 09:00；主人 04-07 10:00", and how often in all where there were more looks than fit."""

    def one(person: UUID | None, at: datetime) -> str:
        who = name(person) if person is not None else _("主人")
        return f"{who} {moment_text(clock.local(at), clock.today())}"

    seen = _("；").join(one(person, at) for person, at in looks.last)
    if looks.count <= LOOKS_SHOWN:
        return seen
    return ngettext("%(seen)s 等 %(n)s 次", "%(seen)s 等 %(n)s 次", looks.count) % {"seen": seen, "n": looks.count}


def _way(
    request: HttpRequest,
    head: reviews.ResultHead,
    subject: UUID,
    who: people.OrgPerson | None,
    *,
    is_own: bool,
) -> list[Crumb]:
    period = period_name(head.period_code, head.from_on)
    if is_own:
        mine = reverse("home:me")
        return [
            Crumb(label=_("我的一页"), href=mine),
            Crumb(label=period, href=f"{mine}?cycle={head.cycle_id}"),
        ]
    theirs = reverse("home:person", args=[subject])
    return [
        Crumb(label=who.name if who else "–", href=theirs),
        Crumb(label=period, href=f"{theirs}?cycle={head.cycle_id}"),
    ]


def _bold_first(sentence: str) -> str:
    """The biggest loss in bold: "离 100 分差 3.79：**违章 2.00**、计划达成 1.00"."""
    for colon, comma in (("：", "、"), (": ", ", ")):
        head, found, rest = sentence.partition(colon)
        if found:
            first, sep, others = rest.partition(comma)
            return f"{head}{found}**{first}**{sep}{others}" if sep else sentence
    return sentence


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
