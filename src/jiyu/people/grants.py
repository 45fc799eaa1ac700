"""Roles: given to a person for the company or a unit, from a moment to a moment. A withdrawn one ends at
once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from jiyu.core import audit, clock
from jiyu.core.actor import Actor
from jiyu.core.errors import DomainError, NotAllowedError, NotVisibleError
from jiyu.core.policy import OWNER, ROLES, require
from jiyu.core.recorded import known
from jiyu.people.beliefs import Beliefs, believed_in
from jiyu.people.models import Grant, Person, Unit
from jiyu.people.org import org_on
from jiyu.people.policies import GRANT_ROLES


@dataclass(frozen=True, slots=True)
class HeldRole:
    """A role somebody holds: `unit_id` None is the whole company, `to_at` None is until withdrawn."""

    grant_id: UUID
    person_id: UUID
    role: str
    unit_id: UUID | None
    from_at: datetime
    to_at: datetime | None


@transaction.atomic
def grant_make(
    *,
    actor: Actor,
    person_id: UUID,
    role: str,
    unit_id: UUID | None = None,
    from_at: datetime | None = None,
    to_at: datetime | None = None,
) -> UUID:
    """Give a role ("owner", "hr", "executive", "it") from `from_at` (now) until `to_at` (withdrawn); returns
    its id.

    Nobody gives roles to themselves, only owners make owners, and nobody gives more than the own scope.
    Raises `people.role_unknown`, `people.range_empty`, 403, 404 for no such person or unit.
    """
    require(actor, GRANT_ROLES)
    if role not in ROLES:
        fix = _("可以给的角色：%(roles)s") % {"roles": " ".join(ROLES)}
        raise DomainError("people.role_unknown", _("没有“%(role)s”这个角色") % {"role": role}, fix=fix, path="role")
    _require_may_give(actor, role, person_id, unit_id)
    if not Person.objects.filter(pk=person_id).exists():
        raise NotVisibleError()
    if unit_id is not None and not Unit.objects.filter(pk=unit_id).exists():
        raise NotVisibleError()
    beliefs = Beliefs()
    starts = from_at or beliefs.at
    if to_at is not None and to_at <= starts:
        raise DomainError("people.range_empty", _("结束的时间要晚于开始的时间"), path="to_at")
    grant = Grant(person_id=person_id, role=role, unit_id=unit_id, from_at=starts, to_at=to_at)
    beliefs.add(grant)
    beliefs.write()
    audit.record(actor, "people.role_given", "people.grant", grant.id, subject=person_id, role=role)
    return grant.id


@transaction.atomic
def grant_end(*, actor: Actor, grant_id: UUID, at: datetime | None = None) -> None:
    """Withdraw a role at `at` (now); that it was held until then stays readable. 404 for no such role."""
    require(actor, GRANT_ROLES)
    beliefs = Beliefs()
    ends = at or beliefs.at
    grant = next(iter(believed_in(Grant, id=grant_id)), None)
    if grant is None or (grant.to_at is not None and grant.to_at <= ends):
        raise NotVisibleError()
    _require_may_give(actor, grant.role, None, grant.unit_id)
    if ends > grant.from_at:
        beliefs.replace(grant, to_at=ends)
    else:
        beliefs.end(grant)
    beliefs.write()
    audit.record(actor, "people.role_ended", "people.grant", grant_id, subject=grant.person_id, role=grant.role)


def grant_list(*, actor: Actor, at: datetime | None = None, known_at: datetime | None = None) -> tuple[HeldRole, ...]:
    """Every role held at the moment `at` as known at `known_at` (both now), by role."""
    require(actor, GRANT_ROLES)
    moment = at or clock.now()
    rows = Grant.objects.filter(known(known_at or clock.now()), from_at__lte=moment).order_by("role", "id")
    return tuple(
        HeldRole(row.id, row.person_id, row.role, row.unit_id, row.from_at, row.to_at)
        for row in rows
        if row.to_at is None or row.to_at > moment
    )


def role_holders(*roles: str) -> frozenset[UUID]:
    """Who holds one of `roles` for the whole company now and is employed: by whom a second person can be found."""
    now = clock.now()
    rows = Grant.objects.filter(known(now), role__in=roles, unit=None, from_at__lte=now)
    persons = {row.person_id for row in rows if row.to_at is None or row.to_at > now}
    return org_on(on=clock.today(), known_at=now, only=persons).employed & persons


def _require_may_give(actor: Actor, role: str, person_id: UUID | None, unit_id: UUID | None) -> None:
    if actor.is_system or actor.has_role(OWNER):
        return
    if person_id is not None and person_id == actor.person_id:
        raise NotAllowedError(_("不能给自己加角色"), fix=_("请另一位管理员来加"))
    if role == OWNER:
        raise NotAllowedError(_("只有公司的主人能指定主人"))
    gives = [g for g in actor.grants if g.role in ("hr", "it")]
    if not any(g.unit_id is None or g.unit_id == unit_id for g in gives):
        raise NotAllowedError(_("不能给出比自己范围更大的角色"), fix=_("请负责整个公司的管理员来加"))
