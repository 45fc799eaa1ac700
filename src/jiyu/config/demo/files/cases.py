"""The worked cases inside the company's files: B1's roster, B2, B3, B5, B6, to the last piece.

林晓峰's March 2026 is written out here; everybody else's months follow the plan of `placing`.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from pathlib import Path
from random import Random
from typing import Any

import xlsxwriter

from .cycles import Stint
from .draw import spread, spread_within
from .machining import reported_at, shift_on
from .placing import Amount, Books
from .writing import write_table_xlsx, write_xlsx

LIN, LIN_MONTH = "000317", "2026-03"
LIN_PLAN, LIN_GOOD, LIN_CHECKED, LIN_FIRST_PASS = 4480, 4368, 2160, 2115
# 88 % of the planned minutes run, 92 % of those earned as standard minutes
LIN_PLANNED_MINUTES, LIN_STOPPED, LIN_STANDARD = 10_000, 1_200, 8_096
CHEN_JIANJUN_DAY = date(2026, 3, 19)  # "我报了 210 件,这里是 180"

# good, bad, inspected, passed at first, as B3 has the first four columns
B3_ROWS = (
    (datetime(2026, 3, 2, 22, 10), 120, 2, 60, 59),  # noqa: DTZ001
    (datetime(2026, 3, 3, 1, 30), 140, 1, 70, 69),  # noqa: DTZ001
    (datetime(2026, 3, 3, 7, 40), 130, 3, 62, 60),  # noqa: DTZ001
    (datetime(2026, 3, 3, 7, 40), 130, 3, 62, 60),  # noqa: DTZ001
    (datetime(2026, 3, 3, 22, 20), 150, 0, 75, 73),  # noqa: DTZ001
    (datetime(2026, 3, 4, 2, 0), -20, 20, 0, 0),  # noqa: DTZ001
)
B3_DUPLICATE = 3  # index of the row that is uploaded twice
B3_PLAN = {date(2026, 3, 2): 400, date(2026, 3, 3): 300}
B3_GOOD = {date(2026, 3, 2): 390, date(2026, 3, 3): 130}
UNKNOWN_NUMBER = "999999"

# (工号 or name, cycle) → indicator → amount; B2 (张伟) and B6 (line scores 112/96/70 …)
_B6 = {
    "陈晨": (44_800, 9400, 75), "王敏": (49_200, 9250, 94), "李强": (23_400, 9200, 88),
    "赵蕾": (38_000, 9500, 85), "孙涛": (16_500, 8875, 70), "周倩": (72_000, 9625, 0),
}  # fmt: skip


def fixed_amounts(name: str, number: str, cycle: str) -> dict[str, Amount] | None:
    """The amounts that a case gives for a person's cycle, None for everybody else."""
    if number == "000402" and cycle == "2025Q4":
        return {
            "sign_rate": Amount(46_130, 1), "collection_rate": Amount(18_460, 20_000),
            "customer_rating": Amount(223, 50), "overdue_rate": Amount(1_800, 50_000),
        }  # fmt: skip
    if cycle == "2025Q4" and name in _B6:
        signed, collected, marks = _B6[name]
        amounts = {"sign_rate": Amount(signed, 1), "collection_rate": Amount(2 * collected, 20_000)}
        return amounts | ({"customer_rating": Amount(marks, 20)} if marks else {})
    return None


def write_lin(stint: Stint, books: Books, rng: Random) -> None:
    """林晓峰's March: 22 shifts, B3's first two nights, sums of B5; then an unknown number's row."""
    crew, name = stint.seat.place.crew, stint.person.name
    later = [day for day in stint.days if day not in B3_PLAN]
    plan = B3_PLAN | dict(zip(later, _tens(LIN_PLAN - 700, len(later), rng), strict=True))
    # On no other day is he short by as much as on B3's two: the why page shows the worst days first.
    ahead = LIN_GOOD - 520 - (LIN_PLAN - 700) + 4 * len(later)
    extra = spread(ahead, len(later), rng, unevenness=0.6)
    good = B3_GOOD | {day: plan[day] + more - 4 for day, more in zip(later, extra, strict=True)}
    checked = spread(LIN_CHECKED - 267, len(later), rng, unevenness=0.08)
    failed = spread_within(LIN_CHECKED - LIN_FIRST_PASS - 6, checked, rng)
    produced = {date(2026, 3, 2): 396, date(2026, 3, 3): 150}
    for index, (at, pieces, bad, inspected, passed) in enumerate(B3_ROWS):
        day = (at - timedelta(hours=8)).date()
        serial = index - 1 if index == B3_DUPLICATE else index
        books.add(
            "mes_report", day,
            f"R2603{day:%d}{LIN}{serial}", at, "夜班", crew, "CNC-07", "铣削", LIN, name,
            pieces, bad, inspected, passed,
        )  # fmt: skip
    for index, day in enumerate(later):
        bad = rng.randrange(0, 5)
        produced[day] = good[day] + bad
        shift = shift_on(crew, day)
        books.add(
            "mes_report", day,
            f"R{day:%y%m%d}{LIN}", reported_at(shift, day, rng), shift, crew, "CNC-07", "铣削", LIN, name,
            good[day], bad, checked[index], checked[index] - failed[index],
        )  # fmt: skip
    for day in stint.days:
        books.add("mes_plan", day, day, crew, LIN, name, plan[day])
    _write_lin_running_time(stint, produced, books, rng)
    books.add(
        "safety", stint.last,
        "AQ26031801", datetime.combine(date(2026, 3, 18), time(10, 25)), LIN, name, crew, "未戴护目镜",
        "赵刚",
    )  # fmt: skip


