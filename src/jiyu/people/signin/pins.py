"""Badge and PIN on a shared terminal: who is it, is the PIN right, and how somebody comes to a PIN."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise
from typing import Final
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from jiyu.core import audit, clock
from jiyu.core.actor import Actor
from jiyu.core.errors import DomainError, NotAllowedError, NotVisibleError
from jiyu.core.policy import OWNER, require
from jiyu.people.leads import LeadTree
from jiyu.people.models import Account, Identity, PersonText, Pin
from jiyu.people.org import OrgPerson, OrgView, org_on
from jiyu.people.policies import KEEP_DEVICES
from jiyu.people.signin.devices import KnownDevice
from jiyu.people.signin.keepers import keeps_person
from jiyu.people.signin.secrets_kept import digits, hashed, keyed, matches
from jiyu.people.signin.sessions import pin_sessions_of
from jiyu.people.signin.tries import (
    DEVICE,
    PERSON_PIN,
    Keys,
    device_key,
    locked_among,
    pin_key,
    try_begin,
    try_opened,
    try_right,
)
from jiyu.people.signin.who import BADGE, account_ensure, employed, person_of_number, personal_words, role_holders

SHORTEST_PIN, LONGEST_PIN, CODE_DIGITS = 4, 6, 8
CODE_DAYS: Final = 14
_CHOOSING_SECONDS: Final = 120
MOST_AT_ONCE: Final = 100  # each code costs argon2's work


@dataclass(frozen=True, slots=True)
class Scanned:
    """Whose badge it was, as the keypad shows it."""

    person_id: UUID
    name: str
    employee_no: str
    unit_name: str
    pin_length: int


@dataclass(frozen=True, slots=True)
class PinCode:
    """A printed code for a first PIN: told this once."""

    person: OrgPerson
    code: str


def badge_read(*, device: KnownDevice, typed: str) -> Scanned:
    """Whose badge or number was scanned (or typed) on a terminal: somebody employed today, of the terminal's unit.

    Raises `people.badge_unknown` (422) for anybody else; it says nothing about PINs. `people.too_many_tries` (429).
    """
    keys: Keys = {keyed("badge", str(device.id)): DEVICE}
    try_begin(keys, way="badge")
    person_id = person_of_number(typed, kinds=(BADGE, Identity.EMPLOYEE_NO))
    found = scanned(device=device, person_id=person_id) if person_id else None
    if found is None:
        raise DomainError("people.badge_unknown", _("没认出这张工牌"), fix=_("再扫一次，或者输入工号"), path="badge")
    try_right(keys, begin_anew="")
    return found


def scanned(*, device: KnownDevice, person_id: UUID) -> Scanned | None:
    """The person as the terminal shows them; None for somebody it is not for, and who does not work here today."""
    found = employed(person_id)
    if found is None:
        return None
    person, org = found
    above = org.ancestors(person.unit_id)
    if device.unit_id is not None and device.unit_id not in {unit.id for unit in above}:
        return None
    length = Pin.objects.filter(account__person_id=person_id).values_list("length", flat=True).first()
    return Scanned(person.id, person.name, person.employee_no, above[0].name if above else "", length or SHORTEST_PIN)


def pin_sign_in(*, device: KnownDevice, person_id: UUID, pin: str) -> Account:
    """The account of a person by PIN, on this terminal.

    Raises `people.pin_wrong` (422), the same after the same work for a wrong PIN, no PIN and nobody;
    `people.too_many_tries` (429), `people.locked` (403).
    """
    account, failures = _pin_right(device, person_id, pin)
    actor = Actor(person_id=person_id, account_id=account.pk)
    detail = {"way": "pin", "device": str(device.id), "failures": failures}
    audit.record(actor, "people.signed_in", "people.account", account.pk, subject=person_id, **detail)
    return account


def pin_code_use(*, device: KnownDevice, person_id: UUID, code: str) -> None:
    """Use a printed code: for two minutes a PIN may be chosen on this terminal. Counted and refused like a PIN."""
    keys = _keys(device, person_id)
    try_begin(keys, subject=person_id, way="pin_code")
    row = _pin_of(person_id)
    now = clock.monotonic_deadline(0)
    is_good = row is not None and row.code_until is not None and row.code_until > now
    if not matches(code, row.code_hashed if row and is_good else "") or row is None:
        raise DomainError(
            "people.pin_code", _("纸条上的码不对，或者过期了"), fix=_("再看一眼；不行就找班组长或 HR 拿新的")
        )
    with transaction.atomic():
        spent = Pin.objects.filter(pk=row.pk, code_hashed=row.code_hashed).update(
            code_hashed="", code_until=None, open_on=device.id, open_until=_choosing_until()
        )
        if spent != 1:
            raise DomainError("people.pin_code", _("纸条上的码不对，或者过期了"))
        audit.record(_on(device), "people.pin_code_used", "people.account", row.pk, subject=person_id)
    try_right(keys, begin_anew=pin_key(person_id))


def pin_reset(*, device: KnownDevice, person_id: UUID, lead_id: UUID, lead_pin: str) -> None:
    """A lead's PIN on the same terminal opens the way to a new one for somebody they lead, lock included.

    The lead's PIN counts as the lead's own try. Raises as `pin_sign_in`, and 403 for who is not a lead of the person.
    """
    anybodys = replace(device, unit_id=None)  # a lead may stand in a unit above; whether they lead is asked below
    lead, _failures = _pin_right(anybodys, lead_id, lead_pin)
    org = org_on(on=clock.today(), known_at=clock.now())
    if person_id not in LeadTree(org).below(lead_id):
        raise NotAllowedError(_("你不是他的班组长，不能给他重设 PIN"), fix=_("请他的班组长来扫，或者找 HR"))
    actor = Actor(person_id=lead_id, account_id=lead.pk)
    with transaction.atomic():
        account = account_ensure(actor, person_id)
        Pin.objects.update_or_create(
            account=account, defaults={"open_on_id": device.id, "open_until": _choosing_until()}
        )
        was_locked = try_opened(pin_key(person_id))
        audit.record(actor, "people.pin_reset", "people.account", account.pk, subject=person_id, was_locked=was_locked)


def pin_set(*, device: KnownDevice, person_id: UUID, pin: str) -> Account:
    """Choose a PIN where a code or a lead has just opened the way, on the same terminal. Raises `people.pin_weak`,
    `people.pin_closed`."""
    pin_check(pin, person_id)
    with transaction.atomic():
        row = Pin.objects.select_for_update().filter(account__person_id=person_id, account__is_active=True).first()
        now = clock.monotonic_deadline(0)
        is_open = (
            row is not None and row.open_on_id == device.id and row.open_until is not None and row.open_until > now
        )
        if row is None or not is_open or employed(person_id) is None:
            raise DomainError(
                "people.pin_closed", _("时间过了，新 PIN 没有设上"), fix=_("从扫工牌再来一次"), status=403
            )
        row.hashed, row.length, row.open_on, row.open_until = hashed(pin), len(pin), None, None
        row.save()
        account = row.account
        pin_sessions_of(account)
        try_opened(pin_key(person_id))
        audit.record(_on(device), "people.pin_set", "people.account", account.pk, subject=person_id)
    return account


def pin_check(pin: str, person_id: UUID) -> None:
    """Raise `people.pin_weak` for what others try first: one digit, a row, a birthday, a year, one's own number."""
    if not (pin.isascii() and pin.isdigit() and SHORTEST_PIN <= len(pin) <= LONGEST_PIN):
        fault = _("PIN 是 4 到 6 位数字")
    elif len(set(pin)) == 1 or _is_row(pin):
        fault = _("这样的 PIN 一猜就中")
    elif any(pin in word for word in personal_words(person_id)):
        fault = _("PIN 不要用工号里的数字")
    elif _looks_like_a_date(pin) or pin in _birthdays(person_id):
        fault = _("PIN 不要像生日或年份")
    else:
        return
    raise DomainError("people.pin_weak", fault, fix=_("换几个不相干的数字"), path="pin")


