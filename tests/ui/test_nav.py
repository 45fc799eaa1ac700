"""The navigation shows what the reader may open, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from types import SimpleNamespace

import pytest
from django.http import HttpRequest
from django.test import RequestFactory, override_settings
from django.urls import path

from jiyu.ui import nav
from jiyu.ui.nav import NavGroup, NavItem


def nothing(request: HttpRequest) -> None:
    """A page that is only linked to."""


urlpatterns = [
    path("me/", nothing, name="t-me"),
    path("inbox/", nothing, name="t-inbox"),
    path("roster/", nothing, name="t-roster"),
    path("roster/import/", nothing, name="t-import"),
]
ITEMS = (
    NavItem(
        code="t.import",
        label="导入",
        icon="upload",
        url_name="t-import",
        permission="p.roster",
        group=NavGroup.PEOPLE,
        order=2,
    ),
    NavItem(
        code="t.roster",
        label="花名册",
        icon="users",
        url_name="t-roster",
        permission="p.roster",
        group=NavGroup.PEOPLE,
        order=1,
    ),
    NavItem(
        code="t.inbox",
        label="待办",
        icon="inbox",
        url_name="t-inbox",
        permission="p.me",
        order=2,
        tab=2,
        badge=lambda _: 3,
    ),
    NavItem(
        code="t.me",
        label="我的一页",
        tab_label="我的",
        icon="home",
        url_name="t-me",
        permission="p.me",
        order=1,
        tab=1,
    ),
    NavItem(code="t.gone", label="没装", icon="home", url_name="t-not-mounted", permission="p.me", tab=3),
)


@pytest.fixture(autouse=True)
def registry(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(nav, "_items", {})
    for item in ITEMS:
        nav.register(item)
    with override_settings(ROOT_URLCONF=__name__):
        yield


def request_of(*permissions: str, at: str = "/me/") -> HttpRequest:
    request = RequestFactory().get(at)
    request.actor = SimpleNamespace(may=lambda permission: permission in permissions)  # type: ignore[attr-defined]
    return request


def codes(request: HttpRequest) -> list[list[str]]:
    return [[item.code for item in items] for _heading, items in nav.shown(request)]


def test_items_stand_in_the_order_of_group_and_number() -> None:
    assert codes(request_of("p.me", "p.roster")) == [["t.me", "t.inbox"], ["t.roster", "t.import"]]


def test_what_one_may_not_open_is_not_shown() -> None:
    assert codes(request_of("p.me")) == [["t.me", "t.inbox"]]
    assert codes(request_of()) == []


def test_an_item_may_hide_from_those_it_is_useless_to() -> None:
    nav.register(replace(ITEMS[3], code="t.team", tab=0, shown_if=lambda request: "team" in request.GET))
    assert codes(request_of("p.me")) == [["t.me", "t.inbox"]]
    assert codes(request_of("p.me", at="/me/?team=1")) == [["t.me", "t.team", "t.inbox"]]


def test_without_an_actor_there_is_no_navigation() -> None:
    request = RequestFactory().get("/me/")
    request.actor = None  # type: ignore[attr-defined]
    assert nav.shown(request) == []


def test_a_page_that_is_not_mounted_is_not_shown() -> None:
    assert all("t.gone" not in group for group in codes(request_of("p.me")))


def test_tabs_are_the_items_with_a_place_and_use_the_short_word() -> None:
    tabs = nav.tabs(nav.shown(request_of("p.me", "p.roster")))
    assert [(tab.tab_label, tab.badge) for tab in tabs] == [("我的", 0), ("待办", 3)]


@pytest.mark.parametrize(
    ("at", "code"),
    [
        ("/me/", "t.me"),
        ("/roster/", "t.roster"),
        ("/roster/7/", "t.roster"),
        ("/roster/import/9/", "t.import"),
        ("/x/", ""),
    ],
)
def test_the_current_item_is_the_longest_address_that_begins_the_path(at: str, code: str) -> None:
    shown = nav.shown(request_of("p.me", "p.roster", at=at))
    assert [item.code for _h, items in shown for item in items if item.is_current] == ([code] if code else [])


def test_a_page_that_lies_elsewhere_can_name_its_item() -> None:
    shown = nav.shown(request_of("p.me", at="/why/1/"), current="t.me")
    assert [item.code for _h, items in shown for item in items if item.is_current] == ["t.me"]


def test_a_code_cannot_be_taken_twice() -> None:
    with pytest.raises(ValueError, match=r"'t\.me' is taken"):
        nav.register(replace(ITEMS[3], label="别的"))
    nav.register(ITEMS[3])  # the same again (apps may be made ready twice) is fine


def test_there_is_no_fifth_tab() -> None:
    with pytest.raises(ValueError, match="four tabs"):
        nav.register(replace(ITEMS[3], code="t.fifth", tab=5))
