"""Periods: stretches of the calendar with a stable code, made when first named."""

from __future__ import annotations

import re
from datetime import date
from typing import Final

from django.utils.translation import gettext as _

from jiyu.core.errors import DomainError
from jiyu.people.models import Period

YEAR: Final = "year"
QUARTER: Final = "quarter"
MONTH: Final = "month"

_CODE: Final = re.compile(r"(?P<year>[12]\d{3})(?:Q(?P<quarter>[1-4])|-(?P<month>0[1-9]|1[0-2]))?")


def period_ensure(code: str) -> Period:
    """The period called `code`, made with the ones above it if it is new: "2026" ⊃ "2026Q1" ⊃ "2026-03".

    Needs no actor: a period is a fact of the calendar, the same whoever names it first. Raises
    `people.period_code`.
    """
    there = Period.objects.filter(code=code).first()
    if there is not None:
        return there
    kind, first, end, above = period_bounds(code)
    parent = period_ensure(above) if above else None
    made, _created = Period.objects.get_or_create(
        code=code, defaults={"kind": kind, "from_on": first, "to_on": end, "parent": parent}
    )
    return made


def period_bounds(code: str) -> tuple[str, date, date, str]:
    """Kind, first day, the day after the last, and the code of the period above ("" for a year)."""
    match = _CODE.fullmatch(code)
    if match is None:
        raise DomainError(
            "people.period_code",
            _("没有“%(code)s”这样的周期") % {"code": code},
            fix=_("年写 2026，季写 2026Q1，月写 2026-03"),
            path="period",
        )
    year = int(match["year"])
    if match["quarter"]:
        quarter = int(match["quarter"])
        return QUARTER, date(year, 3 * quarter - 2, 1), _month_start(year, 3 * quarter + 1), str(year)
    if match["month"]:
        month = int(match["month"])
        return MONTH, date(year, month, 1), _month_start(year, month + 1), f"{year}Q{(month + 2) // 3}"
    return YEAR, date(year, 1, 1), date(year + 1, 1, 1), ""


def _month_start(year: int, month: int) -> date:
    return date(year + 1, 1, 1) if month == 13 else date(year, month, 1)
