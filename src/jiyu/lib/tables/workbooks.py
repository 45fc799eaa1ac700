"""Workbooks (.xlsx, .xls) to sheets of cells: values by calamine, what it drops by `xlsx_marks`."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal

import msoffcrypto
import olefile
import python_calamine

from jiyu.lib.tables.archives import Archive
from jiyu.lib.tables.cells import (
    EMPTY,
    Cell,
    CellValue,
    Merged,
    ReadLimits,
    Redactions,
    Row,
    Sheet,
    TableFileError,
)
from jiyu.lib.tables.redact import plan_redaction, redact_row
from jiyu.lib.tables.refusals import WHAT, refusal, so_many
from jiyu.lib.tables.xlsx_marks import NO_MARKS, SheetMarks, read_marks
from jiyu.lib.text import Text


def read_xlsx(data: bytes, filename: str, limits: ReadLimits) -> tuple[Sheet, ...]:
    """The sheets of an .xlsx. Checks the archive and the extent of every sheet before any cell is made."""
    archive = Archive(data, filename, limits)
    marks = read_marks(archive)
    cells = 0
    for name, sheet_marks in marks.items():
        cells += _check_extent(filename, name, sheet_marks.rows, sheet_marks.columns, limits)
        if cells > limits.max_cells:
            found, limit = (so_many(n, "格", "cell", "cells") for n in (cells, limits.max_cells))
            raise refusal("table.too_big", filename, found=found, limit=limit)
    return _sheets(data, filename, limits, marks)


def read_xls(data: bytes, filename: str, limits: ReadLimits) -> tuple[Sheet, ...]:
    """The sheets of an old binary .xls. Its number formats are not read: widths restore zeros later."""
    return _sheets(data, filename, limits, {})


def check_ole(data: bytes, filename: str) -> None:
    """Refuse what shares .xls's container: Word, PowerPoint, encrypted workbooks (TableFileError)."""
    try:
        with olefile.OleFileIO(io.BytesIO(data)) as container:
            streams = {"/".join(parts) for parts in container.listdir()}
    except Exception as error:
        raise refusal("table.half_written", filename) from error
    if "EncryptedPackage" in streams:
        raise refusal("table.password", filename)
    if "WordDocument" in streams:
        raise refusal("table.not_a_table", filename, what=WHAT["word"])
    if "PowerPoint Document" in streams:
        raise refusal("table.not_a_table", filename, what=WHAT["slides"])
    if not streams & {"Workbook", "Book", "WORKBOOK", "BOOK"}:
        raise refusal("table.not_a_table", filename, what=WHAT["binary"])
    try:
        encrypted = msoffcrypto.OfficeFile(io.BytesIO(data)).is_encrypted()
    except Exception:
        encrypted = False  # a container it cannot parse: calamine decides below
    if encrypted:
        raise refusal("table.password", filename)


def _sheets(data: bytes, filename: str, limits: ReadLimits, marks: dict[str, SheetMarks]) -> tuple[Sheet, ...]:
    sheets: list[Sheet] = []
    try:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
        metadata = [m for m in book.sheets_metadata if m.typ == python_calamine.SheetTypeEnum.WorkSheet]
        if len(metadata) > limits.max_sheets:
            found = so_many(len(metadata), "个工作表", "sheet", "sheets")
            limit = Text(f"{limits.max_sheets} 个", str(limits.max_sheets))
            raise refusal("table.too_big", filename, found=found, limit=limit)
        for meta in metadata:
            raw = book.get_sheet_by_name(meta.name)
            hidden = meta.visible != python_calamine.SheetVisibleEnum.Visible
            sheets.append(_sheet(raw, hidden, marks.get(meta.name, NO_MARKS)))
    except (TableFileError, KeyboardInterrupt, SystemExit, MemoryError):
        raise
    except python_calamine.PasswordError as error:
        raise refusal("table.password", filename) from error
    except BaseException as error:  # calamine's panics are BaseException: a bad file must not end the process
        raise refusal("table.damaged", filename) from error
    return tuple(sheets)


def _sheet(raw: python_calamine.CalamineSheet, hidden: bool, marks: SheetMarks) -> Sheet:  # noqa: FBT001
    merged = tuple(Merged(first[0] + 1, last[0] + 1, first[1], last[1]) for first, last in raw.merged_cell_ranges or ())
    rows = list(_rows(raw, marks))
    plan = plan_redaction(rows, merged)
    clean: list[Row] = []
    count = 0
    for row in rows:
        row, hidden_cells = redact_row(row, plan)
        count += hidden_cells
        clean.append(row)
    redactions = Redactions(plan.labels, count)
    return Sheet(raw.name, lambda: iter(clean), hidden, merged, redactions)


