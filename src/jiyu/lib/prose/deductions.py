"""Points per step or per time in prose: 每低1个百分点扣2分, 每次扣20分, 每延迟1天扣5分, 每超1%加1分."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final

from jiyu.lib.prose.amounts import DISCRETE, NUMBER, UNIT, Amount, unit_of
from jiyu.lib.prose.building import (
    HUNDRED,
    Found,
    base_of,
    cap_of,
    exact,
    floor_of,
    point_scale,
    refuse_rest,
    scaled,
    scaled_cap,
    take_goal,
)
from jiyu.lib.prose.facts import Facts
from jiyu.lib.prose.jumps import Slope, jump_rule
from jiyu.lib.prose.modifiers import Modifiers, limit_amount, modifiers
from jiyu.lib.prose.readings import Parameters, unreadable
from jiyu.lib.scoring import (
    Band,
    CountMethod,
    Direction,
    Input,
    Measure,
    MilestoneItem,
    MilestoneMethod,
    PartialStep,
    PerUnitMethod,
    StepMethod,
)
from jiyu.lib.scoring.measure import beside
from jiyu.lib.text import Text
from jiyu.lib.units import UNITS, Unit

_DOWN: Final = ("降低", "下降", "减少", "低于", "低", "少于", "少", "差", "欠", "未达", "下浮", "缺", "降")
_UP: Final = (
    "超过",
    "超出",
    "超额",
    "超",
    "高出",
    "高于",
    "高",
    "增加",
    "上升",
    "增长",
    "多",
    "提高",
    "提升",
    "上浮",
    "升",
)
_LATE: Final = ("延迟", "延误", "延期", "逾期", "推迟", "拖延", "迟交", "迟", "晚", "滞后", "延后", "拖期", "超期")
_VERB: Final = "|".join(sorted((*_DOWN, *_UP, *_LATE, "提前"), key=len, reverse=True))
_THAN: Final = "(?:于|了|出)?(?:目标|计划|指标|任务|预算|标准|基准|规定)?(?:值|数|时间|日期|期限)?"
_GOES_LATE: Final = re.compile(
    rf"[^\d]{{0,8}}?(?:{'|'.join(_LATE)})(?:交付|完成|提交|上报|报送|到货|发货|回复|关闭|整改|上线|付款|结案)?{_THAN}"
)
_GOES_DOWN: Final = re.compile(rf"[^\d]{{0,8}}?(?:{'|'.join(_DOWN)}){_THAN}|少[^\d扣加]{{1,4}}")
_GOES_UP: Final = re.compile(rf"[^\d]{{0,8}}?(?:{'|'.join(_UP)}){_THAN}")
_ACT: Final = "扣减|扣除|扣|减少|减|加分?|增加|奖励|奖|另加"
_STEP: Final = re.compile(
    rf"(?P<subject>[^每\d]{{0,16}})每(?:再)?(?P<before>[^\d扣加减]{{0,12}}?)(?:(?P<per>{NUMBER})(?P<unit>{UNIT})|(?P<bare>{UNIT}))"
    rf"(?P<after>[^\d扣加奖]{{0,14}}?)(?:,|则|相应|的)*(?P<act>{_ACT})(?:本项|该项|此项)?(?P<of>(?:分值|权重|标准分|得分|总分)的?)?"
    rf"(?P<points>{NUMBER})(?P<sign>分|%)?(?:绩效分|考核分)?"
)
_SHORT: Final = re.compile(
    rf"(?P<subject>[^\d]{{0,12}}?)(?P<before>{_VERB}|发生|出现|有|产生|收到)(?P<per>{NUMBER})(?P<unit>{UNIT})(?P<after>[^\d扣加]{{0,10}}?)"
    rf"(?:,|则)*(?P<act>{_ACT})(?P<of>)(?P<points>{NUMBER})(?P<sign>分)?"
)
_RATE: Final = re.compile(
    rf"(?P<act>扣|加|减)?(?P<points>{NUMBER})分/(?:每)?(?P<per>{NUMBER})?(?P<unit>{UNIT})(?P<after>[^\d]{{0,8}})"
)
_BOTH: Final = re.compile(
    rf"(?P<subject>[^每\d]{{0,12}})每?(?:增减|升降|上下浮动|浮动|上下|高低|±|\+/-|增加或减少|增加\(减少\))(?P<per>{NUMBER})(?P<unit>{UNIT})(?:,|则|相应)*"
    rf"(?:加减|增减|±|加\(减\)|加或减|加扣|奖扣|增加或减少)(?P<points>{NUMBER})分?"
)
_MOST_STEPS: Final = 40
_UNDERSTOOD: Final = ("每多少扣（加）几分", "points per step")


@dataclass(frozen=True, slots=True)
class Step:
    """One "每 … 扣 …": how far a step is, what it costs (or gives), and what kind of thing it counts."""

    kind: str  # "down" | "up" | "late" | "event"
    per: Amount
    points: Decimal
    adds: bool
    subject: str = ""
    is_short: bool = False


def read_deduction(parts: Sequence[str], facts: Facts) -> Found | None:
    """A per-unit, count, milestone or between method; None where no clause is a step."""
    steps: list[Step] = []
    rest: list[str] = []
    for part in parts:
        read = _steps(part, facts)
        if read:
            steps += read
        else:
            rest.append(part)
    if not steps:
        return None
    if len(steps) > 1 and all(step.kind == "event" and step.is_short for step in steps):
        return None  # 发生1次扣10分，发生2次扣30分: a table, not a rate
    found = modifiers(rest)
    take_goal(found, facts)
    refuse_rest(found, *_UNDERSTOOD)
    kinds = {"way" if step.kind in ("down", "up") else step.kind for step in steps}
    if len(kinds) > 1 or sum(step.adds for step in steps) > 1 or sum(not step.adds for step in steps) > 1:
        raise unreadable(
            "prose.several_steps", "写了几种扣分，合不成一条。", "Several kinds of deductions do not make one rule."
        )
    kind = kinds.pop()
    if kind == "late":
        return _late(steps, found, facts)
    is_date = steps[0].per.unit is not None and steps[0].per.unit.code == "day" and facts.amount(Input.TARGET) is None
    if kind == "way" and steps[0].kind == "up" and is_date and len(steps) == 1:
        return _late(steps, found, facts)  # 每超1天 beyond a date
    return _per_unit(steps, found, facts) if kind == "way" else _count(steps, found, facts)


def _steps(part: str, facts: Facts) -> list[Step]:
    if match := _BOTH.fullmatch(part):
        both = Amount(*unit_of(Decimal(match["per"]), match["unit"]))
        mark = Decimal(match["points"])
        lower = facts.direction() is Direction.LOWER
        down, up = ("up", "down") if lower else ("down", "up")
        return [Step(down, both, mark, adds=False), Step(up, both, mark, adds=True)]
    match = _STEP.fullmatch(part) or _RATE.fullmatch(part)
    is_short = match is None
    match = match or _SHORT.fullmatch(part)
    if match is None:
        return []
    groups = match.groupdict()
    unit, per = groups["unit"] or groups.get("bare"), Decimal(groups.get("per") or 1)
    if is_short:
        facts.asker.note("each", "“{p}”当作每一次都算。", '"{p}" is taken as for each.', p=part)
    step = Amount(*unit_of(per, unit))
    kind = _kind(groups.get("before") or "", step)
    adds = (groups.get("act") or "扣") in ("加", "加分", "增加", "奖励", "奖", "另加")
    points = Decimal(groups["points"])
    if groups.get("sign") == "%" and not groups.get("of"):
        facts.asker.note(
            "percent_of_line", "“扣 {p}%”当作这一项满分的 {p}%。", '"{p}%" is of the full points.', p=f"{points:f}"
        )
    return [Step(kind, step, points, adds, groups.get("subject") or "", is_short)]


def _kind(before: str, step: Amount) -> str:
    """Which way the step goes: below the target, above it, days late, or one more event (差错, 缺陷, 迟到 are events)."""
    if before.startswith("提前"):
        raise unreadable(
            "prose.early", "提前几天加分，还放不进一条评分标准。", "Points for being early do not fit a method yet."
        )
    is_day = step.unit is not None and step.unit.code == "day"
    for kind, pattern in (("late", _GOES_LATE), ("down", _GOES_DOWN), ("up", _GOES_UP)):
        if pattern.fullmatch(before) and (kind != "late" or is_day):
            return kind
    return "event"


def _per_unit(steps: list[Step], found: Modifiers, facts: Facts) -> Found:
    off = next((step for step in steps if not step.adds), None)
    on = next((step for step in steps if step.adds), None)
    ways = {(Direction.HIGHER if (step.kind == "down") != step.adds else Direction.LOWER) for step in steps}
    if len(ways) > 1:
        raise unreadable("prose.ways", "扣分和加分说的方向不一样。", "Deduction and bonus go opposite ways.")
    _target_of(found, facts)
    direction = facts.direction(by_rule=ways.pop())
    first = off or on
    assert first is not None
    hint = first.per.unit
    parameters = facts.parameters(
        hint if (hint and hint.code != "percent") or facts.cells[Input.TARGET] is None else None
    )
    measure = facts.measure(hint)
    per = _per(first, facts, parameters)
    if on is not None and off is not None and _per(on, facts, parameters) != per:
        raise unreadable(
            "prose.two_steps", "加分和扣分的步子不一样大，合不成一条。", "Bonus and deduction have different steps."
        )
    points = [step.points for step in steps] + ([found.base] if found.base is not None else [])
    scale = point_scale(facts, points, is_full_written=found.base is not None)
    base = base_of(facts, found, scale)
    full = scaled(base, scale)
    partial = _partial(found, facts, first, per, measure, parameters, direction)
    ahead = Decimal(1) if direction is Direction.HIGHER else Decimal(-1)
    probe = parameters.target + ahead * 30 * per if parameters.target is not None else None
    cap = scaled_cap(cap_of(facts, found, base, probe=probe, gains=True), scale) if on else max(full, HUNDRED)
    if off is None or found.zero is not None or found.missed is not None:
        slope = Slope(
            direction,
            per,
            full,
            cap,
            partial,
            scaled(off.points, scale) if off else None,
            scaled(on.points, scale) if on else None,
        )
        return jump_rule(slope, found, facts, measure, parameters)
    return Found(
        PerUnitMethod(
            direction=direction,
            per=per,
            points_off=scaled(off.points, scale),
            points_on=scaled(on.points, scale) if on else None,
            partial=partial,
            full=full,
            floor=scaled(floor_of(facts, found, base), scale),
            cap=cap,
        ),
        measure,
        parameters,
    )


def _target_of(found: Modifiers, facts: Facts) -> None:
    """达到95%得100分 beside 每低1%: the number of full points is the target."""
    if found.full_at is None:
        return
    low = found.full_at.low
    amount = low.amount if low is not None else limit_amount(found.full_at)[0]
    is_percent = amount.unit is not None and amount.unit.code == "percent"
    if is_percent and amount.value == HUNDRED and facts.is_attainment(found.full_at.subject):
        return
    facts.say(Input.TARGET, amount)


def _per(step: Step, facts: Facts, parameters: Parameters) -> Decimal:
    """A step in the indicator's unit; 1 % of what is no percentage is 1 % of the target."""
    is_percent = step.per.unit is not None and step.per.unit.code == "percent"
    if is_percent and facts.is_attainment(step.subject):
        value = facts.of_target(step.per.value, parameters)
        facts.asker.note(
            "step_of_target", "每 {p}% 按目标的 {p}% 算。", "{p}% is of the target.", p=f"{step.per.value:f}"
        )
        return exact(value)
    if is_percent and re.search("完成率|达成率", step.subject) and not re.search("完成率|达成率", facts.name):
        raise unreadable(
            "prose.step_of",
            "分不清每 1% 是几个百分点，还是目标的 1%。",
            "Points of a percentage, or percent of the target?",
        )
    value = facts.number(step.per, step.per.unit)
    if value <= 0:
        raise unreadable("prose.no_step", "每多少扣分没写数。", "The step has no size.")
    return value


