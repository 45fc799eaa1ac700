"""The functions of the language: name, alias, parameters, meaning, examples, and the kernel that computes.

`docs/ref/formula.*.md` and the editor's help are made from here; every example is a test.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import Enum, auto

import numpy as np
import numpy.typing as npt

from jiyu.lib.formula.context import EvalContext
from jiyu.lib.formula.tree import Call
from jiyu.lib.formula.values import Value, ValueType
from jiyu.lib.text import Text


class Kind(Enum):
    """What a parameter takes."""

    NUMBER = auto()
    TEXT = auto()
    DATE = auto()
    CONDITION = auto()  # TRUE/FALSE, or a number: not 0 is TRUE
    ORDERED = auto()  # numbers or dates
    SHOWN = auto()  # anything that has a text: text, number, TRUE/FALSE
    ANY = auto()
    RESULT = auto()  # any type, the same for all of them: it is the result's
    COLUMN = auto()  # a column of a table
    TABLE = auto()


@dataclass(frozen=True, slots=True)
class Param:
    """One parameter. `many` takes records and lists as well; `fixed` must be written as a constant."""

    kind: Kind
    zh: str
    en: str
    optional: bool = False
    many: bool = False
    fixed: bool = False


class UnitRule(Enum):
    """Which unit the result has."""

    NONE = auto()
    FIRST = auto()  # of the first argument
    ALL = auto()  # of all arguments, which must agree
    RESULT = auto()  # of the RESULT arguments, which must agree


@dataclass(slots=True)
class Invocation:
    """What a kernel may know about its call: the node, the rows, the context, who was computed."""

    node: Call
    rows: int
    context: EvalContext
    computed: tuple[bool, ...]
    members: Value | None
    provisional: list[npt.NDArray[np.bool_]]


Kernel = Callable[[Sequence[Value], Invocation], Value]


@dataclass(frozen=True, slots=True)
class Function:
    """A function of the language.

    Parameters are `head`, then `group` repeated (at least `least` times), then perhaps `tail`. `result` is
    its type, or None when it is that of its RESULT (or ORDERED) arguments. `elementwise` functions work
    record by record when given records; the others reduce them. `decides`: a sum or difference that feeds
    it is cleaned of what cancellation left.
    """

    name: str
    zh: str
    head: tuple[Param, ...]
    result: ValueType | None
    kernel: Kernel
    doc: Text
    examples: tuple[tuple[str, str], ...]
    group: tuple[Param, ...] = ()
    least: int = 1
    tail: Param | None = None
    elementwise: bool = True
    decides: bool = False
    unit: UnitRule = UnitRule.NONE
    other_names: tuple[str, ...] = field(default=())

    @property
    def subject(self) -> str:
        """The part of the reference it belongs to: the name of the module that computes it."""
        return self.kernel.__module__.rsplit(".", 1)[-1]

    @property
    def aliases(self) -> tuple[str, ...]:
        """Other names it answers to, the Chinese one first."""
        return ((self.zh,) if self.zh else ()) + self.other_names

    def parameters(self, count: int) -> tuple[Param, ...] | None:
        """The parameter of each of `count` arguments, or None if there cannot be so many."""
        required = sum(not p.optional for p in self.head)
        if not self.group:
            return self.head[:count] if required <= count <= len(self.head) else None
        times, left = divmod(count - len(self.head), len(self.group))
        tail: tuple[Param, ...] = ()
        if left and self.tail is not None and left == 1:
            tail = (self.tail,)
        elif left:
            return None
        return self.head + self.group * times + tail if times >= self.least else None

    def signature(self, language: str = "zh") -> str:
        """IF(条件, 成立时, 否则): optional parts in [ ], what repeats followed by …"""
        zh = language.startswith("zh")
        parts = [f"[{p.zh if zh else p.en}]" if p.optional else (p.zh if zh else p.en) for p in self.head]
        parts += [p.zh if zh else p.en for p in self.group]
        if self.group:
            parts.append("…")
        if self.tail:
            parts.append(f"[{self.tail.zh if zh else self.tail.en}]")
        return f"{self.name}({', '.join(parts)})"


FUNCTIONS: dict[str, Function] = {}
_NAMES: dict[str, str] = {}


def register(function: Function) -> None:
    """Make a function known under its name and its aliases. Names are never taken twice."""
    for name in (function.name, *function.aliases):
        if name.upper() in _NAMES:
            raise ValueError(f"function name taken: {name}")
        _NAMES[name.upper()] = function.name
    FUNCTIONS[function.name] = function


def canonical_name(name: str) -> str | None:
    """The function's name for any of its names, in any case; None for a stranger."""
    return _NAMES.get(name.upper())
