"""A Tasks API back end whose tasks survive the death of their worker.

Written as usual: `@task()` on a module-level function, `recompute.enqueue(str(cycle_id))` in a service. A
task takes ids, not objects, and is safe to run twice. `@task(max_attempts=1)` for one that must not be
repeated by itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ParamSpec, TypeVar
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils.module_loading import import_string
from django_tasks.backends.base import BaseTaskBackend
from django_tasks.base import Task, TaskError, TaskResult, TaskResultStatus
from django_tasks.exceptions import TaskResultDoesNotExist
from django_tasks.signals import task_enqueued
from django_tasks.utils import normalize_json

from jiyu.core import clock
from jiyu.core.jobs.models import Job

P = ParamSpec("P")
T = TypeVar("T")

STATUS = {
    Job.READY: TaskResultStatus.READY,
    Job.RUNNING: TaskResultStatus.RUNNING,
    Job.DONE: TaskResultStatus.SUCCESSFUL,
    Job.DEAD: TaskResultStatus.FAILED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class LeasedTask(Task[P, T]):
    """A task that is tried up to `max_attempts` times, a killed worker's try included."""

    max_attempts: int = 3


class LeaseBackend(BaseTaskBackend):
    """Enqueues a row in the company's database, inside the caller's transaction: no commit, no job."""

    task_class = LeasedTask
    supports_defer = True
    supports_priority = True
    supports_get_result = True

    def enqueue(self, task: Task[P, T], args: Any, kwargs: Any) -> TaskResult[T]:
        """Queue `task` for a worker. Arguments must be JSON (ids as text); TypeError otherwise."""
        self.validate_task(task)
        job = job_for(task, args, kwargs)
        job.save(force_insert=True)
        result: TaskResult[T] = result_of(job, task)
        task_enqueued.send(type(self), task_result=result)
        return result

    def get_result(self, result_id: str) -> TaskResult[Any]:
        """How the job `result_id` stands; raises TaskResultDoesNotExist."""
        try:
            job = Job.objects.get(pk=UUID(result_id))
        except (Job.DoesNotExist, ValidationError, ValueError):
            raise TaskResultDoesNotExist(result_id) from None
        return result_of(job, import_string(job.task))


def enqueue_once(task: Task[P, T], unique_key: str, *args: P.args, **kwargs: P.kwargs) -> TaskResult[T]:
    """Queue `task` unless a job with `unique_key` is already waiting or running; then that one's result.

    "recompute:<cycle id>" pressed twice is one recomputation. A job that runs counts as open: what must be
    computed again because its inputs changed meanwhile is queued without a key."""
    task.get_backend().validate_task(task)
    while True:
        job = job_for(task, args, kwargs, unique_key=unique_key)
        Job.objects.bulk_create([job], ignore_conflicts=True)
        standing = Job.objects.filter(unique_key=unique_key, state__in=[Job.READY, Job.RUNNING]).first()
        if standing is not None:  # None: the rival's job ended between the two statements
            result: TaskResult[T] = result_of(standing, task)
            if standing.pk == job.pk:
                task_enqueued.send(type(task.get_backend()), task_result=result)
            return result


def job_for(task: Task[P, T], args: Any, kwargs: Any, *, unique_key: str = "") -> Job:
    """The row, not yet saved, that asks for one run of `task`."""
    now = clock.monotonic_deadline(0)
    return Job(
        task=task.module_path,
        args=normalize_json(args),
        kwargs=normalize_json(kwargs),
        priority=task.priority,
        queue=task.queue_name,
        max_attempts=task.max_attempts if isinstance(task, LeasedTask) else LeasedTask.max_attempts,
        run_after=task.run_after or now,
        enqueued_at=now,
        unique_key=unique_key,
    )


def result_of(job: Job, task: Task[P, T]) -> TaskResult[T]:
    """A job as the Tasks API shows it. The error's trace holds code lines only."""
    result: TaskResult[T] = TaskResult(
        task=task,
        id=str(job.pk),
        status=STATUS[job.state],
        enqueued_at=job.enqueued_at,
        started_at=job.started_at,
        finished_at=job.finished_at,
        last_attempted_at=job.started_at,
        args=job.args,
        kwargs=job.kwargs,
        backend=task.backend,
        errors=[TaskError(exception_class_path=job.error_type, traceback=job.error_trace)] if job.error_type else [],
        worker_ids=[job.worker] * job.attempt,
    )
    object.__setattr__(result, "_return_value", job.result)  # frozen; the API's own back ends set it so
    return result
