"""Reads the demo's files with other means than they were written with, and scores them independently."""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

import openpyxl

from jiyu.config.demo.files import DemoFile, DemoFiles, DemoIndicator, DemoInput

Record = dict[str, Any]


@lru_cache(maxsize=400)
def rows_of(path: Path, sheet: str = "") -> tuple[Record, ...]:
    """Data rows of a file as dicts by head; a title row is skipped; empty cells are None."""
    if path.suffix == ".csv":
        data = path.read_bytes()
        text = data.decode("utf-8-sig" if data.startswith(b"\xef\xbb\xbf") else "gb18030")
        table: Iterable[tuple[Any, ...]] = [tuple(row) for row in csv.reader(io.StringIO(text))]
    else:
        book = openpyxl.load_workbook(path, read_only=True)
        page = book[sheet] if sheet else book.worksheets[0]
        table = list(page.iter_rows(values_only=True))
    rows = list(table)
    if sum(cell not in (None, "") for cell in rows[0]) == 1:
        rows = rows[1:]
    head = rows[0]
    return tuple({h: None if c == "" else c for h, c in zip(head, row, strict=True)} for row in rows[1:])


def number_text(value: Any) -> str:
    """A 工号 as six characters."""
    return f"{value:06d}" if isinstance(value, int) else str(value).zfill(6)


def business_day(value: Any, cut: str) -> date:
    """The business day of a time as written."""
    if isinstance(value, str):
        value = datetime.fromisoformat(value)
    if isinstance(value, datetime):
        return (value - timedelta(hours=int(cut[:2]) if cut else 0)).date()
    return value


class Facts:
    """All records of the company by source and person, equal keys once, late files left out."""

    def __init__(self, demo: DemoFiles) -> None:
        self.demo = demo
        self.by_name = {"张伟": "000402"}
        self.records: dict[tuple[str, str], list[tuple[date, Record]]] = defaultdict(list)
        for row in (*roster_rows(demo), *leaver_rows(demo)):
            self.by_name.setdefault(row["姓名"], number_text(row["工号"]))
        for source in demo.sources:
            seen: set[tuple[Any, ...]] = set()
            for file in demo.files:
                if file.kind == "records" and file.source == source.code and "补报" not in file.path:
                    for row in rows_of(demo.path_of(file)):
                        key = tuple(str(row[head]) for head in source.key)
                        if key in seen:
                            continue
                        seen.add(key)
                        who = row[source.subject]
                        who = self.by_name.get(who, who) if source.match == "name" else number_text(who)
                        self.records[source.code, who].append((business_day(row[source.when], source.day_cut), row))

    def value(self, indicator: DemoIndicator, number: str, first: date, last: date) -> float | None:
        """The indicator of one person over a span; None when something it needs has no rows."""
        values: dict[str, float] = {}
        for item in indicator.inputs:
            got = self._aggregate(item, number, first, last)
            if got is None:
                return None
            values[item.name] = got
        return float(eval(indicator.formula, {"ABS": abs}, values))

    def _aggregate(self, item: DemoInput, number: str, first: date, last: date) -> float | None:
        source = next(s for s in self.demo.sources if s.code == item.source)
        head = next((m.head for m in source.measures if m.code == item.measure), "")
        rows = [
            row for day, row in self.records[item.source, number]
            if first <= day <= last and all(row[h] == v for h, v in item.where)
            and (not head or row[head] is not None)
        ]  # fmt: skip
        if not rows:
            return 0.0 if item.no_rows_is_zero else None
        numbers = sorted(float(row[head]) for row in rows) if head else [1.0] * len(rows)
        if item.aggregate == "sum":
            return sum(numbers)
        if item.aggregate == "count":
            return float(len(numbers))
        share = {"p80": 0.8, "p90": 0.9, "median": 0.5}[item.aggregate]
        place = share * (len(numbers) - 1)
        low = int(place)
        high = min(low + 1, len(numbers) - 1)
        return numbers[low] + (place - low) * (numbers[high] - numbers[low])


def roster_rows(demo: DemoFiles) -> list[Record]:
    """People of the roster's first sheet."""
    (file,) = demo.of_kind("roster")
    return [row for row in rows_of(demo.path_of(file)) if row["工号"] is not None]


def leaver_rows(demo: DemoFiles) -> list[Record]:
    """People of the roster's sheet 离职."""
    (file,) = demo.of_kind("roster")
    return list(rows_of(demo.path_of(file), "离职"))


def sheet_rows(demo: DemoFiles, cycle: str) -> list[Record]:
    """Lines of all sheets of a cycle."""
    file: DemoFile = next(f for f in demo.of_kind("sheets") if f.period == cycle)
    return list(rows_of(demo.path_of(file)))


def line_score(row: Record, value: float) -> float:
    """The points of a sheet's line, from the words of RULES.md."""
    target = float(row["目标值"])
    floor = float(row["底线值"]) if row["底线值"] else None
    stretch = float(row["挑战值"]) if row["挑战值"] else None
    method = row["计分方式"]
    if method == "linear":
        share = value / target * 100
        return 0.0 if floor is not None and share < floor else min(120.0, share)
    if method == "per_unit":
        return 100.0 - max(0.0, target - value) * float(row["每次扣分"])
    if method == "count":
        return max(0.0, 100.0 - value * float(row["每次扣分"]))
    if method == "step":
        return 100.0 if value >= 4.5 else 80.0 if value >= 4.0 else 60.0 if value >= 3.5 else 0.0
    assert floor is not None
    assert stretch is not None
    upward = stretch > floor
    if (value < floor - 1e-9) if upward else (value > floor + 1e-9):
        return 0.0
    if (value <= target) if upward else (value >= target):
        return 60.0 + 40.0 * (value - floor) / (target - floor)
    return min(120.0, 100.0 + 20.0 * (value - target) / (stretch - target))


def grade_of(score: float) -> str:
    """The default grade scale over the score rounded to two decimals."""
    shown = int(score * 100 + 0.5 + 1e-7) / 100
    return next(g for g, low in (("S", 105), ("A", 95), ("B+", 85), ("B", 70), ("C", -1)) if shown >= low)


class Scores:
    """Scores of one cycle by person; None where data is missing."""

    def __init__(self, demo: DemoFiles, facts: Facts, cycle_code: str) -> None:
        cycle = next(c for c in demo.cycles if c.code == cycle_code)
        indicators = {i.code: i for i in demo.indicators}
        lines: dict[str, list[Record]] = defaultdict(list)
        for row in sheet_rows(demo, cycle_code):
            lines[row["工号"]].append(row)
        self.scores: dict[str, float | None] = {}
        self.missing: dict[str, list[str]] = {}
        for number, own in lines.items():
            points, weights = 0.0, 0.0
            for row in own:
                if row["适用"] != "是":
                    continue
                value = facts.value(indicators[row["指标编号"]], number, cycle.first, cycle.last)
                if value is None:
                    self.missing.setdefault(number, []).append(row["指标编号"])
                    continue
                weight = float(row["权重"].rstrip("%"))
                points += weight * line_score(row, value)
                weights += weight
            self.scores[number] = None if number in self.missing or not weights else points / weights
