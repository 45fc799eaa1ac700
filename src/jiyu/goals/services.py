"""Setting sheets: by form or by file. Agreed terms are dated and kept; a change is a new term."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from jiyu.core import audit, clock
from jiyu.core.actor import Actor
from jiyu.core.errors import DomainError
from jiyu.core.language import say
from jiyu.core.policy import require
from jiyu.goals.kinds import IndicatorSpec
from jiyu.goals.models import MAIN_SECTION, Sheet, Term
from jiyu.goals.policies import SET_SHEETS
from jiyu.lib.scoring import LineValues
from jiyu.lib.text import Text
from jiyu.lib.units import MICRO, format_number
from jiyu.metrics.public import MetricSpec
from jiyu.people import public as people
from jiyu.people.models import Period
from jiyu.studio.public import EditionView, edition_view, in_force

LONGEST_SECTION = 40
MOST_LINES = 12
USUAL_LINES = 5
MOST_AMOUNT = Decimal(1_000_000_000_000)  # a million million of anything; millionths of it still fit 64 bits


@dataclass(frozen=True)
class LineEntry:
    """One line as somebody sets it. `weight` in millionths of its section; parameters in millionths of the metric's
    unit, None where there is none."""

    indicator: str
    weight: int
    target: int | None = None
    threshold: int | None = None
    stretch: int | None = None
    baseline: int | None = None
    section: str = MAIN_SECTION
    section_weight: int = MICRO
    is_applicable: bool = True


@dataclass(frozen=True)
class SheetEntry:
    """A sheet as read from a file: whom by employee number, and the file rows of its lines."""

    employee_no: str
    lines: tuple[LineEntry, ...]
    rows: tuple[int, ...] = ()
    name: str = ""


@dataclass(frozen=True)
class SheetsOutcome:
    """What a file of sheets came to."""

    made: int
    changed: int
    unchanged: int
    refused: tuple[tuple[str, str], ...]  # (employee number and rows, why)


@transaction.atomic
def sheet_set(
    *,
    actor: Actor,
    subject: UUID,
    period: Period,
    module_code: str,
    lines: Sequence[LineEntry],
    edition: EditionView | None = None,
    expected_rev: int | None = None,
) -> tuple[Sheet, str]:
    """Agree the lines of one person's sheet for a period. Returns the sheet and "made", "changed" or "unchanged".

    A sheet keeps the edition it was made with: a change of its lines is checked against those rules (DESIGN §2).

    `expected_rev` (0: no sheet yet) refuses with `goals.sheet_changed` when somebody changed it in between. Somebody the
    actor may not see is 404. Raises `goals.no_rules` when nothing is released for the period's first day, `goals.sheet_of_other_module`,
    `goals.weight_range`, `goals.weight_sum`, `goals.section_weight_sum`, `goals.no_lines`, `goals.too_many_lines`,
    `goals.unknown_indicator`, or what a method says about its parameters.
    """
    require(actor, SET_SHEETS)
    people.require_visible(actor, subject)
    edition = edition or edition_for(module_code, period)
    sheet = Sheet.objects.select_for_update().filter(subject=subject, period=period, part=1).first()
    if expected_rev is not None and expected_rev != (sheet.rev if sheet else 0):
        raise DomainError(
            "goals.sheet_changed",
            _("你打开之后，这张表被改过"),
            fix=_("你写的都还在下面。另开一页看看改了什么，再决定"),
            status=409,
        )
    if sheet is not None and sheet.edition != edition.id:
        edition = _made_with(sheet, module_code)
    _check_lines(edition, lines)
    now = clock.now()
    if sheet is None:
        sheet = Sheet.objects.create(
            subject=subject,
            period=period,
            edition=edition.id,
            state=Sheet.AGREED,
            made_at=now,
            agreed_at=now,
            agreed_by=actor.person_id,
        )
        outcome = "made"
    else:
        current = list(Term.objects.filter(sheet=sheet, superseded_at=None).order_by("line"))
        if [_as_entry(t, edition) for t in current] == list(lines):
            return sheet, "unchanged"
        Term.objects.filter(sheet=sheet, superseded_at=None).update(superseded_at=now)
        sheet.rev, sheet.agreed_at, sheet.agreed_by = sheet.rev + 1, now, actor.person_id
        sheet.save()
        outcome = "changed"
    Term.objects.bulk_create(
        Term(
            sheet=sheet,
            line=number,
            indicator_version=edition.resolve("indicator", line.indicator, edition.module_code).version_id,
            section=line.section,
            section_weight=line.section_weight,
            weight=line.weight,
            target=line.target,
            threshold=line.threshold,
            stretch=line.stretch,
            baseline=line.baseline,
            is_applicable=line.is_applicable,
            from_on=period.from_on,
            to_on=period.to_on,
            recorded_at=now,
        )
        for number, line in enumerate(lines, 1)
    )
    audit.record(actor, f"goals.sheet_{outcome}", "goals.sheet", sheet.pk, subject=subject, lines=len(lines))
    return sheet, outcome


def sheets_import(*, actor: Actor, text: str, period_code: str, module_code: str) -> SheetsOutcome:
    """Sheets from CSV: 工号, 指标编号, 权重 and, where there are any, 姓名 (must be the number's), 目标值, 底线值, 挑战值,
    起点值, 适用 (否, 不适用), 部分 and 部分权重 (a section of the sheet: 权重 then counts within it).

    One person's bad sheet holds nobody else up: it is refused with its rows and the reason.
    """
    rows = list(enumerate(csv.reader(io.StringIO(text.lstrip("\ufeff"))), 1))
    return sheets_take(actor=actor, rows=rows, period_code=period_code, module_code=module_code)


def sheets_take(
    *, actor: Actor, rows: Sequence[tuple[int, Sequence[str]]], period_code: str, module_code: str
) -> SheetsOutcome:
    """`sheets_import` of rows of text with their numbers in the file; the head is within the first ten."""
    require(actor, SET_SHEETS)
    period = people.period_ensure(period_code)
    edition = edition_for(module_code, period)
    now, last_day = clock.now(), period.to_on - timedelta(days=1)
    numbers = people.number_holders(on=last_day, known_at=now)
    persons = people.org_on(on=last_day, known_at=now).persons
    tally = {"made": 0, "changed": 0, "unchanged": 0}
    refused: list[tuple[str, str]] = []
    for entry, problem in _sheet_entries(rows):
        where = _("%(no)s（第 %(rows)s 行）") % {"no": entry.employee_no, "rows": "、".join(map(str, entry.rows))}
        if problem:
            refused.append((where, problem))
            continue
        person = numbers.get(entry.employee_no) or numbers.get(_padded(entry.employee_no, numbers))
        if person is None:
            refused.append((where, _("花名册里没有这个工号")))
            continue
        if entry.name and person in persons and persons[person].name not in (entry.name, entry.name.lstrip("'")):
            told = {"name": entry.name, "ours": persons[person].name}
            refused.append((where, _("表里的姓名是 %(name)s，花名册里这个工号是 %(ours)s") % told))
            continue
        try:
            _sheet, outcome = sheet_set(
                actor=actor, subject=person, period=period, module_code=module_code, lines=entry.lines, edition=edition
            )
        except DomainError as error:
            refused.append((where, error.message))
            continue
        tally[outcome] += 1
    return SheetsOutcome(**tally, refused=tuple(refused))


def _padded(number: str, known: Mapping[str, UUID]) -> str:
    """A number whose zeros a spreadsheet ate, at the width that all of the company's numbers have."""
    widths = {len(n) for n in known if n.isdigit()}
    return number.zfill(widths.pop()) if number.isdigit() and len(widths) == 1 else number


def edition_for(module_code: str, period: Period) -> EditionView:
    """The edition that holds for sheets of `period`; raises `goals.no_rules`."""
    holding = in_force(module_code=module_code, on=period.from_on, known_at=clock.now())
    if holding is None:
        raise DomainError(
            "goals.no_rules",
            _("“%(module)s”在 %(on)s 还没有生效的规则") % {"module": module_code, "on": period.from_on},
            fix=_("先发布一版，生效日不晚于这一天"),
        )
    return holding.edition


def _made_with(sheet: Sheet, module_code: str) -> EditionView:
    edition = edition_view(sheet.edition)
    if edition.module_code != module_code:
        raise DomainError(
            "goals.sheet_of_other_module",
            _("这段时间已经有“%(module)s”的考核表") % {"module": say(edition.module_name)},
            fix=_("一个人一段时间只有一张考核表，看看用哪个方案"),
        )
    return edition


def _check_lines(edition: EditionView, lines: Sequence[LineEntry]) -> None:
    if not lines:
        raise DomainError("goals.no_lines", _("考核表里没有指标"), fix=_("至少加一项，3–5 项最合适"))
    if len(lines) > MOST_LINES:
        raise DomainError(
            "goals.too_many_lines",
            _("有 %(n)s 项指标，最多 %(most)s 项") % {"n": len(lines), "most": MOST_LINES},
            fix=_("留下最要紧的 3–5 项"),
        )
    twice = next((c for c, n in Counter(line.indicator for line in lines).items() if n > 1), None)
    if twice is not None:
        raise DomainError(
            "goals.indicator_twice",
            _("“%(code)s”在一张表里有两行") % {"code": twice},
            fix=_("合成一行，或者换一个指标"),
            path="indicator",
        )
    _check_weights(lines)
    for line in lines:
        item = edition.find("indicator", line.indicator)
        if item is None:
            raise DomainError(
                "goals.unknown_indicator",
                _("指标库里没有“%(code)s”") % {"code": line.indicator},
                fix=_("看看是不是写错了编号，或先建这个指标"),
                path="indicator",
            )
        spec: IndicatorSpec = item.spec
        metric: MetricSpec = edition.resolve("metric", spec.metric, item.module_code).spec
        found = [p for p in spec.method.check_line(values_of(line, metric)) if p.severity == "error"]
        if found:
            words: Text = found[0].message
            raise DomainError(
                found[0].code, _("%(name)s：%(what)s") % {"name": spec.label.zh, "what": words}, path=found[0].path
            )


def _check_weights(lines: Sequence[LineEntry]) -> None:
    """Weights come to 100 % in each section, and the sections to 100 % of the sheet."""
    if any(line.weight < 0 or line.section_weight < 0 for line in lines):
        raise DomainError("goals.weight_range", _("权重不能是负的"), fix=_("填 0 到 100"), path="weight")
    totals: dict[str, int] = {}
    for line in lines:
        totals[line.section] = totals.get(line.section, 0) + line.weight
    for total in totals.values():
        if total != MICRO:
            raise DomainError(
                "goals.weight_sum",
                _("权重合计 %(sum)s %%，要等于 100 %%") % {"sum": format_number(total / 10_000, at_most=4)},
                fix=_("按比例补足，或改一项"),
                path="weight",
            )
    if any(len(line.section) > LONGEST_SECTION for line in lines):
        raise DomainError(
            "goals.section_name",
            _("部分的名字最多 %(most)s 个字") % {"most": LONGEST_SECTION},
            fix=_("起个短一点的名字，比如 业绩、协作"),
            path="section",
        )
    sections = {(line.section, line.section_weight) for line in lines}
    if len(sections) != len(totals) or sum(weight for _section, weight in sections) != MICRO:
        raise DomainError(
            "goals.section_weight_sum",
            _("各部分的权重合起来要等于百分之百，同一部分只能有一个权重"),
            fix=_("按比例补足，或改一个部分"),
            path="section_weight",
        )


def values_of(line: LineEntry | Term, metric: MetricSpec) -> LineValues:
    """The parameters of a line in the metric's unit, for words and checks."""

    def number(value: int | None) -> float | None:
        return None if value is None else value / MICRO

    return LineValues(
        target=number(line.target),
        threshold=number(line.threshold),
        stretch=number(line.stretch),
        baseline=number(line.baseline),
    )


def _as_entry(term: Term, edition: EditionView) -> LineEntry:
    code = next((i.code for i in edition.items if i.version_id == term.indicator_version), "")
    return LineEntry(
        indicator=code,
        weight=term.weight,
        target=term.target,
        threshold=term.threshold,
        stretch=term.stretch,
        baseline=term.baseline,
        section=term.section,
        section_weight=term.section_weight,
        is_applicable=term.is_applicable,
    )


HEADS: Mapping[str, tuple[str, ...]] = {
    "employee_no": ("工号", "员工编号", "employee_no"),
    "name": ("姓名", "name"),
    "indicator": ("指标编号", "指标代码", "指标", "indicator"),
    "weight": ("权重", "weight"),
    "target": ("目标值", "目标", "target"),
    "threshold": ("底线值", "底线", "threshold"),
    "stretch": ("挑战值", "挑战", "stretch"),
    "baseline": ("起点值", "起点", "baseline"),
    "applies": ("适用", "applies"),
    "section": ("部分", "section"),
    "section_weight": ("部分权重", "section_weight"),
}
HEAD_WITHIN, HEADS_TOLD = 10, 12
NEEDED = ("employee_no", "indicator", "weight")
NOT_APPLICABLE = ("不适用", "否", "no", "n/a")


def _sheet_entries(rows: Sequence[tuple[int, Sequence[str]]]) -> list[tuple[SheetEntry, str]]:
    """Sheets by employee number in the order of the file, each with the first thing that cannot be read."""
    column, below = _head(rows)
    lines: dict[str, list[LineEntry]] = {}
    numbers: dict[str, list[int]] = {}
    names: dict[str, str] = {}
    problems: dict[str, str] = {}
    for number, cells in below:
        cell = {field: cells[at].strip() if at is not None and at < len(cells) else "" for field, at in column.items()}
        who = cell["employee_no"]
        if not who:
            continue
        numbers.setdefault(who, []).append(number)
        if cell["name"]:
            names.setdefault(who, cell["name"])
        try:
            lines.setdefault(who, []).append(_line(cell))
        except _UnreadableError as error:
            told = {"row": number, "column": HEADS[error.field][0], "text": error.text}
            problems.setdefault(who, _("第 %(row)s 行的%(column)s“%(text)s”读不懂，写成数字，比如 40 或 98.5") % told)
    return [
        (SheetEntry(who, tuple(lines.get(who, ())), tuple(found), names.get(who, "")), problems.get(who, ""))
        for who, found in numbers.items()
    ]


def _head(
    rows: Sequence[tuple[int, Sequence[str]]],
) -> tuple[dict[str, int | None], Sequence[tuple[int, Sequence[str]]]]:
    """Where each column stands, by the first row that has all that is needed, and the rows below."""
    for place, (_number, cells) in enumerate(rows[:HEAD_WITHIN]):
        have = [cell.strip() for cell in cells]
        column = {field: next((have.index(n) for n in names if n in have), None) for field, names in HEADS.items()}
        if all(column[field] is not None for field in NEEDED):
            return column, rows[place + 1 :]
    first = next((cells for _number, cells in rows if any(cell.strip() for cell in cells)), ())
    have = [cell.strip() for cell in first if cell.strip()][:HEADS_TOLD]
    raise DomainError(
        "goals.sheet_columns",
        _("表头要有 工号、指标编号、权重；现在是 %(have)s") % {"have": "、".join(have) or "–"},
    )


class _UnreadableError(Exception):
    """A cell that should be a number and is none."""

    def __init__(self, field: str, text: str) -> None:
        super().__init__(field)
        self.field, self.text = field, text


def _line(cell: Mapping[str, str]) -> LineEntry:
    def number(field: str, read: Callable[[str], int | None]) -> int | None:
        try:
            return read(cell[field])
        except InvalidOperation:
            raise _UnreadableError(field, cell[field]) from None

    weight = number("weight", _weight)
    assert weight is not None, "a weight that is not there cannot be read"
    return LineEntry(
        indicator=cell["indicator"],
        weight=weight,
        target=number("target", _micro),
        threshold=number("threshold", _micro),
        stretch=number("stretch", _micro),
        baseline=number("baseline", _micro),
        is_applicable=cell["applies"].lower() not in NOT_APPLICABLE,
        section=cell["section"] or MAIN_SECTION,
        section_weight=(number("section_weight", _weight) if cell["section_weight"] else None) or MICRO,
    )


def _micro(text: str) -> int | None:
    cleaned = text.replace(",", "").replace("，", "")
    return _millionths(Decimal(cleaned)) if cleaned else None


def _weight(text: str) -> int:
    """A weight of 40, 40% or 0.4, in millionths. 1 is one percent: a share of 1 (all) is written 100."""
    cleaned = text.rstrip("%％")
    value = Decimal(cleaned)
    is_share = cleaned == text and Decimal(0) < value < Decimal(1)
    return _millionths(value if is_share else value / 100)


def _millionths(value: Decimal) -> int:
    """Half-up; raises InvalidOperation for what is no number or too big to be meant."""
    if not value.is_finite() or abs(value) > MOST_AMOUNT:
        raise InvalidOperation
    return int((value * MICRO).to_integral_value(ROUND_HALF_UP))
