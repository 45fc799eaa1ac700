"""Who may run cycles, and who may see whose result."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from jiyu.core.policy import EXECUTIVE, HR, declare

SEE_CYCLES = declare("reviews.see_cycles", _("看考核周期"), roles=(HR, EXECUTIVE))
RUN_CYCLES = declare("reviews.run_cycles", _("开周期、算分、归档"), roles=(HR,))
SEE_RESULT = declare("reviews.see_result", _("看结果和为什么"), everybody=True)
SEE_COMPANY = declare("reviews.see_company", _("看公司一页"), roles=(EXECUTIVE,))