@transaction.atomic
def pin_codes_make(*, actor: Actor, person_ids: Sequence[UUID]) -> tuple[PinCode, ...]:
    """A printed code for each person, by employee number; 14 days of real time, and one made before is void. The PIN
    there is stays until the code is used.

    Raises 403 for who holds a role (unless the owner asks), 404 for whom the actor does not lead or keep.
    """
    require(actor, KEEP_DEVICES)
    if not 0 < len(person_ids) <= MOST_AT_ONCE:
        raise DomainError("people.too_many", _("一次给 1 到 %(n)s 个人") % {"n": MOST_AT_ONCE}, path="unit")
    org = org_on(on=clock.today(), known_at=clock.now())
    powerful = frozenset() if actor.is_system or actor.has_role(OWNER) else role_holders(person_ids)
    until = clock.monotonic_deadline(CODE_DAYS * 24 * 3600)
    made = []
    for person_id in dict.fromkeys(person_ids):
        person = org.persons.get(person_id)
        if person is None or not person.is_employed or not keeps_person(actor, org, person_id):
            raise NotVisibleError()
        if person_id in powerful and person_id != actor.person_id:
            fault = _("%(name)s有管理角色，码要由公司的主人来做") % {"name": person.name}
            raise NotAllowedError(fault)
        account, code = account_ensure(actor, person_id), digits(CODE_DIGITS)
        Pin.objects.update_or_create(account=account, defaults={"code_hashed": hashed(code), "code_until": until})
        audit.record(actor, "people.pin_code_made", "people.account", account.pk, subject=person_id)
        made.append(PinCode(person, code))
    return tuple(sorted(made, key=lambda one: one.person.employee_no))


