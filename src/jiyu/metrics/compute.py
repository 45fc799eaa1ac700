"""From records to a metric's values: group by person first, divide last.

Two halves. `Grouping` turns visible facts into one number per person and named input.
`evaluate_inputs` is pure: it turns those frozen numbers into the metric's value by the formula evaluator, and is what an
explanation replays.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from jiyu.lib.formula import Column, EvalContext, ValueType, evaluate
from jiyu.lib.formula.tree import Binary, Input
from jiyu.lib.formula.values import BLANK, OK
from jiyu.lib.units import MICRO, UNITS
from jiyu.metrics.kinds import Aggregate, MetricSpec, tree_of, visible

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class InputColumn:
    """One named aggregate for many subjects. `numerator` in millionths; `denominator` in millionths too (1,000,000 for
    anything but an average); `present` is False where no record stood; `records` counts them."""

    numerator: Ints
    denominator: Ints
    present: Bools
    records: Ints

    @property
    def value(self) -> Floats:
        """The aggregate as the formula sees it (garbage where not present)."""
        return self.numerator.astype(np.float64) / np.where(self.denominator == 0, 1, self.denominator)


@dataclass(frozen=True)
class MetricColumns:
    """A metric for many subjects. `value` in the metric's unit; `numerator` and `denominator` are the two sides of a
    ratio (None for anything else). `column` carries blanks and errors; `steps` the named intermediate values."""

    column: Column
    value: Floats
    numerator: Column | None
    denominator: Column | None
    steps: Mapping[str, Column]


def empty_input(rows: int) -> InputColumn:
    """Nothing for anybody."""
    zeros = np.zeros(rows, dtype=np.int64)
    return InputColumn(zeros, np.full(rows, MICRO, dtype=np.int64), np.zeros(rows, dtype=np.bool_), zeros.copy())


class Grouping:
    """Grouping of facts and records in DuckDB, for all aggregates of a computation.

    `facts` has columns measure, subject (32 hex digits), day, value (millionths), record; `members` says by attribution
    whose rows count for whom: target (index of the subject), source (32 hex digits), first, end (half-open days),
    whole_first, whole_end (all days that should have data). Use as a context manager.
    """

    def __init__(self, facts: pa.Table, members: Mapping[str, pa.Table]) -> None:
        self.db = duckdb.connect()
        self._has_members = {name: table.num_rows > 0 for name, table in members.items()}
        self._chosen: dict[object, str] = {}
        everybody = sorted({s for table in members.values() for s in table.column("source").to_pylist()})
        self.db.register("names", pa.table({"name": pa.array(everybody, pa.string())}))
        self.db.execute("CREATE TEMP TABLE sources AS SELECT name, row_number() OVER () AS source FROM names")
        self._adopt("facts", facts, "measure, value")
        for name, table in members.items():
            self.db.register("given", table)
            self.db.execute(
                f"CREATE TEMP TABLE members_{name} AS SELECT g.* EXCLUDE (source), s.source FROM given g"
                " JOIN sources s ON s.name = g.source"
            )

    def __enter__(self) -> Grouping:
        return self

    def __exit__(self, *_: object) -> None:
        self.db.close()

    def choose(self, key: object, records: pa.Table) -> str:
        """Make chosen records (subject, day, record) available; returns the name to aggregate them under."""
        if key not in self._chosen:
            self._chosen[key] = f"chosen_{len(self._chosen)}"
            self._adopt(self._chosen[key], records, "")
        return self._chosen[key]

    def aggregate(self, spec: Aggregate, measures: Mapping[str, int], subjects: int, chosen: str = "") -> InputColumn:
        """One aggregate for `subjects` subjects. `measures` maps measure codes of its source to their ids; `chosen` names
        the records where it counts them or picks them by their words. Sums are exact integers; percentiles
        interpolate as Excel's INC."""
        known = {spec.measure, spec.weight, *(c.measure for c in spec.when)} - {""} <= set(measures)
        out = empty_input(subjects)
        if not (known and self._has_members[spec.attribution]):
            return out
        rows = self.db.execute(_query(spec, measures, chosen)).fetchnumpy()
        target = np.asarray(rows["target"], dtype=np.int64)
        out.numerator[target] = np.asarray(rows["numerator"], dtype=np.int64)
        out.denominator[target] = np.asarray(rows["denominator"], dtype=np.int64)
        out.present[target] = True
        out.records[target] = np.asarray(rows["records"], dtype=np.int64)
        return out

    def _adopt(self, name: str, table: pa.Table, more: str) -> None:
        """Copy a table with the subjects as small integers: joins on 32 characters cost four times as much."""
        self.db.register("given", table)
        columns = f"{more}, day, record" if more else "day, record"
        self.db.execute(
            f"CREATE TEMP TABLE {name} AS SELECT {columns}, s.source FROM given g JOIN sources s ON s.name = g.subject"
        )


