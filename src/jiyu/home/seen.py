"""确认 and 异议 from 我的一页: one button, or which number and why."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from jiyu.core.access import ActorRequest, requires
from jiyu.core.errors import DomainError, NotVisibleError
from jiyu.core.forms import on_form, whole_number
from jiyu.home.my_page import period_name
from jiyu.reviews import public as reviews


@requires(reviews.ACKNOWLEDGE)
@require_POST
def acknowledge(request: ActorRequest, enrolment_id: UUID, result_id: UUID) -> HttpResponse:
    """没问题，确认."""
    try:
        reviews.acknowledge(actor=request.actor, enrolment_id=enrolment_id, result_id=result_id)
    except DomainError as error:
        messages.warning(request, on_form(error).sentence)
    else:
        messages.success(request, _("收到。确认只表示看过数，不影响你提异议。"))
    return redirect("home:me")


@requires(reviews.ACKNOWLEDGE)
@require_http_methods(["GET", "POST"])
def object_to(request: ActorRequest, result_id: UUID) -> HttpResponse:
    """哪里不对: one number of the own result, a reason, a sentence if wanted."""
    told, head = reviews.explanation(actor=request.actor, result_id=result_id)
    if told.subject != request.actor.person_id:
        raise NotVisibleError
    given = request.POST if request.method == "POST" else request.GET
    typed = {name: given.get(name, "") for name in ("line", "reason", "text")}
    error: DomainError | None = None
    if request.method == "POST":
        try:
            reviews.objection_raise(
                actor=request.actor,
                enrolment_id=head.enrolment_id,
                result_id=result_id,
                line=whole_number(typed["line"]),
                reason=typed["reason"],
                text=typed["text"],
            )
        except DomainError as refused:
            error = on_form(refused)
        else:
            messages.success(request, _("收到。管这个数的人 2 个工作日内回答，结果会写在这里。"))
            return redirect("home:me")
    context: dict[str, Any] = {
        "told": told,
        "period_name": period_name(head.period_code, head.from_on),
        "typed": typed,
        "reasons": list(reviews.REASONS.items()),
        "error": error,
        "back": reverse("home:me"),
    }
    return render(request, "home/object.html", context, status=error.status if error else 200)


@requires(reviews.ACKNOWLEDGE)
@require_POST
def objection_withdraw(request: ActorRequest, objection_id: UUID) -> HttpResponse:
    """Take the own objection back."""
    reviews.objection_withdraw(actor=request.actor, objection_id=objection_id)
    messages.success(request, _("收回了。"))
    return redirect("home:me")
