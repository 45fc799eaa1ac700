"""The fixed order of a total (DESIGN §6), and the examples of RULES and CASES in it."""

from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiyu.lib.scoring import (
    BonusCap,
    LineBatch,
    LineState,
    MissingRule,
    ScoreState,
    TotalPolicy,
    TotalResult,
    mix_raters,
    total,
)
from tests.lib.scoring.sheets import Line, batch

NOT_APPLICABLE, AWAITING, UNMARKED = LineState.NOT_APPLICABLE, LineState.AWAITING_DATA, LineState.UNMARKED
DEFAULT = TotalPolicy()
EVERY_RULE = [TotalPolicy(not_applicable=rule, awaiting_data=rule, unmarked=rule) for rule in MissingRule]


def score_of(*lines: Line, policy: TotalPolicy = DEFAULT) -> float:
    return float(total(batch(lines), policy).score[0])


def grade_of(result: TotalResult, row: int = 0) -> str:
    return DEFAULT.scale.codes()[result.grade[row]]


def test_84_995_is_85_00_and_b_plus_where_floats_say_84_99() -> None:
    result = total(batch([(40, 91.70), (30, 81.50), (30, 79.55)]), DEFAULT)
    assert result.score[0] == 85.0
    assert grade_of(result) == "B+"
    assert 91.70 * 0.4 + 81.50 * 0.3 + 79.55 * 0.3 < 84.995  # what doubles alone would say


def test_a_tie_at_one_decimal_is_rounded_up_before_the_band_is_chosen() -> None:
    lines = [(30, 77.6), (25, 89.3), (15, 67.3), (30, 97.5)]
    result = total(batch(lines), replace(DEFAULT, decimals=1))
    assert result.score[0] == 85.0
    assert grade_of(result) == "B+"


def test_b2_lines_sum_to_89_75_and_the_total_is_not_summed_from_rounded_lines() -> None:
    result = total(batch([(40, 92.26), (25, 94.60), (20, 80), (15, 88)]), DEFAULT)
    assert np.round(result.line_points, 6).tolist() == [36.904, 23.65, 16.0, 13.2]
    assert result.score[0] == 89.75
    assert grade_of(result) == "B+"


def test_b5_sums_to_96_21_grade_a() -> None:
    result = total(
        batch([(40, 97.5), (30, 60 + (2115 / 2160 * 100 - 96) / 2 * 40), (20, 98.5466667), (10, 80)]), DEFAULT
    )
    assert result.score[0] == 96.21
    assert result.raw[0] == pytest.approx(96.2093333, abs=1e-7)
    assert grade_of(result) == "A"


@pytest.mark.parametrize(
    ("state", "rule", "score"),
    [
        (NOT_APPLICABLE, MissingRule.RENORMALISE, 85.71),
        (AWAITING, MissingRule.WAIT, None),
        (AWAITING, MissingRule.TARGET, 90.00),
        (AWAITING, MissingRule.ZERO, 60.00),
    ],
)
def test_a_missing_line_counts_by_its_cause(state: LineState, rule: MissingRule, score: float | None) -> None:
    policy = TotalPolicy(not_applicable=rule, awaiting_data=rule)
    result = total(batch([(40, 90), (30, 80), (30, state)]), policy)
    if score is None:
        assert np.isnan(result.score[0])
        assert result.state[0] == ScoreState.AWAITING_DATA
    else:
        assert result.score[0] == score
        assert result.state[0] == ScoreState.SCORED


def test_the_defaults_renormalise_what_does_not_apply_and_wait_for_data() -> None:
    assert score_of((40, 90), (30, 80), (30, NOT_APPLICABLE)) == 85.71
    assert np.isnan(score_of((40, 90), (30, 80), (30, AWAITING)))


@pytest.mark.parametrize(
    ("rule", "score"),
    [(MissingRule.RENORMALISE, 82.86), (MissingRule.ZERO, 58.00), (MissingRule.WAIT, None)],
)
def test_a4_a_blank_of_30_percent(rule: MissingRule, score: float | None) -> None:
    got = score_of((50, 80), (30, AWAITING), (20, 90), policy=TotalPolicy(awaiting_data=rule))
    assert np.isnan(got) if score is None else got == score


