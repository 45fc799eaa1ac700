"""Intervals as people write them: 90及以上, 4.0(含)-4.5, [80,90), 大于等于60%且小于80%, 以下.

以上 and 以下 include the number (民法典 §1259), 不满 and 超过 do not; a dash says nothing about its ends.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from jiyu.lib.prose.amounts import ABOVE, AT_LEAST, AT_MOST, BEFORE, BELOW, DISCRETE, NUMBER, UNIT, Amount, unit_of

_INSIDE: Final = r"\((?:包?含|不含|不包含)(?:本数|等于|[\d.%]*)?\)|(?:不含|不包含|含)(?:本数)?"
_LIMIT: Final = re.compile(
    rf"(?P<before>{BEFORE}|=)?(?P<number>{NUMBER})(?P<unit>{UNIT})?(?P<inside>{_INSIDE})?"
    r"(?P<after>(?:及其?|或|\(含\)|含)?(?:以上|以下|以内)|以外)?(?P<inside2>" + _INSIDE + r")?"
)
_RANGE: Final = re.compile(
    rf"(?P<open>[\[(])?(?P<a>{NUMBER})(?P<ua>{UNIT})?(?P<ia>{_INSIDE})?(?:-|~|至|到)"
    rf"(?:(?P<b>{NUMBER})(?P<ub>{UNIT})?|\+?∞)(?P<ib>{_INSIDE})?(?P<shut>[\])])?(?:之?间|区间|的)?"
)
_CHAIN: Final = re.compile(
    rf"(?P<a>{NUMBER})(?P<ua>{UNIT})?(?P<sa>[<≤>≥])(?P<who>[^\d<≤>≥]{{1,10}})(?P<sb>[<≤>≥])(?P<b>{NUMBER})(?P<ub>{UNIT})?"
)
_AND: Final = re.compile(r"(?:且|但|并且|而|,|至|-|~)?(?:完成率|达成率|实际)?")
_SUBJECT: Final = re.compile(r"[^\d<≤>≥=\[(]*?(?=" + BEFORE + r"|[\d<≤>≥=\[(])")
REST: Final = re.compile(
    r"(?P<word>以下|以上|其他|其它|其余|否则|低于以上|不在以上)(?:情况|的|者|范围)?(?:均|都|一律)?"
)


@dataclass(frozen=True, slots=True)
class Limit:
    """One end of an interval; `included` None where nothing says it."""

    amount: Amount
    included: bool | None


@dataclass(frozen=True, slots=True)
class Interval:
    """An interval, `subject` the words before it, `rest` the words after it. `word` is 以下, 以上 or 其他 without a number."""

    low: Limit | None
    high: Limit | None
    subject: str = ""
    rest: str = ""
    word: str = ""


def read_interval(clause: str) -> Interval | None:
    """The interval at the start of a clause (after its subject); None where there is none."""
    if match := REST.match(clause):
        return Interval(None, None, rest=clause[match.end() :], word=match["word"])
    start = _SUBJECT.match(clause)
    subject = start.group() if start else ""
    if len(subject) > 16:
        return None
    body = clause[len(subject) :]
    return _chain(body, subject) or _range(body, subject) or _limits(body, subject)


def _chain(body: str, subject: str) -> Interval | None:
    """80%≤完成率<90%, and turned round."""
    match = _CHAIN.match(body)
    if match is None:
        return None
    a = Limit(_amount(match["a"], match["ua"] or match["ub"]), match["sa"] in "≤≥")
    b = Limit(_amount(match["b"], match["ub"] or match["ua"]), match["sb"] in "≤≥")
    rest, who = body[match.end() :], subject or match["who"]
    if match["sa"] in "<≤" and match["sb"] in "<≤":
        return Interval(a, b, who, rest)
    return Interval(b, a, who, rest) if match["sa"] in ">≥" and match["sb"] in ">≥" else None


def _range(body: str, subject: str) -> Interval | None:
    match = _RANGE.match(body)
    if match is None:
        return None
    is_open, is_shut = match["open"], match["shut"]
    if bool(is_open) != bool(is_shut):
        return None
    square = bool(is_open) and ("[" in (is_open, is_shut) or "]" in (is_open, is_shut))
    at_a = is_open == "[" if square else _inside(match["ia"])
    a = Limit(_amount(match["a"], match["ua"] or match["ub"]), at_a)
    rest = body[match.end() :]
    if match["b"] is None:
        return Interval(a, None, subject, rest)
    at_b = is_shut == "]" if square else _inside(match["ib"])
    b = Limit(_amount(match["b"], match["ub"] or match["ua"]), at_b)
    low, high = (a, b) if a.amount.value <= b.amount.value else (b, a)
    return Interval(low, high, subject, rest)


def _limits(body: str, subject: str) -> Interval | None:
    """One limit or two: 90以上, 90以上95以下, ≥80%且<90%."""
    low: Limit | None = None
    high: Limit | None = None
    for _ in range(2):
        match = _LIMIT.match(body)
        if match is None:
            break
        side, limit = _side(match)
        if side is None:
            break
        if side == "=":
            return Interval(limit, limit, subject, body[match.end() :])
        if (side == "low" and low) or (side == "high" and high):
            break
        low, high = (limit, high) if side == "low" else (low, limit)
        body = body[match.end() :]
        more = _AND.match(body)
        after = body[more.end() :] if more else body
        if not (_LIMIT.match(after) and _side(_LIMIT.match(after))[0] in ("low", "high")):
            break
        body = after
    return Interval(low, high, subject, body) if low or high else None


def _side(match: re.Match[str] | None) -> tuple[str | None, Limit]:
    """Which end a limit is, by the word before or behind it."""
    if match is None:
        raise ValueError("no limit")
    before, after = match["before"] or "", match["after"] or ""
    said = _inside(match["inside"]) if match["inside"] else _inside(match["inside2"])
    amount = _amount(match["number"], match["unit"])
    if after.endswith("以上"):
        # "超过90以上" is careless: the words disagree about 90 itself.
        return "low", Limit(amount, _first(said, None if before in ABOVE else True))
    if after.endswith(("以下", "以内")):
        return "high", Limit(amount, _first(said, None if before in BELOW else True))
    if before == "=":
        return "=", Limit(amount, True)
    for words, side, included in (
        (AT_LEAST, "low", True), (ABOVE, "low", False), (AT_MOST, "high", True), (BELOW, "high", False),
    ):  # fmt: skip
        if before in words:
            return side, Limit(amount, _first(said, included))
    if amount.unit is not None and amount.unit.code in DISCRETE and said is None:
        return "=", Limit(amount, True)  # "2次得50分": things that come whole
    return None, Limit(amount, said)


def _first(said: bool | None, otherwise: bool | None) -> bool | None:  # noqa: FBT001
    return otherwise if said is None else said


def _inside(text: str | None) -> bool | None:
    return None if not text else "不" not in text


def _amount(number: str, unit: str | None) -> Amount:
    return Amount(*unit_of(Decimal(number), unit))
