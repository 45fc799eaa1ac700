"""Functions of a whole group: computed once over frozen members, then looked up (CASES A6)."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from jiyu.lib.formula import MEMBER, Column, EvalContext, Population, evaluate, population_stage
from tests.lib.formula.formula_kit import CONTEXT, DIV0, NA, TODAY, bound

FIVE = ["p1", "p2", "p3", "p4", "p5"]


def unit(values: list[Any], groups: list[Any] | None = None, members: list[str] | None = None) -> dict[str, Column]:
    """A unit whose scores are x/y, so that one of them may fail."""
    columns = {
        "x": Column.number([0 if v == "error" else v for v in values]),
        "y": Column.number([0 if v == "error" else 1 for v in values]),
        MEMBER: Column.text(members or [f"p{i + 1}" for i in range(len(values))]),
    }
    if groups is not None:
        columns["g"] = Column.text(groups)
    return columns


def frozen(source: str, columns: dict[str, Column]) -> tuple[list[Any], list[bool], EvalContext]:
    tree = bound(source, {k: c for k, c in columns.items() if k != MEMBER})
    rows = len(columns[MEMBER])
    context = EvalContext(TODAY, population=population_stage(tree, columns, rows=rows, context=CONTEXT))
    found = evaluate(tree, columns, rows=rows, context=context)
    values = [getattr(v, "code", v) for v in found.to_list()]
    return values, [found.is_provisional(i) for i in range(rows)], context


def test_a_unit_with_one_error_is_ranked_without_it_and_provisional() -> None:
    columns = unit([90, 80, 80, 70, "error"])
    ranks, provisional, _ = frozen("RANKBY(x/y)", columns)
    assert ranks == [1, 2, 2, 4, DIV0]
    assert provisional == [True, True, True, True, False]
    shares, _, _ = frozen("ROUND(PERCENTRANKBY(x/y),3)", columns)
    assert shares == [1.0, 0.333, 0.333, 0.0, DIV0]
    means, _, _ = frozen("AVERAGEBY(x/y)", columns)
    assert means == [80.0, 80.0, 80.0, 80.0, DIV0]


def test_a_member_alone_has_the_rank_he_has_among_all() -> None:
    columns = unit([90, 80, 80, 70, "error"])
    _, _, context = frozen("RANKBY(x/y)", columns)
    tree = bound("RANKBY(x/y)", {k: c for k, c in columns.items() if k != MEMBER})
    alone = {k: c.slice(2, 3) for k, c in columns.items()}
    found = evaluate(tree, alone, rows=1, context=context)
    assert found.to_list() == [2.0]
    assert found.is_provisional(0)


def test_before_the_freeze_a_late_value_counts_and_after_it_changes_nobody() -> None:
    before = unit([90, 80, 80, 70, 95])
    ranks, provisional, _ = frozen("RANKBY(x/y)", before)
    assert ranks == [2, 3, 3, 5, 1]
    assert not any(provisional)
    assert frozen("AVERAGEBY(x/y)", before)[0] == [83.0] * 5
    assert frozen("PERCENTRANKBY(x/y)", before)[0] == [0.75, 0.25, 0.25, 0.0, 1.0]

    columns = unit([90, 80, 80, 70, "error"])
    _, _, context = frozen("RANKBY(x/y)", columns)
    tree = bound("RANKBY(x/y)", {k: c for k, c in columns.items() if k != MEMBER})
    late = evaluate(tree, before, rows=5, context=context)
    assert late.to_list()[:4] == [1.0, 2.0, 2.0, 4.0]


def test_groups_are_apart_and_a_blank_group_is_none() -> None:
    columns = unit([90, 80, 70, None, 60], ["甲", "乙", "甲", "甲", None])
    assert frozen("SUMBY(x/y,g)", columns)[0] == [160.0, 80.0, 160.0, None, None]
    assert frozen("RANKBY(x/y,g)", columns)[0] == [1.0, 1.0, 2.0, None, None]
    assert frozen("RANKBY(x/y,g,TRUE)", columns)[0] == [2.0, 1.0, 1.0, None, None]
    assert frozen("PERCENTRANKBY(x/y,g)", columns)[0] == [1.0, 1.0, 0.0, None, None]


def test_only_the_group_with_the_error_is_provisional() -> None:
    columns = unit([90, "error", 70, 60], ["甲", "甲", "乙", "乙"])
    assert frozen("AVERAGEBY(x/y,g)", columns)[1] == [True, False, False, False]


def test_computed_ties_share_a_rank() -> None:
    columns = unit([0.1 + 0.2, 0.3, 0.2])
    assert frozen("RANKBY(x/y)", columns)[0] == [1.0, 1.0, 3.0]


def test_a_population_function_may_stand_in_another_and_in_a_formula() -> None:
    columns = unit([90, 80, 70, 40], ["甲", "甲", "乙", "乙"])
    assert frozen("RANKBY(x-AVERAGEBY(x,g))", columns)[0] == [2.0, 3.0, 1.0, 4.0]
    assert frozen('IF(RANKBY(x)<=2,"S","A")', columns)[0] == ["S", "S", "A", "A"]


def test_without_a_frozen_group_or_outside_it_there_is_no_rank() -> None:
    columns = unit([90, 80])
    tree = bound("RANKBY(x)", {k: c for k, c in columns.items() if k != MEMBER})
    assert [v.code for v in evaluate(tree, columns, rows=2, context=CONTEXT).to_list()] == [NA, NA]
    _, _, context = frozen("RANKBY(x)", columns)
    stranger = unit([85], members=["p9"])
    assert evaluate(tree, stranger, rows=1, context=context).at(0).code == NA
    nameless = {k: c for k, c in stranger.items() if k != MEMBER}
    assert evaluate(tree, nameless, rows=1, context=context).at(0).code == NA


def test_an_empty_population_and_an_all_failed_one() -> None:
    assert frozen("SUMBY(x/y)", unit([]))[0] == []
    assert frozen("RANKBY(x/y)", unit(["error", "error"]))[0] == [DIV0, DIV0]
    assert frozen("PERCENTRANKBY(x/y)", unit([5]))[0] == [1.0]


def test_a_frozen_population_is_stored_to_the_last_bit() -> None:
    columns = unit([90, 1 / 3, "error", None], ["甲", "甲", "甲", "乙"])
    tree = bound("AVERAGEBY(x/y,g)", {k: c for k, c in columns.items() if k != MEMBER})
    _, provisional, context = frozen("AVERAGEBY(x/y,g)", columns)
    assert context.population is not None
    stored = json.loads(json.dumps(context.population.to_json(), ensure_ascii=False))
    again = EvalContext(TODAY, population=Population.from_json(stored))
    replayed = evaluate(tree, columns, rows=4, context=again)
    first = evaluate(tree, columns, rows=4, context=context)
    assert replayed.values.tobytes() == first.values.tobytes()
    assert replayed.to_list() == first.to_list()
    assert [replayed.is_provisional(i) for i in range(4)] == provisional == [True, True, False, False]


def test_no_group_is_not_the_group_without_a_name() -> None:
    columns = unit([1, 2, 4], ["", None, ""])
    assert frozen("SUMBY(x/y,g)", columns)[0] == [5.0, None, 5.0]


def test_groups_are_told_apart_as_texts_are_compared() -> None:
    columns = unit([1, 2, 4], ["a", "A", "b"])
    assert frozen("SUMBY(x/y,g)", columns)[0] == [3.0, 3.0, 4.0]


@pytest.mark.parametrize("function", ["SUMBY", "AVERAGEBY", "RANKBY", "PERCENTRANKBY"])
def test_the_order_of_the_members_changes_no_bit(function: str) -> None:
    rng = np.random.default_rng(3)
    values = np.concatenate([np.round(rng.uniform(0, 100, 300), 2), rng.uniform(0, 1, 50)])
    groups = rng.choice(["甲", "乙", "丙"], len(values))
    members = np.array([f"m{i}" for i in range(len(values))])
    found = []
    for order in (np.arange(len(values)), rng.permutation(len(values))):
        columns = unit(values[order].tolist(), groups[order].tolist(), members[order].tolist())
        results = frozen(f"{function}(x/y,g)", columns)[0]
        found.append(dict(zip(members[order].tolist(), results, strict=True)))
    assert found[0] == found[1]
