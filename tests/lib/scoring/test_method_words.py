"""Rules and reckonings in words: the sentence of a line recomputes to its points."""

from typing import Any

import pytest

from jiyu.lib.scoring import LineValues, Measure, Part, days_late, parse_method
from jiyu.lib.text import Text
from jiyu.lib.units import UNITS
from tests.lib.scoring.specs import GOLDEN, NUMBER, bands

B5_MEASURE = Measure(
    name=Text("计划达成", "Plan attainment"),
    unit=UNITS["percent"],
    numerator=Part(Text("合格报工", "good parts"), UNITS["piece"]),
    denominator=Part(Text("计划", "plan"), UNITS["piece"]),
)


@pytest.mark.parametrize(
    ("raw", "measure", "values", "rule", "sentence"),
    [
        (
            {"kind": "linear", "against": "whole"},
            B5_MEASURE,
            LineValues(numerator=4368, denominator=4480),
            "达成率 × 100",
            "合格报工 4,368 件 ÷ 计划 4,480 件 × 100 = 97.50 分",
        ),
        (
            {"kind": "three_point"},
            Measure(
                name=Text("一次合格率"),
                unit=UNITS["percent"],
                numerator=Part(Text("首检合格"), UNITS["piece"]),
                denominator=Part(Text("送检"), UNITS["piece"]),
            ),
            LineValues(numerator=2115, denominator=2160, threshold=96, target=98, stretch=99),
            "三点 96 / 98 / 99 % → 60 / 100 / 120",
            "首检合格 2,115 件 ÷ 送检 2,160 件 = 97.9167 %；60 +（97.9167 − 96）÷（98 − 96）× 40 = 98.33 分",
        ),
        (
            {"kind": "per_unit", "per": "1", "points_off": "2"},
            Measure(name=Text("OEE"), unit=UNITS["percent"]),
            LineValues(actual=79.2733333, target=80),
            "目标 80 %，每低 1 个百分点扣 2，按比例",
            "OEE 79.2733 %，比目标 80 % 低 0.7267 个百分点，每 1 个百分点扣 2；100 − 1.4533 = 98.55 分",
        ),
        (
            {"kind": "per_unit", "per": "10", "points_off": "3", "partial": "whole"},
            Measure(name=Text("签单额"), unit=UNITS["wan_yuan"]),
            LineValues(actual=475, target=500),
            "目标 500 万元，每低 10 万元扣 3，不足一档按一档",
            "签单额 475 万元，比目标 500 万元低 25 万元，算 3 档，每档扣 3；100 − 9 = 91.00 分",
        ),
        (
            {"kind": "per_unit", "direction": "lower", "per": "1", "points_off": "2", "points_on": "1"},
            Measure(name=Text("MTTR"), unit=UNITS["minute"]),
            LineValues(actual=55, target=60),
            "目标 60 分钟，每高 1 分钟扣 2，按比例；每低 1 分钟加 1，最多 120",
            "MTTR 55 分钟，比目标 60 分钟低 5 分钟，每 1 分钟加 1；100 + 5 = 105.00 分",
        ),
        (
            {"kind": "count", "each": "-20"},
            Measure(name=Text("违章"), unit=UNITS["occurrence"], decimals=0),
            LineValues(actual=1),
            "每次扣 20",
            "违章 1 次；100 − 1 × 20 = 80.00 分",
        ),
        (
            {"kind": "linear", "zero_below": "60"},
            Measure(name=Text("签单额"), unit=UNITS["wan_yuan"]),
            LineValues(actual=461.3, target=500),
            "实际 ÷ 目标 500 万元 × 100，最多 120，低于 60 不得分",
            "签单额 461.3 万元 ÷ 目标 500 万元 × 100 = 92.26 分",
        ),
        (
            {"kind": "linear"},
            Measure(name=Text("签单额"), unit=UNITS["wan_yuan"]),
            LineValues(actual=700, target=500),
            "实际 ÷ 目标 500 万元 × 100，最多 120",
            "签单额 700 万元 ÷ 目标 500 万元 × 100 = 140.00 分，封顶 120.00 分",
        ),
        (
            {"kind": "linear", "cap": "200"},
            Measure(name=Text("利润"), unit=UNITS["wan_yuan"]),
            LineValues(actual=-300, target=-500),
            "实际 ÷ 目标 −500 万元 × 100，最多 200",
            "利润 −300 万元，目标 −500 万元；（1 + 200 ÷ 500）× 100 = 140.00 分",
        ),
        (
            {"kind": "three_point", "direction": "lower"},
            Measure(name=Text("逾期应收率"), unit=UNITS["percent"]),
            LineValues(actual=3.6, threshold=5, target=3, stretch=1),
            "三点 5 / 3 / 1 % → 60 / 100 / 120",
            "逾期应收率 3.6 %；60 +（5 − 3.6）÷（5 − 3）× 40 = 88.00 分",
        ),
        (
            bands(("100", "4.5", None), ("80", "4.0", "4.5"), ("0", None, "4.0")),
            Measure(name=Text("客户评价"), unit=UNITS["number"]),
            LineValues(actual=4.46),
            "4.50 及以上得 100 · 4.00–4.49 得 80 · 3.99 及以下得 0",
            "客户评价 4.46，在“4.00–4.49”这一档，得 80.00 分",
        ),
        (
            {"kind": "progress"},
            Measure(name=Text("覆盖率"), unit=UNITS["percent"]),
            LineValues(actual=86, baseline=80, target=95),
            "从 80 到 95 %，走了多少算多少",
            "覆盖率 86 %，从 80 到 95 % 走了 6；6 ÷ 15 × 100 = 40.00 分",
        ),
        (
            {"kind": "count", "each": "-20"},
            Measure(name=Text("违章"), unit=UNITS["occurrence"]),
            LineValues(actual=6),
            "每次扣 20",
            "违章 6 次；100 − 6 × 20 = −20.00 分，保底 0.00 分",
        ),
        (
            {"kind": "linear"},
            Measure(name=Text("签单额"), unit=UNITS["wan_yuan"]),
            LineValues(actual=3, target=0),
            "实际 ÷ 目标 0 万元 × 100，最多 120",
            "签单额：算不出分（目标是 0，算不出达成率）",
        ),
    ],
)
def test_rules_and_reckonings_read_like_a_person_wrote_them(
    raw: dict[str, Any], measure: Measure, values: LineValues, rule: str, sentence: str
) -> None:
    spec = parse_method(raw)
    assert spec.rule_text(measure, values).zh == rule
    assert spec.sentence(measure, values).zh == sentence


