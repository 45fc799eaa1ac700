"""KPI sheets in the shapes companies have, made in memory; nothing of it comes from a real file."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from jiyu.lib.kpi import KpiFile, read_kpi_sheets
from jiyu.lib.tables import read_tables
from tests.lib.tables.files import xlsx

Rows = Sequence[Sequence[Any]]

B2_HEAD = ["维度", "考核指标", "权重", "目标值", "评分标准", "实际完成", "得分", "加权得分"]
B2_LINES = [
    ["财务类", "签单", 40, "500万", "完成率×100,最高120,低于60%不得分", "4,613,000 元", 92.26, 36.904],
    [None, "回款", "25%", "≥95%", "每低1个百分点扣2分,不足按比例", "92.3 %", 94.6, 23.65],
    ["客户类", "客户评价", 0.2, None, "4.5及以上100;4.0(含)-4.5 80;3.5(含)-4.0 60;以下0", 4.46, 80, 16],
    ["风险类", "逾期应收率(逆指标)", 15, "3", "底线5 目标3 挑战1", "3.6 %", 88, 13.2],
]
B2 = [
    ["销售部 2025年第四季度绩效考核表"],
    ["姓名", "张伟", "工号", "000402", "部门", "销售部", "岗位", "销售代表"],
    B2_HEAD,
    *B2_LINES,
    ["合计", None, "100%", None, None, None, None, 89.75],
    ["加分项", "获公司级表彰，每次加2分"],
    ["一票否决", "发生重大安全事故"],
    ["备注：数据以CRM为准"],
    ["考核人签字：", None, "被考核人签字：", None, "日期："],
]


def read(*sheets: tuple[str, Rows], merges: Sequence[str] = ()) -> KpiFile:
    return read_kpi_sheets(read_tables(xlsx(*sheets, merges=merges), "考核表.xlsx").sheets)


def b2(**changes: Any) -> KpiFile:
    """B2 with other cells, by their names: b2(G6=100)."""
    rows = [[*row, *[None] * (8 - len(row))] for row in B2]
    for name, value in changes.items():
        rows[int(name[1:]) - 1][ord(name[0]) - 65] = value
    return read(("张伟", rows), merges=["A1:H1", "A4:A5"])
