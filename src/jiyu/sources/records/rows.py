"""Source rows behind a number: where each stood in its file, what it said, and whether it counts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from django.db.models import Exists, OuterRef, Subquery

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
    records = _records(record_ids, known_at)
    others = {r.subject for r in records if r.subject_kind == "person"} - {actor.person_id}
    if others and not may(actor, SEE_SOURCES):  # one's own rows need no look at the organisation
        seen = scope_of(actor, org=org)
        records = [r for r in records if r.subject_kind != "person" or r.subject in seen]
    return _shown(records)


def keys_count(record_ids: Collection[int]) -> int:
    """How many rows of the source these records are: one and what restates it share a key, so they are one."""
    ordered, keys = sorted(record_ids), set()
    for n in range(0, len(ordered), IDS_AT_ONCE):
        keys |= set(Record.objects.filter(pk__in=ordered[n : n + IDS_AT_ONCE]).values_list("source_id", "key"))
    return len(keys)


def _records(ids: Collection[int], known_at: datetime) -> list[Record]:
    """The records in time order, each with `is_counted` and the `file_name` of its run."""
    ordered = sorted(ids)
    counted = Exists(visible_records(known_at).filter(pk=OuterRef("pk")))
    file_name = Subquery(StoredFile.objects.filter(pk=OuterRef("run__file")).values("name")[:1])
    found: list[Record] = []
    for n in range(0, len(ordered), IDS_AT_ONCE):
        rows = Record.objects.filter(pk__in=ordered[n : n + IDS_AT_ONCE]).select_related("run", "source")
        found += rows.annotate(is_counted=counted, file_name=file_name)
    moments = {r.pk: (r.business_day, r.occurred_at.timestamp() if r.occurred_at else 0, r.pk) for r in found}
    return sorted(found, key=lambda record: moments[record.pk])


def _shown(records: list[Record]) -> list[RecordRow]:
    ids = [record.pk for record in records]
    values: dict[int, dict[int, int]] = defaultdict(dict)
    for record_id, measure, value in Fact.objects.filter(record__in=ids).values_list(
        "record_id", "measure_id", "value"
    ):
        values[record_id][measure] = value
    equals: dict[int, list[EqualRow]] = defaultdict(list)
    for equal in EqualRow.objects.filter(record__in=ids).order_by("row"):
        equals[equal.record_id].append(equal)
    rows: list[RecordRow] = []
    for record in records:
        row = _row(record, values[record.pk])
        rows.append(row)
        rows += _beside(row, equals[record.pk])
    return rows


def _row(record: Any, values: dict[int, int]) -> RecordRow:
    return RecordRow(
        record_id=record.pk,
        key=record.key,
        rev=record.rev,
        source_code=record.source.code,
        source_label=record.source.label,
        file_name=record.file_name or "",
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
        state="counted" if record.is_counted else "superseded",
    )


def _beside(row: RecordRow, equals: Iterable[EqualRow]) -> Iterable[RecordRow]:
    for equal in equals:
        state: RowState = equal.state  # type: ignore[assignment]  # the column holds these three words only
        yield replace(row, sheet=equal.sheet, row=equal.row, raw=equal.raw or {}, values={}, state=state)
