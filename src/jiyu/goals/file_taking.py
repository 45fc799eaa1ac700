"""Taking a file of sheets: what it leaves in doubt, and setting every sheet that is clear."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from jiyu.core import clock
from jiyu.core.actor import Actor
from jiyu.core.errors import DomainError
from jiyu.core.policy import require
from jiyu.goals.file_lines import Doubt, Fault, Meant, SheetRead, read_sheet
from jiyu.goals.file_rows import FileSheet, Rows, file_sheets
from jiyu.goals.models import Sheet
from jiyu.goals.policies import SET_SHEETS
from jiyu.goals.selectors import period_named
from jiyu.goals.services import edition_for, editions_for, no_rules, sheet_set
from jiyu.people import public as people
from jiyu.people.models import Period
from jiyu.studio.public import EditionView, edition_view


@dataclass(frozen=True)
class SheetsOutcome:
    """What a file of sheets came to. `refused` has every problem: (employee number and rows, why and what to do);
    `returned` counts the sheets they hold back, `notes` say how weights were read."""

    made: int
    changed: int
    unchanged: int
    refused: tuple[tuple[str, str], ...]
    returned: int = 0
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Question:
    """What the small numbers of one indicator mean: the first of them, its two readings, and the rows of all."""

    code: str
    label: str
    typed: str
    readings: tuple[str, str]
    rows: tuple[int, ...]


def sheets_import(*, actor: Actor, text: str, period_code: str, module_code: str) -> SheetsOutcome:
    """Sheets from CSV: 工号, 指标编号 (or 指标, its name), 权重 and, where there are any, 姓名 (must be the number's),
    目标值, 底线值, 挑战值, 起点值, 适用 (否, 不适用), 部分 and 部分权重 (a section of the sheet: 权重 then counts within it).

    One person's bad sheet holds nobody else up: it is refused with its rows and the reasons.
    """
    rows = list(enumerate(csv.reader(io.StringIO(text.lstrip("\ufeff"))), 1))
    return sheets_take(actor=actor, rows=rows, period_code=period_code, module_code=module_code)


def sheets_take(
    *, actor: Actor, rows: Rows, period_code: str, module_code: str, meant: Meant | None = None
) -> SheetsOutcome:
    """`sheets_import` of rows of text with their numbers in the file; the head is within the first ten.

    `meant` says by indicator what numbers up to 1.5 are where percents are asked for; unsaid, their sheets are refused.
    """
    require(actor, SET_SHEETS)
    period = people.period_ensure(period_code)
    known = _Known(period, module_code, file_sheets(rows))
    tally: Counter[str] = Counter()
    refused: list[tuple[str, str]] = []
    taken: list[SheetRead] = []
    reads = known.read(meant or {})
    for read, unsure in zip(reads, _lone_ones(reads), strict=True):
        number = read.sheet.employee_no
        faults = [*known.faults(read), *read.faults, *(d.fault for d in read.doubts), *unsure]
        person = known.person(number)
        if person is not None and not faults:
            try:
                _sheet, outcome = sheet_set(
                    actor=actor, subject=person, period=period, module_code=module_code, lines=read.entries,
                    edition=known.holding.get(person),
                )  # fmt: skip
            except DomainError as error:
                faults = [Fault(read.sheet.rows, one.sentence) for one in error.several]
            else:
                tally[outcome] += 1
                taken.append(read)
        tally["returned"] += bool(faults)
        refused += [(_where(number, fault), fault.why) for fault in faults]
    return SheetsOutcome(
        made=tally["made"],
        changed=tally["changed"],
        unchanged=tally["unchanged"],
        refused=tuple(refused),
        returned=tally["returned"],
        notes=_notes(taken),
    )


def sheets_questions(
    *, actor: Actor, rows: Rows, period_code: str, module_code: str, meant: Meant | None = None
) -> list[Question]:
    """What has to be asked about a file before it is taken, by indicator, where nothing else holds a sheet back; writes
    nothing.

    Raises `people.period_code`, `goals.no_rules`, `goals.sheet_columns`.
    """
    require(actor, SET_SHEETS)
    period = period_named(period_code)
    known = _Known(period, module_code, file_sheets(rows))
    reads = known.read(meant or {})
    by_code: dict[str, list[Doubt]] = {}
    for doubt in (d for read in reads if not (read.faults or known.faults(read)) for d in read.doubts):
        by_code.setdefault(doubt.code, []).append(doubt)
    return [
        Question(code, of[0].label, of[0].typed, of[0].readings, tuple(sorted({d.row for d in of})))
        for code, of in by_code.items()
    ]


class _Known:
    """What is known of the people in a file for a period: numbers, names, and by which edition each one's lines are
    read."""

    def __init__(self, period: Period, module_code: str, sheets: Sequence[FileSheet]) -> None:
        self.sheets = sheets
        now, last_day = clock.now(), period.to_on - timedelta(days=1)
        self.numbers = people.number_holders(on=last_day, known_at=now)
        self.persons = people.org_on(on=last_day, known_at=now).persons
        self.widths = {len(n) for n in self.numbers if n.isdigit()}
        persons = {person for sheet in sheets if (person := self.person(sheet.employee_no)) is not None}
        self.holding = {p: held.edition for p, held in editions_for(module_code, period, persons).items()}
        self.otherwise = next(iter(self.holding.values()), None) or edition_for(module_code, period, None)
        made = Sheet.objects.filter(period=period.pk, part=1, subject__in=persons).values_list("subject", "edition")
        self.made_with: dict[UUID, UUID] = dict(made)
        self.no_rules = no_rules(module_code, period)

    def read(self, meant: Meant) -> list[SheetRead]:
        """The sheets of the file, each by its own edition."""
        return [read_sheet(sheet, self.edition(sheet.employee_no), meant) for sheet in self.sheets]

    def person(self, number: str) -> UUID | None:
        """The bearer; zeros that a spreadsheet ate are put back where all of the company's numbers are as long."""
        eaten = number.isdigit() and len(self.widths) == 1
        return self.numbers.get(number) or (self.numbers.get(number.zfill(min(self.widths))) if eaten else None)

    def edition(self, number: str) -> EditionView:
        """What the lines of somebody's sheet are read under; a sheet of another module is refused when it is set."""
        person = self.person(number)
        if person is None:
            return self.otherwise
        otherwise = self.holding.get(person, self.otherwise)
        edition = edition_view(self.made_with[person]) if person in self.made_with else otherwise
        return edition if edition.module_code == otherwise.module_code else otherwise

    def faults(self, read: SheetRead) -> list[Fault]:
        """A number nobody has, or a name that is not the number's."""
        sheet = read.sheet
        person = self.person(sheet.employee_no)
        if person is None:
            return [Fault(sheet.rows, _("花名册里没有这个工号"))]
        if person not in self.holding and person not in self.made_with:
            return [Fault(sheet.rows, self.no_rules.sentence)]
        ours = self.persons[person].name if person in self.persons else ""
        if not sheet.name or not ours or ours in (sheet.name, sheet.name.lstrip("'")):
            return []
        said = {"name": sheet.name, "ours": ours}
        return [Fault(sheet.rows, _("表里的姓名是 %(name)s，花名册里这个工号是 %(ours)s") % said)]


def _lone_ones(reads: Sequence[SheetRead]) -> list[list[Fault]]:
    """For each sheet, the doubt about a weight of 1 that stands alone while other sheets are written in percents."""
    in_percent = any(read.way == "percent" for read in reads)
    why = _("权重只有一个 1，别的表写的是百分数：是 1% 还是 100%？在文件里写成 1% 或 100%")
    return [[Fault(read.sheet.rows, why)] if in_percent and read.is_lone_one else [] for read in reads]


def _notes(taken: Sequence[SheetRead]) -> tuple[str, ...]:
    """How weights were read where it was not as they stand."""
    ways = Counter(read.way for read in taken)
    said = []
    if n := ways["fraction"]:
        words = ngettext(
            "%(n)s 张表的权重写的是小数，按 1 = 100 %% 读了", "%(n)s 张表的权重写的是小数，按 1 = 100 %% 读了", n
        )
        said.append(words % {"n": n})
    if n := ways["each"]:
        words = ngettext(
            "%(n)s 张表的权重有小数也有百分数，只有各按各的读才合计 100 %%，就这么读了",
            "%(n)s 张表的权重有小数也有百分数，只有各按各的读才合计 100 %%，就这么读了",
            n,
        )
        said.append(words % {"n": n})
    return tuple(said)


def _where(number: str, fault: Fault) -> str:
    return _("%(no)s（第 %(rows)s 行）") % {"no": number, "rows": _("、").join(map(str, fault.rows))}
