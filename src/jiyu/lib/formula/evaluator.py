"""The one evaluator: a tree over columns, in blocks; an explanation is a batch of one with a trace.

Blocks of about 64 k rows stay in the processor's caches (whole columns are 2-3 times slower) and have more rows than
steps to pay for. Nothing in a row's result depends on the other rows of its block, so one row alone gives the same
bits as among a million.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from jiyu.lib.formula.context import MEMBER, EvalContext, Population
from jiyu.lib.formula.functions.population import NAMES as POPULATION_FUNCTIONS
from jiyu.lib.formula.functions.population import group_results, result_key
from jiyu.lib.formula.operators import align, arithmetic, compare, join, negate, percent
from jiyu.lib.formula.prepared import Prepared, PreparedCall, prepare
from jiyu.lib.formula.printer import to_source
from jiyu.lib.formula.registry import Function, Invocation, Kind
from jiyu.lib.formula.tree import (
    Binary,
    Call,
    Input,
    Items,
    Node,
    Percent,
    TableColumn,
    Unary,
    children,
    walk,
)
from jiyu.lib.formula.values import (
    DTYPE,
    VALUE,
    Column,
    Scalar,
    States,
    Value,
    ValueType,
    failure,
    filler,
)

BLOCK_ROWS = 65_536
COMPARISONS = frozenset(["=", "<>", "<", "<=", ">", ">="])


class MissingInput(KeyError):
    """The tree reads an input (or a field of its records) for which no column was given."""


@dataclass(frozen=True, slots=True)
class TraceNode:
    """A node of an explanation: the part of the formula, as text too, and what it came to.

    `value` is a scalar as `Column.at` gives it, or a list of them for records and lists; `state` is 0 ok,
    1 blank, else an error of ERRORS (0 for lists). A table has no value: None.
    """

    node: Node
    source: str
    value: Scalar | list[Scalar]
    state: int
    children: tuple[TraceNode, ...]


_prepared = lru_cache(maxsize=1_024)(prepare)
"""Of a tree or one that only differs in spans."""


def evaluate(tree: Node | Prepared, columns: Mapping[str, Column], *, rows: int, context: EvalContext) -> Column:
    """The tree's value in every row.

    `tree` is bound (its leaves are `Input`s, keys of `columns`) and checked; where types clash all the same
    the rows are #VALUE!. All columns have `rows` rows. Raises MissingInput, and ValueError for a tree with
    names or holes or a column of another length. Errors in data are values, never exceptions.
    """
    prepared = tree if isinstance(tree, Prepared) else _prepared(tree)
    used = _used_columns(prepared, columns, rows)
    result: Column | None = None
    for start in range(0, max(rows, 1), BLOCK_ROWS):
        stop = min(start + BLOCK_ROWS, rows)
        whole = start == 0 and stop == rows
        part = used if whole else {key: column.slice(start, stop) for key, column in used.items()}
        block = _Block(prepared, part, stop - start, context)
        value = block.run()
        if whole:
            return _as_column(value, rows, block.provisional)
        result = _put(result, value, start, stop, rows, block.provisional)
    assert result is not None
    return result


def explain(
    tree: Node,
    columns: Mapping[str, Column],
    *,
    row: int,
    context: EvalContext,
    labels: Mapping[str, str] | None = None,
    language: str = "zh",
) -> TraceNode:
    """One row evaluated with every node's value kept; the same code as `evaluate`, so the same number.

    `labels` and `language` are those of `to_source`, for the nodes' texts.
    """
    prepared = _prepared(tree)
    if prepared.tree is not tree:  # its nodes are asked for, spans and all
        prepared = prepare(tree)
    one = {key: column.slice(row, row + 1) for key, column in _used_columns(prepared, columns, None).items()}
    block = _Block(prepared, one, 1, context, trace={})
    block.run()
    return _trace(tree, block.trace or {}, lambda node: to_source(node, labels, language))


def population_stage(tree: Node, columns: Mapping[str, Column], *, rows: int, context: EvalContext) -> Population:
    """Compute the tree's population functions over all members, to be frozen and passed in a context.

    `columns` holds the members' values and, under MEMBER, their ids (text, each once). Inner population
    functions are computed before those that use them. A tree without any gives an empty population.
    """
    members = tuple(str(member) for member in columns[MEMBER].values.tolist())
    calls = [n for n in walk(tree) if isinstance(n, Call) and n.function in POPULATION_FUNCTIONS]
    results: dict[str, Column] = {}
    for call in reversed(calls):  # parents come first in a walk
        stage = replace(context, population=Population(members, dict(results)))
        arguments = [_as_value(evaluate(argument, columns, rows=rows, context=stage)) for argument in call.arguments]
        groups = arguments[1] if len(arguments) > 1 else None
        ascending = arguments[2] if len(arguments) > 2 else None
        results[result_key(call)] = group_results(call.function, arguments[0], groups, ascending, rows)
    return Population(members, results)


def _as_value(column: Column) -> Value:
    return Value(column.type, column.values, column.state)


def _used_columns(prepared: Prepared, columns: Mapping[str, Column], rows: int | None) -> dict[str, Column]:
    used: dict[str, Column] = {}
    for key in prepared.inputs:
        if key not in columns:
            raise MissingInput(key)
        used[key] = columns[key]
    if MEMBER in columns:
        used[MEMBER] = columns[MEMBER]
    for key, column in used.items():
        if rows is not None and len(column) != rows:
            raise ValueError(f"column {key} has {len(column)} rows, not {rows}")
    return used


class _Block:
    """One block of rows under evaluation."""

    def __init__(
        self,
        prepared: Prepared,
        columns: Mapping[str, Column],
        rows: int,
        context: EvalContext,
        trace: dict[int, Value] | None = None,
    ) -> None:
        self.prepared = prepared
        self.parts = prepared.parts if trace is None else {}  # a trace shows every place
        self.columns, self.rows, self.context, self.trace = columns, rows, context, trace
        self.known: dict[tuple[int, bool], Value] = {}
        self.provisional: list[npt.NDArray[np.bool_]] = []
        members = columns.get(MEMBER)
        self.members = None if members is None else _as_value(members)

    def run(self) -> Value:
        with np.errstate(over="raise", divide="raise", invalid="raise", under="ignore"):
            return self.value(self.prepared.tree, decides=False)

    def value(self, node: Node, *, decides: bool) -> Value:
        """The node's value; under a decision point (`decides`) sums are cleaned of cancellation."""
        place = id(node)
        found = self.prepared.constants.get(place)
        if found is None:
            found = self.computed(node, decides) if place not in self.parts else self.shared(node, decides)
        if self.trace is not None:
            self.trace[place] = found
        return found

    def shared(self, node: Node, decides: bool) -> Value:  # noqa: FBT001
        """The value of a part that stands in several places."""
        key = (self.parts[id(node)], decides)
        if key not in self.known:
            self.known[key] = self.computed(node, decides)
        return self.known[key]

    def computed(self, node: Node, decides: bool) -> Value:  # noqa: FBT001
        match node:
            case Input():
                return self.input(node)
            case Binary():
                return self.binary(node, decides)
            case Call():
                return self.call(node, decides)
            case Unary(operator=operator, operand=operand):
                value = self.value(operand, decides=decides)
                return negate(value) if operator == "-" else value
            case Percent(operand=operand):
                return percent(self.value(operand, decides=decides))
            case Items(items=items):
                return self.items(items, decides)
            case TableColumn():
                return failure(ValueType.NUMBER, VALUE)
            case _:
                raise ValueError(f"not a bound formula: {type(node).__name__}")

    def input(self, node: Input) -> Value:
        column = self.columns[node.id]
        if not node.field:
            return Value(column.type, column.values, column.state)
        if column.records is None or node.field not in column.records.fields:
            raise MissingInput(f"{node.id}.{node.field}")
        field = column.records.fields[node.field]
        return Value(field.type, field.values, field.state, column.records.offsets)

    def binary(self, node: Binary, decides: bool) -> Value:  # noqa: FBT001
        operator = node.operator
        under = decides or operator in COMPARISONS or operator == "/"
        left, right = self.value(node.left, decides=under), self.value(node.right, decides=under)
        offsets = None
        if left.offsets is not None or right.offsets is not None:
            aligned = align((left, right))
            if aligned is None:
                return failure(ValueType.NUMBER, VALUE)
            left, right = aligned
            offsets = left.offsets if left.offsets is not None else right.offsets
        if operator in COMPARISONS:
            result = compare(operator, left, right, computed=self.is_computed(node))
        elif operator == "&":
            result = join(left, right)
        else:
            result = arithmetic(operator, left, right, clean=decides)
        return result if offsets is None else _per_record(result, offsets)

    def is_computed(self, node: Binary) -> bool:
        return id(node.left) in self.prepared.computed or id(node.right) in self.prepared.computed

    def items(self, items: tuple[Node, ...], decides: bool) -> Value:  # noqa: FBT001
        """A list: one value per item and row."""
        parts = [self.value(item, decides=decides) for item in items]
        if any(part.type is not parts[0].type or part.offsets is not None for part in parts):
            return failure(parts[0].type, VALUE)
        size = self.rows * len(parts)
        values = filler(parts[0].type, size)
        states = np.zeros(size, np.uint8)
        for i, part in enumerate(parts):
            values[i :: len(parts)] = part.values
            states[i :: len(parts)] = part.states()
        offsets = np.arange(0, size + 1, len(parts), dtype=np.int64)
        return Value(parts[0].type, values, states if states.any() else None, offsets)

    def call(self, node: Call, decides: bool) -> Value:  # noqa: FBT001
        call = self.prepared.calls[id(node)]
        if node.function == "IF" and self.trace is None:
            arguments = self.branches(*node.arguments)
        else:
            under = decides or call.function.decides
            arguments = [self.value(argument, decides=under) for argument in node.arguments]
        invocation = Invocation(node, self.rows, self.context, call.computed, self.members, self.provisional)
        return self.applied(call, arguments, invocation)

    def branches(self, condition: Node, yes: Node, no: Node) -> list[Value]:
        """The arguments of an IF. Where all rows take the same branch the other is not computed: nobody sees it.

        Only a branch that can be nothing but a number is left out; others may clash in type or make the result
        provisional, whoever takes them.
        """
        test = self.value(condition, decides=True)
        for taken, other, all_take in ((yes, no, np.all), (no, yes, _none)):
            if test.type is ValueType.BOOL and test.state is None and self.is_number(other) and all_take(test.values):
                value = self.value(taken, decides=True)
                if value.type is ValueType.NUMBER:
                    return [test, value, value]
        return [test, self.value(yes, decides=True), self.value(no, decides=True)]

    def is_number(self, branch: Node) -> bool:
        """Whether a branch can be nothing but a number of its row."""
        inputs = self.prepared.plain.get(id(branch))
        return inputs is not None and all(self.columns[key].type is ValueType.NUMBER for key in inputs)

    def applied(self, call: PreparedCall, arguments: list[Value], invocation: Invocation) -> Value:
        function, ragged = call.function, None
        for argument, takes, param in zip(arguments, call.takes, call.params, strict=True):
            if argument.type not in takes:
                return failure(_result_type(call, arguments), VALUE)
            if argument.offsets is not None and (function.elementwise or not param.many):
                ragged = ragged or argument
        if ragged is None:
            return self.quietly(function, arguments, invocation)
        aligned = align(arguments) if function.elementwise else None
        if aligned is None:
            return failure(_result_type(call, arguments), VALUE)
        assert ragged.offsets is not None
        return _per_record(self.quietly(function, aligned, invocation), ragged.offsets)

    @staticmethod
    def quietly(function: Function, arguments: Sequence[Value], invocation: Invocation) -> Value:
        """A kernel looks at its results itself; only bare arithmetic is told by the processor."""
        with np.errstate(all="ignore"):
            return function.kernel(arguments, invocation)


