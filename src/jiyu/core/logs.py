"""Log lines for IT: what happened and under which request, never a name or an uploaded value."""

from __future__ import annotations

import logging
import traceback
from typing import Any

from jiyu.core.request_id import request_id


class LineFormatter(logging.Formatter):
    """`time level logger [request] message`. Tracebacks keep code lines but no values of variables or
    messages of database errors (both quote data)."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s [%(request_id)s] %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        record.request_id = request_id.get() or "-"
        record.exc_text = None  # another handler may have put its own, unwithheld text there
        return super().format(record)

    def formatException(self, ei: Any) -> str:  # noqa: N802 - the standard library's name
        error: BaseException = ei[1]
        return trace_without_values(error)


def trace_without_values(error: BaseException) -> str:
    """Where `error` and its causes came from: code lines and types, no messages."""
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    before = f"{trace_without_values(cause)}\n\n" if cause is not None else ""
    frames = "".join(traceback.format_list(traceback.extract_tb(error.__traceback__)))
    kind = f"{type(error).__module__}.{type(error).__qualname__}"
    return f"{before}{frames}{kind} (message withheld: it may quote data)"
