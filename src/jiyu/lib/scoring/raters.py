"""One line's score from the marks of several raters (自评, 上级评, 互评).

Source: RULES "Missing by cause".
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from jiyu.lib.scoring.totals import LineState, MissingRule


def mix_raters(
    marks: npt.NDArray[np.float64],
    weights: npt.NDArray[np.int64],
    absent: MissingRule = MissingRule.RENORMALISE,
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.uint8]]:
    """The weighted mark of every line, and its state.

    `marks` is lines × rater kinds in points, NaN where that kind gave none; `weights` in millionths, one
    per kind (or lines × kinds). `absent` says what a kind without a mark does: its weight goes to the
    others (default), counts as zero, or the line waits; TARGET is refused (ValueError): nobody gave full
    marks. A line without any mark, or that waits, is UNMARKED and NaN.
    """
    if absent is MissingRule.TARGET:
        raise ValueError("an absent rater cannot have given full marks")
    given = ~np.isnan(marks)
    weight = np.broadcast_to(weights, marks.shape).astype(np.float64)
    agreed = np.zeros(len(marks))
    present = np.zeros(len(marks))
    sums = np.zeros(len(marks))
    # Rater by rater, not summed along the axis: one line alone must give the same bits as among many.
    for kind in range(marks.shape[1]):
        here = given[:, kind]
        agreed += weight[:, kind]
        present += np.where(here, weight[:, kind], 0.0)
        sums += np.where(here, weight[:, kind] * np.where(here, marks[:, kind], 0.0), 0.0)
    unmarked = present <= 0
    if absent is MissingRule.WAIT:
        unmarked |= present != agreed
    divisor = agreed if absent is MissingRule.ZERO else present
    score = np.full(len(marks), np.nan)
    np.divide(sums, divisor, out=score, where=~unmarked)
    return score, np.where(unmarked, LineState.UNMARKED, LineState.OK).astype(np.uint8)