def _result_type(call: PreparedCall, arguments: Sequence[Value]) -> ValueType:
    """The type of a call's result, whether or not its arguments are of the right types."""
    shared = (a.type for a, p in zip(arguments, call.params, strict=True) if p.kind in (Kind.RESULT, Kind.ORDERED))
    return call.function.result or next(shared, ValueType.NUMBER)


def _none(values: npt.NDArray[np.bool_]) -> bool:
    return not values.any()


def _per_record(value: Value, offsets: npt.NDArray[np.int64]) -> Value:
    """A result of records, one value for each even if all are the same."""
    size = int(offsets[-1])
    state = None if value.state is None else np.broadcast_to(value.state, size)
    return Value(value.type, np.broadcast_to(value.values, size), state, offsets)


def _provisional(marks: list[npt.NDArray[np.bool_]], rows: int) -> npt.NDArray[np.bool_] | None:
    if not marks:
        return None
    found = np.zeros(rows, np.bool_)
    for one in marks:
        if len(one) in (1, rows):
            found |= one
    return found if found.any() else None


def _as_column(value: Value, rows: int, marks: list[npt.NDArray[np.bool_]]) -> Column:
    if value.offsets is not None:
        raise ValueError("the formula gives a list per row, not a value")
    values, state = value.values, value.state
    if len(values) != rows:
        values = np.broadcast_to(values, rows)
    if state is not None and len(state) != rows:
        state = np.broadcast_to(state, rows)
    return Column(value.type, values, state, provisional=_provisional(marks, rows))


