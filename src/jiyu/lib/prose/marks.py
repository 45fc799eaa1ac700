"""What is done or not, reached by a date, or judged by a person."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from jiyu.lib.prose.amounts import NUMBER
from jiyu.lib.prose.bands import read_points
from jiyu.lib.prose.building import HUNDRED, Found, exact, floor_of, point_scale, scaled
from jiyu.lib.prose.facts import Facts
from jiyu.lib.prose.modifiers import modifiers
from jiyu.lib.prose.readings import Parameters, unreadable
from jiyu.lib.scoring import (
    Band,
    BetweenMethod,
    Direction,
    Input,
    Level,
    MapPoint,
    Measure,
    MilestoneItem,
    MilestoneMethod,
    RubricMethod,
    StepMethod,
    YesNoMethod,
)
from jiyu.lib.text import Text
from jiyu.lib.units import UNITS

_CONSEQUENCE: Final = (
    r"(?P<points>(?:(?:,|:|=|的|则|时|者|即){0,4}(?:本项|该项|此项)?"
    r"(?:得|计|为|给|记|不得分|不计分|满分|全分|零分|扣|:)|:?\d).*)"
)
_NOT: Final = re.compile(
    r"(?P<word>否则|反之|其余|其他|否|(?:[^\d得扣计否]{0,12}?(?:未|没|不(?!超过|低于|高于)|逾期|延期|超期|无法))[^\d得扣计满零:=]{0,12}?)"
    + _CONSEQUENCE
)
_DONE: Final = re.compile(
    rf"(?P<word>[^\d得扣计未没否不]{{0,10}}?(?:完成|达成|达标|达到|实现|合格|通过|做到|交付|提交|上线|取得|获得|完好|符合|是|有|按时|按期|如期|及时)[^\d得扣计未没不满:=]{{0,10}}?){_CONSEQUENCE}"
)
_LEVEL_WORD: Final = re.compile(
    "优|良|好|中|差|合格|及格|满意|达标|完成|卓越|超出|超额|符合|基本|改进|^[SABCDE][+-]?[级等]?$|通过|一般|按时|按期|延期|逾期|未|杰出|需|较|很"
)
_LEVEL: Final = re.compile(rf"(?P<word>[^\d:=]{{1,14}}?)(?:的|者|时)?(?:,|:|=|得|计|为)*(?P<points>{NUMBER})分?")
_LEVEL_RANGE: Final = re.compile(
    rf"(?P<word>[^\d:=]{{1,10}}?)(?:的|者)?(?:[:(=得])*(?P<a>{NUMBER})分?(?:-|~|至)(?P<b>{NUMBER})分?\)?"
)
_PERSON: Final = re.compile(
    r"(?:[^\d]{0,20})(?:上级|领导|主管|经理|负责人|考核人|考核者|评委|评审|总监|总裁|部门|人力资源部?|客户|同事|主观|综合|酌情|视情况|视情节|情节|根据|自评)[^\d]{0,24}"
    r"(?:评分|打分|评定|评价|评估|给分|计分|扣分|加减分|赋分)[^\d]{0,10}(?:\(?(?:0分?[-~至])?100分?(?:制|为满分)?\)?)?|(?:主观|酌情|综合|视情况)(?:评分|打分|给分|扣分|评定|评价)|(?:酌情|视情节?况?轻?重?)扣\d+(?:-|~|至)\d+分"
)
_IS_SCORE: Final = re.compile(
    r"(?:以|按|按照)?[^\d,]{0,14}(?:成绩|评分|得分|分数|平均分|打分)(?:的?(?:平均分|平均值|均值))?(?:即为|作为|为|计为|就是|直接作为|计入|×)(?:考核|本项|该项|最终|最后|权重)*(?:得分|分数|成绩|权重|分)?"
    r"|(?:以|按)(?:实际)?(?:考试|测评|测试|评审|审核|检查|验收|答辩|满意度|调查)[^\d,]{0,8}(?:成绩|得分|分数|评分)(?:为准|计分|计|计算|折算)?"
)
_STAGE: Final = re.compile(rf"(?P<name>[^%:,]{{1,24}}?)(?:占|权重|:|为|\()*(?P<share>{NUMBER})%\)?")
_LATE: Final = re.compile(
    rf"(?:各项|各节点|每项|节点|里程碑)?每?(?:延迟|延误|延期|逾期|推迟|晚|滞后|迟)1?(?:天|日|个工作日|工作日)(?:,)?扣(?P<points>{NUMBER})分?"
)


def read_marks(parts: Sequence[str], facts: Facts) -> Found | None:
    """Yes or no, levels in words, or a person's mark; None for none of them."""
    return _yes_no(parts, facts) or _levels(parts, facts) or _person(parts, facts)


def read_milestones(parts: Sequence[str], facts: Facts) -> Found | None:
    """M1 30%，M2 40%，M3 30%，每延迟1天扣2分."""
    stages = [match for part in parts if (match := _STAGE.fullmatch(part))]
    shares = [Decimal(match["share"]) for match in stages]
    if len(stages) < 2 or sum(shares) != HUNDRED:
        return None
    rest = [part for part in parts if not _STAGE.fullmatch(part)]
    late = [match for part in rest if (match := _LATE.fullmatch(part))]
    found = modifiers([part for part in rest if not _LATE.fullmatch(part)])
    if found.rest or len(late) != 1:
        raise unreadable(
            "prose.milestones",
            "看懂了几个里程碑各占多少，没看懂晚了怎么扣。",
            "Milestones and shares are clear, lateness is not.",
        )
    items = tuple(
        MilestoneItem(code=f"m{number}", zh=match["name"].strip("()[]（）"), share=share)
        for number, (match, share) in enumerate(zip(stages, shares, strict=True), 1)
    )
    method = MilestoneMethod(items=items, points_off=Decimal(late[0]["points"]), floor=floor_of(facts, found, HUNDRED))
    return Found(method, Measure(Text(facts.name), UNITS["day"], 0), Parameters())


