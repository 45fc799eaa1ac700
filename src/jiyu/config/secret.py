"""The deployment's secret key: made once, readable by its owner only."""

from __future__ import annotations

import os
import secrets
import tempfile
from pathlib import Path

from jiyu.core import company


def secret_key() -> str:
    """The key in `JIYU_HOME/secret_key`, generated (mode 0600) when it is not there yet."""
    path = company.home() / "secret_key"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        # A name of its own, not one by process id: in containers every starter has the same id.
        handle, name = tempfile.mkstemp(prefix="secret_key.", dir=path.parent)  # 0600
        part = Path(name)
        try:
            with os.fdopen(handle, "w") as file:
                file.write(secrets.token_urlsafe(64))
            os.link(part, path)  # the first of several starting processes wins
        except FileExistsError:
            pass
        finally:
            part.unlink()
    return path.read_text().strip()
