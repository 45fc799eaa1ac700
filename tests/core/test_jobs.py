"""What a job promises: enqueued with its cause, run once, tried again, never silently lost."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction
from django_tasks import TaskResultStatus
from django_tasks.exceptions import TaskResultDoesNotExist

from jiyu.core import company
from jiyu.core.company import Company
from jiyu.core.jobs import leases
from jiyu.core.jobs.backend import enqueue_once
from jiyu.core.jobs.worker import Worker
from jiyu.core.models import Job
from tests.core import job_tasks
from tests.core.conftest import Deployment
from tests.core.job_tasks import notes

WORKER = Worker("tests")


def make_due() -> None:
    """Let the back-off of every waiting job be over."""
    Job.objects.filter(state=Job.READY).update(run_after=datetime.now(UTC) - timedelta(seconds=1))


def test_job_runs_and_tells_its_result(north: Company) -> None:
    queued = job_tasks.leave_note.enqueue("a")
    assert queued.status == TaskResultStatus.READY
    assert WORKER.run_until_idle() == 1
    queued.refresh()
    assert (queued.status, queued.return_value, queued.attempts) == (
        TaskResultStatus.SUCCESSFUL,
        "noted a",
        1,
    )
    assert notes() == ["a"]


def test_job_is_enqueued_with_the_transaction_that_asks_for_it(north: Company) -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        job_tasks.leave_note.enqueue("never")
        raise ZeroDivisionError
    assert Job.objects.count() == 0
    assert WORKER.run_until_idle() == 0


def test_arguments_are_ids_as_text_not_objects(north: Company) -> None:
    with pytest.raises(TypeError):
        job_tasks.leave_note.enqueue(object())  # type: ignore[arg-type]
    assert Job.objects.count() == 0


def test_unknown_result_is_an_error_of_the_api(north: Company) -> None:
    for unknown in ("01890000-0000-7000-8000-000000000000", "not an id"):
        with pytest.raises(TaskResultDoesNotExist):
            job_tasks.leave_note.get_result(unknown)


def test_higher_priority_goes_first_then_the_longest_due(north: Company) -> None:
    for words, priority in (("low", -1), ("first", 0), ("second", 0), ("high", 5)):
        job_tasks.leave_note.using(priority=priority).enqueue(words)
    WORKER.run_until_idle()
    assert notes() == ["high", "first", "second", "low"]


def test_deferred_job_waits_for_its_time(north: Company) -> None:
    job_tasks.leave_note.using(run_after=datetime.now(UTC) + timedelta(hours=1)).enqueue("later")
    assert WORKER.run_until_idle() == 0
    make_due()
    assert WORKER.run_until_idle() == 1


def test_task_gets_its_context_and_the_companys_clock(north: Company) -> None:
    attempt, now = job_tasks.tell_attempt.enqueue(), job_tasks.tell_now.enqueue()
    WORKER.run_until_idle()
    attempt.refresh()
    now.refresh()
    assert attempt.return_value == 1
    assert now.return_value == "2026-04-08T01:00:00+00:00"


def test_idle_includes_what_jobs_enqueue(north: Company) -> None:
    job_tasks.leave_note_and_enqueue.enqueue("one")
    assert WORKER.run_until_idle() == 2
    assert notes() == ["one", "one again"]


def test_failed_job_waits_five_seconds_then_ten_then_is_dead(north: Company) -> None:
    queued = job_tasks.fail_quoting.enqueue("张三")
    waits = []
    for _attempt in range(2):
        before = datetime.now(UTC)
        assert WORKER.run_one()
        assert not WORKER.run_one()
        waits.append(round((Job.objects.get().run_after - before).total_seconds()))
        make_due()
    assert waits == [5, 10]
    assert WORKER.run_one()
    queued.refresh()
    assert (queued.status, queued.attempts) == (TaskResultStatus.FAILED, 3)
    assert not WORKER.run_one()


@pytest.mark.parametrize(("attempt", "seconds"), [(1, 5), (2, 10), (8, 640), (9, 900), (40, 900)])
def test_back_off_doubles_up_to_fifteen_minutes(attempt: int, seconds: float) -> None:
    assert leases.retry_delay_seconds(attempt) == seconds


def test_error_is_kept_without_the_values_it_quotes(north: Company) -> None:
    queued = job_tasks.fail_quoting.enqueue("张三")
    WORKER.run_one()
    queued.refresh()
    (error,) = queued.errors
    assert error.exception_class is ValueError
    assert "张三" not in error.traceback
    assert 'raise ValueError(f"cannot read {secret}")' in error.traceback


def test_task_says_how_often_it_is_tried(north: Company) -> None:
    job_tasks.fail_twice.enqueue()
    WORKER.run_one()
    make_due()
    WORKER.run_one()
    assert list(Job.objects.values_list("state", "attempt")) == [("dead", 2)]


def test_refusal_is_not_tried_again(north: Company) -> None:
    job_tasks.refuse.enqueue()
    WORKER.run_one()
    assert list(Job.objects.values_list("state", "attempt")) == [("dead", 1)]


def test_failed_job_leaves_nothing_half_done(north: Company) -> None:
    job_tasks.half_then_fail.enqueue()
    WORKER.run_one()
    assert notes() == []


def test_task_that_no_longer_exists_ends_as_an_error(north: Company) -> None:
    job_tasks.leave_note.enqueue("x")
    Job.objects.update(task="jiyu.core.gone.task", max_attempts=1)
    assert WORKER.run_one()
    assert Job.objects.get().state == Job.DEAD
    assert Job.objects.get().error_type == "builtins.ModuleNotFoundError"


def test_unique_key_asks_once_while_the_job_is_open(north: Company) -> None:
    first = enqueue_once(job_tasks.leave_note, "note:1", "a")
    again = enqueue_once(job_tasks.leave_note, "note:1", "a")
    other = enqueue_once(job_tasks.leave_note, "note:2", "b")
    assert (again.id == first.id, other.id == first.id) == (True, False)
    assert WORKER.run_until_idle() == 2
    assert enqueue_once(job_tasks.leave_note, "note:1", "a").id != first.id


def test_worker_goes_round_all_companies_one_job_each(deployment: Deployment) -> None:
    for here, count in ((deployment.north, 3), (deployment.south, 1)):
        with company.active(here):
            for number in range(count):
                job_tasks.leave_note.enqueue(f"{here.code} {number}")
    assert [WORKER.go_round() for _ in range(4)] == [2, 1, 1, 0]
    with company.active(deployment.south):
        assert notes() == [f"{deployment.south.code} 0"]


def test_company_that_is_broken_does_not_stop_the_others(
    deployment: Deployment, caplog: pytest.LogCaptureFixture
) -> None:
    broken = company.create("a-broken", "Broken")  # never migrated, and first in the alphabet
    try:
        with company.active(deployment.north):
            job_tasks.leave_note.enqueue("still")
        assert WORKER.go_round() == 1
        assert "company a-broken: its jobs could not be run" in caplog.text
    finally:
        (broken.folder / "company.json").unlink()
