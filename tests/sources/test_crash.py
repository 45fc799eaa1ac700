"""A process killed in the middle of an import leaves nothing to be seen, and running again succeeds (DESIGN
§4)."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent


@pytest.mark.slow
def test_killed_anywhere_nothing_shows_and_the_next_run_equals_an_undisturbed_one(tmp_path: Path) -> None:
    environment = os.environ | {
        "JIYU_HOME": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "jiyu.config.settings.runtime",
        "PYTHONPATH": os.pathsep.join([str(HERE.parents[1]), str(HERE.parents[1] / "src")]),
    }
    environment.pop("JIYU_DATABASE_URL", None)
    if os.environ.get("JIYU_TEST_DATABASE") == "postgresql":
        environment["JIYU_DATABASE_URL"] = os.environ.get(
            "JIYU_TEST_POSTGRES_URL", "postgresql://postgres@127.0.0.1:5432/postgres"
        )
    done = subprocess.run(
        [sys.executable, str(HERE / "crash_script.py")],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    points = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    assert len(points) == 6
    for told in points:
        assert told["killed"], told
        assert told["after_crash"] == {}, told
        assert (told["same"], told["taken"], told["asked"]) == (True, 45, 1), told
    assert any(told["orphans"] for told in points)  # rows of the dead run are there, and nobody sees them
