"""质量部, 计划物流部, 采购部, 设备动力部: ERP orders, batches and stock; MES shipments, faults and checks."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from random import Random

from .cycles import Stint
from .draw import around_percentile, spread, spread_within
from .placing import Amount, Books, Volume
from .workdays import months

COMPLAINTS_PER_DAYS = 8  # one complaint per so many working days


def volumes(stint: Stint, rng: Random) -> dict[str, Volume]:
    """The whole-number sides of what quality, planning, purchasing and equipment are measured by."""
    days = len(stint.days)
    faults = max(2, days // 5)
    return {
        "complaint_close_days": Volume(10),
        "escape_ppm": Volume(9000 * days, 1_000_000.0),
        "incoming_pass_rate": Volume(7 * days + rng.randrange(10), 100.0),
        "on_time_delivery": Volume(8 * days + rng.randrange(12), 100.0),
        "supply_on_time": Volume(5 * days + rng.randrange(8), 100.0),
        "inventory_days": Volume(_daily_cost(stint)),
        "mtbf_hours": Volume(faults),
        "mttr_minutes": Volume(faults),
        "check_rate": Volume(6 * days, 100.0),
    }


def _daily_cost(stint: Stint) -> int:
    """Cost of sales per calendar day in hundreds of 元, the same for one person through the years."""
    return 120 + 7 * (int(stint.person.number) % 11)


def write(stint: Stint, amounts: dict[str, Amount], books: Books, rng: Random) -> None:
    """All rows of one person for one stint; only indicators on the sheet leave rows."""
    if "complaint_close_days" in amounts:
        _complaints(stint, amounts["complaint_close_days"].num, books, rng)
    if "escape_ppm" in amounts:
        _shipments(stint, amounts["escape_ppm"], books, rng)
    if "incoming_pass_rate" in amounts:
        _shares(stint, amounts["incoming_pass_rate"], "erp_inspections", "JY", 3, books, rng)
    if "on_time_delivery" in amounts:
        _shares(stint, amounts["on_time_delivery"], "erp_orders", "SO", 2, books, rng)
    if "supply_on_time" in amounts:
        _shares(stint, amounts["supply_on_time"], "erp_deliveries", "PO", 3, books, rng)
    if "inventory_days" in amounts:
        _stock(stint, amounts["inventory_days"].num, books, rng)
    if "mtbf_hours" in amounts:
        _machines(stint, amounts, books, rng)


def _shares(stint: Stint, amount: Amount, source: str, prefix: str, every: int, books: Books, rng: Random) -> None:
    """Rows of "so many, so many of them right", one each `every` working days."""
    dates = stint.days[every - 1 :: every] or stint.days[-1:]
    whole = spread(amount.den, len(dates), rng)
    wrong = spread_within(amount.den - amount.num, whole, rng)
    for day, count, bad in zip(dates, whole, wrong, strict=True):
        books.add(
            source, day,
            f"{prefix}{day:%Y%m%d}{stint.person.number[-3:]}", day, stint.person.number, stint.person.name,
            count, count - bad,
        )  # fmt: skip


def _complaints(stint: Stint, tenths: int, books: Books, rng: Random) -> None:
    """Closed complaints whose P80 of days is the planned one (opened and closed within the stint's time)."""
    count = max(2, len(stint.days) // COMPLAINTS_PER_DAYS)
    for index, took in enumerate(around_percentile(count, 0.8, tenths, rng)):
        day = rng.choice(stint.days)
        closed = datetime.combine(day, time(9 + rng.randrange(8), rng.randrange(60)))
        opened = closed - timedelta(minutes=144 * took)
        books.add(
            "tickets", day,
            f"TS{day:%y%m%d}{stint.person.number[-3:]}{index:02d}", "客诉", opened, closed,
            stint.person.number, stint.person.name, None, None, None, None, None, None, took / 10,
        )  # fmt: skip


def _shipments(stint: Stint, amount: Amount, books: Books, rng: Random) -> None:
    dates = stint.days[4::5] or stint.days[-1:]
    shipped = spread(amount.den, len(dates), rng)
    escaped = spread_within(amount.num, shipped, rng)
    for day, count, bad in zip(dates, shipped, escaped, strict=True):
        books.add("mes_shipments", day, day, stint.person.number, stint.person.name, count, bad)


def _stock(stint: Stint, stock: int, books: Books, rng: Random) -> None:
    """Average stock, cost of sales and days per month in 万元; stock / (cost / days) is the turnover."""
    months_worked = months(stint.first, stint.last)
    daily = _daily_cost(stint)
    stocks = spread(stock * len(months_worked), len(months_worked), rng, unevenness=0.08)
    for (first, last), average in zip(months_worked, stocks, strict=True):
        length = (last - first).days + 1
        books.add(
            "erp_stock", first,
            last, stint.person.number, stint.person.name, average / 100, daily * length / 100, length,
        )  # fmt: skip


def _machines(stint: Stint, amounts: dict[str, Amount], books: Books, rng: Random) -> None:
    """Fault tickets with repair time, weekly running hours, and round checks."""
    person = stint.person
    repair = spread(amounts["mttr_minutes"].num, amounts["mttr_minutes"].den, rng, unevenness=0.6)
    for index, minutes in enumerate(repair):
        day = rng.choice(stint.days)
        at = datetime.combine(day, time(8 + rng.randrange(12), rng.randrange(60)))
        books.add(
            "mes_faults", day,
            f"GZ{day:%y%m%d}{person.number[-3:]}{index:02d}", at, f"设备{1 + rng.randrange(40):02d}",
            person.number, person.name, minutes,
        )  # fmt: skip
    weeks: list[date] = list(stint.days[4::5]) or list(stint.days[-1:])
    for day, hours in zip(weeks, spread(amounts["mtbf_hours"].num, len(weeks), rng), strict=True):
        books.add("mes_hours", day, day, person.number, person.name, hours)
    due = spread(amounts["check_rate"].den, len(weeks), rng, unevenness=0.1)
    missed = spread_within(amounts["check_rate"].den - amounts["check_rate"].num, due, rng)
    for day, count, bad in zip(weeks, due, missed, strict=True):
        books.add("mes_checks", day, day, person.number, person.name, count, count - bad)
