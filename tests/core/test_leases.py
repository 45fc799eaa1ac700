"""Workers die, sleep and wake up late. What must hold then, with real processes, threads and commits."""

from __future__ import annotations

import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db import connection, transaction
from django.db.models import QuerySet
from django_tasks import TaskResultStatus

from jiyu.core.company import Company
from jiyu.core.jobs import leases
from jiyu.core.jobs.backend import enqueue_once
from jiyu.core.jobs.leases import LeaseLostError
from jiyu.core.jobs.progress import Standing, progress, running
from jiyu.core.jobs.worker import Worker
from jiyu.core.models import Job
from jiyu.lib.text import Text
from tests.core import job_tasks, worker_process
from tests.core.conftest import Deployment
from tests.core.job_tasks import in_company, notes

LEASE = 0.5


def expire(job_id: str) -> None:
    """Let the lease of a running job be over."""
    Job.objects.filter(pk=job_id).update(lease_until=datetime.now(UTC) - timedelta(seconds=1))


def make_due() -> None:
    """Let the back-off of every waiting job be over."""
    Job.objects.filter(state=Job.READY).update(run_after=datetime.now(UTC) - timedelta(seconds=1))


def claimed(worker: str) -> Job:
    """The next job, held by `worker` for half a second."""
    job = leases.claim(worker, lease_seconds=LEASE)
    assert job is not None
    return job


@contextmanager
def greedy_reaper(here: Company) -> Iterator[list[int]]:
    """A rival that takes back whatever it can, all the time; the list holds how many it got."""
    over = threading.Event()
    reaped: list[int] = []

    def work() -> None:
        while not over.wait(0.01):
            reaped.append(leases.reap())

    thread = threading.Thread(target=lambda: in_company(here, work))
    thread.start()
    try:
        yield reaped
    finally:
        over.set()
        thread.join()


def run_beside(here: Company, seconds: float, look: Callable[[], object]) -> object:
    """Run one job in another thread and `look` at it from here after `seconds`."""
    with ThreadPoolExecutor(1) as pool:
        done = pool.submit(in_company, here, Worker("beside", lease_seconds=60).run_one)
        time.sleep(seconds)
        seen = look()
        assert done.result() is True
    return seen


@pytest.mark.slow
def test_job_of_a_killed_worker_is_finished_by_another(north: Company, deployment: Deployment, tmp_path: Path) -> None:
    queued = job_tasks.die_in_the_middle.enqueue(str(tmp_path / "died"))
    process = worker_process.start(north.code, deployment.environment, lease_seconds=1)
    assert process.wait(timeout=60) == -signal.SIGKILL
    assert notes() == []
    assert Job.objects.get().state == Job.RUNNING

    time.sleep(1.1)
    assert leases.reap() == 1
    make_due()
    assert Worker("second").run_until_idle() == 1
    queued.refresh()
    assert (queued.status, queued.return_value, queued.attempts) == (
        TaskResultStatus.SUCCESSFUL,
        "finished",
        2,
    )
    assert notes() == ["begun"]


def test_nobody_takes_a_job_before_its_lease_is_over(north: Company) -> None:
    job_tasks.leave_note.enqueue("x")
    leases.claim("first", lease_seconds=60)
    assert leases.reap() == 0
    assert Worker("second").run_until_idle() == 0


def test_late_worker_cannot_overwrite_its_successor(north: Company) -> None:
    queued = job_tasks.leave_note.enqueue("x")
    late = claimed("late")
    expire(queued.id)
    assert leases.reap() == 1
    make_due()
    successor = claimed("successor")
    assert successor.attempt == 2
    nothing: dict[str, object] = {}
    assert leases.renew(late) is False
    assert leases.fail(late, error_type="x", error_trace="", progress=nothing) is False
    assert leases.succeed(successor, result="right", progress=nothing) is True
    assert leases.succeed(late, result="wrong", progress=nothing) is False
    queued.refresh()
    assert queued.return_value == "right"


def test_late_worker_cannot_commit_either(north: Company) -> None:
    queued = job_tasks.leave_note.enqueue("x")
    late = claimed("late")
    expire(queued.id)
    leases.reap()
    with leases.renewed_by_commits(late):
        with pytest.raises(LeaseLostError), transaction.atomic():
            job_tasks.note("too late")
        assert not connection.in_atomic_block
    assert notes() == []
    with transaction.atomic():  # the connection is whole again and fenced no more
        job_tasks.note("other work")
    assert notes() == ["other work"]


def test_heartbeat_that_waited_for_a_lock_does_not_shorten_the_lease(north: Company) -> None:
    """Its deadline is from before the wait; the commit it waited for has given a later one."""
    job_tasks.leave_note.enqueue("x")
    job = claimed("slow")
    assert leases.renew(job, lease_seconds=60) is True
    until = Job.objects.get().lease_until
    assert leases.renew(job, lease_seconds=LEASE) is True
    assert Job.objects.get().lease_until == until


