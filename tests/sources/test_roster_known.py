"""Leads, people known before, and files that are hardly rosters; all without a database."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date
from typing import Any

import openpyxl
import pytest

from jiyu.lib.tables import read_tables, redacted_copy
from jiyu.sources.roster.leads import find_loops
from jiyu.sources.roster.reading import read_roster
from jiyu.sources.roster.result import Answer, KnownPeople, KnownPerson
from tests.sources.roster_files import (
    B1,
    HEAD,
    NOBODY,
    TODAY,
    asked,
    book,
    known_from,
    people_of,
    read,
    read_book,
    settle,
)

# ── leads ────────


def lead_of(written: str, *, extra: Sequence[Sequence[Any]] = ()) -> tuple[str, str]:
    rows = [HEAD, ["000001", "赵刚", "一车间", "", ""], *extra, ["000009", "甲", "一车间", written, ""]]
    person = read(rows).people[-1]
    return person.lead.state, person.lead.number


@pytest.mark.parametrize(
    "written",
    ["赵刚", " 赵 刚 ", "000001", "1", "赵刚(000001)", "赵刚（000001）", "赵刚 000001", "赵刚/000001"],
)
def test_a_lead_is_found_by_name_or_number(written: str) -> None:
    assert lead_of(written) == ("resolved", "000001")


@pytest.mark.parametrize("written", ["李四", "000777", "李四(000001)", "甲"])
def test_a_lead_that_is_not_certain_waits(written: str) -> None:
    assert lead_of(written) == ("unclaimed", "")


def test_two_people_of_one_name_are_never_chosen_between() -> None:
    assert lead_of("赵刚", extra=[["000002", "赵刚", "二车间", "", ""]]) == ("unclaimed", "")


def test_somebody_who_left_is_no_rival_for_a_name() -> None:
    sheets = {
        "在职": [HEAD, ["000001", "赵刚", "一车间", "", ""], ["000009", "甲", "一车间", "赵刚", ""]],
        "离职": [HEAD, ["000002", "赵刚", "一车间", "", ""]],
    }
    assert next(p.lead.number for p in read_book(sheets).people if p.name == "甲") == "000001"


def test_a_lead_may_stand_in_a_column_of_numbers_or_be_known_already() -> None:
    rows = [["工号", "姓名", "直接上级", "上级工号"], ["000009", "甲", "赵刚", "11"]]
    known = KnownPeople((KnownPerson("id", "000011", "赵刚"),), 6)
    assert read(rows, known=known).people[0].lead.number == "000011"


def test_circles_of_leads_are_listed_and_broken_by_an_answer() -> None:
    rows = [
        HEAD,
        ["000001", "甲", "", "乙", ""],
        ["000002", "乙", "", "丙", ""],
        ["000003", "丙", "", "甲", ""],
        ["000004", "丁", "", "甲", ""],
    ]
    reading = read(rows)
    question = asked(reading)["loop:000001"]
    assert (question.rows, question.detail.zh) == ((2, 3, 4), "甲 → 乙 → 丙 → 甲。这几个人的上级都先待认领。")
    assert [person.lead.state for person in reading.people] == ["unclaimed"] * 3 + ["resolved"]
    settled = settle(rows, {"loop:000001": "top:000002"})
    assert [person.lead.state for person in settled.people] == ["resolved", "top", "resolved", "resolved"]


def test_loops_are_found_each_once() -> None:
    assert find_loops({"a": "b", "b": "a", "c": "a", "d": "d", "e": "f"}, "abcdef") == [["a", "b"], ["d"]]


# ── against what is known ────────


def test_changes_of_known_people_name_their_fields() -> None:
    known = known_from(
        read(
            [
                ["工号", "姓名", "部门", "岗位"],
                ["000001", "甲", "一车间", "操作工"],
                ["000002", "乙", "一车间", ""],
            ]
        )
    )
    reading = read(
        [
            ["工号", "姓名", "部门", "岗位"],
            ["000001", "甲", "二车间", "班长"],
            ["000002", "乙", "一车间", ""],
        ],
        known=known,
    )
    assert [(p.number, p.change, p.changed) for p in reading.people] == [
        ("000001", "changed", ("unit_path", "job")),
        ("000002", "same", ()),
    ]


def test_a_blank_cell_or_a_missing_column_takes_nothing_away() -> None:
    known = KnownPeople(
        (KnownPerson("id", "000001", "甲", ("一车间",), "操作工", "P2", "000009", date(2020, 1, 2)),), 6
    )
    assert read([HEAD, ["000001", "甲", "", "", ""]], known=known).people[0].change == "same"


def test_a_number_of_somebody_else_is_asked() -> None:
    known = KnownPeople((KnownPerson("id", "000402", "张伟"),), 6)
    rows = [["工号", "姓名"], ["000402", "欧阳海"]]
    assert asked(read(rows, known=known))["other_name:000402"].title.zh == "工号 000402：系统里是张伟，文件里是欧阳海"
    settled = settle(rows, {"other_name:000402": "same"}, known)
    assert [(p.change, p.changed) for p in settled.people] == [("changed", ("name",))]


def test_a_new_number_for_a_known_name_is_asked() -> None:
    known = KnownPeople((KnownPerson("id", "000318", "张伟", ("一车间",)),), 6)
    rows = [["工号", "姓名"], ["000918", "张伟"]]
    assert "other_number:000918" in asked(read(rows, known=known))
    assert settle(rows, {"other_number:000918": "new"}, known).people[0].change == "new"
    same = settle(rows, {"other_number:000918": "same"}, known).people[0]
    assert (same.person_id, same.changed) == ("id", ("number",))


def test_a_namesake_whose_own_number_is_in_the_file_is_simply_new() -> None:
    known = KnownPeople((KnownPerson("id", "000318", "张伟"),), 6)
    reading = read([["工号", "姓名"], ["000318", "张伟"], ["000918", "张伟"]], known=known)
    assert [person.change for person in reading.people] == ["same", "new"]


def test_somebody_back_on_the_list_works_again() -> None:
    known = KnownPeople((KnownPerson("id", "000001", "甲", status="left", left_on=date(2025, 1, 1)),), 6)
    assert read([["工号", "姓名"], ["000001", "甲"]], known=known).people[0].changed == ("status",)


# ── files ────────


def test_a_file_without_a_head_says_what_it_saw() -> None:
    reading = read([["开会记录", "三月"], ["大家都到了", "好"]])
    assert (reading.people, reading.problems[0].code) == ((), "roster.no_head")
    assert "开会记录 三月" in reading.problems[0].detail.zh


def test_a_person_may_point_at_the_head_and_the_number_column() -> None:
    rows = [["x"]] * 11 + [["工号", "姓名"], ["000001", "甲"]]
    assert people_of(settle(rows, {"head": Answer("head", "12")})) == {"000001": "甲"}
    rows = [["人事代号", "姓名", "部门"], ["000001", "甲", "一车间"]]
    assert read(rows).problems[0].code == "roster.no_number_column"
    for value in ("人事代号", "A"):
        assert people_of(settle(rows, {"column:number": Answer("column", value)})) == {"000001": "甲"}


def test_hidden_sheets_are_not_read_and_named() -> None:
    made = openpyxl.load_workbook(
        io.BytesIO(book({"在职": [HEAD, ["000001", "甲", "", "", ""]], "旧": [HEAD, ["000002", "乙", "", "", ""]]}))
    )
    made["旧"].sheet_state = "hidden"
    out = io.BytesIO()
    made.save(out)
    reading = read_roster(read_tables(out.getvalue(), "a.xlsx"), NOBODY, today=TODAY)
    assert people_of(reading) == {"000001": "甲"}
    assert [note.zh for note in reading.notes] == ["隐藏的工作表“旧”没有读。"]


def test_the_kept_copy_reads_as_the_same_roster() -> None:
    rows = [
        ["花名册"],
        [*HEAD, "身份证号"],
        *[[*row[:5], "11010119900307109X"] for row in B1[2:10]],
        ["合计"],
        [None] * 6,
    ]
    file = read_tables(book({"花名册": rows}, grey=[4]), "花名册.xlsx")
    kept = redacted_copy(file)
    assert kept is not None
    one, other = (
        read_roster(file, NOBODY, today=TODAY),
        read_roster(read_tables(kept, "花名册.xlsx"), NOBODY, today=TODAY),
    )
    assert (other.people, other.problems, other.skipped, other.changes) == (
        one.people,
        one.problems,
        one.skipped,
        one.changes,
    )
    assert one.redacted == ("身份证号",)
