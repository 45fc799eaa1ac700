"""The shared terminal: 扫工牌 → PIN → my numbers → 扫工牌. Plain forms, one press one POST; nobody stays behind.

What is under way (whose badge, which step, which digits) lies in the terminal's own session for at most 20 seconds of
doing nothing; opening 扫工牌 empties it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, cast
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from jiyu.core import clock, policy
from jiyu.core.access import ActorRequest, public
from jiyu.core.actor import Actor
from jiyu.core.errors import DomainError
from jiyu.core.middleware import with_retry_after
from jiyu.core.once import never_repeated
from jiyu.home.coming_in import PDA_COOKIE, address_of, begin, go_out, keep_cookie, terminal
from jiyu.home.my_page import own_numbers
from jiyu.home.who import avatar_char
from jiyu.people import public as people

signin = people.signin
KEPT = "pda"
"""Where a terminal's session keeps what is under way."""

PIN, CODE, LEAD_BADGE, LEAD_PIN, NEW, AGAIN = "pin", "code", "lead_badge", "lead_pin", "new", "again"
KEYS = ("1", "2", "3", "4", "5", "6", "7", "8", "9")
Steps = dict[str, Any]


@public("a shared terminal waits for a badge; it reads nothing of anybody")
@never_repeated
@require_http_methods(["GET", "POST"])
def pda(request: HttpRequest) -> HttpResponse:
    """请扫工牌. Opening it signs whoever was here out."""
    device = terminal(request)
    if request.method != "POST" or device is None:
        return _waiting(request, device)
    try:
        found = signin.badge_read(device=device, typed=request.POST.get("badge", ""))
    except DomainError as error:
        return _waiting(request, device, error)
    go_out(request)
    _keep(request, {"person": str(found.person_id), "step": PIN, "digits": ""})
    return redirect("home:pda-pin")


def _waiting(request: HttpRequest, device: signin.KnownDevice | None, error: DomainError | None = None) -> HttpResponse:
    if device is not None:  # a browser that is no terminal keeps its session
        go_out(request)
    context = {"device": device, "error": error, "clock_at": clock.now(), "code": ""}
    page = render(
        request, "home/pda_badge.html" if device else "home/pda_register.html", context,
        status=error.status if error else 200,
    )  # fmt: skip
    return with_retry_after(page, error)


@public("the code is what makes a terminal one of the company's")
@never_repeated
@require_http_methods(["GET", "POST"])
def register(request: HttpRequest, code: str = "") -> HttpResponse:
    """登记这台设备: a code typed or scanned, or the link opened here. Opening shows a button, as for every link."""
    if request.method != "POST":
        return render(request, "home/pda_register.html", {"code": code})
    try:
        secret = signin.device_claim(code=request.POST.get("code", "") or code, address=address_of(request))
    except DomainError as error:
        page = render(request, "home/pda_register.html", {"error": error, "code": code}, status=error.status)
        return with_retry_after(page, error)
    go_out(request)
    response = redirect("home:pda")
    keep_cookie(request, response, PDA_COOKIE, secret)
    return response


@public("whose badge it was still has to show it by a PIN")
@never_repeated
@require_http_methods(["GET", "POST"])
def pin(request: HttpRequest) -> HttpResponse:
    """The keypad, in every step: PIN, printed code, lead's badge and PIN, a new PIN twice."""
    device, steps = terminal(request), _kept(request)
    found = signin.scanned(device=device, person_id=UUID(steps["person"])) if device and steps else None
    if device is None or found is None:
        return redirect("home:pda")
    if request.method != "POST":
        return _keypad(request, steps, found)
    try:
        return _pressed(request, device, steps, found)
    except DomainError as error:
        steps["digits"] = ""
        _keep(request, steps)
        return _keypad(request, steps, found, error)


@public("without a person's session on this terminal it leads to 扫工牌")
@require_GET
def me(request: HttpRequest) -> HttpResponse:
    """The person's own numbers, to read; the place for 确认 and 异议."""
    actor: Actor | None = getattr(request, "actor", None)
    if actor is None:
        return redirect("home:pda")
    policy.require(actor, people.SEE_OWN)
    if not getattr(request, "is_shared_device", False):
        return redirect("home:me")
    context = own_numbers(cast(ActorRequest, request)) | {"idle_seconds": signin.PDA_IDLE_SECONDS}
    return render(request, "home/pda_me.html", context)


