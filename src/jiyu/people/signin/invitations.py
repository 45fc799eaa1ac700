"""Invitations: a link (a QR code) by which somebody comes in on their own phone, without an app."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import models, transaction
from django.utils.translation import gettext as _

from jiyu.core import audit, clock
from jiyu.core.actor import Actor
from jiyu.core.errors import DomainError, NotAllowedError, NotVisibleError
from jiyu.core.policy import HR, OWNER, require
from jiyu.people.models import Account, Invitation, SignInSetting
from jiyu.people.org import OrgPerson, org_on
from jiyu.people.policies import INVITE, may_see
from jiyu.people.signin.secrets_kept import sha256, token
from jiyu.people.signin.tries import ADDRESS, address_key, try_begin, try_right
from jiyu.people.signin.who import account_ensure, employed, role_holders

DAYS_OFFERED: Final = (1, 7, 30)
MOST_AT_ONCE: Final = 200


@dataclass(frozen=True, slots=True)
class Invited:
    """A link just made: its secret is told this once."""

    person: OrgPerson
    unit_path: str
    secret: str
    until: datetime


@dataclass(frozen=True, slots=True)
class OpenInvitation:
    """A link that still opens. `used_at` None: nobody has come in by it yet."""

    id: UUID
    person_id: UUID
    name: str
    employee_no: str
    made_at: datetime
    until: datetime
    used_at: datetime | None


@dataclass(frozen=True, slots=True)
class Greeting:
    """What the page of a link may say before anybody came in: "林＊＊", no more."""

    masked_name: str
    until: datetime


@transaction.atomic
def invitations_make(*, actor: Actor, person_ids: Sequence[UUID], days: int) -> tuple[Invited, ...]:
    """A link for each person, by employee number; one made before is taken back by it. Valid `days` (1, 7, 30) of real
    time.

    Who holds a role gets one only from the owner: a link *is* its person, and nobody may become another with more
    rights. Raises 403, 404 for whom the actor does not see, `people.not_employed`, `people.days`, `people.too_many`.
    """
    require(actor, INVITE)
    if days not in DAYS_OFFERED:
        raise DomainError("people.days", _("链接的有效期选 1、7 或 30 天"), path="days")
    if not 0 < len(person_ids) <= MOST_AT_ONCE:
        raise DomainError("people.too_many", _("一次给 1 到 %(n)s 个人") % {"n": MOST_AT_ONCE}, path="numbers")
    org = org_on(on=clock.today(), known_at=clock.now())
    powerful = frozenset() if actor.is_system or actor.has_role(OWNER) else role_holders(person_ids)
    made = []
    for person_id in dict.fromkeys(person_ids):
        person = org.persons.get(person_id)
        if person is None or may_see(actor, person_id, org=org) is None:
            raise NotVisibleError()
        name = {"name": person.name}
        if not person.is_employed:
            raise DomainError("people.not_employed", _("%(name)s今天不在职") % name, path="numbers")
        if person_id in powerful:
            fault = _("%(name)s有管理角色，链接要由公司的主人来发") % name
            raise NotAllowedError(fault, fix=_("或者在装绩语的机器上做一个"))
        secret, until = _make(actor, person_id, days)
        made.append(Invited(person, org.path_text(person.unit_id), secret, until))
    return tuple(sorted(made, key=lambda one: one.person.employee_no))


def _make(actor: Actor, person_id: UUID, days: int) -> tuple[str, datetime]:
    account = account_ensure(actor, person_id)
    now = clock.monotonic_deadline(0)
    Invitation.objects.filter(account=account, ended_at__isnull=True).update(ended_at=now)
    secret, until = token(), now + timedelta(days=days)
    made = Invitation.objects.create(
        account=account, made_by=actor.person_id, made_at=now, until=until, secret_sha256=sha256(secret)
    )
    audit.record(actor, "people.invitation_made", "people.invitation", made.pk, subject=person_id, days=days)
    return secret, until


@transaction.atomic
def invitation_end(*, actor: Actor, invitation_id: UUID) -> None:
    """Take a link back: nobody comes in by it any more. Sessions it began are not touched. 404 where it is not open."""
    require(actor, INVITE)
    row = Invitation.objects.select_for_update().filter(pk=invitation_id, ended_at__isnull=True).first()
    row_person = Account.objects.get(pk=row.account_id).person_id if row else None
    if row is None or row_person is None or may_see(actor, row_person) is None:
        raise NotVisibleError()
    Invitation.objects.filter(pk=row.pk).update(ended_at=clock.monotonic_deadline(0))
    audit.record(actor, "people.invitation_ended", "people.invitation", row.pk, subject=row_person)


def invitation_list(*, actor: Actor) -> tuple[OpenInvitation, ...]:
    """The links that still open, of those the actor sees, newest first."""
    require(actor, INVITE)
    rows = list(_open().select_related("account").order_by("-made_at"))
    org = org_on(
        on=clock.today(), known_at=clock.now(), only=[r.account.person_id for r in rows if r.account.person_id]
    )
    seen = actor.is_system or any(g.role in (OWNER, HR) and g.unit_id is None for g in actor.grants)
    found = []
    for row in rows:
        person = org.persons.get(row.account.person_id) if row.account.person_id else None
        if person is not None and (seen or may_see(actor, person.id) is not None):
            found.append(
                OpenInvitation(row.pk, person.id, person.name, person.employee_no, row.made_at, row.until, row.used_at)
            )
    return tuple(found)


def invitation_greeting(*, secret: str) -> Greeting | None:
    """What to say to whoever opens the link; None for one that opens nothing (any more)."""
    row = _open().filter(secret_sha256=sha256(secret)).select_related("account").first()
    found = employed(row.account.person_id) if row and row.account.person_id else None
    return Greeting(masked(found[0].name), row.until) if row and found else None


def invitation_use(*, secret: str, device: str, address: str) -> Account:
    """The account of a link, for the device (the secret of its cookie) that holds it or is the first to come in.

    Raises `people.invitation_spent` (403) for an unknown, expired or taken back one, `people.invitation_elsewhere` (403)
    on another device, `people.too_many_tries` (429).
    """
    keys = {address_key("invitation", address): ADDRESS}
    try_begin(keys, way="link")
    account = _use(secret, device)
    try_right(keys, begin_anew="")
    return account


@transaction.atomic
def lan_set(*, actor: Actor, is_open: bool) -> None:
    """Let links be opened from other machines, or only here."""
    require(actor, INVITE)
    if not (actor.is_system or any(g.role in (OWNER, HR) and g.unit_id is None for g in actor.grants)):
        raise NotAllowedError(_("局域网地址要负责整个公司的 HR 来开"))
    SignInSetting.objects.update_or_create(pk=1, defaults={"is_lan_open": is_open})
    audit.record(actor, "people.lan_set", "people.sign_in", 1, is_open=is_open)


def is_lan_open() -> bool:
    """Whether links may be opened from other machines."""
    return SignInSetting.objects.filter(pk=1, is_lan_open=True).exists()


def masked(name: str) -> str:
    """ "林＊＊": enough to know one's own link, not enough to learn a name."""
    return name[:1] + "＊" * max(len(name) - 1, 1)


