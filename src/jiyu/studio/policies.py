"""Who may see and change rules."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from jiyu.core.actor import Actor
from jiyu.core.policy import HR, declare, require
from jiyu.people import public as people

SEE_RULES = declare("studio.see_rules", _("看考核规则"), roles=(HR,))
CHANGE_RULES = declare("studio.change_rules", _("改考核规则"), roles=(HR,))
RELEASE_RULES = declare("studio.release_rules", _("发布考核规则"), roles=(HR,))
REBASE_WORK = declare("studio.rebase_work", _("给做好的考核表换版"), roles=(HR,))


def may_rules(actor: Actor, permission: str) -> bool:
    """Whether `require_rules` would let the actor through."""
    return actor.may(permission) and people.is_for_whole_company(actor)


def require_rules(actor: Actor, permission: str) -> None:
    """Raise unless the actor holds `permission` for the whole company: rules are everybody's."""
    require(actor, permission)
    people.require_whole_company(actor)
