"""Throw-away databases: a SQLite file in a temporary folder, a PostgreSQL database of our own."""

from __future__ import annotations

import os
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

SQLITE, POSTGRESQL = "sqlite", "postgresql"
USUAL = "postgresql://postgres@127.0.0.1:5432/postgres"


def server() -> str:
    """Where PostgreSQL is: JIYU_TEST_POSTGRES_URL, or the usual place on this machine."""
    return os.environ.get("JIYU_TEST_POSTGRES_URL", USUAL)


def why_missing(database: str) -> str:
    """Why a database cannot be measured here; empty when it can."""
    if database == SQLITE:
        return ""
    import psycopg

    try:
        psycopg.connect(server(), connect_timeout=3).close()
    except psycopg.OperationalError:
        return "no PostgreSQL answers"
    return ""


@contextmanager
def environment(database: str) -> Iterator[dict[str, str]]:
    """Environment for a child process with an empty database of its own; all of it is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="jiyu-bench-") as folder:
        given = os.environ | {
            "DJANGO_SETTINGS_MODULE": "jiyu.config.settings.test",
            "JIYU_HOME": folder,
            "TMPDIR": folder,
            "JIYU_TEST_DATABASE": database,
        }
        if database == SQLITE:
            yield given
            return
        with _scratch() as url:
            yield given | {"JIYU_TEST_POSTGRES_URL": url}


@contextmanager
def _scratch() -> Iterator[str]:
    import psycopg

    name = f"jiyu_bench_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(server(), autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
        try:
            yield server().rpartition("/")[0] + "/" + name
        finally:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
