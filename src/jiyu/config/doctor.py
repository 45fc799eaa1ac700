"""`jiyu doctor`: what IT looks at first when something is wrong."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils.translation import gettext as _

from jiyu.core import company, insert_only
from jiyu.core.jobs.models import Job
from jiyu.people.public import apart


@dataclass(frozen=True)
class Finding:
    """One thing looked at; `fix` says what to do when it is not in order."""

    what: str
    ok: bool
    fix: str = ""


def examine() -> list[Finding]:
    """Look at the deployment and at every company."""
    found = [*_deployment()]
    for here in company.all_companies():
        try:
            with company.active(here):
                found += _company(here)
        except Exception as error:  # a broken company must not hide the others
            closed = _("公司 %(code)s 打不开：%(error)s") % {"code": here.code, "error": type(error).__name__}
            found.append(Finding(closed, False, _("看数据库在不在、能不能连")))
    return found


def _deployment() -> Iterator[Finding]:
    home = company.home()
    yield Finding(
        _("数据目录 %(home)s 可写") % {"home": home},
        os.access(home, os.W_OK),
        _("给运行 jiyu 的用户 %(home)s 的写权限") % {"home": home},
    )
    key = home / "secret_key"
    mode = key.stat().st_mode & 0o777 if key.exists() else 0
    yield Finding(_("secret_key 只有主人能读"), mode == 0o600, f"chmod 600 {key}")
    newest = sqlite3.sqlite_version_info >= (3, 35)
    yield Finding(f"SQLite {sqlite3.sqlite_version}", newest, _("要 3.35 或更新"))
    manifest = settings.PACKAGE / "ui" / "static" / "ui" / "manifest.json"
    yield Finding(_("页面样式在"), manifest.exists(), _("重新安装，或在源码里 make assets"))
    yield Finding(_("有公司"), bool(company.all_companies()), _("jiyu demo 或 jiyu company create"))


def _company(here: company.Company) -> Iterator[Finding]:
    name = {"company": here.code}
    executor = MigrationExecutor(connection)
    pending = executor.migration_plan(executor.loader.graph.leaf_nodes())
    yield Finding(_("%(company)s：数据库结构是新的") % name, not pending, _("jiyu serve 启动时会升级；先备份"))
    if pending:
        return
    yield Finding(
        _("%(company)s：只增不改的表有保护") % name,
        not (insert_only.missing(connection) or apart.missing(connection)),
        _("jiyu serve 启动时会补上"),
    )
    dead = Job.objects.filter(state=Job.DEAD).count()
    failed = _("%(company)s：没有失败的后台任务（%(n)s）") % {**name, "n": dead}
    yield Finding(failed, dead == 0, _("jiyu jobs failed 列出它们；改好后 jiyu jobs retry，不要了就 jiyu jobs drop"))
    check: Callable[[], None] = connection.check_constraints
    try:
        check()
        whole = True
    except Exception:
        whole = False
    yield Finding(_("%(company)s：外键完整") % name, whole, _("从备份恢复，并告诉我们"))
