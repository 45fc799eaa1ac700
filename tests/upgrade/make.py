"""Makes the small databases of the present version: `python -m tests.upgrade.make`.

Run once when a version is named in CHANGELOG; the files are then kept for ever. One company of three people with a
roster, records, rules, sheets, a finalized cycle and a late row; the same on SQLite and PostgreSQL.
"""

from __future__ import annotations

import gzip
import os
import sqlite3
import subprocess
import sys
import tempfile
from datetime import date
from pathlib import Path

HERE = Path(__file__).parent
CODE, STANDS_AT = "kept", "2026-04-08T09:00:00+08:00"
ROSTER = """工号,姓名,部门,直接上级,入职日期
000005,周建国,一车间,,2011-03-01
000011,赵刚,一车间,周建国,2012-05-02
000317,林晓峰,一车间,赵刚,2023-07-03
"""
HEAD = "报工单号,完工时间,工号,合格,送检,首检合格"
ROWS = [
    "R1,2026-03-02 22:10,000317,120,60,59",
    "R2,2026-03-03 01:30,000317,140,70,69",
    "R3,2026-03-09 10:00,000011,96,50,45",
]
LATE = "R4,2026-03-30 09:00,000317,30,15,15"
PLAN = "单号,日期,工号,计划数\nP1,2026-03-02,000317,280\nP2,2026-03-09,000011,100\n"


def fill() -> None:
    """Everything the kept company contains, into the active company."""
    from jiyu.core import clock
    from jiyu.core.actor import Actor
    from jiyu.goals.public import sheets_import
    from jiyu.people.public import account_for, actor_of, calendar_seed, grant_make, number_holders
    from jiyu.reviews.public import cycle_finalize, cycle_open, cycle_score
    from jiyu.sources.public import numbers_import, roster_import
    from jiyu.studio.public import definitions_import

    actor = Actor.system("kept database")
    with clock.at(clock.local_moment(date(2026, 2, 27), 9)):
        calendar_seed(actor=actor, years=[2026])
        roster_import(actor=actor, data=ROSTER.encode(), filename="花名册.csv")
        boss = number_holders(on=clock.today(), known_at=clock.now())["000005"]
        grant_make(actor=actor, person_id=boss, role="hr")
        account = account_for(actor=actor, person_id=boss)
        definitions_import(actor=actor, bundle=rules())
        lines = [f"{number},{line}" for number in ("000317", "000011") for line in ("plan,60,100", "first_pass,40,98")]
        sheet = "\n".join(["工号,指标编号,权重,目标值", *lines]) + "\n"
        sheets_import(actor=actor, text=sheet, period_code="2026-03", module_code="kept")
        cycle = cycle_open(
            actor=actor, code="kept-2026-03", label="2026 年 3 月", period_code="2026-03", module_code="kept"
        )
    with clock.at(clock.local_moment(date(2026, 4, 1), 8, 10)):
        text = "\n".join([HEAD, *ROWS]) + "\n"
        numbers_import(
            actor=actor, source_code="mes", data=text.encode(), filename="报工.csv", answers={"day_cut": "08:00"}
        )
        numbers_import(actor=actor, source_code="plan", data=PLAN.encode(), filename="计划.csv")
    with clock.at(clock.local_moment(date(2026, 4, 7), 15)):
        cycle_score(actor=actor, cycle_id=cycle.pk)
        cycle_finalize(actor=actor_of(account), cycle_id=cycle.pk)
    with clock.at(clock.local_moment(date(2026, 4, 8), 8)):
        numbers_import(actor=actor, source_code="mes", data=f"{HEAD}\n{LATE}\n".encode(), filename="补报.csv")


def rules() -> dict[str, object]:
    """Two indicators and a scheme."""

    def ratio(top: tuple[str, str, str], bottom: tuple[str, str, str]) -> list[dict[str, str]]:
        return [{"name": n, "source": s, "measure": m, "unit": "piece"} for n, s, m in (top, bottom)]

    def metric(code: str, zh: str, inputs: list[dict[str, str]]) -> dict[str, object]:
        expression = f"{inputs[0]['name']}/{inputs[1]['name']}"
        return {
            "kind": "metric",
            "code": code,
            "spec": {"label": {"zh": zh}, "unit": "percent", "inputs": inputs, "expression": expression},
        }

    def indicator(code: str, zh: str, method: dict[str, str]) -> dict[str, object]:
        return {"kind": "indicator", "code": code, "spec": {"label": {"zh": zh}, "metric": code, "method": method}}

    grades = [("S", "105"), ("A", "95"), ("B+", "85"), ("B", "70"), ("C", None)]
    scale = {"label": {"zh": "等级"}, "grades": [{"code": c, "minimum": m} for c, m in grades]}
    deduction = {"kind": "per_unit", "per": "1", "points_off": "5"}
    return {
        "module": {"code": "kept", "name": {"zh": "月度"}},
        "definitions": [
            {"kind": "grade_scale", "code": "scale", "spec": scale},
            {"kind": "scheme", "code": "scheme", "spec": {"label": {"zh": "方案"}, "grade_scale": "scale"}},
            metric("plan", "计划达成", ratio(("合格", "mes", "good"), ("计划", "plan", "planned"))),
            metric("first_pass", "一次合格率", ratio(("首检合格", "mes", "first_pass"), ("送检", "mes", "inspected"))),
            indicator("plan", "计划达成", {"kind": "linear", "against": "whole"}),
            indicator("first_pass", "一次合格率", deduction),
        ],
        "release": {"effective_on": "2026-01-01", "reason": "首次"},
    }


def main() -> None:
    """Write `<version>.sqlite3.gz` and `<version>.postgresql.sql.gz` beside this file."""
    from jiyu import __version__

    with tempfile.TemporaryDirectory() as home:
        os.environ["JIYU_HOME"] = home
        os.environ["DJANGO_SETTINGS_MODULE"] = "jiyu.config.settings.runtime"
        import django

        django.setup()
        from jiyu.config.migrating import migrate
        from jiyu.core import company

        made = company.create(CODE, "留存公司", clock=STANDS_AT)
        with company.active(made):
            migrate()
            fill()
        company.close_connections()
        if made.database == "sqlite":
            plain = Path(home) / "plain.sqlite3"
            with sqlite3.connect(made.folder / "jiyu.sqlite3") as source:
                source.execute("VACUUM INTO ?", [str(plain)])
            _keep(HERE / f"{__version__}.sqlite3.gz", plain.read_bytes())
        else:
            dump = subprocess.run(
                [
                    "pg_dump",
                    "--no-owner",
                    "--no-acl",
                    "--inserts",
                    "--schema",
                    made.schema,
                    os.environ["JIYU_DATABASE_URL"],
                ],
                check=True,
                capture_output=True,
            )
            _keep(HERE / f"{__version__}.postgresql.sql.gz", dump.stdout)
            company.remove(made)


def _keep(path: Path, data: bytes) -> None:
    with path.open("wb") as file, gzip.GzipFile("", "wb", mtime=0, fileobj=file) as packed:
        packed.write(data)
    sys.stdout.write(f"{path.name}: {path.stat().st_size:,} bytes\n")


if __name__ == "__main__":
    main()
