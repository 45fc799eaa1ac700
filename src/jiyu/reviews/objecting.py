"""异议: one number is not right. The data's owner answers within two working days, then it is HR's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jiyu.core import audit, clock
from jiyu.core.actor import Actor
from jiyu.core.columns import Among
from jiyu.core.errors import DomainError, NotVisibleError
from jiyu.core.policy import require
from jiyu.lib.text import Text
from jiyu.people import public as people
from jiyu.reviews.acknowledging import newest_shown, own_enrolment
from jiyu.reviews.models import Finalization, Objection, ObjectionAnswer, Result, ResultLine
from jiyu.reviews.policies import ACKNOWLEDGE, ANSWER_OBJECTIONS, may_run
from jiyu.sources import public as sources
from jiyu.studio.public import edition_view

ANSWER_WITHIN_DAYS: Final = 2
"""Working days the data's owner has (RULES, open 异议)."""
OTHER: Final = "other"
REASONS: Final[Mapping[str, str | Promise]] = {
    "missing": gettext_lazy("少算了"),
    "not_mine": gettext_lazy("不是我做的"),
    "downtime": gettext_lazy("停机没扣"),
    OTHER: gettext_lazy("其他"),
}
"""Codes are stored and never renamed."""
VERDICTS: Final[Mapping[str, str | Promise]] = {
    ObjectionAnswer.CORRECTED: gettext_lazy("数改了"),
    ObjectionAnswer.STANDS: gettext_lazy("数没有错"),
}
LONGEST_TEXT: Final = 300


@dataclass(frozen=True, slots=True)
class ObjectionView:
    """An objection as its reader sees it. `answer` None: open. `is_late`: past its limit, HR's by now."""

    id: UUID
    subject: UUID
    result_id: UUID
    line: int
    line_name: Text
    cycle_label: str
    reason: str
    text: str
    owner: UUID | None
    raised_at: datetime
    due_at: datetime
    verdict: str
    answer: str
    answered_at: datetime | None
    answered_by: UUID | None
    is_late: bool
    is_mine_to_answer: bool


@transaction.atomic
def objection_raise(
    *, actor: Actor, enrolment_id: UUID, result_id: UUID, line: int, reason: str, text: str = ""
) -> Objection:
    """Object to one line of the own newest revision. It holds nothing up; HR sees it before 归档.

    404 for anybody else's. Raises `reviews.numbers_changed`, `reviews.numbers_final`, `reviews.objection_line`,
    `reviews.objection_reason`, `reviews.objection_text` (其他 needs a sentence), `reviews.objection_open`."""
    require(actor, ACKNOWLEDGE)
    enrolment = own_enrolment(actor, enrolment_id)
    if Finalization.objects.filter(enrolment=enrolment).exists():
        fix = _("对结果有意见，走申诉")
        raise DomainError("reviews.numbers_final", _("已经归档，数不再改了"), fix=fix, status=409)
    result = newest_shown(enrolment, result_id)
    at = ResultLine.objects.filter(result=result, line=line).first()
    if at is None:
        raise DomainError("reviews.objection_line", _("选一个数"), path="line")
    if reason not in REASONS:
        raise DomainError("reviews.objection_reason", _("选一个原因"), path="reason")
    said = text.strip()[:LONGEST_TEXT]
    if reason == OTHER and not said:
        raise DomainError("reviews.objection_text", _("写一句哪里不对"), path="text")
    if Objection.objects.filter(enrolment=enrolment, line=line, answer=None).exists():
        fix = _("等回答；有要补充的，先收回再提")
        raise DomainError("reviews.objection_open", _("这个数已经提过，还没有回答"), fix=fix, path="line", status=409)
    now = clock.now()
    calendar = people.work_calendar(known_at=now)
    due = calendar.working_days_deadline(clock.local(now), ANSWER_WITHIN_DAYS).astimezone(UTC)
    row = Objection(
        enrolment=enrolment,
        result=result,
        line=line,
        reason=reason,
        text=said,
        owner=_owner(result, at),
        raised_at=now,
        due_at=due,
    )
    row.save()
    audit.record(actor, "reviews.objected", "reviews.objection", row.pk, subject=enrolment.subject, line=line)
    return row


@transaction.atomic
def objection_answer(*, actor: Actor, objection_id: UUID, verdict: str, text: str = "") -> ObjectionAnswer:
    """Answer an open objection: the data's owner, or HR of the whole company; nobody answers the own one.

    404 for anybody else. Raises `reviews.objection_answered`, `reviews.objection_verdict`, and
    `reviews.objection_why`: that a number stands needs a sentence."""
    require(actor, ANSWER_OBJECTIONS)
    objection = _open_objection(objection_id)
    if actor.person_id is None or not _may_answer(actor, objection):
        raise NotVisibleError
    if verdict not in VERDICTS:
        raise DomainError("reviews.objection_verdict", _("选一个回答"), path="verdict")
    said = text.strip()[:LONGEST_TEXT]
    if verdict == ObjectionAnswer.STANDS and not said:
        raise DomainError("reviews.objection_why", _("写一句为什么没有错"), path="text")
    return _answered(actor, objection, verdict, said, actor.person_id)


