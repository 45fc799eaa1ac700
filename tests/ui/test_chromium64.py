"""The oldest browser we promise, real Chromium 64, draws and operates the pages."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.ui.samples.contexts import SAMPLES
from tools import browser

missing = browser.chromium64_reason_missing()
pytestmark = [pytest.mark.e2e, pytest.mark.skipif(bool(missing), reason=f"no Chromium 64: {missing}")]


@pytest.mark.parametrize("name", SAMPLES)
def test_chromium_64_draws_the_page(site: str, tmp_path: Path, name: str) -> None:
    shot = tmp_path / "page.png"
    seen = browser.chromium64(f"{site}/sample/{name}/", shot=shot)
    assert seen["version"] == "HeadlessChrome/64.0.3264.0"
    assert (seen["errors"], seen["sideways"], seen["status"]) == ([], False, 200)
    assert shot.stat().st_size > 5_000


@pytest.mark.parametrize("no_js", [False, True])
def test_chromium_64_answers_a_problem(site: str, no_js: bool) -> None:
    clicks = [{"see": "000402 出现了 2 次"}, {"go": ".problem button"}, {"see": "POST /go/"}, {"url": "/go/"}]
    assert browser.chromium64(f"{site}/sample/roster/", no_js=no_js, clicks=clicks)["errors"] == []


def test_chromium_64_opens_a_line_of_the_explanation(site: str) -> None:
    clicks = [{"click": ".explain:nth-of-type(2) summary"}, {"see": "98.33 分"}]
    assert browser.chromium64(f"{site}/sample/why/", clicks=clicks)["errors"] == []


def test_a_failed_step_is_told(site: str) -> None:
    seen = browser.chromium64(f"{site}/sample/why/", clicks=[{"see": "没有这句话"}])
    assert seen["errors"] == ['step 1 {"see":"没有这句话"}: expected to see 没有这句话']
