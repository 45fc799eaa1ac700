"""Passwords: number and password in, and setting one. Django's hashers keep them (argon2)."""

from __future__ import annotations

from typing import Final

from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from jiyu.core import audit
from jiyu.core.actor import Actor
from jiyu.core.errors import DomainError
from jiyu.core.policy import require
from jiyu.people.models import Account
from jiyu.people.policies import SEE_OWN
from jiyu.people.signin.secrets_kept import keyed, matches
from jiyu.people.signin.tries import (
    ACCOUNT,
    ADDRESS,
    address_key,
    handle_key,
    try_begin,
    try_right,
)
from jiyu.people.signin.who import account_numbered, own_account, personal_words

SHORTEST_PASSWORD: Final = 10
LONGEST_PASSWORD: Final = 200  # argon2 would work on a megabyte just as well
_SHORTEST_WORD: Final = 2


def password_sign_in(*, handle: str, password: str, address: str) -> Account:
    """The account of a number and its password.

    Raises `people.sign_in_wrong` (422), the same after the same work for a wrong password, no password and nobody;
    `people.too_many_tries` (429). A hash of older strength is renewed.
    """
    own = handle_key(handle)
    keys = {own: ACCOUNT, address_key("password", address): ADDRESS}
    account = account_numbered(handle)
    subject = account.person_id if account else None
    try_begin(keys, subject=subject, way="password")
    is_right = matches(password[:LONGEST_PASSWORD], account.password if account else "")
    if account is None or not is_right:
        raise DomainError(
            "people.sign_in_wrong",
            _("工号和密码对不上"),
            fix=_("看看大小写；还没设过密码，或者忘了，请 HR 发一个链接给你"),
        )
    account.check_password(password)  # Django renews the hash here when its parameters have grown
    failures = try_right(keys, begin_anew=own)
    actor = Actor(person_id=subject, account_id=account.pk)
    audit.record(
        actor, "people.signed_in", "people.account", account.pk, subject=subject, way="password", failures=failures
    )
    return account


def password_set(*, actor: Actor, password: str, again: str, current: str | None) -> Account:
    """Set one's own password. `current` is the one until now; None where there is none, or where somebody has just come
    in by a link. Raises `people.password_wrong`, `people.password_weak`, `people.password_differs` with the field;
    `people.too_many_tries`. Whoever else is signed in as this account is signed out by it."""
    require(actor, SEE_OWN)
    account = own_account(actor)
    if current is not None:
        _require_current(account, current)
    words = personal_words(account.person_id) if account.person_id else (account.handle,)
    password_check(password, words)
    if password != again:
        raise DomainError("people.password_differs", _("两次写的不一样"), fix=_("再写一次"), path="again")
    with transaction.atomic():
        account = Account.objects.select_for_update().get(pk=account.pk)
        account.set_password(password)
        account.save(update_fields=["password"])
        audit.record(actor, "people.password_set", "people.account", account.pk, subject=account.person_id)
    return account


def password_check(password: str, personal: tuple[str, ...]) -> None:
    """Raise `people.password_weak` unless it is 10 to 200 characters, not among the common ones, and contains neither
    number nor name."""
    plain = password.casefold()
    if len(password) < SHORTEST_PASSWORD:
        fault = _("密码至少 %(n)s 个字符") % {"n": SHORTEST_PASSWORD}
    elif len(password) > LONGEST_PASSWORD:
        fault = _("密码最多 %(n)s 个字符") % {"n": LONGEST_PASSWORD}
    elif any(len(word) >= _SHORTEST_WORD and word.casefold() in plain for word in personal):
        fault = _("密码里不要有工号和名字")
    elif len(set(plain)) < 4 or _is_common(password):
        fault = _("这个密码太常见，别人一猜就中")
    else:
        return
    fix = _("用一句只有你知道的话最好记，例如几个不相干的词")
    raise DomainError("people.password_weak", fault, fix=fix, path="password")


def _is_common(password: str) -> bool:
    try:
        CommonPasswordValidator().validate(password)
    except ValidationError:
        return True
    return False


def _require_current(account: Account, current: str) -> None:
    own = keyed("current", str(account.pk))  # a session left open must not be a place to guess the password
    keys = {own: ACCOUNT}
    try_begin(keys, subject=account.person_id, way="password")
    if not matches(current[:LONGEST_PASSWORD], account.password):
        raise DomainError("people.password_wrong", _("现在的密码不对"), fix=_("忘了就请 HR 发一个链接"), path="current")
    try_right(keys, begin_anew=own)
