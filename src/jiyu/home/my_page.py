"""我的一页: my 3–5 numbers, how far each is to its target, and the last score with its why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from jiyu.core import clock
from jiyu.core.access import ActorRequest, requires
from jiyu.core.actor import Actor
from jiyu.core.errors import NotVisibleError
from jiyu.core.language import language, say
from jiyu.home.who import avatar_char, org_now, reader
from jiyu.lib.units import UNITS, label_in
from jiyu.people import public as people
from jiyu.reviews import public as reviews
from jiyu.sources import public as sources
from jiyu.ui.dates import month_word, near_text
from jiyu.ui.parts import Bar, Chip, Freshness, NumberCard, ScorePiece, State

MOST_NUMBERS = 5
LATE_STATES = ("awaiting_data",)


@requires(people.SEE_OWN)
@require_GET
def me(request: ActorRequest) -> HttpResponse:
    """The reader's own page."""
    if request.actor.person_id is None:
        return render(request, "home/no_person.html", {})
    return _page(request, request.actor.person_id, is_own=True)


@requires(people.SEE_OWN)
@require_GET
def person(request: ActorRequest, person_id: UUID) -> HttpResponse:
    """Somebody else's page, as their lead or HR sees it. 404 for whoever may not see the person."""
    return _page(request, person_id, is_own=request.actor.person_id == person_id)


def _page(request: ActorRequest, subject: UUID, *, is_own: bool) -> HttpResponse:
    org = None if is_own else org_now(request)  # nobody's own page needs everybody
    heads = reviews.results_of(actor=request.actor, subject=subject, org=org)
    who = org.persons.get(subject) if org else reader(request).person
    if who is None:
        raise NotVisibleError
    chosen = _chosen(heads, request.GET.get("cycle", ""))
    context: dict[str, Any] = {
        "who": who,
        "is_own": is_own,
        "heads": _tabs(heads, chosen, request.path),
        "to_answer": is_own and reviews.may_be_asked(request.actor),
    }
    if chosen is None:
        return render(request, "home/my_page_empty.html", context)
    told, href = _told(request.actor, chosen, org)
    cards = number_cards(told, href)
    state = reviews.seen_states(actor=request.actor, enrolment_ids=[chosen.enrolment_id], org=org).get(
        chosen.enrolment_id
    )
    objections = (
        reviews.objections_of(actor=request.actor, enrolment_id=chosen.enrolment_id)
        if state and state.has_objected
        else []
    )
    context |= {
        "head": chosen,
        "told": told,
        "why_url": href,
        "greeting": _greeting(who.name) if is_own else "",
        "heading": heading(told, chosen),
        "unrated": reviews.unrated_words(told) if told.state != "awaiting_data" else "",  # no number will bring a score
        "pieces": score_pieces(told),
        "pieces_label": _("，").join(f"{say(n.name)} {n.weight_pct}" for n in told.lines),
        "numbers": cards[:MOST_NUMBERS],
        "more": cards[MOST_NUMBERS:],
        "period_name": period_name(chosen.period_code, chosen.from_on),
        "seen": state,
        "may_object": is_own and state is not None and state.result_id is not None and chosen.finalized_at is None,
        "objections": objections,
    }
    return render(request, "home/my_page.html", context)


def own_numbers(request: ActorRequest) -> dict[str, Any]:
    """The reader's own numbers for the shared terminal, read only: {"who", "heading", "numbers", "told", "char"}."""
    who = reader(request).person
    if who is None:
        raise NotVisibleError
    chosen = _chosen(reviews.results_of(actor=request.actor, subject=who.id, org=None), "")
    context: dict[str, Any] = {"who": who, "unit_name": reader(request).unit_name, "char": avatar_char(who.name)}
    if chosen is None:
        return context
    told, href = _told(request.actor, chosen, None)
    return context | {
        "told": told,
        "head": chosen,
        "period_name": period_name(chosen.period_code, chosen.from_on),
        "numbers": number_cards(told, href)[:MOST_NUMBERS],
    }


