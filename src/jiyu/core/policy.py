"""Permissions and policies: who may do what, and why not (HOUSE_STYLE §4).

A *permission* is a dotted key with the roles that carry it. A *policy* is an aggregate's own object that
answers `visible(queryset)` and `can_on(obj)`; services call `require`, selectors start from `visible`."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from jiyu.core.actor import Actor
from jiyu.core.errors import NotAllowedError


@dataclass(frozen=True)
class Permission:
    """`roles` hold it; `everybody` means each signed-in person holds it for what is their own."""

    code: str
    label: str | Promise
    roles: frozenset[str]
    everybody: bool = False


_permissions: dict[str, Permission] = {}

OWNER, HR, EXECUTIVE, IT = "owner", "hr", "executive", "it"
ROLES = (OWNER, HR, EXECUTIVE, IT)
ROLE_WORDS = {OWNER: _lazy("公司的主人"), HR: "HR", EXECUTIVE: _lazy("高管"), IT: "IT"}


def declare(code: str, label: str | Promise, *, roles: tuple[str, ...] = (), everybody: bool = False) -> str:
    """Register a permission once, at import; returns its code. The owner of a company holds every one."""
    unknown = set(roles) - set(ROLES)
    if unknown:
        raise ValueError(f"unknown roles {unknown}")
    if code in _permissions:
        raise ValueError(f"permission {code} is declared twice")
    _permissions[code] = Permission(code, label, frozenset(roles) | {OWNER}, everybody)
    return code


def permissions() -> dict[str, Permission]:
    """All declared permissions by code (for the reference page and the tests)."""
    return dict(_permissions)


def may(actor: Actor, code: str) -> bool:
    """Whether `actor` holds permission `code` at all."""
    permission = _permissions[code]
    if actor.is_system:
        return True
    if permission.everybody and actor.person_id is not None:
        return True
    return any(grant.role in permission.roles for grant in actor.grants)


def why_not(actor: Actor, code: str) -> str:
    """In words: what is missing for `code`."""
    permission = _permissions[code]
    return _("“%(what)s”要有下面的角色之一：%(roles)s") % {
        "what": permission.label,
        "roles": _("、").join(str(ROLE_WORDS[role]) for role in ROLES if role in permission.roles),
    }


def require(actor: Actor, code: str) -> None:
    """Raise `NotAllowedError` unless `actor` holds `code`. The first line of every service."""
    if not may(actor, code):
        raise NotAllowedError(str(why_not(actor, code)))
