"""谁能进来: links for phones, PIN codes, shared terminals, locks. For HR, and for whoever leads people."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from jiyu.core import clock, company
from jiyu.core.access import ActorRequest, requires
from jiyu.core.errors import DomainError, NotAllowedError
from jiyu.core.forms import on_form, whole_number
from jiyu.core.once import never_repeated
from jiyu.home.qr import is_reachable, public_address, qr_svg
from jiyu.home.who import org_now
from jiyu.people import public as people

signin = people.signin
SEPARATORS = re.compile(r"[\s,，、;；]+")
FEW_UNITS = 300


@requires(people.KEEP_DEVICES)
@require_GET
def access(request: ActorRequest) -> HttpResponse:
    """Everything with which somebody comes in, and who cannot."""
    return _page(request)


def _page(request: ActorRequest, error: DomainError | None = None) -> HttpResponse:
    org = org_now(request)
    units = _units(request, org)
    if not units:
        raise NotAllowedError(_("这一页给 HR 和带人的人"), fix=_("要进绩语，用工号和密码，或者请 HR 发链接"))
    invites = request.actor.may(people.INVITE)
    context: dict[str, Any] = {
        "invites": invites,
        "invitations": signin.invitation_list(actor=request.actor) if invites else (),
        "days_offered": [
            (days, ngettext("有效 %(n)s 天", "有效 %(n)s 天", days) % {"n": days}) for days in signin.DAYS_OFFERED
        ],
        "is_lan_open": signin.is_lan_open(),
        "is_reachable": is_reachable(request),
        "units": units,
        "for_all": signin.keeps(request.actor, org, None),
        "devices": signin.device_list(actor=request.actor, org=org),
        "locked": signin.locked_people(actor=request.actor, org=org),
        "error": error,
        "typed": request.POST,
        "pda_address": public_address(request, reverse("home:pda")),
    }
    return render(request, "home/access.html", context, status=error.status if error else 200)


@requires(people.INVITE)
@never_repeated
@require_POST
def invite(request: ActorRequest) -> HttpResponse:
    """Links for the numbers typed, as a sheet of QR codes: shown this once."""
    try:
        made = signin.invitations_make(
            actor=request.actor, person_ids=_numbered(request), days=whole_number(request.POST.get("days", ""), 7)
        )
    except DomainError as refused:
        return _page(request, on_form(refused))
    addresses = [public_address(request, reverse("home:invited", args=[one.secret])) for one in made]
    context = {
        "cards": [(one, address, qr_svg(address)) for one, address in zip(made, addresses, strict=True)],
        "here": company.current_or_none(),
        "until": made[0].until,
        "to_access": reverse("home:access") + "#links",
        "needs_lan": not signin.is_lan_open(),
        "is_reachable": is_reachable(request),
    }
    return render(request, "home/invitations.html", context)


@requires(people.INVITE)
@require_POST
def invite_end(request: ActorRequest, invitation_id: UUID) -> HttpResponse:
    """Take a link back."""
    signin.invitation_end(actor=request.actor, invitation_id=invitation_id)
    messages.success(request, _("收回了，这个链接打不开了。"))
    return redirect("home:access")


@requires(people.INVITE)
@require_POST
def lan(request: ActorRequest) -> HttpResponse:
    """Open or close the way in from other machines."""
    signin.lan_set(actor=request.actor, is_open=request.POST.get("open") == "1")
    return redirect("home:access")


@requires(people.KEEP_DEVICES)
@never_repeated
@require_POST
def pin_codes(request: ActorRequest) -> HttpResponse:
    """A sheet of codes for a unit, to print and cut: shown this once. Who holds a role is left out."""
    org = org_now(request)
    try:
        unit = _unit(request, "crew")
        if unit is None or unit not in org.units or not signin.keeps(request.actor, org, unit):
            raise DomainError("people.unit", _("先选一个班组或部门"), path="crew")
        chosen = [p for p in org.members(unit) if signin.keeps_person(request.actor, org, p)]
        codes = signin.pin_codes_make(actor=request.actor, person_ids=_without_roles(chosen))
    except DomainError as refused:
        return _page(request, on_form(refused))
    context = {
        "codes": codes,
        "unit_name": org.path_text(unit),
        "here": company.current_or_none(),
        "printed_at": clock.now(),
        "days": signin.CODE_DAYS,
    }
    return render(request, "home/pin_codes.html", context)


@requires(people.KEEP_DEVICES)
@require_POST
def lock_open(request: ActorRequest, person_id: UUID) -> HttpResponse:
    """Let somebody try their PIN again."""
    signin.lock_open(actor=request.actor, person_id=person_id)
    messages.success(request, _("打开了，可以再试。"))
    return redirect("home:access")


@requires(people.KEEP_DEVICES)
@never_repeated
@require_POST
def device_new(request: ActorRequest) -> HttpResponse:
    """Announce a terminal; the page shows the code to enter on it, this once."""
    try:
        device, code = signin.device_make(
            actor=request.actor, name=request.POST.get("name", ""), unit_id=_unit(request, "unit")
        )
    except DomainError as refused:
        return _page(request, on_form(refused))
    address = public_address(request, reverse("home:pda-register", args=[code]))
    context = {
        "device": device,
        "code": f"{code[:5]} {code[5:]}",
        "address": address,
        "pda_address": public_address(request, reverse("home:pda")),
        "qr": qr_svg(address),
        "minutes": signin.CODE_MINUTES,
    }
    return render(request, "home/device_code.html", context)


@requires(people.KEEP_DEVICES)
@require_POST
def device_end(request: ActorRequest, device_id: UUID) -> HttpResponse:
    """Take a terminal back."""
    signin.device_end(actor=request.actor, device_id=device_id)
    messages.success(request, _("收回了，那台设备要重新登记才能用。"))
    return redirect("home:access")


def _units(request: ActorRequest, org: people.OrgView) -> list[tuple[UUID, str]]:
    """The units the actor may hand out ways in for, as (id, path)."""
    if signin.keeps(request.actor, org, None):
        kept = frozenset(org.units)
    else:
        led = signin.units_led(request.actor, org)
        scopes = [g.unit_id for g in request.actor.grants if g.role == "hr" and g.unit_id]
        kept = led.union(*(org.units_below(scope) for scope in scopes))
    return sorted(((unit, org.path_text(unit)) for unit in kept), key=lambda one: one[1])[:FEW_UNITS]


def _unit(request: ActorRequest, field: str) -> UUID | None:
    typed = request.POST.get(field, "")
    try:
        return UUID(typed) if typed else None
    except ValueError:
        raise DomainError("people.unit", _("先选一个班组或部门"), path=field) from None


def _numbered(request: ActorRequest) -> list[UUID]:
    """The persons of the numbers typed; all numbers that mean nobody are told at once."""
    numbers = [one for one in SEPARATORS.split(request.POST.get("numbers", "")) if one]
    if not numbers:
        raise DomainError("people.numbers", _("先写工号，一行一个"), path="numbers")
    holders = people.number_holders(on=clock.today(), known_at=clock.now())
    scope = people.scope_of(request.actor, org=org_now(request))
    unknown = [number for number in numbers if number not in holders or holders[number] not in scope]
    if unknown:
        text = ngettext("找不到这个工号：%(numbers)s", "找不到这 %(n)s 个工号：%(numbers)s", len(unknown))
        told = {"n": len(unknown), "numbers": _("、").join(unknown[:10])}
        raise DomainError("people.numbers", text % told, fix=_("工号照花名册写，前面的 0 也要写"), path="numbers")
    return [holders[number] for number in numbers]


def _without_roles(person_ids: list[UUID]) -> list[UUID]:
    powerful = people.signin.role_holders(person_ids)
    plain = [person for person in person_ids if person not in powerful]
    if not plain:
        raise DomainError("people.unit", _("这个部门里没有要用 PIN 的人"), path="crew")
    return plain
