"""Taking an import back: what it wrote is no longer believed, what it replaced is believed again (RULES,
undo).

Known earlier, the old belief stays readable. Refused, with the list, where later changes rest on the import.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from jiyu.core import audit
from jiyu.core.actor import Actor
from jiyu.core.errors import DomainError
from jiyu.core.recorded import Dated, Recorded
from jiyu.people.beliefs import Beliefs, believed_in, overlaps
from jiyu.people.models import (
    Assignment,
    Employment,
    Grant,
    Identity,
    Line,
    Person,
    PersonText,
    UndoneRun,
    Unit,
    UnitState,
)
from jiyu.people.policies import require_change_all
from jiyu.people.spells import LEADING

_RECORDED: tuple[type[Recorded], ...] = (PersonText, Identity, Employment, UnitState, Assignment, Line, Grant)
_NAMED_IN_MESSAGE = 5


_KINDS = {
    "run": _lazy(" %(n)s 处后来的导入"),
    "hand": _lazy(" %(n)s 处手工改动"),
    "enrolment": _lazy(" %(n)s 个人的考核"),
    "": _lazy(" %(n)s 处别的改动"),
}
"""What can rest on an import, in words; "" is whatever else an app names."""


@dataclass(frozen=True, slots=True)
class Rest:
    """Something that rests on an import: `kind` "run" (a later import), "hand" (a change by hand) or another
    app's word; about whom; `run_id` of the later import."""

    kind: str
    person_id: UUID | None = None
    run_id: UUID | None = None


class RunRestedOn(DomainError):
    """An import cannot be taken back: `rests` is the list of what rests on it."""

    def __init__(self, rests: tuple[Rest, ...]) -> None:
        persons = sorted({rest.person_id for rest in rests if rest.person_id})
        names = [text.name for text in believed_in(PersonText, person_id__in=persons[:_NAMED_IN_MESSAGE]) if text.name]
        kinds = Counter(rest.kind if rest.kind in _KINDS else "" for rest in rests)
        what = _("、").join(str(words) % {"n": kinds[kind]} for kind, words in _KINDS.items() if kinds[kind])
        message = _("这次导入之后又有%(what)s建立在它上面，不能直接撤销") % {"what": what}
        if names:
            more = "…" if len(persons) > _NAMED_IN_MESSAGE else ""
            message += _("：%(names)s") % {"names": "、".join(names) + more}
        fix = _("先撤销后面的导入，或者逐个改回")
        if kinds["enrolment"]:
            fix = _("进了考核周期的人不能整份撤销，导入改好的花名册来更正")
        super().__init__("people.run_rested_on", message, fix=fix, status=409)
        self.rests = rests


RestsOn = Callable[[frozenset[UUID], frozenset[UUID]], Iterable[Rest]]
"""Given the persons and the units an import made: what of another app rests on them."""

_rests_on: list[RestsOn] = []


def register_rests_on(check: RestsOn) -> None:
    """Let an app above say what of its own (sheets, results) rests on an import, at start."""
    _rests_on.append(check)


@transaction.atomic
def roster_undo(*, actor: Actor, run_id: UUID, undo_run_id: UUID) -> int:
    """Take the import `run_id` back, as part of the run `undo_run_id`; returns how many rows are no longer
    believed.

    Raises `people.run_undone` (already), `people.run_rested_on` with the list (`RunRestedOn`); then nothing
    changes.
    """
    require_change_all(actor)
    beliefs = Beliefs(run=undo_run_id)
    if UndoneRun.objects.filter(run=run_id).exists():
        raise DomainError("people.run_undone", _("这次导入已经撤销过了"), status=409)
    written = [row for model in _RECORDED for row in believed_in(model, run=run_id)]
    replaced = [row for model in _RECORDED for row in model.objects.filter(superseded_by=run_id).exclude(run=run_id)]
    rests = tuple(_rests(run_id, replaced))
    if rests:
        raise RunRestedOn(rests)
    for row in written:
        beliefs.end(row)
    for row in replaced:
        beliefs.restore(row)
    beliefs.add(UndoneRun(run=run_id, undo_run=undo_run_id, at=beliefs.at))
    beliefs.write()
    audit.record(actor, "people.roster_undone", "sources.run", run_id, ended=len(written), restored=len(replaced))
    return len(written)


def _rests(run_id: UUID, replaced: list[Recorded]) -> Iterable[Rest]:
    persons = frozenset(Person.objects.filter(run=run_id).values_list("id", flat=True))
    units = frozenset(Unit.objects.filter(run=run_id).values_list("id", flat=True))
    found: dict[UUID, Rest] = {}
    for row in [
        *_superseded_since(run_id),
        *_later_rows_about(run_id, persons, units),
        *_in_the_way(run_id, replaced),
    ]:
        by = row.superseded_by if row.run == run_id else row.run
        found[row.pk] = Rest("run" if by else "hand", getattr(row, "person_id", None), by)
    yield from sorted(set(found.values()), key=repr)
    for check in _rests_on:
        yield from check(persons, units)


def _superseded_since(run_id: UUID) -> Iterable[Recorded]:
    """Rows of the run that a later act, itself not taken back, replaced."""
    taken_back = {run_id, *UndoneRun.objects.values_list("run", flat=True)}
    for model in _RECORDED:
        for row in model.objects.filter(run=run_id, superseded_at__isnull=False):
            if row.superseded_by is None or row.superseded_by not in taken_back:
                yield row


def _later_rows_about(run_id: UUID, persons: frozenset[UUID], units: frozenset[UUID]) -> Iterable[Recorded]:
    """Believed rows of others that name a person or unit which only this run brought."""
    for model in _RECORDED:
        for column in (f.attname for f in model._meta.concrete_fields if f.related_model in (Person, Unit)):
            is_person = model._meta.get_field(column).related_model is Person
            for row in believed_in(model, **{f"{column}__in": list(persons if is_person else units)}):
                if row.run != run_id:
                    yield row


def _in_the_way(run_id: UUID, replaced: list[Recorded]) -> Iterable[Recorded]:
    """Believed rows of others that hold on days which a row to be restored claims again."""
    for model in (Identity, UnitState, Assignment, Line):
        again = [row for row in replaced if isinstance(row, model)]
        column = "unit_id" if model is UnitState else "person_id"
        claimed: dict[tuple[object, ...], list[Dated]] = {}
        for row in again:
            claimed.setdefault(_strand_of(row), []).append(row)
        for other in believed_in(model, **{f"{column}__in": [getattr(row, column) for row in again]}):
            if other.run != run_id and any(
                overlaps(other, row.from_on, row.to_on) for row in claimed.get(_strand_of(other), ())
            ):
                yield other


def _strand_of(row: Dated) -> tuple[object, ...]:
    """What may hold only once on a day."""
    if isinstance(row, Line):
        return row.person_id, "leading" if row.kind in LEADING else row.kind
    if isinstance(row, Assignment):
        return row.person_id, row.role
    if isinstance(row, Identity):
        return row.person_id, row.kind, row.value
    return (getattr(row, "unit_id", None),)
