"""A company's own KPI sheets, read as they are: tables, lines, weights, rules in prose; worked, and reconciled (对账).

The door of the room: everything public is here. Source: RULES "KPI 考核表", CASES B2, FIRST_HOUR min 22–42.
"""

from jiyu.lib.kpi.reading import read_kpi_sheets
from jiyu.lib.kpi.reconciling import Reconciliation, Step, TheirLine, TheirSheet, reconcile, their_sheet
from jiyu.lib.kpi.scoring import ACTUAL, Actual, OurLine, OurSheet, line_context, read_actual, read_line, work
from jiyu.lib.kpi.sheets import (
    Extra,
    KpiFile,
    KpiLine,
    KpiTable,
    Owner,
    Place,
    RowProblem,
    SkippedRow,
    Written,
)
from jiyu.lib.kpi.weighing import TableWeights, WeightAnswer, WeightDoubt, table_weights
from jiyu.lib.kpi.words import COLUMNS

__all__ = [
    "ACTUAL",
    "COLUMNS",
    "Actual",
    "Extra",
    "KpiFile",
    "KpiLine",
    "KpiTable",
    "OurLine",
    "OurSheet",
    "Owner",
    "Place",
    "Reconciliation",
    "RowProblem",
    "SkippedRow",
    "Step",
    "TableWeights",
    "TheirLine",
    "TheirSheet",
    "WeightAnswer",
    "WeightDoubt",
    "Written",
    "line_context",
    "read_actual",
    "read_kpi_sheets",
    "read_line",
    "reconcile",
    "table_weights",
    "their_sheet",
    "work",
]
