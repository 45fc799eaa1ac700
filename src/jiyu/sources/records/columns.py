"""Facts in columns, as metrics read them: one statement, visible facts only."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from uuid import UUID

import pyarrow as pa

from jiyu.core.columns import Among, columns_of
from jiyu.core.reads import remembered
from jiyu.sources.runs.visibility import visible_facts

SCHEMA = pa.schema(
    [
        ("measure", pa.int32()),
        ("subject", pa.string()),
        ("day", pa.date32()),
        ("value", pa.int64()),
        ("record", pa.int64()),
    ]
)


@remembered
def fact_columns(
    *,
    measure_ids: Collection[int],
    first: date,
    end: date,
    known_at: datetime,
    subjects: Collection[UUID] | None = None,
    bulk: bool = False,
) -> pa.Table:
    """The facts of some measures on the days `[first, end)`, as known at `known_at`, in no order.

    Columns: measure int32; subject string, 32 hex digits (`UUID.hex`); day date32; value int64, millionths
    of the measure's unit; record int64. `subjects` None means everybody. `bulk`: see `columns_of`.
    """
    if not measure_ids or (subjects is not None and not subjects):
        return SCHEMA.empty_table()
    rows = visible_facts(known_at).filter(measure__in=sorted(measure_ids), day__gte=first, day__lt=end)
    if subjects is not None:
        rows = rows.filter(Among("subject", subjects))
    return columns_of(rows, SCHEMA.names, bulk=bulk).cast(SCHEMA)
