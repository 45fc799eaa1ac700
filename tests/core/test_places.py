"""A company's place is made whole or not at all, and taken away whole (core.company)."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading

import psycopg
import pytest

from jiyu.core import company
from jiyu.core.company import CompanyError
from tests.core.conftest import Deployment, migrated
from tests.core.job_tasks import note, notes

# What a program does that is killed at a point of its own: making, or taking away, the company "torn".
KILLED = """
import os, signal, sys
from jiyu.config.cli import setup
setup()
from jiyu.core import company
point, code = sys.argv[1:]
def die(*_args, **_more):
    os.kill(os.getpid(), signal.SIGKILL)
if point == "before the schema":
    company.Path.rename = die
if point == "in the block":
    with company.making(code, "Torn"):
        die()
if point == "before the folder goes":
    company.shutil.rmtree = die
    company.remove(company.find(code))
if point == "before the schema goes":
    company._leave_database = die
    company.remove(company.find(code))
company.create(code, "Torn")
"""


def left(deployment: Deployment, code: str) -> list[str]:
    """What a company's code still stands on: folders, and the schema."""
    folders = [p.name for p in (deployment.home / "companies").glob(f"*{code}*")]
    folders += [p.name for p in (deployment.home / "companies").glob(".aside-*")]
    if deployment.database_url:
        with psycopg.connect(deployment.database_url) as connection:
            named = ("jiyu_" + code.replace("-", "_"),)
            folders += [r[0] for r in connection.execute("SELECT nspname FROM pg_namespace WHERE nspname=%s", named)]
    return folders


def killed(deployment: Deployment, point: str, code: str) -> None:
    """Run `KILLED`, which must die by the signal."""
    environment = {**os.environ, **deployment.environment}
    done = subprocess.run([sys.executable, "-c", KILLED, point, code], env=environment, check=False)
    assert done.returncode == -9


@pytest.mark.parametrize("point", ["before the schema", "in the block"])
def test_a_program_killed_while_making_leaves_nothing_once_the_next_one_came(
    deployment: Deployment, point: str
) -> None:
    killed(deployment, point, "torn")
    assert left(deployment, "torn") != []
    with pytest.raises(CompanyError):
        company.find("torn")
    company.sweep()
    assert left(deployment, "torn") == []
    company.remove(company.create("torn", "Torn"))


@pytest.mark.parametrize("point", ["before the folder goes", "before the schema goes"])
def test_a_program_killed_while_removing_leaves_nothing_once_the_next_one_came(
    deployment: Deployment, point: str
) -> None:
    company.create("torn", "Torn")
    killed(deployment, point, "torn")
    with pytest.raises(CompanyError):
        company.find("torn")
    company.sweep()
    assert left(deployment, "torn") == []


def test_a_failure_while_making_leaves_nothing_at_once(deployment: Deployment) -> None:
    with pytest.raises(RuntimeError, match="no disk"), company.making("torn", "Torn") as made:
        assert made.folder.is_dir()
        with pytest.raises(CompanyError):
            company.find("torn")
        raise RuntimeError("no disk")
    assert left(deployment, "torn") == []


def test_removing_one_company_touches_no_other(deployment: Deployment) -> None:
    other = migrated("other")
    try:
        for here in (deployment.north, other):
            with company.active(here):
                note(f"of {here.code}")
        company.remove(other)
        assert left(deployment, "other") == []
        with company.active(deployment.north):
            assert notes() == ["of " + deployment.north.code]
    finally:
        if other.folder.exists():
            company.remove(other)


def test_making_waits_for_making(deployment: Deployment) -> None:
    """Two at a time would sweep each other's unfinished company away."""
    order: list[str] = []
    inside, go_on = threading.Event(), threading.Event()

    def first() -> None:
        with company.making("one", "One"):
            inside.set()
            go_on.wait(10)
            order.append("first")

    thread = threading.Thread(target=first)
    thread.start()
    assert inside.wait(10)
    second = threading.Thread(target=lambda: (company.create("two", "Two"), order.append("second")))
    second.start()
    second.join(0.3)
    assert order == []
    go_on.set()
    thread.join(10)
    second.join(10)
    assert order == ["first", "second"]
    for code in ("one", "two"):
        company.remove(company.find(code))


def test_a_company_file_of_before_has_no_trial(deployment: Deployment) -> None:
    path = deployment.north.folder / "company.json"
    before = path.read_text("utf-8")
    try:
        old = {k: v for k, v in json.loads(before).items() if k not in ("trial_since", "made_with")}
        path.write_text(json.dumps(old), "utf-8")
        assert not company.find(deployment.north.code).is_on_trial
    finally:
        path.write_text(before, "utf-8")


def test_a_company_somebody_works_in_is_not_removed(deployment: Deployment, monkeypatch: pytest.MonkeyPatch) -> None:
    if not deployment.database_url:
        pytest.skip("SQLite has no lock on a whole company")
    monkeypatch.setattr(company, "DROP_WAIT_SECONDS", 1)
    busy = migrated("busy")
    with psycopg.connect(deployment.database_url) as other:
        other.execute(f"SELECT * FROM {busy.schema}.core_job")  # a transaction that holds its table
        with pytest.raises(CompanyError, match="还有任务在用"):
            company.remove(busy)
        assert company.find("busy") == busy
        other.rollback()
    company.remove(busy)
    assert left(deployment, "busy") == []
