"""The page of a big file on its way: it renews itself until the import stands."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django_tasks.base import Task

from jiyu.core.access import ActorRequest
from jiyu.core.errors import NotVisibleError
from jiyu.core.jobs.models import Job
from jiyu.core.models import StoredFile
from jiyu.sources import showing
from jiyu.ui.parts import Crumb


def underway(
    request: ActorRequest,
    *,
    job_id: UUID,
    task: Task[Any, Any],
    run_url: Callable[[str], str],
    again_url: str,
    way: Sequence[Crumb],
) -> HttpResponse:
    """How far the job `job_id` of `task` (whose second argument is the kept file) is; on to `run_url` of the import's
    id when it stands. Raises `NotVisibleError` for a job of anything else."""
    found = Job.objects.filter(pk=job_id, task=task.module_path).first()
    if found is None:
        raise NotVisibleError
    result = found.result or {}
    if found.state == Job.DONE and "run" in result:
        return redirect(run_url(result["run"]))
    context = {
        "file": StoredFile.objects.get(pk=UUID(found.args[1])),
        "is_open": found.state in (Job.READY, Job.RUNNING),
        "refused": result.get("refused") if found.state == Job.DONE else None,
        "progress": showing.progress(found.progress),
        "again_url": again_url,
        "way": way,
    }
    return render(request, "sources/job.html", context)
