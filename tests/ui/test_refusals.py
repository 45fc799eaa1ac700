"""Refusals on pages: each at its field, the others above the form, and several on a page of their own."""

from __future__ import annotations

from django.template import Context, Template
from django.test import RequestFactory

from jiyu.core.errors import DomainError, SeveralError
from jiyu.core.forms import on_form
from jiyu.core.middleware import refusal_page

AT_TARGET = DomainError("a.b", "没有目标值", fix="填上", path="target")
ELSEWHERE = DomainError("a.c", "别人改过。", fix="刷新看看", path="rev")
BOTH = SeveralError([AT_TARGET, ELSEWHERE])


def drawn(template: str, error: DomainError | None) -> str:
    return Template("{% load ui %}" + template).render(Context({"error": error}))


def test_a_field_tells_what_is_about_it_alone() -> None:
    template = '{% field_problem error=error name="target" %}'
    assert drawn(template, BOTH).strip() == '<p class="field-problem" role="alert">没有目标值。填上</p>'
    assert drawn(template, ELSEWHERE).strip() == "" == drawn(template, None).strip()
    assert drawn('{{ error|is_about:"target" }}', BOTH) == "True"
    assert drawn('{{ error|is_about:"target" }}', ELSEWHERE) == "False" == drawn('{{ error|is_about:"x" }}', None)


def test_what_no_field_tells_stands_above_the_form() -> None:
    html = drawn('{% refusal error=error fields="target weight" %}', BOTH)
    assert "别人改过。" in html and "刷新看看" in html and "没有目标值" not in html
    assert html.count("is-refused") == 1
    assert drawn('{% refusal error=error fields="target" %}', None).strip() == ""


def test_several_refusals_are_told_each_with_its_fix() -> None:
    html = refusal_page(RequestFactory().get("/"), BOTH).content.decode()
    assert "<h1>有 2 处要改</h1>" in html
    assert "没有目标值。填上<br>别人改过。刷新看看" in html
    assert (BOTH.code, BOTH.path, BOTH.fix, BOTH.message) == ("a.b", "target", "填上", "没有目标值；别人改过。")


def test_what_leaves_no_form_is_a_page_of_its_own() -> None:
    assert on_form(AT_TARGET) is AT_TARGET
    for status in (403, 404):
        refused = DomainError("a.d", "不行", status=status)
        try:
            on_form(refused)
        except DomainError as raised:
            assert raised is refused
        else:
            raise AssertionError(status)
