"""Which lines each role has on its sheet, with weights and rules (3–5 lines each, weights add up to 100)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from .rules import Rule
from .units import Role


@dataclass(frozen=True, slots=True)
class PlanLine:
    """A line of a sheet: indicator code, weight in percent, rule. `applies` False = 不适用.

    `lean` places this line's data so many points beside the total: a shop that misses its plan by a fifth
    would not be believed, one that loses points on quality and running time would.
    """

    code: str
    weight: int
    rule: Rule
    applies: bool = True
    lean: float = 0.0


def _three(floor: float, target: float, stretch: float) -> Rule:
    return Rule("three_point", target, floor, stretch)


SIGNING = "完成率×100,最高120,低于60%不得分"
RATING = _three(3.5, 4.5, 5.0)
COLLECTION = _three(85, 95, 100)
OVERDUE = _three(5, 3, 1)
MARGIN = _three(15, 22, 28)
FORECAST = _three(70, 85, 95)
NEW_CUSTOMERS = _three(2, 5, 8)
MILESTONES = _three(70, 90, 100)
CHANGES = _three(6, 3, 1)
MARKED = Rule("between", 0.7, 0.3, 1.0, text="0.3 得 60,0.7 得 100,1.0 得 120,中间按比例")


def signing(target_yuan: int) -> Rule:
    """The signing rule with this quarter's target in 元."""
    return Rule("linear", target_yuan, 60.0, text=SIGNING)


# pieces per person and hour that a crew's product allows
HOURLY_TARGET = {"装一": 60, "装二": 55, "装三": 62, "装四": 58, "包装": 80}


def hourly(crew: str) -> Rule:
    """The UPH rule of an assembly crew."""
    target = HOURLY_TARGET[crew[:2]]
    return _three(round(target * 0.8), target, round(target * 1.16))


