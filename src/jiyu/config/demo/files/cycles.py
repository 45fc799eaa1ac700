"""Cycles of the demo, and the parts of people's time that fall into them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from .manifest import DemoCycle
from .people import Person, Post, Staff
from .units import Seat
from .workdays import workdays

CYCLES = (
    DemoCycle("2025Q1", date(2025, 1, 1), date(2025, 3, 31), "all", archived=True),
    DemoCycle("2025Q2", date(2025, 4, 1), date(2025, 6, 30), "all", archived=True),
    DemoCycle("2025Q3", date(2025, 7, 1), date(2025, 9, 30), "all", archived=True),
    DemoCycle("2025Q4", date(2025, 10, 1), date(2025, 12, 31), "all", archived=True),
    DemoCycle("2026-01", date(2026, 1, 1), date(2026, 1, 31), "workshops", archived=True),
    DemoCycle("2026-02", date(2026, 2, 1), date(2026, 2, 28), "workshops", archived=True),
    DemoCycle("2026-03", date(2026, 3, 1), date(2026, 3, 31), "workshops", archived=True),
    DemoCycle("2026Q1", date(2026, 1, 1), date(2026, 3, 31), "offices", archived=False),
)


@dataclass(frozen=True, slots=True)
class Stint:
    """What one person does in one seat within one cycle; the unit of data and of planned scores.

    `on_sheet` is true for the last stint of a person in a cycle: that one carries the sheet.
    `long_enough` is false under half of the cycle's days (no grade then), leave not counted.
    """

    person: Person
    seat: Seat
    cycle: DemoCycle
    first: date
    last: date
    days: tuple[date, ...]
    on_sheet: bool

    @property
    def long_enough(self) -> bool:
        person = self.person
        present = (self.last - max(self.cycle.first, person.hired)).days + 1 if self.on_sheet else 0
        if person.leave:
            away_from, away_to = max(person.leave[0], self.cycle.first), min(person.leave[1], self.last)
            present -= max(0, (away_to - away_from).days + 1)
        return 2 * present >= (self.cycle.last - self.cycle.first).days + 1

    @property
    def key(self) -> tuple[str, str]:
        return self.person.number, self.cycle.code


def _applies(cycle: DemoCycle, seat: Seat) -> bool:
    return cycle.scope == "all" or (cycle.scope == "workshops") == seat.place.is_workshop


def _posts_in(person: Person, cycle: DemoCycle) -> list[tuple[Post, date, date]]:
    parts: list[tuple[Post, date, date]] = []
    for post in person.posts:
        first, last = max(post.first, cycle.first), min(post.last or cycle.last, cycle.last)
        if first <= last and _applies(cycle, post.seat):
            parts.append((post, first, last))
    return parts


def stints(staff: Staff) -> list[Stint]:
    """All stints, people in roster order, cycles in time."""
    found: list[Stint] = []
    for person in staff.everybody:
        for cycle in CYCLES:
            parts = _posts_in(person, cycle)
            for index, (post, first, last) in enumerate(parts):
                days = [day for day in workdays(first, last) if not _away(person, day)]
                found.append(Stint(person, post.seat, cycle, first, last, tuple(days), index == len(parts) - 1))
    return found


def _away(person: Person, day: date) -> bool:
    return person.leave is not None and person.leave[0] <= day <= person.leave[1]
