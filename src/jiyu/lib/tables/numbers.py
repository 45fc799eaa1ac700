"""Numbers as typed, to exact millionths: separators, 万/亿, percent, brackets, units, qualifiers.

Stored numbers are int64 millionths (DESIGN §3); more than six decimals are rounded half-up and said so (§4).
"""

from __future__ import annotations

import re
import unicodedata
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import NamedTuple

from jiyu.lib.tables.cells import Cell
from jiyu.lib.tables.names import is_blank_word
from jiyu.lib.text import Problem, Text
from jiyu.lib.units import Unit, find_unit

MILLION = 1_000_000
_LIMIT = 2**63 - 1
_PLAIN = re.compile(r"-?\d{1,12}(?:\.\d{1,6})?")
_QUALIFIERS = {
    "≥": "≥", ">=": "≥", "不低于": "≥", "不少于": "≥", "至少": "≥", "大于等于": "≥",
    "≤": "≤", "<=": "≤", "不超过": "≤", "不高于": "≤", "不多于": "≤", "至多": "≤", "最多": "≤",
    "小于等于": "≤",
    ">": ">", "大于": ">", "超过": ">", "高于": ">",
    "<": "<", "小于": "<", "低于": "<", "不满": "<",
    "约": "≈", "≈": "≈", "大约": "≈",
}  # fmt: skip
_AFTER = {"及以上": "≥", "以上": "≥", "及以下": "≤", "以下": "≤", "以内": "≤"}
_SCALES = {"千": 1_000, "万": 10_000, "十万": 100_000, "百万": MILLION, "千万": 10_000_000, "亿": 100_000_000}
_NUMBER = re.compile(
    r"(?P<sign>[-+]?)(?P<digits>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d*)?|\.\d+)"
    r"(?P<exp>[eE][+-]?\d{1,3})?(?P<minus>-?)\s*(?P<scale>百万|千万|十万|千|万|亿)?\s*(?P<unit>[^\d\s,.+\-]{0,8})"
)
_SPACES = re.compile(r"\s+")
_UNIT_HEAD = re.compile(
    r"^(.*?)\s*(?:[(\[【]\s*(?:单位\s*[:：]?\s*)?([^()\[\]【】]{1,8}?)\s*[)\]】]|/([^/\d]{1,4}))\s*$"
)


class ParsedNumber(NamedTuple):
    """A number in millionths, with what was written around it.

    `unit` as written without its scale (500万元 → "元"); "%" means the value is a ratio (30% → 300,000
    millionths); `qualifier` one of ≥ ≤ > < ≈ or ""; `was_rounded` when digits beyond the sixth were dropped;
    `is_absolute` when the cell wrote its own scale or unit (500万), so that none from outside was applied.
    """

    millionths: int
    unit: str = ""
    qualifier: str = ""
    was_rounded: bool = False
    is_absolute: bool = False


def parse_number(cell: Cell, *, scale_millionths: int = MILLION) -> ParsedNumber | Problem | None:
    """The number in a cell times a scale (the head's unit); None for a blank, which is not zero.

    A unit in the cell itself (500万) wins over the head's scale. Problems: number.excel_error,
    number.not_a_number, number.comma (1,23: decimal comma or lost digit?), number.out_of_range (int64
    millionths: ±9,223,372,036,854).
    """
    value = cell.value
    if isinstance(value, str):
        if _PLAIN.fullmatch(value):
            if scale_millionths == MILLION:
                whole, _, decimals = value.partition(".")
                return ParsedNumber(int(whole + (decimals + "000000")[:6]))
            return _scaled(Decimal(value), scale_millionths)
        return _from_text(value, scale_millionths)
    if value is None:
        return _excel_error(cell.text) if cell.text else None
    if isinstance(value, bool) or not isinstance(value, int | float):
        return _not_a_number(cell.text)
    if cell.text.endswith("%"):
        return _scaled(Decimal(f"{value:.15g}"), MILLION, unit="%", is_absolute=True)
    exact = Decimal(value) if isinstance(value, int) else Decimal(f"{value:.15g}")
    return _scaled(exact, scale_millionths)


