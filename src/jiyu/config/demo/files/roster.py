"""花名册.xlsx and 人事异动.xlsx as the HR department keeps them, mess included."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

import xlsxwriter

from .draw import stream
from .people import PROMOTED_ON, TRANSFERS, Person, Staff
from .units import COMPANY, HEADCOUNT
from .writing import put_row, write_xlsx

HEAD = (
    "序号", "工号", "姓名", "性别", "一级部门", "二级部门", "班组", "岗位", "职级", "直接上级", "入职日期",
    "出生日期", "用工形式", "身份证号", "备注",
)  # fmt: skip
LEFT_HEAD = ("序号", "工号", "姓名", "部门", "岗位", "入职日期", "离职日期", "离职原因")
REASONS = ("个人发展", "回老家", "家庭原因", "合同到期", "试用期不合适", "身体原因")
LEAD_BY_NICKNAME = "李总"  # one person's lead is written like this and stays 待认领
FICTITIOUS_AREA = "320599"  # no such county: the numbers can belong to nobody


def id_number(person: Person, rng: Random) -> str:
    """An 18-digit identity number with a right check digit that belongs to nobody."""
    order = 2 * rng.randrange(50) + (1 if person.sex == "男" else 0)
    body = f"{FICTITIOUS_AREA}{person.born:%Y%m%d}{order:03d}"
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    rest = sum(int(digit) * weight for digit, weight in zip(body, weights, strict=True)) % 11
    return body + "10X98765432"[rest]


def messy_date(day: date, rng: Random) -> Any:
    """A date as one of six people typed it; all say the year first, none is ambiguous."""
    shape = rng.randrange(12)
    if shape == 0:
        return f"{day.year}.{day.month:02d}.{day.day:02d}"
    if shape == 1:
        return f"{day.year}/{day.month}/{day.day}"
    if shape == 2:
        return f"{day.year}年{day.month}月{day.day}日"
    if shape == 3:
        return f"{day:%Y%m%d}"
    if shape == 4:
        return (day - date(1899, 12, 30)).days
    return day


def messy_number(number: str, rng: Random) -> Any:
    """The 工号; in about one row of eight Excel has eaten the leading zeros."""
    return int(number) if rng.random() < 0.12 else number


def write_roster(path: Path, staff: Staff, seed: int) -> int:
    """Write 花名册.xlsx (sheets 在职, 离职); return the number of people in it."""
    rng = stream(seed, "roster")
    by_number = {person.number: person for person in staff.everybody}
    unique = _unique_names(staff)
    active = [_active_row(index, person, by_number, unique, rng) for index, person in enumerate(staff.active, start=1)]
    left = [
        (
            index, messy_number(person.number, rng), person.name, person.seat.place.department,
            person.seat.job, messy_date(person.hired, rng), messy_date(person.left or person.hired, rng),
            rng.choice(REASONS),
        )
        for index, person in enumerate(_by_leaving(staff.gone), start=1)
    ]  # fmt: skip

    def fill(book: xlsxwriter.Workbook) -> None:
        page = book.add_worksheet("在职")
        title = f"{COMPANY}员工花名册(2026年3月31日)"
        top = _sheet(book, page, title, HEAD, active)
        _merge_departments(book, page, staff, top)
        page.write_string(top + len(active), 0, "合计")
        page.write_string(top + len(active), 2, f"{len(active)}人")
        _sheet(book, book.add_worksheet("离职"), f"{COMPANY}离职人员(2025年1月起)", LEFT_HEAD, left)

    write_xlsx(path, fill)
    return len(active) + len(left)


def _unique_names(staff: Staff) -> set[str]:
    names = [person.name for person in staff.everybody]
    return {name for name in names if names.count(name) == 1}


def _active_row(
    index: int, person: Person, by_number: dict[str, Person], unique: set[str], rng: Random
) -> tuple[Any, ...]:
    seat, place = person.seat, person.seat.place
    lead: str | None = None
    if person.lead:
        boss = by_number[person.lead]
        lead = boss.name if boss.name in unique and rng.random() < 0.8 else boss.number
    if written_by_nickname(person):
        lead = LEAD_BY_NICKNAME
    kind = "返聘" if person.note == "返聘" else "劳务派遣" if _dispatched(person) else "劳动合同"
    return (
        index, messy_number(person.number, rng), person.name, person.sex, place.department,
        place.group or None, place.crew or None, seat.job, seat.job_grade, lead,
        messy_date(person.hired, rng), person.born, kind, id_number(person, rng), person.note or None,
    )  # fmt: skip


def written_by_nickname(person: Person) -> bool:
    """Whether the roster names this person's lead as 李总: the one lead that HR has to claim by hand."""
    return person.seat.job == "总经理助理" and person.seat.job_grade == "P5"


