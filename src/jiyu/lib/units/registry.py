"""The units Jiyu knows, by code and by the words people write, and exact conversion between them."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from fractions import Fraction
from types import MappingProxyType
from typing import Final

from jiyu.lib.text import Problem, Text

MICRO: Final = 1_000_000
"""Stored numbers are integers of millionths (DESIGN §3)."""

NUMBER: Final = "number"
PERCENT: Final = "percent"
MONEY: Final = "money"
TIME: Final = "time"
COUNT: Final = "count"
SCORE: Final = "score"
OUTPUT_RATE: Final = "output_rate"


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit of measure.

    `code` is stored and never renamed. `dimension` says what may be added to and converted into what.
    `factor` is the exact size of one unit in the dimension's base (ratio, yuan, minute, piece, point):
    one 万元 is 10,000 yuan, one percent is 1/100. `label` stands behind a number (empty for none);
    `aliases` are other words read in files. `one` is the English word behind exactly 1, where it is another.
    """

    code: str
    dimension: str
    factor: Fraction
    label: Text
    aliases: tuple[str, ...] = ()
    one: str = ""


class UnitMismatch(ValueError):
    """Two units of different dimensions were to be converted; `problem` tells it (code `units.dimension`)."""

    def __init__(self, source: Unit, target: Unit) -> None:
        self.problem = Problem(
            "units.dimension",
            Text("“{a}”换不成“{b}”。", "'{a}' cannot be turned into '{b}'.").format(a=_name(source), b=_name(target)),
            Text("看看这一列是不是选错了单位。", "Check whether the column has the right unit."),
        )
        super().__init__(self.problem.message.zh)


def _name(unit: Unit) -> Text:
    return unit.label if unit.label.zh else Text("数", "number")


def _unit(code: str, dimension: str, factor: Fraction | int, zh: str, en: str, *aliases: str, one: str = "") -> Unit:
    return Unit(code, dimension, Fraction(factor), Text(zh, en), aliases, one)


_ALL: Final = (
    _unit("number", NUMBER, 1, "", "", "数", "数值", "无"),
    _unit("percent", PERCENT, Fraction(1, 100), "%", "%", "％", "pct", "百分比", "个百分点"),
    _unit("ratio", PERCENT, 1, "", "", "比率", "小数"),
    _unit("permille", PERCENT, Fraction(1, 1000), "‰", "‰", "千分比"),
    _unit("ppm", PERCENT, Fraction(1, MICRO), "ppm", "ppm", "百万分比"),
    _unit("yuan", MONEY, 1, "元", "yuan", "¥", "￥", "人民币", "块", "rmb", "cny"),
    _unit("kilo_yuan", MONEY, 1_000, "千元", "k yuan"),
    _unit("wan_yuan", MONEY, 10_000, "万元", "×10k yuan", "万", "万人民币"),
    _unit("yi_yuan", MONEY, 100_000_000, "亿元", "×100M yuan", "亿", "亿人民币"),
    _unit("second", TIME, Fraction(1, 60), "秒", "s", "秒钟", "sec"),
    _unit("minute", TIME, 1, "分钟", "min", "分鐘", "mins"),
    _unit("hour", TIME, 60, "小时", "h", "工时", "时", "个小时", "hours", "hrs"),
    _unit("day", TIME, 1_440, "天", "days", "日", "自然日", "d", one="day"),
    _unit("piece", COUNT, 1, "件", "pcs", "pieces", one="pc"),
    _unit("kilo_piece", COUNT, 1_000, "千件", "k pcs"),
    _unit("item", COUNT, 1, "个", "", "项", "台", "套", "只", "款", "批"),
    _unit("occurrence", COUNT, 1, "次", "times", "起", "回", one="time"),
    _unit("person", COUNT, 1, "人", "people", "名", "位", one="person"),
    _unit("order", COUNT, 1, "单", "orders", "笔", "张", one="order"),
    _unit("score", SCORE, 1, "分", "points", "得分", "分数", "pts", one="point"),
    _unit("piece_per_hour", OUTPUT_RATE, 1, "件/人时", "pcs/h", "件/工时", "件/小时", "uph", one="pc/h"),
)

UNITS: Final[MappingProxyType[str, Unit]] = MappingProxyType({unit.code: unit for unit in _ALL})
"""Every unit by its code."""


def _fold(word: str) -> str:
    return unicodedata.normalize("NFKC", word).strip().strip("()[]{}").strip().casefold()


_BY_WORD: Final = {
    _fold(word): unit for unit in reversed(_ALL) for word in (*unit.aliases, unit.label.zh, unit.code) if word
}


def find_unit(word: str) -> Unit | None:
    """The unit that `word` names: a code, a label or an alias, full or half width, in brackets or not.

    None if no unit is called so. "分" is a score; minutes must be written 分钟 (they share the character,
    and a guess would be wrong by a factor of sixty).
    """
    return _BY_WORD.get(_fold(word))


def conversion(source: Unit, target: Unit) -> Fraction:
    """How many of `target` one `source` is, exactly. Raises UnitMismatch (`units.dimension`)."""
    if source.dimension != target.dimension:
        raise UnitMismatch(source, target)
    return source.factor / target.factor


def convert(value: float, source: Unit, target: Unit) -> float:
    """`value` of `source` in `target`: the double nearest to the exact product. Raises UnitMismatch."""
    return float(Fraction(value) * conversion(source, target))


def convert_micro(value_micro: int, source: Unit, target: Unit) -> int:
    """Millionths of `source` as millionths of `target`, exact; a seventh decimal is rounded half-up.

    Raises UnitMismatch. 4,613,000 yuan (4_613_000_000_000) are 461.3 万元 (461_300_000).
    """
    exact = value_micro * conversion(source, target)
    magnitude = (2 * abs(exact.numerator) + exact.denominator) // (2 * exact.denominator)
    return magnitude if exact >= 0 else -magnitude
