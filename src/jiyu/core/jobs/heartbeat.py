"""Renewing the lease of a running job from a thread of its own."""

from __future__ import annotations

import logging
import threading
import time
from types import TracebackType
from typing import Any

from django.db import DatabaseError, connection

from jiyu.core import company
from jiyu.core.jobs import leases
from jiyu.core.jobs.models import Job
from jiyu.core.jobs.progress import Standing

log = logging.getLogger("jiyu.jobs")


class Heartbeat:
    """Within the block `job` is renewed every third of its lease, and at most once a second when its progress
    moved.

    The thread has its own connection to the company's database, opened with the first beat: a short job costs
    none. A beat that fails (SQLite is locked by the task itself, the server restarts) is tried again a tick
    later."""

    def __init__(self, job: Job, standing: Standing, *, lease_seconds: float) -> None:
        self._job, self._standing, self._lease_seconds = job, standing, lease_seconds
        self._told = standing.progress  # read here: the task may be ahead of the thread
        self._company = company.current_or_none()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"heartbeat-{job.pk}", daemon=True)

    def __enter__(self) -> Heartbeat:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._thread.join()

    def _run(self) -> None:
        if self._company is None:  # the tests' one anonymous company
            self._beat_until_over()
            return
        with company.active(self._company):
            self._beat_until_over()

    def _beat_until_over(self) -> None:
        interval = self._lease_seconds / 3
        beaten_at = time.monotonic()
        while not self._over.wait(min(1.0, interval)):
            progress = self._standing.progress
            if progress is self._told and time.monotonic() - beaten_at < interval:
                continue
            if self._beat(progress):
                beaten_at, self._told = time.monotonic(), progress
            if self._standing.lease_lost:
                break
        connection.close()

    def _beat(self, progress: dict[str, Any]) -> bool:
        try:
            held = leases.renew(self._job, lease_seconds=self._lease_seconds, progress=self._standing.progress)
        except DatabaseError as error:
            log.warning("job %s: no heartbeat (%s)", self._job.pk, type(error).__name__)
            connection.close()
            return False
        self._standing.lease_lost = not held
        return held
