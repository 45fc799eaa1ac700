"""QR codes, drawn here as SVG: nobody outside is asked."""

from __future__ import annotations

import io
import os

import segno
from django.http import HttpRequest
from django.utils.safestring import SafeString, mark_safe

from jiyu.core import company

_LOOPBACK = ("localhost", "127.", "[::1]")


def qr_svg(text: str) -> SafeString:
    """`text` as an inline SVG without style or script, dark on light in both colour schemes (a camera needs that)."""
    out = io.BytesIO()
    segno.make(text, error="m", micro=False).save(
        out,
        kind="svg",
        xmldecl=False,
        svgns=True,
        omitsize=True,
        border=3,
        dark="#000",
        light="#fff",
        svgclass="qr",
        lineclass=None,
    )
    return mark_safe(out.getvalue().decode())  # noqa: S308 - paths and numbers made by the library


def public_address(request: HttpRequest, path: str) -> str:
    """The whole address of `path` (as `reverse` gives it) as another machine has to call it: `JIYU_PUBLIC_URL` if it is
    set, else the host of this request."""
    base = os.environ.get("JIYU_PUBLIC_URL", "").rstrip("/")
    return f"{base}{path}" if base else request.build_absolute_uri(path)


def is_reachable(request: HttpRequest) -> bool:
    """Whether the printed address can mean this machine to a phone: not localhost."""
    if company.current_or_none() is None:
        return False
    host = public_address(request, "/").split("://", 1)[-1]
    return not host.startswith(_LOOPBACK)
