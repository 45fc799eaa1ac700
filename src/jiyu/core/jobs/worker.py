"""The program that does the background work of all companies."""

from __future__ import annotations

import logging
import threading
import time

from django.db import connection
from django.utils.module_loading import import_string
from django_tasks.base import Task, TaskContext, TaskResultStatus
from django_tasks.signals import task_finished, task_started
from django_tasks.utils import get_module_path, normalize_json

from jiyu.core import company
from jiyu.core.errors import DomainError
from jiyu.core.jobs import leases
from jiyu.core.jobs.backend import LeaseBackend, result_of
from jiyu.core.jobs.heartbeat import Heartbeat
from jiyu.core.jobs.models import Job
from jiyu.core.jobs.progress import Standing, running
from jiyu.core.logs import trace_without_values

log = logging.getLogger("jiyu.jobs")


class Worker:
    """Runs jobs one after another. Several processes may run a worker each; `name` tells them apart in the
    table.

    A job is held for `lease_seconds` and renewed while it runs. When a worker dies, its job is taken back
    after that time, by any worker, and tried again."""

    def __init__(self, name: str, *, lease_seconds: float = leases.LEASE_SECONDS, poll_seconds: float = 1.0) -> None:
        self.name = name
        self._lease_seconds = lease_seconds
        self._poll_seconds = poll_seconds
        self._reap_at = 0.0

    def serve(self, stop: threading.Event) -> None:
        """Go round all companies until `stop` is set (the job under way is finished first)."""
        while not stop.is_set():
            if not self.go_round():
                stop.wait(self._poll_seconds)
        company.close_connections()

    def go_round(self) -> int:
        """One ready job of each company: a busy one must not starve the others. Returns how many ran."""
        reap_now = time.monotonic() >= self._reap_at
        if reap_now:
            self._reap_at = time.monotonic() + self._lease_seconds / 6
        ran = 0
        for here in company.all_companies():
            try:
                with company.active(here):
                    if reap_now:
                        leases.reap()
                    if leases.is_ready():
                        ran += self.run_one()
            except Exception:  # one company's broken database must not stop the others' work
                log.exception("company %s: its jobs could not be run", here.code)
        return ran

    def run_until_idle(self) -> int:
        """All ready jobs of the active company, those they enqueue included; returns how many ran."""
        leases.reap()
        ran = 0
        while self.run_one():
            ran += 1
        return ran

    def run_one(self) -> bool:
        """Take and run the next ready job of the active company; False when there is none."""
        job = leases.claim(self.name, lease_seconds=self._lease_seconds)
        if job is None:
            return False
        self._run(job)
        return True

    def _run(self, job: Job) -> None:
        standing = Standing()
        token = running.set(standing)
        try:
            with (
                Heartbeat(job, standing, lease_seconds=self._lease_seconds),
                leases.renewed_by_commits(job, lease_seconds=self._lease_seconds),
            ):
                task = import_string(job.task)
                outcome = _call(task, job)
        except leases.LeaseLostError:
            log.warning("job %s attempt %s: taken over by another worker", job.pk, job.attempt)
        except Exception as error:
            self._failed(job, standing, error)
        except BaseException as error:  # the worker is being stopped: give the job back, then obey
            self._failed(job, standing, error)
            raise
        else:
            connection.close_if_unusable_or_obsolete()
            if leases.succeed(job, result=outcome, progress=standing.progress):
                job.state = Job.DONE
                job.result = outcome
                task_finished.send(LeaseBackend, task_result=result_of(job, task))
            else:
                log.warning("job %s attempt %s: came too late, its end is not written", job.pk, job.attempt)
        finally:
            running.reset(token)

    def _failed(self, job: Job, standing: Standing, error: BaseException) -> None:
        connection.close_if_unusable_or_obsolete()
        leases.fail(
            job,
            error_type=get_module_path(type(error)),
            error_trace=trace_without_values(error),
            progress=standing.progress,
            may_retry=not isinstance(error, DomainError),  # a refusal stays one
        )
        log.error("job %s attempt %s of %s failed", job.pk, job.attempt, job.task, exc_info=error)


def _call(task: Task[..., object], job: Job) -> object:
    result = result_of(job, task)
    task_started.send(LeaseBackend, task_result=result)
    assert result.status == TaskResultStatus.RUNNING
    context = (TaskContext(task_result=result),) if task.takes_context else ()
    return normalize_json(task.call(*context, *job.args, **job.kwargs))
