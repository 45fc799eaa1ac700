"""Where the head of a table is, what its columns mean, and which rows below are no data."""

from __future__ import annotations

import pytest

from jiyu.lib.tables import read_tables
from jiyu.lib.tables.heads import detect_head, head_at, is_footer, is_total, match_label
from tests.lib.tables.files import row, xlsx

WORDS = {
    "number": ("工号", "员工编号", "id"),
    "name": ("姓名", "name"),
    "unit": ("部门",),
    "unit_2": ("二级部门",),
    "lead": ("直接上级",),
    "hired_on": ("入职日期",),
}


def codes(rows: list[list[object]], *merges: str) -> tuple[int, int, list[str | None]]:
    head = detect_head(read_tables(xlsx(("a", rows), merges=merges), "a.xlsx").sheets[0], WORDS)
    assert head is not None
    return head.first_row, head.last_row, [column.code for column in head.columns]


def test_a_head_below_a_title_is_found() -> None:
    rows = [["衡川 2026 年花名册"], [], ["工号", "姓名", "部门"], ["000317", "林晓峰", "一车间"]]
    assert codes(rows) == (3, 3, ["number", "name", "unit"])


def test_a_title_merged_over_all_columns_is_no_head() -> None:
    rows = [["姓名工号表", None, None], ["工号", "姓名", "部门"], ["000317", "林晓峰", "一车间"]]
    assert codes(rows, "A1:C1") == (2, 2, ["number", "name", "unit"])


def test_two_head_rows_are_joined() -> None:
    rows = [
        ["工号", "姓名", "组织", None],
        [None, None, "部门", "二级部门"],
        ["000317", "林晓峰", "生产", "一车间"],
    ]
    assert codes(rows, "A1:A2", "B1:B2", "C1:D1") == (1, 2, ["number", "name", "unit", "unit_2"])


def test_the_first_row_of_data_is_not_taken_for_a_second_head() -> None:
    assert codes([["工号", "姓名", "备注"], ["A1", "部门", "x"], ["A2", "王五", "y"]])[:2] == (1, 1)


@pytest.mark.parametrize(
    "first",
    ["000317,2026-04-02,二级部门", "000317,2026年4月2日,直接上级 赵刚", "A1,1.5,直接上级", "李梅,一车间,直接上级"],
)
def test_a_short_csv_file_loses_no_row_to_its_head(first: str) -> None:
    """In CSV every cell is a text: numbers, dates, or a row filled from end to end are data."""
    file = read_tables(f"工号,姓名,备注\n{first}\n".encode(), "a.csv")
    head = detect_head(file.sheets[0], WORDS)
    assert head is not None
    assert (head.first_row, head.last_row) == (1, 1)


def test_two_head_rows_of_a_csv_file_are_joined() -> None:
    file = read_tables("工号,姓名,组织,\n,,部门,二级部门\n000317,林晓峰,生产,一车间\n".encode(), "a.csv")
    head = detect_head(file.sheets[0], WORDS)
    assert head is not None
    assert (head.first_row, head.last_row) == (1, 2)


def test_a_head_beyond_ten_rows_or_with_one_known_word_is_not_found() -> None:
    late = [["x", "y"]] * 10 + [["工号", "姓名"]]
    for rows in (late, [["工号", "别的"], ["1", "2"]]):
        assert detect_head(read_tables(xlsx(("a", rows)), "a.xlsx").sheets[0], WORDS) is None


def test_a_person_may_point_at_the_head() -> None:
    sheet = read_tables(xlsx(("a", [["x"]] * 12 + [["工号", "姓名"], ["1", "张三"]])), "a.xlsx").sheets[0]
    head = head_at(sheet, 13, WORDS)
    assert head is not None and [column.code for column in head.columns] == ["number", "name"]
    assert head_at(sheet, 99, WORDS) is None


@pytest.mark.parametrize(
    ("label", "code", "confidence"),
    [
        ("工号", "number", 100),
        (" * 工 号 ：", "number", 100),
        ("工号（必填）", "number", 100),
        ("1、工号", "number", 100),
        ("ＩＤ", "number", 100),
        ("直接上级姓名", "lead", 80),
        ("现入职日期", "hired_on", 80),
        ("Video", None, 0),
        ("绰号", None, 0),
    ],
)
def test_a_label_means_the_longest_word_it_holds(label: str, code: str | None, confidence: int) -> None:
    assert match_label(label, WORDS) == (code, confidence)


def test_columns_carry_samples_and_doubled_labels_are_named() -> None:
    rows = [["工号", "姓名", "姓名"], ["1", "张三", "李四"], ["2", "王五", "赵六"]]
    head = detect_head(read_tables(xlsx(("a", rows)), "a.xlsx").sheets[0], WORDS)
    assert head is not None
    assert [column.samples for column in head.columns] == [("1", "2"), ("张三", "王五"), ("李四", "赵六")]
    assert head.doubled == ("姓名",)


def test_a_head_repeated_on_every_page_is_seen() -> None:
    head = detect_head([row(1, "工号", "姓名", "部门"), row(2, "1", "张三", "一车间")], WORDS)
    assert head is not None
    assert head.is_repeated(row(40, "工号", "姓 名", "部门"))
    assert not head.is_repeated(row(41, "2", "李四", "部门"))


@pytest.mark.parametrize(
    "words",
    [
        ("合计", "8人"),
        ("", "合 计：", "300"),
        ("CNC A班小计", "1,200"),
        ("Total", "5"),
        ("总计 8人",),
        ("共 8 人",),
    ],
)
def test_sums_are_no_data(words: tuple[str, ...]) -> None:
    assert is_total(row(9, *words))


@pytest.mark.parametrize(
    "words",
    [("000317", "林晓峰", "会计"), ("设计部", "王五"), ("累计流量计", "3"), ("1", "2", "3", "4", "合计")],
)
def test_words_like_sums_are_data(words: tuple[str, ...]) -> None:
    assert not is_total(row(9, *words))


def test_notes_below_a_table_are_no_data() -> None:
    assert is_footer(row(30, "制表人：许静", "", "审核：李国栋"))
    assert is_footer(row(31, "第 1 页 共 3 页"))
    assert not is_footer(row(32, "备注员", "张三"))
