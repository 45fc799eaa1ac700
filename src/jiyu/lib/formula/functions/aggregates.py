"""Functions over several values: arguments, lists in braces, or the records behind an input.

Errors beat blanks, blanks are skipped, all blank is blank. Row arguments are added from left to right;
records and lists are summed exactly and in no order (`numeric.exact_sums`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from jiyu.lib.formula import numeric
from jiyu.lib.formula.operators import align, arithmetic, number_or_error, shown
from jiyu.lib.formula.registry import Function, Invocation, Kernel, Kind, Param, UnitRule, register
from jiyu.lib.formula.values import (
    BLANK,
    NOT_FOUND,
    NUM,
    OK,
    VALUE,
    Array,
    States,
    Value,
    ValueType,
    failure,
    filler,
    mark,
)
from jiyu.lib.text import Text

Offsets = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Pool:
    """The values of all arguments, row by row: those of row i are [offsets[i], offsets[i+1])."""

    values: Array
    states: States
    offsets: Offsets

    def present(self) -> tuple[Array, Offsets]:
        """Only the values there are."""
        ok = self.states == OK
        if ok.all():
            return self.values, self.offsets
        before = np.concatenate(([0], np.cumsum(ok)))
        return self.values[ok], before[self.offsets]

    def first_error(self) -> npt.NDArray[np.uint8]:
        """The first error of each row, 0 where there is none."""
        errors = np.where(self.states > BLANK, np.arange(len(self.states)), len(self.states))
        first = reduce_rows(np.minimum, errors, self.offsets, len(self.states))
        return np.append(self.states, np.uint8(OK))[first]


def pool(arguments: Sequence[Value], rows: int) -> Pool:
    """All arguments' values together, in the order of the arguments within each row."""
    if len(arguments) == 1 and arguments[0].offsets is not None:
        only = arguments[0]
        size = int(only.offsets[-1])  # type: ignore[index]
        return Pool(np.broadcast_to(only.values, size), np.broadcast_to(only.states(), size), arguments[0].offsets)
    parts = [a.offsets if a.offsets is not None else np.arange(rows + 1) for a in arguments]
    counts = [np.diff(p) for p in parts]
    offsets = np.concatenate(([0], np.cumsum(sum(counts)))).astype(np.int64)
    values = filler(arguments[0].type, int(offsets[-1]))
    states = np.zeros(int(offsets[-1]), np.uint8)
    taken = np.zeros(rows, np.int64)
    for argument, part, count in zip(arguments, parts, counts, strict=True):
        size = int(part[-1])
        places = np.repeat(offsets[:-1] + taken - part[:-1], count) + np.arange(size)
        values[places] = np.broadcast_to(argument.values, size)
        states[places] = np.broadcast_to(argument.states(), size)
        taken += count
    return Pool(values, states, offsets)


def reduce_rows(reduction: np.ufunc, values: Array, offsets: Offsets, empty: Any) -> Array:
    """`reduction` over each row's values; `empty` for a row without any."""
    padded = np.append(values, np.array([empty], values.dtype))
    reduced = reduction.reduceat(padded, offsets[:-1])
    result: Array = np.where(np.diff(offsets) > 0, reduced, empty)
    return result


def sort_rows(values: Array, offsets: Offsets) -> Array:
    """The values ascending within each row."""
    owner = np.repeat(np.arange(len(offsets) - 1), np.diff(offsets))
    sorted_values: Array = values[np.lexsort((values, owner))]
    return sorted_values


def _row_state(gathered: Pool, counts: Offsets) -> States | None:
    state = np.where(counts > 0, OK, BLANK).astype(np.uint8)
    if (gathered.states > BLANK).any():
        error = gathered.first_error()
        state = np.where(error != OK, error, state)
    return state if state.any() else None


def _only_rows(arguments: Sequence[Value]) -> bool:
    return all(a.offsets is None for a in arguments)


def _row_states(arguments: Sequence[Value]) -> tuple[States | None, Any]:
    """For row arguments: the state of their aggregate, and how many values each row has."""
    if all(a.state is None for a in arguments):
        return None, float(len(arguments))
    state: Any = np.full(1, BLANK, np.uint8)
    count: Any = np.zeros(1)
    for argument in arguments:
        states = argument.states()
        count = count + (states == OK)
        better = (state <= BLANK) & ((states > BLANK) | ((state == BLANK) & (states == OK)))
        state = np.where(better, states, state)
    return (state.astype(np.uint8) if state.any() else None), count


