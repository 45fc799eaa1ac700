"""A run from open to applied or failed. One is open per source; who holds it renews a lease with every
chunk.

The lease is real time (machines must not share a standing clock). A run whose lease has passed belongs to a
dead worker: the next one fails it and takes its place, and should the dead one wake, its next beat or its
flip finds the run no longer staged and stops.
"""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from jiyu.core import clock
from jiyu.core.actor import Actor
from jiyu.core.errors import DomainError
from jiyu.core.models import StoredFile
from jiyu.lib.text import Problem, Text
from jiyu.sources.models import Run, Source

LEASE_SECONDS = 30
TRIES_FOR_A_NUMBER = 5

TAKEN_OVER = Problem(
    "sources.run_abandoned",
    Text("上次导入中断了，没有留下任何数据", "The last import broke off; nothing of it counts"),
)


class RunLostError(Exception):
    """Another worker took this run over: whatever was written stays invisible."""


def run_open(
    *,
    actor: Actor,
    source: Source,
    mode: str = Run.APPEND,
    window: tuple[date, date] | None = None,
    mapping_version: UUID | None = None,
    mapping: dict[str, Any] | None = None,
    file: StoredFile | None = None,
    supersedes: Run | None = None,
) -> Run:
    """Open the source's one staged run. Errors: sources.run_open (409) while another is being read."""
    for _try in range(TRIES_FOR_A_NUMBER):
        try:
            with transaction.atomic():
                _free_place(source)
                run = Run(
                    seq=(Run.objects.aggregate(last=Max("seq"))["last"] or 0) + 1,
                    source=source,
                    mapping_version=mapping_version,
                    mapping=mapping,
                    mode=mode,
                    window_from=window[0] if window else None,
                    window_to=window[1] if window else None,
                    file=file.pk if file else None,
                    file_sha256=file.sha256 if file else "",
                    started_at=clock.now(),
                    started_by=actor.person_id,
                    lease_until=clock.monotonic_deadline(LEASE_SECONDS),
                    supersedes=supersedes,
                )
                run.save(force_insert=True)
                return run
        except IntegrityError:  # a rival took the number: ask for the next
            continue
    raise _still_open()


def run_beat(run: Run, tally: dict[str, Any]) -> None:
    """Renew the lease and show how far it is. Raises `RunLostError` when the run is no longer ours."""
    held = Run.objects.filter(pk=run.pk, state=Run.STAGED).update(
        lease_until=clock.monotonic_deadline(LEASE_SECONDS), tally=tally
    )
    if not held:
        raise RunLostError(str(run.pk))


def run_apply(run: Run, tally: dict[str, Any]) -> Run:
    """Flip the run: all its rows become visible at once. Raises `RunLostError`."""
    held = Run.objects.filter(pk=run.pk, state=Run.STAGED).update(
        state=Run.APPLIED, applied_at=clock.now(), lease_until=None, tally=tally
    )
    if not held:
        raise RunLostError(str(run.pk))
    run.refresh_from_db()
    return run


def run_fail(run: Run, problem: Problem) -> None:
    """Close a staged run without effect; `problem` says why, in both languages."""
    Run.objects.filter(pk=run.pk, state=Run.STAGED).update(
        state=Run.FAILED, lease_until=None, problem=problem_json(problem)
    )


def problem_json(problem: Problem) -> dict[str, Any]:
    """A problem as it is kept: code and sentences in both languages."""
    return {
        "code": problem.code,
        "message": {"zh": problem.message.zh, "en": problem.message.en},
        "fix": {"zh": problem.fix.zh, "en": problem.fix.en},
    }


def _free_place(source: Source) -> None:
    Source.objects.select_for_update().get(pk=source.pk)
    there = Run.objects.filter(source=source, state=Run.STAGED).first()
    if there is None:
        return
    if there.lease_until is not None and there.lease_until > clock.monotonic_deadline(0):
        raise _still_open()
    run_fail(there, TAKEN_OVER)


def _still_open() -> DomainError:
    return DomainError(
        "sources.run_open", _("这个来源正在导入另一份文件"), fix=_("等它导完再来，一般不到一分钟"), status=409
    )
