"""Reads the fields of roster rows: numbers, names, dates, states; every doubt becomes a question."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from jiyu.lib.tables.cells import EMPTY, Cell
from jiyu.lib.tables.dates import DayOrder, ParsedDate, judge_day_order, parse_date
from jiyu.lib.tables.names import clean_name, parse_employee_number, parse_yes_no
from jiyu.lib.text import Problem, Text
from jiyu.sources.roster import questions
from jiyu.sources.roster.columns import DATE_FIELDS, employment_kind_of, status_of
from jiyu.sources.roster.drafts import Draft, unit_levels, unit_path
from jiyu.sources.roster.result import Answer, Place, RosterChange, RosterProblem

_SHORT_NOTE = 15  # longer notes tell stories ("2022 年工伤一次"), shorter ones a state
LONGEST = {"number": 64, "name": 100, "unit": 100, "job": 60, "job_grade": 20, "status": 40}
"""How many characters are kept of each field: what the tables of people hold."""
MOST_AHEAD = timedelta(366)
"""How far ahead a day of a roster may lie: people are hired for next year, not for 2119."""
_EARLIEST = date(1930, 1, 1)  # before, nobody who works today was born; 1900-01-01 is an empty cell of Excel
_PLAIN_SHAPES = ("iso", "cell", "serial")


class FieldReader:
    """Reads the fields of all drafts with the answers given, and notes what it changed on the way."""

    def __init__(self, answers: Mapping[str, Answer], width: int, today: date) -> None:
        self.answers = answers
        self.width = width
        self.today = today
        self.changes: list[RosterChange] = []
        self._shapes: dict[str, list[tuple[str, str, Place]]] = {}
        self._orders: dict[str, DayOrder] = {}
        self._unclear: dict[str, RosterProblem] = {}

    def read_all(self, drafts: list[Draft]) -> None:
        """Fill every draft from its cells."""
        for code in DATE_FIELDS:
            self._judge_order(drafts, code)
        for draft in drafts:
            self._number_and_name(draft)
            draft.unit_path = unit_path(draft)
            draft.job, draft.job_grade = clean_name(draft.text("job")), draft.text("job_grade")
            draft.lead_written = clean_name(draft.text("lead"))
            draft.lead_number_written = draft.text("lead_number")
            for code in DATE_FIELDS:
                self._date(draft, code)
            self._status(draft)
            self._crossed_dates(draft)
            self._lengths(draft)
        for code, shapes in self._shapes.items():
            self._say_shapes(code, shapes)

    def option(self, key: str) -> str:
        answer = self.answers.get(key)
        return answer.option if answer else ""

    def _number_and_name(self, draft: Draft) -> None:
        draft.name = clean_name(draft.text("name")) or clean_name(
            f"{draft.text('first_name')} {draft.text('last_name')}"
        )
        name_key = f"name:{draft.key}"
        if not draft.name and self.option(name_key) == "name":
            draft.name = clean_name(self.answers[name_key].value)
        key = f"number:{draft.key}"
        cell = draft.cells.get("number", EMPTY)
        if self.option(key) == "number":
            value = self.answers[key].value
            cell = Cell(value, value)
        parsed = parse_employee_number(cell, width=self.width)
        if isinstance(parsed, Problem):
            draft.blocks.append(questions.bad_number(key, draft.place, draft.name, parsed, self.option(key)))
        elif parsed is None:
            unit = "/".join(unit_path(draft))
            problem = questions.no_number(key, draft.place, draft.name, unit, lost="", answered=self.option(key))
            draft.blocks.append(problem)
        elif len(parsed.text) > LONGEST["number"]:
            self._too_long(key, draft, "number", parsed.text)
        else:
            draft.number = parsed.text
            if parsed.was_padded:
                why = Text(
                    f"补前导零，和其他人一样 {self.width} 位",
                    f"Leading zeros restored, {self.width} digits as all",
                )
                self.changes.append(RosterChange("number", cell.text.strip(), parsed.text, why, (draft.place,)))
        if not draft.name and draft.number:
            draft.blocks.append(questions.no_name(name_key, draft.place, draft.number, self.option(name_key)))
        if len(draft.name) > LONGEST["name"] and self.option(name_key) == "name":
            draft.name = clean_name(self.answers[name_key].value)
        if len(draft.name) > LONGEST["name"]:
            self._too_long(name_key, draft, "name", draft.name)

    def _lengths(self, draft: Draft) -> None:
        """Words too long for their field are asked about and not taken."""
        draft.job = self._short(draft, "job", draft.job)
        draft.job_grade = self._short(draft, "job_grade", draft.job_grade)
        draft.status_note = self._short(draft, "status", draft.status_note)
        longest = max(draft.unit_path, key=len, default="")
        if len(longest) > LONGEST["unit"]:
            draft.unit_path = unit_levels([self._short(draft, "unit", longest)])

    def _short(self, draft: Draft, code: str, written: str) -> str:
        """What is written, or the shorter word typed for it; "" with a question where it is too long."""
        key = f"long:{code}:{draft.key}"
        if len(written) > LONGEST[code] and self.option(key) == "text":
            written = clean_name(self.answers[key].value)
        if len(written) <= LONGEST[code]:
            return written
        if self.option(key) != "blank":
            self._too_long(key, draft, code, written)
        return ""

    def _too_long(self, key: str, draft: Draft, code: str, written: str) -> None:
        asked = questions.too_long(key, draft.place, draft.who, code, written, LONGEST[code], self.option(key))
        draft.blocks.append(asked)

    def _judge_order(self, drafts: list[Draft], code: str) -> None:
        texts = [draft.text(code) for draft in drafts if draft.text(code)]
        order = judge_day_order(texts)
        key = f"order:{code}"
        if not isinstance(order, Problem):
            self._orders[code] = order
        elif self.option(key) in ("dmy", "mdy"):
            self._orders[code] = "dmy" if self.option(key) == "dmy" else "mdy"
        else:
            unclear = [
                draft
                for draft in drafts
                if isinstance(found := parse_date(draft.cells.get(code, EMPTY)), Problem)
                and found.code == "date.unclear_order"
            ]
            if unclear and self.option(key) != "blank":
                example = unclear[0].text(code)
                places = [draft.place for draft in unclear]
                self._unclear[code] = questions.date_order(key, places, code, example)

    def _date(self, draft: Draft, code: str) -> None:
        cell = draft.cells.get(code)
        if cell is None:
            return
        parsed = parse_date(cell, self._orders.get(code, ""))
        if parsed is None:
            return
        key = f"{code}:{draft.key}"
        option = self.option(key)
        if isinstance(parsed, ParsedDate) and option != "as_dated":
            parsed = self._odd_day(code, parsed.value) or parsed
        if isinstance(parsed, Problem):
            if option == "date":
                value = self.answers[key].value
                typed = parse_date(Cell(value, value))
                odd = self._odd_day(code, typed.value) if isinstance(typed, ParsedDate) else None
                if isinstance(typed, ParsedDate) and odd is None:
                    draft.dates[code] = typed.value
                    return
                parsed = odd or (typed if isinstance(typed, Problem) else parsed)
            elif option == "blank" or (parsed.code == "date.unclear_order" and self.option(f"order:{code}") == "blank"):
                return
            if parsed.code == "date.unclear_order" and code in self._unclear:
                draft.blocks.append(self._unclear[code])
            else:
                problem = questions.bad_date(key, draft.place, draft.who, code, parsed, option)
                draft.blocks.append(problem)
            return
        draft.dates[code] = parsed.value
        self._shapes.setdefault(code, []).append((parsed.shape, cell.text.strip(), draft.place))
        if parsed.shape == "serial":
            why = Text(
                f"Excel 的日期序号（第 {draft.place.row} 行 {draft.name}）",
                f"Excel's day number (row {draft.place.row}, {draft.name})",
            )
            after = parsed.value.isoformat()
            self.changes.append(RosterChange(code, cell.text.strip(), after, why, (draft.place,)))

    def _odd_day(self, code: str, day: date) -> Problem | None:
        """What is odd about a real day: a birth to come, a year that nobody here can mean."""
        latest = self.today if code == "born_on" else self.today + MOST_AHEAD
        if day > latest:
            return questions.far_ahead(day, is_birth=code == "born_on")
        return questions.long_ago(day) if day < _EARLIEST else None

    def _say_shapes(self, code: str, shapes: list[tuple[str, str, Place]]) -> None:
        """One line for all the ways a date was written, besides the plain one."""
        odd = [(shape, text, place) for shape, text, place in shapes if shape not in _PLAIN_SHAPES]
        kinds = list(dict.fromkeys(shape for shape, _, _ in odd))
        if not kinds:
            return
        examples = [next(text for shape, text, _ in odd if shape == kind) for kind in kinds]
        why = Text(
            f"{len(kinds)} 种写法都读懂了，统一成 2019-03-11 这样",
            f"{len(kinds)} ways of writing, all read, now like 2019-03-11",
        )
        places = tuple(place for _, _, place in odd)
        self.changes.append(RosterChange(code, "、".join(examples), "2019-03-11", why, places))

    def _status(self, draft: Draft) -> None:
        written, note = draft.text("status"), draft.text("note")
        label = draft.labels.get("status", "")
        answer = parse_yes_no(Cell(written, written)) if "是否" in label else None
        if answer is not None:
            leaves = any(word in label for word in ("离", "辞", "退"))
            draft.status = "left" if answer == leaves else "active"
        else:
            draft.status = status_of(written)
        draft.status_note = written if draft.status not in ("", "active", "left") else ""
        draft.employment_kind = employment_kind_of(draft.text("employment_kind"))
        if note and len(note) <= _SHORT_NOTE:
            from_note = status_of(note)
            if from_note in ("left", "leave", "probation") and draft.status in ("", "active"):
                draft.status, draft.status_note = from_note, note
                word = {"left": "离职", "leave": "休假中", "probation": "试用期"}[from_note]
                why = Text(f"备注写着“{note}”", f'The note says "{note}"')
                self.changes.append(RosterChange("status", note, word, why, (draft.place,)))
            if "返聘" in note:
                draft.employment_kind, draft.status_note = "rehired", note
        if draft.is_left_sheet or (draft.dates.get("left_on") and not written):
            draft.status = "left"

    def _crossed_dates(self, draft: Draft) -> None:
        for first, second in (("hired_on", "left_on"), ("born_on", "hired_on")):
            earlier, later = draft.dates.get(first), draft.dates.get(second)
            if earlier is None or later is None or later >= earlier:
                continue
            key = f"crossed:{second}:{draft.key}"
            if self.option(key) == "blank":
                del draft.dates[second]
                continue
            if self.option(key) == "date":
                value = self.answers[key].value
                typed = parse_date(Cell(value, value))
                if isinstance(typed, ParsedDate) and typed.value >= earlier:
                    draft.dates[second] = typed.value
                    continue
            problem = questions.dates_crossed(key, draft.place, draft.who, (first, earlier), (second, later))
            draft.blocks.append(problem)
