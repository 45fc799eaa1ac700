"""What forms and addresses send, read without trusting it."""

from __future__ import annotations

LONGEST_NUMBER = 9


def whole_number(typed: str, otherwise: int = 0) -> int:
    """The number a hidden field or an address carries; `otherwise` for anything we did not write there."""
    return int(typed) if typed.isdecimal() and len(typed) <= LONGEST_NUMBER else otherwise
