"""What is known of a tree before it is evaluated: found once, used for every block."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import jiyu.lib.formula.functions  # noqa: F401 - registers the functions
from jiyu.lib.formula.functions.population import NAMES as POPULATION_FUNCTIONS
from jiyu.lib.formula.registry import FUNCTIONS, Function, Kind, Param
from jiyu.lib.formula.tree import (
    Binary,
    Bool,
    Call,
    Input,
    Items,
    Node,
    Number,
    Percent,
    TableColumn,
    Text,
    Unary,
    equal_parts,
    input_ids,
    walk,
)
from jiyu.lib.formula.values import Value, ValueType, constant

_TAKES: Mapping[Kind, frozenset[ValueType]] = {
    Kind.NUMBER: frozenset([ValueType.NUMBER]),
    Kind.TEXT: frozenset([ValueType.TEXT]),
    Kind.DATE: frozenset([ValueType.DATE]),
    Kind.CONDITION: frozenset([ValueType.BOOL, ValueType.NUMBER]),
    Kind.ORDERED: frozenset([ValueType.NUMBER, ValueType.DATE]),
    Kind.SHOWN: frozenset([ValueType.TEXT, ValueType.NUMBER, ValueType.BOOL]),
    Kind.ANY: frozenset(ValueType),
    Kind.RESULT: frozenset(ValueType),
    Kind.COLUMN: frozenset(ValueType),
    Kind.TABLE: frozenset(ValueType),
}


def takes(kind: Kind) -> frozenset[ValueType]:
    """The types a parameter of this kind accepts."""
    return _TAKES[kind]


@dataclass(frozen=True, slots=True, eq=False)
class PreparedCall:
    """What is known of a call before it is evaluated: parameters, the types they take, who is computed."""

    function: Function
    params: tuple[Param, ...]
    takes: tuple[tuple[ValueType, ...], ...]
    computed: tuple[bool, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Prepared:
    """A tree made ready to be evaluated often; everything about its nodes is kept by their `id`.

    `inputs` are the ids of its inputs, `constants` the values written in it, `calls` its functions,
    `computed` the nodes that are results of a calculation, `plain` the branches of an IF that are arithmetic
    over numbers if their inputs (listed) are. `parts` numbers the equal parts, each of which is computed once
    per block.
    """

    tree: Node
    inputs: tuple[str, ...]
    constants: Mapping[int, Value]
    calls: Mapping[int, PreparedCall]
    computed: frozenset[int]
    plain: Mapping[int, tuple[str, ...]]
    parts: Mapping[int, int]


def prepare(tree: Node) -> Prepared:
    """The tree made ready. Raises ValueError for one that was not checked."""
    constants: dict[int, Value] = {}
    calls: dict[int, PreparedCall] = {}
    computed: set[int] = set()
    plain: dict[int, tuple[str, ...]] = {}
    for node in walk(tree):
        if is_computed(node):
            computed.add(id(node))
        match node:
            case Number(value=number):
                constants[id(node)] = constant(ValueType.NUMBER, number)
            case Text(value=text):
                constants[id(node)] = constant(ValueType.TEXT, text)
            case Bool(value=flag):
                constants[id(node)] = constant(ValueType.BOOL, flag)
            case Call():
                calls[id(node)] = _prepared_call(node)
                if node.function == "IF":
                    plain |= {id(branch): input_ids(branch) for branch in node.arguments[1:] if _is_plain(branch)}
    return Prepared(tree, input_ids(tree), constants, calls, frozenset(computed), plain, equal_parts(tree))


def _prepared_call(node: Call) -> PreparedCall:
    function = FUNCTIONS.get(node.function)
    params = None if function is None else function.parameters(len(node.arguments))
    if function is None or params is None:
        raise ValueError(f"not a checked formula: {node.function} with {len(node.arguments)} arguments")
    takes = tuple(tuple(_TAKES[param.kind]) for param in params)
    return PreparedCall(function, params, takes, tuple(is_computed(argument) for argument in node.arguments))


def _is_plain(tree: Node) -> bool:
    """Whether it is arithmetic over the row's own values, numbers if they are."""
    for node in walk(tree):
        match node:
            case Number() | Input(field="") | Unary() | Percent():
                continue
            case Binary(operator=operator) if operator in "+-*/^":
                continue
            case Call(function=name) if name in FUNCTIONS and name not in POPULATION_FUNCTIONS:
                function = FUNCTIONS[name]
                if function.elementwise and all(p.kind is Kind.NUMBER for p in (*function.head, *function.group)):
                    continue
        return False
    return True


def is_computed(node: Node) -> bool:
    """Whether a node is the result of a calculation, as against raw data or a constant (30 %, -5)."""
    match node:
        case Number() | Text() | Bool() | Input() | TableColumn():
            return False
        case Unary(operand=operand):
            return is_computed(operand)
        case Percent(operand=operand):
            return not isinstance(operand, Number)
        case Items(items=items):
            return any(is_computed(item) for item in items)
        case _:
            return True
