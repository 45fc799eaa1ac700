"""People and units as sheets of the export. The roster's columns are those our own roster reader takes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from jiyu.core import clock
from jiyu.core.actor import Actor
from jiyu.core.policy import require
from jiyu.lib.tables.writing import OutSheet, Value
from jiyu.people.org import OrgView, org_on
from jiyu.people.persons import known_people
from jiyu.people.policies import SEE_DIRECTORY, require_whole_company

ONE_DAY = timedelta(1)
KIND_WORDS = {
    "regular": "正式",
    "dispatch": "劳务派遣",
    "intern": "实习",
    "part_time": "兼职",
    "outsourced": "外包",
    "rehired_retiree": "退休返聘",
}
"""Words of a roster file, whatever language the reader has: the reader of rosters knows them."""
STATES_OF_FILE = ("产假", "陪产", "病假", "医疗期", "停薪", "长假", "工伤", "哺乳", "待岗", "试用", "见习")
ROSTER_HEAD = (
    "工号", "姓名", "部门", "岗位", "职级", "直接上级", "直接上级工号",
    "入职日期", "离职日期", "用工形式", "状态", "备注", "出生日期",
)  # fmt: skip
NO_LEAD = "没有上级"
"""What stands for the lead of whoever is the top of the company; read back as that."""


def export_sheets(*, actor: Actor, known_at: datetime) -> Iterator[OutSheet]:
    """花名册 and 部门, as believed at `known_at`."""
    require(actor, SEE_DIRECTORY)
    require_whole_company(actor)
    org = org_on(on=clock.today(), known_at=known_at)
    yield OutSheet(
        _("花名册"),
        ROSTER_HEAD,
        _roster_rows(org, known_at),
        widths=(12, 12, 36, 16, 10, 12, 14, 12, 12, 12, 10, 16, 12),
    )
    yield OutSheet(
        _("部门"),
        (_("部门"), _("类型"), _("负责人工号"), _("负责人"), _("工作日历"), _("在册人数（含下级）")),
        _unit_rows(org),
        widths=(40, 12, 12, 12, 12, 12),
    )


def _roster_rows(org: OrgView, known_at: datetime) -> Iterator[tuple[Value, ...]]:
    known = known_people(on=org.on, known_at=known_at, org=org)
    names = {number: entry.name for number, entry in known.entries.items()}
    for number, entry in sorted(known.entries.items()):
        has_left = entry.left_on is not None and entry.left_on <= org.on
        note = entry.status_note or ""
        is_state = any(word in note for word in STATES_OF_FILE)
        state = "离职" if has_left else note if is_state else "在职"
        lead = entry.lead_employee_no or ""
        yield (
            number,
            entry.name,
            "/".join(entry.unit_path),
            entry.job,
            entry.job_grade,
            NO_LEAD if entry.lead_is_none else names.get(lead, ""),
            lead,
            entry.hired_on,
            entry.left_on - ONE_DAY if entry.left_on else None,
            KIND_WORDS.get(entry.employment_kind or "", ""),
            state,
            "" if state == note else note,
            entry.born_on,
        )


def _unit_rows(org: OrgView) -> Iterator[tuple[Value, ...]]:
    words = {
        "company": _("公司"),
        "department": _("部门"),
        "workshop": _("车间"),
        "line": _("产线"),
        "crew": _("班组"),
        "team": _("小组"),
    }
    for unit in sorted(org.units.values(), key=lambda one: org.path_text(one.id)):
        head = org.persons.get(unit.head_id) if unit.head_id else None
        yield (
            org.path_text(unit.id),
            words.get(unit.kind, unit.kind),
            head.employee_no if head else None,
            head.name if head else None,
            unit.calendar,
            len(org.members(unit.id)),
        )
