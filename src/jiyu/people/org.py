"""The organisation on a day, as known at a moment: one frozen snapshot, read in three queries however big it
is."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any, Final
from uuid import UUID

from django.db.models import FilteredRelation, Q
from django.db.models.expressions import RawSQL
from django.utils.translation import gettext as _

from jiyu.core.recorded import known, valid
from jiyu.people.beliefs import BEGINNING, HOLDS, nearness
from jiyu.people.models import Assignment, Employment, Identity, Line, UnitState

PATH_SEPARATOR: Final = " / "
FEW: Final = 100  # persons whose units are looked up one by one; for more, all units are read


@dataclass(frozen=True, slots=True)
class OrgPerson:
    """One person on the day. `is_employed`: the day lies in a spell; `unit_id` None: no post that day.

    `lead_id` is the lead as stated on the solid line (who really leads is `lead_of`'s answer); `is_top`: the
    line says there is none. For somebody who left or is yet to come the nearest spell is told.
    """

    id: UUID
    name: str
    employee_no: str
    unit_id: UUID | None
    job: str
    job_grade: str
    lead_id: UUID | None
    is_top: bool
    is_employed: bool
    hired_on: date | None
    left_on: date | None
    employment_kind: str
    status_note: str

    def answers_to(self, query: str) -> bool:
        """Whether `query` stands in the name or the employee number; "" stands in all."""
        wanted = query.strip().casefold()
        return wanted in self.name.casefold() or wanted in self.employee_no.casefold()


@dataclass(frozen=True, slots=True)
class OrgUnit:
    """One unit on the day."""

    id: UUID
    name: str
    kind: str
    parent_id: UUID | None
    head_id: UUID | None
    calendar: str


@dataclass(frozen=True, eq=False)
class OrgView:
    """Who was where on the day `on`, as believed at `known_at`. `lines` are by person, then kind."""

    on: date
    known_at: datetime
    persons: Mapping[UUID, OrgPerson]
    units: Mapping[UUID, OrgUnit]
    lines: Mapping[UUID, Mapping[str, UUID | None]]

    def name_of(self, person_id: UUID) -> str:
        """What a person is called, or the word for somebody of whom nothing is known any more."""
        return self.persons[person_id].name if person_id in self.persons else _("已离开的人")

    @cached_property
    def employed(self) -> frozenset[UUID]:
        """Everybody employed that day."""
        return frozenset(person.id for person in self.persons.values() if person.is_employed)

    @cached_property
    def root(self) -> OrgUnit | None:
        """The company itself."""
        return next((unit for unit in self.units.values() if unit.parent_id is None), None)

    def is_named_lead(self, person_id: UUID) -> bool:
        """Whether a line or a unit names the person as lead or head; if not, nobody is led by them."""
        by_line = any(person_id in kinds.values() for kinds in self.lines.values())
        return by_line or any(unit.head_id == person_id for unit in self.units.values())

    def ancestors(self, unit_id: UUID | None) -> tuple[OrgUnit, ...]:
        """The unit and the ones above it, lowest first; a circle of units ends where it closes."""
        found: list[OrgUnit] = []
        seen: set[UUID] = set()
        while unit_id is not None and unit_id in self.units and unit_id not in seen:
            seen.add(unit_id)
            found.append(self.units[unit_id])
            unit_id = self.units[unit_id].parent_id
        return tuple(found)

    @cached_property
    def paths(self) -> Mapping[UUID, tuple[str, ...]]:
        """Names from below the company down to the unit, by unit; the company's own path is its name."""
        paths = {}
        for unit in self.units.values():
            names = tuple(u.name for u in reversed(self.ancestors(unit.id)) if u.parent_id is not None)
            paths[unit.id] = names or (unit.name,)
        return paths

    def path_text(self, unit_id: UUID | None, separator: str = PATH_SEPARATOR) -> str:
        """The unit's path as one line, "" without a unit."""
        return separator.join(self.paths.get(unit_id, ())) if unit_id else ""

    @cached_property
    def children(self) -> Mapping[UUID, tuple[UUID, ...]]:
        """Units directly below each unit, by name."""
        below: dict[UUID, list[UUID]] = {}
        for unit in sorted(self.units.values(), key=lambda u: (u.name, u.id)):
            if unit.parent_id is not None:
                below.setdefault(unit.parent_id, []).append(unit.id)
        return {parent: tuple(units) for parent, units in below.items()}

    def units_below(self, unit_id: UUID) -> frozenset[UUID]:
        """The unit and every unit below it."""
        found: set[UUID] = set()
        waiting = [unit_id]
        while waiting:
            unit = waiting.pop()
            if unit not in found:
                found.add(unit)
                waiting += self.children.get(unit, ())
        return frozenset(found)

    @cached_property
    def _direct_members(self) -> Mapping[UUID, tuple[UUID, ...]]:
        by_unit: dict[UUID, list[UUID]] = {}
        for person in self.persons.values():
            if person.is_employed and person.unit_id is not None:
                by_unit.setdefault(person.unit_id, []).append(person.id)
        return {unit: tuple(persons) for unit, persons in by_unit.items()}

    def members(self, unit_id: UUID, *, deep: bool = True) -> frozenset[UUID]:
        """Persons employed that day whose primary post is in the unit (`deep`: or in a unit below it)."""
        units: Iterable[UUID] = self.units_below(unit_id) if deep else (unit_id,)
        return frozenset(person for unit in units for person in self._direct_members.get(unit, ()))


def org_on(*, on: date, known_at: datetime, only: Iterable[UUID] | None = None) -> OrgView:
    """The organisation on `on` as known at `known_at` (aware); `only` limits it to these persons, the lines from and
    to them, and the units that are theirs: where they have their post, which they head, and the ones above.

    Three queries, whatever the size. Source: DESIGN §5, HOUSE_STYLE §6 (query counts).
    """
    chosen = None if only is None else list(only)
    lines: dict[UUID, dict[str, UUID | None]] = {}
    named = Q() if chosen is None else Q(person_id__in=chosen) | Q(lead_id__in=chosen)
    for person, kind, lead in Line.objects.filter(known(known_at), valid(on), named).values_list(
        "person_id", "kind", "lead_id"
    ):
        lines.setdefault(person, {})[kind] = lead
    persons = {
        person: _person(person, told, lines.get(person, {})) for person, told in _told(on, known_at, chosen).items()
    }
    return OrgView(on=on, known_at=known_at, persons=persons, units=_units(on, known_at, chosen), lines=lines)


def head_count(*, unit_id: UUID, on: date, known_at: datetime, org: OrgView | None = None) -> int:
    """How many are employed in the unit and below it on `on`, as known at `known_at` (CASES A10)."""
    return len((org or org_on(on=on, known_at=known_at)).members(unit_id))


def _units(on: date, known_at: datetime, only: Collection[UUID] | None) -> dict[UUID, OrgUnit]:
    columns = ("unit_id", "name", "kind", "parent_id", "head_id", "calendar")
    there = UnitState.objects.filter(known(known_at), valid(on))
    if only is not None and not only:
        return {}
    rows = there if only is None or len(only) > FEW else there.filter(unit_id__in=_units_of(on, known_at, only))
    return {row[0]: OrgUnit(*row) for row in rows.values_list(*columns)}


def _units_of(on: date, known_at: datetime, persons: Collection[UUID]) -> RawSQL:
    """The units of these persons' posts, those they head, and the ones above, as a subquery that climbs by itself: a
    page about one person costs the same in a company of ten units and of ten thousand."""
    there = known(known_at) & valid(on)
    posts = Assignment.objects.filter(there, role=Assignment.PRIMARY, person_id__in=persons).values("unit_id")
    headed = UnitState.objects.filter(there, head_id__in=persons).values("unit_id")
    step = UnitState.objects.filter(there, parent_id__isnull=False).extra(
        tables=["climbed"], where=["climbed.unit_id = people_unitstate.unit_id"]
    )
    parts = [part.query.sql_with_params() for part in (posts, headed, step.values("parent_id"))]
    climb = " UNION ".join(sql for sql, _parameters in parts)
    return RawSQL(  # noqa: S611  # all of it is the ORM's own text with its parameters beside it
        f"WITH RECURSIVE climbed(unit_id) AS ({climb}) SELECT unit_id FROM climbed",  # noqa: S608
        [parameter for _sql, parameters in parts for parameter in parameters],
    )


def _told(on: date, known_at: datetime, only: Collection[UUID] | None) -> dict[UUID, Mapping[str, Any]]:
    """Of each person: name, number, spell and primary post. Number and spell are those that hold on the day ("covers"
    for the spell), else the nearest."""
    there = Q() if only is None else Q(person_id__in=only)
    post = known(known_at, "person__assignments__") & valid(on, "person__assignments__")
    number = known(known_at, "person__identities__") & Q(person__identities__kind=Identity.EMPLOYEE_NO)
    rows = (
        Employment.objects.filter(known(known_at), there)
        .annotate(
            text=FilteredRelation("person__texts", condition=known(known_at, "person__texts__")),
            post=FilteredRelation(
                "person__assignments", condition=post & Q(person__assignments__role=Assignment.PRIMARY)
            ),
            number=FilteredRelation("person__identities", condition=number),
        )
        .values(
            "person_id", "kind", "hired_on", "left_on", "status_note", "text__name", "post__unit_id", "post__job",
            "post__job_grade", "number__value", "number__from_on", "number__to_on",
        )
    )  # fmt: skip
    by_person: dict[UUID, list[Mapping[str, Any]]] = {}
    for row in rows:  # one for each spell with each number
        by_person.setdefault(row["person_id"], []).append(row)

    def spell(row: Mapping[str, Any]) -> tuple[int, int]:
        return nearness(row["hired_on"] or BEGINNING, row["left_on"], on)

    def number_rank(row: Mapping[str, Any]) -> tuple[int, int]:
        return nearness(row["number__from_on"] or BEGINNING, row["number__to_on"], on)

    found: dict[UUID, Mapping[str, Any]] = {}
    for person, told in by_person.items():
        nearest = max(told, key=spell)
        numbered = max(told, key=number_rank)
        found[person] = {
            **nearest,
            "covers": spell(nearest)[0] == HOLDS,
            "number__value": numbered["number__value"],
        }
    return found


def _person(person: UUID, told: Mapping[str, Any], lines: Mapping[str, UUID | None]) -> OrgPerson:
    return OrgPerson(
        id=person,
        name=told["text__name"] or "",
        employee_no=told["number__value"] or "",
        unit_id=told["post__unit_id"],
        job=told["post__job"] or "",
        job_grade=told["post__job_grade"] or "",
        lead_id=lines.get(Line.SOLID),
        is_top=Line.NONE in lines,
        is_employed=told["covers"],
        hired_on=told["hired_on"],
        left_on=told["left_on"],
        employment_kind=told["kind"],
        status_note=told["status_note"],
    )
