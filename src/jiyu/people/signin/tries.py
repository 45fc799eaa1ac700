"""What stops guessing: failures counted in the database, so that they outlive restarts and hold for all processes.

A try is counted *before* it is looked at and taken off again when it was right: many at once gain nothing. Refusals are
the same whether or not there is such an account.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from jiyu.core import audit, clock
from jiyu.core.actor import Actor
from jiyu.core.errors import DomainError, TooManyError
from jiyu.people.models import SignInTry
from jiyu.people.signin.secrets_kept import keyed

MINUTE: Final = 60
DAY: Final = 24 * 60 * MINUTE
ACTOR: Final = Actor.system("sign-in")


@dataclass(frozen=True, slots=True)
class Limit:
    """After each `tries` failures wait `wait_seconds`; at `locks_at` (0: never) somebody must open it. The count begins
    anew `window_seconds` after its first failure."""

    tries: int
    wait_seconds: int
    window_seconds: int
    locks_at: int = 0


ACCOUNT: Final = Limit(tries=5, wait_seconds=5 * MINUTE, window_seconds=60 * MINUTE)
PERSON_PIN: Final = Limit(tries=5, wait_seconds=5 * MINUTE, window_seconds=DAY, locks_at=10)
DEVICE: Final = Limit(tries=20, wait_seconds=5 * MINUTE, window_seconds=10 * MINUTE)
ADDRESS: Final = Limit(tries=30, wait_seconds=10 * MINUTE, window_seconds=10 * MINUTE)

Keys = Mapping[str, Limit]
"""What one try counts against."""


def address_key(way: str, address: str) -> str:
    """The counter of a network address."""
    return keyed(f"address.{way}", address)


def handle_key(handle: str) -> str:
    """The counter of what was typed as one's number, with or without its leading zeros."""
    return keyed("handle", handle.lstrip("0") or "0")


def pin_key(person_id: UUID) -> str:
    """The counter of a person's PIN."""
    return keyed("pin", str(person_id))


def device_key(device_id: UUID) -> str:
    """The counter of a shared terminal."""
    return keyed("device", str(device_id))


def try_begin(keys: Keys, *, subject: UUID | None = None, way: str) -> None:
    """Count a try against all `keys`. Raises `people.too_many_tries` (429) while one of them has to wait, and
    `people.locked` (403) where somebody must open it; then the secret is not even looked at."""
    with transaction.atomic():
        refusal = _count(keys, subject, way)
    if refusal is not None:
        raise refusal


def try_right(keys: Keys, *, begin_anew: str) -> int:
    """The try was right: it counts for none of `keys`, and the counter `begin_anew` starts from nothing. Returns how
    many failures stood there before."""
    with transaction.atomic():
        before = 0
        for row in SignInTry.objects.select_for_update().filter(key__in=keys).order_by("key"):
            if row.key == begin_anew:
                before = row.failures - 1
                row.delete()
                continue
            row.failures = max(row.failures - 1, 0)
            row.wait_until = row.wait_until if row.failures >= keys[row.key].tries else None
            row.save()
    return before


def try_opened(key: str) -> bool:
    """Begin a counter anew, lock included; whether it was locked."""
    found = SignInTry.objects.filter(key=key)
    was_locked = found.filter(is_locked=True).exists()
    found.delete()
    return was_locked


def locked_among(person_ids: Mapping[str, UUID]) -> tuple[UUID, ...]:
    """Whose PIN is locked, of persons by their `pin_key`."""
    rows = SignInTry.objects.filter(is_locked=True).values_list("key", flat=True)
    return tuple(person_ids[key] for key in rows if key in person_ids)


def _count(keys: Keys, subject: UUID | None, way: str) -> DomainError | None:
    now = clock.monotonic_deadline(0)
    SignInTry.objects.bulk_create([SignInTry(key=key, since=now) for key in keys], ignore_conflicts=True)
    rows = list(SignInTry.objects.select_for_update().filter(key__in=keys).order_by("key"))
    if any(row.is_locked for row in rows):
        return locked()
    waits = [row.wait_until for row in rows if row.wait_until is not None and row.wait_until > now]
    if waits:
        return too_many(max(waits) - now)
    for row in rows:
        _count_one(row, keys[row.key], now, subject, way)
    return None


def _count_one(row: SignInTry, limit: Limit, now: datetime, subject: UUID | None, way: str) -> None:
    if row.since + timedelta(seconds=limit.window_seconds) <= now or row.since > now:  # later than now: clock set back
        row.failures, row.since = 0, now
    row.failures += 1
    row.wait_until = None
    if limit.locks_at and row.failures >= limit.locks_at:
        row.is_locked = True
        _note("people.sign_in_locked", row, subject, way)
    elif row.failures % limit.tries == 0:
        row.wait_until = now + timedelta(seconds=limit.wait_seconds)
        _note("people.sign_in_paused", row, subject, way)
    row.save()


def _note(action: str, row: SignInTry, subject: UUID | None, way: str) -> None:
    long_ago = row.since - timedelta(seconds=2 * DAY)  # what strangers typed must not pile up for ever
    SignInTry.objects.filter(since__lt=long_ago, is_locked=False).delete()
    audit.record(ACTOR, action, "people.sign_in", row.key[:16], subject=subject, way=way, failures=row.failures)


def too_many(wait: timedelta) -> TooManyError:
    """Told while one has to wait, in whole minutes."""
    seconds = max(int(wait.total_seconds()) + 1, 1)
    minutes = -(-seconds // MINUTE)
    fix = ngettext("%(n)s 分钟后再试", "%(n)s 分钟后再试", minutes) % {"n": minutes}
    return TooManyError("people.too_many_tries", _("试的次数太多了，先停一会儿"), fix=fix, retry_after_seconds=seconds)


def locked() -> DomainError:
    """Told where waiting does not help."""
    return DomainError(
        "people.locked",
        _("错了 10 次，先锁上了"),
        fix=_("请班组长在这台上扫工牌重设，或者找 HR 打开"),
        status=403,
    )
