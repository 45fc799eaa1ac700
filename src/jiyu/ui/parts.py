"""What the parts of a page are made of (LOOK.md "Parts"): frozen values that selectors fill and tags draw.

Every text here is already in the reader's language; sentences may carry `**bold**` (the `sentence` filter).
Positions are percentages of a bar's width, 0 to 100, for the eye only: no rule may read them back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum


class State(StrEnum):
    """Where something stands. Always shown as shape + word + colour, all three (LOOK.md, principle 4)."""

    AHEAD = "ahead"
    ON_TIME = "on_time"
    CLOSE = "close"
    BEHIND = "behind"
    WAITING = "waiting"
    OBJECTION = "objection"
    INCOMPLETE = "incomplete"
    REFUSED = "refused"
    YOUR_TURN = "your_turn"
    NEUTRAL = "neutral"


GLYPHS: Mapping[State, str] = {
    State.AHEAD: "up-triangle",
    State.ON_TIME: "equal",
    State.CLOSE: "almost",
    State.BEHIND: "down-triangle",
    State.WAITING: "clock",
    State.OBJECTION: "chat",
    State.INCOMPLETE: "ring",
    State.REFUSED: "cross",
    State.YOUR_TURN: "hand",
    State.NEUTRAL: "check",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Chip:
    """A state with the word that says it ("快 9 个百分点", "待数据")."""

    state: State
    word: str

    @property
    def glyph(self) -> str:
        """Name of the icon that is this state's shape."""
        return GLYPHS[self.state]


@dataclass(frozen=True, slots=True, kw_only=True)
class Freshness:
    """Where a number is from and how old it is. `late` ("2 天没更新") is set only past the promised time."""

    source: str
    when: str
    by_person: bool = False
    late: str = ""

    @property
    def glyph(self) -> str:
        """Icon: a warning when late, a person for a manual entry, the sync arrows for a system."""
        if self.late:
            return "warn"
        return "person" if self.by_person else "sync"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """Amounts and counts: filled to `at_pct`, tick = time gone. Rates (`scale`): a dot there, tick = target.

    `at_pct` is None while data is missing: then a dashed outline stands there, never an empty bar.
    """

    at_pct: float | None
    tick_pct: float | None = None
    scale: bool = False
    state: State = State.ON_TIME

    @property
    def at(self) -> str:
        """`at_pct` within the bar, as an SVG length."""
        return _svg_pct(self.at_pct or 0)

    @property
    def tick(self) -> str:
        """`tick_pct` within the bar, as an SVG length."""
        return _svg_pct(self.tick_pct or 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Trend:
    """A sparkline: `points` oldest first, None where data is missing (the line breaks, it does not fall)."""

    points: tuple[float | None, ...]
    state: State = State.ON_TIME

    WIDTH = 92
    HEIGHT = 30
    INSET = 4

    def _places(self) -> list[tuple[float, float] | None]:
        known = [p for p in self.points if p is not None]
        low, high = min(known), max(known)
        step = (self.WIDTH - 2 * self.INSET) / max(len(self.points) - 1, 1)
        usable = self.HEIGHT - 2 * self.INSET

        def place(index: int, value: float) -> tuple[float, float]:
            share = 0.5 if high == low else (value - low) / (high - low)
            return self.INSET + index * step, self.INSET + usable * (1 - share)

        return [None if p is None else place(i, p) for i, p in enumerate(self.points)]

    @property
    def path(self) -> str:
        """SVG path data; empty when fewer than two neighbouring points are known."""
        if all(p is None for p in self.points):
            return ""
        out: list[str] = []
        pen_down = False
        for spot in self._places():
            if spot is None:
                pen_down = False
                continue
            out.append(f"{'L' if pen_down else 'M'}{spot[0]:.1f} {spot[1]:.1f}")
            pen_down = True
        return "".join(out)

    @property
    def last(self) -> tuple[str, str] | None:
        """Centre of the last known point, or None when nothing is known."""
        if all(p is None for p in self.points):
            return None
        x, y = [spot for spot in self._places() if spot is not None][-1]
        return f"{x:.1f}", f"{y:.1f}"


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberCard:
    """One number about a person: actual → attainment or target → bar → sentence → where from.

    The whole card is one link to its 为什么. `actual` is None when nothing is there yet (待数据).
    `unit` follows it ("%", "/ 500 万元"); `reached` is the attainment ("64 %");
    `beside` stands apart ("目标 98 %", "4,368 / 4,480 件");
    `note` says what the tick means.
    """

    name: str
    href: str
    chip: Chip
    sentence: str
    actual: str | None = None
    unit: str = ""
    weight: str = ""
    reached: str = ""
    beside: str = ""
    bar: Bar | None = None
    trend: Trend | None = None
    note: str = ""
    freshness: Freshness | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A row that leads somewhere: name and fact on the left, the deciding number on the right."""

    name: str
    href: str
    fact: str = ""
    value: str = ""
    chip: Chip | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ScorePiece:
    """One line of a sheet in the score's bar: width `weight_pct`, filled to `score_pct` (over 100: full)."""

    label: str
    weight_pct: float
    score_pct: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """A button that does or opens something: a POST form with `fields`, or a plain link (`link`)."""

    label: str
    url: str
    fields: Mapping[str, str] = field(default_factory=dict)
    link: bool = False
    kind: str = ""
    icon: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProblemRow:
    """What a row could not tell us: `where` ("第 10 行"), one bold line, what we read, 2–3 equal answers."""

    where: str
    title: str
    text: str
    actions: Sequence[Action] = ()


class StepState(StrEnum):
    """A step of a cycle: done, now, later."""

    DONE = "done"
    NOW = "now"
    LATER = "later"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step of a stepper; `fact` is a fact ("150 人", "04-10 开会"), not a description."""

    label: str
    fact: str
    state: StepState


@dataclass(frozen=True, slots=True, kw_only=True)
class ToDoCard:
    """What waits for this reader: a sentence on what the act means and does not, one button, one 晚点."""

    title: str
    sentence: str
    action: Action
    left: str = ""
    later: Action | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TreeNode:
    """A unit (foldable when it has `children`) or a person. `waiting`: its note waits to be claimed."""

    label: str
    note: str = ""
    waiting: bool = False
    person: bool = False
    open: bool = True
    children: Sequence[TreeNode] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Crumb:
    """One step of the way to this page."""

    label: str
    href: str = ""


def _svg_pct(value: float) -> str:
    return f"{min(max(value, 0.0), 100.0):.2f}%"
