"""`read_roster`: a 花名册 as it is, to people, questions and changes. Pure: no database, no clock.

Reading the same file with more answers takes more people; the keys of the questions stay the same.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from jiyu.lib.tables.cells import Sheet, TableFile, column_name
from jiyu.lib.tables.heads import Head, detect_head, head_at
from jiyu.lib.tables.writing import EXPORT_MARK
from jiyu.lib.text import Text
from jiyu.sources.mappings.words import hidden_sheet
from jiyu.sources.roster import questions
from jiyu.sources.roster.columns import ROSTER_COLUMNS
from jiyu.sources.roster.drafts import Draft, collect, unit_path, usual_width
from jiyu.sources.roster.fields import FieldReader
from jiyu.sources.roster.leads import LeadResolver, find_loops
from jiyu.sources.roster.result import (
    Answer,
    KnownPeople,
    KnownPerson,
    LeadRef,
    Option,
    Place,
    RosterPerson,
    RosterProblem,
    RosterReading,
    SheetUnderstood,
    SkippedRow,
    UnitNode,
)

_GREY_SHARE = 4  # more than a quarter grey is a look, not a statement
_COMPARED = (
    "name",
    "number",
    "unit_path",
    "job",
    "job_grade",
    "hired_on",
    "regular_on",
    "left_on",
    "employment_kind",
    "status_note",
    "born_on",
)


def read_roster(
    file: TableFile, known: KnownPeople, *, today: date, answers: Mapping[str, Answer] | None = None
) -> RosterReading:
    """Read all visible sheets with a roster's head, as of `today` (days far ahead are asked about).

    `known` is everybody as they are now (for new / changed / same, and for leads outside the file); `answers`
    are those given so far, by problem key. Never raises for what a file contains: a file without a head or a
    number column gives a reading without people and the question for it.
    """
    answers = answers or {}
    reader = _Reader(file, known, answers, today)
    return reader.read()


class _Reader:
    """One reading, step by step; each step only moves drafts forward or sets them aside with a question."""

    def __init__(self, file: TableFile, known: KnownPeople, answers: Mapping[str, Answer], today: date) -> None:
        self.file, self.known, self.answers, self.today = file, known, answers, today
        self.drafts: list[Draft] = []
        self.skipped: list[SkippedRow] = []
        self.sheets: list[SheetUnderstood] = []
        self.unresolved: list[RosterProblem] = []
        self.file_problems: list[RosterProblem] = []
        self.notes: list[Text] = []

    def read(self) -> RosterReading:
        for sheet in self._sheets():
            self._sheet(sheet)
        if not self.sheets and not self.file_problems:
            self.file_problems.append(self._no_head())
        width = usual_width(self.drafts, self.known.number_width)
        fields = FieldReader(self.answers, width, self.today)
        fields.read_all(self.drafts)
        self._fill_unit_gaps()
        self._ask_greyed()
        self._skip_duplicates()
        self._ask_equal_numbers()
        self._ask_known()
        self._drop_answered()
        taken = [draft for draft in self.drafts if not draft.blocks]
        waiting = [draft for draft in self.drafts if draft.blocks]
        people = self._people(taken, waiting, width)
        order = {sheet.name: index for index, sheet in enumerate(self.file.sheets)}
        problems = list(dict.fromkeys(p for draft in waiting for p in draft.blocks))
        return RosterReading(
            filename=self.file.filename,
            sheets=tuple(self.sheets),
            people=tuple(people),
            problems=(*self.file_problems, *problems),
            unresolved=tuple(self.unresolved),
            changes=tuple(fields.changes),
            skipped=tuple(sorted(self.skipped, key=lambda row: (order[row.place.sheet], row.place.row))),
            units=_unit_nodes(self.drafts),
            set_aside=tuple(draft.place for draft in waiting),
            number_width=width,
            rows={draft.key: (draft.number, draft.name) for draft in self.drafts},
            redacted=tuple(label for sheet in self.file.sheets for label in sheet.redactions.columns),
            notes=tuple(self.notes),
        )

    def _sheets(self) -> Sequence[Sheet]:
        """The sheets to read: of our own export the roster alone, the second one; its others are no rosters."""
        sheets = self.file.sheets
        first = sheets[0].head_rows(1) if len(sheets) > 1 else []
        if not first or first[0].cell(0).text != EXPORT_MARK:
            return sheets
        self.notes.append(
            Text("这是绩语自己导出的文件，只读花名册那一张。", "Our own export: only the roster was read.")
        )
        return sheets[1:2]

    def _sheet(self, sheet: Sheet) -> None:
        if sheet.is_hidden:
            self.notes.append(hidden_sheet(sheet.name))
            return
        head = self._head(sheet)
        if head is None:
            if any(not row.is_empty for row in sheet.head_rows()) and len(self.file.sheets) > 1:
                self.notes.append(
                    Text(f"工作表“{sheet.name}”不像花名册，没有读。", f'"{sheet.name}" is no roster; not read.')
                )
            return
        if head.column("number") is None:
            self.file_problems.append(_no_number_column(sheet.name, head))
            return
        drafts, skipped = collect(sheet, head, prefix=f"{sheet.name}!" if self.sheets else "")
        is_left = bool(drafts) and drafts[0].is_left_sheet
        self.sheets.append(SheetUnderstood(sheet.name, head, is_left, len(drafts)))
        self.drafts += drafts
        self.skipped += skipped

    def _head(self, sheet: Sheet) -> Head | None:
        """The head of a sheet: found, or pointed at by an answer; with columns that answers name."""
        pointed = self.answers.get("head")
        if pointed and pointed.value.strip().isdigit():
            head = head_at(sheet, int(pointed.value), ROSTER_COLUMNS)
        else:
            head = detect_head(sheet, ROSTER_COLUMNS)
        chosen = self.answers.get("column:number")
        if head is not None and chosen is not None:
            wanted = chosen.value.strip().casefold()
            columns = tuple(
                replace(column, code="number", confidence=100)
                if wanted in (column_name(column.index).casefold(), column.label.casefold())
                else column
                for column in head.columns
            )
            head = replace(head, columns=columns)
        if head is None or not any(head.column(code) for code in ("name", "first_name", "last_name")):
            return None
        return head

    def _no_head(self) -> RosterProblem:
        """What we saw instead of a head, and how to point at it."""
        rows = [row for sheet in self.file.sheets[:1] for row in sheet.head_rows(3)]
        seen = "；".join(" ".join(text for text in row.texts if text)[:40] for row in rows if not row.is_empty)
        places = tuple(Place(self.file.sheets[0].name, row.number) for row in rows[:1])
        return RosterProblem(
            "head",
            "roster.no_head",
            places,
            Text("没认出表头", "No head row was found"),
            Text(
                f"前 10 行里没有同时写着“工号”“姓名”这类词的一行。开头是：{seen}",
                f"No row of the first ten has words like number and name. It begins: {seen}",
            ),
            (
                Option("head", Text("表头在第几行", "The head is in row …"), needs="text"),
                Option("other", Text("换一个文件", "Another file")),
            ),
        )

    def _fill_unit_gaps(self) -> None:
        """Blank units under filled ones: filled only when HR says so."""
        gaps: list[tuple[Draft, tuple[str, ...]]] = []
        above: dict[str, tuple[str, ...]] = {}
        for draft in self.drafts:
            if "unit" not in draft.cells and "unit_1" not in draft.cells:
                continue
            if draft.unit_path:
                above[draft.place.sheet] = draft.unit_path
            elif draft.place.sheet in above and draft.number and not unit_path(draft):
                gaps.append((draft, above[draft.place.sheet]))
        if not gaps:
            return
        answer = self.answers.get("unit_gaps")
        if answer and answer.option == "fill":
            for draft, path in gaps:
                draft.unit_path = path
        elif not answer:
            self.unresolved.append(questions.unit_gaps("unit_gaps", [draft.place for draft, _ in gaps]))

    def _ask_greyed(self) -> None:
        grey = [draft for draft in self.drafts if draft.is_greyed and draft.status != "left"]
        if not grey or len(grey) * _GREY_SHARE > len(self.drafts):
            return
        answer = self.answers.get("greyed")
        option = answer.option if answer else ""
        question = questions.greyed("greyed", [draft.place for draft in grey])
        for draft in grey:
            if option == "left":
                draft.status = "left"
            elif option != "working":
                draft.blocks.append(question)

    def _skip_duplicates(self) -> None:
        """The same row again, word for word, is one row."""
        seen: dict[tuple[object, ...], Draft] = {}
        kept: list[Draft] = []
        for draft in self.drafts:
            if draft.number and draft.content() in seen:
                first = seen[draft.content()]
                text = f"和第 {first.place.row} 行一样：{draft.name}"
                self.skipped.append(SkippedRow(draft.place, "duplicate", text))
                continue
            seen[draft.content()] = draft
            kept.append(draft)
        self.drafts = kept

    def _ask_equal_numbers(self) -> None:
        by_number: dict[str, list[Draft]] = {}
        for draft in self.drafts:
            if draft.number:
                by_number.setdefault(draft.number, []).append(draft)
        for number, drafts in by_number.items():
            if len(drafts) == 1:
                continue
            key = f"number_twice:{number}"
            answer = self.answers.get(key)
            option = answer.option if answer else ""
            chosen = next((draft for draft in drafts if option == f"row:{draft.key}"), None)
            if chosen is None:
                question = questions.number_twice(key, number, [draft.said for draft in drafts], option)
                for draft in drafts:
                    draft.blocks.insert(0, question)
                continue
            for draft in drafts:
                if draft is not chosen:
                    self._lose_number(draft, chosen)

    def _lose_number(self, draft: Draft, chosen: Draft) -> None:
        """A row whose number went to another row: of the same person it goes, of another it asks."""
        if draft.name == chosen.name:
            self.drafts.remove(draft)
            text = f"和第 {chosen.place.row} 行是同一个人：{draft.name}"
            self.skipped.append(SkippedRow(draft.place, "duplicate", text))
            return
        lost, draft.number = draft.number, ""
        key = f"number:{draft.key}"
        answer = self.answers.get(key)
        draft.blocks.insert(
            0,
            questions.no_number(
                key, draft.place, draft.name, draft.unit, lost=lost, answered=answer.option if answer else ""
            ),
        )

    def _ask_known(self) -> None:
        """Numbers and names that mean somebody else in the company as known."""
        in_file = {draft.number for draft in self.drafts}
        for draft in self.drafts:
            if not draft.number or not draft.name:
                continue
            known = self.known.by_number.get(draft.number)
            if known is not None and known.name != draft.name:
                key = f"other_name:{draft.number}"
                if self._option(key) != "same":
                    draft.blocks.append(questions.other_name(key, draft.place, draft.number, draft.name, known))
            elif known is None:
                moved = self._renumbered(draft, in_file)
                key = f"other_number:{draft.number}"
                if moved is not None and self._option(key) not in ("new", "same"):
                    draft.blocks.append(questions.other_number(key, draft.place, draft.number, draft.name, moved))

    def _renumbered(self, draft: Draft, in_file: set[str]) -> KnownPerson | None:
        """Somebody working here with the name of a newcomer, whose own number the file does not have."""
        namesakes = self.known.by_name.get(draft.name, ())
        return next((one for one in namesakes if one.number not in in_file and one.status != "left"), None)

    def _drop_answered(self) -> None:
        kept: list[Draft] = []
        for draft in self.drafts:
            if any(self._option(problem.key) == "drop" for problem in draft.blocks):
                self.skipped.append(SkippedRow(draft.place, "dropped", draft.name))
            else:
                kept.append(draft)
        self.drafts = kept

    def _option(self, key: str) -> str:
        answer = self.answers.get(key)
        return answer.option if answer else ""

    def _people(self, taken: list[Draft], waiting: list[Draft], width: int) -> list[RosterPerson]:
        resolver = LeadResolver(taken, waiting, self.known, self.answers, width)
        leads: dict[str, LeadRef] = {}
        for draft in taken:
            lead, question = resolver.resolve(draft)
            known = self._known(draft)
            if question and known and known.lead_number and not lead.written:
                lead, question = LeadRef("not_given"), None  # a blank takes no lead away
            leads[draft.number] = lead
            if question and draft.status != "left":
                self.unresolved.append(question)
        for draft in waiting:
            question = resolver.resolve(draft)[1]
            if question and question.code == "roster.many_leads":
                draft.blocks.append(question)
        self._break_loops(taken, leads)
        return [self._person(draft, leads[draft.number]) for draft in taken]

    def _break_loops(self, taken: list[Draft], leads: dict[str, LeadRef]) -> None:
        """People who lead each other: nobody's lead is taken from the circle, all are listed once."""
        lead_of = {person.number: person.lead_number for person in self.known.people if person.lead_number}
        lead_of |= {number: lead.number for number, lead in leads.items() if lead.state == "resolved"}
        for number, lead in leads.items():
            if lead.state in ("top", "unclaimed"):
                lead_of.pop(number, None)
        by_number = {draft.number: draft for draft in taken}
        for members in find_loops(lead_of, by_number):
            inside = [by_number[number] for number in members if number in by_number]
            key = f"loop:{inside[0].number}"
            top = self._option(key).removeprefix("top:")
            if top in members:
                leads[top] = LeadRef("top", written=leads[top].written)
                continue
            for draft in inside:
                leads[draft.number] = LeadRef("unclaimed", written=leads[draft.number].written)
            said = [(draft.place, draft.number, draft.name) for draft in inside]
            self.unresolved.append(questions.lead_loop(key, said))

    def _known(self, draft: Draft) -> KnownPerson | None:
        known = self.known.by_number.get(draft.number)
        if known is None and self._option(f"other_number:{draft.number}") == "same":
            known = self._renumbered(draft, {one.number for one in self.drafts})
        return known

    def _person(self, draft: Draft, lead: LeadRef) -> RosterPerson:
        person = RosterPerson(
            draft.place,
            draft.number,
            draft.name,
            draft.unit_path,
            lead,
            job=draft.job,
            job_grade=draft.job_grade,
            hired_on=draft.dates.get("hired_on"),
            regular_on=draft.dates.get("regular_on"),
            left_on=draft.dates.get("left_on"),
            employment_kind=draft.employment_kind,
            status=draft.status or "active",
            status_note=draft.status_note,
            born_on=draft.dates.get("born_on"),
        )
        known = self._known(draft)
        if known is None:
            return person
        changed = _differences(person, known, says_status=bool(draft.status))
        return replace(
            person,
            person_id=known.person_id,
            change="changed" if changed else "same",
            changed=changed,
        )


