"""Settling what was set aside: the answer is remembered where it is about a person, the rows come back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from jiyu.core import audit, clock
from jiyu.core.actor import Actor
from jiyu.core.errors import DomainError, NotVisibleError
from jiyu.core.language import say
from jiyu.core.models import StoredFile
from jiyu.core.policy import require
from jiyu.core.recorded import known
from jiyu.people.models import Employment
from jiyu.people.public import people_find
from jiyu.sources.mappings.rows import MappedRow, RowProblem
from jiyu.sources.mappings.spec import MappingSpec
from jiyu.sources.models import Match, Quarantine, Run, Source
from jiyu.sources.policies import IMPORT_RECORDS
from jiyu.sources.quarantine.again import rows_again
from jiyu.sources.quarantine.asking import (
    AS_DATED,
    COUNT,
    EDIT,
    FIRST,
    LAST,
    LEAVE,
    LEAVE_OUT,
    NOT_OURS,
    PICK,
    REOPEN,
    STILL_HERE,
    SUBJECT,
    SUM,
)
from jiyu.sources.runs.files import file_again
from jiyu.sources.runs.gathering import NOT_YET
from jiyu.sources.runs.importing import run_fill
from jiyu.sources.runs.lifecycle import run_open
from jiyu.sources.runs.visibility import visible_runs

OPEN, SETTLED, LEFT = "open", "settled", "left"


@transaction.atomic
def quarantine_settle(
    *,
    actor: Actor,
    item_id: UUID,
    option: str,
    employee_no: str = "",
    corrections: Mapping[str, str] | None = None,
) -> Run | None:
    """Answer a question of 待处理; the rows it held back are taken in a small new run, which is returned
    (None where nothing is taken).

    `option` is one of its buttons: "subject:<id>" or "pick" with `employee_no` say who is meant and are
    remembered for this source, with all open questions about the same words; "not_ours" leaves them out
    from now on; "edit" takes `corrections` (cell texts by column label); "as_dated" takes rows of a day that has
    not come; "count" and "leave_out" settle rows of days after somebody had left and are remembered, "still_here"
    takes them once the roster says so; "first", "last" and "sum" choose among equal keys; "leave" waits, and "reopen"
    takes that back. Errors: sources.no_such_option, sources.no_such_person, sources.still_left,
    sources.answer_missing, sources.still_unreadable, sources.run_open.
    """
    require(actor, IMPORT_RECORDS)
    item = _open_item(item_id)
    if option not in {o["key"] for o in item.options} and (option, item.state) != (REOPEN, LEFT):
        raise DomainError("sources.no_such_option", _("没有这个选项"), path="option")
    audit.record(
        actor,
        "sources.quarantine_settled",
        "quarantine",
        item.pk,
        code=item.code,
        option=option.partition(":")[0],
    )
    if option in (LEAVE, REOPEN):
        _close([item], LEFT if option == LEAVE else OPEN, option, actor)
        return None
    if option in (NOT_OURS, LEAVE_OUT):
        _decide(actor, item, None)
        _close(_same_words(item), SETTLED, option, actor)
        return None
    if option.startswith(SUBJECT) or option in (PICK, COUNT, STILL_HERE):
        if option == STILL_HERE:
            _require_still_here(item)
        else:
            _decide(actor, item, _person_meant(item, option, employee_no))
        return [_take(actor, one, option, _again(one)) for one in _same_words(item)][-1]
    if option == EDIT:
        given = _given(item, corrections or {})
        return _take(actor, item, option, _readable(_of_cell(item, _again(item, given))))
    return _take(actor, item, option, _chosen(list(_again(item)), option))


def _person_meant(item: Quarantine, option: str, employee_no: str) -> UUID:
    """Whom an answer names: the one typed in, the one of the button, or the one asked about."""
    if option == PICK:
        return _person(employee_no)
    return UUID(item.params["person"] if option == COUNT else option.removeprefix(SUBJECT))


def _given(item: Quarantine, corrections: Mapping[str, str]) -> dict[str, str]:
    """The cells that were corrected. One answer for several rows changes their day and nothing else."""
    given = {label: text.strip() for label, text in corrections.items() if text.strip()}
    if item.code == NOT_YET and len(item.rows) > 1:
        given = {label: text for label, text in given.items() if label in _time_columns(item)}
    if not given:
        raise DomainError("sources.answer_missing", _("还没填"), fix=_("填好再提交"), path="value")
    return given


def _require_still_here(item: Quarantine) -> None:
    """Refuse while the roster says what it said when the question was asked."""
    left_on = date.fromisoformat(item.params["day"]) + timedelta(1)
    spells = Employment.objects.filter(known(clock.now()), person=UUID(item.params["person"]))
    if spells.filter(left_on=left_on).exists():
        raise DomainError(
            "sources.still_left",
            _("花名册里，这个人还是 %(day)s 离职") % {"day": item.params["day"]},
            fix=_("先导入改好的花名册，再回来点"),
            status=409,
        )


def _time_columns(item: Quarantine) -> tuple[str, str]:
    time = MappingSpec.model_validate(item.run.mapping).time
    return time.column, time.clock_column


def _take(actor: Actor, item: Quarantine, option: str, rows: Iterable[MappedRow | RowProblem]) -> Run:
    """The rows of one question in a run of their own, from the same file."""
    before = item.run
    assert before.file is not None, "rows set aside come from a file"
    mapping = MappingSpec.model_validate(before.mapping)
    if option == SUM:
        mapping = mapping.model_copy(update={"equal_keys": "sum"})
    run = run_open(
        actor=actor,
        source=before.source,
        mapping_version=before.mapping_version,
        mapping=mapping.model_dump(mode="json"),
        file=StoredFile.objects.get(pk=before.file),
    )
    run = run_fill(actor=actor, run=run, mapping=mapping, items=rows, takes_days_to_come=option == AS_DATED)
    _close([item], SETTLED, option, actor, run)
    return run


def _open_item(item_id: UUID) -> Quarantine:
    item = Quarantine.objects.select_related("run__source").filter(pk=item_id, run__source__kind="records").first()
    if item is None:
        raise NotVisibleError
    Source.objects.select_for_update().get(pk=item.run.source_id)
    item.refresh_from_db(fields=["state"])
    if item.state == SETTLED or not visible_runs().filter(pk=item.run_id).exists():
        raise DomainError("sources.already_settled", _("这一行已经处理好了"), status=409)
    return item


def _same_words(item: Quarantine) -> list[Quarantine]:
    """Every unsettled question of the source about the same words, oldest file first."""
    return list(
        Quarantine.objects.filter(run__in=visible_runs().filter(source=item.run.source_id), key=item.key)
        .exclude(state=SETTLED)
        .select_related("run__source")
        .order_by("run__seq")
    )


def _again(item: Quarantine, corrections: Mapping[str, str] | None = None) -> Iterator[MappedRow | RowProblem]:
    run = item.run
    assert run.file is not None, "rows set aside come from a file"
    yield from rows_again(
        MappingSpec.model_validate(run.mapping),
        file_again(run.file),
        sheet_name=item.sheet,
        rows=item.rows,
        corrections=corrections,
    )


def _of_cell(item: Quarantine, rows: Iterable[MappedRow | RowProblem]) -> list[MappedRow | RowProblem]:
    """Of a row that holds a month of days, only the day that is asked about: the others have questions of their own."""
    is_day = MappingSpec.model_validate(item.run.mapping).grid is not None
    return [row for row in rows if not is_day or row.raw.keys() == (item.raw or {}).keys()]


def _readable(rows: list[MappedRow | RowProblem]) -> list[MappedRow | RowProblem]:
    for row in rows:
        if isinstance(row, RowProblem):
            raise DomainError(
                "sources.still_unreadable",
                say(row.problem.message),
                fix=say(row.problem.fix),
                path=row.problem.path,
            )
    if not rows:
        raise DomainError("sources.still_unreadable", _("改了以后，这一行不像一条数据了"))
    return rows


def _chosen(rows: list[MappedRow | RowProblem], option: str) -> list[MappedRow | RowProblem]:
    if option == FIRST:
        return rows[:1]
    return rows[-1:] if option == LAST else rows


def _person(employee_no: str) -> UUID:
    number = employee_no.strip()
    if not number:
        raise DomainError("sources.answer_missing", _("还没填工号"), path="employee_no")
    found = people_find(on=clock.today(), known_at=clock.now(), employee_no=number)
    if len(found) != 1:
        raise DomainError(
            "sources.no_such_person",
            _("花名册里没有工号 %(number)s") % {"number": number},
            fix=_("先在花名册里加上这个人，或者换一个工号"),
            path="employee_no",
        )
    return found[0].id


def _decide(actor: Actor, item: Quarantine, subject: UUID | None) -> None:
    is_unit = item.code.endswith("_unit")
    Match(
        source=item.run.source,
        alias=item.params["alias"],
        person=None if is_unit else subject,
        unit=subject if is_unit else None,
        decided_at=clock.now(),
        decided_by=actor.person_id,
    ).save()


def _close(items: list[Quarantine], state: str, option: str, actor: Actor, run: Run | None = None) -> None:
    for item in items:
        item.state, item.answer = state, {"option": option}
        item.settled_at, item.settled_by, item.settled_run = clock.now(), actor.person_id, run
        item.save(update_fields=["state", "answer", "settled_at", "settled_by", "settled_run"])
