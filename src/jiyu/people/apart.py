"""No two at a time: a database trigger refuses a second believed row on the same day (DESIGN §5).

A constraint cannot say it on both databases, and Django's SQLite table rebuild drops triggers silently: they
are (re)installed after every migrate, as those of insert-only tables are, and `missing` is checked at start.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from django.db.backends.base.base import BaseDatabaseWrapper

from jiyu.core.recorded import Dated
from jiyu.people.models import Assignment, Identity, Line, UnitState

_STRANDS: Final[dict[type[Dated], tuple[str, ...]]] = {
    Assignment: (
        "{row}.person_id",
        "CASE WHEN {row}.role = 'primary' THEN '' ELSE CAST({row}.id AS text) END",
    ),
    Line: ("{row}.person_id", "CASE WHEN {row}.kind IN ('solid', 'none') THEN 'leading' ELSE {row}.kind END"),
    UnitState: ("{row}.unit_id",),
    Identity: ("{row}.kind", "{row}.value"),
}
"""What may hold only once on a day, as SQL over a row. Posts beside the primary one may overlap."""


def install(connection: BaseDatabaseWrapper) -> None:
    """Create (or renew) the triggers of the tables that exist in this database."""
    tables = set(connection.introspection.table_names())
    with connection.cursor() as cursor:
        for model, strand in _STRANDS.items():
            if model._meta.db_table in tables:
                for statement in _statements(model._meta.db_table, strand, connection.vendor):
                    cursor.execute(statement)


def missing(connection: BaseDatabaseWrapper) -> list[str]:
    """Tables of people without their trigger: checked when the program starts."""
    query = (
        "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        if connection.vendor == "sqlite"
        else "SELECT tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid"
        " JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = ANY(current_schemas(false))"
    )
    with connection.cursor() as cursor:
        cursor.execute(query)
        present = {row[0] for row in cursor.fetchall()}
    return [model._meta.db_table for model in _STRANDS if _name(model._meta.db_table) not in present]


def _name(table: str) -> str:
    return f"apart_{table}"


def _statements(table: str, strand: tuple[str, ...], vendor: str) -> Iterable[str]:
    name = _name(table)
    same = " AND ".join(f"{key.format(row='o')} = {key.format(row='new')}" for key in strand)
    refused = (
        "new.superseded_at IS NULL AND (new.to_on <= new.from_on OR EXISTS ("  # noqa: S608 - table names of our own
        f'SELECT 1 FROM "{table}" o WHERE {same} AND o.superseded_at IS NULL'
        " AND (o.to_on IS NULL OR o.to_on > new.from_on) AND (new.to_on IS NULL OR o.from_on < new.to_on)))"
    )
    if vendor == "sqlite":
        yield f'DROP TRIGGER IF EXISTS "{name}"'
        yield (
            f'CREATE TRIGGER "{name}" BEFORE INSERT ON "{table}" WHEN {refused}'
            f" BEGIN SELECT RAISE(ABORT, 'two at a time: {table}'); END"
        )
        return
    yield (
        f"CREATE OR REPLACE FUNCTION jiyu_{name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        f" IF {refused} THEN RAISE EXCEPTION 'two at a time: %', TG_TABLE_NAME; END IF; RETURN new; END $$"
    )
    yield f'DROP TRIGGER IF EXISTS "{name}" ON "{table}"'
    yield f'CREATE TRIGGER "{name}" BEFORE INSERT ON "{table}" FOR EACH ROW EXECUTE FUNCTION jiyu_{name}()'