def _partial(
    found: Modifiers,
    facts: Facts,
    step: Step,
    per: Decimal,
    measure: Measure,
    parameters: Parameters,
    direction: Direction,
) -> PartialStep:
    """What less than a step does; asked, unless it is written or things come whole."""
    if found.partial is not None:
        return found.partial
    comes_whole = measure.unit.code in DISCRETE and per == 1 and measure.decimals == 0
    if comes_whole:
        return PartialStep.PROPORTION
    is_ahead = step.adds == (direction is Direction.HIGHER)
    behind = Decimal("2.4") if is_ahead else Decimal("-2.4")
    gap = measure.gap(float(per))
    chosen = facts.asker.ask(
        "partial",
        Text("不足 {w}怎么算？", "What does less than {g} count?").format(g=gap, w=beside(gap, "的", "")),
        (PartialStep.PROPORTION.value, Text("按比例", "in proportion")),
        (PartialStep.WHOLE.value, Text("按一档算", "as a whole step")),
        (PartialStep.IGNORE.value, Text("不计", "not at all")),
        probe=parameters.target + behind * per if parameters.target is not None else None,
    )
    return PartialStep(chosen)


def _late(steps: list[Step], found: Modifiers, facts: Facts) -> Found:
    """Days late: against a target in days, or one milestone that counts the days beyond its date."""
    step = steps[0]
    if step.adds or step.per.unit is None or step.per.unit.code != "day":
        raise unreadable("prose.late_unit", "延迟按什么扣没看懂，要按天。", "Lateness is read by days.")
    amount = facts.amount(Input.TARGET)
    if amount is not None and (amount.unit is None or amount.unit.code == "day"):
        return _per_unit([replace(step, kind="up")], found, facts)
    scale = point_scale(
        facts, [step.points, *([found.base] if found.base is not None else [])], is_full_written=found.base is not None
    )
    base = base_of(facts, found, scale)
    measure = Measure(Text(f"{facts.name}延迟天数"), UNITS["day"], 0)
    if found.zero is not None or found.missed is not None or step.per.value != 1:
        return _counted(step, found, facts, measure, base, scale)
    item = MilestoneItem(code="done", zh=facts.name[:200].replace("[", "（").replace("]", "）"), share=HUNDRED)
    method = MilestoneMethod(
        items=(item,),
        points_off=scaled(step.points, scale),
        full=scaled(base, scale),
        floor=scaled(floor_of(facts, found, base), scale),
    )
    return Found(method, measure, Parameters())


