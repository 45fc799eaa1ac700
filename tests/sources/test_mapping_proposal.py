"""Files of numbers: a mapping is proposed, asks where it must, and is reused (CASES B3, A1)."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

import openpyxl
import pytest
from pydantic import ValidationError

from jiyu.lib.tables import Row, TableFile, read_tables
from jiyu.sources.mappings import applying
from jiyu.sources.mappings.proposal import (
    MappedRow,
    MappingProposal,
    MappingSpec,
    RowProblem,
    apply_mapping,
    propose_mapping,
)

MES = [
    ["工号", "完工时间", "完工", "不良"],
    [317, "2026-03-02 22:10", 120, 2],
    [317, "2026-03-03 01:30", 140, 1],
    [317, "2026-03-03 07:40", 130, 3],
    [317, "2026-03-03 07:40", 130, 3],
    [317, "2026-03-03 22:20", 150, 0],
    [317, "2026-03-04 02:00", -20, 20],
    [999999, "2026-03-03 10:00", 5, 0],
]


def csv_file(rows: Sequence[Sequence[Any]], name: str = "数.csv") -> TableFile:
    return read_tables("".join(",".join(str(cell) for cell in row) + "\n" for row in rows).encode(), name)


def xlsx_file(rows: Sequence[Sequence[Any]], *, title: str = "Sheet1", merges: Sequence[str] = ()) -> TableFile:
    book = openpyxl.Workbook()
    page = book.active
    page.title = title
    for row in rows:
        page.append(list(row))
    for area in merges:
        page.merge_cells(area)
    out = io.BytesIO()
    book.save(out)
    return read_tables(out.getvalue(), "数.xlsx")


def proposed(
    file: TableFile, answers: Mapping[str, str] | None = None, **given: Any
) -> tuple[MappingSpec, MappingProposal]:
    proposal = propose_mapping(file, answers=answers, **given)
    assert proposal.spec is not None, proposal.problem
    return proposal.spec, proposal


def mapped(file: TableFile, answers: Mapping[str, str] | None = None, **given: Any) -> list[MappedRow]:
    """The rows of a file by its own proposal; none may be a problem."""
    rows = list(apply_mapping(proposed(file, answers, **given)[0], file))
    assert [row for row in rows if isinstance(row, RowProblem)] == []
    return [row for row in rows if isinstance(row, MappedRow)]


def problems(file: TableFile, answers: Mapping[str, str] | None = None, **given: Any) -> list[tuple[int, str, str]]:
    """Row, code and column of what cannot be taken."""
    rows = apply_mapping(proposed(file, answers, **given)[0], file)
    return [(row.row, row.problem.code, row.problem.path) for row in rows if isinstance(row, RowProblem)]


def keys(proposal: MappingProposal) -> list[str]:
    return [question.key for question in proposal.questions]


# ── B3 and A1 ────────


def test_b3_business_days_begin_at_eight() -> None:
    rows = mapped(csv_file(MES), day_cut_minutes=480)
    assert len(rows) == 7
    assert [row.business_day.day for row in rows] == [2, 2, 2, 2, 3, 3, 3]
    assert rows[1].occurred_at == datetime(2026, 3, 3, 1, 30)
    good: dict[date, int] = {}
    for row in {row.key: row for row in rows if row.subject == "317"}.values():
        good[row.business_day] = good.get(row.business_day, 0) + row.measures["finished"]
    assert good == {date(2026, 3, 2): 390_000_000, date(2026, 3, 3): 130_000_000}


def test_b3_only_the_repeated_row_shares_a_key() -> None:
    keys_of = [row.key for row in mapped(csv_file(MES), day_cut_minutes=480)]
    assert keys_of[2] == keys_of[3] == "317|2026-03-03T07:40:00"
    assert len(set(keys_of)) == 6


def test_night_work_without_a_declared_cut_is_asked_and_obeyed() -> None:
    spec, proposal = proposed(csv_file(MES))
    assert (keys(proposal), spec.time.day_cut_minutes) == (["day_cut"], 0)
    spec, proposal = proposed(csv_file(MES), {"day_cut": "08:00"})
    assert (keys(proposal), spec.time.day_cut_minutes) == ([], 480)


def test_a_report_number_is_the_key() -> None:
    rows = [
        ["报工单号", "完工时间", "工号", "送检", "合格"],
        ["k1", "2026-01-05 10:00", "P1", 100, 95],
        ["k2", "2026-01-06 03:00", "P1", 10, 1],
    ]
    spec, proposal = proposed(csv_file(rows), day_cut_minutes=480)
    assert (spec.key_columns, spec.equal_keys, keys(proposal)) == (("报工单号",), "last", [])
    assert [(row.key, row.business_day) for row in mapped(csv_file(rows), day_cut_minutes=480)] == [
        ("k1", date(2026, 1, 5)),
        ("k2", date(2026, 1, 5)),
    ]


def test_keys_outlive_eaten_zeros_and_another_way_of_writing_dates() -> None:
    one = mapped(csv_file([["工号", "日期", "产量"], ["000317", "2026-03-02", 5]]))
    other = mapped(csv_file([["工号", "日期", "产量"], ["317", "2026/3/2", 5]]))
    assert one[0].key == other[0].key == "317|2026-03-02"


def test_a_number_that_excel_shows_as_a_date_is_the_number_behind_it() -> None:
    rows = [
        ["订单号", "日期", "工号", "数量"],
        [date(2019, 7, 13), "2026-03-02", "1", 5],
        [date(2019, 7, 14), "2026-03-02", "1", 6],
    ]
    assert [row.key for row in mapped(xlsx_file(rows))] == ["43659", "43660"]


# ── units and numbers ────────


def test_units_in_heads_and_cells_meet() -> None:
    rows = [
        ["单据号", "日期", "工号", "收入(万元)", "合格率(%)", "停机(分钟)"],
        ["1", "2026-03-02", "9", "118.0", "97.5", "1:30"],
        ["2", "2026-03-02", "9", '"-80,000元"', "97.5%", "90"],
    ]
    spec, _ = proposed(csv_file(rows))
    assert [(measure.code, measure.unit) for measure in spec.measures] == [
        ("收入", "wan_yuan"),
        ("合格率", "percent"),
        ("stopped", "minute"),
    ]
    assert [list(row.measures.values()) for row in mapped(csv_file(rows))] == [
        [118_000_000, 97_500_000, 90_000_000],
        [-8_000_000, 97_500_000, 90_000_000],
    ]


def test_a_file_in_wan_yuan_can_be_kept_in_yuan() -> None:
    rows = [["合同号", "日期", "工号", "签单额(万元)"], ["1", "2026-03-02", "9", "500"]]
    spec, _ = proposed(csv_file(rows))
    measure = spec.measures[0].model_copy(update={"unit": "yuan", "scale_millionths": 10_000_000_000})
    row = next(iter(apply_mapping(spec.model_copy(update={"measures": (measure,)}), csv_file(rows))))
    assert isinstance(row, MappedRow) and row.measures == {"signed": 5_000_000_000_000}


def test_wan_yuan_and_yuan_are_two_columns_and_no_mapping_is_reused_between_them() -> None:
    learned, _ = proposed(csv_file([["合同号", "日期", "工号", "签单额(元)"], ["1", "2026-03-02", "9", "5000000"]]))
    other = csv_file([["合同号", "日期", "工号", "签单额(万元)"], ["1", "2026-03-02", "9", "500"]])
    assert not propose_mapping(other, learned=[learned]).learned
    assert [row.problem.code for row in apply_mapping(learned, other) if isinstance(row, RowProblem)] == [
        "mapping.head_changed"
    ]


def test_blank_is_not_zero_and_rounding_is_counted() -> None:
    rows = [
        ["工号", "日期", "合格", "不良"],
        ["1", "2026-03-02", "", "0"],
        ["2", "2026-03-02", "-", "0.12345678"],
    ]
    assert [(row.measures, row.rounded) for row in mapped(csv_file(rows))] == [
        ({"bad": 0}, 0),
        ({"bad": 123_457}, 1),
    ]


def test_what_cannot_be_counted_is_set_aside_with_its_column() -> None:
    rows = [
        ["工号", "日期", "合格"],
        ["1", "2026-02-30", "5"],
        ["2", "2026-03-02", "≥95"],
        ["3", "2026-03-02", "十"],
        ["4", "2026-03-02", "1e20"],
        ["5", "2026-03-02", "#REF!"],
        ["6", "", "5"],
        ["7", "2026-03-02", "5"],
        *[[str(n), "2026-03-02", "5"] for n in range(8, 40)],
    ]
    assert problems(csv_file(rows)) == [
        (2, "date.not_real", "日期"),
        (3, "mapping.not_exact", "合格"),
        (4, "number.not_a_number", "合格"),
        (5, "number.out_of_range", "合格"),
        (6, "number.excel_error", "合格"),
        (7, "mapping.no_time", "日期"),
    ]


def test_a_measure_in_another_unit_is_set_aside() -> None:
    rows = [
        ["工号", "日期", "签单额(元)"],
        ["1", "2026-03-02", "5件"],
        *[["2", f"2026-03-{n:02d}", "5"] for n in range(1, 9)],
    ]
    assert problems(csv_file(rows)) == [(2, "mapping.other_unit", "签单额(元)")]


# ── whose, and when ────────


def test_two_people_in_one_cell_are_asked_and_split() -> None:
    rows = [["姓名", "日期", "产量"], ["张三/李四", "2026-03-02", "7"], ["王五", "2026-03-02", "4"]]
    _, proposal = proposed(csv_file(rows))
    assert keys(proposal) == ["split"]
    assert problems(csv_file(rows)) == [(2, "mapping.several_people", "姓名")]
    shared = mapped(csv_file(rows), {"split": "equal"})
    assert [(row.subject, row.measures["finished"]) for row in shared] == [
        ("张三", 3_500_000),
        ("李四", 3_500_000),
        ("王五", 4_000_000),
    ]
    assert len({row.key for row in shared}) == 3
    each = mapped(csv_file(rows), {"split": "each"})
    assert [row.measures["finished"] for row in each] == [7_000_000, 7_000_000, 4_000_000]


def test_an_equal_split_loses_no_millionth() -> None:
    rows = [["姓名", "日期", "产量"], ["甲、乙、丙", "2026-03-02", "-10"]]
    parts = [row.measures["finished"] for row in mapped(csv_file(rows), {"split": "equal"})]
    assert (sum(parts), max(parts) - min(parts)) == (-10_000_000, 1)


def test_rows_without_anybody_are_asked_about_once() -> None:
    rows = [["工号", "日期", "金额"], ["1", "2026-03-02", "5"], ["", "2026-03-02", "6"]]
    assert keys(proposed(csv_file(rows))[1]) == ["blank_subject"]
    assert problems(csv_file(rows)) == [(3, "mapping.no_subject", "工号")]
    assert len(mapped(csv_file(rows), {"blank_subject": "skip"})) == 1


def test_number_beats_name_and_name_beats_crew() -> None:
    for head, how in (
        (["班组", "姓名", "工号"], "number"),
        (["班组", "负责人", "x"], "name"),
        (["班组", "y", "x"], "crew"),
    ):
        spec, _ = proposed(csv_file([["日期", *head, "产量"], ["2026-03-02", "A班", "张三", "000317", "5"]]))
        assert spec.subject.matched_by == how


def test_names_of_people_never_become_dimensions() -> None:
    spec, _ = proposed(csv_file([["日期", "工号", "姓名", "机台", "产量"], ["2026-03-02", "1", "张三", "M1", "5"]]))
    assert [dimension.column for dimension in spec.dimensions] == ["机台"]


def test_the_day_in_the_title_is_read_from_each_file_anew() -> None:
    rows = [["一车间产量日报 2026年3月2日"], ["工号", "姓名", "产量"], ["1", "张三", "5"]]
    spec, proposal = proposed(xlsx_file(rows))
    assert (keys(proposal), spec.time.shape) == (["day"], "title")
    assert proposal.questions[0].title.zh == "整个文件都算 2026-03-02 的吗？"
    later = xlsx_file([["一车间产量日报 2026年3月9日"], *rows[1:]])
    assert propose_mapping(later, learned=[spec]).learned
    assert [row.business_day for row in apply_mapping(spec, later) if isinstance(row, MappedRow)] == [date(2026, 3, 9)]
    assert [row.business_day for row in mapped(xlsx_file(rows), {"day": "2026-03-05"})] == [date(2026, 3, 5)]


def test_months_count_on_their_last_day() -> None:
    for written in ("2026-02", "2026年2月", "202602", "2026-02-01"):
        assert mapped(csv_file([["工号", "月份", "实出勤"], ["1", written, "20"]]))[0].business_day == date(2026, 2, 28)


def test_date_and_clock_in_two_columns_ask_whose_day_a_night_is() -> None:
    rows = [["工号", "日期", "时间", "产量"], ["1", "2026-03-02", "01:30", "5"]]
    _, proposal = proposed(csv_file(rows), day_cut_minutes=480)
    assert keys(proposal) == ["night_date"]
    calendar = mapped(csv_file(rows), {"night_date": "calendar"}, day_cut_minutes=480)[0]
    assert (calendar.occurred_at, calendar.business_day) == (datetime(2026, 3, 2, 1, 30), date(2026, 3, 1))
    shift = mapped(csv_file(rows), {"night_date": "shift"}, day_cut_minutes=480)[0]
    assert (shift.occurred_at, shift.business_day) == (datetime(2026, 3, 3, 1, 30), date(2026, 3, 2))


def test_several_times_are_asked_and_the_end_of_the_work_is_the_default() -> None:
    rows = [
        ["工单号", "受理时间", "关闭时间", "工号", "评分"],
        ["1", "2026-03-01 10:00", "2026-03-02 11:00", "9", "5"],
    ]
    spec, proposal = proposed(csv_file(rows))
    assert (keys(proposal), spec.time.column) == (["time_column"], "关闭时间")
    assert proposed(csv_file(rows), {"time_column": "受理时间"})[0].time.column == "受理时间"


def test_day_first_or_month_first_is_judged_over_every_row() -> None:
    rows = [
        ["工号", "日期", "产量"],
        *[["1", f"0{n}/03/2026", "5"] for n in range(1, 10)] * 60,
        ["1", "25/03/2026", "5"],
    ]
    assert proposed(csv_file(rows))[0].time.order == "dmy"
    unclear = csv_file([["工号", "日期", "产量"], ["1", "01/03/2026", "5"]])
    assert keys(proposed(unclear)[1]) == ["day_order"]
    assert problems(unclear) == [(2, "date.unclear_order", "日期")]
    assert mapped(unclear, {"day_order": "mdy"})[0].business_day == date(2026, 1, 3)


# ── rows that are none, and equal keys ────────


def test_sums_notes_and_repeated_heads_are_passed_over() -> None:
    rows = [
        ["日期", "班组", "工号", "产量"],
        ["2026-03-02", "A班", "1", "5"],
        ["2026-03-02", "A班小计", "", "5"],
        ["日期", "班组", "工号", "产量"],
        ["2026-03-02", "B班", "2", "6"],
        ["", "", "", ""],
        ["总计", "", "", "11"],
        ["制表人：许静", "", "", ""],
    ]
    assert [(row.row, row.subject) for row in mapped(csv_file(rows))] == [(2, "1"), (5, "2")]


def test_a_merged_day_fills_down_and_a_merged_number_counts_once() -> None:
    rows = [["日期", "工号", "计划", "合格"], ["2026-03-02", "1", 400, 5], [None, "2", None, 6]]
    found = mapped(xlsx_file(rows, merges=["A2:A3", "C2:C3"]))
    assert [(row.business_day, row.measures) for row in found] == [
        (date(2026, 3, 2), {"planned": 400_000_000, "good": 5_000_000}),
        (date(2026, 3, 2), {"good": 6_000_000}),
    ]


def test_equal_keys_that_differ_are_asked_and_repeats_are_not() -> None:
    rows = [["工号", "日期", "产量"], ["1", "2026-03-02", "5"], ["1", "2026-03-02", "5"]]
    assert keys(proposed(csv_file(rows))[1]) == []
    rows.append(["1", "2026-03-02", "9"])
    spec, proposal = proposed(csv_file(rows))
    assert (keys(proposal), spec.equal_keys) == (["equal_keys"], "reject")
    assert proposed(csv_file(rows), {"equal_keys": "sum"})[0].equal_keys == "sum"


def test_a_row_the_file_ends_in_is_set_aside() -> None:
    file = read_tables("工号,日期,产量,不良\n1,2026-03-02,120,3\n2,2026-03-02,12".encode(), "a.csv")
    assert problems(file) == [(3, "mapping.row_cut", "")]


def test_columns_of_one_name_are_both_kept_in_the_raw_row() -> None:
    row = mapped(csv_file([["工号", "日期", "产量", "备注", "备注"], ["1", "2026-03-02", "5", "甲", "乙"]]))[0]
    assert row.raw == {"工号": "1", "日期": "2026-03-02", "产量": "5", "备注": "甲", "备注 (E)": "乙"}


# ── attendance grids ────────


GRID = [
    ["XX公司员工考勤表", *[None] * 32],
    ["部门：一车间", *[None] * 30, "2021年2月", None],
    ["序号", "姓名", *range(1, 32)],
    [1, "甲", "√", "√+夜", "√/△", "√+2.5", "-", "G", None, "◎"],
    ["备注：出勤√,事假△,公休G"],
]


def test_a_grid_is_read_by_its_own_legend_and_asks_for_the_rest() -> None:
    file = xlsx_file(GRID, merges=["A1:AG1"])
    spec, proposal = proposed(file)
    assert spec.source_kind == "attendance_grid" and keys(proposal) == ["symbol:◎"]
    assert problems(file) == [(4, "mapping.unknown_symbol", "2-8")]
    rows = mapped(file, {"symbol:◎": "days_present"})
    assert [(row.business_day.day, row.measures) for row in rows] == [
        (1, {"days_present": 1_000_000}),
        (2, {"days_present": 1_000_000, "night_shifts": 1_000_000}),
        (3, {"days_present": 500_000, "personal_leave": 500_000}),
        (4, {"days_present": 1_000_000, "overtime_hours": 2_500_000}),
        (6, {"rest_days": 1_000_000}),
        (8, {"days_present": 1_000_000}),
    ]
    assert {(row.business_day.year, row.business_day.month, row.key[:2]) for row in rows} == {(2021, 2, "甲|")}


def test_a_legend_is_remembered_for_the_next_month() -> None:
    learned, _ = proposed(xlsx_file(GRID), {"symbol:◎": "ignore"})
    march = xlsx_file([GRID[0], ["部门：一车间", *[None] * 30, "2021年3月", None], *GRID[2:]])
    proposal = propose_mapping(march, learned=[learned])
    assert (proposal.learned, keys(proposal)) == (True, [])
    assert {row.business_day.month for row in apply_mapping(learned, march) if isinstance(row, MappedRow)} == {3}


def test_a_grid_without_a_month_asks_for_it() -> None:
    file = xlsx_file([*GRID[2:]])
    proposal = propose_mapping(file)
    assert (proposal.spec, keys(proposal)) == (None, ["month"])
    spec, _ = proposed(file, {"month": "2021-02", "symbol:◎": "ignore"})
    assert spec.grid is not None and (spec.grid.year, spec.grid.month) == (2021, 2)


# ── proposing and reusing ────────


@pytest.mark.parametrize(
    ("head", "kind", "code"),
    [
        (["报工单号", "完工时间", "工号", "合格"], "output", "good"),
        (["合同号", "签单日期", "负责人", "签单额(元)"], "deals", "signed"),
        (["工单号", "关闭时间", "工号", "首响(分钟)"], "tickets", "first_response"),
        (["工号", "姓名", "月份", "应出勤"], "attendance", "days_due"),
    ],
)
def test_the_four_usual_files_need_no_mapping_by_hand(head: list[str], kind: str, code: str) -> None:
    values = {
        "完工时间": "2026-03-02 10:00",
        "关闭时间": "2026-03-02 10:00",
        "签单日期": "2026-03-02",
        "月份": "2026-03",
    }
    spec, proposal = proposed(
        csv_file([["导出报表"], head, *[[values.get(h, str(n)) for h in head] for n in range(3)]])
    )
    assert (spec.source_kind, [measure.code for measure in spec.measures], keys(proposal)) == (
        kind,
        [code],
        [],
    )


def test_a_learned_mapping_is_taken_as_it_is_wherever_its_columns_stand() -> None:
    learned, _ = proposed(csv_file(MES), {"day_cut": "08:00"})
    moved = csv_file([["某系统导出"], ["备注", *MES[0][::-1]], *[["x", *row[::-1]] for row in MES[1:]]])
    proposal = propose_mapping(moved, learned=[learned])
    assert (proposal.spec, proposal.learned, keys(proposal)) == (learned, True, [])
    rows = [row for row in apply_mapping(learned, moved) if isinstance(row, MappedRow)]
    assert [row.key for row in rows] == [row.key for row in mapped(csv_file(MES), {"day_cut": "08:00"})]


def test_a_role_can_be_corrected() -> None:
    rows = [["工号", "日期", "产量", "机号"], ["1", "2026-03-02", "5", "7"]]
    spec, _ = proposed(csv_file(rows))
    assert [dimension.column for dimension in spec.dimensions] == ["机号"]
    spec, _ = proposed(csv_file(rows), {"role:机号": "measure"})
    assert [measure.column for measure in spec.measures] == ["产量", "机号"]


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ([["通知", "三月"], ["放假", "一天"]], "mapping.no_head"),
        ([["日期", "产量", "不良"], ["2026-03-02", "5", "0"]], "mapping.no_subject_column"),
        ([["工号", "产量", "不良"], ["1", "5", "0"]], "mapping.no_time_column"),
    ],
)
def test_a_file_without_people_or_days_says_so(rows: list[list[str]], code: str) -> None:
    proposal = propose_mapping(csv_file(rows))
    assert proposal.spec is None and proposal.problem is not None
    assert proposal.problem.code == code and proposal.problem.fix.zh and proposal.problem.fix.en


def test_every_doubt_has_both_languages_and_two_or_three_answers() -> None:
    files = [
        csv_file(
            [
                ["姓名", "日期", "时间", "停机时间(分)"],
                ["张三/李四", "01/03/2026", "01:30", "5"],
                ["", "01/03/2026", "01:30", "6"],
                ["张三/李四", "01/03/2026", "01:30", "7"],
            ]
        ),
        csv_file(MES),
        xlsx_file(GRID),
        xlsx_file(GRID[2:]),
        xlsx_file([["日报 2026-03-02"], ["工号", "产量"], ["1", "5"]]),
        csv_file(
            [
                ["工单号", "受理时间", "关闭时间", "工号", "评分"],
                ["1", "2026-03-01 10:00", "2026-03-02 11:00", "9", "5"],
            ]
        ),
    ]
    seen = set()
    for file in files:
        asked = propose_mapping(file).questions + propose_mapping(file, day_cut_minutes=480).questions
        for question in asked:
            seen.add(question.key.partition(":")[0])
            assert 2 <= len(question.options) <= 3
            assert question.title.zh and question.title.en and question.detail.zh and question.detail.en
    assert seen == {
        "split",
        "blank_subject",
        "day_order",
        "day_cut",
        "night_date",
        "equal_keys",
        "symbol",
        "month",
        "day",
        "time_column",
        "unit",
    }


def test_a_mapping_survives_storage_and_refuses_what_it_does_not_know() -> None:
    spec, _ = proposed(csv_file(MES))
    assert MappingSpec.model_validate_json(spec.model_dump_json()) == spec
    with pytest.raises(ValidationError):
        MappingSpec.model_validate({**spec.model_dump(), "sum": True})
    with pytest.raises(ValidationError):
        spec.sheet = "x"  # type: ignore[misc]


def test_rows_are_mapped_in_a_stream(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first row is there before the second is read: memory does not grow with the file."""
    rows = [MES[0], *[[n % 320, f"2026-03-{n % 28 + 1:02d} 10:{n % 60:02d}", n % 200, 0] for n in range(1_000)]]
    file = csv_file(rows)
    spec, _ = proposed(file, day_cut_minutes=480)
    mapped: list[int] = []
    map_one = applying._SheetMapper._map

    def noted(mapper: applying._SheetMapper, row: Row, amounts: Row) -> Iterator[MappedRow]:
        mapped.append(row.number)
        return map_one(mapper, row, amounts)

    monkeypatch.setattr(applying._SheetMapper, "_map", noted)
    stream = apply_mapping(spec, file)
    next(stream)
    assert mapped == [2]
    assert sum(1 for _ in stream) == 999
