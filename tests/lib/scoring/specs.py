"""Builders of method specs and their measures for the tests."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from jiyu.lib.scoring import LineValues, Measure, Part
from jiyu.lib.text import Text
from jiyu.lib.units import UNITS

GOLDEN = json.loads((Path(__file__).parents[2] / "golden" / "scoring" / "methods.json").read_text("utf-8"))["cases"]
NUMBER = Measure()


def measure_of(raw: dict[str, Any]) -> Measure:
    part = Part(Text("数", "number")) if raw.get("ratio") else None
    return Measure(
        unit=UNITS[raw.get("unit", "number")],
        decimals=raw.get("decimals", 2),
        numerator=part,
        denominator=part,
    )


def values_of(raw: dict[str, Any]) -> LineValues:
    own = {name: number for name, number in raw.items() if not name.startswith("late_")}
    return LineValues(**own, extra={name: number for name, number in raw.items() if name not in own})


def bands(
    *rows: tuple[str, str | None, str | None] | tuple[str, str | None, str | None, bool],
) -> dict[str, Any]:
    made = [
        {"points": r[0], "low": r[1], "high": r[2], **({"high_included": r[3]} if len(r) == 4 else {})} for r in rows
    ]
    return {"kind": "step", "bands": made}
