"""Scoring in memory: the product's scoring of sheets beside NumPy written by hand, and beside `eval` per document."""

from __future__ import annotations

import ast
import math
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
import numpy.typing as npt

from bench.measuring import Measured, in_turn, peak_mb
from jiyu.lib.scoring import (
    BaseMethod,
    Direction,
    LinearMethod,
    LineState,
    Measure,
    Part,
    PerUnitMethod,
    SheetLine,
    ThreePointMethod,
    TotalPolicy,
    score_sheets,
)
from jiyu.lib.scoring.measure import LABELS
from jiyu.lib.scoring.methods import Band, StepMethod
from jiyu.lib.units import UNITS

Floats = npt.NDArray[np.float64]
Columns = Mapping[str, Floats]

PEOPLE, DOCUMENTS = 1_000_000, 10_000
INDICATORS = 5
BLOCK = 32_768
SCHEMES = (  # weights in percent, the cap of the total, the cap of the first line
    ((40, 20, 15, 15, 10), 120, 120),
    ((20, 20, 20, 20, 20), 110, 100),
    ((10, 30, 25, 25, 10), 100, 150),
)
PLAIN = Measure()
RATIO = Measure(
    unit=UNITS["percent"],
    numerator=Part(LABELS["numerator"]),
    denominator=Part(LABELS["denominator"]),
)
STEPS = ((95, 100), (90, 90), (80, 75))
LAST_STEP = 50


@dataclass(frozen=True)
class Population:
    """Five indicators' inputs for everybody, NaN for blank."""

    people: int
    lines: tuple[Columns, ...]


@dataclass(frozen=True)
class Scored:
    """What a scheme came to: rounded score (NaN for none), state, index of the grade."""

    score: Floats
    state: npt.NDArray[np.uint8]
    grade: npt.NDArray[np.int16]


def population(people: int) -> Population:
    """Numbers with two decimals, so that halves occur; some blank, some 0 of 0, some n of 0 (an error)."""
    rng = np.random.default_rng(20260408)

    def cents(low: float, high: float) -> Floats:
        return np.asarray(rng.integers(int(low * 100), int(high * 100), people) / 100.0)

    done, asked = cents(60, 120), cents(60, 120)
    asked[rng.random(people) < 0.01] = 0.0
    done[(asked == 0) & (rng.random(people) < 0.9)] = 0.0
    first = {"numerator": done, "denominator": asked}
    second = {"actual": cents(80, 130), "target": cents(90, 110)}
    low = cents(80, 90)
    third = {"actual": cents(75, 115), "threshold": low, "target": low + 10.0, "stretch": low + 20.0}
    fourth = {"actual": cents(70, 100)}
    fifth = {"actual": cents(90, 100), "target": cents(95, 99)}
    for column in (second["actual"], third["actual"], fourth["actual"], fifth["actual"]):
        column[rng.random(people) < 0.005] = np.nan
    return Population(people, (first, second, third, fourth, fifth))


def methods(first_cap: int) -> tuple[tuple[BaseMethod, Measure], ...]:
    """The five methods of a scheme."""
    bands = [Band(points=Decimal(p), low=Decimal(low)) for low, p in STEPS]
    bands.append(Band(points=Decimal(LAST_STEP), high=Decimal(STEPS[-1][0])))
    return (
        (LinearMethod(against="whole", cap=Decimal(first_cap)), RATIO),
        (LinearMethod(), PLAIN),
        (ThreePointMethod(), PLAIN),
        (StepMethod(bands=tuple(bands)), PLAIN),
        (PerUnitMethod(per=Decimal("0.5"), points_off=Decimal(3), direction=Direction.HIGHER), PLAIN),
    )


def by_product(given: Population) -> list[Scored]:
    """All schemes by `score_sheets`: methods' formulas and totals, with the bits of `Method.score` and `total`."""
    return [scheme_by_product(given, *scheme) for scheme in SCHEMES]


