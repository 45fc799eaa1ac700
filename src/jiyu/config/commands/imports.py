"""`jiyu people|records|definition|sheets import`: bringing files in, as HR does in the browser."""

from __future__ import annotations

import argparse
import json
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jiyu.config.cli import Outcome, RefusedError, in_company, into, ngettext
from jiyu.config.cli import gettext as _

if TYPE_CHECKING:
    from jiyu.metrics.public import Absent


def add(commands: Any, common: argparse.ArgumentParser) -> None:
    """Add the commands to the parser."""
    people = commands.add_parser("people", help="people").add_subparsers(required=True)
    roster = people.add_parser("import", parents=[common], help="import a roster (花名册) as it is")
    roster.add_argument("file", type=Path)
    roster.set_defaults(handler=_roster)
    records = commands.add_parser("records", help="records").add_subparsers(required=True)
    numbers = records.add_parser("import", parents=[common], help="import numbers of a source")
    numbers.add_argument("file", type=Path)
    numbers.add_argument("--source", required=True, metavar="CODE")
    numbers.add_argument("--mapping", type=Path, metavar="FILE.json", help="default: as the last file of this source")
    numbers.add_argument("--answer", action="append", default=[], metavar="QUESTION=OPTION", help="settle a doubt")
    scope = numbers.add_mutually_exclusive_group()
    scope.add_argument("--replace", nargs=2, metavar=("FIRST", "LAST"), help="the file is all there is of these days")
    scope.add_argument("--snapshot", action="store_true", help="the file is all there is of this source")
    numbers.set_defaults(handler=_records)
    definition = commands.add_parser("definition", help="rules").add_subparsers(required=True)
    rules = definition.add_parser("import", parents=[common], help="import a module of rules")
    rules.add_argument("file", type=Path)
    rules.set_defaults(handler=_definitions)
    sheets = commands.add_parser("sheets", help="sheets").add_subparsers(required=True)
    agreed = sheets.add_parser("import", parents=[common], help="import sheets (考核表) from CSV or Excel")
    agreed.add_argument("file", type=Path)
    agreed.add_argument("--period", required=True, metavar="2026Q1")
    agreed.add_argument("--module", required=True, metavar="CODE")
    agreed.set_defaults(handler=_sheets)


def _roster(arguments: argparse.Namespace) -> Outcome:
    data = arguments.file.read_bytes()
    with in_company(arguments) as here:
        from jiyu.core.actor import Actor
        from jiyu.sources import public as sources

        outcome = sources.roster_import(actor=_terminal(Actor), data=data, filename=arguments.file.name)
        return Outcome(*into(here), outcome.summary, *outcome.problem_lines, data=outcome.as_data())


def _records(arguments: argparse.Namespace) -> Outcome:
    data = arguments.file.read_bytes()
    mapping = _json(arguments.mapping) if arguments.mapping else None
    window = _window(arguments.replace) if arguments.replace else None
    mode = "replace_window" if window else "snapshot" if arguments.snapshot else "append"
    with in_company(arguments) as here:
        from jiyu.core.actor import Actor
        from jiyu.sources import public as sources

        outcome = sources.numbers_import(
            actor=_terminal(Actor),
            source_code=arguments.source,
            data=data,
            filename=arguments.file.name,
            mapping=mapping,
            answers=_answers(arguments.answer),
            mode=mode,
            window=window,
        )
        lines = (*into(here), outcome.summary, *outcome.problem_lines, *outcome.note_lines)
        return Outcome(*lines, data=outcome.as_data())


def _definitions(arguments: argparse.Namespace) -> Outcome:
    bundle = _json(arguments.file)
    with in_company(arguments) as here:
        from jiyu.core.actor import Actor
        from jiyu.core.language import say
        from jiyu.metrics.public import absent_sources
        from jiyu.studio.public import definitions_import

        edition = definitions_import(actor=_terminal(Actor), bundle=bundle)
        absent = absent_sources(edition)
    count = len(edition.items)
    told = ngettext("%(module)s 第 %(no)s 版，%(n)s 项规则", "%(module)s 第 %(no)s 版，%(n)s 项规则", count)
    return Outcome(
        *into(here),
        told % {"module": say(edition.module_name), "no": edition.no, "n": count},
        *(line for one in absent for line in _absent_lines(one)),
        data={
            "module": edition.module_code,
            "edition": edition.no,
            "id": str(edition.id),
            "absent": [{"source": a.source, "columns": a.columns, "metrics": a.metrics} for a in absent],
        },
    )


def _absent_lines(absent: Absent) -> tuple[str, str]:
    """A source that metrics wait for, and how it comes."""
    said = {"source": absent.source, "columns": "、".join(absent.columns), "metrics": _("、").join(absent.metrics)}
    if absent.columns:
        words = _("注意：来源 %(source)s 里还没有列 %(columns)s，在等它的数据项：%(metrics)s")
        fix = _("导入有这些列的文件，或者改规则里的列名")
    else:
        words = _("注意：还没有来源 %(source)s，在等它的数据项：%(metrics)s")
        fix = _("jiyu records import 文件 --source %(source)s，或者改规则里的来源")
    return words % said, "→ " + fix % said


def _sheets(arguments: argparse.Namespace) -> Outcome:
    data = arguments.file.read_bytes()
    with in_company(arguments) as here:
        from jiyu.core.actor import Actor
        from jiyu.goals.public import rows_of, sheets_take

        done = sheets_take(
            actor=_terminal(Actor),
            rows=rows_of(data, arguments.file.name),
            period_code=arguments.period,
            module_code=arguments.module,
        )
    return Outcome(
        *into(here),
        _("新 %(made)s 张，改 %(changed)s 张，没变 %(same)s 张，退回 %(refused)s 张")
        % {"made": done.made, "changed": done.changed, "same": done.unchanged, "refused": done.returned},
        *done.notes,
        *("  " + _("%(name)s：%(what)s") % {"name": who, "what": why} for who, why in done.refused),
        data={
            "made": done.made,
            "changed": done.changed,
            "unchanged": done.unchanged,
            "returned": done.returned,
            "refused": list(done.refused),
            "notes": list(done.notes),
        },
        code=1 if done.refused and not (done.made or done.changed or done.unchanged) else 0,
    )


def _window(given: list[str]) -> tuple[date, date]:
    """The half-open days of --replace, whose last day counts."""
    try:
        first, last = (date.fromisoformat(day) for day in given)
    except ValueError as error:
        said = {"given": " ".join(given)}
        raise RefusedError(_("--replace 要写成 2026-03-01 2026-03-31，现在是 %(given)s") % said) from error
    return first, last + timedelta(days=1)


def _answers(given: list[str]) -> dict[str, str]:
    pairs = [text.partition("=") for text in given]
    wrong = [key for key, sign, option in pairs if not (sign and option)]
    if wrong:
        raise RefusedError(_("--answer 要写成 问题=选项，现在是 %(given)s") % {"given": repr(wrong[0])})
    return {key: option for key, _sign, option in pairs}


def _terminal(actor: Any) -> Any:
    return actor.system("terminal")


def _json(path: Path) -> Any:
    try:
        return json.loads(path.read_text("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise RefusedError(
            _("%(path)s 不是 JSON，也不是 UTF-8 的文字") % {"path": path}, _("这里要一个 .json 文件，存成 UTF-8")
        ) from error
    except json.JSONDecodeError as error:
        where = {"path": path, "line": error.lineno, "column": error.colno}
        raise RefusedError(_("%(path)s 不是 JSON：第 %(line)s 行第 %(column)s 个字符") % where) from error
