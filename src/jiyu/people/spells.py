"""A person's spells with the company, for acts that change them: which one a day lies in, leaving, coming
back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from django.utils.translation import gettext as _

from jiyu.core import clock
from jiyu.core.errors import DomainError
from jiyu.people.beliefs import BEGINNING, Beliefs, D, believed_in
from jiyu.people.models import Assignment, Employment, Grant, Identity, Line, PersonText

LEADING = (Line.SOLID, Line.NONE)
"""The kinds of line that make one strand: a person has one solid lead, or none, on a day."""


@dataclass
class Held:
    """What is believed about one person, as an act works on it. `posts` are the primary ones."""

    person_id: UUID
    text: PersonText | None = None
    identities: list[Identity] = field(default_factory=list)
    spells: list[Employment] = field(default_factory=list)
    posts: list[Assignment] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    grants: list[Grant] = field(default_factory=list)

    def spell_on(self, day: date) -> Employment | None:
        """The spell that covers the day."""
        return next((s for s in self.spells if start_of(s) <= day and (s.left_on is None or s.left_on > day)), None)

    def latest_spell(self) -> Employment | None:
        """The spell that began last."""
        return max(self.spells, key=start_of, default=None)

    def posts_of(self, spell: Employment) -> list[Assignment]:
        """The primary posts of one spell, in order."""
        return sorted((p for p in self.posts if p.spell == spell.spell), key=lambda post: post.from_on)

    def leading(self) -> list[Line]:
        """The solid lead lines (and "none" ones), in order."""
        return sorted((line for line in self.lines if line.kind in LEADING), key=lambda line: line.from_on)


def held_by(person_ids: Sequence[UUID]) -> dict[UUID, Held]:
    """What is believed about these persons at present; a person without text is there too."""
    ids = list(person_ids)
    held = {person: Held(person) for person in ids}
    for text in believed_in(PersonText, person_id__in=ids):
        held[text.person_id].text = text
    for identity in believed_in(Identity, person_id__in=ids):
        held[identity.person_id].identities.append(identity)
    for spell in believed_in(Employment, person_id__in=ids):
        held[spell.person_id].spells.append(spell)
    for post in believed_in(Assignment, person_id__in=ids, role=Assignment.PRIMARY):
        held[post.person_id].posts.append(post)
    for line in believed_in(Line, person_id__in=ids):
        held[line.person_id].lines.append(line)
    for grant in believed_in(Grant, person_id__in=ids):
        held[grant.person_id].grants.append(grant)
    return held


def start_of(spell: Employment) -> date:
    """The first day of a spell; BEGINNING where nobody told us."""
    return spell.hired_on or BEGINNING


def not_employed(on: date) -> DomainError:
    """The refusal of an act on a day outside every spell."""
    return DomainError(
        "people.not_employed",
        _("这个人 %(on)s 不在职") % {"on": on.isoformat()},
        fix=_("看看日期，或者先改入职、离职日期"),
        path="on",
    )


def leave_on(beliefs: Beliefs, held: Held, spell: Employment, left_on: date) -> Employment:
    """The spell ends: `left_on` is the first day not employed. Posts and lines end there, and roles."""
    if spell.left_on is not None and left_on > spell.left_on:
        _reopen(beliefs, held, spell, left_on)
    ended = beliefs.replace(spell, left_on=left_on)
    held.spells = [ended if s is spell else s for s in held.spells]
    later = [s for s in held.spells if start_of(s) >= left_on]
    until = min((start_of(s) for s in later), default=None)
    held.posts = beliefs.overlay(held.posts, from_on=left_on, to_on=until)
    held.lines = beliefs.overlay(held.lines, from_on=left_on, to_on=until)
    if not later:
        _end_grants(beliefs, held, clock.local_moment(left_on))
    return ended


def stay_on(beliefs: Beliefs, held: Held, spell: Employment) -> Employment:
    """The spell did not end after all: its last post and lines go on; roles are given anew by hand."""
    _reopen(beliefs, held, spell, None)
    going_on = beliefs.replace(spell, left_on=None)
    held.spells = [going_on if s is spell else s for s in held.spells]
    return going_on


def hired_on_corrected(beliefs: Beliefs, held: Held, spell: Employment, hired_on: date) -> Employment:
    """The spell began on another day than we believed; what began with it begins there too."""
    before = start_of(spell)
    corrected = beliefs.replace(spell, hired_on=hired_on)
    held.spells = [corrected if s is spell else s for s in held.spells]
    held.posts = _shift_start(beliefs, held.posts, before, hired_on)
    held.lines = _shift_start(beliefs, held.lines, before, hired_on)
    if hired_on < before:
        held.identities = _shift_start(beliefs, held.identities, before, hired_on)
    return corrected


def _shift_start(beliefs: Beliefs, strand: list[D], before: date, after: date) -> list[D]:
    if after > before:
        return beliefs.overlay(strand, from_on=before, to_on=after)
    return [beliefs.replace(row, from_on=after) if row.from_on == before else row for row in strand]


def _reopen(beliefs: Beliefs, held: Held, spell: Employment, until: date | None) -> None:
    held.posts = [beliefs.replace(p, to_on=until) if p.to_on == spell.left_on else p for p in held.posts]
    held.lines = [beliefs.replace(x, to_on=until) if x.to_on == spell.left_on else x for x in held.lines]


def _end_grants(beliefs: Beliefs, held: Held, moment: datetime) -> None:
    """Roles held end at the moment; those not yet begun are not given at all."""
    kept = []
    for grant in held.grants:
        if grant.to_at is not None and grant.to_at <= moment:
            kept.append(grant)
        elif grant.from_at < moment:
            kept.append(beliefs.replace(grant, to_at=moment))
        else:
            beliefs.end(grant)
    held.grants = kept
