"""Bringing the companies' databases to the schema of this program."""

from __future__ import annotations

from jiyu.core import company
from jiyu.people.public import migrate

__all__ = ["migrate", "migrate_all"]


def migrate_all() -> int:
    """Migrate every company; returns how many there are. What a killed program left half-made goes first."""
    company.sweep()
    companies = company.all_companies()
    for here in companies:
        with company.active(here):
            migrate()
    return len(companies)
