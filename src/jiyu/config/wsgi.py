"""The web program: finds the company in the prefix, chooses its database, hands the rest to Django (DESIGN §11)."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jiyu.config.settings.runtime")

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from whitenoise import WhiteNoise

from jiyu.core import company
from jiyu.core.middleware import OUTSIDE

Environ = dict[str, Any]
StartResponse = Callable[..., Any]


FIRST_PAGES = ("/", "/new/")
"""What an empty deployment shows: how to begin, and the form that makes the first company."""


class CompanyRouter:
    """`/c/<code>/rest` → SCRIPT_NAME `/c/<code>`, PATH_INFO `/rest`, that company's database. A company whose prefix is
    empty takes everything else; without one, `/` leads to the only (or the demo) company."""

    def __init__(self, application: Callable[[Environ, StartResponse], Iterable[bytes]]) -> None:
        self.application = application

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "/")
        if path == "/healthz":
            return _plain(start_response, "200 OK", "ok")
        here = _company_for(path)
        if here is None and path in FIRST_PAGES and not company.all_companies():
            return self.application({**environ, OUTSIDE: "1"}, start_response)
        if here is None:
            return _outside(path, start_response)
        environ["SCRIPT_NAME"] = environ.get("SCRIPT_NAME", "") + here.prefix
        environ["PATH_INFO"] = path[len(here.prefix) :] or "/"
        with company.active(here):
            response = self.application(environ, start_response)
            try:
                # Bodies are made before the company is left; streamed downloads read no database.
                return response if hasattr(response, "file_to_stream") else _closing(response)
            except BaseException:
                getattr(response, "close", lambda: None)()
                raise


def _closing(response: Iterable[bytes]) -> list[bytes]:
    try:
        return list(response)
    finally:
        getattr(response, "close", lambda: None)()


def _company_for(path: str) -> company.Company | None:
    parts = path.split("/", 3)
    try:
        if len(parts) >= 3 and parts[1] == "c":
            return company.find(parts[2])
    except company.CompanyError:
        return None
    return next((c for c in company.all_companies() if c.prefix == ""), None)


def _outside(path: str, start_response: StartResponse) -> Iterable[bytes]:
    companies = company.all_companies()
    if path == "/" and companies:
        first = next((c for c in companies if c.demo), companies[0])
        start_response("302 Found", [("Location", first.prefix + "/"), ("Content-Length", "0")])
        return [b""]
    return _plain(start_response, "404 Not Found", "没有这一页。No such page.")


def _plain(start_response: StartResponse, status: str, text: str) -> Iterable[bytes]:
    body = text.encode()
    start_response(status, [("Content-Type", "text/plain; charset=utf-8"), ("Content-Length", str(len(body)))])
    return [body]


def make_application() -> Callable[[Environ, StartResponse], Iterable[bytes]]:
    """The complete WSGI application: assets first, then companies."""
    router = CompanyRouter(get_wsgi_application())
    outermost: Callable[[Environ, StartResponse], Iterable[bytes]] = WhiteNoise(
        router,
        root=settings.PACKAGE / "ui" / "static",
        prefix="static/",
        max_age=31536000,
        immutable_file_test=r"\.[0-9a-f]{8,}\.",
    )
    return outermost


application = make_application()
