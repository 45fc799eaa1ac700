"""Between a roster as read (`RosterReading`) and people as the company keeps them (`people.public`). Pure.

A file's 离职日期 is the last day of work; people keep the first day not employed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date, timedelta

from jiyu.people.public import KnownPeople as PeopleKnown
from jiyu.people.public import PersonEntry
from jiyu.sources.roster.result import KnownPeople, KnownPerson, RosterPerson

ONE_DAY = timedelta(1)
EMPLOYMENT_KINDS = {"rehired": "rehired_retiree"}
USUAL_SHARE = 0.8


def known_for_reading(people: PeopleKnown) -> KnownPeople:
    """What the company knows, as a reading compares with it."""
    reading_kinds = {ours: theirs for theirs, ours in EMPLOYMENT_KINDS.items()}
    known = []
    for number, entry in sorted(people.entries.items()):
        has_left = entry.left_on is not None and entry.left_on <= people.on
        known.append(
            KnownPerson(
                person_id=str(people.person_ids[number]),
                number=number,
                name=entry.name,
                unit_path=entry.unit_path,
                job=entry.job or "",
                job_grade=entry.job_grade or "",
                lead_number=entry.lead_employee_no or "",
                hired_on=entry.hired_on,
                left_on=entry.left_on - ONE_DAY if entry.left_on else None,
                employment_kind=reading_kinds.get(entry.employment_kind or "", entry.employment_kind or ""),
                status="left" if has_left else "active",
                status_note=entry.status_note or "",
                born_on=entry.born_on,
            )
        )
    return KnownPeople(tuple(known), _usual_width(people.entries))


def entries_to_take(people: Iterable[RosterPerson], known: PeopleKnown) -> list[PersonEntry]:
    """The people of a reading as `roster_take` wants them. Whoever the file calls left without a date left
    on the day of the import, unless we know better."""
    return [_entry(person, known) for person in people]


def _entry(person: RosterPerson, known: PeopleKnown) -> PersonEntry:
    return PersonEntry(
        employee_no=person.number,
        name=person.name,
        unit_path=person.unit_path,
        job=person.job or None,
        job_grade=person.job_grade or None,
        lead_employee_no=person.lead.number if person.lead.state == "resolved" else None,
        lead_is_none=person.lead.state == "top",
        hired_on=person.hired_on,
        left_on=_left_on(person, known),
        employment_kind=_kind(person),
        status_note=person.status_note or None,
        born_on=person.born_on,
    )


def _left_on(person: RosterPerson, known: PeopleKnown) -> date | None:
    if person.left_on is not None:
        return person.left_on + ONE_DAY
    if person.status != "left":
        return None
    before = known.entries.get(person.number)
    if before is not None and before.left_on is not None:
        return before.left_on
    return max(known.on, person.hired_on + ONE_DAY) if person.hired_on else known.on


def _kind(person: RosterPerson) -> str | None:
    kind = EMPLOYMENT_KINDS.get(person.employment_kind, person.employment_kind)
    if person.status == "probation" and kind in ("", "regular"):
        return "probation"
    return kind or None


def _usual_width(numbers: Iterable[str]) -> int:
    """The length most employee numbers have, 0 where there is none."""
    lengths = Counter(len(number) for number in numbers if number.isdigit())
    if not lengths:
        return 0
    width, count = lengths.most_common(1)[0]
    return width if count >= USUAL_SHARE * lengths.total() else 0
