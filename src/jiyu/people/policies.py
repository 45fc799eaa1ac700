"""Who may see whom, and who may change people (HOUSE_STYLE §4, DESIGN §9)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from jiyu.core import clock
from jiyu.core.actor import Actor
from jiyu.core.errors import NotAllowedError, NotVisibleError
from jiyu.core.policy import EXECUTIVE, HR, IT, OWNER, declare, require
from jiyu.core.recorded import known
from jiyu.people.leads import LeadTree, is_named_lead
from jiyu.people.models import Grant
from jiyu.people.org import OrgView, org_on

SEE_OWN = declare("people.see_own", _("看自己的页面"), everybody=True)
SEE_TEAM = declare("people.see_team", _("看自己带的人"), everybody=True)
SEE_DIRECTORY = declare("people.see_directory", _("看花名册"), roles=(HR, EXECUTIVE))
CHANGE_PEOPLE = declare("people.change_people", _("改花名册"), roles=(HR,))
CHANGE_CALENDAR = declare("people.change_calendar", _("改工作日历"), roles=(HR,))
GRANT_ROLES = declare("people.grant_roles", _("给人角色"), roles=(HR, IT))
MAKE_ACCOUNTS = declare("people.make_accounts", _("开通账号"), roles=(HR, IT))
FOUND_COMPANY = declare("people.found_company", _("新建公司"))
EMPTY_COMPANY = declare("people.empty_company", _("一键清空"))
RENEW_RECOVERY = declare("people.renew_recovery", _("换恢复码"))
INVITE = declare("people.invite", _("发登录链接"), roles=(HR,))
KEEP_DEVICES = declare("people.keep_devices", _("登记共用设备，给人 PIN"), everybody=True)  # HR, and whoever leads

SELF: Final = "self"
LEAD: Final = "lead"
SYSTEM: Final = "system"
_SEES_SUBJECTS: Final = (OWNER, HR, EXECUTIVE)

REASONS: Final[Mapping[str, str | Promise]] = {
    SELF: _("这是你自己"),
    LEAD: _("是你带的人"),
    HR: _("在你负责的 HR 范围里"),
    EXECUTIVE: _("你是公司管理层"),
    OWNER: _("你是公司的主人"),
    SYSTEM: _("系统处理"),
}


@dataclass(frozen=True)
class SubjectScope:
    """Whom an actor may see: everybody, or exactly `persons` by reason (the first that holds)."""

    everybody: str = ""  # the reason why everybody, or ""
    persons: Mapping[UUID, str] | None = None

    def reason(self, person_id: UUID) -> str | None:
        """Why the person may be seen, None if not."""
        return (self.persons or {}).get(person_id) or self.everybody or None

    def __contains__(self, person_id: object) -> bool:
        return isinstance(person_id, UUID) and self.reason(person_id) is not None


def scope_of(
    actor: Actor, *, on: date | None = None, known_at: datetime | None = None, org: OrgView | None = None
) -> SubjectScope:
    """Whom `actor` may see by the organisation of `on` as known at `known_at` (both default to the present):
    oneself, everybody below in the tree of leads, an HR grant's units; whole-company roles all."""
    own = {actor.person_id: SELF} if actor.person_id else {}
    if actor.is_system:
        return SubjectScope(SYSTEM)
    for role in _SEES_SUBJECTS:
        if any(grant.role == role and grant.unit_id is None for grant in actor.grants):
            return SubjectScope(role, own)
    if actor.person_id is None:
        return SubjectScope()
    on, known_at = on or clock.today(), known_at or clock.now()
    if org is None and not actor.grants and not is_named_lead(actor.person_id, on=on, known_at=known_at):
        return SubjectScope("", own)  # most people lead nobody: no need to read the whole organisation for them
    org = org or org_on(on=on, known_at=known_at)
    persons: dict[UUID, str] = {}
    for grant in actor.grants:
        if grant.role in _SEES_SUBJECTS and grant.unit_id is not None:
            persons |= dict.fromkeys(org.members(grant.unit_id), grant.role)
    persons |= dict.fromkeys(LeadTree(org).below(actor.person_id), LEAD)
    return SubjectScope("", persons | own)


