"""How much of a cycle somebody was employed: newcomers and leavers with too little of it get no grade (RULES)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from uuid import UUID

import numpy as np

from jiyu.core.columns import Among, columns_of
from jiyu.core.recorded import known
from jiyu.people.models import Employment


def days_employed(*, subjects: Collection[UUID], first: date, end: date, known_at: datetime) -> dict[str, int]:
    """Calendar days of `[first, end)` in a spell of employment, as known at `known_at`, by person (32 hex digits);
    nobody who was never employed is in it."""
    spells = Employment.objects.filter(known(known_at), Among("person", subjects))
    table = columns_of(spells, ("person", "hired_on", "left_on"))
    start = np.maximum(table["hired_on"].fill_null(first).to_numpy(), np.datetime64(first))
    stop = np.minimum(table["left_on"].fill_null(end).to_numpy(), np.datetime64(end))
    lengths = np.maximum((stop - start).astype("timedelta64[D]").astype(np.int64), 0)
    days: dict[str, int] = {}
    for person, length in zip(table["person"].to_pylist(), lengths.tolist(), strict=True):
        days[person] = days.get(person, 0) + length
    return days
