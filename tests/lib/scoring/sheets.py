"""Small sheets for the tests of totals: weights in percent, scores in points, None by cause."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from jiyu.lib.scoring import LineBatch, LineState

Mark = float | LineState
Line = tuple[float, Mark]  # weight in percent, score or the reason why there is none


def batch(
    *sheets: Sequence[Line],
    sections: Sequence[Sequence[tuple[int, float]]] | None = None,
    days: Sequence[float] | None = None,
    subject: Sequence[int] | None = None,
    bonus: Sequence[float] | None = None,
    penalty: Sequence[float] | None = None,
    veto: Sequence[int] | None = None,
    floor: float = 0.0,
    cap: float = 120.0,
) -> LineBatch:
    """A batch of sheets; `sections` gives (index, weight in percent) for each line of each sheet."""
    lines = [line for sheet in sheets for line in sheet]
    places = [place for sheet in sections for place in sheet] if sections else [(0, 100.0)] * len(lines)
    missing = [isinstance(mark, LineState) for _, mark in lines]
    return LineBatch(
        sheet_start=np.cumsum([0, *(len(sheet) for sheet in sheets)]),
        score=np.array([np.nan if gone else float(mark) for gone, (_, mark) in zip(missing, lines, strict=True)]),
        state=np.array([mark if gone else 0 for gone, (_, mark) in zip(missing, lines, strict=True)], np.uint8),
        weight=np.array([round(weight * 10_000) for weight, _ in lines], np.int64),
        section=np.array([index for index, _ in places], np.int64),
        section_weight=np.array([round(weight * 10_000) for _, weight in places], np.int64),
        floor=np.full(len(lines), floor),
        cap=np.full(len(lines), cap),
        subject=None if subject is None else np.array(subject, np.int64),
        days=None if days is None else np.array(days, np.float64),
        bonus=None if bonus is None else np.array(bonus, np.float64),
        penalty=None if penalty is None else np.array(penalty, np.float64),
        veto=None if veto is None else np.array(veto, np.int16),
    )