def _count(steps: list[Step], found: Modifiers, facts: Facts) -> Found:
    """计次: points off (or on) for every occurrence."""
    step = steps[0]
    if len(steps) > 1:
        raise unreadable("prose.several_steps", "写了几种计次，合不成一条。", "Several counts do not make one rule.")
    unit: Unit = step.per.unit or UNITS["occurrence"]
    if unit.code not in DISCRETE:
        raise unreadable("prose.no_way", "没写是高了还是低了扣分。", "Above or below what? The rule does not say.")
    if step.adds and found.base is None:
        raise unreadable(
            "prose.no_base", "只写了加分，没写从几分加起。", "Only additions, and no points to start from."
        )
    points = [step.points] + ([found.base] if found.base is not None else [])
    scale = point_scale(facts, points, is_full_written=found.base is not None)
    base = base_of(facts, found, scale)
    return _counted(step, found, facts, facts.measure(unit, decimals=0), base, scale)


def _counted(step: Step, found: Modifiers, facts: Facts, measure: Measure, base: Decimal, scale: Decimal) -> Found:
    each, allowed = scaled(step.points, scale) / step.per.value, 0
    if step.per.value != 1:
        raise unreadable(
            "prose.several_each",
            "“每 {n} 次”怎么算没看懂。",
            "A count by {n} is not understood.",
            n=f"{step.per.value:f}",
        )
    if not step.adds and step.kind == "event":
        allowed = _allowed(facts)
    floor, full = scaled(floor_of(facts, found, base), scale), scaled(base, scale)
    if found.zero is not None:
        return Found(_to_nothing(found, facts, full, each, allowed, floor), measure, Parameters())
    if found.missed is not None:
        raise unreadable("prose.part_unread", "没看懂没完成的怎么算。", "What happens when missed is not understood.")
    cap = (
        scaled_cap(cap_of(facts, found, base, probe=Decimal(30), gains=True), scale)
        if step.adds
        else max(full, HUNDRED)
    )
    method = CountMethod(start=full, each=each if step.adds else -each, allowed=allowed, floor=floor, cap=cap)
    return Found(method, measure, Parameters())


