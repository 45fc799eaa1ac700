"""`jiyu formula check|eval`: the formula language without a company or a database."""

from __future__ import annotations

import argparse
from datetime import date
from pathlib import Path
from typing import Any

from jiyu.config.cli import Outcome, RefusedError
from jiyu.lib.text import Problem


def add(commands: Any, common: argparse.ArgumentParser) -> None:
    """Add the commands to the parser."""
    noun = commands.add_parser("formula", help="check or evaluate a formula").add_subparsers(required=True)
    checking = noun.add_parser("check", parents=[common], help="is this formula right?")
    checking.add_argument("formula")
    checking.add_argument("--inputs", default="", help="names it may use, separated by commas (numbers)")
    checking.set_defaults(handler=_check)
    evaluating = noun.add_parser("eval", parents=[common], help="evaluate a formula for each row of a CSV file")
    evaluating.add_argument("formula")
    evaluating.add_argument("--in", dest="source", required=True, metavar="ROWS.csv")
    evaluating.add_argument("--out", required=True, metavar="OUT.csv")
    evaluating.add_argument("--today", metavar="YYYY-MM-DD", help="what TODAY() means (default: today)")
    evaluating.set_defaults(handler=_evaluate)


def _check(arguments: argparse.Namespace) -> Outcome:
    from jiyu.lib.formula import InputSpec, ValueType, check, parse, to_source

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
    lines = [_told(p) for p in problems] or [f"没有问题：{printed}"]
    data = {"ok": not errors, "formula": printed, "type": kind, "problems": [_as_data(p) for p in problems]}
    return Outcome(*lines, data=data, code=1 if errors else 0)


def _evaluate(arguments: argparse.Namespace) -> Outcome:
    from jiyu.lib.formula.cli_eval import evaluate_csv

    try:
        today = date.fromisoformat(arguments.today) if arguments.today else date.today()  # noqa: DTZ011 - no company here
    except ValueError as error:
        raise RefusedError(f"--today 要写成 2026-04-08，现在是 {arguments.today!r}") from error
    try:
        text = Path(arguments.source).read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise RefusedError(f"{arguments.source} 不是 UTF-8", "另存为 UTF-8 的 CSV 再来") from error
    result = evaluate_csv(arguments.formula, text, today=today)
    errors = [p for p in result.problems if p.severity == "error"]
    if not errors:
        Path(arguments.out).write_text(result.text_out, "utf-8")
    lines = [*(str(n) for n in result.notes), *(_told(p) for p in result.problems)]
    data = {
        "ok": not errors,
        "out": None if errors else arguments.out,
        "notes": [str(n) for n in result.notes],
        "problems": [_as_data(p) for p in result.problems],
    }
    return Outcome(*lines, *([] if errors else [f"写好了：{arguments.out}"]), data=data, code=1 if errors else 0)


def _told(problem: Problem) -> str:
    where = f"（第 {problem.start + 1}–{problem.end} 个字符）" if problem.start >= 0 else ""
    return f"{problem.message}{where}" + (f"\n→ {problem.fix}" if problem.fix.zh else "")


def _as_data(problem: Problem) -> dict[str, Any]:
    return {
        "code": problem.code,
        "severity": problem.severity,
        "message": {"zh": problem.message.zh, "en": problem.message.in_("en")},
        "fix": {"zh": problem.fix.zh, "en": problem.fix.in_("en")},
        "start": problem.start,
        "end": problem.end,
    }
