"""Who leads whom, with the reason; nobody is left with a lead who cannot lead."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from jiyu.core import clock
from jiyu.core.errors import DomainError, NotVisibleError
from jiyu.core.ids import uuid7
from jiyu.people.public import (
    LeadAnswer,
    LeadTree,
    lead_claim,
    lead_of,
    lead_set,
    leads_unresolved,
    second_lead,
    unit_head_set,
)
from tests.people.conftest import HR, TODAY, entry, moment, org, person, row_counts, take, unit, who

pytestmark = pytest.mark.django_db


def answer(number: str, on: date = TODAY, **more: Any) -> LeadAnswer:
    return lead_of(person_id=who(number), on=on, known_at=clock.now(), **more)


def head(path: str, number: str, on: date = date(2020, 1, 1)) -> None:
    unit_head_set(actor=HR, unit_id=unit(path), person_id=who(number), on=on)


def lead(number: str, of: str | None, on: date = date(2026, 1, 1), **more: Any) -> None:
    lead_set(actor=HR, person_id=who(number), lead_id=who(of) if of else None, on=on, **more)


def test_acting_goes_before_solid_before_the_units_head() -> None:
    take(entry("1"), entry("2"), entry("3"), entry("4"))
    head("一车间", "2")
    assert answer("1") == LeadAnswer(who("2"), "unit_head")
    lead("1", "3")
    assert answer("1") == LeadAnswer(who("3"), "solid")
    lead("1", "4", on=date(2026, 4, 1), kind="acting", until=date(2026, 4, 15))
    assert answer("1") == LeadAnswer(who("4"), "acting")
    assert [answer("1", date(2026, *day)).reason for day in ((3, 31), (4, 14), (4, 15))] == [
        "solid",
        "acting",
        "solid",
    ]


def test_the_head_of_a_unit_is_led_by_the_head_above() -> None:
    take(entry("1", unit="一车间/CNC线/A班"), entry("2", unit="一车间"), entry("3", unit=""))
    head("一车间/CNC线/A班", "1")
    head("一车间", "2")
    assert answer("1") == LeadAnswer(who("2"), "parent_head")
    assert answer("2") == LeadAnswer(None, "unresolved", "nobody")


def test_the_head_of_the_company_is_the_top() -> None:
    take(entry("1", unit="衡川"), entry("2"))
    root = org().root
    assert root is not None
    unit_head_set(actor=HR, unit_id=root.id, person_id=who("1"), on=date(2020, 1, 1))
    assert answer("1") == LeadAnswer(None, "top")
    assert answer("2") == LeadAnswer(who("1"), "parent_head")


def test_whose_line_says_none_is_the_top_even_with_heads_around() -> None:
    take(entry("1", lead_is_none=True), entry("2"))
    head("一车间", "2")
    assert answer("1") == LeadAnswer(None, "top")
    lead("1", "2", on=date(2026, 4, 1))
    assert (answer("1", date(2026, 3, 31)).reason, answer("1").reason) == ("top", "solid")
    lead("1", None, on=date(2026, 4, 5))
    assert answer("1").reason == "top"


def test_a_lead_told_late_holds_until_the_next_one_already_recorded() -> None:
    take(entry("1", lead_employee_no="2"), entry("2"), entry("3"))
    lead("1", "3", on=date(2026, 4, 1))
    lead("1", None, on=date(2026, 3, 1))
    answers = [answer("1", date(2026, month, 1)) for month in (2, 3, 4)]
    assert answers == [LeadAnswer(who("2"), "solid"), LeadAnswer(None, "top"), LeadAnswer(who("3"), "solid")]


@pytest.mark.parametrize(("hired_on", "left_on"), [(date(2020, 1, 1), date(2026, 4, 8)), (date(2026, 4, 9), None)])
def test_a_lead_who_left_or_is_not_here_yet_is_skipped(hired_on: date, left_on: date | None) -> None:
    take(entry("1", lead_employee_no="2"), entry("2", hired_on=hired_on, left_on=left_on), entry("3"))
    assert answer("1") == LeadAnswer(None, "unresolved", "left")
    head("一车间", "3")
    assert answer("1") == LeadAnswer(who("3"), "unit_head")


def test_the_last_day_of_a_lead_still_counts() -> None:
    take(entry("1", lead_employee_no="2"), entry("2", left_on=date(2026, 4, 8)))
    assert answer("1", date(2026, 4, 7)) == LeadAnswer(who("2"), "solid")


def test_a_circle_is_unresolved_for_those_in_it_and_no_others() -> None:
    take(
        entry("1", lead_employee_no="2"),
        entry("2", lead_employee_no="3"),
        entry("3", lead_employee_no="1"),
        entry("4", lead_employee_no="1"),
    )
    assert {answer(n) for n in "123"} == {LeadAnswer(None, "unresolved", "loop")}
    assert answer("4") == LeadAnswer(who("1"), "solid")
    unresolved = leads_unresolved(on=TODAY, known_at=clock.now())
    assert [(one.person_id, one.answer.cause) for one in unresolved] == [(who(n), "loop") for n in "123"]
    assert LeadTree(org()).below(who("1")) == {who("4")}


def test_a_circle_through_heads_of_units_is_found_too() -> None:
    take(entry("1", lead_employee_no="2"), entry("2", unit="一车间/A班"))
    head("一车间/A班", "1")
    assert answer("1").cause == answer("2").cause == "loop"


def test_somebody_not_employed_that_day_has_no_lead_and_is_on_no_list() -> None:
    take(entry("1", left_on=date(2026, 3, 1)))
    assert answer("1") == LeadAnswer(None, "not_employed")
    assert leads_unresolved(on=TODAY, known_at=clock.now()) == ()


def test_b1_open_leads_are_listed_by_number() -> None:
    take(entry("000210", unit="销售部", lead_employee_no="999"), entry("000005"))
    take(entry("1", lead_employee_no="000005"))
    unresolved = leads_unresolved(on=TODAY, known_at=clock.now())
    assert [one.person_id for one in unresolved] == [who("000005"), who("000210")]


def test_every_reason_has_words() -> None:
    take(entry("1"), entry("2", lead_employee_no="1"))
    assert answer("2").words == "直接上级"
    assert answer("1").words == "上级待认领，请 HR 指定（没有登记上级，上面的部门也没有负责人）"


def test_a_project_asks_the_dotted_lead_first() -> None:
    take(entry("1", lead_employee_no="2"), entry("2"), entry("3"))
    lead("1", "3", kind="dotted")
    assert answer("1", purpose="project") == LeadAnswer(who("3"), "dotted")
    assert answer("1") == LeadAnswer(who("2"), "solid")
    lead("1", None, on=TODAY, kind="dotted")
    assert answer("1", purpose="project") == LeadAnswer(who("2"), "solid")


def test_the_leads_lead() -> None:
    take(entry("1", lead_employee_no="2"), entry("2", lead_employee_no="3"), entry("3", lead_is_none=True))
    known_at = clock.now()
    assert second_lead(person_id=who("1"), on=TODAY, known_at=known_at) == LeadAnswer(who("3"), "solid")
    assert second_lead(person_id=who("2"), on=TODAY, known_at=known_at) == LeadAnswer(None, "top")
    assert second_lead(person_id=who("3"), on=TODAY, known_at=known_at) == LeadAnswer(None, "top")


def test_a_lead_told_late_is_known_only_since_then() -> None:
    take(entry("1", lead_employee_no="2"), entry("2"), entry("3"))
    with clock.at(moment(4, 10)):
        lead("1", "3", on=date(2026, 3, 1))
        on = date(2026, 3, 31)
        assert lead_of(person_id=who("1"), on=on, known_at=moment(4, 9)).lead_id == who("2")
        assert lead_of(person_id=who("1"), on=on, known_at=clock.now()).lead_id == who("3")


def test_a_claimed_lead_holds_for_as_long_as_nobody_was_known() -> None:
    take(entry("1", lead_employee_no="999"), entry("2"))
    lead_claim(actor=HR, person_id=who("1"), lead_id=who("2"), on=TODAY)
    assert person("1", date(2023, 7, 3)).lead_id == who("2")
    with pytest.raises(DomainError) as refusal:
        lead_claim(actor=HR, person_id=who("1"), lead_id=who("2"), on=TODAY)
    assert refusal.value.code == "people.lead_known"


def test_leads_that_cannot_be() -> None:
    take(entry("1"), entry("2", left_on=date(2026, 1, 1)))

    def setting(number: str, lead_id: UUID, until: date | None = None) -> None:
        lead_set(actor=HR, person_id=who(number), lead_id=lead_id, on=TODAY, until=until)

    before = row_counts()
    for code, (number, lead_id, until) in {
        "people.lead_self": ("1", who("1"), None),
        "people.not_employed": ("2", who("1"), None),
        "people.range_empty": ("1", who("2"), TODAY),
    }.items():
        with pytest.raises(DomainError) as refusal:
            setting(number, lead_id, until)
        assert refusal.value.code == code
    with pytest.raises(NotVisibleError):
        setting("1", uuid7())
    assert row_counts() == before


def test_the_tree_knows_everybody_below() -> None:
    take(
        entry("1", lead_is_none=True),
        entry("2", lead_employee_no="1"),
        entry("3", lead_employee_no="2"),
        entry("4", lead_employee_no="2", left_on=date(2026, 1, 1)),
    )
    tree = LeadTree(org())
    assert tree.reports == {who("1"): (who("2"),), who("2"): (who("3"),)}
    assert tree.below(who("1")) == {who("2"), who("3")}
    assert tree.below(who("3")) == frozenset()
