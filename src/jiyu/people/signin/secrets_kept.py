"""Secrets as they are made, compared and kept."""

from __future__ import annotations

import hashlib
import secrets
from typing import Final

from django.contrib.auth.hashers import check_password, make_password
from django.utils.crypto import salted_hmac

_TOKEN_BYTES: Final = 32
_CODE_LETTERS: Final = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # nothing that is read as another
_DUMMY: Final = "a password nobody has"


def token() -> str:
    """A secret for machines: links and cookies."""
    return secrets.token_urlsafe(_TOKEN_BYTES)


def device_code() -> str:
    """A secret that a person types once on a terminal: 10 letters and digits (49 bits)."""
    return "".join(secrets.choice(_CODE_LETTERS) for _ in range(10))


def digits(count: int) -> str:
    """A secret for a keypad."""
    return "".join(secrets.choice("0123456789") for _ in range(count))


def sha256(secret: str) -> str:
    """How a `token` or `device_code` is kept and looked up."""
    return hashlib.sha256(secret.encode()).hexdigest()


def keyed(salt: str, value: str) -> str:
    """`value` so that a copy of the database alone does not tell it: addresses and typed numbers."""
    return salted_hmac(f"jiyu.signin.{salt}", value, algorithm="sha256").hexdigest()


def hashed(secret: str) -> str:
    """How passwords, PINs and printed codes are kept (argon2)."""
    return make_password(secret)


def matches(secret: str, kept: str) -> bool:
    """Whether `secret` is the kept one. Where nothing is kept the work is the same: time must not tell."""
    if not kept or kept.startswith("!"):
        make_password(secret or _DUMMY)
        return False
    return check_password(secret, kept)
