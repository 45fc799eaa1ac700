"""`read_rule`: the prose of 评分标准 to a method, to one question with its answers, or to a plain no. Never a guess.

Which shapes are tried, and in which order, stands in `_found`; each shape refuses where a clause is left over.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from jiyu.lib.prose.bands import read_band, step_method
from jiyu.lib.prose.building import Found, point_scale, scaled
from jiyu.lib.prose.deductions import read_deduction
from jiyu.lib.prose.facts import Facts
from jiyu.lib.prose.marks import read_marks, read_milestones
from jiyu.lib.prose.modifiers import aside, modifiers
from jiyu.lib.prose.ratios import read_ratio
from jiyu.lib.prose.readings import (
    Answer,
    Asker,
    Doubt,
    Example,
    Open,
    RuleContext,
    RuleReading,
    Unreadable,
    unreadable,
)
from jiyu.lib.prose.telling import told, worked_example
from jiyu.lib.prose.three_points import by_cells, read_three_points
from jiyu.lib.prose.wording import clauses, fold
from jiyu.lib.scoring import Band, Measure, StepMethod
from jiyu.lib.text import Problem, Text

LONGEST = 2_000
LONGEST_CLAUSE = 120
MOST_CLAUSES = 60
NO_CONTEXT = RuleContext()


def read_rule(text: str, *, context: RuleContext = NO_CONTEXT, answers: Mapping[str, str] | None = None) -> RuleReading:
    """What `text` means beside `context`, with the `answers` given so far (doubt code → answer key).

    With a method: it is told back and worked once. With a doubt: its answers carry a reading each, which may hold
    the next doubt; the caller stores the key that was chosen and reads again. With a problem: what was understood,
    and the ways on. Points are out of 100. An answer that fits no question is ignored.
    """
    given = dict(answers or {})
    asker = Asker(given)
    folded = fold(text)
    facts = Facts(context, folded, asker)
    vetoes: list[str] = []
    try:
        if len(text) > LONGEST:
            raise unreadable("prose.too_long", "评分标准太长，读不了。", "The rule is too long to be read.")
        parts, vetoes = aside(clauses(folded))
        if any(len(part) > LONGEST_CLAUSE for part in parts) or len(parts) > MOST_CLAUSES:
            raise unreadable("prose.not_understood", "这段评分标准没看懂。", "This rule was not understood.")
        found = _found(parts, vetoes, facts)
        problems = found.method.check(found.measure)
        if all(found.parameters.get(name) is not None for name in found.method.parameters()):
            problems += found.method.check_line(found.parameters.with_actual(None))
        if problems:
            raise Unreadable(problems[0])
    except Open as question:
        return _open(question, text, context, given, asker, facts)
    except Unreadable as refused:
        return _unread(text, context, asker, refused.problem, tuple(vetoes))
    return _read(text, found, asker, tuple(vetoes))


def _read(text: str, found: Found, asker: Asker, vetoes: tuple[str, ...]) -> RuleReading:
    reading = RuleReading(
        text=text,
        measure=found.measure,
        parameters=found.parameters,
        method=found.method,
        notes=tuple(asker.notes),
        vetoes=vetoes,
        answered=tuple(asker.answered),
        is_marked=found.is_marked,
        rule=told(found.method, found.measure, found.parameters),
        example=worked_example(found.method, found.measure, found.parameters),
    )
    if reading.example is not None and reading.example.points is None:
        problem = Problem(
            "prose.no_points",
            Text("{s}", "{s}").format(s=reading.example.sentence),
            Text("看看目标值和方向，或者自己选一种评分标准。", "Check target and direction, or choose a method."),
            path="rule",
        )
        return RuleReading(text, found.measure, found.parameters, problem=problem, answered=tuple(asker.answered))
    return reading


def _unread(text: str, context: RuleContext, asker: Asker, problem: Problem, vetoes: tuple[str, ...]) -> RuleReading:
    name = Text(context.name) if context.name else Text("实际", "actual")
    return RuleReading(
        text, Measure(name), problem=problem, notes=tuple(asker.notes), vetoes=vetoes, answered=tuple(asker.answered)
    )


def _open(
    question: Open, text: str, context: RuleContext, given: dict[str, str], asker: Asker, facts: Facts
) -> RuleReading:
    answers = []
    for key, words in question.options:
        reading = read_rule(text, context=context, answers=given | {question.code: key})
        answers.append(Answer(key, words, reading, _example(reading, question.probe)))
    doubt = Doubt(question.code, question.question, tuple(answers))
    return RuleReading(
        text, Measure(Text(facts.name)), doubt=doubt, notes=tuple(asker.notes), answered=tuple(asker.answered)
    )


def _example(reading: RuleReading, probe: Decimal | None) -> Example | None:
    """The rule at the number where answers part; further doubts stand on their first answer, alike for all."""
    while reading.doubt is not None:
        reading = reading.doubt.answers[0].reading
    if reading.method is None:
        return None
    return worked_example(reading.method, reading.measure, reading.parameters, at=probe)


def _found(parts: list[str], vetoes: list[str], facts: Facts) -> Found:
    if not parts:
        found = by_cells(facts) if not vetoes else None
        if found is not None:
            return found
        if vetoes:
            raise unreadable(
                "prose.veto",
                "这是一票否决，不是算分的：不占分，只改等级。",
                "A veto changes the grade, not the points.",
            )
        raise unreadable("prose.empty", "没有写评分标准。", "There is no rule.")
    for shape in (read_milestones, read_three_points, read_ratio, _deduction_or_bands, read_marks):
        found = shape(parts, facts)
        if found is not None:
            return found
    raise unreadable("prose.not_understood", "这段评分标准没看懂。", "This rule was not understood.")


def _deduction_or_bands(parts: list[str], facts: Facts) -> Found | None:
    return read_deduction(parts, facts) or _bands(parts, facts)


def _bands(parts: list[str], facts: Facts) -> Found | None:
    """Steps: every clause is a band, but for a cap or a floor that changes none of them."""
    read = [(part, read_band(part)) for part in parts]
    bands = [band for _part, band in read if band is not None]
    if len(bands) < 2:
        return None
    found = modifiers([part for part, band in read if band is None])
    highest, lowest = max(band.points for band in bands), min(band.points for band in bands)
    changes = (found.cap is not None and found.cap < highest) or (found.floor is not None and found.floor > lowest)
    if (
        found.rest
        or found.goal
        or found.zero
        or found.full_at
        or found.missed is not None
        or found.is_between
        or changes
    ):
        left = "；".join(part for part, band in read if band is None)
        raise unreadable("prose.part_unread", "看懂了：分档；没看懂“{r}”。", 'Understood: bands; not "{r}".', r=left)
    if found.base is not None and found.base != highest:
        raise unreadable("prose.twice", "最高一档和满分对不上。", "The top band is not the full score.")
    scale = point_scale(facts, [band.points for band in bands], is_full_written=True)
    method, measure, parameters = step_method(bands, facts)
    if scale != 1:
        method = StepMethod(bands=tuple(_scaled(band, scale) for band in method.bands))
    return Found(method, measure, parameters)


def _scaled(band: Band, scale: Decimal) -> Band:
    return band.model_copy(update={"points": scaled(band.points, scale)})
