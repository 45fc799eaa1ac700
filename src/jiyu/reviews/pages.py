"""What the pages of cycles show: a cycle's steps, departments, grades and who waits for what."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from jiyu.core import clock
from jiyu.core.actor import Actor
from jiyu.core.refs import page_of
from jiyu.people import public as people
from jiyu.reviews.models import Cycle
from jiyu.reviews.selectors import CycleOverview, ResultHead, cycle_overview, waiting_sources
from jiyu.ui.dates import day_text
from jiyu.ui.parts import Step, StepState

GRADE_ORDER = ("S", "A", "B+", "B", "C")


@dataclass(frozen=True)
class PersonRow:
    """One person of a cycle in a list; `href` leads to the why of the result, empty without one."""

    name: str
    unit: str
    fact: str
    href: str


@dataclass(frozen=True)
class UnitRow:
    """One department of a cycle."""

    name: str
    enrolled: int
    scored: int
    awaiting_data: int
    not_rated: int
    shares: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class CyclePage:
    """A cycle ready for its page."""

    cycle: Cycle
    title: str
    short: str
    steps: tuple[Step, ...]
    units: tuple[UnitRow, ...]
    grades: tuple[tuple[str, int], ...]
    waiting: tuple[PersonRow, ...]
    unrated: tuple[PersonRow, ...]
    enrolled: int
    scored: int
    awaiting: int
    not_rated: int
    finalized: int
    unresolved_leads: int


def cycle_page(*, actor: Actor, cycle_id: UUID, org: people.OrgView | None = None) -> CyclePage:
    """Everything one page about a cycle shows."""
    found = cycle_overview(actor=actor, cycle_id=cycle_id)
    org = org or people.org_on(on=clock.today(), known_at=clock.now())
    missing = waiting_sources(result_ids=[h.result_id for h in found.waiting])
    scored = found.by_state.get("scored", 0)
    awaiting = found.by_state.get("awaiting_data", 0)
    unrated = found.enrolled - scored - awaiting - found.by_state.get("not_scored", 0)
    return CyclePage(
        cycle=found.cycle,
        title=_title(found, scored, awaiting),
        short=found.cycle.label,
        steps=_steps(found, scored, awaiting),
        units=_units(found, org),
        grades=tuple(sorted(found.grades, key=lambda g: GRADE_ORDER.index(g[0]) if g[0] in GRADE_ORDER else 99)),
        waiting=tuple(_person(h, org, _("、").join(missing.get(h.result_id, ()))) for h in found.waiting),
        unrated=tuple(_person(h, org, _why(h)) for h in found.unrated),
        enrolled=found.enrolled,
        scored=scored,
        awaiting=awaiting,
        not_rated=unrated,
        finalized=found.finalized,
        unresolved_leads=found.unresolved_leads,
    )


def _title(found: CycleOverview, scored: int, awaiting: int) -> str:
    label = found.cycle.label
    if found.cycle.state == Cycle.FINALIZED:
        return _("%(label)s 已归档，%(n)s 人有结果") % {"label": label, "n": found.finalized}
    if found.cycle.state == Cycle.OPEN:
        return _("%(label)s 进行中，%(n)s 人参加") % {"label": label, "n": found.enrolled}
    if awaiting:
        return _("%(label)s 正在算分，只等 %(n)s 个人的数") % {"label": label, "n": awaiting}
    return _("%(label)s 算好了，%(n)s 人有分") % {"label": label, "n": scored}


def _steps(found: CycleOverview, scored: int, awaiting: int) -> tuple[Step, ...]:
    state = found.cycle.state
    done, now, later = StepState.DONE, StepState.NOW, StepState.LATER
    place = {Cycle.OPEN: 1, Cycle.SCORED: 2, Cycle.FINALIZED: 4}[state]
    cutoff = found.cycle.data_cutoff_at
    facts = (
        (_("进入"), _people(found.enrolled)),
        (
            _("收数"),
            _("截止 %(d)s") % {"d": day_text(clock.local(cutoff).date(), clock.today())}
            if cutoff
            else _("算分时看谁的数齐了")
            if state == Cycle.OPEN
            else _("%(n)s 人齐") % {"n": found.enrolled - awaiting},
        ),
        (_("算分"), _("%(n)s 人有分") % {"n": scored}),
        (_("归档"), _people(found.finalized) if found.finalized else _("还没有")),
    )
    return tuple(
        Step(label=label, fact=fact, state=done if i < place else now if i == place else later)
        for i, (label, fact) in enumerate(facts)
    )


def _people(count: int) -> str:
    return ngettext("%(n)s 人", "%(n)s 人", count) % {"n": count}


def _units(found: CycleOverview, org: people.OrgView) -> tuple[UnitRow, ...]:
    """By department: the unit right below the company."""
    grouped: dict[UUID | None, list[int]] = {}
    for tally in found.units:
        chain = org.ancestors(tally.unit_id)
        department = chain[-2].id if len(chain) > 1 else (chain[0].id if chain else None)
        row = grouped.setdefault(department, [0, 0, 0, 0])
        row[0] += tally.enrolled
        row[1] += tally.scored
        row[2] += tally.awaiting_data
        row[3] += tally.enrolled - tally.scored - tally.awaiting_data - tally.not_scored
    rows = [
        UnitRow(
            name=org.units[unit].name if unit is not None and unit in org.units else _("没有部门"),
            enrolled=n[0],
            scored=n[1],
            awaiting_data=n[2],
            not_rated=n[3],
            shares=(("ahead", n[1]), ("waiting", n[2]), ("incomplete", n[3])),
        )
        for unit, n in grouped.items()
    ]
    return tuple(sorted(rows, key=lambda r: (-r.enrolled, r.name)))


def _person(head: ResultHead, org: people.OrgView, fact: str) -> PersonRow:
    person = org.persons.get(head.subject)
    return PersonRow(
        name=person.name if person else _("已离开的人"),
        unit=org.path_text(head.home_unit).replace(" / ", " "),
        fact=fact,
        href=page_of("reviews.result", head.result_id) if head.state != "not_scored" else "",
    )


def _why(head: ResultHead) -> str:
    if head.cause.get("code") == "short_presence":
        return _("%(of)s 天里在职 %(days)s 天，不到一半，不评级") % {"of": head.cause["of"], "days": head.cause["days"]}
    words = {
        "not_rated": _("有数的指标权重不够，不评级"),
        "no_sheet": _("没有考核表"),
        "error": _("有一项算不出来"),
    }
    return words.get(head.state, "")
