"""`jiyu cycle open`, `jiyu score`, `jiyu explain`: running a cycle from the terminal."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from datetime import datetime
from typing import Any

from jiyu.config.cli import Outcome, RefusedError, in_company, into, ngettext
from jiyu.config.cli import gettext as _


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
    with in_company(arguments) as here:
        from jiyu.core.actor import Actor
        from jiyu.reviews import public as reviews

        cycle = reviews.cycle_open(
            actor=Actor.system("terminal"),
            code=arguments.code,
            label=arguments.label,
            period_code=arguments.period,
            module_code=arguments.module,
        )
        count = cycle.enrolments.count()
    told = ngettext("%(label)s：%(n)s 人", "%(label)s：%(n)s 人", count) % {"label": cycle.label, "n": count}
    return Outcome(*into(here), told, data={"cycle": cycle.code, "people": count})


def _score(arguments: argparse.Namespace) -> Outcome:
    with in_company(arguments) as here:
        from jiyu.core.actor import Actor
        from jiyu.reviews import public as reviews

        actor = Actor.system("terminal")
        cycle_id = reviews.cycle_by_code(actor=actor, code=arguments.cycle).pk
        if arguments.cutoff:
            try:
                moment = datetime.fromisoformat(arguments.cutoff).astimezone()
            except ValueError as error:
                given = {"given": repr(arguments.cutoff)}
                raise RefusedError(_("--cutoff 要写成 2026-04-08T09:00，现在是 %(given)s") % given) from error
            reviews.cycle_set_cutoff(actor=actor, cycle_id=cycle_id, data_cutoff_at=moment)
        done = reviews.cycle_score(actor=actor, cycle_id=cycle_id, bulk=True)
    told = _(
        "有分 %(scored)s，待数据 %(awaiting_data)s，不评级 %(not_rated)s，"
        "没有考核表 %(no_sheet)s，出错 %(error)s；新结果 %(revised)s，没变 %(unchanged)s"
    )
    return Outcome(*into(here), told % asdict(done), data=asdict(done))


def _explain(arguments: argparse.Namespace) -> Outcome:
    with in_company(arguments) as here:
        from jiyu.core import clock
        from jiyu.core.actor import Actor
        from jiyu.core.language import say
        from jiyu.people import public as people
        from jiyu.reviews import public as reviews

        actor = Actor.system("terminal")
        found = people.people_find(employee_no=arguments.employee_no, on=clock.today(), known_at=clock.now())
        if not found:
            asked = {"company": here.name, "no": arguments.employee_no}
            raise RefusedError(_("%(company)s 没有工号 %(no)s") % asked, _("工号要写全，包括前面的 0"))
        cycle = reviews.cycle_by_code(actor=actor, code=arguments.cycle)
        heads = reviews.results_of(actor=actor, subject=found[0].id, limit=100)
        head = next((h for h in heads if h.cycle_id == cycle.pk and h.state != "not_scored"), None)
        if head is None:
            raise RefusedError(_("这个人在这个周期里还没有结果"), _("先 jiyu score"))
        told, _head = reviews.explanation(actor=actor, result_id=head.result_id)
    score = told.score or _("没有得分")
    lines = [f"{score} {told.grade}".strip()]
    lines.append(say(told.gap) if told.score else reviews.unrated_words(told))
    for n in told.lines:
        words = {"name": say(n.name), "sum": say(n.sum), "rule": say(n.rule), "weight": n.weight_pct}
        words |= {"score": n.score or "–", "points": n.points or "–"}
        lines.append("  " + _("%(name)s：%(sum)s → %(score)s × %(weight)s %% = %(points)s（%(rule)s）") % words)
    if told.sum:
        lines.append(told.sum)
    data = {
        "score": told.score,
        "grade": told.grade,
        "state": told.state,
        "reason": reviews.unrated_words(told),
        "sum": told.sum,
        "replayed": told.is_replayed,
        "lines": [
            {"name": say(n.name), "sum": say(n.sum), "score": n.score, "weight": n.weight_pct, "points": n.points}
            for n in told.lines
        ],
    }
    return Outcome(*lines, data=data, code=0 if told.is_replayed else 3)
