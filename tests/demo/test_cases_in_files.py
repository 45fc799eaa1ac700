"""CASES B1, B2, B3, B5 and B6, recomputed from the written files."""

from __future__ import annotations

from datetime import date, datetime

import openpyxl
import pytest

from jiyu.config.demo.files import DemoFiles, DemoIndicator
from tests.demo.reading import Facts, Scores, business_day, rows_of, sheet_rows

MARCH = (date(2026, 3, 1), date(2026, 3, 31))
QUARTER = (date(2025, 10, 1), date(2025, 12, 31))


def _indicator(demo: DemoFiles, code: str) -> DemoIndicator:
    return next(item for item in demo.indicators if item.code == code)


def _sum(facts: Facts, source: str, head: str, day: date | None = None) -> float:
    rows = facts.records[source, "000317"]
    wanted = [row for on, row in rows if (on == day if day else MARCH[0] <= on <= MARCH[1])]
    return sum(float(row[head]) for row in wanted)


def test_b1_roster_row_by_row(demo: DemoFiles) -> None:
    rows = list(openpyxl.load_workbook(demo.folder / "花名册_B1.xlsx")["花名册"].iter_rows(values_only=True))
    assert rows[1] == ("工号", "姓名", "部门", "直接上级", "入职日期")
    assert rows[2:10] == [
        (317, "林晓峰", "一车间", "赵刚", "2023/7/3"),
        ("000318", "张伟", "一车间", "赵刚", "2019.03.11"),
        ("000402", "张伟", "销售部", "王敏", "20210601"),
        ("000011", "赵刚", "一车间", "周建国", "2012-05-02"),
        ("000005", "周建国", "一车间", None, "2011年3月1日"),
        ("000210", "王敏", "销售部", "李总", 43983),
        ("000402", "欧阳海", "销售部", "王敏", "2022/1/4"),
        ("000511", "阿依古丽·买买提", "二车间", "张伟", "2026/2/30"),
    ]
    assert rows[10][:2] == ("合计", "8人")
    assert not (rows[11][0] or "").strip()
    assert len(rows) == 12


def test_b3_alone_seven_rows_one_twice_one_unknown(demo: DemoFiles) -> None:
    rows = rows_of(demo.folder / "MES报工_B3.xlsx")
    assert [(row["工号"], row["合格"], row["不良"]) for row in rows] == [
        (317, 120, 2), (317, 140, 1), (317, 130, 3), (317, 130, 3), (317, 150, 0), (317, -20, 20),
        (999999, 60, 1),
    ]  # fmt: skip
    kept = dict.fromkeys((row["完工时间"], row["合格"], row["不良"]) for row in rows if row["工号"] == 317)
    by_day: dict[date, list[int]] = {}
    for at, good, bad in kept:
        day = by_day.setdefault(business_day(at, "08:00"), [0, 0])
        day[0] += good
        day[1] += bad
    assert by_day == {date(2026, 3, 2): [390, 6], date(2026, 3, 3): [130, 20]}
    plan = [row["计划"] for row in rows_of(demo.folder / "MES生产计划_B3.xlsx")]
    assert plan == [400, 300]
    assert round(520 / sum(plan) * 100, 2) == 74.29


def test_b3_opens_the_march_file_of_the_company(demo: DemoFiles) -> None:
    rows = rows_of(demo.folder / "MES报工_202603.xlsx")[:6]
    assert [(row["完工时间"], row["工号"], row["合格"], row["不良"]) for row in rows] == [
        (datetime(2026, 3, 2, 22, 10), 317, 120, 2),
        (datetime(2026, 3, 3, 1, 30), 317, 140, 1),
        (datetime(2026, 3, 3, 7, 40), 317, 130, 3),
        (datetime(2026, 3, 3, 7, 40), 317, 130, 3),
        (datetime(2026, 3, 3, 22, 20), 317, 150, 0),
        (datetime(2026, 3, 4, 2, 0), 317, -20, 20),
    ]
    assert rows[2] == rows[3]


