"""A database of an earlier version is taken over: nothing that was final changes, and every score replays."""

from __future__ import annotations

import gzip
import os
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import psycopg
import pytest
from django.conf import settings
from django.db import connection
from pytest_django.plugin import DjangoDbBlocker

from jiyu.config.migrating import migrate
from jiyu.core import clock, company, insert_only
from jiyu.core.actor import Actor
from jiyu.people.public import head_count, org_on, people_find
from jiyu.reviews.public import evidence, explanation, results_of
from tests.upgrade.make import CODE, STANDS_AT

HERE = Path(__file__).parent
READER = Actor.system("upgrade test")
SQLITE = sorted(HERE.glob("*.sqlite3.gz"))
POSTGRESQL = sorted(HERE.glob("*.postgresql.sql.gz"))


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, django_db_blocker: DjangoDbBlocker) -> Iterator[Path]:
    monkeypatch.setenv("JIYU_HOME", str(tmp_path))
    monkeypatch.delenv("JIYU_DATABASE_URL", raising=False)
    with django_db_blocker.unblock():
        yield tmp_path
        company.close_connections()


@pytest.mark.parametrize("kept", SQLITE, ids=[p.name for p in SQLITE])
def test_a_kept_sqlite_file_is_taken_over(kept: Path, home: Path) -> None:
    made = company.create(CODE, "留存公司", clock=STANDS_AT)
    (made.folder / "jiyu.sqlite3").write_bytes(gzip.decompress(kept.read_bytes()))
    with company.active(made):
        migrate()
        everything_still_holds()
    company.remove(made)


@pytest.mark.postgres
@pytest.mark.parametrize("kept", POSTGRESQL, ids=[p.name for p in POSTGRESQL])
def test_a_kept_postgresql_dump_is_taken_over(kept: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    address = os.environ.get("JIYU_TEST_POSTGRES_URL") or settings.POSTGRES_URL
    try:
        server = psycopg.connect(address, autocommit=True, connect_timeout=3)
    except psycopg.OperationalError:
        pytest.skip("PostgreSQL: no server answers")
    name = f"jiyu_upgrade_{uuid4().hex[:8]}"
    url = urlunsplit(urlsplit(address)._replace(path=f"/{name}"))
    with server:
        server.execute(f'CREATE DATABASE "{name}"')
        try:
            script = gzip.decompress(kept.read_bytes()).decode()
            with psycopg.connect(url, autocommit=True) as restored:
                # Lines of psql itself (\restrict) are not SQL.
                restored.execute("\n".join(line for line in script.splitlines() if not line.startswith("\\")))  # type: ignore[arg-type]
            monkeypatch.setenv("JIYU_DATABASE_URL", url)
            made = company.create(CODE, "留存公司", clock=STANDS_AT)
            with company.active(made):
                migrate()
                everything_still_holds()
            company.remove(made)
        finally:
            server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def everything_still_holds() -> None:
    """The people, the final result to the last figure, the late row, the guards."""
    now = clock.now()
    assert insert_only.missing(connection) == []
    org = org_on(on=date(2026, 3, 31), known_at=now)
    assert org.root is not None
    assert head_count(unit_id=org.root.id, on=date(2026, 3, 31), known_at=now) == 3
    (lin,) = people_find(employee_no="000317", on=date(2026, 4, 8), known_at=now)
    (head,) = results_of(actor=READER, subject=lin.id)
    told, _head = explanation(actor=READER, result_id=head.result_id)
    # 260/280 = 92.857 % × 60 % + 100 × 40 %
    assert (told.score, told.grade, told.sum) == ("95.71", "A", "55.71429 + 40 = 95.71429")
    assert told.is_replayed
    assert evidence(actor=READER, told=told, head=head).late_rows == 1
