"""Who is here now, as a tree: what the 花名册 page shows."""

from __future__ import annotations

from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from jiyu.people.public import OrgView
from jiyu.ui.parts import TreeNode

OPEN_UP_TO = 60  # people: a bigger company starts folded


def directory_tree(org: OrgView) -> list[TreeNode]:
    """The company's units with the people employed on the day, folded when there are many."""
    if org.root is None:
        return []
    return [_unit(org, org.root.id, depth=0)]


def _unit(org: OrgView, unit_id: UUID, *, depth: int) -> TreeNode:
    unit = org.units[unit_id]
    here = sorted((org.persons[p] for p in org.members(unit_id, deep=False)), key=lambda p: p.employee_no)
    people = [
        TreeNode(
            label=f"{person.name} {person.employee_no}",
            note=_("上级待认领") if person.lead_id is None and not person.is_top else person.job,
            waiting=person.lead_id is None and not person.is_top,
            person=True,
        )
        for person in here
    ]
    below = [_unit(org, one, depth=depth + 1) for one in org.children.get(unit_id, ())]
    count = len(org.members(unit_id))
    return TreeNode(
        label=unit.name,
        note=ngettext("%(n)s 人", "%(n)s 人", count) % {"n": count},
        open=depth == 0 or len(org.employed) <= OPEN_UP_TO,
        children=[*people, *below],
    )
