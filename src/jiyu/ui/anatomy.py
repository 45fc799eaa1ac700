"""Where the pieces and labels of the score's bar lie (LOOK.md "Score anatomy")."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from jiyu.ui.parts import ScorePiece

NARROW_PX = 298  # the bar on a phone of 360 px: page edge and card padding taken off
LABEL_PX = 13  # size of its text there
APART_PX = 3


@dataclass(frozen=True, slots=True)
class Placed:
    """One piece, in percent of the bar's width; `label` is empty when it does not fit."""

    left: str
    width: str
    won: str
    label: str
    label_at: str
    anchor: str


def place(pieces: Sequence[ScorePiece]) -> list[Placed]:
    """Lay the pieces side by side by weight. A label that would touch its neighbour is cut to its weight, and dropped
    (never shrunk) where even that has no room.

    The last label ends at the bar's right end, the others start at their piece. No weight, no bar.
    """
    total = sum(piece.weight_pct for piece in pieces)
    if total <= 0:
        return []
    placed: list[Placed] = []
    left = 0.0
    free_from = 0.0
    for index, piece in enumerate(pieces):
        width = piece.weight_pct / total * 100
        is_last = index == len(pieces) - 1 and index > 0
        label = ""
        for text in (f"{piece.label} {piece.weight_pct:g}", f"{piece.weight_pct:g}"):
            needs = text_width_px(text, LABEL_PX)
            starts = NARROW_PX - needs if is_last else left / 100 * NARROW_PX
            room_ends = NARROW_PX if is_last else (left + width) / 100 * NARROW_PX
            if starts >= free_from and starts + needs <= room_ends + 0.5:
                label, free_from = text, starts + needs + APART_PX
                break
        placed.append(
            Placed(
                left=f"{left:.2f}%",
                width=f"{width:.2f}%",
                won=f"{width * min(max(piece.score_pct, 0.0), 100.0) / 100:.2f}%",
                label=label,
                label_at="100%" if is_last else f"{left:.2f}%",
                anchor="end" if is_last else "start",
            )
        )
        left += width
    return placed


def text_width_px(text: str, size_px: float) -> float:
    """How wide `text` will be, roughly, by the widths of the common sans-serif faces."""
    return size_px * sum(_em(char) for char in text)


def _em(char: str) -> float:
    if ord(char) > 0x2E7F:
        return 1.0
    if char == " ":
        return 0.25
    return 0.63 if char.isupper() else 0.56
