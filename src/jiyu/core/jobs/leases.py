"""Who holds which job: every step is one conditional UPDATE, so that of two workers at most one succeeds.

A holder is (job, attempt): each claim raises `attempt`, and renewing or ending a job names the attempt it was
claimed with. A worker that was thought dead and wakes up late matches no row."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Final

from django.db import DatabaseError, connection, transaction
from django.db.models import QuerySet
from django.db.models.functions import Greatest

from jiyu.core import clock
from jiyu.core.jobs.models import Job

LEASE_SECONDS: Final = 60.0
FIRST_RETRY_SECONDS: Final = 5.0
LONGEST_RETRY_SECONDS: Final = 900.0
EXPIRED: Final = "jiyu.core.jobs.leases.LeaseLostError"


class LeaseLostError(DatabaseError):
    """This worker no longer holds its job: another one has it. A DatabaseError, because only such a one makes
    Django roll back when it is raised by a commit."""


def retry_delay_seconds(attempt: int) -> float:
    """How long to wait after failed attempt number `attempt` (1, 2, …): 5 s, doubling, at most 15 minutes."""
    return min(LONGEST_RETRY_SECONDS, FIRST_RETRY_SECONDS * 2.0 ** (attempt - 1))


def is_ready() -> bool:
    """Whether a job could be claimed now. A plain read: idle workers must not take SQLite's write lock every
    second."""
    return _ready(_machine_now()).exists()


def claim(worker: str, *, lease_seconds: float = LEASE_SECONDS) -> Job | None:
    """Take the next ready job (highest priority, then longest due), or None. On PostgreSQL rivals skip each
    other's locked rows; on SQLite the IMMEDIATE transaction lets one in at a time."""
    with transaction.atomic():
        now = _machine_now()
        candidates = _ready(now).order_by("-priority", "run_after", "id")
        job = candidates.select_for_update(skip_locked=True).first()
        if job is None:
            return None
        job.state, job.attempt, job.worker, job.started_at = Job.RUNNING, job.attempt + 1, worker[:80], now
        job.lease_until = clock.monotonic_deadline(lease_seconds)
        taken = Job.objects.filter(pk=job.pk, state=Job.READY, attempt=job.attempt - 1).update(
            state=job.state,
            attempt=job.attempt,
            worker=job.worker,
            started_at=job.started_at,
            lease_until=job.lease_until,
        )
        return job if taken else None


def renew(job: Job, *, lease_seconds: float = LEASE_SECONDS, progress: dict[str, Any] | None = None) -> bool:
    """Hold `job` for another `lease_seconds`, noting how far it is. False: the lease was lost. Never shortens: a
    heartbeat that waited for a lock carries a deadline of before the wait, while the commit has given a later one."""
    values: dict[str, Any] = {"lease_until": Greatest("lease_until", clock.monotonic_deadline(lease_seconds))}
    if progress is not None:
        values["progress"] = progress
    return bool(_held(job).update(**values))


def succeed(job: Job, *, result: Any, progress: dict[str, Any]) -> bool:
    """End `job` with its result. False: the lease was lost and nothing was written."""
    return _end(job, state=Job.DONE, result=result, progress=progress, error_type="", error_trace="")


def fail(job: Job, *, error_type: str, error_trace: str, progress: dict[str, Any], may_retry: bool = True) -> bool:
    """Put `job` back for later, or end it as dead after its last attempt. False: the lease was lost."""
    error = {"error_type": error_type[:200], "error_trace": error_trace, "progress": progress}
    if not may_retry or job.attempt >= job.max_attempts:
        return _end(job, state=Job.DEAD, **error)
    later = clock.monotonic_deadline(retry_delay_seconds(job.attempt))
    return bool(_held(job).update(state=Job.READY, run_after=later, lease_until=None, **error))


def reap() -> int:
    """Take back jobs whose worker stopped renewing; returns how many. A read first: mostly there is
    nothing."""
    now = _machine_now()
    expired = Job.objects.filter(state=Job.RUNNING, lease_until__lt=now)
    reaped = 0
    for job in expired.only("id", "attempt", "max_attempts"):
        mine = _held(job).filter(lease_until__lt=now)  # its heartbeat may have come in between
        if job.attempt >= job.max_attempts:
            values: dict[str, Any] = {"state": Job.DEAD, "finished_at": now}
        else:
            values = {
                "state": Job.READY,
                "run_after": clock.monotonic_deadline(retry_delay_seconds(job.attempt)),
            }
        reaped += mine.update(lease_until=None, error_type=EXPIRED, error_trace="", **values)
    return reaped


@contextmanager
def renewed_by_commits(job: Job, *, lease_seconds: float = LEASE_SECONDS) -> Iterator[None]:
    """Within the block each commit of this thread's connection also renews the lease, and fails when it is
    lost.

    Two things follow. While a task holds SQLite's only write lock no heartbeat gets through, but neither does
    a reaper, and the lock is given up together with a fresh lease. And a late worker can commit nothing any
    more, not only not its end. Statements outside a transaction are not covered: they take no time."""
    commit = connection.commit

    def renew_and_commit() -> None:
        if not renew(job, lease_seconds=lease_seconds):
            raise LeaseLostError
        commit()

    connection.commit = renew_and_commit  # type: ignore[method-assign]
    try:
        yield
    finally:
        del connection.commit


def _end(job: Job, *, state: str, **values: Any) -> bool:
    return bool(_held(job).update(state=state, finished_at=_machine_now(), lease_until=None, **values))


def _ready(now: datetime) -> QuerySet[Job]:
    return Job.objects.filter(state=Job.READY, run_after__lte=now)


def _held(job: Job) -> QuerySet[Job]:
    return Job.objects.filter(pk=job.pk, state=Job.RUNNING, attempt=job.attempt)


def _machine_now() -> datetime:
    return clock.monotonic_deadline(0)
