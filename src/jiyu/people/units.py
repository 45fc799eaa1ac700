"""Organisational units: made, renamed and moved from a day on, their heads, and finding them by path."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from jiyu.core import audit
from jiyu.core.actor import Actor
from jiyu.core.errors import DomainError, NotVisibleError
from jiyu.people.beliefs import BEGINNING, Beliefs, at_day, believed_in, hold_people_still
from jiyu.people.models import Person, Unit, UnitState
from jiyu.people.policies import require_change_all

COMPANY = "company"
_KIND_BY_ENDING = (
    ("车间", "workshop"),
    ("分厂", "workshop"),
    ("产线", "line"),
    ("线", "line"),
    ("班组", "crew"),
    ("班", "crew"),
    ("组", "team"),
)


def kind_of_name(name: str) -> str:
    """The kind a Chinese name tells: 一车间 a workshop, CNC线 a line, A班 a crew, else a department."""
    return next((kind for ending, kind in _KIND_BY_ENDING if name.endswith(ending)), "department")


class UnitTree:
    """The believed units, for an act that finds or makes them by path. Paths start below the company."""

    def __init__(self, beliefs: Beliefs, *, on: date, company_name: str) -> None:
        self._beliefs = beliefs
        self._company_name = company_name
        self._on = on
        self._states = [state for state in believed_in(UnitState) if at_day([state], on)]
        self._by_place = {(state.parent_id, state.name): state.unit_id for state in self._states}
        self._parents = {state.unit_id: state.parent_id for state in self._states}
        self._names = {state.unit_id: state.name for state in self._states}
        self.made = 0

    def root(self) -> UUID:
        """The company's own unit, made on first use."""
        for unit, parent in self._parents.items():
            if parent is None:
                return unit
        return self._make(None, self._company_name, COMPANY)

    def find_or_make(self, path: Sequence[str], kinds: Sequence[str] = ()) -> UUID:
        """The unit at the end of `path`, missing ones made; the path may begin with the company's name."""
        unit = self.root()
        names = list(path)
        if names and names[0] == self._names[unit]:
            names, kinds = names[1:], kinds[1:]
        for level, name in enumerate(names):
            kind = kinds[level] if level < len(kinds) else kind_of_name(name)
            unit = self._by_place.get((unit, name)) or self._make(unit, name, kind)
        return unit

    def path_text(self, unit_id: UUID | None) -> str:
        """The unit's path as one line, without the company."""
        names: list[str] = []
        while unit_id is not None and self._parents.get(unit_id) is not None and len(names) < len(self._parents):
            names.insert(0, self._names[unit_id])
            unit_id = self._parents[unit_id]
        return " / ".join(names)

    def _make(self, parent: UUID | None, name: str, kind: str) -> UUID:
        unit = Unit(created_at=self._beliefs.at, run=self._beliefs.run)
        self._beliefs.add(unit)
        # A roster says that a unit is there, not since when: people were in it on days before this one.
        self._beliefs.add(UnitState(unit=unit, parent_id=parent, name=name, kind=kind, from_on=BEGINNING))
        self._by_place[parent, name] = unit.id
        self._parents[unit.id], self._names[unit.id] = parent, name
        self.made += 1
        return unit.id


@transaction.atomic
def unit_make(*, actor: Actor, name: str, parent_id: UUID | None, on: date, kind: str = "") -> UUID:
    """Make a unit that exists from `on`; `parent_id` None makes the company itself.

    Raises `people.unit_name_taken` (the parent has one of that name), `people.root_exists`, 404 for no such
    parent.
    """
    require_change_all(actor)
    beliefs = Beliefs()
    there = [state for state in believed_in(UnitState) if at_day([state], on)]
    if parent_id is None and any(state.parent_id is None for state in there):
        raise DomainError("people.root_exists", _("公司已经在了"), fix=_("给新部门选一个上级部门"))
    if parent_id is not None and all(state.unit_id != parent_id for state in there):
        raise NotVisibleError()
    _require_free_name(there, parent_id, name)
    unit = Unit(created_at=beliefs.at)
    beliefs.add(unit)
    kind = kind or (kind_of_name(name) if parent_id else COMPANY)
    beliefs.add(UnitState(unit=unit, parent_id=parent_id, name=name, kind=kind, from_on=on))
    beliefs.write()
    audit.record(actor, "people.unit_made", "people.unit", unit.id)
    return unit.id


@transaction.atomic
def unit_head_set(*, actor: Actor, unit_id: UUID, person_id: UUID | None, on: date) -> None:
    """From `on` the person heads the unit (None: nobody does). 404 for no such person, or unit that day."""
    require_change_all(actor)
    if person_id is not None and not Person.objects.filter(pk=person_id).exists():
        raise NotVisibleError()
    _change(actor, unit_id, on, "people.unit_head_set", head_id=person_id)


@transaction.atomic
def unit_change(*, actor: Actor, unit_id: UUID, on: date, name: str, parent_id: UUID | None) -> None:
    """From `on` the unit has this name and parent (None only for the company).

    Raises `people.unit_name_taken`, `people.unit_below_itself`, 404 for no such unit or parent that day.
    """
    require_change_all(actor)
    hold_people_still()
    there = [state for state in believed_in(UnitState) if at_day([state], on)]
    parents = {state.unit_id: state.parent_id for state in there}
    if unit_id not in parents or (parent_id is None) != (parents[unit_id] is None):
        raise NotVisibleError()
    above = parent_id
    while above is not None:
        if above not in parents:
            raise NotVisibleError()
        if above == unit_id:
            raise DomainError("people.unit_below_itself", _("部门不能放到自己下面"), fix=_("换一个上级部门"))
        above = parents[above]
    _require_free_name([state for state in there if state.unit_id != unit_id], parent_id, name)
    _change(actor, unit_id, on, "people.unit_changed", name=name, parent_id=parent_id)


def _change(actor: Actor, unit_id: UUID, on: date, action: str, **values: object) -> None:
    """Let each value hold from `on` until its own next change."""
    beliefs = Beliefs()
    strand = believed_in(UnitState, unit_id=unit_id)
    if at_day(strand, on) is None:
        raise NotVisibleError()
    if not beliefs.change_from(strand, on=on, **values):
        return
    beliefs.write()
    audit.record(actor, action, "people.unit", unit_id)


def _require_free_name(states: Sequence[UnitState], parent_id: UUID | None, name: str) -> None:
    if any(state.parent_id == parent_id and state.name == name for state in states):
        raise DomainError(
            "people.unit_name_taken",
            _("这里已经有一个“%(name)s”") % {"name": name},
            fix=_("换一个名字，或者用已有的那个"),
            path="name",
        )
