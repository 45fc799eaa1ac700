"""Files as companies have them, made in memory; nothing of it comes from a real file."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

import openpyxl
import xlsxwriter
from openpyxl.styles import PatternFill

from jiyu.lib.tables import Cell, Row


def checked(body: str) -> str:
    """A fictional 身份证号 of 17 digits plus its right check character."""
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return body + "10X98765432"[sum(int(d) * w for d, w in zip(body, weights, strict=True)) % 11]


VALID_ID = checked("11010119900307109")


def xlsx(*sheets: tuple[str, Sequence[Sequence[Any]]], merges: Sequence[str] = (), grey: Sequence[int] = ()) -> bytes:
    """A workbook of the given sheets; `merges` and `grey` rows (1-based) are for the first one."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets:
        page = book.create_sheet(name)
        for row in rows:
            page.append(list(row))
    first = book.worksheets[0]
    for area in merges:
        first.merge_cells(area)
    for number in grey:
        for cell in first[number]:
            cell.fill = PatternFill("solid", fgColor="BFBFBF")
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def formatted(*cells: tuple[int, int, Any, str]) -> bytes:
    """A workbook with number formats: (row, column, value, format), 0-based."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out)
    page = book.add_worksheet("表")
    for row, column, value, number_format in cells:
        page.write(row, column, value, book.add_format({"num_format": number_format}))
    book.close()
    return out.getvalue()


def csv_bytes(*rows: Sequence[object], encoding: str = "utf-8", delimiter: str = ",") -> bytes:
    return "".join(delimiter.join(str(cell) for cell in row) + "\n" for row in rows).encode(encoding)


def row(number: int, *texts: str) -> Row:
    return Row(number, tuple(Cell(text, text) if text else Cell(None, "") for text in texts))


def cell(value: Any) -> Cell:
    return Cell(value, str(value))
