"""SUMBY, AVERAGEBY, RANKBY, PERCENTRANKBY: functions of a whole group of people.

They are computed once, over the frozen members, in `population_stage`; during an evaluation their results
are only looked up by member. So one person computed alone ranks as he does among all (DESIGN §3).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence

import numpy as np

from jiyu.lib.formula import numeric
from jiyu.lib.formula.operators import fold, text_map
from jiyu.lib.formula.registry import Function, Invocation, Kind, Param, UnitRule, register
from jiyu.lib.formula.tree import Node, to_json
from jiyu.lib.formula.values import (
    BLANK,
    NO_POPULATION,
    OK,
    Array,
    Column,
    States,
    Value,
    ValueType,
    failure,
)
from jiyu.lib.text import Text

NAMES = ("SUMBY", "AVERAGEBY", "RANKBY", "PERCENTRANKBY")


def result_key(node: Node) -> str:
    """Under which a population call's results are kept: its canonical JSON."""
    return json.dumps(to_json(node), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _looked_up(_: Sequence[Value], call: Invocation) -> Value:
    population = call.context.population
    results = population.results.get(result_key(call.node)) if population is not None else None
    if population is None or results is None or call.members is None:
        return failure(ValueType.NUMBER, NO_POPULATION)
    index = population.index
    at = np.array([index.get(member, -1) for member in call.members.values.tolist()])
    inside = at >= 0
    if not inside.any():
        return failure(ValueType.NUMBER, NO_POPULATION)
    safe = np.where(inside, at, 0)
    found = np.zeros(len(at), np.uint8) if results.state is None else results.state[safe]
    state = np.where(inside, found, NO_POPULATION).astype(np.uint8)
    if results.provisional is not None:
        call.provisional.append(results.provisional[safe] & inside)
    values = np.where(inside, results.values[safe], 0.0)
    return Value(ValueType.NUMBER, values, state if state.any() else None)


def group_results(name: str, values: Value, groups: Value | None, ascending: Value | None, rows: int) -> Column:
    """The function's result for every member of the population.

    Members with an error keep it, are left out of everybody else's result and make their group's
    provisional; members with a blank value, or in no group, have a blank result.
    """
    numbers = np.broadcast_to(values.values, rows)
    state = np.broadcast_to(values.states(), rows)
    labels, named = _labels(groups, rows)
    upwards = np.zeros(rows, np.bool_) if ascending is None else np.broadcast_to(ascending.values != 0, rows)
    counted = (state == OK) & named
    order = np.lexsort((numbers, labels, ~counted))[: int(counted.sum())]
    starts = np.flatnonzero(np.diff(labels[order], prepend=-1))
    offsets = np.append(starts, len(order)).astype(np.int64)
    result = np.zeros(rows)
    result[order] = _GROUPED[name](numbers[order], offsets, upwards[order])
    final: States = np.where(state != OK, state, np.where(named, OK, BLANK)).astype(np.uint8)
    failed = np.isin(labels, labels[(state > BLANK) & named])
    provisional = failed & counted
    return Column(
        ValueType.NUMBER,
        result,
        final if final.any() else None,
        provisional=provisional if provisional.any() else None,
    )


def _labels(groups: Value | None, rows: int) -> tuple[Array, Array]:
    """A number per group, and whether the row is in one."""
    if groups is None:
        return np.zeros(rows, np.int64), np.ones(rows, np.bool_)
    names = text_map(fold, groups.values) if groups.type is ValueType.TEXT else groups.values
    keys = np.broadcast_to(names, rows).tolist()
    numbers = {key: i for i, key in enumerate(dict.fromkeys(keys))}
    labels = np.array([numbers[key] for key in keys], np.int64)
    return labels, np.broadcast_to(groups.ok, rows)


def _sums(values: Array, offsets: Array, _: Array) -> Array:
    return np.repeat(numeric.exact_sums(values, offsets), np.diff(offsets))


def _averages(values: Array, offsets: Array, _: Array) -> Array:
    counts = np.diff(offsets)
    return np.repeat(numeric.exact_sums(values, offsets) / np.maximum(counts, 1), counts)


def _places(values: Array, offsets: Array, *, from_below: Array) -> Array:
    """Places from 1 among sorted values; equal ones (within 1e-12) share the best."""
    size = len(values)
    starts = np.repeat(offsets[:-1], np.diff(offsets))
    ends = np.repeat(offsets[1:], np.diff(offsets))
    at = np.arange(size)
    new = np.ones(size, np.bool_)
    new[1:] = ~numeric.equal(values[1:], values[:-1]) | (starts[1:] != starts[:-1])
    first = np.maximum.accumulate(np.where(new, at, 0))
    last_of = np.append(np.flatnonzero(new)[1:], size) - 1
    last = last_of[np.cumsum(new) - 1]
    places: Array = np.where(from_below, first - starts, ends - 1 - last) + 1
    return places.astype(np.float64)


def _ranks(values: Array, offsets: Array, upwards: Array) -> Array:
    return _places(values, offsets, from_below=upwards) if len(values) else values


def _percent_ranks(values: Array, offsets: Array, _: Array) -> Array:
    if not len(values):
        return values
    others = np.repeat(np.diff(offsets), np.diff(offsets)) - 1
    below = _places(values, offsets, from_below=np.ones(len(values), np.bool_)) - 1
    shares: Array = np.where(others > 0, below / np.maximum(others, 1), 1.0)
    return shares


_GROUPED: dict[str, Callable[[Array, Array, Array], Array]] = {
    "SUMBY": _sums,
    "AVERAGEBY": _averages,
    "RANKBY": _ranks,
    "PERCENTRANKBY": _percent_ranks,
}

_VALUE = Param(Kind.NUMBER, "值", "value")
_GROUP = Param(Kind.ANY, "分组", "group", optional=True)
_ASCENDING = Param(Kind.CONDITION, "升序", "ascending", optional=True)

for _name, _zh, _doc, _head, _unit in (
    (
        "SUMBY",
        "分组求和",
        ("同组所有人的合计。", "The total over everybody in the same group."),
        (_VALUE, _GROUP),
        UnitRule.FIRST,
    ),
    (
        "AVERAGEBY",
        "分组平均",
        ("同组所有人的平均。", "The mean over everybody in the same group."),
        (_VALUE, _GROUP),
        UnitRule.FIRST,
    ),
    (
        "RANKBY",
        "分组排名",
        (
            "在同组里排第几，从大到小；并列取前。",
            "The place in the group, largest first; ties share the best.",
        ),
        (_VALUE, _GROUP, _ASCENDING),
        UnitRule.NONE,
    ),
    (
        "PERCENTRANKBY",
        "分组百分比排名",
        ("比同组多少人高：(从低往高的名次 - 1)/(人数 - 1)。", "(Place from below - 1)/(members - 1)."),
        (_VALUE, _GROUP),
        UnitRule.NONE,
    ),
):
    register(Function(_name, _zh, _head, ValueType.NUMBER, _looked_up, Text(*_doc), (), unit=_unit))
