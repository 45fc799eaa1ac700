"""Bringing a company's database to the schema of this program."""

from __future__ import annotations

from django.core.management import call_command
from django.db import connection

from jiyu.core import company, insert_only
from jiyu.people.public import apart


def migrate() -> None:
    """Migrate the active company and make sure that its insert-only tables and dated rows are guarded."""
    call_command("migrate", verbosity=0, interactive=False)
    if insert_only.missing(connection):
        insert_only.install(connection)
    if apart.missing(connection):
        apart.install(connection)


def migrate_all() -> int:
    """Migrate every company; returns how many there are."""
    companies = company.all_companies()
    for here in companies:
        with company.active(here):
            migrate()
    return len(companies)
