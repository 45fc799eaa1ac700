"""Two stories of a buyer, from the rows of the file to the sentence on the page (CASES B3, B5)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from jiyu.core import audit
from jiyu.core.errors import NotVisibleError
from jiyu.core.models import AuditEntry
from jiyu.reviews.public import Asked, cycle_finalize, evidence, explanation, results_of
from tests.companies import (
    HIRED,
    aggregate,
    at,
    deliver,
    enrolment,
    entry,
    explained,
    hr,
    indicator,
    metric,
    opened,
    person,
    result,
    review,
    roster,
    rules,
    score_and_grade,
    scored,
    sheets,
    told,
    who,
)  # fmt: skip

pytestmark = pytest.mark.django_db

WHOLE = {"kind": "linear", "against": "whole"}


def rate(top: tuple[str, str, str], bottom: tuple[str, str, str], **more: Any) -> dict[str, Any]:
    """A quotient in percent of two (name, source, measure)."""
    return metric(f"{top[0]}/{bottom[0]}", aggregate(*top), aggregate(*bottom), unit="percent", **more)


# B3


NIGHTS = (
    "000317,2026-03-02 22:10,120,2,122",
    "000317,2026-03-03 01:30,140,1,141",
    "000317,2026-03-03 07:40,130,3,133",
    "000317,2026-03-03 07:40,130,3,133",
    "000317,2026-03-03 22:20,150,0,150",
    "000317,2026-03-04 02:00,-20,20,0",
    "999999,2026-03-04 02:00,10,0,10",
)


def night_shift() -> Any:
    """Good, bad and all pieces; the business day starts at 08:00."""
    rows = [
        ",".join((r.split(",")[0], r.split(",")[1], f"k{r.split(',')[0]}-{r.split(',')[1]}", *r.split(",")[2:]))
        for r in NIGHTS
    ]
    return deliver("mes", "工号,完工,编号,合格,不良,全部", *rows, cut="08:00")


def b3() -> None:
    roster("000317")
    rules(
        review(
            {
                ("metric", "plan"): rate(("合格", "mes", "合格"), ("计划", "plan", "计划")),
                ("metric", "good"): rate(("合格", "mes", "合格"), ("全部", "mes", "全部")),
                ("indicator", "plan"): indicator("plan", WHOLE),
                ("indicator", "good"): indicator("good", WHOLE),
            }
        )
    )
    deliver("plan", "工号,日期,编号,计划", "000317,2026-03-02,p1,400", "000317,2026-03-03,p2,300")
    sheets({"000317": [("plan", 50), ("good", 50)]}, period="2026-03")


def test_b3_the_night_belongs_to_the_day_before_and_a_row_twice_counts_once() -> None:
    b3()
    run = night_shift()
    assert (run.tally["taken"], run.tally["repeated"], run.tally["set_aside"]) == (5, 1, 1)
    scored(period="2026-03")
    plan, good = told("000317", period="2026-03").lines
    assert (plan.sum.zh, plan.actual.zh) == ("520 ÷ 700 = 74.29 %", "74.29 %")
    assert (good.sum.zh, good.actual.zh) == ("520 ÷ 546 = 95.24 %", "95.24 %")


def test_b3_loaded_again_nothing_moves() -> None:
    b3()
    night_shift()
    scored(period="2026-03")
    night_shift()
    assert scored(period="2026-03").revised == 0
    assert result("000317", period="2026-03").rev == 1


# B5


def march(number: str = "000317") -> None:
    """林晓峰's March: four indicators, three sources, rows known on 04-01, scored on 04-07."""
    roster(
        entry("000005"),
        entry("000011", lead_employee_no="000005"),
        entry(number, "一车间/甲班", lead_employee_no="000011"),
        entry("000402", "销售部"),
        entry("000901", "人力资源部"),
    )
    oee = metric(
        "时间*性能*合格率",
        *(aggregate(n, "mes", n) for n in ("计划时间", "停机", "标准工时", "首检合格", "送检")),
        unit="percent",
        steps=[
            {"name": "时间", "expression": "(计划时间-停机)/计划时间"},
            {"name": "性能", "expression": "标准工时/(计划时间-停机)"},
            {"name": "合格率", "expression": "首检合格/送检"},
        ],
    )
    per_unit = {"kind": "per_unit", "per": "1", "points_off": "2", "cap": "100"}
    rules(
        review(
            {
                ("metric", "plan"): rate(("合格报工", "mes", "合格"), ("计划", "plan", "计划")),
                ("metric", "first"): rate(("首检合格", "mes", "首检合格"), ("送检", "mes", "送检")),
                ("metric", "oee"): oee,
                ("metric", "hse"): metric("违章", aggregate("违章", "hse", missing="zero"), unit="occurrence"),
                ("indicator", "plan"): indicator("plan", WHOLE, zh="计划达成"),
                ("indicator", "first"): indicator("first", {"kind": "three_point"}, zh="一次合格率"),
                ("indicator", "oee"): indicator("oee", per_unit, zh="OEE"),
                ("indicator", "hse"): indicator("hse", {"kind": "count", "each": "-20"}, zh="违章"),
            },
            cycle_kind="month",
        )
    )
    head = "工号,日期,编号,合格,首检合格,送检,计划时间,停机,标准工时"
    with at(4, 1):
        deliver(
            "mes", head, f"{number},2026-03-02,k1,2000,1000,1020,5000,600,4048",
            f"{number},2026-03-03,k2,2368,1115,1140,5000,600,4048",
        )  # fmt: skip
        deliver("plan", "工号,日期,编号,计划", f"{number},2026-03-02,p1,2000", f"{number},2026-03-03,p2,2480")
        deliver("hse", "工号,日期,编号,类型", f"{number},2026-03-20,h1,违章", dimensions=["类型"])
        sheets_of_march(number)
    with at(4, 7):
        scored(period="2026-03")


