"""Kept files: content-addressed, inside the company's own folder, never at a public URL."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from jiyu.core import clock, company
from jiyu.core.actor import Actor
from jiyu.core.models import StoredFile


def store(actor: Actor, data: bytes, *, name: str, owner_kind: str) -> StoredFile:
    """Keep `data` under its SHA-256 and return its row. The same bytes are kept once."""
    sha = hashlib.sha256(data).hexdigest()
    path = _path(sha)
    if not path.exists():
        for folder in (path.parents[1], path.parent):  # not above: a company that is gone does not come back by a file
            folder.mkdir(exist_ok=True)
        part = path.with_suffix(f".{os.getpid()}.part")
        part.write_bytes(data)
        part.replace(path)
    row = StoredFile(
        sha256=sha,
        name=name[:255],
        size_bytes=len(data),
        owner_kind=owner_kind,
        stored_at=clock.now(),
        stored_by=actor.person_id,
    )
    row.save()
    return row


def read(file: StoredFile) -> bytes:
    """The bytes of a kept file; raises FileNotFoundError when the data folder lost it."""
    return _path(file.sha256).read_bytes()


def _path(sha: str) -> Path:
    return company.current().folder / "files" / sha[:2] / sha
