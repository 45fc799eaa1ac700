"""Who may run cycles, and who may see whose result."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from jiyu.core.actor import Actor
from jiyu.core.policy import EXECUTIVE, HR, declare, require
from jiyu.people import public as people

SEE_CYCLES = declare("reviews.see_cycles", _("看考核周期"), roles=(HR, EXECUTIVE))
RUN_CYCLES = declare("reviews.run_cycles", _("开周期、算分、归档"), roles=(HR,))
SEE_RESULT = declare("reviews.see_result", _("看结果和为什么"), everybody=True)
SEE_COMPANY = declare("reviews.see_company", _("看公司一页"), roles=(EXECUTIVE,))

ACKNOWLEDGE = declare("reviews.acknowledge", _("确认自己的数，提异议"), everybody=True)
ANSWER_OBJECTIONS = declare("reviews.answer_objections", _("回答异议"), everybody=True)


def require_run(actor: Actor) -> None:
    """Raise unless the actor may open, score and finalize cycles: they are about everybody, so a role limited to a
    unit does not do."""
    require(actor, RUN_CYCLES)
    people.require_whole_company(actor)


def may_run(actor: Actor) -> bool:
    """Whether `require_run` would let the actor through."""
    return actor.may(RUN_CYCLES) and people.is_for_whole_company(actor)
