"""对账: the file's own 得分 and 合计 beside ours, step by step, and the first step that differs, in words.

Rounding is no difference: a number of the file is compared at the decimals it shows.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from jiyu.lib.formula.numeric import round_half_up
from jiyu.lib.kpi.scoring import OurLine, OurSheet, weight_words
from jiyu.lib.kpi.sheets import KpiTable, Place, Written
from jiyu.lib.prose import read_amount
from jiyu.lib.scoring import Direction, LinearMethod, Method, PartialStep, PerUnitMethod, StepMethod, ThreePointMethod
from jiyu.lib.text import Text
from jiyu.lib.units import format_number

_MOST_DECIMALS: Final = 9  # beyond, a spreadsheet shows what doubles make of a number
_SHOWN: Final = 4


@dataclass(frozen=True, slots=True)
class TheirLine:
    """What the file says of one line: points out of 100 and weighted points, as far as it has columns for them."""

    points: Decimal | None = None
    weighted: Decimal | None = None
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class TheirSheet:
    """What the file says itself; `total` its 合计."""

    lines: tuple[TheirLine, ...]
    total: Decimal | None = None
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One step compared. `kind` is "points", "weighted" or "total"; `line` the 0-based line, None for the total.

    `gap` is theirs less ours; `cause` says why where it can be told.
    """

    kind: str
    line: int | None
    ours: float
    theirs: Decimal
    is_same: bool
    cause: Text | None = None
    place: Place | None = None

    @property
    def gap(self) -> Decimal:
        """Theirs less ours, at four decimals."""
        return (self.theirs - Decimal(f"{self.ours:.12g}")).quantize(Decimal("0.0001"), ROUND_HALF_UP).normalize()


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """All steps in order, the first that differs (None: none), and the sentence for a page."""

    steps: tuple[Step, ...]
    first: Step | None
    sentence: Text
    ours: float | None = None
    theirs: Decimal | None = None

    @property
    def is_same(self) -> bool:
        """Whether something was compared and nothing differs."""
        return bool(self.steps) and self.first is None


def their_sheet(table: KpiTable, ours: OurSheet) -> TheirSheet:
    """The file's own scores. One column 得分 may be out of 100 or already weighted: it is what it comes nearer to."""
    scores = [_number(line.cells.get("score")) for line in table.lines]
    weighted = [_number(line.cells.get("weighted")) for line in table.lines]
    total = _number(table.score_total)
    if not any(weighted) and any(scores) and _are_weighted(scores, ours, total):
        scores, weighted = [None] * len(scores), scores
    lines = []
    for line, score, part in zip(table.lines, scores, weighted, strict=True):
        written = line.cells.get("score") or line.cells.get("weighted")
        lines.append(TheirLine(score, part, written.place if written else None))
    return TheirSheet(tuple(lines), total, table.score_total.place if table.score_total else None)


def reconcile(ours: OurSheet, theirs: TheirSheet) -> Reconciliation:
    """Each line's points, its weighted points, then the total: what agrees, and the first step that does not."""
    steps = tuple(_steps(ours, theirs))
    first = next((step for step in steps if not step.is_same), None)
    return Reconciliation(steps, first, _sentence(ours, theirs, steps, first), ours.score, theirs.total)


def _steps(ours: OurSheet, theirs: TheirSheet) -> Iterator[Step]:
    for at, (line, their) in enumerate(zip(ours.lines, theirs.lines, strict=True)):
        if line.points is None:
            continue
        if their.points is not None:
            same = _same(line.points, their.points)
            yield Step(
                "points", at, line.points, their.points, same, None if same else _cause(line, their.points), their.place
            )
        if their.weighted is not None and line.weighted is not None:
            same = _same(line.weighted, their.weighted)
            cause = None if same else _weighted_cause(line, their)
            yield Step("weighted", at, line.weighted, their.weighted, same, cause, their.place)
    if ours.score is not None and ours.raw is not None and theirs.total is not None:
        same = _same(ours.raw, theirs.total)
        cause = None if same else _total_cause(ours, theirs)
        yield Step("total", None, ours.raw if same else ours.score, theirs.total, same, cause, theirs.place)


def _same(ours: float, theirs: Decimal) -> bool:
    """Equal once ours is rounded (half-up) to the decimals theirs has; a total of 90 is only 90.00."""
    decimals = min(_MOST_DECIMALS, max(2, _decimals(theirs)))
    return bool(round_half_up(ours, decimals) == round_half_up(float(theirs), decimals))


