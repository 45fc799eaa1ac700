"""Sums printed beside an attendance table's days: recomputed, warned about, never taken over the days."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest
from django.test import Client

from jiyu.lib.tables import TableFile
from jiyu.sources.mappings.sums import sums_told, wrong_sums
from jiyu.sources.public import numbers_import
from tests.sources.conftest import HR, people, sums
from tests.sources.conftest import xlsx_file as xlsx_bytes
from tests.sources.test_mapping_proposal import proposed, xlsx_file
from tests.sources.test_numbers_pages import page, upload

Row = Sequence[object]


def rows(*people_rows: tuple[Sequence[str], Sequence[object]], heads: Sequence[str]) -> list[Row]:
    """A table of days: of each person the first days and the printed sums."""
    head = ["工号", "姓名", *range(1, 32), *heads]
    body = [
        [f"00031{n}", f"员工{n}", *days, *[None] * (31 - len(days)), *printed]
        for n, (days, printed) in enumerate(people_rows, 7)
    ]
    return [["考勤表 2026年3月"], head, *body]


def wrong(file: TableFile, answers: Mapping[str, str] | None = None) -> list[tuple[int, str, float, float]]:
    """Row, column, printed and counted of what differs."""
    spec, _ = proposed(file, answers)
    found = wrong_sums(spec, file)
    return [(one.row, one.column, one.printed / 1_000_000, one.counted / 1_000_000) for one in found]


@pytest.mark.parametrize("head", ["出勤合计", "出勤天数", "实出勤", "出勤", "合计 出勤（天）"])
def test_a_sum_that_is_not_what_the_days_come_to_is_found_by_row(head: str) -> None:
    file = xlsx_file(rows((["√", "√", "√/事"], [3]), (["√", "√"], [2]), (["√"], [None]), heads=[head]))
    assert wrong(file) == [(3, head, 3, 2.5)]


def test_each_measure_is_held_against_its_own_sum() -> None:
    table = rows(
        (["√+2", "事", "病", "夜√"], [2, 1, 2, 2, 1]), heads=["出勤天数", "事假", "病假", "加班(小时)", "夜班"]
    )
    assert wrong(xlsx_file(table)) == [(3, "病假", 2, 1)]


def test_what_the_days_do_not_tell_is_not_compared() -> None:
    table = rows((["√", "事"], [22, 3, 8, 4]), heads=["应出勤", "迟到", "出勤工时", "事假(小时)"])
    assert wrong(xlsx_file(table)) == []


def test_a_row_with_an_unreadable_day_is_not_compared() -> None:
    file = xlsx_file(rows((["√", "◎"], [9]), heads=["出勤天数"]))
    assert wrong(file) == []
    assert wrong(file, {"symbol:◎": "days_present"}) == [(3, "出勤天数", 9, 2)]


def test_a_bare_sum_is_that_of_days_present_only_if_most_rows_agree() -> None:
    agrees = [(["√", "事"], [1]), (["√", "√"], [2]), (["√"], [5])]
    assert wrong(xlsx_file(rows(*agrees, heads=["合计"]))) == [(5, "合计", 5, 1)]
    of_all_days = [(["√", "事"], [2]), (["√", "病"], [2]), (["√"], [1])]
    assert wrong(xlsx_file(rows(*of_all_days, heads=["合计"]))) == []


def test_only_the_first_few_are_told() -> None:
    file = xlsx_file(rows(*[(["√"], [9])] * 5, heads=["出勤天数"]))
    told = sums_told(wrong_sums(proposed(file)[0], file), with_names=False)
    assert told.zh.startswith("有 5 个印好的合计和每天加起来的不一样，按每天的算：第 3 行“出勤天数”写 9，加起来 1；")
    assert told.zh.endswith("第 5 行“出勤天数”写 9，加起来 1 等")
    assert told.en.startswith("5 printed sums differ from the days; the days count: row 3 ")


@pytest.mark.django_db
def test_a_wrong_sum_is_told_before_and_after_the_import_and_the_days_count(hr_client: Client) -> None:
    people(n000317="林晓峰")
    table = rows((["√", "√"], [22]), heads=["出勤天数"])
    address = upload(hr_client, data=xlsx_bytes(*table), label="考勤")
    assert "第 3 行 000317 “出勤天数”写 22，加起来 2" in page(hr_client.get(address))
    html = page(hr_client.post(f"{address.split('?')[0]}take/", {"source": "source_1", "label": "考勤"}, follow=True))
    assert "2 行：入账 2，待处理 0" in html
    assert "有 1 个印好的合计和每天加起来的不一样，按每天的算：第 3 行“出勤天数”写 22，加起来 2" in html
    assert sums("days_present", source="source_1") == {"2026-03-01": 1, "2026-03-02": 1}


@pytest.mark.django_db
def test_the_terminal_tells_a_wrong_sum_too() -> None:
    people(n000317="林晓峰")
    data = xlsx_bytes(*rows((["√", "√"], [22]), heads=["出勤天数"]))
    outcome = numbers_import(actor=HR, source_code="att", data=data, filename="a.xlsx")
    assert len(outcome.note_lines) == 1
    assert "写 22，加起来 2" in outcome.note_lines[0]
