"""From what a row says ("317", "张伟", "CNC A班") to whom it is about.

A number matches exactly, or after its eaten zeros are put back when only one number fits. A name matches
when only one person or unit ever had it. What a person decided before comes first. Everything else is a
question, never a guess. So is a row of a day after the person had left.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from jiyu.core.recorded import known
from jiyu.people.models import Assignment, Employment, Identity, PersonText, UnitState
from jiyu.sources.models import Match, Source

NUMBER, NAME, CREW = "number", "name", "crew"
AFTER_LEAVING = "sources.after_leaving"
PERSON, UNIT = "person", "unit"
SEPARATOR = ":"


@dataclass(frozen=True, slots=True)
class Matched:
    """Whom a row is about. `subject` None: decided to be left out (not one of ours)."""

    kind: str
    subject: UUID | None
    zeros_restored: bool = False


@dataclass(frozen=True, slots=True)
class Unmatched:
    """Nobody, or several, or somebody who had left. `code`: sources.unknown_person, ambiguous_person, unknown_unit,
    ambiguous_unit or after_leaving; `alias` names the question; `candidates` are those it could be; `left` is who had
    left, and the first day not employed."""

    code: str
    alias: str
    candidates: tuple[UUID, ...] = ()
    left: tuple[UUID, date] | None = None


@dataclass(frozen=True, slots=True)
class _Held:
    person: UUID
    from_on: date
    to_on: date | None

    def on(self, day: date) -> bool:
        return self.from_on <= day and (self.to_on is None or day < self.to_on)


class _Leavers:
    """Who had left when."""

    def __init__(self, known_at: datetime) -> None:
        self._spells: dict[UUID, list[tuple[date | None, date | None]]] = defaultdict(list)
        spells = Employment.objects.filter(known(known_at)).values_list("person_id", "hired_on", "left_on")
        for person, hired_on, left_on in spells:
            self._spells[person].append((hired_on, left_on))

    def left_on(self, person: UUID, since: date, day: date) -> date | None:
        """The first day on which the person was no longer here, where that is all there is of `[since, day]`; None for
        somebody who was here, or had not come yet."""
        spells = self._spells.get(person, ())
        if any((hired is None or hired <= day) and (left is None or since < left) for hired, left in spells):
            return None
        return max((left for _hired, left in spells if left is not None and left <= since), default=None)


def alias_of(how: str, text: str) -> str:
    """The name under which a decision about `text` is kept: how it is meant to match, and the text."""
    return f"{how}{SEPARATOR}{text}"[:200]


def alias_after_leaving(person: UUID, left_on: date) -> str:
    """The name under which a decision about rows after a leaving is kept; another last day is asked about anew."""
    return f"left{SEPARATOR}{person.hex}{SEPARATOR}{left_on.isoformat()}"


class SubjectMatcher:
    """Everything needed to match the rows of one source, read once (five queries)."""

    def __init__(self, source: Source, known_at: datetime) -> None:
        believed = known(known_at)
        self._numbers: dict[str, list[_Held]] = defaultdict(list)
        self._bare_numbers: dict[str, set[str]] = defaultdict(set)
        for value, person, from_on, to_on in Identity.objects.filter(believed, kind=Identity.EMPLOYEE_NO).values_list(
            "value", "person_id", "from_on", "to_on"
        ):
            self._numbers[value].append(_Held(person, from_on, to_on))
            self._bare_numbers[_bare(value)].add(value)
        self._names: dict[str, set[UUID]] = defaultdict(set)
        for name, person in PersonText.objects.filter(believed, name__isnull=False).values_list("name", "person_id"):
            self._names[str(name)].add(person)
        self._units: dict[str, set[UUID]] = defaultdict(set)
        for name, unit in UnitState.objects.filter(believed).values_list("name", "unit_id"):
            self._units[name].add(unit)
        self._leavers = _Leavers(known_at)
        self._asked: set[str] = set()  # whose rows after a leaving are a question already
        self._decided: dict[str, Match] = {
            m.alias: m
            for m in Match.objects.filter(source=source, decided_at__lte=known_at).order_by("decided_at", "pk")
        }

    def resolve(self, how: str, text: str, day: date, *, may_be_month: bool = False) -> Matched | Unmatched:
        """Whom `text` means on `day`. `how` is number | name | crew. `may_be_month`: a row of the last day of a month
        may tell of all of it, and then it is no row after a leaving in that month, unless the file has other such
        rows of the same person."""
        found = self._meant(how, text.strip(), day)
        if isinstance(found, Unmatched) or found.kind != PERSON or found.subject is None:
            return found
        left_on = self._leavers.left_on(found.subject, day, day)
        if left_on is None:
            return found
        alias = alias_after_leaving(found.subject, left_on)
        decision = self._decided.get(alias)
        if decision is not None:
            return found if decision.person else Matched(PERSON, None)
        is_month = may_be_month and (day + timedelta(1)).day == 1 and alias not in self._asked
        if is_month and self._leavers.left_on(found.subject, day.replace(day=1), day) is None:
            return found
        self._asked.add(alias)
        return Unmatched(AFTER_LEAVING, alias, left=(found.subject, left_on))

    def _meant(self, how: str, text: str, day: date) -> Matched | Unmatched:
        alias = alias_of(how, text)
        decision = self._decided.get(alias)
        if decision is not None:
            return Matched(UNIT, decision.unit) if decision.unit else Matched(PERSON, decision.person)
        if how == CREW:
            return _only(self._units.get(text, set()), UNIT, alias)
        if how == NAME:
            return _only(self._names.get(text, set()), PERSON, alias)
        return self._by_number(text, alias, day)

    def _by_number(self, text: str, alias: str, day: date) -> Matched | Unmatched:
        restored = False
        holders = self._numbers.get(text)
        if holders is None:
            fitting = self._bare_numbers.get(_bare(text), set()) if text.isdigit() else set()
            holders = [held for value in fitting for held in self._numbers[value]]
            restored = True
        persons = {held.person for held in holders}
        if len(persons) > 1:
            persons = {held.person for held in holders if held.on(day)}
        found = _only(persons, PERSON, alias)
        if isinstance(found, Matched) and restored:
            return Matched(PERSON, found.subject, zeros_restored=True)
        return found


def candidate_labels(candidates: Sequence[UUID], known_at: datetime, on: date) -> list[dict[str, Any]]:
    """Candidates as buttons: "000318 · 一车间", in the order of their numbers."""
    believed = known(known_at)
    numbers = dict(
        Identity.objects.filter(believed, kind=Identity.EMPLOYEE_NO, person__in=candidates).values_list(
            "person_id", "value"
        )
    )
    posts = dict(
        Assignment.objects.filter(believed, person__in=candidates, role=Assignment.PRIMARY, from_on__lte=on)
        .order_by("from_on")
        .values_list("person_id", "unit_id")
    )
    units = dict(
        UnitState.objects.filter(believed, unit__in=[*posts.values(), *candidates])
        .order_by("from_on")
        .values_list("unit_id", "name")
    )
    labelled = []
    for one in candidates:
        words = [numbers.get(one, ""), units.get(posts.get(one, one), "")]
        label = " · ".join(word for word in words if word) or str(one)
        labelled.append({"key": f"subject{SEPARATOR}{one}", "zh": label, "en": label})
    return sorted(labelled, key=lambda option: option["zh"])


def _only(found: set[UUID], kind: str, alias: str) -> Matched | Unmatched:
    if len(found) == 1:
        return Matched(kind, next(iter(found)))
    trouble = "ambiguous" if found else "unknown"
    return Unmatched(f"sources.{trouble}_{kind}", alias, tuple(sorted(found)))


def _bare(number: str) -> str:
    return number.lstrip("0") or "0"
