"""The real demo, opened by the oldest browser we promise, by axe and by Lighthouse (`make e2e`)."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.e2e.conftest import Site
from tests.e2e.serving import ROOT, environment, served
from tools import browser

if TYPE_CHECKING:
    pass

pytestmark = pytest.mark.e2e
NO_CHROMIUM = "no Chromium: set JIYU_CHROMIUM or put one on PATH"
LIGHTHOUSE = browser.OLD_BROWSER / "node_modules" / ".bin" / "lighthouse"
PAGES = {
    "林晓峰": ("me/", "{why}", "{why}paper/", "team/"),
    "赵刚": ("team/", "{person}"),
    "许静": ("cycles/", "{cycle}", "cycles/open/", "roster/", "sources/"),
    "李国栋": ("company/",),
}


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The demo as `jiyu demo` makes it."""
    home = tmp_path_factory.mktemp("demo")
    command = [sys.executable, "-m", "jiyu.config.cli", "demo"]
    subprocess.run(command, cwd=home, env=environment(home), stdout=subprocess.DEVNULL, check=True)
    with served(home) as address:
        yield Site(address, [])


@pytest.fixture(scope="session")
def places(demo: Site) -> dict[str, str]:
    """Addresses that only the demo knows: somebody's why, a led person, the newest cycle."""
    if browser.find_chromium() is None:
        pytest.skip(NO_CHROMIUM)
    with browser.chromium() as opened:
        with browser.page(opened, locale="zh-CN") as page:
            demo.be(page, "林晓峰")
            page.click("a:has(.score)")
            why = page.url
        with browser.page(opened, locale="zh-CN") as page:
            demo.be(page, "赵刚")
            person = str(page.locator("a.line").first.evaluate("e => e.href"))
        with browser.page(opened, locale="zh-CN") as page:
            demo.be(page, "许静")
            cycle = str(page.locator("td a").first.evaluate("e => e.href"))
    return {"why": why, "person": person, "cycle": cycle}


def addresses(demo: Site, places: dict[str, str], who: str) -> list[str]:
    named = [page.format(**places) for page in PAGES[who]]
    return [page if page.startswith("http") else demo.of("demo", page) for page in named]


# Chromium 64


@pytest.mark.parametrize("no_js", [False, True])
@pytest.mark.skipif(bool(browser.chromium64_reason_missing()), reason="no Chromium 64 (npm ci in frontend/e2e)")
def test_chromium_64_goes_from_the_first_page_to_the_night_shift(demo: Site, tmp_path: Path, no_js: bool) -> None:
    clicks: list[dict[str, Any]] = [
        {"go": "main form:first-of-type button"},
        {"see": "96.21"},
        {"go": "a.on-card"},
        {"see": "为什么是 96.21"},
        {"see": "03-02"},
        {"click": "#line-2 summary"},
        {"go": "a[href$='/paper/']"},
        {"see": "绩效结果说明"},
    ]
    seen = browser.chromium64(demo.of("demo", "?lang=zh-hans"), no_js=no_js, clicks=clicks, shot=tmp_path / "paper.png")
    assert (seen["version"], seen["errors"], seen["sideways"]) == ("HeadlessChrome/64.0.3264.0", [], False)


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize(
    ("place", "words"), [(1, "个人里"), (3, "考核周期"), (4, "其余照常")], ids=["team", "cycles", "company"]
)
@pytest.mark.skipif(bool(browser.chromium64_reason_missing()), reason="no Chromium 64 (npm ci in frontend/e2e)")
def test_chromium_64_draws_what_leads_hr_and_directors_open(demo: Site, width: int, place: int, words: str) -> None:
    form = f"main form:nth-of-type({place + 1}) button"
    clicks: list[dict[str, Any]] = [{"go": form}]
    seen = browser.chromium64(demo.of("demo", "?lang=zh-hans"), clicks=clicks, width=width)
    assert (seen["errors"], seen["sideways"]) == ([], False)


# axe


@pytest.mark.parametrize(("scheme", "width"), [("light", 360), ("light", 1280), ("dark", 360), ("dark", 1280)])
@pytest.mark.skipif(browser.find_chromium() is None, reason=NO_CHROMIUM)
def test_axe_finds_nothing_on_any_page(demo: Site, places: dict[str, str], scheme: str, width: int) -> None:
    from axe_playwright_python.sync_playwright import Axe

    axe, found = Axe(), {}
    with browser.chromium() as opened:
        for who in PAGES:
            with browser.page(opened, width=width, color_scheme=scheme, locale="zh-CN") as page:
                page.goto(demo.of("demo"))
                visits = [page.url, *addresses(demo, places, who)]
                for address in visits:
                    if address == visits[1]:
                        demo.be(page, who)
                    page.goto(address)
                    if violations := axe.run(page).response["violations"]:
                        nodes = [(v["id"], [n["html"][:120] for n in v["nodes"][:3]]) for v in violations]
                        found[address.removeprefix(demo.address)] = nodes
    assert found == {}


# Lighthouse


def _why_no_lighthouse() -> str:
    if shutil.which("node") is None:
        return "Node is not installed"
    if not LIGHTHOUSE.exists():
        return "no Lighthouse (npm ci in frontend/e2e)"
    return "" if browser.find_chromium() else NO_CHROMIUM


@pytest.fixture(scope="session")
def signed_in(demo: Site, places: dict[str, str]) -> str:
    """A cookie header of 林晓峰."""
    with browser.chromium() as opened, browser.page(opened, locale="zh-CN") as page:
        demo.be(page, "林晓峰")
        return "; ".join(f"{c['name']}={c['value']}" for c in page.context.cookies())


@pytest.mark.parametrize("name", ["me", "why"])
@pytest.mark.skipif(bool(_why_no_lighthouse()), reason=_why_no_lighthouse())
def test_lighthouse_mobile_is_content(
    demo: Site, places: dict[str, str], signed_in: str, tmp_path: Path, name: str
) -> None:
    address = demo.of("demo", "me/") if name == "me" else places["why"]
    report = tmp_path / "lighthouse.json"
    command = [
        "node", str(LIGHTHOUSE.resolve()), address, "--quiet", "--output=json", f"--output-path={report}",
        "--only-categories=performance,accessibility", "--form-factor=mobile",
        "--extra-headers", json.dumps({"Cookie": signed_in}), "--chrome-flags=--headless=new --no-sandbox --disable-gpu",
    ]  # fmt: skip
    env = {**os.environ, "CHROME_PATH": browser.find_chromium() or ""}
    subprocess.run(command, cwd=ROOT, env=env, check=True, timeout=180, stdout=subprocess.DEVNULL)
    told = json.loads(report.read_text("utf-8"))
    scores = {name: round(part["score"] * 100) for name, part in told["categories"].items()}
    assert told["finalDisplayedUrl"] == address  # not the first page: the cookie held
    assert scores["accessibility"] == 100
    assert scores["performance"] >= 95