def evaluate_inputs(spec: MetricSpec, inputs: Mapping[str, InputColumn], *, rows: int, today: date) -> MetricColumns:
    """The metric's value from its aggregates: the pure half, the same for one person and for a million."""
    columns: dict[str, Column] = {i.name: _as_column(i, inputs[i.name]) for i in spec.inputs}
    context = EvalContext(today=today)
    steps: dict[str, Column] = {}
    for position, step in enumerate(spec.steps):
        column = evaluate(tree_of(step.expression, visible(spec, position)), columns, rows=rows, context=context)
        steps[step.name] = columns[step.name] = column
    tree = tree_of(spec.expression, visible(spec, len(spec.steps)))
    column = evaluate(tree, columns, rows=rows, context=context)
    numerator, denominator = _sides(spec, inputs, columns)
    value = np.asarray(column.values, dtype=np.float64) * scale_of(spec.unit)
    return MetricColumns(column, value, numerator, denominator, steps)


def scale_of(unit: str) -> float:
    """What a plain quotient is multiplied with to stand in `unit`: 100 for percent, a million for ppm, else 1."""
    found = UNITS[unit]
    return float(1 / found.factor) if found.dimension == "percent" else 1.0


def is_ratio(spec: MetricSpec) -> bool:
    """Whether the metric keeps a numerator and a denominator."""
    return ratio_sides(spec) is not None


def ratio_sides(spec: MetricSpec) -> tuple[str, str] | None:
    """The two input names of a simple ratio `a/b`; for an average, its own name twice; None for anything else."""
    tree = tree_of(spec.expression, visible(spec, len(spec.steps)))
    if isinstance(tree, Input):
        single = next((i for i in spec.inputs if i.name == tree.id), None)
        return (single.name, single.name) if single is not None and single.is_average else None
    if isinstance(tree, Binary) and tree.operator == "/":
        left, right = tree.left, tree.right
        if isinstance(left, Input) and isinstance(right, Input):
            return left.id, right.id
    return None


def _sides(
    spec: MetricSpec, inputs: Mapping[str, InputColumn], columns: Mapping[str, Column]
) -> tuple[Column | None, Column | None]:
    sides = ratio_sides(spec)
    if sides is None:
        return None, None
    left, right = sides
    if left == right:
        found = inputs[left]
        return _numbers(found.numerator / MICRO, found.present), _numbers(found.denominator / MICRO, found.present)
    return columns[left], columns[right]


def _as_column(spec: Aggregate, found: InputColumn) -> Column:
    present = np.ones_like(found.present) if spec.missing == "zero" else found.present
    return _numbers(np.where(found.present, found.value, 0.0), present)


def _numbers(values: Floats, present: Bools) -> Column:
    state = None if present.all() else np.where(present, OK, BLANK).astype(np.uint8)
    return Column(ValueType.NUMBER, np.where(present, values, 0.0), state)


def _query(spec: Aggregate, measures: Mapping[str, int], chosen: str) -> str:
    """SQL over our own column names; measure ids are integers we made, so nothing is quoted from outside."""
    one = str(MICRO)
    main = f"f.measure = {int(measures[spec.measure])}" if spec.measure else "true"
    table = "facts" if spec.measure else chosen
    value = "f.value"
    joins = f" JOIN {chosen} ch ON ch.record = f.record" if spec.where and spec.measure else ""
    if spec.weight:
        joins += f" JOIN facts w ON w.record = f.record AND w.measure = {int(measures[spec.weight])}"
    for n, condition in enumerate(spec.when):
        micro = int(condition.value * MICRO)
        joins += (
            f" JOIN facts c{n} ON c{n}.record = f.record AND c{n}.measure = {int(measures[condition.measure])}"
            f" AND c{n}.value {condition.sign} {micro}"
        )
    numerator, denominator = {
        "sum": (f"sum({value})", one),
        "count": (f"count(DISTINCT f.record) * {one}", one),
        "average": (f"sum({value})", f"count(*) * {one}"),
        "weighted_average": (f"sum({value}::HUGEINT * w.value) // {one}", "sum(w.value)"),
        "min": (f"min({value})", one),
        "max": (f"max({value})", one),
        "median": (f"round(quantile_cont({value}::DOUBLE, 0.5))", one),
        "percentile": (f"round(quantile_cont({value}::DOUBLE, {spec.percentile / 100!r}))", one),
        "last": (f"arg_max({value}, (f.day, f.record))", one),
        "days": (f"count(DISTINCT f.day) * {one}", one),
    }[spec.how]
    complete = (
        " HAVING count(DISTINCT date_trunc('month', f.day)) >="
        " max(date_diff('month', m.whole_first, m.whole_end - INTERVAL 1 DAY)) + 1"
        if spec.every == "month"
        else ""
    )
    return (
        f"SELECT m.target AS target, ({numerator})::BIGINT AS numerator, ({denominator})::BIGINT AS denominator,"
        f" count(DISTINCT f.record) AS records FROM {table} f JOIN members_{spec.attribution} m ON f.source = m.source"
        f" AND f.day >= m.first AND f.day < m.end{joins} WHERE {main} GROUP BY m.target{complete}"
    )
