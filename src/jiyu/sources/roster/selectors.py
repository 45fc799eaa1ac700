"""The page of a roster import (picture 05): the answer as title, what to settle, what we understood and
changed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from jiyu.core import clock, company
from jiyu.core.actor import Actor
from jiyu.core.models import StoredFile
from jiyu.core.policy import require
from jiyu.lib.text import Text, counted
from jiyu.people.public import org_on
from jiyu.sources.models import Quarantine, Run
from jiyu.sources.policies import IMPORT_ROSTER
from jiyu.sources.roster.columns import FIELD_WORDS
from jiyu.sources.roster.handing_over import ONE_DAY
from jiyu.sources.roster.result import RosterPerson, RosterProblem, RosterReading, SkippedRow
from jiyu.sources.roster.services import SOURCE_CODE, answers_of, roster_reread, roster_run

MOST_NAMED_IN_TREE = 60
MOST_SKIPPED_SHOWN = 6
MOST_UPDATED_SHOWN = 60
UPDATED_WORDS = {"kind": ("用工形式", "employment type"), "status_note": ("状态", "status"), "phone": ("电话", "phone")}
WITHOUT_VALUES = ("name", "lead", "status_note", "phone", "born_on")
SKIP_WORDS = {
    "title": Text("标题行", "title row"),
    "total": Text("{text}", "{text}"),
    "blank": Text("空行", "empty row"),
    "head": Text("重复的表头", "head again"),
    "note": Text("说明", "note"),
    "duplicate": Text("重复的行", "row twice"),
    "dropped": Text("选了不导入", "not wanted"),
}


@dataclass(frozen=True)
class UnitShown:
    """A unit of the tree: how many people were taken and wait in it and below, and those to name right in
    it."""

    name: str
    taken: int
    waiting: int
    people: tuple[PersonShown, ...]
    below: tuple[UnitShown, ...]


@dataclass(frozen=True)
class PersonShown:
    """A person of the tree. `note` says what is left to do or what we changed; `waiting` colours it."""

    name: str
    number: str
    note: Text
    waiting: bool


@dataclass(frozen=True)
class RosterPage:
    """Everything page 05 shows. Sentences in both languages."""

    run: Run
    file_name: str
    counts: Text
    understood: Text
    problems: tuple[RosterProblem, ...]
    unresolved: tuple[RosterProblem, ...]
    tree: UnitShown
    changes: tuple[tuple[Text, str, Text], ...]
    updated: tuple[tuple[str, tuple[Text, ...]], ...]
    updated_more: int
    skipped: Text
    notes: tuple[Text, ...]
    redacted: tuple[str, ...]
    is_undone: bool

    @property
    def new(self) -> int:
        """How many people this import brought."""
        return int(self.run.tally.get("new", 0))


@dataclass(frozen=True)
class RosterImport:
    """One past import in the list."""

    run: Run
    file_name: str
    counts: Text
    open_questions: int
    is_undone: bool


def roster_page(*, actor: Actor, run_id: UUID) -> RosterPage:
    """The page of one roster import. The words about people come from the kept file, read again with the
    answers."""
    require(actor, IMPORT_ROSTER)
    run = roster_run(run_id)
    reading = roster_reread(run, answers_of(run))
    return RosterPage(
        run=run,
        file_name=reading.filename,
        counts=counts_text(run),
        understood=reading.understood,
        problems=reading.problems,
        unresolved=reading.unresolved,
        tree=_tree(reading),
        changes=tuple(_changes(reading)),
        updated=_updated(run),
        updated_more=max(0, len(run.tally.get("people", {})) - MOST_UPDATED_SHOWN),
        skipped=_skipped(reading.skipped),
        notes=reading.notes,
        redacted=reading.redacted,
        is_undone=Run.objects.filter(supersedes=run, state=Run.APPLIED).exists(),
    )


def roster_imports(*, actor: Actor, limit: int = 20) -> list[RosterImport]:
    """The last roster imports, newest first, taken back or not."""
    require(actor, IMPORT_ROSTER)
    runs = list(
        Run.objects.filter(source__code=SOURCE_CODE, state=Run.APPLIED).exclude(mode=Run.UNDO).order_by("-seq")[:limit]
    )
    names = dict(StoredFile.objects.filter(pk__in=[r.file for r in runs]).values_list("pk", "name"))
    undone = set(Run.objects.filter(supersedes__in=runs, state=Run.APPLIED).values_list("supersedes_id", flat=True))
    waiting: dict[UUID, int] = defaultdict(int)
    for run_id in Quarantine.objects.filter(run__in=runs, state="open").values_list("run_id", flat=True):
        waiting[run_id] += 1
    return [
        RosterImport(r, names.get(r.file, "") if r.file else "", counts_text(r), waiting[r.pk], r.pk in undone)
        for r in runs
    ]


def counts_text(run: Run) -> Text:
    """ "读到 8 人 · 导入 5 · 待处理 3 行 · 跳过 3 行"; with 更新 where some were known before."""
    n = {name: int(run.tally.get(name, 0)) for name in ("read", "new", "changed", "set_aside", "skipped", "knew")}
    zh = [f"读到 {n['read']} 人", f"导入 {n['new']}"]
    en = [f"{counted(n['read'], 'person', 'people')} read", f"{n['new']} taken"]
    if n["knew"] or n["changed"]:
        zh.append(f"更新 {n['changed']}")
        en.append(f"{n['changed']} updated")
    zh += [f"待处理 {n['set_aside']} 行", f"跳过 {n['skipped']} 行"]
    en += [f"{counted(n['set_aside'], 'row', 'rows')} to settle", f"{n['skipped']} skipped"]
    return Text(" · ".join(zh), " · ".join(en))


def _tree(reading: RosterReading) -> UnitShown:
    named = len(reading.people) <= MOST_NAMED_IN_TREE
    people: dict[tuple[str, ...], list[RosterPerson]] = defaultdict(list)
    for person in _lead_first(reading.people):
        people[person.unit_path].append(person)
    padded = {change.after for change in reading.changes if change.field == "number"}
    here = company.current_or_none()

    def shown(path: tuple[str, ...], name: str, taken: int, waiting: int) -> UnitShown:
        below = [unit for unit in reading.units if unit.path[:-1] == path]
        return UnitShown(
            name=name,
            taken=taken,
            waiting=waiting,
            people=tuple(_person(p, padded) for p in people[path]) if named else (),
            below=tuple(shown(unit.path, unit.path[-1], unit.taken, unit.waiting) for unit in below),
        )

    return shown((), here.name if here else "", len(reading.people), len(reading.set_aside))


def _person(person: RosterPerson, padded: set[str]) -> PersonShown:
    if person.lead.state == "unclaimed":
        return PersonShown(person.name, person.number, Text("上级待认领", "lead to be claimed"), waiting=True)
    if person.status == "left":
        return PersonShown(person.name, person.number, Text("已离职", "left"), waiting=False)
    if person.number in padded:
        return PersonShown(person.name, person.number, Text("补了前导零", "zeros restored"), waiting=False)
    return PersonShown(person.name, person.number, Text(person.status_note), waiting=False)


def _lead_first(people: Sequence[RosterPerson]) -> Iterable[RosterPerson]:
    """Whoever leads before whoever is led, else as in the file."""
    by_number = {person.number: person for person in people}
    depth: dict[str, int] = {}
    for person in people:
        steps, one, seen = 0, person, {person.number}
        while one.lead.state == "resolved" and (above := by_number.get(one.lead.number)) and above.number not in seen:
            seen.add(above.number)
            steps, one = steps + 1, above
        depth[person.number] = steps
    return sorted(people, key=lambda person: depth[person.number])


def _changes(reading: RosterReading) -> Iterable[tuple[Text, str, Text]]:
    for change in reading.changes:
        zh, en = FIELD_WORDS.get(change.field, (change.field, change.field))
        said = change.before if len(change.places) > 1 else f"{change.before} → **{change.after}**"
        yield Text(zh, en), said, change.why


def _updated(run: Run) -> tuple[tuple[str, tuple[Text, ...]], ...]:
    """Whom a run changed and how: moved, left, came back, corrected. By number, the first of many."""
    told = {UUID(person): changes for person, changes in run.tally.get("people", {}).items()}
    persons = org_on(on=clock.today(), known_at=clock.now(), only=list(told)).persons if told else {}
    shown = sorted(persons.values(), key=lambda person: person.employee_no)[:MOST_UPDATED_SHOWN]
    return tuple((f"{p.name} {p.employee_no}", tuple(_update(*one) for one in told[p.id])) for p in shown)


def _update(field: str, old: str, new: str) -> Text:
    """One change in words. People keep the first day not employed; a roster and its readers the last day of work."""
    if field == "rehired_on":
        return Text(f"又入职了：**{new}**", f"came back: **{new}**")
    if field == "left_on" and not new:
        return Text("又在职了，原来记的离职去掉了", "works here again; the leaving was taken back")
    if field == "left_on":
        last = (date.fromisoformat(new) - ONE_DAY).isoformat()
        return Text(f"离职，最后一天 **{last}**", f"left, last day **{last}**")
    zh, en = UPDATED_WORDS.get(field) or FIELD_WORDS.get(field, (field, field))
    if field in WITHOUT_VALUES:
        return Text(f"{zh}改了", f"{en} changed")
    before = f"{old} → " if old else ""
    return Text(f"{zh} {before}**{new or '空'}**", f"{en} {before}**{new or 'blank'}**")


def _skipped(rows: Sequence[SkippedRow]) -> Text:
    shown = [SKIP_WORDS[row.kind].format(text=row.text) for row in rows[:MOST_SKIPPED_SHOWN]]
    zh, en = " · ".join(t.zh for t in shown), " · ".join(t.in_("en") for t in shown)
    more = len(rows) - len(shown)
    return Text(f"{zh} · 还有 {more} 行", f"{en} · {more} more") if more else Text(zh, en)