def _decimals(value: Decimal) -> int:
    return max(0, -int(value.normalize().as_tuple().exponent))


def _cause(line: OurLine, theirs: Decimal) -> Text | None:
    """Which other way of working the line gives their points; None where none that we know does."""
    method, values = line.reading.method, line.values
    actual = line.actual.value
    if method is None or values is None or actual is None:
        return None
    unit = line.reading.measure
    if isinstance(method, StepMethod):
        for decimals in range(unit.decimals - 1, -1, -1):
            shown = actual.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
            points, _state = method.score_one(unit, line.reading.parameters.with_actual(shown))
            if shown != actual and points is not None and _same(points, theirs):
                return Text(
                    "你的表里 {a} 显示成 {s}，按 {s} 算的", "your sheet shows {a} as {s} and scores {s}"
                ).format(a=format_number(actual), s=format_number(shown, decimals))
    for other, words in _others(method):
        points, _state = other.score_one(unit, values)
        if points is not None and _same(points, theirs):
            return words
    raw, _state = method.score_one(unit, values, clamped=False)
    if raw is not None and _same(raw, theirs):
        return Text("你的表没有按封顶、保底算", "your sheet does not apply cap and floor")
    return None


def _others(method: Method) -> Iterator[tuple[Method, Text]]:
    """The same rule read another way, with the words for it."""
    if isinstance(method, PerUnitMethod):
        words = {
            PartialStep.PROPORTION: Text("你的表不足一档是按比例算的", "your sheet counts part steps in proportion"),
            PartialStep.WHOLE: Text("你的表不足一档按一档算", "your sheet counts part steps whole"),
            PartialStep.IGNORE: Text("你的表不足一档不算", "your sheet does not count part steps"),
        }
        for partial, text in words.items():
            if partial is not method.partial:
                yield method.model_copy(update={"partial": partial}), text
    if isinstance(method, LinearMethod):
        if method.zero_below is not None:
            text = Text("你的表没有“低于多少不得分”", "your sheet has no zero limit")
            yield method.model_copy(update={"zero_below": None}), text
            text = Text("正好在线上，你的表按另一边算的", "exactly at the limit your sheet takes the other side")
            yield method.model_copy(update={"zero_at_limit": not method.zero_at_limit}), text
        if method.inverse is not None:
            higher = {"direction": Direction.HIGHER, "inverse": None}
            yield method.model_copy(update=higher), Text("你的表按越高越好算的", "your sheet takes higher as better")
            for inverse in type(method.inverse):
                if inverse is not method.inverse:
                    words_of = Text("你的表用的是另一个反向公式", "your sheet uses the other inverse formula")
                    yield method.model_copy(update={"inverse": inverse}), words_of
    if isinstance(method, ThreePointMethod | PerUnitMethod):
        lower = method.direction is Direction.LOWER
        turned = Direction.HIGHER if lower else Direction.LOWER
        text = Text("你的表按越高越好算的", "your sheet takes higher as better")
        if not lower:
            text = Text("你的表按越低越好算的", "your sheet takes lower as better")
        yield method.model_copy(update={"direction": turned}), text


def _weighted_cause(line: OurLine, theirs: TheirLine) -> Text | None:
    if theirs.weighted is None or line.weighted is None or line.points is None:
        return None
    if theirs.points is not None and not _same(line.points, theirs.points):
        return None  # the points differ already
    if line.points:
        used = theirs.weighted / Decimal(f"{line.points:.12g}")
        return Text("按你的表，权重是 {w} %，绩语是 {o}", "by your sheet the weight is {w} %, here {o}").format(
            w=format_number(used * 100, at_most=2), o=weight_words(line.weight)
        )
    return None


