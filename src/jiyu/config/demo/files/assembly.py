"""二车间: output and hours, misassemblies, changeovers; and everybody's monthly attendance."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from random import Random

from .cycles import Stint
from .draw import spread, spread_by, spread_within
from .placing import Amount, Books, Volume
from .plans import HOURLY_TARGET
from .workdays import month_end, months

SECOND_SHIFT = 1  # B班 starts in the afternoon in even weeks, A班 in odd ones


def half_days_away(score: float, days: int, rng: Random) -> int:
    """Half days of absence that fit a planned total (not more than 9 % of the days)."""
    most = int(0.09 * 2 * days)
    return min(most, int(2 * days * max(0.0, 100.0 - score) / 650.0 + 0.9 * rng.random()))


def hours_per_day(stint: Stint, rng: Random) -> list[int]:
    """Real hours per working day, in tenths."""
    return [75 + rng.randrange(0, 8) for _ in stint.days]


def volumes(stint: Stint, tenths: list[int]) -> dict[str, Volume]:
    """The whole-number sides of UPH, misassemblies and changeovers; attendance is in half days."""
    target = HOURLY_TARGET[stint.seat.place.crew[:2]]
    return {
        "uph": Volume(sum(tenths), 10.0),
        "misassembly_ppm": Volume(4 * sum(target * hours // 10 for hours in tenths), 1_000_000.0),
        "changeover_minutes": Volume(max(1, len(stint.days) * 2 // 7)),
        "attendance_rate": Volume(2 * len(stint.days), 100.0),
    }


def write(stint: Stint, tenths: list[int], amounts: dict[str, Amount], books: Books, rng: Random) -> None:
    """All production rows of one assembler for one stint."""
    person, crew = stint.person, stint.seat.place.crew
    target = HOURLY_TARGET[crew[:2]]
    good = spread_by(amounts["uph"].num, [hours * (0.92 + 0.16 * rng.random()) for hours in tenths])
    points = [4 * (target * hours // 10) for hours in tenths]
    wrong = spread_within(amounts["misassembly_ppm"].num, [4] * len(points), rng)
    for index, day in enumerate(stint.days):
        shift = shift_on(crew, day)
        start = 8 * 60 if shift == "白班" else 16 * 60
        end = datetime.combine(day, time()) + timedelta(minutes=start + 420 + rng.randrange(50))
        books.add(
            "mes_assembly", day,
            f"Z{day:%y%m%d}{person.number}", end, shift, crew, person.number, person.name, good[index],
            tenths[index] / 10, points[index], wrong[index],
        )  # fmt: skip
    changes = amounts["changeover_minutes"]
    for index, minutes in enumerate(spread(changes.num, changes.den, rng, unevenness=0.35)):
        day = rng.choice(stint.days)
        at = datetime.combine(day, time(9 + rng.randrange(6), rng.randrange(60)))
        order = f"HX{day:%y%m%d}{person.number[-3:]}{index:02d}"
        books.add("mes_changeover", day, order, at, crew, person.number, person.name, minutes)


def shift_on(crew: str, day: date) -> str:
    """Two shifts: crews A and B swap each week; packing works days only."""
    if crew == "包装班":
        return "白班"
    turn = (day.toordinal() // 7 + "AB".index(crew[-2])) % 2
    return "中班" if turn == SECOND_SHIFT else "白班"


def write_attendance(stint: Stint, away_half_days: int, books: Books, rng: Random) -> None:
    """One row per month: days due (make-up weekends included), days present, what the rest was."""
    parts = months(stint.first, stint.last)
    due = [sum(first <= day <= last for day in stint.days) for first, last in parts]
    away = spread_within(away_half_days, [2 * days for days in due], rng)
    for (first, _), days, halves in zip(parts, due, away, strict=True):
        if not days:
            continue
        sick = halves // 2 if rng.random() < 0.4 else 0
        personal = (halves - 2 * sick) / 2
        overtime = 2 * rng.randrange(0, 12) if stint.seat.place.is_workshop else 0
        books.add(
            "attendance", first,
            month_end(first), stint.person.number, stint.person.name, stint.seat.place.department, days,
            days - halves / 2, rng.choice((0, 0, 0, 0, 1, 2)), personal, sick, overtime,
        )  # fmt: skip