def _tens(total: int, parts: int, rng: Random) -> list[int]:
    return [10 * ten for ten in spread(total // 10, parts, rng, unevenness=0.06)]


def _write_lin_running_time(stint: Stint, produced: dict[date, int], books: Books, rng: Random) -> None:
    planned = [450 if index in {4, 13} else 455 for index in range(len(stint.days))]
    stopped = spread(LIN_STOPPED, len(planned), rng, unevenness=0.5)
    made = [produced[day] for day in stint.days]
    earned = [LIN_STANDARD * 100 * pieces // sum(made) for pieces in made]
    earned[-1] += LIN_STANDARD * 100 - sum(earned)
    for day, minutes, stop, standard, pieces in zip(stint.days, planned, stopped, earned, made, strict=True):
        books.add(
            "mes_running", day,
            day, shift_on(stint.seat.place.crew, day), "CNC-07", LIN, stint.person.name, minutes, stop,
            round(standard * 0.6 / pieces, 1), pieces, standard / 100,
        )  # fmt: skip


def unknown_report() -> tuple[Any, ...]:
    """A report of work by somebody whom the roster does not know."""
    at = datetime(2026, 3, 4, 3, 15)  # noqa: DTZ001
    return ("R260303999999", at, "夜班", "CNC A班", "CNC-07", "铣削", UNKNOWN_NUMBER, "", 60, 1, 30, 30)


def late_reports() -> list[tuple[Any, ...]]:
    """Two 补报 of 林晓峰's March, handed in after the month was 归档."""
    noon, night = datetime(2026, 3, 12, 17, 40), datetime(2026, 3, 26, 23, 5)  # noqa: DTZ001
    return [
        ("B260312000317", noon, "中班", "CNC A班", "CNC-07", "铣削", LIN, "林晓峰", 36, 0, 18, 18),
        ("B260326000317", night, "夜班", "CNC A班", "CNC-07", "铣削", LIN, "林晓峰", 30, 1, 15, 14),
    ]


B1_HEAD = ("工号", "姓名", "部门", "直接上级", "入职日期")
B1_ROWS: tuple[tuple[Any, ...], ...] = (
    (317, "林晓峰", "一车间", "赵刚", "2023/7/3"),
    ("000318", "张伟", "一车间", "赵刚", "2019.03.11"),
    ("000402", "张伟", "销售部", "王敏", "20210601"),
    ("000011", "赵刚", "一车间", "周建国", "2012-05-02"),
    ("000005", "周建国", "一车间", None, "2011年3月1日"),
    ("000210", "王敏", "销售部", "李总", 43983),
    ("000402", "欧阳海", "销售部", "王敏", "2022/1/4"),
    ("000511", "阿依古丽·买买提", "二车间", "张伟", "2026/2/30"),
)


def write_case_b1(path: Path) -> None:
    """CASES B1's roster: title in row 1, head in row 2, eight people in rows 3–10, 合计, an empty row."""

    def fill(book: xlsxwriter.Workbook) -> None:
        page = book.add_worksheet("花名册")
        page.merge_range(0, 0, 0, len(B1_HEAD) - 1, "苏州衡川精密传动有限公司花名册")
        page.write_row(1, 0, B1_HEAD)
        for at, row in enumerate(B1_ROWS, start=2):
            for column, value in enumerate(row):
                if isinstance(value, str):
                    page.write_string(at, column, value)
                elif value is not None:
                    page.write_number(at, column, value)
        page.write_string(10, 0, "合计")
        page.write_string(10, 1, "8人")
        page.write_string(11, 0, " ")

    write_xlsx(path, fill)


def write_case_b3(path: Path) -> None:
    """CASES B3's seven rows, nothing else."""
    rows: list[tuple[Any, ...]] = [(317, at, good, bad) for at, good, bad, *_ in B3_ROWS]
    rows.append((999999, datetime(2026, 3, 4, 3, 15), 60, 1))  # noqa: DTZ001
    write_table_xlsx(path, ("工号", "完工时间", "合格", "不良"), rows, sheet="报工")


def write_case_b3_plan(path: Path) -> None:
    """The plan that goes with B3: 400 on 03-02, 300 on 03-03."""
    rows = [(317, day, pieces) for day, pieces in B3_PLAN.items()]
    write_table_xlsx(path, ("工号", "日期", "计划"), rows, sheet="计划")
