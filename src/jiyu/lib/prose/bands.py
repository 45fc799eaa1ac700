"""Steps in prose to a step method. Every number must lie in exactly one band: what the words leave open is asked."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import pairwise
from typing import Final

from jiyu.lib.prose.amounts import NUMBER, Amount
from jiyu.lib.prose.facts import Facts
from jiyu.lib.prose.intervals import Interval, Limit, read_interval
from jiyu.lib.prose.readings import Parameters, unreadable
from jiyu.lib.scoring import Band, Input, Measure, StepMethod
from jiyu.lib.scoring.measure import beside
from jiyu.lib.text import Text
from jiyu.lib.units import PERCENT, UNITS, Unit, format_number

HUNDRED: Final = Decimal(100)
_POINTS: Final = re.compile(
    rf"(?:的|时|者|,|:)*(?:本项|该项|此项|则)?(?:得分|得|计|记|为|给|评|=|:)*(?P<points>{NUMBER})(?P<of>%)?(?:分|的?(?:分值|权重|标准分))?"
)
_OFF: Final = re.compile(rf"(?:的|时|者|,|:)*(?:扣|减)(?P<off>{NUMBER})分?")
_FULL: Final = re.compile(r"(?:的|时|者|,|:)*(?:得|计|为|给)?(?:满分|全分|全额得分|该项满分)")
_NONE: Final = re.compile(r"(?:的|时|者|,|:)*(?:此项|该项|本项)?(?:均|都)?(?:不得分|不计分|无分|零分|得零分|没有分)")
_NOT_OFF: Final = re.compile(r"(?:的|时|者|,|:)*不扣分?")
_POINTS_FIRST: Final = re.compile(rf"(?P<points>{NUMBER})分(?::|为)(?P<rest>.+)")


@dataclass(frozen=True, slots=True)
class RoughBand:
    """A band as written: an interval and its points, the interval's ends perhaps unsaid."""

    interval: Interval
    points: Decimal


def read_points(text: str, full: Decimal = Decimal(100)) -> Decimal | None:
    """Points as the consequence of a clause: 得80分, 80, 满分, 不得分, 扣5分, 得80%; None for anything else."""
    if _FULL.fullmatch(text) or _NOT_OFF.fullmatch(text):
        return full
    if _NONE.fullmatch(text):
        return Decimal(0)
    if match := _OFF.fullmatch(text):
        return full - Decimal(match["off"])
    match = _POINTS.fullmatch(text)
    if match is None:
        return None
    return full * Decimal(match["points"]) / 100 if match["of"] else Decimal(match["points"])


def read_band(clause: str) -> RoughBand | None:
    """One clause as a band: 90及以上100, 100分:≥95%, 80-90得80分."""
    first = _POINTS_FIRST.fullmatch(clause)
    if first:
        interval = read_interval(first["rest"])
        return RoughBand(interval, Decimal(first["points"])) if interval and not interval.rest.strip(":") else None
    interval = read_interval(clause)
    points = read_points(interval.rest) if interval else None
    return RoughBand(interval, points) if interval and points is not None else None


def step_method(rough: Sequence[RoughBand], facts: Facts) -> tuple[StepMethod, Measure, Parameters]:
    """The method of these bands, in the indicator's unit. Raises Open for a doubt, Unreadable for what is no table."""
    _check_subjects(rough, facts)
    hint = next((limit.amount.unit for band in rough for limit in _ends(band) if limit.amount.unit), None)
    hint = UNITS["percent"] if hint is None and facts.unit().dimension == PERCENT else hint
    unit = _values_unit(hint, facts)
    measure = facts.measure(unit)
    parameters = facts.parameters(unit)
    numbered = [_numbered(band, facts, parameters) for band in rough]
    bands = sorted((band for band in numbered if not band.is_rest), key=_Numbered.order)
    if not bands:
        raise unreadable("prose.no_numbers", "只写了分，没写多少算多少。", "There are points, and no numbers to reach.")
    bands = _cascade(bands, facts)
    _check_order(bands)
    bands = _with_rest(bands, [band for band in numbered if band.is_rest])
    bands, measure = _joined(bands, measure, facts)
    bands = _open_ends(bands, measure, facts)
    method = StepMethod(bands=tuple(band.band() for band in reversed(bands)))
    problems = method.check(measure)
    if problems:
        raise unreadable("prose.bands", "{m}", "{m}", m=problems[0].message)
    return method, measure, parameters


