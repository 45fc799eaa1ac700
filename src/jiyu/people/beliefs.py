"""Writing in two times (DESIGN §2, §5): what one act believes anew, collected and written in a few
statements.

A *strand* is the list of believed dated rows that may not overlap: a person's primary posts, a person's lead
lines, a unit's states. Changing a strand from a day on supersedes the rows touched and inserts the pieces
that remain.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any, Final, TypeVar, cast
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from jiyu.core import clock
from jiyu.core.bulk import bulk_insert
from jiyu.core.errors import DomainError
from jiyu.core.ids import uuid7
from jiyu.core.insert_only import InsertOnly
from jiyu.core.recorded import Dated, Recorded

BEGINNING = date(1900, 1, 1)
"""From when something holds whose first day nobody told us."""

HOLDS: Final = 2
"""The first figure of `nearness` for a range that holds on the day."""

R = TypeVar("R", bound=Recorded)
D = TypeVar("D", bound=Dated)

_CHUNK = 900  # rows named in one statement; older SQLite builds take 999 parameters
_OWN_COLUMNS = ("id", "recorded_at", "superseded_at", "superseded_by", "run")
_ADVISORY_LOCK = 0x6A697975  # "jiyu": one writer of people at a time


def hold_people_still() -> None:
    """Until this transaction ends nobody else writes people. Take it before choosing a `known_at` to keep.

    SQLite's IMMEDIATE transactions give that already; on PostgreSQL it is an advisory lock of this schema's
    company.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(current_schema()))", [_ADVISORY_LOCK])


