"""`jiyu jobs`: background work that failed, another try, or letting it go."""

from __future__ import annotations

import argparse
from typing import Any
from uuid import UUID

from jiyu.config.cli import Outcome, in_company
from jiyu.config.cli import gettext as _


def add(commands: Any, common: argparse.ArgumentParser) -> None:
    """Add the commands to the parser."""
    jobs = commands.add_parser("jobs", help="background work that failed").add_subparsers(
        required=True, metavar="COMMAND"
    )
    jobs.add_parser("failed", parents=[common], help="list it").set_defaults(handler=_failed)
    for name, handler, words in (("retry", _retry, "try it again"), ("drop", _drop, "let it go")):
        one = jobs.add_parser(name, parents=[common], help=words)
        one.add_argument("id", type=UUID)
        one.set_defaults(handler=handler)


def _failed(arguments: argparse.Namespace) -> Outcome:
    from jiyu.core import clock
    from jiyu.core.jobs.failed import failed_jobs

    with in_company(arguments):
        told = [
            {
                "id": str(job.pk),
                "task": job.task,
                "error": job.error_type,
                "attempts": job.attempt,
                "finished_at": job.finished_at and f"{clock.local(job.finished_at):%Y-%m-%d %H:%M}",
            }
            for job in failed_jobs()
        ]
    lines = [f"{one['id']}  {one['finished_at'] or '–'}  {one['task']}  {one['error']}" for one in told]
    return Outcome(*(lines or [_("没有失败的后台任务。")]), data={"jobs": told})


def _retry(arguments: argparse.Namespace) -> Outcome:
    from jiyu.core.actor import Actor
    from jiyu.core.jobs.failed import job_retry

    with in_company(arguments):
        job = job_retry(actor=Actor.system("jobs retry"), job_id=arguments.id)
    return Outcome(_("放回队列了，worker 会再做。"), data={"id": str(job.pk), "task": job.task})


def _drop(arguments: argparse.Namespace) -> Outcome:
    from jiyu.core.actor import Actor
    from jiyu.core.jobs.failed import job_drop

    with in_company(arguments):
        job_drop(actor=Actor.system("jobs drop"), job_id=arguments.id)
    return Outcome(_("去掉了。"), data={"id": str(arguments.id)})
