"""The demo company's units and seats: who sits where, in which job and job grade (320 seats)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from typing import Literal

from .draw import stream

COMPANY = "苏州衡川精密传动有限公司"
MACHINING, ASSEMBLY = "一车间", "二车间"
WORKSHOPS = (MACHINING, ASSEMBLY)

HEADCOUNT = {
    "总经办": 4, MACHINING: 92, ASSEMBLY: 78, "质量部": 18, "计划物流部": 16, "设备动力部": 12, "销售部": 34,
    "研发中心": 28, "技术支持与售后": 16, "采购部": 8, "人力行政部": 8, "财务部": 6,
}  # fmt: skip
GRADE_COUNT = {
    "P1": 70, "P2": 88, "P3": 62, "P4": 34, "P5": 18, "P6": 8, "P7": 3, "P8": 1,
    "M1": 20, "M2": 8, "M3": 5, "M4": 2, "M5": 1,
}  # fmt: skip

Role = Literal[
    "machining", "assembly", "workshop_head", "statistician", "quality", "planning", "purchasing",
    "equipment", "sales_head", "sales_east", "sales_south", "sales_north", "sales_overseas",
    "sales_support", "research", "software", "pilot", "support", "people_office", "finance", "executive",
    "office",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Place:
    """Where a seat is: department, group (line, region) and crew, "" where there is none."""

    department: str
    group: str = ""
    crew: str = ""

    @property
    def is_workshop(self) -> bool:
        return self.department in WORKSHOPS


@dataclass(frozen=True, slots=True)
class Seat:
    """One of the 320 posts. `heads` says whether the holder leads the place itself."""

    place: Place
    job: str
    job_grade: str
    role: Role
    heads: bool = False
    name: str = ""


# (group, crew, members without the 班组长, job); the 班组长 comes first in each crew
MACHINING_CREWS = (
    ("CNC线", "CNC A班", 14, "CNC操作工"), ("CNC线", "CNC B班", 8, "CNC操作工"),
    ("CNC线", "CNC C班", 7, "CNC操作工"), ("CNC线", "车削A班", 6, "数控车工"),
    ("CNC线", "车削B班", 6, "数控车工"), ("CNC线", "车削C班", 5, "数控车工"),
    ("磨齿线", "磨齿A班", 6, "磨齿工"), ("磨齿线", "磨齿B班", 6, "磨齿工"),
    ("磨齿线", "磨齿C班", 5, "磨齿工"), ("热处理线", "热处理A班", 5, "热处理工"),
    ("热处理线", "热处理B班", 5, "热处理工"), ("热处理线", "热处理C班", 5, "热处理工"),
)  # fmt: skip
ASSEMBLY_CREWS = (
    ("装一线", "装一A班", 7, "装配工"), ("装一线", "装一B班", 7, "装配工"),
    ("装二线", "装二A班", 7, "装配工"), ("装二线", "装二B班", 7, "装配工"),
    ("装三线", "装三A班", 7, "装配工"), ("装三线", "装三B班", 7, "装配工"),
    ("装四线", "装四A班", 7, "装配工"), ("装四线", "装四B班", 7, "装配工"),
    ("包装线", "包装班", 11, "包装工"),
)  # fmt: skip
ACTING_CREW = "热处理C班"
OPERATOR_GRADES = {"P1": 62, "P2": 58, "P3": 20, "P4": 5}

# department, group, job, role, "grade[=name]" in order; a leading * marks the head of the group or department
OFFICE_SEATS: tuple[tuple[str, str, str, Role, str], ...] = (
    ("总经办", "", "总经理", "executive", "*M5=李国栋"),
    ("总经办", "", "总经理助理", "office", "P5 P4 P3"),
    (MACHINING, "", "车间主任", "workshop_head", "*M3=周建国"),
    (MACHINING, "", "统计员", "statistician", "P3"),
    (ASSEMBLY, "", "车间主任", "workshop_head", "*M3=邹立群"),
    (ASSEMBLY, "", "统计员", "statistician", "P3"),
    ("质量部", "", "质量经理", "quality", "*M3=秦岚"),
    ("质量部", "", "质量工程师", "quality", "P6 P5 P4 P4 P4 P4"),
    ("质量部", "", "检验员", "quality", "P3 P3 P3 P3 P3 P3 P2 P2 P2 P2 P2"),
    ("计划物流部", "", "计划物流经理", "planning", "*M3=方志远"),
    ("计划物流部", "", "计划员", "planning", "P5 P4 P4 P3 P3 P3 P3 P3"),
    ("计划物流部", "", "仓储物流员", "planning", "P2 P2 P2 P2 P2 P1 P1"),
    ("设备动力部", "", "设备主管", "equipment", "*M2=马建平"),
    ("设备动力部", "", "设备工程师", "equipment", "P5 P4 P4 P4"),
    ("设备动力部", "", "维修工", "equipment", "P3 P3 P3 P3 P2 P2 P2"),
    ("销售部", "", "销售总监", "sales_head", "*M4=许文斌"),
    ("销售部", "华东区", "华东区经理", "sales_east", "*M2=王敏"),
    ("销售部", "华东区", "销售工程师", "sales_east", "P4=张伟 P4=陈晨 P3=李强 P4=赵蕾 P2=孙涛 P5=周倩"),
    ("销售部", "华南区", "华南区经理", "sales_south", "*M2=林启明"),
    ("销售部", "华南区", "销售工程师", "sales_south", "P4=欧阳海 P3=钱程 P5 P3 P3 P2 P2 P1"),
    ("销售部", "华北区", "华北区经理", "sales_north", "*M2=郭建军"),
    ("销售部", "华北区", "销售工程师", "sales_north", "P6 P5 P4 P4 P3 P3 P3 P2 P2"),
    ("销售部", "海外区", "海外区经理", "sales_overseas", "*M2=高岚"),
    ("销售部", "海外区", "海外销售", "sales_overseas", "P3=何嘉 P5 P5 P4"),
    ("销售部", "商务支持", "商务专员", "sales_support", "P3 P2"),
    ("研发中心", "", "研发总监", "research", "*M4=贺明远"),
    ("研发中心", "结构组", "结构工程师", "research", "*P7 P6 P6 P5 P5 P4 P4 P3 P2"),
    ("研发中心", "电控组", "电控工程师", "research", "*P8 P7=何平 P6 P5 P5 P4 P4 P3"),
    ("研发中心", "软件组", "软件工程师", "software", "*P7 P6 P5 P4 P3 P2"),
    ("研发中心", "试制组", "试制工程师", "pilot", "*P5 P4 P3 P3"),
    ("技术支持与售后", "", "技术支持经理", "support", "*M3=罗永刚"),
    ("技术支持与售后", "", "技术支持工程师", "support", "P6 P5 P4 P4 P3 P3 P3 P3"),
    ("技术支持与售后", "", "售后工程师", "support", "P2 P2 P2 P2 P2 P1 P1"),
    ("采购部", "", "采购主管", "purchasing", "*M2=唐丽"),
    ("采购部", "", "采购员", "purchasing", "P5 P4 P3 P3 P2 P2 P1"),
    ("人力行政部", "", "人力行政主管", "people_office", "*M2=许静"),
    ("人力行政部", "", "人事行政专员", "people_office", "P5 P4 P3 P3 P3 P2 P1"),
    ("财务部", "", "财务主管", "finance", "*M2=冯雅琴"),
    ("财务部", "", "会计", "finance", "P6 P4 P3=刘敏 P2 P1"),
)

# operators that stories and pictures name, in the order of their crew; the first reports first in the file
CREW_NAMES = {
    "CNC A班": ("赵刚", "林晓峰", "张伟", "陈建军", "沈丽", "吴海燕", "周大勇"),
    "装一A班": ("", "阿依古丽·买买提"),
}


def _office_seats() -> Iterator[Seat]:
    for department, group, job, role, grades in OFFICE_SEATS:
        for item in grades.split():
            grade, _, name = item.lstrip("*").partition("=")
            yield Seat(Place(department, group), job, grade, role, item.startswith("*"), name)


def _crew_seats(rng: Random) -> Iterator[Seat]:
    grades = [grade for grade, count in OPERATOR_GRADES.items() for _ in range(count)]
    grades.remove("P1")  # kept for the newcomer of the first-day page
    rng.shuffle(grades)
    crews: tuple[tuple[str, Role, tuple[tuple[str, str, int, str], ...]], ...] = (
        (MACHINING, "machining", MACHINING_CREWS),
        (ASSEMBLY, "assembly", ASSEMBLY_CREWS),
    )
    for department, role, rows in crews:
        for group, crew, members, job in rows:
            place = Place(department, group, crew)
            names = CREW_NAMES.get(crew, ())
            lead_job, lead_grade = ("代班组长", "P4") if crew == ACTING_CREW else ("班组长", "M1")
            yield Seat(place, lead_job, lead_grade, role, True, names[0] if names else "")
            for index in range(1, members + 1):
                name = names[index] if index < len(names) else ""
                grade = "P1" if name == "阿依古丽·买买提" else grades.pop()
                yield Seat(place, job, grade, role, False, name)


def seats(seed: int) -> list[Seat]:
    """All 320 seats, departments in the order of `HEADCOUNT`, heads before members."""
    found = [*_office_seats(), *_crew_seats(stream(seed, "units"))]
    order = {department: index for index, department in enumerate(HEADCOUNT)}
    return sorted(found, key=lambda seat: order[seat.place.department])
