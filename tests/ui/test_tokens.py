"""The colours of frontend/css/tokens.css: every text is readable, by day and on the night shift."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

TOKENS = (Path(__file__).resolve().parents[2] / "frontend/css/tokens.css").read_text("utf-8")
DARK_AT = TOKENS.index("@media (prefers-color-scheme: dark)")

STATES = ("ahead", "ontime", "behind", "waiting", "objection", "incomplete", "refused")
TEXT_ON = [
    *((ink, ground) for ink in ("ink", "ink2", "ink3") for ground in ("paper", "card", "sunk", "sum", "rail")),
    *((ink, "quiet") for ink in ("ink", "ink2")),
    *((ink, "tint") for ink in ("ink", "ink2", "brand", "ontime")),
    *(("brand", ground) for ground in ("paper", "card", "sunk")),
    *((state, f"{state}-tint") for state in STATES),
    *((state, "card") for state in STATES),
    *(("ink", f"{state}-tint") for state in ("ahead", "behind", "waiting", "refused")),
    *((f"face{n}-ink", f"face{n}") for n in range(1, 6)),
    ("behind", "sunk"),
    ("ahead", "sunk"),
    ("on-button", "button"),
    ("on-button", "button-deep"),
    ("on-slate", "slate"),
    ("on-strip", "strip"),
    ("ink", "picked"),
]
# Things one must see but not read (WCAG 1.4.11): 3 : 1.
SHAPE_ON = [
    ("control", "card"),
    ("incomplete-edge", "card"),
    *((f"{state}-bar", "card") for state in ("ahead", "ontime", "behind", "waiting", "objection")),
    ("tick", "track"),
    ("slate", "card"),
    ("hatch", "card"),
]


def colours(css: str) -> dict[str, str]:
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", css))


DAY = colours(TOKENS[:DARK_AT])
NIGHT = {**DAY, **colours(TOKENS[DARK_AT:])}


def luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_the_formula_is_wcag_s() -> None:
    assert contrast("#000000", "#ffffff") == 21
    assert round(contrast("#9c430c", "#fbeee3"), 1) == 5.7  # the figure LOOK.md gives for "behind"
    assert round(contrast("#777777", "#ffffff"), 2) == 4.48  # the well-known grey that just fails


@pytest.mark.parametrize(("mode", "palette"), [("day", DAY), ("night", NIGHT)])
def test_text_is_readable_on_its_ground(mode: str, palette: dict[str, str]) -> None:
    poor = {f"{a} on {b}": round(contrast(palette[a], palette[b]), 2) for a, b in TEXT_ON}
    assert {pair: ratio for pair, ratio in poor.items() if ratio < 4.5} == {}, mode


@pytest.mark.parametrize(("mode", "palette"), [("day", DAY), ("night", NIGHT)])
def test_shapes_stand_out_from_their_ground(mode: str, palette: dict[str, str]) -> None:
    poor = {f"{a} on {b}": round(contrast(palette[a], palette[b]), 2) for a, b in SHAPE_ON}
    assert {pair: ratio for pair, ratio in poor.items() if ratio < 3} == {}, mode


def test_night_changes_every_state_colour() -> None:
    night_only = colours(TOKENS[DARK_AT:])
    wanted = {f"{state}{part}" for state in STATES for part in ("", "-tint")}
    assert wanted - set(night_only) == set()


def test_no_type_is_smaller_than_12_px() -> None:
    sizes = re.findall(r"--(score|number|title|section|body|second|note): (\d+)px", TOKENS)
    assert len(sizes) == 21
    assert min(int(px) for _name, px in sizes) == 12
