"""Whole cases of CASES.md at the level of the library: from the source's numbers to the words."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np
import pytest

from jiyu.lib.calendar import official_calendar
from jiyu.lib.formula.numeric import round_half_up
from jiyu.lib.scoring import (
    DEFAULT_SCALE,
    DayBasis,
    Grade,
    GradeScale,
    LinePoints,
    LineState,
    LineValues,
    Measure,
    MissingRule,
    Part,
    ScoreState,
    Segment,
    TotalPolicy,
    TotalResult,
    gap_sentence,
    grade_sentence,
    parse_method,
    segment_days,
    split_period,
    sum_line,
    total,
)
from jiyu.lib.text import Text
from jiyu.lib.units import UNITS, convert_micro, find_unit
from tests.lib.scoring.sheets import batch

PERCENT = UNITS["percent"]


@dataclass(frozen=True)
class Scored:
    """One line of a case: name, weight in percent, method, measure, numbers."""

    name: str
    weight: float
    method: dict[str, Any]
    measure: Measure
    values: LineValues

    def points(self) -> float:
        score, state = parse_method(self.method).score_one(self.measure, self.values)
        assert (score is None) == (state is not LineState.OK)
        assert score is not None
        return score


def totalled(lines: list[Scored], policy: TotalPolicy | None = None) -> TotalResult:
    return total(batch([(line.weight, line.points()) for line in lines]), policy or TotalPolicy())


def shown(values: np.ndarray) -> list[float]:
    return [float(value) for value in round_half_up(values, 2)]


SIGNED = Measure(name=Text("签单额"), unit=UNITS["wan_yuan"])
RATING_BANDS = [
    {"points": "100", "low": "4.5"},
    {"points": "80", "low": "4.0", "high": "4.5"},
    {"points": "60", "low": "3.5", "high": "4.0"},
    {"points": "0", "high": "3.5"},
]


def b2_lines(rating_decimals: int = 2, signed_wan: float | None = None) -> list[Scored]:
    yuan, wan = find_unit("元"), find_unit("万元")
    assert yuan is not None
    assert wan is not None
    signed = convert_micro(4_613_000_000_000, yuan, wan) / 1_000_000 if signed_wan is None else signed_wan
    return [
        Scored("签单", 40, {"kind": "linear", "zero_below": "60"}, SIGNED, LineValues(actual=signed, target=500)),
        Scored(
            "回款",
            25,
            {"kind": "per_unit", "per": "1", "points_off": "2"},
            Measure(unit=PERCENT),
            LineValues(actual=92.3, target=95),
        ),
        Scored(
            "客户评价",
            20,
            {"kind": "step", "bands": RATING_BANDS},
            Measure(decimals=rating_decimals),
            LineValues(actual=4.46),
        ),
        Scored(
            "逾期应收率",
            15,
            {"kind": "three_point", "direction": "lower"},
            Measure(unit=PERCENT),
            LineValues(actual=3.6, threshold=5, target=3, stretch=1),
        ),
    ]


def test_b2_the_kpi_form_of_zhang_wei_is_89_75_b_plus() -> None:
    lines = b2_lines()
    assert [round(line.points(), 6) for line in lines] == [92.26, 94.6, 80.0, 88.0]
    result = totalled(lines)
    assert shown(result.line_points) == [36.90, 23.65, 16.00, 13.20]
    assert result.score[0] == 89.75
    assert DEFAULT_SCALE.codes()[result.grade[0]] == "B+"
    assert sum_line(list(result.line_points), float(result.base[0])) == "36.904 + 23.65 + 16 + 13.2 = 89.754"


def test_b2_its_wrong_answers_come_from_these_faults() -> None:
    assert totalled(b2_lines(rating_decimals=1)).score[0] == 93.75  # 4.46 compared as 4.5
    turned = b2_lines()
    rising = LineValues(actual=3.6, threshold=1, target=3, stretch=5)
    turned[3] = Scored("逾期应收率", 15, {"kind": "three_point"}, Measure(), rising)
    assert totalled(turned).score[0] == 92.45  # 3.6 % overdue read as if higher were better
    uncapped = parse_method({"kind": "linear"})
    mixed_up = LineValues(actual=4_613_000, target=500)
    assert uncapped.score_one(SIGNED, mixed_up, clamped=False)[0] == 922_600  # yuan against 万元


def b5_lines() -> list[Scored]:
    pieces = UNITS["piece"]
    oee = 0.88 * 0.92 * (2115 / 2160) * 100
    return [
        Scored(
            "计划达成",
            40,
            {"kind": "linear", "against": "whole"},
            Measure(Text("计划达成"), PERCENT, 2, Part(Text("合格报工"), pieces), Part(Text("计划"), pieces)),
            LineValues(numerator=4368, denominator=4480),
        ),
        Scored(
            "一次合格率",
            30,
            {"kind": "three_point"},
            Measure(Text("一次合格率"), PERCENT, 2, Part(Text("首检合格"), pieces), Part(Text("送检"), pieces)),
            LineValues(numerator=2115, denominator=2160, threshold=96, target=98, stretch=99),
        ),
        Scored(
            "OEE",
            20,
            {"kind": "per_unit", "per": "1", "points_off": "2"},
            Measure(Text("OEE"), PERCENT),
            LineValues(actual=oee, target=80),
        ),
        Scored(
            "违章",
            10,
            {"kind": "count", "each": "-20"},
            Measure(Text("违章"), UNITS["occurrence"], 0),
            LineValues(actual=1),
        ),
    ]


def test_b5_lin_xiaofengs_march_is_96_21_with_every_word_of_the_page() -> None:
    lines = b5_lines()
    assert shown(np.array([line.points() for line in lines])) == [97.50, 98.33, 98.55, 80.00]
    result = totalled(lines)
    assert shown(result.line_points) == [39.00, 29.50, 19.71, 8.00]
    score = float(result.score[0])
    assert score == 96.21
    assert sum_line(list(result.line_points), float(result.base[0])) == "39 + 29.5 + 19.70933 + 8 = 96.20933"
    pieces = [
        LinePoints(Text(line.name), float(got), float(weight) * 100)
        for line, got, weight in zip(lines, result.line_points, result.line_weight, strict=True)
    ]
    assert gap_sentence(score, pieces).zh == "离 100 分差 3.79：违章 2.00、计划达成 1.00、一次合格率 0.50、OEE 0.29。"
    assert grade_sentence(score, int(result.calculated_grade[0]), DEFAULT_SCALE).zh == (
        "96.21 ≥ 95，所以是 A。离 S 还差 8.79 分。"
    )


def test_a3_target_change_and_transfer_on_the_same_day() -> None:
    parts = split_period(Segment(date(2026, 1, 1), date(2026, 3, 31)), [date(2026, 2, 15)])
    days = segment_days(parts, DayBasis.WORKING, calendar=official_calendar([2026])).days
    assert days == (32, 27)
    moved = total(batch([(100, 82)], [(100, 91)], subject=[0, 0], days=[float(n) for n in days]), TotalPolicy())
    assert moved.score[0] == 86.12


@pytest.mark.parametrize(
    ("third", "rule", "score"),
    [
        (LineState.NOT_APPLICABLE, MissingRule.RENORMALISE, 85.71),
        (LineState.AWAITING_DATA, MissingRule.WAIT, None),
        (LineState.AWAITING_DATA, MissingRule.ZERO, 60.00),
        (LineState.AWAITING_DATA, MissingRule.TARGET, 90.00),
    ],
)
def test_b4_the_rest_is_scored_while_two_people_wait(third: LineState, rule: MissingRule, score: float | None) -> None:
    policy = TotalPolicy(not_applicable=rule, awaiting_data=rule)
    result = total(batch([(40, 90), (30, 80), (30, third)], [(100, 88)]), policy)
    assert result.score[1] == 88.00
    if score is None:
        assert ScoreState(result.state[0]) is ScoreState.AWAITING_DATA
    else:
        assert result.score[0] == score


def test_a5_with_one_decimal_the_tie_is_b_plus() -> None:
    lines = batch([(30, 77.6), (25, 89.3), (15, 67.3), (30, 97.5)])
    result = total(lines, TotalPolicy(decimals=1))
    assert (result.score[0], DEFAULT_SCALE.codes()[result.grade[0]]) == (85.0, "B+")


EAST = {
    "陈晨": (112, 96, 70),
    "王敏": (82, 90, 108),
    "李强": (78, 88, 96),
    "赵蕾": (95, 100, 90),
    "孙涛": (66, 75, 60),
    "周倩": (120, 105, LineState.NOT_APPLICABLE),
}


def east(*weights: float) -> tuple[list[float], list[str]]:
    result = total(batch(*[list(zip(weights, marks, strict=True)) for marks in EAST.values()]), TotalPolicy())
    return result.score.tolist(), [DEFAULT_SCALE.codes()[grade] for grade in result.grade]


def test_b6_six_people_under_the_old_and_the_new_weights() -> None:
    v6, old = east(50, 30, 20)
    v7, new = east(40, 30, 30)
    by_proportion, third = east(43.75, 26.25, 30)
    assert v6 == [98.80, 89.60, 84.60, 95.50, 67.50, 114.38]
    assert v7 == [94.60, 92.20, 86.40, 95.00, 66.90, 113.57]
    assert by_proportion == [95.20, 91.90, 86.03, 94.81, 66.56, 114.38]
    names = list(EAST)
    moved = [(n, a, b) for n, a, b in zip(names, old, new, strict=True) if a != b]
    assert moved == [("陈晨", "A", "B+"), ("李强", "B", "B+")]
    assert [n for n, a, b in zip(names, old, third, strict=True) if a != b] == ["李强", "赵蕾"]
    factor = dict(zip(DEFAULT_SCALE.codes(), map(Decimal, ("1.5", "1.25", "1.1", "1.0", "0.5")), strict=True))
    assert (sum(factor[g] for g in old), sum(factor[g] for g in new)) == (Decimal("6.60"), Decimal("6.55"))


def test_b8_three_offers_on_last_quarters_numbers() -> None:
    marks = (92.26, 94.60, 60, 100)
    offers = [(40, 20, 30, 10), (40, 30, 20, 10), (40, 25, 25, 10)]
    result = total(batch(*[list(zip(offer, marks, strict=True)) for offer in offers]), TotalPolicy())
    assert result.score.tolist() == [83.82, 87.28, 85.55]
    assert [DEFAULT_SCALE.codes()[grade] for grade in result.grade] == ["B", "B+", "B+"]


def test_an_own_scale_is_compared_with_the_rounded_score() -> None:
    scale = GradeScale(grades=(Grade(code="优", minimum=Decimal("84.95")), Grade(code="良")))
    result = total(batch([(100, 84.945)]), TotalPolicy(scale=scale))
    assert (result.score[0], scale.codes()[result.grade[0]]) == (84.95, "优")
