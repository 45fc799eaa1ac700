"""Beginning and ending a session: the same few steps for every way in."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from django.contrib.auth import login, logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from jiyu.core import clock
from jiyu.core.actor import Actor
from jiyu.core.middleware import SESSION_KEY
from jiyu.people import public as people
from jiyu.people.models import Account

BACKEND = "django.contrib.auth.backends.ModelBackend"
PDA_COOKIE, PHONE_COOKIE = "jiyu_pda", "jiyu_phone"
_COOKIE_SECONDS = 400 * 24 * 3600


def begin(request: HttpRequest, account: Account, *, way: str, device_id: UUID | None = None) -> None:
    """Sign `account` in with a session that is new in key and content: nobody can have laid it there before, and nothing
    of whoever was here is left."""
    with language_kept(request):
        request.session.flush()
        login(request, account, backend=BACKEND)
    people.signin.session_begin(
        session=request.session,
        account=account,
        way=way,
        agent=request.headers.get("User-Agent", ""),
        device_id=device_id,
    )


def come_in(request: HttpRequest, account: Account, *, way: str) -> HttpResponse:
    """Sign `account` in and go to the page it comes for."""
    begin(request, account, way=way)
    actor = people.actor_of(account)
    if actor.person_id is not None and not actor.grants and _leads(actor):
        return redirect("home:team")
    return redirect(landing(actor))


def go_out(request: HttpRequest) -> None:
    """End the session; only the chosen language stays."""
    with language_kept(request):
        logout(request)


def landing(actor: Actor) -> str:
    """The page an actor comes for."""
    if actor.person_id is None:
        return "home:begin"
    if actor.has_role("hr"):
        return "reviews:cycles"
    return "home:company" if actor.has_role("executive") else "home:me"


def address_of(request: HttpRequest) -> str:
    """The network address a request came from; behind a proxy that is the proxy's: its users then share one counter."""
    return str(request.META.get("REMOTE_ADDR", ""))


def terminal(request: HttpRequest) -> people.signin.KnownDevice | None:
    """The registered shared terminal this browser is, if it is one."""
    return people.signin.device_of(secret=request.COOKIES.get(PDA_COOKIE, ""))


def keep_cookie(request: HttpRequest, response: HttpResponse, name: str, secret: str) -> None:
    """A cookie by which a device is known again: for this company only, out of reach of scripts."""
    response.set_cookie(
        name,
        secret,
        max_age=_COOKIE_SECONDS,
        path=request.META.get("SCRIPT_NAME", "") or "/",
        secure=request.is_secure(),
        httponly=True,
        samesite="Lax",
    )


@contextmanager
def language_kept(request: HttpRequest) -> Iterator[None]:
    """Signing in or out begins a new session; the language somebody chose goes with them."""
    chosen = request.session.get(SESSION_KEY)
    yield
    if chosen:
        request.session[SESSION_KEY] = chosen


def _leads(actor: Actor) -> bool:
    org = people.org_on(on=clock.today(), known_at=clock.now())
    return bool(actor.person_id and people.LeadTree(org).reports.get(actor.person_id))