@transaction.atomic
def lock_open(*, actor: Actor, person_id: UUID) -> None:
    """Let somebody try their PIN again. 404 for whom the actor does not lead or keep, and where nothing is locked."""
    require(actor, KEEP_DEVICES)
    org = org_on(on=clock.today(), known_at=clock.now())
    if person_id not in org.persons or not keeps_person(actor, org, person_id) or not try_opened(pin_key(person_id)):
        raise NotVisibleError()
    audit.record(actor, "people.lock_opened", "people.person", person_id, subject=person_id)


def locked_people(*, actor: Actor, org: OrgView) -> tuple[OrgPerson, ...]:
    """Whose PIN is locked, of those the actor leads or keeps, by employee number."""
    require(actor, KEEP_DEVICES)
    with_pin = Pin.objects.filter(account__person__isnull=False).values_list("account__person_id", flat=True)
    by_key = {pin_key(person): person for person in with_pin if person in org.persons}
    found = [org.persons[p] for p in locked_among(by_key) if keeps_person(actor, org, p)]
    return tuple(sorted(found, key=lambda person: person.employee_no))


def _pin_right(device: KnownDevice, person_id: UUID, pin: str) -> tuple[Account, int]:
    keys = _keys(device, person_id)
    try_begin(keys, subject=person_id, way="pin")
    row = _pin_of(person_id)
    if (
        not matches(pin, row.hashed if row else "")
        or row is None
        or scanned(device=device, person_id=person_id) is None
    ):
        raise DomainError("people.pin_wrong", _("PIN 不对"), fix=_("再试一次；忘了就请班组长扫工牌重设"))
    return row.account, try_right(keys, begin_anew=pin_key(person_id))


def _keys(device: KnownDevice, person_id: UUID) -> Keys:
    return {pin_key(person_id): PERSON_PIN, device_key(device.id): DEVICE}


def _pin_of(person_id: UUID) -> Pin | None:
    found = Pin.objects.filter(account__person_id=person_id, account__is_active=True)
    return found.select_related("account").first()


def _choosing_until() -> datetime:
    return clock.monotonic_deadline(_CHOOSING_SECONDS)


def _on(device: KnownDevice) -> Actor:
    return Actor.system(f"terminal {device.id}")


def _is_row(pin: str) -> bool:
    steps = {(int(after) - int(before)) % 10 for before, after in pairwise(pin)}
    return steps <= {1} or steps <= {9}


def _looks_like_a_date(pin: str) -> bool:
    if len(pin) == 4 and 1940 <= int(pin) <= 2039:
        return True
    month, day = int(pin[-4:-2]), int(pin[-2:])
    return 1 <= month <= 12 and 1 <= day <= 31 and len(pin) in (4, 6)


def _birthdays(person_id: UUID) -> frozenset[str]:
    rows = PersonText.objects.filter(person_id=person_id).values_list("born_on", flat=True)
    shapes = ("%m%d", "%d%m", "%Y", "%y%m%d", "%d%m%y", "%y%m")
    born = [day for day in rows if day is not None]
    return frozenset(day.strftime(shape) for day in born for shape in shapes)
