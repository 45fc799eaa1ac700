"""`apply_mapping`: the rows of a file as a mapping says, one by one, in a stream. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta

from jiyu.lib.tables.cells import Cell, Row, Sheet, TableFile
from jiyu.lib.tables.dates import ParsedDate, parse_date, parse_datetime, parse_duration_seconds, short_date
from jiyu.lib.tables.heads import Head, head_at, is_footer
from jiyu.lib.tables.names import clean_name, is_blank_word
from jiyu.lib.tables.numbers import parse_number
from jiyu.lib.text import Problem
from jiyu.lib.units import MICRO, TIME, UNITS, Unit, convert_micro, find_unit
from jiyu.sources.mappings import words
from jiyu.sources.mappings.grids import GRID_DAYS, day_columns, grid_rows
from jiyu.sources.mappings.rows import (
    MappedRow,
    RowProblem,
    code_text,
    is_sum,
    label_key,
    row_texts,
    unique_labels,
)
from jiyu.sources.mappings.spec import MappingSpec, MeasureSpec, TimeSpec
from jiyu.sources.mappings.titles import business_day_in, month_end, title_of
from jiyu.sources.mappings.years import told_year

_HEAD_WITHIN = 10
_NAMES_APART = re.compile(r"\s*[/、,，;；+＋&＆\n]\s*")
_MONTH = re.compile(r"(\d{4})\s*[-/.年]?\s*(\d{1,2})\s*月?份?")
_BASES = {"percent": "ratio", "money": "yuan", "time": "minute", "count": "piece"}  # what 万 alone multiplies


def apply_mapping(spec: MappingSpec, file: TableFile) -> Iterator[MappedRow | RowProblem]:
    """Every data row of the file as a `MappedRow`, or as a `RowProblem` that says what to do.

    Empty rows, rows of 合计, notes and repeated heads are passed over. Rows with equal keys are given as they
    come. A file without the mapped columns gives one problem (mapping.head_changed) and nothing else.
    """
    found = False
    for sheet in file.sheets:
        if sheet.is_hidden or (spec.sheet and sheet.name != spec.sheet):
            continue
        head = find_head(spec, sheet)
        if head is None:
            continue
        found = True
        if spec.grid is not None:
            yield from grid_rows(spec, spec.grid, sheet, head)
        else:
            yield from _SheetMapper(spec, sheet, head, file.filename).rows()
    if not found:
        yield RowProblem(file.sheets[0].name, 1, {}, head_changed(spec, file))


def find_head(spec: MappingSpec, sheet: Sheet) -> Head | None:
    """The head of `sheet` that has all columns of the mapping, within ten rows; None where it has none."""
    wanted = {label_key(label) for label in spec.columns}
    for rows in (1, 2):  # a head of one row first: with the title above it, it would seem one of two
        for row in sheet.head_rows(_HEAD_WITHIN):
            head = head_at(sheet, row.number, {}, rows=rows)
            if head is None or not wanted <= {label_key(column.label) for column in head.columns}:
                continue
            if spec.grid is None or len(day_columns(head, 2000, 1)) >= GRID_DAYS:
                return head
    return None


def head_changed(spec: MappingSpec, file: TableFile) -> Problem:
    """What to say when a file no longer has the columns it was learned with."""
    texts = [text for sheet in file.sheets for row in sheet.head_rows(_HEAD_WITHIN) for text in row.texts]
    present = {label_key(text) for text in texts}
    return words.head_changed("、".join(label for label in spec.columns if label_key(label) not in present))


def names_apart(text: str) -> list[str]:
    """The people of one cell: "张三/李四" → two. Full-width marks and line breaks part as well."""
    return [name for name in _NAMES_APART.split(text.strip()) if name]


class _Refused(Exception):
    """A row that cannot be taken; caught where rows are made."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.code)
        self.problem = problem


