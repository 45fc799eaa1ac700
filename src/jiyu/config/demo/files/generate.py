"""Writes the files and their manifest."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from . import cases
from .company import Company, make_company
from .cycles import CYCLES
from .indicators import INDICATORS
from .manifest import DemoAnswer, DemoFile, DemoFiles, DemoMatch, FileKind
from .roster import write_moves, write_roster, written_by_nickname
from .sheets import write_sheets
from .sources import HEADS, SOURCES
from .units import COMPANY
from .writing import Row, write_csv, write_table_xlsx

SEED = 20260408
FIRST_YEAR = "2025"
NEWEST_MONTH = "2026-03"
TWICE = "2025-08"  # this month of reports was uploaded twice
ZEROS_EATEN = {"attendance"}  # this system writes 工号 as numbers, in all its files
MONTHLY = (
    "mes_plan",
    "mes_report",
    "mes_running",
    "mes_assembly",
    "mes_changeover",
    "safety",
    "board",
    "erp_collections",
    "attendance",
)
SPREADSHEETS = {"attendance", "erp_collections", "safety", "visits", "key_results", "board", "hr_staffing"}
WHEN = {source.code: source.when for source in SOURCES}
TITLED = {"attendance": "考勤月报", "board": "经营月报"}
NAMES = {
    "mes_plan": "MES生产计划",
    "mes_report": "MES报工",
    "mes_running": "MES设备日报",
    "mes_assembly": "MES装配报工",
    "mes_changeover": "MES换线",
    "mes_shipments": "MES出货检验",
    "mes_hours": "MES设备运行",
    "mes_faults": "MES故障单",
    "mes_checks": "MES点检",
    "safety": "安全表单",
    "attendance": "考勤月报",
    "crm_deals": "CRM签单明细",
    "crm_forecasts": "CRM预测",
    "erp_collections": "ERP回款",
    "erp_receivables": "ERP应收",
    "erp_invoices": "ERP收入成本",
    "erp_orders": "ERP订单交付",
    "erp_deliveries": "ERP来料",
    "erp_inspections": "ERP来料检验",
    "erp_stock": "ERP库存",
    "erp_closing": "ERP关账",
    "erp_budget": "ERP预算",
    "plm_changes": "PLM设计变更",
    "visits": "客户回访表",
    "tickets": "工单",
    "milestones": "项目里程碑",
    "sprints": "Jira迭代",
    "defects": "缺陷统计",
    "key_results": "研发KR评分",
    "hr_staffing": "HR人员",
    "hr_hires": "HR招聘",
    "board": "经营月报",
}


class _Shelf:
    """Collects what was written, in import order."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.files: list[DemoFile] = []

    def put(
        self,
        name: str,
        kind: FileKind,
        write: Callable[[Path], int | None],
        *,
        source: str = "",
        period: str = "",
        rows: int = 0,
        note: str = "",
    ) -> None:
        """Write one file and note it; `write` may return the number of rows."""
        counted = write(self.folder / name)
        order = len(self.files) + 1
        self.files.append(DemoFile(name, kind, source, order, period, counted or rows, note))


def generate(folder: Path, *, seed: int = SEED) -> DemoFiles:
    """Write all files of the demo company into `folder` (made when missing) and say what they are.

    The same seed gives the same bytes on each run and each machine. Takes a few seconds and about 15 MB.
    Source: demo-company.md; CASES B1, B2, B3, B5, B6.
    """
    folder.mkdir(parents=True, exist_ok=True)
    company = make_company(seed)
    shelf = _Shelf(folder)
    shelf.put(
        "花名册.xlsx",
        "roster",
        lambda path: write_roster(path, company.staff, seed),
        period=NEWEST_MONTH,
        note="总经理没写上级;一个人的上级写成李总;工号前导零被吃;入职日期六种写法;身份证号要遮",
    )
    shelf.put(
        "人事异动.xlsx",
        "moves",
        lambda path: write_moves(path, company.staff, seed),
        period="2025-01…2026-03",
    )
    _put_records(shelf, company)
    for cycle in CYCLES:
        sheets = [sheet for sheet in company.sheets if sheet.stint.cycle is cycle]
        shelf.put(
            f"sheets_{cycle.code}.csv",
            "sheets",
            partial(write_sheets, sheets=sheets),
            period=cycle.code,
        )
    late = cases.late_reports()
    shelf.put(
        "MES报工_补报_20260408.xlsx",
        "records",
        _table(HEADS["mes_report"], _as_numbers("mes_report", late), "报工"),
        source="mes_report",
        period=NEWEST_MONTH,
        rows=len(late),
        note="3 月归档之后才到的两条补报,林晓峰",
    )
    _put_cases(shelf)
    (asked,) = [person.number for person in company.staff.active if written_by_nickname(person)]
    answers = (DemoAnswer("lead:000001", "top"), DemoAnswer(f"lead:{asked}", "person", "000001"))
    matches = (DemoMatch("crm_deals", "张伟", "000402"),)
    return DemoFiles(folder, tuple(shelf.files), SOURCES, INDICATORS, CYCLES, matches, answers)


