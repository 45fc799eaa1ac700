"""销售部: CRM (元, owner by name only), ERP money (万元), customers' visits and forecasts."""

from __future__ import annotations

from datetime import date
from random import Random

from .cycles import Stint
from .draw import ratings, spread, spread_within, words
from .placing import Amount, Books, Volume
from .workdays import months

CUSTOMERS = words(
    "恒立传动 华锐机器人 东启自动化 明鸿数控 科瑞重工 联创电梯 海川船舶 安泰矿山 博远物流 天工机床 "
    "新元包装 恒晟港机 嘉禾农机 瑞康医疗 中联起重 德弘纺机 祥云风电 百川环保 盛华印刷 金桥橡塑"
)
OVERSEAS_CUSTOMERS = ("Nordwerk GmbH", "Kaito Seiki", "Lumen Robotics", "Adria Motion", "Bayline Conveyors")
AWAITED = ("欧阳海", "何嘉")  # March collections that finance has not exported
RETURN_SHARE = 0.07


def volumes(stint: Stint, rng: Random) -> dict[str, Volume]:
    """The whole-number sides; money is counted in hundreds of 元 (0.01 万元)."""
    weeks = max(1, len(stint.days) // 5)
    return {
        "sign_rate": Volume(1, 100.0),
        "collection_rate": Volume(1500 * weeks + 100 * rng.randrange(0, 40), 100.0),
        "customer_rating": Volume(max(4, 3 * weeks // 2)),
        "new_customers": Volume(1),
        "gross_margin": Volume(1700 * weeks + 100 * rng.randrange(0, 30), 100.0),
        "forecast_accuracy": Volume(2000 * weeks, -100.0, 100.0),
        "overdue_rate": Volume(4000 * weeks, 100.0),
    }


def write(stint: Stint, amounts: dict[str, Amount], books: Books, rng: Random) -> None:
    """All rows of one salesperson for one stint; indicators not on the sheet leave no rows."""
    if "sign_rate" in amounts:
        _deals(stint, amounts["sign_rate"].num, amounts.get("new_customers"), books, rng)
    if "collection_rate" in amounts:
        _collections(stint, amounts["collection_rate"], books, rng)
    if "gross_margin" in amounts:
        _invoices(stint, amounts["gross_margin"], books, rng)
    if "overdue_rate" in amounts:
        write_receivables(stint, amounts["overdue_rate"], books, rng)
    if "forecast_accuracy" in amounts:
        _forecasts(stint, amounts["forecast_accuracy"], books, rng)
    if "customer_rating" in amounts:
        _visits(stint, amounts["customer_rating"], books, rng)


def _customer(stint: Stint, rng: Random) -> str:
    return rng.choice(OVERSEAS_CUSTOMERS if stint.seat.place.group == "海外区" else CUSTOMERS)


def _some_days(stint: Stint, count: int, rng: Random) -> list[date]:
    return sorted(rng.choice(stint.days) for _ in range(count))


def _deals(stint: Stint, hundreds: int, new: Amount | None, books: Books, rng: Random) -> None:
    """Signed contracts in 元; now and then a returned one as a negative amount."""
    person, fresh = stint.person, new.num if new else 0
    count = max(6, fresh + 2, len(stint.days) // 6)
    back = int(hundreds * RETURN_SHARE * rng.random()) if rng.random() < 0.3 else 0
    values = [*spread(hundreds + back, count, rng, unevenness=0.7), *([-back] if back else [])]
    kinds = ["是"] * fresh + ["否"] * (count - fresh)
    rng.shuffle(kinds)
    for index, (day, value) in enumerate(zip(_some_days(stint, len(values), rng), values, strict=True)):
        is_new = kinds[index] if index < count else "否"
        books.add(
            "crm_deals", day,
            f"HT{day:%Y%m%d}-{person.number[-3:]}{index:02d}", day, _customer(stint, rng), person.name,
            value * 100, is_new, "退货冲减" if value < 0 else "",
        )  # fmt: skip


def _collections(stint: Stint, amount: Amount, books: Books, rng: Random) -> None:
    """Money due and received per month and customer, in 万元; two people's March is not there."""
    months_worked = months(stint.days[0], stint.days[-1])
    due = spread(amount.den, 2 * len(months_worked), rng, unevenness=0.4)
    paid = spread_within(amount.num, [value + value // 5 for value in due], rng)
    for index, (asked, got) in enumerate(zip(due, paid, strict=True)):
        first, last = months_worked[index // 2]
        if stint.person.name in AWAITED and first >= date(2026, 3, 1):
            continue
        books.add(
            "erp_collections", first,
            f"SK{last:%Y%m}{stint.person.number[-3:]}{index % 2}", last, stint.person.number,
            stint.person.name, _customer(stint, rng), asked / 100, got / 100,
        )  # fmt: skip


def _invoices(stint: Stint, amount: Amount, books: Books, rng: Random) -> None:
    """Revenue and cost in 万元; one return per stint is a negative pair."""
    count = max(4, len(stint.days) // 8)
    back = amount.den // 40
    revenue = [*spread(amount.den + back, count, rng), -back]
    cost_back = int(back * 0.75)
    cost = [*spread_within(amount.den - amount.num + cost_back, revenue[:-1], rng), -cost_back]
    for index, day in enumerate(_some_days(stint, count + 1, rng)):
        books.add(
            "erp_invoices", day,
            f"FP{day:%Y%m%d}{stint.person.number[-3:]}{index:02d}", day, stint.person.number,
            stint.person.name, revenue[index] / 100, cost[index] / 100,
        )  # fmt: skip


def write_receivables(stint: Stint, amount: Amount, books: Books, rng: Random) -> None:
    """Open receivables and the overdue part at each month's end, in 万元 (finance owns some too)."""
    months_worked = months(stint.days[0], stint.days[-1])
    total = spread(amount.den, len(months_worked), rng, unevenness=0.2)
    late = spread_within(amount.num, total, rng)
    for (first, last), all_of_it, overdue in zip(months_worked, total, late, strict=True):
        books.add(
            "erp_receivables", first,
            last, stint.person.number, stint.person.name, all_of_it / 100, overdue / 100,
        )  # fmt: skip


def _forecasts(stint: Stint, amount: Amount, books: Books, rng: Random) -> None:
    """Forecast and real order intake per month in 元, by name only; all months miss to one side."""
    months_worked = months(stint.days[0], stint.days[-1])
    real = spread(amount.den, len(months_worked), rng, unevenness=0.3)
    miss = spread_within(amount.num, real, rng)
    sign = rng.choice((1, -1))
    for (first, last), value, gap in zip(months_worked, real, miss, strict=True):
        books.add("crm_forecasts", first, last, stint.person.name, (value + sign * gap) * 100, value * 100)


def _visits(stint: Stint, amount: Amount, books: Books, rng: Random) -> None:
    """One row per customer asked, marks 1–5."""
    marks = ratings(amount.den, amount.num, rng)
    for index, day in enumerate(_some_days(stint, amount.den, rng)):
        books.add(
            "visits", day,
            f"HF{day:%Y%m%d}{stint.person.number[-3:]}{index:02d}", day, _customer(stint, rng),
            stint.person.number, stint.person.name, marks[index],
        )  # fmt: skip
