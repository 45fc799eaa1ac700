"""Names, employee numbers and yes/no as people type them."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from jiyu.lib.tables.cells import Cell
from jiyu.lib.text import Problem, Text

_DOTS = re.compile(r"(?<=[^\W\d_])\s*[·•‧∙⋅・･．.‒●]\s*(?=[^\W\d_])")
_INNER_SPACE = re.compile(r"(?<=[\u3400-\u9fff])\s+(?=[\u3400-\u9fff])")
_BLANKS = frozenset({"", "-", "--", "—", "——", "/", "\\", "无", "暂无", "没有", "空", "待定", "不详", "n/a", "na"}) | {
    *("null", "none", "nil", "?", "？", "未知", "#n/a"),
}
_YES = frozenset({"是", "有", "对", "√", "✓", "✔", "y", "yes", "true", "t", "1", "已", "在", "同意", "合格", "达标"})
_NO = frozenset({"否", "无", "不", "没有", "×", "✗", "✘", "x", "n", "no", "false", "f", "0", "未", "不在", "不合格"})


@dataclass(frozen=True, slots=True)
class EmployeeNumber:
    """An employee number as text; `was_padded` when zeros that Excel ate were put back."""

    text: str
    was_padded: bool = False


def is_blank_word(text: str) -> bool:
    """Whether a cell says "nothing here": empty, -, /, 无, 待定, NULL, ? and the like."""
    return text.strip().casefold() in _BLANKS


@lru_cache(maxsize=8192)  # a table names the same people over and over
def clean_name(text: str) -> str:
    """A person's or unit's name in one spelling: "张 伟 " → "张伟", "阿依古丽•买买提" → "阿依古丽·买买提".

    Latin names keep single spaces; characters are otherwise left as typed.
    """
    name = unicodedata.normalize("NFKC", text.replace("・", "·").replace("•", "·")).strip()
    name = "".join(char for char in name if unicodedata.category(char) not in ("Cc", "Cf") or char in " \t\n")
    name = _INNER_SPACE.sub("", name)
    if not name.isascii():
        name = _DOTS.sub("·", name)
    return re.sub(r"\s+", " ", name)


def parse_employee_number(cell: Cell, *, width: int = 0) -> EmployeeNumber | Problem | None:
    """An employee number, text always; None for a blank.

    All-digit numbers shorter than `width` (the company's usual length, 0 = unknown) get their zeros back.
    Problems: number.mangled (1.1E+17: digits are lost), number.not_a_code (12.5, a date, an error).
    """
    value = cell.value
    if cell.is_error or isinstance(value, bool) or not isinstance(value, str | int | float | None):
        return _not_a_code(cell.text)
    if isinstance(value, float) and not value.is_integer():
        return _not_a_code(cell.text)
    text = unicodedata.normalize("NFKC", cell.text).strip().lstrip("'’`").strip()
    text = re.sub(r"\s+", "", text)
    if is_blank_word(text):
        return None
    if re.fullmatch(r"\d(\.\d+)?[eE]\+?\d{2}", text):
        return Problem(
            "number.mangled",
            Text(
                f"工号 {cell.text} 被 Excel 变成了科学计数，后几位已经丢了。",
                f"Excel mangled the number {cell.text}.",
            ),
            Text(
                "回到系统里把这一列按文本导出，或填上正确的工号。",
                "Export that column as text, or type the number.",
            ),
        )
    if text.endswith(".0") and text[:-2].isdigit():
        text = text[:-2]
    if text.isdigit() and len(text) < width:
        return EmployeeNumber(text.zfill(width), was_padded=True)
    return EmployeeNumber(text)


def parse_yes_no(cell: Cell) -> bool | None:
    """True, False, or None where the cell says neither."""
    if isinstance(cell.value, bool):
        return cell.value
    word = unicodedata.normalize("NFKC", cell.text).strip().casefold()
    if word in _YES:
        return True
    return False if word in _NO else None


def _not_a_code(text: str) -> Problem:
    return Problem(
        "number.not_a_code",
        Text(f"“{text}”不像工号。", f"“{text}” does not look like an employee number."),
        Text("填上正确的工号。", "Type the right number."),
    )
