"""Tree to text: the shortest brackets that read back as the same tree."""

from __future__ import annotations

from collections.abc import Mapping

from jiyu.lib.formula.parser import BINDING, PERCENT_BINDING, SIGN_BINDING
from jiyu.lib.formula.registry import FUNCTIONS
from jiyu.lib.formula.tokens import is_bare_name
from jiyu.lib.formula.tree import (
    Binary,
    Bool,
    Call,
    Hole,
    Input,
    Items,
    Name,
    Node,
    Number,
    Percent,
    TableColumn,
    Unary,
    number_source,
)
from jiyu.lib.formula.tree import Text as TextNode

_LEAF = 100


def to_source(tree: Node, labels: Mapping[str, str] | None = None, language: str = "zh") -> str:
    """The formula as text; `labels` gives what to show for input, table and field ids.

    Ids of fields and columns are looked up as "input.field". `language` "zh" writes Chinese function names
    where there is one (如果, 四舍五入), anything else Excel's. `parse` reads either back to the same tree.
    """
    return _Printer(labels or {}, chinese=language.startswith("zh")).text(tree, 0)


class _Printer:
    def __init__(self, labels: Mapping[str, str], *, chinese: bool) -> None:
        self.labels, self.chinese = labels, chinese

    def text(self, node: Node, binding: int) -> str:
        written, strength = self.written(node)
        return f"({written})" if strength < binding else written

    def written(self, node: Node) -> tuple[str, int]:
        match node:
            case Number(value=value):
                return number_source(value), _LEAF
            case TextNode(value=value):
                return '"' + value.replace('"', '""') + '"', _LEAF
            case Bool(value=value):
                return self.flag(value=value), _LEAF
            case Name(label=label, field=part):
                return _dotted(label, part), _LEAF
            case Input(id=owner, field=part) | TableColumn(table=owner, column=part):
                shown = self.labels.get(f"{owner}.{part}", part) if part else ""
                return _dotted(self.labels.get(owner, owner), shown), _LEAF
            case Unary(operator=operator, operand=operand):
                return operator + self.text(operand, SIGN_BINDING), SIGN_BINDING
            case Percent(operand=operand):
                return self.text(operand, PERCENT_BINDING) + "%", PERCENT_BINDING
            case Binary(operator=operator, left=left, right=right):
                strength = BINDING[operator]
                gap = "" if operator == "^" else " "
                left_text, right_text = self.text(left, strength), self.text(right, strength + 1)
                return f"{left_text}{gap}{operator}{gap}{right_text}", strength
            case Call(function=function, arguments=arguments):
                return f"{self.function(function)}({self.listed(arguments)})", _LEAF
            case Items(items=items):
                return "{" + self.listed(items) + "}", _LEAF
            case Hole():
                return "", _LEAF

    def listed(self, nodes: tuple[Node, ...]) -> str:
        return ", ".join(self.text(n, 0) for n in nodes)

    def function(self, name: str) -> str:
        known = FUNCTIONS.get(name)
        return known.zh if known and known.zh and self.chinese else name

    def flag(self, *, value: bool) -> str:
        if self.chinese:
            return "真" if value else "假"
        return "TRUE" if value else "FALSE"


def _dotted(label: str, part: str) -> str:
    return f"{_name(label)}.{_name(part)}" if part else _name(label)


def _name(label: str) -> str:
    return label if is_bare_name(label) else "[" + label.replace("]", "]]") + "]"
