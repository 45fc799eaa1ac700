"""苏州衡川 with B5's March, made through services: an operator, those above, HR, an executive, somebody of sales."""

from __future__ import annotations

from typing import Any

from jiyu.goals.public import sheets_import
from jiyu.people.public import grant_make
from jiyu.reviews.public import cycle_finalize
from tests.companies import (
    QUARTERLY,
    SYSTEM,
    aggregate,
    at,
    deliver,
    entry,
    hr,
    indicator,
    metric,
    opened,
    review,
    roster,
    rules,
    scored,
    who,
)  # fmt: skip

OPERATOR, LEAD, MANAGER, OTHER, HR, EXECUTIVE = "000317", "000011", "000005", "000402", "000901", "000001"
ROLES = {HR: "hr", EXECUTIVE: "executive"}


def people() -> None:
    """Six people: 林晓峰 is led by 赵刚, who is led by 周建国; 张伟 of sales has no number of his own."""
    roster(
        entry(EXECUTIVE, "总经办", name="李国栋", job="总经理"),
        entry(MANAGER, "一车间", name="周建国", job="车间主任"),
        entry(LEAD, "一车间/CNC A班", name="赵刚", job="班组长", lead_employee_no=MANAGER),
        entry(OPERATOR, "一车间/CNC A班", name="林晓峰", job="操作工", lead_employee_no=LEAD),
        entry(OTHER, "销售部", name="张伟", job="客户代表"),
        entry(HR, "人力资源部", name="许静", job="HR 经理"),
    )
    for number, role in ROLES.items():
        grant_make(actor=SYSTEM, person_id=who(number), role=role)


def march_rules() -> None:
    """B5's four indicators."""

    def rate(top: tuple[str, str, str], bottom: tuple[str, str, str]) -> dict[str, Any]:
        parts = (aggregate(*part, unit="piece") for part in (top, bottom))
        return metric(f"{top[0]}/{bottom[0]}", *parts, unit="percent")

    parts = ("计划时间", "停机", "标准工时", "首检合格", "送检")
    oee = metric(
        "时间*性能*合格率",
        *(aggregate(n, "mes", n) for n in parts),
        unit="percent",
        steps=[
            {"name": "时间", "expression": "(计划时间-停机)/计划时间"},
            {"name": "性能", "expression": "标准工时/(计划时间-停机)"},
            {"name": "合格率", "expression": "首检合格/送检"},
        ],
    )
    per_unit = {"kind": "per_unit", "per": "1", "points_off": "2", "cap": "100"}
    rules(
        review(
            {
                ("metric", "plan"): rate(("合格报工", "mes", "合格"), ("计划", "plan", "计划")),
                ("metric", "first"): rate(("首检合格", "mes", "首检合格"), ("送检", "mes", "送检")),
                ("metric", "oee"): oee,
                ("metric", "hse"): metric("违章", aggregate("违章", "hse", missing="zero"), unit="occurrence"),
                ("indicator", "plan"): indicator("plan", {"kind": "linear", "against": "whole"}, zh="计划达成"),
                ("indicator", "first"): indicator("first", {"kind": "three_point"}, zh="一次合格率"),
                ("indicator", "oee"): indicator("oee", per_unit, zh="OEE"),
                ("indicator", "hse"): indicator("hse", {"kind": "count", "each": "-20"}, zh="违章"),
            },
            cycle_kind="month",
        )
    )


def sheet_text(*numbers: str) -> str:
    """B5's sheet for each of `numbers`."""
    lines = ["工号,指标编号,权重,目标值,底线值,挑战值"]
    for number in numbers:
        lines += [f"{number},plan,40,100,,", f"{number},first,30,98,96,99", f"{number},oee,20,80,,"]
        lines += [f"{number},hse,10,0,,"]
    return "\n".join(lines)


def numbers() -> None:
    """林晓峰's rows of March: 4,368 of 4,480 pieces over two days, one violation."""
    head = "工号,完工,编号,合格,首检合格,送检,计划时间,停机,标准工时,班次"
    with at(4, 1):
        deliver(
            "mes", head,
            f"{OPERATOR},2026-03-02 22:10,k1,1888,1000,1020,5000,600,4048,夜班",
            f"{OPERATOR},2026-03-03 22:20,k2,2480,1115,1140,5000,600,4048,夜班",
            cut="08:00", dimensions=["班次"], units={"合格": "piece"},
        )  # fmt: skip
        planned = (f"{OPERATOR},2026-03-02,p1,2000", f"{OPERATOR},2026-03-03,p2,2480")
        deliver("plan", "工号,日期,编号,计划", *planned, units={"计划": "piece"})
        deliver("hse", "工号,日期,编号,类型", f"{OPERATOR},2026-03-20,h1,违章", dimensions=["类型"])


def sheets_of_march() -> None:
    """林晓峰 and 赵刚 have B5's sheet."""
    with at(4, 1, 10):
        outcome = sheets_import(
            actor=SYSTEM, text=sheet_text(OPERATOR, LEAD), period_code="2026-03", module_code=QUARTERLY
        )
    assert outcome.refused == ()


def archived_march() -> None:
    """March is scored and archived: 林晓峰 96.21 A, 赵刚 waits for his rows."""
    people()
    march_rules()
    numbers()
    sheets_of_march()
    with at(4, 7):
        scored(period="2026-03")
    with at(4, 7, 15):
        cycle_finalize(actor=hr(HR), cycle_id=opened(period="2026-03").pk)


def text(response: Any) -> str:
    """The page, without the marks that keep dates unbroken."""
    return str(response.content.decode()).replace('<span class="nowrap">', "").replace("</span>", "")