def _differences(person: RosterPerson, known: KnownPerson, *, says_status: bool) -> tuple[str, ...]:
    """The fields a file changes of a known person. A blank says nothing; a leaver on the list works again."""
    changed = [name for name in _COMPARED if getattr(person, name) and getattr(person, name) != getattr(known, name)]
    if person.status != known.status and (says_status or known.status == "left"):
        changed.append("status")
    if person.lead.state == "resolved" and person.lead.number != known.lead_number:
        changed.append("lead")
    if person.lead.state == "top" and known.lead_number:
        changed.append("lead")
    return tuple(changed)


def _unit_nodes(drafts: list[Draft]) -> tuple[UnitNode, ...]:
    """All units of the file, parents before children, in the order of the file."""
    taken: dict[tuple[str, ...], int] = {}
    waiting: dict[tuple[str, ...], int] = {}
    for draft in drafts:
        for depth in range(1, len(draft.unit_path) + 1):
            path = draft.unit_path[:depth]
            taken.setdefault(path, 0)
            if draft.blocks:
                waiting[path] = waiting.get(path, 0) + 1
            else:
                taken[path] += 1
    first = {path: index for index, path in enumerate(taken)}
    ordered = sorted(taken, key=lambda path: [first[path[:depth]] for depth in range(1, len(path) + 1)])
    return tuple(UnitNode(path, taken[path], waiting.get(path, 0)) for path in ordered)


def _no_number_column(sheet: str, head: Head) -> RosterProblem:
    labels = " ".join(column.label for column in head.columns)
    return RosterProblem(
        "column:number",
        "roster.no_number_column",
        (Place(sheet, head.last_row),),
        Text("没找到工号这一列", "No column of employee numbers"),
        Text(
            f"表头有：{labels}。没有工号，同名的人就分不开。",
            f"The head has: {labels}. Without numbers, namesakes cannot be told apart.",
        ),
        (
            Option("column", Text("工号在这一列", "It is the column …"), needs="text"),
            Option("other", Text("换一个文件", "Another file")),
        ),
    )
