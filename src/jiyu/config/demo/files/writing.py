"""Spreadsheets and CSV files whose bytes depend on nothing but their cells.

xlsx parts are repacked uncompressed with one fixed date: two deflate libraries may pack the same text
into different bytes, and a fixed seed must give the same files on each machine.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import xlsxwriter

Row = Sequence[Any]
WRITTEN_AT = datetime(2026, 4, 8, 9, 0)  # noqa: DTZ001  (a file's own date carries no zone)


def write_xlsx(path: Path, fill: Callable[[xlsxwriter.Workbook], None]) -> None:
    """Write a workbook that `fill` fills; same cells, same bytes."""
    raw = io.BytesIO()
    book = xlsxwriter.Workbook(raw, {"in_memory": True, "default_date_format": "yyyy-mm-dd", "strings_to_urls": False})
    book.set_properties({"author": "苏州衡川精密传动有限公司(虚构)", "created": WRITTEN_AT})
    fill(book)
    book.close()
    with zipfile.ZipFile(raw) as packed, zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as plain:
        for name in packed.namelist():
            part = zipfile.ZipInfo(name, date_time=(2026, 4, 8, 9, 0, 0))
            part.create_system = 0
            plain.writestr(part, packed.read(name))


def write_table_xlsx(path: Path, head: Row, rows: Iterable[Row], *, sheet: str, title: str = "") -> None:
    """One sheet: an optional title row, the head, the rows (dates and times as real dates)."""

    def fill(book: xlsxwriter.Workbook) -> None:
        page = book.add_worksheet(sheet)
        moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        bold = book.add_format({"bold": True})
        top = 0
        if title:
            page.merge_range(0, 0, 0, len(head) - 1, title, bold)
            top = 1
        page.write_row(top, 0, head, bold)
        for offset, row in enumerate(rows, start=top + 1):
            put_row(page, offset, row, moment)

    write_xlsx(path, fill)


def put_row(page: Any, at: int, row: Row, moment: Any) -> None:
    """Write one row by type; text stays text ("000317"), None stays empty."""
    for column, value in enumerate(row):
        if isinstance(value, str):
            page.write_string(at, column, value)
        elif isinstance(value, datetime):
            page.write_datetime(at, column, value, moment)
        elif isinstance(value, date):
            page.write_datetime(at, column, value)
        elif value is not None:
            page.write_number(at, column, value)


def write_csv(path: Path, head: Row, rows: Iterable[Row], *, encoding: str = "utf-8-sig") -> None:
    """A CSV file with CRLF line ends; times as "2026-03-02 22:10"."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(head)
    writer.writerows([_plain(value) for value in row] for row in rows)
    path.write_bytes(text.getvalue().encode(encoding))


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M")
    return value
