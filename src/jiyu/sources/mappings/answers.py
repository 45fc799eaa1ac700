"""Answers to the questions of a mapping: which there can be, and what to say to one that is none. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from jiyu.lib.tables.cells import Cell
from jiyu.lib.tables.dates import ParsedDate, parse_date
from jiyu.lib.tables.heads import Head
from jiyu.lib.text import Problem, Text
from jiyu.lib.units import find_unit
from jiyu.sources.mappings.columns import ROLES
from jiyu.sources.mappings.doubts import MappingQuestion
from jiyu.sources.mappings.meanings import parse_meaning
from jiyu.sources.mappings.titles import month_in
from jiyu.sources.mappings.units import LEFT_OUT, NEW

_CHOICES = {
    "split": ("equal", "each", "aside"),
    "blank_subject": ("skip", "aside"),
    "night_date": ("shift", "calendar"),
    "day_order": ("dmy", "mdy"),
    "equal_keys": ("sum", "last", "reject"),
}
_CLOCK = re.compile(r"(?:[01]?\d|2[0-3]):[0-5]\d")


def is_answer(key: str, answer: str, labels: Sequence[str]) -> bool:
    """Whether any file with these columns could be answered so; a question that is not open may be answered too."""
    kind, parted, about = key.partition(":")
    if parted:
        return _is_answer_about(kind, about, answer, labels)
    if key == "day_cut":
        return _CLOCK.fullmatch(answer) is not None
    if key == "day":  # "other" alone asks again
        return answer in ("title", "other") or isinstance(parse_date(Cell(answer, answer)), ParsedDate)
    if key == "month":
        return answer in ("later", "other") or month_in(answer) is not None
    if key == "year":
        return answer in ("turn", "aside", "other") or (answer.isdigit() and 1900 <= int(answer) <= 2100)
    return answer in (labels if key == "time_column" else _CHOICES.get(key, ()))


def _is_answer_about(kind: str, about: str, answer: str, labels: Sequence[str]) -> bool:
    if kind == "symbol":
        return parse_meaning(answer) is not None
    if about not in labels:
        return False
    if kind == "unit":
        return answer in (NEW, LEFT_OUT) or find_unit(answer) is not None
    return kind == "role" and (answer == "measure" or answer in ROLES)


def fitting_answers(answers: Mapping[str, str], head: Head) -> dict[str, str]:
    """The answers that are some; the others are told by `no_such_answer`."""
    labels = [column.label for column in head.columns]
    return {key: answer for key, answer in answers.items() if is_answer(key, answer, labels)}


def no_such_answer(key: str, answer: str, questions: Sequence[MappingQuestion]) -> Problem:
    """What to say to an answer that is none, with the ones to the same question, else to all that are open."""
    asked = [question for question in questions if question.key == key] or list(questions)
    ways = [ways_to_answer(question) for question in asked]
    fix = Text("这个文件没有要回答的，去掉这个回答再导入。", "This file asks nothing: leave the answer out.")
    if ways:
        fix = Text(
            "可以回答：" + "；".join(way.zh for way in ways), "There is: " + "; ".join(way.in_("en") for way in ways)
        )
    return Problem(
        "mapping.no_such_answer",
        Text(f"没有“{key}={answer}”这个回答", f'There is no answer "{key}={answer}"'),
        fix,
        path=key,
    )


def ways_to_answer(question: MappingQuestion) -> Text:
    """The answers there are, as the terminal takes them."""
    options = [(f"{question.key}={answer}", words) for answer, words in question.options]
    more = question.more
    return Text(
        "；".join([*(f"{key}（{label.zh}）" for key, label in options), *filter(None, [more.zh])]),
        "; ".join([*(f"{key} ({label.in_('en')})" for key, label in options), *filter(None, [more.en])]),
    )
