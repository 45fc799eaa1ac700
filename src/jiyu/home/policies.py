"""Who may take everything along."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from jiyu.core.policy import HR, declare

EXPORT_ALL = declare("home.export_all", _("全部导出成 Excel"), roles=(HR,))
