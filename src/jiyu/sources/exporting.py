"""Records of each source as they were read, and the rows that wait, for the export."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from jiyu.core import clock
from jiyu.core.actor import Actor
from jiyu.core.language import say
from jiyu.core.models import StoredFile
from jiyu.core.policy import require
from jiyu.lib.tables.writing import OutSheet, Value
from jiyu.people.public import OrgView, require_whole_company
from jiyu.sources.models import EqualRow, Quarantine, Record, Run, Source
from jiyu.sources.policies import SEE_SOURCES
from jiyu.sources.quarantine.words import detail_of, title_of
from jiyu.sources.runs.visibility import visible_records

AT_ONCE = 2_000


def export_sheets(*, actor: Actor, known_at: datetime, org: OrgView) -> Iterator[OutSheet]:
    """One sheet per source of numbers, then 待处理. A row is told as its file had it, with where it stood, whose it is
    and whether it counts as known at `known_at`. `org` names people and units."""
    require(actor, SEE_SOURCES)
    require_whole_company(actor)
    files = _file_names()
    for source in Source.objects.filter(kind="records").order_by("label", "code"):
        labels = _labels(source)
        head = (
            _("文件"), _("工作表"), _("第几行"), _("记在哪天"), _("时刻"), _("算谁的"), _("算谁的（工号）"), _("算不算"),
            *labels, _("其他列"),
        )  # fmt: skip
        title = _("数据 %(name)s") % {"name": source.label}
        yield OutSheet(title, head, _record_rows(source, labels, files, known_at, org))
    yield OutSheet(
        _("待处理"),
        (_("来源"), _("文件"), _("工作表"), _("第几行"), _("为什么"), _("怎么办"), _("状态"), _("原来的行")),
        _quarantine_rows(files),
        widths=(16, 24, 16, 12, 36, 36, 10, 60),
    )


def _file_names() -> dict[UUID, str]:
    """What the file of each run was called."""
    names = dict(StoredFile.objects.values_list("pk", "name"))
    return {run: names.get(file, "") for run, file in Run.objects.exclude(file=None).values_list("pk", "file") if file}


def _labels(source: Source) -> list[str]:
    """The columns of the files of a source, by the first record of each import."""
    labels: dict[str, None] = {}
    for run in source.runs.order_by("seq").values_list("pk", flat=True):
        first = Record.objects.filter(source=source, run=run).order_by("pk").values_list("raw", flat=True).first()
        labels |= dict.fromkeys(first or ())
    return list(labels)


def _record_rows(
    source: Source, labels: Sequence[str], files: dict[UUID, str], known_at: datetime, org: OrgView
) -> Iterator[tuple[Value, ...]]:
    counted = Exists(visible_records(known_at).filter(pk=OuterRef("pk")))
    records = Record.objects.filter(source=source).annotate(is_counted=counted)
    for record in records.order_by("pk").iterator(chunk_size=AT_ONCE):
        state = _("算") if record.is_counted else _("不算了：后来的文件更正了，或那次导入撤销了")
        yield _row(record, record.sheet, record.row, record.raw, state, labels, files, org)
    words = {
        EqualRow.REPEATED: _("不算：和上面一行一样"),
        EqualRow.REPLACED: _("不算：同一条后面还有一行"),
        EqualRow.SUMMED: _("并进了同一条"),
    }
    equals = EqualRow.objects.filter(record__source=source).select_related("record")
    for equal in equals.order_by("record", "row").iterator(chunk_size=AT_ONCE):
        yield _row(equal.record, equal.sheet, equal.row, equal.raw, words[equal.state], labels, files, org)


def _row(
    record: Record,
    sheet: str,
    row: int,
    raw: Any,
    state: str,
    labels: Sequence[str],
    files: dict[UUID, str],
    org: OrgView,
) -> tuple[Value, ...]:
    person = org.persons.get(record.subject) if record.subject else None
    whose = person.name if person else org.path_text(record.subject) if record.subject else ""
    moment = record.occurred_at
    said = raw or {}
    more = {label: value for label, value in said.items() if label not in labels}
    return (
        files.get(record.run_id, ""),
        sheet,
        row or None,
        record.business_day,
        clock.local(moment).replace(tzinfo=None) if moment else None,
        whose,
        person.employee_no if person else None,
        state,
        *(_text(said.get(label)) for label in labels),
        _text(more) if more else None,
    )


def _quarantine_rows(files: dict[UUID, str]) -> Iterator[tuple[Value, ...]]:
    states = {"open": _("等着"), "settled": _("处理了"), "left": _("先放着")}
    found = Quarantine.objects.select_related("run__source").order_by("run__seq", "pk")
    for item in found.iterator(chunk_size=AT_ONCE):
        yield (
            item.run.source.label,
            files.get(item.run_id, ""),
            item.sheet,
            _("、").join(str(row) for row in item.rows),
            say(title_of(item)),
            say(detail_of(item)),
            states.get(item.state, item.state),
            _text(item.raw),
        )


def _text(value: Any) -> str | None:
    """What a cell of a kept row says; rows that belong together as they are kept."""
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False)