@pytest.mark.parametrize("policy", EVERY_RULE)
def test_an_explicit_zero_is_a_zero_under_every_rule(policy: TotalPolicy) -> None:
    assert score_of((50, 80), (30, 0), (20, 90), policy=policy) == 58.00


@pytest.mark.parametrize("policy", [TotalPolicy(awaiting_data=r) for r in MissingRule if r is not MissingRule.WAIT])
def test_with_only_20_percent_present_nobody_is_rated(policy: TotalPolicy) -> None:
    result = total(batch([(50, AWAITING), (30, AWAITING), (20, 90)]), policy)
    assert result.state[0] == ScoreState.NOT_RATED
    assert np.isnan(result.score[0])
    assert result.coverage[0] == pytest.approx(0.2)
    assert result.grade[0] == -1


def test_coverage_of_exactly_the_minimum_is_enough() -> None:
    result = total(batch([(60, 90), (40, NOT_APPLICABLE)], [(59, 90), (41, NOT_APPLICABLE)]), DEFAULT)
    assert result.state.tolist() == [ScoreState.SCORED, ScoreState.NOT_RATED]


def test_5_5_and_a_blank_is_5_not_3_33() -> None:
    third = 100 / 3
    assert score_of((third, 5), (third, 5), (third, NOT_APPLICABLE)) == 5.00


def test_an_absent_peer_leaves_his_weight_to_the_other_raters() -> None:
    weights = np.array([200_000, 600_000, 200_000])
    marks = np.array([[95.0, 88.0, np.nan]])
    score, state = mix_raters(marks, weights)
    assert (score.round(10).tolist(), state.tolist()) == ([89.75], [LineState.OK])
    as_zero, _ = mix_raters(marks, weights, MissingRule.ZERO)
    assert as_zero.round(10).tolist() == [71.8]
    _, waits = mix_raters(marks, weights, MissingRule.WAIT)
    assert waits.tolist() == [LineState.UNMARKED]


def test_a_line_nobody_marked_is_unmarked_not_zero() -> None:
    for rule in (MissingRule.RENORMALISE, MissingRule.ZERO, MissingRule.WAIT):
        score, state = mix_raters(np.full((1, 2), np.nan), np.array([500_000, 500_000]), rule)
        assert np.isnan(score[0])
        assert state.tolist() == [LineState.UNMARKED]


def test_an_absent_rater_never_gives_full_marks() -> None:
    with pytest.raises(ValueError, match="full marks"):
        mix_raters(np.array([[1.0]]), np.array([1]), MissingRule.TARGET)


def test_sections_weigh_their_lines_and_leave_missing_weight_inside() -> None:
    # 50 % × (25 % / 75 %) as companies write it; the missing line's weight stays in its section.
    sections = [[(0, 50), (0, 50), (1, 50)]]
    full = total(batch([(25, 100), (75, 80), (100, 90)], sections=sections), DEFAULT)
    assert full.score[0] == 87.50
    missing = total(batch([(25, 100), (75, NOT_APPLICABLE), (100, 90)], sections=sections), DEFAULT)
    assert missing.score[0] == 95.00
    assert missing.line_weight[[0, 2]].tolist() == [0.5, 0.5]
    assert missing.coverage[0] == pytest.approx(0.625)


def test_a_section_where_nothing_applies_leaves_its_weight_to_the_other_sections() -> None:
    lines = batch([(100, NOT_APPLICABLE), (100, 90)], sections=[[(0, 20), (1, 80)]])
    assert total(lines, DEFAULT).score[0] == 90.00


def test_weights_of_98_stay_a_sheet_of_98_full_points() -> None:
    assert score_of((50, 100), (48, 100)) == 98.00


def test_company_result_in_the_score_by_level() -> None:
    staff = total(batch([(100, 92.40), (100, 86.00)], sections=[[(0, 80), (1, 20)]]), DEFAULT)
    managers = total(batch([(100, 92.40), (100, 86.00)], sections=[[(0, 50), (1, 50)]]), DEFAULT)
    assert (staff.score[0], managers.score[0]) == (91.12, 89.20)


def test_a_line_is_clamped_before_it_is_weighed() -> None:
    assert score_of((50, 200), (50, 80)) == 100.00
    assert score_of((50, -40), (50, 80)) == 40.00


