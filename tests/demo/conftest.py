"""The demo's files, generated once and read back once."""

from __future__ import annotations

import pytest

from jiyu.config.demo.files import DemoFiles, generate
from tests.demo.reading import Facts


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> DemoFiles:
    return generate(tmp_path_factory.mktemp("demo"))


@pytest.fixture(scope="session")
def facts(demo: DemoFiles) -> Facts:
    return Facts(demo)
