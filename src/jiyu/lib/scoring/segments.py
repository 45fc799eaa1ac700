"""Parts of a period: days of each part, blended targets, scores joined by days, and how much time is gone.

Additive indicators get one prorated target, rates and marks are weighed by segment and clamped once
after joining; by calendar days, working days or rostered days as the scheme says (DESIGN §6).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction

import numpy as np
import numpy.typing as npt

from jiyu.lib.calendar import WorkCalendar
from jiyu.lib.scoring.weights import in_proportion


class DayBasis(StrEnum):
    """Which days weigh: 自然日, 法定工作日, 排班日 (three-shift staff have no legal week)."""

    CALENDAR = "calendar"
    WORKING = "working"
    ROSTERED = "rostered"


@dataclass(frozen=True, slots=True)
class Segment:
    """A part of a period, both days included. The effective day of a change belongs to the new part."""

    first: date
    last: date

    def __post_init__(self) -> None:
        if self.first > self.last:
            raise ValueError("a segment cannot end before it starts")

    def overlap(self, other: Segment) -> Segment | None:
        """The days both have, or None."""
        first, last = max(self.first, other.first), min(self.last, other.last)
        return Segment(first, last) if first <= last else None


@dataclass(frozen=True, slots=True)
class SegmentDays:
    """Days of each segment, and whether every year touched has its official holidays published."""

    days: tuple[int, ...]
    published: bool = True

    def shares(self) -> tuple[Fraction, ...]:
        """The share of each segment, exactly; together 1. Raises ValueError where no day counts."""
        whole = sum(self.days)
        if whole <= 0:
            raise ValueError("no day counts")
        return tuple(Fraction(day, whole) for day in self.days)


def split_period(period: Segment, changes: Sequence[date]) -> tuple[Segment, ...]:
    """`period` cut at the days from which something new holds; days outside the period cut nothing."""
    starts = sorted({period.first, *(day for day in changes if period.first < day <= period.last)})
    ends = [date.fromordinal(day.toordinal() - 1) for day in starts[1:]]
    return tuple(Segment(a, b) for a, b in zip(starts, [*ends, period.last], strict=True))


def segment_days(
    segments: Sequence[Segment],
    basis: DayBasis,
    *,
    calendar: WorkCalendar | None = None,
    roster: Collection[date] = (),
    excluded: Sequence[Segment] = (),
) -> SegmentDays:
    """Days of each segment that weigh, less those in `excluded` (leave that counts for nothing).

    WORKING needs a `calendar` (ValueError without), ROSTERED the person's `roster`. Excluded segments
    must not overlap each other.
    """
    days: list[int] = []
    published = True
    for segment in segments:
        gone = [part for other in excluded if (part := segment.overlap(other)) is not None]
        counts = []
        for part in (segment, *gone):
            count, known = _count(part, basis, calendar, roster)
            counts.append(count)
            published &= known
        days.append(counts[0] - sum(counts[1:]))
    return SegmentDays(tuple(days), published)


def _count(part: Segment, basis: DayBasis, calendar: WorkCalendar | None, roster: Collection[date]) -> tuple[int, bool]:
    if basis is DayBasis.CALENDAR:
        return (part.last - part.first).days + 1, True
    if basis is DayBasis.ROSTERED:
        return sum(part.first <= day <= part.last for day in set(roster)), True
    if calendar is None:
        raise ValueError("working days need a calendar")
    counts, known = calendar.count_workdays(part.first, part.last)
    return int(counts), bool(known)


def blended_target(targets: Sequence[int], days: Sequence[int]) -> Fraction:
    """One target for a period in which it changed: the targets weighed by days, exactly.

    `targets` in millionths (or any integers), each for the whole period. 900,000 for 32 and 1,200,000
    for 27 working days: 1,037,288.14. Raises ValueError where no day counts.
    """
    whole = sum(days)
    if whole <= 0:
        raise ValueError("no day counts")
    return Fraction(sum(target * day for target, day in zip(targets, days, strict=True)), whole)


def prorated_target(target: int, present_days: int, all_days: int) -> Fraction:
    """A target cut by days (产假, joined late): 900,000 × 31/90 = 310,000. ValueError for no days."""
    if all_days <= 0:
        raise ValueError("no day counts")
    return Fraction(target * present_days, all_days)


def season_targets(year: int, shares: Sequence[int]) -> tuple[int, ...]:
    """A year's target for each quarter (or month) by season: 20/25/25/30 of 1,000 are 200/250/250/300.

    `year` in millionths (or any integers), of either sign; `shares` are whole parts of any whole (per cent,
    millionths). The parts add up to the year, the last units by largest remainder. Raises ValueError for a
    negative share or shares that come to nothing.
    """
    parts = in_proportion(shares, abs(year))
    return parts if year >= 0 else tuple(-part for part in parts)


def join_by_days(scores: npt.NDArray[np.float64], days: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Scores of segments weighed by days (or shifts, or hours), unclamped and unrounded.

    Both are lines × segments; a segment without days may have any score, NaN too. NaN where no day counts
    or a segment that counts has no score.
    """
    sums = np.zeros(scores.shape[0])
    whole = np.zeros(scores.shape[0])
    # Segment by segment, not along the axis: one line alone must give the same bits as among many.
    for segment in range(scores.shape[1]):
        weight = days[:, segment]
        sums += np.where(weight > 0, weight * scores[:, segment], 0.0)
        whole += np.maximum(weight, 0.0)
    joined = np.full(scores.shape[0], np.nan)
    np.divide(sums, whole, out=joined, where=whole > 0)
    return joined


def elapsed(period: Segment, today: date) -> Fraction:
    """Share of the period gone (时间进度), today counted in full: 50/91 on 2026-05-20 in Q2; 0 … 1."""
    whole = (period.last - period.first).days + 1
    gone = (min(today, period.last) - period.first).days + 1
    return Fraction(max(gone, 0), whole)


def share_by_hours(amount: int, own_hours: int, all_hours: int) -> Fraction:
    """A crew's amount by a member's hours: 4,200 件 × 168/1,176 h = 600. ValueError for no hours."""
    if all_hours <= 0:
        raise ValueError("no hour was worked")
    return Fraction(amount * own_hours, all_hours)
