"""The door of people: what the apps above may use (besides `people.models`)."""

from jiyu.people import apart
from jiyu.people.access import actor_of
from jiyu.people.accounts import (
    IdentityOffer,
    account_for,
    demo_sign_in,
    identity_offer_list,
    link_bearer,
    link_use,
    owner_link_make,
    person_link_make,
)
from jiyu.people.assignments import leave, move
from jiyu.people.beliefs import BEGINNING, hold_people_still
from jiyu.people.calendars import calendar_day_set, calendar_seed, work_calendar
from jiyu.people.entries import FieldChange, KnownPeople, PersonChange, PersonEntry, RosterOutcome
from jiyu.people.grants import HeldRole, grant_end, grant_list, grant_make, role_holders
from jiyu.people.leads import (
    UNRESOLVED,
    LeadAnswer,
    LeadTree,
    Purpose,
    UnresolvedLead,
    lead_of,
    leads_unresolved,
    second_lead,
)
from jiyu.people.lines import lead_claim, lead_set
from jiyu.people.org import OrgPerson, OrgUnit, OrgView, head_count, org_on
from jiyu.people.periods import period_bounds, period_ensure
from jiyu.people.persons import known_people, number_holders, people_find, person_numbered
from jiyu.people.policies import (
    CHANGE_CALENDAR,
    CHANGE_PEOPLE,
    GRANT_ROLES,
    MAKE_ACCOUNTS,
    SEE_DIRECTORY,
    SEE_OWN,
    SEE_TEAM,
    SubjectScope,
    is_for_whole_company,
    may_see,
    require_visible,
    require_whole_company,
    scope_of,
    visible_subjects,
    who_can,
    why,
)
from jiyu.people.presence import first_days
from jiyu.people.roster import roster_take
from jiyu.people.roster_undo import Rest, RunRestedOn, register_rests_on, roster_undo
from jiyu.people.units import kind_of_name, unit_change, unit_head_set, unit_make

__all__ = [
    "BEGINNING",
    "CHANGE_CALENDAR",
    "CHANGE_PEOPLE",
    "GRANT_ROLES",
    "MAKE_ACCOUNTS",
    "SEE_DIRECTORY",
    "SEE_OWN",
    "SEE_TEAM",
    "UNRESOLVED",
    "FieldChange",
    "HeldRole",
    "IdentityOffer",
    "KnownPeople",
    "LeadAnswer",
    "LeadTree",
    "OrgPerson",
    "OrgUnit",
    "OrgView",
    "PersonChange",
    "PersonEntry",
    "Purpose",
    "Rest",
    "RosterOutcome",
    "RunRestedOn",
    "SubjectScope",
    "UnresolvedLead",
    "account_for",
    "actor_of",
    "apart",
    "calendar_day_set",
    "calendar_seed",
    "demo_sign_in",
    "first_days",
    "grant_end",
    "grant_list",
    "grant_make",
    "head_count",
    "hold_people_still",
    "identity_offer_list",
    "is_for_whole_company",
    "kind_of_name",
    "known_people",
    "lead_claim",
    "lead_of",
    "lead_set",
    "leads_unresolved",
    "leave",
    "link_bearer",
    "link_use",
    "may_see",
    "move",
    "number_holders",
    "org_on",
    "owner_link_make",
    "people_find",
    "period_bounds",
    "period_ensure",
    "person_link_make",
    "person_numbered",
    "register_rests_on",
    "require_visible",
    "require_whole_company",
    "role_holders",
    "roster_take",
    "roster_undo",
    "scope_of",
    "second_lead",
    "unit_change",
    "unit_head_set",
    "unit_make",
    "visible_subjects",
    "who_can",
    "why",
    "work_calendar",
]
