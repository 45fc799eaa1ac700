"""Who may hand out ways in: HR in its scope, and whoever leads the people of a unit."""

from __future__ import annotations

from uuid import UUID

from jiyu.core.actor import Actor
from jiyu.core.policy import HR, OWNER
from jiyu.people.leads import LeadTree
from jiyu.people.org import OrgView


def keeps(actor: Actor, org: OrgView, unit_id: UUID | None) -> bool:
    """Whether the actor hands out ways in for a unit (None: the whole company)."""
    scopes = [grant.unit_id for grant in actor.grants if grant.role in (OWNER, HR)]
    if actor.is_system or None in scopes:
        return True
    if unit_id is None:
        return False
    return any(unit_id in org.units_below(scope) for scope in scopes if scope) or unit_id in units_led(actor, org)


def units_led(actor: Actor, org: OrgView) -> frozenset[UUID]:
    """The units with people the actor leads, directly or through others."""
    if actor.person_id is None:
        return frozenset()
    below = LeadTree(org).below(actor.person_id)
    return frozenset(unit for person in below if (unit := org.persons[person].unit_id) is not None)


def keeps_person(actor: Actor, org: OrgView, person_id: UUID) -> bool:
    """Whether the actor hands out ways in for this person: HR in its scope, or the person's lead (or a lead above)."""
    scopes = [grant.unit_id for grant in actor.grants if grant.role in (OWNER, HR)]
    if actor.is_system or None in scopes:
        return True
    if any(person_id in org.members(scope) for scope in scopes if scope):
        return True
    return actor.person_id is not None and person_id in LeadTree(org).below(actor.person_id)
