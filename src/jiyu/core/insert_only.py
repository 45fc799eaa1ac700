"""Tables that only grow: what was once true stays readable (DESIGN §2, §6; MODEL '@').

Three fences stand around such a table: the model refuses, its queryset refuses, and a database trigger
refuses what goes round both. Django's SQLite table rebuild drops triggers silently, so they are (re)installed
after every migrate and checked when the program starts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any, ClassVar, TypeVar

from django.apps import apps
from django.db import connection, models
from django.db.backends.base.base import BaseDatabaseWrapper

M = TypeVar("M", bound=models.Model)


class InsertOnlyError(Exception):
    """Code tried to change or delete a row of an insert-only table: a fault of the program, never of a
    user."""


class InsertOnlyQuerySet(models.QuerySet[M]):
    """A queryset that can set the set-once and erasable columns, and nothing else."""

    def update(self, **values: Any) -> int:
        model: Any = self.model
        allowed = {*model.set_once, *model.erasable}
        if not set(values) <= allowed:
            raise InsertOnlyError(f"{model.__name__}: {sorted(set(values) - allowed)} never change")
        return super().update(**values)

    def delete(self) -> tuple[int, dict[str, int]]:
        raise InsertOnlyError(f"{self.model.__name__}: rows are never deleted")


class InsertOnly(models.Model):
    """Base of insert-only tables. `set_once` columns may go from NULL to a value; `erasable` ones to NULL or
    ''."""

    set_once: ClassVar[tuple[str, ...]] = ()
    erasable: ClassVar[tuple[str, ...]] = ()

    objects = InsertOnlyQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise InsertOnlyError(f"{type(self).__name__}: a row is written once")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise InsertOnlyError(f"{type(self).__name__}: rows are never deleted")


def guarded_models() -> list[type[InsertOnly]]:
    """Every concrete insert-only model of the product."""
    return [m for m in apps.get_models() if issubclass(m, InsertOnly)]


def install(connection: BaseDatabaseWrapper) -> None:
    """Create (or renew) the triggers of every insert-only table that exists in this database."""
    tables = set(connection.introspection.table_names())
    with connection.cursor() as cursor:
        for model in guarded_models():
            if model._meta.db_table in tables:
                for statement in _statements(model, connection.vendor):
                    cursor.execute(statement)


def missing(connection: BaseDatabaseWrapper) -> list[str]:
    """Insert-only tables without their triggers: checked when the program starts."""
    query = (
        "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        if connection.vendor == "sqlite"
        else "SELECT DISTINCT tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid"
        " JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = ANY(current_schemas(false))"
    )
    with connection.cursor() as cursor:
        cursor.execute(query)
        present = {row[0] for row in cursor.fetchall()}
    tables = [m._meta.db_table for m in guarded_models()]
    return [t for t in tables if not {_name(t, "update"), _name(t, "delete")} <= present]


@contextmanager
def lifted() -> Iterator[None]:
    """Without triggers within the block: for tests that flush and for emptying a whole company, nothing
    else."""
    tables = [m._meta.db_table for m in guarded_models()]
    with connection.cursor() as cursor:
        for table in tables:
            for event in ("update", "delete"):
                on = f' ON "{table}"' if connection.vendor == "postgresql" else ""
                cursor.execute(f'DROP TRIGGER IF EXISTS "{_name(table, event)}"{on}')
    try:
        yield
    finally:
        install(connection)


def _name(table: str, event: str) -> str:
    return f"keep_{event}_{table}"


def _statements(model: type[InsertOnly], vendor: str) -> Iterable[str]:
    table = model._meta.db_table
    columns = {f.name: f.column for f in model._meta.local_concrete_fields}
    once = [columns[name] for name in model.set_once]
    erasable = [columns[name] for name in model.erasable]
    fixed = [c for c in columns.values() if c not in once and c not in erasable]
    same = "IS" if vendor == "sqlite" else "IS NOT DISTINCT FROM"
    kept = [f'old."{c}" {same} new."{c}"' for c in fixed]
    kept += [f'(old."{c}" IS NULL OR old."{c}" {same} new."{c}")' for c in once]
    cast = "" if vendor == "sqlite" else "::text"
    kept += [
        f"""(new."{c}" IS NULL OR new."{c}"{cast} IN ('', '{{}}', 'null') OR old."{c}" {same} new."{c}")"""
        for c in erasable
    ]
    condition = " AND ".join(kept)
    if vendor == "sqlite":
        yield f'DROP TRIGGER IF EXISTS "{_name(table, "update")}"'
        yield (
            f'CREATE TRIGGER "{_name(table, "update")}" BEFORE UPDATE ON "{table}" WHEN NOT ({condition})'
            f" BEGIN SELECT RAISE(ABORT, 'insert-only: {table}'); END"
        )
        yield f'DROP TRIGGER IF EXISTS "{_name(table, "delete")}"'
        yield (
            f'CREATE TRIGGER "{_name(table, "delete")}" BEFORE DELETE ON "{table}"'
            f" BEGIN SELECT RAISE(ABORT, 'insert-only: {table}'); END"
        )
        return
    yield (
        "CREATE OR REPLACE FUNCTION jiyu_keep() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN RAISE EXCEPTION 'insert-only: %', TG_TABLE_NAME; END $$"
    )
    yield f'DROP TRIGGER IF EXISTS "{_name(table, "update")}" ON "{table}"'
    yield (
        f'CREATE TRIGGER "{_name(table, "update")}" BEFORE UPDATE ON "{table}" FOR EACH ROW'
        f" WHEN (NOT ({condition})) EXECUTE FUNCTION jiyu_keep()"
    )
    yield f'DROP TRIGGER IF EXISTS "{_name(table, "delete")}" ON "{table}"'
    yield (
        f'CREATE TRIGGER "{_name(table, "delete")}" BEFORE DELETE ON "{table}" FOR EACH ROW'
        " EXECUTE FUNCTION jiyu_keep()"
    )
