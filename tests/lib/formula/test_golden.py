"""Stored formulas go on meaning what they meant: every frozen case replayed from its text and its tree."""

from __future__ import annotations

from tests.lib.formula import golden
from tests.lib.formula.formula_kit import bound


def test_every_frozen_case_still_has_its_result() -> None:
    cases = golden.load()
    assert len(cases) >= 600
    wrong = []
    for case in cases:
        columns = golden.inputs_of(case)
        tree = golden.tree_of(case)
        if golden.computed(tree, columns) != case["result"]:
            wrong.append((case["formula"], case["result"], golden.computed(tree, columns)))
        if bound(case["formula"], columns) != tree:
            wrong.append((case["formula"], "another tree", ""))
    assert wrong == []


def test_a_changed_result_would_be_seen() -> None:
    case = golden.make("ROUND(a,2)", {"a": 2.675})
    assert case["result"] == {"number": "2.68"}
    assert golden.written(None) is None
    assert golden.make("1/0", {})["result"] == {"error": "#DIV/0!", "reason": "除数是 0"}
    assert golden.make("a+1", {"a": None})["result"] is None
    assert golden.make("a&1", {"a": "x"})["result"] == {"str": "x1"}
