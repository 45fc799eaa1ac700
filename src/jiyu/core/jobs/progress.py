"""How far a running job is, told by the task and written by the heartbeat."""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from jiyu.core.jobs.leases import LeaseLostError
from jiyu.lib.text import Text


@dataclass
class Standing:
    """What the task and its heartbeat tell each other."""

    progress: dict[str, Any] = field(default_factory=dict)
    lease_lost: bool = False


running: ContextVar[Standing | None] = ContextVar("jiyu_job", default=None)


def progress(done: int, total: int, words: Text) -> None:
    """Tell people how far the work is: "第 3,000 行，共 12,000 行". Counts, never names or values.

    Cheap, so call it freely: it is written at the next heartbeat (about a second), on another connection,
    since the task's own transaction would hide it. Raises `LeaseLostError` when another worker has taken the
    job over: stop. Outside a job it does nothing."""
    standing = running.get()
    if standing is None:
        return
    if standing.lease_lost:
        raise LeaseLostError
    standing.progress = {"done": done, "total": total, "words": {"zh": words.zh, "en": words.in_("en")}}
