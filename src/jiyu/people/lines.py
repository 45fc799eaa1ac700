"""Lead lines: who leads whom from a day on, and settling a lead the roster left open."""

from __future__ import annotations

from datetime import date
from typing import Literal
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from jiyu.core import audit
from jiyu.core.actor import Actor
from jiyu.core.errors import DomainError, NotVisibleError
from jiyu.people.beliefs import Beliefs, at_day, gap_at
from jiyu.people.models import Employment, Line
from jiyu.people.policies import require_change
from jiyu.people.spells import Held, held_by, not_employed, start_of


@transaction.atomic
def lead_set(
    *,
    actor: Actor,
    person_id: UUID,
    lead_id: UUID | None,
    on: date,
    kind: Literal["solid", "dotted", "acting"] = "solid",
    until: date | None = None,
) -> None:
    """From `on` the person is led by `lead_id`; `kind` solid, dotted or acting, `until` the first day it no
    longer holds.

    For the solid line None says "nobody, the top of the company"; for dotted and acting ones it ends the
    line. Raises `people.lead_self`, `people.not_employed`, `people.range_empty`, 404 for no such lead.
    """
    require_change(actor, person_id)
    beliefs = Beliefs()
    held, spell = _held(person_id, lead_id, on)
    if until is not None and until <= on:
        raise DomainError("people.range_empty", _("结束的日子要晚于开始的日子"), path="until")
    is_solid = kind == Line.SOLID
    strand = held.leading() if is_solid else [line for line in held.lines if line.kind == kind]
    stored = Line.NONE if is_solid and lead_id is None else kind
    new = Line(person_id=person_id, lead_id=lead_id, kind=stored) if is_solid or lead_id else None
    if new is None or until is not None:
        beliefs.overlay(strand, from_on=on, to_on=until or spell.left_on, new=new)
    else:
        _strand_from(beliefs, strand, spell, on, new)
    if beliefs.is_empty:
        return
    beliefs.write()
    audit.record(
        actor,
        "people.lead_set",
        "people.person",
        person_id,
        subject=person_id,
        kind=stored,
        on=on.isoformat(),
    )


@transaction.atomic
def lead_claim(*, actor: Actor, person_id: UUID, lead_id: UUID, on: date, run_id: UUID | None = None) -> None:
    """Settle a lead that the roster left open (直接上级待认领): it holds for as long as nothing was known.

    `run_id` lets the answer be taken back with its import. Raises `people.lead_known` when there is a lead on
    `on`.
    """
    require_change(actor, person_id)
    beliefs = Beliefs(run=run_id)
    held, spell = _held(person_id, lead_id, on)
    if at_day(held.leading(), on) is not None:
        raise DomainError("people.lead_known", _("这一天已经有直接上级了"), fix=_("要换上级，请从某一天起改"))
    open_in_spell(beliefs, held, spell, day=on, lead_id=lead_id)
    beliefs.write()
    audit.record(actor, "people.lead_claimed", "people.person", person_id, subject=person_id, on=on.isoformat())


def line_from(beliefs: Beliefs, held: Held, spell: Employment, *, on: date, lead_id: UUID | None) -> None:
    """From `on` the solid line leads to `lead_id` (None: the top) until the next recorded change."""
    kind = Line.SOLID if lead_id else Line.NONE
    _strand_from(beliefs, held.leading(), spell, on, Line(person_id=held.person_id, lead_id=lead_id, kind=kind))


def open_in_spell(beliefs: Beliefs, held: Held, spell: Employment, *, day: date, lead_id: UUID | None) -> None:
    """Fill the stretch around `day` on which no solid line is believed, within the spell."""
    leading = held.leading()
    first, end = gap_at(leading, day, lowest=start_of(spell))
    new = Line(person_id=held.person_id, lead_id=lead_id, kind=Line.SOLID if lead_id else Line.NONE)
    beliefs.overlay(leading, from_on=first, to_on=end or spell.left_on, new=new)
    held.lines.append(new)


def _strand_from(beliefs: Beliefs, strand: list[Line], spell: Employment, on: date, new: Line) -> None:
    there = at_day(strand, on)
    if there is not None and (there.lead_id, there.kind) == (new.lead_id, new.kind):
        return
    end = there.to_on if there else gap_at(strand, on, lowest=on)[1] or spell.left_on
    beliefs.overlay(strand, from_on=on, to_on=end, new=new)


def _held(person_id: UUID, lead_id: UUID | None, on: date) -> tuple[Held, Employment]:
    held = held_by([person_id])[person_id]
    spell = held.spell_on(on)
    if spell is None:
        raise not_employed(on)
    if lead_id == person_id:
        raise DomainError("people.lead_self", _("自己不能当自己的上级"), fix=_("换一个人"), path="lead")
    if lead_id is not None and not held_by([lead_id])[lead_id].spells:
        raise NotVisibleError()
    return held, spell
