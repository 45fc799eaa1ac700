"""Reading sheets."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from jiyu.core.recorded import known
from jiyu.goals.models import Sheet, Term


def sheets_of_period(*, period_id: UUID, edition_ids: Sequence[UUID] | None = None) -> list[Sheet]:
    """All agreed sheets of a period, by subject."""
    found = Sheet.objects.filter(period_id=period_id, state=Sheet.AGREED)
    if edition_ids is not None:
        found = found.filter(edition__in=edition_ids)
    return list(found.order_by("subject", "part"))


def terms_of(*, sheet_ids: Sequence[UUID], known_at: datetime) -> dict[UUID, list[Term]]:
    """The lines of sheets as believed at `known_at`, in their order."""
    out: dict[UUID, list[Term]] = {}
    for term in Term.objects.filter(known(known_at), sheet_id__in=sheet_ids).order_by("sheet", "line", "from_on"):
        out.setdefault(term.sheet_id, []).append(term)
    return out


def sheet_of(*, subject: UUID, period_id: UUID) -> Sheet | None:
    """Somebody's sheet for a period."""
    return Sheet.objects.filter(subject=subject, period_id=period_id, part=1).first()
