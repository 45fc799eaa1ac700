"""What the list of sheets shows: who has one in a period; and what its form and file start from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.db.models import Count

from jiyu.core import clock
from jiyu.core.actor import Actor
from jiyu.core.errors import DomainError
from jiyu.core.language import say
from jiyu.core.paging import PageOf, page_of_rows
from jiyu.core.policy import require
from jiyu.core.recorded import known
from jiyu.goals.lines import USUAL_LINES
from jiyu.goals.models import Sheet, Term
from jiyu.goals.policies import SEE_SHEETS
from jiyu.goals.wording import indicator_name, weight_figure
from jiyu.lib.text import Text
from jiyu.people import public as people
from jiyu.people.models import Period
from jiyu.studio.public import EditionView, edition_module_codes, in_force, modules_with, versions

TABS = 4


@dataclass(frozen=True, slots=True)
class PeriodTab:
    """A period and a module that have sheets. `key` is what the address says: "2026Q1:quarterly"."""

    key: str
    period: Period
    module_code: str
    label: str
    count: int
    editions: tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One sheet in a list."""

    id: UUID
    name: str
    employee_no: str
    unit: str
    lines: int
    summary: str
    rev: int

    @property
    def is_long(self) -> bool:
        """More lines than anybody can keep in mind."""
        return self.lines > USUAL_LINES


@dataclass(frozen=True, slots=True)
class SheetsPage:
    """The sheets of one period and module; `tabs` are the newest, `chosen` None when there is no sheet at all."""

    tabs: tuple[PeriodTab, ...]
    older: tuple[PeriodTab, ...]
    chosen: PeriodTab | None
    modules: tuple[tuple[str, Text], ...]
    page: PageOf[SheetRow]
    total: int
    long: int
    query: str
    only_long: bool


def sheets_page(
    *, actor: Actor, key: str = "", query: str = "", only_long: bool = False, page: str | None = None
) -> SheetsPage:
    """The list. Only sheets of persons the actor may see; an unknown `key` shows the newest period."""
    require(actor, SEE_SHEETS)
    modules = tuple(modules_with("scheme"))
    tabs = _tabs(dict(modules))
    chosen = next((t for t in tabs if t.key == key), tabs[0] if tabs else None)
    rows: list[tuple[Sheet, people.OrgPerson]] = []
    counts: dict[UUID, int] = {}
    org = None
    if chosen is not None:
        org = people.org_on(on=day_of(chosen.period), known_at=clock.now())
        rows = _visible_sheets(actor, chosen, org)
        counts = _line_counts(chosen)
    total, long = len(rows), sum(counts.get(sheet.pk, 0) > USUAL_LINES for sheet, _person in rows)
    rows = [
        (sheet, person)
        for sheet, person in rows
        if person.answers_to(query) and (not only_long or counts.get(sheet.pk, 0) > USUAL_LINES)
    ]
    shown = page_of_rows(rows, page)
    told = tuple(_sheet_rows(shown.rows, org)) if org else ()
    return SheetsPage(
        tabs=_first_tabs(tabs, chosen),
        older=tuple(tabs),
        chosen=chosen,
        modules=modules,
        page=PageOf(told, shown.number, shown.count, shown.total),
        total=total,
        long=long,
        query=query.strip(),
        only_long=only_long,
    )


def sheets_of(*, actor: Actor, key: str) -> list[tuple[Sheet, people.OrgPerson]]:
    """The sheets of one tab with their persons, by employee number; none for an unknown `key`."""
    require(actor, SEE_SHEETS)
    tab = next((t for t in _tabs({}) if t.key == key), None)
    if tab is None:
        return []
    return _visible_sheets(actor, tab, people.org_on(on=day_of(tab.period), known_at=clock.now()))


def current_terms(sheet: Sheet | None) -> list[Term]:
    """The lines of a sheet as believed now, in order."""
    if sheet is None:
        return []
    return list(Term.objects.filter(known(clock.now()), sheet=sheet).order_by("line"))


