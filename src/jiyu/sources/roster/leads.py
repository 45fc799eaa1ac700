"""Who leads whom: by number or by a name only one person has, never by guess; circles are listed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from jiyu.lib.tables.names import clean_name
from jiyu.lib.text import Text
from jiyu.people.public import NO_LEAD
from jiyu.sources.roster import questions
from jiyu.sources.roster.drafts import Draft
from jiyu.sources.roster.result import Answer, KnownPeople, LeadRef, RosterProblem

_WITH_NUMBER = re.compile(r"(?P<name>[^\d]*?)[\s(（\[【/·-]*(?P<number>[A-Za-z]{0,4}\d{2,})[)）\]】]?")
_NOT_IN_ROSTER = Text("花名册里没有这个人。", "Nobody in the roster has this name.")


@dataclass(frozen=True, slots=True)
class _Candidate:
    number: str
    name: str
    unit: str
    is_waiting: bool
    is_left: bool


class LeadResolver:
    """Finds leads among the people of the file and those already known.

    `taken` will be imported, `waiting` are set aside: they count when a name is looked for, since a name is
    only unique when nobody else, settled or not, has it.
    """

    def __init__(
        self,
        taken: Sequence[Draft],
        waiting: Sequence[Draft],
        known: KnownPeople,
        answers: Mapping[str, Answer],
        width: int,
    ) -> None:
        self._answers = answers
        self._width = width
        self._by_name: dict[str, list[_Candidate]] = {}
        self._by_number: dict[str, list[_Candidate]] = {}
        in_file = {draft.number for draft in (*taken, *waiting)}
        for draft in taken:
            self._add(_Candidate(draft.number, draft.name, draft.unit, False, draft.status == "left"))
        for draft in waiting:
            self._add(_Candidate(draft.number, draft.name, draft.unit, True, draft.status == "left"))
        for person in known.people:
            if person.number not in in_file:
                unit = person.unit_path[-1] if person.unit_path else ""
                self._add(_Candidate(person.number, person.name, unit, False, person.status == "left"))

    def resolve(self, draft: Draft) -> tuple[LeadRef, RosterProblem | None]:
        """The lead of one person, and the question where there is none to be sure of."""
        key = f"lead:{draft.number or draft.key}"
        written = draft.lead_written or draft.lead_number_written
        answer = self._answers.get(key)
        if answer and answer.option == "top":
            return LeadRef("top", written=written), None
        if answer and answer.option.startswith("person"):
            chosen = self._only(self._by_number.get(self._padded(answer.value or answer.option[7:]), []))
            if chosen and chosen.number != draft.number:
                return LeadRef("resolved", chosen.number, written), None
        if "lead" not in draft.cells and "lead_number" not in draft.cells:
            return LeadRef("not_given"), None
        if not written:
            if draft.status == "left":
                return LeadRef("not_given"), None
            return LeadRef("unclaimed"), questions.no_lead(key, draft.place, draft.name)
        if written == NO_LEAD:
            return LeadRef("top", written=written), None
        name, number = self._split(draft)
        found = self._find(name, number, draft)
        unclaimed = LeadRef("unclaimed", written=written)
        if isinstance(found, Text):
            return unclaimed, questions.lead_not_found(key, draft.place, draft.name, written, found)
        if len(found) > 1:
            said = [(one.number, one.unit, one.is_waiting) for one in found]
            return unclaimed, questions.many_leads(key, draft.place, draft.name, name, said)
        return LeadRef("resolved", found[0].number, written), None

    def _find(self, name: str, number: str, draft: Draft) -> list[_Candidate] | Text:
        """The candidates for a written lead, or why there are none."""
        if number:
            one = self._only(self._by_number.get(number, []))
            if one is None:
                return Text(f"没有工号 {number} 的人。", f"Nobody has the number {number}.")
            if name and one.name != name:
                return Text(f"工号 {number} 是{one.name}，不是{name}。", f"{number} is {one.name}, not {name}.")
            found = [one]
        else:
            found = self._by_name.get(name, [])
            if draft.status != "left" and any(not one.is_left for one in found):
                found = [one for one in found if not one.is_left]
        others = [one for one in found if one.number != draft.number or one.name != draft.name]
        if not found:
            return _NOT_IN_ROSTER
        if not others:
            return Text("写的是自己。是全公司最上面一级吗？", "That is the same person. Nobody above?")
        if len(others) == 1 and len(found) == 1 and others[0].is_waiting:
            return Text(f"{name or number} 还在待处理，先处理那一行。", f"{name or number} is not settled yet.")
        if len(found) > len(others):  # the own name, and somebody else has it too
            return [*others, *[one for one in found if one not in others]]
        return others

    def _split(self, draft: Draft) -> tuple[str, str]:
        """Name and number of a written lead: 赵刚, 000011, 赵刚(000011), or two columns."""
        name, number = draft.lead_written, draft.lead_number_written
        match = _WITH_NUMBER.fullmatch(name)
        if name.isdigit() and not number:
            name, number = "", name
        elif match and not number:
            name, number = clean_name(match["name"]), match["number"]
        return name, self._padded(number)

    def _padded(self, number: str) -> str:
        text = number.strip()
        return text.zfill(self._width) if text.isdigit() and self._width else text

    def _add(self, candidate: _Candidate) -> None:
        if candidate.name:
            self._by_name.setdefault(candidate.name, []).append(candidate)
        if candidate.number:
            self._by_number.setdefault(candidate.number, []).append(candidate)

    @staticmethod
    def _only(found: Sequence[_Candidate]) -> _Candidate | None:
        return found[0] if len(found) == 1 else None


def find_loops(lead_of: Mapping[str, str], order: Iterable[str]) -> list[list[str]]:
    """The circles in a mapping number → lead's number, each once, starting with its first in `order`."""
    loops: list[list[str]] = []
    done: set[str] = set()
    for start in order:
        path: dict[str, int] = {}
        at: str | None = start
        while at is not None and at not in done and at not in path:
            path[at] = len(path)
            at = lead_of.get(at)
        if at is not None and at in path:
            members = list(path)[path[at] :]
            loops.append(members)
        done.update(path)
    return loops