def _put(
    result: Column | None, value: Value, start: int, stop: int, rows: int, marks: list[npt.NDArray[np.bool_]]
) -> Column:
    """The block's value written into the whole column."""
    part = _as_column(value, stop - start, marks)
    if result is None:
        result = Column(part.type, np.empty(rows, DTYPE[part.type]))
    if result.type is not part.type:
        raise ValueError("the formula's type changes between rows")
    result.values[start:stop] = part.values
    state: States | None = result.state
    if part.state is not None and part.state.any():
        state = np.zeros(rows, np.uint8) if state is None else state
        state[start:stop] = part.state
    provisional = result.provisional
    if part.provisional is not None:
        provisional = np.zeros(rows, np.bool_) if provisional is None else provisional
        provisional[start:stop] = part.provisional
    return Column(result.type, result.values, state, provisional=provisional)


def _trace(node: Node, values: Mapping[int, Value], source: Callable[[Node], str]) -> TraceNode:
    value = values.get(id(node))
    below = tuple(_trace(child, values, source) for child in children(node))
    if value is None or isinstance(node, TableColumn):
        return TraceNode(node, source(node), None, 0, below)
    column = Column(value.type, value.values, value.state)
    if value.offsets is not None:
        return TraceNode(node, source(node), column.to_list(), 0, below)
    return TraceNode(node, source(node), column.at(0), column.state_at(0), below)