def test_a_rule_says_the_cap_or_floor_that_changed_the_points_once() -> None:
    per_unit = {"kind": "per_unit", "per": "1", "points_off": "20", "points_on": "20"}
    for raw, values, rule in (
        ({"kind": "linear", "against": "whole"}, LineValues(actual=195), "达成率 × 100，封顶 120"),
        ({"kind": "linear", "against": "whole"}, LineValues(actual=120), "达成率 × 100"),
        ({"kind": "linear", "against": "whole", "cap": "110"}, LineValues(actual=195), "达成率 × 100，最多 110"),
        ({"kind": "linear", "against": "whole", "floor": "40"}, LineValues(actual=20), "达成率 × 100，保底 40"),
        ({"kind": "linear"}, LineValues(actual=195, target=100), "实际 ÷ 目标 100 % × 100，最多 120"),
        ({"kind": "linear"}, LineValues(target=100), "实际 ÷ 目标 100 % × 100，最多 120"),
        ({"kind": "count", "each": "-20"}, LineValues(actual=6), "每次扣 20，保底 0"),
        (
            per_unit,
            LineValues(actual=90, target=80),
            "目标 80 %，每低 1 个百分点扣 20，按比例；每高 1 个百分点加 20，最多 120",
        ),
    ):
        measure = Measure(name=Text("达成率"), unit=UNITS["percent"])
        assert parse_method(raw).applied_rule(measure, values).zh == rule
    told = parse_method({"kind": "linear", "against": "whole"}).applied_rule(measure, LineValues(actual=195))
    assert told.en == "attainment × 100, capped at 120"


def test_english_is_short() -> None:
    values = LineValues(numerator=4368, denominator=4480)
    sentence = parse_method({"kind": "linear", "against": "whole"}).sentence(B5_MEASURE, values)
    assert sentence.en == "good parts 4,368 pcs ÷ plan 4,480 pcs × 100 = 97.50"


def sentence_of(raw: dict[str, Any], **values: float) -> str:
    measure = Measure(name=Text("证书", "Certificate"), unit=UNITS["occurrence"])
    return parse_method(raw).sentence(measure, LineValues(**values)).zh  # type: ignore[arg-type]


def test_yes_and_no_are_said() -> None:
    assert sentence_of({"kind": "yes_no"}, actual=1) == "证书 做到了，得 100.00 分"
    assert sentence_of({"kind": "yes_no"}, actual=0) == "证书 没做到，得 0.00 分"
    assert sentence_of({"kind": "yes_no"}, actual=2) == "证书：算不出分（没有一个条件成立）"


