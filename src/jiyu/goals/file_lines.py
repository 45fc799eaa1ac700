"""What the rows of a file of sheets mean under an edition: lines, and everything that is wrong or in doubt at once."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from django.utils.translation import gettext as _

from jiyu.core.errors import DomainError
from jiyu.core.language import say
from jiyu.goals.file_rows import HEADS, FileLine, FileSheet
from jiyu.goals.lines import (
    LineEntry,
    folded,
    line_faults,
    metric_of,
    own_indicators,
    sheet_faults,
    unknown_indicator,
)
from jiyu.goals.models import MAIN_SECTION
from jiyu.goals.typed import read_number, two_readings
from jiyu.lib.scoring import read_weights, weigh
from jiyu.lib.text import Problem
from jiyu.lib.units import MICRO, UNITS, Unit
from jiyu.studio.public import EditionView, Item

NUMBERS = ("target", "threshold", "stretch", "baseline")
MOST_AMOUNT = Decimal(1_000_000_000_000)  # a million million of anything; millionths of it still fit 64 bits
NOT_APPLICABLE = ("不适用", "否", "no", "n/a")
AS_FRACTION, AS_PERCENT = "fraction", "percent"
"""What the small numbers of an indicator in percent may be said to be: 0.98 is 98 %, or it is 0.98 %."""

Meant = Mapping[str, str]
"""Which of the two, by the indicator's code."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with these rows, and what to do about it, in one sentence or two."""

    rows: tuple[int, ...]
    why: str


@dataclass(frozen=True, slots=True)
class Doubt:
    """A number that can mean two things: `readings` are 98% and 0.98% for a bare 0.98."""

    row: int
    column: str
    code: str
    label: str
    typed: str
    readings: tuple[str, str]

    @property
    def fault(self) -> Fault:
        """The doubt told where nobody can be asked."""
        told = {
            "name": self.label, "column": self.column, "text": self.typed,
            "first": self.readings[0], "second": self.readings[1],
        }  # fmt: skip
        words = _(
            "“%(name)s”的%(column)s写的是 %(text)s：你是指 %(first)s 还是 %(second)s？"
            "在文件里写成 %(first)s 或 %(second)s"
        )
        return Fault((self.row,), words % told)


@dataclass(frozen=True, slots=True)
class SheetRead:
    """A sheet of a file as read. `way` is how the bare weights were read (`lib.scoring.weigh`)."""

    sheet: FileSheet
    entries: tuple[LineEntry, ...]
    faults: tuple[Fault, ...]
    doubts: tuple[Doubt, ...]
    way: str

    @property
    def is_lone_one(self) -> bool:
        """A bare 1 is all the weight there is: everything, or one percent."""
        return [t for t in (line.cells["weight"] for line in self.sheet.lines) if t not in ("", "0")] == ["1"]


def read_sheet(sheet: FileSheet, edition: EditionView, meant: Meant) -> SheetRead:
    """One person's rows read under `edition`. `meant` settles the doubts of an indicator."""
    weights, weight_faults, way = _weights(sheet)
    shares = read_weights([line.cells["section_weight"] or "100%" for line in sheet.lines])
    entries, faults, doubts = [], list(weight_faults), []
    for line, weight, share in zip(sheet.lines, weights, shares, strict=True):
        read = _Line(line, edition, meant)
        if share is None:
            read.unreadable("section_weight")
        entry = read.entry(weight or 0, MICRO if share is None else share)
        entries.append(entry)
        faults += read.faults
        doubts += read.doubts
    if not weight_faults:
        faults += [Fault(sheet.rows, error.sentence) for error in sheet_faults(entries)]
    return SheetRead(sheet, tuple(entries), tuple(sorted(faults, key=lambda f: f.rows)), tuple(doubts), way)