def sheets_of_march(number: str) -> None:
    from jiyu.goals.public import sheets_import
    from tests.companies import QUARTERLY, SYSTEM

    text = (
        "工号,指标编号,权重,目标值,底线值,挑战值\n"
        f"{number},plan,40,100,,\n{number},first,30,98,96,99\n{number},oee,20,80,,\n{number},hse,10,0,,"
    )
    outcome = sheets_import(actor=SYSTEM, text=text, period_code="2026-03", module_code=QUARTERLY)
    assert outcome.refused == ()


def test_b5_the_score_its_lines_and_how_they_add_up() -> None:
    march()
    assert score_and_grade("000317", period="2026-03") == ("96.21", "A")
    found = told("000317", period="2026-03")
    assert [(n.score, n.weight_pct, n.points) for n in found.lines] == [
        ("97.50", "40", "39.00"),
        ("98.33", "30", "29.50"),
        ("98.55", "20", "19.71"),
        ("80.00", "10", "8.00"),
    ]
    assert found.sum == "39 + 29.5 + 19.70933 + 8 = 96.20933"
    assert found.gap.zh == "离 100 分差 3.79：违章 2.00、计划达成 1.00、一次合格率 0.50、OEE 0.29。"
    assert found.grade_sentence.zh == "96.21 ≥ 95，所以是 A。离 S 还差 8.79 分。"


def test_b5_each_line_shows_its_sum() -> None:
    march()
    plan, first, oee, hse = told("000317", period="2026-03").lines
    assert plan.sum.zh == "4,368 ÷ 4,480 = 97.50 %"
    assert first.sum.zh == "2,115 ÷ 2,160 = 97.92 %"
    assert oee.sum.zh == "88 % × 92 % × 97.92 % = 79.27 %"
    assert [(name, figure.zh) for name, figure in oee.steps] == [
        ("时间", "88.00 %"), ("性能", "92.00 %"), ("合格率", "97.92 %"),
    ]  # fmt: skip
    assert (hse.actual.zh, hse.rule.zh) == ("1 次", "每次扣 20")


def finalized_by_hr() -> None:
    with at(4, 7, 15):
        cycle_finalize(actor=hr("000901"), cycle_id=opened(period="2026-03").pk)


