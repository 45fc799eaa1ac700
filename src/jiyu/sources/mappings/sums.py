"""Sums that an attendance table prints beside its days, held against what the days come to. The days hold."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from jiyu.lib.tables.cells import Sheet, TableFile
from jiyu.lib.tables.heads import Head, normal_label
from jiyu.lib.tables.numbers import ParsedNumber, parse_number, split_head_unit
from jiyu.lib.text import Text, counted
from jiyu.lib.units import MICRO
from jiyu.sources.mappings.applying import find_head
from jiyu.sources.mappings.columns import MEASURES, NOTHING
from jiyu.sources.mappings.grids import day_columns, legend_of, month_of, people_in
from jiyu.sources.mappings.meanings import LEGEND_WORDS, MEANINGS
from jiyu.sources.mappings.spec import GridSpec, MappingSpec
from jiyu.sources.mappings.symbols import read_cell

_AROUND = re.compile(r"合计|小计|总计|累计|天数|次数|[共总实天次数]")
_BARE = frozenset({"合计", "总计", "小计", "共计"})  # of what? of the days present, if most rows agree
_PRESENT = "days_present"
SUMS_SHOWN = 3


class WrongSum(NamedTuple):
    """A printed sum that is not what the days of its row come to; both in millionths of the measure `code`."""

    sheet: str
    row: int
    subject: str
    column: str
    code: str
    printed: int
    counted: int


def wrong_sums(spec: MappingSpec, file: TableFile) -> list[WrongSum]:
    """Every printed sum of a table of days that differs from its cells; none for other tables.

    Only measures that the legend has are compared (lateness may come from another system), and only rows all of whose
    cells are readable.
    """
    if spec.grid is None:
        return []
    found: list[WrongSum] = []
    for sheet in file.sheets:
        head = None if sheet.is_hidden or (spec.sheet and sheet.name != spec.sheet) else find_head(spec, sheet)
        if head is not None:
            found += _of_sheet(spec, spec.grid, sheet, head)
    return found


def sum_columns(grid: GridSpec, head: Head) -> dict[int, str]:
    """The columns that print a sum, by index, and the measure summed; a bare 合计 is taken for days present."""
    known = {entry.code for entry in grid.legend} | {_PRESENT, grid.overtime_code}
    days = day_columns(head, 2000, 1)
    codes = {column.index: _summed(column.label, known) for column in head.columns if column.index not in days}
    return {index: code for index, code in codes.items() if code}


def _of_sheet(spec: MappingSpec, grid: GridSpec, sheet: Sheet, head: Head) -> list[WrongSum]:
    columns = sum_columns(grid, head)
    month = month_of(grid, sheet, head)
    if not columns or month is None:
        return []
    labels = {column.index: column.label for column in head.columns}
    days = list(day_columns(head, *month))
    wrong: dict[int, list[WrongSum]] = {index: [] for index in columns}
    compared = dict.fromkeys(columns, 0)
    for number, subject, texts, printed in _rows(spec, sheet, head, days, columns):
        come_to = _come_to(grid, texts)
        if come_to is None:
            continue
        for index, value in printed.items():
            compared[index] += 1
            is_now = come_to.get(columns[index], 0)
            if value != is_now:
                said = WrongSum(sheet.name, number, subject, labels[index], columns[index], value, is_now)
                wrong[index].append(said)
    for index in columns:
        if normal_label(labels[index]) in _BARE and len(wrong[index]) * 2 > compared[index]:
            wrong[index] = []  # a sum of something else
    return sorted((one for found in wrong.values() for one in found), key=lambda one: one.row)


def _rows(
    spec: MappingSpec, sheet: Sheet, head: Head, days: Sequence[int], columns: Mapping[int, str]
) -> Iterator[tuple[int, str, list[str], dict[int, int]]]:
    """Row number, subject, texts of the days, printed sums in millionths."""
    for row, subject in people_in(spec, sheet, head):
        parsed = {index: parse_number(row.cell(index)) for index in columns}
        printed = {index: value.millionths for index, value in parsed.items() if isinstance(value, ParsedNumber)}
        texts = [text for index in days if (text := row.cell(index).text.strip()) not in NOTHING]
        yield row.number, subject, texts, printed


def _come_to(grid: GridSpec, texts: Sequence[str]) -> dict[str, int] | None:
    """What the days of a row come to; None where one cannot be read."""
    legend = legend_of(grid)
    total: dict[str, int] = {}
    for text in texts:
        read = read_cell(text, legend, grid.overtime_code)
        if read.unknown:
            return None
        for code, value in read.counted.items():
            total[code] = total.get(code, 0) + value
    return total


def _summed(label: str, known: set[str]) -> str:
    """The measure that a label names the sum of: 出勤合计, 实出勤天数, 事假（天）; "" for none that is counted, or for one
    in another unit."""
    unit = split_head_unit(label)[1]
    for word in (normal_label(label.split(" ")[-1]), normal_label(label)):
        if word in _BARE:
            return _PRESENT
        bare = _AROUND.sub("", word)
        codes = [code for code, words in MEASURES.items() if word in words]
        codes += [LEGEND_WORDS[one] for one in (word, bare) if one in LEGEND_WORDS]
        if bare == "加班" or "overtime" in codes:
            codes = ["overtime_days", "overtime_hours"]
        for code in codes:
            if code in known and (unit is None or code not in MEANINGS or unit.code == MEANINGS[code].unit):
                return code
    return ""


def sums_told(found: Sequence[WrongSum], *, with_names: bool) -> Text:
    """One sentence: how many, and the first few by row, with names where it is not kept."""
    shown = [
        (one.row, f" {one.subject} " if with_names else "", one.column, *_amounts(one)) for one in found[:SUMS_SHOWN]
    ]
    zh = "；".join(f"第 {row} 行{who}“{column}”写 {was}，加起来 {now}" for row, who, column, was, now in shown)
    en = "; ".join(
        f'row {row}{who or " "}"{column}" says {was}, the days {now}' for row, who, column, was, now in shown
    )
    more, more_en = (" 等", " and so on") if len(found) > SUMS_SHOWN else ("", "")
    return Text(
        f"有 {len(found):,} 个印好的合计和每天加起来的不一样，按每天的算：{zh}{more}",
        f"{counted(len(found), 'printed sum differs', 'printed sums differ')} from the days; the days count: {en}{more_en}",
    )


def _amounts(one: WrongSum) -> tuple[str, str]:
    return f"{one.printed / MICRO:g}", f"{one.counted / MICRO:g}"
