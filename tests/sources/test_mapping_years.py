"""Days written without a year: it is taken from the title once, asked where the title does not settle it."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from django.test import Client

from jiyu.lib.tables import Cell, TableFile, read_tables
from jiyu.lib.tables.dates import short_date
from jiyu.sources.mappings.proposal import MappedRow, apply_mapping, propose_mapping
from jiyu.sources.public import numbers_import
from tests.sources.conftest import HR, csv_file, people, sums
from tests.sources.test_mapping_proposal import keys, mapped, problems, proposed, xlsx_file
from tests.sources.test_numbers_pages import page, upload


def daily(*days: object, title: str = "2026年3月产量日报", name: str = "数.csv", head: str = "日期") -> TableFile:
    """A report of one person with a row per day."""
    rows = [[title], ["工号", head, "产量"], *[["1", day, n] for n, day in enumerate(days, 1)]]
    return read_tables(csv_file(*rows), name)


def days_of(file: TableFile, answers: dict[str, str] | None = None) -> list[date]:
    return [row.business_day for row in mapped(file, answers)]


@pytest.mark.parametrize("text", ["3月5日", "3月5", "3/5", "03-05", "03-05 ", "3月5日（周四）", "３月５日", "3月5号"])
def test_a_day_without_a_year_is_known(text: str) -> None:
    found = short_date(Cell(text, text))
    assert found is not None
    assert (found.first, found.second) == (3, 5)
    assert found.in_year(2026).text == "2026-3-5"


@pytest.mark.parametrize("value", ["2026-03-05", "3.5", "3/5/2026", "3-5-7", "13:05", "", datetime(2026, 3, 5), 46086])
def test_what_has_a_year_or_is_no_day_is_none(value: object) -> None:
    assert short_date(Cell(value, str(value))) is None  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("title", "name", "where"),
    [
        ("2026年3月产量日报", "数.csv", "标题"),
        ("产量日报 2026-03", "2025年.csv", "标题"),
        ("产量日报", "产量日报202603.csv", "文件名"),
        ("产量日报", "2026.3产量.csv", "文件名"),
        ("产量 2000件", "2026年度.csv", "文件名"),
    ],
)
def test_the_year_is_taken_from_where_one_stands_and_said_once(title: str, name: str, where: str) -> None:
    file = daily("3月5日", "3/6", "03-07", title=title, name=name)
    _, proposal = proposed(file)
    assert keys(proposal) == []
    assert [note.zh for note in proposal.notes] == [f"日期没写年，年份取自{where}：2026 年"]
    assert days_of(file) == [date(2026, 3, 5), date(2026, 3, 6), date(2026, 3, 7)]


def test_the_year_may_stand_in_the_name_of_the_sheet() -> None:
    file = xlsx_file([["产量日报"], ["工号", "日期", "产量"], ["1", "3月5日", 5]], title="2026年3月")
    assert proposed(file)[1].notes[0].zh == "日期没写年，年份取自工作表名：2026 年"
    assert days_of(file) == [date(2026, 3, 5)]


def test_days_with_a_year_keep_their_own() -> None:
    assert days_of(daily("3月5日", "2025-03-05", "2026/3/6")) == [
        date(2026, 3, 5),
        date(2025, 3, 5),
        date(2026, 3, 6),
    ]


def test_a_moment_without_a_year_gets_it_too() -> None:
    file = daily("3/5 22:10", "3/6 01:30", head="完工时间")
    rows = mapped(file, {"day_cut": "08:00"})
    assert [row.occurred_at for row in rows] == [datetime(2026, 3, 5, 22, 10), datetime(2026, 3, 6, 1, 30)]
    assert [row.business_day.day for row in rows] == [5, 5]
    assert keys(proposed(file)[1]) == ["day_cut"]


def test_a_title_across_the_turn_of_the_year_is_asked_about() -> None:
    file = daily("12月30日", "1月2日", title="2025年12月—2026年1月产量日报")
    _, proposal = proposed(file)
    assert keys(proposal) == ["year"]
    assert [words.zh for _key, words in proposal.questions[0].options] == [
        "12 月算 2025 年，1 月算 2026 年",
        "都是 2025 年",
        "都是 2026 年",
    ]
    assert [words.en for _key, words in proposal.questions[0].options][:2] == [
        "December 2025, January 2026",
        "All of 2025",
    ]
    assert [code for _row, code, _column in problems(file)] == ["mapping.no_year"] * 2
    assert days_of(file, {"year": "turn"}) == [date(2025, 12, 30), date(2026, 1, 2)]
    assert days_of(file, {"year": "2025"}) == [date(2025, 12, 30), date(2025, 1, 2)]


def test_days_far_from_the_month_in_the_title_are_asked_about() -> None:
    file = daily("12月26日", "1月25日", title="2026年1月产量日报")
    assert keys(proposed(file)[1]) == ["year"]
    assert days_of(file, {"year": "turn"}) == [date(2025, 12, 26), date(2026, 1, 25)]
    assert days_of(daily("2月26日", "3月25日")) == [date(2026, 2, 26), date(2026, 3, 25)]


def test_a_year_that_stands_nowhere_is_typed_for_this_file_only() -> None:
    file = daily("3月5日", title="产量日报")
    _, proposal = proposed(file)
    assert keys(proposal) == ["year"]
    assert [answer for answer, _words in proposal.questions[0].options] == ["other", "aside"]
    learned, _ = proposed(file, {"year": "2026"})
    assert days_of(file, {"year": "2026"}) == [date(2026, 3, 5)]
    assert keys(propose_mapping(file, learned=[learned])) == ["year"]
    assert [code for _row, code, _column in problems(file, {"year": "aside"})] == ["mapping.no_year"]


@pytest.mark.parametrize("answer", ["26", "1800", "明年"])
def test_a_year_that_is_none_is_refused(answer: str) -> None:
    problem = propose_mapping(daily("3月5日", title="产量日报"), answers={"year": answer}).problem
    assert problem is not None
    assert problem.code == "mapping.no_such_answer"


def test_the_next_file_has_the_year_of_its_own_title() -> None:
    learned, _ = proposed(daily("12月30日", title="2025年12月产量日报"))
    later = propose_mapping(daily("3月5日"), learned=[learned])
    assert (later.learned, [note.zh for note in later.notes]) == (True, ["日期没写年，年份取自标题：2026 年"])
    rows = [row for row in apply_mapping(learned, daily("3月5日")) if isinstance(row, MappedRow)]
    assert [row.business_day for row in rows] == [date(2026, 3, 5)]


def test_a_mapping_learned_from_whole_dates_does_not_set_short_ones_aside() -> None:
    learned, _ = proposed(daily("2026-03-05"))
    assert propose_mapping(daily("2026-03-06"), learned=[learned]).learned
    again = propose_mapping(daily("3月6日"), learned=[learned])
    assert not again.learned
    assert again.spec is not None and again.spec.time.year_from == "title"


def test_the_day_comes_first_where_a_number_is_too_big_for_a_month() -> None:
    assert days_of(daily("25/3", "5/3")) == [date(2026, 3, 25), date(2026, 3, 5)]
    assert days_of(daily("3/25", "3/5")) == [date(2026, 3, 25), date(2026, 3, 5)]


def test_the_month_of_the_title_speaking_against_the_usual_order_is_asked_about() -> None:
    file = daily("5/3", "6/3")
    assert keys(proposed(file)[1]) == ["day_order"]
    assert days_of(file, {"day_order": "dmy"}) == [date(2026, 3, 5), date(2026, 3, 6)]


def test_numbers_parted_by_a_dash_are_days_only_below_a_head_that_says_so() -> None:
    rows = [["2026年3月"], ["工号", "日期", "比分"], ["1", "2026-03-05", "3-5"]]
    spec, _ = proposed(read_tables(csv_file(*rows), "a.csv"))
    assert [dimension.column for dimension in spec.dimensions] == ["比分"]


def test_a_day_typed_for_one_file_is_not_taken_for_the_next() -> None:
    report = [["一车间产量日报 2026年3月2日"], ["工号", "产量"], ["1", 5]]
    learned, _ = proposed(xlsx_file(report), {"day": "2026-03-05"})
    later = propose_mapping(xlsx_file([["一车间产量日报 2026年3月9日"], *report[1:]]), learned=[learned])
    assert (later.learned, keys(later)) == (False, ["day"])


@pytest.mark.django_db
def test_the_page_says_where_the_year_is_from(hr_client: Client) -> None:
    people(n000317="林晓峰")
    data = csv_file(["2026年3月产量日报"], ["工号", "日期", "产量"], [317, "3月5日", 7])
    address = upload(hr_client, data=data, label="日报")
    html = page(hr_client.get(address))
    assert "日期没写年，年份取自标题：2026 年" in html
    html = page(hr_client.post(f"{address.split('?')[0]}take/", {"source": "source_1", "label": "日报"}, follow=True))
    assert "1 行：入账 1，待处理 0" in html
    assert sums("finished", source="source_1") == {"2026-03-05": 7}


@pytest.mark.django_db
def test_the_terminal_takes_the_year_of_the_title_too() -> None:
    people(n000317="林晓峰")
    data = csv_file(["2026年3月产量日报"], ["工号", "日期", "产量"], [317, "3月5日", 7])
    outcome = numbers_import(actor=HR, source_code="mes", data=data, filename="a.csv")
    assert outcome.summary == "1 行：入账 1，待处理 0"
    assert outcome.note_lines == ("日期没写年，年份取自标题：2026 年",)
