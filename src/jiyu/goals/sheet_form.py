"""The plain form of one sheet: what somebody typed, kept as typed, and the lines it means or what is wrong where."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from jiyu.core.forms import whole_number
from jiyu.core.language import say
from jiyu.goals.kinds import IndicatorSpec, measure_of
from jiyu.goals.lines import USUAL_LINES, LineEntry, values_of
from jiyu.goals.models import MAIN_SECTION, Term
from jiyu.goals.typed import plain_number, read_number, show_number, two_readings
from jiyu.lib.scoring import check_weights, in_proportion, read_weights
from jiyu.lib.text import Problem
from jiyu.lib.units import MICRO, UNITS, Unit
from jiyu.metrics.public import MetricSpec
from jiyu.studio.public import EditionView

ROWS = 8
NUMBERS = ("target", "threshold", "stretch", "baseline")
MAIN = (MAIN_SECTION, MICRO)  # the section of a new line, and its weight


@dataclass(frozen=True, slots=True)
class Wrong:
    """What is wrong with one field, and what to do about it."""

    message: str
    fix: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """One field as typed. `name` is the form field's; `readings` are offered where the number can mean two things, and
    `meant` is the one that was chosen."""

    name: str
    label: str
    typed: str
    wrong: Wrong | None = None
    readings: tuple[str, ...] = ()
    meant: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the form. `was` is the line of the sheet it began as (0: a new one)."""

    no: int
    was: int
    indicator: Cell
    weight: Cell
    numbers: tuple[Cell, ...]
    applies: bool = True

    @property
    def cells(self) -> tuple[Cell, ...]:
        """The fields that hold a number."""
        return (self.weight, *self.numbers)

    @property
    def is_empty(self) -> bool:
        """Nothing typed: such a row is not a line."""
        return not any(c.typed.strip() for c in (self.indicator, *self.cells))

    @property
    def wrong(self) -> tuple[Wrong, ...]:
        """Everything wrong with this row."""
        return tuple(c.wrong for c in (self.indicator, *self.cells) if c.wrong)


@dataclass(frozen=True, slots=True)
class Choice:
    """An indicator one may choose: its code, what it is called, and what its method needs in words."""

    code: str
    label: str
    rule: str


@dataclass(frozen=True, slots=True)
class SheetForm:
    """The form: its rows, the sum of the weights in words when it is not 100 %, and the lines it means.

    `entries` is empty while anything is wrong. `can_scale`: the weights are all there and could be brought to 100 %;
    `scaled`: they just were.
    """

    rows: tuple[Row, ...]
    entries: tuple[LineEntry, ...] = ()
    total: Wrong | None = None
    can_scale: bool = False
    scaled: bool = False
    wrong: int = 0

    @property
    def first_rows(self) -> tuple[Row, ...]:
        """The rows in sight: as many lines as are usual, and every row up to the last that is filled."""
        last = max((n for n, row in enumerate(self.rows, 1) if not row.is_empty), default=0)
        return self.rows[: max(USUAL_LINES, last)]

    @property
    def more_rows(self) -> tuple[Row, ...]:
        """The empty rows below."""
        return self.rows[len(self.first_rows) :]

    @property
    def is_good(self) -> bool:
        """Whether the typed lines may be agreed."""
        return bool(self.entries)


def choices(edition: EditionView) -> list[Choice]:
    """The indicators of an edition, by label."""
    found = [
        Choice(i.code, _label(i.spec, _metric(edition, i.spec, i.module_code)), _rule(edition, i.spec, i.module_code))
        for i in edition.of_kind("indicator")
        if i.module_code == edition.module_code
    ]
    return sorted(found, key=lambda c: (c.label, c.code))


