"""The weights of one table: 40 / 25% / 0.2 in one column, one level or two, and sums that are not 100."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from jiyu.lib.kpi.sheets import KpiLine, KpiTable
from jiyu.lib.scoring import check_weights, in_proportion, weigh
from jiyu.lib.text import Problem, Text
from jiyu.lib.units import MICRO, format_number

WHOLE: Final = MICRO
_SLACK: Final = 10
"""Millionths that a product of two levels may lose by rounding."""


@dataclass(frozen=True, slots=True)
class WeightAnswer:
    """One way out: its key, its words and the weights it leads to; None where HR changes one by hand."""

    key: str
    words: Text
    weights: tuple[int, ...] | None


@dataclass(frozen=True, slots=True)
class WeightDoubt:
    """What the weights leave open: one question, its answers, none preselected."""

    code: str
    question: Text
    answers: tuple[WeightAnswer, ...]


@dataclass(frozen=True, slots=True)
class TableWeights:
    """The weights of a table's lines in millionths of the whole sheet (0 where none is written).

    `levels` 1 or 2 (section × line). With a `doubt` they are as written and may not be taken; `problems` are weights
    that are none; `way` how bare numbers were read (`lib.scoring.weigh`).
    """

    weights: tuple[int, ...]
    levels: int = 1
    doubt: WeightDoubt | None = None
    problems: tuple[Problem, ...] = ()
    way: str = "percent"

    def answered(self, key: str) -> tuple[int, ...] | None:
        """The weights of an answer. Raises KeyError for a key that is none."""
        answers = {answer.key: answer.weights for answer in (self.doubt.answers if self.doubt else ())}
        return answers[key]


def table_weights(table: KpiTable) -> TableWeights:
    """The weights of `table`, or the one question they leave open."""
    texts = [line.weight.text if line.weight else "" for line in table.lines]
    problems = _problems(table.lines, texts)
    if problems:
        return TableWeights(tuple(0 for _ in texts), problems=tuple(problems))
    sections = _sections(table.lines)
    if sections is not None:
        return _two_levels(table.lines, sections, texts)
    read = weigh(texts)
    weights = tuple(weight or 0 for weight in read.weights)
    if read.way == "unclear":
        return TableWeights(weights, doubt=_size_doubt(texts), way=read.way)
    return TableWeights(weights, doubt=_sum_doubt(weights), way=read.way)


def _problems(lines: Sequence[KpiLine], texts: Sequence[str]) -> list[Problem]:
    problems = []
    for line, text in zip(lines, texts, strict=True):
        if text and weigh([text]).weights[0] is not None:
            continue
        said = (
            Text("没写权重", "no weight")
            if not text
            else Text(f"权重“{text}”不是一个数", f'the weight "{text}" is none')
        )
        problems.append(
            Problem(
                "kpi.weight_unread",
                Text("第 {r} 行“{n}”{w}。", 'Row {r}, "{n}": {w}.').format(r=line.row, n=line.indicator, w=said),
                Text("填上数字，比如 40。", "Type a number, such as 40."),
                path=str(line.row),
            )
        )
    return problems


def _sections(lines: Sequence[KpiLine]) -> list[list[int]] | None:
    """The lines of each section, where every line stands in one that has a weight; None for one level."""
    if any(line.section_weight is None or line.section is None for line in lines):
        return None
    groups: dict[str, list[int]] = {}
    for at, line in enumerate(lines):
        assert line.section is not None
        groups.setdefault(line.section.text, []).append(at)
    return list(groups.values())


def _two_levels(lines: Sequence[KpiLine], sections: list[list[int]], texts: Sequence[str]) -> TableWeights:
    """Section × line where each section's lines make 100 %; one level where all lines together do."""
    flat = weigh(texts)
    whole = tuple(weight or 0 for weight in flat.weights)
    if flat.way != "unclear" and sum(whole) == WHOLE:
        return TableWeights(whole, way=flat.way)
    shares = weigh([_section_text(lines[group[0]]) for group in sections])
    inner = [weigh([texts[at] for at in group]) for group in sections]
    if None in shares.weights or any(read.way == "unclear" for read in inner):
        return TableWeights(whole, doubt=_size_doubt(texts), way="unclear")
    weights = [0] * len(lines)
    for group, share, read in zip(sections, shares.weights, inner, strict=True):
        for at, weight in zip(group, read.weights, strict=True):
            weights[at] = _rounded(Fraction((weight or 0) * (share or 0), WHOLE))
    way = "each" if len({read.way for read in inner}) > 1 else inner[0].way
    return TableWeights(tuple(weights), levels=2, doubt=_sum_doubt(weights, levels=2), way=way)


def _section_text(line: KpiLine) -> str:
    return line.section_weight.text if line.section_weight else ""


def _sum_doubt(weights: Sequence[int], *, levels: int = 1) -> WeightDoubt | None:
    """98 or 105: in proportion, change one, or keep it as it is (full marks 98)."""
    together = sum(weights)
    if abs(together - WHOLE) <= _SLACK or not together:
        return None
    problem = check_weights(list(weights), publishing=False)[0]
    shown = format_number(Fraction(together * 100, WHOLE), at_most=2)
    where = Text("两级权重相乘后，", "After multiplying both levels, ") if levels == 2 else Text("", "")
    return WeightDoubt(
        "weight_sum",
        Text("{w}{m}怎么办？", "{w}{m} What now?").format(w=where, m=problem.message),
        (
            WeightAnswer(
                "proportion", Text("按比例调到 100 %", "scale to 100 % in proportion"), in_proportion(weights)
            ),
            WeightAnswer("change", Text("改其中一项", "change one of them"), None),
            WeightAnswer("keep", Text("按原样，满分 {s}", "keep it: full marks {s}").format(s=shown), tuple(weights)),
        ),
    )


def _size_doubt(texts: Sequence[str]) -> WeightDoubt:
    """0.4 beside 40 that make 100 % in no way: is a small number a fraction or a percentage?"""
    marked = [text if text.endswith(("%", "％")) or not _is_small(text) else f"{text}%" for text in texts]
    small = next((text for text in texts if _is_small(text)), "")
    percent = tuple(weight or 0 for weight in weigh(marked).weights)
    fractions = tuple((weigh([text]).weights[0] or 0) for text in texts)
    value = Fraction(small) if small else Fraction(0)
    return WeightDoubt(
        "weight_size",
        Text(
            "权重写的是 {s}：是 {a} % 还是 {b} %？两种都凑不成 100。",
            "A weight says {s}: {a} % or {b} %? Neither makes 100.",
        ).format(s=small, a=format_number(value * 100), b=format_number(value)),
        (
            WeightAnswer("fraction", Text(f"{format_number(value * 100)} %"), fractions),
            WeightAnswer("percent", Text(f"{format_number(value)} %"), percent),
        ),
    )


def _is_small(text: str) -> bool:
    try:
        return 0 < Fraction(text.strip()) < 1
    except ValueError:
        return False


def _rounded(value: Fraction) -> int:
    return int(value + Fraction(1, 2))
