"""Which company this thread works for, and where its data lies (DESIGN §11).

One company is one SQLite file or one PostgreSQL schema. While a company is active in a thread, its connection
*is* Django's `default` connection there, so no query ever has to name a database. Outside, `default` is
Django's dummy back end: a query without a company fails instead of reading somebody's data."""

from __future__ import annotations

import json
import os
import re
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.utils import load_backend
from django.utils.translation import gettext as _

CODE_PATTERN = re.compile(r"[a-z][a-z0-9-]{0,30}")
DEFAULT_ZONE = "Asia/Shanghai"


@dataclass(frozen=True)
class Company:
    """A company of this deployment. `code` and `prefix` are fixed when it is made: printed QR codes live
    on."""

    code: str
    name: str
    prefix: str
    database: str  # "sqlite" or "postgresql"
    created_at: str
    demo: bool = False
    clock: str | None = None  # ISO moment at which the clock stands
    time_zone: str = DEFAULT_ZONE

    @property
    def clock_fixed_at(self) -> datetime | None:
        """The moment at which this company's clock stands, or None for the real clock."""
        return datetime.fromisoformat(self.clock).astimezone(UTC) if self.clock else None

    @property
    def made_at(self) -> datetime:
        """When it was made, by the real clock."""
        return datetime.fromisoformat(self.created_at)

    @property
    def folder(self) -> Path:
        """Where its files (and its SQLite database) lie."""
        return home() / "companies" / self.code

    @property
    def schema(self) -> str:
        """The PostgreSQL schema that holds it."""
        return "jiyu_" + self.code.replace("-", "_")


class CompanyError(Exception):
    """No such company, or one that cannot be made (code taken or malformed). The message and `fix`, what to do
    about it, are for the terminal, in its language."""

    def __init__(self, message: str, fix: str = "") -> None:
        super().__init__(message)
        self.fix = fix


_current: ContextVar[Company | None] = ContextVar("jiyu_company", default=None)
_per_thread = threading.local()


def home() -> Path:
    """The data folder of this deployment: `JIYU_HOME`, or `var` below the working folder."""
    return Path(os.environ.get("JIYU_HOME") or "var").resolve()


def current_or_none() -> Company | None:
    """The company active in this context, if any."""
    return _current.get()


def current() -> Company:
    """The company active in this context; raises `CompanyError` outside one."""
    here = _current.get()
    if here is None:
        raise CompanyError("no company is active here")
    return here


def find(code: str) -> Company:
    """The company called `code`; raises `CompanyError`."""
    path = home() / "companies" / code / "company.json"
    if not CODE_PATTERN.fullmatch(code) or not path.is_file():
        raise CompanyError(_("没有公司“%(code)s”") % {"code": code}, _("jiyu company list 看有哪些公司"))
    return Company(**json.loads(path.read_text("utf-8")))


def all_companies() -> list[Company]:
    """Every company of this deployment, by code."""
    folder = home() / "companies"
    codes = sorted(p.parent.name for p in folder.glob("*/company.json")) if folder.is_dir() else []
    return [find(code) for code in codes]


def create(code: str, name: str, *, prefix: str | None = None, demo: bool = False, clock: str | None = None) -> Company:
    """Register a company and its empty database place. Migrating it is the caller's next step."""
    if not CODE_PATTERN.fullmatch(code):
        raise CompanyError(
            _("“%(code)s”不能当公司代码") % {"code": code}, _("用小写字母开头，只含小写字母 a-z、数字和 -，最多 31 个")
        )
    if not name.strip():
        raise CompanyError(_("公司还没有名字"), _("加 --name 名字"))
    folder = home() / "companies" / code
    if (folder / "company.json").exists():
        raise CompanyError(_("公司代码“%(code)s”已经有了") % {"code": code}, _("换一个代码"))
    made = Company(
        code=code,
        name=name,
        prefix=f"/c/{code}" if prefix is None else prefix,
        database="postgresql" if os.environ.get("JIYU_DATABASE_URL") else "sqlite",
        created_at=datetime.now(UTC).isoformat(timespec="seconds"),
        demo=demo,
        clock=clock,
    )
    folder.mkdir(parents=True, mode=0o700)
    if made.database == "postgresql":
        _create_schema(made)
    part = folder / "company.json.part"
    part.write_text(json.dumps(asdict(made), ensure_ascii=False, indent=1), "utf-8")
    part.replace(folder / "company.json")
    return made


def remove(company: Company) -> None:
    """Take a company away with all its data: a demo that was not finished, or emptying by its owner."""
    if company.database == "postgresql":
        import psycopg

        with psycopg.connect(os.environ["JIYU_DATABASE_URL"], autocommit=True) as connection:
            schema = psycopg.sql.Identifier(company.schema)
            connection.execute(psycopg.sql.SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(schema))
    cached = vars(_per_thread).get("open", {}).pop(_key(company), None)
    if cached is not None:
        cached.close()
    shutil.rmtree(company.folder)


@contextmanager
def active(company: Company) -> Iterator[Company]:
    """Work for `company` within the block: its connection becomes `default` in this thread."""
    before = connections["default"]
    token = _current.set(company)
    connections["default"] = _connection_of(company)
    try:
        yield company
    finally:
        connections["default"] = before
        _current.reset(token)


def close_connections() -> None:
    """Close this thread's connections to all companies (after forking, at the end of a worker's round)."""
    for connection in vars(_per_thread).get("open", {}).values():
        connection.close()


def _connection_of(company: Company) -> BaseDatabaseWrapper:
    """This thread's connection to `company`. It is not registered under an alias of its own: that registry is
    shared by all threads, and Django walks it at the end of every request."""
    opened: dict[object, BaseDatabaseWrapper] = _per_thread.__dict__.setdefault("open", {})
    connection = opened.get(_key(company))
    if connection is None:
        settings = connections.configure_settings({"default": _settings_of(company)})["default"]
        connection = load_backend(settings["ENGINE"]).DatabaseWrapper(settings, "default")
        opened[_key(company)] = connection
    else:
        connection.close_if_unusable_or_obsolete()
    return connection


def _key(company: Company) -> object:
    # A company that was removed and made again is another one, also for threads that still know the old.
    return company.folder, company.created_at


def sqlite_settings(name: str) -> dict[str, Any]:
    """Django database settings for a SQLite file. IMMEDIATE + WAL: the default mode fails two of three rival
    writes."""
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": name,
        "CONN_MAX_AGE": 600,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;"
            "PRAGMA temp_store=MEMORY; PRAGMA cache_size=-32000;",
        },
    }


def postgresql_settings(url: str, schema: str | None = None) -> dict[str, Any]:
    """Django database settings for a PostgreSQL URL, all names inside `schema`."""
    parts = urlsplit(url)
    if parts.scheme not in ("postgres", "postgresql"):
        raise CompanyError(_("JIYU_DATABASE_URL 写得不对"), _("写成 postgresql://user:password@host:port/name 这样"))
    options: dict[str, Any] = {"options": f"-c search_path={schema}"} if schema else {}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": options,
    }


def _settings_of(company: Company) -> dict[str, Any]:
    if company.database == "postgresql":
        return postgresql_settings(os.environ["JIYU_DATABASE_URL"], company.schema)
    return sqlite_settings(str(company.folder / "jiyu.sqlite3"))


def _create_schema(company: Company) -> None:
    import psycopg

    with psycopg.connect(os.environ["JIYU_DATABASE_URL"], autocommit=True) as connection:
        connection.execute(
            psycopg.sql.SQL("CREATE SCHEMA IF NOT EXISTS {}").format(psycopg.sql.Identifier(company.schema))
        )
