"""Making and using the recovery code. Whoever may use it holds no session: its hundred bits are the permission."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _

from jiyu.core import audit, clock, company
from jiyu.core.actor import Actor
from jiyu.core.errors import DomainError
from jiyu.core.policy import require
from jiyu.people.accounts import OWNER_HANDLE
from jiyu.people.models import Account, RecoveryCode, RecoveryTry
from jiyu.people.policies import RENEW_RECOVERY

ALPHABET: Final = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # nothing that is mistaken for 0, 1, I or O
GROUPS, GROUP_LENGTH = 4, 5
MOST_TRIES = 10
WAIT_MINUTES = 15
SAME_FORM_MINUTES = 10


@dataclass(frozen=True)
class Recovered:
    """The owner's account, and the code that signs it in the next time: shown once."""

    account: Account
    code: str


@transaction.atomic
def recovery_renew(*, actor: Actor) -> Recovered:
    """A new recovery code for the owner, in groups as it is written down ("7KQM3-XB2NT-…"); the one before is void.
    Only its hash is kept. The owner's account is made where there is none."""
    require(actor, RENEW_RECOVERY)
    account, is_new = Account.objects.get_or_create(handle=OWNER_HANDLE, defaults={"person": None})
    if is_new:
        account.set_unusable_password()
        account.save()
    code = _new_code(account)
    audit.record(actor, "people.recovery_code_made", "people.account", account.pk)
    return Recovered(account, code)


def recovery_use(*, code: str, form_key: str, address: str) -> Recovered:
    """Sign the owner in by a code, once, and give the next one. The same form sent again within ten minutes is the same
    use. Raises `people.recovery_wrong`, and `people.recovery_wait` after ten wrong ones from an address in a quarter of
    an hour, whatever was typed."""
    now = clock.monotonic_deadline(0)
    here = company.current()
    address_sha = _hash(f"{here.code} {here.created_at} {address}")
    RecoveryTry.objects.filter(at__lt=now - timedelta(minutes=WAIT_MINUTES)).delete()
    if RecoveryTry.objects.filter(address_sha256=address_sha).count() >= MOST_TRIES:
        raise DomainError(
            "people.recovery_wait",
            _("错了 %(n)s 次，先停一停") % {"n": MOST_TRIES},
            fix=_("过 %(n)s 分钟再试") % {"n": WAIT_MINUTES},
            status=429,
        )
    found = _take(_hash(_bare(code)), _hash(form_key))
    if found is None:
        RecoveryTry.objects.create(address_sha256=address_sha, at=now)
        raise DomainError(
            "people.recovery_wrong",
            _("恢复码不对，或者已经用过"),
            fix=_("对着纸上再看一遍；横线和大小写不要紧"),
            path="code",
        )
    return found


@transaction.atomic
def _take(secret_sha: str, form_sha: str) -> Recovered | None:
    """Use the code of this hash: one conditional update, so that of two rivals at most one has it."""
    now = clock.monotonic_deadline(0)
    row = RecoveryCode.objects.filter(secret_sha256=secret_sha, account__is_active=True).first()
    if row is None:
        return None
    unused = RecoveryCode.objects.filter(pk=row.pk, used_at__isnull=True)
    if unused.update(used_at=now, used_by_form=form_sha) != 1:
        row.refresh_from_db()
        is_same_form = row.used_by_form == form_sha and row.used_at is not None
        if not is_same_form or row.used_at < now - timedelta(minutes=SAME_FORM_MINUTES):  # type: ignore[operator]
            return None
    account = Account.objects.get(pk=row.account_id)
    next_code = _new_code(account)
    audit.record(Actor.system("recovery code"), "people.recovery_code_used", "people.account", account.pk)
    return Recovered(account, next_code)


def _new_code(account: Account) -> str:
    RecoveryCode.objects.filter(account=account, used_at__isnull=True).delete()
    bare = "".join(secrets.choice(ALPHABET) for _n in range(GROUPS * GROUP_LENGTH))
    RecoveryCode.objects.create(account=account, secret_sha256=_hash(bare), made_at=clock.monotonic_deadline(0))
    return "-".join(bare[n : n + GROUP_LENGTH] for n in range(0, len(bare), GROUP_LENGTH))


def _bare(code: str) -> str:
    """A typed code without what people put between the groups, in capitals."""
    return "".join(char for char in code.upper() if char in ALPHABET)


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
