"""Run by test_crash.py in a process of its own: imports that are killed at chosen points, and what is seen
after.

For each point a child is forked, kills itself there (SIGKILL: nothing can be tidied up), and the parent
then looks, imports the same file again and looks once more. Prints one JSON object per point.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from typing import Any

import django

django.setup()

from jiyu.config.migrating import migrate  # noqa: E402
from jiyu.core import clock, company  # noqa: E402
from jiyu.sources.models import Record, Run  # noqa: E402
from jiyu.sources.runs import gathering, importing  # noqa: E402
from tests.sources.conftest import csv_file, load, people, sums  # noqa: E402

gathering.ROWS_AT_ONCE = importing.ROWS_AT_ONCE = 10
ROWS = 45
FILE = csv_file(
    ["工号", "完工时间", "合格", "不良"],
    *([317, f"2026-03-{1 + n % 28:02} 10:{n:02}", n, 1] for n in range(ROWS)),
    [999999, "2026-03-03 10:00", 5, 0],
)


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def before_call(module: Any, name: str, number: int) -> None:
    """Kill this process when `module.name` is called for the `number`-th time."""
    real, calls = getattr(module, name), [0]

    def counted(*args: Any, **kwargs: Any) -> Any:
        calls[0] += 1
        if calls[0] == number:
            die()
        return real(*args, **kwargs)

    setattr(module, name, counted)


POINTS = {
    "before any row": ("bulk_write", 1),
    "records without facts": ("bulk_write", 2),
    "second chunk": ("bulk_write", 6),
    "last chunk written": ("bulk_write", 20),
    "before the questions": ("questions_write", 1),
    "before the flip": ("run_apply", 1),
}


def seen(source: str) -> dict[str, float]:
    return sums("good", source=source)


def main() -> None:
    here = company.create(f"crash-{os.getpid()}", "苏州衡川")
    with company.active(here):
        migrate()
        people(n000317="林晓峰")
        load(FILE, source="calm")
        expected = seen("calm")
    company.close_connections()
    for number, (point, (name, call)) in enumerate(POINTS.items()):
        source = f"mes{number}"
        child = os.fork()
        if child == 0:
            before_call(importing, name, call)
            with company.active(here):
                load(FILE, source=source)
            os._exit(0)
        _pid, status = os.waitpid(child, 0)
        with company.active(here):
            after_crash = (
                seen(source) if Run.objects.filter(source__code=source).exists() and _has_measures(source) else {}
            )
            Run.objects.filter(source__code=source).update(lease_until=clock.monotonic_deadline(-1))
            again = load(FILE, source=source)
            told = {
                "point": point,
                "killed": os.WIFSIGNALED(status),
                "after_crash": after_crash,
                "orphans": Record.objects.filter(run__state="failed", source__code=source).count(),
                "same": seen(source) == expected,
                "taken": again.tally["taken"],
                "asked": again.tally["asked"],
            }
        company.close_connections()
        sys.stdout.write(json.dumps(told) + "\n")
    if here.database == "postgresql":
        company.remove(here)


def _has_measures(source: str) -> bool:
    from jiyu.sources.public import measure_ids

    return bool(measure_ids([source]))


main()
