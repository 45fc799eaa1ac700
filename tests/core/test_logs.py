"""Logs are for IT and outlive erasures: what happened and under which request, never whose data it was."""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Iterator
from io import StringIO
from urllib.parse import quote, unquote

import pytest

from jiyu.config.settings.base import LOGGING
from jiyu.core import company
from jiyu.core.jobs.worker import Worker
from jiyu.core.logs import LineFormatter
from jiyu.core.models import AuditEntry
from jiyu.core.request_id import request_id
from tests.core import job_tasks
from tests.core.browser import Browser
from tests.core.conftest import Deployment

CANARY = "张三13800138000"


@pytest.fixture
def log() -> Iterator[StringIO]:
    """What a running program writes, by the formatter its settings name."""
    assert LOGGING["formatters"] == {"line": {"()": "jiyu.core.logs.LineFormatter"}}
    written = StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(LineFormatter())
    logging.getLogger().addHandler(handler)
    yield written
    logging.getLogger().removeHandler(handler)


def test_fault_is_logged_without_its_data(deployment: Deployment, browser: Browser, log: StringIO) -> None:
    answer = browser.get(f"{deployment.north.prefix}/fail?name={quote(CANARY)}", x_request_id="report-0001")
    assert answer.status == 500
    written = log.getvalue()
    assert CANARY not in unquote(written)
    assert "builtins.ValueError (message withheld" in written  # the cause
    assert "builtins.RuntimeError (message withheld" in written
    assert "kernel_urls.py" in written
    assert "[report-0001]" in written


def test_failed_job_is_logged_without_its_data(deployment: Deployment, log: StringIO) -> None:
    with company.active(deployment.north):
        job_tasks.fail_quoting.enqueue(CANARY)
        Worker("tests").run_one()
    assert "tests.core.job_tasks.fail_quoting failed" in log.getvalue()
    assert "builtins.ValueError" in log.getvalue()
    assert CANARY not in log.getvalue()


def test_another_handlers_traceback_is_not_taken_over() -> None:
    """The standard library keeps the first handler's text on the record for all others."""
    try:
        raise ValueError(CANARY)
    except ValueError:
        record = logging.LogRecord("x", logging.ERROR, __file__, 1, "failed", None, sys.exc_info())
    assert CANARY in logging.Formatter().format(record)
    assert CANARY not in LineFormatter().format(record)


def test_line_names_the_request_or_a_dash() -> None:
    record = logging.LogRecord("jiyu.x", logging.INFO, __file__, 1, "went %s", ("well",), None)
    assert re.search(r" INFO jiyu\.x \[-\] went well$", LineFormatter().format(record))
    token = request_id.set("abc")
    try:
        assert " [abc] went well" in LineFormatter().format(record)
    finally:
        request_id.reset(token)


@pytest.mark.parametrize(("path", "status"), [("nowhere", 404), (f"fail?name={quote(CANARY)}", 500)])
def test_error_page_shows_the_number_that_is_in_the_log(
    deployment: Deployment, browser: Browser, path: str, status: int
) -> None:
    answer = browser.get(f"{deployment.north.prefix}/{path}")
    assert answer.status == status
    assert re.fullmatch(r"[0-9a-f-]{36}", answer.headers["X-Request-Id"])
    assert answer.headers["X-Request-Id"] in answer.text
    assert CANARY not in answer.text


def test_refusal_says_what_to_do_next(deployment: Deployment, browser: Browser) -> None:
    browser.get(f"{deployment.north.prefix}/notes")
    answer = browser.post(f"{deployment.north.prefix}/refuse?how=error", {"words": "x"})
    assert answer.status == 409
    for told in ("不行", "换一个", answer.headers["X-Request-Id"]):
        assert told in answer.text


@pytest.mark.parametrize("given", ["short", "x" * 37, "with space in it", "中文中文中文中文", "new\nline-0000"])
def test_request_id_from_outside_is_taken_only_when_it_is_plain(
    deployment: Deployment, browser: Browser, given: str
) -> None:
    answer = browser.get(f"{deployment.north.prefix}/notes", x_request_id=given)
    assert re.fullmatch(r"[0-9a-f-]{36}", answer.headers["X-Request-Id"])


def test_audit_carries_the_request(deployment: Deployment, browser: Browser) -> None:
    browser.get(f"{deployment.north.prefix}/notes")
    browser.post(f"{deployment.north.prefix}/write", {"words": "x"}, x_request_id="report-0002")
    with company.active(deployment.north):
        assert AuditEntry.objects.get().request_id == "report-0002"


def test_every_answer_carries_the_strict_policy(deployment: Deployment, browser: Browser) -> None:
    for path in ("notes", "nowhere", "fail"):
        headers = browser.get(f"{deployment.north.prefix}/{path}").headers
        assert "script-src 'self';" in headers["Content-Security-Policy"]
        assert "unsafe" not in headers["Content-Security-Policy"]
        assert headers["Cache-Control"] == "private, no-store"
        assert headers["X-Frame-Options"] == "DENY"
