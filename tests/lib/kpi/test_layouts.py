"""KPI sheets in their many shapes: whose they are, their lines, what stands around, and what is not understood."""

from __future__ import annotations

from decimal import Decimal

import pytest

from jiyu.lib.kpi import COLUMNS, KpiTable, read_kpi_sheets
from jiyu.lib.tables import read_tables
from tests.lib.kpi.layouts import B2, B2_HEAD, B2_LINES, b2, read
from tests.lib.tables.files import VALID_ID, csv_bytes, formatted


def indicators(table: KpiTable) -> list[str]:
    return [line.indicator for line in table.lines]


def sections(table: KpiTable) -> list[str]:
    return [line.section.text if line.section else "" for line in table.lines]


def test_1_a_form_of_one_person_with_title_labels_total_extras_and_signatures() -> None:
    file = b2()
    (table,) = file.tables
    assert file.problems == ()
    assert table.owner.words == "张伟 000402"
    assert table.owner.period is not None
    assert table.owner.period.text == "2025年第四季度"
    assert table.owner.post is not None
    assert table.owner.post.place.name == "H2"
    assert table.title == "销售部 2025年第四季度绩效考核表"
    assert indicators(table) == ["签单", "回款", "客户评价", "逾期应收率(逆指标)"]
    assert sections(table) == ["财务类", "财务类", "客户类", "风险类"]
    assert table.lines[0].cells["target"].place.name == "D4"
    assert [line.weight.text for line in table.lines if line.weight] == ["40", "25%", "0.2", "15"]
    assert table.score_total is not None
    assert table.score_total.text == "89.75"
    assert table.weight_total is not None
    assert [(extra.kind, extra.text, extra.points) for extra in table.extras] == [
        ("bonus", "获公司级表彰，每次加2分", None),
        ("veto", "发生重大安全事故", None),
    ]
    assert [note.text for note in table.notes] == ["备注：数据以CRM为准"]
    assert [skip.why for skip in file.skipped] == ["title", "label", "total", "signature"]


def test_2_labels_and_values_in_one_cell() -> None:
    rows = [["绩效考核表"], ["姓名：张伟    工号：000402    考核期：2025Q4"], B2_HEAD, *B2_LINES]
    (table,) = read(("一", rows)).tables
    assert table.owner.words == "张伟 000402"
    assert table.owner.period is not None
    assert table.owner.period.text == "2025Q4"


def test_3_a_list_of_several_persons_with_merged_names() -> None:
    rows = [
        ["工号", "姓名", "考核指标", "权重", "目标值", "评分标准"],
        ["000402", "张伟", "签单", 60, "500万", "完成率×100,最高120"],
        [None, None, "回款", 40, "95%", "每低1个百分点扣2分,不足按比例"],
        ["000210", "王敏", "签单", 100, "300万", "完成率×100,最高120"],
    ]
    first, second = read(("销售部", rows), merges=["A2:A3", "B2:B3"]).tables
    assert (first.owner.words, indicators(first)) == ("张伟 000402", ["签单", "回款"])
    assert (second.owner.words, indicators(second)) == ("王敏 000210", ["签单"])


def test_4_a_name_without_a_number_does_not_take_the_number_above() -> None:
    rows = [
        ["工号", "姓名", "考核指标", "权重", "目标值"],
        ["000402", "张伟", "签单", 100, "500万"],
        [None, "李强", "签单", 100, "300万"],
    ]
    assert [table.owner.words for table in read(("一", rows)).tables] == ["张伟 000402", "李强"]


def test_5_a_list_per_post() -> None:
    rows = [
        ["岗位", "KPI名称", "分值", "目标", "计分方法"],
        ["操作工", "产量", 60, "1000件", "完成率×100，最高120"],
        ["操作工", "合格率", 40, "≥98%", "每低1个百分点扣2分，不足按比例"],
        ["班组长", "产量", 100, "9000件", "完成率×100，最高120"],
    ]
    first, second = read(("岗位KPI", rows)).tables
    assert (first.owner.words, len(first.lines)) == ("操作工", 2)
    assert (second.owner.words, len(second.lines)) == ("班组长", 1)
    assert first.lines[0].is_in_points


