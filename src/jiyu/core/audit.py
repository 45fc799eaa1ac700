"""Writing the audit: one row per act, in the same transaction as the act."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Max, Min, Window

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


@dataclass(frozen=True)
class ActCount:
    """How often one act was done to one sort of object, and when first and last."""

    action: str
    object_kind: str
    count: int
    first_at: datetime
    last_at: datetime


def summary() -> list[ActCount]:
    """Everything the audit knows, by act, without saying who or about whom."""
    rows = AuditEntry.objects.order_by("action", "object_kind").values_list("action", "object_kind")
    return [ActCount(*row) for row in rows.annotate(n=Count("pk"), first=Min("at"), last=Max("at"))]


@dataclass(frozen=True)
class Views:
    """Who looked at an object, newest first, each once with the last look, and how many looks there were in all. Who
    has no person (None) is the owner's account."""

    last: tuple[tuple[UUID | None, datetime], ...] = ()
    count: int = 0


def views_of(object_kind: str, object_id: object, *, limit: int) -> Views:
    """Looks at an object; the first `limit` people are named. What the product itself reads is no look."""
    rows = AuditEntry.objects.filter(
        object_kind=object_kind, object_id=str(object_id), action__endswith="_viewed", on_behalf_of=""
    )
    found = rows.annotate(looks=Window(Count("pk"))).order_by("-at", "-id")[: limit * 10]
    looks = list(found.values_list("actor_person", "at", "looks"))
    newest: dict[UUID | None, datetime] = {}
    for person, at, _count in looks:
        newest.setdefault(person, at)
    return Views(tuple(newest.items())[:limit], looks[0][2] if looks else 0)
