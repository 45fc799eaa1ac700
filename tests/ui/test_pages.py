"""The frame and the samples as HTML: no script needed, nothing inline, light, every class and icon exists."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from django.test import RequestFactory

from jiyu.core.errors import DomainError, NotVisibleError
from jiyu.ui.assets import FOLDER, asset_url
from jiyu.ui.parts import GLYPHS, State
from jiyu.ui.views import SWATCHES
from tests.ui.samples.contexts import SAMPLES
from tests.ui.samples.site import HERE

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = ROOT / "src/jiyu/ui/templates/ui"
DAILY = ("my-page", "sales-page", "confirm", "missing")
VOID = {"meta", "link", "input", "br", "img", "rect", "circle", "path", "use", "hr"}

Html = Callable[[str], str]


class Outline(HTMLParser):
    """Reads a page: tags in order, attributes, ids, and any tag that was not closed in its place."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.crossed: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        if not self.open or self.open.pop() != tag:
            self.crossed.append(tag)


@pytest.mark.parametrize("name", SAMPLES)
def test_a_page_is_well_formed_and_has_one_title(sample_html: Html, name: str) -> None:
    outline = Outline(sample_html(name))
    assert (outline.open, outline.crossed) == ([], [])
    assert [tag for tag, _ in outline.tags].count("h1") == 1
    ids = [attrs["id"] for _tag, attrs in outline.tags if "id" in attrs]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("name", SAMPLES)
def test_a_page_obeys_the_strict_policy(sample_html: Html, name: str) -> None:
    for tag, attrs in Outline(sample_html(name)).tags:
        assert "style" not in attrs, tag
        assert not [key for key in attrs if key.startswith("on")], tag
        assert tag != "style"
        if tag == "script":
            assert attrs.get("src"), "no script inside a page"


@pytest.mark.parametrize("name", DAILY)
def test_a_daily_page_has_no_script_at_all(sample_html: Html, name: str) -> None:
    assert "<script" not in sample_html(name)


@pytest.mark.parametrize("name", DAILY)
def test_a_daily_page_weighs_at_most_25_kb_on_first_view(sample_html: Html, name: str) -> None:
    html = gzip.compress(sample_html(name).encode(), 6)
    assets = [FOLDER / asset_url(asset).rsplit("/", 1)[1] for asset in ("app.css", "icons.svg", "favicon.svg")]
    assert len(html) + sum(len(gzip.compress(path.read_bytes(), 6)) for path in assets) <= 25 * 1024


@pytest.mark.parametrize("name", [name for name in SAMPLES if name != "parts"])  # it shows every button
def test_there_is_at_most_one_blue_button(sample_html: Html, name: str) -> None:
    assert sample_html(name).count("button-main") <= 1


def test_the_frame_speaks_its_language_and_can_be_skipped(sample_html: Html) -> None:
    html = sample_html("my-page")
    assert html.lstrip().startswith("<!doctype html>")
    assert '<html lang="zh-hans">' in html
    assert '<meta name="viewport" content="width=device-width, initial-scale=1">' in html
    assert html.index('<a class="skip" href="#main">') < html.index('<main id="main"')


def test_the_demo_strip_says_what_is_invented_and_that_nothing_is_sent(sample_html: Html) -> None:
    strip = re.search(r'<aside class="strip".*?</aside>', sample_html("my-page"), re.S)
    assert strip is not None
    for words in (
        "演示公司",
        "苏州衡川精密传动（虚构）",
        "时钟 2026-04-08 09:00",
        "不会发出任何消息",
        "换个身份看看",
    ):
        assert words in strip.group()


def test_the_current_page_is_marked_in_the_side_and_in_the_tabs(sample_html: Html) -> None:
    marked = re.findall(r'class="(nav-link|tab)" href="[^"]*" aria-current="page"', sample_html("my-page"))
    assert sorted(marked) == ["nav-link", "nav-link", "tab"]  # side, phone's menu, tabs


def refuse_to_be_asked(request: Any) -> Any:
    raise AssertionError("an error page asked for what may not be there")


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (NotVisibleError(), "从首页走最稳妥"),
        (DomainError("t.weights", "权重合计 90，还差 10", fix="给任意一行加 10"), "给任意一行加 10"),
        (DomainError("core.fault", "程序出错了，你的数据没有丢", status=500), "程序出错了，你的数据没有丢"),
    ],
)
def test_an_error_page_says_why_and_what_next_without_a_database(
    engine: Any, monkeypatch: pytest.MonkeyPatch, error: DomainError, words: str
) -> None:
    monkeypatch.setattr("jiyu.ui.nav.shown", refuse_to_be_asked)
    monkeypatch.setattr("jiyu.ui.shell.of", refuse_to_be_asked)
    context = {"error": error, "request_id": "0196-7c1e"}
    html = engine.get_template("ui/error.html").render(context, RequestFactory().get("/x/"))
    assert words in html
    assert error.message in html
    assert f"{error.status} · 编号 0196-7c1e" in html
    assert "回首页" in html


def sources() -> dict[str, str]:
    files = [*(ROOT / "src/jiyu").glob("*/templates/**/*.html"), *(HERE / "templates").rglob("*.html")]
    return {str(path.relative_to(ROOT)): path.read_text("utf-8") for path in files}


def test_every_page_template_tells_its_blocks_or_context_first() -> None:
    silent = [
        path.name for path in TEMPLATES.glob("*.html") if "{#" not in "".join(path.read_text("utf-8").splitlines()[:2])
    ]
    assert silent == []


def test_every_icon_that_is_drawn_exists() -> None:
    known = set(re.findall(r'<symbol id="([\w-]+)"', (ROOT / "frontend/icons.svg").read_text("utf-8")))
    code = "".join(path.read_text("utf-8") for path in (ROOT / "src/jiyu/ui").rglob("*.py"))
    asked = set(re.findall(r'(?:icon name|icon_name|glyph)="([\w-]+)"', "".join(sources().values()) + code))
    assert asked - known == set()
    assert set(GLYPHS.values()) - known == set()


def test_every_rule_of_the_style_sheet_is_used() -> None:
    """Dead CSS is dead code: each class is on a page, a part or a sample."""
    sheet = "".join(path.read_text("utf-8") for path in (ROOT / "frontend/css").glob("*.css"))
    defined = set(
        re.findall(r"\.([a-z][\w-]*)(?=[\s.,:{>+~\[)])", re.sub(r"/\*.*?\*/|@import.*?;", "", sheet, flags=re.S))
    )
    python = (ROOT / "src/jiyu/ui/templatetags/ui.py", *HERE.glob("*contexts.py"))
    text = "".join([*sources().values(), *(path.read_text("utf-8") for path in python)])
    made = {f"is-{state}" for state in State}
    made |= {f"face-{n}" for n in range(1, 6)} | {f"step-{s}" for s in ("done", "now", "later")}
    made |= {f"swatch-{name}" for name in SWATCHES}
    unused = {name for name in defined - made if not re.search(rf"(?<![\w-]){name}(?![\w-])", text)}
    assert unused == set()
