"""Who may see whom and change whom; not visible is 404."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from jiyu.core import clock
from jiyu.core.actor import Actor, GrantView
from jiyu.core.errors import NotAllowedError, NotVisibleError
from jiyu.core.ids import uuid7
from jiyu.people.public import (
    calendar_seed,
    grant_make,
    lead_set,
    may_see,
    move,
    require_visible,
    roster_take,
    scope_of,
    unit_make,
    visible_subjects,
    who_can,
    why,
)
from tests.people.conftest import HR as SYSTEM
from tests.people.conftest import TODAY, entry, moment, org, row_counts, take, unit, who

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def company() -> None:
    """1 leads 2 leads 3 in the workshop; 4 and 5 sell, nobody leads them; 6 is HR."""
    take(
        entry("1", lead_is_none=True),
        entry("2", unit="一车间/A班", lead_employee_no="1"),
        entry("3", unit="一车间/A班", lead_employee_no="2"),
        entry("4", unit="销售部"),
        entry("5", unit="销售部/华东"),
        entry("6", unit="人力行政部"),
    )


def actor(number: str, *roles: tuple[str, UUID | None]) -> Actor:
    return Actor(person_id=who(number), grants=tuple(GrantView(role, scope) for role, scope in roles))


def seen_by(one: Actor) -> set[str]:
    return {number for number in "123456" if may_see(one, who(number))}


def test_everybody_sees_themselves_and_whoever_they_lead() -> None:
    assert [seen_by(actor(n)) for n in "1234"] == [{"1", "2", "3"}, {"2", "3"}, {"3"}, {"4"}]
    assert [may_see(actor("1"), who(n)) for n in "124"] == ["self", "lead", None]


def test_hr_of_a_unit_sees_the_unit_and_below_and_hr_of_the_company_everybody() -> None:
    assert seen_by(actor("6", ("hr", unit("销售部")))) == {"4", "5", "6"}
    assert may_see(actor("6", ("hr", unit("销售部"))), who("5")) == "hr"
    assert seen_by(actor("6", ("hr", None))) == set("123456")


@pytest.mark.parametrize(("role", "sees"), [("executive", "123456"), ("owner", "123456"), ("it", "6")])
def test_what_the_other_roles_see(role: str, sees: str) -> None:
    assert seen_by(actor("6", (role, None))) == set(sees)
    assert may_see(actor("6", (role, None)), who("1")) == (role if len(sees) > 1 else None)


def test_a_system_actor_sees_everybody_and_an_account_without_role_nobody() -> None:
    assert may_see(SYSTEM, who("1")) == "system"
    assert scope_of(Actor(person_id=None)).reason(who("1")) is None


def test_the_relation_then_or_now_as_asked() -> None:
    with clock.at(moment(4, 10)):
        lead_set(actor=SYSTEM, person_id=who("3"), lead_id=who("4"), on=date(2026, 3, 1))
        february, march = date(2026, 2, 28), date(2026, 3, 1)
        assert [may_see(actor("4"), who("3"), on=on) for on in (february, march)] == [None, "lead"]
        assert [may_see(actor("2"), who("3"), on=on) for on in (february, march)] == ["lead", None]
        assert may_see(actor("2"), who("3"), on=march, known_at=moment(4, 9)) == "lead"


def test_a_lead_who_left_sees_nobody_any_more() -> None:
    take(entry("2", left_on=TODAY))
    assert seen_by(actor("2")) == {"2"}
    assert may_see(actor("2"), who("3"), on=date(2026, 4, 7)) == "lead"


def test_not_visible_is_404() -> None:
    assert require_visible(actor("2"), who("3")) == "lead"
    with pytest.raises(NotVisibleError) as refusal:
        require_visible(actor("3"), who("2"))
    assert refusal.value.status == 404


def test_visible_subjects_are_the_ids_themselves() -> None:
    assert visible_subjects(actor("2")) == {who("2"), who("3")}
    assert visible_subjects(actor("6", ("hr", None))) == set(org().persons)
    assert who("2") in scope_of(actor("1"))
    assert who("4") not in scope_of(actor("1"))


def test_who_can_names_each_reader_with_the_reason() -> None:
    grant_make(actor=SYSTEM, person_id=who("6"), role="hr", unit_id=unit("一车间"))
    grant_make(actor=SYSTEM, person_id=who("5"), role="executive", to_at=moment(4, 9))
    assert who_can(who("3")) == {
        who("3"): "self", who("2"): "lead", who("1"): "lead", who("6"): "hr", who("5"): "executive"
    }  # fmt: skip
    with clock.at(moment(4, 10)):
        assert who_can(who("4")) == {who("4"): "self"}


def test_why_is_told_in_words() -> None:
    assert why(actor("2"), who("3")) == "是你带的人"
    assert why(actor("3"), who("2")).startswith("看不到")


def test_whoever_leads_nobody_asks_no_whole_organisation(django_assert_num_queries: Any) -> None:
    operator, oneself, other = actor("3"), who("3"), who("2")
    with django_assert_num_queries(1):
        assert may_see(operator, other) is None
    with django_assert_num_queries(0):
        assert may_see(operator, oneself) == "self"


def test_only_hr_changes_people_and_only_in_scope() -> None:
    sales_hr = actor("6", ("hr", unit("销售部")))
    sales, workshop, east = unit("销售部"), unit("一车间"), unit("销售部/华东")
    before = row_counts()
    with pytest.raises(NotAllowedError):
        move(actor=actor("1"), person_id=who("2"), unit_id=workshop, on=TODAY)
    with pytest.raises(NotVisibleError):
        move(actor=sales_hr, person_id=who("2"), unit_id=sales, on=TODAY)
    with pytest.raises(NotAllowedError):
        move(actor=sales_hr, person_id=who("4"), unit_id=workshop, on=TODAY)
    with pytest.raises(NotAllowedError):
        roster_take(actor=sales_hr, run_id=uuid7(), entries=[entry("9")], on=TODAY)
    with pytest.raises(NotAllowedError):
        unit_make(actor=sales_hr, name="新", parent_id=sales, on=TODAY)
    with pytest.raises(NotAllowedError):
        calendar_seed(actor=actor("1"), years=[2026])
    assert row_counts() == before
    move(actor=sales_hr, person_id=who("4"), unit_id=east, on=TODAY)
    assert who("4") in org().members(east)
