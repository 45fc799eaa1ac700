"""Binding and typing: names become ids, and what cannot be calculated is refused with the way out.

Types are strict where Excel guesses (TRUE+1, 1+"2"); units are compared by dimension and only warned about.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

from jiyu.lib.formula.call_rules import check_call
from jiyu.lib.formula.evaluator import COMPARISONS
from jiyu.lib.formula.parser import close_name, parse, unknown_function
from jiyu.lib.formula.prepared import takes
from jiyu.lib.formula.registry import FUNCTIONS, Function, Kind, Param, UnitRule
from jiyu.lib.formula.tokens import name_key
from jiyu.lib.formula.tree import (
    Binary,
    Bool,
    Call,
    Hole,
    Input,
    Items,
    Name,
    Node,
    Number,
    Percent,
    TableColumn,
    Unary,
)
from jiyu.lib.formula.tree import Text as TextNode
from jiyu.lib.formula.typing_rules import (
    UNKNOWN,
    Typed,
    argument_count,
    different_records,
    is_constant,
    mixed_results,
    not_one_value,
    problem,
    unit_warning,
    wrong_type,
)
from jiyu.lib.formula.values import ValueType
from jiyu.lib.text import Problem, Text
from jiyu.lib.units import Unit

_CELL = re.compile(r"\$?[A-Za-z]{1,3}\$?[0-9]{1,7}")
_LIST = "{}"
"""`Typed.over` of a list in braces."""


@dataclass(frozen=True, slots=True)
class InputSpec:
    """A declared input: its id (stored), its label (what stands in the text), type and unit.

    `records` are the fields of the rows behind it, read as 输入.字段; their `id`s are the keys of
    `Records.fields`.
    """

    id: str
    label: str
    type: ValueType
    unit: Unit | None = None
    records: tuple[InputSpec, ...] = ()


@dataclass(frozen=True, slots=True)
class TableSpec:
    """A table that XLOOKUP and VLOOKUP may read: id, label, and its columns in their order."""

    id: str
    label: str
    columns: tuple[InputSpec, ...]


@dataclass(frozen=True, slots=True)
class Checked:
    """The bound tree, its type and unit (None if not known), and every problem, warnings included."""

    tree: Node
    type: ValueType | None
    unit: Unit | None
    problems: tuple[Problem, ...]

    @property
    def ok(self) -> bool:
        """Whether it may be evaluated: no problem but warnings."""
        return all(p.severity != "error" for p in self.problems)


def check(
    tree: Node,
    inputs: Sequence[InputSpec],
    *,
    expected: ValueType | None = None,
    tables: Sequence[TableSpec] = (),
) -> Checked:
    """Bind the tree's names to ids and type it. Never raises; a tree already bound is checked again.

    Errors: formula.unknown_name, unknown_field, unknown_input, unknown_function, argument_count, wrong_type,
    mixed_results, needs_one_value, different_records, not_constant, text_format, points_order, table_column,
    not_a_table, table_as_value, expected_type, hole. Warnings: formula.unit_kind, unit_size, types_differ,
    chained_comparison, hides_missing, same_bound.
    """
    checker = _Checker(inputs, tables)
    bound, typed = checker.visit(tree)
    if typed.over is not None:
        checker.problems.append(not_one_value(bound))
    elif expected is not None and typed.type is not None and typed.type is not expected:
        found = wrong_type(bound, typed.type, [expected])
        checker.problems.append(replace(found, code="formula.expected_type"))
    problems = sorted(checker.problems, key=lambda p: (p.start, p.end))
    return Checked(bound, typed.type, typed.unit, tuple(problems))


def parse_and_check(
    source: str,
    inputs: Sequence[InputSpec],
    *,
    expected: ValueType | None = None,
    tables: Sequence[TableSpec] = (),
) -> Checked:
    """`parse` and `check` in one step, each problem told once. An unreadable text gives a `Hole`."""
    parsed = parse(source)
    if parsed.tree is None:
        return Checked(Hole((0, len(source))), None, None, parsed.problems)
    checked = check(parsed.tree, inputs, expected=expected, tables=tables)
    said = {(p.start, p.end) for p in parsed.problems}
    rest = [p for p in checked.problems if p.code != "formula.hole" and (p.start, p.end) not in said]
    problems = sorted([*parsed.problems, *rest], key=lambda p: (p.start, p.end))
    return replace(checked, problems=tuple(problems))


class _Checker:
    def __init__(self, inputs: Sequence[InputSpec], tables: Sequence[TableSpec]) -> None:
        self.inputs: _Labels[InputSpec] = _Labels(inputs)
        self.tables: _Labels[TableSpec] = _Labels(tables)
        self.problems: list[Problem] = []

    def visit(self, node: Node) -> tuple[Node, Typed]:
        match node:
            case Number():
                return node, Typed(ValueType.NUMBER)
            case TextNode():
                return node, Typed(ValueType.TEXT)
            case Bool():
                return node, Typed(ValueType.BOOL)
            case Name() | Input():
                return self.name(node)
            case Unary(operand=operand) | Percent(operand=operand):
                inner, typed = self.visit(operand)
                self.want(inner, typed, [ValueType.NUMBER])
                kept = typed if isinstance(node, Unary) else replace(typed, unit=None)
                return replace(node, operand=inner), replace(kept, type=ValueType.NUMBER)
            case Binary():
                return self.binary(node)
            case Call():
                return self.call(node)
            case Items():
                return self.items(node)
            case TableColumn():
                self.problems.append(_table_as_value(node))
                return node, UNKNOWN
            case _:
                fix = Text("补上要算的内容。", "Add what to calculate.")
                message = Text("公式还没写完。", "The formula is not finished.")
                self.problems.append(problem("hole", message, fix, node.span))
                return node, UNKNOWN

    def want(self, node: Node, typed: Typed, wanted: Sequence[ValueType]) -> bool:
        """Complain unless the node's type is one of `wanted` (or unknown)."""
        if typed.type is None or typed.type in wanted:
            return True
        self.problems.append(wrong_type(node, typed.type, wanted))
        return False

    def name(self, node: Name | Input) -> tuple[Node, Typed]:
        spec = self.inputs.by_id(node.id) if isinstance(node, Input) else self.inputs.find(node.label)
        if spec is None and isinstance(node, Name) and node.field:
            spec = self.inputs.find(f"{node.label}.{node.field}")  # a label with a dot in it
            node = replace(node, field="") if spec is not None else node
        if spec is None:
            if isinstance(node, Name) and self.tables.find(node.label) is not None:
                self.problems.append(_table_as_value(node))
            else:
                self.problems.append(self.unknown(node))
            return node, UNKNOWN
        if not node.field:
            return Input(spec.id, "", node.span), Typed(spec.type, spec.unit)
        fields = _Labels(spec.records)
        found = fields.by_id(node.field) if isinstance(node, Input) else fields.find(node.field)
        if found is None:
            self.problems.append(_unknown_field(node, spec, fields))
            return node, UNKNOWN
        return Input(spec.id, found.id, node.span), Typed(found.type, found.unit, spec.id)

    def unknown(self, node: Name | Input) -> Problem:
        if isinstance(node, Input):
            message = Text("这个输入项已经没有了。", "This input does not exist any more.")
            return problem("unknown_input", message, Text("换一个输入项。", "Choose another."), node.span)
        message = Text("没有“{n}”。", "There is no '{n}'.").format(n=node.label)
        near = close_name(node.label, [*self.inputs.labels, *self.tables.labels])
        if near is not None:
            fix = Text("是不是“{n}”？", "Did you mean '{n}'?").format(n=near)
        elif _CELL.fullmatch(node.label):
            fix = Text("这里没有单元格，请写输入项的名称。", "There are no cells here; write an input's name.")
        else:
            fix = Text("从输入项里选一个，或新建它。", "Choose one of the inputs, or add it.")
        return problem("unknown_name", message, fix, node.span)

    def units(self, node: Node, parts: Iterable[Typed]) -> Unit | None:
        """The one unit of parts that are added or compared; different ones are warned about once."""
        found: Unit | None = None
        for part in parts:
            if part.unit is None or part.unit.dimension == "number":
                continue
            if found is not None and found.code != part.unit.code:
                self.problems.append(unit_warning(node, found, part.unit))
                return None
            found = part.unit
        return found

    def over(self, node: Node, parts: Iterable[Typed]) -> str | None:
        """Whose records the parts belong to, if any; those of two inputs cannot be paired."""
        owners = list(dict.fromkeys(p.over for p in parts if p.over is not None))
        if len(owners) > 1:
            self.problems.append(different_records(node))
        return owners[0] if owners else None

    def binary(self, node: Binary) -> tuple[Node, Typed]:
        left, a = self.visit(node.left)
        right, b = self.visit(node.right)
        bound = replace(node, left=left, right=right)
        over = self.over(node, (a, b))
        if node.operator in COMPARISONS:
            self.comparison(bound, a, b)
            return bound, Typed(ValueType.BOOL, None, over)
        if node.operator == "&":
            shown = [ValueType.TEXT, ValueType.NUMBER, ValueType.BOOL]
            self.want(left, a, shown)
            self.want(right, b, shown)
            return bound, Typed(ValueType.TEXT, None, over)
        return bound, replace(self.arithmetic(bound, a, b), over=over)

    def comparison(self, node: Binary, a: Typed, b: Typed) -> None:
        left = node.left
        if isinstance(left, Binary) and left.operator in COMPARISONS:
            message = Text("连着比较时，后一个比的是“是或否”。", "The second comparison is with TRUE or FALSE.")
            fix = Text("写成 AND(a > b, b > c)。", "Write AND(a > b, b > c).")
            self.problems.append(problem("chained_comparison", message, fix, node.span, "warning"))
        elif a.type is not None and b.type is not None and a.type is not b.type:
            message = Text("两边不是一种值，永远不相等。", "The two sides are of different kinds, never equal.")
            fix = Text("文字加引号，数不加；工号是文字。", "Quote texts, not numbers; staff numbers are texts.")
            dates = ValueType.DATE in (a.type, b.type) and node.operator not in ("=", "<>")
            if dates:
                other = node.right if a.type is ValueType.DATE else node.left
                found = b.type if a.type is ValueType.DATE else a.type
                self.problems.append(wrong_type(other, found, [ValueType.DATE]))
            else:
                self.problems.append(problem("types_differ", message, fix, node.span, "warning"))
        self.units(node, (a, b))

    def arithmetic(self, node: Binary, a: Typed, b: Typed) -> Typed:
        operator = node.operator
        if ValueType.DATE in (a.type, b.type):
            return self.dates(node, a, b)
        fine = self.want(node.left, a, [ValueType.NUMBER])
        fine = self.want(node.right, b, [ValueType.NUMBER]) and fine
        if not fine or a.type is None or b.type is None:
            return Typed(ValueType.NUMBER)
        if operator in "+-":
            return Typed(ValueType.NUMBER, self.units(node, (a, b)))
        if operator == "*":
            return Typed(ValueType.NUMBER, _product(a.unit, b.unit))
        if operator == "/":
            return Typed(ValueType.NUMBER, a.unit if _is_plain(b.unit) else None)
        return Typed(ValueType.NUMBER)

    def dates(self, node: Binary, a: Typed, b: Typed) -> Typed:
        if a.type is None or b.type is None:
            return UNKNOWN
        if node.operator == "-" and a.type is b.type:
            return Typed(ValueType.NUMBER)
        if node.operator == "-" and a.type is not ValueType.DATE:
            self.want(node.left, a, [ValueType.DATE])
        elif node.operator == "-":
            self.want(node.right, b, [ValueType.NUMBER])
        elif node.operator == "+":
            other, typed = (node.right, b) if a.type is ValueType.DATE else (node.left, a)
            self.want(other, typed, [ValueType.NUMBER])
        else:
            day, typed = (node.left, a) if a.type is ValueType.DATE else (node.right, b)
            self.want(day, typed, [ValueType.NUMBER])
        return Typed(ValueType.DATE)

    def items(self, node: Items) -> tuple[Node, Typed]:
        visited = [self.visit(item) for item in node.items]
        bound = replace(node, items=tuple(item for item, _ in visited))
        types = [typed for _, typed in visited]
        for item, typed in visited:
            if typed.over is not None:
                self.problems.append(not_one_value(item))
        known = [(i, t.type) for i, t in visited if t.type is not None]
        for item, kind in known[1:]:
            if kind is not known[0][1]:
                self.problems.append(mixed_results(item, known[0][1], kind))
                break
        first = known[0][1] if known else None
        return bound, Typed(first, self.units(node, types), _LIST)

    def call(self, node: Call) -> tuple[Node, Typed]:
        function = FUNCTIONS.get(node.function)
        if function is None:
            self.problems.append(unknown_function(node.function, node.span[0]))
            return node, UNKNOWN
        params = function.parameters(len(node.arguments))
        if params is None:
            self.problems.append(argument_count(function, node.span))
            return node, Typed(function.result)
        visited = [self.argument(a, p) for a, p in zip(node.arguments, params, strict=True)]
        bound = replace(node, arguments=tuple(argument for argument, _ in visited))
        types = [typed for _, typed in visited]
        accepted = [
            self.accept(function, argument, typed, param)
            for (argument, typed), param in zip(visited, params, strict=True)
        ]
        over = self.over(node, [t for t in types if t.over != _LIST]) if function.elementwise else None
        result = function.result or self.result_type(bound, types, params)
        if all(accepted):
            found, special = check_call(bound, types, self.table_types())
            self.problems += found
            result = special or result
        return bound, Typed(result, self.unit_of(function, bound, types, params), over)

    def argument(self, node: Node, param: Param) -> tuple[Node, Typed]:
        if param.kind not in (Kind.COLUMN, Kind.TABLE):
            return self.visit(node)
        bound = self.table(node)
        if bound is None or bool(bound.column) is not (param.kind is Kind.COLUMN):
            message = Text("这里要一个表{c}。", "This wants a table{e}.").format(
                c="的列" if param.kind is Kind.COLUMN else "",
                e="'s column" if param.kind is Kind.COLUMN else "",
            )
            fix = Text("写成 表名.列名。", "Write table.column.")
            if param.kind is Kind.TABLE:
                fix = Text("只写表名。", "Write the table's name alone.")
            self.problems.append(problem("not_a_table", message, fix, node.span))
            return node, UNKNOWN
        spec = self.tables.by_id(bound.table)
        column = next((c for c in spec.columns if c.id == bound.column), None) if spec else None
        return bound, Typed(column.type, column.unit) if column else UNKNOWN

    def table(self, node: Node) -> TableColumn | None:
        if isinstance(node, TableColumn):
            spec = self.tables.by_id(node.table)
            known = spec is not None and (not node.column or any(c.id == node.column for c in spec.columns))
            return node if known else None
        if not isinstance(node, Name):
            return None
        spec = self.tables.find(node.label)
        if spec is None:
            return None
        if not node.field:
            return TableColumn(spec.id, "", node.span)
        column = _Labels(spec.columns).find(node.field)
        return None if column is None else TableColumn(spec.id, column.id, node.span)

    def table_types(self) -> dict[str, tuple[ValueType, ...]]:
        return {spec.id: tuple(c.type for c in spec.columns) for spec in self.tables.all}

    def accept(self, function: Function, node: Node, typed: Typed, param: Param) -> bool:
        if param.kind in (Kind.COLUMN, Kind.TABLE):
            return not isinstance(node, Name)
        if typed.over is not None and not param.many and (typed.over == _LIST or not function.elementwise):
            self.problems.append(not_one_value(node))
            return False
        if param.fixed and not is_constant(node):
            message = Text("这里要直接写出来，不能是算出来的。", "This must be written out, not computed.")
            fix = Text('写成 "0.00"、0 或 TRUE 这样的值。', 'Write a value such as "0.00", 0 or TRUE.')
            self.problems.append(problem("not_constant", message, fix, node.span))
            return False
        wanted = takes(param.kind)
        return self.want(node, typed, [t for t in ValueType if t in wanted]) and typed.type is not None

    def result_type(self, node: Call, types: Sequence[Typed], params: Sequence[Param]) -> ValueType | None:
        """The type all RESULT (or ORDERED) arguments share."""
        first: ValueType | None = None
        for argument, typed, param in zip(node.arguments, types, params, strict=True):
            if param.kind not in (Kind.RESULT, Kind.ORDERED) or typed.type is None:
                continue
            if first is not None and typed.type is not first:
                self.problems.append(mixed_results(argument, first, typed.type))
                return None
            first = typed.type
        return first

    def unit_of(self, function: Function, node: Call, types: Sequence[Typed], params: Sequence[Param]) -> Unit | None:
        if function.unit is UnitRule.FIRST:
            return types[0].unit
        if function.unit is UnitRule.ALL:
            return self.units(node, types)
        if function.unit is UnitRule.RESULT:
            results = [t for t, p in zip(types, params, strict=True) if p.kind is Kind.RESULT]
            return self.units(node, results)
        return None


