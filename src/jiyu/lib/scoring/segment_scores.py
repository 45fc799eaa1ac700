"""Scores of lines that changed inside the period: each segment unclamped, joined by days, clamped once."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from jiyu.lib.scoring.evaluation import Floats
from jiyu.lib.scoring.measure import Measure
from jiyu.lib.scoring.methods.base import BaseMethod, LineScores
from jiyu.lib.scoring.segments import join_by_days
from jiyu.lib.scoring.totals import LineState


def score_segments(method: BaseMethod, measure: Measure, inputs: Mapping[str, Floats], days: Floats) -> LineScores:
    """Points of lines whose segments have their own actuals and parameters (rates, marks).

    Every array is lines × segments; `days` (or shifts, or hours) weigh, 0 for a segment that is not
    there. A segment that does not apply leaves its days to the others; one that awaits data or is wrong
    makes the line so. 140 and 80 points for the same days are 110, not (120 + 80)/2. Source: DESIGN §6.
    """
    flat = {name: np.ascontiguousarray(column).reshape(-1) for name, column in inputs.items()}
    scores = method.score(measure, flat, clamped=False)
    state = scores.state.reshape(days.shape)
    there = days > 0
    counted = np.where(state == LineState.NOT_APPLICABLE, 0.0, days)
    joined = join_by_days(scores.score.reshape(days.shape), counted)
    floor, cap = (float(limit) for limit in method.limits())
    result = np.full(len(days), LineState.OK, dtype=np.uint8)
    result[~(counted > 0).any(axis=1)] = LineState.NOT_APPLICABLE
    for worse in (LineState.AWAITING_DATA, LineState.ERROR):
        result[((state == worse) & there).any(axis=1)] = worse
    clamped = np.clip(joined, floor, cap) + 0.0
    return LineScores(np.where(result == LineState.OK, clamped, np.nan), result)
