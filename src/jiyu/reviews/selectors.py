"""Reading cycles and results, from what the actor may see."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from django.db.models import Count, OuterRef, Subquery
from django.utils.translation import gettext as _

from jiyu.core import audit, clock
from jiyu.core.actor import Actor
from jiyu.core.errors import NotVisibleError
from jiyu.core.policy import require
from jiyu.people import public as people
from jiyu.reviews.explanation import Explanation, explain_result
from jiyu.reviews.models import Cycle, Enrolment, Result, ResultInput, ResultLine
from jiyu.reviews.policies import SEE_CYCLES, SEE_RESULT
from jiyu.reviews.scoring import compute, enrolled_one

UNRATED: Final = ("not_rated", "no_sheet", "error")
"""States of a result that no number to come will turn into a score."""


@dataclass(frozen=True)
class ResultHead:
    """A result without its lines: enough for a list or a headline. `score` in millionths; `archived_id` is the
    archived result of the same enrolment, be it this one or another."""

    result_id: UUID
    enrolment_id: UUID
    subject: UUID
    cycle_id: UUID
    cycle_label: str
    period_code: str
    from_on: date
    to_on: date
    cycle_state: str
    state: str
    score: int | None
    grade: str
    lead: UUID | None
    lead_reason: str
    home_unit: UUID | None
    finalized_at: datetime | None
    finalized_by: UUID | None
    archived_id: UUID | None
    cause: Mapping[str, object]


@dataclass
class UnitTally:
    """How many of a unit are in which state."""

    unit_id: UUID | None
    enrolled: int = 0
    scored: int = 0
    awaiting_data: int = 0
    not_rated: int = 0
    error: int = 0
    not_scored: int = 0


@dataclass(frozen=True)
class CycleOverview:
    """A cycle at a glance: by state, by department, by grade, and who waits for what."""

    cycle: Cycle
    enrolled: int
    by_state: dict[str, int]
    grades: tuple[tuple[str, int], ...]
    units: tuple[UnitTally, ...]
    waiting: tuple[ResultHead, ...]
    unrated: tuple[ResultHead, ...]
    finalized: int
    unresolved_leads: int


def results_of(*, actor: Actor, subject: UUID, limit: int = 8, org: people.OrgView | None = None) -> list[ResultHead]:
    """Somebody's results, newest period first: the finalized revision of each cycle, else the newest one. `org` is
    today's organisation, where the caller has read it."""
    require(actor, SEE_RESULT)
    people.require_visible(actor, subject, org=org)
    rows = _heads(
        Enrolment.objects.filter(subject=subject).order_by("-cycle__period__from_on")[:limit],
        keep_without=True,
    )
    return sorted(rows, key=lambda r: r.from_on, reverse=True)


def results_of_many(
    *, actor: Actor, subjects: Sequence[UUID], org: people.OrgView | None = None
) -> dict[UUID, ResultHead]:
    """The newest result with a score of each of `subjects` (those the actor may not see are left out)."""
    require(actor, SEE_RESULT)
    seen = people.visible_subjects(actor, org=org)
    wanted = [s for s in subjects if s in seen]
    newest: dict[UUID, ResultHead] = {}
    for head in _heads(Enrolment.objects.filter(subject__in=wanted)):
        before = newest.get(head.subject)
        if before is None or (head.from_on, head.to_on) > (before.from_on, before.to_on):
            newest[head.subject] = head
    return newest


def explanation(*, actor: Actor, result_id: UUID, org: people.OrgView | None = None) -> tuple[Explanation, ResultHead]:
    """Why a result is what it is. A look at somebody else's result goes into the audit. `org` is today's organisation,
    where the caller has read it."""
    require(actor, SEE_RESULT)
    whole = ("enrolment__cycle__period", "enrolment__finalization")
    of_result = ResultLine.objects.select_related(*(f"result__{path}" for path in whole))
    lines = list(of_result.filter(result=result_id).order_by("line"))
    result = lines[0].result if lines else Result.objects.select_related(*whole).filter(pk=result_id).first()
    if result is None:
        raise NotVisibleError
    people.require_visible(actor, result.enrolment.subject, org=org)
    if actor.person_id != result.enrolment.subject and not actor.is_system:
        audit.record(actor, "reviews.result_viewed", "reviews.result", result.pk, subject=result.enrolment.subject)
    inputs = list(ResultInput.objects.filter(line__result=result).order_by("pk"))
    told = explain_result(result, lines, inputs, result.enrolment.cycle.period.to_on)
    return told, _head(result.enrolment, result)


def live_explanation(
    *, actor: Actor, enrolment_id: UUID, org: people.OrgView | None = None
) -> tuple[Explanation, ResultHead]:
    """How somebody stands in a cycle with the data known now: computed as scoring would, nothing written."""
    require(actor, SEE_RESULT)
    enrolment = Enrolment.objects.select_related("cycle__period", "finalization").filter(pk=enrolment_id).first()
    if enrolment is None:
        raise NotVisibleError
    people.require_visible(actor, enrolment.subject, org=org)
    now = clock.now()
    (computed,) = compute(enrolment.cycle, enrolled_one(enrolment), known_at=now, now=now, bulk=False)
    result, lines, inputs = computed.objects(enrolment)
    period = enrolment.cycle.period
    gone = (clock.today() - period.from_on).days + 1
    elapsed = max(0.0, min(1.0, gone / (period.to_on - period.from_on).days))
    told = explain_result(result, lines, inputs, period.to_on, elapsed=elapsed)
    return told, _head(enrolment, result)


