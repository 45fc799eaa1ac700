"""SUMIF and its family: aggregates over the records that meet criteria such as ">=100" or "华东*".

A criterion is read per distinct value. Records whose field is blank or an error meet none but "" and "=".
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from jiyu.lib.formula import numeric
from jiyu.lib.formula.functions.aggregates import Pool, reduce_rows
from jiyu.lib.formula.functions.texts import read_number
from jiyu.lib.formula.operators import fold, merged, number_or_error, text_map
from jiyu.lib.formula.registry import Function, Invocation, Kernel, Kind, Param, UnitRule, register
from jiyu.lib.formula.tokens import RESERVED
from jiyu.lib.formula.values import BLANK, DIV0, OK, VALUE, States, Value, ValueType, failure, mark
from jiyu.lib.text import Text

_OPERATOR = re.compile(r"(<=|>=|<>|<|>|=)?(.*)", re.DOTALL)
_DATE = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})")

_COMPARE: dict[str, Callable[[Any, Any, Any], Any]] = {
    "=": lambda a, b, same: same,
    "<>": lambda a, b, same: ~same,
    "<": lambda a, b, same: (a < b) & ~same,
    "<=": lambda a, b, same: (a < b) | same,
    ">": lambda a, b, same: (a > b) & ~same,
    ">=": lambda a, b, same: (a > b) | same,
}


def _read_date(text: str) -> Any:
    found = _DATE.fullmatch(text.strip())
    if not found:
        return None
    try:
        return np.datetime64(datetime.date(*(int(part) for part in found.groups())), "D")
    except ValueError:
        return None


def _wildcard(pattern: str) -> Callable[[str], bool]:
    """`*` any characters, `?` one, `~` before one of the three takes it literally."""
    parts: list[str] = []
    literal = False
    for char in fold(pattern):
        if literal or char not in "*?~":
            parts.append(re.escape(char))
            literal = False
        elif char == "~":
            literal = True
        else:
            parts.append(".*" if char == "*" else ".")
    compiled = re.compile("".join(parts), re.DOTALL)
    return lambda text: compiled.fullmatch(fold(text)) is not None


def meets(field: Value, criterion: Any, *, computed: bool) -> Any:
    """Which values of a field meet one criterion: a text with an operator, or a value to equal."""
    if isinstance(criterion, str):
        found = _OPERATOR.fullmatch(criterion)
        operator, operand = (found[1] or "=", found[2]) if found else ("=", criterion)
        if operand == "" and operator in ("=", "<>"):
            empty = field.states() == BLANK
            if field.type is ValueType.TEXT:
                empty = empty | (field.ok & (field.values == ""))
            return empty if operator == "=" else ~empty
    else:
        operator, operand = "=", criterion
    return field.ok & _compared(field, operator, operand, computed=computed)


def _compared(field: Value, operator: str, operand: Any, *, computed: bool) -> Any:
    values = field.values
    if field.type is ValueType.TEXT:
        text = operand if isinstance(operand, str) else None
        if text is not None and operator in ("=", "<>"):
            same = text_map(_wildcard(text), values).astype(np.bool_)
            return same if operator == "=" else ~same
        if text is not None:
            folded = text_map(fold, values)
            return np.asarray(_COMPARE[operator](folded, fold(text), folded == fold(text)), np.bool_)
    wanted = _as_type(field.type, operand)
    if wanted is None:
        return np.full(len(values), operator == "<>")
    same = numeric.equal(values, wanted, computed) if field.type is ValueType.NUMBER else values == wanted
    return np.asarray(_COMPARE[operator](values, wanted, same), np.bool_)


def _as_type(kind: ValueType, operand: Any) -> Any:
    """The criterion's operand as a value of the field's type, or None."""
    if isinstance(operand, str):
        if kind is ValueType.NUMBER:
            return read_number(operand)
        if kind is ValueType.DATE:
            return _read_date(operand)
        return RESERVED.get(operand.strip().upper()) if kind is ValueType.BOOL else None
    if kind is ValueType.BOOL:
        return operand if isinstance(operand, bool) else None
    if kind is ValueType.DATE:
        return np.datetime64(operand, "D") if isinstance(operand, datetime.date) else None
    if kind is ValueType.NUMBER and isinstance(operand, float):
        return operand
    return None


class _Unequal(Exception):
    """The fields do not belong to the same records."""


def _selected(pairs: Sequence[tuple[Value, Value, bool]]) -> tuple[Any, Any]:
    """Which records meet all (field, criterion, computed), and the records' offsets."""
    offsets = pairs[0][0].offsets
    if offsets is None:
        raise _Unequal
    counts = np.diff(offsets)
    chosen: Any = np.ones(int(offsets[-1]), np.bool_)
    for field, criterion, computed in pairs:
        if field.offsets is None or not np.array_equal(field.offsets, offsets):
            raise _Unequal
        wanted = criterion.values.tolist()
        if len(wanted) == 1:
            chosen &= meets(field, wanted[0], computed=computed)
            continue
        chosen &= _met_per_row(field, wanted, counts, computed=computed)
    return chosen, offsets


