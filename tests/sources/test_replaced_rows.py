"""Rows that were replaced do not come back without a word; what a file would end is counted as it will be ended."""

from __future__ import annotations

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from jiyu.core.errors import DomainError
from jiyu.core.jobs.models import Job
from jiyu.sources import numbers
from jiyu.sources.models import Run, Source
from jiyu.sources.public import numbers_import, run_undo
from jiyu.sources.tasks import take_numbers
from tests.sources.conftest import HR, after, counts, csv_file, load, people, sums

HEAD = ["工号", "完工时间", "合格", "不良"]
pytestmark = pytest.mark.django_db


def march(**made: int) -> bytes:
    """A file of good pieces by day: `march(d01=5)`."""
    return csv_file(HEAD, *([317, f"2026-03-{day[1:]} 10:00", n, 0] for day, n in made.items()))


def page(response: object) -> str:
    return response.content.decode()  # type: ignore[attr-defined]


def proposed(browser: Client, data: bytes) -> str:
    """The address of a file's proposal."""
    file = SimpleUploadedFile("三月.csv", data)
    return str(browser.post("/sources/upload/", {"file": file, "source": "mes"})["Location"])


def take(browser: Client, address: str, **form: str) -> str:
    return page(browser.post(f"{address.split('?')[0]}take/", {"source": "mes"} | form, follow=True))


OLD = march(d01=5, d02=6, d03=7)
NEW = march(d01=8, d02=6)


@pytest.fixture
def replaced(db: None) -> None:
    """Of three rows one was restated and one ended by a file that replaced everything."""
    people(n000317="林晓峰")
    load(OLD)
    with after(1):
        assert counts(load(NEW, mode="snapshot"), "restated", "gone") == (1, 1)


@pytest.mark.usefixtures("replaced")
def test_a_file_that_was_replaced_is_not_taken_again_without_a_word() -> None:
    with after(2), pytest.raises(DomainError) as refused:
        numbers_import(actor=HR, source_code="mes", data=OLD, filename="三月.csv")
    assert refused.value.code == "sources.rows_return"
    assert refused.value.message == (
        "这份文件的 2 行以前被替换过，再导入会把它们带回来：04-08 10:00 的“报工.csv”替换了 2 行"
    )
    assert refused.value.fix == (
        "先回答，再导入：replaced=leave（不带回来，跳过这些行）；replaced=bring_back（带回来，重新计）"
    )
    with after(3):
        assert sums("good") == {"2026-03-01": 8, "2026-03-02": 6}
    assert (
        Run.objects.get(state=Run.FAILED)
        .problem["message"]["en"]
        .startswith(
            "2 rows of this file had been replaced; importing again would bring them back: “报工.csv” of 04-08 10:00"
        )
    )


@pytest.mark.usefixtures("replaced")
def test_replaced_rows_are_left_out_or_brought_back_as_answered() -> None:
    with after(2):
        left = numbers_import(actor=HR, source_code="mes", data=OLD, filename="a.csv", answers={"replaced": "leave"})
        assert left.summary == "3 行：入账 0，重复 1，没带回来 2，待处理 0"
        assert sums("good") == {"2026-03-01": 8, "2026-03-02": 6}
    with after(3):
        given = {"replaced": "bring_back"}
        back = numbers_import(actor=HR, source_code="mes", data=OLD, filename="a.csv", answers=given)
        assert back.summary == "3 行：入账 2，其中更正 1，其中带回来 2，重复 1，待处理 0"
        assert sums("good") == {"2026-03-01": 5, "2026-03-02": 6, "2026-03-03": 7}


@pytest.mark.usefixtures("replaced")
def test_an_answer_about_replaced_rows_that_is_none_changes_nothing() -> None:
    with after(2), pytest.raises(DomainError) as refused:
        numbers_import(actor=HR, source_code="mes", data=OLD, filename="a.csv", answers={"replaced": "yes"})
    assert refused.value.message == "没有“replaced=yes”这个回答"
    assert Run.objects.count() == 2


@pytest.mark.usefixtures("replaced")
def test_a_row_that_says_something_new_is_no_old_row() -> None:
    with after(2):
        assert counts(load(march(d03=9)), "taken", "brought_back", "kept_out") == (1, 0, 0)


@pytest.mark.usefixtures("replaced")
def test_a_file_that_replaces_says_what_holds_and_brings_its_rows_back() -> None:
    with after(2):
        assert counts(load(OLD, mode="snapshot"), "taken", "brought_back") == (2, 2)
        assert sums("good") == {"2026-03-01": 5, "2026-03-02": 6, "2026-03-03": 7}


@pytest.mark.usefixtures("replaced")
def test_once_the_replacement_is_taken_back_nothing_returns() -> None:
    with after(2):
        run_undo(actor=HR, run_id=Run.objects.get(mode="snapshot").pk)
        assert counts(load(OLD), "repeated", "taken") == (3, 0)


def test_a_correction_that_replaced_nothing_is_corrected_back_as_ever() -> None:
    people(n000317="林晓峰")
    load(march(d01=5))
    with after(1):
        load(march(d01=8))
    with after(2):
        assert counts(load(march(d01=5)), "restated", "brought_back") == (1, 0)