def _sum_rows(arguments: Sequence[Value]) -> tuple[Array, States | None, Any]:
    state, count = _row_states(arguments)
    total: Any = None
    for argument in arguments:
        part = argument.values if argument.state is None else np.where(argument.ok, argument.values, 0.0)
        total = part if total is None else total + part
    return total, state, count


def _totals(arguments: Sequence[Value], rows: int) -> tuple[Array, States | None, Any]:
    if _only_rows(arguments):
        return _sum_rows(arguments)
    gathered = pool(arguments, rows)
    values, offsets = gathered.present()
    counts = np.diff(offsets)
    return numeric.exact_sums(values, offsets), _row_state(gathered, counts), counts


def _sum(arguments: Sequence[Value], call: Invocation) -> Value:
    total, state, _ = _totals(arguments, call.rows)
    return number_or_error(total, state)


def _average(arguments: Sequence[Value], call: Invocation) -> Value:
    total, state, count = _totals(arguments, call.rows)
    return number_or_error(total / np.maximum(count, 1.0), state)


def _extreme(choose: np.ufunc, empty: float) -> Kernel:
    def kernel(arguments: Sequence[Value], call: Invocation) -> Value:
        kind = arguments[0].type
        if any(a.type is not kind for a in arguments):
            return failure(kind, VALUE)
        numbers = [_as_numbers(a) for a in arguments]
        if _only_rows(numbers):
            state, _ = _row_states(numbers)
            best: Any = None
            for number in numbers:
                part = number.values if number.state is None else np.where(number.ok, number.values, empty)
                best = part if best is None else choose(best, part)
        else:
            gathered = pool(numbers, call.rows)
            values, offsets = gathered.present()
            best = reduce_rows(choose, values, offsets, empty)
            state = _row_state(gathered, np.diff(offsets))
        if state is not None:
            best = np.where(np.isfinite(best), best, 0.0)
        return Value(kind, best.astype("datetime64[D]") if kind is ValueType.DATE else best, state)

    return kernel


def _as_numbers(value: Value) -> Value:
    if value.type is ValueType.NUMBER:
        return value
    return Value(ValueType.NUMBER, value.values.astype(np.int64).astype(np.float64), value.state, value.offsets)


def _counter(counted: Callable[[Value], Any]) -> Kernel:
    def kernel(arguments: Sequence[Value], call: Invocation) -> Value:
        total: Any = np.zeros(1)
        for argument in arguments:
            hits = counted(argument).astype(np.float64)
            if argument.offsets is not None:
                hits = np.broadcast_to(hits, int(argument.offsets[-1]))
                hits = reduce_rows(np.add, hits, argument.offsets, 0.0)
            total = total + hits
        return Value(ValueType.NUMBER, total)

    return kernel


def _countable(value: Value) -> Any:
    numbers = value.type in (ValueType.NUMBER, ValueType.DATE)
    return value.ok if numbers else np.zeros(len(value.values), np.bool_)


def _not_blank(value: Value) -> Any:
    return value.states() != BLANK


def _sorted(arguments: Sequence[Value], rows: int) -> tuple[Array, Offsets, Offsets, States | None]:
    gathered = pool(arguments, rows)
    values, offsets = gathered.present()
    counts = np.diff(offsets)
    return sort_rows(values, offsets), offsets, counts, _row_state(gathered, counts)


def _pick(ordered: Array, places: Any) -> Array:
    """ordered[places] where that exists."""
    if not len(ordered):
        return np.zeros(len(places))
    found: Array = ordered[np.clip(places, 0, len(ordered) - 1).astype(np.int64)]
    return found


