"""What the checker knows of a part of a formula, and the sentences it refuses with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from jiyu.lib.formula.registry import Function
from jiyu.lib.formula.tree import Bool, Node, Span, Unary
from jiyu.lib.formula.tree import Number as NumberNode
from jiyu.lib.formula.tree import Text as TextNode
from jiyu.lib.formula.values import ValueType
from jiyu.lib.text import Problem, Text
from jiyu.lib.units import Unit

TYPE_NAMES = {
    ValueType.NUMBER: Text("数", "a number"),
    ValueType.TEXT: Text("文字", "a text"),
    ValueType.DATE: Text("日期", "a date"),
    ValueType.BOOL: Text("真假", "TRUE or FALSE"),
}


@dataclass(frozen=True, slots=True)
class Typed:
    """Type (None: unknown, already complained about), unit, and whose records it has a value for each of."""

    type: ValueType | None
    unit: Unit | None = None
    over: str | None = None


UNKNOWN = Typed(None)


def problem(code: str, message: Text, fix: Text, span: Span, severity: str = "error") -> Problem:
    """A problem of the formula at a place in its text."""
    return Problem(f"formula.{code}", message, fix, start=span[0], end=span[1], severity=severity)


def wrong_type(node: Node, found: ValueType, wanted: Sequence[ValueType]) -> Problem:
    """A value of a type that does not belong there, with the usual way to turn it into one that does."""
    names = Text("或".join(TYPE_NAMES[t].zh for t in wanted), " or ".join(TYPE_NAMES[t].in_("en") for t in wanted))
    message = Text("这里要的是{wanted}，现在是{found}。", "This wants {wanted}, not {found}.")
    message = message.format(wanted=names, found=TYPE_NAMES[found])
    return problem("wrong_type", message, _conversion(node, found, wanted), node.span)


def _conversion(node: Node, found: ValueType, wanted: Sequence[ValueType]) -> Text:
    if ValueType.NUMBER in wanted:
        if isinstance(node, TextNode) and node.value.strip().replace(".", "", 1).isdigit():
            return Text("去掉引号，写 {v}", "Drop the quotes: {v}").format(v=node.value.strip())
        if found is ValueType.TEXT:
            return Text("用 VALUE(…) 把文字读成数。", "Read it with VALUE(…).")
        if found is ValueType.BOOL:
            return Text("写成 IF(条件, 1, 0)。", "Write IF(condition, 1, 0).")
        return Text("要天数就写两个日期相减。", "Subtract two dates for a number of days.")
    if ValueType.BOOL in wanted:
        return Text('写一个比较，例如 岗位 = "操作工"。', 'Write a comparison, such as job = "fitter".')
    if ValueType.DATE in wanted:
        return Text("写成 DATE(2026, 4, 8) 的样子。", "Write it as DATE(2026, 4, 8).")
    if found is ValueType.DATE:
        return Text('用 TEXT(日期, "yyyy-mm-dd") 写成文字。', 'Write it with TEXT(date, "yyyy-mm-dd").')
    return Text("用 TEXT(…, 格式) 写成文字。", "Write it with TEXT(…, format).")


def argument_count(function: Function, span: Span) -> Problem:
    """Too few or too many arguments: how it is written."""
    message = Text("{f} 的项数不对。", "{f} has the wrong number of arguments.").format(f=function.name)
    fix = Text(f"写成 {function.signature('zh')}", f"Write {function.signature('en')}")
    if function.name in ("AND", "OR", "XOR"):
        message = Text("{f}() 里没有条件。", "{f}() has no condition.").format(f=function.name)
    return problem("argument_count", message, fix, span)


def mixed_results(node: Node, first: ValueType, other: ValueType) -> Problem:
    """Branches of different types."""
    message = Text("结果有的是{a}，有的是{b}。", "Some results are {a}, some {b}.").format(
        a=TYPE_NAMES[first], b=TYPE_NAMES[other]
    )
    fix = Text("让每个结果是同一种；没有数时写 IFBLANK。", "Make all results of one kind.")
    return problem("mixed_results", message, fix, node.span)


def not_one_value(node: Node) -> Problem:
    """Records or a list where one value per row is wanted."""
    return problem(
        "needs_one_value",
        Text("这里每人有很多条记录，要先合成一个数。", "There are many records here; one value is wanted."),
        Text("用 SUM、AVERAGE、COUNTIFS 等合起来。", "Combine them with SUM, AVERAGE, COUNTIFS …"),
        node.span,
    )


def different_records(node: Node) -> Problem:
    """Records of two inputs beside each other."""
    return problem(
        "different_records",
        Text("两个输入项的记录不能一条对一条地算。", "Records of two inputs cannot be paired."),
        Text("先各自合起来，再一起算。", "Combine each of them first."),
        node.span,
    )


def unit_warning(node: Node, first: Unit, other: Unit) -> Problem:
    """Two units that should not meet, or only after conversion."""
    names = {"a": unit_name(first), "b": unit_name(other)}
    if first.dimension == other.dimension:
        message = Text("“{a}”和“{b}”大小不同。", "'{a}' and '{b}' differ in size.").format(**names)
        fix = Text("先换成同一个单位。", "Convert to one unit first.")
        return problem("unit_size", message, fix, node.span, "warning")
    message = Text("“{a}”和“{b}”不是一种量。", "'{a}' and '{b}' are different things.").format(**names)
    fix = Text("看看是不是选错了输入项。", "Check whether the right input was chosen.")
    return problem("unit_kind", message, fix, node.span, "warning")


def unit_name(unit: Unit) -> Text:
    """What people call the unit."""
    return unit.label if unit.label.zh else Text("数", "number")


def constant_number(node: Node) -> float | None:
    """The number a node is written as, or None."""
    if isinstance(node, NumberNode):
        return node.value
    if isinstance(node, Unary) and isinstance(node.operand, NumberNode):
        return -node.operand.value if node.operator == "-" else node.operand.value
    return None


def is_constant(node: Node) -> bool:
    """Whether a node is written as a plain value."""
    return constant_number(node) is not None or isinstance(node, TextNode | Bool)