def _met_per_row(field: Value, wanted: Sequence[Any], counts: Any, *, computed: bool) -> Any:
    """Which records meet the criterion of their row, each distinct one read once, on its records."""
    distinct = {value: i for i, value in enumerate(dict.fromkeys(wanted))}
    which = np.repeat(np.array([distinct[value] for value in wanted]), counts)
    order = np.argsort(which, kind="stable")
    ends = np.searchsorted(which[order], np.arange(len(distinct) + 1))
    met = np.zeros(len(which), np.bool_)
    for value, number in distinct.items():
        mine = order[ends[number] : ends[number + 1]]
        if len(mine):
            state = None if field.state is None else field.state[mine]
            met[mine] = meets(Value(field.type, field.values[mine], state), value, computed=computed)
    return met


def _criteria_kernel(reduce: Callable[[Pool], Value], *, values_at: int | None, single: bool) -> Kernel:
    """A kernel that keeps the records meeting all criteria and reduces them.

    `values_at` is the argument that is reduced (None: only counted); `single` is the order of SUMIF, whose
    values come last and may be left out.
    """

    def kernel(arguments: Sequence[Value], call: Invocation) -> Value:
        pairs_from = 1 if values_at == 0 else 0
        pairs_end = pairs_from + 2 if single else len(arguments)
        pairs = [
            (arguments[i], arguments[i + 1], call.computed[i] or call.computed[i + 1])
            for i in range(pairs_from, pairs_end, 2)
        ]
        values = arguments[0]
        if values_at is not None and values_at < len(arguments):
            values = arguments[values_at]
        try:
            chosen, offsets = _selected(pairs)
        except _Unequal:
            return failure(ValueType.NUMBER, VALUE)
        if values.offsets is None or not np.array_equal(values.offsets, offsets):
            return failure(ValueType.NUMBER, VALUE)
        before = np.concatenate(([0], np.cumsum(chosen))).astype(np.int64)
        size = int(offsets[-1])
        kept = Pool(
            np.broadcast_to(values.values, size)[chosen],
            np.broadcast_to(values.states(), size)[chosen],
            before[offsets],
        )
        result = reduce(kept)
        criteria_state = merged([criterion for _, criterion, _ in pairs])
        return Value(ValueType.NUMBER, result.values, _first(criteria_state, result.state))

    return kernel


def _first(outer: States | None, inner: States | None) -> States | None:
    if outer is None or inner is None:
        return inner if outer is None else outer
    return np.where(outer != OK, outer, inner).astype(np.uint8)


def _totals(kept: Pool) -> tuple[Any, Any, States | None]:
    """Totals and counts of what is there; an error among the chosen beats all, only blanks are blank."""
    values, offsets = kept.present()
    counts, chosen = np.diff(offsets), np.diff(kept.offsets)
    state = np.where((chosen > 0) & (counts == 0), BLANK, OK).astype(np.uint8)
    error = kept.first_error()
    state = np.where(error != OK, error, state).astype(np.uint8)
    return numeric.exact_sums(values, offsets), counts, state if state.any() else None


def _sum(kept: Pool) -> Value:
    total, _, state = _totals(kept)
    return number_or_error(total, state)


