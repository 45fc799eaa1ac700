"""`propose_mapping`: from a file's head and samples to a mapping; doubts are questions.

Nothing doubtful is decided here: a question stands until it is answered, and the mapping works meanwhile by
setting the doubtful rows aside.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Literal

from jiyu.lib.tables.cells import Cell, Sheet, TableFile, column_name
from jiyu.lib.tables.dates import (
    DayOrder,
    ParsedDate,
    judge_day_order,
    parse_date,
    parse_datetime,
    parse_duration_seconds,
    short_date,
)
from jiyu.lib.tables.heads import Head, HeadColumn, detect_head, is_total, normal_label
from jiyu.lib.tables.names import is_blank_word
from jiyu.lib.tables.numbers import ParsedNumber, parse_number, split_head_unit
from jiyu.lib.text import Problem, Text
from jiyu.sources.mappings import doubts
from jiyu.sources.mappings.answers import fitting_answers, no_such_answer
from jiyu.sources.mappings.applying import apply_mapping, find_head, names_apart
from jiyu.sources.mappings.columns import KIND_WORDS, MEASURES, ROLES
from jiyu.sources.mappings.doubts import MappingQuestion
from jiyu.sources.mappings.grids import GRID_DAYS, day_columns, is_note
from jiyu.sources.mappings.guesses import ColumnGuess, MappingProposal, guesses_of
from jiyu.sources.mappings.proposing_grids import grid_proposal
from jiyu.sources.mappings.rows import MappedRow, RowProblem, label_key
from jiyu.sources.mappings.spec import (
    DimensionSpec,
    EqualKeys,
    GridSpec,
    MappingSpec,
    MatchedBy,
    MeasureSpec,
    SourceKind,
    SplitMode,
    SubjectSpec,
    TimeSpec,
)
from jiyu.sources.mappings.titles import business_day_in, day_in
from jiyu.sources.mappings.units import drops_units, unit_chosen
from jiyu.sources.mappings.years import is_year_known, short_dates, short_order, told_year, year_taken, years_note

__all__ = [
    "ColumnGuess",
    "MappedRow",
    "MappingProposal",
    "MappingQuestion",
    "MappingSpec",
    "RowProblem",
    "apply_mapping",
    "propose_mapping",
]

_SAMPLE_ROWS = 400
_VOCABULARY = {**ROLES, **MEASURES}
_MORNING = 5
_LEAP_YEAR = 2000  # has every day a cell can name
_ORDERS: tuple[DayOrder, ...] = ("dmy", "mdy")
_CODE_LABEL = re.compile(r"(?:\bid|_id|ID|_by|编?号|编?码|代码)$")
_CODE = re.compile(r"\w{1,60}")


def propose_mapping(
    file: TableFile,
    *,
    answers: Mapping[str, str] | None = None,
    learned: Sequence[MappingSpec] = (),
    day_cut_minutes: int | None = None,
    known_units: Mapping[str, str] | None = None,
) -> MappingProposal:
    """Propose how to read a file of numbers.

    `learned` are mappings confirmed before, newest first: the first whose columns are all there is taken as
    it is (units in brackets included: 万元 is another column than 元). `day_cut_minutes` is the source's cut
    where it is known, `known_units` are the units of its measures by code. `answers` map the keys of questions
    to options; "role:<label>" corrects a column. One that is none of those there are leaves no mapping
    (mapping.no_such_answer).
    """
    answers = answers or {}
    visible = [sheet for sheet in file.sheets if not sheet.is_hidden]
    for spec in learned:
        for sheet in visible:
            head = find_head(spec, sheet)
            again = _read_again(spec, file, sheet, head, answers) if head is not None else None
            if again is not None:
                return again
    best: MappingProposal | None = None
    for sheet in visible:
        proposal = _Proposer(file, sheet, answers, day_cut_minutes, known_units or {}).propose()
        if proposal.spec is not None:
            return proposal
        best = best if best is not None and best.head is not None else proposal
    return best or MappingProposal(None, "", None, problem=doubts.NO_HEAD)


def _read_again(
    spec: MappingSpec, file: TableFile, sheet: Sheet, head: Head, answers: Mapping[str, str]
) -> MappingProposal | None:
    """The file read by a mapping confirmed before; None where it is to be proposed anew. Of a table of days only the
    symbols that nobody has given a meaning yet are asked, and the month where no title says it."""
    if spec.grid is not None and all(key == "month" or key.startswith(doubts.SYMBOL) for key in answers):
        if len(fitting_answers(answers, head)) < len(answers):
            return None
        proposal = grid_proposal(spec, file, sheet, head, answers)
        return replace(proposal, learned=not proposal.questions and not answers)
    if answers or spec.grid is not None or spec.time.shape == "fixed" or drops_units(spec, sheet, head):
        return None
    told = told_year(sheet, head, file.filename)
    cells = _cells_below(sheet, head, spec.time.column)
    if not is_year_known(spec.time, cells, told):
        return None
    notes = (years_note(told),) if short_dates(cells) else ()
    return MappingProposal(spec, sheet.name, head, guesses_of(spec, head), learned=True, notes=notes)


def _cells_below(sheet: Sheet, head: Head, label: str) -> list[Cell]:
    """The cells of a column in the rows that are looked at."""
    index = next((c.index for c in head.columns if label and label_key(c.label) == label_key(label)), -1)
    return [row.cell(index) for row in sheet.head_rows(head.last_row + _SAMPLE_ROWS) if row.number > head.last_row]


class _Proposer:
    """One sheet: head, roles by word and by what stands below, then the parts of the mapping."""

    def __init__(
        self,
        file: TableFile,
        sheet: Sheet,
        answers: Mapping[str, str],
        day_cut_minutes: int | None,
        known_units: Mapping[str, str],
    ) -> None:
        self.file, self.sheet, self.answers = file, sheet, answers
        self.day_cut, self.known_units = day_cut_minutes, known_units
        self.questions: list[MappingQuestion] = []
        self.roles: dict[int, str] = {}
        self.codes: dict[int, str] = {}

    def propose(self) -> MappingProposal:
        head = detect_head(self.sheet, _VOCABULARY)
        if head is None:
            return MappingProposal(None, self.sheet.name, None, problem=doubts.NO_HEAD)
        self.head = head
        given, self.answers = self.answers, fitting_answers(self.answers, head)
        proposal = self._proposed()
        wrong = [key for key in given if key not in self.answers]
        if wrong:
            refused = self._without(no_such_answer(wrong[0], given[wrong[0]], self.questions))
            return replace(refused, symbols=proposal.symbols)
        return proposal

    def _proposed(self) -> MappingProposal:
        head = self.head
        rows = self.sheet.head_rows(head.last_row + _SAMPLE_ROWS)
        self.title = " ".join(text for row in rows if row.number < head.first_row for text in row.texts if text)
        self.rows = [row for row in rows if row.number > head.last_row and not row.is_empty and not is_total(row)]
        self.is_grid = len(day_columns(head, 2000, 1)) >= GRID_DAYS
        if self.is_grid:  # a legend below the table names nobody
            self.rows = [row for row in self.rows if not is_note(row)]
        self._assign_roles()
        subject = self._subject()
        if subject is None:
            return self._without(doubts.no_subject(head))
        if self.is_grid:
            return self._grid(subject)
        when = self._time()
        if when is None:
            return self._without(doubts.no_time(head))
        when, notes = self._with_year(when)
        measures = self._measures()
        key, equal = self._key(subject, when)
        spec = MappingSpec(
            source_kind=self._kind(),
            subject=subject,
            time=when,
            key_columns=key,
            equal_keys=equal,
            measures=measures,
            dimensions=tuple(
                DimensionSpec(column=column.label, code=split_head_unit(column.label)[0])
                for column in self._with_role("dimension", "shift", "crew")
                if column.label != subject.column
            ),
            ignored_columns=tuple(column.label for column in self._with_role("ignored")),
        )
        guesses = guesses_of(spec, head)
        return MappingProposal(spec, self.sheet.name, head, guesses, tuple(self.questions), notes=notes)

    def _without(self, problem: Problem) -> MappingProposal:
        columns = tuple(
            ColumnGuess(c.label, self.roles.get(c.index, "ignored"), "", "", c.samples) for c in self.head.columns
        )
        return MappingProposal(None, self.sheet.name, self.head, columns, tuple(self.questions), problem)

    def _assign_roles(self) -> None:
        for column in self.head.columns:
            chosen = self.answers.get(f"role:{column.label}")
            code = column.code
            if chosen:
                self.roles[column.index] = chosen
                if code in MEASURES and column.confidence == 100:
                    self.codes[column.index] = str(code)
            elif code in MEASURES and column.confidence == 100:
                self.roles[column.index], self.codes[column.index] = "measure", str(code)
            elif code is not None and column.confidence == 100:
                self.roles[column.index] = code
            elif code in ("number", "key") or (code in ("name", "crew") and not self._are_numbers(column.index)):
                self.roles[column.index] = str(code)
            else:
                self.roles[column.index] = self._role_by_samples(column)
            role = self.roles[column.index]
            if role in ("day", "moment") and not chosen and not self._are_dates(column.index, may_lack_year=True):
                self.roles[column.index] = "dimension"
            if role == "measure" and not self._are_numbers(column.index):
                self.roles[column.index] = "dimension"

    def _role_by_samples(self, column: HeadColumn) -> str:
        """Numbers are measures, dates are times, the rest are words to group by."""
        cells = self._filled(column.index)
        if not cells:
            return "ignored"
        if column.code in ("day", "moment"):
            return column.code
        if self._are_dates(column.index) and not _is_number(cells[0]):
            return "day"
        is_code = _CODE_LABEL.search(column.label.strip()) is not None
        return "dimension" if is_code or not self._are_numbers(column.index) else "measure"

    def _are_dates(self, index: int, *, may_lack_year: bool = False) -> bool:
        """Whether most cells can be read as dates, whatever the order of day and month turns out to be. 3/5 is one only
        below a head that says so."""
        cells = (self._times(index) if may_lack_year else self._filled(index))[:50]
        read = sum(any(isinstance(parse_date(cell, order), ParsedDate) for order in _ORDERS) for cell in cells)
        return read * 2 >= len(cells)

    def _are_numbers(self, index: int) -> bool:
        cells = self._filled(index)
        return not cells or sum(_is_number(cell) for cell in cells) * 10 >= len(cells) * 8

    def _filled(self, index: int) -> list[Cell]:
        return [row.cell(index) for row in self.rows if row.cell(index).text]

    def _times(self, index: int) -> list[Cell]:
        """The filled cells, days without a year given one: to see what shape they have, not when they are."""
        cells = self._filled(index)
        return [short.in_year(_LEAP_YEAR) if (short := short_date(cell)) is not None else cell for cell in cells]

    def _with_year(self, when: TimeSpec) -> tuple[TimeSpec, tuple[Text, ...]]:
        """The time with the year of days that name none, and what to say of it."""
        days = short_dates(_cells_below(self.sheet, self.head, when.column))
        if not days:
            return when, ()
        told = told_year(self.sheet, self.head, self.file.filename)
        when, question = year_taken(when, days, told, self.answers.get("year", ""))
        if question is not None:
            self.questions.append(question)
        return when, (years_note(told),) if when.year_from in ("title", "turn") else ()

    def _with_role(self, *roles: str) -> list[HeadColumn]:
        return [column for column in self.head.columns if self.roles.get(column.index) in roles]

    def _first(self, *roles: str) -> HeadColumn | None:
        return next((column for role in roles for column in self._with_role(role)), None)

    def _subject(self) -> SubjectSpec | None:
        found = self._first("number", "name", "crew")
        if found is None:
            return None
        role = self.roles[found.index]
        matched: MatchedBy = "number" if role == "number" else "name" if role == "name" else "crew"
        split: SplitMode = "aside"
        several = [cell.text for cell in self._filled(found.index) if len(names_apart(cell.text)) > 1]
        if several and matched != "crew":
            answer = self.answers.get("split", "")
            split = "equal" if answer == "equal" else "each" if answer == "each" else "aside"
            if not answer:
                self.questions.append(doubts.split(found.label, several))
        blank = self._blank_subjects(found)
        return SubjectSpec(column=found.label, matched_by=matched, split=split, blank=blank)

    def _blank_subjects(self, column: HeadColumn) -> Literal["aside", "skip"]:
        answer = self.answers.get("blank_subject", "")
        if answer:
            return "skip" if answer == "skip" else "aside"
        blank = sum(is_blank_word(row.cell(column.index).text) for row in self.rows)
        if blank and not self.is_grid:
            self.questions.append(doubts.blank_subject(column.label, blank, len(self.rows)))
        return "aside"

    def _time(self) -> TimeSpec | None:
        moment, day = self._chosen_time("moment"), self._chosen_time("day")
        clock, month = self._first("clock"), self._first("month")
        if moment is not None and self._have_clock(moment.index):
            return self._moment(moment)
        if day is not None and self._have_clock(day.index):
            return self._moment(day)
        day = day or moment
        if day is not None:
            order = self._order(day)
            if clock is None:
                return TimeSpec(shape="day", column=day.label, order=order, day_cut_minutes=self.day_cut or 0)
            cut = self._cut([row.cell(clock.index) for row in self.rows])
            business = self.answers.get("night_date") == "shift"
            if cut and "night_date" not in self.answers:
                self.questions.append(doubts.night_date(day.label, clock.label))
            return TimeSpec(
                shape="day", column=day.label, clock_column=clock.label, order=order, day_cut_minutes=cut,
                dates_are_business_days=business,
            )  # fmt: skip
        if month is not None:
            return TimeSpec(shape="month", column=month.label)
        return self._whole_day()

    def _chosen_time(self, role: str) -> HeadColumn | None:
        """Of several columns with times the one answered, else the one that says when the work was done."""
        columns = self._with_role(role)
        answer = self.answers.get("time_column")
        named = [column for column in self._with_role("moment", "day") if column.label == answer]
        if named:
            return named[0] if named[0] in columns else None
        known = [normal_label(word) for word in ROLES[role]]
        ranked = sorted(columns, key=lambda c: known.index(label) if (label := normal_label(c.label)) in known else 99)
        if len(ranked) > 1 and not any(question.key == "time_column" for question in self.questions):
            self.questions.append(doubts.time_column([column.label for column in ranked]))
        return ranked[0] if ranked else None

    def _moment(self, column: HeadColumn) -> TimeSpec:
        cut = self._cut(self._times(column.index))
        return TimeSpec(shape="moment", column=column.label, order=self._order(column), day_cut_minutes=cut)

    def _whole_day(self) -> TimeSpec | None:
        """One day for the whole file: typed, or standing in the title."""
        typed = self.answers.get("day", "")
        parsed = parse_date(Cell(typed, typed))
        if isinstance(parsed, ParsedDate):
            return TimeSpec(shape="fixed", day=parsed.value)
        day = business_day_in(self.title)
        if day is None:
            return None
        if typed != "title":
            self.questions.append(doubts.day_from_title(day, is_month=day_in(self.title) is None))
        return TimeSpec(shape="title")

    def _have_clock(self, index: int) -> bool:
        cells = self._times(index)[:50]
        moments = [parse_datetime(cell, order) for cell in cells for order in _ORDERS]
        return any(not isinstance(m, Problem | None) and (m.hour or m.minute) for m in moments)

    def _order(self, column: HeadColumn) -> DayOrder:
        order = judge_day_order(row.cell(column.index).text for row in self.sheet.iter_rows())
        days = short_dates(self._filled(column.index))
        short = short_order(days, told_year(self.sheet, self.head, self.file.filename)) if days else ""
        if not isinstance(order, Problem) and short is not None:
            return order or short
        answer = self.answers.get("day_order")
        if answer in ("dmy", "mdy"):
            return "dmy" if answer == "dmy" else "mdy"
        if isinstance(order, Problem):
            self.questions.append(doubts.day_order(column.label, order))
        else:
            self.questions.append(doubts.short_day_order(column.label, f"{days[0].first}/{days[0].second}"))
        return ""

    def _cut(self, cells: Sequence[Cell]) -> int:
        """The start of the business day: the source's, an answer's, or 0 and a question for night work."""
        if self.day_cut is not None:
            return self.day_cut
        answer = self.answers.get("day_cut", "")
        if answer:
            hours, minutes = answer.split(":")
            return int(hours) * 60 + int(minutes)
        night = [cell.text for cell in cells if _is_night(cell)]
        if night:
            self.questions.append(doubts.day_cut(night[0]))
        return 0

    def _measures(self) -> tuple[MeasureSpec, ...]:
        measures: list[MeasureSpec] = []
        taken: set[str] = set()
        for column in self._with_role("measure"):
            label, unit = split_head_unit(column.label)
            code = self.codes.get(column.index) or _code(label, column.index)
            if code in taken:
                code = _code(label, column.index)
            if code in taken:
                code = f"{code}_{column_name(column.index).lower()}"
            taken.add(code)
            answer = self.answers.get(f"unit:{column.label}", "")
            choice = unit_chosen(column.label, code, unit, self._filled(column.index), answer, self.known_units)
            if choice.question is not None:
                self.questions.append(choice.question)
            if not choice.code:
                self.roles[column.index] = "ignored"
                continue
            measures.append(
                MeasureSpec(
                    column=column.label, code=choice.code, label=label, unit=choice.unit.code, word=choice.word,
                    written_unit=choice.written.code if choice.written else "",
                )
            )  # fmt: skip
        return tuple(measures)

    def _key(self, subject: SubjectSpec, when: TimeSpec) -> tuple[tuple[str, ...], EqualKeys]:
        """The column of entry numbers when each row has its own, else who, when and the words of a row."""
        answer = self.answers.get("equal_keys", "")
        chosen: EqualKeys = "sum" if answer == "sum" else "last" if answer == "last" else "reject"
        for column in self._with_role("key"):
            texts = [cell.text for cell in self._filled(column.index)]
            if texts and len(texts) * 20 >= len(self.rows) * 19 and len(set(texts)) * 10 >= len(texts) * 9:
                return (column.label,), chosen if answer else "last"
        others = self._with_role("key", "dimension", "shift", "crew")
        labels = [subject.column, when.column, when.clock_column, *[column.label for column in others]]
        key = tuple(dict.fromkeys(label for label in labels if label))
        if not answer and self._have_equal_keys(key):
            self.questions.append(doubts.equal_keys(key))
        return key, chosen

    def _have_equal_keys(self, labels: Sequence[str]) -> bool:
        """Whether rows that differ share a key; rows that are all the same are repeats and no doubt."""
        indexes = [column.index for column in self.head.columns if column.label in labels]
        seen: dict[tuple[str, ...], tuple[str, ...]] = {}
        for row in self.rows:
            texts = tuple(text.strip() for text in row.texts)
            key = tuple(row.cell(index).text.strip() for index in indexes)
            if seen.setdefault(key, texts) != texts:
                return True
        return False

    def _kind(self) -> SourceKind:
        codes = set(self.codes.values())
        counts = {kind: len(codes & set(words)) for kind, words in KIND_WORDS.items()}
        best = max(counts, key=lambda kind: counts[kind])
        kinds: dict[str, SourceKind] = {
            "attendance": "attendance", "output": "output", "tickets": "tickets", "deals": "deals",
        }  # fmt: skip
        return kinds[best] if counts[best] else "other"

    def _grid(self, subject: SubjectSpec) -> MappingProposal:
        """A table with a column per day: its subject, then what `grid_proposal` makes of the rest."""
        spec = MappingSpec(
            source_kind="attendance_grid",
            subject=subject,
            time=TimeSpec(shape="title"),
            key_columns=(subject.column,),
            equal_keys="reject",
            grid=GridSpec(legend=()),
        )
        proposal = grid_proposal(spec, self.file, self.sheet, self.head, self.answers)
        self.questions += proposal.questions
        return replace(proposal, questions=tuple(self.questions))


def _is_number(cell: Cell) -> bool:
    if ":" in cell.text:
        return isinstance(parse_duration_seconds(cell), int)
    return isinstance(parse_number(cell), ParsedNumber | None)


def _is_night(cell: Cell) -> bool:
    """Whether a moment lies between midnight and five: the night shift's second half."""
    text = cell.text if " " in cell.text or "T" in cell.text else f"2000-01-01 {cell.text}"
    moment = parse_datetime(cell if text == cell.text else Cell(text, text))
    return not isinstance(moment, Problem | None) and moment.hour < _MORNING and bool(moment.hour or moment.minute)


def _code(label: str, index: int) -> str:
    """A stable code for a measure nobody has named yet: its own words."""
    code = re.sub(r"\W+", "_", label.strip().lower()).strip("_")[:60]
    return code if _CODE.fullmatch(code) else f"column_{column_name(index).lower()}"
