"""Units of measure: what a number counts, exact conversion, and how it is written for people.

The door of the room: everything public is here. Source: DESIGN §3, LOOK "Type" and "Wording".
"""

from jiyu.lib.units.display import MINUS, format_micro, format_number, format_value, label_in, with_label
from jiyu.lib.units.registry import (
    COUNT,
    MICRO,
    MONEY,
    NUMBER,
    OUTPUT_RATE,
    PERCENT,
    SCORE,
    TIME,
    UNITS,
    Unit,
    UnitMismatch,
    conversion,
    convert,
    convert_micro,
    find_unit,
)

__all__ = [
    "COUNT",
    "MICRO",
    "MINUS",
    "MONEY",
    "NUMBER",
    "OUTPUT_RATE",
    "PERCENT",
    "SCORE",
    "TIME",
    "UNITS",
    "Unit",
    "UnitMismatch",
    "conversion",
    "convert",
    "convert_micro",
    "find_unit",
    "format_micro",
    "format_number",
    "format_value",
    "label_in",
    "with_label",
]
