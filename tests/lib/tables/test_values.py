"""Dates, times, numbers, names as they are typed (RULES "Files that companies have, and their mess")."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiyu.lib.tables.dates import (
    ParsedDate,
    excel_day_number,
    judge_day_order,
    parse_date,
    parse_datetime,
    parse_duration_seconds,
)
from jiyu.lib.tables.names import clean_name, is_blank_word, parse_employee_number, parse_yes_no
from jiyu.lib.tables.numbers import ParsedNumber, parse_number, split_head_unit
from jiyu.lib.text import Problem
from tests.lib.tables.files import cell


def code(found: Any) -> str:
    assert isinstance(found, Problem), found
    assert found.message.zh and found.message.en and found.fix.zh and found.fix.en
    return found.code


@pytest.mark.parametrize(
    ("written", "day", "shape"),
    [
        ("2023/7/3", date(2023, 7, 3), "slash"),
        ("2019.03.11", date(2019, 3, 11), "dotted"),
        ("20210601", date(2021, 6, 1), "compact"),
        (20210601, date(2021, 6, 1), "compact"),
        ("2011年3月1日", date(2011, 3, 1), "chinese"),
        ("2011 年 3 月 1 号", date(2011, 3, 1), "chinese"),
        ("21年6月1日", date(2021, 6, 1), "chinese"),
        ("98年12月5日", date(1998, 12, 5), "chinese"),
        (43983, date(2020, 6, 1), "serial"),
        ("43983", date(2020, 6, 1), "serial"),
        (43983.75, date(2020, 6, 1), "serial"),
        ("2012-05-02", date(2012, 5, 2), "iso"),
        ("２０２３／７／３", date(2023, 7, 3), "slash"),
        ("2019/10/8 星期二", date(2019, 10, 8), "slash"),
        ("2019/10/8 (周二)", date(2019, 10, 8), "slash"),
        ("1-Jun-2021", date(2021, 6, 1), "named"),
        ("June 1, 2021", date(2021, 6, 1), "named"),
        ("13/2/2015", date(2015, 2, 13), "dmy"),
        ("2/13/2015", date(2015, 2, 13), "mdy"),
        (date(2020, 6, 1), date(2020, 6, 1), "cell"),
        (datetime(2020, 6, 1, 8), date(2020, 6, 1), "cell"),
    ],
)
def test_a_date_is_read_in_every_shape(written: Any, day: date, shape: str) -> None:
    assert parse_date(cell(written)) == ParsedDate(day, shape)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("2026/2/30", "date.not_real"),
        ("2026-02-29", "date.not_real"),
        ("20260230", "date.not_real"),
        ("2026/13/1", "date.not_real"),
        ("2021.6", "date.needs_day"),
        (2021.6, "date.needs_day"),
        ("2021年6月", "date.needs_day"),
        ("202106", "date.needs_day"),
        ("2021", "date.needs_day"),
        (2021, "date.needs_day"),
        ("21.6.1", "date.short_year"),
        ("1/2/2015", "date.unclear_order"),
        ("0219/3/1", "date.out_of_range"),
        ("去年三月", "date.unreadable"),
        (317, "date.unreadable"),
        (True, "date.unreadable"),
    ],
)
def test_a_date_that_cannot_be_is_a_problem_and_never_a_guess(written: Any, expected: str) -> None:
    assert code(parse_date(cell(written))) == expected


def test_a_day_that_does_not_exist_is_told_with_the_length_of_the_month() -> None:
    problem = parse_date(cell("2026/2/30"))
    assert isinstance(problem, Problem)
    assert (problem.message.zh, problem.fix.zh) == ("2026/2/30 不存在", "2026 年 2 月只有 28 天。")


@pytest.mark.parametrize("written", ["", " ", "-", "/", "无", "待定", "NULL", "N/A", "?"])
def test_words_for_nothing_are_blank_in_every_parser(written: str) -> None:
    assert is_blank_word(written)
    assert parse_date(cell(written)) is None
    assert parse_number(cell(written)) is None
    assert parse_duration_seconds(cell(written)) is None
    assert parse_employee_number(cell(written)) is None


def test_day_and_month_are_judged_over_the_whole_column() -> None:
    assert judge_day_order(["1/2/2015", "13/2/2015", "3/4/2015"]) == "dmy"
    assert judge_day_order(["1/2/2015", "2/13/2015"]) == "mdy"
    assert judge_day_order(["01-03-2015", "1/13/2015"]) == "mdy"
    assert judge_day_order(["2015-01-02", "", "x"]) == ""
    assert code(judge_day_order(["1/2/2015", "3/4/2015"])) == "date.unclear_order"
    assert code(judge_day_order(["13/2/2015", "2/13/2015"])) == "date.mixed_order"
    assert parse_date(cell("1/2/2015"), "dmy") == ParsedDate(date(2015, 2, 1), "dmy")
    assert parse_date(cell("1/2/2015"), "mdy") == ParsedDate(date(2015, 1, 2), "mdy")
    assert code(parse_date(cell("13/2/2015"), "mdy")) == "date.not_real"


@given(st.dates(date(1930, 1, 1), date(2100, 1, 1)))
def test_every_day_is_read_back_from_every_unambiguous_shape(day: date) -> None:
    shapes = [
        day.isoformat(),
        f"{day:%Y%m%d}",
        f"{day.year}/{day.month}/{day.day}",
        f"{day.year}.{day.month:02d}.{day.day:02d}",
        f"{day.year}年{day.month}月{day.day}日",
        excel_day_number(day),
        str(excel_day_number(day)),
    ]
    found = [parse_date(cell(shape)) for shape in shapes]
    assert [one.value if isinstance(one, ParsedDate) else one for one in found] == [day] * len(shapes)


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("2026-03-02 22:10", datetime(2026, 3, 2, 22, 10)),
        ("2026-03-02T22:10:05", datetime(2026, 3, 2, 22, 10, 5)),
        ("2026-03-02T14:10:00Z", datetime(2026, 3, 2, 22, 10)),
        ("2026-03-02T22:10:00+08:00", datetime(2026, 3, 2, 22, 10)),
        ("2026/3/2 8:05", datetime(2026, 3, 2, 8, 5)),
        ("2019/10/8 星期二 17:43", datetime(2019, 10, 8, 17, 43)),
        ("2026年3月2日 下午3点20分", datetime(2026, 3, 2, 15, 20)),
        ("2026-3-2 12:30 AM", datetime(2026, 3, 2, 0, 30)),
        ("2026-03-02 24:00", datetime(2026, 3, 3)),
        ("29/2/2016 01:16", datetime(2016, 2, 29, 1, 16)),
        ("20260302221000", datetime(2026, 3, 2, 22, 10)),
        (43983.5, datetime(2020, 6, 1, 12)),
        (datetime(2026, 3, 2, 22, 10), datetime(2026, 3, 2, 22, 10)),
    ],
)
def test_a_moment_is_read_in_local_time(written: Any, moment: datetime) -> None:
    assert parse_datetime(cell(written)) == moment


@pytest.mark.parametrize("written", ["2026-03-02 25:00", "2026-03-02 22:60", "22:10", "2026-02-30 10:00"])
def test_a_moment_that_cannot_be_is_a_problem(written: str) -> None:
    assert code(parse_datetime(cell(written))).startswith("date.")


@pytest.mark.parametrize(
    ("written", "seconds"),
    [
        ("1:30", 5400),
        ("1:30:15", 5415),
        ("26:00", 93600),
        ("90分钟", 5400),
        ("1小时30分", 5400),
        ("1.5h", 5400),
        ("2天", 172800),
        (time(1, 30), 5400),
        (timedelta(hours=26), 93600),
    ],
)
def test_a_length_of_time_is_read(written: Any, seconds: int) -> None:
    assert parse_duration_seconds(cell(written)) == seconds


def test_a_bare_number_is_a_length_only_with_a_unit() -> None:
    assert parse_duration_seconds(cell("90"), plain_unit="min") == 5400
    assert code(parse_duration_seconds(cell("90"))) == "duration.unreadable"
    assert code(parse_duration_seconds(cell("很久"))) == "duration.unreadable"


@pytest.mark.parametrize(
    ("written", "millionths", "unit", "qualifier"),
    [
        ("1,234", 1_234_000_000, "", ""),
        ("1,234,567.5", 1_234_567_500_000, "", ""),
        ("30%", 300_000, "%", ""),
        ("3‰", 3_000, "%", ""),
        ("500万", 5_000_000_000_000, "", ""),
        ("500万元", 5_000_000_000_000, "元", ""),
        ("1.2亿", 120_000_000_000_000, "", ""),
        ("2千件", 2_000_000_000, "件", ""),
        ("≥95%", 950_000, "%", "≥"),
        ("不超过3次", 3_000_000, "次", "≤"),
        ("4.5及以上", 4_500_000, "", "≥"),
        ("１２．５", 12_500_000, "", ""),
        ("(1,234)", -1_234_000_000, "", ""),
        ("（80）", -80_000_000, "", ""),
        ("−3", -3_000_000, "", ""),
        ("-0.5", -500_000, "", ""),
        ("1234-", -1_234_000_000, "", ""),
        ("¥1,200.00", 1_200_000_000, "", ""),
        ("-￥5", -5_000_000, "", ""),
        ("1.5E+3", 1_500_000_000, "", ""),
        (0.1 + 0.2, 300_000, "", ""),
        (-20, -20_000_000, "", ""),
    ],
)
def test_a_number_is_read_exactly(written: Any, millionths: int, unit: str, qualifier: str) -> None:
    found = parse_number(cell(written))
    assert isinstance(found, ParsedNumber)
    assert (found.millionths, found.unit, found.qualifier, found.was_rounded) == (
        millionths,
        unit,
        qualifier,
        False,
    )


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("1.1E+17", "number.out_of_range"),
        (10**13, "number.out_of_range"),
        ("1e999", "number.out_of_range"),
        ("1,23", "number.comma"),
        ("12,3456", "number.comma"),
        ("#DIV/0!", "number.excel_error"),
        ("abc", "number.not_a_number"),
        ("95-100", "number.not_a_number"),
        ("3/4", "number.not_a_number"),
        (True, "number.not_a_number"),
        (date(2026, 3, 2), "number.not_a_number"),
    ],
)
def test_what_is_no_number_is_a_problem(written: Any, expected: str) -> None:
    assert code(parse_number(cell(written))) == expected


def test_more_than_six_decimals_are_rounded_half_up_and_said_so() -> None:
    assert parse_number(cell("0.0000005")) == ParsedNumber(1, was_rounded=True)
    assert parse_number(cell("-0.0000005")) == ParsedNumber(-1, was_rounded=True)
    assert parse_number(cell("0.00000049")) == ParsedNumber(0, was_rounded=True)
    assert parse_number(cell("9223372036854.775807")) == ParsedNumber(2**63 - 1)
    assert code(parse_number(cell("9223372036854.775808"))) == "number.out_of_range"


def test_a_unit_in_the_cell_wins_over_the_scale_of_the_head() -> None:
    scale = 10_000 * 1_000_000
    assert parse_number(cell("118.0"), scale_millionths=scale) == ParsedNumber(1_180_000_000_000)
    found = parse_number(cell("-80,000元"), scale_millionths=scale)
    assert found == ParsedNumber(-80_000_000_000, "元", is_absolute=True)


@given(st.decimals(-(10**9), 10**9, places=8))
def test_a_plain_decimal_is_what_decimal_says(value: Decimal) -> None:
    found = parse_number(cell(f"{value:f}"))
    exact = value * 1_000_000
    assert isinstance(found, ParsedNumber)
    assert found.millionths == int(exact.to_integral_value(ROUND_HALF_UP))
    assert found.was_rounded == (exact != exact.to_integral_value())


@pytest.mark.parametrize(
    ("label", "words", "unit"),
    [
        ("签单额(万元)", "签单额", "wan_yuan"),
        ("产量（单位：千件）", "产量", "kilo_piece"),
        ("合格率(%)", "合格率", "percent"),
        ("工时/小时", "工时", "hour"),
        ("停机 (分钟)", "停机", "minute"),
    ],
)
def test_the_unit_in_a_head_is_read(label: str, words: str, unit: str) -> None:
    found, known = split_head_unit(label)
    assert (found, known.code if known else "") == (words, unit)


@pytest.mark.parametrize("label", ["工号/姓名", "销量（新）", "部门"])
def test_brackets_without_a_unit_stay_part_of_the_head(label: str) -> None:
    assert split_head_unit(label)[1] is None


@pytest.mark.parametrize(
    ("written", "name"),
    [
        (" 张 伟 ", "张伟"),
        ("张\u3000伟", "张伟"),
        ("欧阳海\u200b", "欧阳海"),
        *[(f"阿依古丽{dot}买买提", "阿依古丽·买买提") for dot in "·•・‧．."],
        ("John  Smith", "John Smith"),
        ("A.B. Wang", "A.B. Wang"),
    ],
)
def test_a_name_has_one_spelling(written: str, name: str) -> None:
    assert clean_name(written) == name


@pytest.mark.parametrize(
    ("written", "text", "was_padded"),
    [
        (317, "000317", True),
        ("317", "000317", True),
        ("000317", "000317", False),
        ("'000317", "000317", False),
        ("317.0", "000317", True),
        (317.0, "000317", True),
        ("E0317", "E0317", False),
        ("1234567", "1234567", False),
        (" ３１７ ", "000317", True),
    ],
)
def test_an_employee_number_is_text_of_the_usual_width(written: Any, text: str, was_padded: bool) -> None:
    found = parse_employee_number(cell(written), width=6)
    assert not isinstance(found, Problem) and found is not None
    assert (found.text, found.was_padded) == (text, was_padded)


def test_without_a_usual_width_no_zero_is_invented() -> None:
    found = parse_employee_number(cell(317))
    assert not isinstance(found, Problem) and found is not None
    assert (found.text, found.was_padded) == ("317", False)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("1.1E+17", "number.mangled"),
        (12.5, "number.not_a_code"),
        (date(2019, 7, 13), "number.not_a_code"),
        (True, "number.not_a_code"),
    ],
)
def test_what_is_no_employee_number_is_a_problem(written: Any, expected: str) -> None:
    assert code(parse_employee_number(cell(written), width=6)) == expected


def test_yes_and_no_in_their_forms() -> None:
    assert [parse_yes_no(cell(word)) for word in ("是", "√", "Y", True, "1")] == [True] * 5
    assert [parse_yes_no(cell(word)) for word in ("否", "×", "no", False, "0")] == [False] * 5
    assert parse_yes_no(cell("也许")) is None


@pytest.mark.parametrize("value", [time(), date(1900, 1, 1), datetime(1900, 1, 1), date(2119, 5, 13)])
def test_a_date_cell_out_of_the_years_people_mean_is_refused_like_the_text(value: Any) -> None:
    assert code(parse_date(cell(value))) == "date.out_of_range"
