"""Sheets (考核表) with their lines, for the export."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from jiyu.core.actor import Actor
from jiyu.core.language import say
from jiyu.core.policy import require
from jiyu.core.recorded import known
from jiyu.goals.lines import metric_of
from jiyu.goals.models import Sheet, Term
from jiyu.goals.policies import SEE_SHEETS
from jiyu.lib.tables.writing import OutSheet, Value, exact
from jiyu.people.public import OrgView, require_whole_company
from jiyu.studio.public import Item, edition_view

AT_ONCE = 2_000


def export_sheets(*, actor: Actor, known_at: datetime, org: OrgView) -> Iterator[OutSheet]:
    """考核表: one row per line, as believed at `known_at`; numbers in the unit beside them. `org` names the people."""
    require(actor, SEE_SHEETS)
    require_whole_company(actor)
    head = (
        _("周期"), _("工号"), _("姓名"), _("第几段"), _("状态"), _("方案"), _("第几版"), _("行"), _("指标编号"),
        _("指标"), _("部分"), _("部分权重（%）"), _("权重（%）"), _("单位"), _("目标值"), _("底线值"), _("挑战值"),
        _("起点值"), _("从"), _("到"), _("适用"),
    )  # fmt: skip
    yield OutSheet(_("考核表"), head, _rows(known_at, org))


def _rows(known_at: datetime, org: OrgView) -> Iterator[tuple[Value, ...]]:
    terms = Term.objects.filter(known(known_at)).select_related("sheet__period")
    states = {Sheet.DRAFT: _("草稿"), Sheet.AGREED: _("定了")}
    order = ("sheet__period__code", "sheet__subject", "sheet__part", "line", "from_on")
    for term in terms.order_by(*order).iterator(chunk_size=AT_ONCE):
        sheet = term.sheet
        edition = edition_view(sheet.edition)
        item, unit = _measured(sheet.edition, term.indicator_version)
        person = org.persons.get(sheet.subject)
        yield (
            sheet.period.code,
            person.employee_no if person else None,
            org.name_of(sheet.subject),
            sheet.part,
            states.get(sheet.state, sheet.state),
            say(edition.module_name),
            edition.no,
            term.line,
            item.code if item else None,
            say(item.name) if item else None,
            None if term.section == "main" else term.section,
            exact(term.section_weight * 100),
            exact(term.weight * 100),
            unit,
            exact(term.target),
            exact(term.threshold),
            exact(term.stretch),
            exact(term.baseline),
            term.from_on,
            term.to_on,
            _("是") if term.is_applicable else _("不适用"),
        )


def _measured(edition_id: UUID, version_id: UUID) -> tuple[Item | None, str]:
    """The indicator of a line in its edition, and the word of the unit its numbers are in."""
    edition = edition_view(edition_id)
    item = next((one for one in edition.items if one.version_id == version_id), None)
    return item, say(metric_of(edition, item).unit_of.label) if item else ""