def test_a_transfer_joins_unrounded_part_totals_by_days() -> None:
    parts = [[(100, 82.0)], [(100, 91.0)]]
    assert total(batch(*parts, subject=[0, 0], days=[32, 27]), DEFAULT).score[0] == 86.12
    # ten working days of excluded leave in part two
    assert total(batch(*parts, subject=[0, 0], days=[32, 17]), DEFAULT).score[0] == 85.12
    # by calendar days and by working days a move from 92 to 77 gives two grades: the scheme says which
    moved = [[(100, 92.0)], [(100, 77.0)]]
    calendar_days = total(batch(*moved, subject=[0, 0], days=[46, 44]), DEFAULT)
    working_days = total(batch(*moved, subject=[0, 0], days=[32, 27]), DEFAULT)
    assert (calendar_days.score[0], grade_of(calendar_days)) == (84.67, "B")
    assert (working_days.score[0], grade_of(working_days)) == (85.14, "B+")


def test_two_posts_give_one_score() -> None:
    assert total(batch([(100, 90)], [(100, 80)], subject=[0, 0], days=[70, 30]), DEFAULT).score[0] == 87.00
    assert total(batch([(100, 88)], [(100, 94)], subject=[0, 0], days=[60, 40]), DEFAULT).score[0] == 90.40


def test_a_part_where_nothing_applies_leaves_its_days_to_the_other() -> None:
    parts = batch([(100, 82.0)], [(100, NOT_APPLICABLE)], subject=[0, 0], days=[50, 9])
    result = total(parts, DEFAULT)
    assert result.score[0] == 82.00
    assert result.coverage[0] == pytest.approx(50 / 59)


def test_year_is_the_mean_of_quarters_and_the_report() -> None:
    quarters = [88.2, 91.0, 84.6, 95.2]
    mean = sum(quarters) / 4
    assert score_of((60, mean), (40, 92)) == 90.65


@pytest.mark.parametrize(("on", "score"), [(BonusCap.ADDITIONS, 95.40), (BonusCap.NET, 97.40)])
def test_the_cap_of_bonus_items_is_on_additions_or_on_the_net(on: BonusCap, score: float) -> None:
    lines = batch([(100, 92.40)], bonus=[3 + 5], penalty=[2])
    assert total(lines, TotalPolicy(bonus_cap=Decimal(5), bonus_cap_on=on)).score[0] == score


def test_bonus_comes_before_the_cap_of_the_total() -> None:
    lines = batch([(100, 118)], [(100, 2)], bonus=[8, 0], penalty=[0, 5])
    assert total(lines, DEFAULT).score.tolist() == [120.0, 0.0]


def test_a_veto_sets_the_grade_and_keeps_the_score() -> None:
    result = total(batch([(100, 92.40)], veto=[4]), DEFAULT)
    assert result.score[0] == 92.40
    assert DEFAULT.scale.codes()[result.calculated_grade[0]] == "B+"
    assert grade_of(result) == "C"


def test_a_veto_never_raises_a_grade_and_gives_none_to_the_unrated() -> None:
    result = total(batch([(100, 30)], [(100, AWAITING)], veto=[2, 4]), DEFAULT)
    assert grade_of(result) == "C"
    assert result.grade[1] == -1


def test_an_error_on_a_line_is_an_error_of_the_sheet_not_a_zero() -> None:
    result = total(batch([(50, 90), (50, LineState.ERROR)], [(100, 90)]), DEFAULT)
    assert result.state.tolist() == [ScoreState.ERROR, ScoreState.SCORED]
    assert np.isnan(result.score[0])


def test_a_line_that_only_watches_keeps_nobody_waiting() -> None:
    assert score_of((100, 90), (0, AWAITING), (0, LineState.ERROR)) == 90.00


def test_a_section_that_only_watches_keeps_nobody_waiting() -> None:
    lines = batch([(100, 90), (100, AWAITING)], sections=[[(0, 100), (1, 0)]])
    assert total(lines, DEFAULT).score[0] == 90.00


def test_where_nothing_counts_nobody_is_rated_whatever_the_minimum_coverage() -> None:
    policy = replace(DEFAULT, minimum_coverage=Decimal(0))
    result = total(batch([(100, NOT_APPLICABLE)], [(100, 0)]), policy)
    assert result.state.tolist() == [ScoreState.NOT_RATED, ScoreState.SCORED]