def _put_records(shelf: _Shelf, company: Company) -> None:
    """Every source in every period, older periods first, sources in the order of the catalogue."""
    periods = sorted({_period(s.code, month) for s in SOURCES for month in company.books.rows[s.code]})
    for period in periods:
        for source in SOURCES:
            months = company.books.rows[source.code]
            rows = [row for month in sorted(months) if _period(source.code, month) == period for row in months[month]]
            if rows:
                _put_source(shelf, source.code, period, rows)


def _period(source: str, month: str) -> str:
    """The file a month's rows go to: its own, or one for 2025 and one for 2026Q1."""
    if source in MONTHLY:
        return month
    return FIRST_YEAR if month.startswith(FIRST_YEAR) else "2026Q1"


def _put_source(shelf: _Shelf, source: str, period: str, rows: list[tuple[Any, ...]]) -> None:
    if source not in MONTHLY:  # a year's export comes by date, a month's from MES by person
        when = HEADS[source].index(WHEN[source])
        rows = sorted(rows, key=lambda row: row[when])
    if source == "mes_report" and period == NEWEST_MONTH:
        rows = [*_case_first(rows), cases.unknown_report()]
    eaten = source in ZEROS_EATEN or (source == "mes_report" and period == NEWEST_MONTH)
    cells = _as_numbers(source, rows) if eaten else rows
    name = f"{NAMES[source]}_{period.replace('-', '')}"
    spreadsheet = source in SPREADSHEETS or (source == "mes_report" and period.startswith("2026"))
    note = _note(source, period)
    if spreadsheet:
        title = f"{COMPANY}{TITLED[source]} {period}" if source in TITLED else ""
        write = _table(HEADS[source], cells, NAMES[source], title)
        shelf.put(f"{name}.xlsx", "records", write, source=source, period=period, rows=len(rows), note=note)
        return
    encoding = "gb18030" if source.startswith(("mes_", "erp_")) else "utf-8-sig"

    def write_plain(path: Path) -> None:
        write_csv(path, HEADS[source], cells, encoding=encoding)

    shelf.put(f"{name}.csv", "records", write_plain, source=source, period=period, rows=len(rows), note=note)
    if source == "mes_report" and period == TWICE:
        shelf.put(
            f"{name} (1).csv",
            "records",
            write_plain,
            source=source,
            period=period,
            rows=len(rows),
            note="同一个月上传了两次,内容一样",
        )


def _case_first(rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """林晓峰's rows stand first in March: the why page quotes rows 2–5 of the file."""
    number = HEADS["mes_report"].index("工号")
    return sorted(rows, key=lambda row: row[number] != cases.LIN)


def _note(source: str, period: str) -> str:
    notes = {
        (
            "mes_report",
            NEWEST_MONTH,
        ): "夜班属前一生产日;一行重复;一行冲销;工号 999999 查无此人;工号前导零被吃",
        ("mes_running", "2025-11"): "磨齿C班 11-12、11-13 停机没有数",
        ("erp_collections", NEWEST_MONTH): "欧阳海、何嘉两人的 3 月回款未到;单位万元",
        ("attendance", "2026-02"): "02-14、02-28 两个周六上班;工号前导零被吃",
        ("crm_deals", "2025"): "负责人只有姓名,张伟有两个;单位元;有负数退货",
        ("crm_deals", "2026Q1"): "负责人只有姓名,张伟有两个;单位元;有负数退货",
    }
    return notes.get((source, period), "")


def _as_numbers(source: str, rows: Sequence[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """The rows with 工号 as numbers: leading zeros gone, as spreadsheets do it."""
    at = HEADS[source].index("工号")
    return [(*row[:at], int(row[at]), *row[at + 1 :]) for row in rows]


def _table(head: Row, rows: Sequence[Row], sheet: str, title: str = "") -> Callable[[Path], None]:
    return lambda path: write_table_xlsx(path, head, rows, sheet=sheet, title=title)


def _put_cases(shelf: _Shelf) -> None:
    shelf.put("花名册_B1.xlsx", "case", cases.write_case_b1, rows=len(cases.B1_ROWS), note="CASES B1")
    shelf.put("MES报工_B3.xlsx", "case", cases.write_case_b3, source="mes_report", rows=7, note="CASES B3, 报工")
    shelf.put(
        "MES生产计划_B3.xlsx",
        "case",
        cases.write_case_b3_plan,
        source="mes_plan",
        rows=2,
        note="CASES B3, 计划",
    )
