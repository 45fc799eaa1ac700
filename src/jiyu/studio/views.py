"""Pages of rules: modules, what holds for whom, publishing, a second person's word, moving work."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from jiyu.core import clock
from jiyu.core.access import ActorRequest, requires
from jiyu.core.errors import DomainError, NotVisibleError
from jiyu.core.forms import on_form
from jiyu.core.paging import page_of_rows
from jiyu.core.person_facts import choices_on, person_facts
from jiyu.people import public as people
from jiyu.studio import pages
from jiyu.studio.policies import CHANGE_RULES, REBASE_WORK, RELEASE_RULES, SEE_RULES, may_rules
from jiyu.studio.releasing import (
    Order,
    cohort_add,
    proposal_confirm,
    proposal_drop,
    release,
    release_propose,
    slot_add,
)
from jiyu.studio.services import edition_make
from jiyu.studio.work import Move, rebase, rebase_plan, work_behind
from jiyu.ui.parts import Crumb

ASKED = {"studio.release_in_past": "past", "studio.audience_nobody": "nobody"}
"""Refusals that a tick answers, by the name of its field."""


@requires(SEE_RULES)
@require_GET
def modules(request: ActorRequest) -> HttpResponse:
    """All modules."""
    found = pages.modules_page(actor=request.actor)
    context = {"rows": [m for m in found if not m.reads_files], "readings": [m for m in found if m.reads_files]}
    return render(request, "studio/modules.html", context)


@requires(SEE_RULES)
@require_GET
def module(request: ActorRequest, module_code: str) -> HttpResponse:
    """One module: what holds for whom, editions and what changed in each."""
    page = pages.module_page(actor=request.actor, module_code=module_code)
    context = {"page": page, "may_change": may_rules(request.actor, CHANGE_RULES), "way": _way()}
    return render(request, "studio/module.html", context)


@requires(CHANGE_RULES)
@require_POST
def edition_new(request: ActorRequest, module_code: str) -> HttpResponse:
    """Freeze the drafts as the next edition; nothing holds by it yet."""
    edition = edition_make(actor=request.actor, module_code=module_code)
    messages.success(request, _("第 %(no)d 版做好了。还没有发布，谁的规则也没有变。") % {"no": edition.no})
    return redirect("studio:module", module_code)


@requires(RELEASE_RULES)
@require_http_methods(["GET", "POST"])
def publish(request: ActorRequest, module_code: str) -> HttpResponse:
    """Release an edition to somebody from a day, alone or put to a second person."""
    page = _parts_of(request, module_code)
    typed = _publish_typed(request, page)
    error: DomainError | None = None
    if request.method == "POST":
        try:
            return _published(request, page, typed)
        except DomainError as refused:
            error = on_form(refused) if refused.code != "studio.second_person_due" else refused
    asked = [ASKED[one.code] for one in error.several if one.code in ASKED] if error else []
    context = {
        "page": page,
        "typed": typed,
        "error": error,
        "asked": asked,
        "to_second": error is not None and error.code == "studio.second_person_due",
        "way": _way(page),
    }
    return render(request, "studio/publish.html", context, status=422 if error else 200)


@requires(RELEASE_RULES)
@require_POST
def proposal(request: ActorRequest, proposal_id: UUID, act: str) -> HttpResponse:
    """The second person's word on a release, or its author's withdrawal."""
    if act == "publish":
        row = proposal_confirm(actor=request.actor, proposal_id=proposal_id)
        messages.success(request, _("发布了，%(on)s 起生效。") % {"on": row.effective_on})
        return redirect("studio:module", row.slot.module.code)
    dropped = proposal_drop(actor=request.actor, proposal_id=proposal_id)
    messages.success(request, _("这一条不发布了，规则没有变。"))
    return redirect("studio:module", dropped.slot.module.code)


@requires(RELEASE_RULES)
@require_http_methods(["GET", "POST"])
def slot_new(request: ActorRequest, module_code: str) -> HttpResponse:
    """A new audience of a module."""
    page = _parts_of(request, module_code)
    error: DomainError | None = None
    if request.method == "POST":
        try:
            rank = request.POST.get("rank", "")
            slot_add(
                actor=request.actor,
                module_code=module_code,
                rank=int(rank) if rank.isdecimal() and len(rank) < 5 else 0,
                code=f"audience-{rank}",
                audience=_audience(request),
            )
        except DomainError as refused:
            error = on_form(refused)
        else:
            messages.success(request, _("范围加好了。还没有发布，谁的规则也没有变。"))
            return redirect("studio:module", module_code)
    context = {
        "page": page,
        "facts": _facts(request.POST),
        "typed": request.POST,
        "error": error,
        "next_rank": 10 * len([p for p in page.parts if p.cohort_id is None]),
        "way": _way(page),
    }
    return render(request, "studio/slot_new.html", context, status=422 if error else 200)


@requires(RELEASE_RULES)
@require_http_methods(["GET", "POST"])
def cohort_new(request: ActorRequest, module_code: str) -> HttpResponse:
    """A part of an audience that tries something of its own: a list, or a share drawn by lot."""
    page = _parts_of(request, module_code)
    error: DomainError | None = None
    if request.method == "POST":
        try:
            slot_id = _one_of(request.POST.get("slot", ""), page)[0]
            by, share = request.POST.get("by", ""), request.POST.get("share", "").strip().rstrip("%％")
            members: list[str] | None = None
            if not share:
                members = (
                    request.POST.getlist(f"fact-{by}") if by else _numbered(request, request.POST.get("named", ""))
                )
            cohort_add(
                actor=request.actor,
                slot_id=slot_id,
                name={"zh": request.POST.get("name", "").strip() or _("试行")},
                by=by,
                members=members,
                pct_bp=_basis_points(share) if share else None,
            )
        except DomainError as refused:
            error = on_form(refused)
        else:
            messages.success(request, _("试行的人群加好了。还没有发布，谁的规则也没有变。"))
            return redirect("studio:module", module_code)
    context = {"page": page, "facts": _facts(request.POST), "typed": request.POST, "error": error, "way": _way(page)}
    return render(request, "studio/cohort_new.html", context, status=422 if error else 200)


@requires(SEE_RULES)
@require_GET
def holders(request: ActorRequest, module_code: str) -> HttpResponse:
    """Who is on which edition, and since when."""
    page = pages.module_head(actor=request.actor, module_code=module_code)
    found = pages.holders(actor=request.actor, module_code=module_code)
    query = request.GET.get("q", "").strip()
    shown = page_of_rows([h for h in found if h.person.answers_to(query)], request.GET.get("page"))
    counts: dict[int, int] = {}
    for holder in found:
        counts[holder.edition_no] = counts.get(holder.edition_no, 0) + 1
    context = {"page": page, "shown": shown, "query": query, "counts": sorted(counts.items()), "way": _way(page)}
    return render(request, "studio/holders.html", context)


@requires(REBASE_WORK)
@require_http_methods(["GET", "POST"])
def rebase_work(request: ActorRequest, module_code: str) -> HttpResponse:
    """换版: the dry run of moving work that is behind, and moving it."""
    page = pages.module_head(actor=request.actor, module_code=module_code)
    error: DomainError | None = None
    if request.method == "POST":
        try:
            done = rebase(
                actor=request.actor,
                module_code=module_code,
                reason=request.POST.get("reason", ""),
                seen=_seen(request.POST),
            )
        except DomainError as refused:
            error = on_form(refused)
        else:
            n = len(done.moved)
            words = ngettext("%(n)d 份换好了，旧的还看得到。", "%(n)d 份换好了，旧的还看得到。", n)
            messages.success(request, words % {"n": n})
            return redirect("studio:rebase", module_code)
    behind = page_of_rows(work_behind(actor=request.actor, module_code=module_code), request.GET.get("page"))
    planned = rebase_plan(actor=request.actor, behind=behind.rows)
    org = people.org_on(on=clock.today(), known_at=clock.now(), only=[one.work.subject for one in behind.rows])
    context = {
        "page": page,
        "pages": behind,
        "rows": [(one, org.name_of(one.behind.work.subject)) for one in planned],
        "moves": sum(one.plan.move is Move.MOVES for one in planned),
        "error": error,
        "reason": request.POST.get("reason", ""),
        "way": _way(page),
    }
    return render(request, "studio/rebase.html", context, status=error.status if error else 200)


def _published(request: ActorRequest, page: pages.ModuleHead, typed: dict[str, str]) -> HttpResponse:
    slot_id, cohort_id = _one_of(typed["part"], page)
    edition = next((e.pk for e in page.editions if str(e.pk) == typed["edition"]), None)
    if edition is None and typed["edition"] != "none":
        raise DomainError("studio.edition_unnamed", _("选要发布的一版"), path="edition")
    order = Order(
        module_code=page.code,
        edition_id=edition,
        effective_on=_day(typed["on"]),
        reason=typed["reason"],
        slot_id=slot_id,
        cohort_id=cohort_id,
    )
    after = _uuid(typed["after"]) if typed["after"] else None
    meant = {"past_is_meant": bool(typed["past"]), "nobody_is_meant": bool(typed["nobody"])}
    if request.POST.get("do") == "propose":
        release_propose(actor=request.actor, order=order, after=after, **meant)
        messages.success(request, _("提出来了。另一位 HR 看过并发布之后才生效。"))
    else:
        row = release(
            actor=request.actor,
            module_code=order.module_code,
            edition_id=order.edition_id,
            effective_on=order.effective_on,
            reason=order.reason,
            slot_id=order.slot_id,
            cohort_id=order.cohort_id,
            after=after,
            **meant,
        )
        said = _("发布了，%(on)s 起生效。做好的表和结果没有变。") % {"on": row.effective_on}
        messages.success(request, said + (_("公司只有一位 HR，记为无第二人。") if row.is_alone else ""))
    return redirect("studio:module", page.code)


def _publish_typed(request: ActorRequest, page: pages.ModuleHead) -> dict[str, str]:
    """What the form says, or starts from."""
    given = request.POST if request.method == "POST" else request.GET
    part = given.get("part", "") or next(p.key for p in page.parts if not p.whom)
    shown = next((p for p in page.parts if p.key == part), None)
    newest = max(shown.releases, key=lambda r: r.no).release_id if shown and shown.releases else ""
    return {
        "part": part,
        "edition": given.get("edition", "") or (str(page.editions[0].pk) if page.editions else ""),
        "on": given.get("on", "") or clock.today().isoformat(),
        "reason": given.get("reason", ""),
        "after": given.get("after", str(newest)) if request.method == "POST" else str(newest),
        "past": given.get("past", ""),
        "nobody": given.get("nobody", ""),
    }


def _parts_of(request: ActorRequest, module_code: str) -> pages.ModuleHead:
    """The module with its audiences; the frame names the reader from the organisation that was read for them."""
    request.org_now = people.org_on(on=clock.today(), known_at=clock.now())  # type: ignore[attr-defined]
    return pages.module_parts(actor=request.actor, module_code=module_code, org=request.org_now)  # type: ignore[attr-defined]


def _one_of(key: str, page: pages.ModuleHead) -> tuple[UUID, UUID | None]:
    part = next((p for p in page.parts if p.key == key), None)
    if part is None:
        raise NotVisibleError
    return part.slot_id, part.cohort_id


def _day(typed: str) -> date:
    try:
        return date.fromisoformat(typed.strip())
    except ValueError as error:
        raise DomainError("studio.day", _("看不懂这个日期"), fix=_("写成 2026-04-01 这样"), path="on") from error


def _audience(request: ActorRequest) -> dict[str, object]:
    name = request.POST.get("name", "").strip()
    if not name:
        raise DomainError("studio.audience_name", _("给这个范围起个名字"), path="name")
    conditions = [
        {"fact": code, "any_of": values, "is_not": bool(request.POST.get(f"not-{code}"))}
        for code in person_facts()
        if (values := request.POST.getlist(f"fact-{code}"))
    ]
    return {"label": {"zh": name}, "all_of": conditions, "named": _numbered(request, request.POST.get("named", ""))}


def _numbered(request: ActorRequest, typed: str) -> list[str]:
    """The persons of the employee numbers in a text."""
    numbers = typed.replace("，", " ").replace(",", " ").replace("、", " ").split()
    today = clock.today()
    return [str(people.person_numbered(actor=request.actor, employee_no=n, on=today).id) for n in numbers]


def _basis_points(share: str) -> int:
    whole, _dot, part = share.partition(".")
    if not (whole + part).isdecimal() or len(part) > 2 or len(whole) > 3:
        raise DomainError("studio.share_range", _("比例写成 10 或 12.5 这样的百分数"), path="share")
    return int(whole or 0) * 100 + int(part.ljust(2, "0") or 0)


def _facts(posted: QueryDict) -> list[dict[str, object]]:
    """The facts an audience may ask, with the values there are and those that were ticked."""
    choices = choices_on(clock.today(), clock.now())
    return [
        {
            "code": fact.code,
            "label": fact.label,
            "is_single": fact.is_single,
            "choices": choices[fact.code],
            "ticked": posted.getlist(f"fact-{fact.code}"),
            "is_not": bool(posted.get(f"not-{fact.code}")),
        }
        for fact in person_facts().values()
    ]


def _seen(posted: QueryDict) -> dict[UUID, UUID]:
    """{work: edition} of the ticked rows."""
    seen = {}
    for value in posted.getlist("work"):
        work, _colon, edition = value.partition(":")
        seen[_uuid(work)] = _uuid(edition)
    if not seen:
        raise DomainError("studio.rebase_nothing", _("还没有选要换的"), path="work")
    return seen


def _uuid(sent: str) -> UUID:
    """What a hidden field of ours carries; anything else is nothing that is there."""
    try:
        return UUID(sent)
    except ValueError as error:
        raise NotVisibleError from error


def _way(page: pages.ModuleHead | None = None) -> list[Crumb]:
    way = [Crumb(label=_("规则"), href=reverse("studio:modules"))]
    if page is not None:
        way.append(Crumb(label=page.name, href=reverse("studio:module", args=[page.code])))
    return way
