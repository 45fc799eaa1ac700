"""A browser as small as possible, in front of the real WSGI application."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlencode
from wsgiref.util import setup_testing_defaults


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: dict[str, str]
    body: bytes
    cookies: list[str]

    @property
    def text(self) -> str:
        """The body as text."""
        return self.body.decode()

    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)


class Browser:
    """Keeps cookies by path, as browsers do, and sends its CSRF cookie back as the header."""

    def __init__(self, application: Callable[..., Iterable[bytes]]) -> None:
        self._application = application
        self._cookies: dict[tuple[str, str], str] = {}

    def get(self, path: str, **headers: str) -> Answer:
        """GET `path`."""
        return self._send("GET", path, b"", headers)

    def post(self, path: str, data: dict[str, str] | None = None, **headers: str) -> Answer:
        """POST a form."""
        return self._send("POST", path, urlencode(data or {}).encode(), headers)

    def cookie(self, name: str, path: str) -> str:
        """The value of the cookie kept for `path`."""
        return self._cookies[name, path]

    def _send(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> Answer:
        bare, _, query = path.partition("?")
        mine = {name: value for (name, at), value in sorted(self._cookies.items()) if bare.startswith(at)}
        environ: dict[str, Any] = {
            "REQUEST_METHOD": method,
            "PATH_INFO": bare.encode().decode("latin-1"),
            "QUERY_STRING": query,
            "CONTENT_TYPE": "application/x-www-form-urlencoded",
            "CONTENT_LENGTH": str(len(body)),
            "wsgi.input": io.BytesIO(body),
            "HTTP_COOKIE": "; ".join(f"{name}={value}" for name, value in mine.items()),
            "HTTP_X_CSRFTOKEN": mine.get("jiyu_csrf", ""),
            **{f"HTTP_{name.upper()}": value for name, value in headers.items()},
        }
        setup_testing_defaults(environ)
        started: list[Any] = []
        response = self._application(environ, lambda *args: started.append(args))
        try:
            content = b"".join(response)
        finally:
            getattr(response, "close", lambda: None)()
        status, sent = started[0][0], started[0][1]
        cookies = [value.strip() for name, value in sent if name == "Set-Cookie"]
        for line in cookies:
            for name, morsel in SimpleCookie(line).items():
                self._cookies[name, morsel["path"]] = morsel.value
        return Answer(int(status.split()[0]), dict(sent), content, cookies)
