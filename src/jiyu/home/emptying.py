"""一键清空: the owner takes a company on trial away with everything."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.sessions.backends.db import SessionStore
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from jiyu.core import company
from jiyu.core.access import ActorRequest, requires
from jiyu.core.errors import DomainError, NotVisibleError
from jiyu.core.forms import on_form
from jiyu.core.once import never_repeated
from jiyu.people import public as people


def _not_in_the_demo(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """No such page in the demo, whoever asks."""

    @wraps(view)
    def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        here = company.current_or_none()
        if here is None or here.demo:
            raise NotVisibleError
        return view(request, *args, **kwargs)

    return checked


@_not_in_the_demo
@requires(people.EMPTY_COMPANY)
@require_http_methods(["GET", "POST"])
@never_repeated
def empty(request: ActorRequest) -> HttpResponse:
    """The form that asks for the company's name; typed right, nothing of the company is left."""
    here = company.current()
    if request.method != "POST":
        return render(request, "home/empty.html", {"here": here})
    try:
        people.company_empty(actor=request.actor, typed_name=request.POST.get("name", ""))
    except DomainError as refused:
        context = {"here": here, "error": on_form(refused), "typed": request.POST.get("name", "")}
        return render(request, "home/empty.html", context, status=refused.status)
    # From here on nothing may be read: the session is gone with all the rest, its cookie goes with this answer.
    request.session = SessionStore()
    return render(request, "home/emptied.html", {"name": here.name, "start_url": "/"})
