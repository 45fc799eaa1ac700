"""One open run per source, taken over when its worker is dead; an import is undone whole or not at all."""

from __future__ import annotations

from uuid import UUID

import pytest

from jiyu.core import clock
from jiyu.core.errors import DomainError
from jiyu.lib.text import Text
from jiyu.sources.models import Record, Run, Source
from jiyu.sources.public import register_rest_check, run_undo, source_ensure, visible_run_ids
from jiyu.sources.runs import undo as undo_module
from jiyu.sources.runs.lifecycle import RunLostError, run_apply, run_beat, run_open
from tests.sources.conftest import HR, NOW, after, counts, csv_file, load, people, sums

HEAD = ["工号", "完工时间", "合格", "不良"]
pytestmark = pytest.mark.django_db


def day(number: int, good: int) -> bytes:
    return csv_file(HEAD, [317, f"2026-03-0{number} 10:00", good, 0])


def mes() -> Source:
    return source_ensure(actor=HR, code="mes", label="MES")


def test_a_second_import_waits_while_one_is_open() -> None:
    people(n000317="林晓峰")
    run_open(actor=HR, source=mes())
    with pytest.raises(DomainError) as refused:
        load(day(1, 5))
    assert (refused.value.code, refused.value.status) == ("sources.run_open", 409)
    assert Record.objects.count() == 0


def test_two_sources_are_open_side_by_side() -> None:
    first = run_open(actor=HR, source=mes())
    second = run_open(actor=HR, source=source_ensure(actor=HR, code="crm", label="CRM"))
    assert second.seq == first.seq + 1


def test_a_dead_worker_s_run_is_failed_and_its_place_taken() -> None:
    people(n000317="林晓峰")
    dead = run_open(actor=HR, source=mes())
    Run.objects.filter(pk=dead.pk).update(lease_until=clock.monotonic_deadline(-1))
    load(day(1, 5))
    dead.refresh_from_db()
    assert (dead.state, dead.problem["code"]) == (Run.FAILED, "sources.run_abandoned")
    assert sums("good") == {"2026-03-01": 5}


def test_a_worker_that_wakes_after_its_run_was_taken_over_can_neither_write_nor_apply() -> None:
    people(n000317="林晓峰")
    dead = run_open(actor=HR, source=mes())
    Run.objects.filter(pk=dead.pk).update(lease_until=clock.monotonic_deadline(-1))
    load(day(1, 5))
    with pytest.raises(RunLostError):
        run_beat(dead, {})
    with pytest.raises(RunLostError):
        run_apply(dead, {})
    assert Run.objects.get(pk=dead.pk).state == Run.FAILED


def test_an_import_that_breaks_off_says_so_and_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    people(n000317="林晓峰")

    def broken(*_args: object) -> None:
        raise RuntimeError("disk full")

    with monkeypatch.context() as patched, pytest.raises(RuntimeError):
        patched.setattr("jiyu.sources.runs.importing.questions_write", broken)
        load(day(1, 5))
    assert Run.objects.get().problem["message"]["zh"] == "导入中断了，没有留下任何数据"
    assert sums("good") == {}
    load(day(1, 5))
    assert sums("good") == {"2026-03-01": 5}


def test_ids_of_records_are_the_run_s_number_and_a_count() -> None:
    people(n000317="林晓峰")
    run = load(day(1, 5))
    assert Record.objects.get().pk == run.seq << 32 | 1


def test_undo_takes_the_rows_back_and_brings_back_what_they_replaced() -> None:
    people(n000317="林晓峰")
    load(day(1, 5))
    with after(1):
        second = load(day(1, 8))
        assert sums("good") == {"2026-03-01": 8}
    with after(2):
        run_undo(actor=HR, run_id=second.pk)
        assert sums("good") == {"2026-03-01": 5}
    with after(3):
        assert sums("good", known_at=clock.now()) == {"2026-03-01": 5}
        assert sum(sums("good", known_at=NOW).values()) == 5


def test_a_moment_between_import_and_undo_still_sees_the_import() -> None:
    people(n000317="林晓峰")
    run = load(day(1, 5))
    with after(2):
        run_undo(actor=HR, run_id=run.pk)
        assert sums("good") == {}
    assert sums("good", known_at=NOW) == {"2026-03-01": 5}
    assert visible_run_ids(NOW) == {run.pk}


