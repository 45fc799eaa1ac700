"""Clauses that do not make a rule but bound it: 最高120, 扣完为止, 低于60%不得分, 不足按比例, 一票否决."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from jiyu.lib.prose.amounts import NUMBER, UNIT, Amount, unit_of
from jiyu.lib.prose.bands import read_band, read_points
from jiyu.lib.prose.intervals import Interval, Limit, read_interval
from jiyu.lib.scoring import PartialStep

UNCAPPED: Final = Decimal(1000)
"""No cap: the most points the scoring library holds."""

_VETO: Final = re.compile("一票否决|红线")
_ASIDE: Final = re.compile(
    r"(?:数据来源|资料来源|统计口径|统计周期|备注|数据由|注[:：]).*|由.{1,12}(?:提供|统计|核定|出具).*|以.{1,16}(?:数据|报表|系统|记录|台账)为准"
    r"|(?:完成率|达成率|完成比例)=[^得分]{3,40}(?:×100%)?|按(?:月|季|季度|年|年度)(?:统计|考核|评价)"
)
_CAP: Final = re.compile(
    rf"(?:本项|该项|得分|总分|单项)*(?:最高|上限|封顶|最多|至多|不超过|最高不超过|以)(?:得分|得|为|是|至|到|按|计|不超过|加到|加至|可得|:|(?:本项|该项)?(?:权重|分值|标准分|满分)的?)*"
    rf"(?P<cap>{NUMBER})(?P<of>分|%|倍)?(?:为限|封顶|为止|计算?|止)?|(?P<cap2>{NUMBER})(?P<of2>分|%|倍)?封顶"
)
_CAP_ON: Final = re.compile(
    rf"(?:最高|最多|上限|累计最多|累计)加(?:分)?(?:不超过)?(?P<on>{NUMBER})分?(?:为止|为限|封顶)?|加分(?:最高|上限|最多|不超过|封顶)(?:为|至)?(?P<on2>{NUMBER})分?(?:为止|为限)?"
)
_NO_CAP: Final = re.compile(r"上?不封顶|不设上限|无上限|不设封顶")
_FULL_CAP: Final = re.compile(
    r"(?:超额|超出|超过|超额完成|超过目标|超出部分|超额部分|高于目标)(?:的|部分)?(?:也)?不(?:再|另)?加分|(?:最高|至多|最多)(?:得|为)?满分|满分(?:封顶|为止|为限)"
    r"|(?:完成率)?(?:超过|大于|高于|≥|>)100%(?:的|时|者)?(?:均|都|只)?按100%(?:计算?|计分|算)?|不(?:另)?加分"
)
_TO_ZERO: Final = re.compile(
    r"(?:直至|直到|至)?(?:本项|该项|此项)?(?:分值|分数|分)?扣(?:完|光)(?:(?:本项|该项|此项)(?:分值|分数|分)?)?为止|(?:扣至|直至|扣到)0分?(?:为止)?"
    r"|最低(?:得|为|计)?0分?|不(?:倒扣|计负分|出现负分|得负分)|扣完(?:该项|本项)?分?(?:值)?(?:止)?"
)
_FLOOR: Final = re.compile(rf"(?:最低|保底|不低于|最少)(?:得分|得|为|计|不低于)*(?P<floor>{NUMBER})分?")
_MOST_OFF: Final = re.compile(
    rf"(?:最多|最高|累计最多|上限|至多)(?:可)?扣(?:减|分)?(?P<off>{NUMBER})分?(?:为止|为限)?|扣分(?:上限|不超过|最多|封顶)(?:为)?(?P<off2>{NUMBER})分?"
)
_NO_FLOOR: Final = re.compile(
    r"(?:可|允许)(?:以)?(?:为|计|扣至|倒扣|出现|得)?(?:负分|负数|倒扣)|倒扣|不封底|扣分不封顶"
)
_PARTIAL: Final = re.compile(
    r"(?:的)?(?:不足|不满|不够|未满)(?!\d+(?:\.\d+)?[^\d不得扣按]{0,4}(?:不得|得|扣\d))(?P<rest>.*)|按(?:实际)?比例(?:折算|计算)不足部分"
)
_IN_PROPORTION: Final = re.compile(r"按(?:实际)?比例(?:计算|扣分|折算|计|扣减?|执行)?|比例(?:计算|扣分)|折算|线性")
_WHOLE_STEP: Final = re.compile(r"(?:也|均|仍|都)?(?:按|视为|视同|算)(?:1|满|整|\d)|向上取整|进位")
_NO_STEP: Final = re.compile(r"不(?:予)?(?:计|扣|算|加)|忽略|舍去|向下取整")
_BASE: Final = re.compile(
    rf"(?:本项|该项)?(?:基础分|基准分|基本分|满分|总分|起始分|标准分|初始分)(?:为|是|:|=)*(?P<base>{NUMBER})分?|以(?P<base2>{NUMBER})分为(?:满分|基准|基础分?)"
)
_AT_TARGET: Final = re.compile(
    r"(?:实际)?(?:达到|完成|达成|实现|等于|不低于|不超过|满足|达)(?:年度|月度|季度)?(?:目标|计划|指标|任务|预算|要求|标准)(?:值|数|额|量)?(?:的)?(?:100%)?(?:及以上|以上|时|的|者|,)?"
    r"(?P<points>(?:得|计|为|:|不扣|满分|\d).*)|达标(?P<points2>(?:得|计|为|:|满分|\d).*)|(?:无|没有|未(?:发生|出现))[^\d得扣加]{0,10}(?P<points3>(?:得|计|为|:|满分|\d).*)"
    r"|(?:0|零)(?:次|起|例|件|宗)?[^\d得扣加]{0,6}(?P<points4>(?:得|计|满分).*)"
)
_AT_HUNDRED: Final = re.compile(
    r"(?:100%(?:完成|达成|达标)|(?:全部|足额)(?:完成|达成)|(?:在)?(?:预算|计划|目标)(?:范围|额度|值)?(?:之|以)?内|(?:不超|未超)(?:出|过)?(?:预算|目标|计划))(?:的|时|者)?(?P<points>(?:得|计|为|:|不扣).*)"
)
_GOAL: Final = re.compile(rf"目标(?:值)?(?:为|是|:)*(?P<number>{NUMBER})(?P<unit>{UNIT})?")
_MISSED: Final = re.compile(
    r"(?:未|没有?|不)(?:能)?(?:达到|完成|达成|实现|达标|达)(?:年度|月度|季度)?(?:目标|计划|指标|任务|要求|标准)?(?:值)?(?:的|者|时)?(?P<points>(?:得|计|为|:|不|零|0).*)"
    r"|(?:低于|小于|不到)(?:目标|计划)(?:值)?(?:的|者|时)?(?P<points2>(?:得|计|为|:|不|零|0).*)"
)
_BETWEEN: Final = re.compile(
    r"(?:.{0,12}(?:中间|之间|区间|期间|其间|两者|三者|各点|各档|档间|其他|其余).{0,8})?(?:按|采用|用|以)?(?:线性|直线|插值|比例|内插)(?:线性|插值|插值法|内插|内插法|法|比例)?(?:计算|计分|得分|折算|计|给分|算)?"
)


@dataclass(slots=True)
class Modifiers:
    """What the modifying clauses say; None where nothing does. `rest` are the clauses that are none of them."""

    cap: Decimal | None = None
    cap_on: Decimal | None = None
    floor: Decimal | None = None
    most_off: Decimal | None = None
    partial: PartialStep | None = None
    base: Decimal | None = None
    zero: Interval | None = None
    goal: Interval | None = None
    full_at: Interval | None = None
    missed: Decimal | None = None
    is_between: bool = False
    vetoes: list[str] = field(default_factory=list)
    rest: list[str] = field(default_factory=list)
    twice: str = ""


def aside(parts: Sequence[str]) -> tuple[list[str], list[str]]:
    """The clauses that carry points, and the vetoes; where the data comes from is left out."""
    vetoes = [part for part in parts if _VETO.search(part)]
    return [part for part in parts if part not in vetoes and not _ASIDE.fullmatch(part)], vetoes


def modifiers(parts: Sequence[str]) -> Modifiers:
    """What each clause modifies."""
    found = Modifiers()
    for part in parts:
        if not _bound(part, found) and not _condition(part, found):
            found.rest.append(part)
    return found


def _bound(part: str, found: Modifiers) -> bool:
    """Caps, floors, what part of a step does, base points."""
    if match := _CAP_ON.fullmatch(part):
        found.cap_on = Decimal(match["on"] or match["on2"])
    elif match := _MOST_OFF.fullmatch(part):
        found.most_off = Decimal(match["off"] or match["off2"])
    elif _NO_CAP.fullmatch(part):
        _set(found, "cap", UNCAPPED)
    elif _FULL_CAP.fullmatch(part):
        _set(found, "cap", Decimal(100))
    elif _TO_ZERO.fullmatch(part):
        _set(found, "floor", Decimal(0))
    elif _NO_FLOOR.fullmatch(part):
        _set(found, "floor", -UNCAPPED)
    elif match := _FLOOR.fullmatch(part):
        _set(found, "floor", Decimal(match["floor"]))
    elif match := _BASE.fullmatch(part):
        _set(found, "base", Decimal(match["base"] or match["base2"]))
    elif match := _CAP.fullmatch(part):
        number, of = Decimal(match["cap"] or match["cap2"]), match["of"] or match["of2"]
        _set(found, "cap", number * 100 if of == "倍" else number)
    elif match := _PARTIAL.fullmatch(part):
        return _partial(match["rest"] or part, found)
    elif _BETWEEN.fullmatch(part):
        found.is_between = True
    else:
        return False
    return True


def _partial(rest: str, found: Modifiers) -> bool:
    for pattern, partial in (
        (_IN_PROPORTION, PartialStep.PROPORTION), (_NO_STEP, PartialStep.IGNORE), (_WHOLE_STEP, PartialStep.WHOLE),
    ):  # fmt: skip
        if pattern.search(rest):
            found.partial = partial
            return True
    return False


def _condition(part: str, found: Modifiers) -> bool:
    """What happens at the target, below it, or below a limit."""
    if match := _MISSED.fullmatch(part):
        points = read_points(match["points"] or match["points2"])
        if points is not None:
            _set(found, "missed", points)
            return True
    if match := _GOAL.fullmatch(part):
        limit = Limit(Amount(*unit_of(Decimal(match["number"]), match["unit"])), True)
        found.goal = Interval(limit, None)
        return True
    if match := _AT_HUNDRED.fullmatch(part):
        points = read_points(match["points"])
        if points is not None:
            _set(found, "base", points)
            return True
    if match := _AT_TARGET.fullmatch(part):
        text = match["points"] or match["points2"] or match["points3"] or match["points4"]
        points = read_points(text)
        if points is not None:
            _set(found, "base", points)
            return True
    band = read_band(part)
    if band is None or band.interval.word:
        return _states_goal(part, found)
    one_sided = (band.interval.low is None) != (band.interval.high is None)
    if band.points == 0 and one_sided and found.zero is None:
        found.zero = band.interval
        return True
    is_point = band.interval.low is not None and band.interval.low == band.interval.high
    if band.points > 0 and (one_sided or is_point) and found.full_at is None:
        found.full_at = band.interval
        _set(found, "base", band.points)
        return True
    return False


def _states_goal(part: str, found: Modifiers) -> bool:
    """A clause that only says the target again: 客户投诉不超过3次, 3天内完成."""
    said = re.sub(r"(\d[^\d]{0,4}?)(?:之)?内(?:完成|解决|响应|处理|关闭|回复)?$", r"\1以内", part)
    interval = read_interval(said)
    if interval is None or interval.word or interval.rest or (interval.low is None) == (interval.high is None):
        return False
    if found.goal is not None:
        return False
    found.goal = interval
    return True


def _set(found: Modifiers, name: str, value: Decimal) -> None:
    """One value; a second, different one is a contradiction that nobody may settle silently."""
    before = getattr(found, name)
    if before is not None and before != value:
        found.twice = name
    setattr(found, name, value)


def limit_amount(interval: Interval) -> tuple[Amount, bool | None, str]:
    """The one limit of a one-sided interval, whether it is in it, and "low" or "high"."""
    limit, side = (interval.low, "low") if interval.low is not None else (interval.high, "high")
    if limit is None:
        raise ValueError("an interval without limits")
    return limit.amount, limit.included, side
