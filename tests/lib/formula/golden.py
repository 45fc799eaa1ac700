"""Frozen cases of the language: what a formula meant once it means for ever (DESIGN §2, `lang_no`).

`python -m tests.lib.formula.golden 'ROUND(a, 2)' '{"a": 2.675}'` computes a case and adds it. A case is never
changed: another meaning is another LANG_NO with a file of its own.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from jiyu.lib.formula import LANG_NO, CellError, Column, Node, evaluate, from_json, to_json
from tests.lib.formula.formula_kit import CONTEXT, bound, column

PATH = Path(__file__).parents[2] / "golden" / "formula" / f"lang_{LANG_NO}.json"


def written(value: Any) -> Any:
    """A result as JSON keeps it: numbers as the text that reads back to the same double."""
    if isinstance(value, CellError):
        return {"error": value.code, "reason": value.reason.zh}
    if value is None or isinstance(value, bool):
        return value
    return {"number": repr(value + 0.0)} if isinstance(value, float) else {type(value).__name__: str(value)}


def inputs_of(case: dict[str, Any]) -> dict[str, Column]:
    """The case's inputs as columns of one row."""
    return {name: column([value]) for name, value in case["inputs"].items()}


def computed(tree: Node, columns: dict[str, Column]) -> Any:
    """The result as JSON keeps it."""
    return written(evaluate(tree, columns, rows=1, context=CONTEXT).at(0))


def make(formula: str, inputs: dict[str, Any]) -> dict[str, Any]:
    """A new case with its tree and result."""
    case = {"formula": formula, "inputs": inputs}
    columns = inputs_of(case)
    tree = bound(formula, columns)
    return {**case, "tree": to_json(tree), "result": computed(tree, columns)}


def load() -> list[dict[str, Any]]:
    """All cases."""
    return json.loads(PATH.read_text(encoding="utf-8")) if PATH.exists() else []


def add(cases: list[dict[str, Any]]) -> None:
    """Append cases, one a line; those that are there already stay as they are."""
    known = load()
    seen = {json.dumps([c["formula"], c["inputs"]]) for c in known}
    known += [c for c in cases if json.dumps([c["formula"], c["inputs"]]) not in seen]
    lines = ",\n".join(json.dumps(c, ensure_ascii=False) for c in known)
    PATH.write_text(f"[\n{lines}\n]\n", encoding="utf-8")


def tree_of(case: dict[str, Any]) -> Node:
    """The stored tree."""
    return from_json(case["tree"])


if __name__ == "__main__":
    add([make(sys.argv[1], json.loads(sys.argv[2]) if len(sys.argv) > 2 else {})])
