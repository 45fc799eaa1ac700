"""Who is here now: what the 花名册 page shows. A small company is one tree with everybody in it; of a bigger one there
are its units to step into, and the people page by page, found by name or number."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from jiyu.core.paging import PageOf, page_of_rows
from jiyu.people.public import OrgPerson, OrgView
from jiyu.ui.parts import TreeNode

IN_A_TREE = 60  # people: more are paged
ROWS_SHOWN = 100
UNITS_SHOWN = 60


@dataclass(frozen=True, slots=True)
class UnitLink:
    """A unit to step into, with how many people are in it and below."""

    label: str
    note: str
    query: str


@dataclass(frozen=True, slots=True)
class PersonRow:
    """Somebody in the list; `is_waiting`: the note is that nobody leads them."""

    name: str
    number: str
    unit: str
    note: str
    is_waiting: bool


@dataclass(frozen=True, slots=True)
class DirectoryPage:
    """One page of the people of `unit` (None: all) who fit `query`. `way` leads up to the company, `below` down;
    `more_below` units are not shown."""

    unit: str
    unit_id: UUID | None
    query: str
    way: tuple[UnitLink, ...]
    below: tuple[UnitLink, ...]
    more_below: int
    page: PageOf[PersonRow]


def directory_tree(org: OrgView) -> list[TreeNode]:
    """A small company's units with the people employed on the day; of a bigger one nothing."""
    if org.root is None or len(org.employed) > IN_A_TREE:
        return []
    return [_node(org, org.root.id)]


def directory_page(org: OrgView, form: Mapping[str, str]) -> DirectoryPage:
    """The people of a company by number. `form` may name a `unit` (an id; one that is not there counts for nothing) and
    say in `q` what name or number holds."""
    unit_id, query = _unit_id(org, form.get("unit", "")), form.get("q", "").strip()
    chosen = org.members(unit_id) if unit_id else org.employed
    fitting = sorted(
        (one for one in map(org.persons.__getitem__, chosen) if one.answers_to(query)),
        key=lambda one: (one.employee_no, one.name),
    )
    page = page_of_rows(fitting, form.get("page"), size=ROWS_SHOWN)
    top = unit_id or (org.root.id if org.root else None)
    below = org.children.get(top, ()) if top and not query else ()
    return DirectoryPage(
        unit=org.units[unit_id].name if unit_id else "",
        unit_id=unit_id,
        query=query,
        way=tuple(_link(org, one.id) for one in reversed(org.ancestors(unit_id)[1:])),
        below=tuple(_link(org, one) for one in below[:UNITS_SHOWN]),
        more_below=max(0, len(below) - UNITS_SHOWN),
        page=PageOf(tuple(_row(org, one) for one in page.rows), page.number, page.count, page.total),
    )


def _unit_id(org: OrgView, given: str) -> UUID | None:
    try:
        unit_id = UUID(given)
    except ValueError:
        return None
    is_below = unit_id in org.units and org.units[unit_id].parent_id is not None
    return unit_id if is_below else None


def _link(org: OrgView, unit_id: UUID) -> UnitLink:
    unit = org.units[unit_id]
    return UnitLink(unit.name, _people(org, unit_id), f"unit={unit_id}" if unit.parent_id else "")


def _row(org: OrgView, person: OrgPerson) -> PersonRow:
    unit = org.units.get(person.unit_id) if person.unit_id else None
    return PersonRow(person.name, person.employee_no, unit.name if unit else "", _note(person), _is_waiting(person))


def _node(org: OrgView, unit_id: UUID) -> TreeNode:
    here = sorted((org.persons[p] for p in org.members(unit_id, deep=False)), key=lambda p: p.employee_no)
    people = [
        TreeNode(
            label=f"{person.name} {person.employee_no}", note=_note(person), waiting=_is_waiting(person), person=True
        )
        for person in here
    ]
    below = [_node(org, one) for one in org.children.get(unit_id, ())]
    return TreeNode(label=org.units[unit_id].name, note=_people(org, unit_id), children=[*people, *below])


def _is_waiting(person: OrgPerson) -> bool:
    return person.lead_id is None and not person.is_top


def _note(person: OrgPerson) -> str:
    return _("上级待认领") if _is_waiting(person) else person.job


def _people(org: OrgView, unit_id: UUID) -> str:
    count = len(org.members(unit_id))
    return ngettext("%(n)s 人", "%(n)s 人", count) % {"n": count}