PLANS: dict[Role, tuple[PlanLine, ...]] = {
    "machining": (
        PlanLine("plan_rate", 40, Rule("linear", 100.0, text="达成率×100,最高120")),
        PlanLine("first_pass_rate", 30, _three(96, 98, 99), lean=-9.0),
        PlanLine("oee", 20, Rule("per_unit", 80.0, deduct=2.0, text="每低1个百分点扣2分,不足按比例"), lean=-9.0),
        PlanLine("violations", 10, Rule("count", 0.0, deduct=20.0, text="每次扣20分")),
    ),
    "assembly": (
        PlanLine("uph", 40, _three(48, 60, 70)),
        PlanLine("misassembly_ppm", 25, _three(900, 500, 200)),
        PlanLine("changeover_minutes", 20, _three(35, 25, 18)),
        PlanLine("attendance_rate", 15, _three(90, 98, 100)),
    ),
    "workshop_head": (
        PlanLine("workshop_plan_rate", 40, _three(90, 97, 103)),
        PlanLine("workshop_first_pass", 30, _three(95, 97.5, 99)),
        PlanLine("output_index", 30, _three(96, 103, 110)),
    ),
    "statistician": (
        PlanLine("report_on_time", 40, _three(90, 96, 100)),
        PlanLine("report_accuracy", 40, _three(95, 98, 100)),
        PlanLine("task_done_rate", 20, _three(80, 92, 100)),
    ),
    "quality": (
        PlanLine("complaint_close_days", 35, _three(10, 7, 4)),
        PlanLine("escape_ppm", 35, _three(300, 150, 50)),
        PlanLine("incoming_pass_rate", 30, _three(95, 98, 99.5)),
    ),
    "planning": (
        PlanLine("on_time_delivery", 50, _three(86, 94, 98)),
        PlanLine("inventory_days", 30, _three(60, 45, 35)),
        PlanLine("supply_on_time", 20, _three(85, 93, 98)),
    ),
    "purchasing": (
        PlanLine("supply_on_time", 50, _three(85, 93, 98)),
        PlanLine("on_time_delivery", 30, _three(86, 94, 98)),
        PlanLine("inventory_days", 20, _three(60, 45, 35)),
    ),
    "equipment": (
        PlanLine("mtbf_hours", 40, _three(60, 90, 120)),
        PlanLine("mttr_minutes", 35, _three(90, 60, 40)),
        PlanLine("check_rate", 25, _three(90, 97, 100)),
    ),
    "sales_head": (
        PlanLine("sign_rate", 40, signing(8_000_000)),
        PlanLine("collection_rate", 30, COLLECTION),
        PlanLine("gross_margin", 30, MARGIN),
    ),
    "sales_east": (
        PlanLine("sign_rate", 50, signing(4_000_000)),
        PlanLine("collection_rate", 30, COLLECTION),
        PlanLine("customer_rating", 20, RATING),
    ),
    "sales_south": (
        PlanLine("sign_rate", 40, signing(3_500_000)),
        PlanLine("collection_rate", 30, COLLECTION),
        PlanLine("new_customers", 15, NEW_CUSTOMERS),
        PlanLine("gross_margin", 15, MARGIN),
    ),
    "sales_north": (
        PlanLine("sign_rate", 40, signing(3_800_000)),
        PlanLine("collection_rate", 25, COLLECTION),
        PlanLine("new_customers", 20, NEW_CUSTOMERS),
        PlanLine("overdue_rate", 15, OVERDUE),
    ),
    "sales_overseas": (
        PlanLine("sign_rate", 35, signing(4_500_000)),
        PlanLine("collection_rate", 25, COLLECTION),
        PlanLine("forecast_accuracy", 20, FORECAST),
        PlanLine("gross_margin", 20, MARGIN),
    ),
    "sales_support": (
        PlanLine("customer_rating", 40, RATING),
        PlanLine("forecast_accuracy", 35, FORECAST),
        PlanLine("overdue_rate", 25, OVERDUE),
    ),
    "research": (
        PlanLine("milestone_on_time", 30, MILESTONES),
        PlanLine("sprint_commit_rate", 30, _three(70, 85, 100)),
        PlanLine("design_changes", 20, CHANGES),
        PlanLine("key_result_mark", 20, MARKED),
    ),
    "software": (
        PlanLine("sprint_commit_rate", 35, _three(70, 85, 100)),
        PlanLine("milestone_on_time", 25, MILESTONES),
        PlanLine("defect_escape_rate", 20, _three(15, 8, 3)),
        PlanLine("key_result_mark", 20, MARKED),
    ),
    "pilot": (
        PlanLine("milestone_on_time", 40, MILESTONES),
        PlanLine("sprint_commit_rate", 30, _three(70, 85, 100)),
        PlanLine("design_changes", 30, CHANGES),
    ),
    "support": (
        PlanLine("first_response_p90", 30, _three(60, 30, 15)),
        PlanLine("major_closed_rate", 25, _three(80, 92, 100)),
        PlanLine("satisfaction", 25, _three(3.6, 4.4, 4.9)),
        PlanLine("first_fix_rate", 20, _three(75, 85, 93)),
    ),
    "people_office": (
        PlanLine("onboard_on_time_rate", 35, _three(70, 85, 100)),
        PlanLine("hiring_days", 40, _three(60, 40, 25)),
        PlanLine("key_turnover_rate", 25, _three(5, 3, 1)),
    ),
    "finance": (
        PlanLine("closing_days", 35, _three(8, 6, 4)),
        PlanLine("budget_deviation", 35, _three(10, 5, 2)),
        PlanLine("overdue_rate", 30, OVERDUE),
    ),
    "executive": (
        PlanLine("company_on_time", 40, _three(88, 93, 97)),
        PlanLine("overseas_share", 30, _three(10, 13, 16)),
        PlanLine("output_index", 30, _three(96, 103, 110)),
    ),
    "office": (
        PlanLine("task_done_rate", 50, _three(80, 92, 100)),
        PlanLine("minutes_on_time", 30, _three(85, 95, 100)),
        PlanLine("report_accuracy", 20, _three(95, 98, 100)),
    ),
}

# quarterly signing targets in 万元 of those whose numbers the stories use
SIGNING_TARGET = {"张伟": 500, "陈晨": 400, "李强": 300, "赵蕾": 400, "孙涛": 250, "周倩": 600, "王敏": 600}

ZHANG_WEI = (
    PlanLine("sign_rate", 40, signing(5_000_000)),
    PlanLine("collection_rate", 25, Rule("per_unit", 95.0, deduct=2.0, text="每低1个百分点扣2分,不足按比例")),
    PlanLine("customer_rating", 20, Rule("step", 0.0, text="4.5及以上100;4.0(含)-4.5 80;3.5(含)-4.0 60;以下0")),
    PlanLine("overdue_rate", 15, OVERDUE),
)


def plan_for(role: Role, number: str, name: str, crew: str, cycle: str) -> Sequence[PlanLine]:
    """The lines of one person's sheet in one cycle (CASES B2 and B6 have their own)."""
    if number == "000402":
        return ZHANG_WEI
    lines = list(PLANS[role])
    if role == "assembly":
        lines[0] = replace(lines[0], rule=hourly(crew))
    if role == "sales_east":
        lines[0] = replace(lines[0], rule=signing(SIGNING_TARGET.get(name, 300) * 10_000))
        if name == "周倩" and cycle == "2025Q4":
            lines[2] = replace(lines[2], applies=False)
    return lines
