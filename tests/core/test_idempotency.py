"""Sending the same write twice does it once: double taps, replayed offline queues, impatient clients."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from jiyu.core import company
from jiyu.core.idempotency import UNDER_WAY
from jiyu.core.models import AuditEntry, IdempotencyKey
from tests.core.browser import Answer, Browser
from tests.core.conftest import Deployment
from tests.core.job_tasks import notes
from tests.core.kernel_urls import long_work


@pytest.fixture
def page(deployment: Deployment, browser: Browser) -> str:
    """The prefix of "north", opened in the browser."""
    browser.get(f"{deployment.north.prefix}/notes")
    return deployment.north.prefix


def written(deployment: Deployment) -> list[str]:
    """The notes of "north"."""
    with company.active(deployment.north):
        return notes()


def essence(answer: Answer) -> tuple[int, str | None, bytes]:
    """What a client acts on."""
    return answer.status, answer.headers.get("Location"), answer.body


@pytest.mark.parametrize("way", ["header", "field"])
def test_same_key_twice_is_one_write_and_the_same_answer(
    deployment: Deployment, browser: Browser, page: str, way: str
) -> None:
    form = {"words": "x", **({"_once": "k1"} if way == "field" else {})}
    headers = {"idempotency_key": "k1"} if way == "header" else {}
    first, second = (browser.post(f"{page}/write", form, **headers) for _ in range(2))
    assert essence(first) == essence(second) == (302, f"{page}/notes?made=1", b"")
    assert "Idempotency-Replayed" not in first.headers
    assert second.headers["Idempotency-Replayed"] == "true"
    assert written(deployment) == ["x"]


def test_without_a_key_each_write_counts(deployment: Deployment, browser: Browser, page: str) -> None:
    for _ in range(2):
        browser.post(f"{page}/write", {"words": "x"})
    assert written(deployment) == ["x", "x"]


def test_kept_answer_keeps_its_body_and_status(deployment: Deployment, browser: Browser, page: str) -> None:
    answers = [browser.post(f"{page}/refuse?how=no", {"words": "x"}, idempotency_key="k") for _ in range(2)]
    assert essence(answers[0]) == essence(answers[1]) == (201, None, b"fine")
    assert answers[1].headers["Content-Type"] == "text/html; charset=utf-8"
    assert written(deployment) == ["x"]


def test_same_key_with_another_body_is_refused(deployment: Deployment, browser: Browser, page: str) -> None:
    browser.post(f"{page}/write", {"words": "x"}, idempotency_key="k")
    other = browser.post(f"{page}/write", {"words": "y"}, idempotency_key="k")
    assert other.status == 422
    assert "这一份已经提交过，内容却不一样" in other.text
    assert written(deployment) == ["x"]


def test_same_key_at_another_address_is_refused(deployment: Deployment, browser: Browser, page: str) -> None:
    browser.post(f"{page}/write", {"words": "x"}, idempotency_key="k")
    assert browser.post(f"{page}/refuse?how=no", {"words": "x"}, idempotency_key="k").status == 422
    assert written(deployment) == ["x"]


def test_same_key_with_another_query_is_refused(deployment: Deployment, browser: Browser, page: str) -> None:
    browser.post(f"{page}/refuse?how=no", {"words": "x"}, idempotency_key="k")
    assert browser.post(f"{page}/refuse?how=yes", {"words": "x"}, idempotency_key="k").status == 422


def test_fields_cannot_be_shifted_into_each_other(deployment: Deployment, browser: Browser, page: str) -> None:
    """`a` = "1\\nwords=x" is not `a` = "1" with `words` = "x"."""
    browser.post(f"{page}/write", {"a": "1", "words": "x"}, idempotency_key="k")
    assert browser.post(f"{page}/write", {"a": "1\nwords=x"}, idempotency_key="k").status == 422


@pytest.mark.parametrize(("how", "status"), [("page", 422), ("error", 409)])
def test_refused_answer_writes_nothing_and_may_be_corrected(
    deployment: Deployment, browser: Browser, page: str, how: str, status: int
) -> None:
    assert browser.post(f"{page}/refuse?how={how}", {"words": "x"}, idempotency_key="k").status == status
    assert written(deployment) == []
    with company.active(deployment.north):
        assert IdempotencyKey.objects.count() == 0
    assert browser.post(f"{page}/refuse?how=no", {"words": "better"}, idempotency_key="k").status == 201
    assert written(deployment) == ["better"]


def test_key_that_is_too_long_is_refused(deployment: Deployment, browser: Browser, page: str) -> None:
    assert browser.post(f"{page}/write", {"words": "x"}, idempotency_key="k" * 81).status == 400
    assert browser.post(f"{page}/write", {"words": "x"}, idempotency_key="k" * 80).status == 302
    assert written(deployment) == ["x"]


def test_key_belongs_to_its_account(deployment: Deployment, browser: Browser, page: str) -> None:
    for handle in ("anna", "bert"):
        browser.post(f"{page}/sign-in", {"handle": handle})
        assert browser.post(f"{page}/write", {"words": handle}, idempotency_key="k").status == 302
    assert written(deployment) == ["anna", "bert"]


def test_key_belongs_to_its_company(deployment: Deployment, browser: Browser) -> None:
    for here in (deployment.north, deployment.south):
        browser.get(f"{here.prefix}/notes")
        browser.post(f"{here.prefix}/write", {"words": here.code}, idempotency_key="k")
        with company.active(here):
            assert notes() == [here.code]


def test_reading_needs_no_key_and_keeps_none(deployment: Deployment, browser: Browser, page: str) -> None:
    browser.get(f"{page}/notes", idempotency_key="k")
    with company.active(deployment.north):
        assert IdempotencyKey.objects.count() == 0


@pytest.mark.parametrize("rivals", [2, 6])
def test_rivals_at_once_write_once_and_all_get_the_answer(
    deployment: Deployment, browser: Browser, page: str, rivals: int
) -> None:
    """The first is still writing when the others arrive."""
    together = threading.Barrier(rivals)

    def send(_number: int) -> tuple[int, str | None, bytes]:
        together.wait(timeout=10)
        try:
            form = {"words": "x", "seconds": "0.2"}
            return essence(browser.post(f"{page}/write", form, idempotency_key="k"))
        finally:
            company.close_connections()

    with ThreadPoolExecutor(rivals) as pool:
        answers = list(pool.map(send, range(rivals)))
    assert answers == [(302, f"{page}/notes?made=1", b"")] * rivals
    with company.active(deployment.north):
        assert AuditEntry.objects.count() == 1
        assert IdempotencyKey.objects.count() == 1


# A long write: its key commits first, so that nobody waits behind its lock.


def test_a_long_write_sent_again_while_it_works_is_told_so_and_done_once(
    deployment: Deployment, browser: Browser, page: str
) -> None:
    form, keyed = {"words": "x"}, {"idempotency_key": "k"}
    long_work.release.clear()
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(browser.post, f"{page}/write-long", form, **keyed)
        assert long_work.begun.wait(timeout=10)
        meanwhile = browser.post(f"{page}/write-long", form, **keyed)
        long_work.release.set()
        answer = first.result(timeout=10)
        pool.submit(company.close_connections).result()
    assert meanwhile.status == 409
    assert "这一份正在处理，不用再点" in meanwhile.text
    assert essence(browser.post(f"{page}/write-long", form, **keyed)) == essence(answer) == (201, None, b"done")
    assert written(deployment) == ["x"]


def test_a_long_write_that_is_refused_may_be_corrected(deployment: Deployment, browser: Browser, page: str) -> None:
    assert browser.post(f"{page}/write-long", {"words": ""}, idempotency_key="k").status == 409
    with company.active(deployment.north):
        assert IdempotencyKey.objects.count() == 0
    assert browser.post(f"{page}/write-long", {"words": "x"}, idempotency_key="k").status == 201


@pytest.mark.parametrize(("minutes", "status", "notes_kept"), [(14, 409, ["x"]), (16, 201, ["x", "x"])])
def test_the_key_of_a_worker_that_died_is_taken_over_after_a_quarter_of_an_hour(
    deployment: Deployment, browser: Browser, page: str, minutes: int, status: int, notes_kept: list[str]
) -> None:
    form = {"words": "x"}
    browser.post(f"{page}/write-long", form, idempotency_key="k")
    with company.active(deployment.north):
        begun = datetime.now(UTC) - timedelta(minutes=minutes)
        IdempotencyKey.objects.update(status=UNDER_WAY, body=b"", created_at=begun)
    assert browser.post(f"{page}/write-long", form, idempotency_key="k").status == status
    assert written(deployment) == notes_kept
