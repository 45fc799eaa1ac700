"""`read_kpi_sheets`: a company's own KPI sheets as they are, to tables of lines. Nothing is dropped silently.

One sheet per person, several forms below each other, one list of many persons, or one list per post.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from jiyu.lib.kpi.finding import columns_of, heads, labels, owner_of
from jiyu.lib.kpi.sheets import (
    Extra,
    KpiFile,
    KpiLine,
    KpiTable,
    Owner,
    Place,
    RowProblem,
    SkippedRow,
    Written,
)
from jiyu.lib.kpi.words import (
    BONUS,
    EITHER,
    GRADE_WORD,
    NOTE,
    OWNER,
    PENALTY,
    SECTION_ROW,
    SIGNATURE,
    TITLE,
    VETO,
)
from jiyu.lib.tables import Cell, Row, Sheet
from jiyu.lib.tables.heads import Head, is_footer, is_total
from jiyu.lib.tables.names import is_blank_word
from jiyu.lib.text import Problem, Text

_PERCENT_IN: Final = re.compile(r"[（(]?\s*(?:权重|占比|占|共)?\s*[:：]?\s*(\d+(?:\.\d+)?\s*[%％])\s*[)）]?\s*$")
_SIGNED: Final = re.compile(r"[-+−＋]?\d+(?:\.\d+)?\s*分?")
_EXTRAS: Final = (("veto", VETO), ("either", EITHER), ("bonus", BONUS), ("penalty", PENALTY))
_CARRIED: Final = ("section", "section_weight", *OWNER)
_VALUES: Final = ("indicator", "definition", "weight", "points", "target", "threshold", "stretch", "rule", "actual")


def read_kpi_sheets(sheets: Sequence[Sheet]) -> KpiFile:
    """The tables of all sheets that are not hidden. Identity numbers are redacted by `lib.tables` before this sees them."""
    tables: list[KpiTable] = []
    problems: list[RowProblem] = []
    skipped: list[SkippedRow] = []
    unused: list[str] = []
    for sheet in sheets:
        if sheet.is_hidden:
            unused.append(sheet.name)
            continue
        reader = _SheetReader(sheet)
        reader.read()
        tables += reader.tables
        problems += reader.problems
        skipped += reader.skipped
        if not reader.tables:
            unused.append(sheet.name)
    hidden = tuple(label for sheet in sheets for label in sheet.redactions.columns)
    return KpiFile(tuple(tables), tuple(problems), tuple(skipped), tuple(unused), hidden)


class _SheetReader:
    """One sheet being read."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        self.rows = list(sheet.iter_rows())
        self.filled = {row.number: row for row in sheet.iter_rows(fill_merged=True)}
        self.tables: list[KpiTable] = []
        self.problems: list[RowProblem] = []
        self.skipped: list[SkippedRow] = []

    def read(self) -> None:
        """All tables, from head to head."""
        found = heads(self.sheet, self.rows)
        if not found:
            self._no_table()
            return
        found = self._without_reprints(found)
        before: list[Row] = [row for row in self.rows if row.number < found[0].first_row]
        for position, head in enumerate(found):
            after = found[position + 1].first_row if position + 1 < len(found) else None
            inside = [row for row in self.rows if row.number > head.last_row and (after is None or row.number < after)]
            inside, ahead = self._split(inside) if after is not None else (inside, [])
            self._table(head, before, inside)
            before = ahead

    def _without_reprints(self, found: list[Head]) -> list[Head]:
        """A head that comes again with nobody named above it is the same table's next page."""
        kept = found[:1]
        for head in found[1:]:
            between = [row for row in self.rows if kept[-1].last_row < row.number < head.first_row]
            same = [column.label for column in head.columns] == [column.label for column in kept[-1].columns]
            if not same or self._split(between)[1]:
                kept.append(head)
        return kept

    def _no_table(self) -> None:
        filled = [row for row in self.rows if not row.is_empty]
        if not filled:
            return
        self._problem(
            filled[0],
            "kpi.no_head",
            Text(
                "“{s}”里没找到表头（指标、权重、目标值这一行）。",
                'No head (indicator, weight, target) was found in "{s}".',
            ).format(s=self.sheet.name),
            Text("指给我们表头是哪一行，或者跳过这张表。", "Point to the row of the head, or skip the sheet."),
        )

    def _split(self, rows: list[Row]) -> tuple[list[Row], list[Row]]:
        """Where the rows of the next form begin: its title or its labels, right above its head."""
        start = len(rows)
        for position in range(len(rows) - 1, -1, -1):
            row = rows[position]
            if row.is_empty:
                continue
            if _is_title(row) or labels(self.sheet.name, row):
                start = position
            else:
                break
        return rows[:start], rows[start:]

    def _table(self, head: Head, before: list[Row], rows: list[Row]) -> None:
        columns = columns_of(head)
        owner, _used = owner_of(self.sheet.name, before)
        title = next(
            (row.texts[at].strip() for row in before for at, cell in enumerate(row.cells) if TITLE.search(cell.text)),
            "",
        )
        for row in before:
            if not row.is_empty:
                self._skip(row, "title" if _is_title(row) else "label")
        body = _Body(self, head, columns)
        for row in rows:
            body.take(row)
        if not body.groups:
            self._problem(
                self._row(head.first_row),
                "kpi.empty_table",
                Text("这张表只有表头，没有指标。", "This table has a head and no lines."),
                Text("跳过，或者看看是不是少了行。", "Skip it, or see whether rows are missing."),
            )
            return
        for group in body.groups:
            lines = group.lines
            merged = Owner(**{code: getattr(group.owner, code) or getattr(owner, code) for code in OWNER})
            table = KpiTable(
                sheet=self.sheet.name,
                first_row=lines[0].row,
                last_row=lines[-1].row,
                owner=merged,
                columns=columns,
                lines=tuple(lines),
                title=title,
                extras=tuple(group.extras),
                weight_total=group.weight_total,
                score_total=group.score_total,
                grade=group.grade,
                notes=tuple(group.notes),
                other_columns=tuple((label, at) for at, label in sorted(body.other.items())),
            )
            self.tables.append(table)
            if not merged.is_known:
                self._problem(
                    self._row(head.first_row),
                    "kpi.no_owner",
                    Text("“{s}”没写是谁的表（姓名、工号或岗位）。", '"{s}" does not say whose table it is.').format(
                        s=self.sheet.name
                    ),
                    Text(
                        "选一个人或一个岗位，我们不从表名猜。",
                        "Choose a person or a post; we do not guess from the sheet's name.",
                    ),
                )

    def _row(self, number: int) -> Row:
        return next(row for row in self.rows if row.number == number)

    def _problem(self, row: Row, code: str, message: Text, fix: Text) -> None:
        column = next((at for at, cell in enumerate(row.cells) if cell.text), 0)
        read = tuple(text for text in row.texts if text)
        self.problems.append(RowProblem(Place(self.sheet.name, row.number, column), Problem(code, message, fix), read))

    def _skip(self, row: Row, why: str) -> None:
        column = next((at for at, cell in enumerate(row.cells) if cell.text), 0)
        self.skipped.append(
            SkippedRow(Place(self.sheet.name, row.number, column), why, tuple(text for text in row.texts if text))
        )


