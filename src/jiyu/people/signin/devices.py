"""Shared terminals (PDA): registered once by a code, named, taken back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from jiyu.core import audit, clock
from jiyu.core.actor import Actor
from jiyu.core.errors import DomainError, NotAllowedError, NotVisibleError
from jiyu.core.policy import require
from jiyu.people.models import Device, Unit
from jiyu.people.org import OrgView, org_on
from jiyu.people.policies import KEEP_DEVICES
from jiyu.people.signin.keepers import keeps
from jiyu.people.signin.secrets_kept import device_code, sha256, token
from jiyu.people.signin.sessions import sessions_on
from jiyu.people.signin.tries import ADDRESS, address_key, try_begin, try_right

CODE_MINUTES: Final = 30
LONGEST_NAME: Final = 40


@dataclass(frozen=True, slots=True)
class KnownDevice:
    """A shared terminal; `is_claimed` False: its code was not entered yet."""

    id: UUID
    name: str
    unit_id: UUID | None
    unit_name: str
    is_claimed: bool
    made_at: datetime


@transaction.atomic
def device_make(*, actor: Actor, name: str, unit_id: UUID | None) -> tuple[KnownDevice, str]:
    """Announce a terminal for a unit (None: for everybody; HR only); returns it with the code to enter on it within 30
    minutes of real time. Raises `people.device_name`, 403, 404."""
    require(actor, KEEP_DEVICES)
    org = org_on(on=clock.today(), known_at=clock.now())
    _require_keeper(actor, org, unit_id)
    called = " ".join(name.split())
    if not 0 < len(called) <= LONGEST_NAME:
        fault = _("给设备起个名字，最多 %(n)s 个字") % {"n": LONGEST_NAME}
        raise DomainError("people.device_name", fault, fix=_("例如 CNC 线 PDA-07"), path="name")
    now = clock.monotonic_deadline(0)
    code = device_code()
    made = Device.objects.create(
        name=called,
        unit_id=unit_id,
        made_by=actor.person_id,
        made_at=now,
        code_sha256=sha256(code),
        code_until=now + timedelta(minutes=CODE_MINUTES),
    )
    audit.record(actor, "people.device_made", "people.device", made.pk)
    return _known(made, org), code


def device_claim(*, code: str, address: str) -> str:
    """Enter a code on the terminal: returns the secret of its cookie. A code works once.

    Raises `people.device_code` (422) for a code that is wrong, used or too old, `people.too_many_tries` (429).
    """
    keys = {address_key("device", address): ADDRESS}
    try_begin(keys, way="device")
    secret = _claim(_code_in(code))
    try_right(keys, begin_anew="")
    return secret


@transaction.atomic
def device_end(*, actor: Actor, device_id: UUID) -> None:
    """Take a terminal back: whoever is signed in on it is out, and it shows 登记 again. 404 for one not there."""
    require(actor, KEEP_DEVICES)
    row = Device.objects.select_for_update().filter(pk=device_id, ended_at__isnull=True).first()
    if row is None or not keeps(actor, org_on(on=clock.today(), known_at=clock.now()), row.unit_id):
        raise NotVisibleError()
    row.ended_at = clock.monotonic_deadline(0)
    row.token_sha256 = None
    row.save()
    sessions_on(row.pk)
    audit.record(actor, "people.device_ended", "people.device", row.pk)


def device_list(*, actor: Actor, org: OrgView) -> tuple[KnownDevice, ...]:
    """The terminals the actor keeps, by name; those whose code ran out unused are left out."""
    require(actor, KEEP_DEVICES)
    now = clock.monotonic_deadline(0)
    rows = Device.objects.filter(Q(token_sha256__isnull=False) | Q(code_until__gt=now), ended_at__isnull=True)
    return tuple(_known(row, org) for row in rows.order_by("name", "id") if keeps(actor, org, row.unit_id))


def device_of(*, secret: str) -> KnownDevice | None:
    """The registered terminal that holds this cookie, if it still is one."""
    if not secret:
        return None
    row = Device.objects.filter(token_sha256=sha256(secret), ended_at__isnull=True).first()
    return KnownDevice(row.pk, row.name, row.unit_id, "", True, row.made_at) if row else None


def _require_keeper(actor: Actor, org: OrgView, unit_id: UUID | None) -> None:
    if unit_id is not None and not Unit.objects.filter(pk=unit_id).exists():
        raise NotVisibleError()
    if not keeps(actor, org, unit_id):
        fault = _("这台设备给的部门不归你管") if unit_id else _("给全公司用的设备要 HR 来登记")
        raise NotAllowedError(fault, fix=_("选你带的班组，或者请 HR 登记"))


def _known(row: Device, org: OrgView) -> KnownDevice:
    unit = org.units.get(row.unit_id) if row.unit_id else None
    return KnownDevice(
        row.pk, row.name, row.unit_id, unit.name if unit else "", row.token_sha256 is not None, row.made_at
    )


def _code_in(typed: str) -> str:
    """The code of what was typed or scanned: a scanner types the whole address of the link."""
    return typed.strip().rstrip("/").rsplit("/", 1)[-1].replace(" ", "").replace("-", "").upper()


@transaction.atomic
def _claim(code: str) -> str:
    now = clock.monotonic_deadline(0)
    open_still = Device.objects.filter(
        code_sha256=sha256(code), token_sha256__isnull=True, ended_at__isnull=True, code_until__gt=now, made_at__lte=now
    )
    secret = token()
    row = open_still.first()
    if row is None or open_still.update(token_sha256=sha256(secret), claimed_at=now) != 1:
        raise DomainError(
            "people.device_code",
            _("登记码不对，或者过期了"),
            fix=_("请 HR 或班组长在“谁能进来”里再登记一次，拿新的码"),
            path="code",
        )
    audit.record(Actor.system("device code"), "people.device_claimed", "people.device", row.pk)
    return secret
