"""Taking an import back: nobody is left of it, what it replaced holds again, and what rests on it is told."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from uuid import UUID

import pytest

from jiyu.core import clock
from jiyu.core.errors import DomainError
from jiyu.core.ids import uuid7
from jiyu.people import roster_undo as undoing
from jiyu.people.beliefs import believed_in
from jiyu.people.models import Assignment, Employment, Identity, Line, PersonText, UnitState
from jiyu.people.public import (
    Rest,
    RunRestedOn,
    grant_make,
    known_people,
    lead_claim,
    move,
    people_find,
    roster_undo,
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

A, B, C = uuid7(), uuid7(), uuid7()


def undo(run: UUID, undo_run: UUID | None = None) -> int:
    return roster_undo(actor=HR, run_id=run, undo_run_id=undo_run or uuid7())


def test_b1_five_people_and_after_undo_none() -> None:
    taken = [
        entry("000317", "林晓峰", lead_employee_no="000011"),
        entry("000318", "张伟", lead_employee_no="000011", hired_on=date(2019, 3, 11)),
        entry("000011", "赵刚", lead_employee_no="000005", hired_on=date(2012, 5, 2)),
        entry("000005", "周建国", hired_on=date(2011, 3, 1)),
        entry("000210", "王敏", "销售部", hired_on=date(2020, 6, 1)),
    ]
    assert take(*taken, run=A).new == 5
    assert take(*taken, run=B).unchanged == 5
    with clock.at(moment(4, 8, 10)):
        undo(A)
        now = clock.now()
        assert (org().persons, org().units, org().lines) == ({}, {}, {})
        assert known_people(on=TODAY, known_at=now).person_ids == {}
        assert people_find(name="张伟", on=TODAY, known_at=now) == ()
        before = org(known_at=moment(4, 8, 9))
        assert (len(before.employed), len(before.units), len(before.lines)) == (5, 3, 3)


def test_after_undo_the_same_roster_comes_in_anew() -> None:
    take(entry("1"), run=A)
    undo(A)
    assert take(entry("1"), run=B).new == 1
    assert len(org().persons) == 1


def test_undo_brings_back_what_the_import_replaced() -> None:
    take(entry("1", "林小峰", job="操作工"), entry("2", left_on=date(2026, 3, 1)), entry("3"), run=A)
    with clock.at(moment(4, 9)):
        take(
            entry("1", "林晓峰", "二车间", hired_on=date(2023, 1, 1), lead_employee_no="3"),
            entry("2"),
            entry("3", left_on=date(2026, 4, 1)),
            run=B,
        )
        assert unit_text("1") == "二车间"
    with clock.at(moment(4, 10)):
        undo(B)
        assert (person("1").name, unit_text("1"), person("1").hired_on) == ("林小峰", "一车间", HIRED)
        assert (person("1").lead_id, person("2").left_on, person("3").is_employed) == (
            None,
            date(2026, 3, 1),
            True,
        )
        assert sorted(u.name for u in org().units.values()) == ["一车间", "衡川"]
        assert unit_text("1", known_at=moment(4, 9)) == "二车间"
        assert person("1", known_at=moment(4, 9)).name == "林晓峰"


def test_imports_come_back_in_turn_down_to_nobody() -> None:
    take(entry("1", "一"), run=A)
    take(entry("1", "二", "二车间"), entry("2"), run=B)
    take(entry("1", "三", "三车间"), entry("2", job="操作工"), run=C)
    undo(C)
    assert (person("1").name, unit_text("1")) == ("二", "二车间")
    undo(B)
    assert (person("1").name, unit_text("1"), len(org().persons)) == ("一", "一车间", 1)
    undo(A)
    assert org().persons == {}


def refused(run: UUID) -> tuple[Rest, ...]:
    """What the undo is refused for; nothing changes."""
    before = row_counts()
    with pytest.raises(RunRestedOn) as refusal:
        undo(run)
    assert refusal.value.code == "people.run_rested_on"
    assert row_counts() == before
    return refusal.value.rests


def test_an_import_that_a_later_one_built_on_is_refused_with_the_list() -> None:
    take(entry("1", "林晓峰"), entry("2"), run=A)
    take(entry("1", "林晓峰", job="班长"), run=B)
    assert refused(A) == (Rest("run", who("1"), B),)
    with pytest.raises(RunRestedOn, match=r"又有 1 处后来的导入建立在它上面，不能直接撤销：林晓峰"):
        undo(A)


def test_a_person_put_by_a_later_import_into_a_unit_of_this_one_is_in_the_way() -> None:
    take(entry("1", unit="二车间"), run=A)
    take(entry("2", unit="二车间", lead_employee_no="1"), run=B)
    assert refused(A) == (Rest("run", who("2"), B),)


def test_changes_by_hand_are_in_the_way() -> None:
    take(entry("1"), entry("2", unit="二车间"), run=A)
    move(actor=HR, person_id=who("1"), unit_id=unit("二车间"), on=date(2026, 3, 1))
    grant_make(actor=HR, person_id=who("2"), role="hr")
    assert set(refused(A)) == {Rest("hand", who("1"), None), Rest("hand", who("2"), None)}


def test_a_later_post_in_a_gap_the_undo_would_fill_is_in_the_way() -> None:
    take(entry("1"), run=A)
    take(entry("1", left_on=date(2025, 6, 1)), run=B)
    take(entry("1", hired_on=date(2026, 3, 2)), run=C)
    assert refused(B) == (Rest("run", who("1"), C),)
    undo(C)
    undo(B)
    assert (unit_text("1", date(2025, 12, 1)), person("1").left_on) == ("一车间", None)


def test_a_lead_claimed_as_an_answer_to_an_import_goes_with_it() -> None:
    take(entry("1"), entry("2"), run=A)
    lead_claim(actor=HR, person_id=who("1"), lead_id=who("2"), on=TODAY, run_id=A)
    assert person("1", HIRED).lead_id == who("2")
    undo(A)
    assert org().persons == {}


def test_settled_rows_taken_under_the_same_run_go_with_it() -> None:
    take(entry("1", "一"), run=A)
    take(entry("1", "二"), entry("2", lead_employee_no="1"), run=A)
    undo(A)
    believed = [believed_in(model) for model in (PersonText, Identity, Employment, UnitState, Assignment, Line)]
    assert believed == [[]] * 6


def test_twice_is_refused() -> None:
    take(entry("1"), run=A)
    undo(A)
    with pytest.raises(DomainError) as refusal:
        undo(A)
    assert refusal.value.code == "people.run_undone"


@pytest.fixture
def sheets_rest_on_everybody(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(undoing, "_rests_on", [])
    undoing.register_rests_on(lambda persons, units: [Rest("sheet", person) for person in persons])
    yield


@pytest.mark.usefixtures("sheets_rest_on_everybody")
def test_other_apps_say_what_rests_on_an_import() -> None:
    take(entry("1"), run=A)
    assert refused(A) == (Rest("sheet", who("1"), None),)
