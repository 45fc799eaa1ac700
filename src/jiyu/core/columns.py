"""Rows of a queryset as columns, past the ORM's objects (ADR 2): by ADBC from PostgreSQL, else by Django's cursor."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Sequence
from typing import Any
from urllib.parse import quote
from uuid import UUID

import pyarrow as pa
from django.core.exceptions import EmptyResultSet
from django.db import connection, models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import BooleanField, F, Func, TextField
from django.db.models.functions import Cast
from django.db.models.sql.compiler import SQLCompiler

# Rows that are Python objects at the same time. More are slower: with 50,000 the garbage collector walks them again and
# again, and reading a million facts takes more than twice as long.
ROWS_AT_ONCE = 500


class Among(Func):
    """The condition that a UUID column is one of `ids`: a single parameter, however many they are."""

    output_field = BooleanField()

    def __init__(self, column: str, ids: Collection[UUID]) -> None:
        super().__init__(F(column))
        self.ids = list(ids)

    def as_sqlite(  # type: ignore[override]
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **extra: object
    ) -> tuple[str, list[object]]:
        """A list in JSON."""
        column, parameters = self._column(compiler)
        chosen = json.dumps([i.hex for i in self.ids])
        return f"{column} IN (SELECT value FROM json_each(%s))", [*parameters, chosen]  # noqa: S608 - a compiled column

    def as_postgresql(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **extra: object
    ) -> tuple[str, list[object]]:
        """An array: the planner sees how many they are and takes the index for few, the table for many."""
        column, parameters = self._column(compiler)
        return f"{column} = ANY(%s::uuid[])", [*parameters, self.ids]

    def _column(self, compiler: SQLCompiler) -> tuple[str, list[object]]:
        if not self.ids:
            raise EmptyResultSet  # nothing is asked
        column, parameters = compiler.compile(self.source_expressions[0])
        return column, list(parameters)


def columns_of(rows: models.QuerySet[Any], names: Sequence[str], *, bulk: bool = False) -> pa.Table:
    """The fields `names` of `rows` as columns of these names, in the order of the queryset.

    UUIDs are strings of 32 hex digits, days date32, booleans bool, whole numbers int64, everything else a string.
    `bulk` reads past Django on PostgreSQL, outside a transaction: three to five times as fast for hundreds of thousands
    of rows, slower below some twenty thousand (a connection of its own takes 50 ms).
    """
    fields = [_stored(rows.model._meta.get_field(name)) for name in names]
    schema = pa.schema([(name, _type(field)) for name, field in zip(names, fields, strict=True)])
    asked = rows.values_list(*(_asked(name, field) for name, field in zip(names, fields, strict=True)))
    try:
        sql, parameters = asked.query.sql_with_params()
    except EmptyResultSet:
        return schema.empty_table()
    door = second_door() if bulk else None
    if door is not None:
        return _by_adbc(door, sql, parameters, schema)
    return pa.Table.from_batches(_by_cursor(sql, parameters, schema), schema)


def second_door() -> str | None:
    """Where ADBC finds this company's database; None inside a transaction (it would not see it) and on SQLite.

    ADBC brings a SQLite of its own. Two copies of that library in one process undo each other's file locks: when the
    second closes, it takes itself for the last, deletes the write-ahead log, and what Django writes from then on is
    lost (sqlite.org/howtocorrupt.html, 2.2.1).
    """
    if connection.in_atomic_block or connection.vendor == "sqlite":
        return None
    settings = connection.settings_dict
    host, port = settings["HOST"] or "localhost", settings["PORT"] or "5432"
    sign_in = quote(settings["USER"] or "", safe="")
    if settings["PASSWORD"]:
        sign_in += ":" + quote(settings["PASSWORD"], safe="")
    options = settings.get("OPTIONS", {}).get("options")
    query = f"?options={quote(options, safe='')}" if options else ""
    return f"postgresql://{sign_in}@{host}:{port}/{quote(str(settings['NAME']), safe='')}{query}"


def _stored(field: Any) -> Any:
    return field.target_field if isinstance(field, models.ForeignKey) else field


def _type(field: Any) -> pa.DataType:
    if isinstance(field, models.DateField):
        return pa.date32()
    if isinstance(field, models.BooleanField):
        return pa.bool_()
    return pa.int64() if isinstance(field, models.IntegerField) else pa.string()


def _asked(name: str, field: Any) -> Any:
    """SQLite's days as the text they are: Django would have each parsed in Python."""
    if connection.vendor == "sqlite" and isinstance(field, models.DateField):
        return Cast(name, TextField())
    return name


def _by_cursor(sql: str, parameters: Sequence[Any], schema: pa.Schema) -> Iterator[pa.RecordBatch]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        while rows := cursor.fetchmany(ROWS_AT_ONCE):
            columns = zip(zip(*rows, strict=True), schema.types, strict=True)
            yield pa.RecordBatch.from_arrays([_array(values, wanted) for values, wanted in columns], schema=schema)


def _array(values: Sequence[Any], wanted: pa.DataType) -> pa.Array:
    if wanted == pa.date32() and connection.vendor == "sqlite":
        return pa.array(values, pa.string()).cast(wanted)
    if wanted == pa.string() and connection.vendor == "postgresql":
        values = [v.hex if isinstance(v, UUID) else v for v in values]
    return pa.array(values, wanted)


def _by_adbc(door: str, sql: str, parameters: Sequence[Any], schema: pa.Schema) -> pa.Table:
    import adbc_driver_postgresql.dbapi as driver

    with connection.cursor() as cursor:
        statement = cursor.mogrify(sql, parameters)  # psycopg's, behind Django's
    with driver.connect(door) as opened, opened.cursor() as cursor:
        cursor.execute(statement)
        table = cursor.fetch_arrow_table()
    columns = [
        _plain(column.combine_chunks(), wanted) for column, wanted in zip(table.columns, schema.types, strict=True)
    ]
    return pa.Table.from_arrays(columns, schema=schema)


def _plain(column: pa.Array, wanted: pa.DataType) -> pa.Array:
    """A column of ADBC in the promised type; UUIDs come as bytes, most of them many times."""
    if not isinstance(column.type, pa.UuidType):
        return column.cast(wanted)
    encoded = column.storage.dictionary_encode()
    return pa.array([v.hex() for v in encoded.dictionary.to_pylist()], wanted).take(encoded.indices)
