"""The test suites: `python -m tools.test quick|all|e2e [pytest's own arguments]`.

quick  what one runs while working: SQLite, nothing slow, no browser
all    everything that proves the product; what needs a database again on PostgreSQL, when one is reachable
e2e    an old Chromium, axe and Lighthouse on the pages
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BY_HAND = "not million and not e2e"
QUICK = f"{BY_HAND} and not slow and not browser and not postgres and not soffice"
USUAL_POSTGRES = "postgresql://postgres@127.0.0.1:5432/postgres"
SKIPPED = re.compile(r"^SKIPPED \[(?P<count>\d+)\] (?:\S+: )?(?P<why>.*)$")
CLOSING = re.compile(r"^(?:=+ )?(?P<words>(?:\d+ \w+.*|no tests ran) in [\d.]+s.*?)(?: =+)?$")


@dataclass
class Suite:
    """One run of pytest and what it said."""

    name: str
    code: int = 0
    closing: str = "pytest ended without a summary"
    skipped: Counter[str] = field(default_factory=Counter)

    def hear(self, line: str) -> None:
        """Note a skip, or the closing line."""
        if skip := SKIPPED.match(line):
            self.skipped[skip["why"]] += int(skip["count"])
        elif closing := CLOSING.match(line):
            self.closing = closing["words"]


def run(name: str, marks: str, *arguments: str, environment: dict[str, str] | None = None) -> Suite:
    """Run pytest, showing what it prints, and remember what it skipped and how it closed."""
    print(f"── {name} " + "─" * max(1, 70 - len(name)), flush=True)
    command = [sys.executable, "-m", "pytest", "-rs", "-m", marks, *arguments]
    suite = Suite(name)
    env = {**os.environ, "PYTHONUNBUFFERED": "1", **(environment or {})}
    with subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True) as process:
        for line in process.stdout or ():
            print(line, end="", flush=True)
            suite.hear(line.rstrip())
    suite.code = process.returncode
    return suite


def postgresql() -> str:
    """The address of a reachable PostgreSQL (JIYU_TEST_POSTGRES_URL, or the usual one); empty without one."""
    import psycopg

    url = os.environ.get("JIYU_TEST_POSTGRES_URL") or USUAL_POSTGRES
    try:
        psycopg.connect(url, connect_timeout=3).close()
    except psycopg.Error:
        return ""
    return url


def quick(arguments: Sequence[str]) -> list[Suite]:
    """The suite one runs while working."""
    return [run("quick, SQLite", QUICK, "-n", "2", *arguments)]


def everything(arguments: Sequence[str]) -> list[Suite]:
    """All tests on SQLite, then those that use a database on PostgreSQL."""
    suites = [run("all, SQLite", BY_HAND, "-n", "2", *arguments)]
    url = postgresql()
    environment = {"JIYU_TEST_DATABASE": "postgresql", "JIYU_TEST_POSTGRES_URL": url}
    only = ["-p", "tools.database_tests", *arguments]
    if url:
        marks = f"{BY_HAND} and not browser"
        suites.append(run("what uses a database, PostgreSQL", marks, "-n", "2", *only, environment=environment))
    else:
        suites[0].skipped["PostgreSQL: no server reachable (JIYU_TEST_POSTGRES_URL)"] += _database_tests(only)
    return suites


def end_to_end(arguments: Sequence[str]) -> list[Suite]:
    """Old browsers, accessibility, speed of the pages."""
    return [run("e2e", "e2e", *arguments)]


def _database_tests(arguments: Sequence[str]) -> int:
    command = [sys.executable, "-m", "pytest", "--collect-only", "-m", BY_HAND, *arguments]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False).stdout
    return sum("::" in line for line in told.splitlines())


def report(suites: Sequence[Suite]) -> int:
    """What was skipped, how each suite ended; the exit code."""
    print("\n── skipped " + "─" * 62)
    skipped = [(suite.name, why, count) for suite in suites for why, count in sorted(suite.skipped.items())]
    for name, why, count in skipped:
        print(f"{count:5}  {why}  ({name})")
    if not skipped:
        print("    0  nothing")
    print("── result " + "─" * 63)
    for suite in suites:
        print(f"{suite.name}: {suite.closing}")
    return next((suite.code for suite in suites if suite.code), 0)


SUITES = {"quick": quick, "all": everything, "e2e": end_to_end}


def main(arguments: list[str]) -> int:
    """Run the suites named; the exit code of the first that failed."""
    if not arguments or arguments[0] not in SUITES:
        print(__doc__, file=sys.stderr)
        return 2
    return report(SUITES[arguments[0]](arguments[1:]))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
