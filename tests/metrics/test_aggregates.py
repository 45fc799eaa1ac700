"""What a metric comes to: group by person first, divide last (DESIGN §4, CASES A1, A2)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

import numpy as np
import pytest

from jiyu.core import clock
from jiyu.core.ids import uuid7
from jiyu.metrics.public import MetricSpec, MetricValues, metric_values
from jiyu.people.public import move
from tests.companies import SYSTEM, aggregate, at, deliver, entry, metric, moment, roster, unit, who

pytestmark = pytest.mark.django_db

GOOD_RATE = metric("合格/检验", aggregate("合格", "mes", "good"), aggregate("检验", "mes", "inspected"), unit="percent")


def values(
    spec: dict[str, Any],
    *subjects: UUID,
    first: date = date(2026, 1, 1),
    end: date = date(2026, 2, 1),
    known_at: datetime | None = None,
) -> MetricValues:
    """The metric of some subjects over January unless told otherwise, as known now unless told otherwise."""
    version = uuid7()
    found = metric_values(
        metrics={version: MetricSpec.model_validate(spec)},
        subjects=subjects,
        first=first,
        end=end,
        known_at=known_at or clock.now(),
    )
    return found[version]


def value(spec: dict[str, Any], subject: str | UUID = "000317", **more: Any) -> float | str | None:
    """One person's (or unit's) value at four decimals; None where it is blank, the error's code where it failed."""
    found = values(spec, who(subject) if isinstance(subject, str) else subject, **more)
    cell = found.columns.column.at(0)
    if cell is None:
        return None
    return getattr(cell, "code", None) or round(float(found.columns.value[0]), 4)


def crm(*rows: str) -> None:
    """Rows "工号,日期,编号,额,数" of the source crm."""
    deliver("crm", "工号,日期,编号,额,数", *rows)


def one(how: str, **more: Any) -> dict[str, Any]:
    """A metric that is one aggregate over crm's 额."""
    return metric("甲", aggregate("甲", "crm", "额", how=how, **more))


# Adding up


def test_a_ratio_adds_both_sides_and_divides_last() -> None:
    roster("000317")
    deliver("mes", "工号,日期,编号,inspected,good", "000317,2026-01-05,k1,100,95", "000317,2026-01-06,k2,10,9")
    assert value(GOOD_RATE) == 94.5455
    found = values(GOOD_RATE, who("000317")).columns
    assert found.numerator is not None and found.denominator is not None
    assert (found.numerator.values[0], found.denominator.values[0]) == (104.0, 110.0)


@pytest.mark.parametrize(
    ("how", "expected"),
    [("sum", 18.0), ("average", 4.5), ("min", 1.0), ("max", 10.0), ("median", 3.5), ("last", 10.0), ("count", 4.0),
     ("days", 3.0)],
)  # fmt: skip
def test_how_records_become_one_number(how: str, expected: float) -> None:
    roster("000317")
    crm("000317,2026-01-05,a,3,1", "000317,2026-01-05,b,1,1", "000317,2026-01-07,c,4,1", "000317,2026-01-09,d,10,1")
    assert value(one(how)) == expected


def test_an_average_keeps_its_sum_and_its_count() -> None:
    roster("000317")
    crm("000317,2026-01-05,a,3,1", "000317,2026-01-06,b,4,1", "000317,2026-01-07,c,3,1")
    found = values(one("average"), who("000317"))
    assert (found.inputs["甲"].numerator[0], found.inputs["甲"].denominator[0]) == (10_000_000, 3_000_000)


def test_a_weighted_average_weighs_by_its_own_column() -> None:
    roster("000317")
    crm("000317,2026-01-05,a,5,1", "000317,2026-01-06,b,2,9")
    assert value(one("weighted_average", weight="数")) == 2.3


def test_a_record_without_its_weight_is_not_averaged() -> None:
    roster("000317")
    crm("000317,2026-01-05,a,5,1", "000317,2026-01-06,b,2,")
    assert value(one("weighted_average", weight="数")) == 5.0


def test_a2_percentiles_come_from_the_records_as_excel_interpolates_them() -> None:
    roster("000317")
    crm(*[f"000317,2026-01-05,a{n},5,1" for n in range(18)], *[f"000317,2026-01-06,b{n},100,1" for n in range(2)])
    assert value(one("percentile", percentile=90)) == 14.5


