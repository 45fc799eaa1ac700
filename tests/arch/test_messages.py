"""The translation tool: what it finds, what it complains about, and that it changes nothing without need."""

from __future__ import annotations

import ast
import io
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import read_mo, write_mo
from django.utils import translation
from django.utils.translation import gettext

from tools import messages

PYTHON = """
from django.utils.translation import gettext as _, ngettext, pgettext
_("考核表")
_("%(n)s 人" ) % {"n": 1}
ngettext("%(n)s 天", "%(n)s 天们", 2)
pgettext("月份", "三月")
print("不翻译")
_(variable)
"""
TEMPLATE = """{% load i18n %}{# 注释不算 #}
<p title="{% translate '标题' %}">不翻译 {% translate "归档" as x %}{{ _("口径") }}</p>
      {% blocktranslate trimmed with n=count %}
        共 {{ n }} 人
      {% endblocktranslate %}
  {% if x == _("其他") %}{% endif %}
{% blocktranslate count n=days %}还有 {{ n }} 天{% plural %}还有 {{ n }} 天们{% endblocktranslate %}
"""


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A tiny product."""
    (tmp_path / "app/templates/app").mkdir(parents=True)
    (tmp_path / "app/views.py").write_text(PYTHON, "utf-8")
    (tmp_path / "app/templates/app/page.html").write_text(TEMPLATE, "utf-8")
    return tmp_path


def made_of(wanted: set[messages.Key], **english: str) -> Catalog:
    """A catalogue of `wanted` with English for some."""
    known = Catalog(locale="en")
    for words, string in english.items():
        known.add(words, string)
    return messages.catalogue(known, wanted)


def told(catalogue: Catalog, wanted: set[messages.Key]) -> list[str]:
    """What the tool says of a catalogue that was compiled."""
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return messages.problems(catalogue, wanted, read_mo(compiled))


def test_words_are_found_in_python_and_templates(source: Path) -> None:
    assert messages.collected(source) == {
        (None, "考核表"),
        (None, "%(n)s 人"),
        (None, ("%(n)s 天", "%(n)s 天们")),
        ("月份", "三月"),
        (None, "标题"),
        (None, "归档"),
        (None, "口径"),
        (None, "其他"),
        (None, "共 %(n)s 人"),
        (None, ("还有 %(n)s 天", "还有 %(n)s 天们")),
    }


def test_complete_catalogue_has_no_problem() -> None:
    wanted: set[messages.Key] = {(None, "考核表"), (None, "%(n)s 人")}
    assert told(made_of(wanted, **{"考核表": "Sheet", "%(n)s 人": "%(n)s people"}), wanted) == []


def test_missing_obsolete_and_untranslated_words_are_told() -> None:
    catalogue = made_of({(None, "旧"), (None, "空")}, 旧="old")
    assert told(catalogue, {(None, "新"), (None, "空")}) == [
        "not in the catalogue: 新",
        "no longer in the sources: 旧",
        "not translated: 空",
    ]


def test_translation_with_other_placeholders_is_told() -> None:
    wanted: set[messages.Key] = {(None, "%(n)s 人")}
    catalogue = made_of(wanted, **{"%(n)s 人": "%(count)s people"})
    assert told(catalogue, wanted) == ["other placeholders than the Chinese: %(n)s 人"]


def test_stale_compiled_catalogue_is_told() -> None:
    wanted: set[messages.Key] = {(None, "考核表")}
    catalogue = made_of(wanted, 考核表="Sheet")
    compiled = io.BytesIO()
    write_mo(compiled, made_of(wanted, 考核表="Form"))
    compiled.seek(0)
    stale = ["the compiled catalogue is stale: run `make messages`"]
    assert messages.problems(catalogue, wanted, read_mo(compiled)) == stale
    assert messages.problems(catalogue, wanted, None) == stale


def test_translations_survive_and_the_files_do_not_change_by_themselves(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(messages, "PO", tmp_path / "en/django.po")
    monkeypatch.setattr(messages, "MO", tmp_path / "en/django.mo")
    wanted = messages.collected(source)
    messages.write(made_of(wanted, 考核表="Sheet", 旧="old"))
    first = messages.PO.read_bytes(), messages.MO.read_bytes()
    messages.write(messages.catalogue(messages.read(messages.PO) or Catalog(), wanted))
    assert (messages.PO.read_bytes(), messages.MO.read_bytes()) == first
    assert 'msgid "考核表"\nmsgstr "Sheet"\n' in messages.PO.read_text("utf-8")
    assert "旧" not in messages.PO.read_text("utf-8")
    assert "#:" not in messages.PO.read_text("utf-8")
    assert "Date" not in messages.PO.read_text("utf-8")


def test_chinese_needs_no_catalogue() -> None:
    with translation.override("zh-hans"):
        assert gettext("考核表") == "考核表"
        assert gettext("Monday") == "星期一"  # Django's own words are there


def test_english_falls_back_to_chinese_where_words_are_new() -> None:
    with translation.override("en"):
        assert gettext("一句还没有翻译的话") == "一句还没有翻译的话"


def test_english_is_complete() -> None:
    known = messages.read(messages.PO)
    assert known is not None
    assert messages.problems(known, messages.collected(), messages.read(messages.MO)) == []


def hidden_words(tree: ast.AST) -> list[str]:
    """What the collector cannot see: translating under a name it does not know, or inside an f-string."""
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation":
            found += [a.asname for a in node.names if a.asname and a.asname not in messages.KEYWORDS]
        if isinstance(node, ast.JoinedStr):
            called = {n.func.id for n in ast.walk(node) if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)}
            found += sorted(called & set(messages.KEYWORDS))
    return found


def test_hidden_words_are_seen() -> None:
    assert hidden_words(ast.parse("from django.utils.translation import gettext as _now")) == ["_now"]
    assert hidden_words(ast.parse("""f"{_('今天')} {at}" """)) == ["_"]
    assert hidden_words(ast.parse("""f"{day} {at}"; _("今天")""")) == []


def test_no_words_hide_from_the_collector() -> None:
    hidden = {str(path): hidden_words(ast.parse(path.read_bytes())) for path in messages.SOURCE.rglob("*.py")}
    assert {name: words for name, words in hidden.items() if words} == {}


MANY = (
    "rows|people|persons|times|days|months|points|orders|pieces|pcs|columns|cells|sheets|files|records|results|numbers"
    "|things|sources|cycles|rules|lines|units|steps|minutes|hours|characters|lookups|metrics|indicators|questions"
)
COUNTED = re.compile(rf"\{{\}} (?:[a-z]+ )?(?:{MANY})\b")
ALWAYS_MANY = {
    "Employed {} of {} days, less than half: not rated": "a cycle has many days",
    "Not rated: employed {} of the cycle's {} days, less than half.": "a cycle has many days",
    "Source has data for {}/{} days": "of a whole period",
    "More than {} rows cannot be read, so none was imported": "a limit of thousands",
    "{} lines, more than {}": "more than the usual five",
    "{}: {} with a sheet, {} with more than {} lines": "more than the usual five",
    "{} {} has only {} days.": "a month",
    "The formula has {} characters; 8,000 is the limit.": "more than 8,000",
    "The name of a section has at most {} characters": "at most 40",
    "A name has at most {} characters": "a hundred",
    "Wrong {} times: wait a little": "ten",
    "Try again in {} minutes": "a quarter of an hour",
    "It holds everybody's results, for HR and the owner only. It is kept for {} hours; who made it and who took it is "
    "recorded. No ID card numbers.": "a day",
    "{} rows, written to {}": "six about the file itself",
    "{} rows written": "six about the file itself",
    "Give the device a name of at most {} characters": "at most 40",
    "At least {} characters": "10",
    "At most {} characters": "at most 200",
    "1 to {} people at a time": "a hundred and more",
    "Works once, within {} minutes.": "30",
    "Print, cut, hand over in person. Each works once, within {} days.": "14",
    "{} people are called {}": "namesakes",
    "Number {} occurs {} times": "more than once",
    "The leads of {} people form a circle": "two at least",
    "The same entry stands {} times and differs": "more than once",
    "All {} rows": "three at least",
    "{} with records": "says how many days",
    "column {} has {} rows, not {}": "for programmers",
    "{} points ahead": "more than the two that are on time",
    "{} points behind": "more than the two that are on time",
    "Owner link (works once, for {} minutes, on this machine only): {}": "an hour",
    "Link of {} (works once, for {} minutes, on this machine only): {}": "an hour",
}


def english_of(tree: ast.AST) -> Iterator[str]:
    """Every text of a file, `{}` for what is filled in."""
    inside = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            parts = (v.value if isinstance(v, ast.Constant) else "{}" for v in node.values)
            yield "".join(str(part) for part in parts)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in inside:
            yield re.sub(r"\{\w+\}", "{}", node.value)


def test_what_is_counted_has_a_singular() -> None:
    """ "1 rows" is not English: `ngettext` in the catalogue, `counted` in texts that carry both languages."""
    known = messages.read(messages.PO)
    assert known is not None
    said = {re.sub(r"%\(\w+\)[sd]", "{}", str(m.string)) for m in known if isinstance(m.id, str)}
    for path in messages.SOURCE.rglob("*.py"):
        said |= set(english_of(ast.parse(path.read_bytes())))
    assert {text for text in said if COUNTED.search(text)} == set(ALWAYS_MANY)
