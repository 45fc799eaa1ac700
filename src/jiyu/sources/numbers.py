"""A file of numbers on its way in: kept, a mapping proposed and asked about, confirmed, taken."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from itertools import islice
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from pydantic import ValidationError

from jiyu.core import audit, files
from jiyu.core.actor import Actor
from jiyu.core.errors import DomainError, NotVisibleError, ProblemsError
from jiyu.core.models import StoredFile
from jiyu.core.policy import require
from jiyu.lib.tables import TableFile
from jiyu.lib.text import Problem, Text
from jiyu.sources.connections import source_ensure
from jiyu.sources.mappings.answers import ways_to_answer
from jiyu.sources.mappings.applying import apply_mapping
from jiyu.sources.mappings.definitions import mapping_version
from jiyu.sources.mappings.proposal import MappingProposal, propose_mapping
from jiyu.sources.mappings.rows import MappedRow, RowProblem
from jiyu.sources.mappings.spec import MappingSpec
from jiyu.sources.mappings.sums import sums_told, wrong_sums
from jiyu.sources.mappings.words import NO_ROWS, hidden_sheet
from jiyu.sources.models import Measure, Quarantine, Run, Source
from jiyu.sources.outcome import ImportOutcome, counts_text, notes_of
from jiyu.sources.policies import IMPORT_RECORDS, SEE_SOURCES
from jiyu.sources.quarantine.words import title_of
from jiyu.sources.replacing import Replaceable, replaceable
from jiyu.sources.roster.services import SOURCE_CODE as ROSTER_CODE
from jiyu.sources.runs.files import NUMBERS_FILE, file_again, file_keep, file_read
from jiyu.sources.runs.importing import records_import
from jiyu.sources.runs.returning import returning_in
from jiyu.sources.runs.sums import SumRow, sum_rows
from jiyu.sources.runs.visibility import visible_runs

SAMPLES_SHOWN = 5
LEARNED_FROM = 20  # newest imports whose mappings are tried
BIG_BYTES = 2 * 1024 * 1024
BIG_ROWS = 20_000


@dataclass(frozen=True)
class NumbersProposal:
    """A kept file, how we would read it, what its first rows would then mean, what it may replace, and what we did of
    ourselves (`notes`)."""

    file: StoredFile
    proposal: MappingProposal
    samples: tuple[MappedRow | RowProblem, ...]
    replaceable: Replaceable | None
    notes: tuple[Text, ...] = ()


@transaction.atomic
def numbers_keep(*, actor: Actor, data: bytes, filename: str) -> StoredFile:
    """Keep an uploaded file of numbers (redacted) until its mapping is confirmed. Errors: those of
    `read_tables`."""
    require(actor, IMPORT_RECORDS)
    kept = file_keep(actor, file_read(data, filename), data, owner_kind=NUMBERS_FILE)
    audit.record(actor, "sources.file_kept", "file", kept.pk, size_bytes=kept.size_bytes)
    return kept


def numbers_propose(
    *,
    actor: Actor,
    file_id: UUID,
    source_code: str,
    answers: Mapping[str, str] | None = None,
    window: tuple[date, date] | None = None,
) -> NumbersProposal:
    """How to read a kept file, as this source's files were read before or by its head and samples. `window` are the
    half-open days it is asked to replace, where they are not its own."""
    require(actor, IMPORT_RECORDS)
    _require_numbers(source_code)
    kept = kept_file(file_id)
    file = file_again(file_id)
    proposal = _proposal(file, source_code, answers)
    if proposal.spec is None:
        return NumbersProposal(kept, proposal, (), None)
    samples = tuple(islice(apply_mapping(proposal.spec, file), SAMPLES_SHOWN))
    if proposal.questions:
        return NumbersProposal(kept, proposal, samples, None, proposal.notes)
    old = replaceable(source_code, proposal.spec, file, is_big=_is_big(kept, file), window=window)
    wrong = wrong_sums(proposal.spec, file)
    notes = (sums_told(wrong, with_names=True),) if wrong else ()
    return NumbersProposal(kept, proposal, samples, old, (*proposal.notes, *notes))


def numbers_are_many(*, actor: Actor, file_id: UUID) -> bool:
    """Whether taking a kept file belongs into the background."""
    require(actor, IMPORT_RECORDS)
    return _is_big(kept_file(file_id), file_again(file_id))


def numbers_take(
    *,
    actor: Actor,
    file_id: UUID,
    source_code: str,
    source_label: str = "",
    answers: Mapping[str, str] | None = None,
    mode: str = Run.APPEND,
    window: tuple[date, date] | None = None,
) -> Run:
    """Take a kept file in with the proposal these answers lead to. The source is made when it is new. The answer
    "replaced" says what happens to rows that would return (`Returning`).

    Errors: sources.no_rows, sources.mapping_unclear (a question stands), those of `records_import`.
    """
    require(actor, IMPORT_RECORDS)
    _require_numbers(source_code)
    kept = kept_file(file_id)
    returning, others = returning_in(answers or {})
    proposal = _proposal(file_again(file_id), source_code, others)
    spec = _settled(proposal)
    source = _source(actor, source_code, source_label, spec)
    return records_import(
        actor=actor,
        source_code=source.code,
        data=files.read(kept),
        filename=kept.name,
        mapping=spec,
        mapping_version=mapping_version(actor=actor, source=source, mapping=spec),
        mode=mode,
        window=window,
        returning=returning,
        said=proposal.notes,
    )


def numbers_import(
    *,
    actor: Actor,
    source_code: str,
    data: bytes,
    filename: str,
    mapping: Mapping[str, Any] | None = None,
    answers: Mapping[str, str] | None = None,
    source_label: str = "",
    mode: str = Run.APPEND,
    window: tuple[date, date] | None = None,
) -> ImportOutcome:
    """Import numbers in one go: with `mapping` (a `MappingSpec` as data), else as the source's files were
    read before, else as proposed where nothing is doubtful or `answers` settle it ("replaced": as in `numbers_take`).
    Errors: sources.mapping_shape,
    sources.mapping_unclear, those of `records_import`."""
    require(actor, IMPORT_RECORDS)
    _require_numbers(source_code)
    returning, others = returning_in(answers or {})
    said: tuple[Text, ...] = ()
    if mapping is not None:
        spec = _parsed(mapping)
    else:
        proposal = _proposal(file_read(data, filename), source_code, others)
        spec, said = _settled(proposal), proposal.notes
    source = _source(actor, source_code, source_label, spec)
    run = records_import(
        actor=actor,
        source_code=source.code,
        data=data,
        filename=filename,
        mapping=spec,
        mapping_version=mapping_version(actor=actor, source=source, mapping=spec),
        mode=mode,
        window=window,
        returning=returning,
        said=said,
    )
    questions = Quarantine.objects.filter(run=run, state="open")
    return ImportOutcome(run, counts_text(run), tuple(title_of(question) for question in questions), notes_of(run))


def numbers_sums(*, actor: Actor, run: Run) -> list[SumRow] | None:
    """The rows of a run's file that were passed over as sums; None where the file is too big to be read again."""
    require(actor, SEE_SOURCES)
    if run.file is None or run.mapping is None:
        return []
    if kept_file(run.file).size_bytes > BIG_BYTES:
        return None
    return list(sum_rows(MappingSpec.model_validate(run.mapping), file_again(run.file)))


