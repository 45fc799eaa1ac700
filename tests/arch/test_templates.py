"""Templates compile, point down, link to names that exist, and carry no inline script or style (strict
CSP)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.template import Node, NodeList, engines
from django.template.base import FilterExpression, Template
from django.template.defaulttags import URLNode
from django.template.loader_tags import ExtendsNode, IncludeNode

from tests.arch.conftest import SOURCE, height
from tests.arch.test_urls import names

TEMPLATES = sorted(str(p.relative_to(SOURCE)) for p in SOURCE.glob("*/templates/**/*.html"))
INLINE = {
    "inline script": re.compile(r"<script(?![^>]*\bsrc=)", re.IGNORECASE),
    "inline style": re.compile(r"<style\b|\sstyle\s*=", re.IGNORECASE),
    "inline handler": re.compile(r"\son[a-z]+\s*=\s*[\"']", re.IGNORECASE),
    "javascript address": re.compile(r"javascript:", re.IGNORECASE),
    "foreign host": re.compile(r"(?:src|href)\s*=\s*[\"'](?:https?:)?//", re.IGNORECASE),
}


def name_of(path: str) -> str:
    """ "home/start.html" of "home/templates/home/start.html"."""
    return path.split("/templates/", 1)[1]


def compiled(path: str) -> Template:
    """The template, read by the product's own engine."""
    found: Template = engines["django"].get_template(name_of(path)).template
    assert Path(found.origin.name) == SOURCE / path, "another template of this name comes first"
    return found


def nodes(inside: Node | NodeList | Template) -> Iterator[Node]:
    """Every node, nested ones included."""
    for node in inside.get_nodes_by_type(Node) if not isinstance(inside, Template) else inside.nodelist:
        yield node
        if isinstance(inside, Template):
            yield from (inner for inner in node.get_nodes_by_type(Node) if inner is not node)


def written_out(expression: FilterExpression) -> str:
    """The text of a quoted argument; empty for a variable."""
    return expression.var if isinstance(expression.var, str) else ""


@pytest.mark.parametrize("path", TEMPLATES)
def test_template_compiles_and_points_down(path: str) -> None:
    own = height(path.split("/", 1)[0])
    for node in nodes(compiled(path)):
        target = ""
        if isinstance(node, ExtendsNode):
            target = written_out(node.parent_name)
        elif isinstance(node, IncludeNode):
            target = written_out(node.template)
        if target:
            origin = Path(engines["django"].get_template(target).template.origin.name)
            assert height(origin.relative_to(SOURCE).parts[0]) <= own, f"{path} takes {target} from above"


@pytest.mark.parametrize("path", TEMPLATES)
def test_names_linked_in_templates_exist(path: str) -> None:
    linked = {written_out(n.view_name) for n in nodes(compiled(path)) if isinstance(n, URLNode)} - {""}
    assert linked <= names()


@pytest.mark.parametrize("path", TEMPLATES)
def test_template_carries_nothing_inline(path: str) -> None:
    text = re.sub(r"\{#.*?#\}", "", (SOURCE / path).read_text("utf-8"))
    assert {what: found for what, pattern in INLINE.items() if (found := pattern.findall(text))} == {}


@pytest.mark.parametrize(
    ("what", "bad", "good"),
    [
        ("inline script", "<script>x()</script>", '<script src="{% asset "a.js" %}" defer></script>'),
        ("inline style", '<p style="color:red">', '<p class="style">'),
        ("inline style", "<style>p{}</style>", '<link rel="stylesheet">'),
        ("inline handler", "<a onclick='x()'>", '<a data-on="x">'),
        ("javascript address", '<a href="javascript:x()">', '<a href="/x">'),
        ("foreign host", '<img src="//cdn.example/x.png">', '<img src="/static/x.png">'),
    ],
)
def test_each_inline_thing_is_seen(what: str, bad: str, good: str) -> None:
    assert INLINE[what].search(bad)
    assert not INLINE[what].search(good)


def test_the_walk_sees_nested_nodes() -> None:
    """A link inside a condition inside a block is looked at too."""
    source = "{% block a %}{% if x %}{% for y in z %}{% url 'a:b' %}{% endfor %}{% endif %}{% endblock %}"
    made: Template = engines["django"].from_string(source).template
    assert [written_out(n.view_name) for n in nodes(made) if isinstance(n, URLNode)] == ["a:b"]


def test_there_are_templates() -> None:
    assert "ui/templates/ui/base.html" in TEMPLATES
