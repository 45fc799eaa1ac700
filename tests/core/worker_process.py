"""A worker in a process of its own, so that a test can really kill it: `worker_process <company> <lease
seconds>`."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def start(code: str, environment: dict[str, str], *, lease_seconds: float) -> subprocess.Popen[bytes]:
    """Start the process; it works for the company `code` until nothing is ready."""
    return subprocess.Popen(
        [sys.executable, "-m", "tests.core.worker_process", code, str(lease_seconds)],
        cwd=ROOT,
        env={**os.environ, **environment, "PYTHONPATH": os.pathsep.join([str(ROOT), *sys.path])},
    )


def main(code: str, lease_seconds: float) -> None:
    import django

    django.setup()
    from jiyu.core import company
    from jiyu.core.jobs.worker import Worker

    with company.active(company.find(code)):
        Worker(f"process {os.getpid()}", lease_seconds=lease_seconds).run_until_idle()


if __name__ == "__main__":
    main(sys.argv[1], float(sys.argv[2]))
