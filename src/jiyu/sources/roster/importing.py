"""A roster from outside the pages: the import with its outcome in words."""

from __future__ import annotations

from datetime import date

from jiyu.core.actor import Actor
from jiyu.sources.outcome import ImportOutcome
from jiyu.sources.roster.selectors import counts_text, roster_page
from jiyu.sources.roster.services import roster_import as take


def roster_import(*, actor: Actor, data: bytes, filename: str, on: date | None = None) -> ImportOutcome:
    """Import a roster as `roster.services.roster_import` does; the outcome names what waits."""
    run = take(actor=actor, data=data, filename=filename, on=on)
    page = roster_page(actor=actor, run_id=run.pk)
    return ImportOutcome(run, counts_text(run), tuple(p.title for p in (*page.problems, *page.unresolved)))
