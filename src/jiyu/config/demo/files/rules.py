"""The rules that the demo's sheets use, and their inverses.

Here only to *place* data: from a wished score back to the value that earns it, so that grades come out as
planned. What people see is calculated by the product from the written files, never by this module.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Method = Literal["linear", "three_point", "per_unit", "count", "between", "step"]


@dataclass(frozen=True, slots=True)
class Rule:
    """One scoring rule with its parameters, in the indicator's unit.

    linear: value / target × 100, capped, 0 below `floor` % of the target · three_point: 0 below `floor`, then
    60–100–120 at floor, target, stretch; lower is better when stretch < floor · per_unit: 100 less `deduct`
    for each whole unit short of target, by proportion · count: 100 less `deduct` for each · between: 60, 100,
    120 at floor, target, stretch, linear between and up to both ends · step: a table in `text`.
    """

    method: Method
    target: float
    floor: float | None = None
    stretch: float | None = None
    deduct: float | None = None
    cap: float = 120.0
    text: str = ""

    @property
    def best(self) -> float:
        """The highest score it can give."""
        return 100.0 if self.method in {"per_unit", "count", "step"} else self.cap

    @property
    def worst(self) -> float:
        """The lowest score that the demo plans with."""
        return {"linear": 62.0, "three_point": 60.0, "between": 60.0, "step": 60.0}.get(self.method, 40.0)

    def _ends(self) -> tuple[float, float]:
        if self.floor is None or self.stretch is None:
            raise ValueError(f"{self.method} needs a floor and a stretch value")
        return self.floor, self.stretch

    def score(self, value: float) -> float:
        """The score of `value`."""
        if self.method == "linear":
            share = value / self.target * 100.0
            return 0.0 if self.floor is not None and share < self.floor else min(self.cap, share)
        if self.method in {"per_unit", "count"}:
            missed = max(0.0, self.target - value if self.method == "per_unit" else value - self.target)
            return max(0.0, 100.0 - missed * (self.deduct or 0.0))
        if self.method == "step":
            return next((points for limit, points in RATING_STEPS if value >= limit - 1e-9), 0.0)
        floor, stretch = self._ends()
        sign = -1.0 if stretch < floor else 1.0
        low, middle, high = sign * floor, sign * self.target, sign * stretch
        place = sign * value
        if place < low - 1e-9:
            return 0.0
        if place <= middle:
            return 60.0 + 40.0 * (place - low) / (middle - low)
        return min(self.cap, 100.0 + 20.0 * (place - middle) / (high - middle))

    def value(self, score: float) -> float:
        """The value that earns `score`, taken into the range of the rule."""
        score = max(self.worst, min(self.best, score))
        if self.method == "linear":
            return self.target * score / 100.0
        if self.method == "per_unit":
            return self.target - (100.0 - score) / (self.deduct or 1.0)
        if self.method == "count":
            return self.target + (100.0 - score) / (self.deduct or 1.0)
        if self.method == "step":
            return next(limit for limit, points in reversed(RATING_STEPS) if points >= score - 10)
        floor, stretch = self._ends()
        if score <= 100.0:
            return floor + (self.target - floor) * (score - 60.0) / 40.0
        return self.target + (stretch - self.target) * (score - 100.0) / 20.0


RATING_STEPS = ((4.5, 100.0), (4.0, 80.0), (3.5, 60.0))
