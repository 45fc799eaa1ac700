"""From line scores to the total and its grade, for many sheets at once and for one alike.

The order is fixed (DESIGN §6): clamp line → weights → section → parts joined by days → bonus and penalty
→ cap → round once → grade → veto. Everything before the rounding is unrounded: totals are never summed
from rounded lines. One sheet alone gives the same bits as among a million: all sums run in line order.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from decimal import Decimal
from enum import IntEnum, StrEnum
from typing import Final

import numpy as np
import numpy.typing as npt

from jiyu.lib.formula.numeric import round_half_up
from jiyu.lib.scoring.grades import DEFAULT_SCALE, NO_GRADE, GradeScale
from jiyu.lib.units import MICRO

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

_COVERAGE_TOLERANCE: Final = 1e-12


class LineState(IntEnum):
    """What stands on a line. Missing, zero, not applicable, excluded and error are different values."""

    OK = 0
    AWAITING_DATA = 1
    NOT_APPLICABLE = 2
    EXCLUDED = 3
    UNMARKED = 4
    ERROR = 5


class MissingRule(StrEnum):
    """What a line without a value does: no score yet, weight goes to the others, full points, or zero."""

    WAIT = "wait"
    RENORMALISE = "renormalise"
    TARGET = "target"
    ZERO = "zero"


class ScoreState(IntEnum):
    """What a sheet comes to: a score, none yet (data awaited), not rated (too little counted), an error."""

    SCORED = 0
    AWAITING_DATA = 1
    NOT_RATED = 2
    ERROR = 3


class BonusCap(StrEnum):
    """What the cap of bonus items limits: the additions alone, or additions less penalties."""

    ADDITIONS = "additions"
    NET = "net"


@dataclass(frozen=True, slots=True)
class TotalPolicy:
    """How a scheme totals (RULES "Defaults" are the defaults).

    `decimals` of the one rounding; `floor`, `cap`, `full_score`, `bonus_cap` in points;
    `minimum_coverage` is a ratio of weight (0.6 = 60 %). Excluded lines are always renormalised.
    """

    decimals: int = 2
    floor: Decimal = Decimal(0)
    cap: Decimal = Decimal(120)
    full_score: Decimal = Decimal(100)
    not_applicable: MissingRule = MissingRule.RENORMALISE
    awaiting_data: MissingRule = MissingRule.WAIT
    unmarked: MissingRule = MissingRule.WAIT
    minimum_coverage: Decimal = Decimal("0.6")
    bonus_cap: Decimal | None = None
    bonus_cap_on: BonusCap = BonusCap.ADDITIONS
    scale: GradeScale = DEFAULT_SCALE

    def rule(self, state: LineState) -> MissingRule:
        """The rule for a line in `state` (any but OK and ERROR)."""
        rules = {
            LineState.AWAITING_DATA: self.awaiting_data,
            LineState.NOT_APPLICABLE: self.not_applicable,
            LineState.EXCLUDED: MissingRule.RENORMALISE,
            LineState.UNMARKED: self.unmarked,
        }
        return rules[state]


@dataclass(frozen=True, slots=True)
class LineBatch:
    """Lines of many sheets, flat; the lines of sheet i are `sheet_start[i]:sheet_start[i + 1]`.

    Per line: `score` in points (unrounded, unclamped; anything where the state is not OK), `state`
    (LineState), `weight` in millionths of its section, `section` a small index inside the sheet,
    `section_weight` in millionths (the same on all lines of a section), `floor` and `cap` in points.
    Per sheet: `subject` and `days` where one subject has several sheets (parts after a transfer); by
    default every sheet is its own subject. Per subject: `bonus` and `penalty` in points, both ≥ 0, and
    `veto`, the index of the grade a veto sets or NO_GRADE.
    Raises ValueError if lengths disagree, an OK line has no finite score or a number is negative that
    cannot be.
    """

    sheet_start: Ints
    score: Floats
    state: npt.NDArray[np.uint8]
    weight: Ints
    section: Ints
    section_weight: Ints
    floor: Floats
    cap: Floats
    subject: Ints | None = None
    days: Floats | None = None
    bonus: Floats | None = None
    penalty: Floats | None = None
    veto: npt.NDArray[np.int16] | None = None

    @property
    def sheets(self) -> int:
        """Number of sheets."""
        return len(self.sheet_start) - 1

    @property
    def subjects(self) -> int:
        """Number of subjects: one more than the highest subject, or the number of sheets."""
        if self.subject is None:
            return self.sheets
        return int(self.subject.max()) + 1 if len(self.subject) else 0

    def __post_init__(self) -> None:
        lines = len(self.score)
        per_line = (self.state, self.weight, self.section, self.section_weight, self.floor, self.cap)
        if any(len(column) != lines for column in per_line):
            raise ValueError("every column of lines must be as long as `score`")
        starts = self.sheet_start
        if not len(starts) or starts[0] != 0 or starts[-1] != lines or np.any(np.diff(starts) < 0):
            raise ValueError("`sheet_start` must rise from 0 to the number of lines")
        if (self.subject is None) != (self.days is None):
            raise ValueError("`subject` and `days` come together")
        if any(part is not None and len(part) != self.sheets for part in (self.subject, self.days)):
            raise ValueError("`subject` and `days` have one row per sheet")
        per_subject = (self.bonus, self.penalty, self.veto)
        if any(column is not None and len(column) != self.subjects for column in per_subject):
            raise ValueError("`bonus`, `penalty` and `veto` have one row per subject")
        never_negative = (self.weight, self.section, self.section_weight, self.days, self.bonus, self.penalty)
        if any(column is not None and np.any(column < 0) for column in never_negative):
            raise ValueError("weights, days, bonus and penalty cannot be negative")
        if not np.all(np.isfinite(self.score) | (self.state != LineState.OK)):
            raise ValueError("a line that is OK needs a finite score")


@dataclass(frozen=True, slots=True)
class Totals:
    """Totals per subject.

    `score` rounded (NaN where there is none), `raw` the same before rounding, `base` before bonus, penalty
    and cap, `state` (ScoreState), `calculated_grade` by the score and `grade` after a veto (indices into
    the policy's scale, NO_GRADE for none), `coverage` ratio of weight that was measured.
    """

    score: Floats
    raw: Floats
    base: Floats
    state: npt.NDArray[np.uint8]
    calculated_grade: npt.NDArray[np.int16]
    grade: npt.NDArray[np.int16]
    coverage: Floats


@dataclass(frozen=True, slots=True)
class TotalResult(Totals):
    """Totals per subject, and what each line gave.

    Per line: `line_points` weighted points in the base total and `line_weight` the ratio they count with,
    after renormalising and joining parts (both NaN where the line does not count or there is no score).
    """

    line_points: Floats
    line_weight: Floats


@dataclass(frozen=True, slots=True)
class _Counted:
    """Lines after the rules for missing ones: value, and which count, wait, are measured or wrong."""

    value: Floats
    counts: Bools
    waits: Bools
    measured: Bools
    wrong: Bools


def total(lines: LineBatch, policy: TotalPolicy) -> TotalResult:
    """Totals of all sheets in `lines` by `policy`, in the fixed order of DESIGN §6."""
    joined = join(lines, policy)
    totals = conclude(joined, policy, lines.bonus, lines.penalty, lines.veto)
    return TotalResult(
        **{field.name: getattr(totals, field.name) for field in fields(totals)},
        line_points=joined.line_weight * joined.line_value,
        line_weight=joined.line_weight,
    )


@dataclass(frozen=True, slots=True)
class Bases:
    """Per subject the base total (NaN without a score), state and coverage (see Totals)."""

    base: Floats
    state: npt.NDArray[np.uint8]
    coverage: Floats


@dataclass(frozen=True, slots=True)
class Joined(Bases):
    """Lines joined to base totals; per line its value and the ratio it counts with (see TotalResult)."""

    line_value: Floats
    line_weight: Floats


def join(lines: LineBatch, policy: TotalPolicy) -> Joined:
    """The first half of a total: lines clamped, weighed and joined to sections, sheets and subjects."""
    sheet_of = np.repeat(np.arange(lines.sheets), np.diff(lines.sheet_start))
    weighs = (lines.weight > 0) & (lines.section_weight > 0)
    counted = _apply_missing_rules(lines.score, lines.state, lines.floor, lines.cap, weighs, policy)
    sheet_total, line_factor = _join_sections(lines, counted, sheet_of)
    subject_of, days = _parts(lines)
    base, part_share = _join_parts(sheet_total, subject_of, days, lines.subjects)
    subject_of_line = subject_of[sheet_of]

    coverage = _coverage(lines, counted, sheet_of, subject_of, days)
    waits, wrong = np.zeros(lines.subjects, np.bool_), np.zeros(lines.subjects, np.bool_)
    waits[subject_of_line[counted.waits]] = True
    wrong[subject_of_line[counted.wrong]] = True
    bases = _judged(base, coverage, waits, wrong, policy)
    shows = counted.counts & (bases.state == ScoreState.SCORED)[subject_of_line]
    return Joined(
        bases.base,
        bases.state,
        bases.coverage,
        line_value=counted.value,
        line_weight=np.where(shows, line_factor * part_share[sheet_of], np.nan),
    )


@dataclass(frozen=True, slots=True)
class LineColumns:
    """Lines of sheets that all have the same ones: `score` and `state` are lines × sheets, the rest (as in
    `LineBatch`) is the same on all sheets, one entry per line."""

    score: Floats
    state: npt.NDArray[np.uint8]
    weight: Ints
    section: Ints
    section_weight: Ints
    floor: Floats
    cap: Floats


def join_columns(lines: LineColumns, policy: TotalPolicy) -> Bases:
    """`join` for sheets with the same lines, each its own subject: the same sums in the same order, line by line."""
    weights = lines.weight.astype(np.float64)
    weighs = (lines.weight > 0) & (lines.section_weight > 0)
    counted = _apply_missing_rules(
        lines.score, lines.state, lines.floor[:, None], lines.cap[:, None], weighs[:, None], policy
    )
    here = np.where(counted.counts, weights[:, None], 0.0)
    points = here * counted.value
    sheets, width = lines.score.shape[1], int(lines.section.max()) + 1
    agreed, present, sums = np.zeros((width, 1)), np.zeros((width, sheets)), np.zeros((width, sheets))
    for line, section in enumerate(lines.section.tolist()):
        agreed[section] += weights[line]
        present[section] += here[line]
        sums[section] += points[line]
    section_score = _rescaled(sums, agreed, present) / MICRO

    section_weight = np.zeros((width, 1))
    section_weight[lines.section, 0] = lines.section_weight
    section_present = np.where(present > 0, section_weight, 0.0)
    section_points = section_present * np.where(present > 0, section_score, 0.0)
    sheet_agreed = float(np.where(agreed > 0, section_weight, 0.0).sum())
    sheet_present, sheet_sums = np.zeros(sheets), np.zeros(sheets)
    for section in range(width):
        sheet_present += section_present[section]
        sheet_sums += section_points[section]
    base = _rescaled(sheet_sums, np.full(1, sheet_agreed), sheet_present) / MICRO
    # Weights are whole numbers: their sums are exact, whatever the order.
    of_all = weights * lines.section_weight
    measured = np.where(counted.measured, of_all[:, None], 0.0).sum(axis=0)
    coverage = measured / of_all.sum() if of_all.any() else measured
    waits, wrong = (np.logical_or.reduce(of_lines, axis=0) for of_lines in (counted.waits, counted.wrong))
    return _judged(base, coverage, waits, wrong, policy)


def _judged(base: Floats, coverage: Floats, waits: Bools, wrong: Bools, policy: TotalPolicy) -> Bases:
    """Whose total is a score: who is covered, waits for nothing and has no error."""
    state = np.full(len(base), ScoreState.SCORED, dtype=np.uint8)
    state[~is_covered(coverage, policy) | np.isnan(base)] = ScoreState.NOT_RATED
    state[waits] = ScoreState.AWAITING_DATA
    state[wrong] = ScoreState.ERROR
    return Bases(np.where(state == ScoreState.SCORED, base, np.nan), state, coverage)


def is_covered(coverage: Floats, policy: TotalPolicy) -> Bools:
    """Whether enough of the weight was measured."""
    enough: Bools = coverage + _COVERAGE_TOLERANCE >= float(policy.minimum_coverage)
    return enough


def conclude(
    bases: Bases,
    policy: TotalPolicy,
    bonus: Floats | None = None,
    penalty: Floats | None = None,
    veto: npt.NDArray[np.int16] | None = None,
) -> Totals:
    """The second half of a total: bonus and penalty, cap, the one rounding, grade, veto."""
    unscored = bases.state != ScoreState.SCORED
    raw = np.clip(_with_bonus(bases.base, bonus, penalty, policy), float(policy.floor), float(policy.cap))
    raw += 0.0
    raw[unscored] = 0.0  # rounding is fastest where all is a number
    score = round_half_up(raw, policy.decimals)
    raw[unscored] = score[unscored] = np.nan
    calculated = policy.scale.index_of(score)
    return Totals(
        score=score,
        raw=raw,
        base=bases.base,
        state=bases.state,
        calculated_grade=calculated,
        grade=_with_veto(calculated, veto),
        coverage=bases.coverage,
    )


def _apply_missing_rules(
    score: Floats, state: npt.NDArray[np.uint8], floor: Floats, cap: Floats, weighs: Bools, policy: TotalPolicy
) -> _Counted:
    measured = state == LineState.OK
    # Which zero the larger of 0.0 and -0.0 is hangs on the place in the vector: there is only one zero.
    value = np.where(measured, np.clip(score, floor, cap), 0.0) + 0.0
    counts, waits = measured.copy(), np.zeros_like(measured)
    for missing in (LineState.AWAITING_DATA, LineState.NOT_APPLICABLE, LineState.EXCLUDED, LineState.UNMARKED):
        here = state == missing
        rule = policy.rule(missing)
        if rule is MissingRule.WAIT:
            # A line that only watches (weight 0) keeps nobody waiting.
            waits |= here & weighs
        elif rule is not MissingRule.RENORMALISE:
            counts |= here
            value[here] = float(policy.full_score) if rule is MissingRule.TARGET else 0.0
    wrong = (state == LineState.ERROR) & weighs
    return _Counted(value, counts, waits, measured, wrong)


def _sums(groups: Ints, values: npt.ArrayLike, count: int) -> Floats:
    """Sum of `values` per group, added in the order of the rows: the neighbours change no bit."""
    return np.bincount(groups, np.asarray(values, dtype=np.float64), count).astype(np.float64, copy=False)


def _rescaled(sums: Floats, agreed: Floats, present: Floats) -> Floats:
    """Weighted sums as if all agreed weight were present; exactly unchanged where it is; NaN for none.

    Not a division by the weight: weights of 98 % stay a sheet of 98 full points (RULES "weights 98 or 105").
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        scaled = np.where(present == agreed, sums, sums * agreed / present)
    return np.where(present > 0, scaled, np.nan)


def _join_sections(lines: LineBatch, counted: _Counted, sheet_of: Ints) -> tuple[Floats, Floats]:
    """Sheet totals (NaN where nothing counts), and the ratio with which each line counts in its sheet."""
    width = int(lines.section.max()) + 1 if len(lines.section) else 1
    key = sheet_of * width + lines.section
    cells = lines.sheets * width
    weight = lines.weight.astype(np.float64)
    present_weight = np.where(counted.counts, weight, 0.0)
    agreed = _sums(key, weight, cells)
    present = _sums(key, present_weight, cells)
    section_score = _rescaled(_sums(key, present_weight * counted.value, cells), agreed, present) / MICRO

    section_weight = np.zeros(cells)
    section_weight[key] = lines.section_weight
    here = present > 0
    sheet_of_section = np.repeat(np.arange(lines.sheets), width)
    section_present = np.where(here, section_weight, 0.0)
    sheet_agreed = _sums(sheet_of_section, np.where(agreed > 0, section_weight, 0.0), lines.sheets)
    sheet_present = _sums(sheet_of_section, section_present, lines.sheets)
    sums = _sums(sheet_of_section, section_present * np.where(here, section_score, 0.0), lines.sheets)
    sheet_total = _rescaled(sums, sheet_agreed, sheet_present) / MICRO

    in_section = _rescaled(weight, agreed[key], present[key]) / MICRO
    in_sheet = _rescaled(section_present[key], sheet_agreed[sheet_of], sheet_present[sheet_of]) / MICRO
    return sheet_total, in_section * in_sheet


def _parts(lines: LineBatch) -> tuple[Ints, Floats]:
    if lines.subject is None or lines.days is None:
        return np.arange(lines.sheets), np.ones(lines.sheets)
    return lines.subject, lines.days


def _join_parts(sheet_total: Floats, subject_of: Ints, days: Floats, subjects: int) -> tuple[Floats, Floats]:
    """Unrounded totals of each subject's parts joined by days, and the share of each part.

    A part where nothing counts (all not applicable) leaves its days to the others.
    """
    counts = ~np.isnan(sheet_total) & (days > 0)
    part_days = np.where(counts, days, 0.0)
    all_days = _sums(subject_of, part_days, subjects)
    with np.errstate(invalid="ignore"):
        # days/days is exactly 1 for a subject with one part: its total is not touched.
        share = part_days / all_days[subject_of]
    joined = _sums(subject_of, np.where(counts, sheet_total * share, 0.0), subjects)
    return np.where(all_days > 0, joined, np.nan), share


def _coverage(lines: LineBatch, counted: _Counted, sheet_of: Ints, subject_of: Ints, days: Floats) -> Floats:
    """Ratio of all agreed weight that was measured; filling in full points or zero does not measure."""
    weight = lines.weight.astype(np.float64) * lines.section_weight * days[sheet_of]
    subject_of_line = subject_of[sheet_of]
    agreed = _sums(subject_of_line, weight, lines.subjects)
    measured = _sums(subject_of_line, np.where(counted.measured, weight, 0.0), lines.subjects)
    return np.divide(measured, agreed, out=np.zeros(lines.subjects), where=agreed > 0)


def _with_bonus(base: Floats, bonus: Floats | None, penalty: Floats | None, policy: TotalPolicy) -> Floats:
    if bonus is None and penalty is None:
        return base
    limit = np.inf if policy.bonus_cap is None else float(policy.bonus_cap)
    added = 0.0 if bonus is None else bonus
    taken = 0.0 if penalty is None else penalty
    if policy.bonus_cap_on is BonusCap.NET:
        return base + np.minimum(added - taken, limit)
    return base + (np.minimum(added, limit) - taken)


def _with_veto(calculated: npt.NDArray[np.int16], veto: npt.NDArray[np.int16] | None) -> npt.NDArray[np.int16]:
    """A veto only ever lowers a grade, and gives none to somebody who has none."""
    if veto is None:
        return calculated
    return np.where((veto != NO_GRADE) & (calculated != NO_GRADE), np.maximum(calculated, veto), calculated)
