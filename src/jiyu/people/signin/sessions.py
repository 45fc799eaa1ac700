"""Sessions: how long they last, the person's own list of them, and ending one."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.models import Session
from django.db import transaction

from jiyu.core import audit, clock
from jiyu.core.actor import Actor
from jiyu.core.errors import NotVisibleError
from jiyu.core.policy import require
from jiyu.people.models import Account, SignedIn
from jiyu.people.policies import SEE_OWN
from jiyu.people.signin.who import employed, own_account
from jiyu.ui.shell import SHARED_IDLE_SECONDS

PASSWORD, LINK, TERMINAL, DEMO, PIN, RECOVERY = "password", "link", "terminal", "demo", "pin", "recovery"
PDA_IDLE_SECONDS: Final = SHARED_IDLE_SECONDS

_DAY: Final = 24 * 3600
_LIVES: Final = {PIN: (PDA_IDLE_SECONDS * 2, 10 * 60)}  # idle and absolute seconds; the page itself leaves after half
_OWN: Final = (30 * _DAY, 90 * _DAY)
_NOTED_EVERY: Final = 3600
_FRESH: Final = 15 * 60
_KEY: Final = "signin"

_BROWSERS: Final = (
    ("企业微信", "wxwork"),
    ("微信", "MicroMessenger"),
    ("钉钉", "DingTalk"),
    ("飞书", "Lark"),
    ("Edge", "Edg"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS: Final = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac", "Mac OS"),
    ("Linux", "Linux"),
)


@dataclass(frozen=True, slots=True)
class OwnSession:
    """One entry of 你在这些设备上登录着."""

    id: UUID
    way: str
    browser: str
    device_name: str
    made_at: datetime
    seen_at: datetime
    is_this: bool


def session_begin(*, session: SessionBase, account: Account, way: str, agent: str, device_id: UUID | None) -> None:
    """Give a session that was just made (after `login`) its times, and note it for the person's list."""
    now = clock.monotonic_deadline(0)
    idle, whole = _LIVES.get(way, _OWN)
    session[_KEY] = {
        "way": way,
        "from": now.timestamp(),
        "until": now.timestamp() + whole,
        "seen": now.timestamp(),
        "idle": idle,
        "device": str(device_id or ""),
    }
    session.set_expiry(idle)
    live = Session.objects.filter(expire_date__gt=now).values("session_key")
    SignedIn.objects.filter(account=account).exclude(session_key__in=live).delete()
    SignedIn.objects.update_or_create(
        session_key=session.session_key,
        defaults={
            "account": account,
            "way": way,
            "browser": browser_words(agent),
            "device_id": device_id,
            "made_at": now,
            "seen_at": now,
        },
    )


def session_lives(session: SessionBase, account: Account) -> bool:
    """Whether a signed-in session may go on; notes that it was used. Without a query, but for once in a while (an hour
    on an own device): then it also ends for somebody who does not work here any more."""
    told: dict[str, Any] | None = session.get(_KEY)
    if told is None:
        return True  # begun before sessions had ends of their own: Django's two weeks hold
    now = clock.monotonic_deadline(0).timestamp()
    idle = float(told["idle"])
    if not float(told["from"]) - idle <= now < float(told["until"]) or now >= float(told["seen"]) + idle:
        return False
    if now >= float(told["seen"]) + min(idle / 10, _NOTED_EVERY):
        if account.person_id is not None and employed(account.person_id) is None:
            return False
        session[_KEY] = {**told, "seen": now}
        session.set_expiry(int(min(idle, float(told["until"]) - now)) or 1)
        SignedIn.objects.filter(session_key=session.session_key).update(seen_at=clock.monotonic_deadline(0))
    return True


def session_way(session: SessionBase) -> str:
    """How this session came in ("" where it is not told)."""
    return str(session.get(_KEY, {}).get("way", ""))


def session_is_fresh_by_link(session: SessionBase) -> bool:
    """Whether somebody came in by a link within the last quarter of an hour: then a password may be set without the old
    one."""
    told = session.get(_KEY, {})
    age = clock.monotonic_deadline(0).timestamp() - float(told.get("from", 0))
    return told.get("way") in (LINK, TERMINAL, RECOVERY) and 0 <= age < _FRESH


def session_moved(*, before: str, session: SessionBase) -> None:
    """The session got a new key (a changed password): the person's list follows."""
    SignedIn.objects.filter(session_key=before).update(session_key=session.session_key)


def session_list(*, actor: Actor, current: str) -> tuple[OwnSession, ...]:
    """Where the actor's account is signed in, last used first; `current` is this session's key."""
    require(actor, SEE_OWN)
    live = Session.objects.filter(expire_date__gt=clock.monotonic_deadline(0)).values("session_key")
    rows = SignedIn.objects.filter(account=own_account(actor), session_key__in=live).select_related("device")
    return tuple(
        OwnSession(
            row.pk, row.way, row.browser, row.device.name if row.device else "", row.made_at, row.seen_at,
            row.session_key == current,
        )
        for row in rows.order_by("-seen_at", "-id")
    )  # fmt: skip


@transaction.atomic
def session_end(*, actor: Actor, session_id: UUID) -> None:
    """Sign one of the own sessions out, at once. 404 for somebody else's."""
    require(actor, SEE_OWN)
    row = SignedIn.objects.filter(pk=session_id, account=own_account(actor)).first()
    if row is None:
        raise NotVisibleError()
    _end([row])
    audit.record(actor, "people.session_ended", "people.account", row.account_id, subject=actor.person_id, way=row.way)


def sessions_on(device_id: UUID) -> None:
    """End whatever is signed in on a shared terminal."""
    _end(list(SignedIn.objects.filter(device_id=device_id)))


def pin_sessions_of(account: Account) -> None:
    """End whatever came in by this account's PIN."""
    _end(list(SignedIn.objects.filter(account=account, way=PIN)))


def _end(rows: list[SignedIn]) -> None:
    Session.objects.filter(session_key__in=[row.session_key for row in rows]).delete()
    SignedIn.objects.filter(pk__in=[row.pk for row in rows]).delete()


def browser_words(agent: str) -> str:
    """ "Chrome · Android" of a browser's long description of itself."""
    parts = (
        next((word for word, sign in signs if re.search(re.escape(sign), agent, re.IGNORECASE)), "")
        for signs in (_BROWSERS, _SYSTEMS)
    )
    return " · ".join(part for part in parts if part)
