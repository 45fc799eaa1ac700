"""Missing is not zero, and zero is zero (CASES A4, B4; RULES "Missing by cause")."""

from __future__ import annotations

from typing import Any

import pytest

from jiyu.goals.public import sheets_import
from jiyu.reviews.public import waiting_sources
from tests.companies import (
    QUARTERLY,
    SYSTEM,
    aggregate,
    deliver,
    indicator,
    marks,
    metric,
    points_rules,
    result,
    review,
    roster,
    rules,
    score_and_grade,
    scored,
    sheets,
    told,
)  # fmt: skip

pytestmark = pytest.mark.django_db

FIFTY_THIRTY_TWENTY = [("a", 50), ("b", 30), ("c", 20)]
FORTY_THIRTY_THIRTY = [("a", 40), ("b", 30), ("c", 30)]


def weighed(rows: str, lines: list[Any] = FIFTY_THIRTY_TWENTY, **fields: Any) -> tuple[str, str]:
    """(score or state, grade) of a sheet with these lines and these three numbers ("80,,90")."""
    roster("000317")
    points_rules("a", "b", "c", **fields)
    marks("a,b,c", f"000317,{rows}")
    sheets({"000317": lines})
    scored()
    return score_and_grade("000317")


@pytest.mark.parametrize(
    ("policy", "expected"),
    [("renormalise", ("82.86", "B")), ("zero", ("58.00", "C")), ("wait", ("awaiting_data", ""))],
)
def test_a4_a_blank_is_what_hr_says_it_is(policy: str, expected: tuple[str, str]) -> None:
    assert weighed("80,,90", awaiting_data=policy) == expected


@pytest.mark.parametrize("policy", ["renormalise", "zero", "wait", "target"])
def test_a4_a_zero_is_a_zero_under_every_policy(policy: str) -> None:
    assert weighed("80,0,90", awaiting_data=policy, not_applicable=policy) == ("58.00", "C")


def test_a4_where_only_twenty_percent_are_there_nobody_is_rated() -> None:
    assert weighed(",,90", awaiting_data="renormalise") == ("not_rated", "")
    assert result("000317").weight_coverage == 200_000


def test_a4_equal_thirds_five_five_and_nothing_are_five() -> None:
    """A rival averages the absent one as 0 and says 3.33."""
    thirds = [("a", "33.3333"), ("b", "33.3333"), ("c", "33.3334")]
    assert weighed("5,5,", thirds, awaiting_data="renormalise") == ("5.00", "C")


@pytest.mark.parametrize(
    ("missing", "policy", "expected"),
    [
        ("not_applicable", {}, "85.71"),
        ("awaiting", {}, "awaiting_data"),
        ("awaiting", {"awaiting_data": "zero"}, "60.00"),
        ("awaiting", {"awaiting_data": "target"}, "90.00"),
        ("not_applicable", {"not_applicable": "target"}, "90.00"),
        ("zero", {}, "60.00"),
    ],
)
def test_b4_the_cause_decides(missing: str, policy: dict[str, str], expected: str) -> None:
    assert weighed("90,80,", FORTY_THIRTY_THIRTY, missing=missing, **policy)[0] == expected


@pytest.mark.parametrize(("minimum", "expected"), [("0.6", "90.00"), ("0.61", "not_rated")])
def test_sixty_percent_of_the_weight_are_enough_and_less_are_not(minimum: str, expected: str) -> None:
    lines = [("a", 40), ("b", 20), ("c", 40)]
    found = weighed("90,90,", lines, awaiting_data="renormalise", minimum_coverage=minimum)
    assert found[0] == expected


def test_a_line_hr_marked_as_not_applicable_leaves_its_weight_though_there_is_data() -> None:
    roster("000317")
    points_rules("a", "b")
    marks("a,b", "000317,90,10")
    text = "工号,指标编号,权重,目标值,适用\n000317,a,70,100,\n000317,b,30,100,不适用"
    sheets_import(actor=SYSTEM, text=text, period_code="2026Q1", module_code=QUARTERLY)
    scored()
    assert score_and_grade("000317") == ("90.00", "B+")


def test_a_line_that_only_watches_keeps_nobody_waiting() -> None:
    assert weighed("90,80,", [("a", 50), ("b", 50), ("c", 0)]) == ("85.00", "B+")


def test_awaited_comes_before_not_applicable() -> None:
    """A quotient of which one side is awaited and the other does not apply waits: it may still come."""
    roster("000317")
    inputs = (aggregate("甲", "x", "a"), aggregate("乙", "x", "b", missing="not_applicable"))
    rules(review({("metric", "m"): metric("甲/乙", *inputs), ("indicator", "m"): indicator("m")}))
    sheets({"000317": [("m", 100)]})
    scored()
    assert score_and_grade("000317") == ("awaiting_data", "")


def test_b4_a_source_that_has_not_come_holds_up_only_those_who_need_it() -> None:
    roster("000317", "000402", "000011")
    points_rules("a", "paid")
    marks("a", "000317,90", "000402,80", "000011,70")
    marks("paid", "000011,100", "000402,")
    half = [("a", 50), ("paid", 50)]
    sheets({"000317": [("a", 100)], "000402": half, "000011": half})
    outcome = scored()
    assert (outcome.scored, outcome.awaiting_data, outcome.error) == (2, 1, 0)
    assert [score_and_grade(n)[0] for n in ("000317", "000402", "000011")] == ["90.00", "awaiting_data", "85.00"]


def test_who_waits_is_told_what_for() -> None:
    weighed("80,,90")
    found = result("000317")
    assert found.cause == {"code": "awaiting_data", "lines": [2]}
    assert waiting_sources(result_ids=[found.pk]) == {found.pk: ["数"]}
    line = told("000317").lines[1]
    assert (line.state, line.actual.zh, line.score, line.standing.chip) == ("awaiting_data", "待数据", "", "waiting")
    assert line.sentence.zh == "数 还没到，缺的不算 0，也不先算分"


def test_dividing_by_nothing_is_one_persons_error_and_leaves_the_others_scored() -> None:
    roster("000317", "000402", "000011")
    rate = metric("甲/乙", aggregate("甲", "x", "a"), aggregate("乙", "x", "b"), unit="percent")
    whole = {"kind": "linear", "against": "whole"}
    rules(review({("metric", "m"): rate, ("indicator", "m"): indicator("m", whole)}))
    deliver(
        "x", "工号,日期,编号,a,b", "000317,2026-02-01,k1,3,0", "000402,2026-02-01,k2,9,10", "000011,2026-02-01,k3,0,0"
    )
    sheets({n: [("m", 100)] for n in ("000317", "000402", "000011")})
    outcome = scored()
    assert (outcome.scored, outcome.error, outcome.not_rated) == (1, 1, 1)
    assert score_and_grade("000402") == ("90.00", "B+")
    assert score_and_grade("000317") == ("error", "")
    assert result("000317").lines.get().error == "#DIV/0!"
    assert score_and_grade("000011") == ("not_rated", "")  # 0 of 0: there was nothing to measure
    assert result("000011").lines.get().state == "not_applicable"
