"""What every request goes through."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotAllowed
from django.middleware.csrf import CsrfViewMiddleware
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import gettext as _

from jiyu.core.company import Company
from jiyu.core.errors import DomainError, TooManyError
from jiyu.core.ids import uuid7
from jiyu.core.request_id import request_id

GetResponse = Callable[[HttpRequest], HttpResponse]
log = logging.getLogger("jiyu.request")
SESSION_KEY = "language"
"""Where a session keeps the language its reader chose."""

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self';"
    " connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; manifest-src 'self'"
)


class RequestIdMiddleware:
    """Gives each request an id: in the log, in the audit and on the error page a person can read out."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = request.headers.get("X-Request-Id", "")
        value = given if re.fullmatch(r"[A-Za-z0-9-]{8,36}", given) else str(uuid7())
        token = request_id.set(value)
        try:
            response = self.get_response(request)
        finally:
            request_id.reset(token)
        response["X-Request-Id"] = value
        response.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY)
        response.setdefault("Cache-Control", "private, no-store")
        return response


OUTSIDE = "jiyu.outside"
"""Set in the WSGI environment where a page is shown though no company exists yet."""


@dataclass(frozen=True)
class SessionElsewhere:
    """A session that a page began in another company: `response.session_elsewhere` gives its cookie to the browser."""

    company: Company
    key: str


class NoSession(SessionBase):
    """The session of somebody outside any company: forgotten with the request, for there is no place to keep it."""

    def load(self) -> dict[str, Any]:
        return {}

    def exists(self, session_key: str) -> bool:
        return False

    def create(self) -> None: ...

    def save(self, must_create: bool = False) -> None: ...  # noqa: FBT001, FBT002 - as Django has it

    def delete(self, session_key: str | None = None) -> None: ...


class CompanySessionMiddleware(SessionMiddleware):
    """Sessions per company: the cookie's path is the company's prefix, so one browser may hold several."""

    def process_request(self, request: HttpRequest) -> None:
        super().process_request(request)
        if OUTSIDE in request.META:
            request.session = NoSession()

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        if not isinstance(request.session, NoSession):
            response = super().process_response(request, response)
        begun: SessionElsewhere | None = getattr(response, "session_elsewhere", None)
        if begun is None:
            return _at_prefix(request, response, settings.SESSION_COOKIE_NAME)
        response.set_cookie(
            settings.SESSION_COOKIE_NAME,
            begun.key,
            max_age=settings.SESSION_COOKIE_AGE,
            path=begun.company.prefix or "/",
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
        return response


class CompanyCsrfMiddleware(CsrfViewMiddleware):
    """The CSRF cookie at the company's prefix, like its session."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        answered = super().process_response(request, response)
        return _at_prefix(request, answered, settings.CSRF_COOKIE_NAME)  # type: ignore[arg-type]


class LanguageMiddleware:
    """The language a person chose (`?lang=en`, kept in the session), else the browser's, else Chinese."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        chosen = request.GET.get("lang", "")
        offered = dict(settings.LANGUAGES)
        if chosen in offered:
            request.session[SESSION_KEY] = chosen
        language = request.session.get(SESSION_KEY) or translation.get_language_from_request(request)
        with translation.override(language if language in offered else settings.LANGUAGE_CODE):
            request.LANGUAGE_CODE = translation.get_language() or settings.LANGUAGE_CODE
            response = self.get_response(request)
            response.setdefault("Content-Language", request.LANGUAGE_CODE)
            return response


class ErrorPageMiddleware:
    """A refusal becomes a page that says why and what to do next; a fault becomes one with the request id."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        return _no_page(request, response) if isinstance(response, HttpResponseNotAllowed) else response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, DomainError):
            return None
        return refusal_page(request, exception)


def refusal_page(request: HttpRequest, error: DomainError) -> HttpResponse:
    """The page that tells `error`: what is wrong and what to do next."""
    log.info("refused %s %s", error.status, error.code)
    page = render(request, "ui/error.html", {"error": error, "request_id": request_id.get()}, status=error.status)
    return with_retry_after(page, error)


def with_retry_after(page: HttpResponse, error: DomainError | None) -> HttpResponse:
    """`page`, which tells `error`, with when it may be tried again."""
    if isinstance(error, TooManyError):
        page["Retry-After"] = str(error.retry_after_seconds)
    return page


def _no_page(request: HttpRequest, refused: HttpResponseNotAllowed) -> HttpResponse:
    """An address that only takes forms, opened as a page (Enter in the address bar), answers with one that leads on."""
    error = DomainError(
        "core.no_page",
        _("这个地址只收提交的表单，不能直接打开"),
        fix=_("没有改动任何东西。退回上一页再提交，或者从首页走。"),
        status=refused.status_code,
    )
    page = refusal_page(request, error)
    page["Allow"] = refused["Allow"]
    return page


def _at_prefix(request: HttpRequest, response: HttpResponse, cookie: str) -> HttpResponse:
    if cookie in response.cookies:
        response.cookies[cookie]["path"] = request.META.get("SCRIPT_NAME", "") or "/"
    return response