class Beliefs:
    """What one act changes, written by `write()`: first every `superseded_at`, then every new row.

    `run` is the import run the act belongs to (None: done by hand). Make one inside the transaction: it waits
    for other writers of people first, so that what the act then reads is what it changes.
    """

    def __init__(self, *, run: UUID | None = None) -> None:
        hold_people_still()
        self.at: datetime = clock.now()
        self.run = run
        self._new: dict[UUID, InsertOnly] = {}
        self._ended: dict[UUID, Recorded] = {}

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to write."""
        return not self._new and not self._ended

    def add(self, row: InsertOnly) -> None:
        """Believe `row` from now on."""
        if isinstance(row, Recorded):
            row.recorded_at = self.at
            row.run = self.run
        self._new[row.pk] = row

    def restore(self, row: R) -> R:
        """Believe again what superseded `row` said; the copy belongs to the run that `row` came from."""
        copy = _copy(row)
        copy.recorded_at = self.at
        copy.run = row.run
        self._new[copy.pk] = copy
        return copy

    def end(self, row: Recorded) -> None:
        """No longer believe `row`. A row added by this same act is simply not written."""
        if self._new.pop(row.pk, None) is not None:
            return
        if row.recorded_at > self.at:
            raise DomainError(
                "people.clock_behind",
                _("现在的时间比上一次改动还早，先不写"),
                fix=_("看看这台机器的时间是否准确"),
                status=409,
            )
        self._ended[row.pk] = row

    def replace(self, row: R, **changes: Any) -> R:
        """Believe `row` with `changes` instead; returns the new row."""
        self.end(row)
        copy = _copy(row, **changes)
        self.add(copy)
        return copy

    def overlay(
        self, strand: Sequence[D], *, from_on: date, to_on: date | None = None, new: D | None = None
    ) -> list[D]:
        """Let `new` (None: nothing) hold on `[from_on, to_on)` instead of what the strand says there.

        Returns the strand as it is then, by `from_on`. `new` gets the range; `to_on` None means open.
        """
        kept: list[D] = []
        for row in strand:
            if not overlaps(row, from_on, to_on):
                kept.append(row)
                continue
            self.end(row)
            pieces = []
            if row.from_on < from_on:
                pieces.append(_copy(row, to_on=from_on))
            if to_on is not None and (row.to_on is None or row.to_on > to_on):
                pieces.append(_copy(row, from_on=to_on))
            for piece in pieces:
                self.add(piece)
            kept += pieces
        if new is not None:
            new.from_on, new.to_on = from_on, to_on
            self.add(new)
            kept.append(new)
        return sorted(kept, key=lambda row: row.from_on)

    def change_from(self, strand: Sequence[D], *, on: date, **values: Any) -> bool:
        """Let each value hold from `on` until its own next recorded change; False if all hold already.

        So a promotion told late does not undo a move already planned. The strand must say something on `on`.
        """
        rows = sorted((row for row in strand if overlaps(row, on, None)), key=lambda row: row.from_on)
        before = {name: getattr(rows[0], name) for name in values}
        holding = {name: value for name, value in values.items() if value != before[name]}
        if not holding:
            return False
        for row in rows:
            holding = {name: value for name, value in holding.items() if getattr(row, name) == before[name]}
            if not holding:
                break
            self.overlay([row], from_on=max(on, row.from_on), to_on=row.to_on, new=_copy(row, **holding))
        return True

    def write(self) -> None:
        """Write what was collected. Raises `people.changed_meanwhile` if somebody else ended a row first."""
        for model, ended in _by_model(self._ended.values()):
            for keys in _chunks([row.pk for row in ended]):
                rows = cast(type[Recorded], model).objects.filter(pk__in=keys, superseded_at__isnull=True)
                if rows.update(superseded_at=self.at, superseded_by=self.run) != len(keys):
                    raise DomainError(
                        "people.changed_meanwhile",
                        _("这些内容刚刚被别人改过"),
                        fix=_("刷新页面，看看现在的样子，再改一次"),
                        status=409,
                    )
        for model, new in _by_model(self._new.values()):
            bulk_insert(model, new)
        self._ended, self._new = {}, {}


def overlaps(row: Dated, from_on: date, to_on: date | None) -> bool:
    """Whether `row` holds on some day of `[from_on, to_on)`."""
    return (row.to_on is None or row.to_on > from_on) and (to_on is None or row.from_on < to_on)


def at_day(strand: Iterable[D], day: date) -> D | None:
    """The row of the strand that holds on `day`."""
    return next((row for row in strand if row.from_on <= day and (row.to_on is None or row.to_on > day)), None)


def nearness(from_on: date, to_on: date | None, day: date) -> tuple[int, int]:
    """Ranks ranges by how well they tell of `day`: holding on it, else begun last, else next to begin."""
    if from_on > day:
        return 0, -from_on.toordinal()
    return HOLDS if to_on is None or to_on > day else 1, from_on.toordinal()


def gap_at(strand: Iterable[Dated], day: date, *, lowest: date) -> tuple[date, date | None]:
    """The range around `day` on which the strand says nothing, not before `lowest`."""
    first = max([lowest, *(row.to_on for row in strand if row.to_on is not None and row.to_on <= day)])
    end = min((row.from_on for row in strand if row.from_on > day), default=None)
    return first, end


def believed_in(model: type[R], **lookups: Any) -> list[R]:
    """The rows believed at present, for writing. A list among `lookups` (one at most) is asked in chunks."""
    name, keys = next(((n, v) for n, v in lookups.items() if isinstance(v, list)), ("", None))
    believed = cast("QuerySet[R]", model.objects.filter(superseded_at__isnull=True))
    if keys is None:
        return list(believed.filter(**lookups))
    found: list[R] = []
    for part in _chunks(sorted(set(keys))):
        found += believed.filter(**{**lookups, name: part})
    return found


def _copy(row: R, **changes: Any) -> R:
    columns = {f.attname: getattr(row, f.attname) for f in row._meta.concrete_fields if f.attname not in _OWN_COLUMNS}
    return type(row)(id=uuid7(), **{**columns, **changes})


def _by_model(rows: Iterable[InsertOnly]) -> list[tuple[type[InsertOnly], list[Any]]]:
    grouped: dict[type[InsertOnly], list[Any]] = {}
    for row in rows:
        grouped.setdefault(type(row), []).append(row)
    return list(grouped.items())


def _chunks(keys: list[Any]) -> Iterable[list[Any]]:
    return (keys[n : n + _CHUNK] for n in range(0, len(keys), _CHUNK))
