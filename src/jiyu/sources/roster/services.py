"""Taking a roster: what is clean at once, the rest as its questions are answered, all of it undone as one."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from jiyu.core import audit, clock, files
from jiyu.core.actor import Actor
from jiyu.core.errors import DomainError, NotVisibleError
from jiyu.core.models import StoredFile
from jiyu.core.policy import require
from jiyu.lib.tables.cells import Cell
from jiyu.lib.tables.dates import ParsedDate, parse_date
from jiyu.lib.tables.names import EmployeeNumber, parse_employee_number
from jiyu.people.models import Person
from jiyu.people.public import FieldChange, known_people, roster_take
from jiyu.people.public import roster_undo as people_undo
from jiyu.sources.models import Quarantine, Run, Source
from jiyu.sources.policies import IMPORT_ROSTER
from jiyu.sources.roster.fields import LONGEST, MOST_AHEAD
from jiyu.sources.roster.handing_over import entries_to_take, known_for_reading
from jiyu.sources.roster.reading import read_roster
from jiyu.sources.roster.result import Answer, RosterReading
from jiyu.sources.runs.files import ROSTER_FILE, file_again, file_keep, file_read
from jiyu.sources.runs.lifecycle import run_apply, run_open
from jiyu.sources.runs.visibility import visible_runs

SOURCE_CODE = "roster"
NUMBER = re.compile(rf"\w[\w.\-/#]{{0,{LONGEST['number'] - 1}}}")
SHOWN = 24
NAMING = ("name", "lead", "status_note")


@transaction.atomic
def roster_import(*, actor: Actor, data: bytes, filename: str, on: date | None = None) -> Run:
    """Take from a roster file everybody who is clear, as of the day `on` (default today); the rest becomes
    questions.

    Returns the applied run. `tally`: read, new, changed, set_aside, skipped, knew (how many were known
    before); and `people`, what changed of whom: [field, old, new] by person. Answers given earlier to the very
    same file hold again. Errors: those of `read_tables`, sources.run_open (409), those of `people.roster_take`.
    A file without a head takes nobody and asks where the head is.
    """
    require(actor, IMPORT_ROSTER)
    file = file_read(data, filename)
    kept = file_keep(actor, file, data, owner_kind=ROSTER_FILE)
    run = run_open(actor=actor, source=_source(), file=kept, mapping={"on": (on or clock.today()).isoformat()})
    _take(actor, run, _earlier_answers(run), run.tally)
    applied = run_apply(run, run.tally)
    counts: dict[str, Any] = {name: value for name, value in applied.tally.items() if isinstance(value, int)}
    audit.record(actor, "sources.roster_imported", "run", run.pk, **counts)
    return applied


@transaction.atomic
def roster_keep(*, actor: Actor, data: bytes, filename: str) -> StoredFile:
    """Keep an uploaded roster (redacted) until it is taken in the background. Errors: those of `read_tables`."""
    require(actor, IMPORT_ROSTER)
    kept = file_keep(actor, file_read(data, filename), data, owner_kind=ROSTER_FILE)
    audit.record(actor, "sources.file_kept", "file", kept.pk, size_bytes=kept.size_bytes)
    return kept


def roster_take_kept(*, actor: Actor, file_id: UUID) -> Run:
    """`roster_import` of a file kept before."""
    kept = StoredFile.objects.get(pk=file_id, owner_kind=ROSTER_FILE)
    return roster_import(actor=actor, data=files.read(kept), filename=kept.name)


@transaction.atomic
def roster_settle(*, actor: Actor, run_id: UUID, key: str, option: str, value: str = "") -> Run:
    """Answer a question of a roster; whoever becomes clear by it is taken, within the same import.

    `option` is a key of the question's buttons, `value` what it asks for (a date, a number). Errors:
    sources.run_undone, sources.no_such_option, sources.answer_missing, sources.number_taken, sources.no_number,
    sources.day_far_ahead.
    """
    require(actor, IMPORT_ROSTER)
    run = roster_run(run_id, lock=True)
    question = Quarantine.objects.filter(run=run, key=key).first()
    if question is None:
        raise NotVisibleError(_("这一行已经处理好了"))
    chosen = next((o for o in question.options if o["key"] == option), None)
    if chosen is None:
        raise DomainError("sources.no_such_option", _("没有这个选项"), path="option")
    if chosen["needs"] and not value.strip():
        raise DomainError("sources.answer_missing", _("还没填"), fix=_("填好再提交"), path="value")
    _check_answer(run, key, chosen["needs"], value.strip())
    question.answer = {"option": option, "value": value.strip()}
    question.settled_at, question.settled_by = clock.now(), actor.person_id
    question.save(update_fields=["answer", "settled_at", "settled_by"])
    _take(actor, run, answers_of(run), run.tally)
    run.save(update_fields=["tally"])
    audit.record(actor, "sources.roster_settled", "run", run.pk, code=question.code, option=option.partition(":")[0])
    return run


@transaction.atomic
def roster_undo(*, actor: Actor, run_id: UUID) -> Run:
    """Take a whole roster import back. Errors: sources.run_undone, people.run_rested_on (with the list)."""
    require(actor, IMPORT_ROSTER)
    run = roster_run(run_id, lock=True)
    undo = run_open(actor=actor, source=run.source, mode=Run.UNDO, supersedes=run)
    people_undo(actor=actor, run_id=run.pk, undo_run_id=undo.pk)
    applied = run_apply(undo, {})
    audit.record(actor, "sources.roster_undone", "run", run.pk, by_run=str(undo.pk))
    return applied


def roster_run(run_id: UUID, *, lock: bool = False) -> Run:
    """An applied roster import that still holds; raises `NotVisibleError`, sources.run_undone."""
    runs = Run.objects.select_for_update(of=("self",)) if lock else Run.objects.all()
    run = (
        runs.select_related("source")
        .filter(pk=run_id, source__code=SOURCE_CODE, state=Run.APPLIED)
        .exclude(mode=Run.UNDO)
        .first()
    )
    if run is None:
        raise NotVisibleError
    if lock and Run.objects.filter(supersedes=run, state=Run.APPLIED).exists():
        raise DomainError("sources.run_undone", _("这次导入已经撤销了"), status=409)
    return run


def roster_reread(run: Run, answers: Mapping[str, Answer]) -> RosterReading:
    """The kept file read again, against what the company knows now."""
    assert run.file is not None, "a roster import has a file"
    known = known_people(on=_day_of(run), known_at=clock.now())
    return read_roster(file_again(run.file), known_for_reading(known), today=clock.today(), answers=answers)


def _check_answer(run: Run, key: str, needs: str, value: str) -> None:
    """Refuse a typed number that is none or somebody else's, and a day that cannot be meant."""
    if needs == "date":
        typed = parse_date(Cell(value, value))
        if isinstance(typed, ParsedDate) and typed.value > clock.today() + MOST_AHEAD:
            said = _("%(day)s 在一年以后") % {"day": typed.value.isoformat()}
            raise DomainError("sources.day_far_ahead", said, fix=_("填一年以内的日期"), path="value")
    if needs != "number":
        return
    reading = roster_reread(run, answers_of(run))
    number = parse_employee_number(Cell(value, value), width=reading.number_width)
    if not isinstance(number, EmployeeNumber) or not NUMBER.fullmatch(number.text) or re.search(r"\s", value):
        said = _("“%(value)s”不像工号") % {"value": value[:SHOWN]}
        fix = _("工号是字母、数字和 - _ . / #，中间没有空格，最多 %(n)s 个字") % {"n": LONGEST["number"]}
        raise DomainError("sources.no_number", said, fix=fix, path="value")
    row = key.partition(":")[2]
    own_name = reading.rows.get(row, ("", ""))[1]
    holder = next((name for at, (no, name) in reading.rows.items() if no == number.text and at != row), None)
    if holder is None:
        known = known_for_reading(known_people(on=_day_of(run), known_at=clock.now())).by_number.get(number.text)
        holder = known.name if known is not None and known.name != own_name else None
    if holder is not None:
        said = _("%(no)s 是%(name)s的") % {"no": number.text, "name": holder}
        fix = _("填这个人自己的工号，或者选“这行不导入”")
        raise DomainError("sources.number_taken", said, fix=fix, path="value")