def form_of(edition: EditionView, terms: Sequence[Term]) -> SheetForm:
    """The form of a sheet as it stands; empty rows below."""
    items = {i.version_id: i for i in edition.items}
    rows = []
    for no, term in enumerate(terms, 1):
        item = items.get(term.indicator_version)
        unit = UNITS[_metric(edition, item.spec, item.module_code).unit] if item else UNITS["number"]
        typed = {name: show_number(getattr(term, name), unit) for name in NUMBERS}
        typed |= {"indicator": item.code if item else "", "weight": _weight(term.weight)}
        rows.append(_row(no, term.line, typed, applies=term.is_applicable))
    rows += [_row(no, 0, {}) for no in range(len(rows) + 1, ROWS + 1)]
    return SheetForm(tuple(rows))


def read_form(
    edition: EditionView, terms: Sequence[Term], posted: Mapping[str, str], *, in_proportion_to_100: bool = False
) -> SheetForm:
    """What was posted, read against `edition`; `terms` are the sheet's lines now, whose section a line keeps.

    `in_proportion_to_100` first brings the weights to 100 % together, where they can be read.
    """
    rows = [_posted_row(no, posted) for no in range(1, max(ROWS, len(terms)) + 1)]
    places = {t.line: (t.section, t.section_weight) for t in terms}
    filled = [row for row in rows if not row.is_empty]
    weights = read_weights([row.weight.typed for row in filled])
    readable = [w for w in weights if w is not None]
    is_one_section = len({places.get(row.was, MAIN)[0] for row in filled}) == 1
    can_scale = is_one_section and len(readable) == len(weights) and sum(readable) > 0
    if in_proportion_to_100 and can_scale:
        weights = in_proportion(readable)
        filled = [
            replace(row, weight=replace(row.weight, typed=_weight(weight)))
            for row, weight in zip(filled, weights, strict=True)
        ]
    read = [_read_row(edition, row, w, places.get(row.was, MAIN)) for row, w in zip(filled, weights, strict=True)]
    by_no = {row.no: row for row, _entry in read}
    total = _total([(places.get(row.was, MAIN)[0], w) for row, w in zip(filled, weights, strict=True)])
    entries = tuple(entry for _row, entry in read if entry is not None)
    return SheetForm(
        rows=tuple(by_no.get(row.no, row) for row in rows),
        entries=entries if total is None and len(entries) == len(filled) else (),
        total=total,
        can_scale=can_scale and total is not None,
        scaled=in_proportion_to_100 and can_scale,
        wrong=sum(bool(row.wrong) for row in by_no.values()),
    )


def _row(no: int, was: int, typed: Mapping[str, str], *, applies: bool = True) -> Row:
    labels = {
        "target": _("目标值"), "threshold": _("底线值"), "stretch": _("挑战值"), "baseline": _("起点值"),
    }  # fmt: skip
    return Row(
        no=no,
        was=was,
        indicator=Cell(f"indicator_{no}", _("指标"), typed.get("indicator", "")),
        weight=Cell(f"weight_{no}", _("权重 %"), typed.get("weight", "")),
        numbers=tuple(
            Cell(f"{name}_{no}", labels[name], typed.get(name, ""), meant=typed.get(f"meant_{name}", ""))
            for name in NUMBERS
        ),
        applies=applies,
    )


def _posted_row(no: int, posted: Mapping[str, str]) -> Row:
    fields = ("indicator", "weight", *NUMBERS, *(f"meant_{name}" for name in NUMBERS))
    typed = {name: posted.get(f"{name}_{no}", "") for name in fields}
    return _row(no, whole_number(posted.get(f"was_{no}", "")), typed, applies=not posted.get(f"off_{no}"))


