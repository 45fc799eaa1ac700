"""Who may bring data in and see how it stands."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from jiyu.core.policy import HR, IT, declare

SEE_SOURCES = declare("sources.see_sources", _("看数据来源"), roles=(HR, IT))
IMPORT_RECORDS = declare("sources.import_records", _("导入数据"), roles=(HR, IT))
IMPORT_ROSTER = declare("sources.import_roster", _("导入花名册"), roles=(HR,))
