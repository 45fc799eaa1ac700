"""Measuring: interleaved runs, medians, peak memory, and what a work reports."""

from __future__ import annotations

import resource
import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

MEGABYTE = 1024  # of ru_maxrss, which Linux counts in KiB


@dataclass(frozen=True)
class Measured:
    """One row of the report. `product` and `limit` are seconds (medians of `runs` runs that took turns); the reach is
    `ratio <= most` or, where `least` is given, `ratio >= least`. `peak_mb` is the whole process, both ways in it."""

    work: str
    size: str
    product: float
    limit: float
    beside: str  # what the limit is, in words
    ratio: float
    peak_mb: int
    runs: int
    most: float | None = None
    least: float | None = None
    note: str = ""

    @property
    def reach(self) -> str:
        """The reach in words."""
        return f"≤ {self.most:g}" if self.most is not None else f"≥ {self.least:g}"

    @property
    def is_reached(self) -> bool:
        """Whether the ratio lies within reach."""
        return self.ratio <= self.most if self.most is not None else self.ratio >= (self.least or 0.0)


def in_turn(ways: Mapping[str, Callable[[], object]], runs: int) -> dict[str, float]:
    """Median seconds of each way, all taking turns `runs` times (A B A B): what else the machine does hits both."""
    taken: dict[str, list[float]] = {name: [] for name in ways}
    for _run in range(runs):
        for name, way in ways.items():
            start = time.perf_counter()
            way()
            taken[name].append(time.perf_counter() - start)
    return {name: statistics.median(seconds) for name, seconds in taken.items()}


def peak_mb() -> int:
    """The most memory this process ever held, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // MEGABYTE
