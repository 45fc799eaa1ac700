"""Records from a file: read, kept, matched, compared with what is known, written unseen, then flipped to
applied.

A crash at any point leaves a staged run that nobody sees; running again succeeds (DESIGN §4).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

import numpy as np
from django.db import DatabaseError, transaction
from django.utils.translation import gettext as _

from jiyu.core import audit, clock
from jiyu.core.actor import Actor
from jiyu.core.bulk import bulk_write, json_text, moment_encoder
from jiyu.core.errors import DomainError, ProblemsError
from jiyu.core.jobs.progress import progress
from jiyu.core.policy import require
from jiyu.lib.text import Problem, Text, counted
from jiyu.sources.connections import MeasureEntry, measures_ensure, source_get
from jiyu.sources.mappings.applying import apply_mapping
from jiyu.sources.mappings.rows import MappedRow, RowProblem
from jiyu.sources.mappings.spec import MappingSpec
from jiyu.sources.mappings.sums import sums_told, wrong_sums
from jiyu.sources.mappings.titles import is_plausible
from jiyu.sources.matching.subjects import SubjectMatcher
from jiyu.sources.models import EqualRow, Fact, Record, Run, Source, Superseded
from jiyu.sources.policies import IMPORT_RECORDS
from jiyu.sources.quarantine.asking import questions_write
from jiyu.sources.runs.files import NUMBERS_FILE, file_keep, file_read
from jiyu.sources.runs.gathering import (
    ROWS_AT_ONCE,
    EqualKeyed,
    Gathering,
    PreparedRow,
    chunks,
    key_hash,
)
from jiyu.sources.runs.history import NOTHING, Before, History
from jiyu.sources.runs.lifecycle import RunLostError, run_apply, run_beat, run_fail, run_open
from jiyu.sources.runs.returning import Returning, require_answered
from jiyu.sources.runs.visibility import visible_records

BROKE_OFF = Problem(
    "sources.run_broke_off",
    Text("导入中断了，没有留下任何数据", "The import broke off; nothing of it counts"),
    Text("再导一次就行", "Simply import again"),
)


def records_import(
    *,
    actor: Actor,
    source_code: str,
    data: bytes,
    filename: str,
    mapping: MappingSpec,
    mapping_version: UUID | None = None,
    mode: str = Run.APPEND,
    window: tuple[date, date] | None = None,
    returning: Returning = "ask",
    said: Sequence[Text] = (),
) -> Run:
    """Take the rows of a file in and return the applied run; its `tally` counts what happened to each row.

    `mode` append adds and restates; replace_window also ends what the file no longer has within `window`
    (half-open days); snapshot ends what it no longer has at all. `returning` says what append does with rows that a
    replacing import ended: see `Returning`. What was `said` of the file when it was proposed is kept with the run.
    Errors: those of `read_tables`, sources.run_open (409), sources.window, sources.mostly_unreadable,
    sources.replacement_unreadable, sources.rows_return, mapping.head_changed, those of `measures_ensure`.
    """
    require(actor, IMPORT_RECORDS)
    _check_window(mode, window)
    source = source_get(source_code)
    file = file_read(data, filename)
    kept = file_keep(actor, file, data, owner_kind=NUMBERS_FILE)
    run = run_open(
        actor=actor,
        source=source,
        mode=mode,
        window=window,
        mapping_version=mapping_version,
        mapping=mapping.model_dump(mode="json"),
        file=kept,
    )
    wrong = wrong_sums(mapping, file)
    said = (*said, sums_told(wrong, with_names=False)) if wrong else said
    items = apply_mapping(mapping, file)
    return run_fill(actor=actor, run=run, mapping=mapping, items=items, returning=returning, said=said)


def run_fill(
    *,
    actor: Actor,
    run: Run,
    mapping: MappingSpec,
    items: Iterable[MappedRow | RowProblem],
    takes_days_to_come: bool = False,
    returning: Returning = "bring_back",
    said: Sequence[Text] = (),
) -> Run:
    """Fill a staged run with mapped rows and apply it. Whatever goes wrong, the run fails and nothing
    shows. Rows of days far ahead are set aside unless it `takes_days_to_come`. A run that replaces says what
    holds, so what returns with it comes back whatever `returning` says. The tally keeps what is to be `said` of the
    file, which names nobody."""
    window = (run.window_from, run.window_to) if run.window_from and run.window_to else None
    today = clock.today()
    try:
        gathering = Gathering(
            matcher=SubjectMatcher(run.source, clock.now()),
            measures=_measures(actor, run.source, mapping),
            equal_keys=mapping.equal_keys,
            window=window,
            is_plausible=lambda day: takes_days_to_come or is_plausible(day, today),
            day_column=mapping.time.column,
            by_day=mapping.grid is not None,
            beat=lambda tally: _beat(run, tally),
        )
        try:
            gathering.take_in(items)
            _require_whole(run, gathering)
            _write_all(run, gathering, "bring_back" if run.mode in Run.REPLACING else returning, said)
        finally:
            gathering.close()
    except (DatabaseError, RunLostError):
        raise  # its lease ends by itself: the next import takes the place
    except DomainError as error:
        told = Problem(error.code, Text(error.message), Text(error.fix))
        run_fail(run, error.problems[0] if isinstance(error, ProblemsError) else told)
        raise
    except Exception:
        run_fail(run, BROKE_OFF)
        raise
    audit.record(actor, "sources.run_applied", "run", run.pk, **run.tally)
    return run


def _beat(run: Run, tally: dict[str, Any]) -> None:
    run_beat(run, tally)
    progress(0, 0, Text(f"读了 {tally['read']:,} 行", f"{counted(tally['read'], 'row', 'rows')} read"))


def _check_window(mode: str, window: tuple[date, date] | None) -> None:
    if mode not in (Run.APPEND, *Run.REPLACING):
        raise DomainError("sources.mode", _("没有这种导入方式：%(mode)s") % {"mode": mode}, path="mode")
    if (mode == Run.REPLACE_WINDOW) != (window is not None) or (window and window[0] >= window[1]):
        raise DomainError(
            "sources.window",
            _("按日期范围替换时，要写明从哪天到哪天"),
            fix=_("开始日期要早于结束日期"),
            path="window",
        )


def _require_whole(run: Run, gathering: Gathering) -> None:
    """What replaces must be complete: an unreadable row would end the record it can no longer be compared
    with."""
    if run.mode in Run.REPLACING and gathering.without_key:
        raise DomainError(
            "sources.replacement_unreadable",
            _("要替换原来的数，可文件里有 %(n)s 行读不懂，所以什么也没动") % {"n": gathering.without_key},
            fix=_("先改好这些行，或者选“都留着，只加上新的、更正变了的”"),
        )


def _measures(actor: Actor, source: Source, mapping: MappingSpec) -> dict[str, int]:
    entries = [MeasureEntry(m.code, m.label, m.unit) for m in mapping.measures]
    return {code: m.pk for code, m in measures_ensure(actor=actor, source_code=source.code, entries=entries).items()}


def _write_all(run: Run, gathering: Gathering, returning: Returning, said: Sequence[Text]) -> None:
    """Chunks of rows, each its own short transaction that first renews the lease; then one flip. Errors:
    sources.rows_return; from the first such row on they are only counted."""
    writer = _Writer(run, gathering.tally, returning)
    for chunk in chunks(gathering.prepared()):
        batch = writer.batch(chunk)
        if writer.asked_about:
            continue
        with transaction.atomic():
            run_beat(run, gathering.tally)
            batch.write()
        done, total = gathering.done, gathering.tally["read"]
        progress(
            done,
            total,
            Text(f"写了 {done:,} 行，共 {total:,} 行", f"{done:,} of {counted(total, 'row', 'rows')} written"),
        )
    require_answered(writer.asked_about)
    if run.mode in Run.REPLACING:
        _end_what_is_gone(run, gathering)
    with transaction.atomic():
        questions_write(run, gathering.questions.values(), gathering.tally)
        tally: dict[str, Any] = {**gathering.tally, "rests_on": writer.rests_on}
        if said:
            tally["said"] = [{"zh": one.zh, "en": one.en} for one in said]
        run_apply(run, tally)


@dataclass
class _Batch:
    """Rows of the four tables, encoded and ready to be written."""

    records: list[tuple[Any, ...]] = field(default_factory=list)
    facts: list[tuple[Any, ...]] = field(default_factory=list)
    equals: list[tuple[Any, ...]] = field(default_factory=list)
    ended: list[tuple[Any, ...]] = field(default_factory=list)

    def write(self) -> None:
        """Write them: the only part of an import that holds the database."""
        bulk_write(Record, RECORD_FIELDS, self.records)
        bulk_write(Fact, ("record", "measure", "value", "subject", "day", "run"), self.facts)
        bulk_write(EqualRow, ("record", "sheet", "row", "state", "raw"), self.equals)
        bulk_write(Superseded, ("record", "by_run"), self.ended)


class _Writer:
    """Makes the batches of one run, each row compared with the record its key has now."""

    def __init__(self, run: Run, tally: dict[str, int], returning: Returning) -> None:
        self._run = run
        self._tally = tally
        self._returning = returning
        self._history = History(run.source_id)
        self._moment = moment_encoder()
        self._next = run.seq << 32
        self.rests_on: dict[str, int] = {}  # runs whose records this file only repeats, with how many
        self.asked_about: Counter[UUID] = Counter()  # rows that return, by the run that replaced them

    def batch(self, chunk: Sequence[tuple[PreparedRow, list[EqualKeyed]]]) -> _Batch:
        """What is to be written of a chunk; what is known already only counts as repeated."""
        known = self._history.of([row.key for row, _equal in chunk])
        batch = _Batch()
        for row, equal in chunk:
            sha, before = row.content_sha, known.get(row.key, NOTHING)
            there = before.counts
            if there is not None and there.content_sha == sha:
                self._tally["repeated"] += 1
                self.rests_on[str(there.run_id)] = self.rests_on.get(str(there.run_id), 0) + 1
            elif self._stays_out(before.replaced_by.get(sha)):
                continue
            else:
                self._tally["restated"] += there is not None
                self._add(batch, row, equal, before)
        return batch

    def _stays_out(self, replaced_by: UUID | None) -> bool:
        """Whether a row that one more import could bring back does not come; counts it either way."""
        if replaced_by is None:
            return False
        if self._returning == "ask":
            self.asked_about[replaced_by] += 1
        self._tally["brought_back" if self._returning == "bring_back" else "kept_out"] += 1
        return self._returning != "bring_back"

    def _add(self, batch: _Batch, row: PreparedRow, equal: list[EqualKeyed], before: Before) -> None:
        self._next += 1
        self._tally["taken"] += 1
        source, run, day = self._run.source_id.hex, self._run.pk.hex, row.day.isoformat()
        if before.counts is not None:
            batch.ended.append((before.counts.id, run))
        batch.records.append((
            self._next, source, run, row.key, before.last_rev + 1, row.subject_kind,
            row.subject, self._moment(row.occurred_at), day, row.sheet, row.row,
            json_text(row.dimensions), json_text(row.raw), row.content_sha,
        ))  # fmt: skip
        batch.facts += [(self._next, measure, value, row.subject, day, run) for measure, value in row.values]
        batch.equals += [(self._next, e.row.sheet, e.row.row, e.state, json_text(e.row.raw)) for e in equal]


RECORD_FIELDS = (
    "id", "source", "run", "key", "rev", "subject_kind", "subject", "occurred_at", "business_day",
    "sheet", "row", "dimensions", "raw", "content_sha",
)  # fmt: skip


def _end_what_is_gone(run: Run, gathering: Gathering) -> None:
    """End the records of the declared scope whose keys the file no longer has.

    Keys are compared by eight bytes: of a million keys against a million, one in twenty million runs would
    keep one row too many, and none would lose one.
    """
    present = np.unique(gathering.keys)
    scope = visible_records().filter(source=run.source_id).exclude(run=run)
    if run.mode == Run.REPLACE_WINDOW:
        scope = scope.filter(business_day__gte=run.window_from, business_day__lt=run.window_to)
    last = 0
    while True:
        rows = list(scope.filter(pk__gt=last).order_by("pk").values_list("pk", "key")[:ROWS_AT_ONCE])
        if not rows:
            return
        last = rows[-1][0]
        hashes = np.array([key_hash(key) for _pk, key in rows], np.uint64)
        gone = ~np.isin(hashes, present)
        with transaction.atomic():
            run_beat(run, gathering.tally)
            ended = [(pk, run.pk.hex) for (pk, _key), is_gone in zip(rows, gone, strict=True) if is_gone]
            bulk_write(Superseded, ("record", "by_run"), ended)
        gathering.tally["gone"] += len(ended)
