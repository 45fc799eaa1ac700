"""What the pages of sheets show: who has one in a period, one person's lines, and how the lines came about."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Count
from django.utils.translation import gettext as _

from jiyu.core import clock
from jiyu.core.actor import Actor
from jiyu.core.errors import DomainError, NotVisibleError
from jiyu.core.language import language, say
from jiyu.core.models import AuditEntry
from jiyu.core.policy import OWNER, ROLE_WORDS, require
from jiyu.core.recorded import known
from jiyu.goals.kinds import IndicatorSpec, measure_of
from jiyu.goals.models import Sheet, Term
from jiyu.goals.policies import SEE_SHEETS
from jiyu.goals.services import USUAL_LINES, values_of
from jiyu.lib.text import Text
from jiyu.lib.units import MICRO, UNITS, format_micro, format_number
from jiyu.metrics.public import MetricSpec
from jiyu.people import public as people
from jiyu.people.models import Period
from jiyu.studio.public import EditionView, edition_module_codes, edition_view, in_force, modules_with, versions

PAGE_SIZE = 50
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
    rows: tuple[SheetRow, ...]
    total: int
    found: int
    long: int
    page_no: int
    pages: int
    query: str
    only_long: bool


@dataclass(frozen=True, slots=True)
class LineRow:
    """One line of a sheet in words."""

    name: str
    weight: str
    target: str
    threshold: str
    stretch: str
    baseline: str
    rule: str
    note: str
    is_applicable: bool


@dataclass(frozen=True, slots=True)
class Revision:
    """One time the lines were set: when, by whom, and what became different."""

    at: datetime
    by: str
    changes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SheetPage:
    """One person's sheet ready for its page; `history` newest first."""

    sheet: Sheet
    person: people.OrgPerson
    unit: str
    module_code: str
    module_name: Text
    lines: tuple[LineRow, ...]
    total: str
    is_long: bool
    others: tuple[str, ...]
    history: tuple[Revision, ...]


