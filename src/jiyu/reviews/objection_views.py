"""The queue of objections: for whoever answers for the data, and for HR."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from jiyu.core import clock
from jiyu.core.access import ActorRequest, requires
from jiyu.core.errors import DomainError
from jiyu.core.forms import on_form
from jiyu.people.public import org_on
from jiyu.reviews.objecting import VERDICTS, objection_answer, objections_to_answer
from jiyu.reviews.policies import ANSWER_OBJECTIONS


@requires(ANSWER_OBJECTIONS)
@require_http_methods(["GET", "POST"])
def objections(request: ActorRequest) -> HttpResponse:
    """Objections that wait for the reader's answer, and answering one."""
    error: DomainError | None = None
    answering = request.POST.get("objection", "")
    if request.method == "POST":
        try:
            objection_answer(
                actor=request.actor,
                objection_id=_id(answering),
                verdict=request.POST.get("verdict", ""),
                text=request.POST.get("text", ""),
            )
        except DomainError as refused:
            error = on_form(refused)
        else:
            messages.success(request, _("回答了，对方在自己的一页能看到。"))
            return redirect("reviews:objections")
    found = objections_to_answer(actor=request.actor)
    persons = {p for one in found for p in (one.subject, one.owner) if p is not None}
    org = org_on(on=clock.today(), known_at=clock.now(), only=persons)
    rows = [(one, org.name_of(one.subject), org.name_of(one.owner) if one.owner else "") for one in found]
    late = sum(one.is_late for one in found)
    heading = (
        ngettext("%(n)s 个异议在等你回答", "%(n)s 个异议在等你回答", len(found)) % {"n": len(found)}
        if found
        else _("没有等你回答的异议")
    )
    context = {
        "rows": rows,
        "heading": heading,
        "late": late,
        "verdicts": list(VERDICTS.items()),
        "error": error,
        "answering": answering,
        "typed": request.POST,
    }
    return render(request, "reviews/objections.html", context, status=error.status if error else 200)


def _id(sent: str) -> UUID:
    try:
        return UUID(sent)
    except ValueError as error:
        raise DomainError(
            "reviews.objection_answered", _("这一条已经有回答了"), fix=_("刷新看看"), status=409
        ) from error
