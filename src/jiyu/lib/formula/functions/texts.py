"""Functions of texts. A character is one Unicode code point: no emoji is ever cut in half."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

from jiyu.lib.formula.operators import Fault, each, shown
from jiyu.lib.formula.registry import Function, Invocation, Kernel, Kind, Param, register
from jiyu.lib.formula.textformat import UnsupportedFormat, compile_format
from jiyu.lib.formula.values import VALUE, Value, ValueType
from jiyu.lib.text import Text

_WIDE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_NUMBER = re.compile(r"[+-]?(?:\d{1,3}(?:,\d{3})+|\d+)?(?:\.\d*)?(?:[eE][+-]?\d+)?")


def read_number(text: str) -> float | None:
    """The number a text says (" 5 ", "1,234", "30%", "１２"), or None; words are not read."""
    plain = text.translate(_WIDE).strip()
    percents = len(plain) - len(plain.rstrip("%"))
    plain = plain.rstrip("%").rstrip()
    if not _NUMBER.fullmatch(plain) or not any(c.isdigit() for c in plain):
        return None
    number = float(plain.replace(",", ""))
    for _ in range(percents):
        number /= 100.0
    return number if abs(number) != float("inf") else None


def _as_text(value: Value) -> Value:
    return Value(ValueType.TEXT, shown(value), value.state, value.offsets)


def _kernel(kind: ValueType, function: Callable[..., Any], texts: int = 1) -> Kernel:
    """A kernel that reads its first `texts` arguments as texts and calls `function` value by value."""

    def kernel(arguments: Sequence[Value], _: Invocation) -> Value:
        given = [_as_text(a) for a in arguments[:texts]] + list(arguments[texts:])
        return each(kind, function, *given)

    return kernel


def _left(text: str, count: float = 1.0) -> Any:
    return text[: int(count)] if count >= 0 else Fault(VALUE)


def _right(text: str, count: float = 1.0) -> Any:
    if count < 0:
        return Fault(VALUE)
    return text[max(len(text) - int(count), 0) :]


def _mid(text: str, start: float, count: float) -> Any:
    if start < 1 or count < 0:
        return Fault(VALUE)
    return text[int(start) - 1 : int(start) - 1 + int(count)]


def _trim(text: str) -> str:
    return " ".join(part for part in text.split(" ") if part)


def _find(wanted: str, text: str, start: float = 1.0) -> Any:
    if start < 1 or start > len(text) + 1:
        return Fault(VALUE)
    at = text.find(wanted, int(start) - 1)
    return float(at + 1) if at >= 0 else Fault(VALUE)


def _substitute(text: str, old: str, new: str, which: float | None = None) -> Any:
    if which is not None and which < 1:
        return Fault(VALUE)
    if not old:
        return text
    if which is None:
        return text.replace(old, new)
    at = -1
    for _ in range(int(which)):
        at = text.find(old, at + 1 if at < 0 else at + len(old))
        if at < 0:
            return text
    return text[:at] + new + text[at + len(old) :]


def _value(text: str) -> Any:
    number = read_number(text)
    return Fault(VALUE) if number is None else number


def _value_kernel(arguments: Sequence[Value], call: Invocation) -> Value:
    if arguments[0].type is ValueType.NUMBER:
        return arguments[0]
    return each(ValueType.NUMBER, _value, arguments[0])


def _format(value: Any, pattern: str) -> Any:
    try:
        written = compile_format(pattern).write(value)
    except UnsupportedFormat:
        return Fault(VALUE)
    return Fault(VALUE) if written is None else written


_TEXT = Param(Kind.SHOWN, "文字", "text")
_COUNT = Param(Kind.NUMBER, "字数", "count")
_MAYBE_COUNT = Param(Kind.NUMBER, "字数", "count", optional=True)


def _add(
    name: str,
    zh: str,
    head: tuple[Param, ...],
    kernel: Kernel,
    doc: tuple[str, str],
    *examples: tuple[str, str],
    result: ValueType = ValueType.TEXT,
) -> None:
    register(Function(name, zh, head, result, kernel, Text(*doc), examples))


_add(
    "LEN",
    "字数",
    (_TEXT,),
    _kernel(ValueType.NUMBER, lambda text: float(len(text))),
    ("有几个字；一个表情也是一个字。", "How many characters; an emoji is one."),
    ('LEN("绩语")', "2"),
    ('LEN("👍好")', "2"),
    result=ValueType.NUMBER,
)
_add(
    "LEFT",
    "左取",
    (_TEXT, _MAYBE_COUNT),
    _kernel(ValueType.TEXT, _left),
    ("开头的几个字。", "The first characters."),
    ('LEFT("一车间甲班", 3)', "一车间"),
    ('LEFT("x", -1)', "#VALUE!"),
)
_add(
    "RIGHT",
    "右取",
    (_TEXT, _MAYBE_COUNT),
    _kernel(ValueType.TEXT, _right),
    ("末尾的几个字。", "The last characters."),
    ('RIGHT("一车间甲班", 2)', "甲班"),
)
_add(
    "MID",
    "中取",
    (_TEXT, Param(Kind.NUMBER, "从第几个字", "start"), _COUNT),
    _kernel(ValueType.TEXT, _mid),
    ("从第几个字起的几个字。", "Characters from a place on."),
    ('MID("一车间甲班", 4, 1)', "甲"),
    ('MID("x", 0, 1)', "#VALUE!"),
)
_add(
    "TRIM",
    "去空格",
    (_TEXT,),
    _kernel(ValueType.TEXT, _trim),
    ("去掉两头的空格，中间的只留一个。", "Without spaces at the ends, single ones between."),
    ('TRIM("  张  伟 ")', "张 伟"),
)
_add(
    "UPPER",
    "大写",
    (_TEXT,),
    _kernel(ValueType.TEXT, str.upper),
    ("字母变成大写。", "In capitals."),
    ('UPPER("b+")', "B+"),
)
_add(
    "LOWER",
    "小写",
    (_TEXT,),
    _kernel(ValueType.TEXT, str.lower),
    ("字母变成小写。", "In small letters."),
    ('LOWER("KPI")', "kpi"),
)
_add(
    "FIND",
    "查找",
    (
        Param(Kind.SHOWN, "找什么", "wanted"),
        _TEXT,
        Param(Kind.NUMBER, "从第几个字", "start", optional=True),
    ),
    _kernel(ValueType.NUMBER, _find, texts=2),
    ("在第几个字；分大小写，找不到是 #VALUE!。", "At which character; case counts, #VALUE! if nowhere."),
    ('FIND("班", "一车间甲班")', "5"),
    ('FIND("", "abc")', "1"),
    result=ValueType.NUMBER,
)
_add(
    "SUBSTITUTE",
    "替换",
    (
        _TEXT,
        Param(Kind.SHOWN, "旧文字", "old"),
        Param(Kind.SHOWN, "新文字", "new"),
        Param(Kind.NUMBER, "第几处", "which", optional=True),
    ),
    _kernel(ValueType.TEXT, _substitute, texts=3),
    ("把一段文字换成另一段；可以只换第几处。", "One text for another; everywhere or at one place."),
    ('SUBSTITUTE("a-b-c", "-", "/")', "a/b/c"),
    ('SUBSTITUTE("a-b-c", "-", "/", 2)', "a-b/c"),
)
_add(
    "TEXT",
    "文本",
    (Param(Kind.ANY, "值", "value"), Param(Kind.TEXT, "格式", "format", fixed=True)),
    lambda arguments, _: each(ValueType.TEXT, _format, arguments[0], arguments[1]),
    (
        "按格式写成文字：0.00、#,##0、0.0%、yyyy-mm-dd、m月d日。",
        "Written in a format such as 0.00, #,##0, yyyy-mm-dd.",
    ),
    ('TEXT(1234.5, "#,##0.00")', "1,234.50"),
    ('TEXT(0.985, "0.0%")', "98.5%"),
    ('TEXT(DATE(2026, 4, 8), "m月d日")', "4月8日"),
)
_add(
    "VALUE",
    "数值",
    (_TEXT,),
    _value_kernel,
    ("把文字读成数；读不出是 #VALUE!。", "The number a text says; #VALUE! if none."),
    ('VALUE("1,234")', "1234"),
    ('VALUE("30%")', "0.3"),
    ('VALUE("五")', "#VALUE!"),
    result=ValueType.NUMBER,
)
