"""一车间: reports of work, the plan, running time of machines, and safety forms."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from random import Random

from .cycles import Stint
from .draw import spread_by, spread_within
from .placing import Amount, Books, Volume

SHIFTS = ("夜班", "中班", "白班")
FIRST_NIGHT_MONDAY = date(2026, 3, 2)  # in this week A班 works nights; crews move on each Monday
PIECES = {"CNC": 200, "车削": 240, "磨齿": 160, "热处理": 300}
MACHINES = {"CNC": "CNC", "车削": "LATHE", "磨齿": "GRIND", "热处理": "HEAT"}
STEPS = {"CNC": "铣削", "车削": "粗车", "磨齿": "磨齿", "热处理": "渗碳淬火"}
DOWNTIME_MISSING = ("磨齿C班", (date(2025, 11, 12), date(2025, 11, 13)))
VIOLATIONS = ("未戴护目镜", "戴手套操作旋转设备", "吊装区停留", "未挂牌上锁", "通道堆料")


def line_of(crew: str) -> str:
    """The line's short name, the crew without its shift letter: "CNC A班" → "CNC"."""
    return crew[:-2].strip()


def shift_on(crew: str, day: date) -> str:
    """The shift a crew works on `day`."""
    weeks = (day - FIRST_NIGHT_MONDAY).days // 7
    return SHIFTS[(weeks + "ABC".index(crew[-2])) % 3]


def reported_at(shift: str, day: date, rng: Random) -> datetime:
    """A moment of the shift; nights run into the next calendar day, before the cut at 08:00."""
    start, minutes = {"白班": (9 * 60, 405), "中班": (16 * 60 + 40, 310), "夜班": (22 * 60 + 15, 570)}[shift]
    return datetime.combine(day, time()) + timedelta(minutes=start + rng.randrange(minutes))


def plan_days(stint: Stint, rng: Random) -> list[int]:
    """Planned pieces per working day."""
    base = PIECES[line_of(stint.seat.place.crew)]
    return [base + 10 * rng.randrange(-2, 3) for _ in stint.days]


def volumes(plan: list[int]) -> dict[str, Volume]:
    """The whole-number sides of the four indicators for a planned stint."""
    return {
        "plan_rate": Volume(sum(plan), 100.0),
        "first_pass_rate": Volume(sum(9 * pieces // 20 for pieces in plan), 100.0),
        "oee": Volume(1000),
        "violations": Volume(1),
    }


def write(
    stint: Stint,
    plan: list[int],
    amounts: dict[str, Amount],
    books: Books,
    rng: Random,
    *,
    told: Mapping[date, int] | None = None,
) -> None:
    """All rows of one person for one stint; `told` fixes the good pieces of single days."""
    person, crew = stint.person, stint.seat.place.crew
    line = line_of(crew)
    good = spread_by(amounts["plan_rate"].num, [pieces * (0.88 + 0.24 * rng.random()) for pieces in plan])
    for day, pieces in (told or {}).items():
        at = stint.days.index(day)
        rest = spread_by(good[at] - pieces, [0 if i == at else 1 for i in range(len(good))])
        good = [pieces if i == at else own + more for i, (own, more) in enumerate(zip(good, rest, strict=True))]
    checked = [9 * pieces // 20 for pieces in plan]
    failed = spread_within(amounts["first_pass_rate"].den - amounts["first_pass_rate"].num, checked, rng)
    machine = f"{MACHINES[line]}-{1 + person.crew_place % 19:02d}"
    for index, day in enumerate(stint.days):
        shift = shift_on(crew, day)
        bad = rng.randrange(0, 1 + good[index] // 40)
        books.add(
            "mes_report", day,
            f"R{day:%y%m%d}{person.number}", reported_at(shift, day, rng), shift, crew, machine, STEPS[line],
            person.number, person.name, good[index], bad, checked[index], checked[index] - failed[index],
        )  # fmt: skip
        books.add("mes_plan", day, day, crew, person.number, person.name, plan[index])
    _write_running_time(stint, machine, good, amounts, books, rng)
    write_violations(stint, amounts["violations"].num, books, rng)


def _write_running_time(
    stint: Stint, machine: str, good: list[int], amounts: dict[str, Amount], books: Books, rng: Random
) -> None:
    planned = [450 + 5 * rng.randrange(0, 4) for _ in stint.days]
    quality = amounts["first_pass_rate"].num / amounts["first_pass_rate"].den
    standard = int(amounts["oee"].num / 100_000 * sum(planned) * 100 / quality + 0.5)  # 1/100 minutes
    running = min(0.97 * sum(planned), standard / 100 / (0.89 + 0.07 * rng.random()))
    stopped = spread_within(int(sum(planned) - running), planned, rng)
    earned = spread_by(standard, [pieces + 1 for pieces in good])
    crew, blank_days = DOWNTIME_MISSING
    for index, day in enumerate(stint.days):
        shift = shift_on(stint.seat.place.crew, day)
        blank = stint.seat.place.crew == crew and day in blank_days
        beat = round(earned[index] * 0.6 / max(1, good[index]), 1)
        books.add(
            "mes_running", day,
            day, shift, machine, stint.person.number, stint.person.name, planned[index],
            None if blank else stopped[index], beat, good[index], earned[index] / 100,
        )  # fmt: skip


def write_violations(stint: Stint, count: int, books: Books, rng: Random) -> None:
    """One safety form per violation, on working days of the stint."""
    for day in sorted(rng.choice(stint.days) for _ in range(count)):
        books.add(
            "safety", day,
            f"AQ{day:%y%m%d}{stint.person.number[-3:]}{len(books.rows['safety'][f'{day:%Y-%m}']):02d}",
            datetime.combine(day, time(8 + rng.randrange(9), rng.randrange(60))), stint.person.number,
            stint.person.name, stint.seat.place.crew, rng.choice(VIOLATIONS), "安全员",
        )  # fmt: skip
