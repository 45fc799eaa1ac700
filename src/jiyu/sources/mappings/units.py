"""The unit of a column: by an answer, by its head, or by what its cells write behind their numbers. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from jiyu.lib.tables.cells import Cell, Sheet
from jiyu.lib.tables.heads import Head
from jiyu.lib.tables.numbers import ParsedNumber, parse_number
from jiyu.lib.units import COUNT, NUMBER, PERCENT, SCORE, UNITS, Unit, find_unit
from jiyu.sources.mappings import doubts
from jiyu.sources.mappings.doubts import MappingQuestion
from jiyu.sources.mappings.rows import label_key
from jiyu.sources.mappings.spec import MappingSpec

NEARLY_ALL_PCT = 90
LOOKED_AT = 100  # rows in which a learned mapping is looked over
LONGEST_CODE = 60
NEW, LEFT_OUT = "new", "skip"
STRAY_PCT = 10  # fewer cells with a unit are strays: set aside, not asked about


class UnitChoice(NamedTuple):
    """The unit a column is kept in. `written`: the unit of its plain numbers, where that is another. `code`: the
    measure; "" where the column is left out. `word`: what all cells write though we know no such unit (箱). `question`: what
    must be answered first; the unit is the careful one until then."""

    unit: Unit
    code: str = ""
    written: Unit | None = None
    word: str = ""
    question: MappingQuestion | None = None


class _Written(NamedTuple):
    """What the cells of a column write behind their numbers; a plain 0 is 0 in every unit and tells nothing."""

    plain: int
    units: tuple[Unit, ...]
    words: tuple[str, ...]

    @property
    def total(self) -> int:
        return self.plain + len(self.units) + len(self.words)


def unit_chosen(
    label: str, code: str, head_unit: Unit | None, cells: Sequence[Cell], answer: str, known: Mapping[str, str]
) -> UnitChoice:
    """The unit of the column `label`. An answer (the code of a unit) wins over the head, the head over the cells.

    `known` are the units that the source's measures have, by code; they never change. So numbers in another unit of
    the dimension are converted; what cannot be asks: the same number after all, a measure of its own (answer "new"),
    or left out ("skip").
    """
    key = f"unit:{label}"
    answered = find_unit(answer)
    if answered is not None:
        choice = UnitChoice(answered)
    elif head_unit is not None:
        choice = UnitChoice(head_unit)
    else:
        choice = _by_cells(key, label, cells)
    if answered is None and choice.unit.dimension == SCORE and "时" in label:
        choice = choice._replace(question=doubts.minutes_or_score(key, label))
    choice = choice._replace(code=code)
    if answer == LEFT_OUT:
        return choice._replace(code="", question=None)
    before = UNITS.get(known.get(code, choice.unit.code))
    if before is None or before == choice.unit or choice.question is not None:
        return choice
    in_cells = answered is None and head_unit is None
    return _as_before(key, label, choice, before, answer, known, in_cells=in_cells)


def drops_units(spec: MappingSpec, sheet: Sheet, head: Head) -> bool:
    """Whether a learned mapping takes for plain numbers a column whose cells (nearly) all carry a unit."""
    plain = {label_key(m.column) for m in spec.measures if m.unit == "number" and not m.word and spec.grid is None}
    indexes = [column.index for column in head.columns if label_key(column.label) in plain]
    rows = [row for row in sheet.head_rows(head.last_row + LOOKED_AT) if row.number > head.last_row] if indexes else []
    for index in indexes:
        written = _written([row.cell(index) for row in rows])
        if written.units and len(written.units) * 100 >= written.total * NEARLY_ALL_PCT:
            return True
    return False


def _as_before(
    key: str, label: str, choice: UnitChoice, before: Unit, answer: str, known: Mapping[str, str], *, in_cells: bool
) -> UnitChoice:
    """The choice brought to the unit its measure has, or what to ask."""
    unit = choice.unit
    if unit.dimension == before.dimension:
        return choice._replace(unit=before, written=unit)
    if unit.dimension == NUMBER:
        others = sorted(
            (u for u in UNITS.values() if u.dimension == before.dimension and u.factor != before.factor),
            key=lambda u: max(u.factor / before.factor, before.factor / u.factor),
        )
        if not others:
            return choice._replace(unit=before)
        return choice._replace(question=doubts.unit_left_out(key, label, [*others[:2], before]))
    fresh = f"{choice.code[: LONGEST_CODE - len(unit.code) - 1]}_{unit.code}"
    if answer == NEW or known.get(fresh) == unit.code:
        return choice._replace(code=fresh)
    return choice._replace(question=doubts.unit_changed(key, label, before, unit, in_cells=in_cells))


def _by_cells(key: str, label: str, cells: Sequence[Cell]) -> UnitChoice:
    number = UNITS["number"]
    written = _written(cells)
    if not written.units:
        word, times = Counter(written.words).most_common(1)[0] if written.words else ("", 0)
        return UnitChoice(number, word=word if times * 100 >= written.total * NEARLY_ALL_PCT else "")
    (dimension, times), *_others = Counter(unit.dimension for unit in written.units).most_common(1)
    units = [unit for unit, _n in Counter(u for u in written.units if u.dimension == dimension).most_common()]
    if dimension == COUNT and len(units) == 1 and units[0].factor == 1 and times + written.plain == written.total:
        return UnitChoice(units[0])  # 120件 beside 100: plain counts count the same
    if times * 100 >= written.total * NEARLY_ALL_PCT and (dimension == PERCENT or not written.plain):
        return UnitChoice(units[0])
    if written.plain and times > 1 and times * 100 >= written.total * STRAY_PCT:
        return UnitChoice(number, question=doubts.unit_of_plain(key, label, units, written.plain))
    return UnitChoice(number)


def _written(cells: Sequence[Cell]) -> _Written:
    plain = 0
    units: list[Unit] = []
    words: list[str] = []
    for cell in cells:
        parsed = parse_number(cell)
        if not isinstance(parsed, ParsedNumber) or (not parsed.millionths and not parsed.unit):
            continue
        unit = UNITS["percent"] if parsed.unit == "%" else find_unit(parsed.unit) if parsed.unit else None
        if unit is not None:
            units.append(unit)
        elif parsed.unit:
            words.append(parsed.unit)
        elif not parsed.is_absolute:  # 5万 has a size of its own, whatever it counts
            plain += 1
    return _Written(plain, tuple(units), tuple(words))