def _median(arguments: Sequence[Value], call: Invocation) -> Value:
    ordered, offsets, counts, state = _sorted(arguments, call.rows)
    low = _pick(ordered, offsets[:-1] + (counts - 1) // 2)
    high = _pick(ordered, offsets[:-1] + counts // 2)
    return number_or_error(np.where(low == high, low, (low + high) / 2), state)


def _with_extra(state: States | None, extra: Value) -> States | None:
    """The state of a reduced list together with that of a plain argument."""
    if extra.state is None:
        return state
    before = np.zeros(1, np.uint8) if state is None else state
    return np.where(before != OK, before, extra.state).astype(np.uint8)


def _nth(*, largest: bool) -> Kernel:
    def kernel(arguments: Sequence[Value], call: Invocation) -> Value:
        ordered, offsets, counts, state = _sorted(arguments[:1], call.rows)
        place = np.ceil(numeric.snap_integer(arguments[1].values))
        state = _with_extra(state, arguments[1])
        state = mark(state, np.broadcast_to((place < 1) | (place > counts), counts.shape), NUM)
        at = offsets[1:] - place if largest else offsets[:-1] + place - 1
        return Value(ValueType.NUMBER, _pick(ordered, at), state)

    return kernel


def _percentile(arguments: Sequence[Value], call: Invocation) -> Value:
    ordered, offsets, counts, state = _sorted(arguments[:1], call.rows)
    share = arguments[1].values
    state = mark(_with_extra(state, arguments[1]), np.broadcast_to((share < 0) | (share > 1), counts.shape), NUM)
    position = np.clip(share, 0.0, 1.0) * np.maximum(counts - 1, 0)
    below = numeric.floor_integer(position)
    between = numeric.round_half_up(position - below, 12)  # 8.1 - 8 is 0.1, not 0.0999…96
    low = _pick(ordered, offsets[:-1] + below)
    high = _pick(ordered, np.minimum(offsets[:-1] + below + 1, offsets[1:] - 1))
    return number_or_error(low + between * (high - low), state)


def _trimmed_mean(arguments: Sequence[Value], call: Invocation) -> Value:
    ordered, offsets, counts, state = _sorted(arguments[:1], call.rows)
    share = arguments[1].values
    state = mark(_with_extra(state, arguments[1]), np.broadcast_to((share < 0) | (share >= 1), counts.shape), NUM)
    cut = numeric.floor_integer(np.clip(share, 0.0, 1.0) * counts / 2).astype(np.int64)
    place = np.arange(len(ordered)) - np.repeat(offsets[:-1], counts)
    kept = (place >= np.repeat(cut, counts)) & (place < np.repeat(counts - cut, counts))
    before = np.concatenate(([0], np.cumsum(kept))).astype(np.int64)
    inner = before[offsets]
    total = numeric.exact_sums(ordered[kept], inner)
    return number_or_error(total / np.maximum(np.diff(inner), 1), state)


def _rank(arguments: Sequence[Value], call: Invocation) -> Value:
    subject = arguments[0]
    gathered = pool(arguments[1:2], call.rows)
    values, offsets = gathered.present()
    counts = np.diff(offsets)
    mine = np.repeat(np.broadcast_to(subject.values, counts.shape), counts)
    same = numeric.equal(values, mine, computed=call.computed[0] or call.computed[1])
    ascending: Any = np.zeros(1, np.bool_)
    state = _with_extra(_row_state(gathered, counts), subject)
    if len(arguments) > 2:
        ascending = arguments[2].values != 0
        state = _with_extra(state, arguments[2])
    upwards = np.repeat(np.broadcast_to(ascending, counts.shape), counts)
    ahead = np.where(upwards, values < mine, values > mine) & ~same
    rank = reduce_rows(np.add, ahead.astype(np.float64), offsets, 0.0) + 1
    found = reduce_rows(np.logical_or, same, offsets, False)
    return Value(ValueType.NUMBER, rank, mark(state, ~found, NOT_FOUND))


def _sumproduct(arguments: Sequence[Value], call: Invocation) -> Value:
    aligned = align(arguments)
    if aligned is None:
        return failure(ValueType.NUMBER, VALUE)
    product = aligned[0]
    for factor in aligned[1:]:
        product = arithmetic("*", product, factor, clean=False)
    offsets = next((a.offsets for a in aligned if a.offsets is not None), None)
    if offsets is None:
        return product
    return _sum([Value(ValueType.NUMBER, product.values, product.state, offsets)], call)


def _concat(arguments: Sequence[Value], _: Invocation) -> Value:
    state, _count = _row_states(arguments)
    text: Any = np.array([""], object)
    for argument in arguments:
        text = text + np.where(argument.ok, shown(argument), "")
    return Value(ValueType.TEXT, text, state)


_NUMBERS = Param(Kind.NUMBER, "数", "number", many=True)
_LIST = Param(Kind.NUMBER, "一组数", "numbers", many=True)
_ORDERED = Param(Kind.ORDERED, "值", "value", many=True)
_ANYTHING = Param(Kind.ANY, "值", "value", many=True)
_PLACE = Param(Kind.NUMBER, "第几个", "place")
_SHARE = Param(Kind.NUMBER, "比例", "share")


def _add(
    name: str,
    zh: str,
    kernel: Kernel,
    doc: tuple[str, str],
    *examples: tuple[str, str],
    head: tuple[Param, ...] = (),
    group: tuple[Param, ...] = (),
    result: ValueType | None = ValueType.NUMBER,
    unit: UnitRule = UnitRule.ALL,
    other_names: tuple[str, ...] = (),
) -> None:
    register(
        Function(
            name, zh, head, result, kernel, Text(*doc), examples, group,
            elementwise=False, unit=unit, other_names=other_names,
        )
    )  # fmt: skip


_add(
    "SUM",
    "求和",
    _sum,
    ("加在一起；空白跳过。", "The total; blanks are skipped."),
    ("SUM(1, 2, 3)", "6"),
    ("SUM({0.1, 0.2, 0.3})", "0.6"),
    group=(_NUMBERS,),
)
_add(
    "AVERAGE",
    "平均",
    _average,
    ("平均数；空白不算在内。", "The mean; blanks do not count."),
    ("AVERAGE(5, 5, 2)", "4"),
    group=(_NUMBERS,),
    other_names=("平均值",),
)
_add(
    "MIN",
    "最小",
    _extreme(np.minimum, np.inf),
    ("最小的数或最早的日期。", "The smallest, or the first date."),
    ("MIN(3, 1, 2)", "1"),
    group=(_ORDERED,),
    result=None,
    other_names=("最小值",),
)
_add(
    "MAX",
    "最大",
    _extreme(np.maximum, -np.inf),
    ("最大的数或最晚的日期。", "The largest, or the last date."),
    ("MAX(0, -5)", "0"),
    group=(_ORDERED,),
    result=None,
    other_names=("最大值",),
)
_add(
    "COUNT",
    "计数",
    _counter(_countable),
    ("有几个数或日期；空白和错误不算。", "How many numbers or dates."),
    ("COUNT(1, 1/0, 3)", "2"),
    group=(_ANYTHING,),
    unit=UnitRule.NONE,
)
_add(
    "COUNTA",
    "非空计数",
    _counter(_not_blank),
    ("有几个不是空白。", "How many are not blank."),
    ('COUNTA(1, "A", TRUE)', "3"),
    group=(_ANYTHING,),
    unit=UnitRule.NONE,
)
_add(
    "MEDIAN",
    "中位数",
    _median,
    ("排在中间的数。", "The middle value."),
    ("MEDIAN(1, 9, 4)", "4"),
    ("MEDIAN({1, 2, 3, 10})", "2.5"),
    group=(_NUMBERS,),
)
_add(
    "LARGE",
    "第几大",
    _nth(largest=True),
    ("从大到小第几个。", "The n-th largest."),
    ("LARGE({70, 90, 80}, 2)", "80"),
    head=(_LIST, _PLACE),
    unit=UnitRule.FIRST,
)
_add(
    "SMALL",
    "第几小",
    _nth(largest=False),
    ("从小到大第几个。", "The n-th smallest."),
    ("SMALL({70, 90, 80}, 1)", "70"),
    head=(_LIST, _PLACE),
    unit=UnitRule.FIRST,
)
_add(
    "PERCENTILE",
    "百分位",
    _percentile,
    ("一组数的百分位（含两端，同 Excel）。", "The percentile, inclusive, as in Excel."),
    ("PERCENTILE({4,5,6,7,8,9,12,15,22,40}, 0.9)", "23.8"),
    head=(_LIST, _SHARE),
    unit=UnitRule.FIRST,
    other_names=("PERCENTILE.INC",),
)
_add(
    "TRIMMEAN",
    "去极值平均",
    _trimmed_mean,
    ("去掉两头一定比例以后的平均。", "The mean without a share of the extremes."),
    ("TRIMMEAN({1, 5, 6, 100}, 0.5)", "5.5"),
    head=(_LIST, _SHARE),
    unit=UnitRule.FIRST,
)
_add(
    "RANK",
    "排名",
    _rank,
    ("在一组数里排第几；并列取前。", "The place in a list; ties share the best."),
    ("RANK(80, {90, 80, 80, 70})", "2"),
    ("RANK(70, {90, 80, 70}, 1)", "1"),
    head=(Param(Kind.NUMBER, "数", "number"), _LIST, Param(Kind.NUMBER, "升序", "ascending", optional=True)),
    unit=UnitRule.NONE,
    other_names=("RANK.EQ",),
)
_add(
    "SUMPRODUCT",
    "乘积求和",
    _sumproduct,
    ("对应相乘再相加。", "Products of what corresponds, added."),
    ("SUMPRODUCT({90, 80}, {0.7, 0.3})", "87"),
    group=(_LIST,),
    unit=UnitRule.NONE,
)
_add(
    "CONCAT",
    "连接",
    _concat,
    ("把文字接起来；空白跳过。", "Texts one after the other; blanks are skipped."),
    ('CONCAT("第", 3, "名")', "第3名"),
    group=(Param(Kind.SHOWN, "文字", "text"),),
    result=ValueType.TEXT,
    unit=UnitRule.NONE,
)
