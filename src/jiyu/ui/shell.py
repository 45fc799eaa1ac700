"""Who is here and in which company, for the frame around a page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

from jiyu.core import clock, company
from jiyu.core.actor import Actor
from jiyu.core.policy import HR, OWNER

START_PAGE = "home:start"
SIGN_OUT = "home:sign-out"
NEXT_PAGE = "home:begin"
SHARED_START = "home:pda"
SHARED_IDLE_SECONDS = 20
"""After how long without a touch a page on a shared terminal leaves by itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Who:
    """The reader. `note` stands under the name ("000317 · CNC A班"); `char` is the avatar's."""

    name: str
    note: str = ""
    char: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Strip:
    """The dark line over every page: what is invented or only on trial, which clock, that nothing is sent. `next_url`
    leads whoever sets a trial up to what comes next."""

    company: str
    is_demo: bool
    clock_at: datetime | None = None
    switch_url: str = ""
    next_url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shell:
    """What the frame shows beside the navigation. An address is empty where the page does not exist."""

    who: Who | None = None
    strip: Strip | None = None
    sign_out_url: str = ""
    is_shared_device: bool = False
    leave_url: str = ""
    leave_seconds: int = SHARED_IDLE_SECONDS


_who_of: list[Callable[[HttpRequest], Who | None]] = []


def register_who(provider: Callable[[HttpRequest], Who | None]) -> None:
    """Let the room that knows people say who reads: one provider, called once per page, its query counts."""
    _who_of[:] = [provider]


def of(request: HttpRequest) -> Shell:
    """The frame for this request. A shop-floor terminal's sign-in sets `request.is_shared_device`."""
    is_shared = bool(getattr(request, "is_shared_device", False))
    return Shell(
        who=_who(request),
        strip=_strip(request),
        sign_out_url=_address(SIGN_OUT),
        is_shared_device=is_shared,
        leave_url=_address(SHARED_START) if is_shared else "",
    )


def start_url() -> str:
    """Where the mark and 回首页 lead: the company's first page."""
    return _address(START_PAGE) or "/"


def _who(request: HttpRequest) -> Who | None:
    actor = getattr(request, "actor", None)
    if actor is None:
        return None
    told = _who_of[0](request) if _who_of else None
    return told or Who(name=actor.name)


def _strip(request: HttpRequest) -> Strip | None:
    """Everybody is told of a demo; a trial concerns whoever sets it up, and the people it is shown to see their page as
    it will be."""
    here = company.current_or_none()
    if here is None:
        return None
    actor: Actor | None = getattr(request, "actor", None)
    is_theirs = actor is not None and actor.has_role(OWNER, HR)
    if not here.demo and not (here.is_on_trial and is_theirs):
        return None
    stands_at = here.clock_fixed_at
    return Strip(
        company=here.name,
        is_demo=here.demo,
        clock_at=clock.local(stands_at) if stands_at else None,
        switch_url=_address(START_PAGE) if here.demo else "",
        next_url="" if here.demo else _address(NEXT_PAGE),
    )


def _address(url_name: str) -> str:
    try:
        return reverse(url_name)
    except NoReverseMatch:
        return ""