def test_6_a_head_of_two_rows() -> None:
    rows = [
        ["姓名：张伟"],
        ["维度", "考核指标", "权重", "目标", None, None, "评分标准", "评分", None],
        [None, None, None, "底线值", "目标值", "挑战值", None, "自评", "上级评分"],
        ["财务", "签单", 100, "300万", "500万", "600万", "三点线性", 100, 95],
    ]
    merges = ["A2:A3", "B2:B3", "C2:C3", "D2:F2", "G2:G3", "H2:I2"]
    (table,) = read(("一", rows), merges=merges).tables
    line = table.lines[0]
    assert [line.text(code) for code in ("threshold", "target", "stretch")] == ["300万", "500万", "600万"]
    assert (line.text("self_mark"), line.text("lead_mark")) == ("100", "95")
    assert len(table.lines) == 1


def test_7_several_forms_below_each_other() -> None:
    one = [["考核表"], ["姓名", "张伟", "工号", "000402"], B2_HEAD[1:], B2_LINES[0][1:], ["合计", 100], ["签字："], []]
    two = [["考核表"], ["姓名", "王敏", "工号", "000210"], B2_HEAD[1:], B2_LINES[1][1:], ["合计", 100], ["签字："]]
    file = read(("全部", [*one, *two]))
    assert [(table.owner.words, indicators(table)) for table in file.tables] == [
        ("张伟 000402", ["签单"]),
        ("王敏 000210", ["回款"]),
    ]
    assert file.problems == ()


def test_8_one_sheet_per_person_and_one_that_is_no_kpi_sheet() -> None:
    other = [["等级", "分数"], ["S", 105], ["A", 95]]
    file = read(("张伟", B2), ("等级说明", other))
    assert [table.sheet for table in file.tables] == ["张伟"]
    assert file.unused == ("等级说明",)
    assert [problem.problem.code for problem in file.problems] == ["kpi.no_head"]


def test_9_two_levels_of_weights_in_columns_and_in_section_rows() -> None:
    rows = [
        ["姓名：张伟"],
        ["考核维度", "维度权重", "指标名称", "权重", "目标值", "评分标准"],
        ["业绩", "70%", "签单", "60%", "500万", "完成率×100,最高120"],
        [None, None, "回款", "40%", "95%", "每低1个百分点扣2分,不足按比例"],
        ["能力", "30%", "协作", "100%", None, "由上级评分"],
    ]
    (table,) = read(("一", rows), merges=["A3:A4", "B3:B4"]).tables
    assert [line.section_weight.text for line in table.lines if line.section_weight] == ["70%", "70%", "30%"]
    rows = [
        ["姓名：张伟"],
        ["序号", "指标", "权重", "目标值", "评分标准"],
        ["一、业绩指标（权重70%）"],
        [1, "签单", "100%", "500万", "完成率×100,最高120"],
        ["二、能力指标（权重30%）"],
        [2, "协作", "100%", None, "由上级评分"],
    ]
    (table,) = read(("一", rows)).tables
    assert sections(table) == ["一、业绩指标（权重70%）", "二、能力指标（权重30%）"]
    assert [line.section_weight.text for line in table.lines if line.section_weight] == ["70%", "30%"]


def test_10_csv_in_gbk() -> None:
    data = csv_bytes(
        ["姓名", "考核指标", "权重", "目标值", "评分标准"],
        ["张伟", "签单", "100%", "500万", "完成率×100；最高120"],
        encoding="gbk",
    )
    (table,) = read_kpi_sheets(read_tables(data, "kpi.csv").sheets).tables
    assert (table.owner.words, indicators(table)) == ("张伟", ["签单"])


