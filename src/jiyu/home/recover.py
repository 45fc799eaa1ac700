"""The owner comes in again by the recovery code, or takes a new one."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_POST

from jiyu.core import company
from jiyu.core.access import ActorRequest, public, requires
from jiyu.core.errors import DomainError, NotVisibleError
from jiyu.core.forms import on_form
from jiyu.core.once import ONCE_FIELD, never_repeated
from jiyu.home.coming_in import begin
from jiyu.home.new_company import shown_once
from jiyu.people import public as people


@public("the recovery code is the sign-in; the demo has none")
@require_http_methods(["GET", "POST"])
@never_repeated
def recover(request: HttpRequest) -> HttpResponse:
    """Type the code; right, and its owner is in and sees the next one."""
    here = company.current_or_none()
    if here is None or here.demo:
        raise NotVisibleError
    if request.method != "POST":
        return render(request, "home/recover.html", {"here": here})
    try:
        found = people.recovery_use(
            code=request.POST.get("code", ""),
            form_key=request.POST.get(ONCE_FIELD, ""),
            address=request.META.get("REMOTE_ADDR", ""),
        )
    except DomainError as refused:
        context = {"here": here, "error": on_form(refused)}
        return render(request, "home/recover.html", context, status=refused.status)
    begin(request, found.account, way=people.signin.RECOVERY)
    return shown_once(request, here, found.code, is_new=False)


@requires(people.RENEW_RECOVERY)
@require_POST
@never_repeated
def renew(request: ActorRequest) -> HttpResponse:
    """A new code for the owner who is signed in; the one before is void."""
    here = company.current_or_none()
    if here is None or here.demo:
        raise NotVisibleError
    return shown_once(request, here, people.recovery_renew(actor=request.actor).code, is_new=False)
