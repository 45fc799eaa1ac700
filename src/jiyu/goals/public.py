"""The door of goals for the apps above."""

from jiyu.goals.exporting import export_sheets
from jiyu.goals.file_taking import SheetsOutcome, sheets_import, sheets_take
from jiyu.goals.files import rows_of
from jiyu.goals.kinds import IndicatorSpec, measure_of
from jiyu.goals.lines import LineEntry, values_of
from jiyu.goals.models import Sheet, Term
from jiyu.goals.rebasing import SHEET, sheet_move, sheet_plan
from jiyu.goals.selectors import (
    sheet_of,
    sheets_count,
    sheets_known_since,
    sheets_of_period,
    term_columns,
    terms_of,
)
from jiyu.goals.services import edition_for, editions_for, sheet_set

__all__ = [
    "SHEET",
    "IndicatorSpec",
    "LineEntry",
    "Sheet",
    "SheetsOutcome",
    "Term",
    "edition_for",
    "editions_for",
    "export_sheets",
    "measure_of",
    "rows_of",
    "sheet_move",
    "sheet_of",
    "sheet_plan",
    "sheet_set",
    "sheets_count",
    "sheets_import",
    "sheets_known_since",
    "sheets_of_period",
    "sheets_take",
    "term_columns",
    "terms_of",
    "values_of",
]
