"""Rosters made in memory, read without a database: what the roster tests share."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import openpyxl
from openpyxl.styles import PatternFill

from jiyu.lib.tables import read_tables
from jiyu.sources.roster.reading import read_roster
from jiyu.sources.roster.result import Answer, KnownPeople, KnownPerson, RosterProblem, RosterReading

NOBODY = KnownPeople()
TODAY = date(2026, 4, 8)
HEAD = ["工号", "姓名", "部门", "直接上级", "入职日期"]
B1: list[list[Any]] = [
    ["衡川花名册"],
    HEAD,
    [317, "林晓峰", "一车间", "赵刚", "2023/7/3"],
    ["000318", "张伟", "一车间", "赵刚", "2019.03.11"],
    ["000402", "张伟", "销售部", "王敏", 20210601],
    ["000011", "赵刚", "一车间", "周建国", "2012-05-02"],
    ["000005", "周建国", "一车间", None, "2011年3月1日"],
    ["000210", "王敏", "销售部", "李总", 43983],
    ["000402", "欧阳海", "销售部", "王敏", "2022/1/4"],
    ["000511", "阿依古丽·买买提", "二车间", "张伟", "2026/2/30"],
    ["合计", "8人"],
    [None] * 5,
]


def book(
    sheets: Mapping[str, Sequence[Sequence[Any]]], *, merges: Sequence[str] = (), grey: Sequence[int] = ()
) -> bytes:
    made = openpyxl.Workbook()
    made.remove(made.active)
    for name, rows in sheets.items():
        page = made.create_sheet(name)
        for row in rows:
            page.append(list(row))
    first = made.worksheets[0]
    for area in merges:
        first.merge_cells(area)
    for number in grey:
        for cell in first[number]:
            cell.fill = PatternFill("solid", fgColor="BFBFBF")
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def read(
    rows: Sequence[Sequence[Any]],
    *,
    known: KnownPeople = NOBODY,
    merges: Sequence[str] = (),
    grey: Sequence[int] = (),
    **answers: Answer | str,
) -> RosterReading:
    return read_book({"花名册": rows}, known=known, merges=merges, grey=grey, answers=answers)


def read_book(
    sheets: Mapping[str, Sequence[Sequence[Any]]],
    *,
    known: KnownPeople = NOBODY,
    answers: Mapping[str, Answer | str] = {},
    **look: Any,
) -> RosterReading:
    file = read_tables(book(sheets, **look), "花名册.xlsx")
    given = {key: Answer(answer) if isinstance(answer, str) else answer for key, answer in answers.items()}
    return read_roster(file, known, today=TODAY, answers=given)


def settle(
    rows: Sequence[Sequence[Any]], answers: Mapping[str, Answer | str], known: KnownPeople = NOBODY
) -> RosterReading:
    return read_book({"花名册": rows}, known=known, answers=answers)


def people_of(reading: RosterReading) -> dict[str, str]:
    return {person.number: person.name for person in reading.people}


def known_from(reading: RosterReading) -> KnownPeople:
    """The company after this reading was applied."""
    return KnownPeople(
        tuple(
            KnownPerson(
                f"id-{p.number}",
                p.number,
                p.name,
                p.unit_path,
                p.job,
                p.job_grade,
                p.lead.number,
                p.hired_on,
                p.regular_on,
                p.left_on,
                p.employment_kind,
                p.status,
                p.status_note,
                p.born_on,
            )
            for p in reading.people
        ),
        reading.number_width,
    )


def asked(reading: RosterReading) -> dict[str, RosterProblem]:
    return {problem.key: problem for problem in (*reading.problems, *reading.unresolved)}
