"""Which runs count, as known at a moment: the one rule behind every read (DESIGN §4).

A run is visible when it was applied by then and no run that takes it back was applied by then. A record
counts when its run is visible and no visible run supersedes it.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet

from jiyu.sources.models import Record, Run, Superseded


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
    replaced = Superseded.objects.filter(record=OuterRef("pk"), by_run__in=visible)
    return Record.objects.filter(run__in=visible).filter(~Exists(replaced))


def visible_cte(known_at: datetime) -> tuple[str, list[object]]:
    """The same rule as the head of a hand-written query: `WITH visible AS (…)` with a column `id`, and its
    parameters."""
    run = Run._meta.db_table
    moment = connection.ops.adapt_datetimefield_value(known_at)
    mark = "CAST(%s AS timestamptz)" if connection.vendor == "postgresql" else "%s"
    sql = (
        f'WITH visible AS MATERIALIZED (SELECT r.id FROM "{run}" r'  # noqa: S608 - names come from the model
        f" WHERE r.state = 'applied' AND r.mode <> 'undo' AND r.applied_at <= {mark} AND NOT EXISTS"
        f' (SELECT 1 FROM "{run}" u WHERE u.supersedes_id = r.id'
        f" AND u.state = 'applied' AND u.applied_at <= {mark}))"
    )
    return sql, [moment, moment]


def not_superseded(record_id: str) -> str:
    """The condition that no visible run supersedes the record in column `record_id` (with `visible_cte`)."""
    return (
        f'NOT EXISTS (SELECT 1 FROM "{Superseded._meta.db_table}" s'  # noqa: S608 - the model's name
        f" JOIN visible w ON w.id = s.by_run_id WHERE s.record_id = {record_id})"
    )