def _pressed(request: HttpRequest, device: signin.KnownDevice, steps: Steps, found: signin.Scanned) -> HttpResponse:
    """One button, or the lead's badge."""
    press, step = request.POST.get("press", ""), steps["step"]
    if step == LEAD_BADGE and "badge" in request.POST:
        steps["lead"] = str(
            signin.badge_read(device=replace(device, unit_id=None), typed=request.POST["badge"]).person_id
        )
        return _step(request, steps, LEAD_PIN)
    if press in (CODE, LEAD_BADGE, PIN):
        return _step(request, steps, press)
    if press == "clear":
        steps["digits"] = ""
    elif press == "back":
        steps["digits"] = steps["digits"][:-1]
    elif len(press) == 1 and press in "0123456789":
        steps["digits"] = (steps["digits"] + press)[: signin.CODE_DIGITS]
    is_full = len(steps["digits"]) == _length(device, steps, found)
    if is_full or (press == "done" and step in (NEW, AGAIN) and steps["digits"]):
        return _entered(request, device, steps, found)
    return _step(request, steps, step, keep=True)


def _entered(request: HttpRequest, device: signin.KnownDevice, steps: Steps, found: signin.Scanned) -> HttpResponse:
    """All digits of a step are there."""
    digits, step = steps["digits"], steps["step"]
    person_id = found.person_id
    if step == PIN:
        return _in(request, device, signin.pin_sign_in(device=device, person_id=person_id, pin=digits))
    if step == CODE:
        signin.pin_code_use(device=device, person_id=person_id, code=digits)
        return _step(request, steps, NEW)
    if step == LEAD_PIN:
        signin.pin_reset(device=device, person_id=person_id, lead_id=UUID(steps["lead"]), lead_pin=digits)
        return _step(request, steps, NEW)
    if step == NEW:
        signin.pin_check(digits, person_id)
        steps["first"] = digits
        return _step(request, steps, AGAIN)
    if digits != steps.pop("first", ""):
        steps["step"] = NEW
        raise DomainError("people.pin_differs", _("两次按的不一样"), fix=_("从头再按一次新 PIN"))
    return _in(request, device, signin.pin_set(device=device, person_id=person_id, pin=digits))


def _in(request: HttpRequest, device: signin.KnownDevice, account: Any) -> HttpResponse:
    begin(request, account, way=signin.PIN, device_id=device.id)
    return redirect("home:pda-me")


def _step(request: HttpRequest, steps: Steps, step: str, *, keep: bool = False) -> HttpResponse:
    steps["step"] = step
    steps["digits"] = steps["digits"] if keep else ""
    _keep(request, steps)
    return redirect("home:pda-pin")


def _length(device: signin.KnownDevice, steps: Steps, found: signin.Scanned) -> int:
    """After how many digits a step is answered by itself: six acts are the aim, a button 进去 would be a seventh."""
    step = steps["step"]
    if step == CODE:
        return signin.CODE_DIGITS
    if step == LEAD_PIN:
        lead = signin.scanned(device=replace(device, unit_id=None), person_id=UUID(steps["lead"]))
        return lead.pin_length if lead else signin.SHORTEST_PIN
    if step == PIN:
        return found.pin_length
    return signin.LONGEST_PIN if step == NEW else len(steps.get("first", "")) or signin.LONGEST_PIN


def _keypad(
    request: HttpRequest, steps: Steps, found: signin.Scanned, error: DomainError | None = None
) -> HttpResponse:
    device = terminal(request)
    step = steps["step"]
    length = _length(device, steps, found) if device and step != LEAD_BADGE else 0
    typed = len(steps["digits"])
    titles = {
        PIN: _("输入 PIN"),
        CODE: _("输入纸条上的 8 位码"),
        LEAD_BADGE: _("请班组长扫工牌"),
        LEAD_PIN: _("班组长，输入你的 PIN"),
        NEW: _("选一个新 PIN，4 到 6 位"),
        AGAIN: _("再按一次新 PIN"),
    }
    context = {
        "found": found,
        "char": avatar_char(found.name),
        "step": step,
        "title": titles[step],
        "dots": [place < typed for place in range(length)],
        "said": _("按了 %(n)s 位") % {"n": typed},
        "keys": KEYS,
        "may_finish": step == NEW and typed >= signin.SHORTEST_PIN,
        "error": error,
        "idle_seconds": signin.PDA_IDLE_SECONDS,
        "start": reverse("home:pda"),
    }
    page = render(request, "home/pda_pin.html", context, status=error.status if error else 200)
    return with_retry_after(page, error)


def _kept(request: HttpRequest) -> Steps:
    """What is under way, unless nobody has touched the terminal for too long."""
    kept: Steps = request.session.get(KEPT) or {}
    age = clock.monotonic_deadline(0).timestamp() - float(kept.get("at", 0))
    return dict(kept) if 0 <= age <= signin.PDA_IDLE_SECONDS * 2 else {}


def _keep(request: HttpRequest, steps: Steps) -> None:
    request.session[KEPT] = {**steps, "at": clock.monotonic_deadline(0).timestamp()}
    request.session.set_expiry(signin.PDA_IDLE_SECONDS * 2)