def scheme_by_product(given: Population, weights: tuple[int, ...], cap: int, first_cap: int) -> Scored:
    """One scheme by the product's public interface."""
    lines = [
        SheetLine(method, measure, weight * 10_000)
        for (method, measure), weight in zip(methods(first_cap), weights, strict=True)
    ]
    scored = Scored(np.empty(given.people), np.empty(given.people, np.uint8), np.empty(given.people, np.int16))
    for rows, part in score_sheets(lines, given.lines, TotalPolicy(cap=Decimal(cap))):
        scored.score[rows], scored.state[rows], scored.grade[rows] = part.score, part.state, part.grade
    return scored


def by_hand(given: Population) -> list[Scored]:
    """The same written out in NumPy for exactly these schemes, in blocks that stay in the cache."""
    out: list[Scored] = []
    for weights, cap, first_cap in SCHEMES:
        scored = Scored(np.empty(given.people), np.empty(given.people, np.uint8), np.empty(given.people, np.int16))
        for start in range(0, given.people, BLOCK):
            part = slice(start, start + BLOCK)
            lines = [{name: column[part] for name, column in line.items()} for line in given.lines]
            scored.score[part], scored.state[part], scored.grade[part] = _block(lines, weights, cap, first_cap)
        out.append(scored)
    return out


@np.errstate(all="ignore")
def _block(lines: list[dict[str, Floats]], weights: tuple[int, ...], cap: int, first_cap: int) -> tuple[
    Floats, npt.NDArray[np.uint8], npt.NDArray[np.int16]
]:  # fmt: skip
    one, two, three, four, five = lines
    points = (
        np.clip(one["numerator"] / one["denominator"] * 100, 0, first_cap),
        np.clip(two["actual"] / two["target"] * 100, 0, 120),
        np.clip(_three_points(three), 0, 120),
        _steps(four["actual"]),
        np.clip(np.where(five["actual"] >= five["target"], 100.0, _deducted(five)), 0, 120),
    )
    nothing = (one["numerator"] == 0) & (one["denominator"] == 0)
    wrong = (one["denominator"] == 0) & ~nothing
    waits = np.isnan(two["actual"]) | np.isnan(three["actual"]) | np.isnan(four["actual"]) | np.isnan(five["actual"])
    micro = [w * 10_000.0 for w in weights]
    present = np.where(nothing, 1_000_000.0 - micro[0], 1_000_000.0)
    sums = np.where(nothing, 0.0, micro[0] * points[0])
    for weight, value in zip(micro[1:], points[1:], strict=True):
        sums += weight * value
    raw = np.where(nothing, sums * 1_000_000.0 / present, sums) / 1_000_000.0
    raw = np.clip(raw * 1_000_000.0 / 1_000_000.0, 0, cap)
    score = _rounded(raw)
    state = np.where(wrong, 3, np.where(waits, 1, np.where(present < 600_000.0, 2, 0))).astype(np.uint8)
    score[state != 0] = np.nan
    grade = np.full(len(score), 4, dtype=np.int16)
    for index, minimum in ((3, 70), (2, 85), (1, 95), (0, 105)):
        grade[score >= minimum] = index
    grade[state != 0] = -1
    return score, state, grade


def _three_points(line: Mapping[str, Floats]) -> Floats:
    actual, low, target, high = line["actual"], line["threshold"], line["target"], line["stretch"]
    first = 60 + (actual - low) / (target - low) * 40
    second = 100 + (actual - target) / (high - target) * 20
    return np.where(actual < low, 0.0, np.where(actual < target, first, second))


def _steps(actual: Floats) -> Floats:
    value = _rounded(actual)
    (a, p), (b, q), (c, r) = STEPS
    return np.where(value >= a, p, np.where(value >= b, q, np.where(value >= c, r, LAST_STEP))).astype(np.float64)


def _deducted(line: Mapping[str, Floats]) -> Floats:
    return 100 - (line["target"] - line["actual"]) / 0.5 * 3


def _rounded(value: Floats) -> Floats:
    """Half-up to two decimals; all values here are far below where the shift needs a limit."""
    scaled = value * 100.0
    return np.floor(scaled + scaled * 2.0**-49 + 0.5) / 100.0