def _is_plain(unit: Unit | None) -> bool:
    return unit is None or unit.dimension == "number"


def _product(a: Unit | None, b: Unit | None) -> Unit | None:
    if _is_plain(a):
        return b
    if _is_plain(b):
        return a
    if a is not None and a.dimension == "percent":
        return b
    return a if b is not None and b.dimension == "percent" else None


_Spec = TypeVar("_Spec", bound=InputSpec | TableSpec)


class _Labels(Generic[_Spec]):
    """Specs by label, first as written, then regardless of width, case and encoding."""

    def __init__(self, specs: Sequence[_Spec]) -> None:
        self.all = specs
        self._exact = {spec.label: spec for spec in specs}
        self._folded = {name_key(spec.label): spec for spec in specs}

    @property
    def labels(self) -> list[str]:
        return list(self._exact)

    def find(self, label: str) -> _Spec | None:
        return self._exact.get(label) or self._folded.get(name_key(label))

    def by_id(self, identifier: str) -> _Spec | None:
        return next((spec for spec in self.all if spec.id == identifier), None)


def _unknown_field(node: Name | Input, spec: InputSpec, fields: _Labels[InputSpec]) -> Problem:
    message = Text("“{s}”的记录里没有“{f}”。", "The records of '{s}' have no '{f}'.")
    message = message.format(s=spec.label, f=node.field)
    near = close_name(node.field, fields.labels)
    fix = Text("去掉点和后面的字。", "Drop the dot and what follows.")
    if near is not None:
        fix = Text("是不是“{n}”？", "Did you mean '{n}'?").format(n=near)
    elif fields.labels:
        listed = "、".join(fields.labels)
        fix = Text("有这些：{n}", "There are: {n}").format(n=listed)
    return problem("unknown_field", message, fix, node.span)


def _table_as_value(node: Node) -> Problem:
    message = Text("表不能直接参加计算。", "A table is not a value.")
    fix = Text(
        "用 XLOOKUP(值, 表.查找列, 表.结果列) 取一个。",
        "Take one with XLOOKUP(value, table.keys, table.results).",
    )
    return problem("table_as_value", message, fix, node.span)
