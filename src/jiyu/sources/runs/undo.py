"""Taking an import back: a run that supersedes it. Nothing is deleted; earlier moments still see it."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from jiyu.core import audit, clock
from jiyu.core.actor import Actor
from jiyu.core.errors import DomainError, NotVisibleError
from jiyu.core.language import say
from jiyu.core.policy import require
from jiyu.lib.text import Text
from jiyu.sources.models import Run, Source, Superseded
from jiyu.sources.policies import IMPORT_RECORDS
from jiyu.sources.runs.lifecycle import run_apply, run_open
from jiyu.sources.runs.visibility import visible_runs

RestCheck = Callable[[UUID], list[Text]]
_rest_checks: list[RestCheck] = []


def register_rest_check(check: RestCheck) -> None:
    """`check(run_id)` names what rests on a run ("2026 年 3 月考核：12 份结果"); an empty list frees it.
    Called at start by apps above."""
    if check not in _rest_checks:
        _rest_checks.append(check)


@transaction.atomic
def run_undo(*, actor: Actor, run_id: UUID) -> Run:
    """Take an applied run back; returns the run that does so. What it had superseded counts again.

    Errors: sources.run_not_applied, sources.run_undone, sources.run_rested_on (with the list).
    """
    require(actor, IMPORT_RECORDS)
    run = _undoable(run_id)
    resting = rests_on_run(run)
    if resting:
        raise DomainError(
            "sources.run_rested_on",
            _("有东西用着这次导入，撤不了：%(list)s") % {"list": "；".join(say(t) for t in resting)},
            fix=_("先撤销或改掉列出来的这些"),
            status=409,
        )
    undo = run_open(actor=actor, source=run.source, mode=Run.UNDO, supersedes=run)
    applied = run_apply(undo, {})
    audit.record(actor, "sources.run_undone", "run", run.pk, by_run=str(undo.pk))
    return applied


def rests_on_run(run: Run) -> list[Text]:
    """What would lose its ground if `run` were taken back: later imports of its source, and what the hooks
    name."""
    later = visible_runs().filter(source=run.source_id, seq__gt=run.seq)
    replacing = set(Superseded.objects.filter(record__run=run, by_run__in=later).values_list("by_run_id", flat=True))
    resting = [
        Text(
            f"{_when(one)} 的导入（改了或沿用了其中的行）",
            f"the import of {_when(one)} (restates or repeats its rows)",
        )
        for one in later.order_by("seq")
        if one.pk in replacing or (one.tally.get("taken") and str(run.pk) in one.tally.get("rests_on", {}))
    ]
    settled = visible_runs().filter(settles__run=run).distinct()
    resting += [Text(f"{_when(one)} 补进的待处理行", f"the rows settled at {_when(one)}") for one in settled]
    return resting + [text for check in _rest_checks for text in check(run.pk)]


def _undoable(run_id: UUID) -> Run:
    run = Run.objects.select_related("source").filter(pk=run_id, source__kind="records").first()
    if run is None:
        raise NotVisibleError
    Source.objects.select_for_update().get(pk=run.source_id)
    if run.state != Run.APPLIED or run.mode == Run.UNDO:
        raise DomainError("sources.run_not_applied", _("这次导入没有生效，不用撤销"))
    if Run.objects.filter(supersedes=run, state=Run.APPLIED).exists():
        raise DomainError("sources.run_undone", _("这次导入已经撤销了"))
    return run


def _when(run: Run) -> str:
    return clock.local(run.applied_at or run.started_at).strftime("%m-%d %H:%M")
