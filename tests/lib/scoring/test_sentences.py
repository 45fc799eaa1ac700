"""The total told in words."""

import pytest

from jiyu.lib.scoring import (
    DEFAULT_SCALE,
    LinePoints,
    gap_sentence,
    grade_sentence,
    missing_sentence,
    sum_line,
    veto_sentence,
)
from jiyu.lib.text import Text

B5 = [
    LinePoints(Text("计划达成", "Plan"), 39.0, 40),
    LinePoints(Text("一次合格率", "First pass"), 29.5, 30),
    LinePoints(Text("OEE", "OEE"), 19.7093333, 20),
    LinePoints(Text("违章", "Violations"), 8.0, 10),
]


def test_the_biggest_loss_comes_first() -> None:
    text = gap_sentence(96.21, B5)
    assert text.zh == "离 100 分差 3.79：违章 2.00、计划达成 1.00、一次合格率 0.50、OEE 0.29。"
    assert text.en == "3.79 short of 100: Violations 2.00, Plan 1.00, First pass 0.50, OEE 0.29."


def test_over_full_marks_the_gains_come_first_and_losses_are_not_hidden() -> None:
    lines = [
        LinePoints(Text("签单"), 60.0, 50),
        LinePoints(Text("回款"), 31.5, 30),
        LinePoints(Text("客评"), 19.0, 20),
    ]
    assert gap_sentence(110.5, lines).zh == "比 100 分多 10.50：签单 10.00、回款 1.50；少了 客评 1.00。"


def test_gains_beside_losses_are_named_after_them() -> None:
    lines = [LinePoints(Text("签单"), 55.0, 50), LinePoints(Text("回款"), 40.0, 50)]
    assert gap_sentence(95.0, lines).zh == "离 100 分差 5.00：回款 10.00；多了 签单 5.00。"


def test_exactly_full_marks_need_no_list() -> None:
    assert gap_sentence(100.0, [LinePoints(Text("签单"), 100, 100)]).zh == "正好 100 分。"
    assert gap_sentence(98.0, [LinePoints(Text("签单"), 98, 98)], full=98).zh == "正好 98 分。"


def test_a_loss_below_the_last_decimal_is_not_named() -> None:
    lines = [LinePoints(Text("甲"), 49.999, 50), LinePoints(Text("乙"), 48.0, 50)]
    assert gap_sentence(98.0, lines).zh == "离 100 分差 2.00：乙 2.00。"


def test_the_sum_line_shows_unrounded_parts() -> None:
    assert sum_line([39.0, 29.5, 19.70933333, 8.0], 96.20933333) == "39 + 29.5 + 19.70933 + 8 = 96.20933"
    assert sum_line([36.904, 23.65, 16.0, 13.2], 89.754) == "36.904 + 23.65 + 16 + 13.2 = 89.754"


def test_a_penalty_is_subtracted_in_the_sum_line() -> None:
    assert sum_line([92.4, 5, -2], 95.4) == "92.4 + 5 − 2 = 95.4"


def test_where_the_shown_parts_do_not_add_up_the_line_says_about() -> None:
    assert sum_line([100 / 3] * 3, 100.0) == "33.33333 + 33.33333 + 33.33333 ≈ 100"


@pytest.mark.parametrize(
    ("score", "grade", "zh"),
    [
        (96.21, 1, "96.21 ≥ 95，所以是 A。离 S 还差 8.79 分。"),
        (110.0, 0, "110.00 ≥ 105，所以是 S。"),
        (61.5, 4, "61.50 < 70，所以是 C。离 B 还差 8.50 分。"),
    ],
)
def test_a_grade_says_why_and_how_far_the_next_is(score: float, grade: int, zh: str) -> None:
    assert grade_sentence(score, grade, DEFAULT_SCALE).zh == zh


def test_a_veto_names_its_event_and_keeps_the_score() -> None:
    text = veto_sentence(92.40, "B+", Text("重大安全事故", "serious accident"), "C")
    assert text.zh == "计算 92.40 (B+) → 重大安全事故 → C"
    assert text.en == "calculated 92.40 (B+) → serious accident → C"


def test_missing_data_says_where_it_should_come_from() -> None:
    assert (
        missing_sentence(Text("回款率", "Collection"), Text("ERP 回款", "ERP"), "04-03").zh
        == "回款率：ERP 回款 还没到（应于 04-03），缺的不算 0，也不先算分。"
    )
    assert missing_sentence(Text("回款率", "Collection"), Text("ERP", "ERP")).en == (
        "Collection: ERP has not come; missing is not 0, and there is no score yet."
    )


def test_one_point_is_singular_in_english() -> None:
    assert grade_sentence(94, 2, DEFAULT_SCALE, decimals=0).en == "94 ≥ 85, so B+. 1 point to A."
    assert grade_sentence(94, 2, DEFAULT_SCALE).en == "94.00 ≥ 85, so B+. 1.00 points to A."
