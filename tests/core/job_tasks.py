"""Tasks the job tests run. They leave their trace as audit rows: committed or not, that is the question."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path
from typing import Any

from django.db import transaction
from django_tasks import task
from django_tasks.base import TaskContext

from jiyu.core import audit, clock, company
from jiyu.core.actor import Actor
from jiyu.core.errors import DomainError
from jiyu.core.jobs.progress import progress
from jiyu.core.models import AuditEntry
from jiyu.lib.text import Text

TESTS = Actor.system("tests")


def note(words: str) -> None:
    """Leave a trace."""
    audit.record(TESTS, "tests.note", "note", words)


def notes() -> list[str]:
    """The traces left, in order."""
    return list(AuditEntry.objects.order_by("id").values_list("object_id", flat=True))


@task()
def leave_note(words: str) -> str:
    """Leave a trace and answer."""
    note(words)
    return f"noted {words}"


@task(takes_context=True)
def tell_attempt(context: TaskContext) -> int:
    """Which attempt this is, as the Tasks API tells."""
    return context.attempt


@task()
def tell_now() -> str:
    """What the company's clock says inside a job."""
    return clock.now().isoformat()


@task()
def fail_quoting(secret: str) -> None:
    """Fail with a message that quotes data."""
    raise ValueError(f"cannot read {secret}")


@task(max_attempts=2)
def fail_twice() -> None:
    """Fail whenever called; two attempts at most."""
    raise KeyError("x")


@task()
def refuse() -> None:
    """Find that a rule of the product does not allow it."""
    raise DomainError("tests.refused", "不行")


@task()
def half_then_fail() -> None:
    """Fail inside a transaction."""
    with transaction.atomic():
        note("half")
        raise RuntimeError


@task()
def leave_note_and_enqueue(words: str) -> None:
    """Enqueue another job from within a job."""
    note(words)
    leave_note.enqueue(f"{words} again")


@task()
def die_in_the_middle(flag: str) -> str:
    """The first time: write, then be killed before the commit. The second time: finish."""
    first_time = not Path(flag).exists()
    with transaction.atomic():
        note("begun")
        if first_time:
            Path(flag).write_text("")
            os.kill(os.getpid(), signal.SIGKILL)
    return "finished"


@task()
def hold_transaction(seconds: float) -> str:
    """Hold a writing transaction open for long (SQLite: nobody else can write)."""
    with transaction.atomic():
        note("held")
        time.sleep(seconds)
    return "committed"


@task()
def take_long(seconds: float) -> str:
    """Work without touching the database."""
    time.sleep(seconds)
    return "done"


@task()
def report_progress(seconds: float) -> str:
    """Tell how far it is, then go on for a while."""
    progress(3_000, 12_000, Text("读了 3,000 行", "3,000 rows read"))
    time.sleep(seconds)
    return "done"


@task()
def count_to(target: str, entry: str) -> None:
    """Append a line to a file: seen from other processes, whatever the database thinks."""
    with open(target, "a") as file:
        file.write(f"{entry} {os.getpid()}\n")


def in_company(here: company.Company, work: Any) -> Any:
    """`work()` in a thread of its own: the company active, its connections closed afterwards."""
    try:
        with company.active(here):
            return work()
    finally:
        company.close_connections()