def test_percentile_of_ten_handling_times() -> None:
    roster("000317")
    crm(*[f"000317,2026-01-05,a{n},{t},1" for n, t in enumerate((4, 5, 6, 7, 8, 9, 12, 15, 22, 40))])
    assert value(one("percentile", percentile=90)) == 23.8


def test_a2_satisfaction_is_the_mean_of_ratings_not_of_days() -> None:
    roster("000317")
    crm(*[f"000317,2026-01-05,a{n},5,1" for n in range(18)], *[f"000317,2026-01-06,b{n},2,1" for n in range(2)])
    assert value(one("average")) == 4.7


def test_a2_a_return_is_a_negative_row_of_the_same_sum() -> None:
    roster("000317")
    deliver("erp", "工号,日期,编号,revenue,cost", "000317,2026-01-05,a,1180000,885000", "000317,2026-01-20,r,-80000,")
    margin = metric(
        "(收入-成本)/收入", aggregate("收入", "erp", "revenue"), aggregate("成本", "erp", "cost"), unit="percent"
    )
    assert value(margin) == 19.5455


def test_big_sums_stay_exact_to_the_millionth() -> None:
    roster("000317")
    crm(*[f"000317,2026-01-05,a{n},{v},1" for n, v in enumerate(("80000000000.123456", "0.000001", "-0.000001"))])
    assert values(one("sum"), who("000317")).inputs["甲"].numerator[0] == 80_000_000_000_123_456


# Counting and choosing


def test_counting_records_and_counting_numbers_are_two_things() -> None:
    """Three visits, of which two brought an amount."""
    roster("000317")
    crm("000317,2026-01-05,a,100,1", "000317,2026-01-06,b,,1", "000317,2026-01-07,c,200,1")
    assert value(metric("次", aggregate("次", "crm"))) == 3.0
    assert value(metric("次", aggregate("次", "crm", "额", how="count"))) == 2.0


def test_words_choose_records_in_chinese_too() -> None:
    roster("000317")
    deliver(
        "hse", "工号,日期,编号,类型,分", "000317,2026-01-05,a,违章,2", "000317,2026-01-06,b,隐患,5",
        "000317,2026-01-07,c,违章,3", dimensions=["类型"],
    )  # fmt: skip
    where = [{"dimension": "类型", "values": ["违章"]}]
    assert value(metric("次", aggregate("次", "hse", where=where))) == 2.0
    assert value(metric("分", aggregate("分", "hse", "分", where=where))) == 5.0
    either = [{"dimension": "类型", "values": ["违章", "隐患"]}]
    assert value(metric("分", aggregate("分", "hse", "分", where=either))) == 10.0


@pytest.mark.parametrize(("sign", "expected"), [(">", 1), (">=", 2), ("<", 1), ("<=", 2), ("=", 1), ("<>", 2)])
def test_only_records_that_meet_a_condition_count(sign: str, expected: float) -> None:
    """Tickets answered within 48 hours, over 48 hours …"""
    roster("000317")
    crm("000317,2026-01-05,a,47.5,1", "000317,2026-01-06,b,48,1", "000317,2026-01-07,c,48.5,1")
    when = [{"measure": "额", "sign": sign, "value": "48"}]
    assert value(metric("次", aggregate("次", "crm", when=when))) == expected
    assert value(metric("次", aggregate("次", "crm", "数", how="sum", when=when))) == expected


# Whose records


def test_own_rows_are_mine_alone() -> None:
    roster("000317", "000318")
    crm("000317,2026-01-05,a,3,1", "000318,2026-01-05,b,4,1")
    assert (value(one("sum"), "000317"), value(one("sum"), "000318")) == (3.0, 4.0)


def test_a1_a_team_is_the_sum_of_its_people_divided_last() -> None:
    roster("000317", "000318")
    deliver(
        "mes", "工号,日期,编号,inspected,good", "000317,2026-01-05,k1,100,95", "000317,2026-01-06,k3,90,90",
        "000318,2026-01-06,k2,10,8",
    )  # fmt: skip
    team = metric(
        "合格/检验",
        aggregate("合格", "mes", "good", attribution="unit"),
        aggregate("检验", "mes", "inspected", attribution="unit"),
        unit="percent",
    )
    assert value(team, unit("一车间")) == 96.5
    assert value(team, "000318") == 96.5  # a person stands for the unit of the post


