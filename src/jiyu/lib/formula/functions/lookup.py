"""XLOOKUP and VLOOKUP on a table definition. Texts are found regardless of case; the first match counts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from jiyu.lib.formula import numeric
from jiyu.lib.formula.operators import each, fold
from jiyu.lib.formula.registry import Function, Invocation, Kind, Param, UnitRule, register
from jiyu.lib.formula.tree import Node, TableColumn
from jiyu.lib.formula.values import (
    NOT_FOUND,
    VALUE,
    Array,
    Column,
    Value,
    ValueType,
    failure,
)
from jiyu.lib.text import Text

_MISSING = -1


def places(keys: Column, wanted: Value, mode: int, *, computed: bool) -> Array:
    """For each wanted value the row of `keys` that holds it, -1 for none.

    `mode` 0: equal; -1: equal or the next smaller; 1: equal or the next larger. Blank keys are no keys;
    `computed` numbers are equal within the tolerance of every comparison.
    """
    if keys.type is not wanted.type:
        return np.full(len(wanted.values), _MISSING)
    usable = np.arange(len(keys)) if keys.state is None else np.flatnonzero(keys.state == 0)
    if mode == 0 and keys.type is not ValueType.NUMBER:
        return _equal_places(keys, wanted, usable)
    if not len(usable):
        return np.full(len(wanted.values), _MISSING)
    values, sought = _comparable(keys.values[usable], wanted.values, keys.type)
    order = np.argsort(values, kind="stable")
    ordered = values[order]
    left = np.searchsorted(ordered, sought, side="left")
    below, above = np.clip(left - 1, 0, None), np.clip(left, None, len(ordered) - 1)
    found = np.full(len(sought), _MISSING)
    if mode == -1:
        found = np.where(left > 0, below, found)
        # the first of several equal ones, as in an exact match
        found = np.where(found >= 0, np.searchsorted(ordered, ordered[below], side="left"), found)
    elif mode == 1:
        found = np.where(left < len(ordered), above, found)
    tolerant = computed and keys.type is ValueType.NUMBER
    same_above = numeric.equal(ordered[above], sought) if tolerant else ordered[above] == sought
    same_below = numeric.equal(ordered[below], sought) if tolerant else ordered[below] == sought
    found = np.where(same_above, above, np.where(same_below, below, found))
    result: Array = np.where(found >= 0, usable[order[np.maximum(found, 0)]], _MISSING)
    return result


def _comparable(keys: Array, wanted: Array, kind: ValueType) -> tuple[Array, Array]:
    if kind is ValueType.TEXT:
        return np.array([fold(k) for k in keys], object), np.array([fold(w) for w in wanted], object)
    if kind is ValueType.NUMBER:
        return keys, wanted
    return keys.astype(np.int64), wanted.astype(np.int64)


def _equal_places(keys: Column, wanted: Value, usable: Array) -> Array:
    rows: dict[Any, int] = {}
    for row in usable.tolist():
        rows.setdefault(_key(keys.values[row]), row)
    found = each(
        ValueType.NUMBER,
        lambda value: float(rows.get(_key(value), _MISSING)),
        Value(wanted.type, wanted.values),
    )
    return found.values.astype(np.int64)


def _key(value: Any) -> Any:
    if isinstance(value, str):
        return fold(value)
    return value.item() if isinstance(value, np.generic) else value


def _taken(column: Column, at: Array, wanted: Value) -> Value:
    """The rows `at` of a table column; #N/A where there is none, the wanted value's own state first."""
    missing = at == _MISSING
    if not len(column):
        values, state = failure(column.type, NOT_FOUND).values, np.full(len(at), NOT_FOUND, np.uint8)
        values = np.broadcast_to(values, len(at))
    else:
        safe = np.maximum(at, 0)
        values = column.values[safe]
        found = np.zeros(len(at), np.uint8) if column.state is None else column.state[safe]
        state = np.where(missing, NOT_FOUND, found).astype(np.uint8)
    if wanted.state is not None:
        state = np.where(wanted.state != 0, wanted.state, state)
    return Value(column.type, values, state if state.any() else None)


def _column(node: Node, call: Invocation) -> Column | None:
    if not isinstance(node, TableColumn):
        return None
    table = call.context.tables.get(node.table)
    return None if table is None else table.columns.get(node.column)


def _mode(value: Value | None, default: int) -> int:
    return default if value is None or not len(value.values) else int(value.values[0])


def _xlookup(arguments: Sequence[Value], call: Invocation) -> Value:
    nodes = call.node.arguments
    keys, results = _column(nodes[1], call), _column(nodes[2], call)
    if keys is None or results is None:
        return failure(ValueType.NUMBER, NOT_FOUND)
    wanted = arguments[0]
    mode = _mode(arguments[4] if len(arguments) > 4 else None, 0)
    at = places(keys, wanted, mode, computed=call.computed[0])
    found = _taken(results, at, wanted)
    if len(arguments) < 4:
        return found
    fallback = arguments[3]
    if fallback.type is not found.type:
        return failure(found.type, VALUE)
    absent = (at == _MISSING) & wanted.ok
    state = np.where(absent, fallback.states(), found.states()).astype(np.uint8)
    return Value(found.type, np.where(absent, fallback.values, found.values), state if state.any() else None)


def _vlookup(arguments: Sequence[Value], call: Invocation) -> Value:
    node = call.node.arguments[1]
    table = call.context.tables.get(node.table) if isinstance(node, TableColumn) else None
    columns = list(table.columns.values()) if table is not None else []
    number = int(arguments[2].values[0])
    if not 1 <= number <= len(columns):
        return failure(ValueType.NUMBER, NOT_FOUND)
    nearest = len(arguments) < 4 or bool(arguments[3].values[0])
    at = places(columns[0], arguments[0], -1 if nearest else 0, computed=call.computed[0])
    return _taken(columns[number - 1], at, arguments[0])


register(
    Function(
        "XLOOKUP",
        "查表",
        (
            Param(Kind.ANY, "找什么", "wanted"),
            Param(Kind.COLUMN, "表.查找列", "table.keys"),
            Param(Kind.COLUMN, "表.结果列", "table.results"),
            Param(Kind.RESULT, "找不到时", "if_missing", optional=True),
            Param(Kind.NUMBER, "方式", "mode", optional=True, fixed=True),
        ),
        None,
        _xlookup,
        Text(
            "在表的一列里找，取同一行另一列的值；方式 0 相等，-1 相等或小一档，1 相等或大一档。",
            "Look a value up in a table's column; mode 0 equal, -1 or next smaller, 1 or next larger.",
        ),
        (),
        unit=UnitRule.RESULT,
    )
)
register(
    Function(
        "VLOOKUP",
        "纵向查表",
        (
            Param(Kind.ANY, "找什么", "wanted"),
            Param(Kind.TABLE, "表", "table"),
            Param(Kind.NUMBER, "第几列", "column", fixed=True),
            Param(Kind.CONDITION, "近似", "nearest", optional=True, fixed=True),
        ),
        None,
        _vlookup,
        Text(
            "在表的第一列里找，取第几列的值；最后写 FALSE 只要相等的，不写就取不大于它的最近一行。",
            "Look a value up in a table's first column; FALSE at the end for equal values only.",
        ),
        (),
    )
)
