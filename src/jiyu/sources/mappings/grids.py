"""Attendance tables with a column per day and a symbol per cell: √ △ 夜 √+夜 √/△ √+2."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from jiyu.lib.tables.cells import Row, Sheet
from jiyu.lib.tables.heads import Head, is_footer
from jiyu.lib.tables.names import clean_name
from jiyu.sources.mappings import words
from jiyu.sources.mappings.columns import NOTHING
from jiyu.sources.mappings.meanings import Counts
from jiyu.sources.mappings.rows import MappedRow, RowProblem, is_sum, label_key, row_texts
from jiyu.sources.mappings.spec import GridSpec, MappingSpec
from jiyu.sources.mappings.symbols import read_cell
from jiyu.sources.mappings.titles import month_in, title_of

GRID_DAYS = 20  # so many columns named 1…31 make a table of days
_DAY = re.compile(r"(\d{1,2})\s*[日号]?(?:\s.*)?")


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


def day_label(day: date) -> str:
    """What a day's cell is called where the row is shown: "3-5"."""
    return f"{day.month}-{day.day}"


def month_of(grid: GridSpec, sheet: Sheet, head: Head) -> tuple[int, int] | None:
    """The month of a sheet: typed for this one file, else in its title; None where neither says."""
    return (grid.year, grid.month) if grid.year and grid.month else month_in(title_of(sheet, head))


def legend_of(grid: GridSpec) -> dict[str, Counts]:
    """Symbol → what it counts, () for those that are not counted."""
    legend: dict[str, Counts] = dict.fromkeys(grid.ignored, ())
    for entry in grid.legend:
        legend[entry.symbol] = (*legend.get(entry.symbol, ()), (entry.code, entry.millionths))
    return legend


def people_in(spec: MappingSpec, sheet: Sheet, head: Head) -> Iterator[tuple[Row, str]]:
    """The rows of a table of days that are about somebody, each with whom it names."""
    subject_column = next(c.index for c in head.columns if label_key(c.label) == label_key(spec.subject.column))
    for row in sheet.iter_rows():
        if row.number <= head.last_row or row.is_empty or is_sum(row, subject_column) or is_footer(row) or is_note(row):
            continue
        subject = clean_name(row.cell(subject_column).text)
        if subject:
            yield row, subject


def grid_rows(spec: MappingSpec, grid: GridSpec, sheet: Sheet, head: Head) -> Iterator[MappedRow | RowProblem]:
    """One row per person and day with a symbol; an unknown symbol is a problem of that cell alone."""
    month = month_of(grid, sheet, head)
    if month is None:
        yield RowProblem(sheet.name, head.first_row, {}, words.NO_MONTH)
        return
    days = day_columns(head, *month)
    labels = [(column.index, column.label) for column in head.columns if column.index not in days]
    legend = legend_of(grid)
    for row, subject in people_in(spec, sheet, head):
        raw = row_texts(row, labels)
        for column, day in days.items():
            text = row.cell(column).text.strip()
            if text in NOTHING:
                continue
            label = day_label(day)
            cell_raw = {**raw, label: text}
            read = read_cell(text, legend, grid.overtime_code)
            if read.unknown:
                yield RowProblem(sheet.name, row.number, cell_raw, words.unknown_symbol(read.unknown[0], text, label))
            elif read.counted:
                key = f"{subject.lstrip('0') if subject.isdigit() else subject}|{day.isoformat()}"
                yield MappedRow(
                    sheet.name, row.number, key, spec.subject.matched_by, subject, None, day, read.counted, {}, cell_raw
                )


def is_note(row: Row) -> bool:
    """A note or legend below the table: one text over the whole width."""
    return len({text for text in row.texts if text}) <= 1