def kept_file(file_id: UUID) -> StoredFile:
    """A file kept by an upload; raises `NotVisibleError`."""
    kept = StoredFile.objects.filter(pk=file_id, owner_kind=NUMBERS_FILE).first()
    if kept is None:
        raise NotVisibleError
    return kept


def _require_numbers(source_code: str) -> None:
    if source_code == ROSTER_CODE:
        said = _("“%(code)s”是花名册，不是数据来源") % {"code": source_code}
        fix = _("换一个来源代码；花名册用 jiyu people import，或者在“花名册”页放进来")
        raise DomainError("sources.roster_is_no_numbers", said, fix=fix, path="source")


def _proposal(file: TableFile, source_code: str, answers: Mapping[str, str] | None) -> MappingProposal:
    source = Source.objects.filter(code=source_code).first()
    learned: list[MappingSpec] = []
    if source is not None:
        before = visible_runs().filter(source=source, mapping__isnull=False).order_by("-seq")[:LEARNED_FROM]
        learned = [MappingSpec.model_validate(run.mapping) for run in before]
    cut = source.day_cut_minutes if source is not None and (learned or source.day_cut_minutes) else None
    known = {m.code: m.unit for m in Measure.objects.filter(source=source)} if source is not None else {}
    proposal = propose_mapping(file, answers=answers, learned=learned, day_cut_minutes=cut, known_units=known)
    if proposal.spec is not None and next(apply_mapping(proposal.spec, file), None) is None:
        return replace(proposal, spec=None, questions=(), problem=NO_ROWS)
    return replace(proposal, notes=(*proposal.notes, *map(hidden_sheet, file.hidden_sheets)))


def _settled(proposal: MappingProposal) -> MappingSpec:
    if proposal.problem is not None:
        raise ProblemsError([proposal.problem])
    if proposal.spec is None or proposal.questions:
        raise ProblemsError(
            [
                Problem(
                    "sources.mapping_unclear",
                    Text(
                        f"还有 {len(proposal.questions)} 处没定：{q.title.zh}",
                        f"Not settled yet: {q.title.in_('en')}",
                    ),
                    Text("先回答，再导入：{ways}", "Answer, then import: {ways}").format(ways=ways_to_answer(q)),
                    path=q.key,
                )
                for q in proposal.questions
            ]
        )
    return proposal.spec


def _source(actor: Actor, code: str, label: str, spec: MappingSpec) -> Source:
    """The source, made when it is new; its business day starts where its first mapping says."""
    source = Source.objects.filter(code=code).first()
    if source is not None:
        return source
    return source_ensure(actor=actor, code=code, label=label.strip() or code, day_cut_minutes=spec.time.day_cut_minutes)


def _parsed(raw: Mapping[str, Any]) -> MappingSpec:
    try:
        return MappingSpec.model_validate(raw)
    except ValidationError as error:
        where = "; ".join(".".join(str(part) for part in e["loc"]) or _("最外层") for e in error.errors())
        raise DomainError(
            "sources.mapping_shape",
            _("列的读法写得不对：%(where)s") % {"where": where},
            fix=_("要是一个 JSON 对象，里面有 source_kind、subject、time、key_columns"),
            path=where,
        ) from error


def _is_big(kept: StoredFile, file: TableFile) -> bool:
    """Whether it is too big to be read while somebody waits."""
    if kept.size_bytes > BIG_BYTES:
        return True
    return any(sum(1 for _row in islice(sheet.iter_rows(), BIG_ROWS + 1)) > BIG_ROWS for sheet in file.sheets)
