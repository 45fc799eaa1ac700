"""Work that was made with an edition and keeps it: sheets, enrolments, entries. The apps above tell what they have;
the studio lists what a release did not touch, and moves a piece to another edition on somebody's word (换版)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from jiyu.core import audit, clock
from jiyu.core.actor import Actor
from jiyu.core.columns import Among
from jiyu.core.errors import DomainError, NotVisibleError
from jiyu.core.language import say
from jiyu.core.policy import require
from jiyu.lib.text import Text
from jiyu.studio.in_force import InForce, in_force_many
from jiyu.studio.models import REASON_CHARS, Rebase
from jiyu.studio.policies import REBASE_WORK, SEE_RULES, require_rules
from jiyu.studio.selectors import EditionView, edition_view
from jiyu.studio.services import module_named


@dataclass(frozen=True)
class Work:
    """One piece of work. `on` is the day by which its edition was chosen; `covers` are pieces, by kind and id, that move
    with it."""

    kind: str
    id: UUID
    subject: UUID
    edition: UUID
    on: date
    label: str
    covers: frozenset[tuple[str, UUID]] = frozenset()


class Move(StrEnum):
    """What a change to another edition would do."""

    MOVES, NEEDS_ANSWER, CANNOT = "moves", "needs_answer", "cannot"


@dataclass(frozen=True)
class Plan:
    """What moving one piece comes to: what changes, what has to be answered first, or why it cannot be."""

    move: Move
    words: tuple[Text, ...] = ()


class WorkKind(Protocol):
    """How an app tells the studio about its work. `key` is stored and never renamed."""

    key: str
    label: Text

    def under(self, module_code: str) -> Sequence[Work]:
        """All work made with editions of a module."""

    def plan(self, work_id: UUID, to: EditionView) -> Plan:
        """What moving it would do; writes nothing."""

    def move(self, *, actor: Actor, work_id: UUID, to: EditionView) -> None:
        """Move it; called inside a transaction, after `plan` said that it moves."""


@dataclass(frozen=True)
class Behind:
    """A piece of work whose edition is not the one that holds today for its subject and day."""

    work: Work
    made_with: EditionView
    holds: InForce


@dataclass(frozen=True)
class Planned:
    """One line of a dry run."""

    behind: Behind
    plan: Plan


@dataclass(frozen=True)
class Rebased:
    """What a rebase came to."""

    moved: tuple[Work, ...] = ()
    left: tuple[Planned, ...] = field(default=())


_kinds: dict[str, WorkKind] = {}


def register_work(kind: WorkKind) -> None:
    """Make a sort of work known; called once at start by the app that owns it."""
    if _kinds.get(kind.key, kind) is not kind:
        raise ValueError(f"work {kind.key} is registered twice")
    _kinds[kind.key] = kind


def work_behind(*, actor: Actor, module_code: str) -> list[Behind]:
    """The work of a module that another edition holds for by now: what a release left as it was. By day and subject."""
    require(actor, SEE_RULES)
    works = [work for kind in _kinds.values() for work in kind.under(module_code)]
    covered = frozenset().union(*(work.covers for work in works))
    by_day: dict[date, list[Work]] = defaultdict(list)
    for work in works:
        if (work.kind, work.id) not in covered:
            by_day[work.on].append(work)
    now = clock.now()
    found = []
    for on, made in sorted(by_day.items()):
        holding = in_force_many(module_code=module_code, subjects={work.subject for work in made}, on=on, known_at=now)
        for work in made:
            holds = holding.get(work.subject)
            if holds is not None and holds.edition.id != work.edition:
                found.append(Behind(work, edition_view(work.edition), holds))
    return sorted(found, key=lambda b: (b.work.on, b.work.subject, b.work.kind))


def rebase_plan(*, actor: Actor, behind: Sequence[Behind]) -> list[Planned]:
    """The dry run of moving these pieces to the edition that holds for each. Writes nothing; a few queries a piece, so
    a page asks for what it shows."""
    require_rules(actor, REBASE_WORK)
    return [Planned(one, _kinds[one.work.kind].plan(one.work.id, one.holds.edition)) for one in behind]


@transaction.atomic
def rebase(*, actor: Actor, module_code: str, reason: str, seen: Mapping[UUID, UUID] | None = None) -> Rebased:
    """换版: move the pieces in `seen` ({work: the edition its author saw it would go to}; None: all) to the edition that
    holds for each. What needs an answer or cannot be moved stays as it is. Raises `studio.rebase_reason`, and
    `studio.rebase_changed` where another edition holds by now than the one seen."""
    require_rules(actor, REBASE_WORK)
    if not reason.strip():
        raise DomainError("studio.rebase_reason", _("写一句为什么换版"), path="reason")
    module_named(module_code)
    behind = work_behind(actor=actor, module_code=module_code)
    planned = rebase_plan(actor=actor, behind=behind if seen is None else _only(behind, seen))
    now = clock.now()
    moved, left = [], []
    for one in planned:
        work, to = one.behind.work, one.behind.holds.edition
        if one.plan.move is not Move.MOVES:
            left.append(one)
            continue
        _kinds[work.kind].move(actor=actor, work_id=work.id, to=to)
        for kind, work_id in [(work.kind, work.id), *sorted(work.covers)]:
            Rebase(
                work_kind=kind,
                work=work_id,
                from_edition_id=work.edition,
                to_edition_id=to.id,
                rebased_at=now,
                rebased_by=actor.person_id,
                reason=reason.strip()[:REASON_CHARS],
            ).save()
        audit.record(actor, "studio.rebased", work.kind, work.id, subject=work.subject, to=str(to.id))
        moved.append(work)
    return Rebased(tuple(moved), tuple(left))


def rebased_to(work_kind: str, works: Collection[UUID]) -> dict[UUID, UUID]:
    """The edition each piece of work was moved to last, by work; whoever never moved is absent."""
    rows = Rebase.objects.filter(Among("work", works), work_kind=work_kind).order_by("rebased_at", "id")
    return dict(rows.values_list("work", "to_edition_id"))


def _only(behind: Sequence[Behind], seen: Mapping[UUID, UUID]) -> list[Behind]:
    by_id = {one.work.id: one for one in behind}
    for work_id, edition_id in seen.items():
        if work_id not in by_id:
            raise NotVisibleError
        holds = by_id[work_id].holds.edition
        if holds.id != edition_id:
            raise DomainError(
                "studio.rebase_changed",
                _("%(label)s：你打开之后，生效的又换了一版（%(module)s 第 %(no)d 版）")
                % {"label": by_id[work_id].work.label, "module": say(holds.module_name), "no": holds.no},
                fix=_("刷新再看一次会变什么"),
                status=409,
            )
    return [by_id[work_id] for work_id in seen]
