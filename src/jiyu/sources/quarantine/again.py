"""Rows of a kept file read once more, after somebody said what they mean."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace

from jiyu.lib.tables.cells import EMPTY, Cell, Row, Sheet, TableFile
from jiyu.sources.mappings.applying import apply_mapping, find_head
from jiyu.sources.mappings.grids import day_columns, day_label, month_of
from jiyu.sources.mappings.rows import MappedRow, RowProblem, label_key
from jiyu.sources.mappings.spec import MappingSpec

HEAD_WITHIN = 12  # rows in which a head of two rows can stand


def rows_again(
    spec: MappingSpec,
    file: TableFile,
    *,
    sheet_name: str,
    rows: Collection[int],
    corrections: Mapping[str, str] | None = None,
) -> Iterator[MappedRow | RowProblem]:
    """What the mapping makes of some rows of one sheet. `corrections` are new cell texts by column label."""
    wanted = frozenset(rows)
    sheets = tuple(
        _only(sheet, wanted, _columns(spec, sheet, corrections or {}))
        for sheet in file.sheets
        if sheet.name[:100] == sheet_name
    )
    for item in apply_mapping(spec, replace(file, sheets=sheets)):
        if item.row in wanted:
            yield item


def _only(sheet: Sheet, wanted: frozenset[int], corrections: Mapping[int, str]) -> Sheet:
    def rows() -> Iterator[Row]:
        for row in sheet.iter_rows(fill_merged=True):
            if row.number in wanted:
                yield _corrected(row, corrections)
            elif row.number <= HEAD_WITHIN:
                yield row

    return replace(sheet, row_source=rows, merged=())


def _columns(spec: MappingSpec, sheet: Sheet, corrections: Mapping[str, str]) -> dict[int, str]:
    head = find_head(spec, sheet) if corrections else None
    if head is None:
        return {}
    index = {label_key(column.label): column.index for column in reversed(head.columns)}
    month = month_of(spec.grid, sheet, head) if spec.grid is not None else None
    index |= {day_label(day): column for column, day in day_columns(head, *month).items()} if month else {}
    return {index[label_key(label)]: text for label, text in corrections.items() if label_key(label) in index}


def _corrected(row: Row, corrections: Mapping[int, str]) -> Row:
    if not corrections:
        return row
    cells = list(row.cells)
    cells.extend([EMPTY] * (max(corrections) + 1 - len(cells)))
    for column, text in corrections.items():
        cells[column] = Cell(text, text)
    return row._replace(cells=tuple(cells))
