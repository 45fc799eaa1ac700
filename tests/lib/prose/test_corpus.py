"""A corpus of 评分标准 as companies write them: what each must score, ask or refuse. The points are worked by hand."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from jiyu.lib.prose import RuleContext, RuleReading, read_rule, worked_example

Cells = dict[str, Any]


def read(text: str, name: str, cells: Cells, answers: dict[str, str] | None = None) -> RuleReading:
    return read_rule(text, context=RuleContext(name=name, **cells), answers=answers)


def points(reading: RuleReading, actual: str) -> float:
    assert reading.method is not None, reading
    example = worked_example(reading.method, reading.measure, reading.parameters, at=Decimal(actual))
    assert example.points is not None, example.sentence
    return round(example.points, 6)


def asked(reading: RuleReading) -> str:
    assert reading.doubt is not None, reading
    assert 2 <= len(reading.doubt.answers) <= 3
    return reading.doubt.code


READ: list[tuple[str, str, Cells, dict[str, float]]] = [
    # sales
    ("完成率×100,最高120,低于60%不得分", "签单", {"target": "500万"},
     {"461.3": 92.26, "300": 60, "299": 0, "650": 120}),
    ("按完成率计分，最高120分", "销售额", {"target": "800万元"}, {"736": 92, "1000": 120}),
    ("得分=实际完成值/目标值×100，封顶150分，低于80%得0分", "新签合同额", {"target": "1200万"},
     {"960": 80, "959": 0, "2000": 150}),
    ("实际回款额÷计划回款额×100%×权重，最高不超过权重的120%", "回款额", {"target": "300万"}, {"270": 90, "400": 120}),
    ("按实际完成比例得分，最高100分", "招聘人数", {"target": "20人"}, {"18": 90, "25": 100}),
    ("完成率60%以下（含60%）不得分，60%以上按完成率计分，封顶120", "签单", {"target": "500万"}, {"300": 0, "301": 60.2}),
    ("每低1个百分点扣2分,不足按比例", "回款", {"target": "≥95%"}, {"92.3": 94.6, "97": 100}),
    ("每超1%加1分，最高120分；每低1%扣2分，不足1%按比例", "毛利率", {"target": "25%"}, {"24": 98, "27": 102, "60": 120}),
    ("每增减1%，加减1分，最高120，最低0，不足1%按比例", "产量", {"target": "1000件"}, {"980": 98, "1050": 105}),
    ("达到目标得100分，每超出5万元加2分，不足5万元不计，最高120分，未达目标0分", "利润", {"target": "200万"},
     {"199.99": 0, "200": 100, "204.99": 100, "205": 102, "300": 120}),
    ("每少拜访1家扣2分，扣完为止", "客户拜访", {"target": "10家"}, {"7": 94}),
    ("底线80万得60分，目标100万得100分，挑战120万得120分，中间按线性插值", "毛利", {}, {"79": 0, "90": 80, "110": 110}),
    ("低于底线0分，底线60分、目标100分、挑战120分，区间内按线性计算", "毛利",
     {"target": "100万", "threshold": "80万", "stretch": "120万"}, {"90": 80, "79": 0}),
    ("完成率≥100%得100分；90%≤完成率＜100%得80分；完成率＜90%得0分", "销售额", {"target": "500万"},
     {"500": 100, "499.99": 80, "450": 80, "449.99": 0}),
    ("100%以上得100分，低于100%按完成率计分，低于70%不得分", "产量", {"target": "5000件"}, {"4600": 92, "3499": 0, "6000": 100}),
    # quality and production
    ("达到目标得满分，每低于目标1%扣2分，扣完为止，不足1%不扣分", "准时交货率", {"target": "≥98%"}, {"96.5": 98, "98": 100, "40": 0}),
    ("目标值98%，每降低0.5个百分点扣3分，不足0.5个百分点按比例扣分", "一次合格率", {"target": "98%"}, {"96.8": 92.8}),
    ("每低0.5个百分点扣3分，不足0.5个百分点按0.5个百分点计", "一次合格率", {"target": "98%"}, {"96.8": 91}),
    ("每低0.5个百分点扣3分，不足0.5个百分点不计", "一次合格率", {"target": "98%"}, {"96.8": 94}),
    ("≥98%得100分；95%（含）～98%得80分；90%（含）～95%得60分；低于90%得0分", "合格率", {},
     {"98": 100, "97.99": 80, "95": 80, "90": 60, "89.99": 0}),
    ("在95%~98%之间得80分，98%及以上得100分，低于95%得0分", "及时率", {}, {"95": 80, "98": 100, "94.99": 0}),
    ("<=3%得100分;3%~5%(含)得80分;>5%得0分", "流失率", {}, {"3": 100, "3.01": 80, "5": 80, "5.01": 0}),
    ("[90,100]得100;[80,90)得80;[0,80)得0", "满意度", {}, {"90": 100, "89.99": 80, "80": 80, "79.99": 0}),
    ("大于等于98%得100分，大于等于95%且小于98%得80分，小于95%得0分", "OEE", {}, {"98": 100, "95": 80, "94.99": 0}),
    ("98%及以上100分，95%以上不满98%得80分，不满95%0分", "齐套率", {}, {"98": 100, "95": 80, "94.99": 0}),
    ("4.5及以上100;4.0(含)-4.5 80;3.5(含)-4.0 60;以下0", "客户评价", {},
     {"4.5": 100, "4.46": 80, "4": 80, "3.99": 60, "3.49": 0}),
    ("100分:≥95%;80分:90%(含)-95%;0分:<90%", "点检率", {}, {"95": 100, "90": 80, "89": 0}),
    ("≥95%得100分，每低1%扣2分，低于85%不得分，不足1%按比例", "回款率", {"target": "95%"},
     {"90": 90, "85": 80, "84.99": 0, "99": 100}),
    ("超过5%不得分，每高于目标0.1个百分点扣2分，不足0.1个百分点按0.1个百分点计", "报废率", {"target": "≤3%"},
     {"3": 100, "3.01": 98, "3.1": 98, "5": 60, "5.01": 0}),
    ("每高0.1%扣5分，不足0.1%按0.1%计算", "报废率", {"target": "≤3%"}, {"3.15": 90}),
    ("每超1%扣5分，不足1%按比例，超过10%不得分", "返工率", {"target": "≤2%"}, {"4": 90, "10": 60, "10.01": 0}),
    ("底线5 目标3 挑战1", "逾期应收率(逆指标)", {"target": "3"}, {"3.6": 88, "5.1": 0, "1": 120}),
    ("目标/实际×100，最高120", "不良率", {"target": "≤2%"}, {"2.5": 80}),
    ("(2-实际/目标)×100，最高120，最低0", "费用率", {"target": "≤2%"}, {"2.5": 75}),
    ("[1-(实际值-目标值)/目标值]×100，最高120", "不良率（逆指标）", {"target": "2%"}, {"2.5": 75}),
    ("3次及以下100分；4-5次80分；6次以上0分", "差错次数", {}, {"3": 100, "5": 80, "6": 0}),
    ("0次得100分，1次得80分，2次得50分，3次及以上不得分", "差错次数", {}, {"0": 100, "1": 80, "2": 50, "3": 0}),
    ("95%以上100分，90%以上80分，85%以上60分，低于85%0分", "合格率", {}, {"95": 100, "94.99": 80, "90": 80, "85": 60, "84": 0}),
    ("≥100%，120分；≥90%，100分；≥80%，80分；＜80%，0分", "合格率", {}, {"100": 120, "99": 100, "80": 80, "79": 0}),
    ("≤3%得100分，≤5%得80分，>5%得0分", "流失率", {}, {"3": 100, "5": 80, "5.01": 0}),
    # counts, days
    ("每发生一次扣20分，扣完为止", "违章", {}, {"0": 100, "1": 80, "6": 0}),
    ("每次扣20分", "违章", {}, {"1": 80}),
    ("每发生1起质量投诉扣10分，扣完为止；发生重大质量事故一票否决", "客户投诉", {"target": "0起"}, {"2": 80}),
    ("客户投诉不超过3次，每超过1次扣5分", "客户投诉次数", {"target": "不超过3次"}, {"3": 100, "5": 90}),
    ("每差错1次扣2分，最多扣20分", "记账", {}, {"3": 94, "30": 80}),
    ("每出现一处缺陷扣3分，扣完为止", "设计质量", {}, {"2": 94}),
    ("每次扣10分，超过3次不得分", "迟交", {}, {"0": 100, "3": 70, "4": 0}),
    ("扣5分/次，扣完为止", "违章", {}, {"2": 90}),
    ("无事故得100分，每发生1起轻伤事故扣20分，扣完为止", "安全生产", {}, {"1": 80}),
    ("3天内完成，每超1天扣10分", "异常处理时间", {"target": "3天内"}, {"3": 100, "5": 80}),
    ("每缺1人扣5分，扣完为止", "招聘到岗", {"target": "20人"}, {"18": 90}),
    # done or not, marks
    ("按时完成得100分，未按时完成得0分", "年度审计", {}, {"1": 100, "0": 0}),
    ("完成得满分，未完成不得分", "体系认证", {"target": "12月底前通过"}, {"1": 100, "0": 0}),
    ("按期完成100分，否则不得分", "搬迁", {}, {"1": 100, "0": 0}),
    ("完成得满分，未完成得0分", "新客户数", {"target": "≥20个"}, {"20": 100, "19": 0}),
    ("达标得100分，不达标0分", "OEE", {"target": "≥85%"}, {"85": 100, "84.99": 0}),
    ("达标得100分，不达标0分", "停机时长", {"target": "≤8小时"}, {"8": 100, "8.01": 0}),
    ("优秀100分、良好80分、合格60分、不合格0分", "工作态度", {}, {"4": 100, "3": 80, "1": 0}),
    ("按时完成100分；延期完成60分；未完成0分", "制度修订", {}, {"3": 100, "2": 60, "1": 0}),
    ("由直接上级评分", "团队协作", {}, {"85": 85}),
    ("上级根据工作表现综合打分（0-100分）", "团队协作", {}, {"70": 70}),
    ("考试成绩即为得分", "技能考核", {}, {"88": 88}),
]  # fmt: skip


@pytest.mark.parametrize(("text", "name", "cells", "scores"), READ, ids=[f"{row[1]}: {row[0]}" for row in READ])
def test_a_clear_rule_scores_as_it_says(text: str, name: str, cells: Cells, scores: dict[str, float]) -> None:
    reading = read(text, name, cells)
    assert {actual: points(reading, actual) for actual in scores} == scores
    assert reading.doubt is None
    assert reading.problem is None
    assert reading.rule.zh
    assert reading.rule.en
    assert reading.example is not None
    assert reading.example.points is not None


ASKED: list[tuple[str, str, Cells, str, str, dict[str, float]]] = [
    ("按完成率计分", "销售额", {"target": "800万元"}, "cap", "1040", {"100": 100, "120": 120, "none": 130}),
    ("每低0.5个百分点扣3分", "一次合格率", {"target": "98%"}, "partial", "96.8",
     {"proportion": 92.8, "whole": 91, "ignore": 94}),
    ("按完成率计分，最高120", "不良率（逆指标）", {"target": "2%"}, "inverse", "2.5",
     {"target_over_actual": 80, "two_minus": 75}),
    ("98%以上100分，95%-98%80分，95%以下0分", "合格率", {}, "bands_edge", "95", {"upper": 80, "lower": 0}),
    ("90以上100，80-90得80，低于80得0", "评分", {}, "", "", {}),
    ("90-100得100分，80-90得80分，低于80得60分", "评分", {}, "bands_edge", "90", {"upper": 100, "lower": 80}),
    ("4.0(含)-4.5 80;4.5-5 100;低于4.0 0", "客户评价", {}, "bands_edge", "4.5", {"upper": 100, "lower": 80}),
    ("≥98%得100分；90%（含）～98%得60分；90%以下得0分", "合格率", {}, "bands_both", "90", {"upper": 60, "lower": 0}),
    ("90分以上100分；90分以下80分", "满意度", {}, "bands_both", "90", {"upper": 100, "lower": 80}),
    ("超过90分100分；低于90分80分", "满意度", {}, "bands_neither", "90", {"upper": 100, "lower": 80}),
    ("90-100得100分，80-89得80分，80以下不得分", "满意度", {}, "bands_edge", "80", {"upper": 80, "lower": 0}),
    ("90-100得100分，80-89得80分，低于80不得分", "满意度", {}, "bands_gap", "89.5",
     {"lower": 80, "upper": 100, "round": 100}),
    ("80%-90%得80分，90%(含)-95%得90分，低于80%0分", "及时率", {}, "bands_top", "96", {"hold": 90, "zero": 0}),
    ("95%以上100分，90%(含)-95%80分", "及时率", {}, "bands_bottom", "80", {"zero": 0, "hold": 80}),
    ("发生一次扣10分，发生两次扣30分，三次及以上不得分", "投诉", {}, "bands_bottom", "0", {"full": 100, "hold": 90}),
    ("每次扣5分，扣完为止", "客户投诉次数", {"target": "≤3次"}, "allowed", "4", {"beyond": 95, "all": 80}),
    ("完成目标得100分，每超1%加1分，不足1%按比例，最多加20分", "销售额", {"target": "500万"}, "below_target", "450",
     {"zero": 0, "rate": 90}),
    ("达到底线得60分，达到目标得100分，达到挑战得120分", "毛利",
     {"target": "100万", "threshold": "80万", "stretch": "120万"}, "between", "90", {"line": 80, "steps": 60}),
    ("合格率×100，最高100", "合格率", {"target": "98%"}, "ratio_of", "98", {"whole": 98, "target": 100}),
    ("按完成率计分，最高120，低于90%不得分", "合格率", {"target": "98%"}, "limit_of", "89",
     {"attainment": 90.816327, "actual": 0}),
    ("每低1%扣2分，不足1%按比例", "逾期率（逆指标）", {"target": "3%"}, "direction", "4", {"lower": 98, "higher": 100}),
    ("完成得100分，未完成0分", "库存周转天数", {"target": "45天"}, "direction", "50", {"lower": 0, "higher": 100}),
    ("达到96%得100分，每低1%扣2分，不足1%按比例", "合格率", {"target": "95%"}, "target_differs", "95",
     {"column": 100, "rule": 98}),
    ("每低1%扣2分，不足1%按比例", "及时率", {"target": "0.98"}, "percent_or_fraction", "97", {"fraction": 98, "percent": 100}),
    ("完成得100分", "体系换证", {}, "otherwise", "0", {"zero": 0, "person": 0}),
    ("每少一次扣2分", "拜访次数", {"target": "10次", "weight_points": Decimal(20)}, "points_of", "8",
     {"weight": 80, "hundred": 96}),
]  # fmt: skip
ASKED = [row for row in ASKED if row[3]]


@pytest.mark.parametrize(
    ("text", "name", "cells", "code", "actual", "scores"), ASKED, ids=[f"{row[3]}: {row[0]}" for row in ASKED]
)
def test_a_doubt_is_asked_and_every_answer_is_a_reading(
    text: str, name: str, cells: Cells, code: str, actual: str, scores: dict[str, float]
) -> None:
    reading = read(text, name, cells)
    assert asked(reading) == code
    assert reading.method is None  # nothing is decided while it is open
    assert reading.doubt is not None
    assert {answer.key for answer in reading.doubt.answers} == set(scores)
    for answer in reading.doubt.answers:
        settled = answer.reading
        while settled.doubt is not None:  # later doubts do not matter at this number
            settled = settled.doubt.answers[0].reading
        assert points(settled, actual) == scores[answer.key]
        assert (code, answer.key) in settled.answered


REFUSED: list[tuple[str, str, Cells, str]] = [
    ("", "签单", {"target": "500万"}, "prose.empty"),
    ("见附件", "签单", {"target": "500万"}, "prose.not_understood"),
    ("按公司制度执行", "签单", {}, "prose.not_understood"),
    ("质量40分，进度30分，态度30分", "工作质量", {}, "prose.not_understood"),
    ("满分100分，出现一次差错扣2分，出现重大差错不得分", "账务", {}, "prose.part_unread"),
    ("完成率×100，最高120，新品加倍", "签单", {"target": "500万"}, "prose.part_unread"),
    ("每低1%扣2分，不足1%按比例，特殊情况另行处理", "回款率", {"target": "95%"}, "prose.part_unread"),
    ("迟到一次扣2分，旷工一次扣10分", "考勤", {}, "prose.subjects"),
    ("每低1%扣2分，每少1人扣5分", "到岗率", {"target": "95%"}, "prose.several_steps"),
    ("每低1%扣2分，每低1%加1分", "到岗率", {"target": "95%"}, "prose.ways"),
    ("完成率×100，最高120，最高150", "签单", {"target": "500万"}, "prose.twice"),
    ("完成率×80，最高120", "签单", {"target": "500万"}, "prose.not_understood"),
    ("实际/目标×80，最高120", "签单", {"target": "500万"}, "prose.odd_full"),
    ("按完成率计分，最高120", "签单", {"target": "按预算"}, "prose.target_no_number"),
    ("按完成率计分，最高120", "返工", {"target": "0次"}, ""),
    ("80%-95%得80分，90%-100%得100分", "及时率", {}, "prose.bands_overlap"),
    ("发生重大安全事故一票否决", "安全", {}, "prose.veto"),
    ("提前1天加2分，延迟1天扣5分", "交付", {}, ""),
    ("每迟到5分钟扣1分", "考勤", {}, ""),
    ("每月评比前三名加5分", "评比", {}, ""),
    ("按季度考核", "签单", {"target": "500万"}, "prose.empty"),
    ("底线5 目标3 挑战4", "逾期率（逆指标）", {}, ""),
]


@pytest.mark.parametrize(("text", "name", "cells", "code"), REFUSED, ids=[f"{row[1]}: {row[0]}" for row in REFUSED])
def test_what_is_not_understood_is_said_and_never_becomes_a_method(
    text: str, name: str, cells: Cells, code: str
) -> None:
    reading = read(text, name, cells)
    while reading.doubt is not None:
        reading = reading.doubt.answers[0].reading
    assert reading.method is None, reading.rule
    assert reading.problem is not None
    assert reading.problem.message.zh
    assert reading.problem.fix.zh
    if code:
        assert reading.problem.code == code


def test_the_corpus_is_wide() -> None:
    assert len(READ) >= 55
    assert len(ASKED) >= 22
    assert len(REFUSED) >= 20