def test_b5_rows_after_the_archive_move_nothing_and_are_counted() -> None:
    march()
    finalized_by_hr()
    head = "工号,日期,编号,合格,首检合格,送检,计划时间,停机,标准工时"
    late = [f"000317,2026-03-3{n},late{n},500,400,500,100,50,10" for n in (0, 1)]
    with at(4, 8):
        deliver("mes", head, *late)
    found, shown = explained("000317", period="2026-03")
    assert (found.score, found.is_replayed) == ("96.21", True)
    proof = evidence(actor=hr("000901"), told=found, head=shown)
    assert proof.late_rows == 2


def test_b5_a_row_corrected_after_the_archive_is_one_row_and_not_two() -> None:
    march()
    finalized_by_hr()
    head = "工号,日期,编号,合格,首检合格,送检,计划时间,停机,标准工时"
    with at(4, 8):
        deliver("mes", head, "000317,2026-03-02,k1,1999,1000,1020,5000,600,4048")
    found, shown = explained("000317", period="2026-03")
    assert evidence(actor=hr("000901"), told=found, head=shown).late_rows == 1


def test_b5_without_new_rows_nothing_is_late() -> None:
    march()
    finalized_by_hr()
    found, shown = explained("000317", period="2026-03")
    assert evidence(actor=hr("000901"), told=found, head=shown).late_rows == 0


def test_b5_the_rows_of_the_worst_day_are_shown_with_what_they_are_short_of() -> None:
    march()
    found, shown = explained("000317", period="2026-03")
    plan = evidence(actor=person("000317"), told=found, head=shown).lines[1]
    worst = plan.gaps[0]
    assert (worst.day, worst.numerator, worst.denominator, worst.difference) == (date(2026, 3, 3), 2368, 2480, -112)
    assert [row.key for row in worst.rows] == ["k2"]
    assert plan.row_count == 4


def test_b5_an_input_of_another_source_shows_its_own_rows() -> None:
    march()
    found, shown = explained("000317", period="2026-03")
    (plan,) = evidence(actor=person("000317"), told=found, head=shown).lines[1].others
    assert (plan.name, [(row.key, row.file_name, row.row) for row in plan.rows]) == ("计划", [("p2", "plan.csv", 3)])
    assert (plan.rows[0].values[plan.measure or 0], plan.is_all) == (2_480_000_000, False)
    whole = evidence(actor=person("000317"), told=found, head=shown, asked=Asked(day=date(2026, 3, 2)))
    assert [row.key for row in whole.lines[1].others[0].rows] == ["p1"]
    elsewhere = evidence(actor=person("000317"), told=found, head=shown, asked=Asked(day=date(2026, 3, 20)))
    assert [row.key for row in elsewhere.lines[1].others[0].rows] == ["p1", "p2"]  # none on that day: the first ones


def test_b5_an_outsider_does_not_learn_that_it_exists() -> None:
    march()
    found = result("000317", period="2026-03")
    with pytest.raises(NotVisibleError):
        explanation(actor=person("000402"), result_id=found.pk)
    with pytest.raises(NotVisibleError):
        results_of(actor=person("000402"), subject=who("000317"))
    assert not AuditEntry.objects.filter(action="reviews.result_viewed").exists()


@pytest.mark.parametrize("number", ["000317", "000011", "000005", "000901"])
def test_b5_the_person_the_leads_above_and_hr_see_the_same(number: str) -> None:
    march()
    actor = hr(number) if number == "000901" else person(number)
    assert told("000317", actor=actor, period="2026-03").score == "96.21"


def test_b5_a_look_by_somebody_else_is_written_down_ones_own_is_not() -> None:
    march()
    told("000317", actor=person("000317"), period="2026-03")
    told("000317", actor=hr("000901"), period="2026-03")
    looks = AuditEntry.objects.filter(action="reviews.result_viewed")
    assert [(a.actor_person, a.subject_person) for a in looks] == [(who("000901"), who("000317"))]
    seen = audit.views_of("reviews.result", result("000317", period="2026-03").pk, limit=3)
    assert ([person_id for person_id, _at in seen.last], seen.count) == ([who("000901")], 1)


def test_b5_the_lead_at_enrolment_is_kept() -> None:
    march()
    roster(entry("000317", "一车间/甲班", lead_employee_no="000005"), on=HIRED)
    assert enrolment("000317", period="2026-03").lead == who("000011")
