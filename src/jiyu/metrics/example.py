"""A metric worked out on one person and period, with its formula as it is and as somebody would change it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext as _

from jiyu.core import clock
from jiyu.core.actor import Actor
from jiyu.core.language import say
from jiyu.lib.formula import Node, ValueType, parse_and_check
from jiyu.lib.formula.tree import Input
from jiyu.lib.formula.values import BLANK, ERRORS, Column
from jiyu.lib.text import Problem
from jiyu.lib.units import MICRO
from jiyu.metrics import wording
from jiyu.metrics.compute import InputColumn, MetricColumns, evaluate_inputs, scale_of
from jiyu.metrics.kinds import MetricSpec, tree_of, visible
from jiyu.metrics.pages import MetricPage
from jiyu.metrics.selectors import MetricValues, metric_values, row_sources
from jiyu.people import public as people
from jiyu.sources import public as sources

MOST_TRIED = 30  # persons looked at for a first example
THE_ONE = UUID(int=0)  # a formula being tried has no version yet


@dataclass(frozen=True, slots=True)
class InputShown:
    """One input of the example: its figure, from how many records on how many days."""

    name: str
    figure: str
    records: int
    days: int
    is_missing: bool


@dataclass(frozen=True, slots=True)
class Worked:
    """What a formula comes to: the sum with its figures, the steps, both sides of a ratio, and the value.

    `value` is empty when there is none; `why_not` then says why.
    """

    formula: str
    sum: str
    steps: tuple[tuple[str, str, str], ...]
    numerator: str
    denominator: str
    value: str
    why_not: str


@dataclass(frozen=True, slots=True)
class Example:
    """The metric on one person and period; `coverage` says how many of the promised days the sources have."""

    person: people.OrgPerson
    unit: str
    period_code: str
    inputs: tuple[InputShown, ...]
    worked: Worked
    coverage: str
    updated_at: datetime | None
    frozen: Mapping[str, InputColumn]
    today: date


@dataclass(frozen=True, slots=True)
class Mark:
    """A piece of a text; `is_wrong` where a problem lies."""

    text: str
    is_wrong: bool


@dataclass(frozen=True, slots=True)
class FormulaProblem:
    """A problem of a typed formula: what, what to do, and the text with its place marked."""

    message: str
    fix: str
    marks: tuple[Mark, ...]
    is_error: bool


@dataclass(frozen=True, slots=True)
class Trial:
    """A changed formula on the same inputs; `worked` is None while the formula has an error."""

    typed: str
    spec: MetricSpec
    problems: tuple[FormulaProblem, ...]
    worked: Worked | None
    is_changed: bool

    @property
    def is_good(self) -> bool:
        """Whether it may be kept as a draft."""
        return not any(p.is_error for p in self.problems)


def example(*, actor: Actor, page: MetricPage, employee_no: str = "", period_code: str = "") -> Example | None:
    """The metric on the person with this number (else on somebody who has data) in the period (else the quarter of the
    newest data). None when nobody the actor may see has any.

    Raises people.no_such_number and people.period_code.
    """
    spec = page.spec
    days = [f.last_day for f in page.fresh if f.last_day is not None]
    newest = min(days) if days else clock.today()
    code = period_code or f"{newest.year}Q{(newest.month + 2) // 3}"
    _kind, first, end, _above = people.period_bounds(code)
    day = min(max(newest, first), end - timedelta(days=1))
    org = people.org_on(on=day, known_at=clock.now())
    if employee_no:
        tried = [people.person_numbered(actor=actor, employee_no=employee_no, on=day, org=org).id]
    else:
        scope = people.scope_of(actor, org=org)
        tried = [p for p in _who_has_data(spec, newest, org) if p in scope][:MOST_TRIED]
    if not tried:
        return None
    values = metric_values(metrics={THE_ONE: spec}, subjects=tried, first=first, end=end, known_at=clock.now())[THE_ONE]
    here = next((i for i in range(len(tried)) if _state(values.columns.column, i) == 0), 0)
    return _shown(spec, values, here, org.persons[tried[here]], org, code, first, end)


def trial(*, spec: MetricSpec, typed: str, shown: Example | None) -> Trial:
    """`typed` in place of the metric's formula, on the inputs of the example."""
    changed = spec.model_copy(update={"expression": typed})
    checked = parse_and_check(typed, visible(spec, len(spec.steps)), expected=ValueType.NUMBER)
    worked = None
    if checked.ok and shown is not None:
        columns = evaluate_inputs(changed, shown.frozen, rows=1, today=shown.today)
        worked = _worked(changed, shown.frozen, columns)
    return Trial(
        typed=typed,
        spec=changed,
        problems=tuple(_problem(p, typed) for p in checked.problems),
        worked=worked,
        is_changed=typed.strip() != spec.expression.strip(),
    )


def marked(text: str, start: int, end: int) -> tuple[Mark, ...]:
    """`text` in pieces, the place `[start, end)` marked; an empty place marks the character before it."""
    if start < 0:
        return (Mark(text, False),)
    end = max(end, start)
    if start == end:
        start = max(0, min(start, len(text)) - 1)
        end = start + 1
    pieces = (Mark(text[:start], False), Mark(text[start:end], True), Mark(text[end:], False))
    return tuple(p for p in pieces if p.text)


def _who_has_data(spec: MetricSpec, newest: date, org: people.OrgView) -> list[UUID]:
    """Persons whose records (or whose unit's) stand on the newest day, by employee number."""
    found: set[UUID] = set()
    for code in spec.sources:
        table = sources.record_columns(
            source_code=code, first=newest, end=newest + timedelta(days=1), known_at=clock.now()
        )
        found |= {UUID(s) for s in table.column("subject").to_pylist()}
    persons = {p for s in found for p in (org.members(s, deep=False) if s in org.units else (s,))}
    return sorted((p for p in persons if p in org.persons), key=lambda p: org.persons[p].employee_no)