def _take(actor: Actor, run: Run, answers: Mapping[str, Answer], tally: dict[str, Any]) -> None:
    """Read with the answers so far, take who is clear, keep the questions; counts go into `tally`."""
    on = _day_of(run)
    reading = roster_reread(run, answers)
    known = known_people(on=on, known_at=clock.now())
    if reading.people:
        tally.setdefault("knew", sum(1 for person in reading.people if person.person_id))
    outcome = roster_take(actor=actor, run_id=run.pk, entries=entries_to_take(reading.people, known), on=on)
    tally["new"] = tally.get("new", 0) + outcome.new
    ours = set(Person.objects.filter(run=run.pk).values_list("pk", flat=True))  # settling their leads is no update
    updated = [change for change in outcome.changes if not change.is_new and change.person_id not in ours]
    told = tally.setdefault("people", {})
    tally["changed"] = tally.get("changed", 0) + len({str(one.person_id) for one in updated} - told.keys())
    for one in updated:
        told.setdefault(str(one.person_id), []).extend(_without_names(field) for field in one.fields)
    tally |= {
        "read": reading.read_count,
        "set_aside": len(reading.set_aside),
        "skipped": len(reading.skipped),
    }
    _keep_questions(run, reading, answers)


def _without_names(change: FieldChange) -> list[str]:
    """What changed of somebody, as a run keeps it: names are told from the people's tables, where they are erased."""
    old, new = ("", "") if change.field in NAMING else (change.old, change.new)
    return [change.field, old, new]