class _Line:
    """One row being read: what its cells mean, and what is wrong with them."""

    def __init__(self, line: FileLine, edition: EditionView, meant: Meant) -> None:
        self.line, self.edition, self.meant = line, edition, meant
        self.faults: list[Fault] = []
        self.doubts: list[Doubt] = []

    def entry(self, weight: int, section_weight: int) -> LineEntry:
        """The line; with faults or doubts it may not be agreed."""
        cells = self.line.cells
        item = self._indicator()
        unit = UNITS[metric_of(self.edition, item).unit] if item else None
        numbers = {name: self._number(name, item, unit) for name in NUMBERS}
        entry = LineEntry(
            indicator=item.code if item else self.line.indicator,
            weight=weight,
            section=cells["section"] or MAIN_SECTION,
            section_weight=section_weight,
            is_applicable=cells["applies"].lower() not in NOT_APPLICABLE,
            **numbers,
        )
        if item and not self.faults and not self.doubts:
            self.faults += [Fault((self.line.row,), error.sentence) for error in line_faults(self.edition, entry)]
        return entry

    def unreadable(self, field: str) -> None:
        """A cell that should be a number and is none."""
        self.faults.append(_unreadable(self.line, field))

    def _indicator(self) -> Item | None:
        """By its code, or by its name where just one bears it."""
        written = self.line.indicator
        found = self.edition.find("indicator", written)
        if found is not None:
            return found
        name = folded(written)
        called = [i for i in own_indicators(self.edition) if name and name in map(folded, _names(i))]
        if len(called) == 1:
            return called[0]
        self.faults.append(Fault((self.line.row,), self._not_one(written, called).sentence))
        return None

    def _not_one(self, written: str, called: Sequence[Item]) -> DomainError:
        if not written:
            return DomainError("goals.no_indicator", _("没写指标"), fix=_("写上指标编号，或者删掉这一行"))
        if not called:
            return unknown_indicator(self.edition, written)
        return DomainError(
            "goals.indicator_ambiguous",
            _("有 %(n)s 个指标叫“%(name)s”") % {"n": len(called), "name": written},
            fix=_("写编号：%(codes)s") % {"codes": _("、").join(i.code for i in called)},
        )

    def _number(self, field: str, item: Item | None, unit: Unit | None) -> int | None:
        """A parameter in the metric's unit; None also where it cannot be told yet."""
        text = self.line.cells[field]
        if not text:
            return None
        if item is None or unit is None:  # a number all the same, or nobody will read it
            if not _is_number(text):
                self.unreadable(field)
            return None
        readings = two_readings(text, unit)
        if readings is not None:
            if self.meant.get(item.code) not in (AS_FRACTION, AS_PERCENT):
                label = say(item.spec.label.text)
                self.doubts.append(Doubt(self.line.row, HEADS[field][0], item.code, label, text, readings))
                return None
            text = readings[0] if self.meant[item.code] == AS_FRACTION else readings[1]
        if _plain(text).endswith("%"):
            read = read_number(text, unit)
            if isinstance(read, Problem):
                error = DomainError(read.code, say(read.message), fix=say(read.fix))
                self.faults.append(Fault((self.line.row,), error.sentence))
                return None
            return read
        try:
            return _millionths(text)
        except InvalidOperation:
            self.unreadable(field)
            return None


def _names(item: Item) -> tuple[str, str]:
    return (item.spec.label.zh, item.spec.label.en)


def _weights(sheet: FileSheet) -> tuple[tuple[int | None, ...], list[Fault], str]:
    """The weights by line, what is wrong with them, and how bare ones were read. Each section counts for itself."""
    weights: dict[int, int | None] = {}
    faults: list[Fault] = []
    ways: set[str] = set()
    sections: dict[str, list[FileLine]] = {}
    for line in sheet.lines:
        sections.setdefault(line.cells["section"], []).append(line)
    for lines in sections.values():
        read = weigh([line.cells["weight"] for line in lines])
        weights |= {line.row: weight for line, weight in zip(lines, read.weights, strict=True)}
        unread = [_weight_fault(line) for line, w in zip(lines, read.weights, strict=True) if w is None]
        faults += unread or ([_two_ways(lines)] if read.way == "unclear" else [])
        ways.add(read.way)
    way = ways.pop() if len(ways) == 1 else "each"
    return tuple(weights[line.row] for line in sheet.lines), faults, way


def _weight_fault(line: FileLine) -> Fault:
    text = line.cells["weight"]
    if not text:
        return Fault((line.row,), _("第 %(row)s 行没写权重，写上数字，比如 40") % {"row": line.row})
    if not _is_number(text):
        return _unreadable(line, "weight")
    said = {"row": line.row, "text": text}
    return Fault((line.row,), _("第 %(row)s 行的权重是 %(text)s，要在 0 到 100 之间") % said)


def _two_ways(lines: Sequence[FileLine]) -> Fault:
    """Fractions beside percents that do not come to 100 % however they are read."""
    bare = [(line.row, _plain(line.cells["weight"])) for line in lines]
    numbers = [(row, text, Decimal(text)) for row, text in bare if _is_number(text) and not text.endswith("%")]
    small, written, value = next(one for one in numbers if 0 < one[2] < 1)
    large, beside, _value = next(one for one in numbers if one[2] > 1)
    said = {
        "row": small, "text": written, "other": large, "beside": beside,
        "first": f"{(value * 100).normalize():f}%", "second": f"{written}%",
    }  # fmt: skip
    return Fault(
        tuple(line.row for line in lines),
        _(
            "第 %(row)s 行的权重写 %(text)s，第 %(other)s 行写 %(beside)s：%(text)s 是 %(first)s 还是 %(second)s？"
            "同一张表写成一样的，都写百分数，或者都写小数"
        )
        % said,
    )


def _plain(text: str) -> str:
    """A number as typed with half-width signs and without thousands separators."""
    return unicodedata.normalize("NFKC", text).replace(",", "").strip()


def _is_number(text: str) -> bool:
    """Whether the text is a number, with or without a percent sign."""
    try:
        _millionths(_plain(text).rstrip("%"))
    except InvalidOperation:
        return False
    return True


def _unreadable(line: FileLine, field: str) -> Fault:
    said = {"row": line.row, "column": HEADS[field][0], "text": line.cells[field]}
    return Fault((line.row,), _("第 %(row)s 行的%(column)s“%(text)s”读不懂，写成数字，比如 40 或 98.5") % said)


def _millionths(text: str) -> int:
    """Half-up; raises InvalidOperation for what is no number or too big to be meant."""
    value = Decimal(_plain(text))
    if not value.is_finite() or abs(value) > MOST_AMOUNT:
        raise InvalidOperation
    return int((value * MICRO).to_integral_value(ROUND_HALF_UP))
