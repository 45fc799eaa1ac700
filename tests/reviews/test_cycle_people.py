"""Who of a cycle has a score, who waits and who has none: as a list, for those who may see them."""

from __future__ import annotations

import pytest

from jiyu.core import clock
from jiyu.core.actor import Actor, GrantView
from jiyu.core.errors import NotAllowedError, NotVisibleError
from jiyu.core.ids import uuid7
from jiyu.people.public import org_on
from jiyu.reviews.cycle_people import CyclePeople, cycle_people
from jiyu.reviews.models import Cycle
from jiyu.reviews.pages import FIRST, cycle_page
from jiyu.reviews.public import cycle_finalize, cycle_overview, cycle_score, cycle_set_cutoff
from tests.companies import SYSTEM, entry, hr, marks, points_rules, roster, scored, sheets, unit, who

pytestmark = pytest.mark.django_db

PEOPLE = [entry(f"{n:02}", f"{'一' if n < 60 else '二'}车间", name=f"员工{n:02}") for n in range(70)]
WAITING = [*(f"{n:02}" for n in range(10, 20)), "66"]
SCORED = [p.employee_no for p in PEOPLE if p.employee_no not in WAITING]


@pytest.fixture(autouse=True)
def a_scored_quarter() -> None:
    """70 people in two workshops, of whom eleven wait for their number."""
    roster(*PEOPLE, entry("99", "人事部"))
    points_rules("a")
    marks("a", *[f"{number},{80 + int(number) % 10}" for number in SCORED], day="2026-02-20")
    sheets({p.employee_no: [("a", 100)] for p in PEOPLE})
    scored()


def people_of(actor: Actor = SYSTEM, **asked: str) -> CyclePeople:
    """The list as the actor sees it."""
    org = org_on(on=clock.today(), known_at=clock.now())
    return cycle_people(actor=actor, cycle_id=Cycle.objects.get().pk, org=org, **asked)


def workshop_hr() -> Actor:
    """HR of the second workshop only."""
    return Actor(person_id=who("99"), grants=(GrantView("hr", unit("二车间")),))


def test_everybody_with_a_score_is_found_by_department_most_points_first() -> None:
    found = people_of()
    assert [(group.code, group.count) for group in found.groups] == [("scored", 59), ("waiting", 11)]
    assert (found.chosen, found.page.count, found.page.total) == ("scored", 2, 59)
    first = found.page.rows[0]
    assert (first.name, first.employee_no, first.unit, first.value) == ("员工09", "09", "一车间", "89.00 B+")
    assert first.href.startswith("/why/")
    assert [row.unit for row in people_of(page="2").page.rows] == ["二车间"] * 9
    assert people_of(page="99").page.number == people_of(page="2").page.number == 2
    assert people_of(page="²").page.number == 1


def test_who_waits_is_listed_with_what_they_wait_for() -> None:
    rows = people_of(group="waiting").page.rows
    assert sorted(row.employee_no for row in rows) == WAITING
    assert {(row.fact, row.value) for row in rows} == {("数", "")}


def test_a_person_is_found_by_name_or_number() -> None:
    assert [row.name for row in people_of(query=" 员工27 ").page.rows] == ["员工27"]
    assert [row.name for row in people_of(query="61").page.rows] == ["员工61"]
    assert people_of(query="没有这个人").page.total == 0


def test_the_cycles_own_page_names_the_first_few_and_counts_them_all() -> None:
    page = cycle_page(actor=SYSTEM, cycle_id=Cycle.objects.get().pk)
    assert (page.awaiting, len(page.waiting), page.scored) == (len(WAITING), FIRST, 59)


def test_hr_of_a_part_sees_the_part_and_runs_nothing() -> None:
    cycle = Cycle.objects.get()
    found = people_of(workshop_hr())
    assert [(group.code, group.count) for group in found.groups] == [("scored", 9), ("waiting", 1)]
    assert {row.unit for row in found.page.rows} == {"二车间"}
    assert cycle_overview(actor=workshop_hr(), cycle_id=cycle.pk).enrolled == 10
    for act in (
        lambda: cycle_score(actor=workshop_hr(), cycle_id=cycle.pk),
        lambda: cycle_finalize(actor=workshop_hr(), cycle_id=cycle.pk),
        lambda: cycle_set_cutoff(actor=workshop_hr(), cycle_id=cycle.pk, data_cutoff_at=None),
    ):
        with pytest.raises(NotAllowedError, match="整个公司的 HR"):
            act()
    assert cycle_score(actor=hr("99"), cycle_id=cycle.pk).unchanged == 70


def test_a_cycle_that_is_not_there_is_told_to_nobody() -> None:
    org = org_on(on=clock.today(), known_at=clock.now())
    with pytest.raises(NotVisibleError):
        cycle_people(actor=SYSTEM, cycle_id=uuid7(), org=org)
    with pytest.raises(NotAllowedError):
        cycle_people(actor=Actor(person_id=who("01")), cycle_id=Cycle.objects.get().pk, org=org)