def test_a_unit_includes_what_stands_below_it() -> None:
    roster("000317", entry("000318", "一车间/甲班"), entry("000402", "销售部"))
    crm("000317,2026-01-05,a,3,1", "000318,2026-01-05,b,4,1", "000402,2026-01-05,c,50,1")
    assert value(one("sum", attribution="unit"), unit("一车间")) == 7.0
    assert value(one("sum", attribution="unit"), unit("甲班")) == 4.0


def test_who_moved_counts_for_each_unit_on_the_days_there() -> None:
    roster("000317", entry("000402", "二车间"))
    move(actor=SYSTEM, person_id=who("000317"), unit_id=unit("二车间"), on=date(2026, 1, 16))
    crm("000317,2026-01-15,a,3,1", "000317,2026-01-16,b,4,1")
    assert value(one("sum", attribution="unit"), unit("一车间")) == 3.0
    assert value(one("sum", attribution="unit"), unit("二车间")) == 4.0


def test_a_new_job_in_the_same_unit_doubles_nothing() -> None:
    roster("000317", "000318")
    move(actor=SYSTEM, person_id=who("000318"), unit_id=unit("一车间"), job="班长", on=date(2026, 1, 16))
    crm("000317,2026-01-05,a,3,1", "000318,2026-01-20,b,4,1")
    assert value(one("sum", attribution="unit"), "000318") == 7.0


def test_who_moved_from_a_workshop_into_a_crew_of_it_counts_nothing_twice() -> None:
    roster("000317", entry("000318", "一车间/甲班"))
    move(actor=SYSTEM, person_id=who("000317"), unit_id=unit("甲班"), on=date(2026, 1, 16))
    crm("000318,2026-01-05,a,4,1", "000317,2026-01-20,b,3,1")
    assert value(one("sum", attribution="unit"), "000317") == 7.0


def test_crew_rows_count_for_everybody_on_the_days_in_the_crew() -> None:
    roster(entry("000317", "一车间/甲班"), entry("000318", "一车间/乙班"))
    move(actor=SYSTEM, person_id=who("000317"), unit_id=unit("乙班"), on=date(2026, 1, 16))
    deliver(
        "shop", "班组,日期,编号,件", "甲班,2026-01-15,a,100", "甲班,2026-01-16,b,1000", "乙班,2026-01-15,c,7",
        "乙班,2026-01-16,d,20", by="crew",
    )  # fmt: skip
    output = metric("件", aggregate("件", "shop", "件", attribution="crew"))
    assert (value(output, "000317"), value(output, "000318")) == (120.0, 27.0)


# Missing


def test_missing_is_not_zero_and_zero_is_zero() -> None:
    roster("000317", "000318")
    crm("000318,2026-01-05,a,0,1")
    assert value(one("sum"), "000317") is None
    assert value(one("sum"), "000318") == 0.0
    assert value(one("sum", missing="zero"), "000317") == 0.0
    assert value(one("sum", missing="not_applicable"), "000317") is None


def test_a_source_nobody_has_connected_is_awaited() -> None:
    roster("000317")
    assert value(metric("甲", aggregate("甲", "nowhere", "额"))) is None


def test_a_column_the_source_does_not_have_is_awaited() -> None:
    roster("000317")
    crm("000317,2026-01-05,a,3,1")
    assert value(metric("甲", aggregate("甲", "crm", "利润"))) is None


def test_dividing_by_nothing_is_one_persons_error() -> None:
    roster("000317", "000318")
    deliver("mes", "工号,日期,编号,inspected,good", "000317,2026-01-05,a,0,3", "000318,2026-01-05,b,4,3")
    assert value(GOOD_RATE, "000317") == "#DIV/0!"
    assert value(GOOD_RATE, "000318") == 75.0


def test_a_month_without_any_row_makes_the_quarter_incomplete_not_low() -> None:
    roster("000317")
    quarter = {"first": date(2026, 1, 1), "end": date(2026, 4, 1)}
    crm("000317,2026-01-31,a,3,1", "000317,2026-02-28,b,4,1")
    assert value(one("sum", every="month"), **quarter) is None
    assert value(one("sum"), **quarter) == 7.0
    crm("000317,2026-03-01,c,5,1")
    assert value(one("sum", every="month"), **quarter) == 12.0


def test_months_before_the_first_day_of_work_and_after_the_last_are_not_asked_for() -> None:
    roster(
        entry("000317", hired_on=date(2026, 2, 16)),
        entry("000318", left_on=date(2026, 3, 1)),
    )
    quarter = {"first": date(2026, 1, 1), "end": date(2026, 4, 1)}
    crm("000317,2026-02-20,a,3,1", "000317,2026-03-20,b,4,1", "000318,2026-01-20,c,1,1", "000318,2026-02-28,d,1,1")
    assert value(one("sum", every="month"), "000317", **quarter) == 7.0
    assert value(one("sum", every="month"), "000318", **quarter) == 2.0