def edition_held(module_code: str, period_code: str) -> EditionView | None:
    """The edition that everybody's sheets of a period follow; today's where the code is no period; None before any
    release."""
    try:
        first = people.period_bounds(period_code)[1]
    except DomainError:
        first = clock.today()
    held = in_force(module_code=module_code, subject=None, on=first, known_at=clock.now())
    return held.edition if held else None


def day_of(period: Period) -> date:
    """The day whose organisation a period's pages show: today, held inside the period."""
    return min(max(clock.today(), period.from_on), period.to_on - timedelta(days=1))


# The list


def _tabs(names: Mapping[str, Text]) -> list[PeriodTab]:
    """Every period and module with sheets, newest period first."""
    columns = ("period", "period__code", "period__from_on", "period__to_on", "edition")
    found = list(Sheet.objects.values_list(*columns).annotate(n=Count("pk")).order_by("period", "edition"))
    codes = edition_module_codes({row[4] for row in found})
    periods: dict[UUID, Period] = {}
    counts: dict[tuple[UUID, str], dict[UUID, int]] = {}
    for pk, code, first, end, edition, n in found:
        periods[pk] = Period(pk=pk, code=code, from_on=first, to_on=end)
        counts.setdefault((pk, codes[edition]), {})[edition] = n
    tabs = [
        PeriodTab(
            key=f"{periods[pk].code}:{module}",
            period=periods[pk],
            module_code=module,
            label=f"{periods[pk].code} {say(names.get(module, Text(module)))}",
            count=sum(by_edition.values()),
            editions=tuple(by_edition),
        )
        for (pk, module), by_edition in counts.items()
    ]
    # A quarter stands before its last month, which ends on the same day.
    return sorted(tabs, key=lambda t: (-t.period.to_on.toordinal(), t.period.from_on, t.module_code))


def _first_tabs(tabs: Sequence[PeriodTab], chosen: PeriodTab | None) -> tuple[PeriodTab, ...]:
    shown = list(tabs[:TABS])
    if chosen is not None and chosen not in shown:
        shown[-1] = chosen
    return tuple(shown)


def _visible_sheets(actor: Actor, tab: PeriodTab, org: people.OrgView) -> list[tuple[Sheet, people.OrgPerson]]:
    scope = people.scope_of(actor, org=org)
    rows = [
        (sheet, org.persons[sheet.subject])
        for sheet in Sheet.objects.filter(period=tab.period, edition__in=tab.editions)
        if sheet.subject in scope and sheet.subject in org.persons
    ]
    return sorted(rows, key=lambda r: (r[1].employee_no, r[0].part))


def _line_counts(tab: PeriodTab) -> dict[UUID, int]:
    rows = Term.objects.filter(known(clock.now()), sheet__period=tab.period, sheet__edition__in=tab.editions)
    return dict(rows.values_list("sheet").annotate(n=Count("pk")).order_by())


def _sheet_rows(shown: Sequence[tuple[Sheet, people.OrgPerson]], org: people.OrgView) -> Iterable[SheetRow]:
    terms: dict[UUID, list[Term]] = {}
    ids = [sheet.pk for sheet, _person in shown]
    for term in Term.objects.filter(known(clock.now()), sheet_id__in=ids).order_by("sheet", "line"):
        terms.setdefault(term.sheet_id, []).append(term)
    specs = versions({t.indicator_version for of in terms.values() for t in of})
    for sheet, person in shown:
        lines = terms.get(sheet.pk, [])
        yield SheetRow(
            id=sheet.pk,
            name=person.name,
            employee_no=person.employee_no,
            unit=org.path_text(person.unit_id, " "),
            lines=len(lines),
            summary=" · ".join(f"{indicator_name(specs.get(t.indicator_version))} {weight_figure(t)}" for t in lines),
            rev=sheet.rev,
        )
