"""Badge and PIN on a shared terminal of 480 × 800 in real browsers, without scripts: six acts, and nothing left behind
for whoever presses 返回."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.e2e.conftest import Site
from tools import browser

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.skipif(browser.find_chromium() is None, reason="no Chromium: set JIYU_CHROMIUM or put one on PATH"),
]
PIN = "8052"
PASSWORD = "四个不相干的词排在一起"
SMALL_KEYS = "() => [...document.querySelectorAll('.key')].filter(e => e.getBoundingClientRect().height < 95).length"


def hr(page: Page, site: Site) -> None:
    site.be(page, "许静")
    page.goto(site.of("demo", "access/"))


def device_code(chromium: Browser, site: Site) -> str:
    with browser.page(chromium, locale="zh-CN") as page:
        hr(page, site)
        page.fill("#name", "CNC 线 PDA-07")
        page.click("#devices button")
        return re.sub(r"\s", "", page.inner_text(".slip-code"))


def printed_code(chromium: Browser, site: Site, name: str) -> str:
    with browser.page(chromium, locale="zh-CN") as page:
        hr(page, site)
        page.select_option("#crew", label="一车间 / CNC A班")
        page.click("#codes button")
        return re.sub(r"\D", "", page.locator(".slip", has_text=name).locator(".slip-code").inner_text())


def press(page: Page, digits: str) -> None:
    for digit in digits:
        page.click(f".key[value='{digit}']")


def scan(page: Page, number: str) -> None:
    page.wait_for_selector("#badge:focus")
    page.keyboard.type(number)  # as a scanner does: into whatever has the focus
    page.keyboard.press("Enter")
    page.wait_for_url("**/pda/pin/")


def heading(page: Page) -> str:
    return page.inner_text("h1").strip()


def test_a_terminal_from_its_registration_to_an_empty_history(chromium: Browser, site: Site) -> None:
    code = device_code(chromium, site)
    first = printed_code(chromium, site, "林晓峰")
    terminal = browser.page(chromium, width=480, height=800, java_script_enabled=False, locale="zh-CN")
    with terminal as page:
        page.goto(site.of("demo", f"pda/register/{code}/"))
        page.click("main button")
        assert heading(page) == "请扫工牌"
        scan(page, "000317")
        page.click("button[value=code]")
        press(page, first + PIN)
        page.click("button[value=done]")
        press(page, PIN)
        assert heading(page) == "3 月的数，请看一眼"
        page.click("text=看完了")

        scan(page, "000317")  # one act, then four, then 看完了
        assert page.evaluate(SMALL_KEYS) == 0
        press(page, PIN)
        assert "97.50 %" in page.inner_text("main") and not browser.scrolls_sideways(page)
        page.click("a.line >> nth=0")
        assert heading(page) == "为什么是 96.21"
        assert page.locator("meta[http-equiv=refresh]").get_attribute("content") == "20; url=/c/demo/pda/"
        page.go_back()
        page.click("text=看完了")
        assert heading(page) == "请扫工牌"
        for _step in range(12):  # whatever 返回 finds in the history, it is nobody's
            if page.go_back() is None:
                break
            assert "000317" not in page.content() and "97.50" not in page.content(), page.url
        page.goto(site.of("demo", "pda/me/"))
        assert heading(page) == "请扫工牌"
        cookies = {one["name"] for one in page.context.cookies()}
        assert cookies <= {"jiyu_pda", "jiyu_csrf", "jiyu_session"}


def test_an_untouched_terminal_goes_back_by_itself(chromium: Browser, site: Site) -> None:
    code = device_code(chromium, site)
    with browser.page(chromium, width=480, height=800, java_script_enabled=False, locale="zh-CN") as page:
        page.goto(site.of("demo", f"pda/register/{code}/"))
        page.click("main button")
        scan(page, "000402")
        page.wait_for_url("**/pda/", timeout=25_000)
        assert heading(page) == "请扫工牌" and "张伟" not in page.content()


def test_a_link_opens_on_the_first_phone_only(chromium: Browser, site: Site) -> None:
    with browser.page(chromium, locale="zh-CN") as desk:
        hr(desk, site)
        desk.fill("#numbers", "000011")
        desk.click("#links form[action$='/invite/'] button")
        assert desk.locator("svg.qr").count() == 1
        link = desk.inner_text(".qr-address")
    with browser.page(chromium, width=360, locale="zh-CN", java_script_enabled=False) as phone:
        phone.goto(link)
        assert heading(phone) == "赵＊，这是给你的" and not browser.scrolls_sideways(phone)
        phone.click("main button")
        phone.fill("#password", PASSWORD)
        phone.fill("#again", PASSWORD)
        phone.click("text=设密码 >> visible=true >> nth=-1")
        assert "密码设好了" in phone.inner_text("main")
    with browser.page(chromium, width=360, locale="zh-CN") as stolen:
        stolen.goto(link)
        stolen.click("main button")
        assert heading(stolen) == "这个链接已经在另一部手机上打开过，这里不能用"
        stolen.goto(site.of("demo", "sign-in/"))
        stolen.fill("#handle", "11")
        stolen.fill("#password", PASSWORD)
        stolen.click("main button")
        assert stolen.url == site.of("demo", "team/")


PAGES = ("sign-in/", "pda/", "account/", "access/")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_the_pages_of_coming_in(chromium: Browser, site: Site, scheme: str) -> None:
    from axe_playwright_python.sync_playwright import Axe

    found = {}
    for width in (360, 1280):
        with browser.page(chromium, width=width, locale="zh-CN", color_scheme=scheme) as page:
            hr(page, site)
            for name in PAGES:
                page.goto(site.of("demo", name))
                violations = Axe().run(page).response["violations"]
                found |= {(name, width, v["id"]): [n["html"][:120] for n in v["nodes"]] for v in violations}
                assert not browser.scrolls_sideways(page), (name, width)
    assert found == {}


@pytest.mark.e2e
@pytest.mark.skipif(bool(browser.chromium64_reason_missing()), reason="no Chromium 64")
def test_chromium_64_operates_the_terminal_without_scripts(chromium: Browser, site: Site) -> None:
    code = device_code(chromium, site)
    steps = [
        {"go": "main button"},
        {"see": "请扫工牌"},
        {"type": ["#badge", "000402"]},
        {"go": "main button"},
        {"see": "张伟"},
        *({"go": f".key[value='{digit}']"} for digit in "8052"),
        {"see": "PIN 不对"},
    ]
    seen = browser.chromium64(
        site.of("demo", f"pda/register/{code}/?lang=zh-hans"), width=480, height=800, no_js=True, clicks=steps
    )
    assert (seen["errors"], seen["sideways"]) == ([], False)