def split_head_unit(label: str) -> tuple[str, Unit | None]:
    """A head's words and its unit: 签单额(万元) → 签单额 and 万元, 工时/小时, 产量（单位：千件）.

    None where the brackets hold no unit; they stay part of the words then.
    """
    text = unicodedata.normalize("NFKC", label).strip()
    match = _UNIT_HEAD.match(text)
    unit = find_unit((match.group(2) or match.group(3) or "").strip()) if match else None
    return (match.group(1).strip(), unit) if match and unit else (text, None)


def _from_text(original: str, scale_millionths: int) -> ParsedNumber | Problem | None:
    if is_blank_word(original):
        return None
    if original.startswith("#"):
        return _excel_error(original)
    text = unicodedata.normalize("NFKC", original).strip().lstrip("'").strip()
    text = re.sub("[−–—－]", "-", text)
    text, qualifier = _qualifier(text)
    text = _SPACES.sub("", re.sub(r"^[¥￥$€]|^-[¥￥$€]", lambda m: m.group()[:-1], text))
    negative = text.startswith("(") and text.endswith(")")
    if negative:
        text = text[1:-1].lstrip("¥￥$€")
    match = _NUMBER.fullmatch(text)
    if match is None:
        return _comma(original) if re.fullmatch(r"-?\d+(,\d+)+(\.\d+)?.{0,4}", text) else _not_a_number(original)
    try:
        value = Decimal(match["digits"].replace(",", "") + (match["exp"] or ""))
    except InvalidOperation:
        return _not_a_number(original)
    if (match["sign"] == "-") != (match["minus"] == "-") or negative:
        value = -value
    unit, scale = match["unit"], match["scale"]
    if unit in ("%", "‰"):
        return _scaled(value / (100 if unit == "%" else 1000), MILLION, unit="%", qualifier=qualifier, is_absolute=True)
    if unit and not unit.isalpha():
        return _not_a_number(original)
    own = _SCALES[scale] * MILLION if scale else MILLION if unit else scale_millionths
    return _scaled(value, own, unit=unit, qualifier=qualifier, is_absolute=bool(scale or unit))


def _qualifier(text: str) -> tuple[str, str]:
    for word in sorted(_QUALIFIERS, key=len, reverse=True):
        if text.startswith(word):
            return text[len(word) :].strip(), _QUALIFIERS[word]
    for word, sign in _AFTER.items():
        if text.endswith(word):
            return text[: -len(word)].removesuffix("及").strip(), sign
    return text, ""


def _scaled(
    value: Decimal, scale_millionths: int, *, unit: str = "", qualifier: str = "", is_absolute: bool = False
) -> ParsedNumber | Problem:
    if value and value.adjusted() > 30:
        return _out_of_range(value)
    exact = value * scale_millionths
    whole = int(exact.to_integral_value(ROUND_HALF_UP))
    if abs(whole) > _LIMIT:
        return _out_of_range(value)
    return ParsedNumber(whole, unit, qualifier, was_rounded=exact != whole, is_absolute=is_absolute)


def _excel_error(text: str) -> Problem:
    return Problem(
        "number.excel_error",
        Text(f"这一格是 Excel 的错误 {text}。", f"This cell holds the Excel error {text}."),
        Text("在原表里改好公式，或先空着。", "Repair the formula in the file, or leave it blank."),
    )


def _not_a_number(text: str) -> Problem:
    shown = text.strip()[:40]
    return Problem(
        "number.not_a_number",
        Text(f"“{shown}”不是数。", f"“{shown}” is not a number."),
        Text("填一个数，或先空着。", "Type a number, or leave it blank."),
    )


def _comma(text: str) -> Problem:
    return Problem(
        "number.comma",
        Text(f"{text.strip()} 的逗号位置不对。", f"The comma in {text.strip()} is in an odd place."),
        Text("千分位每三位一个逗号；小数点请用“.”。", "Use commas every three digits and “.” for decimals."),
    )


def _out_of_range(value: Decimal) -> Problem:
    return Problem(
        "number.out_of_range",
        Text(f"{value:.3E} 太大，不像一个真的数。", f"{value:.3E} is too big to be true."),
        Text("看看是不是把编号当成了数量，或多打了几位。", "A code instead of an amount, or digits too many?"),
    )
