"""A browser and the companies it opens, once per test session."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from tests.e2e.serving import ROOT, environment, served
from tools import browser

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page


@dataclass(frozen=True)
class Site:
    """Where the companies are served; each of `links` signs the owner of `mine` in once."""

    address: str
    links: list[str]

    def of(self, company: str, page: str = "") -> str:
        """The address of a page of a company."""
        return f"{self.address}/c/{company}/{page}"

    def enter(self, page: Page) -> None:
        """Come in as the owner of `mine`."""
        page.goto(self.address + self.links.pop())
        page.click("main button")

    def be(self, page: Page, name: str, *, company: str = "demo") -> None:
        """Take somebody's place."""
        page.goto(self.of(company))
        page.click(f"button.as-card:has-text('{name}')")


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    home = tmp_path_factory.mktemp("jiyu")
    made = subprocess.run(
        [sys.executable, "-m", "tests.e2e.companies"],
        cwd=ROOT,
        env=environment(home),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    with served(home) as address:
        yield Site(address, json.loads(made.stdout.splitlines()[-1])["links"])


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with browser.chromium() as opened:
        yield opened
