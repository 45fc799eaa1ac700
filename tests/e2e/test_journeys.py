"""The first hour in a real browser, at three widths, with scripts and without: nothing on these pages needs one."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

import openpyxl
import pytest

from tests.e2e.conftest import Site
from tests.sources.roster_files import B1
from tools import browser

if TYPE_CHECKING:
    from playwright.sync_api import Browser, FilePayload, Page

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.skipif(browser.find_chromium() is None, reason="no Chromium: set JIYU_CHROMIUM or put one on PATH"),
]
WAYS = [(width, scripts) for scripts in (True, False) for width in browser.WIDTHS]
NUMBERS = "工号,完工时间,合格,不良\n000317,2026-04-02 10:00,120,2\n000317,2026-04-03 10:00,140,1\n999999,2026-04-03 11:00,5,0\n"


@pytest.fixture(params=WAYS, ids=[f"{width}{'' if scripts else ' without JavaScript'}" for width, scripts in WAYS])
def page(request: pytest.FixtureRequest, chromium: Browser) -> Iterator[Page]:
    width, scripts = request.param
    with browser.page(chromium, width=width, java_script_enabled=scripts, locale="zh-CN") as opened:
        yield opened


def fits(page: Page) -> bool:
    """Whether the page does not scroll sideways; also asked of a browser whose pages run no script."""
    return not browser.scrolls_sideways(page)


def roster_file() -> FilePayload:
    book = openpyxl.Workbook()
    for row in B1:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return {"name": "花名册.xlsx", "mimeType": kind, "buffer": out.getvalue()}


def heading(page: Page) -> str:
    return page.inner_text("h1").strip()


def test_a_stranger_gets_from_the_first_page_to_the_rows_of_a_night(page: Page, site: Site) -> None:
    site.be(page, "林晓峰")
    assert heading(page) == "3 月，3 个差一点，1 个没到目标"
    assert fits(page)
    page.click("a:has(.score)")
    assert heading(page) == "为什么是 96.21"
    assert fits(page)
    assert page.locator("details.explain").count() == 4
    night = page.locator("#line-1 details.gap", has_text="03-02 夜班")
    assert night.get_attribute("open") is not None  # the worst night is open already
    assert "1,888 / 2,000" in night.locator("summary").inner_text()
    assert "第 2 行" in night.locator("tbody").inner_text()
    night.locator("summary").click()
    assert night.get_attribute("open") is None
    page.click("a[href$='/paper/'] >> visible=true")
    assert "绩效结果说明" in page.inner_text("main")
    assert fits(page)


def test_hr_brings_the_roster_in_settles_a_question_and_takes_it_back(page: Page, site: Site) -> None:
    site.enter(page)
    page.goto(site.of("mine", "roster/"))
    assert heading(page) == "把花名册拖进来，原样就行"
    page.set_input_files("#file", roster_file())
    page.click("main form:has(#file) button")
    said = page.inner_text("main")
    if page.locator(".tally").is_visible():
        assert re.sub(r"\s+", " ", page.inner_text(".tally")) == "读到（人） 8 导入 5 待处理（行） 3 跳过（行） 3"
    else:
        assert heading(page) == "读到 8 人 · 导入 5 · 待处理 3 行 · 跳过 3 行"
    assert "待处理 3 行" in said
    assert fits(page)
    page.click(".problem button >> nth=0")
    assert "待处理 3 行" not in page.inner_text("main")
    assert "导入 6" in re.sub(r"\s+", " ", page.inner_text("main"))  # who became clear came in at once
    page.click("button:has-text('撤销本次导入')")
    assert page.locator(".messages[role=status]").inner_text() == "这次导入撤销了，回到导入之前的样子"
    assert heading(page) == "把花名册拖进来，原样就行"  # nobody is here any more
    assert fits(page)


def test_hr_reads_numbers_in_sees_what_is_asked_and_takes_them_back(page: Page, site: Site) -> None:
    site.be(page, "许静", company="run-a")
    page.goto(site.of("run-a", "sources/"))
    numbers: FilePayload = {"name": "报工.csv", "mimeType": "text/csv", "buffer": NUMBERS.encode()}
    page.set_input_files("#file", numbers)
    page.select_option("#source", "+")
    page.fill("#label", "车间报工")
    page.click("main form:has(#file) button")
    assert fits(page)
    if page.locator("main input[type=radio]").count():
        assert page.locator("main input[type=radio]:checked").count() == 0  # nothing is preselected
        for group in page.locator("fieldset:has(input[type=radio])").all():
            group.locator("label.choice").first.click()
        page.click("button:has-text('就这么定')")
    page.click("button:has-text('导入') >> visible=true")
    assert "3 行：入账 2，待处理 1" in heading(page)
    assert "花名册里没有“999999”" in page.inner_text("main")
    assert fits(page)
    page.click("button:has-text('撤销本次导入')")
    assert "这次导入已经撤销了" in page.inner_text("main")


@pytest.mark.parametrize(("company", "scripts", "width"), [("run-a", True, 1280), ("run-b", False, 360)])
def test_hr_opens_a_cycle_scores_and_archives(
    chromium: Browser, site: Site, company: str, scripts: bool, width: int
) -> None:
    with browser.page(chromium, width=width, java_script_enabled=scripts, locale="zh-CN") as page:
        site.be(page, "许静", company=company)
        assert heading(page) == "还没有考核周期"
        page.click("main a:has-text('开一个周期')")
        page.fill("[name=period]", "2026Q9")
        page.click("button:has-text('开始')")
        assert page.locator("main [role=alert]").is_visible()  # no such period: said, what was typed is kept
        assert page.input_value("[name=period]") == "2026Q9"
        page.fill("[name=period]", "2026-03")
        page.fill("[name=label]", "2026 年 3 月")
        page.click("button:has-text('开始')")
        assert heading(page) == "2026 年 3 月 进行中，2 人参加"
        page.click("button:has-text('给 2 人算分')")
        assert "1 人有分，1 人待数据" in page.inner_text(".messages")
        assert heading(page) == "2026 年 3 月 正在算分，只等 1 个人的数"
        assert fits(page)
        page.click("button:has-text('归档 1 人')")
        assert "1 人的结果已归档" in page.inner_text(".messages")
    with browser.page(chromium, width=width, java_script_enabled=scripts, locale="zh-CN") as page:
        site.be(page, "林晓峰", company=company)
        assert page.inner_text(".score").strip() == "96.21"


@pytest.mark.parametrize("width", browser.WIDTHS)
def test_in_english_the_daily_pages_hold_and_say_it_in_english(chromium: Browser, site: Site, width: int) -> None:
    with browser.page(chromium, width=width, locale="en-GB") as page:
        page.goto(site.of("demo"))
        page.click("button.as-card >> nth=0")
        assert page.get_attribute("html", "lang") == "en"
        assert fits(page)
        page.click("a:has(.score)")
        assert "96.21" in heading(page)
        assert not re.search(r"[\u4e00-\u9fff]", heading(page))
        assert fits(page)


@pytest.mark.parametrize("width", browser.WIDTHS)
def test_a_team_of_five_hundred_is_still_a_list(chromium: Browser, site: Site, width: int) -> None:
    with browser.page(chromium, width=width, locale="zh-CN") as page:
        site.be(page, "周建国")
        page.goto(site.of("demo", "team/"))
        assert heading(page) == "501 个人里，1 个在等数据"
        assert page.locator("a.line").count() == 501
        assert page.locator("a.line").first.locator(".line-name").inner_text() == "赵刚"  # who waits comes first
        assert fits(page)


def test_without_data_each_page_says_where_to_begin(chromium: Browser, site: Site) -> None:
    begins = {
        "me/": "先把花名册放进来",
        "roster/": "把花名册拖进来，原样就行",
        "sources/": "数从哪里来，从第一份文件开始",
        "cycles/": "还没有考核周期",
        "company/": "还没有考核周期",
    }
    with browser.page(chromium, width=360, locale="zh-CN") as page:
        site.enter(page)
        seen = {}
        for place in begins:
            page.goto(site.of("mine", place))
            assert fits(page)
            seen[place] = heading(page)
    assert seen == begins


def tab_stops(page: Page, most: int = 80) -> list[str]:
    """What Tab reaches, in order, until it leaves the page; each must show where one is."""
    where = """() => { const e = document.activeElement; if (!e || e === document.body) return null;
        const s = getComputedStyle(e);
        return [(e.getAttribute('aria-label') || e.textContent).trim().replace(/\\s+/g, ' '),
                e.classList.contains('skip') || (s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 2)]; }"""
    stops, hidden = [], []
    for _n in range(most):
        page.keyboard.press("Tab")
        here = page.evaluate(where)
        if here is None:
            break
        stops.append(here[0])
        hidden += [] if here[1] else [here[0]]
    assert hidden == []
    return stops


@pytest.mark.parametrize("width", [360, 1280])
def test_by_keyboard_alone_from_my_page_to_a_line_of_why(chromium: Browser, site: Site, width: int) -> None:
    with browser.page(chromium, width=width, locale="zh-CN") as page:
        site.be(page, "林晓峰")
        page.goto(page.url)
        stops = tab_stops(page)
        assert stops[0] == "跳到正文"
        numbers = [
            next(s for s in stops if name in s and "%" in s and "得分" not in s)
            for name in ("计划达成", "一次合格率", "OEE")
        ]
        score = next(s for s in stops if "96.21" in s)
        assert [stops.index(s) for s in (score, *numbers)] == sorted(stops.index(s) for s in (score, *numbers))
        page.focus("a:has(.score)")
        page.keyboard.press("Enter")
        page.wait_for_url("**/why/**")
        stops = tab_stops(page)
        assert stops[0] == "跳到正文"
        second = page.locator("details.explain").nth(1)
        second.locator("summary").first.focus()
        page.keyboard.press("Enter")
        assert second.get_attribute("open") is not None


def test_the_skip_link_leads_into_the_text(chromium: Browser, site: Site) -> None:
    with browser.page(chromium, width=1280, locale="zh-CN") as page:
        site.be(page, "林晓峰")
        page.goto(page.url)
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.id") == "main"
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.closest('main') !== null")


def test_after_a_post_the_answer_is_announced_and_the_keyboard_starts_at_the_top(chromium: Browser, site: Site) -> None:
    with browser.page(chromium, width=360, locale="zh-CN") as page:
        site.enter(page)
        page.goto(site.of("mine", "roster/"))
        page.set_input_files("#file", roster_file())
        page.click("main form:has(#file) button")
        page.click("button:has-text('撤销本次导入')")
        assert page.locator("main .messages[role=status]").is_visible()
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.className") == "skip"
