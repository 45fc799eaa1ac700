"""Which runs count, as known at a moment: the one rule behind every read (DESIGN §4).

A run is visible when it was applied by then and no run that takes it back was applied by then. A record
counts when its run is visible and no visible run supersedes it.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from jiyu.sources.models import Fact, Record, Run, Superseded


def visible_runs(known_at: datetime | None = None) -> QuerySet[Run]:
    """Runs that count as known at `known_at` (None: all that was ever applied, for writers)."""
    applied = Q(state=Run.APPLIED)
    if known_at is not None:
        applied &= Q(applied_at__lte=known_at)
    taken_back = Run.objects.filter(applied, supersedes=OuterRef("pk"))
    return Run.objects.filter(applied).exclude(mode=Run.UNDO).filter(~Exists(taken_back))


def visible_run_ids(known_at: datetime | None = None, source_ids: Collection[UUID] | None = None) -> set[UUID]:
    """Ids of the visible runs, of all sources or of some."""
    runs = visible_runs(known_at)
    if source_ids is not None:
        runs = runs.filter(source__in=source_ids)
    return set(runs.values_list("pk", flat=True))


def visible_records(known_at: datetime | None = None) -> QuerySet[Record]:
    """Records that count as known at `known_at`."""
    visible = visible_runs(known_at)
    return Record.objects.filter(run__in=visible).filter(~Exists(_replaced("pk", visible)))


def visible_facts(known_at: datetime) -> QuerySet[Fact]:
    """Facts of the records that count as known at `known_at`."""
    visible = visible_runs(known_at)
    return Fact.objects.filter(run__in=visible).filter(~Exists(_replaced("record", visible)))


def _replaced(record: str, visible: QuerySet[Run]) -> QuerySet[Superseded]:
    return Superseded.objects.filter(record=OuterRef(record), by_run__in=visible)
