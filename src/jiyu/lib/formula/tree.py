"""The formula as a frozen tree, and its canonical JSON.

A tree that was only parsed speaks of `Name`s (what stands in the text); `check` binds them to `Input`s
(ids that never change) and `TableColumn`s, and that is what is stored: a renamed input breaks nothing.
Spans point into the text a node came from and take no part in equality.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

HEIGHT_LIMIT = 128
"""A tree is walked recursively; a sum of 3,000 terms would pass every limit on nesting and break it."""

Span: TypeAlias = tuple[int, int]
NOWHERE: Span = (-1, -1)


@dataclass(frozen=True, slots=True)
class Number:
    """A number as written; `30%` is `Percent(Number(30))`."""

    value: float
    span: Span = dataclasses.field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Text:
    """A text constant, without its quotes."""

    value: str
    span: Span = dataclasses.field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Bool:
    """TRUE or FALSE."""

    value: bool
    span: Span = dataclasses.field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Name:
    """A name not yet looked up; `field` is the part after the dot (订单.金额), or empty."""

    label: str
    field: str = ""
    span: Span = dataclasses.field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Input:
    """A declared input by its id; with `field`, that field of each of its records."""

    id: str
    field: str = ""
    span: Span = dataclasses.field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class TableColumn:
    """A column of a table by their ids; without `column` the whole table."""

    table: str
    column: str = ""
    span: Span = dataclasses.field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Unary:
    """`-` or `+` before its operand."""

    operator: str
    operand: Node
    span: Span = dataclasses.field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Percent:
    """`%` after its operand."""

    operand: Node
    span: Span = dataclasses.field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Binary:
    """One of + - * / ^ & = <> < <= > >= between two operands."""

    operator: str
    left: Node
    right: Node
    span: Span = dataclasses.field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Call:
    """A function by its canonical (English, upper case) name."""

    function: str
    arguments: tuple[Node, ...]
    span: Span = dataclasses.field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Items:
    """Several values as one argument: `{a, b, c}`."""

    items: tuple[Node, ...]
    span: Span = dataclasses.field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Hole:
    """Where something is missing: only in the trees of broken formulas, for completion."""

    span: Span = dataclasses.field(default=NOWHERE, compare=False, repr=False)


Node: TypeAlias = Number | Text | Bool | Name | Input | TableColumn | Unary | Percent | Binary | Call | Items | Hole


def children(node: Node) -> tuple[Node, ...]:
    """The node's operands, arguments or items, in the order written."""
    match node:
        case Unary(operand=operand) | Percent(operand=operand):
            return (operand,)
        case Binary(left=left, right=right):
            return (left, right)
        case Call(arguments=arguments):
            return arguments
        case Items(items=items):
            return items
        case _:
            return ()


def walk(node: Node) -> Iterator[Node]:
    """Every node, parents first; not recursive."""
    stack = [node]
    while stack:
        current = stack.pop()
        yield current
        stack.extend(reversed(children(current)))


def height(node: Node) -> int:
    """Levels of the tree; a leaf is 1. Not recursive, as it guards the recursive walks."""
    level, current = 0, [node]
    while current:
        level += 1
        current = [child for parent in current for child in children(parent)]
    return level


def equal_parts(tree: Node) -> dict[int, int]:
    """A number for each node that has an equal elsewhere in the tree, by its `id`; equal nodes share the number.

    Leaves are left out. As recursive as the evaluation, but linear: nodes are told apart by their parts' numbers.
    """
    numbers: dict[Hashable, int] = {}
    found: dict[int, list[int]] = {}

    def number(node: Node) -> int:
        below = tuple([number(child) for child in children(node)])
        if not below:
            return numbers.setdefault(node, len(numbers))
        own = node.function if isinstance(node, Call) else getattr(node, "operator", "")
        mine = numbers.setdefault((type(node), own, below), len(numbers))
        found.setdefault(mine, []).append(id(node))
        return mine

    number(tree)
    return {place: mine for mine, places in found.items() if len(places) > 1 for place in places}


def input_ids(node: Node) -> tuple[str, ...]:
    """The ids of the inputs a bound tree reads, each once, in order of appearance."""
    return tuple(dict.fromkeys(n.id for n in walk(node) if isinstance(n, Input)))


def to_json(node: Node) -> dict[str, Any]:
    """Canonical JSON: equal trees give equal objects. Numbers are texts, so that no reader rounds them.

    Raises ValueError for a tree with a hole in it.
    """
    match node:
        case Number(value=value):
            return {"number": number_source(value)}
        case Text(value=text):
            return {"text": text}
        case Bool(value=flag):
            return {"bool": flag}
        case Name(label=label, field=part):
            return {"name": label, "field": part}
        case Input(id=identifier, field=part):
            return {"input": identifier, "field": part}
        case TableColumn(table=table, column=column):
            return {"table": table, "column": column}
        case Unary(operator=operator, operand=operand):
            return {"unary": operator, "of": to_json(operand)}
        case Percent(operand=operand):
            return {"percent": to_json(operand)}
        case Binary(operator=operator, left=left, right=right):
            return {"binary": operator, "left": to_json(left), "right": to_json(right)}
        case Call(function=function, arguments=arguments):
            return {"call": function, "arguments": [to_json(a) for a in arguments]}
        case Items(items=items):
            return {"items": [to_json(i) for i in items]}
        case _:
            raise ValueError("a formula with a hole cannot be stored")


_UNARY = frozenset("+-")
_BINARY = frozenset(["+", "-", "*", "/", "^", "&", "=", "<>", "<", "<=", ">", ">="])


def from_json(data: object) -> Node:
    """The tree of `to_json`'s object. Raises ValueError for anything else, and for one too high."""
    return _from_json(data, HEIGHT_LIMIT)


def _from_json(data: object, levels: int) -> Node:
    if levels == 0:
        raise ValueError("the formula's tree is too high")

    def part(value: object) -> Node:
        return _from_json(value, levels - 1)

    match data:
        case {"number": str(text), **rest} if not rest:
            return Number(float(text))
        case {"text": str(text), **rest} if not rest:
            return Text(text)
        case {"bool": bool(flag), **rest} if not rest:
            return Bool(flag)
        case {"name": str(label), "field": str(field_name), **rest} if not rest:
            return Name(label, field_name)
        case {"input": str(identifier), "field": str(field_name), **rest} if not rest:
            return Input(identifier, field_name)
        case {"table": str(table), "column": str(column), **rest} if not rest:
            return TableColumn(table, column)
        case {"unary": str(operator), "of": operand, **rest} if not rest and operator in _UNARY:
            return Unary(operator, part(operand))
        case {"percent": operand, **rest} if not rest:
            return Percent(part(operand))
        case {"binary": str(operator), "left": left, "right": right, **rest} if not rest and operator in _BINARY:
            return Binary(operator, part(left), part(right))
        case {"call": str(function), "arguments": list(arguments), **rest} if not rest:
            return Call(function, tuple(part(a) for a in arguments))
        case {"items": list(items), **rest} if not rest:
            return Items(tuple(part(i) for i in items))
        case _:
            raise ValueError("not a formula tree")


def number_source(value: float) -> str:
    """The shortest text that reads back as the same double: 30, 0.1, 1E+22."""
    if value == int(value) and abs(value) < 1e15:
        return str(int(value))
    return repr(value).upper()
