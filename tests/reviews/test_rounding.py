"""Decision points: 84.995 is 85.00, once, at the end (CASES A5, RULES "Never binary floats")."""

from __future__ import annotations

import pytest

from jiyu.reviews.models import Result
from tests.companies import at, marks, points_rules, result, roster, score_and_grade, scored, sheets, told

pytestmark = pytest.mark.django_db

A5 = ([("a", 30), ("b", 25), ("c", 15), ("d", 30)], "77.6,89.3,67.3,97.5")


def one(lines: list[tuple[str, object]], numbers: str, **scheme: object) -> tuple[str, str]:
    roster("000317")
    codes = [str(code) for code, _weight in lines]
    points_rules(*codes, **scheme)
    marks(",".join(codes), f"000317,{numbers}")
    sheets({"000317": lines})
    scored()
    return score_and_grade("000317")


def test_a5_a_tie_at_one_decimal_goes_up_and_the_grade_follows_what_is_shown() -> None:
    assert one(*A5, decimals=1) == ("85.0", "B+")


def test_a5_the_same_at_two_decimals_is_just_below() -> None:
    assert one(*A5, decimals=2) == ("84.95", "B")


def test_plain_binary_rounding_would_say_84_99() -> None:
    assert one([("a", 40), ("b", 30), ("c", 30)], "91.70,81.50,79.55") == ("85.00", "B+")


def test_a_total_is_not_the_sum_of_rounded_lines() -> None:
    """Three thirds of 70.005: each line is shown as 23.34 (70.02 together), the total is 70.01."""
    thirds = [("a", "33.3333"), ("b", "33.3333"), ("c", "33.3334")]
    assert one(thirds, "70.005,70.005,70.005") == ("70.01", "B")


def test_the_cap_comes_before_the_rounding_and_the_grade_after() -> None:
    assert one([("a", 100)], "119.996", cap="104.999") == ("105.00", "S")


@pytest.mark.parametrize(
    ("score", "grade"),
    [("104.994", "A"), ("104.995", "S"), ("94.995", "A"), ("94.994", "B+"), ("84.995", "B+"), ("69.995", "B"),
     ("69.994", "C"), ("0", "C")],
)  # fmt: skip
def test_bands_compare_the_score_on_the_screen(score: str, grade: str) -> None:
    assert one([("a", 100)], score)[1] == grade


def test_a5_alone_and_in_a_batch_the_same_numbers_are_stored() -> None:
    """Everybody in one scoring, then each in a cycle of their own: not a bit differs."""
    numbers = [f"0003{n:02}" for n in range(6)]
    roster(*numbers)
    points_rules("a", "b", "c", "d", decimals=1)
    rows = [
        f"{no},{77.6 + n / 7:.6f},{89.3 - n / 3:.6f},{67.3 + n:.6f},{97.5 - n / 11:.6f}" for n, no in enumerate(numbers)
    ]
    marks("a,b,c,d", *rows)
    lines = A5[0]
    sheets(dict.fromkeys(numbers, lines))
    scored()
    with at(7, 2):
        marks("a,b,c,d", *rows, day="2026-06-01")
        for no in numbers:
            sheets({no: lines}, period="2026Q2")
            scored(period="2026Q2")
    for no in numbers:
        together, alone = (result(no, period=p) for p in ("2026Q1", "2026Q2"))
        assert stored(together) == stored(alone)
        assert told(no).sum == told(no, period="2026Q2").sum


def stored(found: Result) -> tuple[object, ...]:
    lines = found.lines.order_by("line")
    return (found.score, found.grade, list(lines.values_list("score", "points", "numerator", "denominator", "value")))