@pytest.mark.usefixtures("replaced")
def test_the_page_says_what_returns_and_leaves_it_out_unless_told_otherwise(hr_client: Client) -> None:
    with after(2):
        address = proposed(hr_client, OLD)
        html = page(hr_client.get(address))
        assert "这份文件的 2 行以前被替换过，再导入会把它们带回来：" in html
        assert 'value="append:leave" checked' in html
        assert 'value="append:bring_back">' in html
        assert 'value="append">' not in html
        html = take(hr_client, address, mode="append:leave")
        assert "2 行以前被替换过，没有带回来" in html
        assert sums("good") == {"2026-03-01": 8, "2026-03-02": 6}
    with after(3):
        assert "2 行以前被替换过，这次带回来了" in take(hr_client, address, mode="append:bring_back")
        assert sums("good") == {"2026-03-01": 5, "2026-03-02": 6, "2026-03-03": 7}


@pytest.mark.usefixtures("replaced")
def test_a_form_that_was_open_before_the_replacement_is_refused_in_words(hr_client: Client) -> None:
    with after(2):
        assert "再导入会把它们带回来" in take(hr_client, proposed(hr_client, OLD), mode="append")
        assert sums("good") == {"2026-03-01": 8, "2026-03-02": 6}


@pytest.mark.usefixtures("replaced")
def test_of_a_big_file_is_asked_without_a_count(hr_client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(numbers, "BIG_BYTES", 1)
    with after(2):
        address = proposed(hr_client, OLD)
        assert "文件大，先不数里面有几行是被替换掉的" in page(hr_client.get(address))
        hr_client.post(f"{address.split('?')[0]}take/", {"source": "mes", "mode": "append:leave"})
        told = take_numbers.func(*Job.objects.get().args)
        assert counts(Run.objects.get(pk=told["run"]), "kept_out", "repeated") == (2, 1)


def test_the_count_follows_the_days_that_are_typed_in(hr_client: Client) -> None:
    people(n000317="林晓峰")
    load(march(d01=1, d02=2, d03=3, d09=9, d20=20))
    with after(1):
        address = proposed(hr_client, march(d02=2, d10=10))
        html = page(hr_client.get(address))
        assert "03-02 到 03-10 以前有、这份文件里没有的有 2 条，选了就不再计。" in html
        days = {"mode": "replace_window", "first": "2026-03-01", "last": "2026-03-03"}
        html = take(hr_client, address, look="1", **days)
        assert "还没导入" not in html, "it was asked to look"
        assert "03-01 到 03-03 以前有、这份文件里没有的有 2 条，选了就不再计。" in html
        assert "文件里有 1 行不在这段日子里，会先放到待处理。" in html
        assert 'value="replace_window" checked' in html
        assert 'name="first" type="date" value="2026-03-01"' in html
        assert Run.objects.count() == 1
        html = take(hr_client, address, counted="2026-03-01/2026-03-03", **days)
        assert "2 条以前有、这份文件里没有了，不再计" in html
        assert sums("good") == {"2026-03-02": 2, "2026-03-09": 9, "2026-03-20": 20}


def test_days_whose_count_was_not_seen_are_shown_before_they_are_replaced(hr_client: Client) -> None:
    people(n000317="林晓峰")
    load(march(d01=1, d02=2))
    with after(1):
        address = proposed(hr_client, march(d02=2))
        form = {"mode": "replace_window", "first": "2026-03-01", "last": "2026-03-02"}
        sent = {"source": "mes", "counted": "2026-03-02/2026-03-02"} | form
        response = hr_client.post(f"{address.split('?')[0]}take/", sent)
        assert response["Location"].endswith("#before"), "the page opens where the count is"
        html = page(hr_client.get(response["Location"]))
        assert "还没导入：日子改过了" in html
        assert "03-01 到 03-02 以前有、这份文件里没有的有 1 条，选了就不再计。" in html
        assert sums("good") == {"2026-03-01": 1, "2026-03-02": 2}


def test_what_the_whole_would_end_is_counted_and_ended(hr_client: Client) -> None:
    people(n000317="林晓峰")
    load(march(d01=1, d02=2, d03=3, d20=20))
    with after(1):
        address = proposed(hr_client, march(d02=2, d03=4))
        counted = re.search(r'<p class="note">以前有、这份文件里没有的有 (\d+) 条', page(hr_client.get(address)))
        assert counted is not None and counted[1] == "2"
        assert "2 条以前有、这份文件里没有了，不再计" in take(hr_client, address, mode="snapshot")
        assert sums("good") == {"2026-03-02": 2, "2026-03-03": 4}


def test_a_file_with_rows_nobody_can_read_is_told_not_to_replace(hr_client: Client) -> None:
    people(n000317="林晓峰")
    load(march(d01=1, d02=2))
    with after(1):
        html = page(hr_client.get(proposed(hr_client, march(d02=2) + b"317,2026-02-30 10:00,7,0\n")))
        assert html.count("第 3 行读不懂，改好才能替换。") == 2


def test_a_source_without_numbers_asks_nothing(hr_client: Client) -> None:
    people(n000317="林晓峰")
    load(march(d01=1))
    run_undo(actor=HR, run_id=Run.objects.get().pk)
    assert Source.objects.filter(code="mes").exists()
    assert "以前的数怎么办" not in page(hr_client.get(proposed(hr_client, OLD)))
