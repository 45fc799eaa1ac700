"""底线 – 目标 – 挑战 in prose: 底线5 目标3 挑战1; 达到底线得60分，达到目标得100分，中间线性."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from jiyu.lib.prose.amounts import NUMBER, UNIT, Amount, unit_of
from jiyu.lib.prose.building import Found, exact, point_scale, refuse_rest, scaled
from jiyu.lib.prose.facts import Facts
from jiyu.lib.prose.modifiers import modifiers
from jiyu.lib.prose.readings import Parameters, unreadable
from jiyu.lib.scoring import Band, Direction, Input, Measure, Method, StepMethod, ThreePointMethod
from jiyu.lib.text import Text

_WORDS: Final = {
    Input.THRESHOLD: ("底线", "门槛", "保底", "及格"),
    Input.TARGET: ("目标", "达标"),
    Input.STRETCH: ("挑战", "卓越", "力争", "理想", "优秀"),
}
_WORD: Final = "|".join(word for words in _WORDS.values() for word in words)
_POINT: Final = re.compile(
    rf"(?:达到|实现|达成|完成|达|在|=)?(?P<word>{_WORD})(?:目标|线|水平)?(?:值|数)?(?:的|时|者|及以上|以上|为|:|=|,|≥|≤|\()*"
    rf"(?:(?!{NUMBER}分(?!得|:))(?P<number>{NUMBER})(?P<unit>{UNIT})?\)?)?(?:的|时|者|,|:|及以上|以上|以下|\()*(?:(?:得|计|为|对应|:|/)+(?P<points>{NUMBER})分?|(?P<points2>{NUMBER})分)?\)?"
)
_BELOW: Final = re.compile(
    r"(?:低于|未达到?|不到|达不到|高于|超过|差于)(?:底线|门槛|保底|及格|最低)(?:值|线)?(?:的|时|者|以下)*(?:得|计|为)?(?:0分?|不得分|不计分|零分)|底线(?:值)?以下(?:的)?(?:得|计|为)?(?:0分?|不得分|不计分)"
)
_BY_POINTS: Final = re.compile(
    r".{0,6}(?:底线|门槛).{0,6}目标.{0,8}(?:挑战|卓越)?.{0,10}(?:三点|两点|线性|插值|比例|区间|分段).{0,12}|三点(?:线性|法|插值)?(?:计分|评分|法)?"
)
_DEFAULT: Final = {Input.THRESHOLD: Decimal(60), Input.TARGET: Decimal(100), Input.STRETCH: Decimal(120)}


def read_three_points(parts: Sequence[str], facts: Facts) -> Found | None:
    """The three-point method (or two), or steps where HR says so; None where the rule does not name 底线 and 目标."""
    points: dict[Input, Decimal] = {}
    named: set[Input] = set()
    said: list[tuple[Input, Amount]] = []
    rest: list[str] = []
    said_line = False
    for part in parts:
        if _BELOW.fullmatch(part):
            continue
        read = _points(part)
        if read is None and _BY_POINTS.fullmatch(part):
            named |= {Input.THRESHOLD, Input.TARGET}
            said_line = True
            continue
        if read is None:
            rest.append(part)
            continue
        for name, amount, mark in read:
            named.add(name)
            if amount is not None:
                said.append((name, amount))
            if mark is not None:
                points[name] = mark
    if Input.TARGET not in named or Input.THRESHOLD not in named:
        return None
    for name, amount in said:
        facts.say(name, amount)
    found = modifiers(rest)
    if found.cap is not None and Input.STRETCH not in points:
        points[Input.STRETCH] = found.cap
    refuse_rest(found, "底线、目标、挑战三点", "threshold, target and stretch")
    return _built(points, facts, is_line=said_line or found.is_between)


def by_cells(facts: Facts) -> Found | None:
    """No prose, but 底线, 目标 and 挑战 in their columns: the same three points."""
    if any(facts.cells[name] is None for name in _WORDS):
        return None
    return _built({}, facts, is_line=False)


def _points(part: str) -> list[tuple[Input, Amount | None, Decimal | None]] | None:
    """Each 底线5 of a clause; None where the clause is more than that."""
    read: list[tuple[Input, Amount | None, Decimal | None]] = []
    at = 0
    while at < len(part):
        match = _POINT.match(part, at)
        if match is None:
            return None
        name = next(name for name, words in _WORDS.items() if match["word"] in words)
        mark = match["points"] or match["points2"]
        amount = Amount(*unit_of(Decimal(match["number"]), match["unit"])) if match["number"] else None
        if amount is None and mark is None:
            return None
        read.append((name, amount, Decimal(mark) if mark else None))
        at = match.end()
        while at < len(part) and part[at] in ",:/、":
            at += 1
    return read


def _built(points: dict[Input, Decimal], facts: Facts, *, is_line: bool) -> Found:
    hint = next((a.unit for name in _WORDS if (a := facts.amount(name)) and a.unit), None)
    measure, parameters = facts.measure(hint), facts.parameters(hint)
    has_stretch = parameters.stretch is not None or Input.STRETCH in points
    names = [Input.THRESHOLD, Input.TARGET, *([Input.STRETCH] if has_stretch else [])]
    if not points:
        shown = " / ".join(f"{_DEFAULT[name]:f}" for name in names)
        facts.asker.note("default_points", "没写每点几分，按 {s}。", "No points are written: {s}.", s=shown)
    elif any(name not in points for name in names):
        raise unreadable("prose.points_missing", "有的点写了几分，有的没写。", "Some of the points have no score.")
    scale = point_scale(facts, points.values(), is_full_written=True) if points else Decimal(1)
    marks = {name: scaled(points.get(name, _DEFAULT[name]), scale) for name in names}
    direction = facts.direction()
    if points and not is_line and _ask_line(facts, parameters) == "steps":
        return Found(_steps(marks, parameters, direction), measure, parameters)
    method = ThreePointMethod(
        direction=direction,
        at_threshold=marks[Input.THRESHOLD],
        at_target=marks[Input.TARGET],
        at_stretch=marks.get(Input.STRETCH, marks[Input.TARGET] + 20),
        has_stretch=has_stretch,
    )
    _check(method, measure, parameters)
    return Found(method, measure, parameters)


def _ask_line(facts: Facts, parameters: Parameters) -> str:
    low, high = parameters.threshold, parameters.target
    return facts.asker.ask(
        "between",
        Text("两个点中间的数怎么算？", "What about numbers between the points?"),
        ("line", Text("按比例（直线）", "in proportion (a straight line)")),
        ("steps", Text("到了哪个点算哪个点", "the last point reached")),
        probe=(low + high) / 2 if low is not None and high is not None else None,
    )


def _steps(marks: dict[Input, Decimal], parameters: Parameters, direction: Direction) -> StepMethod:
    ats = [(parameters.get(name), mark) for name, mark in marks.items()]
    rising: list[tuple[Decimal, Decimal]] = []
    for at, mark in ats:
        if at is None:
            raise unreadable("prose.needs_target", "三个点还没有数。", "The points have no numbers yet.")
        rising.append((exact(at), mark))
    bands: list[Band] = []
    if direction is Direction.HIGHER:
        bands.append(Band(points=Decimal(0), high=rising[0][0]))
        for number, (at, mark) in enumerate(rising):
            after = rising[number + 1][0] if number + 1 < len(rising) else None
            bands.append(Band(points=mark, low=at, high=after))
    else:
        bands.append(Band(points=Decimal(0), low=rising[0][0], low_included=False))
        for number, (at, mark) in enumerate(rising):
            after = rising[number + 1][0] if number + 1 < len(rising) else None
            bands.append(Band(points=mark, low=after, low_included=False, high=at, high_included=True))
    return StepMethod(bands=tuple(reversed(bands)))


def _check(method: Method, measure: Measure, parameters: Parameters) -> None:
    problems = method.check(measure)
    if not any(parameters.get(name) is None for name in method.parameters()):
        problems += method.check_line(parameters.with_actual(None))
    if problems:
        raise unreadable("prose.three_points", "{m}", "{m}", m=problems[0].message)
