"""`jiyu formula check|eval`: the formula language without a company or a database."""

from __future__ import annotations

import argparse
from datetime import date
from pathlib import Path
from typing import Any

from jiyu.config.cli import Outcome, RefusedError
from jiyu.lib.text import Problem, Text

# This command needs no Django, so its sentences carry both languages, as in `lib`.
RIGHT = Text("没有问题：{formula}", "Nothing wrong: {formula}")
WHERE = Text("（第 {start}–{end} 个字符）", " (characters {start}–{end})")
WHERE_ONE = Text("（第 {start} 个字符）", " (character {start})")
NO_DAY = Text("--today 要写成 2026-04-08，现在是 {given!r}", "--today is written like 2026-04-08, not {given!r}")
NO_UTF8 = Text("{path} 不是 UTF-8", "{path} is not UTF-8")
SAVE_AS_UTF8 = Text("另存为 UTF-8 的 CSV 再来", "Save it as CSV in UTF-8 and come back")
WRITTEN = Text("写好了：{path}", "Written: {path}")


def add(commands: Any, common: argparse.ArgumentParser) -> None:
    """Add the commands to the parser."""
    noun = commands.add_parser("formula", help="check or evaluate a formula").add_subparsers(required=True)
    checking = noun.add_parser("check", parents=[common], help="is this formula right?")
    checking.add_argument("formula")
    checking.add_argument("--inputs", default="", help="names it may use, separated by commas (numbers)")
    checking.set_defaults(handler=_check, needs_django=False)
    evaluating = noun.add_parser("eval", parents=[common], help="evaluate a formula for each row of a CSV file")
    evaluating.add_argument("formula")
    evaluating.add_argument("--in", dest="source", required=True, metavar="ROWS.csv")
    evaluating.add_argument("--out", required=True, metavar="OUT.csv")
    evaluating.add_argument("--today", metavar="YYYY-MM-DD", help="what TODAY() means (default: today)")
    evaluating.set_defaults(handler=_evaluate, needs_django=False)


def _check(arguments: argparse.Namespace) -> Outcome:
    from jiyu.lib.formula import InputSpec, ValueType, check, parse, to_source

    language = arguments.language
    names = [n.strip() for n in arguments.inputs.replace("，", ",").split(",") if n.strip()]
    parsed = parse(arguments.formula)
    problems = list(parsed.problems)
    printed = kind = ""
    if parsed.tree is not None and not problems:
        checked = check(parsed.tree, [InputSpec(id=n, label=n, type=ValueType.NUMBER) for n in names])
        problems = list(checked.problems)
        if checked.ok:
            printed, kind = to_source(checked.tree, {n: n for n in names}), checked.type.value if checked.type else ""
    errors = [p for p in problems if p.severity == "error"]
    lines = [_told(p, language) for p in problems] or [RIGHT.format(formula=printed).in_(language)]
    data = {"ok": not errors, "formula": printed, "type": kind, "problems": [_as_data(p) for p in problems]}
    return Outcome(*lines, data=data, code=1 if errors else 0)


def _evaluate(arguments: argparse.Namespace) -> Outcome:
    from jiyu.lib.formula.cli_eval import evaluate_csv

    language = arguments.language
    try:
        today = date.fromisoformat(arguments.today) if arguments.today else date.today()  # noqa: DTZ011 - no company here
    except ValueError as error:
        raise RefusedError(NO_DAY.format(given=arguments.today).in_(language)) from error
    try:
        text = Path(arguments.source).read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise RefusedError(NO_UTF8.format(path=arguments.source).in_(language), SAVE_AS_UTF8.in_(language)) from error
    result = evaluate_csv(arguments.formula, text, today=today, language=language)
    errors = [p for p in result.problems if p.severity == "error"]
    if not errors:
        Path(arguments.out).write_text(result.text_out, "utf-8")
    notes = [n.in_(language) for n in result.notes]
    lines = [*notes, *(_told(p, language) for p in result.problems)]
    if not errors:
        lines.append(WRITTEN.format(path=arguments.out).in_(language))
    data = {
        "ok": not errors,
        "out": None if errors else arguments.out,
        "notes": notes,
        "problems": [_as_data(p) for p in result.problems],
    }
    return Outcome(*lines, data=data, code=1 if errors else 0)


def _told(problem: Problem, language: str) -> str:
    where = ""
    if problem.start >= 0:
        words = WHERE if problem.end > problem.start + 1 else WHERE_ONE
        where = words.format(start=problem.start + 1, end=problem.end).in_(language)
    fix = problem.fix.in_(language)
    return problem.message.in_(language) + where + (f"\n→ {fix}" if fix else "")


def _as_data(problem: Problem) -> dict[str, Any]:
    return {
        "code": problem.code,
        "severity": problem.severity,
        "message": {"zh": problem.message.zh, "en": problem.message.in_("en")},
        "fix": {"zh": problem.fix.zh, "en": problem.fix.in_("en")},
        "start": problem.start,
        "end": problem.end,
    }
