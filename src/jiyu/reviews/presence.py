"""How much of a cycle somebody was employed: newcomers and leavers with too little of it get no grade (RULES)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from uuid import UUID

from jiyu.core.recorded import known
from jiyu.people.models import Employment


def days_employed(*, subjects: Collection[UUID], first: date, end: date, known_at: datetime) -> dict[UUID, int]:
    """Calendar days of `[first, end)` in a spell of employment, as known at `known_at`; 0 for nobody employed."""
    days = dict.fromkeys(subjects, 0)
    spells = Employment.objects.filter(known(known_at), person_id__in=list(subjects))
    for person, hired, left in spells.values_list("person_id", "hired_on", "left_on"):
        start, stop = max(hired or first, first), min(left or end, end)
        days[person] += max(0, (stop - start).days)
    return days
