"""确认: a person says that they have seen the numbers of a period. It binds nobody and closes no way."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from jiyu.core import audit, clock
from jiyu.core.actor import Actor
from jiyu.core.columns import Among
from jiyu.core.errors import DomainError, NotVisibleError
from jiyu.core.policy import require
from jiyu.people import public as people
from jiyu.reviews.models import Acknowledgement, Cycle, Enrolment, Finalization, Objection, Result
from jiyu.reviews.policies import ACKNOWLEDGE, SEE_RESULT


class Seen(StrEnum):
    """Where somebody's 确认 stands. `NOT_ASKED`: the numbers are not there yet, or the cycle is not scored."""

    NOT_ASKED, ASKED, DONE, CHANGED = "not_asked", "asked", "done", "changed"


@dataclass(frozen=True, slots=True)
class SeenState:
    """How far somebody is with a cycle's numbers: `result_id` is the newest revision, `objections` the open ones,
    `has_objected` whether there were any at all."""

    seen: Seen
    result_id: UUID | None
    acknowledged_at: datetime | None
    objections: int
    has_objected: bool


@transaction.atomic
def acknowledge(*, actor: Actor, enrolment_id: UUID, result_id: UUID) -> Acknowledgement:
    """The acting person has seen the numbers of `result_id`. Saying so again changes nothing.

    404 for anybody else's enrolment. Raises `reviews.numbers_changed` where there is a newer revision by now,
    `reviews.numbers_waiting` before all numbers are there, `reviews.numbers_final` after 归档."""
    require(actor, ACKNOWLEDGE)
    enrolment = own_enrolment(actor, enrolment_id)
    there = Acknowledgement.objects.filter(enrolment=enrolment).first()
    if there is not None:
        return there
    result = newest_shown(enrolment, result_id)
    if Finalization.objects.filter(enrolment=enrolment).exists():
        raise DomainError("reviews.numbers_final", _("已经归档，不用再确认了"), status=409)
    if result.state != "scored":
        raise DomainError(
            "reviews.numbers_waiting", _("数还没有到齐"), fix=_("到齐了再请你确认，现在不用做什么"), status=409
        )
    row = Acknowledgement(
        enrolment=enrolment, result=result, acknowledged_at=clock.now(), acknowledged_by=enrolment.subject
    )
    row.save()
    audit.record(actor, "reviews.acknowledged", "reviews.result", result.pk, subject=enrolment.subject)
    return row


def seen_states(
    *, actor: Actor, enrolment_ids: Collection[UUID], org: people.OrgView | None = None
) -> Mapping[UUID, SeenState]:
    """Where each enrolment stands, by id; those of persons the actor may not see are left out. `org` is
    today's organisation, where the caller has read it."""
    require(actor, SEE_RESULT)
    rows = Enrolment.objects.filter(Among("id", enrolment_ids)).select_related(
        "cycle", "acknowledgement", "finalization"
    )
    enrolments = list(rows)
    others = [e for e in enrolments if e.subject != actor.person_id]
    scope = people.scope_of(actor, org=org) if others else None
    enrolments = [e for e in enrolments if e.subject == actor.person_id or (scope is not None and e.subject in scope)]
    ids = [e.pk for e in enrolments]
    newest = {r.enrolment_id: r for r in Result.objects.filter(Among("enrolment", ids)).order_by("enrolment", "rev")}
    raised: dict[UUID, list[bool]] = {}
    found = Objection.objects.filter(Among("enrolment", ids)).values_list("enrolment", "answer")
    for of, answer in found:
        raised.setdefault(of, []).append(answer is None)
    return {e.pk: _state(e, newest.get(e.pk), raised.get(e.pk, ())) for e in enrolments}


def _state(enrolment: Enrolment, newest: Result | None, objections: Sequence[bool]) -> SeenState:
    done = getattr(enrolment, "acknowledgement", None)
    final = getattr(enrolment, "finalization", None)
    seen = Seen.NOT_ASKED
    if done is not None:
        # What was archived is what counts, not a revision that came to it later.
        counts = final.result_id if final is not None else newest.pk if newest else None
        seen = Seen.DONE if counts in (None, done.result_id) else Seen.CHANGED
    elif final is None and newest is not None and newest.state == "scored" and enrolment.cycle.state == Cycle.SCORED:
        seen = Seen.ASKED
    return SeenState(
        seen=seen,
        result_id=newest.pk if newest else None,
        acknowledged_at=done.acknowledged_at if done else None,
        objections=sum(objections),
        has_objected=bool(objections),
    )


def own_enrolment(actor: Actor, enrolment_id: UUID) -> Enrolment:
    """The acting person's own enrolment, locked; 404 for another's."""
    enrolment = Enrolment.objects.select_for_update().filter(pk=enrolment_id).first()
    if enrolment is None or actor.person_id is None or enrolment.subject != actor.person_id:
        raise NotVisibleError
    return enrolment


def newest_shown(enrolment: Enrolment, result_id: UUID) -> Result:
    """The newest revision of an enrolment, if it is the one that was shown; raises `reviews.numbers_changed`."""
    newest = Result.objects.filter(enrolment=enrolment).order_by("-rev").first()
    if newest is None or not Result.objects.filter(pk=result_id, enrolment=enrolment).exists():
        raise NotVisibleError
    if newest.pk != result_id:
        raise DomainError(
            "reviews.numbers_changed", _("你打开之后，数变过"), fix=_("刷新看看新的数，再决定"), status=409
        )
    return newest
