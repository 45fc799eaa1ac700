"""Attendance tables with a column per day and a symbol per cell: √ △ 夜 √+夜 √/△ √+2."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from jiyu.lib.tables.cells import Sheet
from jiyu.lib.tables.heads import Head, is_footer, is_total
from jiyu.lib.tables.names import clean_name
from jiyu.lib.text import Problem
from jiyu.sources.mappings import words
from jiyu.sources.mappings.columns import LEGEND_WORDS, NOTHING
from jiyu.sources.mappings.rows import MappedRow, RowProblem, label_key, row_texts
from jiyu.sources.mappings.spec import GridSpec, MappingSpec
from jiyu.sources.mappings.titles import month_in, title_of

GRID_DAYS = 20  # so many columns named 1…31 make a table of days
_DAY = re.compile(r"(\d{1,2})\s*[日号]?(?:\s.*)?")
_SYMBOL = r"[A-Z]|[^\w\s,，、。:：;；=+＋/／()（）-]"
_HOURS = re.compile(r"\d+(?:\.\d+)?")


def day_columns(head: Head, year: int, month: int) -> dict[int, date]:
    """Column index → day, for labels 1…31 (with or without 日, or a weekday below)."""
    days: dict[int, date] = {}
    for column in head.columns:
        match = _DAY.fullmatch(column.label.strip())
        if match:
            try:
                days[column.index] = date(year, month, int(match[1]))
            except ValueError:
                continue  # the 31st column of a month with 30 days
    return days


def split_symbols(text: str) -> tuple[list[str], int]:
    """The symbols of a cell and among how many a day is shared: "√+夜" → both in full, "√/△" → halves."""
    parts = [part.strip() for part in re.split(r"[/／]", text) if part.strip()]
    if len(parts) > 1:
        return parts, len(parts)
    return [part.strip() for part in re.split(r"[+＋]", text) if part.strip()], 1


def symbols_in(sheet: Sheet, head: Head, year: int, month: int) -> list[str]:
    """All symbols that stand in the day columns, in order of appearance."""
    days = day_columns(head, year, month)
    seen: dict[str, None] = {}
    for row in sheet.iter_rows():
        if row.number > head.last_row and not _is_nobody(row.texts):
            for index in days:
                text = row.cell(index).text.strip()
                if text not in NOTHING:
                    seen.update(dict.fromkeys(s for s in split_symbols(text)[0] if not _HOURS.fullmatch(s)))
    return list(seen)


def legend_in(sheet: Sheet, head: Head) -> dict[str, str]:
    """The legend a table brings along (出勤√,事假△,公休G or √出勤): symbol → measure code."""
    legend: dict[str, str] = {}
    for row in sheet.iter_rows():
        if head.first_row <= row.number <= head.last_row or not _is_nobody(row.texts):
            continue
        text = " ".join(dict.fromkeys(text for text in row.texts if text))
        for word, code in LEGEND_WORDS.items():
            match = re.search(rf"{word}\s*[:：=]?\s*({_SYMBOL})(?=\W|$)|(?<!\w)({_SYMBOL})\s*[:：=]?\s*{word}", text)
            if match:
                legend.setdefault(match[1] or match[2], code)
    return legend


def grid_rows(spec: MappingSpec, grid: GridSpec, sheet: Sheet, head: Head) -> Iterator[MappedRow | RowProblem]:
    """One row per person and day with a symbol; an unknown symbol is a problem of that cell alone."""
    index = {label_key(column.label): column.index for column in reversed(head.columns)}
    month = (grid.year, grid.month) if grid.year and grid.month else month_in(title_of(sheet, head))
    if month is None:
        yield RowProblem(sheet.name, head.first_row, {}, words.NO_MONTH)
        return
    subject_column = index[label_key(spec.subject.column)]
    days = day_columns(head, *month)
    labels = [(column.index, column.label) for column in head.columns if column.index not in days]
    legend = {entry.symbol: (entry.code, entry.millionths) for entry in grid.legend}
    for row in sheet.iter_rows():
        if row.number <= head.last_row or row.is_empty or is_total(row) or is_footer(row):
            continue
        subject = clean_name(row.cell(subject_column).text)
        if not subject or _is_nobody(row.texts):
            continue
        raw = row_texts(row, labels)
        for column, day in days.items():
            text = row.cell(column).text.strip()
            if text in NOTHING:
                continue
            cell_raw = {**raw, f"{day.month}-{day.day}": text}
            counted = _count(text, legend, grid)
            if isinstance(counted, Problem):
                yield RowProblem(sheet.name, row.number, cell_raw, counted)
            elif counted:
                key = f"{subject.lstrip('0') if subject.isdigit() else subject}|{day.isoformat()}"
                yield MappedRow(
                    sheet.name,
                    row.number,
                    key,
                    spec.subject.matched_by,
                    subject,
                    None,
                    day,
                    counted,
                    {},
                    cell_raw,
                )


def _count(text: str, legend: dict[str, tuple[str, int]], grid: GridSpec) -> dict[str, int] | Problem:
    """What a cell counts, in millionths by measure code; empty for symbols that count nothing."""
    symbols, share = split_symbols(text)
    counted: dict[str, int] = {}
    for symbol in symbols:
        if symbol in grid.ignored:
            continue
        if _HOURS.fullmatch(symbol):
            whole, _, decimals = symbol.partition(".")
            hours = int(whole + (decimals + "000000")[:6])
            counted[grid.overtime_code] = counted.get(grid.overtime_code, 0) + hours
            continue
        if symbol not in legend:
            return words.unknown_symbol(symbol, text)
        code, millionths = legend[symbol]
        counted[code] = counted.get(code, 0) + millionths // share
    return counted


def _is_nobody(texts: list[str]) -> bool:
    """A note or legend below the table: one text over the whole width."""
    return len({text for text in texts if text}) <= 1