def _shown(
    spec: MetricSpec,
    values: MetricValues,
    here: int,
    person: people.OrgPerson,
    org: people.OrgView,
    code: str,
    first: date,
    end: date,
) -> Example:
    frozen = {name: _one(column, here) for name, column in values.inputs.items()}
    today = end - timedelta(days=1)
    columns = evaluate_inputs(spec, frozen, rows=1, today=today)
    coverage = ""
    if values.expected is not None:
        coverage = _("来源到了 %(covered)s/%(expected)s 天的数") % {
            "covered": values.covered,
            "expected": values.expected,
        }
    return Example(
        person=person,
        unit=org.path_text(person.unit_id, " "),
        period_code=code,
        inputs=tuple(
            InputShown(
                name=i.name,
                figure=_input_figure(spec, i.name, frozen[i.name]),
                records=int(frozen[i.name].records[0]),
                days=on_days,
                is_missing=not frozen[i.name].present[0] and i.missing != "zero",
            )
            for i, on_days in zip(spec.inputs, _days(spec, person.id, first, end), strict=True)
        ),
        worked=_worked(spec, frozen, columns),
        coverage=coverage,
        updated_at=values.updated_at,
        frozen=frozen,
        today=today,
    )


def _days(spec: MetricSpec, person: UUID, first: date, end: date) -> list[int]:
    """On how many days records stand that count for the person, input by input."""
    now = clock.now()
    found: dict[object, int] = {}
    counts = []
    for i in spec.inputs:
        key = (i.source, i.attribution, i.where)
        if key not in found:
            own = i.attribution == "own"
            rows_of = [person] if own else row_sources(i.attribution, person, first, end, now)
            table = sources.record_columns(
                source_code=i.source,
                first=first,
                end=end,
                known_at=now,
                subjects=rows_of,
                where={w.dimension: w.values for w in i.where},
            )
            found[key] = len(set(table.column("day").to_pylist()))
        counts.append(found[key])
    return counts


def _one(column: InputColumn, row: int) -> InputColumn:
    at = slice(row, row + 1)
    return InputColumn(column.numerator[at], column.denominator[at], column.present[at], column.records[at])


def _worked(spec: MetricSpec, frozen: Mapping[str, InputColumn], columns: MetricColumns) -> Worked:
    state = _state(columns.column, 0)
    figures = {i.name: _plain_figure(spec, i.name, frozen[i.name]) for i in spec.inputs}
    steps = []
    for position, step in enumerate(spec.steps):
        shown = _step_figure(columns.steps[step.name], step.unit)
        steps.append((step.name, wording.told(tree_of(step.expression, visible(spec, position)), figures), shown))
        figures[step.name] = shown
    tree = tree_of(spec.expression, visible(spec, len(spec.steps)))
    value = wording.figure(float(columns.value[0]), spec.unit, spec.decimals) if state == 0 else ""
    sides = [_side(c) if state == 0 else "" for c in (columns.numerator, columns.denominator)]
    return Worked(
        formula=wording.told(tree, {}),
        sum=wording.told(tree, figures) if state == 0 and not _is_one_figure(tree, spec) else "",
        steps=tuple(steps),
        numerator=sides[0],
        denominator=sides[1],
        value=value,
        why_not=_why_not(spec, frozen, state),
    )


def _is_one_figure(tree: Node, spec: MetricSpec) -> bool:
    """Whether the sum would only repeat the value."""
    return isinstance(tree, Input) and not any(i.name == tree.id and i.is_average for i in spec.inputs)


def _why_not(spec: MetricSpec, frozen: Mapping[str, InputColumn], state: int) -> str:
    if state == 0:
        return ""
    absent = [i.name for i in spec.inputs if i.missing != "zero" and not frozen[i.name].present[0]]
    if state == BLANK:
        return _("%(names)s 还没到，缺的不算 0") % {"names": "、".join(absent)} if absent else _("缺数，算不出来")
    return say(ERRORS[state].reason)


def _input_figure(spec: MetricSpec, name: str, found: InputColumn) -> str:
    aggregate = next(i for i in spec.inputs if i.name == name)
    if not found.present[0]:
        return wording.figure(0.0, aggregate.unit) if aggregate.missing == "zero" else ""
    return wording.figure(float(found.value[0]), aggregate.unit)


def _plain_figure(spec: MetricSpec, name: str, found: InputColumn) -> str:
    """The figure as it stands inside a sum: an average by its two sides."""
    aggregate = next(i for i in spec.inputs if i.name == name)
    if not found.present[0]:
        return "0" if aggregate.missing == "zero" else _("待数据")
    if aggregate.is_average:
        sides = (wording.short(float(n[0]) / MICRO) for n in (found.numerator, found.denominator))
        return " ÷ ".join(sides)
    return wording.short(float(found.value[0]))


def _step_figure(column: Column, unit: str) -> str:
    if _state(column, 0) != 0:
        return _("待数据")
    return wording.figure(float(column.values[0]) * scale_of(unit), unit)


def _side(column: Column | None) -> str:
    return wording.short(float(column.values[0])) if column is not None else ""


def _state(column: Column, row: int) -> int:
    return 0 if column.state is None else int(column.state[row])


def _problem(problem: Problem, typed: str) -> FormulaProblem:
    return FormulaProblem(
        message=say(problem.message),
        fix=say(problem.fix),
        marks=marked(typed, problem.start, problem.end),
        is_error=problem.severity == "error",
    )
