"""Who takes part: nobody is left out for a missing lead, leavers are scored, newcomers with too few days are not."""

from __future__ import annotations

from datetime import date

import pytest

from jiyu.core.errors import DomainError
from jiyu.people.public import lead_set
from jiyu.reviews.models import Cycle, Enrolment
from jiyu.reviews.public import cycle_open, cycle_overview
from jiyu.studio.public import definitions_import
from tests.companies import (
    SYSTEM,
    bundle,
    enrolment,
    entry,
    marks,
    opened,
    points_rules,
    result,
    roster,
    rules,
    scale,
    scheme,
    score_and_grade,
    scored,
    sheets,
    unit,
    who,
)  # fmt: skip

pytestmark = pytest.mark.django_db

WHOLE = [("a", 100)]


def scored_with(*people: object, numbers: str = "90") -> None:
    """These people (roster entries), each with one line and the same number, scored for 2026Q1."""
    roster(*people)  # type: ignore[arg-type]
    points_rules("a")
    known = [p if isinstance(p, str) else p.employee_no for p in people]  # type: ignore[attr-defined]
    marks("a", *[f"{no},{numbers}" for no in known], day="2026-02-20")
    sheets(dict.fromkeys(known, WHOLE))
    scored()


# Days of work (RULES 试用期/新入职, 离职)


@pytest.mark.parametrize(
    ("hired", "expected"),
    [
        (date(2026, 2, 15), ("90.00", "B+")),  # 45 of 90 days: half is enough
        (date(2026, 2, 16), ("not_rated", "")),  # 44 of 90
        (date(2026, 3, 2), ("not_rated", "")),  # 30 of 90
    ],
)
def test_who_came_for_less_than_half_of_the_days_is_not_rated(hired: date, expected: tuple[str, str]) -> None:
    scored_with(entry("000317", hired_on=hired))
    assert score_and_grade("000317") == expected


def test_not_rated_says_how_many_days() -> None:
    scored_with(entry("000317", hired_on=date(2026, 3, 2)))
    assert result("000317").cause == {"code": "short_presence", "days": 30, "of": 90}


def test_a_leaver_with_enough_days_is_scored_to_the_last_one() -> None:
    scored_with(entry("000317", left_on=date(2026, 2, 21)))
    assert score_and_grade("000317") == ("90.00", "B+")


def test_a_leaver_stands_where_the_last_post_was_and_has_no_lead() -> None:
    scored_with(entry("000317", left_on=date(2026, 2, 21)))
    place = enrolment("000317")
    assert (place.home_unit, place.lead, place.lead_reason) == (unit("一车间"), None, "not_employed")


def test_two_spells_add_up() -> None:
    roster(entry("000317", left_on=date(2026, 1, 26)))
    roster(entry("000317", hired_on=date(2026, 3, 12)), on=date(2026, 3, 12))
    points_rules("a")
    marks("a", "000317,90", day="2026-01-20")
    sheets({"000317": WHOLE})
    scored()
    assert score_and_grade("000317") == ("90.00", "B+")  # 25 + 20 of 90 days


# Leads


def test_a_loop_of_leads_enrols_everybody_and_says_unresolved() -> None:
    roster(entry("000317"), entry("000402"), entry("000011"))
    for person, lead in (("000317", "000402"), ("000402", "000011"), ("000011", "000317")):
        lead_set(actor=SYSTEM, person_id=who(person), lead_id=who(lead), on=date(2026, 1, 1))
    points_rules("a")
    sheets(dict.fromkeys(("000317", "000402", "000011"), WHOLE))
    cycle = opened()
    assert set(Enrolment.objects.values_list("lead", "lead_reason")) == {(None, "unresolved")}
    assert cycle_overview(actor=SYSTEM, cycle_id=cycle.pk).unresolved_leads == 3


def test_the_lead_and_the_unit_are_those_at_enrolment() -> None:
    roster(entry("000011"), entry("000317", lead_employee_no="000011"))
    points_rules("a")
    sheets({"000317": WHOLE})
    opened()
    place = enrolment("000317")
    assert (place.lead, place.lead_reason, place.home_unit) == (who("000011"), "solid", unit("一车间"))


# Who is in


def test_who_has_no_sheet_is_in_by_the_unit_and_has_no_score() -> None:
    roster("000317", entry("000402", "销售部"))
    points_rules("a")
    marks("a", "000317,90")
    sheets({"000317": WHOLE})
    opened(units=[unit("一车间"), unit("销售部")])
    outcome = scored()
    assert (outcome.scored, outcome.no_sheet) == (1, 1)
    assert score_and_grade("000402") == ("no_sheet", "")


def test_opening_again_enrols_who_came_since_and_nobody_twice() -> None:
    roster("000317", "000402")
    points_rules("a")
    sheets({"000317": WHOLE})
    opened()
    sheets({"000402": WHOLE})
    opened()
    opened()
    assert set(Enrolment.objects.values_list("subject", flat=True)) == {who("000317"), who("000402")}
    assert Enrolment.objects.count() == 2


def test_opening_again_asks_the_units_of_the_first_time_too() -> None:
    roster("000317")
    points_rules("a")
    opened(units=[unit("一车间")])
    roster("000317", "000402")
    opened()
    assert Enrolment.objects.filter(subject=who("000402")).exists()


def test_sheets_of_another_module_are_not_of_this_cycle() -> None:
    roster("000317", "000402")
    points_rules("a")
    rules(
        {
            ("scheme", "scheme"): scheme(),
            ("grade_scale", "company"): scale(),
        },
        module="monthly",
    )
    sheets({"000317": WHOLE})
    cycle = opened(module="monthly")
    assert not cycle.enrolments.exists()


def test_a_code_stands_for_one_period_and_module() -> None:
    roster("000317")
    points_rules("a")
    opened()
    with pytest.raises(DomainError) as error:
        cycle_open(actor=SYSTEM, code="quarterly-2026Q1", label="x", period_code="2026Q2", module_code="quarterly")
    assert error.value.code == "reviews.cycle_other"
    assert Cycle.objects.get().period.code == "2026Q1"


def test_without_released_rules_no_cycle_opens() -> None:
    roster("000317")
    points_rules("a")
    with pytest.raises(DomainError) as error:
        opened(period="2024Q4")
    assert error.value.code == "goals.no_rules"
    assert not Cycle.objects.exists()


@pytest.mark.parametrize("schemes", [0, 2])
def test_a_module_that_reviews_people_has_exactly_one_scheme(schemes: int) -> None:
    """Otherwise scoring would stop for everybody, later."""
    definitions = {("grade_scale", "company"): scale()}
    for n in range(schemes):
        definitions["scheme", f"s{n}"] = scheme()
    definitions_import(actor=SYSTEM, bundle=bundle(definitions))
    with pytest.raises(DomainError) as error:
        opened()
    assert error.value.code == "reviews.one_scheme"
    assert not Cycle.objects.exists()


def test_newer_rules_do_not_stop_a_cycle_under_way() -> None:
    """Somebody's sheet is changed after newer rules came out for the same day: still scored, by the rules it began with."""
    roster("000317", "000402")
    points_rules("a")
    marks("a", "000317,140", "000402,140")
    sheets({"000317": WHOLE, "000402": WHOLE})
    opened()
    points_rules("a", cap="150")
    sheets({"000317": [("a", 100, 120)]})
    assert scored().scored == 2
    assert (score_and_grade("000317")[0], score_and_grade("000402")[0]) == ("116.67", "120.00")
