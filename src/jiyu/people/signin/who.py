"""Whom a typed number or a scanned badge means, and whether that person may come in today."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from typing import Final
from uuid import UUID

from jiyu.core import audit, clock
from jiyu.core.actor import Actor
from jiyu.core.errors import NotVisibleError
from jiyu.core.recorded import known, valid
from jiyu.people.models import Account, Grant, Identity, PersonText
from jiyu.people.org import OrgPerson, OrgView, org_on

LONGEST_NUMBER: Final = 64
BADGE: Final = "badge"
_ZEROS_TRIED: Final = 12


def tidy(typed: str) -> str:
    """A number as people mean it: half-width, without spaces at its ends, cut at the longest there is."""
    return unicodedata.normalize("NFKC", typed).strip()[:LONGEST_NUMBER]


def person_of_number(typed: str, *, kinds: Iterable[str] = (Identity.EMPLOYEE_NO,)) -> UUID | None:
    """Who bears the number today, exactly as typed; else with leading zeros, if that is only one person."""
    number = tidy(typed)
    if not number:
        return None
    held = Identity.objects.filter(known(clock.now()), valid(clock.today()), kind__in=list(kinds))
    exact = set(held.filter(value=number).values_list("person_id", flat=True))
    if exact:
        return exact.pop() if len(exact) == 1 else None
    bare = number.lstrip("0") or "0"
    longer = ["0" * zeros + bare for zeros in range(_ZEROS_TRIED)]
    found = set(held.filter(value__in=longer).values_list("person_id", flat=True))
    return found.pop() if len(found) == 1 else None


def employed(person_id: UUID) -> tuple[OrgPerson, OrgView] | None:
    """The person with the organisation around them, if employed today."""
    org = org_on(on=clock.today(), known_at=clock.now(), only=[person_id])
    found = org.persons.get(person_id)
    return (found, org) if found is not None and found.is_employed else None


def account_numbered(handle: str) -> Account | None:
    """The account behind what was typed: an employee number, or the handle of an account without a person."""
    person_id = person_of_number(handle)
    accounts = Account.objects.filter(is_active=True)
    if person_id is None:
        return accounts.filter(person__isnull=True, handle=tidy(handle)).first()
    account = accounts.filter(person_id=person_id).first()
    return account if account is not None and employed(person_id) else None


def account_ensure(actor: Actor, person_id: UUID) -> Account:
    """The person's account, made where there is none. The caller has asked whether `actor` may."""
    account, is_new = Account.objects.get_or_create(handle=f"person-{person_id}", defaults={"person_id": person_id})
    if is_new:
        account.set_unusable_password()
        account.save()
        audit.record(actor, "people.account_made", "people.account", account.pk, subject=person_id)
    return account


def own_account(actor: Actor) -> Account:
    """The account the actor came in with. 404 for the system, which has none."""
    account = Account.objects.filter(pk=actor.account_id, is_active=True).first() if actor.account_id else None
    if account is None:
        raise NotVisibleError()
    return account


def role_holders(person_ids: Iterable[UUID]) -> frozenset[UUID]:
    """Which of these persons hold a role now: who comes in as one of them can do more than read their own page."""
    now = clock.now()
    rows = Grant.objects.filter(known(now), person_id__in=list(person_ids), from_at__lte=now)
    return frozenset(row.person_id for row in rows if row.to_at is None or row.to_at > now)


def personal_words(person_id: UUID) -> tuple[str, ...]:
    """What a password must not contain and a PIN must not be: numbers and name of the person."""
    now = clock.now()
    numbers = Identity.objects.filter(known(now), person_id=person_id).values_list("value", flat=True)
    names = PersonText.objects.filter(known(now), person_id=person_id).values_list("name", flat=True)
    return tuple(word for word in (*numbers, *names) if word)
