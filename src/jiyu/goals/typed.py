"""Numbers of a sheet as people type them (98 %, 500 万, 1,234 件), in the unit of the metric, and back."""

from __future__ import annotations

from decimal import Decimal

from jiyu.lib.tables.cells import Cell
from jiyu.lib.tables.numbers import ParsedNumber, parse_number
from jiyu.lib.text import Problem, Text
from jiyu.lib.units import MICRO, MONEY, PERCENT, UNITS, Unit, convert_micro, find_unit, format_micro

MOST_DOUBTFUL = 1_500_000  # 1.5: above it nobody writes a rate as a fraction


def read_number(text: str, unit: Unit) -> int | Problem | None:
    """Millionths of `unit`; None for a blank, which is not zero.

    A bare number is in `unit`; a unit or scale that was written (500 万, 1.5 小时) is converted. Problems: what
    `lib.tables` says of a number, and goals.other_unit for one of another kind (98 % of an amount of money).
    """
    read = parse_number(Cell(text, text))
    if not isinstance(read, ParsedNumber):
        return read
    written = _written_unit(read, unit)
    if written is None or written.dimension != unit.dimension:
        return _other_unit(text, unit)
    return convert_micro(read.millionths, written, unit)


def show_number(value: int | None, unit: Unit) -> str:
    """A stored number as one would type it: with its unit where `read_number` reads that back, else alone."""
    if value is None:
        return ""
    shown = format_micro(value, unit)
    if read_number(shown, unit) == value:
        return shown
    return plain_number(value)


def two_readings(text: str, unit: Unit) -> tuple[str, str] | None:
    """Both things a bare number up to 1.5 can mean where percents are asked for: 0.98 is ("98%", "0.98%"). None where
    there is no doubt: a number with its sign, a larger one, zero, or another unit."""
    read = parse_number(Cell(text, text)) if unit.code == PERCENT else None
    if not isinstance(read, ParsedNumber) or read.is_absolute or not 0 < abs(read.millionths) <= MOST_DOUBTFUL:
        return None
    return f"{plain_number(read.millionths * 100)}%", f"{plain_number(read.millionths)}%"


def file_number(value: int | None, unit: Unit) -> str:
    """A stored number for a file: plain, and with its sign where a bare one could mean two things."""
    shown = plain_number(value)
    return f"{shown}%" if shown and unit.code == PERCENT else shown


def plain_number(value: int | None) -> str:
    """A stored number with nothing around it ("4368", "97.5"), for files."""
    if value is None:
        return ""
    text = f"{Decimal(value) / MICRO:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _written_unit(read: ParsedNumber, unit: Unit) -> Unit | None:
    """The unit the number is in as written; None for a word that is no unit. 万 and 亿 alone count yuan in money."""
    if read.unit == "%":
        return UNITS["ratio"]
    if read.unit:
        return find_unit(read.unit)
    return UNITS["yuan"] if read.is_absolute and unit.dimension == MONEY else unit


def _other_unit(text: str, unit: Unit) -> Problem:
    if unit.dimension == PERCENT:
        fix = Text("写成 98 或 98%", "Write 98 or 98%")
    elif unit.label.zh:
        fix = Text("单位是{unit}，只写数也行", "It is in {unit}; the number alone will do").format(unit=unit.label)
    else:
        fix = Text("这一项没有单位，只写数", "This one has no unit: write the number alone")
    message = Text("“{text}”的单位对不上", 'The unit of "{text}" does not fit').format(text=text.strip())
    return Problem("goals.other_unit", message, fix)
