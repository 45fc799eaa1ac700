"""Which company this thread works for, and where its data lies (DESIGN §11).

One company is one SQLite file or one PostgreSQL schema. While a company is active in a thread, its connection
*is* Django's `default` connection there, so no query ever has to name a database. Outside, `default` is
Django's dummy back end: a query without a company fails instead of reading somebody's data."""

from __future__ import annotations

import fcntl
import json
import os
import re
import shutil
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
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
REGISTERED, UNFINISHED = "company.json", "unfinished.json"
"""What a company's folder says about it: registered, or still being made (or already being taken away)."""
ASIDE = ".aside-"
"""How the folders begin that nobody may find: being made, or being taken away."""
DROP_WAIT_SECONDS = 10


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
    trial_since: str | None = None  # ISO moment since which it is on trial; None: it is not
    made_with: str = ""  # SHA-256 of the key of the form that made it, so that sending it twice makes one

    @property
    def is_on_trial(self) -> bool:
        """Whether it is only tried out: its owner may take it away with everything."""
        return self.trial_since is not None

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
    path = home() / "companies" / code / REGISTERED
    if not CODE_PATTERN.fullmatch(code) or not path.is_file():
        raise CompanyError(_("没有公司“%(code)s”") % {"code": code}, _("jiyu company list 看有哪些公司"))
    return Company(**json.loads(path.read_text("utf-8")))


def all_companies() -> list[Company]:
    """Every company of this deployment, by code."""
    folder = home() / "companies"
    codes = sorted(p.parent.name for p in folder.glob(f"*/{REGISTERED}")) if folder.is_dir() else []
    return [find(code) for code in codes]


def create(code: str, name: str, **more: Any) -> Company:
    """Register a company with its empty database place at once. Migrating it is the caller's next step. `more`: see
    `making`."""
    with making(code, name, **more) as made:
        return made


@contextmanager
def making(
    code: str,
    name: str,
    *,
    prefix: str | None = None,
    demo: bool = False,
    clock: str | None = None,
    on_trial: bool = False,
    made_with: str = "",
) -> Iterator[Company]:
    """A new company's place, for filling it within the block: registered when the block ends well, gone when it fails.
    Nobody finds it before; what a killed program left half-made is taken away by the next one (`sweep`)."""
    if not CODE_PATTERN.fullmatch(code):
        raise CompanyError(
            _("“%(code)s”不能当公司代码") % {"code": code}, _("用小写字母开头，只含小写字母 a-z、数字和 -，最多 31 个")
        )
    if not name.strip():
        raise CompanyError(_("公司还没有名字"), _("加 --name 名字"))
    now = datetime.now(UTC).isoformat(timespec="seconds")
    made = Company(
        code=code,
        name=name,
        prefix=f"/c/{code}" if prefix is None else prefix,
        database="postgresql" if os.environ.get("JIYU_DATABASE_URL") else "sqlite",
        created_at=now,
        demo=demo,
        clock=clock,
        trial_since=now if on_trial else None,
        made_with=made_with,
    )
    with held_still():
        sweep()
        if made.folder.exists():
            raise CompanyError(_("公司代码“%(code)s”已经有了") % {"code": code}, _("换一个代码"))
        try:
            _place(made)
            yield made
            (made.folder / UNFINISHED).replace(made.folder / REGISTERED)
        except BaseException:
            _take_away(made)
            raise


def remove(company: Company) -> None:
    """Take a company away with all its data: a demo that was not finished, or emptying by its owner. From the first
    step on nobody finds it. Raises `CompanyError`, with everything still there, while somebody works in it."""
    with held_still():
        (company.folder / REGISTERED).replace(company.folder / UNFINISHED)
        try:
            _leave_database(company)
        except BaseException:
            (company.folder / UNFINISHED).replace(company.folder / REGISTERED)
            raise
        _take_away(company)


def sweep() -> int:
    """Take away what killed programs left half-made or half-removed; returns how many companies."""
    swept = 0
    with held_still():
        folder = home() / "companies"
        for path in folder.glob(f"[a-z]*/{UNFINISHED}"):
            with suppress(CompanyError):  # somebody works in it: the next one takes it away
                _take_away(Company(**json.loads(path.read_text("utf-8"))))
                swept += 1
        for aside in folder.glob(f"{ASIDE}*"):
            shutil.rmtree(aside)
    return swept


@contextmanager
def held_still() -> Iterator[None]:
    """Within the block no other thread or process makes or removes a company. The thread that holds it may enter
    again."""
    folder = home() / "companies"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    held: set[Path] = _per_thread.__dict__.setdefault("held", set())
    if folder in held:
        yield
        return
    with (folder / ".lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)  # a killed program lets go
        held.add(folder)
        try:
            yield
        finally:
            held.discard(folder)


def _place(made: Company) -> None:
    """The folder, in one step with the note that it is unfinished, and the schema."""
    aside = Path(tempfile.mkdtemp(prefix=ASIDE, dir=made.folder.parent))  # 0700
    (aside / UNFINISHED).write_text(json.dumps(asdict(made), ensure_ascii=False, indent=1), "utf-8")
    aside.rename(made.folder)
    if made.database == "postgresql":
        _create_schema(made)


def _take_away(company: Company) -> None:
    """Schema, connections, folder. The note in the folder stays until the schema is gone, then all goes in one step."""
    _leave_database(company)
    if company.folder.exists():
        aside = Path(tempfile.mkdtemp(prefix=ASIDE, dir=company.folder.parent))
        company.folder.rename(aside / company.code)
        shutil.rmtree(aside)


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


def _leave_database(company: Company) -> None:
    """Close this thread's connection, which would be in the way, and drop the schema on PostgreSQL."""
    cached = vars(_per_thread).get("open", {}).pop(_key(company), None)
    if cached is not None:
        cached.close()
    if company.database != "postgresql":
        return
    import psycopg

    with psycopg.connect(os.environ["JIYU_DATABASE_URL"], autocommit=True) as connection:
        connection.execute(f"SET lock_timeout = '{DROP_WAIT_SECONDS}s'")
        schema = psycopg.sql.Identifier(company.schema)
        try:
            connection.execute(psycopg.sql.SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(schema))
        except psycopg.errors.LockNotAvailable as error:
            raise CompanyError(_("还有任务在用这家公司的数据，没有清掉任何东西"), _("等它做完再来")) from error


def _create_schema(company: Company) -> None:
    import psycopg

    with psycopg.connect(os.environ["JIYU_DATABASE_URL"], autocommit=True) as connection:
        connection.execute(
            psycopg.sql.SQL("CREATE SCHEMA IF NOT EXISTS {}").format(psycopg.sql.Identifier(company.schema))
        )
