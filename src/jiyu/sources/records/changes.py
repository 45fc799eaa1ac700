"""What an import did to what was there: rows it restated and rows it ended, page by page."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Literal
from uuid import UUID

from django.db.models import OuterRef, Subquery

from jiyu.core import clock
from jiyu.core.actor import Actor
from jiyu.core.paging import PAGE_SIZE, PageOf, page_at
from jiyu.core.policy import require
from jiyu.core.recorded import known
from jiyu.people.models import UnitState
from jiyu.people.public import org_on
from jiyu.sources.models import Fact, Record, Run, Superseded
from jiyu.sources.policies import SEE_SOURCES
from jiyu.sources.runs.files import file_names

ChangeKind = Literal["restated", "gone"]


@dataclass(frozen=True, slots=True)
class Said:
    """What one row said: about whom ("林晓峰 000317", a unit, "" when unknown), when, its words, and its numbers in
    millionths by the code of their measure."""

    who: str
    day: date
    occurred_at: datetime | None
    dimensions: Mapping[str, str]
    values: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class ChangedRow:
    """A row that was restated or ended: where the row that says so stands (of an ended one: where it stood, in
    `file_name`), what was said before, and what is said now (None: nothing)."""

    file_name: str
    sheet: str
    row: int
    before: Said
    now: Said | None


def run_changes(*, actor: Actor, run: Run, kind: ChangeKind, page: int = 1) -> PageOf[ChangedRow]:
    """The rows a run restated, or ended, in the order of its file and of the old rows. A page that is none is the
    nearest one."""
    require(actor, SEE_SOURCES)
    again = Record.objects.filter(run=run, source=run.source_id, key=OuterRef("record__key"))
    ended = Superseded.objects.filter(by_run=run).annotate(again=Subquery(again.values("pk")[:1]))
    ended = ended.filter(again__isnull=kind == "gone").order_by("again", "record")
    at: PageOf[ChangedRow] = page_at(ended.count(), page, size=PAGE_SIZE)
    start = (at.number - 1) * PAGE_SIZE
    here = list(ended.values_list("record", flat=True)[start : start + PAGE_SIZE])
    found = Record.objects.filter(pk__in=here).select_related("run").in_bulk()
    before = [found[pk] for pk in here]
    now = {one.key: one for one in Record.objects.filter(run=run, key__in=[one.key for one in before])}
    said = _said([*before, *now.values()])
    names = file_names(one.run.file for one in before)
    rows = []
    for old in before:
        new = now.get(old.key)
        if new is not None:
            rows.append(ChangedRow("", new.sheet, new.row, said[old.pk], said[new.pk]))
        else:
            name = names.get(old.run.file, "") if old.run.file else ""
            rows.append(ChangedRow(name, old.sheet, old.row, said[old.pk], None))
    return replace(at, rows=tuple(rows))


def _said(records: Sequence[Record]) -> dict[int, Said]:
    """What each record says, by its id."""
    values: dict[int, dict[str, int]] = defaultdict(dict)
    facts = Fact.objects.filter(record__in=[one.pk for one in records])
    for pk, code, value in facts.values_list("record", "measure__code", "value"):
        values[pk][code] = value
    names = _names({one.subject for one in records if one.subject})
    return {
        one.pk: Said(
            names.get(one.subject, "") if one.subject else "",
            one.business_day,
            one.occurred_at and clock.local(one.occurred_at),
            one.dimensions,
            values[one.pk],
        )
        for one in records
    }


def _names(subjects: Iterable[UUID]) -> dict[UUID, str]:
    """Persons and units by name."""
    chosen, now = list(subjects), clock.now()
    persons = org_on(on=clock.today(), known_at=now, only=chosen).persons.values()
    units = UnitState.objects.filter(known(now), unit__in=chosen).order_by("from_on").values_list("unit_id", "name")
    return dict(units) | {person.id: f"{person.name} {person.employee_no}".strip() for person in persons}
