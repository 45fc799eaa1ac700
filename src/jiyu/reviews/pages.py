"""What the page of a cycle shows: its steps, departments, grades and who waits for what."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from jiyu.core import clock
from jiyu.core.actor import Actor
from jiyu.people import public as people
from jiyu.reviews.cycle_people import PersonRow, person_rows
from jiyu.reviews.models import Cycle
from jiyu.reviews.selectors import CycleOverview, cycle_overview
from jiyu.ui.dates import day_text
from jiyu.ui.parts import Step, StepState

GRADE_ORDER = ("S", "A", "B+", "B", "C")
FIRST = 8  # people named on the cycle's own page; the rest in their list


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
    """A cycle ready for its page; `waiting` and `unrated` are the first few of them."""

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
    org = org or people.org_on(on=clock.today(), known_at=clock.now())
    found = cycle_overview(actor=actor, cycle_id=cycle_id, org=org)
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
        waiting=tuple(person_rows(found.waiting[:FIRST], org)),
        unrated=tuple(person_rows(found.unrated[:FIRST], org)),
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