def _average(kept: Pool) -> Value:
    total, counts, state = _totals(kept)
    return number_or_error(total / np.maximum(counts, 1), mark(state, counts == 0, DIV0))


def _count(kept: Pool) -> Value:
    ones = np.ones(len(kept.values))
    return Value(ValueType.NUMBER, reduce_rows(np.add, ones, kept.offsets, 0.0))


_FIELD = Param(Kind.ANY, "记录的一列", "field", many=True)
_CRITERION = Param(Kind.ANY, "条件", "criterion")
_VALUES = Param(Kind.NUMBER, "要算的列", "values", many=True)
_MAYBE_VALUES = Param(Kind.NUMBER, "要算的列", "values", optional=True, many=True)

_HOW = Text(
    '条件可以写 100、">=100"、"华东"、"华*"（* 是任意几个字，? 是一个字）。',
    'A criterion is 100, ">=100", "East" or "E*" (* any characters, ? one).',
)
_RECORDS = "{30, 120, 250}"


def _add(
    name: str,
    zh: str,
    kernel: Kernel,
    doc: tuple[str, str],
    examples: tuple[tuple[str, str], ...],
    head: tuple[Param, ...],
    group: tuple[Param, ...] = (),
    unit: UnitRule = UnitRule.NONE,
) -> None:
    text = Text(doc[0] + _HOW.zh, f"{doc[1]} {_HOW.en}")
    register(Function(name, zh, head, ValueType.NUMBER, kernel, text, examples, group, elementwise=False, unit=unit))


_add(
    "SUMIF",
    "条件求和",
    _criteria_kernel(_sum, values_at=2, single=True),
    (
        "合乎条件的记录加在一起；没有合乎条件的是 0。",
        "The total of the records that meet a criterion; 0 without any.",
    ),
    ((f'SUMIF({_RECORDS}, ">=100")', "370"),),
    (_FIELD, _CRITERION, _MAYBE_VALUES),
)
_add(
    "SUMIFS",
    "多条件求和",
    _criteria_kernel(_sum, values_at=0, single=False),
    ("合乎全部条件的记录加在一起。", "The total of the records that meet all criteria."),
    ((f'SUMIFS({_RECORDS}, {_RECORDS}, ">50", {_RECORDS}, "<200")', "120"),),
    (_VALUES,),
    (_FIELD, _CRITERION),
    UnitRule.FIRST,
)
_add(
    "COUNTIF",
    "条件计数",
    _criteria_kernel(_count, values_at=None, single=True),
    ("合乎条件的记录有几条。", "How many records meet a criterion."),
    ((f'COUNTIF({_RECORDS}, ">=100")', "2"), ('COUNTIF({"华东", "华南", "西北"}, "华*")', "2")),
    (_FIELD, _CRITERION),
)
_add(
    "COUNTIFS",
    "多条件计数",
    _criteria_kernel(_count, values_at=None, single=False),
    ("合乎全部条件的记录有几条。", "How many records meet all criteria."),
    ((f'COUNTIFS({_RECORDS}, ">50", {_RECORDS}, "<200")', "1"),),
    (),
    (_FIELD, _CRITERION),
)
_add(
    "AVERAGEIF",
    "条件平均",
    _criteria_kernel(_average, values_at=2, single=True),
    ("合乎条件的记录的平均；没有合乎条件的是 #DIV/0!。", "The mean of the records that meet a criterion."),
    ((f'AVERAGEIF({_RECORDS}, ">=100")', "185"), (f'AVERAGEIF({_RECORDS}, ">900")', "#DIV/0!")),
    (_FIELD, _CRITERION, _MAYBE_VALUES),
)
_add(
    "AVERAGEIFS",
    "多条件平均",
    _criteria_kernel(_average, values_at=0, single=False),
    ("合乎全部条件的记录的平均。", "The mean of the records that meet all criteria."),
    ((f'AVERAGEIFS({_RECORDS}, {_RECORDS}, ">50")', "185"),),
    (_VALUES,),
    (_FIELD, _CRITERION),
    UnitRule.FIRST,
)
