"""Attainment in prose: 完成率×100, 实际/目标×权重, 按完成率计分, and the two inverse formulas."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Final

from jiyu.lib.prose.amounts import Amount
from jiyu.lib.prose.building import HUNDRED, Found, cap_of, exact, refuse_rest, take_goal
from jiyu.lib.prose.facts import Facts
from jiyu.lib.prose.intervals import read_interval
from jiyu.lib.prose.modifiers import Modifiers, limit_amount, modifiers
from jiyu.lib.prose.readings import Parameters, unreadable
from jiyu.lib.scoring import Direction, Input, Inverse, LinearMethod
from jiyu.lib.text import Text
from jiyu.lib.units import UNITS, format_number

_PERIOD: Final = "(?:本[月季年期]|当[月季年期]|年度|月度|季度)?"
_A: Final = rf"\(?{_PERIOD}实际[^\d/×()=-]{{0,14}}\)?"
_T: Final = rf"\(?{_PERIOD}(?:目标|计划|预算|任务|指标|标准)[^\d/×()=-]{{0,14}}\)?"
_TIMES: Final = (
    r"(?:×?100%)?(?:×(?:100分?|本项|该项|此项|指标)?(?:权重分?|分值|标准分|满分|基础分|基准分|配分)?"
    r"(?P<times>\d+)?分?)?(?:×?100%)?"
)
_SCORE: Final = r"(?:(?:本项|该项|此项|指标|考核)?(?:得分|分数|分值|实得分)(?:=|:|为))?"
_HIGHER: Final = re.compile(rf"{_SCORE}[\[(]?{_A}/{_T}[\])]?{_TIMES}")
_OVER: Final = re.compile(rf"{_SCORE}[\[(]?{_T}/{_A}[\])]?{_TIMES}")
_TWO_MINUS: Final = re.compile(
    rf"{_SCORE}(?:[\[(]2-{_A}/{_T}[\])]|[\[(]1-[(]?{_A}-{_T}[)]?/{_T}[\])]|[\[(]1[+][(]?{_T}-{_A}[)]?/{_T}[\])]){_TIMES}"
)
_RATE: Final = (
    r"(?:实际)?(?:目标|计划|任务|预算|指标)?(?:实际)?(?:完成率|达成率|完成比例|达成比例|完成比|完成百分比|完成情况)"
)
_BY_RATE: Final = re.compile(
    rf"{_SCORE}(?:(?:完成|未完成|未达成?)?(?:则)?(?:按照?|根据|以|依)?(?:实际)?(?P<rate>{_RATE})(?:的?(?:比例|高低|线性|百分比|百分数)){{0,2}}"
    r"(?:×(?:100%?分?|本项|该项)?(?:权重分?|分值|标准分|满分|配分)?|(?:进行)?(?:线性)?(?:计分|得分|折算|核算|给分|评分|计算|计算得分|折算得分|为得分|即为得分|计|打分|折算分数){1,2})"
    r"|(?:未完成|未达成|未达标|低于目标|未达目标|未达到目标)?(?:的|时|则|部分){0,3}(?:按|同|等)(?:实际)?(?:完成)?比例(?:计分|得分|计算得分|折算|给分|计|扣分|扣减|核算|折算得分))"
)
_NAMED_RATE: Final = re.compile(
    rf"{_SCORE}(?:按|以)?(?P<name>[^\d=/×]{{2,14}}率)(?:×100(?:分|%)?|×(?:权重|分值|满分|标准分)|(?:即为|作为|为|计)得分|计分|即得分)"
)
_UNDERSTOOD: Final = ("按完成率计分", "points by attainment")


def read_ratio(parts: Sequence[str], facts: Facts) -> Found | None:
    """A linear method; None where no clause speaks of attainment."""
    for position, part in enumerate(parts):
        core = _core(part, facts)
        if core is not None:
            found = modifiers([other for at, other in enumerate(parts) if at != position])
            take_goal(found, facts)
            _absorb(found, facts)
            refuse_rest(found, *_UNDERSTOOD)
            return _built(core, found, facts)
    return None


def _core(part: str, facts: Facts) -> tuple[str, str] | None:
    """("higher" | "over" | "two_minus" | "rate" | "whole", the condition before it)."""
    if part.startswith(("不足", "不满", "不够", "未满")):
        return None  # what part of a step does
    condition, text = _condition(part)
    for pattern, kind in ((_HIGHER, "higher"), (_OVER, "over"), (_TWO_MINUS, "two_minus")):
        match = pattern.fullmatch(text)
        if match:
            _check_times(match["times"], facts)
            return kind, condition
    if _BY_RATE.fullmatch(text):
        return "rate", condition
    match = _NAMED_RATE.fullmatch(text)
    if match is None:
        return None
    named, own = match["name"], facts.name
    if re.fullmatch(_RATE, named):
        return "rate", condition
    return ("whole", condition) if named in own or own in named else None


def _condition(part: str) -> tuple[str, str]:
    """The interval before the consequence: 低于100%的按完成率计分, 60%-100%按比例得分."""
    interval = read_interval(part)
    if interval is None or interval.word or interval.rest == part or "/" in interval.subject:
        return "", part
    rest = re.sub("^(?:的|时|者|部分|,|则)+", "", interval.rest)
    if not rest or rest[0] in "×/%":
        return "", part
    return part[: len(part) - len(interval.rest)], rest


def _check_times(times: str | None, facts: Facts) -> None:
    if times and Decimal(times) not in (HUNDRED, facts.context.weight_points):
        raise unreadable(
            "prose.odd_full",
            "完成率乘的是 {t}，不是 100，也不是权重。",
            "Attainment is multiplied by {t}, not by 100.",
            t=times,
        )


def _absorb(found: Modifiers, facts: Facts) -> None:
    """Clauses that say what attainment says anyway: 达到目标得满分, 完成率100%以上得100分 (which is a cap)."""
    if found.full_at is not None and found.base is not None:
        amount, _included, _side = limit_amount(found.full_at)
        is_hundred = amount.unit is not None and amount.unit.code == "percent" and amount.value == found.base
        if found.full_at.low is not None and found.full_at.low != found.full_at.high and is_hundred:
            if found.cap is None:
                found.cap = found.base
        elif found.full_at.low is None or not is_hundred:
            found.rest.append(f"{_shown(amount)}得{format_number(found.base)}分")
    elif found.base is not None and found.base not in (HUNDRED, facts.context.weight_points):
        found.rest.append(f"满分{format_number(found.base)}")
    if found.missed is not None:
        found.rest.append("未完成的另有分数")
    if found.partial is not None:
        found.rest.append("不足的算法")


def _built(core: tuple[str, str], found: Modifiers, facts: Facts) -> Found:
    kind, condition = core
    by_rule = {"over": Direction.LOWER, "two_minus": Direction.LOWER, "higher": Direction.HIGHER}.get(kind)
    parameters = facts.parameters()
    measure = facts.measure()
    has_no_target = parameters.target is None and not facts.texts[Input.TARGET]
    is_rate = measure.unit.code == "percent"
    if kind == "whole" or (has_no_target and is_rate and re.search("完成率|达成率", facts.name)):
        if has_no_target:
            return _whole(found, facts)
        if _is_whole(facts, parameters):
            return replace(_whole(found, facts), parameters=replace(parameters, target=None))
    if parameters.target is None and not has_no_target:
        raise unreadable(
            "prose.target_no_number",
            "目标值“{t}”不是一个数，算不出完成率。",
            'The target "{t}" is no number.',
            t=facts.texts[Input.TARGET],
        )
    direction = facts.direction(by_rule=by_rule)
    if direction is Direction.HIGHER and kind in ("over", "two_minus"):
        raise unreadable(
            "prose.formula_direction", "公式是越低越好的，和“越高越好”对不上。", "The formula is for lower-is-better."
        )
    if direction is Direction.LOWER and kind == "higher":
        raise unreadable(
            "prose.formula_direction", "公式是越高越好的，和“越低越好”对不上。", "The formula is for higher-is-better."
        )
    inverse = _inverse(kind, facts, parameters) if direction is Direction.LOWER else None
    target = parameters.target or HUNDRED
    probe = target * Decimal("1.3") if direction is Direction.HIGHER else target * Decimal("0.7")
    cap = cap_of(facts, found, HUNDRED, probe=probe)
    zero, at_limit = _zero(found, facts, parameters, direction, inverse)
    if condition and not _says_the_same(condition, zero, cap):
        raise unreadable(
            "prose.part_unread",
            "看懂了：按完成率计分；没看懂“{c}”以外的怎么算。",
            'Outside "{c}" nothing is said.',
            c=condition,
        )
    method = LinearMethod(
        direction=direction,
        inverse=inverse,
        zero_below=zero,
        zero_at_limit=at_limit,
        floor=found.floor or Decimal(0),
        cap=cap,
    )
    return Found(method, measure, parameters)


def _whole(found: Modifiers, facts: Facts) -> Found:
    cap = cap_of(facts, found, HUNDRED, probe=Decimal(130))
    zero, at_limit = _zero(found, facts, Parameters(target=HUNDRED), Direction.HIGHER, None)
    method = LinearMethod(
        against="whole", zero_below=zero, zero_at_limit=at_limit, floor=found.floor or Decimal(0), cap=cap
    )
    return Found(method, facts.measure(UNITS["percent"]), Parameters())


def _is_whole(facts: Facts, parameters: Parameters) -> bool:
    """Whether 合格率×100 means the percentage itself and not its share of the target. Asked."""
    target = parameters.target
    if target == HUNDRED:
        return False  # both are the same
    shown = facts.measure().figure(float(target)) if target is not None else Text("目标", "the target")
    chosen = facts.asker.ask(
        "ratio_of",
        Text(
            "“{n} × 100”是直接拿实际的百分数当分，还是除以目标 {t}？",
            '"{n} × 100": the percentage itself, or divided by {t}?',
        ).format(n=facts.name, t=shown),
        ("whole", Text("直接当分", "the percentage itself")),
        ("target", Text("实际 ÷ 目标 × 100", "actual ÷ target × 100")),
        probe=target,
    )
    return chosen == "whole"


def _inverse(kind: str, facts: Facts, parameters: Parameters) -> Inverse:
    if kind in ("over", "two_minus"):
        return Inverse.TARGET_OVER_ACTUAL if kind == "over" else Inverse.TWO_MINUS
    target = parameters.target
    chosen = facts.asker.ask(
        "inverse",
        Text(
            "“{n}”越低越好，完成率有两种算法，用哪种？", 'Lower is better for "{n}": which of the two formulas?'
        ).format(n=facts.name),
        (Inverse.TARGET_OVER_ACTUAL.value, Text("目标 ÷ 实际 × 100", "target ÷ actual × 100")),
        (Inverse.TWO_MINUS.value, Text("（2 − 实际 ÷ 目标）× 100", "(2 − actual ÷ target) × 100")),
        probe=target * Decimal("1.25") if target is not None else None,
    )
    return Inverse(chosen)


def _zero(
    found: Modifiers, facts: Facts, parameters: Parameters, direction: Direction, inverse: Inverse | None
) -> tuple[Decimal | None, bool]:
    """The points below which there are none, and whether exactly there are none either."""
    if found.zero is None:
        return None, False
    amount, included, side = limit_amount(found.zero)
    is_percent = amount.unit is not None and amount.unit.code == "percent"
    of_target = (is_percent or amount.unit is None) and _is_of_target(
        amount, found.zero.subject, facts, is_percent=is_percent
    )
    if side != ("high" if of_target or direction is Direction.HIGHER else "low"):
        raise unreadable(
            "prose.zero_side", "“{a}不得分”和方向对不上。", "The zero limit is on the good side.", a=_shown(amount)
        )
    _say_limit(facts, amount, included=bool(included))
    if of_target:
        return amount.value, bool(included)
    if inverse is not None or parameters.target is None or parameters.target <= 0:
        raise unreadable(
            "prose.zero_of_actual",
            "“{a}不得分”是按实际值写的，这种算法放不下。",
            "A limit of the actual does not fit here.",
            a=_shown(amount),
        )
    points = facts.number(amount) / parameters.target * HUNDRED
    six = Decimal("0.000001")
    return exact(points.quantize(six, ROUND_CEILING if included else ROUND_FLOOR)), bool(included)


def _is_of_target(amount: Amount, subject: str, facts: Facts, *, is_percent: bool) -> bool:
    """Whether 低于60% is of the attainment. Where the indicator is a percentage itself, only words can tell."""
    if not is_percent and amount.unit is None:
        return re.search("得分|分数|完成率|达成率", subject) is not None or facts.unit().code == "percent"
    if facts.unit().code != "percent" or re.search("完成率|达成率|目标|完成", subject):
        return True
    if re.search("实际", subject) or (subject and subject in facts.name):
        return False
    target = facts.amount(Input.TARGET)
    if target is None:
        return True
    shown = _shown(amount)
    chosen = facts.asker.ask(
        "limit_of",
        Text("“{a}不得分”说的是完成率，还是{n}本身？", '"None at {a}": of the attainment, or of {n} itself?').format(
            a=shown, n=facts.name
        ),
        ("attainment", Text("完成率（实际 ÷ 目标）", "the attainment (actual ÷ target)")),
        ("actual", Text("{n}本身", "{n} itself").format(n=facts.name)),
        probe=(amount.value * target.value / HUNDRED + amount.value) / 2,
    )
    return chosen == "attainment"


def _say_limit(facts: Facts, amount: Amount, *, included: bool) -> None:
    """以下 includes the number, 低于 does not: the law and the words decide it, and a reader is told."""
    shown = f"{format_number(amount.value, at_most=4)} {amount.unit.label.zh if amount.unit else ''}".strip()
    if included:
        facts.asker.note("limit_included", "“以下”含本数：正好 {v} 也不得分。", "Exactly {v} has none either.", v=shown)
    else:
        facts.asker.note("limit_excluded", "“低于”不含本数：正好 {v} 照算分。", "Exactly {v} still scores.", v=shown)


def _says_the_same(condition: str, zero: Decimal | None, cap: Decimal) -> bool:
    """Whether the condition before the formula only repeats zero limit and cap."""
    interval = read_interval(condition + "得")
    if interval is None:
        return False
    low_fits = interval.low is None or (zero is not None and interval.low.amount.value == zero)
    return low_fits and (interval.high is None or interval.high.amount.value == cap)


def _shown(amount: Amount) -> str:
    unit = amount.unit.label.zh if amount.unit else ""
    return f"{amount.sign or '低于'} {amount.value.normalize():f} {unit}".strip()
