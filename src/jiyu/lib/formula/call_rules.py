"""What only one function knows to be wrong, found when a formula is checked rather than when it runs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise

from jiyu.lib.formula.functions.dates import DATEDIF_UNITS
from jiyu.lib.formula.textformat import UnsupportedFormat, compile_format
from jiyu.lib.formula.tree import Call, Node, TableColumn
from jiyu.lib.formula.tree import Text as TextNode
from jiyu.lib.formula.typing_rules import Typed, constant_number, problem, wrong_type
from jiyu.lib.formula.values import ValueType
from jiyu.lib.text import Problem, Text

Tables = Mapping[str, tuple[ValueType, ...]]
Found = tuple[list[Problem], ValueType | None]
_Rule = Callable[[Call, Sequence[Typed], Tables], Found]


def check_call(node: Call, types: Sequence[Typed], tables: Tables) -> Found:
    """Problems particular to this function, and its result's type where only the arguments tell it."""
    rule = _RULES.get(node.function)
    return rule(node, types, tables) if rule else ([], None)


def _text(node: Call, types: Sequence[Typed], _: Tables) -> Found:
    pattern = node.arguments[1]
    assert isinstance(pattern, TextNode)
    try:
        compiled = compile_format(pattern.value)
    except UnsupportedFormat as error:
        message = Text("格式里的“{p}”还不支持。", "'{p}' in the format is not supported.").format(p=error.part)
        fix = Text('可用 0 # , . %、"文字"、yyyy mm dd、年 月 日。', 'There are 0 # , . %, "text", yyyy mm dd.')
        return [problem("text_format", message, fix, pattern.span)], None
    wanted = ValueType.DATE if compiled.is_date else ValueType.NUMBER
    found = types[0].type
    if found is not None and found is not wanted:
        return [wrong_type(node.arguments[0], found, [wanted])], None
    return [], None


def _iferror(node: Call, _: Sequence[Typed], __: Tables) -> Found:
    if constant_number(node.arguments[1]) != 0:
        return [], None
    message = Text("待数据也会变成 0，看上去像没做。", "Missing data turns into 0 as well.")
    fix = Text("只想防除以 0，就先判断除数。", "To guard against division by zero, test the divisor.")
    return [problem("hides_missing", message, fix, node.span, "warning")], None


def _datedif(node: Call, _: Sequence[Typed], __: Tables) -> Found:
    unit = node.arguments[2]
    if not isinstance(unit, TextNode) or unit.value.upper() in DATEDIF_UNITS:
        return [], None
    message = Text("没有单位“{u}”。", "There is no unit '{u}'.").format(u=unit.value)
    fix = Text("用 Y、M、D、YM、MD 或 YD。", "Use Y, M, D, YM, MD or YD.")
    return [problem("datedif_unit", message, fix, unit.span)], None


def _constants(nodes: Sequence[Node]) -> list[float] | None:
    numbers = [constant_number(node) for node in nodes]
    return None if any(n is None for n in numbers) else [n for n in numbers if n is not None]


def _piecewise(node: Call, _: Sequence[Typed], __: Tables) -> Found:
    points = _constants(node.arguments[1::2])
    if points is None:
        return [], None
    steps = [b - a for a, b in pairwise(points)]
    if all(step > 0 for step in steps) or all(step < 0 for step in steps):
        return [], None
    message = Text("折线的点要一路变大，或一路变小。", "The points must rise or fall throughout.")
    fix = Text("按大小排好，重复的只留一个。", "Put them in order, each once.")
    return [problem("points_order", message, fix, node.span)], None


def _band(node: Call, _: Sequence[Typed], __: Tables) -> Found:
    rest = node.arguments[1:]
    bounds = _constants(rest[0 : len(rest) // 2 * 2 : 2])
    if bounds is None or len(set(bounds)) == len(bounds):
        return [], None
    message = Text("同一个下限写了两次，只有前一个算数。", "A bound stands twice; the first one counts.")
    fix = Text("删掉一个，或改成别的下限。", "Remove one, or change it.")
    return [problem("same_bound", message, fix, node.span, "warning")], None


def _xlookup(node: Call, types: Sequence[Typed], _: Tables) -> Found:
    keys, results = node.arguments[1], node.arguments[2]
    assert isinstance(keys, TableColumn) and isinstance(results, TableColumn)
    found: list[Problem] = []
    if keys.table != results.table:
        message = Text("查找列和结果列不在同一个表里。", "The two columns are of different tables.")
        fix = Text("两列都从一个表里选。", "Take both from one table.")
        found.append(problem("table_column", message, fix, results.span))
    found += _key_type(node.arguments[0], types[0].type, types[1].type)
    if len(types) > 3 and types[3].type is not types[2].type and types[2].type and types[3].type:
        found.append(wrong_type(node.arguments[3], types[3].type, [types[2].type]))
    return found, types[2].type


def _vlookup(node: Call, types: Sequence[Typed], tables: Tables) -> Found:
    table, number = node.arguments[1], constant_number(node.arguments[2])
    assert isinstance(table, TableColumn) and number is not None
    columns = tables[table.table]
    if number != int(number) or not 1 <= number <= len(columns):
        message = Text("这个表没有第 {n} 列。", "The table has no column {n}.").format(n=f"{number:g}")
        fix = Text("写 1 到 {n} 的数。", "Write a number from 1 to {n}.").format(n=len(columns))
        return [problem("table_column", message, fix, node.arguments[2].span)], None
    return _key_type(node.arguments[0], types[0].type, columns[0]), columns[int(number) - 1]


def _key_type(node: Node, found: ValueType | None, wanted: ValueType | None) -> list[Problem]:
    if found is None or wanted is None or found is wanted:
        return []
    return [wrong_type(node, found, [wanted])]


_RULES: Mapping[str, _Rule] = {
    "TEXT": _text,
    "IFERROR": _iferror,
    "DATEDIF": _datedif,
    "PIECEWISE": _piecewise,
    "BAND": _band,
    "XLOOKUP": _xlookup,
    "VLOOKUP": _vlookup,
}
