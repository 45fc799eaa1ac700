"""Pages of cycles, for HR."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from jiyu.core import clock
from jiyu.core.access import ActorRequest, requires
from jiyu.core.errors import DomainError
from jiyu.core.forms import on_form
from jiyu.core.once import long_write
from jiyu.people.public import org_on
from jiyu.reviews.cycle_people import cycle_people
from jiyu.reviews.models import Cycle
from jiyu.reviews.pages import cycle_page
from jiyu.reviews.policies import RUN_CYCLES, SEE_CYCLES, may_run
from jiyu.reviews.selectors import cycle_list
from jiyu.reviews.services import cycle_finalize, cycle_open, cycle_score, cycle_set_cutoff
from jiyu.studio.public import modules_with


@requires(SEE_CYCLES)
@require_GET
def cycles(request: ActorRequest) -> HttpResponse:
    """All cycles, newest first."""
    rows = cycle_list(actor=request.actor)
    running = [c for c, _n in rows if c.state != Cycle.FINALIZED]
    heading = (
        ngettext("%(n)s 个周期在进行", "%(n)s 个周期在进行", len(running)) % {"n": len(running)}
        if running
        else _("没有进行中的周期")
        if rows
        else _("还没有考核周期")
    )
    return render(request, "reviews/cycles.html", {"rows": rows, "heading": heading})


@requires(SEE_CYCLES)
@require_GET
def cycle(request: ActorRequest, cycle_id: UUID) -> HttpResponse:
    """One cycle: where it stands, who waits, what to do next."""
    return _cycle(request, cycle_id)


def _cycle(
    request: ActorRequest, cycle_id: UUID, *, error: DomainError | None = None, cutoff: str = ""
) -> HttpResponse:
    """Its page; `cutoff` as typed where it is refused."""
    org = org_on(on=clock.today(), known_at=clock.now())
    request.org_now = org  # type: ignore[attr-defined]  # the frame names the reader from it
    page = cycle_page(actor=request.actor, cycle_id=cycle_id, org=org)
    context = {"page": page, "may_run": may_run(request.actor), "error": error, "cutoff": cutoff}
    return render(request, "reviews/cycle.html", context, status=error.status if error else 200)


@requires(SEE_CYCLES)
@require_GET
def cycle_people_list(request: ActorRequest, cycle_id: UUID) -> HttpResponse:
    """The people of a cycle, group by group, each with the way to their why."""
    org = org_on(on=clock.today(), known_at=clock.now())
    request.org_now = org  # type: ignore[attr-defined]  # the frame names the reader from it
    asked = request.GET
    found = cycle_people(
        actor=request.actor, cycle_id=cycle_id, org=org, group=asked.get("of", ""), query=asked.get("q", ""),
        page=asked.get("page"),
    )  # fmt: skip
    return render(request, "reviews/cycle_people.html", {"found": found})


@requires(RUN_CYCLES)
@require_http_methods(["GET", "POST"])
def cycle_open_form(request: ActorRequest) -> HttpResponse:
    """Open a cycle: a period and a scheme."""
    modules = modules_with("scheme")
    error: DomainError | None = None
    if request.method == "POST":
        try:
            made = cycle_open(
                actor=request.actor,
                code=f"{request.POST.get('module', '')}-{request.POST.get('period', '')}".lower(),
                label=request.POST.get("label", "").strip() or request.POST.get("period", ""),
                period_code=request.POST.get("period", "").strip(),
                module_code=request.POST.get("module", ""),
            )
        except DomainError as refused:
            error = on_form(refused)
        else:
            return redirect("reviews:cycle", made.pk)
    context = {"modules": modules, "error": error, "typed": request.POST, "this_year": clock.today().year}
    return render(request, "reviews/cycle_open.html", context, status=error.status if error else 200)


@long_write
@requires(RUN_CYCLES)
@require_POST
def cycle_score_post(request: ActorRequest, cycle_id: UUID) -> HttpResponse:
    """Score everybody who is not finalized."""
    done = cycle_score(actor=request.actor, cycle_id=cycle_id)
    words = _("算好了：%(scored)s 人有分，%(waiting)s 人待数据。%(revised)s 人的结果有变化。") % {
        "scored": done.scored,
        "waiting": done.awaiting_data,
        "revised": done.revised,
    }
    messages.info(request, words)
    return redirect("reviews:cycle", cycle_id)


@requires(RUN_CYCLES)
@require_POST
def cycle_cutoff_post(request: ActorRequest, cycle_id: UUID) -> HttpResponse:
    """Set the moment up to which data counts; an empty field lets all data count."""
    typed = request.POST.get("cutoff", "").strip()
    before = Cycle.objects.filter(pk=cycle_id).values_list("state", flat=True).first()
    try:
        cycle = cycle_set_cutoff(actor=request.actor, cycle_id=cycle_id, data_cutoff_at=_moment(typed))
    except DomainError as refused:
        return _cycle(request, cycle_id, error=on_form(refused), cutoff=typed)
    if before == Cycle.SCORED and cycle.state == Cycle.OPEN:
        messages.info(request, _("截止时间改了，再算一次分，结果才按它来。"))
    return redirect("reviews:cycle", cycle_id)


@requires(RUN_CYCLES)
@require_POST
def cycle_finalize_post(request: ActorRequest, cycle_id: UUID) -> HttpResponse:
    """归档: fix the results of everybody who has a score."""
    count = cycle_finalize(actor=request.actor, cycle_id=cycle_id)
    messages.info(request, _("%(n)s 人的结果已归档，之后到的数据不会改动它们。") % {"n": count})
    return redirect("reviews:cycle", cycle_id)


def _moment(typed: str) -> datetime | None:
    """The moment a form says; None for an empty field."""
    try:
        return datetime.fromisoformat(typed).replace(tzinfo=clock.zone()) if typed else None
    except ValueError as error:
        raise DomainError(
            "reviews.cutoff_unreadable",
            _("“%(typed)s”不是时间") % {"typed": typed},
            fix=_("写成 2026-04-07 18:00"),
            path="cutoff",
        ) from error
