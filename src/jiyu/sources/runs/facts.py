"""What apps above may know of a run."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from jiyu.core.errors import NotVisibleError
from jiyu.sources.models import Record, Run


@dataclass(frozen=True)
class RunFacts:
    """An applied run: whose file it was, since when it counts, and its records."""

    source_code: str
    applied_at: datetime
    records: QuerySet[Record]


def run_facts(run_id: UUID) -> RunFacts:
    """The applied run with this id; raises `NotVisibleError`."""
    run = Run.objects.select_related("source").filter(pk=run_id, applied_at__isnull=False).first()
    if run is None or run.applied_at is None:
        raise NotVisibleError
    return RunFacts(run.source.code, run.applied_at, Record.objects.filter(run=run))
