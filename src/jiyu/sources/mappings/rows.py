"""What a mapping makes of a row: something to record, or a problem to settle."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from jiyu.lib.tables.cells import Cell, Row, column_name
from jiyu.lib.tables.dates import excel_day_number
from jiyu.lib.tables.heads import Head, is_total, is_total_word
from jiyu.lib.text import Problem
from jiyu.sources.mappings.spec import MatchedBy


class MappedRow(NamedTuple):
    """One record to be: where it stands, whom it is about in the file's own words, when, and how much.

    `occurred_at` is local and without zone, None where only a day is known. `measures` are millionths by
    measure code; a blank cell has no entry (missing is not zero). `raw` is the row as read, label → text.
    `rounded` counts values with more than six decimals.
    """

    sheet: str
    row: int
    key: str
    matched_by: MatchedBy
    subject: str
    occurred_at: datetime | None
    business_day: date
    measures: dict[str, int]
    dimensions: dict[str, str]
    raw: dict[str, str]
    rounded: int = 0


@dataclass(frozen=True, slots=True)
class RowProblem:
    """A row that cannot be taken. `problem.path` names the column; `raw` is the row as read."""

    sheet: str
    row: int
    raw: dict[str, str]
    problem: Problem


def is_sum(row: Row, subject: int) -> bool:
    """Whether a row is a sum (小计, 合计) and about nobody: it says so in front, or where the subject stands."""
    return is_total(row) or is_total_word(row.cell(subject).text)


def label_key(label: str) -> str:
    """A head's label for comparing files: width, case and spaces do not matter, units in brackets do."""
    return "".join(unicodedata.normalize("NFKC", label).casefold().split())


def code_text(cell: Cell) -> str:
    """A number of an entry or a person as text; shown as a date by Excel, it is the number behind it."""
    if isinstance(cell.value, date):
        return str(excel_day_number(cell.value))
    return cell.text.strip()


def unique_labels(head: Head) -> list[tuple[int, str]]:
    """Index and label of each column; of two columns with one label the later ones carry their letter."""
    labels: dict[str, int] = {}
    for column in head.columns:
        doubled = column.label in labels
        labels[f"{column.label} ({column_name(column.index)})" if doubled else column.label] = column.index
    return [(index, label) for label, index in labels.items()]


def row_texts(row: Row, labels: Sequence[tuple[int, str]]) -> dict[str, str]:
    """The filled cells of a row by label."""
    cells = row.cells
    width = len(cells)
    return {label: cells[index].text for index, label in labels if index < width and cells[index].text}
