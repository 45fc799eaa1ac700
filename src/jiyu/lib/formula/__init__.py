"""The formula language: Excel-like text, a frozen tree, one evaluator. The public door of the room.

(Beside it only `numeric`, the arithmetic's decision points, `tree`, for those who build or walk trees, and
`cli_eval` are for others.)

`parse` reads text, `check` binds and types the tree, `evaluate` computes it over columns, `explain` replays
one row with every step. LANG_NO is stored with results: a changed meaning is a new number (DESIGN §2, §3).
"""

from jiyu.lib.formula.checker import Checked, InputSpec, TableSpec, check, parse_and_check
from jiyu.lib.formula.context import MEMBER, EvalContext, Population, Table, WorkCalendar
from jiyu.lib.formula.evaluator import (
    BLOCK_ROWS,
    MissingInput,
    TraceNode,
    evaluate,
    explain,
    population_stage,
)
from jiyu.lib.formula.parser import Parsed, parse
from jiyu.lib.formula.prepared import Prepared, prepare
from jiyu.lib.formula.printer import to_source
from jiyu.lib.formula.registry import FUNCTIONS, Function
from jiyu.lib.formula.tree import Node, from_json, input_ids, to_json
from jiyu.lib.formula.values import BLANK, ERRORS, OK, CellError, Column, Records, ValueType

LANG_NO = 1

__all__ = [
    "BLANK",
    "BLOCK_ROWS",
    "ERRORS",
    "FUNCTIONS",
    "LANG_NO",
    "MEMBER",
    "OK",
    "CellError",
    "Checked",
    "Column",
    "EvalContext",
    "Function",
    "InputSpec",
    "MissingInput",
    "Node",
    "Parsed",
    "Population",
    "Prepared",
    "Records",
    "Table",
    "TableSpec",
    "TraceNode",
    "ValueType",
    "WorkCalendar",
    "check",
    "evaluate",
    "explain",
    "from_json",
    "input_ids",
    "parse",
    "parse_and_check",
    "population_stage",
    "prepare",
    "to_json",
    "to_source",
]
