"""Rows with two times (DESIGN §2, §5): what was true from when to when, and from when to when we believed so.

Both intervals are half-open. A changed belief is never an update: the old row gets `superseded_at` once and a
new row is inserted. Every read names `known_at`."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar

from django.db import models
from django.db.models import Q

from jiyu.core.ids import uuid7
from jiyu.core.insert_only import InsertOnly


class Recorded(InsertOnly):
    """Believed from `recorded_at` until `superseded_at` (None: still). `run` and `superseded_by` are the
    import runs that wrote and replaced the row, so that a whole import can be taken back."""

    set_once: ClassVar[tuple[str, ...]] = ("superseded_at", "superseded_by")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    recorded_at = models.DateTimeField()
    superseded_at = models.DateTimeField(null=True)
    run = models.UUIDField(null=True, db_index=True)
    superseded_by = models.UUIDField(null=True, db_index=True)

    class Meta:
        abstract = True


class Dated(Recorded):
    """True from `from_on` until before `to_on` (None: open)."""

    from_on = models.DateField()
    to_on = models.DateField(null=True)

    class Meta:
        abstract = True


def known(at: datetime, path: str = "") -> Q:
    """Rows believed at the moment `at`; `path` leads to them from another model ("person__texts__")."""
    still = Q(**{f"{path}superseded_at__isnull": True}) | Q(**{f"{path}superseded_at__gt": at})
    return Q(**{f"{path}recorded_at__lte": at}) & still


def valid(on: date, path: str = "") -> Q:
    """Rows true on the day `on`; `path` as in `known`."""
    open_still = Q(**{f"{path}to_on__isnull": True}) | Q(**{f"{path}to_on__gt": on})
    return Q(**{f"{path}from_on__lte": on}) & open_still


def valid_within(first: date, end: date) -> Q:
    """Rows true on some day of the half-open range `[first, end)`."""
    return Q(from_on__lt=end) & (Q(to_on__isnull=True) | Q(to_on__gt=first))
