"""Everything a company has, as one Excel file: written in the background, offered for a day, then gone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from jiyu.core import audit, clock, company
from jiyu.core.actor import Actor
from jiyu.core.errors import NotVisibleError
from jiyu.core.jobs.backend import enqueue_once
from jiyu.core.jobs.models import Job
from jiyu.core.language import is_chinese, language, say
from jiyu.core.policy import require
from jiyu.goals import public as goals
from jiyu.home.policies import EXPORT_ALL
from jiyu.lib.tables.writing import EXPORT_MARK, OutSheet, Value, write_workbook
from jiyu.lib.text import Text
from jiyu.people import public as people
from jiyu.reviews import public as reviews
from jiyu.sources import public as sources
from jiyu.studio import public as studio

TASK = "jiyu.home.tasks.make_export"
KEPT_HOURS = 24
MOST_SHOWN = 5


@dataclass(frozen=True)
class ExportShown:
    """An export asked for: under way, refused or broken, or a file to take until `until` (real time, local)."""

    job_id: UUID
    asked_at: datetime
    is_open: bool
    progress: str
    refused: str
    size_kb: int
    until: datetime | None


def export_write(*, actor: Actor, path: Path, told: Callable[[int], None] = lambda _rows: None) -> int:
    """Write everything the company has to the Excel file `path`, as known now; returns the rows. Records, results and
    lines of sheets are streamed; the organisation is read whole. 身份证号 are not in it."""
    require(actor, EXPORT_ALL)
    people.require_whole_company(actor)
    written = write_workbook(path, _sheets(actor), told=told)
    rows = sum(count for _title, count in written)
    audit.record(actor, "home.company_exported", "company", _code(), sheets=len(written), rows=rows)
    return rows


@transaction.atomic
def export_start(*, actor: Actor) -> UUID:
    """Ask for the file; the job's id. Asked twice while it is being written, it is the same one."""
    require(actor, EXPORT_ALL)
    people.require_whole_company(actor)
    from jiyu.home.tasks import make_export  # it writes by this module

    account = str(actor.account_id)
    asked = enqueue_once(make_export, f"export:{account}", account, language())
    audit.record(actor, "home.export_asked", "job", asked.id)
    return UUID(asked.id)


def exports_shown(*, actor: Actor) -> list[ExportShown]:
    """The exports asked for within the last day, newest first."""
    require(actor, EXPORT_ALL)
    people.require_whole_company(actor)
    since = clock.monotonic_deadline(-KEPT_HOURS * 3600)
    jobs = Job.objects.filter(task=TASK, enqueued_at__gt=since - timedelta(hours=1)).order_by("-enqueued_at")
    return [_shown(job) for job in jobs[:MOST_SHOWN] if job.finished_at is None or job.finished_at > since]


def export_file(*, actor: Actor, job_id: UUID) -> Path:
    """The file of an export that still stands; taking it goes into the audit. Raises `NotVisibleError`."""
    require(actor, EXPORT_ALL)
    people.require_whole_company(actor)
    exports_sweep()
    path = export_path(job_id)
    done = Job.objects.filter(pk=job_id, task=TASK, state=Job.DONE).exists()
    if not done or not path.is_file():
        raise NotVisibleError(_("这份文件过期了，再做一份"))
    audit.record(actor, "home.export_taken", "job", job_id)
    return path


def export_path(job_id: UUID) -> Path:
    """Where the file of a job lies: in the company's folder, so that it goes with the company."""
    return company.current().folder / "exports" / f"{job_id}.xlsx"


def exports_sweep() -> int:
    """Delete files a day old, and what an interrupted writing left; returns how many."""
    folder = company.current().folder / "exports"
    oldest = clock.monotonic_deadline(-KEPT_HOURS * 3600).timestamp()
    gone = [path for path in folder.glob("*") if path.stat().st_mtime < oldest] if folder.is_dir() else []
    for path in gone:
        path.unlink(missing_ok=True)
    return len(gone)


def _sheets(actor: Actor) -> Iterator[OutSheet]:
    known_at = clock.now()
    org = people.org_on(on=clock.today(), known_at=known_at)
    yield OutSheet(EXPORT_MARK, (EXPORT_MARK, ""), _about(known_at), widths=(28, 80))
    yield from people.export_sheets(actor=actor, known_at=known_at)
    yield from goals.export_sheets(actor=actor, known_at=known_at, org=org)
    yield from reviews.export_sheets(actor=actor, org=org)
    yield from sources.export_sheets(actor=actor, known_at=known_at, org=org)
    yield from studio.export_sheets(actor=actor, org=org)
    head = (_("做了什么"), _("对什么"), _("几次"), _("第一次"), _("最近一次"))
    yield OutSheet(_("操作记录小结"), head, _acts(), widths=(36, 24, 10, 18, 18))


def _about(known_at: datetime) -> Iterator[tuple[Value, ...]]:
    here = company.current_or_none()
    yield _("公司"), here.name if here else ""
    yield _("截止"), clock.local(known_at).replace(tzinfo=None)
    yield _("花名册"), _("可以原样再导入绩语：只读花名册那一张。")
    yield _("精确"), _("标着“精确”的列是存下来的数；旁边是页面上显示的样子。")
    yield _("数据"), _("每个来源一张，列和原来的文件一样。")
    yield _("没有的"), _("身份证号：读到就涂掉了，这里也没有。")


def _acts() -> Iterator[tuple[Value, ...]]:
    for one in audit.summary():
        first, last = (clock.local(moment).replace(tzinfo=None) for moment in (one.first_at, one.last_at))
        yield one.action, one.object_kind, one.count, first, last


def _shown(job: Job) -> ExportShown:
    result = job.result or {}
    words = job.progress.get("words", {})
    is_open = job.state in (Job.READY, Job.RUNNING)
    failed = result.get("refused") or ("" if is_open or job.state == Job.DONE else _("没有做成，再做一份"))
    path = export_path(job.pk)
    is_there = job.state == Job.DONE and path.is_file()
    return ExportShown(
        job_id=job.pk,
        asked_at=job.enqueued_at,
        is_open=is_open,
        progress=say(Text(words.get("zh", ""), words.get("en", ""))),
        refused=failed,
        size_kb=-(-path.stat().st_size // 1024) if is_there else 0,
        until=clock.local(job.finished_at + timedelta(hours=KEPT_HOURS)) if is_there and job.finished_at else None,
    )


def _code() -> str:
    here = company.current_or_none()
    return here.code if here else ""


def file_name() -> str:
    """What the file is called when somebody takes it."""
    here = company.current_or_none()
    name = here.name if here else "jiyu"
    day = clock.monotonic_deadline(0).astimezone(clock.zone()).date()
    return f"{name} 全部数据 {day}.xlsx" if is_chinese() else f"{name} everything {day}.xlsx"
