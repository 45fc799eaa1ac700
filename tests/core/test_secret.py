"""The deployment's secret key: made once, readable by its owner only."""

from __future__ import annotations

import os
import stat
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from jiyu.config import secret
from jiyu.config.secret import secret_key


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder that does not exist yet."""
    monkeypatch.setenv("JIYU_HOME", str(tmp_path / "data"))
    return tmp_path / "data"


def test_key_is_long_stable_and_its_owners_only(home: Path) -> None:
    key = secret_key()
    assert len(key) >= 64
    assert secret_key() == key
    assert stat.S_IMODE((home / "secret_key").stat().st_mode) == 0o600
    assert stat.S_IMODE(home.stat().st_mode) == 0o700
    assert [p.name for p in home.iterdir()] == ["secret_key"]


def test_starters_at_the_same_time_get_one_key(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """All have seen that there is no key before the first one writes."""
    together = threading.Barrier(2)
    real = secret.secrets.token_urlsafe

    def slow_token(size: int) -> str:
        together.wait(timeout=10)
        return real(size)

    monkeypatch.setattr(secret.secrets, "token_urlsafe", slow_token)
    with ThreadPoolExecutor(2) as pool:
        keys = list(pool.map(lambda _: secret_key(), range(2)))
    assert keys[0] == keys[1] == (home / "secret_key").read_text()
    assert [p.name for p in home.iterdir()] == ["secret_key"]


def test_starter_that_died_half_way_is_in_nobodys_way(home: Path) -> None:
    """In a container the next starter has the same process id."""
    home.mkdir()
    (home / f"secret_key.{os.getpid()}").write_text("half")
    assert len(secret_key()) >= 64