def _total_cause(ours: OurSheet, theirs: TheirSheet) -> Text | None:
    """Truncated, summed from rounded lines, a plain mean, or without the bonus: what a total may be instead."""
    total, raw = theirs.total, ours.raw
    if total is None or raw is None:
        return None
    decimals = min(max(2, _decimals(total)), _MOST_DECIMALS)
    exact = Decimal(f"{raw:.12g}")
    whole = format_number(exact, at_most=_SHOWN)
    if total == _cut(exact, decimals):
        return Text(
            "完整的和是 {r}，四舍五入是 {s}；你的 Excel 显示 {t}，像是截断了",
            "the whole sum is {r}, rounded {s}; your Excel shows {t}, as if cut off",
        ).format(r=whole, s=format_number(ours.score or 0, 2), t=format_number(total))
    weighted = [Decimal(f"{line.weighted:.12g}") for line in ours.lines if line.weighted is not None]
    for places in (2, 1, 0):
        rounded = sum((part.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP) for part in weighted), Decimal(0))
        if rounded == total:
            return Text(
                "你的表像是先把每一项四舍五入到 {p} 位小数再加",
                "your sheet seems to round each line to {p} decimals first",
            ).format(p=places)
    plain = [line.points for line in ours.lines if line.points is not None]
    if plain and _same(sum(plain) / len(plain), total):
        return Text("你的表没有用权重，是平均分", "your sheet is a plain mean, without weights")
    if weighted and _same(float(sum(weighted)), total):
        return Text("你的表没有算加减分", "your sheet leaves out bonus and penalty")
    written = [line.weighted for line in theirs.lines if line.weighted is not None]
    if len(written) == len(theirs.lines) and written and sum(written) != total:
        return Text("你的表各项加起来是 {s}，不是 {t}", "your lines add up to {s}, not {t}").format(
            s=format_number(sum(written, Decimal(0)), at_most=_SHOWN), t=format_number(total)
        )
    return None


def _cut(value: Decimal, decimals: int) -> Decimal:
    scale = Decimal(1).scaleb(decimals)
    return Decimal(int(value * scale)) / scale


def _sentence(ours: OurSheet, theirs: TheirSheet, steps: Sequence[Step], first: Step | None) -> Text:
    """ "你的 Excel 89.75 · 绩语 89.75 ✓", or the first step that differs, by how much, and why."""
    if not steps:
        if ours.score is None:
            return Text(
                "绩语还没算出分，先把没定的问题答完。", "There is no score here yet: answer the open questions first."
            )
        return Text("你的表里没有得分，没有可对的。", "Your sheet has no scores to compare.")
    if first is None:
        last = steps[-1]
        if last.kind != "total":
            return Text("各项都一样，你的表没写合计。", "Every line agrees; your sheet has no total.")
        return Text("你的 Excel {t} · 绩语 {o} ✓", "your Excel {t} · Jiyu {o} ✓").format(
            t=_figure(last.theirs), o=format_number(ours.score or 0, 2)
        )
    words = {"points": Text(""), "weighted": Text("（乘权重后）", " (weighted)"), "total": Text("")}[first.kind]
    where = Text("合计那一步", "The total")
    if first.line is not None:
        name = ours.lines[first.line].line.indicator
        where = Text("第 {n} 项 {i}{w}", "Line {n}, {i}{w}").format(n=first.line + 1, i=name, w=words)
    text = Text("{w}：你的 Excel {t} 分，绩语 {o} 分", "{w}: your Excel {t}, Jiyu {o}").format(
        w=where, t=_figure(first.theirs), o=_figure(Decimal(f"{first.ours:.12g}"))
    )
    if first.cause is not None:
        return Text("{a}：{c}。", "{a}: {c}.").format(a=text, c=first.cause)
    return Text("{a}，差 {g}。", "{a}, a gap of {g}.").format(a=text, g=format_number(abs(first.gap), at_most=_SHOWN))


def _figure(value: Decimal) -> str:
    """A score as it is shown: at least the decimals it has, at most four."""
    return format_number(value, at_most=_SHOWN)


def _number(written: Written | None) -> Decimal | None:
    if written is None:
        return None
    if (
        isinstance(written.value, int | float)
        and not isinstance(written.value, bool)
        and not written.text.endswith("%")
    ):
        return Decimal(f"{written.value:.15g}")
    amount = read_amount(written.text)
    return amount.value if amount is not None else None


def _are_weighted(scores: Sequence[Decimal | None], ours: OurSheet, total: Decimal | None) -> bool:
    """Whether a lone 得分 column is weighted already: it adds up to the total, or lies nearer to ours that are."""
    there = [score for score in scores if score is not None]
    if total is not None and len(there) == len(scores) and abs(sum(there) - total) <= Decimal("0.05"):
        return True
    pairs = [
        (line, score)
        for line, score in zip(ours.lines, scores, strict=True)
        if score is not None and line.points is not None
    ]
    full = sum(abs(float(score) - (line.points or 0)) for line, score in pairs)
    part = sum(abs(float(score) - (line.points or 0) * line.weight / 1_000_000) for line, score in pairs)
    return part < full
