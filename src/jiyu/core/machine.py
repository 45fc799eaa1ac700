"""Whether a request comes from the machine Jiyu is installed on: whoever sits there holds the data anyway."""

from __future__ import annotations

from ipaddress import ip_address

from django.conf import settings
from django.http import HttpRequest

FORWARDED = ("HTTP_FORWARDED", "HTTP_X_FORWARDED_FOR", "HTTP_X_REAL_IP")


def is_this_machine(request: HttpRequest) -> bool:
    """Whether the sender is this machine itself: a loopback address, or none (a local socket). What a proxy passed on is
    not: behind one on the same machine everybody would come from 127.0.0.1."""
    address = request.META.get("REMOTE_ADDR", "")
    if any(name in request.META for name in FORWARDED):
        return False
    return not address or ip_address(address).is_loopback


def may_found(request: HttpRequest) -> bool:
    """Whether the sender may make a company: by `NEW_COMPANIES` whoever sits at this machine, anybody, or nobody."""
    allowed = settings.NEW_COMPANIES
    return bool(allowed == "anybody" or (allowed == "machine" and is_this_machine(request)))