def _open() -> models.QuerySet[Invitation]:
    """Links that open: not taken back, not over. One from the future was made before the machine's clock was set back:
    it would live too long."""
    now = clock.monotonic_deadline(0)
    return Invitation.objects.filter(
        ended_at__isnull=True, until__gt=now, made_at__lte=now, account__is_active=True, account__person__isnull=False
    )


@transaction.atomic
def _use(secret: str, device: str) -> Account:
    mine = sha256(device)
    row = _open().select_for_update(of=("self",)).filter(secret_sha256=sha256(secret)).select_related("account").first()
    person_id = row.account.person_id if row else None
    if row is None or person_id is None or employed(person_id) is None:
        raise DomainError(
            "people.invitation_spent",
            _("这个链接不能用了：过期了，或者已经收回"),
            fix=_("请发链接给你的人（HR）再发一个"),
            status=403,
        )
    if row.device_sha256 not in ("", mine):
        raise _elsewhere()
    actor = Actor(person_id=person_id, account_id=row.account_id)
    Invitation.objects.filter(pk=row.pk).update(device_sha256=mine, used_at=clock.monotonic_deadline(0))
    audit.record(actor, "people.invitation_used", "people.invitation", row.pk, subject=person_id)
    audit.record(actor, "people.signed_in", "people.account", row.account_id, subject=person_id, way="link")
    return row.account


def _elsewhere() -> DomainError:
    return DomainError(
        "people.invitation_elsewhere",
        _("这个链接已经在另一部手机上打开过，这里不能用"),
        fix=_("那不是你的手机？马上告诉 HR：收回它，再发一个新的给你"),
        status=403,
    )