def test_allowed_occurrences_are_taken_off_before_they_cost() -> None:
    raw = {"kind": "count", "each": "-20", "allowed": 2}
    assert sentence_of(raw, actual=2) == "证书 2 次，得 100.00 分"
    assert sentence_of(raw, actual=3) == "证书 3 次；100 − 1 × 20 = 80.00 分"
    assert parse_method(raw).rule_text(NUMBER).zh == "超过 2 次起，每次扣 20"
    assert (
        sentence_of({"kind": "count", "start": "60", "each": "0.5"}, actual=3) == "证书 3 次；60 + 3 × 0.5 = 61.50 分"
    )


def test_the_limit_below_which_nothing_counts_is_said_where_it_strikes() -> None:
    raw = {"kind": "linear", "zero_below": "60"}
    assert sentence_of(raw, actual=10, target=20).endswith("= 50.00，60 以下不得分，得 0.00 分")
    assert sentence_of(raw, actual=12, target=20).endswith("= 60.00 分")


def test_no_defect_at_all_is_said_as_such() -> None:
    raw = {"kind": "linear", "direction": "lower", "inverse": "target_over_actual"}
    assert sentence_of(raw, actual=0, target=2) == "证书 0 次，一个也没有，按最高分 = 120.00 分"
    assert sentence_of(raw, actual=4, target=2) == "证书 4 次；目标 2 次 ÷ 4 次 × 100 = 50.00 分"


def test_milestones_name_what_is_not_due() -> None:
    spec = parse_method(next(case[1] for case in GOLDEN if case[0] == "milestone_rules"))
    assert spec.kind == "milestone"
    assert spec.sentence(NUMBER, days_late(spec, {"m1": 0, "m2": 6})).zh == (
        "图纸 100.00、样件 迟 6 天 88.00；（100 × 30 + 88 × 40）÷ 70 = 93.14 分；量产 还没到期，不算"
    )


@pytest.mark.parametrize(
    ("raw", "zh"),
    [
        ({"kind": "linear"}, "实际 ÷ 目标 × 100，最多 120"),
        ({"kind": "linear", "direction": "lower", "inverse": "two_minus"}, "（2 − 实际 ÷ 目标）× 100，最多 120"),
        ({"kind": "linear", "direction": "lower", "inverse": "target_over_actual"}, "目标 ÷ 实际 × 100，最多 120"),
        (
            {"kind": "linear", "zero_below": "60", "zero_at_limit": True, "cap": "100"},
            "实际 ÷ 目标 × 100，最多 100，60 及以下不得分",
        ),
        ({"kind": "three_point"}, "三点 底线 / 目标 / 挑战 → 60 / 100 / 120"),
        ({"kind": "three_point", "has_stretch": False}, "两点 底线 / 目标 → 60 / 100"),
        ({"kind": "per_unit", "per": "1", "points_off": "2"}, "目标，每低 1 扣 2，按比例"),
        ({"kind": "progress"}, "从起点到目标，走了多少算多少"),
        ({"kind": "yes_no"}, "做到 100，没做到 0"),
    ],
)
def test_a_rule_reads_well_before_any_line_has_numbers(raw: dict[str, Any], zh: str) -> None:
    assert parse_method(raw).rule_text(NUMBER).zh == zh


def test_a_small_target_is_divided_by_like_any_other() -> None:
    sentence = parse_method({"kind": "linear"}).sentence(NUMBER, LineValues(actual=0.4, target=0.5))
    assert sentence.zh == "实际 0.4 ÷ 目标 0.5 × 100 = 80.00 分"


def test_one_of_a_thing_is_singular_in_english() -> None:
    percent = Measure(name=Text("合格率", "Pass rate"), unit=UNITS["percent"])
    per_point = parse_method({"kind": "per_unit", "per": "1", "points_off": "5", "direction": "higher"})
    assert per_point.rule_text(percent, LineValues(target=98)).en.startswith("target 98 %, −5 per 1 point below")
    steps = parse_method({"kind": "per_unit", "per": "1", "points_off": "5", "direction": "higher", "partial": "whole"})
    assert "1 point below the target 98 %, 1 step, −5 each" in steps.sentence(percent, LineValues(97, target=98)).en
    events = Measure(name=Text("违章", "Violations"), unit=UNITS["occurrence"])
    once = parse_method({"kind": "count", "each": "-20"}).sentence(events, LineValues(actual=1))
    assert once.en.startswith("Violations 1 time;")
