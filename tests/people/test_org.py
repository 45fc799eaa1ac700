"""The organisation on any day as known on any day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from jiyu.core import clock
from jiyu.core.errors import DomainError, NotVisibleError
from jiyu.core.ids import uuid7
from jiyu.people.models import Unit, UnitState
from jiyu.people.public import (
    head_count,
    kind_of_name,
    leave,
    move,
    org_on,
    people_find,
    unit_change,
    unit_head_set,
    unit_make,
)
from tests.people.conftest import (
    HIRED,
    HR,
    TODAY,
    entry,
    moment,
    org,
    person,
    row_counts,
    take,
    unit,
    unit_text,
    who,
)

pytestmark = pytest.mark.django_db


def test_a10_head_count_known_then_and_known_now() -> None:
    with clock.at(moment(4, 1)):
        take(*(entry(f"P{n}", unit="A") for n in range(10)), entry("Q", unit="B"))
    with clock.at(moment(4, 10)):
        move(actor=HR, person_id=who("P0"), unit_id=unit("B"), on=date(2026, 3, 15))
        a, on = unit("A"), date(2026, 3, 31)
        assert head_count(unit_id=a, on=on, known_at=moment(4, 5)) == 10
        assert head_count(unit_id=a, on=on, known_at=clock.now()) == 9
        assert head_count(unit_id=a, on=date(2026, 3, 14), known_at=clock.now()) == 10
        assert head_count(unit_id=unit("B"), on=on, known_at=clock.now()) == 2


def test_a7_who_is_where_on_which_day() -> None:
    take(
        entry("P1", unit="班A", job="文员"),
        entry("P2", unit="班A", job="操作工"),
        entry("P3", unit="班B", job="操作工"),
    )
    with clock.at(moment(4, 9)):
        move(actor=HR, person_id=who("P3"), unit_id=unit("班B"), on=date(2026, 2, 20), job="文员")
        jobs = [[person(p, date(2026, 2, d)).job for p in ("P1", "P2", "P3")] for d in (12, 19, 20)]
        assert jobs == [
            ["文员", "操作工", "操作工"],
            ["文员", "操作工", "操作工"],
            ["文员", "操作工", "文员"],
        ]
        assert person("P3", date(2026, 2, 20), known_at=moment(4, 8)).job == "操作工"


def test_a_person_answers_to_a_part_of_the_name_or_the_number() -> None:
    take(entry("000317", "Lin 晓峰"))
    found = person("000317")
    assert [found.answers_to(query) for query in ("", " 晓峰 ", "lin", "317", "周", "318")] == [True] * 4 + [False] * 2
    assert (org().name_of(found.id), org().name_of(uuid7())) == ("Lin 晓峰", "已离开的人")


def test_members_of_a_unit_with_and_without_the_units_below() -> None:
    take(entry("1"), entry("2", unit="一车间/A班"), entry("3", unit="二车间"), entry("4", left_on=TODAY))
    workshop = unit("一车间")
    assert org().members(workshop) == {who("1"), who("2")}
    assert org().members(workshop, deep=False) == {who("1")}
    assert len(org().employed) == 3
    assert who("4") in org().persons


def test_the_organisation_takes_three_queries_however_big(django_assert_num_queries: Any) -> None:
    take(*(entry(f"{n}", unit=f"一车间/{n % 5}班", lead_employee_no="0" if n else None) for n in range(60)))
    with django_assert_num_queries(3):
        view = org_on(on=TODAY, known_at=clock.now())
        assert len(view.employed) == 60
        assert len(view.paths) == 7


def test_a_view_of_a_few_people_tells_of_them_what_the_whole_one_tells(django_assert_num_queries: Any) -> None:
    take(
        *(entry(f"{n}", unit=f"一车间/{n % 5}班/组{n}", lead_employee_no="0" if n else None) for n in range(20)),
        entry("头", unit="销售部/华东"),
        entry("走", unit="仓库", left_on=date(2026, 4, 1)),
    )
    unit_head_set(actor=HR, unit_id=unit("一车间/3班"), person_id=who("头"), on=date(2026, 4, 2))
    unit_change(actor=HR, unit_id=unit("一车间/4班"), name="4班", on=date(2026, 4, 3), parent_id=unit("销售部"))
    days = (TODAY, date(2026, 4, 1), date(2020, 1, 1))
    for on in days:
        whole = org(on)
        for numbers in (("3", "4"), ("0",), ("头",), ("走",), ()):
            few = {who(number) for number in numbers}
            with django_assert_num_queries(3 if few else 0):
                view = org_on(on=on, known_at=clock.now(), only=few)
            assert view.persons == {p: told for p, told in whole.persons.items() if p in few}
            for person_id in few:
                at = whole.persons[person_id].unit_id
                assert view.ancestors(at) == whole.ancestors(at)
                assert view.path_text(at) == whole.path_text(at)
                assert view.is_named_lead(person_id) == whole.is_named_lead(person_id)
    near = org_on(on=TODAY, known_at=clock.now(), only=[who("头")])
    assert {view_unit.name for view_unit in near.units.values()} == {"衡川", "销售部", "华东", "一车间", "3班"}


def test_units_in_a_circle_end_the_climb_of_a_view_of_one_person() -> None:
    take(entry("1"))
    one, other = (Unit.objects.create(created_at=clock.now()) for _n in range(2))
    for here, above in ((one, other), (other, one)):
        UnitState.objects.create(unit=here, parent=above, name=str(here.pk), from_on=HIRED, recorded_at=clock.now())
    move(actor=HR, person_id=who("1"), unit_id=one.pk, on=TODAY)
    view = org_on(on=TODAY, known_at=clock.now(), only=[who("1")])
    assert [unit.id for unit in view.ancestors(view.persons[who("1")].unit_id)] == [one.pk, other.pk]


def test_moves_are_dated_and_the_effective_day_belongs_to_the_new_post() -> None:
    take(entry("1", job="操作工", job_grade="P2", lead_employee_no="2"), entry("2"), entry("3", unit="二车间"))
    move(actor=HR, person_id=who("1"), unit_id=unit("二车间"), on=date(2026, 2, 16), job="装配工")
    assert [unit_text("1", date(2026, 2, d)) for d in (15, 16)] == ["一车间", "二车间"]
    assert (person("1").job, person("1").job_grade) == ("装配工", "P2")
    assert (person("1", date(2026, 2, 15)).lead_id, person("1").lead_id) == (who("2"), None)
    move(actor=HR, person_id=who("1"), unit_id=unit("一车间"), on=date(2026, 4, 1), lead_id=who("2"))
    assert [unit_text("1", date(2026, m, 31)) for m in (1, 3)] == ["一车间", "二车间"]
    assert (unit_text("1"), person("1").lead_id) == ("一车间", who("2"))


def test_a_promotion_in_place_keeps_the_lead() -> None:
    take(entry("1", job_grade="P2", lead_employee_no="2"), entry("2"))
    move(actor=HR, person_id=who("1"), unit_id=unit("一车间"), on=date(2026, 3, 1), job_grade="P3")
    assert (person("1").job_grade, person("1").lead_id) == ("P3", who("2"))


def test_the_same_move_again_writes_nothing() -> None:
    take(entry("1"))
    before = row_counts()
    move(actor=HR, person_id=who("1"), unit_id=unit("一车间"), on=TODAY)
    assert row_counts() == before


def test_nobody_is_moved_or_leaves_outside_a_spell() -> None:
    take(entry("1", left_on=date(2026, 2, 1)))
    before = row_counts()
    with pytest.raises(DomainError) as move_refused:
        move(actor=HR, person_id=who("1"), unit_id=unit("一车间"), on=date(2026, 3, 1))
    with pytest.raises(DomainError) as leave_refused:
        leave(actor=HR, person_id=who("1"), on=date(2020, 3, 1))
    assert (move_refused.value.code, leave_refused.value.code) == (
        "people.not_employed",
        "people.not_employed",
    )
    with pytest.raises(NotVisibleError):
        move(actor=HR, person_id=who("1"), unit_id=uuid7(), on=date(2026, 1, 1))
    assert row_counts() == before


def test_two_people_of_one_name_are_two_answers() -> None:
    take(entry("000318", "张伟"), entry("000402", "张伟", "销售部"), entry("1", "王敏"))
    found = people_find(name="张伟", on=TODAY, known_at=clock.now())
    assert [p.employee_no for p in found] == ["000318", "000402"]
    assert people_find(name="李总", on=TODAY, known_at=clock.now()) == ()
    assert [p.name for p in people_find(employee_no="000402", on=TODAY, known_at=clock.now())] == ["张伟"]
    assert people_find(employee_no="402", on=TODAY, known_at=clock.now()) == ()
    assert people_find(name="张伟", on=TODAY, known_at=moment(4, 7)) == ()
    with pytest.raises(ValueError, match="number or for a name"):
        people_find(name="张伟", employee_no="1", on=TODAY, known_at=clock.now())


def test_units_are_renamed_and_moved_from_a_day_on() -> None:
    take(entry("1", unit="一车间/A班"), entry("2", unit="二车间"))
    crew = unit("一车间/A班")
    unit_change(actor=HR, unit_id=crew, on=date(2026, 4, 1), name="甲班", parent_id=unit("二车间"))
    assert [unit_text("1", date(2026, m, 31)) for m in (3, 5)] == ["一车间 / A班", "二车间 / 甲班"]
    unit_head_set(actor=HR, unit_id=crew, person_id=who("2"), on=date(2026, 3, 1))
    heads = [org(date(2026, m, 15)).units[crew].head_id for m in (2, 3, 4)]
    assert heads == [None, who("2"), who("2")]


def test_units_that_cannot_be() -> None:
    take(entry("1", unit="一车间/A班"))
    root = org().root
    assert root is not None
    crew, workshop = unit("一车间/A班"), unit("一车间")
    before = row_counts()
    refusals: dict[str, Callable[[], object]] = {
        "people.unit_name_taken": lambda: unit_make(actor=HR, name="A班", parent_id=workshop, on=TODAY),
        "people.root_exists": lambda: unit_make(actor=HR, name="新公司", parent_id=None, on=TODAY),
        "people.unit_below_itself": lambda: unit_change(
            actor=HR, unit_id=workshop, on=TODAY, name="一车间", parent_id=crew
        ),
        "core.not_visible": lambda: unit_head_set(actor=HR, unit_id=uuid7(), person_id=None, on=TODAY),
    }
    for code, act in refusals.items():
        with pytest.raises(DomainError) as refusal:
            act()
        assert refusal.value.code == code
    assert row_counts() == before
    made = unit_make(actor=HR, name="B班", parent_id=workshop, on=TODAY)
    assert org().paths[made] == ("一车间", "B班")
    assert made not in org(date(2026, 4, 7)).units


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("一车间", "workshop"),
        ("CNC线", "line"),
        ("A班", "crew"),
        ("包装组", "team"),
        ("财务部", "department"),
    ],
)
def test_a_units_name_tells_its_kind(name: str, kind: str) -> None:
    assert kind_of_name(name) == kind
