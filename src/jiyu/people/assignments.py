"""Posts: moving to another unit or job, leaving the company."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.db import transaction

from jiyu.core import audit
from jiyu.core.actor import Actor
from jiyu.core.errors import NotVisibleError
from jiyu.people.beliefs import Beliefs, at_day, believed_in
from jiyu.people.lines import line_from
from jiyu.people.models import Assignment, UnitState
from jiyu.people.policies import require_change
from jiyu.people.spells import held_by, leave_on, not_employed, start_of


@transaction.atomic
def move(
    *,
    actor: Actor,
    person_id: UUID,
    unit_id: UUID,
    on: date,
    job: str | None = None,
    job_grade: str | None = None,
    lead_id: UUID | None = None,
) -> None:
    """From `on` the person's primary post is in the unit (调动); None keeps job or job grade.

    `on` belongs to the new post, in the past or the future, and each value holds until its own next recorded
    change. With `lead_id` the lead changes on the same day; without, a change of unit ends the solid line, so
    that the new unit's head leads and not the old lead. Raises `people.not_employed` and 404 for no such
    person or unit that day.
    """
    require_change(actor, person_id, unit_id=unit_id)
    beliefs = Beliefs()
    if at_day(believed_in(UnitState, unit_id=unit_id), on) is None:
        raise NotVisibleError()
    held = held_by([person_id])[person_id]
    spell = held.spell_on(on)
    if spell is None:
        raise not_employed(on)
    posts = held.posts_of(spell)
    post = at_day(posts, on)
    if post is None:
        new = Assignment(
            spell=spell.spell, person_id=person_id, unit_id=unit_id, job=job or "", job_grade=job_grade or ""
        )
        end = min((p.from_on for p in posts if p.from_on > on), default=spell.left_on)
        beliefs.overlay(posts, from_on=on, to_on=end, new=new)
    else:
        said = {"unit_id": unit_id, "job": job, "job_grade": job_grade}
        beliefs.change_from(posts, on=on, **{name: value for name, value in said.items() if value is not None})
    leading = held.leading()
    line = at_day(leading, on)
    if lead_id is not None:
        line_from(beliefs, held, spell, on=on, lead_id=lead_id)
    elif line is not None and post is not None and post.unit_id != unit_id:
        beliefs.overlay(leading, from_on=on, to_on=line.to_on)
    if beliefs.is_empty:
        return
    beliefs.write()
    audit.record(actor, "people.moved", "people.person", person_id, subject=person_id, on=on.isoformat())


@transaction.atomic
def leave(*, actor: Actor, person_id: UUID, on: date) -> None:
    """The person leaves; `on` is the first day not employed. Posts, lines and roles end with it.

    Told again with another day it is corrected. Raises `people.not_employed` (no spell around that day).
    """
    require_change(actor, person_id)
    beliefs = Beliefs()
    held = held_by([person_id])[person_id]
    spell = held.latest_spell()
    if spell is None or start_of(spell) >= on:
        raise not_employed(on)
    if spell.left_on == on:
        return
    leave_on(beliefs, held, spell, on)
    beliefs.write()
    audit.record(actor, "people.left", "people.person", person_id, subject=person_id, on=on.isoformat())
