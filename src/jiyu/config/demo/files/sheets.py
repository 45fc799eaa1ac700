"""The sheets of each cycle as CSV: one row per line of one person's sheet."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from .company import Sheet
from .indicators import INDICATORS
from .plans import PlanLine
from .writing import write_csv

HEAD = (
    "周期", "工号", "姓名", "部门", "指标编号", "指标", "权重", "计分方式", "目标值", "底线值", "挑战值",
    "每次扣分", "封顶", "评分标准", "适用",
)  # fmt: skip
LABELS = {indicator.code: indicator.label for indicator in INDICATORS}


def write_sheets(path: Path, sheets: list[Sheet]) -> int:
    """Write one cycle's sheets; return the number of rows."""
    rows = [_row(sheet, line) for sheet in sheets for line in sheet.lines]
    write_csv(path, HEAD, rows)
    return len(rows)


def _row(sheet: Sheet, line: PlanLine) -> tuple[Any, ...]:
    stint, rule = sheet.stint, line.rule
    # HR's habit: whoever is on leave for most of the cycle has a sheet on which nothing applies.
    applies = line.applies and (stint.person.leave is None or stint.long_enough)
    return (
        stint.cycle.code, stint.person.number, stint.person.name, stint.seat.place.department, line.code,
        LABELS[line.code], f"{line.weight}%", rule.method,
        *map(_number, (rule.target, rule.floor, rule.stretch, rule.deduct, rule.best)),
        rule.text or _rule_text(line), "是" if applies else "不适用",
    )  # fmt: skip


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:g}" if abs(value) < 1e5 else f"{value:.0f}"


def _rule_text(line: PlanLine) -> str:
    floor, target, stretch = map(_number, (line.rule.floor, line.rule.target, line.rule.stretch))
    return f"底线{floor}得60,目标{target}得100,挑战{stretch}得120,中间按比例"
