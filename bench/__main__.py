"""`python -m bench`: each work in a process of its own, SCALE of the full size (default 0.1).

`--report` writes bench/REPORT.md, `--only WORK` (memory, stored, import, pages; several with commas) measures a part,
`--databases sqlite` leaves PostgreSQL out.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from bench import databases
from bench.measuring import Measured
from bench.report import KEPT, table, written

WORKS = {"memory": "memory_scoring", "stored": "stored_scoring", "import": "importing", "pages": "pages"}
RUNS = 3
ROOT = Path(__file__).resolve().parent.parent


def child(work: str, scale: float) -> None:
    """Measure one work in this process and print its rows as JSON."""
    if work != "memory":
        import django

        django.setup()
        from bench.company import prepare

        prepare()
    from importlib import import_module

    for row in import_module(f"bench.{WORKS[work]}").measure(scale, RUNS):
        print(json.dumps(asdict(row), ensure_ascii=False), flush=True)


def measured(work: str, database: str, scale: float) -> list[Measured]:
    """The rows of one work from a child process with an empty database; raises CalledProcessError when it fails."""
    with databases.environment(database) as environment:
        paths = os.pathsep.join([str(ROOT), str(ROOT / "src")])
        done = subprocess.run(
            [sys.executable, "-m", "bench", "--child", work],
            env=environment | {"SCALE": str(scale), "PYTHONPATH": paths},
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
    return [Measured(**json.loads(line)) for line in done.stdout.splitlines() if line.startswith("{")]


def main(arguments: Sequence[str]) -> int:
    """Run what is asked for; 1 when a work failed to run (a ratio out of reach is told, not an error)."""
    parser = argparse.ArgumentParser(prog="bench")
    parser.add_argument("--child", choices=WORKS)
    parser.add_argument("--only", default=",".join(WORKS))
    parser.add_argument("--databases", default=f"{databases.SQLITE},{databases.POSTGRESQL}")
    parser.add_argument("--report", action="store_true")
    given = parser.parse_args(arguments)
    scale = float(os.environ.get("SCALE", "0.1"))
    if given.child:
        child(given.child, scale)
        return 0
    rows: list[Measured] = []
    untold: list[str] = []
    for work in given.only.split(","):
        for database in [databases.SQLITE] if work == "memory" else given.databases.split(","):
            why = databases.why_missing(database)
            if why:
                untold.append(f"{work} ({database}): {why}")
                continue
            print(f"… {work} {'' if work == 'memory' else database}", file=sys.stderr)
            try:
                rows += measured(work, database, scale)
            except subprocess.CalledProcessError as error:
                untold.append(f"{work} ({database}): failed with {error.returncode}")
    print(table(rows))
    for line in untold:
        print("not measured:", line)
    if given.report:
        KEPT.write_text(written(rows, untold), "utf-8")
    return 1 if any("failed" in line for line in untold) else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
