"""Opaque, time-ordered identifiers."""

from uuid import UUID

import uuid_utils


def uuid7() -> UUID:
    """A new time-ordered identifier (RFC 9562, version 7): sorts by creation, says nothing about its row."""
    return UUID(bytes=uuid_utils.uuid7().bytes)