def _read_row(
    edition: EditionView, row: Row, weight: int | None, place: tuple[str, int]
) -> tuple[Row, LineEntry | None]:
    """The row with its problems at their fields, and the line it means when there are none."""
    item = edition.find("indicator", row.indicator.typed.strip())
    wrong: dict[str, Wrong] = {}
    if item is None:
        wrong["indicator"] = Wrong(_("还没选指标"), _("选一项，或者把这一行清空"))
    if weight is None:
        typed = row.weight.typed.strip()
        message = _("“%(typed)s”不是权重") % {"typed": typed} if typed else _("还没写权重")
        wrong["weight"] = Wrong(message, _("写 0 到 100，例如 40"))
    metric = _metric(edition, item.spec, item.module_code) if item else None
    unit = UNITS[metric.unit] if metric else UNITS["number"]
    values: dict[str, int | None] = {}
    row = replace(row, numbers=tuple(_settled(cell, unit) for cell in row.numbers))
    for name, cell in zip(NUMBERS, row.numbers, strict=True):
        if cell.readings:
            told = {"first": cell.readings[0], "second": cell.readings[1]}
            wrong[name] = Wrong(_("你是指 %(first)s 还是 %(second)s？") % told)
            continue
        read = read_number(cell.typed, unit) if metric else None
        if isinstance(read, Problem):
            wrong[name] = _said(read)
        else:
            values[name] = read
    entry = None
    if not wrong and item is not None and metric is not None:
        entry = LineEntry(
            indicator=item.code,
            weight=weight or 0,
            section=place[0],
            section_weight=place[1],
            is_applicable=row.applies,
            **values,
        )
        wrong = _method_wrong(item.spec, metric, entry)
    return _with(row, wrong), None if wrong else entry


def _settled(cell: Cell, unit: Unit) -> Cell:
    """The cell as it was said to be meant; with both readings where that still has to be asked."""
    readings = two_readings(cell.typed, unit)
    if readings is None:
        return cell
    return replace(cell, typed=cell.meant) if cell.meant in readings else replace(cell, readings=readings)


def _method_wrong(spec: IndicatorSpec, metric: MetricSpec, entry: LineEntry) -> dict[str, Wrong]:
    """What the method says of the line's parameters, each at its field."""
    found = [p for p in spec.method.check_line(values_of(entry, metric)) if p.severity == "error"]
    return {p.path if p.path in NUMBERS else "indicator": _said(p) for p in reversed(found)}


def _with(row: Row, wrong: Mapping[str, Wrong]) -> Row:
    return replace(
        row,
        indicator=replace(row.indicator, wrong=wrong.get("indicator")),
        weight=replace(row.weight, wrong=wrong.get("weight")),
        numbers=tuple(replace(c, wrong=wrong.get(n)) for n, c in zip(NUMBERS, row.numbers, strict=True)),
    )


def _total(weights: Sequence[tuple[str, int | None]]) -> Wrong | None:
    """What is wrong with the weights together, section by section; nothing while one cannot be read."""
    if not weights:
        return Wrong(_("一项指标也没有"), _("至少选一项，3–5 项最合适"))
    sums: dict[str, list[int]] = {}
    for section, weight in weights:
        if weight is None:
            return None
        sums.setdefault(section, []).append(weight)
    found = [p for together in sums.values() for p in check_weights(together, publishing=True)]
    return Wrong(say(found[0].message), _("改其中一项，或按比例调到 100 %")) if found else None


def _weight(weight: int) -> str:
    return f"{plain_number(weight * 100)}%"


def _metric(edition: EditionView, spec: IndicatorSpec, module_code: str) -> MetricSpec:
    metric: MetricSpec = edition.resolve("metric", spec.metric, module_code).spec
    return metric


def _label(spec: IndicatorSpec, metric: MetricSpec) -> str:
    unit = say(UNITS[metric.unit].label)
    name = say(spec.label.text)
    return _("%(name)s（%(note)s）") % {"name": name, "note": unit} if unit else name


def _rule(edition: EditionView, spec: IndicatorSpec, module_code: str) -> str:
    return say(spec.method.rule_text(measure_of(spec, _metric(edition, spec, module_code))))


def _said(problem: Problem) -> Wrong:
    return Wrong(say(problem.message), say(problem.fix))
