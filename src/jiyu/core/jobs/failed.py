"""Jobs that ended without success: which they are, another try, or letting them go."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from jiyu.core import audit, clock
from jiyu.core.actor import Actor
from jiyu.core.errors import DomainError, NotAllowedError, NotVisibleError
from jiyu.core.jobs.models import Job


def failed_jobs() -> list[Job]:
    """The dead jobs, the newest first."""
    return list(Job.objects.filter(state=Job.DEAD).order_by("-finished_at", "-id"))


@transaction.atomic
def job_retry(*, actor: Actor, job_id: UUID) -> Job:
    """Give a dead job all its attempts again, from now on. Raises `NotVisibleError` when there is no such dead job,
    `jobs.is_under_way` when the same work waits or runs already."""
    job = _dead(actor, job_id)
    if job.unique_key and Job.objects.filter(unique_key=job.unique_key, state__in=[Job.READY, Job.RUNNING]).exists():
        raise DomainError("jobs.is_under_way", _("同样的任务已经在排队或在运行"), fix=_("等它做完"))
    job.state, job.attempt, job.run_after, job.finished_at = Job.READY, 0, clock.monotonic_deadline(0), None
    job.error_type = job.error_trace = ""
    job.save()
    audit.record(actor, "jobs.retried", "job", job.pk, task=job.task)
    return job


@transaction.atomic
def job_drop(*, actor: Actor, job_id: UUID) -> None:
    """Let a dead job go: its row is deleted, the audit keeps what it was. Raises `NotVisibleError`."""
    job = _dead(actor, job_id)
    audit.record(actor, "jobs.dropped", "job", job.pk, task=job.task, error=job.error_type)
    job.delete()


def _dead(actor: Actor, job_id: UUID) -> Job:
    if not actor.is_system:
        raise NotAllowedError(_("后台任务只能在装绩语的机器上处理"))
    job = Job.objects.select_for_update().filter(pk=job_id, state=Job.DEAD).first()
    if job is None:
        raise NotVisibleError(_("没有编号为 %(id)s 的失败任务") % {"id": job_id})
    return job