def _dispatched(person: Person) -> bool:
    return person.seat.job == "包装工" and int(person.number) % 3 == 0


def _by_leaving(people: Sequence[Person]) -> list[Person]:
    return sorted(people, key=lambda person: (person.left or date.max, person.number))


def _sheet(book: xlsxwriter.Workbook, page: Any, title: str, head: Sequence[str], rows: Sequence[Sequence[Any]]) -> int:
    bold = book.add_format({"bold": True})
    page.merge_range(0, 0, 0, len(head) - 1, title, bold)
    page.write_row(1, 0, head, bold)
    for at, row in enumerate(rows, start=2):
        put_row(page, at, row, None)
    return 2


def _merge_departments(book: xlsxwriter.Workbook, page: Any, staff: Staff, top: int) -> None:
    """The 一级部门 column is merged per department, as HR prints it."""
    middle = book.add_format({"valign": "vcenter"})
    for department, count in HEADCOUNT.items():
        page.merge_range(top, 4, top + count - 1, 4, department, middle)
        top += count


def write_moves(path: Path, staff: Staff, seed: int) -> int:
    """Write 人事异动.xlsx (调动 12, 晋升 9, 离职 64, 复职 4, 产假 3); return the number of rows."""
    rng = stream(seed, "moves")
    moved = [person for person in staff.active if _transfer_of(person)]
    back = [person for person in staff.active if person.left_before]
    raised = [person for person in staff.active if person.promoted_from]
    away = [person for person in staff.active if person.leave]
    left = [(person.number, person.name, person.seat.place.department, person.left) for person in staff.gone] + [
        (p.number, p.name, p.posts[0].seat.place.department, p.left_before) for p in back
    ]
    left.sort(key=lambda row: (row[3] or date.max, row[0]))
    pages: dict[str, tuple[tuple[str, ...], list[tuple[Any, ...]]]] = {
        "调动": (
            ("工号", "姓名", "原部门", "原岗位", "新部门", "新岗位", "生效日期"),
            [_move_row(person) for person in sorted(moved, key=lambda p: (p.posts[-1].first, p.number))],
        ),
        "晋升": (
            ("工号", "姓名", "部门", "原职级", "新职级", "生效日期"),
            [
                (p.number, p.name, p.seat.place.department, p.promoted_from, p.seat.job_grade, PROMOTED_ON)
                for p in raised
            ],
        ),
        "离职": (
            ("工号", "姓名", "部门", "离职日期", "离职原因"),
            [(*row, rng.choice(REASONS)) for row in left],
        ),
        "复职": (
            ("工号", "姓名", "部门", "原离职日期", "复职日期"),
            [(p.number, p.name, p.seat.place.department, p.left_before, p.hired) for p in back],
        ),
        "产假": (
            ("工号", "姓名", "部门", "开始日期", "结束日期"),
            [(p.number, p.name, p.seat.place.department, *p.leave) for p in away if p.leave],
        ),
    }

    def fill(book: xlsxwriter.Workbook) -> None:
        for name, (head, rows) in pages.items():
            page = book.add_worksheet(name)
            page.write_row(0, 0, head)
            for at, row in enumerate(rows, start=1):
                put_row(page, at, row, None)

    write_xlsx(path, fill)
    return sum(len(rows) for _, rows in pages.values())


def _transfer_of(person: Person) -> bool:
    starts = {first for _, _, first in TRANSFERS}
    newest = person.posts[-1]
    return len(person.posts) > 1 and newest.first in starts and not person.left_before


def _move_row(person: Person) -> tuple[Any, ...]:
    old, new = person.posts[-2], person.posts[-1]
    before, after = old.seat, new.seat
    if old.last is None or old.last + timedelta(days=1) != new.first:
        raise ValueError(f"{person.number}: posts do not meet")
    return (
        person.number, person.name, _full(before.place.department, before.place.crew or before.place.group),
        before.job, _full(after.place.department, after.place.crew or after.place.group), after.job,
        new.first,
    )  # fmt: skip


def _full(department: str, part: str) -> str:
    return f"{department}/{part}" if part else department
