"""Writing everything a company has, in the background. Safe to run twice: the file is put in its place when whole."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.utils import translation
from django_tasks import TaskContext, task

from jiyu.core import clock
from jiyu.core.errors import DomainError
from jiyu.core.jobs.progress import progress
from jiyu.home.exports import KEPT_HOURS, export_path, export_write, exports_sweep
from jiyu.lib.text import Text
from jiyu.people.models import Account
from jiyu.people.public import actor_of


@task(takes_context=True)
def make_export(context: TaskContext, account_id: str, language: str) -> dict[str, Any]:
    """Write the file for the account that asked; {"rows": n}, or {"refused": why}. It is deleted after a day."""
    path = export_path(UUID(context.task_result.id))
    folder = path.parent
    folder.mkdir(exist_ok=True, mode=0o700)  # not above: a company that is gone does not come back by a file
    part = path.with_suffix(".part")
    with translation.override(language):
        try:
            rows = export_write(actor=actor_of(Account.objects.get(pk=account_id)), path=part, told=_told)
        except DomainError as refused:
            return {"refused": refused.sentence}
    part.replace(path)
    later = clock.monotonic_deadline(timedelta(hours=KEPT_HOURS, minutes=1).total_seconds())
    drop_exports.using(run_after=later).enqueue()
    return {"rows": rows}


@task()
def drop_exports() -> int:
    """Delete the files whose day is over; returns how many."""
    return exports_sweep()


def _told(rows: int) -> None:
    progress(rows, 0, Text(f"写了 {rows:,} 行", f"{rows:,} rows written"))
