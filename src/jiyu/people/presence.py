"""From when to when persons were with the company."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from uuid import UUID

from jiyu.core.columns import Among
from jiyu.core.recorded import known
from jiyu.people.models import Employment


def first_days(*, persons: Collection[UUID], first: date, end: date, known_at: datetime) -> dict[UUID, date]:
    """The first day of `[first, end)` on which each person was employed, as known at `known_at`; somebody who was not
    there on any of them is absent."""
    rows = Employment.objects.filter(known(known_at), Among("person", persons)).values_list(
        "person", "hired_on", "left_on"
    )
    found: dict[UUID, date] = {}
    for person, hired_on, left_on in rows:
        day = max(hired_on or first, first)
        if day < end and (left_on is None or left_on > day):
            found[person] = min(day, found.get(person, day))
    return found