def sheets_page(
    *, actor: Actor, key: str = "", query: str = "", only_long: bool = False, page_no: int = 1
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
    wanted = query.strip().casefold()
    rows = [
        (sheet, person)
        for sheet, person in rows
        if (not wanted or wanted in person.name.casefold() or wanted in person.employee_no.casefold())
        and (not only_long or counts.get(sheet.pk, 0) > USUAL_LINES)
    ]
    pages = max(1, -(-len(rows) // PAGE_SIZE))
    page_no = min(max(1, page_no), pages)
    shown = rows[(page_no - 1) * PAGE_SIZE : page_no * PAGE_SIZE]
    return SheetsPage(
        tabs=_first_tabs(tabs, chosen),
        older=tuple(tabs),
        chosen=chosen,
        modules=modules,
        rows=tuple(_sheet_rows(shown, org)) if org else (),
        total=total,
        found=len(rows),
        long=long,
        page_no=page_no,
        pages=pages,
        query=query.strip(),
        only_long=only_long,
    )


def sheet_page(*, actor: Actor, sheet_id: UUID) -> SheetPage:
    """One sheet; `NotVisibleError` when it is not there or about somebody outside the actor's scope."""
    require(actor, SEE_SHEETS)
    sheet = Sheet.objects.filter(pk=sheet_id).select_related("period").first()
    if sheet is None:
        raise NotVisibleError
    people.require_visible(actor, sheet.subject)
    edition = edition_view(sheet.edition)
    terms = list(Term.objects.filter(sheet=sheet).order_by("id"))
    sets = _sets_of(terms)
    audits = list(
        AuditEntry.objects.filter(
            object_kind="goals.sheet", object_id=str(sheet.pk), action__in=("goals.sheet_made", "goals.sheet_changed")
        ).order_by("id")
    )
    authors = {a.actor_person for a in audits if a.actor_person}
    org = people.org_on(on=day_of(sheet.period), known_at=clock.now(), only={sheet.subject, *authors})
    person = org.persons.get(sheet.subject)
    if person is None:
        raise NotVisibleError
    specs = _specs_of(edition)
    current = [t for t in terms if t.superseded_at is None]
    return SheetPage(
        sheet=sheet,
        person=person,
        unit=org.path_text(person.unit_id, " "),
        module_code=edition.module_code,
        module_name=edition.module_name,
        lines=tuple(_line_row(t, specs) for t in sorted(current, key=lambda t: t.line)),
        total=format_number(sum(t.weight * t.section_weight for t in current) / MICRO / 10_000, at_most=2),
        is_long=len(current) > USUAL_LINES,
        others=_sections(current),
        history=_history(sets, audits, specs, org),
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


def period_named(code: str) -> Period:
    """The period called `code`, not stored yet where nobody named it before; raises `people.period_code`."""
    kind, first, end, _above = people.period_bounds(code)
    return Period.objects.filter(code=code).first() or Period(code=code, kind=kind, from_on=first, to_on=end)


def edition_held(module_code: str, period_code: str) -> EditionView | None:
    """The edition that holds for a period's sheets; today's where the code is no period; None before any release."""
    try:
        first = people.period_bounds(period_code)[1]
    except DomainError:
        first = clock.today()
    held = in_force(module_code=module_code, on=first, known_at=clock.now())
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
            summary=" · ".join(f"{_name(specs.get(t.indicator_version))} {_weight(t)}" for t in lines),
            rev=sheet.rev,
        )


def _name(spec: object) -> str:
    return say(spec.label.text) if isinstance(spec, IndicatorSpec) else _("没有了的指标")


def _weight(term: Term) -> str:
    return format_number(term.weight * term.section_weight / MICRO / 10_000, at_most=2)


# One sheet


Specs = Mapping[UUID, tuple[IndicatorSpec, MetricSpec]]


def _specs_of(edition: EditionView) -> Specs:
    """Indicator and metric by the indicator's version; a sheet keeps its edition, so every line is in it."""
    return {
        i.version_id: (i.spec, edition.resolve("metric", i.spec.metric, i.module_code).spec)
        for i in edition.of_kind("indicator")
    }


def _line_row(term: Term, specs: Specs) -> LineRow:
    indicator, metric = specs[term.indicator_version]
    return LineRow(
        name=_name(indicator),
        weight=_weight(term),
        target=_figure(term.target, metric),
        threshold=_figure(term.threshold, metric),
        stretch=_figure(term.stretch, metric),
        baseline=_figure(term.baseline, metric),
        rule=say(indicator.method.rule_text(measure_of(indicator, metric), values_of(term, metric))),
        note=indicator.note,
        is_applicable=term.is_applicable,
    )


def _figure(value: int | None, metric: MetricSpec) -> str:
    return "" if value is None else format_micro(value, UNITS[metric.unit], language=language())


def _sections(terms: Sequence[Term]) -> tuple[str, ...]:
    """The sections of a sheet that has more than one, with their weights."""
    found = {t.section: t.section_weight for t in terms}
    return tuple(f"{name} {weight / 10_000:g} %" for name, weight in found.items()) if len(found) > 1 else ()


def _sets_of(terms: Sequence[Term]) -> list[list[Term]]:
    """The lines in the groups in which they were set, oldest first (`terms` in the order they were written).

    A new group begins where the numbering does: under a standing clock moments alone do not tell groups apart.
    """
    groups: list[list[Term]] = []
    for term in terms:
        if not groups or term.line <= groups[-1][-1].line:
            groups.append([])
        groups[-1].append(term)
    return groups


def _history(
    sets: Sequence[Sequence[Term]], audits: Sequence[AuditEntry], specs: Specs, org: people.OrgView
) -> tuple[Revision, ...]:
    shown: list[Revision] = []
    before: Sequence[Term] = ()
    authors: list[AuditEntry | None] = [*([None] * (len(sets) - len(audits))), *audits[-len(sets) :]]
    for now, audit in zip(sets, authors, strict=True):
        changes = _differences(before, now, specs) if before else (_("定了 %(n)s 项") % {"n": len(now)},)
        shown.append(Revision(at=now[0].recorded_at, by=_author(audit, org), changes=changes))
        before = now
    return tuple(reversed(shown))


def _author(audit: AuditEntry | None, org: people.OrgView) -> str:
    if audit is None:
        return ""
    if audit.actor_person is None:  # the system says why it acts; the owner's account stands for no person
        return (
            _("系统（%(reason)s）") % {"reason": audit.on_behalf_of} if audit.on_behalf_of else str(ROLE_WORDS[OWNER])
        )
    person = org.persons.get(audit.actor_person)
    return person.name if person else _("已离开的人")


def _differences(before: Sequence[Term], now: Sequence[Term], specs: Specs) -> tuple[str, ...]:
    """What became different, indicator by indicator."""
    old, new = _by_indicator(before, specs), _by_indicator(now, specs)
    said = [_("加了“%(name)s”，权重 %(w)s %%") % {"name": n, "w": _weight(t)} for n, t in new.items() if n not in old]
    said += [_("去掉了“%(name)s”") % {"name": name} for name in old if name not in new]
    for name, term in new.items():
        if name in old:
            said += _line_differences(name, old[name], term, specs)
    return tuple(said) or (_("只换了顺序或分组，数没有变"),)


def _by_indicator(terms: Sequence[Term], specs: Specs) -> dict[str, Term]:
    return {_name(specs[t.indicator_version][0]): t for t in terms}


def _line_differences(name: str, old: Term, new: Term, specs: Specs) -> Iterable[str]:
    metric = specs[new.indicator_version][1]
    parts = {
        _("目标值"): (_figure(old.target, metric), _figure(new.target, metric)),
        _("底线值"): (_figure(old.threshold, metric), _figure(new.threshold, metric)),
        _("挑战值"): (_figure(old.stretch, metric), _figure(new.stretch, metric)),
        _("起点值"): (_figure(old.baseline, metric), _figure(new.baseline, metric)),
        _("权重"): (f"{_weight(old)} %", f"{_weight(new)} %"),
    }
    for what, (was, now) in parts.items():
        if was != now:
            values = {"name": name, "what": what, "was": was or _("没有"), "now": now or _("没有")}
            yield _("%(name)s：%(what)s %(was)s → %(now)s") % values
    if old.is_applicable != new.is_applicable:
        yield (
            _("%(name)s：改成适用") % {"name": name}
            if new.is_applicable
            else _("%(name)s：改成不适用") % {"name": name}
        )
