"""新建我的公司: a name is all it takes. The answer shows the recovery code, once."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth import login
from django.contrib.sessions.backends.db import SessionStore
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import get_script_prefix, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from jiyu.core import company
from jiyu.core.access import public
from jiyu.core.actor import Actor
from jiyu.core.company import Company
from jiyu.core.errors import DomainError, NotAllowedError, NotVisibleError
from jiyu.core.forms import on_form
from jiyu.core.ids import uuid7
from jiyu.core.machine import may_found
from jiyu.core.middleware import SESSION_KEY, SessionElsewhere
from jiyu.core.once import ONCE_FIELD, never_repeated
from jiyu.home.coming_in import BACKEND
from jiyu.people import public as people
from jiyu.people.models import Account


@public("whoever sits at the machine may begin; refused elsewhere, and in a company that is somebody's")
@require_http_methods(["GET", "POST"])
@never_repeated
def new_company(request: HttpRequest) -> HttpResponse:
    """The form; sent, the company on trial with its maker signed in as owner. Sent twice, the same company."""
    here = company.current_or_none()
    if here is not None and not here.demo:
        raise NotVisibleError
    if not may_found(request):
        raise NotAllowedError(
            _("这里不能新建公司"),
            fix=_("到装绩语的机器上打开这一页，或请 IT 放开（JIYU_NEW_COMPANIES=anybody）"),
        )
    if request.method != "POST":
        return render(request, "home/new_company.html", {"here": here})
    typed = request.POST.get("name", "")
    try:
        founded = people.company_found(
            actor=Actor.system("new company"),
            name=typed,
            on_trial=True,
            form_key=request.POST.get(ONCE_FIELD) or str(uuid7()),
        )
    except DomainError as refused:
        context = {"here": here, "error": on_form(refused), "typed": typed}
        return render(request, "home/new_company.html", context, status=refused.status)
    made = founded.company
    with company.active(made):
        session = _session_of(founded.owner.account, request)
    response = shown_once(request, made, founded.owner.code, is_new=True)
    response.session_elsewhere = SessionElsewhere(made, session)  # type: ignore[attr-defined]
    return response


def shown_once(request: HttpRequest, of: Company, code: str, *, is_new: bool) -> HttpResponse:
    """The page that tells a recovery code: the only place it ever stands."""
    context = {
        "of": of,
        "code": code,
        "is_new": is_new,
        "begin_url": address_in(of, "home:begin"),
        "recover_url": request.build_absolute_uri(address_in(of, "home:recover")),
        "start_url": address_in(of, "home:start"),
    }
    return render(request, "home/recovery_code.html", context)


def address_in(of: Company, url_name: str) -> str:
    """The address of a page in a company that need not be the active one."""
    return f"{of.prefix}/{reverse(url_name).removeprefix(get_script_prefix())}"


def _session_of(account: Account, request: HttpRequest) -> str:
    """A session of the active company with the account signed in; returns its key."""
    fresh = HttpRequest()
    fresh.session = SessionStore()
    login(fresh, account, backend=BACKEND)
    people.signin.session_begin(
        session=fresh.session,
        account=account,
        way=people.signin.TERMINAL,
        agent=request.headers.get("User-Agent", ""),
        device_id=None,
    )
    if request.LANGUAGE_CODE in dict(settings.LANGUAGES):
        fresh.session[SESSION_KEY] = request.LANGUAGE_CODE
    fresh.session.save()
    return str(fresh.session.session_key)