class _SheetMapper:
    """The mapping bound to one sheet: column indexes looked up once, then row after row."""

    def __init__(self, spec: MappingSpec, sheet: Sheet, head: Head, filename: str) -> None:
        self.spec, self.sheet, self.head = spec, sheet, head
        self.index: dict[str, int] = {}
        for column in head.columns:
            self.index.setdefault(label_key(column.label), column.index)
        self.labels = unique_labels(head)
        self.subject = self._at(spec.subject.column)
        self.measures = [(self._at(m.column), m, UNITS[m.unit]) for m in spec.measures]
        self.dimensions = [(self._at(d.column), d.code) for d in spec.dimensions]
        keys = [label for label in spec.key_columns if label != spec.time.clock_column or not spec.time.column]
        self.keys = [(self._at(label), label == spec.subject.column, label == spec.time.column) for label in keys]
        in_title = spec.time.shape == "title"
        self.whole_day = business_day_in(title_of(sheet, head)) if in_title else spec.time.day
        self.told_year = told_year(sheet, head, filename)
        self.cut = timedelta(minutes=spec.time.day_cut_minutes)

    def rows(self) -> Iterator[MappedRow | RowProblem]:
        filled = self.sheet.iter_rows(fill_merged=True) if self.sheet.merged else self.sheet.iter_rows()
        own = self.sheet.iter_rows() if self.sheet.merged else None
        for row in filled:
            amounts = next(own) if own is not None else row  # a merged number counts once, in its first row
            if row.number <= self.head.last_row or row.is_empty or self._is_nobody(row):
                continue
            try:
                yield from self._map(row, amounts)
            except _Refused as refused:
                yield RowProblem(self.sheet.name, row.number, row_texts(row, self.labels), refused.problem)

    def _is_nobody(self, row: Row) -> bool:
        """A sum, a note below the table, or the head again."""
        subject = row.cell(self.subject).text
        return (
            is_sum(row, self.subject)
            or is_footer(row)
            or (subject[:1] == self.spec.subject.column[:1] and self.head.is_repeated(row))
        )

    def _map(self, row: Row, amounts: Row) -> Iterator[MappedRow]:
        if row.is_cut:
            raise _Refused(words.CUT)
        spec = self.spec
        subject = self._subject(row.cell(self.subject))
        if not subject:
            return
        occurred_at, day = self._when(row)
        rounded = 0
        measures: dict[str, int] = {}
        for index, measure, unit in self.measures:
            value, was_rounded = _measure(amounts.cell(index), measure, unit)
            if value is not None:
                measures[measure.code] = value
                rounded += was_rounded
        dimensions = {code: text for index, code in self.dimensions if (text := row.cell(index).text.strip())}
        key = self._key(row, subject, occurred_at, day)
        raw = row_texts(row, self.labels)
        people = names_apart(subject) if spec.subject.matched_by != "crew" else [subject]
        if len(people) == 1:
            yield MappedRow(
                self.sheet.name, row.number, key, spec.subject.matched_by, people[0], occurred_at, day,
                measures, dimensions, raw, rounded,
            )  # fmt: skip
            return
        if spec.subject.split == "aside":
            raise _Refused(words.several_people(subject, spec.subject.column))
        for position, person in enumerate(people):
            part = measures if spec.subject.split == "each" else _share(measures, position, len(people))
            yield MappedRow(
                self.sheet.name, row.number, f"{key}#{person}", spec.subject.matched_by, person, occurred_at,
                day, part, dimensions, raw, rounded if position == 0 else 0,
            )  # fmt: skip

    def _subject(self, cell: Cell) -> str:
        """The subject as written; "" where the row is nobody's and may be left out."""
        text = code_text(cell) if self.spec.subject.matched_by == "number" else clean_name(cell.text)
        if is_blank_word(text):
            if self.spec.subject.blank == "aside":
                raise _Refused(words.no_subject(self.spec.subject.column))
            return ""
        return text

    def _when(self, row: Row) -> tuple[datetime | None, date]:
        """The moment and the business day of a row."""
        spec = self.spec.time
        if spec.shape in ("fixed", "title"):
            if self.whole_day is None:
                raise _Refused(words.NO_TITLE_DAY)
            return None, self.whole_day
        cell = row.cell(self._at(spec.column))
        if spec.shape == "month":
            return None, _month_end(cell, spec)
        cell = self._with_year(cell)
        if spec.shape == "day":
            parsed = parse_date(cell, spec.order)
            if not isinstance(parsed, ParsedDate):
                raise _Refused(_placed(parsed, spec.column))
            if not spec.clock_column:
                return None, parsed.value
            return self._clocked(parsed.value, row.cell(self._at(spec.clock_column)))
        moment = parse_datetime(cell, spec.order)
        if not isinstance(moment, datetime):
            raise _Refused(_placed(moment, spec.column))
        return moment, (moment - self.cut).date()

    def _with_year(self, cell: Cell) -> Cell:
        """The cell, or the day in it with its year where it names none."""
        short = short_date(cell)
        if short is None:
            return cell
        year = self.told_year.year_of(short.month(self.spec.time.order), self.spec.time)
        if year is None:
            raise _Refused(words.no_year(cell.text, self.spec.time.column))
        return short.in_year(year, self.spec.time.order)

    def _clocked(self, day: date, cell: Cell) -> tuple[datetime | None, date]:
        """A date and a time of day in two cells."""
        if cell.is_empty:
            return None, day
        spec = self.spec.time
        if isinstance(cell.value, time):
            clock = cell.value
        else:
            read = parse_datetime(Cell(text := f"{day.isoformat()} {cell.text.strip()}", text))
            if not isinstance(read, datetime):
                raise _Refused(_placed(read, spec.clock_column))
            clock, day = read.time(), read.date()
        moment = datetime.combine(day, clock)
        if spec.dates_are_business_days:
            late = timedelta(hours=clock.hour, minutes=clock.minute, seconds=clock.second) < self.cut
            return (moment + timedelta(days=1) if late else moment), day
        return moment, (moment - self.cut).date()

    def _key(self, row: Row, subject: str, occurred_at: datetime | None, day: date) -> str:
        """The key in a form that outlives another way of writing: no eaten zeros, one shape of time."""
        parts: list[str] = []
        for index, is_subject, is_time in self.keys:
            if is_subject:
                parts.append(subject.lstrip("0") if subject.isdigit() else subject)
            elif is_time:
                parts.append(occurred_at.isoformat(timespec="seconds") if occurred_at else day.isoformat())
            else:
                parts.append(code_text(row.cell(index)))
        if not any(parts):
            raise _Refused(words.no_key(self.spec.key_columns))
        return "|".join(parts)

    def _at(self, label: str) -> int:
        return self.index[label_key(label)] if label else -1


