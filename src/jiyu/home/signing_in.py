"""Number and password, a link on one's own phone, and 我的登录: password and devices."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from jiyu.core import company
from jiyu.core.access import ActorRequest, public, requires
from jiyu.core.errors import DomainError, NotAllowedError, TooManyError
from jiyu.core.forms import on_form
from jiyu.core.machine import is_this_machine
from jiyu.core.middleware import with_retry_after
from jiyu.core.once import never_repeated
from jiyu.home.coming_in import PHONE_COOKIE, address_of, begin, come_in, go_out, keep_cookie
from jiyu.people import public as people
from jiyu.people.models import Account

signin = people.signin


@public("the way in by number and password")
@never_repeated
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """工号和密码. What is refused comes back with the number as it was typed, never the password."""
    context: dict[str, Any] = {"here": company.current_or_none()}
    if request.method != "POST":
        return render(request, "home/start.html", context)
    handle = request.POST.get("handle", "")
    try:
        account = signin.password_sign_in(
            handle=handle, password=request.POST.get("password", ""), address=address_of(request)
        )
    except DomainError as error:
        context |= {"error": error, "handle": handle[:64]}
        return with_retry_after(render(request, "home/start.html", context, status=error.status), error)
    return come_in(request, account, way=signin.PASSWORD)


@public("the link is the way in")
@never_repeated
@require_http_methods(["GET", "POST"])
def invited(request: HttpRequest, secret: str) -> HttpResponse:
    """A link for one's own phone. Opening shows a button: what previews links in a chat must not become its device."""
    if not (is_this_machine(request) or signin.is_lan_open()):
        raise NotAllowedError(_("现在只能在装绩语的机器上打开链接"), fix=_("请 HR 在“谁能进来”里打开局域网地址"))
    if request.method == "POST":
        device = request.COOKIES.get(PHONE_COOKIE, "") or signin.token()
        account = signin.invitation_use(secret=secret, device=device, address=address_of(request))
        begin(request, account, way=signin.LINK)
        response = redirect("home:me" if account.has_usable_password() else "home:account")
        keep_cookie(request, response, PHONE_COOKIE, device)
        return response
    greeting = signin.invitation_greeting(secret=secret)
    context = {"here": company.current_or_none(), "greeting": greeting}
    return render(request, "home/invited.html", context, status=200 if greeting else 403)


@requires(people.SEE_OWN)
@require_GET
def account(request: ActorRequest) -> HttpResponse:
    """我的登录: a password of one's own, and where one is signed in."""
    return _account(request)


def _account(request: ActorRequest, error: DomainError | None = None) -> HttpResponse:
    own = signin.own_account(request.actor)
    context = {
        "has_password": own.has_usable_password(),
        "asks_current": _asks_current(request, own),
        "sessions": signin.session_list(actor=request.actor, current=request.session.session_key or ""),
        "handle": own.handle if own.person_id is None else "",
        "error": error,
    }
    page = render(request, "home/account.html", context, status=error.status if error else 200)
    return with_retry_after(page, error)


@requires(people.SEE_OWN)
@never_repeated
@require_POST
def password(request: ActorRequest) -> HttpResponse:
    """Set one's own password; every other session of the account ends by it."""
    if getattr(request, "is_shared_device", False):
        raise NotAllowedError(_("共用的设备上不能设密码"), fix=_("用自己的手机或电脑来设"))
    own = signin.own_account(request.actor)
    current = request.POST.get("current", "") if _asks_current(request, own) else None
    try:
        changed = signin.password_set(
            actor=request.actor,
            password=request.POST.get("password", ""),
            again=request.POST.get("again", ""),
            current=current,
        )
    except TooManyError as refused:
        return _account(request, refused)
    except DomainError as refused:
        return _account(request, on_form(refused))
    before = request.session.session_key or ""
    update_session_auth_hash(request, changed)
    signin.session_moved(before=before, session=request.session)
    messages.success(request, _("密码设好了。下次用工号和密码进来。"))
    return redirect("home:account")


@requires(people.SEE_OWN)
@require_POST
def session_end(request: ActorRequest, session_id: UUID) -> HttpResponse:
    """Sign one of the own sessions out; this one too."""
    signin.session_end(actor=request.actor, session_id=session_id)
    if not request.session.exists(request.session.session_key or ""):
        go_out(request)
        return redirect("home:start")
    return redirect("home:account")


def _asks_current(request: ActorRequest, own: Account) -> bool:
    return own.has_usable_password() and not signin.session_is_fresh_by_link(request.session)
