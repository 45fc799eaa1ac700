"""Every address says who may open it, and every name that is linked to exists."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Sequence

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, get_resolver, path
from django.urls.resolvers import RoutePattern

from jiyu.core import policy
from jiyu.core.access import Access, public, requires
from tests.arch.conftest import calls, modules

LINKING = {"reverse", "reverse_lazy", "redirect", "urls.reverse", "resolve_url"}


def pages(
    patterns: Sequence[URLPattern | URLResolver], before: str = "", namespace: str = ""
) -> Iterator[tuple[str, str, Callable[..., HttpResponse]]]:
    """Every address with its full name and view."""
    for pattern in patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from pages(pattern.url_patterns, route, inner)
        else:
            yield route, f"{namespace}{pattern.name}" if pattern.name else "", pattern.callback


def undeclared(patterns: Sequence[URLPattern | URLResolver]) -> list[str]:
    """Addresses whose view says neither who may open it nor why anybody may."""
    return [route for route, _name, view in pages(patterns) if not _is_declared(getattr(view, "jiyu_access", None))]


def _is_declared(access: object) -> bool:
    return isinstance(access, Access) and bool(access.permission) != bool(access.public_reason)


def names() -> set[str]:
    """The names of all addresses."""
    return {name for _route, name, _view in pages(get_resolver().url_patterns)}


def test_every_address_declares_its_access() -> None:
    assert undeclared(get_resolver().url_patterns) == []


def test_every_permission_asked_for_exists() -> None:
    asked = {view.jiyu_access.permission for _r, _n, view in pages(get_resolver().url_patterns)} - {""}  # type: ignore[attr-defined]
    assert asked <= set(policy.permissions())


def test_view_that_says_nothing_is_found() -> None:
    def silent(request: HttpRequest) -> HttpResponse:
        return HttpResponse()

    open_to_all = public("tests")(lambda request: HttpResponse())
    guarded = requires("people.see_own")(silent)
    pointless = public("")(lambda request: HttpResponse())
    inner = URLResolver(RoutePattern("inner/"), [path("silent", silent)])
    patterns = [path("open", open_to_all), path("guarded", guarded), path("pointless", pointless), inner]
    assert undeclared(patterns) == ["pointless", "inner/silent"]


def test_every_address_has_a_name_in_its_apps_namespace() -> None:
    nameless = [route for route, name, _view in pages(get_resolver().url_patterns) if ":" not in name]
    assert nameless == []


def test_names_reversed_in_python_exist() -> None:
    missing = [
        f"src/jiyu/{path}:{call.lineno} {target}"
        for path, tree in modules()
        for name, call in calls(tree)
        if name in LINKING and (target := linked_name(call)) and target not in names()
    ]
    assert missing == []


def linked_name(call: ast.Call) -> str:
    """The name a call links to; empty when it is not written out or an address."""
    first = call.args[0] if call.args else None
    text = first.value if isinstance(first, ast.Constant) else ""
    return text if isinstance(text, str) and "/" not in text else ""


def test_linked_names_are_read_from_calls() -> None:
    (call,) = (call for _name, call in calls(ast.parse('redirect("home:start")')))
    assert linked_name(call) == "home:start"
    (call,) = (call for _name, call in calls(ast.parse('redirect("/elsewhere")')))
    assert linked_name(call) == ""
