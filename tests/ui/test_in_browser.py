"""The samples in a real browser: they fit, can be touched, pass axe, print on one page, need no script."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

from tests.ui.samples.contexts import SAMPLES
from tools import browser

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.skipif(browser.find_chromium() is None, reason="no Chromium: set JIYU_CHROMIUM or put one on PATH"),
]

# What a finger must hit: everything one can press, except links inside a sentence (LOOK.md, "Touch").
SMALL_TARGETS = """() => [...document.querySelectorAll(
    'a[href], button, summary, select, input:not([type=hidden])')]
  .filter(e => !e.closest('p, dd, .out-of-sight, .skip, .crumbs, .section-head, .card-head, td')
               && !['radio', 'checkbox'].includes(e.type))
  .map(e => [e.textContent.trim().slice(0, 20), e.getBoundingClientRect()])
  .filter(([, box]) => box.height > 0 && box.height < 43.5).map(([text, box]) => `${text}: ${box.height}`)"""
SMALL_TYPE = """() => [...document.querySelectorAll('body *')]
  .filter(e => [...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim()))
  .filter(e => parseFloat(getComputedStyle(e).fontSize) < 12).map(e => e.textContent.trim().slice(0, 20))"""


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with browser.chromium() as opened:
        yield opened


@pytest.mark.parametrize("width", [*browser.WIDTHS, 480])
def test_no_page_scrolls_sideways(chromium: Browser, site: str, width: int) -> None:
    wide = []
    with browser.page(chromium, width=width) as page:
        for name in SAMPLES:
            page.goto(f"{site}/sample/{name}/{'?pda' if width == 480 else ''}")
            wide += [name] if browser.scrolls_sideways(page) else []
    assert wide == []


@pytest.mark.parametrize("query", ["", "?pda"])
def test_on_a_phone_and_a_terminal_everything_can_be_touched_and_read(chromium: Browser, site: str, query: str) -> None:
    small: dict[str, Any] = {}
    with browser.page(chromium, width=480 if query else 360) as page:
        for name in SAMPLES:
            page.goto(f"{site}/sample/{name}/{query}")
            found = [*page.evaluate(SMALL_TARGETS), *page.evaluate(SMALL_TYPE)]
            small |= {name: found} if found else {}
    assert small == {}


WRAPPING = """() => {
  document.querySelector('main').innerHTML = '<table class="rows as-cards"><tbody><tr><td>行</td>'
    + '<td data-label="文件里写的"><span>' + '科瑞重工 '.repeat(20) + '</span></td></tr></tbody></table>'
    + '<label class="choice"><input type="radio"> ' + '文件里没有的不再计'.repeat(5) + '</label>';
  const lines = [...document.querySelector('td span').getClientRects()].map(box => Math.round(box.left));
  return [lines.length > 1, new Set(lines).size, document.querySelector('main input').getBoundingClientRect().width];
}"""


def test_on_a_phone_lines_stay_beside_their_label_and_a_choice_keeps_its_size(chromium: Browser, site: str) -> None:
    with browser.page(chromium, width=360) as page:
        page.goto(f"{site}/sample/cycle/")
        assert page.evaluate(WRAPPING) == [True, 1, 20]


@pytest.mark.parametrize(("scheme", "width"), [("light", 360), ("light", 1280), ("dark", 360), ("dark", 1280)])
def test_axe_finds_nothing(chromium: Browser, site: str, scheme: str, width: int) -> None:
    from axe_playwright_python.sync_playwright import Axe

    axe, found = Axe(), {}
    with browser.page(chromium, width=width, color_scheme=scheme) as page:
        for name in SAMPLES:
            page.goto(f"{site}/sample/{name}/")
            violations = axe.run(page).response["violations"]
            if violations:
                found[name] = [(v["id"], [n["html"][:120] for n in v["nodes"]]) for v in violations]
    assert found == {}


def test_the_strict_policy_blocks_nothing_the_pages_use(chromium: Browser, site: str) -> None:
    complaints: list[str] = []
    with browser.page(chromium, width=1280) as page:
        page.on("console", lambda message: complaints.append(message.text))
        for name in SAMPLES:
            page.goto(f"{site}/sample/{name}/")
    assert [text for text in complaints if "Content Security Policy" in text] == []


def test_without_javascript_a_problem_is_answered_and_a_line_opened(chromium: Browser, site: str) -> None:
    with browser.page(chromium, width=360, java_script_enabled=False) as page:
        page.goto(f"{site}/sample/roster/")
        page.click(".problem button >> nth=0")
        assert page.inner_text("body") == "POST /go/"
        page.goto(f"{site}/sample/why/")
        second = page.locator("details.explain").nth(1)
        second.locator("summary").click()
        assert second.get_attribute("open") is not None


def test_the_phone_s_menu_opens_without_javascript_and_shows_every_page(chromium: Browser, site: str) -> None:
    with browser.page(chromium, width=360, java_script_enabled=False) as page:
        page.goto(f"{site}/sample/roster/")
        page.click(".menu > summary")
        assert page.locator(".menu .nav-link", has_text="考核方案").is_visible()


def test_the_print_button_comes_with_its_script_only(chromium: Browser, site: str) -> None:
    for works in (True, False):
        with browser.page(chromium, width=820, java_script_enabled=works) as page:
            page.goto(f"{site}/sample/paper/")
            assert page.locator("[data-print]").is_visible() is works


def test_the_explanation_prints_on_one_a4(chromium: Browser, site: str) -> None:
    with browser.page(chromium, width=820) as page:
        page.goto(f"{site}/sample/paper/")
        pdf = page.pdf(prefer_css_page_size=True)
    assert pdf.count(b"/Type /Page\n") == 1
    assert b"/MediaBox [0 0 594.95996 841.91998]" in pdf


def test_keyboard_reaches_the_text_first(chromium: Browser, site: str) -> None:
    with browser.page(chromium, width=1280) as page:
        page.goto(f"{site}/sample/my-page/")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.className") == "skip"
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.id") == "main"