def _measure(cell: Cell, spec: MeasureSpec, unit: Unit) -> tuple[int | None, bool]:
    """A cell in millionths of the measure's unit, and whether it was rounded; None for a blank."""
    if unit.dimension == TIME and (isinstance(cell.value, time | timedelta) or ":" in cell.text):
        seconds = parse_duration_seconds(cell)
        if isinstance(seconds, Problem):
            raise _Refused(_placed(seconds, spec.column))
        return (None if seconds is None else convert_micro(seconds * MICRO, UNITS["second"], unit)), False
    parsed = parse_number(cell, scale_millionths=spec.scale_millionths)
    if parsed is None:
        return None, False
    if isinstance(parsed, Problem):
        raise _Refused(_placed(parsed, spec.column))
    if parsed.qualifier:
        raise _Refused(words.not_exact(cell.text, spec.column))
    if not parsed.is_absolute and spec.written_unit:
        return convert_micro(parsed.millionths, UNITS[spec.written_unit], unit), parsed.was_rounded
    if not parsed.is_absolute or (spec.word and parsed.unit == spec.word):
        return parsed.millionths, parsed.was_rounded
    written = UNITS["ratio"] if parsed.unit == "%" else find_unit(parsed.unit or _BASES.get(unit.dimension, unit.code))
    if written is None or written.dimension != unit.dimension:
        raise _Refused(words.other_unit(cell.text, unit, spec.column))
    return convert_micro(parsed.millionths, written, unit), parsed.was_rounded


def _month_end(cell: Cell, spec: TimeSpec) -> date:
    """The last day of a month written 2026-03, 2026年3月, 202603, or as any day of it."""
    match = _MONTH.fullmatch(cell.text.strip())
    if match and 1 <= int(match[2]) <= 12:
        return month_end(int(match[1]), int(match[2]))
    parsed = parse_date(cell, spec.order)
    if not isinstance(parsed, ParsedDate):
        raise _Refused(_placed(parsed, spec.column))
    return month_end(parsed.value.year, parsed.value.month)


def _share(measures: dict[str, int], position: int, count: int) -> dict[str, int]:
    """An equal part of every measure; the millionths that do not divide go to the first ones."""
    part: dict[str, int] = {}
    for code, value in measures.items():
        whole, rest = divmod(abs(value), count)
        one = whole + (position < rest)
        part[code] = one if value >= 0 else -one
    return part


def _placed(problem: Problem | None, column: str) -> Problem:
    """A parser's problem with the column it is about; None, a blank, becomes its own."""
    return replace(problem, path=column) if problem is not None else words.no_time(column)
