"""What time it is for this company. Nothing else in the product asks the operating system.

A company may have a fixed clock (the demo's is 2026-04-08 09:00); `at(...)` moves it for a block, which is
how the demo's past is told through the same services and how tests hold still."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from jiyu.core import company

STANDING_CLOCK_SLOWNESS = 100_000

_moved: ContextVar[datetime | None] = ContextVar("jiyu_clock", default=None)


def now() -> datetime:
    """The present moment, aware, in UTC."""
    moved = _moved.get()
    if moved is not None:
        return moved
    here = company.current_or_none()
    if here is not None and here.clock_fixed_at is not None:
        # A standing clock still tells what came first: a real second is 10 µs, a year five minutes. Otherwise a
        # file read after scoring would be known at the very moment of the score.
        return here.clock_fixed_at + (datetime.now(UTC) - here.made_at) / STANDING_CLOCK_SLOWNESS
    return datetime.now(UTC)


def zone() -> ZoneInfo:
    """The company's time zone (Asia/Shanghai unless it says otherwise)."""
    here = company.current_or_none()
    return ZoneInfo(here.time_zone if here else "Asia/Shanghai")


def today() -> date:
    """Today's date in the company's time zone."""
    return now().astimezone(zone()).date()


def local(moment: datetime) -> datetime:
    """`moment` in the company's time zone."""
    return moment.astimezone(zone())


def local_moment(day: date, hour: int = 0, minute: int = 0) -> datetime:
    """A moment given on the company's wall clock, in UTC."""
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=zone()).astimezone(UTC)


def monotonic_deadline(seconds: float) -> datetime:
    """A real (never fixed) deadline for leases: machines must not share the demo's standing clock."""
    return datetime.now(UTC) + timedelta(seconds=seconds)


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Within the block `now()` is `moment` (aware)."""
    if moment.tzinfo is None:
        raise ValueError("the clock takes aware moments only")
    token = _moved.set(moment.astimezone(UTC))
    try:
        yield
    finally:
        _moved.reset(token)
