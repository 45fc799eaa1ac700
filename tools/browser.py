"""Chromium for tests and pictures: the installed one through Playwright, and a real Chromium 64 through Node.

The browser is `JIYU_CHROMIUM` or the first of the usual names on PATH; nothing is ever downloaded.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

WIDTHS = (360, 820, 1280)
NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome")
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
OLD_BROWSER = Path(__file__).resolve().parent.parent / "frontend" / "e2e"


class BrowserMissingError(RuntimeError):
    """No Chromium here; the message says how to name one."""


def find_chromium() -> str | None:
    """Path of a Chromium: `JIYU_CHROMIUM` when set (it must exist), else from PATH, else None."""
    named = os.environ.get("JIYU_CHROMIUM")
    if named:
        return named if Path(named).is_file() else None
    return next((path for path in map(shutil.which, NAMES) if path), None)


@contextmanager
def chromium() -> Iterator[Browser]:
    """A headless Chromium for the block; raises `BrowserMissingError` without one."""
    path = find_chromium()
    if path is None:
        raise BrowserMissingError("no Chromium: set JIYU_CHROMIUM or put one on PATH")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(QUIET))
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def page(browser: Browser, *, width: int = 1280, height: int | None = None, **options: Any) -> Iterator[Page]:
    """A fresh page (own cookies) of `width` CSS px; `options` (color_scheme …) go to Playwright."""
    context = browser.new_context(
        viewport={"width": width, "height": height or (740 if width < 600 else 900)}, **options
    )
    try:
        yield context.new_page()
    finally:
        context.close()


def shoot(
    browser: Browser,
    url: str,
    target: Path,
    *,
    width: int,
    height: int | None = None,
    full: bool = True,
    **options: Any,
) -> None:
    """A screenshot of `url` at `width` CSS px."""
    options.setdefault("device_scale_factor", 2 if width < 600 else 1.5)
    with page(browser, width=width, height=height, **options) as opened:
        opened.goto(url)
        opened.screenshot(path=str(target), full_page=full)


def scrolls_sideways(opened: Page) -> bool:
    """Whether the page is wider than its window."""
    opened.wait_for_load_state()  # a page just asked for has no root element for a moment
    return bool(opened.evaluate("document.documentElement.scrollWidth > window.innerWidth"))


def chromium64_reason_missing() -> str:
    """Why Chromium 64 cannot run here, in words; empty when it can."""
    if shutil.which("node") is None:
        return "Node is not installed"
    if not (OLD_BROWSER / "node_modules" / "chrome-aws-lambda").is_dir():
        return "run: npm ci --ignore-scripts --prefix frontend/e2e"
    return ""


def chromium64(
    url: str,
    *,
    width: int = 360,
    height: int = 740,
    scale: float = 1,
    shot: Path | None = None,
    full: bool = True,
    no_js: bool = False,
    cookies: Sequence[str] = (),
    clicks: Sequence[dict[str, Any]] = (),
) -> dict[str, Any]:
    """Open `url` in real Chromium 64 and run `clicks` (see frontend/e2e/chromium64.mjs for the steps).

    Returns {"version", "title", "url", "status", "sideways", "errors"}; a failed step is the last error.
    """
    command = ["node", "chromium64.mjs", "--url", url]
    command += ["--width", str(width), "--height", str(height), "--scale", str(scale)]
    command += ["--shot", str(shot.resolve())] if shot else []
    command += ["--full"] if full else []
    command += ["--no-js"] if no_js else []
    for cookie in cookies:
        command += ["--cookie", cookie]
    command += ["--clicks", json.dumps(list(clicks))] if clicks else []
    done = subprocess.run(command, cwd=OLD_BROWSER, capture_output=True, text=True, timeout=120, check=False)
    if not done.stdout.strip():
        raise RuntimeError(f"Chromium 64 did not run: {done.stderr.strip()[-2000:]}")
    return dict(json.loads(done.stdout.strip().splitlines()[-1]))


def main(arguments: Sequence[str]) -> int:
    """`python -m tools.browser URL FOLDER [dark]`: the page at all widths and on Chromium 64, into FOLDER."""
    url, folder, dark = arguments[0], Path(arguments[1]), "dark" in arguments[2:]
    folder.mkdir(parents=True, exist_ok=True)
    with chromium() as browser:
        for width in WIDTHS:
            scheme = "dark" if dark else "light"
            shoot(browser, url, folder / f"{width}.png", width=width, color_scheme=scheme)
    if not chromium64_reason_missing():
        print(json.dumps(chromium64(url, shot=folder / "chromium64-360.png"), ensure_ascii=False))
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
