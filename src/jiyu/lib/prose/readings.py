"""What a rule in prose is read under, and what the reading comes to: a method, a doubt with answers, or a plain no."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from jiyu.lib.scoring import Direction, Input, LineState, LineValues, Measure, Method
from jiyu.lib.text import Problem, Text
from jiyu.lib.units import Unit


@dataclass(frozen=True, slots=True)
class RuleContext:
    """What stands around a rule in a sheet, as it is written there.

    `target`, `threshold`, `stretch` and `baseline` are the cells' texts ("≥95%", "500万"), `unit` what a column or a
    head says, `decimals` those at which the indicator is compared (two without it; whole things have none).
    `weight_points` is what the line is worth where the file gives points instead of a weight (分值 20).
    """

    name: str = ""
    unit: Unit | None = None
    decimals: int | None = None
    target: str = ""
    threshold: str = ""
    stretch: str = ""
    baseline: str = ""
    direction: Direction | None = None
    weight_points: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Parameters:
    """The numbers of a line that its method asks for, exact, in the measure's unit; None where nothing says one."""

    target: Decimal | None = None
    threshold: Decimal | None = None
    stretch: Decimal | None = None
    baseline: Decimal | None = None

    def get(self, name: Input) -> Decimal | None:
        """The parameter of an input."""
        value: Decimal | None = getattr(self, str(name))
        return value

    def with_actual(self, actual: Decimal | None) -> LineValues:
        """The line's values as the scoring library takes them."""
        numbers = (self.target, self.threshold, self.stretch, self.baseline)
        target, threshold, stretch, baseline = (None if n is None else float(n) for n in numbers)
        return LineValues(
            actual=None if actual is None else float(actual),
            target=target,
            threshold=threshold,
            stretch=stretch,
            baseline=baseline,
        )


@dataclass(frozen=True, slots=True)
class Example:
    """A worked example: the line's values, the points they give and the calculation told.

    `is_assumed` where the sheet has no target yet and one was made up for the example alone.
    """

    values: LineValues
    points: float | None
    state: LineState
    sentence: Text
    is_assumed: bool = False


@dataclass(frozen=True, slots=True)
class Note:
    """Something the words decide that a reader should see: `code` is stable."""

    code: str
    text: Text


@dataclass(frozen=True, slots=True)
class Answer:
    """One way out of a doubt: its stable `key`, its words, the reading it leads to (which may ask the next question),
    and an example at the number where the answers part."""

    key: str
    words: Text
    reading: RuleReading
    example: Example | None = None


@dataclass(frozen=True, slots=True)
class Doubt:
    """What the words leave open: one question, two or three answers, none of them preselected."""

    code: str
    question: Text
    answers: tuple[Answer, ...]

    def answer(self, key: str) -> Answer:
        """The answer called `key`. Raises KeyError."""
        for answer in self.answers:
            if answer.key == key:
                return answer
        raise KeyError(key)


@dataclass(frozen=True, slots=True)
class RuleReading:
    """A rule as read. Exactly one of `method`, `doubt` and `problem` is there.

    `rule` tells the method back and `example` works it once. `notes` say what the wording decided, `vetoes` are
    clauses that take no points but the grade, `answered` what was asked and answered on the way (code, key).
    `problem` says what was understood and the ways on. `is_marked` where a person gives the mark or picks the level.
    """

    text: str
    measure: Measure
    parameters: Parameters = Parameters()
    method: Method | None = None
    doubt: Doubt | None = None
    problem: Problem | None = None
    rule: Text = field(default_factory=lambda: Text(""))
    example: Example | None = None
    notes: tuple[Note, ...] = ()
    vetoes: tuple[str, ...] = ()
    answered: tuple[tuple[str, str], ...] = ()
    is_marked: bool = False

    @property
    def missing(self) -> tuple[Input, ...]:
        """The parameters that the method needs and the sheet does not say."""
        if self.method is None:
            return ()
        return tuple(name for name in self.method.parameters() if self.parameters.get(name) is None)


class Open(Exception):
    """A question nobody has answered yet; `probe` is an actual at which the answers give different points."""

    def __init__(self, code: str, question: Text, options: tuple[tuple[str, Text], ...], probe: Decimal | None) -> None:
        super().__init__(code)
        self.code, self.question, self.options, self.probe = code, question, options, probe


class Unreadable(Exception):
    """The rule cannot be read; `problem` says what was understood and what to do."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.code)
        self.problem = problem


def unreadable(code: str, zh: str, en: str, **values: object) -> Unreadable:
    """A refusal with the two ways that are always open: a method by hand, or a person's mark."""
    fix = Text(
        "自己选一种评分标准，或者改成由人评分；原话会留着。",
        "Choose a method by hand, or let a person give the mark; the words are kept.",
    )
    return Unreadable(Problem(code, Text(zh, en).format(**values), fix, path="rule"))


class Asker:
    """The answers given so far, and the notes taken on the way."""

    def __init__(self, answers: dict[str, str]) -> None:
        self._answers = answers
        self.answered: list[tuple[str, str]] = []
        self.notes: list[Note] = []

    def ask(self, code: str, question: Text, *options: tuple[str, Text], probe: Decimal | None = None) -> str:
        """The key that was answered. Raises Open where nobody has answered, or with a key that is no option."""
        given = self._answers.get(code)
        if given is None or given not in dict(options):
            raise Open(code, question, options, probe)
        self.answered.append((code, given))
        return given

    def note(self, code: str, zh: str, en: str, **values: object) -> None:
        """Something decided by the words, to be shown."""
        note = Note(code, Text(zh, en).format(**values))
        if note not in self.notes:
            self.notes.append(note)