def cycle_list(*, actor: Actor) -> list[tuple[Cycle, int]]:
    """All cycles with the number of people in each, those under way first, newest period first."""
    require(actor, SEE_CYCLES)
    found = Cycle.objects.select_related("period").annotate(people=Count("enrolments"))
    rows = [(c, c.people) for c in found.order_by("-period__from_on", "code")]
    return sorted(rows, key=lambda row: row[0].state == Cycle.FINALIZED)


def cycle_by_code(*, actor: Actor, code: str) -> Cycle:
    """The cycle called `code`; raises `NotVisibleError`, naming the codes there are."""
    require(actor, SEE_CYCLES)
    found = Cycle.objects.filter(code=code).first()
    if found is None:
        known = " ".join(Cycle.objects.order_by("code").values_list("code", flat=True))
        raise NotVisibleError(_("没有周期“%(code)s”；有：%(known)s") % {"code": code, "known": known or "–"})
    return found


def cycle_heads(*, actor: Actor, cycle_id: UUID, org: people.OrgView | None = None) -> tuple[Cycle, list[ResultHead]]:
    """A cycle and everybody in it whom the actor may see. Raises `NotVisibleError` for an unknown one."""
    require(actor, SEE_CYCLES)
    cycle = Cycle.objects.select_related("period").filter(pk=cycle_id).first()
    if cycle is None:
        raise NotVisibleError
    seen = people.scope_of(actor, org=org)
    heads = _heads(Enrolment.objects.filter(cycle=cycle), keep_without=True)
    return cycle, [head for head in heads if head.subject in seen]


def cycle_overview(*, actor: Actor, cycle_id: UUID, org: people.OrgView | None = None) -> CycleOverview:
    """How a cycle stands, of the people the actor may see. Raises `NotVisibleError` for an unknown one."""
    cycle, heads = cycle_heads(actor=actor, cycle_id=cycle_id, org=org)
    states: dict[str, int] = {}
    grades: dict[str, int] = {}
    units: dict[UUID | None, UnitTally] = {}
    for head in heads:
        states[head.state] = states.get(head.state, 0) + 1
        if head.state == "scored":
            grades[head.grade] = grades.get(head.grade, 0) + 1
        tally = units.setdefault(head.home_unit, UnitTally(head.home_unit))
        tally.enrolled += 1
        if head.state in ("scored", "awaiting_data", "not_rated", "error", "not_scored"):
            setattr(tally, head.state, getattr(tally, head.state) + 1)
    return CycleOverview(
        cycle=cycle,
        enrolled=len(heads),
        by_state=states,
        grades=tuple(grades.items()),
        units=tuple(units.values()),
        waiting=tuple(h for h in heads if h.state == "awaiting_data"),
        unrated=tuple(h for h in heads if h.state in UNRATED),
        finalized=sum(h.archived_id is not None for h in heads),
        unresolved_leads=sum(h.lead_reason == people.UNRESOLVED for h in heads),
    )


def waiting_sources(*, result_ids: Sequence[UUID]) -> dict[UUID, list[str]]:
    """For results that wait: the names of the inputs that have not come."""
    rows = (
        ResultInput.objects.filter(line__result__in=result_ids, line__state="awaiting_data", numerator=None)
        .order_by("line__line", "pk")
        .values_list("line__result", "name")
    )
    out: dict[UUID, list[str]] = {}
    for result, name in rows:
        if name not in out.setdefault(result, []):
            out[result].append(name)
    return out


def _heads(enrolments: object, *, keep_without: bool = False) -> list[ResultHead]:
    """Heads of enrolments: the finalized revision, else the newest. Two queries."""
    newest = Result.objects.filter(enrolment=OuterRef("pk")).order_by("-rev").values("pk")[:1]
    rows = list(
        enrolments.select_related("cycle__period", "finalization").annotate(newest=Subquery(newest))  # type: ignore[attr-defined]
    )
    ids = {_result_id(e) for e in rows} - {None}
    results = Result.objects.in_bulk(ids)
    out = []
    for enrolment in rows:
        result = results.get(_result_id(enrolment))
        if result is not None or keep_without:
            out.append(_head(enrolment, result))
    return out


def _result_id(enrolment: Enrolment) -> UUID | None:
    final = getattr(enrolment, "finalization", None)
    return final.result_id if final is not None else enrolment.newest  # type: ignore[attr-defined,no-any-return]


def _head(enrolment: Enrolment, result: Result | None) -> ResultHead:
    final = getattr(enrolment, "finalization", None)
    cycle = enrolment.cycle
    return ResultHead(
        result_id=result.pk if result else UUID(int=0),
        enrolment_id=enrolment.pk,
        subject=enrolment.subject,
        cycle_id=cycle.pk,
        cycle_label=cycle.label,
        period_code=cycle.period.code,
        from_on=cycle.period.from_on,
        to_on=cycle.period.to_on,
        cycle_state=cycle.state,
        state=result.state if result else "not_scored",
        score=result.score if result else None,
        grade=result.grade if result else "",
        lead=enrolment.lead,
        lead_reason=enrolment.lead_reason,
        home_unit=enrolment.home_unit,
        finalized_at=final.finalized_at if final is not None and result and final.result_id == result.pk else None,
        finalized_by=final.finalized_by if final is not None and result and final.result_id == result.pk else None,
        archived_id=final.result_id if final is not None else None,
        cause=result.cause if result else {},
    )
