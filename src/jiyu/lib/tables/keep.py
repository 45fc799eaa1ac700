"""The copy of a file to keep when an 身份证号 stood in it: same rows, same cells, nothing hidden behind them.

A copy is written anew from what was read, so comments, cached formulas, pivot caches and document properties
cannot carry a number along. It reads back as the same table (row numbers, formats, grey rows, merged ranges),
and the same input always gives the same bytes, so that its hash can stand for the file.
"""

from __future__ import annotations

import csv
import gzip
import io
from contextlib import suppress
from datetime import date, datetime, time, timedelta
from typing import Any

import xlsxwriter
from xlsxwriter.exceptions import OverlappingRange

from jiyu.lib.tables.cells import Cell, Row, Sheet, TableFile
from jiyu.lib.tables.text_files import TextTable

_LONGEST_STRING = 32_767  # Excel's own limit
_FIXED = datetime(2000, 1, 1)  # noqa: DTZ001 - a constant for equal bytes, not a moment
_DATE_FORMATS: dict[type, str] = {
    date: "yyyy-mm-dd",
    datetime: "yyyy-mm-dd hh:mm:ss",
    time: "hh:mm:ss",
    timedelta: "[h]:mm:ss",
}


def redacted_copy(file: TableFile) -> bytes | None:
    """The bytes to keep instead of the file's own, or None when nothing had to be hidden.

    Text comes back in its own encoding and separator; a workbook (.xls too) as .xlsx bytes.
    """
    return file.redacted() if file.redacted is not None else None


def text_copy(table: TextTable, sheet: Sheet, *, gzipped: bool) -> bytes:
    """The redacted text file in the encoding it came in; what that encoding cannot say becomes "?"."""
    out = io.StringIO(newline="")
    if table.declares_separator:
        out.write(f"sep={table.delimiter}\r\n")
    writer = csv.writer(out, delimiter=table.delimiter)
    for row in sheet.iter_rows():
        if row.number > int(table.declares_separator):
            writer.writerow(row.texts)
    text = out.getvalue()
    if table.cut_row:
        text = text.removesuffix("\r\n")
    data = text.encode(table.encoding, "replace")
    return gzip.compress(data, mtime=0) if gzipped else data


def workbook_copy(sheets: tuple[Sheet, ...]) -> bytes:
    """The redacted workbook as .xlsx: values with the formats that change what they say."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    book.set_properties({"created": _FIXED})
    formats: dict[tuple[str, bool], Any] = {}
    shown = False
    for sheet in sheets:
        page = book.add_worksheet(sheet.name)
        if sheet.is_hidden:
            page.hide()
        elif not shown:
            page.activate()
            page.set_first_sheet()
            shown = True
        _merge(page, sheet)
        row = Row(0, ())
        for row in sheet.iter_rows():
            for column, cell in enumerate(row.cells):
                if cell.text:
                    look = (_number_format(cell), row.is_greyed)
                    if look not in formats:
                        grey = {"bg_color": "#BFBFBF"} if row.is_greyed else {}
                        formats[look] = book.add_format({"num_format": look[0], **grey})
                    _write(page, row.number - 1, column, cell, formats[look])
        if row.number and row.is_empty:
            page.set_row(row.number - 1, 16)  # a last row that only exists goes on existing
    book.close()
    return out.getvalue()


def _merge(page: Any, sheet: Sheet) -> None:
    for area in sheet.merged:
        if (area.first_row, area.first_column) != (area.last_row, area.last_column):
            with suppress(OverlappingRange):
                page.merge_range(area.first_row - 1, area.first_column, area.last_row - 1, area.last_column, "")


def _number_format(cell: Cell) -> str:
    value = cell.value
    if isinstance(value, bool) or value is None:
        return "General"
    if isinstance(value, int | float):
        if cell.text.endswith("%"):
            return "0.00%"
        return "0" * len(cell.text) if cell.text.startswith("0") and cell.text.isdigit() else "General"
    return _DATE_FORMATS.get(type(value), "General")


def _write(page: Any, row: int, column: int, cell: Cell, look: Any) -> None:
    value = cell.value
    if cell.is_error:
        page.write_formula(row, column, f"={cell.text}", look, cell.text)
    elif isinstance(value, bool):
        page.write_boolean(row, column, value, look)
    elif isinstance(value, int | float):
        page.write_number(row, column, value, look)
    elif isinstance(value, date | time | timedelta):
        page.write_datetime(row, column, value, look)
    else:
        page.write_string(row, column, cell.text[:_LONGEST_STRING], look)