def test_states_are_stored_as_numbers_that_never_change() -> None:
    assert {state.name: state.value for state in LineState} == {
        "OK": 0,
        "AWAITING_DATA": 1,
        "NOT_APPLICABLE": 2,
        "EXCLUDED": 3,
        "UNMARKED": 4,
        "ERROR": 5,
    }
    assert {state.name: state.value for state in ScoreState} == {
        "SCORED": 0,
        "AWAITING_DATA": 1,
        "NOT_RATED": 2,
        "ERROR": 3,
    }


def test_an_excluded_line_counts_like_one_that_does_not_apply() -> None:
    policy = TotalPolicy(not_applicable=MissingRule.ZERO)
    assert score_of((70, 90), (30, LineState.EXCLUDED), policy=policy) == 90.00


def test_a_sheet_without_lines_or_weight_is_not_rated() -> None:
    result = total(batch([], [(0, 90)]), DEFAULT)
    assert result.state.tolist() == [ScoreState.NOT_RATED, ScoreState.NOT_RATED]


@pytest.mark.parametrize(
    "broken",
    [
        {"score": np.array([np.nan, 80.0])},
        {"weight": np.array([-1, 5])},
        {"state": np.array([0], np.uint8)},
        {"sheet_start": np.array([0, 1])},
        {"days": np.array([1.0])},
        {"bonus": np.array([1.0, 2.0])},
        {"penalty": np.array([-1.0])},
    ],
)
def test_a_batch_that_cannot_be_is_refused(broken: dict[str, np.ndarray]) -> None:
    good = batch([(50, 90), (50, 80)])
    with pytest.raises(ValueError, match=r"."):
        replace(good, **broken)


_MARK = st.one_of(
    st.floats(-50, 200, allow_nan=False, width=32),
    st.sampled_from([s for s in LineState if s is not LineState.OK]),
)
_SHEET = st.lists(st.tuples(st.sampled_from([0, 10, 20, 25, 33.3333, 40, 100]), _MARK), max_size=9)


@given(st.lists(_SHEET, min_size=1, max_size=6), st.sampled_from([*EVERY_RULE, DEFAULT]))
def test_one_sheet_alone_has_the_same_bits_as_among_many(sheets: list[list[Line]], policy: TotalPolicy) -> None:
    many = total(batch(*sheets), policy)
    at = 0
    for row, sheet in enumerate(sheets):
        alone = total(batch(sheet), policy)
        for name in ("score", "raw", "base", "state", "grade", "coverage"):
            assert getattr(alone, name).tobytes() == getattr(many, name)[row : row + 1].tobytes(), name
        assert alone.line_points.tobytes() == many.line_points[at : at + len(sheet)].tobytes()
        at += len(sheet)


@given(_SHEET, st.sampled_from(EVERY_RULE))
def test_a_score_lies_within_floor_and_cap_and_is_the_sum_of_its_lines(sheet: list[Line], policy: TotalPolicy) -> None:
    result = total(batch(sheet), policy)
    if result.state[0] == ScoreState.SCORED:
        assert 0 <= result.score[0] <= 120
        assert np.nansum(result.line_points) == pytest.approx(result.base[0], abs=1e-9)
    else:
        assert np.isnan(result.score[0])
        assert result.grade[0] == -1


@given(_SHEET, st.floats(0, 50))
def test_a_better_line_never_lowers_a_total(sheet: list[Line], more: float) -> None:
    before = total(batch(sheet), DEFAULT)
    better = [(w, m if isinstance(m, LineState) else m + more) for w, m in sheet]
    after = total(batch(better), DEFAULT)
    assert before.state[0] == after.state[0]
    assert before.state[0] != ScoreState.SCORED or after.score[0] >= before.score[0]


def test_columns_are_not_changed_by_totalling() -> None:
    lines = batch([(50, 200), (50, AWAITING)])
    before = {name: None if (c := getattr(lines, name)) is None else c.copy() for name in LineBatch.__slots__}
    total(lines, DEFAULT)
    for name, column in before.items():
        assert column is None or np.array_equal(column, getattr(lines, name), equal_nan=True)