@transaction.atomic
def objection_withdraw(*, actor: Actor, objection_id: UUID) -> ObjectionAnswer:
    """Take the own objection back. 404 for anybody else's; raises `reviews.objection_answered`."""
    require(actor, ACKNOWLEDGE)
    objection = _open_objection(objection_id)
    if actor.person_id is None or objection.enrolment.subject != actor.person_id:
        raise NotVisibleError
    return _answered(actor, objection, ObjectionAnswer.WITHDRAWN, "", actor.person_id)


def objections_to_answer(*, actor: Actor) -> list[ObjectionView]:
    """The open objections the actor may answer: of the own data, and for HR of the whole company all; those past their
    limit first, then by limit."""
    require(actor, ANSWER_OBJECTIONS)
    rows = Objection.objects.filter(answer=None)
    if not may_run(actor):
        rows = rows.filter(owner=actor.person_id) if actor.person_id else rows.none()
    found = list(rows.select_related("enrolment__cycle", "result", "answer").order_by("due_at", "id"))
    return [view for view in _views(found, actor) if view.is_mine_to_answer]


def may_be_asked(actor: Actor) -> bool:
    """Whether an open objection is about data the actor answers for: one small query."""
    mine = Objection.objects.filter(owner=actor.person_id, answer=None) if actor.person_id else Objection.objects.none()
    return mine.exists()


def objections_of(*, actor: Actor, enrolment_id: UUID) -> list[ObjectionView]:
    """All objections to the numbers of an enrolment, newest first; 404 where the actor may not see the person."""
    require(actor, ACKNOWLEDGE)
    rows = list(
        Objection.objects.filter(enrolment=enrolment_id)
        .select_related("enrolment__cycle", "result", "answer")
        .order_by("-raised_at")
    )
    if rows:
        people.require_visible(actor, rows[0].enrolment.subject)
    return _views(rows, actor)


def _open_objection(objection_id: UUID) -> Objection:
    rows = Objection.objects.select_for_update(of=("self",)).select_related("enrolment")
    objection = rows.filter(pk=objection_id).first()
    if objection is None:
        raise NotVisibleError
    if ObjectionAnswer.objects.filter(objection=objection).exists():
        raise DomainError("reviews.objection_answered", _("这一条已经有回答了"), fix=_("刷新看看"), status=409)
    return objection


def _may_answer(actor: Actor, objection: Objection) -> bool:
    """Nobody decides on a case about himself (DESIGN §7)."""
    if actor.person_id == objection.enrolment.subject:
        return False
    return may_run(actor) or (actor.person_id is not None and actor.person_id == objection.owner)


def _answered(actor: Actor, objection: Objection, verdict: str, text: str, by: UUID) -> ObjectionAnswer:
    answer = ObjectionAnswer(objection=objection, verdict=verdict, text=text, answered_at=clock.now(), answered_by=by)
    answer.save()
    subject = objection.enrolment.subject
    audit.record(
        actor, "reviews.objection_answered", "reviews.objection", objection.pk, subject=subject, verdict=verdict
    )
    return answer


def _owner(result: Result, line: ResultLine) -> UUID | None:
    """Who answers for the data of a line: the first of its sources that somebody answers for. Never the person the
    number is about."""
    item = next((i for i in edition_view(result.edition).items if i.version_id == line.metric_version), None)
    owners = sources.source_owners(codes=item.spec.sources) if item else {}
    return next(
        (
            owner
            for code in (item.spec.sources if item else ())
            if (owner := owners.get(code)) is not None and owner != result.enrolment.subject
        ),
        None,
    )


def _views(rows: Sequence[Objection], actor: Actor) -> list[ObjectionView]:
    """Objections with their names; one query, however many."""
    lines = ResultLine.objects.filter(Among("result", {row.result_id for row in rows}))
    indicators = {(result, line): of for result, line, of in lines.values_list("result", "line", "indicator_version")}
    return [_view(row, indicators.get((row.result_id, row.line)), actor) for row in rows]


def _view(row: Objection, indicator: UUID | None, actor: Actor) -> ObjectionView:
    answer = getattr(row, "answer", None)
    item = next((i for i in edition_view(row.result.edition).items if i.version_id == indicator), None)
    return ObjectionView(
        id=row.pk,
        subject=row.enrolment.subject,
        result_id=row.result_id,
        line=row.line,
        line_name=item.name if item else Text(str(row.line)),
        cycle_label=row.enrolment.cycle.label,
        reason=str(REASONS.get(row.reason, row.reason)),
        text=row.text or "",
        owner=row.owner,
        raised_at=row.raised_at,
        due_at=row.due_at,
        verdict=answer.verdict if answer else "",
        answer=(answer.text or "") if answer else "",
        answered_at=answer.answered_at if answer else None,
        answered_by=answer.answered_by if answer else None,
        is_late=answer is None and clock.now() > row.due_at,
        is_mine_to_answer=answer is None and _may_answer(actor, row),
    )
