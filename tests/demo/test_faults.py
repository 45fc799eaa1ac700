"""Every planted fault is in the files, once, where it is said to be."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime

from jiyu.config.demo.files import DemoFiles
from tests.demo.reading import Facts, number_text, roster_rows, rows_of


def test_downtime_misses_on_two_days_of_one_crew(demo: DemoFiles) -> None:
    blank = [
        row
        for file in demo.files if file.source == "mes_running"
        for row in rows_of(demo.path_of(file)) if row["停机(分钟)"] is None
    ]  # fmt: skip
    assert {row["日期"] for row in blank} == {"2025-11-12", "2025-11-13"}
    crew = {number_text(row["工号"]) for row in roster_rows(demo) if row["班组"] == "磨齿C班"}
    assert {row["工号"] for row in blank} <= crew
    assert len(blank) > 4


def test_night_reports_carry_the_next_calendar_day(demo: DemoFiles) -> None:
    rows = rows_of(demo.folder / "MES报工_202602.xlsx")
    early = [row for row in rows if row["完工时间"].hour < 8]
    assert early
    assert {row["班次"] for row in early} == {"夜班"}
    assert all(row["完工时间"].hour >= 8 for row in rows if row["班次"] != "夜班")


def test_one_month_was_uploaded_twice(demo: DemoFiles) -> None:
    first, second = demo.folder / "MES报工_202508.csv", demo.folder / "MES报工_202508 (1).csv"
    assert first.read_bytes() == second.read_bytes()
    names = [file.path for file in demo.files]
    assert names.index(second.name) == names.index(first.name) + 1


def test_money_is_in_ten_thousands_in_erp_and_in_yuan_in_crm(demo: DemoFiles) -> None:
    heads = {source.code: {measure.unit for measure in source.measures} for source in demo.sources}
    assert heads["crm_deals"] == {"元"}
    assert heads["erp_collections"] == heads["erp_receivables"] == heads["erp_invoices"] == {"万元"}
    deals = [float(row["签单额(元)"]) for row in rows_of(demo.folder / "CRM签单明细_2025.csv")]
    assert max(deals) > 500_000
    due = [float(row["当期应收(万元)"]) for row in rows_of(demo.folder / "ERP回款_202512.xlsx")]
    assert 1 < max(due) < 500


def test_attendance_lost_its_leading_zeros(demo: DemoFiles) -> None:
    rows = rows_of(demo.folder / "考勤月报_202602.xlsx")
    assert all(isinstance(row["工号"], int) for row in rows)
    assert 317 in {row["工号"] for row in rows}


def test_worked_saturdays_count_as_days_due(demo: DemoFiles) -> None:
    (lin,) = [row for row in rows_of(demo.folder / "考勤月报_202602.xlsx") if row["姓名"] == "林晓峰"]
    assert lin["应出勤"] == 16  # 14 weekdays and two Saturdays around the spring festival
    days = {row["日期"] for row in rows_of(demo.folder / "MES生产计划_202602.csv")}
    assert {"2026-02-14", "2026-02-28"} <= days
    assert not {"2026-02-16", "2026-02-23", "2026-02-21"} & days


def test_crm_knows_names_only_and_one_of_them_is_two_people(demo: DemoFiles) -> None:
    rows = rows_of(demo.folder / "CRM签单明细_2026Q1.csv")
    assert "工号" not in rows[0]
    owners = {row["负责人"] for row in rows}
    people = Counter(row["姓名"] for row in roster_rows(demo))
    assert {name for name in owners if people[name] != 1} == {"张伟"}


def test_returned_orders_are_negative(demo: DemoFiles) -> None:
    deals = rows_of(demo.folder / "CRM签单明细_2025.csv")
    back = [row for row in deals if float(row["签单额(元)"]) < 0]
    assert {row["备注"] for row in back} == {"退货冲减"}
    assert len(back) > 10
    invoices = rows_of(demo.folder / "ERP收入成本_2025.csv")
    assert any(float(row["收入(万元)"]) < 0 and float(row["成本(万元)"]) < 0 for row in invoices)


def test_collections_of_two_people_have_not_come_for_march(demo: DemoFiles) -> None:
    def names(month: str) -> set[str]:
        return {row["姓名"] for row in rows_of(demo.folder / f"ERP回款_2026{month}.xlsx")}

    assert names("02") - names("03") == {"欧阳海", "何嘉"}


def test_an_unknown_number_closes_the_march_reports(demo: DemoFiles) -> None:
    rows = rows_of(demo.folder / "MES报工_202603.xlsx")
    known = {number_text(row["工号"]) for row in roster_rows(demo)}
    assert [row["工号"] for row in rows if number_text(row["工号"]) not in known] == [999999]
    assert rows[-1]["工号"] == 999999
    keys = Counter(row["报工单号"] for row in rows)
    assert [key for key, count in keys.items() if count > 1] == ["R2603020003172"]


def test_reports_have_unique_keys_but_for_the_planted_one(demo: DemoFiles) -> None:
    for source in demo.sources:
        files = [f for f in demo.files if f.source == source.code and f.kind == "records"]
        keys = [
            tuple(str(row[head]) for head in source.key)
            for file in files if file.path != "MES报工_202508 (1).csv"
            for row in rows_of(demo.path_of(file))
        ]  # fmt: skip
        twice = 1 if source.code == "mes_report" else 0
        assert len(keys) - len(set(keys)) == twice, source.code


def test_chen_jianjun_was_booked_180_on_the_nineteenth(facts: Facts) -> None:
    number = facts.by_name["陈建军"]
    (row,) = [row for day, row in facts.records["mes_report", number] if day == date(2026, 3, 19)]
    assert row["合格"] == 180
    assert row["班次"] == "白班"
    assert isinstance(row["完工时间"], datetime)


def test_no_more_was_inspected_than_made_and_no_rate_is_above_its_whole(facts: Facts) -> None:
    for (source, _), rows in facts.records.items():
        for _, row in rows:
            if source == "mes_report":
                assert 0 <= int(row["首检合格"]) <= int(row["送检"]) <= int(row["合格"]) + int(row["不良"])
            if source == "erp_orders":
                assert 0 <= int(row["准时行"]) <= int(row["应交行"])
            if source == "attendance":
                assert 0 <= row["实出勤"] <= row["应出勤"]
