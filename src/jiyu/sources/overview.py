"""What the pages of the data sources show: each source's health, its imports, what waits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, OuterRef, Subquery

from jiyu.core import clock
from jiyu.core.actor import Actor
from jiyu.core.errors import NotVisibleError
from jiyu.core.models import StoredFile
from jiyu.core.paging import PageOf, page_at
from jiyu.core.policy import require
from jiyu.lib.text import Text
from jiyu.sources.connections import source_list
from jiyu.sources.models import Quarantine, Run, Source
from jiyu.sources.outcome import counts_text
from jiyu.sources.policies import SEE_SOURCES
from jiyu.sources.records.coverage import Freshness, freshness_all
from jiyu.sources.runs.visibility import visible_runs

RUNS_SHOWN = 50
QUESTIONS_AT_ONCE = 20  # with their buttons: a page stays below 60 KB


@dataclass(frozen=True)
class RunShown:
    """One import in a list. `words` are its counts, or why it failed."""

    run: Run
    file_name: str
    at: datetime
    words: Text
    waiting: int
    is_undone: bool


@dataclass(frozen=True)
class SourceShown:
    """One source: how fresh, its last import, and how many questions wait."""

    source: Source
    freshness: Freshness
    last: RunShown | None
    waiting: int


@dataclass(frozen=True)
class QuestionsShown:
    """One page of what is not settled: questions that wait, then those left for now, with how many there are in all."""

    waiting: list[Quarantine]
    left: list[Quarantine]
    waiting_count: int
    left_count: int
    page: PageOf[Quarantine]


def sources_overview(*, actor: Actor) -> list[SourceShown]:
    """Every source of numbers with its health; a constant number of queries."""
    require(actor, SEE_SOURCES)
    fresh = {f.source_code: f for f in freshness_all(known_at=clock.now())}
    sources = source_list(actor=actor)
    newest = Run.objects.filter(source=OuterRef("pk"), state=Run.APPLIED).exclude(mode=Run.UNDO).order_by("-seq")
    last_runs = Source.objects.annotate(last=Subquery(newest.values("pk")[:1])).values("last")
    last = {shown.run.source_id: shown for shown in _shown(list(Run.objects.filter(pk__in=last_runs)))}
    waiting = _waiting_by_source()
    return [SourceShown(s, fresh[s.code], last.get(s.pk), waiting.get(s.pk, 0)) for s in sources]


def records_count(*, actor: Actor) -> int:
    """How many records the imports that hold took in, as they counted them themselves."""
    require(actor, SEE_SOURCES)
    tallies = visible_runs(clock.now()).filter(source__kind="records").values_list("tally", flat=True)
    return sum(int(tally.get("taken", 0)) for tally in tallies)


def source_runs(*, actor: Actor, slug: str) -> tuple[Source, list[RunShown]]:
    """A source and its last imports, newest first. `slug` is what addresses call it: `Source.slug`."""
    require(actor, SEE_SOURCES)
    sources = Source.objects.filter(kind="records")
    source = sources.filter(code=slug).first()
    if source is None and (key := _as_id(slug)) is not None:
        source = sources.filter(pk=key).first()
    if source is None:
        raise NotVisibleError
    runs = Run.objects.filter(source=source).exclude(mode=Run.UNDO).exclude(state=Run.STAGED)
    return source, _shown(list(runs.order_by("-seq")[:RUNS_SHOWN]))


def run_shown(*, actor: Actor, run_id: UUID) -> RunShown:
    """One import of numbers; raises `NotVisibleError`."""
    require(actor, SEE_SOURCES)
    run = Run.objects.select_related("source").filter(pk=run_id, source__kind="records").exclude(mode=Run.UNDO).first()
    if run is None:
        raise NotVisibleError
    return _shown([run])[0]


def questions_shown(
    *, actor: Actor, source: Source | None = None, run: Run | None = None, page: int = 1
) -> QuestionsShown:
    """What is not settled, newest import first: of a source, of one run, or of all. Those that somebody chose to leave
    come last. A page that is none is the nearest one."""
    require(actor, SEE_SOURCES)
    questions = Quarantine.objects.filter(
        state__in=("open", "left"), run__source__kind="records", run__in=visible_runs()
    )
    if source is not None:
        questions = questions.filter(run__source=source)
    if run is not None:
        questions = questions.filter(run=run)
    count = dict(questions.order_by().values_list("state").annotate(n=Count("pk")))
    at: PageOf[Quarantine] = page_at(sum(count.values()), page, size=QUESTIONS_AT_ONCE)
    start = (at.number - 1) * QUESTIONS_AT_ONCE
    ordered = questions.select_related("run__source").order_by("-state", "-run__seq", "pk")  # open before left
    here = list(ordered[start : start + QUESTIONS_AT_ONCE]) if count else []
    return QuestionsShown(
        waiting=[one for one in here if one.state == "open"],
        left=[one for one in here if one.state == "left"],
        waiting_count=count.get("open", 0),
        left_count=count.get("left", 0),
        page=at,
    )


def question_of(*, actor: Actor, item_id: UUID) -> Quarantine:
    """One question of numbers, settled or not; raises `NotVisibleError`."""
    require(actor, SEE_SOURCES)
    item = Quarantine.objects.select_related("run__source").filter(pk=item_id, run__source__kind="records").first()
    if item is None:
        raise NotVisibleError
    return item


def _as_id(slug: str) -> UUID | None:
    try:
        return UUID(slug)
    except ValueError:
        return None


def _shown(runs: list[Run]) -> list[RunShown]:
    names = dict(StoredFile.objects.filter(pk__in=[r.file for r in runs if r.file]).values_list("pk", "name"))
    undone = set(Run.objects.filter(supersedes__in=runs, state=Run.APPLIED).values_list("supersedes_id", flat=True))
    waiting = dict(Quarantine.objects.filter(run__in=runs, state="open").values_list("run_id").annotate(n=Count("pk")))
    return [
        RunShown(
            run=run,
            file_name=names.get(run.file, "") if run.file else "",
            at=run.applied_at or run.started_at,
            words=_words(run),
            waiting=0 if run.pk in undone else waiting.get(run.pk, 0),
            is_undone=run.pk in undone,
        )
        for run in runs
    ]


def _words(run: Run) -> Text:
    if run.state == Run.FAILED:
        message = run.problem.get("message", {})
        return Text(message.get("zh", ""), message.get("en", ""))
    return counts_text(run)


def _waiting_by_source() -> dict[UUID, int]:
    questions = Quarantine.objects.filter(state="open", run__in=visible_runs(), run__source__kind="records")
    return dict(questions.values_list("run__source_id").annotate(n=Count("pk")))