@dataclass(slots=True)
class _Group:
    """The rows of one person (or post) below a head."""

    owner: Owner
    lines: list[KpiLine] = field(default_factory=list)
    extras: list[Extra] = field(default_factory=list)
    notes: list[Written] = field(default_factory=list)
    weight_total: Written | None = None
    score_total: Written | None = None
    grade: Written | None = None


class _Body:
    """The rows below one head, sorted into lines, extras, totals, notes, and what nobody understands."""

    def __init__(self, reader: _SheetReader, head: Head, columns: dict[str, int]) -> None:
        self.reader, self.head, self.columns = reader, head, columns
        self.groups: list[_Group] = []
        taken = set(columns.values())
        self.other = {column.index: column.label for column in head.columns if column.index not in taken}
        self._first = _Group(Owner())  # what stands above the first line
        self._carried: dict[str, Written] = {}
        self._below: str | None = None  # the kind of extra whose rows are running
        self._is_in_points = "points" in columns and "weight" not in columns

    @property
    def _now(self) -> _Group:
        return self.groups[-1] if self.groups else self._first

    def take(self, row: Row) -> None:
        """One row."""
        if row.is_empty:
            return
        first = next(cell.text.strip() for cell in row.cells if cell.text.strip())
        if self.head.is_repeated(row):
            self.reader._skip(row, "head")
        elif any(SIGNATURE.fullmatch(cell.text.strip()) for cell in row.cells if cell.text.strip()):
            self.reader._skip(row, "signature")
        elif self._starts_extra(row, first):
            pass
        elif is_total(row):
            self._total(row)
        elif NOTE.fullmatch(first) or (is_footer(row) and not self._is_line(row)):
            self._note(row)
        elif self._is_grade(row):
            pass
        elif self._is_section(row, first):
            self._section_row(row, first)
        elif self._below is not None and not self._has_weight(row):
            self._extra(row, self._below, row.texts)
        elif self._is_line(row):
            self._below = None
            self._line(row)
        else:
            self._odd(row)

    def _cell(self, row: Row, code: str) -> Cell:
        return row.cell(self.columns[code]) if code in self.columns else Cell(None, "")

    def _written(self, row: Row, code: str) -> Written | None:
        cell = self._cell(row, code)
        if not cell.text.strip():
            return None
        return Written(cell.text.strip(), Place(self.reader.sheet.name, row.number, self.columns[code]), cell.value)

    def _has_weight(self, row: Row) -> bool:
        text = self._cell(row, "points" if self._is_in_points else "weight").text
        return bool(re.search(r"\d", text))

    def _is_line(self, row: Row) -> bool:
        if not self._cell(row, "indicator").text.strip():
            return False
        return any(self._cell(row, code).text.strip() for code in _VALUES if code != "indicator")

    def _starts_extra(self, row: Row, first: str) -> bool:
        """加分项, 一票否决 …: as a label of its own, or merged in the first column with the items to its right."""
        for kind, pattern in _EXTRAS:
            match = pattern.match(first)
            if match is None or self._has_weight(row):
                continue
            rest = first[match.end() :].strip(" :：")
            texts = [rest, *[text for text in row.texts if text.strip() and text.strip() != first]]
            self._below = kind
            if any(texts):
                self._extra(row, kind, texts)
            else:
                self.reader._skip(row, "label")
            return True
        return False

    def _extra(self, row: Row, kind: str, texts: Sequence[str]) -> None:
        said = [text.strip() for text in texts if text.strip() and not text.strip().isdigit()]
        # Only what stands in a column of scores was given; "+2" beside the words is what may be given.
        columns = [self.columns[code] for code in ("weighted", "score", "lead_mark") if code in self.columns]
        points = next((n for column in columns if (n := _signed(row.cell(column))) is not None), None)
        words = [text for text in said if _SIGNED.fullmatch(text) is None] or said
        column = next((at for at, cell in enumerate(row.cells) if cell.text), 0)
        place = Place(self.reader.sheet.name, row.number, column)
        kept = tuple(
            Written(cell.text, Place(place.sheet, row.number, at), cell.value)
            for at, cell in enumerate(row.cells) if cell.text
        )  # fmt: skip
        self._now.extras.append(Extra(kind, "；".join(words), place, None if kind == "veto" else points, kept))

    def _total(self, row: Row) -> None:
        """合计: the file's own sums, kept to be compared."""
        self._below = None
        weight = self._written(row, "points" if self._is_in_points else "weight")
        score = next(
            (w for code in ("weighted", "score", "lead_mark") if (w := self._written(row, code)) is not None), None
        )
        if score is None:  # a total under no column of its own: the last number of the row
            numbers = [(at, cell) for at, cell in enumerate(row.cells) if _signed(cell) is not None]
            taken = self.columns.get("points" if self._is_in_points else "weight")
            last = next(((at, cell) for at, cell in reversed(numbers) if at != taken), None)
            if last is not None:
                score = Written(last[1].text.strip(), Place(self.reader.sheet.name, row.number, last[0]), last[1].value)
        self._now.weight_total = weight or self._now.weight_total
        self._now.score_total = score or self._now.score_total
        self.reader._skip(row, "total")

    def _note(self, row: Row) -> None:
        self._below = None
        for column, cell in enumerate(row.cells):
            if cell.text.strip():
                self._now.notes.append(
                    Written(cell.text.strip(), Place(self.reader.sheet.name, row.number, column), cell.value)
                )

    def _is_grade(self, row: Row) -> bool:
        """考核等级 | B+ below the table."""
        filled = [(at, cell) for at, cell in enumerate(row.cells) if cell.text.strip()]
        if not 1 <= len(filled) <= 2 or not GRADE_WORD.fullmatch(filled[0][1].text.strip().rstrip(":：")):
            return False
        if len(filled) == 2:
            at, cell = filled[1]
            self._now.grade = Written(cell.text.strip(), Place(self.reader.sheet.name, row.number, at), cell.value)
        self.reader._skip(row, "label")
        return True

    def _is_section(self, row: Row, first: str) -> bool:
        texts = {cell.text.strip() for cell in row.cells if cell.text.strip()}
        return len(texts) == 1 and SECTION_ROW.fullmatch(first) is not None and len(first) <= 40

    def _section_row(self, row: Row, first: str) -> None:
        """一、业绩指标（70%） over the lines that follow."""
        column = next(at for at, cell in enumerate(row.cells) if cell.text)
        place = Place(self.reader.sheet.name, row.number, column)
        self._below = None
        self._carried.pop("section_weight", None)
        self._carried["section"] = Written(first, place, first)
        self.reader._skip(row, "label")

    def _line(self, row: Row) -> None:
        filled = self.reader.filled.get(row.number, row)
        for code in _CARRIED:
            written = self._written(filled, code)
            if written is not None and not is_blank_word(written.text):
                if code == "section" and written.text != self._carried.get("section", Written("", written.place)).text:
                    self._carried.pop("section_weight", None)
                self._carried[code] = written
        # A new person starts with a name: the number before must not be carried over to somebody else.
        own = {code: self._carried[code] for code in OWNER if code in self._carried}
        for code in ("name", "employee_no"):
            other = "employee_no" if code == "name" else "name"
            here, there = self._written(filled, code), self._written(filled, other)
            if here is not None and there is None and other in own and own[other].place.row < row.number:
                before = self.groups[-1].owner if self.groups else None
                known = getattr(before, code) if before is not None else None
                if known is None or known.text != here.text:
                    own.pop(other)
                    self._carried.pop(other)
        owner = Owner(**{code: own.get(code) for code in OWNER})
        cells = {
            code: w for code in self.columns if code not in _CARRIED and (w := self._written(row, code)) is not None
        }
        section = self._carried.get("section")
        unknown = {label: row.cell(at).text.strip() for at, label in self.other.items() if row.cell(at).text.strip()}
        line = KpiLine(row.number, cells, section, self._section_weight(section), self._is_in_points, unknown)
        key = _key(owner)
        if not self.groups or _key(self.groups[-1].owner) != key:
            above = self._first if not self.groups else _Group(owner)
            above.owner = owner
            self.groups.append(above)
        self.groups[-1].lines.append(line)

    def _section_weight(self, section: Written | None) -> Written | None:
        """Of a column of its own, or in the section's words: 财务类（50%）."""
        if "section_weight" in self._carried:
            return self._carried["section_weight"]
        match = _PERCENT_IN.search(section.text) if section else None
        return Written(match[1].replace(" ", ""), section.place, match[1]) if match and section else None

    def _odd(self, row: Row) -> None:
        if labels(self.reader.sheet.name, row) or _is_title(row):
            self.reader._skip(row, "label")
            return
        self._below = None
        self.reader._problem(
            row,
            "kpi.row_not_understood",
            Text("第 {n} 行没看懂：“{t}”。", 'Row {n} was not understood: "{t}".').format(
                n=row.number, t=" ".join(text for text in row.texts if text)[:80]
            ),
            Text("当作指标、当作备注，或者先空着。", "Take it as an indicator, as a note, or leave it."),
        )


def _key(owner: Owner) -> tuple[str, ...]:
    """Two lines belong together where everything that names a person or a post is the same."""
    person = tuple(part.text if part else "" for part in (owner.employee_no, owner.name))
    return person if any(person) else ("", "", owner.post.text if owner.post else "")


def _signed(cell: Cell) -> Decimal | None:
    text = cell.text.strip().replace("−", "-").replace("＋", "+")
    if _SIGNED.fullmatch(text) is None:
        return None
    return Decimal(text.rstrip("分 ").lstrip("+"))


def _is_title(row: Row) -> bool:
    texts = {cell.text.strip() for cell in row.cells if cell.text.strip()}
    return len(texts) == 1 and TITLE.search(next(iter(texts))) is not None
