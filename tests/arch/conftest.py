"""The product's tree, as the architecture tests walk it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import jiyu

SOURCE = Path(jiyu.__file__).parent
LAYERS = ("config", "home", "reviews", "goals", "metrics", "sources", "studio", "people", "ui", "core", "lib")
APPS = LAYERS[1:-1]


def height(room: str) -> int:
    """How high a room lies: imports, foreign keys and templates point to a lower one or stay inside."""
    return len(LAYERS) - LAYERS.index(room)


def modules(*rooms: str) -> Iterator[tuple[str, ast.Module]]:
    """Every Python file of `rooms` (all without one) as (path below jiyu/, tree), migrations left out."""
    for room in rooms or LAYERS:
        for path in sorted((SOURCE / room).rglob("*.py")):
            if "migrations" not in path.parts:
                yield str(path.relative_to(SOURCE)), ast.parse(path.read_text("utf-8"))


def dotted(node: ast.expr) -> str:
    """`datetime.now` of the expression `datetime.now`; empty for anything else than names and dots."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        before = dotted(node.value)
        return f"{before}.{node.attr}" if before else ""
    return ""


def calls(tree: ast.AST) -> Iterator[tuple[str, ast.Call]]:
    """Every call with the dotted name it calls."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield dotted(node.func), node
