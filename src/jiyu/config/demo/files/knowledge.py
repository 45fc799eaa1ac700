"""研发, 技术支持, 人力行政, 财务, 总经办, 车间主任: tickets, projects, HR, closing and board figures."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from random import Random

from .cycles import Stint
from .draw import around_percentile, ratings, spread, spread_within
from .placing import Amount, Books, Volume
from .workdays import month_end, months

# board figures: one row per month and person, "so many of so many" under a fixed item name
BOARD_ITEMS = {
    "workshop_plan_rate": ("车间计划达成", 90_000), "workshop_first_pass": ("车间一次合格", 40_000),
    "output_index": ("人均产出指数", 5_000), "report_on_time": ("报表准时", 120),
    "report_accuracy": ("报表差错抽查", 200), "task_done_rate": ("督办事项完成", 60),
    "minutes_on_time": ("纪要准时", 40), "company_on_time": ("公司准时交付", 2_400),
    "overseas_share": ("海外收入占比", 36_000),
}  # fmt: skip
AVERAGE_ON_DUTY = 64


def volumes(stint: Stint, rng: Random) -> dict[str, Volume]:
    """The whole-number sides of the office indicators."""
    days = len(stint.days)
    span = len(months(stint.first, stint.last))
    tickets = ticket_count(stint)
    board = {code: Volume(size * span, 100.0) for code, (_, size) in BOARD_ITEMS.items()}
    return board | {
        "first_response_p90": Volume(1),
        "major_closed_rate": Volume(max(4, tickets // 9), 100.0),
        "satisfaction": Volume(max(4, tickets * 3 // 5)),
        "first_fix_rate": Volume(tickets, 100.0),
        "milestone_on_time": Volume(max(4, days // 4), 100.0),
        "sprint_commit_rate": Volume(2 * days + rng.randrange(6), 100.0),
        "design_changes": Volume(1),
        "defect_escape_rate": Volume(max(20, 3 * days // 2), 100.0),
        "key_result_mark": Volume(40),
        "onboard_on_time_rate": Volume(9 + rng.randrange(4), 100.0),
        "hiring_days": Volume(1),
        "key_turnover_rate": Volume(AVERAGE_ON_DUTY, 100.0),
        "closing_days": Volume(10 * span),
        "budget_deviation": Volume(6000 * span, 100.0),
        "overdue_rate": Volume(20_000 * span, 100.0),
    }


def ticket_count(stint: Stint) -> int:
    """Tickets that a support engineer closes in the stint, about two a day."""
    return max(8, 2 * len(stint.days) - int(stint.person.number) % 9)


def write_support(stint: Stint, amounts: dict[str, Amount], books: Books, rng: Random) -> None:
    """One row per closed ticket: minutes to the first answer, major and closed, fixed at once, mark."""
    count = ticket_count(stint)
    waits = around_percentile(count, 0.9, amounts["first_response_p90"].num, rng)
    major = amounts["major_closed_rate"]
    rated = amounts["satisfaction"]
    marks: list[int | None] = [*ratings(rated.den, rated.num, rng), *([None] * (count - rated.den))]
    rng.shuffle(marks)
    fixed = [1] * amounts["first_fix_rate"].num + [0] * (count - amounts["first_fix_rate"].num)
    rng.shuffle(fixed)
    for index in range(count):
        day = stint.days[index % len(stint.days)]
        closed = datetime.combine(day, time(9 + rng.randrange(9), rng.randrange(60)))
        opened = closed - timedelta(minutes=waits[index] + 20 + rng.randrange(2400))
        books.add(
            "tickets", day,
            f"GD{day:%y%m%d}{stint.person.number[-3:]}{index:03d}", "技术支持", opened, closed,
            stint.person.number, stint.person.name, waits[index], 1 if index < major.den else 0,
            1 if index < major.num else 0, 1, fixed[index], marks[index], None,
        )  # fmt: skip


def write_research(stint: Stint, amounts: dict[str, Amount], books: Books, rng: Random) -> None:
    """Milestones, sprints, design changes, defects and marks of key results."""
    person = stint.person
    if amount := amounts.get("milestone_on_time"):
        on_time = [1] * amount.num + [0] * (amount.den - amount.num)
        rng.shuffle(on_time)
        for index, hit in enumerate(on_time):
            due = stint.days[(index + 1) * len(stint.days) // (amount.den + 1)]
            code = f"MS{due:%y%m%d}{person.number[-3:]}{index:02d}"
            books.add("milestones", due, code, due, person.number, person.name, 1, hit)
    if amount := amounts.get("sprint_commit_rate"):
        ends = stint.days[9::10] or stint.days[-1:]
        promised = spread(amount.den, len(ends), rng)
        missed = spread_within(max(0, amount.den - amount.num), promised, rng)
        for day, points, open_points in zip(ends, promised, missed, strict=True):
            sprint = f"Sprint {day:%Y-W%V}"
            books.add("sprints", day, sprint, day, person.number, person.name, points, points - open_points)
    if amount := amounts.get("design_changes"):
        for index in range(amount.num):
            day = rng.choice(stint.days)
            code = f"ECN{day:%y%m%d}{person.number[-3:]}{index}"
            books.add("plm_changes", day, code, day, person.number, person.name, "图纸变更")
    if amount := amounts.get("defect_escape_rate"):
        ends = stint.days[19::20] or stint.days[-1:]
        found = spread(amount.den, len(ends), rng)
        escaped = spread_within(amount.num, found, rng)
        for day, defects, outside in zip(ends, found, escaped, strict=True):
            books.add("defects", day, day, person.number, person.name, defects, outside)
    if amount := amounts.get("key_result_mark"):
        one = amount.num // 2
        for name, twentieths in (("KR1", one), ("KR2", amount.num - one)):
            books.add("key_results", stint.last, stint.last, person.number, person.name, name, twentieths / 20)


def write_people_office(stint: Stint, amounts: dict[str, Amount], books: Books, rng: Random) -> None:
    """Hires asked and on time, people in key posts, and days that each hire took."""
    person, parts = stint.person, months(stint.first, stint.last)
    asked = spread(amounts["onboard_on_time_rate"].den, len(parts), rng, unevenness=0.2)
    late = spread_within(amounts["onboard_on_time_rate"].den - amounts["onboard_on_time_rate"].num, asked, rng)
    left = spread(amounts["key_turnover_rate"].num, len(parts), rng, unevenness=1.0)
    for (first, last), wanted, missed, leavers in zip(parts, asked, late, left, strict=True):
        books.add(
            "hr_staffing", first,
            last, person.number, person.name, wanted, wanted - missed, AVERAGE_ON_DUTY, leavers,
        )  # fmt: skip
    for index, took in enumerate(around_percentile(7, 0.5, amounts["hiring_days"].num, rng)):
        day = rng.choice(stint.days)
        books.add(
            "hr_hires",
            day,
            f"ZP{day:%y%m%d}{person.number[-3:]}{index}",
            day,
            person.number,
            person.name,
            took,
        )


def write_finance(stint: Stint, amounts: dict[str, Amount], books: Books, rng: Random) -> None:
    """Days to close the month and budget against real, in 万元 (receivables are written by `sales`)."""
    person, parts = stint.person, months(stint.first, stint.last)
    closing = amounts["closing_days"]
    budget = spread(amounts["budget_deviation"].den, len(parts), rng)
    off = spread_within(amounts["budget_deviation"].num, budget, rng)
    sign = rng.choice((1, -1))
    for (first, last), tenths, planned, gap in zip(
        parts, spread(closing.num, len(parts), rng, unevenness=0.15), budget, off, strict=True
    ):
        books.add("erp_closing", first, last, person.number, person.name, tenths / 10)
        books.add("erp_budget", first, last, person.number, person.name, planned / 100, (planned + sign * gap) / 100)


def write_board(stint: Stint, amounts: dict[str, Amount], books: Books, rng: Random) -> None:
    """Monthly board figures, kept by hand, of heads, clerks and the general office."""
    parts: list[tuple[date, date]] = months(stint.first, stint.last)
    for code, amount in amounts.items():
        if code not in BOARD_ITEMS:
            continue
        whole = spread(amount.den, len(parts), rng, unevenness=0.05)
        done = spread_within(amount.num, [count + count // 4 for count in whole], rng)
        if amount.num <= amount.den:
            missed = spread_within(amount.den - amount.num, whole, rng)
            done = [count - bad for count, bad in zip(whole, missed, strict=True)]
        for (first, _), count, part in zip(parts, whole, done, strict=True):
            books.add(
                "board", first,
                month_end(first), stint.person.number, stint.person.name, BOARD_ITEMS[code][0], part, count,
            )  # fmt: skip
