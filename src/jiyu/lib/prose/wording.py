"""The words of a rule made plain: one width, one dash, digits for 一二三, and cut into clauses."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_CIRCLED: Final = re.compile("[①②③④⑤⑥⑦⑧⑨⑩⑴⑵⑶⑷⑸]")
_LIST_NUMBER: Final = re.compile(r"(?:^|(?<=[;。\n,]))\s*\(?[1-9][、.)](?!\d)")
_INLINE_NUMBER: Final = re.compile(r"(?<=[分。;\s])[1-9][、)](?=[^\d\s])")
_SIGNS: Final = (
    (re.compile(r">=|=>|≧|⩾|≥"), "≥"), (re.compile(r"<=|=<|≦|⩽|≤"), "≤"), (re.compile("[–—－−‐―]+"), "-"),
    (re.compile("[~∼〜]+"), "~"), (re.compile("[×*✕✖╳]"), "×"), (re.compile("÷"), "/"), (re.compile("→|⇒|->"), ":"),
    (re.compile("[“”\"'「」]"), ""), (re.compile("【"), "["), (re.compile("】"), "]"), (re.compile("百分之(?=\\d)"), "percent "),
)  # fmt: skip
_THOUSANDS: Final = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_BRACKET: Final = re.compile(r"([\[(])\s*(\d+(?:\.\d+)?%?)\s*,\s*(\d+(?:\.\d+)?%?|\+?∞)\s*([\])])")
_HAN: Final = {"一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9, "十": 10}
_HAN_NUMBER: Final = re.compile(
    r"(?<![第周星票])([一二两三四五六七八九十]{1,3})(?=个?(?:次|百分点|起|例|宗|天|日|项|件|人|名|单|台|批|小时|工作日|档)|个)"
    r"|(?<=[扣加得])([一二两三四五六七八九十]{1,3})(?=分)|(?<=百分之)([一二两三四五六七八九十]{1,3})"
)
_SPLIT: Final = re.compile(r"[;。\n\r]+|(?<!\d),|,(?!\d)|,(?=\d+(?:\.\d+)?[^\d.,])")
_LIST_COMMA: Final = re.compile("、(?=[^、]{1,20}?\\d)")
_CONSEQUENCE: Final = re.compile(
    r"^(?:则|即|的)?(?:本项|该项|此项)?(?:得|计|扣|加|为|记|给|不得分|不计分|零分|按|全额|满分)"
)
_HAS_CONSEQUENCE: Final = re.compile(
    r"得|扣|加\d|加分|计\d|计分|记\d|满分|×|按|不计|为\d|为满|:\d|封顶|最高|上限|最多|最低|保底"
)
_BARE_POINTS: Final = re.compile(r"\d+(?:\.\d+)?分")
_WANTS_MORE: Final = re.compile(r"^(?:不足|不满|不够|未满)\d.*(?:的|者|时|部分)?$")


def fold(text: str) -> str:
    """`text` with half-width signs, one sort of each dash and comparison, and digits where 一次 stood for 1 次."""
    plain = unicodedata.normalize("NFKC", _CIRCLED.sub(";", text)).replace("\u3000", " ")
    plain = _HAN_NUMBER.sub(lambda m: str(_han(m.group(1) or m.group(2) or m.group(3))), plain)
    for pattern, sign in _SIGNS:
        plain = pattern.sub(sign, plain)
    plain = re.sub(r"percent (\d+(?:\.\d+)?)", r"\1%", plain)
    plain = _BRACKET.sub(r"\1\2~\3\4", plain)
    plain = _THOUSANDS.sub("", plain)
    return _INLINE_NUMBER.sub(";", _LIST_NUMBER.sub(";", plain)).strip()


def clauses(text: str) -> tuple[str, ...]:
    """The clauses of a folded rule without spaces; a condition and its consequence stay together.

    A space between two figures tells a limit from its points and becomes a colon: "4.0(含)-4.5 80".
    """
    parts = [tight(part) for part in _SPLIT.split(_LIST_COMMA.sub(";", text))]
    joined: list[str] = []
    for part in parts:
        if not part:
            continue
        if joined and _BARE_POINTS.fullmatch(part) and not _HAS_CONSEQUENCE.search(joined[-1]):
            joined[-1] += f":{part}"  # "≥95%，100分"
            continue
        goes_on = bool(joined) and not _HAS_CONSEQUENCE.search(joined[-1]) and _CONSEQUENCE.match(part) is not None
        if goes_on or (joined and _WANTS_MORE.match(joined[-1]) and not _HAS_CONSEQUENCE.search(joined[-1])):
            joined[-1] += part
        else:
            joined.append(part)
    return tuple(joined)


def tight(part: str) -> str:
    """One clause without spaces and without what only introduces it (评分标准：, 注：, 其中)."""
    bare = re.sub(r"(?<=[\d%分)上下])\s+(?=\d)", ":", part.strip())
    bare = re.sub(r"\s+", "", bare).strip(":、,.")
    return re.sub(
        r"^(?:评分标准|考核标准|计分方法|计分标准|评分方法|评分规则|计算方法|计算公式|其中|另外?|同时|并且|且)[:为]?",
        "",
        bare,
    )


def _han(word: str) -> int:
    """十 10, 十五 15, 二十 20, 二十五 25, 三 3."""
    if "十" not in word:
        return int("".join(str(_HAN[char]) for char in word))
    tens, _, ones = word.partition("十")
    return (_HAN[tens] if tens else 1) * 10 + (_HAN[ones] if ones else 0)
