"""A job that failed for good is listed, tried again or let go, by whoever keeps the machine."""

from __future__ import annotations

import pytest

from jiyu.core.actor import Actor
from jiyu.core.company import Company
from jiyu.core.errors import DomainError, NotAllowedError, NotVisibleError
from jiyu.core.ids import uuid7
from jiyu.core.jobs.backend import enqueue_once
from jiyu.core.jobs.failed import failed_jobs, job_drop, job_retry
from jiyu.core.jobs.worker import Worker
from jiyu.core.models import AuditEntry, Job
from tests.core import job_tasks
from tests.core.job_tasks import notes
from tests.core.test_jobs import make_due

KEEPER = Actor.system("tests")
WORKER = Worker("tests")


def dead(task: str = "leave_note", *args: str, key: str = "") -> Job:
    """A job that used up its attempts."""
    enqueue_once(getattr(job_tasks, task), key or uuid7().hex, *args)
    Job.objects.filter(state=Job.READY).update(state=Job.DEAD, attempt=3, error_type="OSError", error_trace="line 1")
    return Job.objects.get(state=Job.DEAD)


def test_a_failed_job_tried_again_has_all_its_attempts(north: Company) -> None:
    job = dead("leave_note", "a")
    assert [one.pk for one in failed_jobs()] == [job.pk]
    job_retry(actor=KEEPER, job_id=job.pk)
    make_due()
    assert WORKER.run_until_idle() == 1
    assert (notes()[-1], failed_jobs(), Job.objects.get().state) == ("a", [], Job.DONE)
    assert AuditEntry.objects.filter(action="jobs.retried", object_id=str(job.pk)).count() == 1


def test_a_failed_job_let_go_leaves_its_trace_in_the_audit(north: Company) -> None:
    job = dead("leave_note", "a")
    job_drop(actor=KEEPER, job_id=job.pk)
    assert (failed_jobs(), Job.objects.count()) == ([], 0)
    assert AuditEntry.objects.get(action="jobs.dropped").detail["error"] == "OSError"


def test_nothing_is_done_twice_and_nothing_by_people(north: Company) -> None:
    job = dead("leave_note", "a", key="once")
    enqueue_once(job_tasks.leave_note, "once", "a")
    with pytest.raises(DomainError) as refused:
        job_retry(actor=KEEPER, job_id=job.pk)
    assert refused.value.code == "jobs.is_under_way"
    with pytest.raises(NotVisibleError):
        job_drop(actor=KEEPER, job_id=Job.objects.get(state=Job.READY).pk)
    with pytest.raises(NotAllowedError):
        job_drop(actor=Actor(person_id=uuid7()), job_id=job.pk)