def test_worker_survives_losing_its_lease(north: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    queued = job_tasks.hold_transaction.enqueue(0)
    monkeypatch.setattr("jiyu.core.jobs.worker.leases.renew", lambda *args, **kwargs: False)
    assert Worker("late").run_one() is True
    assert Job.objects.get().state == Job.RUNNING  # the successor's to end
    assert notes() == []
    monkeypatch.undo()
    assert leases.succeed(Job.objects.get(pk=queued.id), result=None, progress={}) is True


def test_last_attempt_that_is_never_ended_is_dead(north: Company) -> None:
    queued = job_tasks.fail_twice.enqueue()
    for _attempt in range(2):
        claimed("dies")
        expire(queued.id)
        assert leases.reap() == 1
        make_due()
    queued.refresh()
    assert queued.status == TaskResultStatus.FAILED
    assert queued.errors[0].exception_class is LeaseLostError
    assert leases.claim("third") is None


def test_heartbeat_that_comes_in_between_saves_the_job(north: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    """The rival has read the expired lease, then the holder renews, then the rival writes."""
    queued = job_tasks.leave_note.enqueue("x")
    job = claimed("slow")
    expire(queued.id)
    held = leases._held

    def renewed_first(its: Job) -> QuerySet[Job]:
        held(job).update(lease_until=datetime.now(UTC) + timedelta(minutes=1))
        return held(its)

    monkeypatch.setattr(leases, "_held", renewed_first)
    assert leases.reap() == 0
    assert Job.objects.get().state == Job.RUNNING


@pytest.mark.slow
def test_heartbeat_holds_a_job_longer_than_its_lease(north: Company) -> None:
    queued = job_tasks.take_long.enqueue(4 * LEASE)
    with greedy_reaper(north) as reaped:
        assert Worker("patient", lease_seconds=LEASE).run_one()
    queued.refresh()
    assert (queued.return_value, queued.attempts, sum(reaped)) == ("done", 1, 0)


def test_commit_renews_a_lease_that_no_heartbeat_could(north: Company) -> None:
    """On SQLite nothing gets through while the task holds the write lock: so the commit itself renews."""
    job_tasks.leave_note.enqueue("x")
    job = claimed("writer")
    with leases.renewed_by_commits(job):
        with transaction.atomic():
            job_tasks.note("long")
            time.sleep(LEASE + 0.1)
        assert leases.reap() == 0
    assert notes() == ["long"]


@pytest.mark.slow
def test_long_transaction_does_not_cost_the_job(north: Company) -> None:
    queued = job_tasks.hold_transaction.enqueue(4 * LEASE)
    with greedy_reaper(north) as reaped:
        assert Worker("writer", lease_seconds=LEASE).run_one()
    queued.refresh()
    assert (queued.return_value, queued.attempts, sum(reaped)) == ("committed", 1, 0)


@pytest.mark.slow
def test_progress_is_seen_while_the_job_runs(north: Company) -> None:
    job_tasks.report_progress.enqueue(1.8)
    expected = {"done": 3_000, "total": 12_000, "words": {"zh": "读了 3,000 行", "en": "3,000 rows read"}}
    assert run_beside(north, 1.5, lambda: Job.objects.get().progress) == expected
    assert (Job.objects.get().state, Job.objects.get().progress) == (Job.DONE, expected)


def test_progress_stops_a_task_that_lost_its_job() -> None:
    token = running.set(Standing(lease_lost=True))
    try:
        with pytest.raises(LeaseLostError):
            progress(1, 2, Text("一半", "half"))
    finally:
        running.reset(token)


def test_progress_outside_a_job_does_nothing() -> None:
    progress(1, 2, Text("一半", "half"))
    assert running.get() is None


@pytest.mark.slow
def test_two_processes_and_a_thread_never_run_one_job_twice(
    north: Company, deployment: Deployment, tmp_path: Path
) -> None:
    target = tmp_path / "ran"
    expected = [f"job-{number}" for number in range(200)]
    for entry in expected:
        job_tasks.count_to.enqueue(str(target), entry)
    processes = [worker_process.start(north.code, deployment.environment, lease_seconds=60) for _ in range(2)]
    while not target.exists():
        time.sleep(0.01)
    Worker("here").run_until_idle()
    assert [process.wait(timeout=60) for process in processes] == [0, 0]
    ran = [line.split() for line in target.read_text().splitlines()]
    assert Counter(entry for entry, _pid in ran) == Counter(expected)
    assert len({pid for _entry, pid in ran}) >= 2
    assert set(Job.objects.values_list("state", "attempt")) == {(Job.DONE, 1)}


@pytest.mark.slow
def test_rival_claims_get_different_jobs(north: Company) -> None:
    for number in range(40):
        job_tasks.leave_note.enqueue(str(number))

    def claim_ten() -> list[str]:
        return [str(claimed("rival").pk) for _ in range(10)]

    with ThreadPoolExecutor(4) as pool:
        taken = [job for ids in pool.map(lambda _: in_company(north, claim_ten), range(4)) for job in ids]
    assert len(set(taken)) == 40


def test_unique_key_holds_between_rivals(north: Company) -> None:
    def ask() -> str:
        return enqueue_once(job_tasks.leave_note, "one", "x").id

    with ThreadPoolExecutor(8) as pool:
        asked = [pool.submit(in_company, north, ask) for _ in range(8)]
    assert len({each.result() for each in asked}) == 1
    assert Job.objects.count() == 1


def test_serving_worker_takes_back_expired_jobs_and_stops_when_told(north: Company) -> None:
    queued = job_tasks.leave_note.enqueue("x")
    claimed("dead")
    expire(queued.id)
    stop = threading.Event()

    def look() -> str:
        deadline = time.monotonic() + 10
        while Job.objects.get().state == Job.RUNNING and time.monotonic() < deadline:
            time.sleep(0.01)
        stop.set()
        return Job.objects.get().state

    with ThreadPoolExecutor(1) as pool:
        served = pool.submit(Worker("serving", poll_seconds=0.01).serve, stop)
        assert look() == Job.READY
        served.result(timeout=10)
