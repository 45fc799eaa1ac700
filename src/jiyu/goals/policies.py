"""Who may see and set sheets."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from jiyu.core.policy import HR, declare

SEE_SHEETS = declare("goals.see_sheets", _("看考核表"), roles=(HR,))
SET_SHEETS = declare("goals.set_sheets", _("定考核表"), roles=(HR,))
