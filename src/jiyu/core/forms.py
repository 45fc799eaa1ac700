"""What forms and addresses send, read without trusting it."""

from __future__ import annotations

from jiyu.core.errors import DomainError

LONGEST_NUMBER = 9
ON_FORM = (409, 422)
"""Statuses of refusals that are about what was typed, or about when; 403 and 404 leave no form to come back to."""


def whole_number(typed: str, otherwise: int = 0) -> int:
    """The number a hidden field or an address carries; `otherwise` for anything we did not write there."""
    return int(typed) if typed.isdecimal() and len(typed) <= LONGEST_NUMBER else otherwise


def on_form(refused: DomainError) -> DomainError:
    """The refusal, to be told on the form it answers; raised again where it is a page of its own."""
    if refused.status not in ON_FORM:
        raise refused
    return refused
