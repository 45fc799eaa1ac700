"""Source rows behind a number: where each stood in its file, what it said, and whether it counts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Literal
from uuid import UUID

from jiyu.core.actor import Actor
from jiyu.core.models import StoredFile
from jiyu.core.policy import may
from jiyu.people.public import OrgView, scope_of
from jiyu.sources.models import EqualRow, Fact, Record
from jiyu.sources.policies import SEE_SOURCES
from jiyu.sources.records.columns import fact_columns
from jiyu.sources.runs.visibility import visible_records

RowState = Literal["counted", "superseded", "repeated", "replaced", "summed"]
IDS_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class RecordRow:
    """One row of a source file as an explanation shows it.

    `row` is the row number in the file (0: none); `values` are millionths by measure id; `state` counted,
    superseded (a later file says otherwise), repeated (the same row again, not counted), replaced (a later
    row of the file holds) or summed (part of the counted row above it).
    """

    record_id: int
    key: str
    rev: int
    source_code: str
    source_label: str
    file_name: str
    sheet: str
    row: int
    run_id: UUID
    applied_at: datetime
    subject: UUID | None
    occurred_at: datetime | None
    business_day: date
    raw: Mapping[str, str]
    dimensions: Mapping[str, str]
    values: Mapping[int, int] = field(default_factory=dict)
    state: RowState = "counted"


def record_rows(
    *,
    actor: Actor,
    known_at: datetime,
    record_ids: Collection[int] | None = None,
    measure_ids: Collection[int] = (),
    subjects: Collection[UUID] | None = None,
    first: date = date.min,
    end: date = date.max,
    org: OrgView | None = None,
) -> list[RecordRow]:
    """The rows of some records, or of some measures, subjects and days `[first, end)`, in time order.

    Rows that share a counted row's key stand right after it. Rows about persons the actor may not see are
    left out; who may see the sources sees all.
    """
    if record_ids is None:
        table = fact_columns(measure_ids=measure_ids, first=first, end=end, known_at=known_at, subjects=subjects)
        record_ids = set(table["record"].to_pylist())
    records = _records(record_ids)
    if not may(actor, SEE_SOURCES):
        seen = scope_of(actor, org=org)
        records = [r for r in records if r.subject_kind != "person" or r.subject in seen]
    counted = set(visible_records(known_at).filter(pk__in=[r.pk for r in records]).values_list("pk", flat=True))
    return _shown(records, counted)


def keys_count(record_ids: Collection[int]) -> int:
    """How many rows of the source these records are: one and what restates it share a key, so they are one."""
    ordered, keys = sorted(record_ids), set()
    for n in range(0, len(ordered), IDS_AT_ONCE):
        keys |= set(Record.objects.filter(pk__in=ordered[n : n + IDS_AT_ONCE]).values_list("source_id", "key"))
    return len(keys)


def _records(ids: Collection[int]) -> list[Record]:
    ordered = sorted(ids)
    found: list[Record] = []
    for n in range(0, len(ordered), IDS_AT_ONCE):
        found += Record.objects.filter(pk__in=ordered[n : n + IDS_AT_ONCE]).select_related("run", "source")
    moments = {r.pk: (r.business_day, r.occurred_at.timestamp() if r.occurred_at else 0, r.pk) for r in found}
    return sorted(found, key=lambda record: moments[record.pk])


def _shown(records: list[Record], counted: set[int]) -> list[RecordRow]:
    ids = [record.pk for record in records]
    values: dict[int, dict[int, int]] = defaultdict(dict)
    for record_id, measure, value in Fact.objects.filter(record__in=ids).values_list(
        "record_id", "measure_id", "value"
    ):
        values[record_id][measure] = value
    equals: dict[int, list[EqualRow]] = defaultdict(list)
    for equal in EqualRow.objects.filter(record__in=ids).order_by("row"):
        equals[equal.record_id].append(equal)
    names = dict(
        StoredFile.objects.filter(pk__in={r.run.file for r in records if r.run.file}).values_list("pk", "name")
    )
    rows: list[RecordRow] = []
    for record in records:
        row = _row(record, names, values[record.pk], "counted" if record.pk in counted else "superseded")
        rows.append(row)
        rows += _beside(row, equals[record.pk])
    return rows


def _row(record: Record, names: dict[UUID, str], values: dict[int, int], state: RowState) -> RecordRow:
    return RecordRow(
        record_id=record.pk,
        key=record.key,
        rev=record.rev,
        source_code=record.source.code,
        source_label=record.source.label,
        file_name=names.get(record.run.file, "") if record.run.file else "",
        sheet=record.sheet,
        row=record.row,
        run_id=record.run_id,
        applied_at=record.run.applied_at or record.run.started_at,
        subject=record.subject,
        occurred_at=record.occurred_at,
        business_day=record.business_day,
        raw=record.raw or {},
        dimensions=record.dimensions,
        values=values,
        state=state,
    )


def _beside(row: RecordRow, equals: Iterable[EqualRow]) -> Iterable[RecordRow]:
    for equal in equals:
        state: RowState = equal.state  # type: ignore[assignment]  # the column holds these three words only
        yield replace(row, sheet=equal.sheet, row=equal.row, raw=equal.raw or {}, values={}, state=state)
