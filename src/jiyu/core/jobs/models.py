"""The one table of background work."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from jiyu.core.ids import uuid7


class Job(models.Model):
    """One piece of background work. A worker holds it by a lease it must renew; whoever loses the lease can
    no longer finish it (every end is a conditional update on state and attempt). All moments are the
    machine's, not the company's: a demo whose clock stands still must not make leases eternal."""

    READY, RUNNING, DONE, DEAD = "ready", "running", "done", "dead"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    task = models.CharField(max_length=200)  # dotted path of the function: stored, so never renamed
    args = models.JSONField(default=list)
    kwargs = models.JSONField(default=dict)
    priority = models.SmallIntegerField(default=0)
    queue = models.CharField(max_length=30, default="default")
    state = models.CharField(max_length=8, default=READY)
    attempt = models.PositiveSmallIntegerField(default=0)
    max_attempts = models.PositiveSmallIntegerField(default=3)
    run_after = models.DateTimeField()
    enqueued_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    lease_until = models.DateTimeField(null=True)
    worker = models.CharField(max_length=80, blank=True)
    result = models.JSONField(null=True)
    progress = models.JSONField(default=dict)  # {"done": n, "total": n, "words": {"zh": …, "en": …}}
    error_type = models.CharField(max_length=200, blank=True)
    error_trace = models.TextField(blank=True)  # code lines only: values could be personal
    unique_key = models.CharField(max_length=120, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["unique_key"],
                condition=Q(state__in=["ready", "running"]) & ~Q(unique_key=""),
                name="job_one_open",
            )
        ]
        indexes = [
            # The order of claiming: without it each claim sorts the whole backlog.
            models.Index(fields=["state", "-priority", "run_after", "id"], name="job_ready"),
            models.Index(fields=["state", "lease_until"], name="job_leases"),
        ]