def _rows(raw: python_calamine.CalamineSheet, marks: SheetMarks) -> Iterator[Row]:
    """Rows from 1 on, with the empty ones calamine leaves out above and the one Excel may keep below."""
    number = 0
    if raw.start is not None:
        margin = (EMPTY,) * raw.start[1]  # rows come from the first one on, columns only from the first used
        for number, values in enumerate(raw.iter_rows(), 1):
            cells = margin + tuple([_cell(value) for value in values])
            special = marks.cells.get(number)
            if special:
                cells = _marked(cells, special)
            yield Row(number, cells, is_greyed=_is_greyed(cells, marks.grey.get(number)))
    # Excel keeps rows that once had content. One says "there was an empty row", thousands say nothing.
    if number < marks.recorded_rows:
        yield Row(number + 1, ())


def _is_greyed(cells: tuple[Cell, ...], grey: set[int] | None) -> bool:
    return grey is not None and all(column in grey for column, cell in enumerate(cells) if cell.text)


def _marked(cells: Sequence[Cell], special: dict[int, str]) -> tuple[Cell, ...]:
    """Cells with what only the number format or the type of the cell tells."""
    changed = list(cells)
    for column, mark in special.items():
        if column >= len(changed):
            changed.extend([EMPTY] * (column + 1 - len(changed)))
        value = changed[column].value
        if mark.startswith("#"):
            changed[column] = Cell(None, mark)
        elif isinstance(value, bool) or not isinstance(value, int | float):
            continue
        elif mark == "%":
            changed[column] = Cell(value, percent_text(value))
        elif isinstance(value, int) and value >= 0:
            changed[column] = Cell(value, str(value).zfill(len(mark)))
    return tuple(changed)


def percent_text(value: float) -> str:
    """0.3 → "30%", 0.9229 → "92.29%": every digit the cell has, so that nothing is lost when read as text."""
    return f"{(Decimal(general_text(value)) * 100).normalize():f}%"


def general_text(value: float) -> str:
    """A number as Excel's General shows it: at most 15 significant digits, 1.1E+17 beyond 15."""
    if isinstance(value, int):
        return str(value) if abs(value) < 10**15 else f"{Decimal(value):.15G}"
    return f"{value:.15g}"


def _cell(value: object) -> Cell:
    """A calamine value as a cell. Whole floats become int: Excel knows no other number."""
    typed: CellValue
    if value == "" or value is None:
        return EMPTY
    if isinstance(value, bool):
        return Cell(value, "TRUE" if value else "FALSE")
    if isinstance(value, float):
        typed = int(value) if value.is_integer() and abs(value) < 10**18 else value
        return Cell(typed, general_text(typed))
    if isinstance(value, int):
        return Cell(value, general_text(value))
    if isinstance(value, datetime):
        if value.time() == time(0):
            return Cell(value.date(), value.date().isoformat())
        return Cell(value, value.isoformat(sep=" ", timespec="seconds"))
    if isinstance(value, date | time):
        return Cell(value, value.isoformat())
    if isinstance(value, timedelta):
        minutes, seconds = divmod(round(value.total_seconds()), 60)
        return Cell(value, f"{minutes // 60}:{minutes % 60:02d}" + (f":{seconds:02d}" if seconds else ""))
    text = str(value)
    return Cell(text, text) if text.strip() else EMPTY


def _check_extent(filename: str, sheet: str, rows: int, columns: int, limits: ReadLimits) -> int:
    if rows > limits.max_rows:
        raise _too_big(filename, sheet, *(so_many(n, "行", "row", "rows") for n in (rows, limits.max_rows)))
    if columns > limits.max_columns:
        raise _too_big(filename, sheet, *(so_many(n, "列", "column", "columns") for n in (columns, limits.max_columns)))
    return rows * columns


def _too_big(filename: str, sheet: str, found: Text, limit: Text) -> TableFileError:
    has = Text("“{sheet}”有 {found}", '"{sheet}" has {found}').format(sheet=sheet, found=found)
    return refusal("table.too_big", filename, found=has, limit=limit)
