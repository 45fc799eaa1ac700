"""What is committed to a company's SQLite file stays, whoever else reads it (ADR 2)."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection

from jiyu.core import clock, company
from jiyu.sources.models import Record
from jiyu.sources.public import fact_columns, measure_ids
from tests.sources.conftest import csv_file, load, people

pytestmark = pytest.mark.django_db
HEAD = ["工号", "完工时间", "合格", "不良"]
LOOK = "import sqlite3, sys; print(sqlite3.connect(sys.argv[1]).execute('SELECT count(*) FROM sources_record').fetchone()[0])"


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A company in a file of its own, active; the file."""
    monkeypatch.setenv("JIYU_HOME", str(tmp_path))
    monkeypatch.delenv("JIYU_DATABASE_URL", raising=False)
    made = company.create("kept", "苏州衡川")
    with company.active(made):
        call_command("migrate", verbosity=0)
        yield Path(connection.settings_dict["NAME"])
    company.close_connections()


def rows_seen_by_another_process(file: Path) -> int:
    """A program of its own opens the file, counts, and closes it: whatever it does on closing is then done."""
    done = subprocess.run([sys.executable, "-c", LOOK, str(file)], capture_output=True, text=True, check=True)
    return int(done.stdout)


def test_rows_written_after_a_bulk_read_are_there_for_every_process(file: Path) -> None:
    people(n000317="林晓峰")
    load(csv_file(HEAD, [317, "2026-03-01 10:00", 1, 0]))
    march = {"first": date(2026, 3, 1), "end": date(2026, 4, 1)}
    for day in range(2, 6):
        ids = list(measure_ids(["mes"]).values())
        assert fact_columns(measure_ids=ids, known_at=clock.now(), bulk=True, **march).num_rows == 2 * (day - 1)
        assert rows_seen_by_another_process(file) == day - 1
        load(csv_file(HEAD, [317, f"2026-03-{day:02} 10:00", day, 0]))
    company.close_connections()
    assert rows_seen_by_another_process(file) == 5
    assert Record.objects.count() == 5