def test_b3_days_within_the_company(facts: Facts) -> None:
    second, third = date(2026, 3, 2), date(2026, 3, 3)
    assert [_sum(facts, "mes_report", head, second) for head in ("合格", "不良")] == [390, 6]
    assert [_sum(facts, "mes_report", head, third) for head in ("合格", "不良")] == [130, 20]
    assert [_sum(facts, "mes_plan", "计划数", day) for day in (second, third)] == [400, 300]


def test_b5_sums_of_march(facts: Facts) -> None:
    assert _sum(facts, "mes_report", "合格") == 4368
    assert _sum(facts, "mes_plan", "计划数") == 4480
    assert (_sum(facts, "mes_report", "首检合格"), _sum(facts, "mes_report", "送检")) == (2115, 2160)
    planned, stopped = (_sum(facts, "mes_running", head) for head in ("计划时间(分钟)", "停机(分钟)"))
    assert (planned - stopped) / planned == 0.88
    assert _sum(facts, "mes_running", "标准工时(分钟)") / (planned - stopped) == pytest.approx(0.92, abs=1e-12)
    assert len([on for on, _ in facts.records["mes_running", "000317"] if on >= MARCH[0]]) == 22
    (violation,) = [row for on, row in facts.records["safety", "000317"] if MARCH[0] <= on <= MARCH[1]]
    assert violation["登记人"] == "赵刚"
    assert violation["发生时间"].date() == date(2026, 3, 18)


def test_b5_score(demo: DemoFiles, facts: Facts) -> None:
    assert facts.value(_indicator(demo, "oee"), "000317", *MARCH) == pytest.approx(79.273333, abs=1e-6)
    assert Scores(demo, facts, "2026-03").scores["000317"] == pytest.approx(96.2093333, abs=1e-6)


def test_two_late_reports_lie_apart(demo: DemoFiles) -> None:
    late = demo.files[-4]
    assert (late.path, late.rows) == ("MES报工_补报_20260408.xlsx", 2)
    rows = rows_of(demo.path_of(late))
    assert {row["工号"] for row in rows} == {317}
    assert all(MARCH[0] <= business_day(row["完工时间"], "08:00") <= MARCH[1] for row in rows)
    known = {row["报工单号"] for row in rows_of(demo.folder / "MES报工_202603.xlsx")}
    assert not known & {row["报工单号"] for row in rows}


def test_b2_numbers_of_zhang_wei(demo: DemoFiles, facts: Facts) -> None:
    values = {
        code: facts.value(_indicator(demo, code), "000402", *QUARTER)
        for code in ("sign_rate", "collection_rate", "customer_rating", "overdue_rate")
    }
    assert values == {
        "sign_rate": 4_613_000,
        "collection_rate": pytest.approx(92.3, abs=1e-9),
        "customer_rating": pytest.approx(4.46, abs=1e-9),
        "overdue_rate": pytest.approx(3.6, abs=1e-9),
    }
    lines = [row for row in sheet_rows(demo, "2025Q4") if row["工号"] == "000402"]
    assert [row["权重"] for row in lines] == ["40%", "25%", "20%", "15%"]
    assert Scores(demo, facts, "2025Q4").scores["000402"] == pytest.approx(89.754, abs=1e-6)


def test_b6_scores_of_the_east(demo: DemoFiles, facts: Facts) -> None:
    scores = Scores(demo, facts, "2025Q4").scores
    found = {name: scores[facts.by_name[name]] for name in ["陈晨", "王敏", "李强", "赵蕾", "孙涛", "周倩"]}
    assert found == {
        "陈晨": pytest.approx(98.80), "王敏": pytest.approx(89.60), "李强": pytest.approx(84.60),
        "赵蕾": pytest.approx(95.50), "孙涛": pytest.approx(67.50), "周倩": pytest.approx(114.375),
    }  # fmt: skip
    (rating,) = [row for row in sheet_rows(demo, "2025Q4") if row["姓名"] == "周倩" and row["指标"] == "客户评价"]
    assert rating["适用"] == "不适用"
