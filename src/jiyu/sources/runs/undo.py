"""Taking an import back: a run that supersedes it. Nothing is deleted; earlier moments still see it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from uuid import UUID

from django.db import transaction
from django.db.models import Count
from django.utils.translation import gettext as _

from jiyu.core import audit, clock
from jiyu.core.actor import Actor
from jiyu.core.errors import DomainError, NotVisibleError
from jiyu.core.language import say
from jiyu.core.policy import require
from jiyu.lib.text import Text, counted
from jiyu.sources.models import Quarantine, Run, Source, Superseded
from jiyu.sources.policies import IMPORT_RECORDS
from jiyu.sources.runs.files import file_names
from jiyu.sources.runs.lifecycle import run_apply, run_open
from jiyu.sources.runs.visibility import visible_runs

RestCheck = Callable[[UUID], list[Text]]
_rest_checks: list[RestCheck] = []

SETTLES = Text("补进了这次的待处理行", "takes rows this one had set aside")
RESTS_ON_THOSE = Text("用着后面列出的导入", "rests on those listed after it")


def register_rest_check(check: RestCheck) -> None:
    """`check(run_id)` names what rests on a run ("2026 年 3 月考核：12 份结果"); an empty list frees it.
    Called at start by apps above."""
    if check not in _rest_checks:
        _rest_checks.append(check)


@transaction.atomic
def run_undo(*, actor: Actor, run_id: UUID) -> Run:
    """Take an applied run back; returns the run that does so. What it had superseded counts again, what it had settled
    is a question again.

    Errors: sources.run_not_applied, sources.run_undone, sources.run_rested_on (with the list).
    """
    require(actor, IMPORT_RECORDS)
    run = _undoable(run_id)
    later, others = rests_on_run(run)
    if later or others:
        raise DomainError(
            "sources.run_rested_on",
            _("有东西用着这次导入，撤不了：%(list)s") % {"list": "；".join(say(t) for t in [*later, *others])},
            fix=_("先撤销或改掉列出来的这些")
            if others
            else _("按列出来的顺序先撤销这些导入，再撤这次；还要的文件，撤完再导一次"),
            status=409,
        )
    undo = run_open(actor=actor, source=run.source, mode=Run.UNDO, supersedes=run)
    applied = run_apply(undo, {})
    Quarantine.objects.filter(settled_run=run).update(state="open", answer=None, settled_at=None, settled_run=None)
    audit.record(actor, "sources.run_undone", "run", run.pk, by_run=str(undo.pk))
    return applied


def rests_on_run(run: Run) -> tuple[list[Text], list[Text]]:
    """What would lose its ground if `run` were taken back: later imports of its source, in the order in which they are
    to be taken back, and what the hooks name. A file that brought nothing of its own (the same once more) rests on
    nothing."""
    later = list(visible_runs().filter(source=run.source_id, seq__gt=run.seq).order_by("seq"))
    touched = _touched([run, *later])
    found: dict[UUID, Text] = {}
    for one in later:
        direct = touched.get((one.pk, run.pk)) or _repeats(one, run.pk)
        if direct is not None:
            found[one.pk] = direct
        elif any((one.pk, below) in touched or _repeats(one, below) for below in found):
            found[one.pk] = RESTS_ON_THOSE
    names = file_names(one.file for one in later)
    told = [_told(one, names, found[one.pk]) for one in reversed(later) if one.pk in found]
    return told, [text for check in _rest_checks for text in check(run.pk)]


def _touched(runs: Sequence[Run]) -> dict[tuple[UUID, UUID], Text]:
    """What later runs did to the records of earlier ones, by (later, earlier)."""
    ids = [run.pk for run in runs]
    ended = Superseded.objects.filter(by_run__in=ids, record__run__in=ids).order_by()
    rows = ended.values_list("by_run", "record__run").annotate(n=Count("pk"))
    found = {
        (by, of): Text(f"改了或不再计这次的 {n:,} 行", f"restates or ends {counted(n, 'row', 'rows')} of this one")
        for by, of, n in rows
    }
    settled = Quarantine.objects.filter(run__in=ids, settled_run__in=ids).values_list("settled_run", "run").distinct()
    return found | dict.fromkeys(settled, SETTLES)


def _repeats(one: Run, below: UUID) -> Text | None:
    """Rows that `one` says again and that are kept by the earlier run only."""
    n = one.tally.get("rests_on", {}).get(str(below), 0) if one.tally.get("taken") else 0
    if not n:
        return None
    return Text(
        f"有 {n:,} 行和这次一样，没有另记", f"says {counted(n, 'row', 'rows')} of this one again, kept only here"
    )


def _told(run: Run, names: Mapping[UUID, str], what: Text) -> Text:
    when = clock.local(run.applied_at or run.started_at).strftime("%m-%d %H:%M")
    name = names.get(run.file, "") if run.file else ""
    return Text(f"{when} 导入的“{name}”（{what.zh}）", f"“{name}” imported {when} ({what.in_('en')})")


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
