"""How the tests of this room write formulas and values down."""

from __future__ import annotations

import datetime
from typing import Any

from hypothesis import settings

from jiyu.lib.formula import (
    CellError,
    Column,
    EvalContext,
    InputSpec,
    Node,
    ValueType,
    check,
    evaluate,
    parse,
)

TODAY = datetime.date(2026, 4, 8)
CONTEXT = EvalContext(TODAY)
STEADY = settings(derandomize=True, database=None, deadline=None)
"""Hypothesis with the same examples on each run."""
DIV0, VALUE, NUM, NA = "#DIV/0!", "#VALUE!", "#NUM!", "#N/A"


def column(values: list[Any]) -> Column:
    """A column of the type its values have; blanks alone are numbers."""
    known = [v for v in values if v is not None]
    if known and all(isinstance(v, bool) for v in known):
        return Column.bool(values)
    if known and all(isinstance(v, str) for v in known):
        return Column.text(values)
    if known and all(isinstance(v, datetime.date) for v in known):
        return Column.date(values)
    return Column.number(values)


def bound(source: str, columns: dict[str, Column]) -> Node:
    """The formula's tree with its names bound to columns of the same name; it must be right."""
    parsed = parse(source)
    assert parsed.ok, (source, parsed.problems)
    inputs = []
    for name, col in columns.items():
        fields = col.records.fields if col.records else {}
        inputs.append(InputSpec(name, name, col.type, None, tuple(InputSpec(f, f, c.type) for f, c in fields.items())))
    checked = check(parsed.tree, inputs)
    assert checked.ok, (source, checked.problems)
    return checked.tree


def results(source: str, context: EvalContext = CONTEXT, **inputs: Any) -> list[Any]:
    """The formula's value in every row; errors as their Excel code, blanks as None."""
    columns = {k: v if isinstance(v, Column) else column(v) for k, v in inputs.items()}
    rows = max((len(c) for c in columns.values()), default=1)
    found = evaluate(bound(source, columns), columns, rows=rows, context=context)
    return [v.code if isinstance(v, CellError) else v for v in found.to_list()]


def result(source: str, context: EvalContext = CONTEXT, **inputs: Any) -> Any:
    """The formula's value for one row of plain values (None is a blank number)."""
    return results(source, context, **{k: v if isinstance(v, Column) else [v] for k, v in inputs.items()})[0]


def number(name: str) -> InputSpec:
    return InputSpec(name, name, ValueType.NUMBER)
