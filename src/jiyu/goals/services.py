"""Setting one sheet. Agreed terms are dated and kept; a change is a new term."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from jiyu.core import audit, clock
from jiyu.core.actor import Actor
from jiyu.core.errors import DomainError, SeveralError
from jiyu.core.language import say
from jiyu.core.policy import require
from jiyu.goals.lines import LineEntry, as_entry, line_faults, sheet_faults
from jiyu.goals.models import Sheet, Term
from jiyu.goals.policies import SET_SHEETS
from jiyu.people import public as people
from jiyu.people.models import Period
from jiyu.studio.public import EditionView, InForce, edition_view, in_force, in_force_many


@transaction.atomic
def sheet_set(
    *,
    actor: Actor,
    subject: UUID,
    period: Period,
    module_code: str,
    lines: Sequence[LineEntry],
    edition: EditionView | None = None,
    expected_rev: int | None = None,
) -> tuple[Sheet, str]:
    """Agree the lines of one person's sheet for a period. Returns the sheet and "made", "changed" or "unchanged".

    A sheet keeps the edition it was made with: a change of its lines is checked against those rules (DESIGN §2).

    `expected_rev` (0: no sheet yet) refuses with `goals.sheet_changed` when somebody changed it in between. Somebody the
    actor may not see is 404. Raises `goals.no_rules` when nothing is released for the period's first day, `goals.sheet_of_other_module`,
    `goals.weight_range`, `goals.weight_sum`, `goals.section_weight_sum`, `goals.no_lines`, `goals.too_many_lines`,
    `goals.unknown_indicator`, or what a method says about its parameters.
    """
    require(actor, SET_SHEETS)
    people.require_visible(actor, subject)
    edition = edition or edition_for(module_code, period, subject)
    sheet = Sheet.objects.select_for_update().filter(subject=subject, period=period, part=1).first()
    if expected_rev is not None and expected_rev != (sheet.rev if sheet else 0):
        raise DomainError(
            "goals.sheet_changed",
            _("你打开之后，这张表被改过"),
            fix=_("你写的都还在下面。另开一页看看改了什么，再决定"),
            status=409,
        )
    if sheet is not None and sheet.edition != edition.id:
        edition = _made_with(sheet, module_code)
    if found := [*sheet_faults(lines), *(fault for line in lines for fault in line_faults(edition, line))]:
        raise found[0] if len(found) == 1 else SeveralError(found)
    now = clock.now()
    if sheet is None:
        sheet = Sheet.objects.create(
            subject=subject,
            period=period,
            edition=edition.id,
            state=Sheet.AGREED,
            made_at=now,
            agreed_at=now,
            agreed_by=actor.person_id,
        )
        outcome = "made"
    else:
        current = list(Term.objects.filter(sheet=sheet, superseded_at=None).order_by("line"))
        if [as_entry(t, edition) for t in current] == list(lines):
            return sheet, "unchanged"
        Term.objects.filter(sheet=sheet, superseded_at=None).update(superseded_at=now)
        sheet.rev, sheet.agreed_at, sheet.agreed_by = sheet.rev + 1, now, actor.person_id
        sheet.save()
        outcome = "changed"
    Term.objects.bulk_create(
        Term(
            sheet=sheet,
            line=number,
            indicator_version=edition.resolve("indicator", line.indicator, edition.module_code).version_id,
            section=line.section,
            section_weight=line.section_weight,
            weight=line.weight,
            target=line.target,
            threshold=line.threshold,
            stretch=line.stretch,
            baseline=line.baseline,
            is_applicable=line.is_applicable,
            from_on=period.from_on,
            to_on=period.to_on,
            recorded_at=now,
        )
        for number, line in enumerate(lines, 1)
    )
    audit.record(actor, f"goals.sheet_{outcome}", "goals.sheet", sheet.pk, subject=subject, lines=len(lines))
    return sheet, outcome


def edition_for(module_code: str, period: Period, subject: UUID | None) -> EditionView:
    """The edition that holds for a sheet of `period` that is made now: for `subject`, or where nobody is meant yet for
    everybody. Raises `goals.no_rules`."""
    held = (
        in_force(module_code=module_code, subject=None, on=period.from_on, known_at=clock.now())
        if subject is None
        else editions_for(module_code, period, [subject]).get(subject)
    )
    if held is None:
        raise no_rules(module_code, period)
    return held.edition


def editions_for(module_code: str, period: Period, subjects: Collection[UUID]) -> dict[UUID, InForce]:
    """The same for many; whom no release holds is absent. Rules are chosen by the first day of the period, for whoever
    came later by the first day in the company."""
    now = clock.now()
    days = people.first_days(persons=subjects, first=period.from_on, end=period.to_on, known_at=now)
    by_day: dict[date, set[UUID]] = {}
    for subject in subjects:
        by_day.setdefault(days.get(subject, period.from_on), set()).add(subject)
    found: dict[UUID, InForce] = {}
    for on, of in by_day.items():
        found |= in_force_many(module_code=module_code, subjects=of, on=on, known_at=now)
    return found


def no_rules(module_code: str, period: Period) -> DomainError:
    """Nothing is released by which a sheet could be made."""
    return DomainError(
        "goals.no_rules",
        _("“%(module)s”在 %(on)s 还没有生效的规则") % {"module": module_code, "on": period.from_on},
        fix=_("先发布一版，生效日不晚于这一天"),
    )


def _made_with(sheet: Sheet, module_code: str) -> EditionView:
    edition = edition_view(sheet.edition)
    if edition.module_code != module_code:
        raise DomainError(
            "goals.sheet_of_other_module",
            _("这段时间已经有“%(module)s”的考核表") % {"module": say(edition.module_name)},
            fix=_("一个人一段时间只有一张考核表，看看用哪个方案"),
        )
    return edition
