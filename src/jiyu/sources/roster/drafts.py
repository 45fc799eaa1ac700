"""Rows of a roster on their way to people: which rows are somebody, and what their cells say."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from jiyu.lib.tables.cells import Cell, Row, Sheet
from jiyu.lib.tables.heads import Head, HeadColumn, is_footer, is_total
from jiyu.lib.tables.names import clean_name, is_blank_word
from jiyu.sources.roster.columns import ROSTER_COLUMNS, UNIT_FIELDS, StatusWord
from jiyu.sources.roster.result import Place, RosterProblem, RowSaid, SkipKind, SkippedRow

_UNIT_SPLIT = re.compile(r"\s*(?:[/\\>＞→|]|--+|—>)\s*")
_LEFT_SHEET = re.compile(r"离职|离岗|离厂|退休|leaver|resigned|former", re.IGNORECASE)
_TAKEN = ROSTER_COLUMNS.keys() - {"ignored", "identity"}
_FILLED_FIELDS = frozenset({*UNIT_FIELDS, "lead", "lead_number", "job"})


@dataclass(slots=True)
class Draft:
    """One row that speaks of a person. `blocks` are the questions that keep it back."""

    place: Place
    key: str
    cells: Mapping[str, Cell]
    labels: Mapping[str, str]
    is_left_sheet: bool
    is_greyed: bool
    number: str = ""
    name: str = ""
    unit_path: tuple[str, ...] = ()
    job: str = ""
    job_grade: str = ""
    lead_written: str = ""
    lead_number_written: str = ""
    dates: dict[str, date] = field(default_factory=dict)
    employment_kind: str = ""
    status: StatusWord = ""
    status_note: str = ""
    blocks: list[RosterProblem] = field(default_factory=list)

    def text(self, code: str) -> str:
        cell = self.cells.get(code)
        return "" if cell is None or is_blank_word(cell.text) else cell.text.strip()

    @property
    def who(self) -> str:
        """The person in a sentence: "张伟（000402，销售部）"."""
        about = "，".join(part for part in (self.number, self.unit) if part)
        return f"{self.name or '没写姓名的人'}（{about}）" if about else self.name

    @property
    def unit(self) -> str:
        return self.unit_path[-1] if self.unit_path else ""

    @property
    def said(self) -> RowSaid:
        left = self.is_left_sheet or self.status == "left"
        return RowSaid(self.place, self.key, self.name, self.unit, self.lead_written, left)

    def content(self) -> tuple[object, ...]:
        """All that is taken of the row: two rows with equal content say the same."""
        texts = tuple(sorted((code, cell.text.strip()) for code, cell in self.cells.items() if cell.text))
        return (self.number, self.is_left_sheet, texts)


def collect(sheet: Sheet, head: Head, *, prefix: str) -> tuple[list[Draft], list[SkippedRow]]:
    """The rows of a sheet below its head as drafts, and the rows that are nobody.

    `prefix` keeps the keys of rows apart where several sheets are read.
    """
    columns = {column.code: head.column(column.code) for column in head.columns if column.code in _TAKEN}
    taken = {code: column for code, column in columns.items() if code is not None and column is not None}
    labels = {code: column.label for code, column in taken.items()}
    is_left = _LEFT_SHEET.search(sheet.name) is not None
    drafts: list[Draft] = []
    skipped: list[SkippedRow] = []
    for row, filled in zip(sheet.iter_rows(), sheet.iter_rows(fill_merged=True), strict=True):
        if head.first_row <= row.number <= head.last_row:
            continue
        place = Place(sheet.name, row.number)
        kind = _kind(row, head, taken)
        if kind:
            skipped.append(SkippedRow(place, kind, " ".join(text for text in row.texts if text)[:60]))
            continue
        cells = {code: (filled if code in _FILLED_FIELDS else row).cell(column.index) for code, column in taken.items()}
        drafts.append(Draft(place, f"{prefix}{row.number}", cells, labels, is_left, row.is_greyed))
    return drafts, skipped


def _kind(row: Row, head: Head, taken: Mapping[str, HeadColumn]) -> SkipKind | None:
    """What a row is if it is nobody; None for somebody."""
    if row.is_empty:
        return "blank"
    if row.number < head.first_row:
        return "title"
    if head.is_repeated(row):
        return "head"
    number = row.cell(taken["number"].index).text.strip() if "number" in taken else ""
    name = row.cell(taken["name"].index).text.strip() if "name" in taken else ""
    is_somebody = bool(re.search(r"\d", number)) and bool(name) and not re.search(r"\d", name)
    if is_total(row) and not is_somebody:
        return "total"
    if is_footer(row) or (not number and not name and sum(1 for cell in row.cells if cell.text) <= 2):
        return "note"
    return None


def usual_width(drafts: Iterable[Draft], known_width: int) -> int:
    """The length of employee numbers: the company's, else the one of those written with leading zeros.

    0 where the file shows no zeros at the front: then nothing was eaten, or nobody can tell.
    """
    if known_width:
        return known_width
    texts = [draft.text("number") for draft in drafts]
    lengths = Counter(len(text) for text in texts if text.isdigit() and text.startswith("0"))
    return lengths.most_common(1)[0][0] if lengths else 0


def unit_path(draft: Draft) -> tuple[str, ...]:
    """The unit from the top down, from one column ("制造部/一车间") or several; repeated levels once."""
    return unit_levels(draft.text(code) for code in UNIT_FIELDS)


def unit_levels(texts: Iterable[str]) -> tuple[str, ...]:
    """The levels that texts such as "制造部/一车间" name, each once."""
    path: list[str] = []
    for text in texts:
        for part in _UNIT_SPLIT.split(text):
            name = clean_name(part)
            if name and not is_blank_word(name) and name not in path:
                path.append(name)
    return tuple(path)