def _keep_questions(run: Run, reading: RosterReading, answers: Mapping[str, Answer]) -> None:
    """One row per question, without personal text: the words come from the file when the page is shown."""
    there = {q.key: q for q in Quarantine.objects.filter(run=run)}
    open_now = {problem.key: problem for problem in (*reading.problems, *reading.unresolved)}
    for key, problem in open_now.items():
        options = [{"key": o.key, "zh": "", "en": "", "needs": o.needs} for o in problem.options]
        given = answers.get(key)
        question = there.get(key) or Quarantine(run=run, key=key)
        question.code, question.rows, question.options = problem.code, list(problem.rows), options
        question.sheet = problem.places[0].sheet[:100] if problem.places else ""
        question.state = "open"
        question.answer = {"option": given.option, "value": given.value} if given else None
        question.save()
    for key in answers.keys() - there.keys() - open_now.keys():  # answered when this file came before
        given = answers[key]
        kept = {"option": given.option, "value": given.value}
        Quarantine.objects.create(
            run=run, key=key, code="roster.answered_before", rows=[], state="settled", answer=kept
        )
    for key, question in there.items():
        if key not in open_now and question.state != "settled":
            question.state = "settled"
            question.save(update_fields=["state"])


def answers_of(run: Run) -> dict[str, Answer]:
    """Every answer given to a run so far, by question."""
    rows = Quarantine.objects.filter(run=run, answer__isnull=False).values_list("key", "answer")
    return {key: Answer(answer["option"], answer["value"]) for key, answer in rows if answer}


def _earlier_answers(run: Run) -> dict[str, Answer]:
    """What was answered when the very same bytes were imported before and not taken back."""
    before = visible_runs().filter(source=run.source, file_sha256=run.file_sha256).order_by("-seq").first()
    return answers_of(before) if before else {}


def _day_of(run: Run) -> date:
    """The day whose organisation the roster tells."""
    return date.fromisoformat((run.mapping or {})["on"])


def _source() -> Source:
    source, _made = Source.objects.get_or_create(
        code=SOURCE_CODE, defaults={"label": "花名册", "kind": "roster", "created_at": clock.now()}
    )
    return source