def may_see(
    actor: Actor,
    person_id: UUID,
    *,
    on: date | None = None,
    known_at: datetime | None = None,
    org: OrgView | None = None,
) -> str | None:
    """Why the actor may see the person (a key of REASONS), or None. Seeing oneself needs no query."""
    if person_id == actor.person_id:
        return SELF
    return scope_of(actor, on=on, known_at=known_at, org=org).reason(person_id)


def require_visible(
    actor: Actor,
    person_id: UUID,
    *,
    on: date | None = None,
    known_at: datetime | None = None,
    org: OrgView | None = None,
) -> str:
    """The reason why the actor may see the person; raises `NotVisibleError` (404) otherwise. Pass `org` where the
    organisation was read anyway."""
    reason = may_see(actor, person_id, on=on, known_at=known_at, org=org)
    if reason is None:
        raise NotVisibleError()
    return reason


def visible_subjects(
    actor: Actor, *, on: date | None = None, known_at: datetime | None = None, org: OrgView | None = None
) -> frozenset[UUID]:
    """The persons the actor may see, as ids; for whole-company roles everybody known that day."""
    org = org or org_on(on=on or clock.today(), known_at=known_at or clock.now())
    scope = scope_of(actor, org=org)
    return frozenset(org.persons) if scope.everybody else frozenset(scope.persons or ())


def who_can(person_id: UUID, *, on: date | None = None, known_at: datetime | None = None) -> Mapping[UUID, str]:
    """Everybody who may see this person, and why: oneself, the leads above, roles held at `known_at`."""
    known_at = known_at or clock.now()
    org = org_on(on=on or clock.today(), known_at=known_at)
    readers: dict[UUID, str] = {}
    for grant in Grant.objects.filter(known(known_at), role__in=_SEES_SUBJECTS, from_at__lte=known_at):
        lasts = grant.to_at is None or grant.to_at > known_at
        if lasts and (grant.unit_id is None or person_id in org.members(grant.unit_id)):
            readers[grant.person_id] = grant.role
    tree = LeadTree(org)
    above, seen = person_id, {person_id}
    while (answer := tree.answers.get(above)) and answer.lead_id and answer.lead_id not in seen:
        above = answer.lead_id
        seen.add(above)
        readers[above] = LEAD
    return readers | {person_id: SELF}


def why(actor: Actor, person_id: UUID) -> str:
    """In words why the actor may see the person, or what would be needed."""
    reason = may_see(actor, person_id)
    if reason is None:
        return gettext("看不到：不是你自己，也不是你带的人，你也没有负责这个部门的 HR 角色")
    return str(REASONS[reason])


def require_change(actor: Actor, *person_ids: UUID, unit_id: UUID | None = None) -> None:
    """Raise unless the actor may change these persons (and put people into `unit_id`), scope included."""
    require(actor, CHANGE_PEOPLE)
    if is_for_whole_company(actor):
        return
    org = org_on(on=clock.today(), known_at=clock.now())
    units = [grant.unit_id for grant in actor.grants if grant.role == HR and grant.unit_id]
    persons = frozenset().union(*(org.members(unit) for unit in units))
    if not set(person_ids) <= persons:
        raise NotVisibleError()
    if unit_id is not None and unit_id not in frozenset().union(*(org.units_below(unit) for unit in units)):
        raise NotAllowedError(gettext("这个部门不在你负责的范围里"), fix=gettext("请负责整个公司的 HR 来改"))


def require_change_all(actor: Actor) -> None:
    """Raise unless the actor may change everybody: a whole roster, units, calendars."""
    require(actor, CHANGE_PEOPLE)
    require_whole_company(actor)


def require_whole_company(actor: Actor) -> None:
    """Raise unless the actor's HR role is for the whole company."""
    if not is_for_whole_company(actor):
        raise NotAllowedError(gettext("你只负责一部分部门，这一步要负责整个公司的 HR 来做"))


def is_for_whole_company(actor: Actor) -> bool:
    """Whether the actor's HR role has no unit for its limit."""
    return actor.is_system or any(g.role in (OWNER, HR) and g.unit_id is None for g in actor.grants)
