"""What people decided about names in sources."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from jiyu.core import audit, clock
from jiyu.core.actor import Actor
from jiyu.core.policy import require
from jiyu.sources.connections import source_get
from jiyu.sources.matching.subjects import alias_of
from jiyu.sources.models import Match
from jiyu.sources.policies import IMPORT_RECORDS


@transaction.atomic
def match_decide(*, actor: Actor, source_code: str, name: str, person_id: UUID) -> Match:
    """From now on `name` in this source means this person. A newer decision overrides an older one."""
    require(actor, IMPORT_RECORDS)
    match = Match(
        source=source_get(source_code),
        alias=alias_of("name", name),
        person=person_id,
        decided_at=clock.now(),
        decided_by=actor.person_id,
    )
    match.save()
    audit.record(actor, "sources.match_decided", "sources.match", match.pk, subject=person_id)
    return match
