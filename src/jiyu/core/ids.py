"""Opaque, time-ordered identifiers."""

from uuid import UUID

import uuid_utils


def uuid7() -> UUID:
    """A new time-ordered identifier (RFC 9562, version 7): sorts by creation, says nothing about its row."""
    return UUID(bytes=uuid_utils.uuid7().bytes)


def uuid7_hexes(count: int) -> list[str]:
    """So many new identifiers in order, as 32 hex digits: a random start, counted up (RFC 9562, 6.2)."""
    start = uuid7().int & ~(1 << 61)  # the highest of the random bits makes room to count
    return [f"{start + n:032x}" for n in range(count)]
