"""确认 and 异议: seen is not agreed; late data does not ask twice; the data's owner answers, then HR (RULES, FIRST_HOUR)."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from jiyu.core import clock
from jiyu.core.actor import Actor
from jiyu.core.errors import DomainError, NotVisibleError
from jiyu.people.public import calendar_seed
from jiyu.reviews.acknowledging import Seen, SeenState, acknowledge, seen_states
from jiyu.reviews.models import Acknowledgement, Objection, ObjectionAnswer
from jiyu.reviews.objecting import (
    objection_answer,
    objection_raise,
    objection_withdraw,
    objections_of,
    objections_to_answer,
)
from jiyu.reviews.public import cycle_finalize
from jiyu.sources.public import source_ensure
from tests.companies import (
    SYSTEM,
    at,
    enrolment,
    entry,
    hr,
    marks,
    moment,
    person,
    points_rules,
    result,
    roster,
    scored,
    sheets,
    who,
)

pytestmark = pytest.mark.django_db
MINE, OWNER, HR, LEAD = "000317", "000050", "000901", "000011"


@pytest.fixture(autouse=True)
def march() -> None:
    """林晓峰's two numbers are scored on Thursday 04-02; the statistician answers for the source."""
    roster(OWNER, HR, LEAD, entry(MINE, lead_employee_no=LEAD), entry("000318", lead_employee_no=LEAD))
    points_rules("a", "b")
    with at(1, 10):
        calendar_seed(actor=SYSTEM, years=[2026])
        sheets({MINE: [("a", 50), ("b", 50)], "000318": [("a", 100)]})
    with at(4, 2, 8):
        marks("a,b", f"{MINE},90,80")
        source_ensure(actor=SYSTEM, code="marks", label="MARKS", owner=who(OWNER))
        scored()


def mine(actor: Actor | None = None) -> SeenState:
    pk = enrolment(MINE).pk
    return seen_states(actor=actor or person(MINE), enrolment_ids=[pk])[pk]


def confirm(number: str = MINE, *, of: str = MINE, result_id: UUID | None = None) -> Acknowledgement:
    return acknowledge(actor=person(number), enrolment_id=enrolment(of).pk, result_id=result_id or result(of).pk)


def object_to(line: int = 1, reason: str = "missing", text: str = "") -> Objection:
    return objection_raise(
        actor=person(MINE),
        enrolment_id=enrolment(MINE).pk,
        result_id=result(MINE).pk,
        line=line,
        reason=reason,
        text=text,
    )


def refusal(call: object, *args: object, **kwargs: object) -> str:
    with pytest.raises(DomainError) as error:
        call(*args, **kwargs)  # type: ignore[operator]
    return error.value.code


def test_asked_once_the_numbers_are_there_and_done_when_said() -> None:
    with at(4, 2):
        assert (mine().seen, mine().result_id) == (Seen.ASKED, result(MINE).pk)
        row = confirm()
        assert (mine().seen, mine().acknowledged_at) == (Seen.DONE, moment(4, 2))
        assert confirm().pk == row.pk
    assert Acknowledgement.objects.count() == 1


def test_nobody_is_asked_before_the_numbers_are_there() -> None:
    pk = enrolment("000318").pk
    with at(4, 2):
        assert seen_states(actor=person("000318"), enrolment_ids=[pk])[pk].seen is Seen.NOT_ASKED
        assert refusal(confirm, "000318", of="000318") == "reviews.numbers_waiting"
    assert not Acknowledgement.objects.exists()


def test_late_data_marks_it_as_changed_and_does_not_ask_again() -> None:
    with at(4, 2):
        confirm()
    with at(4, 3):
        marks("a,b", f"{MINE},5,0", day="2026-03-02")
        scored()
        assert mine().seen is Seen.CHANGED
        assert confirm().result_id != result(MINE).pk  # what was seen stays what was seen


def test_numbers_that_changed_while_the_page_was_open_are_looked_at_first() -> None:
    with at(4, 2):
        shown = result(MINE).pk
    with at(4, 3):
        marks("a,b", f"{MINE},5,0", day="2026-03-02")
        scored()
        assert refusal(confirm, result_id=shown) == "reviews.numbers_changed"
    assert not Acknowledgement.objects.exists()


def test_nobody_confirms_for_another_not_even_the_lead() -> None:
    with at(4, 2):
        for number in (LEAD, HR, "000318"):
            with pytest.raises(NotVisibleError):
                confirm(number)
    assert not Acknowledgement.objects.exists()


def test_after_the_archive_nobody_is_asked_or_objects() -> None:
    with at(4, 2):
        cycle_finalize(actor=hr(HR), cycle_id=enrolment(MINE).cycle_id)
        assert mine().seen is Seen.NOT_ASKED
        assert refusal(confirm) == refusal(object_to) == "reviews.numbers_final"


