"""The roster and the moves against the table of the demo company."""

from __future__ import annotations

import statistics
from collections import Counter
from datetime import date, datetime, timedelta
from typing import Any

from jiyu.config.demo.files import DemoFiles
from tests.demo.reading import Record, leaver_rows, number_text, roster_rows, rows_of


def _day(value: Any) -> date:
    """A date in any of the roster's shapes."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, int):
        return date(1899, 12, 30) + timedelta(days=value)
    for shape in ("%Y.%m.%d", "%Y/%m/%d", "%Y年%m月%d日", "%Y%m%d"):
        try:
            return datetime.strptime(value, shape).date()
        except ValueError:
            continue
    raise AssertionError(value)


def _by_department(demo: DemoFiles) -> list[tuple[str, Record]]:
    """The roster's rows with the merged department column filled down."""
    found, department = [], ""
    for row in roster_rows(demo):
        department = row["一级部门"] or department
        found.append((department, row))
    return found


def _moves(demo: DemoFiles, sheet: str) -> list[Record]:
    (file,) = demo.of_kind("moves")
    return list(rows_of(demo.path_of(file), sheet))


def test_heads_per_department(demo: DemoFiles) -> None:
    assert Counter(department for department, _ in _by_department(demo)) == {
        "总经办": 4, "一车间": 92, "二车间": 78, "质量部": 18, "计划物流部": 16, "设备动力部": 12,
        "销售部": 34, "研发中心": 28, "技术支持与售后": 16, "采购部": 8, "人力行政部": 8, "财务部": 6,
    }  # fmt: skip


def test_heads_per_job_grade(demo: DemoFiles) -> None:
    assert Counter(row["职级"] for row in roster_rows(demo)) == {
        "P1": 70, "P2": 88, "P3": 62, "P4": 34, "P5": 18, "P6": 8, "P7": 3, "P8": 1,
        "M1": 20, "M2": 8, "M3": 5, "M4": 2, "M5": 1,
    }  # fmt: skip


def test_twenty_one_crews_one_led_by_an_acting_p4(demo: DemoFiles) -> None:
    rows = _by_department(demo)
    crews = {row["班组"]: department for department, row in rows if row["班组"]}
    assert Counter(crews.values()) == {"一车间": 12, "二车间": 9}
    leads = [row for _, row in rows if row["岗位"] in {"班组长", "代班组长"}]
    assert Counter(row["职级"] for row in leads) == {"M1": 20, "P4": 1}
    assert {row["班组"] for row in leads} == set(crews)


def test_years_of_service(demo: DemoFiles) -> None:
    years = [(date(2026, 3, 31) - _day(row["入职日期"])).days / 365.25 for row in roster_rows(demo)]
    bands = [sum(low <= y < high for y in years) for low, high in ((0, 1), (1, 3), (3, 7), (7, 99))]
    assert bands == [58, 83, 96, 83]  # 18, 26, 30, 26 % of 320
    assert min(_day(row["入职日期"]) for row in roster_rows(demo)) == date(2011, 3, 1)
    assert max(_day(row["入职日期"]) for row in roster_rows(demo)) <= date(2026, 3, 31)


def test_years_of_birth(demo: DemoFiles) -> None:
    spans = {"一车间": (1972, 2006), "二车间": (1972, 2006), "研发中心": (1982, 2002)}
    shop = []
    for department, row in _by_department(demo):
        low, high = spans.get(department, (1973, 2003))
        year = row["出生日期"].year
        assert low <= year <= high, row["姓名"]
        assert _day(row["入职日期"]).year - year >= 18, row["姓名"]
        if department in {"一车间", "二车间"}:
            shop.append(year)
    assert abs(statistics.median(shop) - 1990) <= 2


def test_people_of_the_stories_are_there(demo: DemoFiles) -> None:
    found = {
        (number_text(row["工号"]), row["姓名"]): (department, row["二级部门"], row["班组"], row["岗位"])
        for department, row in _by_department(demo)
    }
    assert found["000001", "李国栋"] == ("总经办", None, None, "总经理")
    assert found["000005", "周建国"] == ("一车间", None, None, "车间主任")
    assert found["000011", "赵刚"] == ("一车间", "CNC线", "CNC A班", "班组长")
    assert found["000317", "林晓峰"] == ("一车间", "CNC线", "CNC A班", "CNC操作工")
    assert found["000318", "张伟"] == ("一车间", "CNC线", "CNC A班", "CNC操作工")
    assert found["000402", "张伟"] == ("销售部", "华东区", None, "销售工程师")
    assert found["000403", "欧阳海"][1] == "华南区"
    assert found["000210", "王敏"] == ("销售部", "华东区", None, "华东区经理")
    assert found["000511", "阿依古丽·买买提"][0] == "二车间"
    names = {name for _, name in found}
    assert names >= {"许静", "刘敏", "何嘉", "高岚", "林启明", "郭建军", "方志远", "何平", "钱程"}
    assert names >= {"陈建军", "沈丽", "吴海燕", "周大勇"}
    east = {name for (_, name), place in found.items() if place[1] == "华东区"}
    assert east == {"王敏", "张伟", "陈晨", "李强", "赵蕾", "孙涛", "周倩"}


