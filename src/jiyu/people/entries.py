"""What a roster says about people, as plain data: no database, so that file readers can use it too."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID


@dataclass(frozen=True, slots=True)
class PersonEntry:
    """One person as a roster tells it. None (an empty `unit_path`) means the roster does not say: nothing
    changes.

    `employee_no` is text, zeros kept. `unit_path` goes from below the company down to the crew; `unit_kinds`,
    where given, runs beside it. `lead_employee_no` names the lead; `lead_is_none` says there is none (the
    top). `left_on` is the first day not employed.
    """

    employee_no: str
    name: str
    unit_path: tuple[str, ...] = ()
    unit_kinds: tuple[str, ...] = ()
    job: str | None = None
    job_grade: str | None = None
    lead_employee_no: str | None = None
    lead_is_none: bool = False
    hired_on: date | None = None
    left_on: date | None = None
    employment_kind: str | None = None
    status_note: str | None = None
    born_on: date | None = None
    phone: str | None = None


@dataclass(frozen=True)
class KnownPeople:
    """Everybody the company knows, as believed at one moment: what a roster is read against."""

    on: date
    person_ids: Mapping[str, UUID] = field(default_factory=dict)  # by employee number
    numbers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # by name, each in order
    entries: Mapping[str, PersonEntry] = field(default_factory=dict)  # by employee number


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One thing a roster changed. `is_dated`: true from a day on; otherwise a corrected belief."""

    field: str
    old: str
    new: str
    is_dated: bool


@dataclass(frozen=True, slots=True)
class PersonChange:
    """What a roster did to one person; no `fields` where `is_new`."""

    person_id: UUID
    employee_no: str
    is_new: bool
    fields: tuple[FieldChange, ...] = ()


@dataclass(frozen=True, slots=True)
class RosterOutcome:
    """What taking a roster did: people counted, and each change. `leads_missing` are the employee numbers of
    those whose named lead nobody has."""

    new: int
    changed: int
    unchanged: int
    changes: tuple[PersonChange, ...]
    units_made: int
    leads_missing: tuple[str, ...]
