"""What stands in the navigation. Rooms register their pages; the frame shows those the reader may open."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class NavActor(Protocol):
    """The little the navigation needs to know of an actor."""

    def may(self, permission: str) -> bool:
        """Whether a role held now carries `permission`."""


class NavGroup(StrEnum):
    """Sections of the side navigation, in their order. `ME` has no heading."""

    ME = "me"
    TOGETHER = "together"
    PEOPLE = "people"
    REVIEWS = "reviews"
    STUDIO = "studio"


GROUP_LABELS: dict[NavGroup, str | Promise] = {
    NavGroup.ME: "",
    NavGroup.TOGETHER: _("和大家"),
    NavGroup.PEOPLE: _("人和数据"),
    NavGroup.REVIEWS: _("考核"),
    NavGroup.STUDIO: _("规则工作室"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class NavItem:
    """A page in the navigation.

    `permission` is the page's own; `tab` (1 to 4) also puts it among the phone's tabs, under `tab_label` if
    that is shorter. `badge` counts what waits (one cheap query, or none): 0 shows nothing. `shown_if` hides
    the item from those it is useless to (a team page from whoever leads nobody); it is no permission.
    """

    code: str
    label: str | Promise
    icon: str
    url_name: str
    permission: str
    group: NavGroup = NavGroup.ME
    order: int = 0
    tab: int = 0
    tab_label: str | Promise = ""
    badge: Callable[[HttpRequest], int] | None = None
    shown_if: Callable[[HttpRequest], bool] | None = None


@dataclass(frozen=True, slots=True)
class ShownItem:
    """A navigation item as one request shows it."""

    code: str
    label: str | Promise
    tab_label: str | Promise
    icon: str
    href: str
    badge: int
    is_current: bool


_items: dict[str, NavItem] = {}


def register(item: NavItem) -> None:
    """Add `item`; called from an app's `ready()`. Raises ValueError for a code taken by another item."""
    known = _items.get(item.code)
    if known is not None and known != item:
        raise ValueError(f"navigation code {item.code!r} is taken")
    if not 0 <= item.tab <= 4:
        raise ValueError("a phone has four tabs: tab is 1 to 4, or 0 for none")
    _items[item.code] = item


def registered() -> list[NavItem]:
    """All items, in order of group, order, code."""
    groups = list(NavGroup)
    return sorted(_items.values(), key=lambda i: (groups.index(i.group), i.order, i.code))


def current_code(request: HttpRequest) -> str:
    """The code of the item this request belongs to: the longest item address that begins the path."""
    best = ("", "")
    for item in registered():
        href = _href(item)
        if (
            href
            and (request.path == href or request.path.startswith(href.rstrip("/") + "/"))
            and len(href) > len(best[0])
        ):
            best = (href, item.code)
    return best[1]


def shown(request: HttpRequest, *, current: str = "") -> list[tuple[str | Promise, list[ShownItem]]]:
    """Groups with the items this request's actor may open: `[(heading, items), …]`, empty groups left out."""
    actor: NavActor | None = getattr(request, "actor", None)
    if actor is None:
        return []
    here = current or current_code(request)
    by_group: dict[NavGroup, list[ShownItem]] = {}
    for item in registered():
        href = _href(item)
        if href and actor.may(item.permission) and (item.shown_if is None or item.shown_if(request)):
            by_group.setdefault(item.group, []).append(_shown(item, href, request, here))
    return [(GROUP_LABELS[group], items) for group, items in by_group.items()]


def tabs(groups: list[tuple[str | Promise, list[ShownItem]]]) -> list[ShownItem]:
    """The phone's tabs among the `shown` items: at most four, one per place."""
    flat = {entry.code: entry for _heading, entries in groups for entry in entries}
    by_place: dict[int, ShownItem] = {}
    for item in registered():
        if item.tab and item.code in flat:
            by_place.setdefault(item.tab, flat[item.code])
    return [by_place[place] for place in sorted(by_place)]


def _shown(item: NavItem, href: str, request: HttpRequest, here: str) -> ShownItem:
    badge = item.badge(request) if item.badge else 0
    return ShownItem(item.code, item.label, item.tab_label or item.label, item.icon, href, badge, item.code == here)


def _href(item: NavItem) -> str:
    """Empty while the app that owns the page is not mounted in the URL configuration."""
    try:
        return reverse(item.url_name)
    except NoReverseMatch:
        return ""


def forget(code: str) -> None:
    """Take an item out again (tests only)."""
    _items.pop(code, None)