def test_what_was_undone_comes_in_again_as_a_new_revision() -> None:
    people(n000317="林晓峰")
    run_undo(actor=HR, run_id=load(day(1, 5)).pk)
    with after(1):
        again = load(day(1, 5))
        assert counts(again, "taken", "restated") == (1, 0)
        assert Record.objects.get(run=again).rev == 2
        assert sums("good") == {"2026-03-01": 5}


def test_a_restated_import_is_undone_only_after_the_one_that_restates_it() -> None:
    people(n000317="林晓峰")
    first = load(day(1, 5))
    with after(1):
        second = load(day(1, 8))
    with pytest.raises(DomainError) as refused:
        run_undo(actor=HR, run_id=first.pk)
    assert refused.value.code == "sources.run_rested_on"
    assert refused.value.message == (
        "有东西用着这次导入，撤不了：04-08 10:00 导入的“报工.csv”（改了或不再计这次的 1 行）"
    )
    assert refused.value.fix == "按列出来的顺序先撤销这些导入，再撤这次；还要的文件，撤完再导一次"
    assert Run.objects.filter(mode=Run.UNDO).count() == 0
    run_undo(actor=HR, run_id=second.pk)
    run_undo(actor=HR, run_id=first.pk)
    assert sums("good") == {}


def test_a_file_that_grows_rests_on_the_one_it_repeats() -> None:
    people(n000317="林晓峰")
    first = load(day(1, 5))
    with after(1):
        load(csv_file(HEAD, [317, "2026-03-01 10:00", 5, 0], [317, "2026-03-02 10:00", 6, 0]))
    with pytest.raises(DomainError) as refused:
        run_undo(actor=HR, run_id=first.pk)
    assert "04-08 10:00 导入的“报工.csv”（有 1 行和这次一样，没有另记）" in refused.value.message


def test_everything_that_rests_on_an_import_is_named_in_the_order_of_taking_it_back() -> None:
    people(n000317="林晓峰")
    first, later = load(day(1, 5)), []
    for hours, data in ((1, day(1, 8)), (2, day(2, 3)), (3, day(1, 9)), (4, day(1, 9))):
        with after(hours):
            later.append(load(data))
    with pytest.raises(DomainError) as refused:
        run_undo(actor=HR, run_id=first.pk)
    assert refused.value.message == (
        "有东西用着这次导入，撤不了：04-08 12:00 导入的“报工.csv”（用着后面列出的导入）；"
        "04-08 10:00 导入的“报工.csv”（改了或不再计这次的 1 行）"
    )
    with after(5):
        for run in (later[2], later[0], first):
            run_undo(actor=HR, run_id=run.pk)
        assert sums("good") == {"2026-03-02": 3}


@pytest.mark.parametrize("mode", ["append", "snapshot"])
def test_the_same_file_once_more_does_not_hold_the_first(mode: str) -> None:
    people(n000317="林晓峰")
    data = csv_file(HEAD, [317, "2026-03-01 10:00", 5, 0], [999, "2026-03-01 10:00", 1, 0])
    first = load(data)
    with after(1):
        again = load(data, mode=mode)
        assert counts(again, "taken", "repeated", "set_aside", "asked") == (0, 1, 1, 0)
    with after(2):
        run_undo(actor=HR, run_id=first.pk)
        assert sums("good") == {}


def test_the_same_file_twice_is_undone_by_undoing_the_first() -> None:
    people(n000317="林晓峰")
    first = load(day(1, 5))
    with after(1):
        load(day(1, 5))
        run_undo(actor=HR, run_id=first.pk)
        assert sums("good") == {}


def test_undo_is_refused_where_results_rest_on_the_import(monkeypatch: pytest.MonkeyPatch) -> None:
    people(n000317="林晓峰")
    monkeypatch.setattr(undo_module, "_rest_checks", [])
    run = load(day(1, 5))

    def results(run_id: UUID) -> list[Text]:
        return [Text("2026 年 3 月：12 份结果", "March 2026: 12 results")] if run_id == run.pk else []

    register_rest_check(results)
    with pytest.raises(DomainError) as refused:
        run_undo(actor=HR, run_id=run.pk)
    assert "2026 年 3 月：12 份结果" in refused.value.message
    assert sums("good") == {"2026-03-01": 5}


def test_an_undo_is_not_undone_and_a_run_not_twice() -> None:
    people(n000317="林晓峰")
    run = load(day(1, 5))
    undo = run_undo(actor=HR, run_id=run.pk)
    for run_id, code in ((run.pk, "sources.run_undone"), (undo.pk, "sources.run_not_applied")):
        with pytest.raises(DomainError) as refused:
            run_undo(actor=HR, run_id=run_id)
        assert refused.value.code == code
