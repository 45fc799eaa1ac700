"""What the page of one sheet shows: its lines in words, and how they came about."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from jiyu.core import clock
from jiyu.core.actor import Actor
from jiyu.core.errors import NotVisibleError
from jiyu.core.language import language, say
from jiyu.core.models import AuditEntry
from jiyu.core.policy import OWNER, ROLE_WORDS, require
from jiyu.goals.kinds import IndicatorSpec, measure_of
from jiyu.goals.lines import USUAL_LINES, values_of
from jiyu.goals.models import Sheet, Term
from jiyu.goals.pages import day_of
from jiyu.goals.policies import SEE_SHEETS
from jiyu.goals.wording import indicator_name, weight_figure
from jiyu.lib.text import Text
from jiyu.lib.units import MICRO, UNITS, format_micro, format_number
from jiyu.metrics.public import MetricSpec
from jiyu.people import public as people
from jiyu.studio.public import EditionView, edition_view


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
        name=indicator_name(indicator),
        weight=weight_figure(term),
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
    return org.name_of(audit.actor_person)


def _differences(before: Sequence[Term], now: Sequence[Term], specs: Specs) -> tuple[str, ...]:
    """What became different, indicator by indicator."""
    old, new = _by_indicator(before, specs), _by_indicator(now, specs)
    said = [
        _("加了“%(name)s”，权重 %(w)s %%") % {"name": n, "w": weight_figure(t)} for n, t in new.items() if n not in old
    ]
    said += [_("去掉了“%(name)s”") % {"name": name} for name in old if name not in new]
    for name, term in new.items():
        if name in old:
            said += _line_differences(name, old[name], term, specs)
    return tuple(said) or (_("只换了顺序或分组，数没有变"),)


def _by_indicator(terms: Sequence[Term], specs: Specs) -> dict[str, Term]:
    return {indicator_name(specs[t.indicator_version][0]): t for t in terms}


def _line_differences(name: str, old: Term, new: Term, specs: Specs) -> Iterable[str]:
    metric = specs[new.indicator_version][1]
    parts = {
        _("目标值"): (_figure(old.target, metric), _figure(new.target, metric)),
        _("底线值"): (_figure(old.threshold, metric), _figure(new.threshold, metric)),
        _("挑战值"): (_figure(old.stretch, metric), _figure(new.stretch, metric)),
        _("起点值"): (_figure(old.baseline, metric), _figure(new.baseline, metric)),
        _("权重"): (f"{weight_figure(old)} %", f"{weight_figure(new)} %"),
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
