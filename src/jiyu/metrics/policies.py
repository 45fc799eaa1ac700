"""Who may see metrics; changing one is changing a rule, which the studio declares."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from jiyu.core.policy import HR, IT, declare

SEE_METRICS = declare("metrics.see_metrics", _("看数据项"), roles=(HR, IT))
