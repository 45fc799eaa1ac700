"""Rows of a file that are passed over because they are sums (小计, 合计, 总计): they would count twice."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from jiyu.lib.tables import TableFile
from jiyu.sources.mappings.applying import find_head
from jiyu.sources.mappings.rows import is_sum, label_key
from jiyu.sources.mappings.spec import MappingSpec


@dataclass(frozen=True, slots=True)
class SumRow:
    """A row that was taken for a sum, with the texts of its cells that are not empty."""

    sheet: str
    row: int
    texts: tuple[str, ...]


def sum_rows(spec: MappingSpec, file: TableFile) -> Iterator[SumRow]:
    """The sums `apply_mapping` passes over: rows that say so in front, or where the subject stands."""
    for sheet in file.sheets:
        if sheet.is_hidden or (spec.sheet and sheet.name != spec.sheet):
            continue
        head = find_head(spec, sheet)
        if head is None:
            continue
        wanted = label_key(spec.subject.column)
        subject = next((column.index for column in head.columns if label_key(column.label) == wanted), -1)
        for row in sheet.iter_rows(fill_merged=spec.grid is None):
            if row.number <= head.last_row or row.is_empty:
                continue
            if is_sum(row, subject):
                yield SumRow(sheet.name, row.number, tuple(text for text in row.texts if text))
