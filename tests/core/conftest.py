"""Two real companies (SQLite files, or PostgreSQL schemas) with real commits, and a bare WSGI client."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import psycopg
import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.models import Model
from django.test import override_settings
from psycopg import sql
from pytest_django.plugin import DjangoDbBlocker

from jiyu.config.wsgi import make_application
from jiyu.core import company, insert_only
from jiyu.core.company import Company
from jiyu.core.models import AuditEntry, IdempotencyKey, Job, StoredFile
from tests.core.browser import Browser


@dataclass(frozen=True)
class Deployment:
    """A data folder with two companies in it."""

    home: Path
    database_url: str  # empty: SQLite
    north: Company
    south: Company

    @property
    def environment(self) -> dict[str, str]:
        """What a program of this deployment finds in its environment."""
        url = {"JIYU_DATABASE_URL": self.database_url} if self.database_url else {}
        return {"JIYU_HOME": str(self.home), **url}


@pytest.fixture(scope="session")
def deployment_once(
    tmp_path_factory: pytest.TempPathFactory, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[Deployment]:
    """Made once: migrating two companies takes seconds."""
    home = tmp_path_factory.mktemp("deployment")
    with pytest.MonkeyPatch.context() as patch, django_db_blocker.unblock(), _database() as url:
        patch.setenv("JIYU_HOME", str(home))
        if url:
            patch.setenv("JIYU_DATABASE_URL", url)
        north, south = (migrated(f"{name}-{uuid4().hex[:8]}") for name in ("north", "south"))
        yield Deployment(home, url, north, south)
        company.close_connections()


@pytest.fixture
def deployment(
    deployment_once: Deployment, monkeypatch: pytest.MonkeyPatch, django_db_blocker: DjangoDbBlocker
) -> Iterator[Deployment]:
    """The deployment with both companies empty. Nothing is rolled back: what is written stays written."""
    for name, value in deployment_once.environment.items():
        monkeypatch.setenv(name, value)
    with django_db_blocker.unblock():
        for here in (deployment_once.north, deployment_once.south):
            with company.active(here):
                _empty(Job, IdempotencyKey, AuditEntry, StoredFile)
        yield deployment_once


@pytest.fixture
def north(deployment: Deployment) -> Iterator[Company]:
    """The company "north", active."""
    with company.active(deployment.north) as here:
        yield here


def migrated(code: str, prefix: str | None = None) -> Company:
    """A new company with all its tables."""
    made = company.create(code, code.title(), prefix=prefix)
    with company.active(made):
        call_command("migrate", verbosity=0)
    return made


def _empty(*models: type[Model]) -> None:
    if connection.vendor == "postgresql":  # its row triggers do not see a TRUNCATE
        with connection.cursor() as cursor:
            cursor.execute("TRUNCATE " + ", ".join(m._meta.db_table for m in models))
        return
    with insert_only.lifted():
        for model in models:
            model._base_manager.all()._raw_delete("default")


@contextmanager
def _database() -> Iterator[str]:
    """The URL of a PostgreSQL database of our own, for the companies' schemas; empty on SQLite."""
    if os.environ.get("JIYU_TEST_DATABASE") != "postgresql":
        yield ""
        return
    name = f"test_companies_{uuid4().hex[:8]}"
    quoted = sql.Identifier(name)
    with psycopg.connect(settings.POSTGRES_URL, autocommit=True) as server:
        server.execute(sql.SQL("CREATE DATABASE {}").format(quoted))
        try:
            yield urlunsplit(urlsplit(settings.POSTGRES_URL)._replace(path=f"/{name}"))
        finally:
            server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(quoted))


@pytest.fixture
def browser(deployment: Deployment) -> Iterator[Browser]:
    """A browser in front of the real WSGI application with the kernel's test pages."""
    with override_settings(ROOT_URLCONF="tests.core.kernel_urls"):
        yield Browser(make_application())


@pytest.fixture
def whole_site(deployment: Deployment) -> Iterator[Company]:
    """A company without a prefix, for one test."""
    made = migrated(f"whole-{uuid4().hex[:8]}", prefix="")
    yield made
    (made.folder / "company.json").unlink()
