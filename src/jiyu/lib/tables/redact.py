"""身份证号 leave no trace: found and hidden while a file is read (RULES "身份证号 in files").

Three ways one is recognised: its column is headed so (the whole column is blanked, mangled 1.1E+17 included);
most of a column looks like one (blanked too); or it stands anywhere in a cell or a sentence (18 digits with a
valid checksum, 15 digits of the old form, or a number Excel rounded to 15 digits).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from jiyu.lib.tables.cells import EMPTY, Cell, CellValue, Merged, Row

HIDDEN = "（身份证号已隐去）"

_HEAD = re.compile(
    r"(员工|本人|职工)?(居民|公民|二代)?(身份证(件)?|证件|身份|社会保障|护照)(证)?(号码?|编号|no\.?)"
    r"|(居民|公民|二代)?身份证"
    r"|id(card|number|cardno|no)\.?|identity(card|number|cardnumber)|nationalid(number)?",
    re.IGNORECASE,
)
_NOT_LABEL = re.compile(r"[（(\[【].*?[)）\]】]|[\s*:：_\-]")
_TOKEN = re.compile(r"(?<![\d.])(\d{6})([ -]?)(?:(\d{8})\2(\d{3}[\dXxＸ])|(\d{6})\2(\d{3}))(?!\d|\.\d)")
_PROVINCES = frozenset(
    str(code)
    for codes in (range(11, 16), range(21, 24), range(31, 38), range(41, 47), range(50, 55), range(61, 66))
    for code in (*codes, 71, 81, 82, 83)
)
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"
_SHORTEST = 15
_LONG = 10**14
HEAD_WITHIN = 10
SAMPLE_ROWS = 200


@dataclass(frozen=True, slots=True)
class RedactionPlan:
    """What to hide in one sheet: `blank` maps a column to its head row (cells below it are emptied);
    `codes` are columns of long codes (order numbers) that only look like an 身份证号 now and then."""

    blank: dict[int, int]
    codes: frozenset[int]
    labels: tuple[str, ...]


def is_identity_number(text: str) -> bool:
    """Whether `text` is exactly one 身份证号: 18 characters and a valid checksum, or 15 digits (old form)."""
    match = _TOKEN.fullmatch(text.strip())
    return match is not None and _is_identity(match)


def redact_text(text: str) -> str:
    """`text` (a cell, a sentence, a file name) with every 身份证号 in it replaced by （身份证号已隐去）."""
    if len(text) < _SHORTEST:
        return text
    return _TOKEN.sub(lambda match: HIDDEN if _is_identity(match) else match.group(), text)


def redact_cell(cell: Cell) -> Cell:
    """The cell with every 身份证号 in it hidden; the very same cell when there is none."""
    value = cell.value
    if isinstance(value, str) or value is None:
        if len(cell.text) < _SHORTEST:
            return cell
        text = redact_text(cell.text)
        return cell if text == cell.text else Cell(text, text)
    return Cell(HIDDEN, HIDDEN) if _is_mangled(value) else cell


def plan_redaction(rows: Sequence[Row], merged: Sequence[Merged] = ()) -> RedactionPlan:
    """Decide from the first rows of a sheet (up to 200) which columns to blank, which to leave as codes."""
    blank: dict[int, int] = {}
    labels: list[str] = []
    for row in rows[:HEAD_WITHIN]:
        for column, cell in enumerate(row.cells):
            if not _is_identity_head(cell.text):
                continue
            last_column, last_row = column, row.number
            for area in merged:
                if area.first_row == row.number and area.first_column == column:
                    last_column, last_row = area.last_column, area.last_row
            labels.append(cell.text.strip())
            for below in range(column, last_column + 1):
                blank.setdefault(below, last_row)
    codes: set[int] = set()
    for column in range(max((len(row.cells) for row in rows), default=0)):
        if column in blank:
            continue
        filled = [row for row in rows[:SAMPLE_ROWS] if row.cell(column).text]
        long = [row for row in filled if _looks_long(row.cell(column))]
        identities = [row for row in long if redact_cell(row.cell(column)).text == HIDDEN]
        if len(identities) >= 3 and len(identities) * 2 > len(long) and len(long) * 2 > len(filled):
            head = next((row for row in filled if row.number < identities[0].number), None)
            blank[column] = identities[0].number - 1
            labels.append(head.cell(column).text.strip() if head else "")
        elif len(long) >= 3 and len(identities) * 2 < len(long):
            codes.add(column)
    return RedactionPlan(blank, frozenset(codes), tuple(labels))


def redact_row(row: Row, plan: RedactionPlan) -> tuple[Row, int]:
    """The row with everything hidden that must be, and how many cells that were."""
    hidden = 0
    cells: list[Cell] | None = None
    for column, cell in enumerate(row.cells):
        if not cell.text:
            continue
        head = plan.blank.get(column)
        if head is not None and row.number > head:
            clean = EMPTY
        elif column in plan.codes:
            continue
        else:
            clean = redact_cell(cell)
        if clean is not cell:
            cells = cells or list(row.cells)
            cells[column] = clean
            hidden += 1
    return (row if cells is None else row._replace(cells=tuple(cells))), hidden


def _is_identity_head(text: str) -> bool:
    return 2 <= len(text) <= 30 and _HEAD.fullmatch(_NOT_LABEL.sub("", text)) is not None


def _looks_long(cell: Cell) -> bool:
    if isinstance(cell.value, int | float) and not isinstance(cell.value, bool):
        return abs(cell.value) >= _LONG
    return _TOKEN.fullmatch(cell.text.strip()) is not None


def _is_identity(match: re.Match[str]) -> bool:
    region, _, born, tail, short_born, _ = match.groups()
    if str(int(region[:2])) not in _PROVINCES:  # int: digits may be full-width
        return False
    if born is None:
        return _is_day("19" + short_born)
    if not (_is_day(born) and 1880 <= int(born[:4]) <= 2100):
        return False
    digits = region + born + tail[:3]
    check = _CHECKS[sum(int(digit) * weight for digit, weight in zip(digits, _WEIGHTS, strict=True)) % 11]
    written: str = tail[3]
    return check == ("X" if written in "XxＸ" else str(int(written)))


def _is_day(digits: str) -> bool:
    try:
        date(int(digits[:4]), int(digits[4:6]), int(digits[6:8]))
    except ValueError:
        return False
    return True


def _is_mangled(value: CellValue) -> bool:
    """An 身份证号 of which Excel kept 15 digits: region and birthday still show."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not _LONG <= value < 10**18:
        return False
    digits = str(int(value))
    if len(digits) == 15:
        return digits[:2] in _PROVINCES and _is_day("19" + digits[6:12])
    return len(digits) == 18 and digits[:2] in _PROVINCES and digits[6:8] in ("19", "20") and _is_day(digits[6:14])
