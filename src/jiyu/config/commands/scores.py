"""`jiyu cycle open`, `jiyu score`, `jiyu explain`: running a cycle from the terminal."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from datetime import datetime
from typing import Any

from jiyu.config.cli import Outcome, RefusedError, in_company


def add(commands: Any, common: argparse.ArgumentParser) -> None:
    """Add the commands to the parser."""
    cycle = commands.add_parser("cycle", help="cycles").add_subparsers(required=True)
    opening = cycle.add_parser("open", parents=[common], help="open a cycle, or enrol who came since")
    opening.add_argument("code")
    opening.add_argument("--label", required=True)
    opening.add_argument("--period", required=True, metavar="2026Q1")
    opening.add_argument("--module", required=True, metavar="CODE")
    opening.set_defaults(handler=_open)
    scoring = commands.add_parser("score", parents=[common], help="score everybody in a cycle")
    scoring.add_argument("cycle")
    scoring.add_argument("--cutoff", metavar="ISO-MOMENT", help="only data known by then counts")
    scoring.set_defaults(handler=_score)
    explaining = commands.add_parser("explain", parents=[common], help="why somebody's score is what it is")
    explaining.add_argument("cycle")
    explaining.add_argument("employee_no")
    explaining.set_defaults(handler=_explain)


def _open(arguments: argparse.Namespace) -> Outcome:
    with in_company(arguments):
        from jiyu.core.actor import Actor
        from jiyu.reviews import public as reviews

        cycle = reviews.cycle_open(
            actor=Actor.system("terminal"),
            code=arguments.code,
            label=arguments.label,
            period_code=arguments.period,
            module_code=arguments.module,
        )
        people = cycle.enrolments.count()
    return Outcome(f"{cycle.label}：{people} 人", data={"cycle": cycle.code, "people": people})


def _score(arguments: argparse.Namespace) -> Outcome:
    with in_company(arguments):
        from jiyu.core.actor import Actor
        from jiyu.reviews import public as reviews

        actor = Actor.system("terminal")
        cycle_id = reviews.cycle_by_code(actor=actor, code=arguments.cycle).pk
        if arguments.cutoff:
            moment = datetime.fromisoformat(arguments.cutoff).astimezone()
            reviews.cycle_set_cutoff(actor=actor, cycle_id=cycle_id, data_cutoff_at=moment)
        done = reviews.cycle_score(actor=actor, cycle_id=cycle_id, bulk=True)
    return Outcome(
        f"有分 {done.scored}，待数据 {done.awaiting_data}，不评级 {done.not_rated}，"
        f"没有考核表 {done.no_sheet}，出错 {done.error}；新结果 {done.revised}，没变 {done.unchanged}",
        data=asdict(done),
    )


def _explain(arguments: argparse.Namespace) -> Outcome:
    with in_company(arguments) as here:
        from jiyu.core import clock
        from jiyu.core.actor import Actor
        from jiyu.people import public as people
        from jiyu.reviews import public as reviews

        actor = Actor.system("terminal")
        found = people.people_find(employee_no=arguments.employee_no, on=clock.today(), known_at=clock.now())
        if not found:
            raise RefusedError(f"{here.name} 没有工号 {arguments.employee_no}", "工号要写全，包括前面的 0")
        cycle = reviews.cycle_by_code(actor=actor, code=arguments.cycle)
        heads = reviews.results_of(actor=actor, subject=found[0].id, limit=100)
        head = next((h for h in heads if h.cycle_id == cycle.pk and h.state != "not_scored"), None)
        if head is None:
            raise RefusedError("这个人在这个周期里还没有结果", "先 jiyu score")
        told, _head = reviews.explanation(actor=actor, result_id=head.result_id)
    lines = [f"{told.score or '没有得分'} {told.grade}".strip()]
    if told.gap.zh:
        lines.append(told.gap.zh)
    for n in told.lines:
        lines.append(f"  {n.name}：{n.sum} → {n.score or '–'} × {n.weight_pct} % = {n.points or '–'}（{n.rule}）")
    lines.append(told.sum)
    data = {
        "score": told.score,
        "grade": told.grade,
        "state": told.state,
        "sum": told.sum,
        "replayed": told.is_replayed,
        "lines": [
            {"name": n.name.zh, "sum": n.sum.zh, "score": n.score, "weight": n.weight_pct, "points": n.points}
            for n in told.lines
        ],
    }
    return Outcome(*lines, data=data, code=0 if told.is_replayed else 3)
