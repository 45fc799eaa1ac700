"""Writing the audit: one row per act, in the same transaction as the act."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from jiyu.core import clock
from jiyu.core.actor import Actor
from jiyu.core.models import AuditEntry
from jiyu.core.request_id import request_id


def record(
    actor: Actor,
    action: str,
    object_kind: str,
    object_id: object,
    *,
    subject: UUID | None = None,
    **detail: Any,
) -> None:
    """Note that `actor` did `action` to an object, about person `subject`. `detail` holds codes and counts,
    never names or uploaded values (they would outlive an erasure)."""
    AuditEntry(
        at=clock.now(),
        actor_person=actor.person_id,
        on_behalf_of=actor.reason,
        action=action,
        object_kind=object_kind,
        object_id=str(object_id),
        subject_person=subject,
        request_id=request_id.get(),
        detail=detail,
    ).save()


def views_of(object_kind: str, object_id: object, *, limit: int) -> list[tuple[UUID, datetime]]:
    """Who looked at an object, newest first, each person once with the last look."""
    rows = AuditEntry.objects.filter(
        object_kind=object_kind,
        object_id=str(object_id),
        action__endswith="_viewed",
        actor_person__isnull=False,
    ).order_by("-at", "-id")
    newest: dict[UUID, datetime] = {}
    for person, at in rows.values_list("actor_person", "at")[: limit * 10]:
        if person is not None:
            newest.setdefault(person, at)
    return list(newest.items())[:limit]