def _told(actor: Actor, head: reviews.ResultHead, org: people.OrgView | None) -> tuple[reviews.Explanation, str]:
    """The frozen result where there is one, else how things stand now."""
    if head.state == "not_scored":
        told, _head = reviews.live_explanation(actor=actor, enrolment_id=head.enrolment_id, org=org)
        return told, reverse("home:why-now", args=[head.enrolment_id])
    told, _head = reviews.explanation(actor=actor, result_id=head.result_id, org=org)
    return told, reverse("home:why", args=[head.result_id])


def _chosen(heads: Sequence[reviews.ResultHead], wanted: str) -> reviews.ResultHead | None:
    """The cycle asked for; else the newest one that has numbers."""
    named = next((h for h in heads if str(h.cycle_id) == wanted), None)
    return named or next((h for h in heads if h.state != "no_sheet"), heads[0] if heads else None)


def _tabs(
    heads: Sequence[reviews.ResultHead], chosen: reviews.ResultHead | None, path: str
) -> list[tuple[str, str, bool]]:
    """(label, address, current) of the newest cycles."""
    shown = heads[:3]
    if chosen is not None and chosen not in shown:
        shown = [*heads[:2], chosen]
    return [
        (
            cycle_words(h),
            f"{path}?cycle={h.cycle_id}",
            chosen is not None and h.enrolment_id == chosen.enrolment_id,
        )
        for h in shown
    ]


def cycle_words(head: reviews.ResultHead) -> str:
    """The period's name, and where the person's result in it stands."""
    period = {"period": period_name(head.period_code, head.from_on)}
    if head.finalized_at is not None:
        return _("%(period)s 已归档") % period
    return (_("%(period)s 进行中") if head.state == "not_scored" else _("%(period)s 算分中")) % period


