"""The id of the request under way: in log lines, in the audit, on error pages. Empty outside a request."""

from contextvars import ContextVar

request_id: ContextVar[str] = ContextVar("jiyu_request_id", default="")
