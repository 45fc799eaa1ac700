"""What may be shown of groups, and in words why not.

**The adversary** has every number that was ever shown and knows who was in which group. From sums over groups he
can form any combination: differences, sums of several, shares of nested totals, women + men − line 2. A combination
is about exactly the people whose factor in it is not zero. What is shown is safe if no combination, except the empty
one, is about fewer than `minimum` people. That is decided exactly (`spans`), not by rules of thumb for remainders.

**Which numbers.** The rule is for what adds up over people: counts, sums, and what is divided from them (means,
shares, a distribution by answers). A minimum, a maximum or a percentile is a single person's number and is not made
safe by it; nor does it see that all of a group gave the same answer, or what a reader knows from elsewhere (his own
answer).
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from jiyu.lib.privacy.spans import MOST_STEPS, Atoms, Span, TooEntangled
from jiyu.lib.text import Text, counted


class Reason(StrEnum):
    """Why a view is hidden; stable codes."""

    OPEN = "privacy.open_round"
    SMALL_GROUP = "privacy.small_group"
    SMALL_REMAINDER = "privacy.small_remainder"
    TOO_ENTANGLED = "privacy.too_entangled"


_WORDS: Final = {
    Reason.OPEN: Text("还没截止，不显示", "Still open, not shown"),
    Reason.SMALL_GROUP: Text("人数少于 {k}，不显示", "Fewer than {people}, not shown"),
    Reason.SMALL_REMAINDER: Text(
        "显示它就能算出人数少于 {k} 的一组", "Showing it would let a group of fewer than {people} be worked out"
    ),
    Reason.TOO_ENTANGLED: Text(
        "和已经显示的数交叉太多，不能确定算不出人数少于 {k} 的一组，不显示",
        "It crosses too much of what is already shown to be sure that no group of fewer than {people} can be "
        "worked out; not shown",
    ),
}
_NO_WORDS: Final = Text("")


@dataclass(frozen=True, slots=True)
class Contribution:
    """One of several numbers of the same person: `part` says which (a period, a question's revision).

    Needed wherever a person's number is not the same in all views that are compared: 6 answers of which one was
    corrected between two views differ by the correction of one person.
    """

    person: Hashable
    part: Hashable


@dataclass(frozen=True, slots=True)
class View:
    """A number over a group that somebody asks to see.

    `key` names it in the answer. `members` are opaque ids whose numbers add up to it: persons (or answers, where
    each has one), or `Contribution`s. `rank` says what is kept first where not all can be shown (0 before 1): the
    total of a survey before its lines, the rows of a table before a total that would give a hidden row away.
    `is_open`: its round still takes answers, so that the group grows by one person at a time.
    """

    key: str
    members: frozenset[Hashable]
    rank: int = 0
    is_open: bool = False


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether a view may be shown; where not, the code and the words of the reason (else None and empty)."""

    key: str
    is_shown: bool
    reason: Reason | None = None
    words: Text = _NO_WORDS


def decide(
    views: Sequence[View],
    *,
    minimum: int,
    shown: Iterable[Collection[Hashable]] = (),
    most_steps: int = MOST_STEPS,
) -> tuple[Decision, ...]:
    """Which of `views` may be shown beside each other and after everything in `shown`; in the order given.

    `minimum` is the smallest number of people (k ≥ 1) a number may be about. `shown` are the members of every view
    shown before of the same matter, to whomever: who shows a number keeps its members and passes them from then
    on. A view may be shown if

    - its round is closed (`Reason.OPEN`): no mean at 5 and at 6 answers;
    - it is about nobody, or about `minimum` people (`Reason.SMALL_GROUP`);
    - no combination of it with what is shown is about fewer, but somebody (`Reason.SMALL_REMAINDER`).

    Views are tried by rank, then the larger group first, then in the order given; each that is safe beside those
    before it is shown. So the answer is always the same, a number by itself is never hidden needlessly, none of the
    hidden ones could be added, and of the parts of a shown total the smallest is hidden along with one that is too
    small (it is not always the least possible loss where groups cross). What follows from shown numbers anyway is
    shown again.

    The answer is exact except where the search for a small group takes more than `most_steps` steps (hundreds of
    groups crossing in four directions, or groups drawn at random): then the view is hidden although it might be
    safe (`Reason.TOO_ENTANGLED`). Where `shown` already gives a small group away (the minimum was raised), what crosses
    that group stays hidden. Raises ValueError for a minimum below 1 or a key given twice.
    """
    if minimum < 1:
        raise ValueError("the minimum group size is at least 1")
    if len({view.key for view in views}) < len(views):
        raise ValueError("every view needs a key of its own")
    before = [frozenset(members) for members in shown]
    atoms = Atoms([*before, *(view.members for view in views)], minimum, _person)
    span = Span(atoms, most_steps)
    for row in atoms.rows[: len(before)]:
        span.add(row)
    rows = atoms.rows[len(before) :]
    sizes = [len({_person(member) for member in view.members}) for view in views]
    reasons: dict[int, Reason | None] = {}
    for i in sorted(range(len(views)), key=lambda i: (views[i].rank, -sizes[i], i)):
        if views[i].is_open:
            reasons[i] = Reason.OPEN
        elif 0 < sizes[i] < minimum:
            reasons[i] = Reason.SMALL_GROUP
        else:
            reasons[i] = _beside(span, rows[i])
    return tuple(_decision(view.key, reasons[i], minimum) for i, view in enumerate(views))


def _beside(span: Span, row: dict[int, int]) -> Reason | None:
    """Add the row to what is shown, or say why that must not be."""
    try:
        if span.small_group_with(row) is not None:
            return Reason.SMALL_REMAINDER
    except TooEntangled:
        return Reason.TOO_ENTANGLED
    span.add(row)
    return None


def _decision(key: str, reason: Reason | None, minimum: int) -> Decision:
    if reason is None:
        return Decision(key, True)
    people = counted(minimum, "person", "people")
    return Decision(key, False, reason, _WORDS[reason].format(k=minimum, people=people))


def disclosed_group(
    shown: Iterable[Collection[Hashable]], *, minimum: int, most_steps: int = MOST_STEPS
) -> frozenset[Hashable] | None:
    """Persons, fewer than `minimum`, about whom a number follows from the shown ones; None if there are none.

    For tests and audits of what was shown; not the smallest such group. Raises `TooEntangled` where it would take
    more than `most_steps` steps, ValueError for a minimum below 1.
    """
    if minimum < 1:
        raise ValueError("the minimum group size is at least 1")
    atoms = Atoms([frozenset(members) for members in shown], minimum, _person)
    span = Span(atoms, most_steps)
    for row in atoms.rows:
        span.add(row)
    return span.small_group()


def _person(member: Hashable) -> Hashable:
    return member.person if isinstance(member, Contribution) else member