def test_11_percent_formats_are_read_as_they_are_shown() -> None:
    cells = [(0, i, label, "@") for i, label in enumerate(["姓名", "指标", "权重", "目标值", "实际"])]
    cells += [(1, 0, "张伟", "@"), (1, 1, "合格率", "@"), (1, 2, 1, "0%"), (1, 3, 0.98, "0%"), (1, 4, 0.965, "0.0%")]
    (table,) = read_kpi_sheets(read_tables(formatted(*cells), "a.xlsx").sheets).tables
    line = table.lines[0]
    assert [line.text(code) for code in ("weight", "target", "actual")] == ["100%", "98%", "96.5%"]


def test_12_bonus_and_penalty_given_in_the_column_of_scores() -> None:
    rows = [
        *B2[:8],
        ["加减分", None, None, None, None, None, None, None],
        [None, "迟到两次", None, None, None, None, None, -1],
    ]
    (table,) = read(("张伟", rows)).tables
    assert [(extra.kind, extra.text, extra.points) for extra in table.extras] == [("either", "迟到两次", Decimal(-1))]
    assert len(table.lines) == 4


def test_13_a_sheet_that_does_not_say_whose_it_is_is_a_problem_and_not_guessed_from_its_name() -> None:
    file = read(("张伟", [B2_HEAD, *B2_LINES]))
    assert not file.tables[0].owner.is_known
    assert [problem.problem.code for problem in file.problems] == ["kpi.no_owner"]


def test_14_rows_nobody_understands_are_listed_with_what_was_read() -> None:
    rows = [*B2[:5], ["", "", "", "", "", "", "另行通知"], *B2[5:]]
    file = read(("张伟", rows))
    (problem,) = file.problems
    assert (problem.problem.code, problem.place.row, problem.read) == ("kpi.row_not_understood", 6, ("另行通知",))
    assert len(file.tables[0].lines) == 4


def test_15_columns_nobody_knows_are_kept_on_their_lines() -> None:
    rows = [["姓名：张伟"], [*B2_HEAD, "奖金系数备查"], [*B2_LINES[0], "1.2"]]
    (table,) = read(("一", rows)).tables
    assert table.other_columns == (("奖金系数备查", 8),)
    assert table.lines[0].other == {"奖金系数备查": "1.2"}


def test_16_a_head_printed_again_on_the_next_page_starts_no_new_person() -> None:
    rows = [B2[1], B2_HEAD, *B2_LINES[:2], B2_HEAD, *B2_LINES[2:], ["合计", None, "100%"]]
    file = read(("张伟", rows))
    (table,) = file.tables
    assert len(table.lines) == 4
    assert table.owner.words == "张伟 000402"


def test_identity_numbers_are_never_kept() -> None:
    rows = [["姓名：张伟", f"身份证号：{VALID_ID}"], [*B2_HEAD, "身份证号"], [*B2_LINES[0], VALID_ID]]
    assert VALID_ID not in repr(read(("一", rows)))


def test_hidden_sheets_are_told_and_not_read() -> None:
    file = read(("张伟", B2))
    sheet = read_tables(csv_bytes(B2_HEAD, B2_LINES[0]), "a.csv").sheets[0]
    hidden = type(sheet)(sheet.name, sheet.row_source, is_hidden=True)
    assert read_kpi_sheets([hidden]).tables == ()
    assert read_kpi_sheets([hidden]).unused == (sheet.name,)
    assert file.unused == ()


@pytest.mark.parametrize("code", ["indicator", "weight", "target", "rule", "actual", "score", "self_mark", "lead_mark"])
def test_every_spelling_of_a_column_is_read_as_it(code: str) -> None:
    words = COLUMNS[code]
    assert len(words) >= 8
    for word in words:
        head = {"indicator": "考核指标", "weight": "权重", "target": "目标值", "rule": "评分标准"}
        value = {"weight": "100%", "target": "500万", "indicator": "签单", "rule": "完成率×100,最高120"}
        labels = {**head, code: word}
        rows = [["姓名：张伟"], list(labels.values()), [value.get(one, "90") for one in labels]]
        (table,) = read(("一", rows)).tables
        assert table.lines[0].text(code) == value.get(code, "90"), word
