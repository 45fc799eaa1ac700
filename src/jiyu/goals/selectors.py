"""Reading sheets."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

import pyarrow as pa
from django.db.models import Max, Min

from jiyu.core.actor import Actor
from jiyu.core.columns import Among, columns_of
from jiyu.core.policy import require
from jiyu.core.recorded import known
from jiyu.goals.models import Sheet, Term
from jiyu.goals.policies import SEE_SHEETS
from jiyu.people import public as people
from jiyu.people.models import Period

TERM_COLUMNS = ("id", "sheet", "line", "from_on", "indicator_version", "section", "section_weight", "weight",
                "target", "threshold", "stretch", "baseline", "is_applicable")  # fmt: skip


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


def term_columns(*, sheet_ids: Collection[UUID], known_at: datetime, bulk: bool = False) -> pa.Table:
    """The same lines as columns named like the fields of `Term`, in no order. `bulk`: see `columns_of`."""
    rows = Term.objects.filter(known(known_at), Among("sheet", sheet_ids))
    return columns_of(rows, TERM_COLUMNS, bulk=bulk)


def sheets_known_since(*, sheet_ids: Collection[UUID]) -> datetime | None:
    """The first moment by which all of these sheets had lines; None for no sheets."""
    firsts = Term.objects.filter(Among("sheet", sheet_ids)).values("sheet").annotate(first=Min("recorded_at"))
    since: datetime | None = firsts.aggregate(since=Max("first"))["since"]
    return since


def sheets_count(*, actor: Actor) -> int:
    """How many sheets are agreed, of all periods."""
    require(actor, SEE_SHEETS)
    return Sheet.objects.filter(state=Sheet.AGREED).count()


def sheet_of(*, subject: UUID, period_id: UUID) -> Sheet | None:
    """Somebody's sheet for a period."""
    return Sheet.objects.filter(subject=subject, period_id=period_id, part=1).first()


def period_named(code: str) -> Period:
    """The period called `code`, not stored yet where nobody named it before; raises `people.period_code`."""
    kind, first, end, _above = people.period_bounds(code)
    return Period.objects.filter(code=code).first() or Period(code=code, kind=kind, from_on=first, to_on=end)
