"""What an import restated, ended or passed over can be read row by row."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from jiyu.sources import numbers
from jiyu.sources.models import Run
from tests.sources.conftest import after, csv_file, load, mapping, people

HEAD = ["工号", "完工时间", "合格", "不良", "班次"]
WITH_SHIFT = mapping(dimensions=[{"column": "班次", "code": "班次"}])
pytestmark = pytest.mark.django_db


def text(browser: Client, run: Run, kind: str, page: int = 1) -> str:
    """The page without its tags."""
    response = browser.get(f"/sources/runs/{run.pk}/rows/{kind}/?page={page}")
    assert response.status_code == 200
    assert len(response.content) < 60_000
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def test_restated_rows_are_listed_with_what_they_said_and_say(hr_client: Client) -> None:
    people(n000317="林晓峰")
    load(csv_file(HEAD, [317, "2026-03-01 10:00", 5, 0, "白班"], [317, "2026-03-02 10:00", 6, "", "白班"]), WITH_SHIFT)
    with after(1):
        data = csv_file(HEAD, [317, "2026-03-01 10:00", 8, 0, "白班"], [317, "2026-03-02 10:00", 6, 1, "夜班"])
        run = load(data, WITH_SHIFT)
        told = text(hr_client, run, "restated")
        assert "更正了 2 行" in told
        assert "第 2 行 林晓峰 000317 · 03-01 10:00 合格 5 件 → 8 件" in told
        assert "第 3 行 林晓峰 000317 · 03-02 10:00 不良 没有 → 1 件 班次 白班 → 夜班" in told
        link = f'href="/sources/runs/{run.pk}/rows/restated/"'
        assert link in hr_client.get(f"/sources/runs/{run.pk}/").content.decode()


def test_rows_that_are_gone_are_listed_with_where_they_stood(hr_client: Client) -> None:
    people(n000317="林晓峰")
    load(csv_file(HEAD, [317, "2026-03-01 10:00", 5, 2, "白班"], [317, "2026-03-02 10:00", 6, 0, "白班"]), WITH_SHIFT)
    with after(1):
        run = load(csv_file(HEAD, [317, "2026-03-02 10:00", 6, 0, "白班"]), WITH_SHIFT, mode="snapshot")
        told = text(hr_client, run, "gone")
        assert "1 条不再计" in told
        assert "报工.csv 第 2 行 林晓峰 000317 · 03-01 10:00 合格 5 件 · 不良 2 件 · 班次 白班" in told
        assert "没有这样的行" in text(hr_client, run, "restated")


def test_sums_that_count_nowhere_are_listed(hr_client: Client) -> None:
    people(n000317="林晓峰")
    rows = [[317, "2026-03-01 10:00", 5, 0], ["小计", "", 5, 0], [317, "2026-03-02 10:00", 6, 0], ["合计", "", 11, 0]]
    run = load(csv_file(HEAD[:4], *rows))
    told = text(hr_client, run, "sums")
    assert "第 3 行 小计 · 5 · 0" in told and "第 5 行 合计 · 11 · 0" in told
    assert "第 2 行" not in told


def test_a_file_too_big_to_be_read_again_is_not(hr_client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    people(n000317="林晓峰")
    run = load(csv_file(HEAD[:4], [317, "2026-03-01 10:00", 5, 0], ["合计", "", 5, 0]))
    monkeypatch.setattr(numbers, "BIG_BYTES", 1)
    assert "文件太大，这里不一行行列" in text(hr_client, run, "sums")


def test_many_rows_are_fifty_a_page_and_ask_no_more_often(hr_client: Client) -> None:
    people(n000317="林晓峰")

    def rows(made: int, count: int) -> bytes:
        return csv_file(HEAD[:4], *([317, f"2026-03-01 {n // 60:02}:{n % 60:02}", made, 0] for n in range(count)))

    def asked(run: Run) -> int:
        with CaptureQueriesContext(connection) as caught:
            text(hr_client, run, "restated")
        return len(caught)

    load(rows(1, 120))
    with after(1):
        few = asked(load(rows(2, 1)))
    with after(2):
        run = load(rows(3, 120))
        assert asked(run) == few <= 20
        assert "第 51 行" in text(hr_client, run, "restated") and "第 52 行" not in text(hr_client, run, "restated")
        last = text(hr_client, run, "restated", page=3)
        assert "第 3 / 3 页 ·" in last and "第 121 行" in last


def test_another_list_is_not_there(hr_client: Client) -> None:
    people(n000317="林晓峰")
    run = load(csv_file(HEAD[:4], [317, "2026-03-01 10:00", 5, 0]))
    assert hr_client.get(f"/sources/runs/{run.pk}/rows/taken/").status_code == 404