def test_zhao_gang_leads_fourteen(demo: DemoFiles) -> None:
    crew = [row for row in roster_rows(demo) if row["班组"] == "CNC A班"]
    assert sum(row["直接上级"] in {"赵刚", "000011"} for row in crew) == 14
    assert len(crew) == 15


def test_exactly_two_pairs_share_a_name(demo: DemoFiles) -> None:
    names = Counter(row["姓名"] for row in (*roster_rows(demo), *leaver_rows(demo)))
    assert {name for name, count in names.items() if count > 1} == {"张伟", "刘洋"}
    assert max(names.values()) == 2


def test_numbers_are_unique_and_some_lost_their_zeros(demo: DemoFiles) -> None:
    written = [row["工号"] for row in (*roster_rows(demo), *leaver_rows(demo))]
    assert len({number_text(value) for value in written}) == 380
    assert 20 <= sum(isinstance(value, int) for value in written) <= 80


def test_every_lead_is_somebody_but_for_the_two_planted_questions(demo: DemoFiles) -> None:
    rows = roster_rows(demo)
    names = Counter(row["姓名"] for row in (*rows, *leaver_rows(demo)))
    numbers = {number_text(row["工号"]) for row in rows}
    open_questions = [
        (row["姓名"], row["直接上级"]) for row in rows if row["直接上级"] not in numbers and names[row["直接上级"]] != 1
    ]
    assert len(open_questions) == 2
    assert open_questions[0] == ("李国栋", None)
    assert open_questions[1][1] == "李总"


def test_dates_are_written_in_six_ways(demo: DemoFiles) -> None:
    def shape(value: Any) -> str:
        return type(value).__name__ if not isinstance(value, str) else "".join(c for c in value if c in "./年")

    shapes = Counter(shape(row["入职日期"]) for row in roster_rows(demo))
    assert set(shapes) == {"datetime", "int", "..", "//", "年", ""}
    assert min(shapes.values()) >= 10


def test_identity_numbers_have_right_check_digits_and_belong_to_nobody(demo: DemoFiles) -> None:
    weights = [2 ** (17 - i) % 11 for i in range(17)]
    for row in roster_rows(demo):
        number = row["身份证号"]
        rest = sum(int(d) * w for d, w in zip(number[:17], weights, strict=True)) % 11
        assert number[17] == "10X98765432"[rest]
        assert number.startswith("320599")
        assert number[6:14] == f"{row['出生日期']:%Y%m%d}"
        assert (int(number[16]) % 2 == 1) == (row["性别"] == "男")


def test_status_stands_in_the_remarks(demo: DemoFiles) -> None:
    remarks = Counter((row["备注"] or "")[:2] for row in roster_rows(demo) if row["备注"])
    assert remarks == {"复职": 4, "产假": 1, "代班": 1, "返聘": 1}


def test_moves_of_fifteen_months(demo: DemoFiles) -> None:
    sheets = ("调动", "晋升", "离职", "复职", "产假")
    assert [len(_moves(demo, sheet)) for sheet in sheets] == [12, 9, 64, 4, 3]
    starts = [row["生效日期"].date() for row in _moves(demo, "调动")]
    assert sum((day.month, day.day) not in {(1, 1), (4, 1), (7, 1), (10, 1)} for day in starts) == 5
    assert all(row["原部门"].split("/")[0] != row["新部门"].split("/")[0] for row in _moves(demo, "调动"))
    assert len({row["工号"] for row in _moves(demo, "调动")}) == 12


def test_leavers_by_side_and_none_after_february(demo: DemoFiles) -> None:
    left = _moves(demo, "离职")
    shop = [row for row in left if row["部门"] in {"一车间", "二车间"}]
    assert len(shop) == 47  # 22 % of 170 a year, fifteen months
    assert all(date(2025, 1, 1) <= row["离职日期"].date() <= date(2026, 2, 28) for row in left)
    back = {row["工号"] for row in _moves(demo, "复职")}
    assert len(leaver_rows(demo)) == 60
    assert not back & {number_text(row["工号"]) for row in leaver_rows(demo)}
    assert all(row["复职日期"] > row["原离职日期"] for row in _moves(demo, "复职"))