def _allowed(facts: Facts) -> int:
    """目标不超过3次 beside 每次扣5分: from the fourth, or from the first? Asked."""
    amount = facts.amount(Input.TARGET)
    if amount is None or amount.value <= 0 or amount.sign not in ("≤", "<", ""):
        return 0
    if amount.unit is not None and amount.unit.code not in DISCRETE:
        return 0
    most = int(amount.value) - (amount.sign == "<")
    if most <= 0:
        return 0
    chosen = facts.asker.ask(
        "allowed",
        Text("目标是不超过 {n} 次，前 {n} 次扣不扣？", "The target allows {n}: are the first {n} deducted too?").format(
            n=most
        ),
        ("beyond", Text("超过 {n} 次才扣", "only beyond {n}").format(n=most)),
        ("all", Text("从第 1 次起就扣", "from the first on")),
        probe=Decimal(most + 1),
    )
    return most if chosen == "beyond" else 0


def _to_nothing(
    found: Modifiers, facts: Facts, full: Decimal, each: Decimal, allowed: int, floor: Decimal
) -> StepMethod:
    """每次扣10分，超过3次不得分: one band per count."""
    if found.zero is None:
        raise ValueError("no limit")
    amount, included, side = limit_amount(found.zero)
    last = int(amount.value) - (1 if included else 0)
    if side != "low" or amount.value != int(amount.value) or not allowed <= last <= _MOST_STEPS:
        raise unreadable(
            "prose.count_limit", "“不得分”的次数没看懂。", "The number of times for no points is not understood."
        )
    bands = [Band(points=full, high=Decimal(allowed), high_included=True)]
    for count in range(allowed + 1, last + 1):
        points = max(floor, full - each * (count - allowed))
        bands.append(Band(points=points, low=Decimal(count), high=Decimal(count), high_included=True))
    bands.append(Band(points=Decimal(0), low=Decimal(last + 1)))
    return StepMethod(bands=tuple(bands))