def _yes_no(parts: Sequence[str], facts: Facts) -> Found | None:
    """完成得满分，未完成0分; against a number where the target is one."""
    if not 1 <= len(parts) <= 2:
        return None
    done = missed = None
    for part in parts:
        no, yes = _NOT.fullmatch(part), _DONE.fullmatch(part)
        if no and missed is None and (points := read_points(no["points"].lstrip("的则时者即,:="))) is not None:
            missed = points
        elif yes and done is None and (points := read_points(yes["points"].lstrip("的则时者即,:="))) is not None:
            done = points
        else:
            return None
    if missed is not None and done is None:
        return None
    if done is None:
        return None
    if missed is None:
        facts.asker.ask(
            "otherwise",
            Text("做到了得 {y} 分；没做到的没写，怎么算？", "Done: {y}. Not done is not said.").format(y=f"{done:f}"),
            ("zero", Text("没做到得 0 分", "0 points")),
            ("person", Text("由人评分", "a person gives the mark")),
            probe=Decimal(0),
        )
        if facts.asker.answered[-1][1] == "person":
            return _by_person(facts)
        missed = Decimal(0)
    scale = point_scale(facts, [done, missed], is_full_written=True)
    done, missed = scaled(done, scale), scaled(missed, scale)
    if facts.amount(Input.TARGET) is not None:
        return _reached(done, missed, facts)
    return Found(YesNoMethod(yes=done, no=missed), Measure(Text(facts.name), UNITS["number"], 0), Parameters())


def _reached(done: Decimal, missed: Decimal, facts: Facts) -> Found:
    """Done means that a number is reached: two bands that meet at the target."""
    parameters = facts.parameters()
    direction = facts.direction()
    target = parameters.target
    assert target is not None
    amount = facts.amount(Input.TARGET)
    included = amount is None or amount.sign not in (">", "<")
    limit = exact(target)
    if direction is Direction.HIGHER:
        bands = (
            Band(points=done, low=limit, low_included=included),
            Band(points=missed, high=limit, high_included=not included),
        )
    else:
        bands = (
            Band(points=missed, low=limit, low_included=not included),
            Band(points=done, high=limit, high_included=included),
        )
    facts.asker.note(
        "figures_inside",
        "目标 {t} 已经写进规则。",
        "The target {t} is inside the rule.",
        t=facts.measure().figure(float(target)),
    )
    return Found(StepMethod(bands=bands), facts.measure(), parameters)


def _levels(parts: Sequence[str], facts: Facts) -> Found | None:
    """优秀100分、良好80分、合格60分: a person picks; ranges of points leave the mark itself to them."""
    if len(parts) >= 2 and all((m := _LEVEL_RANGE.fullmatch(part)) and _LEVEL_WORD.search(m["word"]) for part in parts):
        facts.asker.note(
            "levels_are_ranges",
            "每一档是一段分，具体几分由评分人给。",
            "Each level is a range: the rater gives the mark.",
        )
        return _by_person(facts)
    read = [match for part in parts if (match := _LEVEL.fullmatch(part))]
    if len(read) < 2 or len(read) != len(parts) or not all(_LEVEL_WORD.search(match["word"]) for match in read):
        return None
    points = [Decimal(match["points"]) for match in read]
    words = [match["word"].strip(":()") for match in read]
    if len(set(words)) < len(words) or len(set(points)) < len(points):
        raise unreadable("prose.levels_twice", "有两档的名字或分一样。", "Two levels have the same name or points.")
    scale = point_scale(facts, points, is_full_written=True)
    falling = sorted(zip(points, words, strict=True), reverse=True)
    levels = tuple(
        Level(mark=len(falling) - at, zh=word, points=scaled(value, scale)) for at, (value, word) in enumerate(falling)
    )
    return Found(
        RubricMethod(levels=levels), Measure(Text(facts.name), UNITS["number"], 0), Parameters(), is_marked=True
    )


def _person(parts: Sequence[str], facts: Facts) -> Found | None:
    """上级评分, 酌情打分; or a score that is somebody's already (考试成绩)."""
    if len(parts) == 1 and _IS_SCORE.fullmatch(parts[0]):
        return Found(_mark(), Measure(Text(facts.name), UNITS["score"]), Parameters())
    return _by_person(facts) if parts and all(_PERSON.fullmatch(part) for part in parts) else None


def _by_person(facts: Facts) -> Found:
    return Found(_mark(), Measure(Text(facts.name), UNITS["score"]), Parameters(), is_marked=True)


def _mark() -> BetweenMethod:
    """The mark is the points: 0 to 100."""
    return BetweenMethod(points_map=(MapPoint(at=Decimal(0), points=Decimal(0)), MapPoint(at=HUNDRED, points=HUNDRED)))
