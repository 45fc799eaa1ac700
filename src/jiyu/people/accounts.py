"""Ways to sign in: accounts of persons, the demo's 换个身份看看, and one-time links."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from jiyu.core import audit, clock, company
from jiyu.core.actor import Actor
from jiyu.core.errors import DomainError, NotAllowedError, NotVisibleError
from jiyu.core.policy import require
from jiyu.core.recorded import known
from jiyu.people.grants import grant_list, grant_make
from jiyu.people.models import Account, Grant, OneTimeLink, Person
from jiyu.people.org import org_on
from jiyu.people.policies import MAKE_ACCOUNTS

OWNER_HANDLE: Final = "owner"
_SECRET_BYTES: Final = 32


@dataclass(frozen=True, slots=True)
class IdentityOffer:
    """Somebody whose place a visitor of the demo may take."""

    person_id: UUID
    name: str
    employee_no: str
    job: str
    unit_path: str
    roles: tuple[str, ...]


@transaction.atomic
def account_for(*, actor: Actor, person_id: UUID) -> Account:
    """The person's account, made on first asking; it has no password. 404 for no such person."""
    require(actor, MAKE_ACCOUNTS)
    there = Account.objects.filter(person_id=person_id, is_active=True).first()
    if there is not None:
        return there
    if not Person.objects.filter(pk=person_id).exists():
        raise NotVisibleError()
    account = Account(person_id=person_id, handle=f"person-{person_id}")
    account.set_unusable_password()
    account.save()
    audit.record(actor, "people.account_made", "people.account", account.pk, subject=person_id)
    return account


def accounts_count(*, actor: Actor) -> int:
    """How many people have an account of their own."""
    require(actor, MAKE_ACCOUNTS)
    return Account.objects.filter(person__isnull=False, is_active=True).count()


def identity_offer_list() -> tuple[IdentityOffer, ...]:
    """Whose place may be taken in the demo: the persons with an account, in the order they got it.

    Raises 404 in a company that is not a demo.
    """
    _require_demo()
    accounts = Account.objects.filter(person__isnull=False, is_active=True).order_by("id")
    ids = [account.person_id for account in accounts if account.person_id]
    now = clock.now()
    org = org_on(on=clock.today(), known_at=now, only=ids)
    roles: dict[UUID, list[str]] = {}
    for grant in Grant.objects.filter(known(now), person_id__in=ids, from_at__lte=now).order_by("role"):
        if grant.to_at is None or grant.to_at > now:
            roles.setdefault(grant.person_id, []).append(grant.role)
    return tuple(
        IdentityOffer(p.id, p.name, p.employee_no, p.job, org.path_text(p.unit_id), tuple(roles.get(p.id, ())))
        for p in (org.persons[person] for person in ids if person in org.employed)
    )


def demo_sign_in(*, person_id: UUID) -> Account:
    """The account of an offered person, to sign in with. 404 outside a demo and for anybody else."""
    if all(offer.person_id != person_id for offer in identity_offer_list()):
        raise NotVisibleError()
    return Account.objects.get(person_id=person_id, is_active=True)


@transaction.atomic
def owner_link_make(*, valid_minutes: int) -> str:
    """A new secret that signs the company's owner in once within `valid_minutes` of real time; only its hash
    is kept.

    For whoever holds the machine (the terminal, the first start), hence without an actor.
    """
    account, is_new = Account.objects.get_or_create(handle=OWNER_HANDLE, defaults={"person": None})
    if is_new:
        account.set_unusable_password()
        account.save()
    secret = _link(account, valid_minutes)
    audit.record(Actor.system("owner link"), "people.owner_link_made", "people.account", account.pk)
    return secret


@transaction.atomic
def person_link_make(*, actor: Actor, person_id: UUID, role: str = "", valid_minutes: int) -> str:
    """A new secret that signs a person in once within `valid_minutes` of real time, like `owner_link_make`.

    The account is made where there is none, `role` is given for the whole company where it is not held so. Only for
    whoever holds the machine: a link is its person, and nobody becomes another by a role. Raises 403, 404,
    `people.not_employed`, `people.role_unknown`.
    """
    require(actor, MAKE_ACCOUNTS)
    if not actor.is_system:
        raise NotAllowedError(_("一次性链接只能在装绩语的机器上做"), fix=_link_command())
    found = org_on(on=clock.today(), known_at=clock.now(), only=[person_id]).persons.get(person_id)
    if found is None:
        raise NotVisibleError()
    if not found.is_employed:
        raise DomainError("people.not_employed", _("%(name)s今天不在职") % {"name": found.name}, path="employee_no")
    account = account_for(actor=actor, person_id=person_id)
    held = {(one.person_id, one.role, one.unit_id) for one in grant_list(actor=actor)}
    if role and (person_id, role, None) not in held:
        grant_make(actor=actor, person_id=person_id, role=role)
    secret = _link(account, valid_minutes)
    audit.record(actor, "people.person_link_made", "people.account", account.pk, subject=person_id)
    return secret


def link_bearer(*, secret: str) -> str | None:
    """Whom a one-time link signs in: the person's name, "" for the owner, None for a link that is not there."""
    link = OneTimeLink.objects.filter(secret_sha256=_hash(secret)).select_related("account").first()
    if link is None:
        return None
    person = link.account.person_id
    if person is None:
        return ""
    found = org_on(on=clock.today(), known_at=clock.now(), only=[person]).persons.get(person)
    return found.name if found else None


@transaction.atomic
def link_use(*, secret: str) -> Account:
    """The account of a one-time link, once per secret. Raises `people.link_spent` for a used, expired or unknown
    one."""
    real_now = clock.monotonic_deadline(0)
    link = OneTimeLink.objects.filter(secret_sha256=_hash(secret)).select_related("account").first()
    still_good = OneTimeLink.objects.filter(
        secret_sha256=_hash(secret), used_at__isnull=True, expires_at__gt=real_now, account__is_active=True
    )
    if link is None or still_good.update(used_at=real_now) != 1:
        raise DomainError(
            "people.link_spent",
            _("这个链接已经用过，或者过期了"),
            fix=_link_command(),
            status=403,
        )
    used = "people.person_link_used" if link.account.person_id else "people.owner_link_used"
    audit.record(Actor.system("one-time link"), used, "people.account", link.account_id, subject=link.account.person_id)
    return link.account


def _link(account: Account, valid_minutes: int) -> str:
    secret = secrets.token_urlsafe(_SECRET_BYTES)
    made_at = clock.monotonic_deadline(0)  # real time: a demo's clock stands still, links must not live for ever
    OneTimeLink.objects.create(
        account=account,
        secret_sha256=_hash(secret),
        created_at=made_at,
        expires_at=made_at + timedelta(minutes=valid_minutes),
    )
    return secret


def _link_command() -> str:
    """What to do without a good link."""
    here = company.current_or_none()
    code = here.code if here else "CODE"
    return _("在装绩语的机器上运行 jiyu company link %(code)s，再要一个") % {"code": code}


def _require_demo() -> None:
    here = company.current_or_none()
    if here is None or not here.demo:
        raise NotVisibleError()


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
