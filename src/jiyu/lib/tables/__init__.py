"""Readers of the files companies have: Excel and text to typed cells, heads, values; 身份证号 redacted.

No HR word and no web framework in here: what a column means comes with the vocabulary of who asks.
"""

from jiyu.lib.tables.cells import (
    EMPTY,
    Cell,
    CellValue,
    Merged,
    ReadLimits,
    Redactions,
    Row,
    Sheet,
    TableFile,
    TableFileError,
    column_index,
    column_name,
)
from jiyu.lib.tables.keep import redacted_copy
from jiyu.lib.tables.reading import read_tables
from jiyu.lib.tables.redact import HIDDEN, is_identity_number, redact_text

__all__ = [
    "EMPTY",
    "HIDDEN",
    "Cell",
    "CellValue",
    "Merged",
    "ReadLimits",
    "Redactions",
    "Row",
    "Sheet",
    "TableFile",
    "TableFileError",
    "column_index",
    "column_name",
    "is_identity_number",
    "read_tables",
    "redact_text",
    "redacted_copy",
]
