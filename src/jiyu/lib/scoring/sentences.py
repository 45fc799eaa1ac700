"""A total told in words: what is missing to full marks, how it adds up, how the grade came about.

Source: LOOK "Score anatomy", "Explanation line"; RULES "一票否决"; CASES B5.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from jiyu.lib.formula.numeric import round_half_up
from jiyu.lib.scoring.grades import GradeScale
from jiyu.lib.scoring.measure import plain
from jiyu.lib.text import Text, counted
from jiyu.lib.units import MINUS, format_number

_SUM_DECIMALS = 5


@dataclass(frozen=True, slots=True)
class LinePoints:
    """One line for the words: its name, the weighted points it gave and those of full marks (unrounded)."""

    name: Text
    points: float
    full: float


def gap_sentence(score: float, lines: Sequence[LinePoints], *, full: float = 100.0, decimals: int = 2) -> Text:
    """ "离 100 分差 3.79：违章 2.00、计划达成 1.00、…" (biggest loss first).

    Above full marks "比 100 分多 …" and the gains, biggest first; losses beside gains (or gains beside
    losses) follow after a semicolon. `score` is the rounded total; lines that gave exactly their full
    points are not named.
    """
    gap = float(round_half_up(full - score, decimals))
    if gap == 0:
        return Text("正好 {f} 分。", "Exactly {points}.").format(
            f=plain(full), points=counted(plain(full), "point", "points")
        )
    moves = [(line.name, float(round_half_up(line.full - line.points, decimals))) for line in lines]
    losses = sorted(((name, move) for name, move in moves if move > 0), key=lambda item: -item[1])
    gains = sorted(((name, -move) for name, move in moves if move < 0), key=lambda item: -item[1])
    if gap > 0:
        head = Text("离 {f} 分差 {gap}", "{gap} short of {f}")
        first, second, word = losses, gains, Text("多了 {a}", "gained {a}")
    else:
        head = Text("比 {f} 分多 {gap}", "{gap} above {f}")
        first, second, word = gains, losses, Text("少了 {a}", "lost {a}")
    text = head.format(f=plain(full), gap=format_number(abs(gap), decimals))
    if first:
        text = Text("{t}：{a}", "{t}: {a}").format(t=text, a=_listed(first, decimals))
    if second:
        text = Text("{t}；{b}", "{t}; {b}").format(t=text, b=word.format(a=_listed(second, decimals)))
    return Text("{t}。", "{t}.").format(t=text)


def _listed(items: Sequence[tuple[Text, float]], decimals: int) -> Text:
    parts = [(name, format_number(move, decimals)) for name, move in items]
    return Text(
        "、".join(f"{name.zh} {move}" for name, move in parts),
        ", ".join(f"{name.in_('en')} {move}" for name, move in parts),
    )


def sum_line(points: Sequence[float], total: float) -> str:
    """ "39 + 29.5 + 19.70933 + 8 = 96.20933": unrounded parts, at most five decimals shown.

    "≈" where the parts as they are shown do not add up to the total as it is shown. Without any part
    only the total.
    """
    shown = [format_number(value, at_most=_SUM_DECIMALS) for value in points]
    result = format_number(total, at_most=_SUM_DECIMALS)
    if not shown:
        return result
    terms = [shown[0]]
    for text in shown[1:]:
        terms.append(f"{MINUS} {text[1:]}" if text.startswith(MINUS) else f"+ {text}")
    exact = sum((_read(text) for text in shown), Decimal(0)) == _read(result)
    return f"{' '.join(terms)} {'=' if exact else '≈'} {result}"


def _read(text: str) -> Decimal:
    return Decimal(text.replace(",", "").replace(MINUS, "-"))


def grade_sentence(score: float, grade: int, scale: GradeScale, *, decimals: int = 2) -> Text:
    """ "96.21 ≥ 95，所以是 A。离 S 还差 8.79 分。"; `grade` is the index by the score (before a veto)."""
    shown = format_number(score, decimals)
    here = scale.grades[grade]
    if here.minimum is not None:
        text = Text("{s} ≥ {m}，所以是 {g}。", "{s} ≥ {m}, so {g}.").format(
            s=shown, m=format_number(here.minimum), g=here.code
        )
    elif grade and (limit := scale.grades[grade - 1].minimum) is not None:
        text = Text("{s} < {m}，所以是 {g}。", "{s} < {m}, so {g}.").format(
            s=shown, m=format_number(limit), g=here.code
        )
    else:
        text = Text("{s}，是 {g}。", "{s}: {g}.").format(s=shown, g=here.code)
    if not grade or (next_minimum := scale.grades[grade - 1].minimum) is None:
        return text
    gap = Fraction(next_minimum) - Fraction(format(score, f".{decimals}f"))
    shown = format_number(gap, decimals)
    return Text("{t}离 {g} 还差 {gap} 分。", "{t} {points} to {g}.").format(
        t=text, g=scale.grades[grade - 1].code, gap=shown, points=counted(shown, "point", "points")
    )


def veto_sentence(score: float, calculated: str, event: Text, final: str, *, decimals: int = 2) -> Text:
    """ "计算 92.40 (B+) → 重大安全事故 → C": the score stays, the grade and its cause are named."""
    return Text("计算 {s} ({a}) → {e} → {b}", "calculated {s} ({a}) → {e} → {b}").format(
        s=format_number(score, decimals), a=calculated, e=event, b=final
    )


def missing_sentence(name: Text, source: Text, due: str = "") -> Text:
    """ "回款：ERP 还没到（应于 04-03），缺的不算 0，也不先算分。"; `due` is a written date or empty."""
    when = Text("（应于 {d}）", " (due {d})").format(d=due) if due else Text("")
    return Text(
        "{n}：{s} 还没到{when}，缺的不算 0，也不先算分。",
        "{n}: {s} has not come{when}; missing is not 0, and there is no score yet.",
    ).format(n=name, s=source, when=when)
