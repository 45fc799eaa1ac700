"""A tiny site that shows the sample pages: the review ground for the look, and what the browser tests open.

    python -m tests.ui.samples.site 8123

It needs no database and no other room than `ui`; the pages' contexts are literal (contexts.py).
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from wsgiref.simple_server import WSGIRequestHandler, make_server

import django
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import path

HERE = Path(__file__).parent
CSP = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; form-action 'self'"


class Site:
    """Everyday settings of the sample site, kept apart from the product's."""

    @staticmethod
    def configure() -> None:
        """Set Django up for the samples; only ever in a process of their own."""
        settings.configure(
            SECRET_KEY="only-for-samples",
            DEBUG=True,
            ALLOWED_HOSTS=["*"],
            ROOT_URLCONF=__name__,
            INSTALLED_APPS=["django.contrib.staticfiles", "jiyu.ui"],
            MIDDLEWARE=[f"{__name__}.policed"],
            STATIC_URL="/static/",
            LANGUAGE_CODE="zh-hans",
            TIME_ZONE="Asia/Shanghai",
            USE_TZ=True,
            TEMPLATES=[
                {
                    "BACKEND": "django.template.backends.django.DjangoTemplates",
                    "DIRS": [HERE / "templates"],
                    "APP_DIRS": True,
                    "OPTIONS": {"context_processors": ["django.template.context_processors.request"]},
                }
            ],
        )
        django.setup()


def policed(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """The product's strict content security policy, so a sample cannot use what a page may not."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response["Content-Security-Policy"] = CSP
        return response

    return middleware


def sample(request: HttpRequest, name: str) -> HttpResponse:
    """The sample called `name`; `?pda` draws it for the shared terminal."""
    from django.http import Http404
    from django.template.loader import render_to_string

    from tests.ui.samples import contexts

    if name not in contexts.SAMPLES:
        raise Http404(name)
    template, context = contexts.SAMPLES[name]
    made = context(is_shared_device="pda" in request.GET)
    return HttpResponse(render_to_string(template, made, request))


def here(request: HttpRequest) -> HttpResponse:
    """Where every link and button of a sample leads."""
    return HttpResponse(f"{request.method} {request.path}", content_type="text/plain; charset=utf-8")


urlpatterns = [path("sample/<str:name>/", sample), path("go/", here)]


class _Quiet(WSGIRequestHandler):
    def log_message(self, *args: object) -> None:
        """Say nothing: only failures of tests are of interest."""


def main(port: int) -> None:
    """Serve until stopped; port 0 takes a free one. Prints the address on the first line."""
    Site.configure()
    from django.contrib.staticfiles.handlers import StaticFilesHandler
    from django.core.wsgi import get_wsgi_application

    with make_server("127.0.0.1", port, StaticFilesHandler(get_wsgi_application()), handler_class=_Quiet) as server:
        sys.stdout.write(f"http://127.0.0.1:{server.server_port}\n")
        sys.stdout.flush()
        server.serve_forever()


if __name__ == "__main__":
    from tests.ui.samples import site

    site.main(int(sys.argv[1]) if len(sys.argv) > 1 else 0)
