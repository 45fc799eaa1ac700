"""Dated facts about persons that rooms below tell and rooms above ask: audiences, reminders, reports (DESIGN §10).

A fact has one or several values, each a plain text: the units somebody stands in are several, the job is one. Whoever
knows a fact registers a reader at start; whoever asks names only codes."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.utils.functional import Promise

Values = Mapping[UUID, frozenset[str]]
Reader = Callable[[Collection[UUID] | None, date, datetime], Mapping[str, Values]]
"""Persons (None: everybody), a day, and the moment as known at which; the values of each of its facts by person.
Somebody without a value is absent."""


@dataclass(frozen=True, slots=True)
class PersonFact:
    """A fact by its stored code. `is_single`: nobody has two values of it on one day."""

    code: str
    label: str | Promise
    is_single: bool = True


Choices = Mapping[str, Sequence[tuple[str, str]]]
"""The values there are of each fact, with what people call them."""
Chooser = Callable[[date, datetime], Choices]

_facts: dict[str, PersonFact] = {}
_readers: dict[str, Reader] = {}
_choosers: list[Chooser] = []


def register(facts: Collection[PersonFact], read: Reader, choices: Chooser) -> None:
    """Make `facts` known, all told by one `read`, with the `choices` there are. Raises ValueError for a code that
    another reader tells."""
    if choices not in _choosers:
        _choosers.append(choices)
    for fact in facts:
        if _readers.get(fact.code, read) is not read:
            raise ValueError(f"person fact {fact.code} is registered twice")
        _facts[fact.code], _readers[fact.code] = fact, read


def person_facts() -> Mapping[str, PersonFact]:
    """All facts by code, in the order they were registered."""
    return dict(_facts)


def choices_on(on: date, known_at: datetime) -> Choices:
    """The values of every fact on a day, with what people call them."""
    return {code: values for choices in _choosers for code, values in choices(on, known_at).items()}


class FactsOn:
    """The facts of some persons on a day as known at a moment; each reader is asked once, when first needed."""

    def __init__(self, persons: Collection[UUID] | None, *, on: date, known_at: datetime) -> None:
        self.persons, self.on, self.known_at = persons, on, known_at
        self._read: dict[Reader, Mapping[str, Values]] = {}

    def of(self, code: str) -> Values:
        """The values of one fact by person; raises KeyError for a fact nobody tells."""
        reader = _readers[code]
        if reader not in self._read:
            self._read[reader] = reader(self.persons, self.on, self.known_at)
        return self._read[reader][code]
