"""CASES B2 from the file to 89.75, the wrong answers it must not give, weights that leave a question, and 对账."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import numpy as np
import pytest

from jiyu.lib.kpi import (
    ACTUAL,
    KpiTable,
    OurSheet,
    Reconciliation,
    read_actual,
    read_line,
    reconcile,
    table_weights,
    their_sheet,
    work,
)
from jiyu.lib.scoring import DEFAULT_SCALE
from tests.lib.kpi.layouts import B2_HEAD, b2, read


def worked(table: KpiTable, answers: dict[int, dict[str, str]] | None = None) -> OurSheet:
    return work(table, table_weights(table).weights, answers=answers)


def compared(**changes: Any) -> Reconciliation:
    table = b2(**changes).tables[0]
    ours = worked(table)
    return reconcile(ours, their_sheet(table, ours))


def test_b2_is_89_75_b_plus_without_one_question() -> None:
    table = b2().tables[0]
    weights = table_weights(table)
    assert (weights.weights, weights.way, weights.doubt) == ((400_000, 250_000, 200_000, 150_000), "each", None)
    ours = worked(table)
    assert [round(line.points or 0, 6) for line in ours.lines] == [92.26, 94.6, 80, 88]
    assert [round(line.weighted or 0, 6) for line in ours.lines] == [36.904, 23.65, 16, 13.2]
    assert ours.score == 89.75
    assert ours.sum_line == "36.904 + 23.65 + 16 + 13.2 = 89.754"
    assert DEFAULT_SCALE.codes()[int(DEFAULT_SCALE.index_of(np.array([ours.score]))[0])] == "B+"


def test_b2_tells_each_rule_back() -> None:
    rules = [read_line(line).rule.zh for line in b2().tables[0].lines]
    assert rules == [
        "实际 ÷ 目标 500 万元 × 100，最多 120，低于 60 不得分",
        "目标 95 %，每低 1 个百分点扣 2，按比例，最低 0 分",
        "4.50 及以上得 100 · 4.00–4.49 得 80 · 3.50–3.99 得 60 · 3.49 及以下得 0",
        "三点 5 / 3 / 1 % → 60 / 100 / 120",
    ]


def test_a_bare_4613000_beside_500_wan_is_asked_and_never_922600_percent() -> None:
    table = b2(F4=4613000).tables[0]
    actual = read_actual(table.lines[0].cells["actual"], read_line(table.lines[0]))
    assert actual.value is None
    assert actual.problem is not None
    assert actual.problem.code == "kpi.actual_scale"
    assert actual.ways == (("yuan", Decimal("461.3")), ("unit", Decimal(4613000)))
    assert worked(table).score is None  # missing is not zero
    assert worked(table, {4: {ACTUAL: "yuan"}}).score == 89.75


def test_a_bare_fraction_of_a_rate_is_asked() -> None:
    table = b2(F5=0.923).tables[0]
    actual = read_actual(table.lines[1].cells["actual"], read_line(table.lines[1]))
    assert actual.ways == (("fraction", Decimal("92.300")), ("percent", Decimal("0.923")))
    assert worked(table).score is None
    assert worked(table, {5: {ACTUAL: "fraction"}}).score == 89.75


def test_reconcile_says_that_nothing_differs() -> None:
    result = compared()
    assert result.is_same
    assert result.sentence.zh == "你的 Excel 89.75 · 绩语 89.75 ✓"
    assert len(result.steps) == 9
    assert compared(H8=89.754).is_same  # the whole sum is no difference


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        (
            {"G6": 100, "H6": 20, "H8": 93.75},
            "第 3 项 客户评价：你的 Excel 100 分，绩语 80 分：你的表里 4.46 显示成 4.5，按 4.5 算的。",
        ),
        ({"G5": 94}, "第 2 项 回款：你的 Excel 94 分，绩语 94.6 分：你的表不足一档按一档算。"),
        ({"G5": 96}, "第 2 项 回款：你的 Excel 96 分，绩语 94.6 分：你的表不足一档不算。"),
        ({"G4": 91}, "第 1 项 签单：你的 Excel 91 分，绩语 92.26 分，差 1.26。"),
        ({"H7": 17.6}, "第 4 项 逾期应收率(逆指标)（乘权重后）：你的 Excel 17.6 分，绩语 13.2 分：按你的表，权重是 20 %，绩语是 15 %。"),
        ({"H8": 88.715}, "合计那一步：你的 Excel 88.715 分，绩语 89.75 分：你的表没有用权重，是平均分。"),
        ({"H8": 90.5}, "合计那一步：你的 Excel 90.5 分，绩语 89.75 分：你的表各项加起来是 89.754，不是 90.5。"),
    ],
)  # fmt: skip
def test_reconcile_names_the_first_step_that_differs_and_why(changes: dict[str, Any], sentence: str) -> None:
    result = compared(**changes)
    assert not result.is_same
    assert result.sentence.zh == sentence


def test_a_total_that_was_cut_off_is_told_so() -> None:
    rows = [
        ["姓名：钱程"],
        ["指标", "权重", "评分标准", "上级评分", "得分"],
        ["甲", "40%", "由上级评分", 91.70, 91.70],
        ["乙", "30%", "由上级评分", 81.50, 81.50],
        ["丙", "30%", "由上级评分", 79.55, 79.55],
        ["合计", "100%", None, None, 84.99],
    ]
    table = read(("钱程", rows)).tables[0]
    ours = worked(table)
    assert ours.score == 85.00
    result = reconcile(ours, their_sheet(table, ours))
    assert result.first is not None
    assert result.first.kind == "total"
    assert result.sentence.zh == (
        "合计那一步：你的 Excel 84.99 分，绩语 85 分：完整的和是 84.995，四舍五入是 85.00；你的 Excel 显示 84.99，像是截断了。"
    )


def test_a_lone_column_of_weighted_scores_is_compared_as_such() -> None:
    rows = [["姓名：甲"], B2_HEAD[:7], [None, "签单", "40%", "500万", "完成率×100,最高120", "461.3万", 36.904]]
    rows.append([None, "回款", "60%", "95%", "每低1个百分点扣2分,不足按比例", "92.3%", 56.76])
    table = read(("一", rows)).tables[0]
    ours = worked(table)
    assert [step.kind for step in reconcile(ours, their_sheet(table, ours)).steps] == ["weighted", "weighted"]
    assert reconcile(ours, their_sheet(table, ours)).is_same


def weights_of(*texts: object) -> KpiTable:
    rows = [
        ["姓名：甲"],
        ["指标", "权重", "评分标准"],
        *([f"项{i}", text, "由上级评分"] for i, text in enumerate(texts)),
    ]
    return read(("一", rows)).tables[0]


@pytest.mark.parametrize(("texts", "together"), [((40, 30, 28), "98"), ((40, 35, 30), "105")])
def test_weights_of_98_or_105_are_asked_with_three_ways_and_none_chosen(texts: tuple[int, ...], together: str) -> None:
    read_weights = table_weights(weights_of(*texts))
    assert read_weights.doubt is not None
    assert read_weights.doubt.code == "weight_sum"
    assert f"权重合计 {together} %" in read_weights.doubt.question.zh
    assert [answer.key for answer in read_weights.doubt.answers] == ["proportion", "change", "keep"]
    scaled = read_weights.answered("proportion")
    assert scaled is not None
    assert sum(scaled) == 1_000_000
    assert read_weights.answered("change") is None
    assert read_weights.answered("keep") == tuple(weight * 10_000 for weight in texts)


def test_two_levels_multiply() -> None:
    rows = [
        ["姓名：张伟"],
        ["考核维度", "维度权重", "指标名称", "权重", "评分标准"],
        ["业绩", "50%", "签单", "25%", "由上级评分"],
        ["业绩", "50%", "回款", "75%", "由上级评分"],
        ["能力", "50%", "协作", "100%", "由上级评分"],
    ]
    weights = table_weights(read(("一", rows)).tables[0])
    assert (weights.weights, weights.levels, weights.doubt) == ((125_000, 375_000, 500_000), 2, None)


def test_a_weight_that_is_none_is_a_problem_with_its_row() -> None:
    weights = table_weights(weights_of(60, "见附件"))
    assert [problem.path for problem in weights.problems] == ["4"]
