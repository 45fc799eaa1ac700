"""The bridge to the formula language: a method's formula text, evaluated over columns of lines.

Scores, explanations and sentences all come from here, so that what is explained is what was calculated.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import Final

import numpy as np
import numpy.typing as npt

from jiyu.lib.formula import (
    Column,
    EvalContext,
    InputSpec,
    Node,
    TraceNode,
    ValueType,
    check,
    evaluate,
    parse,
)
from jiyu.lib.formula import explain as explain_tree

Floats = npt.NDArray[np.float64]
Labels = tuple[tuple[str, str], ...]
"""(input id, what it is called in the text) of every input of a formula."""

BLANK_STATE: Final = 1

# Methods have no TODAY(), no calendar and no tables: any day gives the same score.
_CONTEXT: Final = EvalContext(today=date(2000, 1, 1))


@lru_cache(maxsize=4_096)
def compiled(source: str, labels: Labels) -> Node:
    """The checked tree of a method's formula.

    Raises ValueError if it is not valid: a fault of the method, since lines bring only numbers.
    """
    parsed = parse(source)
    if parsed.tree is None or parsed.problems:
        raise ValueError(f"{source}: {[problem.message.en for problem in parsed.problems]}")
    checked = check(
        parsed.tree,
        [InputSpec(name, label, ValueType.NUMBER) for name, label in labels],
        expected=ValueType.NUMBER,
    )
    if not checked.ok or checked.tree is None:
        raise ValueError(f"{source}: {[problem.message.en for problem in checked.problems]}")
    return checked.tree


def evaluated(source: str, labels: Labels, inputs: Mapping[str, Floats], rows: int) -> Column:
    """The formula over `inputs` (float64 of length `rows`, NaN for blank)."""
    return evaluate(compiled(source, labels), _columns(labels, inputs), rows=rows, context=_CONTEXT)


def traced(source: str, labels: Labels, inputs: Mapping[str, Floats]) -> TraceNode:
    """The same evaluation of one row, with the value of every node."""
    return explain_tree(compiled(source, labels), _columns(labels, inputs), row=0, context=_CONTEXT)


def _columns(labels: Labels, inputs: Mapping[str, Floats]) -> dict[str, Column]:
    return {name: _column(inputs[name]) for name, _ in labels}


def _column(values: Floats) -> Column:
    blank = np.isnan(values)
    if not blank.any():
        return Column(ValueType.NUMBER, values)
    state = np.where(blank, BLANK_STATE, 0).astype(np.uint8)
    return Column(ValueType.NUMBER, np.where(blank, 0.0, values), state)
