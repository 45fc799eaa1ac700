"""Taking a roster: what it says about people on a day, compared with what is believed, only differences
written.

A changed unit, job or lead is a change from that day on; a corrected name or hire date is a changed belief.
People the roster does not name are left alone: a roster of one workshop never marks the rest as gone (DESIGN
§4).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from itertools import pairwise
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from jiyu.core import audit, company
from jiyu.core.actor import Actor
from jiyu.core.errors import DomainError
from jiyu.people.beliefs import BEGINNING, Beliefs, at_day, believed_in, gap_at, nearness, overlaps
from jiyu.people.entries import FieldChange, PersonChange, PersonEntry, RosterOutcome
from jiyu.people.lines import line_from, open_in_spell
from jiyu.people.models import Assignment, Employment, Identity, Person, PersonText
from jiyu.people.policies import require_change_all
from jiyu.people.spells import Held, held_by, hired_on_corrected, leave_on, start_of, stay_on
from jiyu.people.units import UnitTree

_TEXT_FIELDS = ("name", "phone", "born_on")


@transaction.atomic
def roster_take(
    *, actor: Actor, run_id: UUID, entries: Sequence[PersonEntry], on: date, company_name: str = ""
) -> RosterOutcome:
    """Take what a roster says about people on the day `on`, as part of the import run `run_id`.

    Matches people by employee number. Makes units by path below the company (`company_name`, else this
    company's name). Nothing is written for a person who is as the roster says. Raises `people.number_twice`,
    `people.left_before_hired`, `people.spells_overlap` (path: the employee number) and then writes nothing.
    """
    require_change_all(actor)
    _require_sound(entries)
    beliefs = Beliefs(run=run_id)
    here = company.current_or_none()
    name = company_name or (here.name if here else _("公司"))
    taking = _Taking(beliefs, on=on, company_name=name, entries=entries)
    outcome = taking.take(entries)
    if not beliefs.is_empty:
        beliefs.write()
        audit.record(actor, "people.roster_taken", "sources.run", run_id, new=outcome.new, changed=outcome.changed)
    return outcome


def _require_sound(entries: Iterable[PersonEntry]) -> None:
    seen: set[str] = set()
    for entry in entries:
        number = entry.employee_no
        if number in seen:
            message = _("工号 %(number)s 在名单里有两次") % {"number": number}
            raise DomainError("people.number_twice", message, fix=_("留下一行再导入"), path=number)
        seen.add(number)
        if entry.hired_on and entry.left_on and entry.left_on <= entry.hired_on:
            raise _left_before_hired(number)


class _Taking:
    """One roster on its way in: people by number, what each entry changed."""

    def __init__(self, beliefs: Beliefs, *, on: date, company_name: str, entries: Sequence[PersonEntry]) -> None:
        self.beliefs = beliefs
        self.on = on
        self.units = UnitTree(beliefs, on=on, company_name=company_name)
        self.by_number = _holders(entries, on)
        self.names = _names(self.by_number.values())
        self.fields: dict[str, list[FieldChange]] = {}
        self.new: set[str] = set()
        self.leads_missing: list[str] = []

    def take(self, entries: Sequence[PersonEntry]) -> RosterOutcome:
        """Every person first, then the leads: a lead may stand further down in the same file."""
        spells = {entry.employee_no: self._person(entry) for entry in entries}
        for entry in entries:
            self._lead(entry, spells[entry.employee_no])
        changes = tuple(
            PersonChange(
                self.by_number[entry.employee_no].person_id,
                entry.employee_no,
                entry.employee_no in self.new,
                tuple(self.fields.get(entry.employee_no, ())),
            )
            for entry in entries
            if entry.employee_no in self.new or self.fields.get(entry.employee_no)
        )
        changed = sum(not change.is_new for change in changes)
        return RosterOutcome(
            new=len(self.new),
            changed=changed,
            unchanged=len(entries) - len(changes),
            changes=changes,
            units_made=self.units.made,
            leads_missing=tuple(self.leads_missing),
        )

    def _person(self, entry: PersonEntry) -> Employment:
        held = self.by_number.get(entry.employee_no)
        spell = held.latest_spell() if held else None
        if held is None or spell is None or self._is_another(entry, held, spell):
            return self._make(entry, taken_from=held)
        self._correct_text(entry, held)
        if spell.left_on and entry.hired_on and entry.hired_on >= spell.left_on:
            self._note(entry, "rehired_on", "", entry.hired_on.isoformat(), is_dated=True)
            return self._begin_spell(entry, held)
        spell = self._correct_spell(entry, held, self._spell_meant(entry, held, spell))
        self._post(entry, held, spell)
        return spell

    def _is_another(self, entry: PersonEntry, held: Held, spell: Employment) -> bool:
        """A number given to somebody else after its holder left: another name, hired later."""
        is_later = bool(spell.left_on and entry.hired_on and entry.hired_on >= spell.left_on)
        return is_later and held.text is not None and held.text.name != entry.name

    def _spell_meant(self, entry: PersonEntry, held: Held, latest: Employment) -> Employment:
        """An old roster tells of the spell of its day, a new one of the latest."""
        told = [s for s in held.spells if entry.hired_on and s.hired_on == entry.hired_on]
        return told[0] if told else held.spell_on(self.on) or latest

    def _make(self, entry: PersonEntry, *, taken_from: Held | None) -> Employment:
        person = Person(created_at=self.beliefs.at, run=self.beliefs.run)
        self.beliefs.add(person)
        text = PersonText(person=person, name=entry.name, phone=entry.phone or None, born_on=entry.born_on)
        self.beliefs.add(text)
        held = Held(person.id, text=text)
        identity = Identity(person_id=person.id, kind=Identity.EMPLOYEE_NO, value=entry.employee_no)
        identity.from_on = entry.hired_on or BEGINNING
        if taken_from is not None:
            of_number = [i for i in taken_from.identities if i.value == entry.employee_no]
            self.beliefs.overlay(of_number, from_on=identity.from_on)
        self.beliefs.add(identity)
        self.by_number[entry.employee_no] = held
        self.names[held.person_id] = entry.name
        self.new.add(entry.employee_no)
        return self._begin_spell(entry, held)

    def _begin_spell(self, entry: PersonEntry, held: Held) -> Employment:
        spell = Employment(
            person_id=held.person_id,
            kind=entry.employment_kind or "regular",
            hired_on=entry.hired_on,
            left_on=entry.left_on,
            status_note=entry.status_note or "",
        )
        self.beliefs.add(spell)
        held.spells.append(spell)
        self._post(entry, held, spell)
        return spell

    def _correct_text(self, entry: PersonEntry, held: Held) -> None:
        said = {name: getattr(entry, name) for name in _TEXT_FIELDS}
        differing = {n: v for n, v in said.items() if v and (held.text is None or getattr(held.text, n) != v)}
        if not differing:
            return
        for name, value in differing.items():
            # The old and new phone or birthday are nobody's business in a list of changes.
            shown = name == "name"
            old = (held.text.name or "") if held.text and shown else ""
            self._note(entry, name, old, str(value) if shown else "", is_dated=False)
        if held.text is None:
            held.text = PersonText(person_id=held.person_id, **differing)
            self.beliefs.add(held.text)
        else:
            held.text = self.beliefs.replace(held.text, **differing)
        self.names[held.person_id] = held.text.name or ""

    def _correct_spell(self, entry: PersonEntry, held: Held, spell: Employment) -> Employment:
        if entry.hired_on and entry.hired_on != spell.hired_on:
            self._note(entry, "hired_on", _iso(spell.hired_on), entry.hired_on.isoformat(), is_dated=False)
            spell = hired_on_corrected(self.beliefs, held, spell, entry.hired_on)
        if entry.left_on and entry.left_on != spell.left_on:
            self._note(entry, "left_on", _iso(spell.left_on), entry.left_on.isoformat(), is_dated=True)
            spell = leave_on(self.beliefs, held, spell, entry.left_on)
        elif entry.left_on is None and spell.left_on and spell.left_on <= self.on and spell is held.latest_spell():
            # On the roster of a day after he left: he did not leave.
            self._note(entry, "left_on", _iso(spell.left_on), "", is_dated=False)
            spell = stay_on(self.beliefs, held, spell)
        said = {"kind": entry.employment_kind, "status_note": entry.status_note}
        differing = {n: v for n, v in said.items() if v is not None and getattr(spell, n) != v}
        for name, value in differing.items():
            self._note(entry, name, getattr(spell, name), value, is_dated=False)
        if differing:
            corrected = self.beliefs.replace(spell, **differing)
            held.spells = [corrected if s is spell else s for s in held.spells]
            spell = corrected
        _require_in_order(entry.employee_no, held.spells)
        return spell

    def _post(self, entry: PersonEntry, held: Held, spell: Employment) -> None:
        posts = held.posts_of(spell)
        day = max(self.on, start_of(spell))
        if spell.left_on is not None and spell.left_on <= day and posts:
            return  # where a leaver was is history; only his dates are taken
        values: dict[str, Any] = {}
        if entry.unit_path:
            values["unit_id"] = self.units.find_or_make(entry.unit_path, entry.unit_kinds)
        values |= {n: v for n, v in (("job", entry.job), ("job_grade", entry.job_grade)) if v is not None}
        post = at_day(posts, day)
        if post is not None:
            for name, value in values.items():
                self._note_post(entry, post, name, value)
            self.beliefs.change_from(posts, on=day, **values)
        elif entry.unit_path:
            if entry.employee_no not in self.new:
                self._note(entry, "unit", "", self.units.path_text(values["unit_id"]), is_dated=True)
            first, end = gap_at(posts, day, lowest=start_of(spell))
            new = Assignment(spell=spell.spell, person_id=held.person_id, **values)
            self.beliefs.overlay(posts, from_on=first, to_on=end or spell.left_on, new=new)

    def _note_post(self, entry: PersonEntry, post: Assignment, name: str, value: Any) -> None:
        old = getattr(post, name)
        if old == value:
            return
        if name == "unit_id":
            self._note(entry, "unit", self.units.path_text(old), self.units.path_text(value), is_dated=True)
        else:
            self._note(entry, name, old, value, is_dated=True)

    def _lead(self, entry: PersonEntry, spell: Employment) -> None:
        if not entry.lead_employee_no and not entry.lead_is_none:
            return
        held = self.by_number[entry.employee_no]
        lead = self.by_number.get(entry.lead_employee_no or "")
        if not entry.lead_is_none and (lead is None or lead is held):
            self.leads_missing.append(entry.employee_no)
            return
        lead_id = None if entry.lead_is_none or lead is None else lead.person_id
        day = max(self.on, start_of(spell))
        if spell.left_on is not None and spell.left_on <= day:
            if any(overlaps(line, start_of(spell), spell.left_on) for line in held.leading()):
                return
            day = start_of(spell)
        line = at_day(held.leading(), day)
        if line is not None and line.lead_id == lead_id:
            return
        if entry.employee_no not in self.new:
            old = self.names.get(line.lead_id, "") if line and line.lead_id else ""
            self._note(entry, "lead", old, self.names.get(lead_id, "") if lead_id else "", is_dated=True)
        if line is None:
            open_in_spell(self.beliefs, held, spell, day=day, lead_id=lead_id)
        else:
            line_from(self.beliefs, held, spell, on=day, lead_id=lead_id)

    def _note(self, entry: PersonEntry, name: str, old: str, new: str, *, is_dated: bool) -> None:
        self.fields.setdefault(entry.employee_no, []).append(FieldChange(name, old, new, is_dated))


def _holders(entries: Sequence[PersonEntry], on: date) -> dict[str, Held]:
    """Who holds each number named, on the day or else nearest before or after it."""
    numbers = {entry.employee_no for entry in entries} | {e.lead_employee_no for e in entries if e.lead_employee_no}
    best: dict[str, Identity] = {}
    for identity in believed_in(Identity, kind=Identity.EMPLOYEE_NO, value__in=list(numbers)):
        other = best.get(identity.value)
        if other is None or _rank(identity, on) > _rank(other, on):
            best[identity.value] = identity
    held = held_by([identity.person_id for identity in best.values()])
    return {number: held[identity.person_id] for number, identity in best.items()}


def _rank(identity: Identity, on: date) -> tuple[int, int]:
    return nearness(identity.from_on, identity.to_on, on)


def _names(everybody: Collection[Held]) -> dict[UUID, str]:
    """Names of these people and of the leads they have."""
    names = {held.person_id: (held.text.name if held.text else "") or "" for held in everybody}
    leads = {line.lead_id for held in everybody for line in held.lines if line.lead_id} - names.keys()
    for text in believed_in(PersonText, person_id__in=list(leads)):
        names[text.person_id] = text.name or ""
    return names


def _require_in_order(number: str, spells: Iterable[Employment]) -> None:
    in_order = sorted(spells, key=start_of)
    if any(spell.left_on is not None and spell.left_on <= start_of(spell) for spell in in_order):
        raise _left_before_hired(number)
    for earlier, later in pairwise(in_order):
        if earlier.left_on is None or earlier.left_on > start_of(later):
            message = _("工号 %(number)s 的两段任职重叠了") % {"number": number}
            raise DomainError("people.spells_overlap", message, fix=_("看看入职和离职日期"), path=number)


def _left_before_hired(number: str) -> DomainError:
    message = _("工号 %(number)s 的离职日期不晚于入职日期") % {"number": number}
    return DomainError("people.left_before_hired", message, fix=_("改一改两个日期"), path=number)


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""
