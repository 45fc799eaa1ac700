"""Records themselves in columns: for counting, and for choosing by their words (a ticket's kind, a shift)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime
from uuid import UUID

import pyarrow as pa
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import CharField, F, Func, Value
from django.db.models.sql.compiler import SQLCompiler

from jiyu.core.columns import Among, columns_of
from jiyu.core.reads import remembered
from jiyu.sources.runs.visibility import visible_records

SCHEMA = pa.schema([("subject", pa.string()), ("day", pa.date32()), ("record", pa.int64())])


class DimensionText(Func):
    """The text of one dimension of a record.

    Django's own key lookup writes a Chinese key as `\\u9879` into SQLite's path, which then finds nothing.
    """

    output_field = CharField()

    def __init__(self, dimension: str) -> None:
        super().__init__(F("dimensions"), Value(dimension))

    def as_sqlite(  # type: ignore[override]
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **extra: object
    ) -> tuple[str, list[object]]:
        """JSON_EXTRACT with a quoted path."""
        column, parameters = compiler.compile(self.source_expressions[0])
        path = '$."' + str(self.source_expressions[1].value).replace('"', '\\"') + '"'  # type: ignore[attr-defined]
        return f"JSON_EXTRACT({column}, %s)", [*parameters, path]

    def as_postgresql(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **extra: object
    ) -> tuple[str, list[object]]:
        """The ->> operator."""
        column, parameters = compiler.compile(self.source_expressions[0])
        key = self.source_expressions[1].value  # type: ignore[attr-defined]
        return f"({column} ->> %s)", [*parameters, key]


@remembered
def record_columns(
    *,
    source_code: str,
    first: date,
    end: date,
    known_at: datetime,
    subjects: Collection[UUID] | None = None,
    where: Mapping[str, Collection[str]] | None = None,
    bulk: bool = False,
) -> pa.Table:
    """Visible records of a source on the days `[first, end)`: subject (32 hex digits), day, record id; in no order.

    `where` keeps those whose dimension has one of the values. `subjects` None means everybody. `bulk`: see
    `columns_of`.
    """
    rows = visible_records(known_at).filter(
        source__code=source_code, business_day__gte=first, business_day__lt=end, subject__isnull=False
    )
    for number, (dimension, values) in enumerate((where or {}).items()):
        name = f"dimension_{number}"
        rows = rows.annotate(**{name: DimensionText(dimension)}).filter(**{f"{name}__in": list(values)})
    if subjects is not None:
        rows = rows.filter(Among("subject", subjects))
    return columns_of(rows, ("subject", "business_day", "id"), bulk=bulk).rename_columns(SCHEMA.names)
