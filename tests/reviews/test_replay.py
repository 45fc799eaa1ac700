"""What is explained is what was calculated: any company's stored results come out of the replay to the bit."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jiyu.goals.public import sheets_import
from jiyu.reviews.explanation import explain_result
from jiyu.reviews.models import Result, ResultLine
from jiyu.reviews.public import cycle_score, explanation
from tests.companies import (
    HIRED,
    QUARTERLY,
    SYSTEM,
    aggregate,
    deliver,
    entry,
    indicator,
    marks,
    metric,
    opened,
    points_rules,
    review,
    roster,
    rules,
    scored,
    sheets,
)  # fmt: skip

pytestmark = pytest.mark.django_db

METHODS: dict[str, dict[str, Any]] = {
    "amount": {"kind": "linear", "zero_below": "60"},
    "rate": {"kind": "three_point"},
    "mean": {"kind": "per_unit", "per": "0.3", "points_off": "7"},
    "odd": {"kind": "linear", "cap": "110"},
}


def company() -> None:
    """Rules with an amount, a rate, an average and a formula of several inputs."""
    sources = {
        "amount": metric("额", aggregate("额", "crm", "a", missing="zero")),
        "rate": metric("甲/乙", aggregate("甲", "crm", "b"), aggregate("乙", "crm", "c"), unit="percent"),
        "mean": metric("均", aggregate("均", "crm", "b", how="average")),
        "odd": metric(
            "(甲+1)/(乙-3)*7", aggregate("甲", "crm", "b"), aggregate("乙", "crm", "c", missing="not_applicable")
        ),
    }
    parts: dict[tuple[str, str], Any] = {("metric", code): spec for code, spec in sources.items()}
    parts |= {("indicator", code): indicator(code, method) for code, method in METHODS.items()}
    rules(review(parts, awaiting_data="renormalise"))


numbers = st.one_of(st.none(), st.integers(-50, 400), st.decimals(0, 200, places=4)).map(
    lambda v: "" if v is None else str(v)
)
weights = st.lists(st.integers(0, 1_000_000), min_size=3, max_size=3, unique=True).map(
    lambda cuts: [b - a for a, b in zip([0, *sorted(cuts)], [*sorted(cuts), 1_000_000], strict=True)]
)
persons = st.lists(
    st.tuples(weights, st.lists(st.tuples(numbers, numbers, numbers), max_size=3), st.integers(0, 89)),
    min_size=1,
    max_size=5,
)


@given(people=persons)
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_replay_of_every_result_of_any_company_equals_what_is_stored(people: list[Any]) -> None:
    with transaction.atomic():
        numbered = [(f"{n:06}", *person) for n, person in enumerate(people, 317)]
        roster(*[entry(no, hired_on=max(HIRED, date(2026, 1, 1) + timedelta(days)) if days else HIRED)
                 for no, _w, _rows, days in numbered])  # fmt: skip
        company()
        rows = [
            f"{no},2026-03-1{i},{no}-{i},{','.join(row)}" for no, _w, of, _d in numbered for i, row in enumerate(of)
        ]
        deliver("crm", "工号,日期,编号,a,b,c", *rows)
        lines = [
            f"{no},{code},{w / 10_000:.4f}%,{target},{low},{high}"
            for no, ws, _rows, _d in numbered
            for code, w, (target, low, high) in zip(
                METHODS, ws, (("100", "", ""), ("90", "80", "95"), ("50", "", ""), ("8", "", "")), strict=True
            )
        ]
        text = "\n".join(["工号,指标编号,权重,目标值,底线值,挑战值", *lines])
        assert sheets_import(actor=SYSTEM, text=text, period_code="2026Q1", module_code=QUARTERLY).refused == ()
        outcome = scored()
        assert outcome.revised == len(numbered)
        for result in Result.objects.all():
            told, head = explanation(actor=SYSTEM, result_id=result.pk)
            assert told.is_replayed, (result.state, result.score, told)
            assert (head.score, told.grade) == (result.score, result.grade)
        assert scored().revised == 0
        transaction.set_rollback(True)


def test_a_stored_number_that_does_not_come_out_again_is_not_called_replayed(monkeypatch: pytest.MonkeyPatch) -> None:
    roster("000317")
    points_rules("a")
    marks("a", "000317,90")
    sheets({"000317": [("a", 100)]})
    scored()
    result = Result.objects.get()
    result.score = 90_010_000
    lines = list(ResultLine.objects.all())
    told = explain_result(result, lines, [i for n in lines for i in n.inputs.all()], date(2026, 4, 1))
    assert not told.is_replayed


# Scoring asks the database as often for many as for few.


def queries_to_score(people: int) -> int:
    roster(*[f"{n:06}" for n in range(people)])
    points_rules("a", "b")
    marks("a,b", *[f"{n:06},{60 + n % 50},{70 + n % 40}" for n in range(people)])
    sheets({f"{n:06}": [("a", 60), ("b", 40)] for n in range(people)})
    cycle = opened()
    with CaptureQueriesContext(connection) as asked:
        assert cycle_score(actor=SYSTEM, cycle_id=cycle.pk).scored == people
    # SQLite takes 999 values per statement, so rows are inserted in several; nothing else may grow.
    return sum("INSERT INTO" not in q["sql"] and "COPY " not in q["sql"] for q in asked.captured_queries)


SCORING_QUERIES = 18


@pytest.mark.parametrize("people", [20, 200])
def test_scoring_asks_as_often_for_two_hundred_as_for_twenty(people: int) -> None:
    assert queries_to_score(people) == SCORING_QUERIES


def test_explaining_asks_as_often_for_many_lines_as_for_one() -> None:
    roster("000317", "000402")
    codes = [f"i{n}" for n in range(8)]
    points_rules(*codes)
    marks(",".join(codes), f"000317,{','.join(['90'] * 8)}", f"000402,{','.join(['90'] * 8)}")
    sheets({"000317": [("i0", 100)], "000402": [(c, "12.5") for c in codes]})
    scored()
    asked = []
    for result in Result.objects.order_by("enrolment__subject"):
        with CaptureQueriesContext(connection) as queries:
            explanation(actor=SYSTEM, result_id=result.pk)
        asked.append(len(queries))
    assert asked[0] == asked[1]
