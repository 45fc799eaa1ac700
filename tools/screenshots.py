"""The pictures of the README: `python -m tools.screenshots` makes the demo in a temporary folder, serves it, and writes
docs/images/<page>-<width>.png, each of at most 120 KB. Needs a Chromium (see tools/browser.py)."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from tests.e2e.serving import ROOT, environment, served
from tools import browser

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

IMAGES = ROOT / "docs" / "images"
WIDTHS = (360, 1280)
HEIGHTS = {360: 780, 1280: 540}
MOST_BYTES = 120 * 1024


def pictures(opened: Browser, address: str) -> Iterator[tuple[str, bytes]]:
    """(file name, PNG) of every picture."""
    start = f"{address}/c/demo/"
    for width in WIDTHS:
        for language in ("zh-CN", "en-GB"):
            size = {"width": width, "height": HEIGHTS[width], "locale": language, "device_scale_factor": 1}
            with browser.page(opened, **size) as page:
                ending = f"{width}.png" if language == "zh-CN" else f"{width}-en.png"
                page.goto(start)
                if language == "zh-CN":
                    yield f"start-{ending}", page.screenshot()
                _be(page, start, 0)
                yield f"my-page-{ending}", page.screenshot()
                if language != "zh-CN":
                    continue
                page.click("a:has(.score)")
                yield f"why-{ending}", page.screenshot()
                _be(page, start, 1)
                yield f"team-{ending}", page.screenshot()
                _be(page, start, 3)
                page.click("td a >> nth=0")
                yield f"cycle-{ending}", page.screenshot()
                page.goto(f"{start}roster/")
                yield f"roster-{ending}", page.screenshot()


def _be(page: Page, start: str, place: int) -> None:
    page.goto(start)
    page.click(f"button.as-card >> nth={place}")


def write(name: str, picture: bytes) -> None:
    """Keep a picture; refuses one that is too heavy for a README."""
    if len(picture) > MOST_BYTES:
        raise SystemExit(f"{name} has {len(picture) // 1024} KB, at most {MOST_BYTES // 1024} are meant")
    (IMAGES / name).write_bytes(picture)
    print(f"{len(picture) / 1024:6.1f} KB  docs/images/{name}")


def main() -> int:
    """Make the demo, take the pictures."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        command = [sys.executable, "-m", "jiyu.config.cli", "demo"]
        subprocess.run(command, cwd=home, env=environment(home), check=True)
        with served(home) as address, browser.chromium() as opened:
            for name, picture in pictures(opened, address):
                write(name, picture)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
