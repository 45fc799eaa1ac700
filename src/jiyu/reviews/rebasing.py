"""Moving people who are in a cycle to another edition (换版), their sheets with them. What is finalized stays."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db.models import F

from jiyu.core import clock
from jiyu.core.actor import Actor
from jiyu.goals.public import SHEET, sheet_move, sheet_plan
from jiyu.lib.text import Text
from jiyu.people import public as people
from jiyu.reviews.models import Cycle, Enrolment, Finalization
from jiyu.reviews.policies import require_run
from jiyu.reviews.scoring import ENROLMENT, scheme_of
from jiyu.studio.public import EditionView, Move, Plan, Work, edition_view, kind_of, rebased_to


class EnrolmentWork:
    """What the studio asks about enrolments."""

    key = ENROLMENT
    label = Text("考核周期里的人", "enrolment")

    def under(self, module_code: str) -> Sequence[Work]:
        """Everybody in a cycle of the module, with the edition each is on."""
        found: list[Work] = []
        for cycle in Cycle.objects.filter(module_code=module_code).select_related("period"):
            enrolled = list(Enrolment.objects.filter(cycle=cycle))
            moved = rebased_to(ENROLMENT, [e.pk for e in enrolled])
            days = people.first_days(
                persons=[e.subject for e in enrolled],
                first=cycle.period.from_on,
                end=cycle.period.to_on,
                known_at=clock.now(),
            )
            found += [
                Work(
                    kind=ENROLMENT,
                    id=e.pk,
                    subject=e.subject,
                    edition=moved.get(e.pk, e.edition),
                    on=days.get(e.subject, cycle.period.from_on),
                    label=cycle.label,
                    covers=frozenset({(SHEET, e.sheet)} if e.sheet else ()),
                )
                for e in enrolled
            ]
        return found

    def plan(self, work_id: UUID, to: EditionView) -> Plan:
        """What is finalized cannot be moved; otherwise what its sheet says, and what changes in the scheme."""
        if Finalization.objects.filter(enrolment=work_id).exists():
            return Plan(Move.CANNOT, (Text("已经归档", "finalized"),))
        enrolment = Enrolment.objects.get(pk=work_id)
        sheet = sheet_plan(sheet_id=enrolment.sheet, to=to) if enrolment.sheet else Plan(Move.MOVES)
        now = edition_view(rebased_to(ENROLMENT, [work_id]).get(work_id, enrolment.edition))
        scheme = kind_of("scheme").describe_diff(scheme_of(now).spec, scheme_of(to).spec)
        return Plan(sheet.move, (*sheet.words, *scheme))

    def move(self, *, actor: Actor, work_id: UUID, to: EditionView) -> None:
        """Move the sheet; the cycle has to be scored again."""
        require_run(actor)
        enrolment = Enrolment.objects.select_for_update().get(pk=work_id)
        if enrolment.sheet:
            sheet_move(actor=actor, sheet_id=enrolment.sheet, to=to)
        Cycle.objects.filter(pk=enrolment.cycle_id).exclude(state=Cycle.FINALIZED).update(
            state=Cycle.OPEN, rev=F("rev") + 1
        )
