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
    Prepared,
    TraceNode,
    ValueType,
    check,
    evaluate,
    parse,
    prepare,
)
from jiyu.lib.formula import explain as explain_tree

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Labels = tuple[tuple[str, str], ...]
"""(input id, what it is called in the text) of every input of a formula."""

BLANK_STATE: Final = 1

# Methods have no TODAY(), no calendar and no tables: any day gives the same score.
_CONTEXT: Final = EvalContext(today=date(2000, 1, 1))


@lru_cache(maxsize=4_096)
def compiled(source: str, labels: Labels) -> Prepared:
    """The checked tree of a method's formula, ready to be evaluated.

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
    return prepare(checked.tree)


def evaluated(formula: Prepared, inputs: Mapping[str, Floats]) -> tuple[Column, dict[str, Bools]]:
    """The formula over `inputs` (float64 of one length, NaN for blank), and where each input is blank, if anywhere."""
    columns, blanks = {}, {}
    for name, values in inputs.items():
        columns[name], blank = _column(values)
        if blank is not None:
            blanks[name] = blank
    rows = len(next(iter(inputs.values())))
    return evaluate(formula, columns, rows=rows, context=_CONTEXT), blanks


def traced(source: str, labels: Labels, inputs: Mapping[str, Floats]) -> TraceNode:
    """The same evaluation of one row, with the value of every node."""
    columns = {name: _column(inputs[name])[0] for name, _ in labels}
    return explain_tree(compiled(source, labels).tree, columns, row=0, context=_CONTEXT)


def _column(values: Floats) -> tuple[Column, Bools | None]:
    blank = np.isnan(values)
    if not blank.any():
        return Column(ValueType.NUMBER, values), None
    filled = values.copy()
    filled[blank] = 0.0
    return Column(ValueType.NUMBER, filled, blank.view(np.uint8)), blank  # TRUE is BLANK_STATE
