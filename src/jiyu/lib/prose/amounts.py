"""One number with its unit and its sign, as it stands in a cell or a rule: ≥95%, 不超过3次, 500万, 4.5分, 3天内."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Final

from jiyu.lib.prose.wording import fold
from jiyu.lib.scoring import Direction
from jiyu.lib.units import PERCENT, UNITS, Unit, UnitMismatch, conversion, find_unit

UNIT_WORDS: Final = (
    "个百分点", "百分点", "%", "‰", "ppm", "PPM", "亿元", "千万元", "百万元", "万元", "千元", "元", "亿", "万件", "千件", "万",
    "个工作日", "工作日", "个自然日", "自然日", "个小时", "小时", "分钟", "秒", "天", "日", "人次", "次", "起", "例", "宗", "件",
    "批次", "批", "台", "套", "人", "名", "单", "笔", "项", "条", "家", "个", "处", "分",
)  # fmt: skip
UNIT: Final = f"(?:{'|'.join(UNIT_WORDS)})"
NUMBER: Final = r"\d+(?:\.\d+)?"
_AS: Final = {
    "百分点": "percent", "个百分点": "percent", "工作日": "day", "个工作日": "day", "自然日": "day", "个自然日": "day",
    "例": "occurrence", "宗": "occurrence", "人次": "occurrence", "处": "occurrence", "条": "item", "家": "item",
    "批次": "item", "批": "item",
}  # fmt: skip
_SCALED: Final = {"千万元": (1000, "wan_yuan"), "百万元": (100, "wan_yuan"), "万件": (10_000, "piece")}
AT_LEAST: Final = ("≥", "不低于", "不少于", "不小于", "至少", "大于等于", "大于或等于", "达到", "达", "保证")
AT_MOST: Final = ("≤", "不超过", "不高于", "不多于", "不大于", "至多", "最多", "小于等于", "小于或等于", "控制在")
ABOVE: Final = (">", "大于", "超过", "超出", "高于", "多于", "超")
BELOW: Final = ("<", "小于", "低于", "不足", "不满", "不到", "未达到", "未达", "达不到", "少于", "未满")


def _one_of(*groups: tuple[str, ...]) -> str:
    return "|".join(sorted((word for group in groups for word in group), key=len, reverse=True))


BEFORE: Final = _one_of(AT_LEAST, AT_MOST, ABOVE, BELOW)
_AMOUNT: Final = re.compile(
    rf"(?P<before>{BEFORE}|=|约)?(?P<number>-?{NUMBER})(?P<unit>{UNIT})?(?P<after>\(?[及含]?\)?以上|\(?[及含]?\)?以下|以内|之内|内|及以内)?"
)
DISCRETE: Final = frozenset({"occurrence", "item", "person", "order", "day", "piece"})
"""Units of things that come whole: "每次" has no part of a time."""


@dataclass(frozen=True, slots=True)
class Amount:
    """A number as written: `unit` None where there is none, `sign` one of ≥ ≤ > < or empty."""

    value: Decimal
    unit: Unit | None = None
    sign: str = ""

    @property
    def direction(self) -> Direction | None:
        """What a target's sign says about which way is good."""
        if self.sign in ("≥", ">"):
            return Direction.HIGHER
        return Direction.LOWER if self.sign in ("≤", "<") else None

    def in_unit(self, unit: Unit) -> Decimal | None:
        """The number in `unit`, exact; a bare one is taken as being in it. None where the units do not fit."""
        if self.unit is None or self.unit.code == unit.code:
            return self.value
        try:
            factor = conversion(self.unit, unit)
        except UnitMismatch:
            # "4.5分" for a rating without a unit, "3个" beside 次: counted things are counted alike.
            return self.value if unit.code == "number" and self.unit.dimension != PERCENT else None
        exact = Fraction(self.value) * factor
        return Decimal(exact.numerator) / Decimal(exact.denominator)


def read_amount(text: str) -> Amount | None:
    """The one number of a cell ("≥95%", "3天内", "目标500万"); None where there is none or more than one."""
    plain = re.sub(r"\s+", "", fold(text)).removeprefix("目标值").removeprefix("目标").strip(":")
    match = _AMOUNT.fullmatch(plain)
    if match is None:
        return None
    value, unit = unit_of(Decimal(match["number"]), match["unit"])
    return Amount(value, unit, _sign(match["before"] or "", match["after"] or ""))


def unit_of(value: Decimal, word: str | None) -> tuple[Decimal, Unit | None]:
    """The number and the unit that a word behind it means: 500 千万元 are 500,000 万元."""
    if not word:
        return value, None
    if word in _SCALED:
        scale, code = _SCALED[word]
        return value * scale, UNITS[code]
    return value, UNITS[_AS[word]] if word in _AS else find_unit(word)


def _sign(before: str, after: str) -> str:
    if before in AT_LEAST or after.endswith("以上"):
        return "≥"
    if before in AT_MOST or after.endswith(("以下", "内")):
        return "≤"
    if before in ABOVE:
        return ">"
    return "<" if before in BELOW else ""
