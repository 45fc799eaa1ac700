"""What the reading of a roster gives: people to take, questions, changes, skipped rows. All frozen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Literal

from jiyu.lib.tables.heads import Head
from jiyu.lib.text import Text, counted

LeadState = Literal["resolved", "top", "unclaimed", "not_given"]
SkipKind = Literal["title", "total", "blank", "head", "note", "duplicate", "dropped"]
PersonStatus = Literal["active", "probation", "leave", "left"]


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A row of a sheet, numbered as in the file (1-based)."""

    sheet: str
    row: int


@dataclass(frozen=True, slots=True)
class RowSaid:
    """A row in a sentence: its `key` among all rows, and what it says of whom."""

    place: Place
    key: str
    name: str
    unit: str
    lead: str
    is_left: bool


@dataclass(frozen=True, slots=True)
class KnownPerson:
    """A person as the company knows them now; `number` "" where they have none."""

    person_id: str
    number: str
    name: str
    unit_path: tuple[str, ...] = ()
    job: str = ""
    job_grade: str = ""
    lead_number: str = ""
    hired_on: date | None = None
    regular_on: date | None = None
    left_on: date | None = None
    employment_kind: str = ""
    status: str = "active"
    status_note: str = ""
    born_on: date | None = None


@dataclass(frozen=True)
class KnownPeople:
    """Everybody the company knows, frozen at the moment of reading. `number_width` 0: no usual length."""

    people: tuple[KnownPerson, ...] = ()
    number_width: int = 0

    @cached_property
    def by_number(self) -> Mapping[str, KnownPerson]:
        return {person.number: person for person in self.people if person.number}

    @cached_property
    def by_name(self) -> Mapping[str, tuple[KnownPerson, ...]]:
        names: dict[str, tuple[KnownPerson, ...]] = {}
        for person in self.people:
            names[person.name] = (*names.get(person.name, ()), person)
        return names


@dataclass(frozen=True, slots=True)
class Answer:
    """What a person chose for a problem: the `option`'s key, and a value where the option asks for one."""

    option: str
    value: str = ""


@dataclass(frozen=True, slots=True)
class Option:
    """One button. `key` is stored and stable; `needs` says what must be typed or picked with it."""

    key: str
    label: Text
    needs: Literal["", "date", "person", "number", "text"] = ""


@dataclass(frozen=True, slots=True)
class RosterProblem:
    """One question about one or several rows.

    `key` is the same each time the same file is read (answers hang on it); `title` is the bold line; `detail`
    what we read and that we did not guess; two or three options, none preselected; `answered` the option
    already chosen where that did not settle it.
    """

    key: str
    code: str
    places: tuple[Place, ...]
    title: Text
    detail: Text
    options: tuple[Option, ...]
    field: str = ""
    answered: str = ""

    @property
    def rows(self) -> tuple[int, ...]:
        return tuple(place.row for place in self.places)


@dataclass(frozen=True, slots=True)
class LeadRef:
    """Who leads a person: resolved to a `number`, nobody above (top), to be claimed, or not in this file."""

    state: LeadState
    number: str = ""
    written: str = ""


@dataclass(frozen=True, slots=True)
class RosterPerson:
    """A person to take. `change` compares with KnownPeople; `changed` names the fields that differ.

    `employment_kind`: regular, dispatch, intern, part_time, outsourced, rehired or "". A field the file has
    no column for, or leaves blank, is None or "" and changes nothing of a known person.
    """

    place: Place
    number: str
    name: str
    unit_path: tuple[str, ...]
    lead: LeadRef
    job: str = ""
    job_grade: str = ""
    hired_on: date | None = None
    regular_on: date | None = None
    left_on: date | None = None
    employment_kind: str = ""
    status: PersonStatus = "active"
    status_note: str = ""
    born_on: date | None = None
    person_id: str = ""
    change: Literal["new", "changed", "same"] = "new"
    changed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RosterChange:
    """Something we changed in reading: what was written, what we made of it, and why."""

    field: str
    before: str
    after: str
    why: Text
    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class SkippedRow:
    """A row that is nobody, or nobody new: what kind of row, and what it says."""

    place: Place
    kind: SkipKind
    text: str


@dataclass(frozen=True, slots=True)
class UnitNode:
    """A unit found in the file: its path from the top, people taken in and below it, rows waiting."""

    path: tuple[str, ...]
    taken: int
    waiting: int


@dataclass(frozen=True, slots=True)
class SheetUnderstood:
    """How one sheet was read: its head and what each column was taken for. `is_left`: a sheet of leavers."""

    name: str
    head: Head
    is_left: bool
    people: int


@dataclass(frozen=True)
class RosterReading:
    """The whole result. `problems` keep rows back; `unresolved` do not (直接上级待认领 and the like)."""

    filename: str
    sheets: tuple[SheetUnderstood, ...]
    people: tuple[RosterPerson, ...]
    problems: tuple[RosterProblem, ...]
    unresolved: tuple[RosterProblem, ...]
    changes: tuple[RosterChange, ...]
    skipped: tuple[SkippedRow, ...]
    units: tuple[UnitNode, ...]
    set_aside: tuple[Place, ...]
    number_width: int
    rows: Mapping[str, tuple[str, str]] = field(default_factory=dict)  # number and name by the row's key
    redacted: tuple[str, ...] = ()
    notes: tuple[Text, ...] = field(default=())

    @property
    def new(self) -> tuple[RosterPerson, ...]:
        return tuple(person for person in self.people if person.change == "new")

    @property
    def changed(self) -> tuple[RosterPerson, ...]:
        return tuple(person for person in self.people if person.change == "changed")

    @property
    def read_count(self) -> int:
        """People found: rows to take and rows set aside."""
        return len(self.people) + len(self.set_aside)

    @property
    def counts(self) -> Text:
        """ "读到 8 人 · 导入 5 · 待处理 3 行 · 跳过 3 行"; with 更新 once some of them are known."""
        new, changed = len(self.new), len(self.changed)
        known = any(person.person_id for person in self.people)
        zh = [f"读到 {self.read_count} 人", f"导入 {new}"]
        en = [f"{counted(self.read_count, 'person', 'people')} read", f"{new} new"]
        if known:
            zh.append(f"更新 {changed}")
            en.append(f"{changed} changed")
        zh += [f"待处理 {len(self.set_aside)} 行", f"跳过 {len(self.skipped)} 行"]
        en += [f"{counted(len(self.set_aside), 'row', 'rows')} to settle", f"{len(self.skipped)} skipped"]
        return Text(" · ".join(zh), " · ".join(en))

    @property
    def understood(self) -> Text:
        """ "表头在第 2 行 · 5 列都认得：工号 姓名 部门 直接上级 入职日期"."""
        if not self.sheets:
            return Text("没认出表头。", "No head row was found.")
        head = self.sheets[0].head
        labels = " ".join(column.label for column in head.known)
        unknown = " ".join(column.label for column in head.unknown)
        if not unknown:
            count = len(head.known)
            return Text(
                f"表头在第 {head.last_row} 行 · {count} 列都认得：{labels}",
                f"Head in row {head.last_row} · {counted(count, 'column', 'columns')}, all known: {labels}",
            )
        return Text(
            f"表头在第 {head.last_row} 行 · 认得 {len(head.known)} 列：{labels} · 没用上：{unknown}",
            f"Head in row {head.last_row} · {counted(len(head.known), 'column', 'columns')} known: {labels}"
            f" · not used: {unknown}",
        )