def test_an_objection_goes_to_the_owner_of_the_data_with_two_working_days() -> None:
    """Thursday 04-02 10:00; 清明 is off from Saturday to Monday 04-06, so two working days end on Tuesday."""
    with at(4, 2, 10):
        row = object_to()
        assert (row.owner, row.line) == (who(OWNER), 1)
        assert clock.local(row.due_at) == clock.local(moment(4, 7, 10))
        (seen,) = objections_to_answer(actor=person(OWNER))
        assert (seen.line_name.zh, seen.reason, seen.is_late) == ("a", "少算了", False)
        assert mine().objections == 1
    with at(4, 8):
        assert [view.is_late for view in objections_to_answer(actor=hr(HR))] == [True]


def test_seen_and_objected_go_together() -> None:
    with at(4, 2):
        object_to()
        confirm()
        assert (mine().seen, mine().objections) == (Seen.DONE, 1)


def test_the_owner_answers_and_that_a_number_stands_needs_a_why() -> None:
    with at(4, 2):
        row = object_to()
    with at(4, 3):
        assert refusal(objection_answer, actor=person(OWNER), objection_id=row.pk, verdict="stands") == (
            "reviews.objection_why"
        )
        objection_answer(actor=person(OWNER), objection_id=row.pk, verdict="stands", text="报工单在 03-02")
        assert objections_to_answer(actor=person(OWNER)) == []
        (view,) = objections_of(actor=person(MINE), enrolment_id=enrolment(MINE).pk)
        assert (view.verdict, view.answer, view.answered_by) == ("stands", "报工单在 03-02", who(OWNER))
        assert refusal(objection_answer, actor=hr(HR), objection_id=row.pk, verdict="corrected") == (
            "reviews.objection_answered"
        )
    assert ObjectionAnswer.objects.count() == 1


def test_hr_answers_anything_but_the_own_and_others_nothing() -> None:
    with at(4, 2):
        row = object_to()
        own = Actor(person_id=who(MINE), grants=hr(HR).grants)
        assert objections_to_answer(actor=own) == []
        for actor in (own, person(LEAD), person("000318")):
            with pytest.raises(NotVisibleError):
                objection_answer(actor=actor, objection_id=row.pk, verdict="corrected")
        objection_answer(actor=hr(HR), objection_id=row.pk, verdict="corrected")


def test_who_answers_for_the_own_numbers_is_not_asked_about_them() -> None:
    with at(4, 2):
        source_ensure(actor=SYSTEM, code="marks", label="MARKS", owner=who(MINE))
        assert object_to().owner is None  # HR is asked at once


@pytest.mark.parametrize(
    ("line", "reason", "text", "code"),
    [
        (9, "missing", "", "reviews.objection_line"),
        (1, "weather", "", "reviews.objection_reason"),
        (1, "other", "  ", "reviews.objection_text"),
    ],
)
def test_an_objection_says_which_number_and_why(line: int, reason: str, text: str, code: str) -> None:
    with at(4, 2):
        assert refusal(object_to, line, reason, text) == code
    assert not Objection.objects.exists()


def test_one_open_objection_a_number_and_it_may_be_taken_back() -> None:
    with at(4, 2):
        row = object_to()
        assert refusal(object_to) == "reviews.objection_open"
        object_to(line=2)
        with pytest.raises(NotVisibleError):
            objection_withdraw(actor=person(OWNER), objection_id=row.pk)
        objection_withdraw(actor=person(MINE), objection_id=row.pk)
        object_to()
        assert mine().objections == 2


def test_a_lead_sees_where_the_own_people_stand_and_nobody_else_s() -> None:
    with at(4, 2):
        assert mine(person(LEAD)).seen is Seen.ASKED
        assert seen_states(actor=person("000318"), enrolment_ids=[enrolment(MINE).pk]) == {}
        object_to()
        with pytest.raises(NotVisibleError):
            objections_of(actor=person("000318"), enrolment_id=enrolment(MINE).pk)


def test_the_day_of_the_limit_is_worked_out_on_the_company_s_calendar() -> None:
    with at(2, 13, 16):
        marks("a,b", f"{MINE},1,1", day="2026-02-01")
        scored()
        assert clock.local(object_to().due_at).date() == date(2026, 2, 24)  # CASES B7


def test_the_queue_asks_as_often_for_two_as_for_one() -> None:
    counts = []
    with at(4, 2):
        for line in (1, 2):
            object_to(line=line)
            objections_to_answer(actor=hr(HR))  # editions are read once per process
            with CaptureQueriesContext(connection) as queries:
                assert len(objections_to_answer(actor=hr(HR))) == line
            counts.append(len(queries))
    assert counts[0] == counts[1]