def period_name(code: str, first: date) -> str:
    """ "3 月", "2025 年 12 月", "一季度", "2025Q4" for a reader today."""
    this_year = first.year == clock.today().year
    if "Q" in code:
        quarters = (_("一季度"), _("二季度"), _("三季度"), _("四季度"))
        return str(quarters[(first.month - 1) // 3]) if this_year else code
    if len(code) == 7:
        month = month_word(first)
        name = _("%(month)s 月") % {"month": month}
        return name if this_year else _("%(year)s 年 %(month)s 月") % {"year": first.year, "month": month}
    return code


def heading(told: reviews.Explanation, head: reviews.ResultHead) -> str:
    """The answer, not the page's name: how the numbers stand."""
    when = period_name(head.period_code, head.from_on)
    chips: Counter[str] = Counter("close" if n.standing.chip == "on_time" else n.standing.chip for n in told.lines)
    n = len(told.lines)
    words = {
        "ahead": (_("%(n)s 个到目标"), ngettext("%(when)s，%(n)s 个数都到目标", "%(when)s，%(n)s 个数都到目标", n)),
        "close": (_("%(n)s 个差一点"), ngettext("%(when)s，%(n)s 个数都差一点", "%(when)s，%(n)s 个数都差一点", n)),
        "behind": (
            _("%(n)s 个没到目标"),
            ngettext("%(when)s，%(n)s 个数都没到目标", "%(when)s，%(n)s 个数都没到目标", n),
        ),
        "waiting": (_("%(n)s 个待数据"), ngettext("%(when)s，%(n)s 个数都待数据", "%(when)s，%(n)s 个数都待数据", n)),
    }
    found = [chip for chip in words if chips[chip]]
    if len(found) == 1 and chips[found[0]] == n:
        return words[found[0]][1] % {"when": when, "n": n}
    parts = _("，").join(words[chip][0] % {"n": chips[chip]} for chip in found)
    return _("%(when)s，%(parts)s") % {"when": when, "parts": parts}


def score_pieces(told: reviews.Explanation) -> list[ScorePiece]:
    """The score's bar: one piece per line that counts."""
    return [
        ScorePiece(
            label=say(n.name),
            weight_pct=n.weight_ratio * 100,
            score_pct=(1 - n.lost_ratio) * 100 if n.score else 0.0,
        )
        for n in told.lines
    ]


def number_cards(told: reviews.Explanation, href: str) -> list[NumberCard]:
    """The lines as number cards, heaviest first."""
    fresh = _freshness(told)
    lines = sorted(told.lines, key=lambda n: (-n.weight_ratio, n.no))
    return [_card(n, f"{href}#line-{n.no}", fresh) for n in lines]


def _card(n: reviews.ExplainedLine, href: str, fresh: Mapping[str, Freshness]) -> NumberCard:
    state = State(n.standing.chip)
    value, _space, unit = say(n.actual).partition(" ")
    known = n.actual_value is not None
    rate = n.metric.unit_of.dimension == "percent" or n.direction == "lower"
    target = say(n.target)
    counted = say(n.sum).split(" = ")[0].replace(" ÷ ", " / ")
    whole = n.has_ratio and n.target_value == n.measure_scale
    numerator_unit = label_in(UNITS[n.metric.inputs[0].unit], language(), counted.rpartition(" ")[2])
    incomplete = [i for i in n.inputs if not i.is_complete]
    note = ""
    if incomplete:
        first = incomplete[0]
        days = {"covered": first.covered_days, "expected": first.expected_days}
        note = (
            ngettext(
                "到了 %(covered)s/%(expected)s 天的数", "到了 %(covered)s/%(expected)s 天的数", first.expected_days or 0
            )
            % days
        )
    return NumberCard(
        name=say(n.name),
        href=href,
        weight=f"{n.weight_pct} %",
        chip=Chip(state=state, word=say(n.standing.word)),
        actual=value if known else None,
        unit=unit,
        beside=(f"{counted} {numerator_unit}".strip() if whole else _("目标 %(t)s") % {"t": target})
        if target and known
        else "",
        bar=_bar(n, state, rate=rate and not whole),
        sentence=say(n.standing.sentence),
        note=note,
        freshness=fresh.get(n.metric.sources[0]),
    )


def _bar(n: reviews.ExplainedLine, state: State, *, rate: bool) -> Bar:
    if n.actual_value is None or n.target_value is None:
        return Bar(at_pct=None)
    if not rate:
        share = n.actual_value / n.target_value * 100 if n.target_value else 0.0
        return Bar(at_pct=share, tick_pct=None, state=state)
    span = max(abs(n.target_value) * 0.1, abs(n.actual_value - n.target_value) * 1.5, 1e-9)
    if n.target_value == 0:
        return Bar(
            at_pct=min(n.actual_value / (3 * max(1.0, n.actual_value / 2)) * 100, 100),
            tick_pct=0.5,
            scale=True,
            state=state,
        )
    low = n.target_value - 2 * span
    return Bar(at_pct=(n.actual_value - low) / (3 * span) * 100, tick_pct=200 / 3, scale=True, state=state)


def _freshness(told: reviews.Explanation) -> dict[str, Freshness]:
    codes = sorted({code for n in told.lines for code in n.metric.sources})
    return {f.source_code: _fresh(f) for f in sources.freshness_many(codes=codes, known_at=told.known_at)}


def _fresh(f: sources.Freshness) -> Freshness:
    when = near_text(clock.local(f.applied_at), clock.today()) if f.applied_at else _("还没有数据")
    days = f.days_late
    late = ngettext("%(n)s 天没更新", "%(n)s 天没更新", days) % {"n": days} if f.is_late else ""
    return Freshness(source=f.label, when=when, late=late)


def _greeting(name: str) -> str:
    hour = clock.local(clock.now()).hour
    words = _("早上好") if hour < 11 else _("中午好") if hour < 13 else _("下午好") if hour < 18 else _("晚上好")
    given = name[1:] if len(name) in (2, 3) and "·" not in name else name
    given = given if len(given) == 2 else name
    return _("%(name)s，%(words)s") % {"name": given, "words": words}
