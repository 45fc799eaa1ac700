"""Puts people, plans and amounts together: every row of every source, and every sheet."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from . import assembly, cases, knowledge, machining, sales, supply
from .cycles import Stint, stints
from .draw import stream
from .people import Staff, make_staff
from .placing import Amount, Books, Volume, place_amounts, wished_scores
from .plans import PlanLine, plan_for
from .units import Role

TOO_SHORT = 3  # working days under which a stint leaves no data
SALES_ROLES = {
    "sales_head", "sales_east", "sales_south", "sales_north", "sales_overseas", "sales_support",
}  # fmt: skip
SUPPLY_ROLES = {"quality", "planning", "purchasing", "equipment"}


@dataclass(frozen=True, slots=True)
class Sheet:
    """One person's sheet of one cycle."""

    stint: Stint
    lines: tuple[PlanLine, ...]


@dataclass(frozen=True, slots=True)
class Company:
    """The whole demo company before it is written to files."""

    staff: Staff
    sheets: tuple[Sheet, ...]
    books: Books


def make_company(seed: int) -> Company:
    """Everything the files say; the same for the same seed."""
    staff = make_staff(seed)
    everything = stints(staff)
    given = {stint.key for stint in everything if _given(stint) is not None}
    given |= {(cases.LIN, cases.LIN_MONTH)}
    given |= {s.key for s in everything if s.person.name in sales.AWAITED and s.cycle.code == "2026Q1"}
    wishes = wished_scores(everything, seed, given)
    books = Books()
    sheets: list[Sheet] = []
    for stint in everything:
        lines = tuple(_lines(stint))
        if stint.on_sheet:
            sheets.append(Sheet(stint, lines))
        if len(stint.days) >= TOO_SHORT:
            _write(stint, lines, wishes[stint.key], books, seed)
    return Company(staff, tuple(sheets), books)


def _lines(stint: Stint) -> list[PlanLine]:
    seat, person = stint.seat, stint.person
    return list(plan_for(seat.role, person.number, person.name, seat.place.crew, stint.cycle.code))


def _given(stint: Stint) -> dict[str, Amount] | None:
    return cases.fixed_amounts(stint.person.name, stint.person.number, stint.cycle.code)


def _write(stint: Stint, lines: tuple[PlanLine, ...], total: float, books: Books, seed: int) -> None:
    rng = stream(seed, stint.seat.role, *stint.key, stint.first)
    role: Role = stint.seat.role
    if role == "machining":
        _write_machining(stint, lines, total, books, rng)
    elif role == "assembly":
        _write_assembly(stint, lines, total, books, rng)
        return  # its attendance is an indicator and already written
    else:
        _write_office(stint, lines, total, books, rng)
    away = 0
    if not stint.seat.place.is_workshop:
        away = min(len(stint.days), rng.randrange(0, 1 + len(stint.days) // 12))
    assembly.write_attendance(stint, away, books, rng)


def _write_machining(stint: Stint, lines: tuple[PlanLine, ...], total: float, books: Books, rng: Random) -> None:
    if stint.key == (cases.LIN, cases.LIN_MONTH):
        cases.write_lin(stint, books, rng)
        return
    plan = machining.plan_days(stint, rng)
    amounts = place_amounts(lines, machining.volumes(plan), total, rng)
    told = (
        {cases.CHEN_JIANJUN_DAY: 180} if stint.person.name == "陈建军" and stint.cycle.code == cases.LIN_MONTH else None
    )
    machining.write(stint, plan, amounts, books, rng, told=told)


def _write_assembly(stint: Stint, lines: tuple[PlanLine, ...], total: float, books: Books, rng: Random) -> None:
    tenths = assembly.hours_per_day(stint, rng)
    volumes = assembly.volumes(stint, tenths)
    amounts = place_amounts(lines, volumes, total, rng)
    assembly.write(stint, tenths, amounts, books, rng)
    present = amounts["attendance_rate"]
    assembly.write_attendance(stint, present.den - present.num, books, rng)


def _write_office(stint: Stint, lines: tuple[PlanLine, ...], total: float, books: Books, rng: Random) -> None:
    amounts = place_amounts(lines, _office_volumes(stint, rng), total, rng)
    amounts |= _given(stint) or {}
    role = stint.seat.role
    if role in SALES_ROLES:
        sales.write(stint, amounts, books, rng)
    elif role in SUPPLY_ROLES:
        supply.write(stint, amounts, books, rng)
    elif role in {"research", "software", "pilot"}:
        knowledge.write_research(stint, amounts, books, rng)
    elif role == "support":
        knowledge.write_support(stint, amounts, books, rng)
    elif role == "people_office":
        knowledge.write_people_office(stint, amounts, books, rng)
    elif role == "finance":
        knowledge.write_finance(stint, amounts, books, rng)
        sales.write_receivables(stint, amounts["overdue_rate"], books, rng)
    else:
        knowledge.write_board(stint, amounts, books, rng)


def _office_volumes(stint: Stint, rng: Random) -> dict[str, Volume]:
    role = stint.seat.role
    if role in SALES_ROLES:
        return sales.volumes(stint, rng)
    if role in SUPPLY_ROLES:
        return supply.volumes(stint, rng)
    return knowledge.volumes(stint, rng)
