"""What a scoring method is fed: how an indicator is measured, and the numbers of one line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from jiyu.lib.text import Text, counted
from jiyu.lib.units import PERCENT, UNITS, Unit, format_number, format_value, with_label


class Input(StrEnum):
    """Ids of the local inputs a method's formula may use; the labels are what stands in its text."""

    ACTUAL = "actual"
    NUMERATOR = "numerator"
    DENOMINATOR = "denominator"
    TARGET = "target"
    THRESHOLD = "threshold"
    STRETCH = "stretch"
    BASELINE = "baseline"


LABELS: Final[Mapping[str, Text]] = {
    Input.ACTUAL: Text("实际", "actual"),
    Input.NUMERATOR: Text("分子", "numerator"),
    Input.DENOMINATOR: Text("分母", "denominator"),
    Input.TARGET: Text("目标", "target"),
    Input.THRESHOLD: Text("底线", "threshold"),
    Input.STRETCH: Text("挑战", "stretch"),
    Input.BASELINE: Text("起点", "baseline"),
}


@dataclass(frozen=True, slots=True)
class Part:
    """Numerator or denominator of a ratio, for words: "合格报工", in 件."""

    label: Text
    unit: Unit = UNITS["number"]


@dataclass(frozen=True, slots=True)
class Measure:
    """How an indicator is measured.

    `unit` is that of its target and shown actual; `decimals` are the indicator's own: steps and bands
    compare the value at them (RULES "Defaults"). With `numerator` and `denominator` the actual reaches
    the formula as these two and is never a rounded quotient (DESIGN §6).
    """

    name: Text = LABELS[Input.ACTUAL]
    unit: Unit = UNITS["number"]
    decimals: int = 2
    numerator: Part | None = None
    denominator: Part | None = None

    def __post_init__(self) -> None:
        if (self.numerator is None) != (self.denominator is None):
            raise ValueError("a ratio has a numerator and a denominator")

    @property
    def is_ratio(self) -> bool:
        """Whether the actual arrives as numerator and denominator."""
        return self.numerator is not None

    @property
    def scale(self) -> int:
        """What the quotient is multiplied with to stand in `unit`: 100 for percent, a million for ppm."""
        return int(1 / self.unit.factor) if self.unit.dimension == PERCENT else 1

    def actual_inputs(self) -> tuple[str, ...]:
        """Ids of the inputs that carry the actual."""
        return (Input.NUMERATOR, Input.DENOMINATOR) if self.is_ratio else (Input.ACTUAL,)

    def actual_source(self) -> str:
        """The actual, in `unit`, as formula text that may stand anywhere in an expression."""
        return f"({self._bare_source()})" if self.is_ratio else self._bare_source()

    def rounded_source(self) -> str:
        """The actual at the indicator's decimals, as formula text."""
        return f"ROUND({self._bare_source()}, {self.decimals})"

    def _bare_source(self) -> str:
        if not self.is_ratio:
            return LABELS[Input.ACTUAL].zh
        quotient = f"{LABELS[Input.NUMERATOR].zh}/{LABELS[Input.DENOMINATOR].zh}"
        return quotient if self.scale == 1 else f"{quotient}*{self.scale}"

    def actual_of(self, values: LineValues) -> float | None:
        """The actual of one line in `unit`, for words only; None if missing or not computable."""
        if not self.is_ratio:
            return values.actual
        if values.numerator is None or not values.denominator:
            return None
        return values.numerator / values.denominator * self.scale

    def figure(self, value: float, decimals: int | None = None) -> Text:
        """`value` with the unit: at most four decimals, so that a reader can recompute two."""
        if decimals is not None:
            return Text(format_value(value, self.unit, decimals, "zh"), format_value(value, self.unit, decimals, "en"))
        number = plain(value)
        return Text(with_label(number, self.unit, "zh"), with_label(number, self.unit, "en"))

    def gap(self, value: float) -> Text:
        """A difference in words: percent become points of a percentage."""
        if self.unit.code == "percent":
            number = plain(value)
            return Text(f"{number} 个百分点", counted(number, "point", "points"))
        return self.figure(value)


@dataclass(frozen=True, slots=True)
class LineValues:
    """The numbers of one line, in the measure's unit; None where there is none.

    `extra` holds inputs that only one method knows (the days late of each milestone), by input id.
    """

    actual: float | None = None
    numerator: float | None = None
    denominator: float | None = None
    target: float | None = None
    threshold: float | None = None
    stretch: float | None = None
    baseline: float | None = None
    extra: Mapping[str, float | None] = field(default_factory=dict)

    def get(self, name: str) -> float | None:
        """The value of the input `name`."""
        if name in LABELS:
            value: float | None = getattr(self, name)
            return value
        return self.extra.get(name)


def beside(figure: Text, zh: str, en: str) -> Text:
    """`figure` and the words after it: in Chinese a space only where it ends in a digit or sign (LOOK)."""
    is_han = "\u4e00" <= figure.zh[-1:] <= "\u9fff"
    return Text(f"{figure.zh}{'' if is_han else ' '}{zh}", f"{figure.in_('en')} {en}")


def plain(value: float) -> str:
    """A number with at most four decimals and no trailing zeros."""
    return format_number(value, at_most=4)


def points(value: float) -> str:
    """Points as they are shown: two decimals."""
    return format_number(value, 2)
