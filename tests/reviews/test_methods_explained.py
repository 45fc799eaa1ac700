"""Every method is told with the line's own numbers, and what is told is what was calculated."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from jiyu.goals.public import sheets_import
from jiyu.lib.scoring import LineValues, Measure, Part
from jiyu.lib.text import Text
from jiyu.lib.units import UNITS
from jiyu.reviews.public import ExplainedLine
from jiyu.reviews.wording import distance
from jiyu.studio.public import kind_of
from tests.companies import (
    QUARTERLY,
    SYSTEM,
    aggregate,
    indicator,
    marks,
    metric,
    review,
    roster,
    rules,
    scored,
    told,
)  # fmt: skip

pytestmark = pytest.mark.django_db

BANDS = [
    {"low": "95", "high": None, "points": "100"},
    {"low": "90", "high": "95", "points": "80"},
    {"low": None, "high": "90", "points": "0"},
]
LEVELS = [
    {"mark": 1, "zh": "待改进", "points": "60"},
    {"mark": 3, "zh": "良好", "points": "100"},
]
MAP = [{"at": "0.3", "points": "60"}, {"at": "0.7", "points": "100"}, {"at": "1", "points": "120"}]
TWO_MINUS = {"kind": "linear", "direction": "lower", "inverse": "two_minus"}

# name, method, actual, (target, threshold, stretch, baseline), score, what the sentence says
KINDS: list[tuple[str, dict[str, Any], str, tuple[str, str, str, str], str, str]] = [
    ("linear", {"kind": "linear"}, "461.3", ("500", "", "", ""), "92.26", "461.3"),
    ("linear below the limit", {"kind": "linear", "zero_below": "60"}, "299", ("500", "", "", ""), "0.00", "299"),
    ("linear capped", {"kind": "linear"}, "700", ("500", "", "", ""), "120.00", "封顶 120.00 分"),
    ("linear, negative target", {"kind": "linear"}, "-300", ("-500", "", "", ""), "120.00", "140.00"),
    ("lower is better", TWO_MINUS, "2.5", ("2", "", "", ""), "75.00", "2.5"),
    ("three points", {"kind": "three_point"}, "460", ("500", "300", "600", ""), "92.00", "460"),
    ("three points below", {"kind": "three_point"}, "299", ("500", "300", "600", ""), "0.00", "299"),
    ("three points, lower", {"kind": "three_point", "direction": "lower"}, "5.8", ("5", "7", "3", ""), "84.00", "5.8"),
    ("steps", {"kind": "step", "bands": BANDS}, "94.96", ("", "", "", ""), "80.00", "94.96"),
    ("per unit", {"kind": "per_unit", "per": "0.5", "points_off": "3"}, "96.8", ("98", "", "", ""), "92.80", "1.2"),
    (
        "per unit, whole steps",
        {"kind": "per_unit", "per": "0.5", "points_off": "3", "partial": "whole"},
        "96.8", ("98", "", "", ""), "91.00", "3 档",
    ),
    ("count", {"kind": "count", "each": "-20"}, "1", ("", "", "", ""), "80.00", "100 − 1 × 20"),
    ("between", {"kind": "between", "points_map": MAP}, "0.85", ("", "", "", ""), "110.00", "0.85"),
    ("progress", {"kind": "progress"}, "86", ("95", "", "", "80"), "40.00", "86"),
    ("rubric", {"kind": "rubric", "levels": LEVELS}, "3", ("", "", "", ""), "100.00", "良好"),
    ("yes or no", {"kind": "yes_no"}, "0", ("", "", "", ""), "0.00", "没做到"),
]  # fmt: skip


def line(method: dict[str, Any], actual: str, parameters: tuple[str, str, str, str]) -> ExplainedLine:
    """The one line of a sheet scored by `method`, explained."""
    roster("000317")
    rules(
        review(
            {
                ("metric", "m"): metric("数", aggregate("数", "marks", "m")),
                ("indicator", "m"): indicator("m", method, zh="指标甲"),
            }
        )
    )
    marks("m", f"000317,{actual}")
    text = f"工号,指标编号,权重,目标值,底线值,挑战值,起点值\n000317,m,100,{','.join(parameters)}"
    outcome = sheets_import(actor=SYSTEM, text=text, period_code="2026Q1", module_code=QUARTERLY)
    assert outcome.refused == ()
    assert scored().scored == 1
    found = told("000317")
    assert found.is_replayed
    return found.lines[0]


@pytest.mark.parametrize(
    ("method", "actual", "parameters", "score", "words"), [k[1:] for k in KINDS], ids=[k[0] for k in KINDS]
)
def test_a_method_is_told_with_its_numbers(
    method: dict[str, Any], actual: str, parameters: tuple[str, str, str, str], score: str, words: str
) -> None:
    found = line(method, actual, parameters)
    assert found.score == score
    assert words in found.sentence.zh
    assert found.sentence.zh.endswith("分")
    assert found.sentence.en and found.rule.zh and found.rule.en


def test_a_capped_line_says_so_in_its_rule() -> None:
    found = line({"kind": "progress"}, "125", ("95", "", "", "80"))
    assert (found.score, found.rule.zh) == ("120.00", "从 80 到 95，走了多少算多少，封顶 120")


def test_every_kind_of_method_an_indicator_may_have_is_among_them() -> None:
    kind = kind_of("indicator")
    union = kind.spec_type.model_fields["method"].annotation
    kinds = {m.model_fields["kind"].default for m in union.__args__}
    assert {k[1]["kind"] for k in KINDS} == kinds - {"milestone"}


def test_a_mark_that_is_no_level_is_an_error_and_no_guess() -> None:
    roster("000317")
    rules(
        review(
            {
                ("metric", "m"): metric("数", aggregate("数", "marks", "m")),
                ("indicator", "m"): indicator("m", {"kind": "rubric", "levels": LEVELS}),
            }
        )
    )
    marks("m", "000317,2")
    text = "工号,指标编号,权重\n000317,m,100"
    sheets_import(actor=SYSTEM, text=text, period_code="2026Q1", module_code=QUARTERLY)
    assert scored().error == 1
    found = told("000317")
    assert (found.state, found.score, found.lines[0].state, found.is_replayed) == ("error", "", "error", True)


def test_a_formula_that_asks_for_the_day_replays_on_the_same_day() -> None:
    """TODAY() is the last day of the period: an amount per day gone."""
    roster("000317")
    rules(
        review(
            {
                ("metric", "m"): metric("数/DAY(TODAY())", aggregate("数", "marks", "m")),
                ("indicator", "m"): indicator("m"),
            }
        )
    )
    marks("m", "000317,310", day=date(2026, 3, 10).isoformat())
    text = "工号,指标编号,权重,目标值\n000317,m,100,10"
    sheets_import(actor=SYSTEM, text=text, period_code="2026Q1", module_code=QUARTERLY)
    scored()
    found = told("000317")
    assert (found.score, found.is_replayed) == ("100.00", True)


def test_one_piece_more_reaches_the_target_in_english() -> None:
    measure = Measure(
        name=Text("合格率", "Pass rate"),
        unit=UNITS["percent"],
        numerator=Part(Text("合格", "good parts"), UNITS["piece"]),
        denominator=Part(Text("送检", "parts"), UNITS["piece"]),
    )

    def told(good: float) -> str:
        return distance(measure, LineValues(numerator=good, denominator=100, target=98), direction="higher").en

    assert told(97) == "1 pc more reaches 98 %"
    assert told(96) == "2 pcs more reach 98 %"