_SUBJECT_WORDS: Final = re.compile("实际|达到|在|目标|得分|分数|为|值|发生|出现|产生|如果|若|如|当|的|数|:|,")


def _check_subjects(rough: Sequence[RoughBand], facts: Facts) -> None:
    """迟到1次扣2分 and 旷工1次扣10分 are two things, not two bands of one."""
    subjects = {_SUBJECT_WORDS.sub("", band.interval.subject.replace(facts.name, "")) for band in rough} - {""}
    if len(subjects) > 1:
        raise unreadable(
            "prose.subjects", "写了几件事（{s}），合不成一张分档表。", "Several things ({s}) do not make one table.",
            s="、".join(sorted(subjects)),
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Numbered:
    """A band in the indicator's unit; `*_in` None where nothing says whether the end is in it."""

    points: Decimal
    low: Decimal | None = None
    high: Decimal | None = None
    low_in: bool | None = None
    high_in: bool | None = None
    word: str = ""

    @property
    def is_rest(self) -> bool:
        return bool(self.word)

    def order(self) -> tuple[bool, Decimal]:
        return self.low is not None, self.low if self.low is not None else Decimal(0)

    def band(self) -> Band:
        return Band(
            points=self.points, low=self.low, high=self.high,
            low_included=self.low_in is not False, high_included=self.high_in is True,
        )  # fmt: skip


def _ends(band: RoughBand) -> list[Limit]:
    return [limit for limit in (band.interval.low, band.interval.high) if limit is not None]


def _values_unit(hint: Unit | None, facts: Facts) -> Unit | None:
    """The unit the bands are written in, unless they are about attainment of a target in another one."""
    own = facts.unit(hint) if facts.amount(Input.TARGET) is None else facts.unit()
    return own if hint is not None and hint.dimension == PERCENT and own.dimension != PERCENT else hint


def _numbered(band: RoughBand, facts: Facts, parameters: Parameters) -> _Numbered:
    interval = band.interval
    number: Callable[[Limit | None], Decimal | None] = lambda limit: (  # noqa: E731
        None if limit is None else _value(limit.amount, interval.subject, facts, parameters)
    )
    return _Numbered(
        band.points,
        number(interval.low),
        number(interval.high),
        interval.low.included if interval.low else None,
        interval.high.included if interval.high else None,
        interval.word,
    )


def _value(amount: Amount, subject: str, facts: Facts, parameters: Parameters) -> Decimal:
    is_percent = amount.unit is not None and amount.unit.code == "percent"
    if not is_percent or not facts.is_attainment(subject):
        return facts.number(amount)
    value = facts.of_target(amount.value, parameters)
    facts.asker.note(
        "bands_of_target",
        "档是按完成率写的，已按目标换算成数；目标改了，档要跟着改。",
        "The bands were written as attainment and are turned into figures by the target; change both together.",
    )
    return value


def _cascade(bands: list[_Numbered], facts: Facts) -> list[_Numbered]:
    """≥95 100, ≥90 80, ≥85 60: each band ends where the next better one begins; ≤3, ≤5 likewise."""
    up = [band for band in bands if band.high is None]
    down = sorted((band for band in bands if band.low is None), key=lambda band: band.high or Decimal(0))
    made = {id(band): band for band in bands}
    for lower, upper in pairwise(up):
        if lower.low is not None and upper.low is not None and lower.low < upper.low:
            made[id(lower)] = replace(lower, high=upper.low, high_in=_not(upper.low_in))
    for lower, upper in pairwise(down):
        if lower.high is not None and upper.high is not None and lower.high < upper.high:
            made[id(upper)] = replace(upper, low=lower.high, low_in=_not(lower.high_in))
    if len(up) > 1 or len(down) > 1:
        facts.asker.note("bands_cascade", "一个数算它够得着的最前面一档。", "A number is in the best band it reaches.")
    return sorted(made.values(), key=_Numbered.order)


def _check_order(bands: Sequence[_Numbered]) -> None:
    """Two bands that are open on the same side, or lie inside one another, are no table of steps."""
    for lower, upper in pairwise(bands):
        if lower.high is None or upper.low is None or (upper.high is not None and upper.high < lower.high):
            raise unreadable(
                "prose.bands_overlap", "有两档盖住了同样的数，排不成一张表。", "Two bands cover the same numbers."
            )
        if upper.low < lower.high:
            raise unreadable(
                "prose.bands_overlap",
                "{a} 到 {b} 写在了两档里。",
                "{a} to {b} stands in two bands.",
                a=_figure(upper.low),
                b=_figure(lower.high),
            )


def _with_rest(bands: list[_Numbered], rest: Sequence[_Numbered]) -> list[_Numbered]:
    """ "以下0" below the lowest band, "以上0" above the highest, "其他0" on whichever sides are open."""
    if len(rest) > 1 and len({band.word for band in rest}) < len(rest):
        raise unreadable("prose.rest_twice", "“其余”写了两次。", "The rest is given points twice.")
    first, last = bands[0], bands[-1]
    for band in rest:
        below = first.low is not None and band.word != "以上"
        above = last.high is not None and band.word not in ("以下", "低于以上")
        if not below and not above:
            raise unreadable("prose.rest_empty", "“{w}”没有剩下的数。", "Nothing is left for the rest.", w=band.word)
        if below:
            bands = [_Numbered(band.points, high=first.low, high_in=_not(first.low_in)), *bands]
        if above and (not below or band.word in ("以上",)):
            bands = [*bands, _Numbered(band.points, low=last.high, low_in=_not(last.high_in))]
    return bands


def _not(said: bool | None) -> bool | None:  # noqa: FBT001
    return None if said is None else not said


def _joined(bands: list[_Numbered], measure: Measure, facts: Facts) -> tuple[list[_Numbered], Measure]:
    """Neighbours made to meet: shared limits get one owner, gaps are asked about."""
    joined = [bands[0]]
    for upper in bands[1:]:
        lower = joined.pop()
        if lower.high is None or upper.low is None:
            raise unreadable("prose.bands_overlap", "有两档盖住了同样的数。", "Two bands cover the same numbers.")
        if lower.high == upper.low:
            lower, upper = _edge(lower, upper, measure, facts)
        else:
            lower, upper, measure = _gap(lower, upper, measure, facts)
        joined += [lower, upper]
    return joined, measure


def _edge(lower: _Numbered, upper: _Numbered, measure: Measure, facts: Facts) -> tuple[_Numbered, _Numbered]:
    in_upper, in_lower = upper.low_in, lower.high_in
    if in_upper is None and (in_lower is False or (in_lower and upper.high_in is not None)):
        in_upper = not in_lower
    elif in_lower is None and in_upper is not None:
        in_lower = not in_upper
    # "90-95" over "90以下": most readers mean 90 to be in the dash, the law puts it below. Asked.
    if in_upper is None or in_upper == in_lower:
        shown = measure.figure(float(upper.low or 0), measure.decimals)
        code, words = ("bands_edge", "两档中间的数没写算哪一档") if in_upper is None else ("bands_both", "两档都写了它")
        if in_upper is False:
            code, words = "bands_neither", "两档都没写它"
        why = Text(words, {"bands_edge": "not said", "bands_both": "both have it"}.get(code, "neither has it"))
        chosen = facts.asker.ask(
            code,
            Text("{b}算哪一档？{w}。", "Which band has {v}? ({w})").format(v=shown, b=beside(shown, "", "").zh, w=why),
            ("upper", Text("算上面一档，得 {p} 分", "the upper one: {p}").format(p=_figure(upper.points))),
            ("lower", Text("算下面一档，得 {p} 分", "the lower one: {p}").format(p=_figure(lower.points))),
            probe=upper.low,
        )
        in_upper = chosen == "upper"
    return replace(lower, high_in=not in_upper), replace(upper, low_in=in_upper)


def _gap(lower: _Numbered, upper: _Numbered, measure: Measure, facts: Facts) -> tuple[_Numbered, _Numbered, Measure]:
    """80–89 and 90–100: whole numbers, or 89.5 belongs somewhere."""
    assert lower.high is not None and upper.low is not None
    step = Decimal(1).scaleb(-measure.decimals)
    if upper.low - lower.high == step and lower.high_in is not False and upper.low_in is not False:
        return replace(lower, high_in=True), replace(upper, low_in=True), measure
    probe = (lower.high + upper.low) / 2
    options = [
        ("lower", Text("算下面一档，得 {p} 分", "the lower one: {p}").format(p=_figure(lower.points))),
        ("upper", Text("算上面一档，得 {p} 分", "the upper one: {p}").format(p=_figure(upper.points))),
    ]
    places = max(0, -min(_exponent(lower.high), _exponent(upper.low)))
    if upper.low - lower.high == Decimal(1).scaleb(-places) and places < measure.decimals:
        words = Text("先四舍五入到 {d} 位小数再比", "round to {d} decimals first")
        words = Text("先四舍五入成整数再比", "round to whole numbers first") if places == 0 else words.format(d=places)
        options.append(("round", words))
    question = Text("{v} 没有写在哪一档，怎么算？", "{v} is in no band. What then?")
    chosen = facts.asker.ask("bands_gap", question.format(v=measure.figure(float(probe))), *options, probe=probe)
    if chosen == "round":
        return replace(lower, high_in=True), replace(upper, low_in=True), replace(measure, decimals=places)
    if chosen == "lower":
        taken = upper.low_in is not False
        return replace(lower, high=upper.low, high_in=not taken), replace(upper, low_in=taken), measure
    taken = lower.high_in is not False
    return replace(lower, high_in=taken), replace(upper, low=lower.high, low_in=not taken), measure


def _exponent(value: Decimal) -> int:
    return int(value.normalize().as_tuple().exponent)


def _open_ends(bands: list[_Numbered], measure: Measure, facts: Facts) -> list[_Numbered]:
    """A table that ends at 100 % or 5 points goes on; any other open end is asked about."""
    first, last = bands[0], bands[-1]
    if first.low is not None:
        bands = _bottom(bands, first, measure, facts)
    last = bands[-1]
    if last.high is not None:
        if last.high in (5, 10, 100) and measure.unit.code in ("percent", "score", "number"):
            facts.asker.note(
                "bands_top", "{v} 以上也算最高这一档。", "Above {v} the top band goes on.", v=_figure(last.high)
            )
            return [*bands[:-1], replace(last, high=None, high_in=None)]
        chosen = facts.asker.ask(
            "bands_top",
            Text("高于 {w}没写得几分，怎么算？", "Above {v} there are no points. What then?").format(
                v=measure.figure(float(last.high)), w=beside(measure.figure(float(last.high)), "的", "")
            ),
            ("hold", Text("也算这一档，得 {p} 分", "the same band: {p}").format(p=_figure(last.points))),
            ("zero", Text("得 0 分", "0 points")),
            probe=last.high + Decimal(1).scaleb(-measure.decimals),
        )
        if chosen == "hold":
            return [*bands[:-1], replace(last, high=None, high_in=None)]
        included = last.high_in is not False
        return [*bands[:-1], replace(last, high_in=included), _Numbered(Decimal(0), low=last.high, low_in=not included)]
    return bands


def _bottom(bands: list[_Numbered], first: _Numbered, measure: Measure, facts: Facts) -> list[_Numbered]:
    if first.low == 0:
        return [replace(first, low=None, low_in=None), *bands[1:]]
    assert first.low is not None
    step = Decimal(1).scaleb(-measure.decimals)
    hold = ("hold", Text("也算这一档，得 {p} 分", "the same band: {p}").format(p=_figure(first.points)))
    points = Decimal(0)
    other = ("zero", Text("得 0 分", "0 points"))
    if first.points > bands[-1].points and first.points != HUNDRED:
        other, points = ("full", Text("得 100 分", "100 points")), HUNDRED
    chosen = facts.asker.ask(
        "bands_bottom",
        Text("低于 {w}没写得几分，怎么算？", "Below {v} there are no points. What then?").format(
            v=measure.figure(float(first.low)), w=beside(measure.figure(float(first.low)), "的", "")
        ),
        other,
        hold,
        probe=first.low - step,
    )
    if chosen == "hold":
        return [replace(first, low=None, low_in=None), *bands[1:]]
    included = first.low_in is not False
    return [_Numbered(points, high=first.low, high_in=not included), replace(first, low_in=included), *bands[1:]]


def _figure(value: Decimal) -> str:
    return format_number(value, at_most=4)
