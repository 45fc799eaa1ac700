"""Moving sheets that are made to another edition (换版): the same indicators, targets and weights, by the other edition's
rules for them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from django.utils.translation import gettext as _

from jiyu.core import audit, clock
from jiyu.core.actor import Actor
from jiyu.core.policy import require
from jiyu.core.recorded import known
from jiyu.goals.lines import LineEntry, as_entry, line_faults
from jiyu.goals.models import Sheet, Term
from jiyu.goals.policies import SET_SHEETS
from jiyu.lib.text import Text
from jiyu.people import public as people
from jiyu.studio.public import EditionView, Move, Plan, Work, edition_module_codes, edition_view, kind_of

SHEET: Final = "goals.sheet"
"""As the studio knows this sort of work; never renamed."""


class SheetWork:
    """What the studio asks about sheets."""

    key = SHEET
    label = Text("考核表", "sheet")

    def under(self, module_code: str) -> Sequence[Work]:
        """Every agreed sheet made with an edition of the module."""
        codes = edition_module_codes(Sheet.objects.values_list("edition", flat=True).distinct())
        editions = [edition for edition, code in codes.items() if code == module_code]
        sheets = Sheet.objects.filter(edition__in=editions, state=Sheet.AGREED).select_related("period")
        by_period: dict[UUID, list[Sheet]] = {}
        for sheet in sheets:
            by_period.setdefault(sheet.period_id, []).append(sheet)
        found: list[Work] = []
        for of in by_period.values():
            period = of[0].period
            days = people.first_days(
                persons=[s.subject for s in of], first=period.from_on, end=period.to_on, known_at=clock.now()
            )
            found += [
                Work(
                    kind=SHEET,
                    id=sheet.pk,
                    subject=sheet.subject,
                    edition=sheet.edition,
                    on=days.get(sheet.subject, period.from_on),
                    label=_("%(period)s 考核表") % {"period": period.code},
                )
                for sheet in of
            ]
        return found

    def plan(self, work_id: UUID, to: EditionView) -> Plan:
        """See `sheet_plan`."""
        return sheet_plan(sheet_id=work_id, to=to)

    def move(self, *, actor: Actor, work_id: UUID, to: EditionView) -> None:
        """See `sheet_move`."""
        sheet_move(actor=actor, sheet_id=work_id, to=to)


def sheet_plan(*, sheet_id: UUID, to: EditionView) -> Plan:
    """What moving a sheet to another edition would do: which indicators it uses changed, or what keeps it: an indicator
    that is gone there, a parameter that its rule refuses there. Writes nothing."""
    sheet = Sheet.objects.get(pk=sheet_id)
    edition = edition_view(sheet.edition)
    entries = [as_entry(term, edition) for term in _terms(sheet)]
    faults = [fault for entry in entries for fault in line_faults(to, entry)]
    if faults:
        return Plan(Move.NEEDS_ANSWER, tuple(Text(fault.sentence, fault.sentence) for fault in faults))
    return Plan(Move.MOVES, tuple(_changes(entries, edition, to)))


def sheet_move(*, actor: Actor, sheet_id: UUID, to: EditionView) -> None:
    """Move a sheet whose plan says that it moves; what held until now stays readable."""
    require(actor, SET_SHEETS)
    sheet = Sheet.objects.select_for_update().get(pk=sheet_id)
    edition = edition_view(sheet.edition)
    now = clock.now()
    terms = _terms(sheet)
    Term.objects.filter(pk__in=[term.pk for term in terms]).update(superseded_at=now)
    for term in terms:
        code = as_entry(term, edition).indicator
        term.pk = Term._meta.pk.get_default()
        term.indicator_version = to.resolve("indicator", code, to.module_code).version_id
        term.recorded_at, term.superseded_at = now, None
        term._state.adding = True
    Term.objects.bulk_create(terms)
    sheet.edition, sheet.rev = to.id, sheet.rev + 1
    sheet.save()
    audit.record(actor, "goals.sheet_moved", SHEET, sheet.pk, subject=sheet.subject, to=str(to.id))


def _terms(sheet: Sheet) -> list[Term]:
    return list(Term.objects.filter(known(clock.now()), sheet=sheet).order_by("line", "from_on"))


def _changes(entries: Sequence[LineEntry], old: EditionView, new: EditionView) -> list[Text]:
    """What the other edition says differently of the indicators that a sheet uses."""
    said = []
    for entry in entries:
        was, now = old.find("indicator", entry.indicator), new.find("indicator", entry.indicator)
        assert was is not None and now is not None
        if was.version_id != now.version_id:
            for change in kind_of("indicator").describe_diff(was.spec, now.spec):
                name = now.name
                said.append(Text(f"{name.zh}：{change.zh}", f"{name.in_('en')}: {change.in_('en')}"))
    return said
