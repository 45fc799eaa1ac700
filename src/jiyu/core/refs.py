"""Addresses of things whose page lives in an app above, asked for by kind and id below (DESIGN §10)."""

from __future__ import annotations

from django.urls import NoReverseMatch, reverse

_pages: dict[str, str] = {}


def register_page(kind: str, url_name: str) -> None:
    """The page of each `kind` ("reviews.result") is the URL called `url_name`, with the id as argument."""
    if _pages.get(kind, url_name) != url_name:
        raise ValueError(f"{kind} has two pages")
    _pages[kind] = url_name


def page_of(kind: str, object_id: object) -> str:
    """The address of an object's page; empty where no app shows it."""
    name = _pages.get(kind)
    if name is None:
        return ""
    try:
        return reverse(name, args=[object_id])
    except NoReverseMatch:
        return ""