TEXTS = (
    "min(max(numerator / denominator * 100, 0), {cap})",
    "min(max(actual / target * 100, 0), 120)",
    "min(max(0 if actual < threshold else 60 + (actual - threshold) / (target - threshold) * 40 if actual < target"
    " else 100 + (actual - target) / (stretch - target) * 20, 0), 120)",
    "100 if round(actual, 2) >= 95 else 90 if round(actual, 2) >= 90 else 75 if round(actual, 2) >= 80 else 50",
    "min(max(100 if actual >= target else 100 - (target - actual) / 0.5 * 3, 0), 120)",
)
ALLOWED = {"min": min, "max": max, "round": round, "floor": math.floor}


def by_document(given: Population) -> list[list[float | None]]:
    """As document systems do it: each line's formula text checked, compiled and run by `eval` over a dictionary."""
    documents = [
        [{name: float(column[i]) for name, column in line.items()} for line in given.lines] for i in range(given.people)
    ]
    return [[_document(lines, *scheme) for lines in documents] for scheme in SCHEMES]


def _document(lines: list[dict[str, float]], weights: tuple[int, ...], cap: int, first_cap: int) -> float | None:
    points, agreed = 0.0, 0
    for text, line, weight in zip(TEXTS, lines, weights, strict=True):
        if any(math.isnan(value) for value in line.values()):
            return None
        if line.get("denominator") == 0:
            if line["numerator"]:
                return None
            continue
        points += weight * safe_eval(text.format(cap=first_cap), line)
        agreed += weight
    value = safe_eval("min(max(points / agreed, 0), cap)", {"points": points, "agreed": agreed, "cap": cap})
    return math.floor(value * 100 * (1 + 2.0**-49) + 0.5) / 100


def safe_eval(text: str, names: Mapping[str, float]) -> float:
    """`eval` with the usual fence: the text is parsed and walked, then compiled and run without builtins."""
    tree = ast.parse(text, mode="eval")
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute | ast.Lambda | ast.Subscript):
            raise ValueError(text)
    return float(eval(compile(tree, "<formula>", "eval"), {"__builtins__": {}, **ALLOWED}, dict(names)))


def check_equal(product: list[Scored], hand: list[Scored]) -> None:
    """Raises AssertionError unless both ways gave the same scores, states and grades."""
    for ours, theirs in zip(product, hand, strict=True):
        np.testing.assert_array_equal(ours.state, theirs.state)
        np.testing.assert_array_equal(ours.grade, theirs.grade)
        np.testing.assert_array_equal(ours.score, theirs.score)


def measure(scale: float, runs: int) -> list[Measured]:
    """Two rows: beside NumPy by hand, and how many times `eval` per document takes (per person)."""
    given = population(max(1_000, int(PEOPLE * scale)))
    few = population(max(200, int(DOCUMENTS * min(1.0, scale * 10))))
    product, hand = by_product(given), by_hand(given)
    check_equal(product, hand)
    states = {LineState(i).name: int(np.count_nonzero(product[0].state == i)) for i in range(4)}
    del product, hand
    seconds = in_turn({"product": lambda: by_product(given), "hand": lambda: by_hand(given)}, runs)
    peak = peak_mb()
    first = by_product(few)[0].score
    documents = by_document(few)[0]
    differ = sum(
        1
        for ours, theirs in zip(first, documents, strict=True)
        if theirs is not None and not (np.isnan(ours) or abs(ours - theirs) < 0.011)
    )
    assert differ == 0, f"{differ} documents differ"
    slow = in_turn({"documents": lambda: by_document(few)}, max(1, runs // 2))["documents"]
    per_person = seconds["product"] / given.people
    size = f"{given.people:,} people × {INDICATORS} indicators × {len(SCHEMES)} schemes"
    return [
        Measured(
            "score in memory", size, seconds["product"], seconds["hand"], "NumPy by hand",
            seconds["product"] / seconds["hand"], peak, runs, most=1.5,
            note=f"{sum(states.values()) - states['OK']:,} of {given.people:,} without a score",
        ),
        Measured(
            "score in memory", f"{few.people:,} documents", per_person * few.people, slow,
            "checked `eval` per document", slow / few.people / per_person, peak, max(1, runs // 2), least=500,
        ),
    ]  # fmt: skip
