"""The metric kind (数据项): named aggregates over records, and an expression over them (DESIGN §4).

Aggregate first, divide last: an expression whose outermost sign is a division keeps both sides, so 95/100 and 9/10
give 104/110 and never the mean of two rates.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import ClassVar, Literal

from pydantic import Field

from jiyu.lib.formula import InputSpec, ValueType, check, parse
from jiyu.lib.formula.tree import Node
from jiyu.lib.text import Problem, Text
from jiyu.lib.units import UNITS, Unit
from jiyu.metrics.spec_words import SPEC_WORDS
from jiyu.studio.public import Catalog, Kind, Label, Spec, register

How = Literal["sum", "count", "average", "weighted_average", "min", "max", "median", "percentile", "last", "days"]
"""How the records of one person become one number. `days` counts business days with a record."""


class Condition(Spec):
    """Only records whose measure `measure` compares so with `value` (decimal text in the measure's unit) count."""

    measure: str = Field(min_length=1)
    sign: Literal["=", "<>", ">", ">=", "<", "<="]
    value: Decimal


class Where(Spec):
    """Only records whose dimension has one of `values` count (the kind of a ticket, a shift)."""

    dimension: str
    values: tuple[str, ...] = Field(min_length=1)


class Aggregate(Spec):
    """One named aggregate: which measure of which source, how, over whose records.

    `attribution`: the person's own rows, the rows of the crew on the days the person belonged to it, or the rows of
    everybody in a unit. `missing` says what no record at all means: data awaited, a true zero (a violation nobody
    had), or not applicable. `every` month: a month of employment without any record makes the whole incomplete, and
    incomplete is never shown as low.
    """

    name: str = Field(min_length=1, max_length=60)
    source: str
    measure: str = ""
    how: How = "sum"
    percentile: int = Field(default=90, ge=1, le=99)
    weight: str = ""  # the measure that weighs a weighted average
    when: tuple[Condition, ...] = ()
    where: tuple[Where, ...] = ()
    attribution: Literal["own", "crew", "unit"] = "own"
    missing: Literal["awaiting", "zero", "not_applicable"] = "awaiting"
    every: Literal["", "month"] = ""
    unit: str = "number"

    @property
    def columns(self) -> tuple[str, ...]:
        """Codes of the source's measures it reads; none where it counts records."""
        return tuple(m for m in (self.measure, self.weight, *(c.measure for c in self.when)) if m)

    @property
    def needs_records(self) -> bool:
        """Whether the records themselves are read: to count them, or to choose them by their words."""
        return bool(self.where) or not self.measure

    @property
    def is_average(self) -> bool:
        """Whether the aggregate itself is a ratio, kept as sum and weight."""
        return self.how in ("average", "weighted_average")


class Step(Spec):
    """A named intermediate value, so that a product can be told by its factors (OEE = 88 % × 92 % × 97.92 %)."""

    name: str = Field(min_length=1, max_length=60)
    expression: str
    unit: str = "percent"


class MetricSpec(Spec):
    """A number about a person, crew or unit. `expression` yields a plain quotient; `unit` says how it is shown and in
    what its targets are given (percent: ×100)."""

    label: Label
    unit: str = "number"
    decimals: int = Field(default=2, ge=0, le=6)
    inputs: tuple[Aggregate, ...] = Field(min_length=1, max_length=20)
    steps: tuple[Step, ...] = ()
    expression: str
    owner_label: str = ""  # who answers for it, in words: "生产计划科"

    @property
    def unit_of(self) -> Unit:
        """The unit its values are shown and its targets given in."""
        return UNITS[self.unit]

    @property
    def sources(self) -> tuple[str, ...]:
        """Codes of the sources it draws on, each once."""
        return tuple(dict.fromkeys(i.source for i in self.inputs))


class MetricKind(Kind[MetricSpec]):
    """Checks that every name is known and the expression is a number."""

    key: ClassVar[str] = "metric"
    label = Text("数据项", "metric")
    spec_type = MetricSpec
    field_words = SPEC_WORDS
    chosen = "at_enrolment"

    def words(self, spec: MetricSpec) -> list[str]:
        """The formula, and each of its inputs with where it comes from."""
        from jiyu.metrics import wording  # it reads this module's specs

        inputs = [
            f"{one.name}（{one.source}）：{wording.input_words(one, {})}；{wording.missing_words(one)}"
            for one in spec.inputs
        ]
        return [wording.formula_words(spec.expression, visible(spec, len(spec.steps))), *inputs]

    def check(self, spec: MetricSpec, catalog: Catalog) -> list[Problem]:
        """Unknown units, doubled names, formulas that do not parse or mean no number."""
        problems = [
            _at(path, Problem("metrics.unknown_unit", Text(f"没有单位“{unit}”", f'unit "{unit}" is not known')))
            for path, unit in _units(spec)
            if unit not in UNITS
        ]
        names = [i.name for i in spec.inputs] + [s.name for s in spec.steps]
        problems += [
            _at(
                i.name,
                Problem("metrics.measure_missing", Text(f"“{i.name}”没说是哪一列", f'"{i.name}" names no column')),
            )
            for i in spec.inputs
            if not i.measure and i.how not in ("count", "days")
        ]
        problems += [
            _at(
                i.name,
                Problem("metrics.weight_missing", Text(f"“{i.name}”没说按哪一列加权", f'"{i.name}" names no weight')),
            )
            for i in spec.inputs
            if i.how == "weighted_average" and not i.weight
        ]
        problems += [
            _at(name, Problem("metrics.name_twice", Text(f"“{name}”用了两次", f'"{name}" stands twice')))
            for name in {n for n in names if names.count(n) > 1}
        ]
        if problems:
            return problems
        for position, step in enumerate(spec.steps):
            problems += _formula_problems(f"steps[{position}].expression", step.expression, visible(spec, position))
        return problems + _formula_problems("expression", spec.expression, visible(spec, len(spec.steps)))


def visible(spec: MetricSpec, steps: int) -> list[InputSpec]:
    """The inputs an expression may use: all aggregates, and the first `steps` steps. The id is the name."""
    inputs = [InputSpec(id=i.name, label=i.name, type=ValueType.NUMBER, unit=None) for i in spec.inputs]
    return inputs + [InputSpec(id=s.name, label=s.name, type=ValueType.NUMBER, unit=None) for s in spec.steps[:steps]]


def tree_of(expression: str, inputs: Sequence[InputSpec]) -> Node:
    """The checked tree of a frozen expression; raises ValueError for one that never should have been frozen."""
    parsed = parse(expression)
    if parsed.tree is None:
        raise ValueError(f"frozen expression does not parse: {expression}")
    checked = check(parsed.tree, inputs, expected=ValueType.NUMBER)
    if not checked.ok:
        raise ValueError(f"frozen expression does not check: {expression}")
    return checked.tree


def _units(spec: MetricSpec) -> list[tuple[str, str]]:
    return [("unit", spec.unit), *((i.name, i.unit) for i in spec.inputs), *((s.name, s.unit) for s in spec.steps)]


def _formula_problems(path: str, expression: str, inputs: Sequence[InputSpec]) -> list[Problem]:
    parsed = parse(expression)
    found = list(parsed.problems)
    if parsed.tree is not None and not found:
        found = list(check(parsed.tree, inputs, expected=ValueType.NUMBER).problems)
    return [_at(path, p) for p in found]


def _at(path: str, problem: Problem) -> Problem:
    return Problem(problem.code, problem.message, problem.fix, path, problem.start, problem.end, problem.severity)


register(MetricKind())
