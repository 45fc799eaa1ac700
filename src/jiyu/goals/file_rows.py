"""A file of sheets as rows of text: where its head stands, and whose lines are which."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from jiyu.core.errors import DomainError

Rows = Sequence[tuple[int, Sequence[str]]]
"""Rows of text with their numbers in the file."""

HEADS: Mapping[str, tuple[str, ...]] = {
    "employee_no": ("工号", "员工编号", "employee_no"),
    "name": ("姓名", "name"),
    "indicator": ("指标编号", "指标代码", "indicator"),
    "indicator_name": ("指标", "指标名称", "indicator_name"),
    "weight": ("权重", "weight"),
    "target": ("目标值", "目标", "target"),
    "threshold": ("底线值", "底线", "threshold"),
    "stretch": ("挑战值", "挑战", "stretch"),
    "baseline": ("起点值", "起点", "baseline"),
    "applies": ("适用", "applies"),
    "section": ("部分", "section"),
    "section_weight": ("部分权重", "section_weight"),
}
HEAD_WITHIN, HEADS_TOLD = 10, 12
NEEDED = (("employee_no",), ("indicator", "indicator_name"), ("weight",))


@dataclass(frozen=True, slots=True)
class FileLine:
    """One row: its number in the file, and its cells by the keys of `HEADS` ("" where there is none)."""

    row: int
    cells: Mapping[str, str]

    @property
    def indicator(self) -> str:
        """Which indicator, as written: by its code, or by its name where no code stands."""
        return self.cells["indicator"] or self.cells["indicator_name"]


@dataclass(frozen=True, slots=True)
class FileSheet:
    """One person's rows, wherever in the file they stand."""

    employee_no: str
    lines: tuple[FileLine, ...]

    @property
    def rows(self) -> tuple[int, ...]:
        """The numbers of its rows."""
        return tuple(line.row for line in self.lines)

    @property
    def name(self) -> str:
        """The first name that is written; "" for none."""
        return next((line.cells["name"] for line in self.lines if line.cells["name"]), "")


def file_sheets(rows: Rows) -> list[FileSheet]:
    """Sheets in the order of the file; rows without an employee number are nobody's. Raises `goals.sheet_columns`."""
    column, below = _head(rows)
    found: dict[str, list[FileLine]] = {}
    for number, cells in below:
        line = {field: cells[at].strip() if at is not None and at < len(cells) else "" for field, at in column.items()}
        if line["employee_no"]:
            found.setdefault(line["employee_no"], []).append(FileLine(number, line))
    return [FileSheet(number, tuple(lines)) for number, lines in found.items()]


def _head(rows: Rows) -> tuple[dict[str, int | None], Rows]:
    """Where each column stands, by the first row that has all that is needed, and the rows below."""
    for place, (_number, cells) in enumerate(rows[:HEAD_WITHIN]):
        have = [cell.strip() for cell in cells]
        column = {field: next((have.index(n) for n in names if n in have), None) for field, names in HEADS.items()}
        if all(any(column[field] is not None for field in fields) for fields in NEEDED):
            return column, rows[place + 1 :]
    first = next((cells for _number, cells in rows if any(cell.strip() for cell in cells)), ())
    have = [cell.strip() for cell in first if cell.strip()][:HEADS_TOLD]
    raise DomainError(
        "goals.sheet_columns",
        _("表头要有 工号、指标编号、权重；现在是 %(have)s") % {"have": "、".join(have) or "–"},
        fix=_("把表头改成这几个词，或者下载表头和已有的，照着填"),
        path="file",
    )
