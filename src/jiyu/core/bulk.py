"""Bulk rows into a table: COPY on PostgreSQL, executemany on SQLite; never one ORM object per row."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from django.db import connection, models

_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def bulk_write(model: type[models.Model], fields: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Insert `rows` of values for `fields` (in that order, already encoded) into the table of `model`."""
    columns = ", ".join(f'"{model._meta.get_field(name).column}"' for name in fields)  # type: ignore[union-attr]
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f'COPY "{table}" ({columns}) FROM STDIN') as copy:
                for row in rows:
                    copy.write_row(row)
        else:
            marks = ", ".join(["%s"] * len(fields))
            insert = f'INSERT INTO "{table}" ({columns}) VALUES ({marks})'  # noqa: S608 - model names
            cursor.executemany(insert, rows)  # type: ignore[arg-type]  # the stubs do not know iterators


def moment_encoder() -> Any:
    """How this database takes an aware moment in a raw statement: a function of datetime or None."""
    if connection.vendor == "postgresql":
        return lambda moment: moment
    return _sqlite_moment


def json_text(value: Any) -> str | None:
    """JSON as both databases take it in a raw statement."""
    return None if value is None else _encode(value)


def _sqlite_moment(moment: datetime | None) -> str | None:
    return None if moment is None else str(moment.astimezone(UTC).replace(tzinfo=None))