def test_how_complete_a_source_is_goes_with_the_value() -> None:
    roster("000317")
    deliver("mes", "工号,日期,编号,good", "000317,2026-01-05,a,3", "000317,2026-01-07,b,3", expected_days="daily")
    found = values(metric("合格", aggregate("合格", "mes", "good")), who("000317"))
    assert (found.covered, found.expected) == (2, 31)


# Two times


def test_a1_what_was_known_stays_93_whatever_comes_later() -> None:
    roster("000317", "000318")
    head = "工号,时间,编号,inspected,good"
    first = ("000317,2026-01-05 10:00,k1,100,95", "000317,2026-01-06 03:00,k2,10,1", "000317,2026-01-06 10:00,k3,90,90")
    with at(2, 2):
        deliver("mes", head, *first, cut="08:00")
        deliver("mes", head, *first, cut="08:00")
    assert value(GOOD_RATE, first=date(2026, 1, 5), end=date(2026, 1, 6)) == 87.2727  # the night belongs to the 5th
    with at(2, 10):
        deliver("mes", head, "000318,2026-01-06 03:00,k2,10,8", cut="08:00")
    assert value(GOOD_RATE, known_at=moment(2, 5)) == 93.0
    assert (value(GOOD_RATE), value(GOOD_RATE, "000318")) == (97.3684, 80.0)
    everybody = metric(
        "合格/检验", *(aggregate(n, "mes", m, attribution="unit") for n, m in (("合格", "good"), ("检验", "inspected"))),
        unit="percent",
    )  # fmt: skip
    assert value(everybody, unit("一车间")) == 96.5


def test_nothing_is_known_before_it_was_delivered() -> None:
    roster("000317")
    with at(2, 2):
        crm("000317,2026-01-05,a,3,1")
    assert value(one("sum"), known_at=moment(2, 1)) is None
    assert value(one("sum"), known_at=moment(2, 2)) == 3.0


def test_days_are_half_open() -> None:
    roster("000317")
    crm(
        "000317,2025-12-31,a,1,1", "000317,2026-01-01,b,10,1", "000317,2026-01-31,c,100,1", "000317,2026-02-01,d,1000,1"
    )
    assert value(one("sum")) == 110.0


# Expressions


def test_steps_are_told_by_name_and_used_by_name() -> None:
    roster("000317")
    deliver("mes", "工号,日期,编号,计划,停机,工时", "000317,2026-01-05,a,10000,1200,8096")
    spec = metric(
        "时间*性能",
        *(aggregate(n, "mes", n) for n in ("计划", "停机", "工时")),
        unit="percent",
        steps=[
            {"name": "时间", "expression": "(计划-停机)/计划"},
            {"name": "性能", "expression": "工时/(计划-停机)"},
        ],
    )
    found = values(spec, who("000317")).columns
    assert {name: round(float(c.values[0]), 4) for name, c in found.steps.items()} == {"时间": 0.88, "性能": 0.92}
    assert round(float(found.value[0]), 4) == 80.96


def test_ppm_is_a_share_of_a_million() -> None:
    roster("000317")
    deliver("mes", "工号,日期,编号,bad,all", "000317,2026-01-05,a,3,20000")
    spec = metric("坏/全", aggregate("坏", "mes", "bad"), aggregate("全", "mes", "all"), unit="ppm")
    assert value(spec) == 150.0


def test_alone_and_among_others_a_value_has_the_same_bits() -> None:
    numbers = [f"0003{n:02}" for n in range(17)]
    roster(*numbers)
    crm(
        *[f"{no},2026-01-{1 + n % 20:02},{no}{n},{1 + n * 7 % 13}.{n}3,{1 + n % 3}" for n, no in enumerate(numbers * 3)]
    )
    spec = metric(
        "甲/乙*3+丙", aggregate("甲", "crm", "额"), aggregate("乙", "crm", "数"),
        aggregate("丙", "crm", "额", how="average"),
    )  # fmt: skip
    together = values(spec, *(who(n) for n in numbers)).columns.value
    alone = np.array([values(spec, who(n)).columns.value[0] for n in numbers])
    assert together.tobytes() == alone.tobytes()
