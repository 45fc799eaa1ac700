"""Where the tables of a sheet are: every head in it, one or two rows high, and the labels around (姓名：张伟)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from jiyu.lib.kpi.sheets import Owner, Place, Written
from jiyu.lib.kpi.words import BY_ROW, COLUMNS, OWNER, PERIOD
from jiyu.lib.tables import Row, Sheet
from jiyu.lib.tables.heads import Head, head_at, match_label, normal_label

_WHOLE: Final = 100
_LABEL: Final = re.compile(r"\s*([^:：\s]{1,10}(?:\s+[^:：\s]{1,2})?)\s*[:：]\s*(.*)")
_INLINE: Final = re.compile(r"([^\s:：]{2,8})\s*[:：]\s*(.*?)(?=\s+[^\s:：]{2,8}\s*[:：]|\s*$)")
_MOST_LABEL: Final = 12


def heads(sheet: Sheet, rows: Sequence[Row]) -> list[Head]:
    """The heads of a sheet from above to below; a printed head that comes again is one of them too."""
    found: list[Head] = []
    last = 0
    for position, row in enumerate(rows):
        if row.number <= last or not _may_be_head(row):
            continue
        one = head_at(sheet, row.number, COLUMNS)
        below = rows[position + 1] if position + 1 < len(rows) else None
        two = head_at(sheet, row.number, COLUMNS, rows=2) if below is not None and _goes_on(sheet, row, below) else None
        head = two if two is not None and _codes(two) >= _codes(one) else one
        if head is not None and _is_kpi(head):
            found.append(head)
            last = head.last_row
    return found


def columns_of(head: Head) -> dict[str, int]:
    """The column of each code, the surest and leftmost one."""
    columns: dict[str, tuple[int, int]] = {}
    for column in head.columns:
        if column.code is None:
            continue
        before = columns.get(column.code)
        if before is None or column.confidence > before[0]:
            columns[column.code] = (column.confidence, column.index)
    return {code: index for code, (_sure, index) in columns.items()}


def owner_of(sheet: str, rows: Sequence[Row]) -> tuple[Owner, set[int]]:
    """Whose table stands below `rows`: label and value beside each other or in one cell. And the rows that said it."""
    found: dict[str, Written] = {}
    used: set[int] = set()
    for row in rows:
        for code, written in labels(sheet, row).items():
            if code not in found and written.text:
                found[code] = written
                used.add(row.number)
    if "period" not in found:
        period = _period(sheet, rows)
        if period is not None:
            found["period"] = period
    return Owner(**{code: found.get(code) for code in OWNER}), used


def labels(sheet: str, row: Row) -> dict[str, Written]:
    """The labels of a row with their values: 姓名：张伟, or 姓名 in one cell and 张伟 in the next."""
    found: dict[str, Written] = {}
    waiting: str | None = None
    for column, cell in enumerate(row.cells):
        text = cell.text.strip()
        if not text:
            continue
        inline = [(match[1], match[2]) for match in _INLINE.finditer(text)]
        known = [(_label(label), value.strip()) for label, value in inline]
        if any(code for code, _value in known):
            waiting = None
            for code, value in known:
                if code and value:
                    found.setdefault(code, Written(value, Place(sheet, row.number, column), value))
                elif code:
                    waiting = code
            continue
        code = _label(text.rstrip(":："))
        if code is not None and waiting is None:
            waiting = code
        elif waiting is not None:
            if code is None:
                found.setdefault(waiting, Written(text, Place(sheet, row.number, column), cell.value))
            waiting = code
    return found


def _label(text: str) -> str | None:
    """The owner field a label means, only where the whole word is one."""
    if len(text) > _MOST_LABEL:
        return None
    word = re.sub(r"\s+", "", text)
    return next(
        (code for code in OWNER if any(normal_label(word) == normal_label(known) for known in COLUMNS[code])), None
    )


def _period(sheet: str, rows: Sequence[Row]) -> Written | None:
    for row in rows:
        for column, cell in enumerate(row.cells):
            match = PERIOD.search(cell.text)
            if match:
                return Written(match.group(), Place(sheet, row.number, column), match.group())
    return None


def _may_be_head(row: Row) -> bool:
    """Quick: three cells or more, most of them words, and at least two whole labels."""
    texts = [cell.text.strip() for cell in row.cells if cell.text.strip()]
    if len(texts) < 2 or any(_LABEL.fullmatch(text) for text in texts):
        return False
    known = {
        code for text in texts if len(text) <= 20 for code, sure in [match_label(text, COLUMNS)] if code and sure >= 80
    }
    return "indicator" in known and len(known & BY_ROW) >= 2


def _is_kpi(head: Head) -> bool:
    codes = _codes(head)
    return "indicator" in codes and len(codes & BY_ROW) >= 2


def _codes(head: Head | None) -> set[str]:
    return {column.code for column in head.columns if column.code is not None} if head else set()


def _goes_on(sheet: Sheet, upper: Row, lower: Row) -> bool:
    """Whether the row below is the second row of the head: merged over both, or only words under empty or equal cells."""
    if any(area.first_row == upper.number and area.last_row == lower.number for area in sheet.merged):
        return True
    texts = [(at, cell.text.strip()) for at, cell in enumerate(lower.cells) if cell.text.strip()]
    if not texts or any(not isinstance(lower.cell(at).value, str) or re.search(r"\d", text) for at, text in texts):
        return False
    known = sum(match_label(text, COLUMNS)[1] == _WHOLE for _at, text in texts)
    return known * 2 > len(texts) and len(texts) < len([cell for cell in upper.cells if cell.text.strip()])
