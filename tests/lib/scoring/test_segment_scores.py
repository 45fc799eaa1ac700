"""Lines whose target or post changed inside the period: joined by days, clamped once."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from jiyu.lib.scoring import LineState, Measure, Part, parse_method, score_segments
from jiyu.lib.text import Text
from jiyu.lib.units import UNITS

LINEAR = parse_method({"kind": "linear"})
PART = Part(Text("数", "number"))
RATE = Measure(unit=UNITS["percent"], numerator=PART, denominator=PART)


def joined(actual: list[float], target: list[float], days: list[float]) -> tuple[float, LineState]:
    inputs = {"actual": np.array([actual]), "target": np.array([target])}
    scores = score_segments(LINEAR, Measure(), inputs, np.array([days]))
    return float(scores.score[0]), LineState(int(scores.state[0]))


def test_segments_are_clamped_once_after_joining() -> None:
    assert joined([700, 400], [500, 500], [10, 10]) == (110.0, LineState.OK)


def test_the_joined_score_is_clamped() -> None:
    assert joined([700, 700], [500, 500], [10, 20]) == (120.0, LineState.OK)
    assert joined([-50, -50], [500, 500], [10, 20]) == (0.0, LineState.OK)


def test_a_rate_is_weighed_by_segment_days() -> None:
    assert joined([82, 91], [100, 100], [32, 27]) == ((32 * 82 + 27 * 91) / 59, LineState.OK)


def test_a_segment_that_is_not_there_needs_no_numbers() -> None:
    assert joined([82, np.nan], [100, np.nan], [32, 0]) == (82.0, LineState.OK)
    assert joined([82, np.nan], [100, np.nan], [0.5, 0]) == (82.0, LineState.OK)


def test_a_segment_that_awaits_data_makes_the_line_wait() -> None:
    score, state = joined([82, np.nan], [100, 100], [32, 27])
    assert np.isnan(score)
    assert state is LineState.AWAITING_DATA


def test_a_wrong_segment_is_worse_than_a_waiting_one() -> None:
    assert joined([82, np.nan], [0, 100], [32, 27])[1] is LineState.ERROR


def test_a_segment_with_nothing_to_measure_leaves_its_days_to_the_others() -> None:
    method = parse_method({"kind": "linear", "against": "whole"})
    inputs = {"numerator": np.array([[9.0, 0], [0, 0]]), "denominator": np.array([[10.0, 0], [0, 0]])}
    scores = score_segments(method, RATE, inputs, np.array([[10.0, 20], [10, 20]]))
    assert scores.score[0] == 90.0
    assert scores.state.tolist() == [LineState.OK, LineState.NOT_APPLICABLE]


@given(st.lists(st.tuples(st.floats(-10, 200), st.floats(-10, 200)), min_size=1, max_size=9))
def test_one_line_alone_has_the_same_bits_as_among_many(actuals: list[tuple[float, float]]) -> None:
    actual = np.array(actuals)
    inputs, days = (
        {"actual": actual, "target": np.full(actual.shape, 99.0)},
        np.full(actual.shape, [32.0, 27.0]),
    )
    many = score_segments(LINEAR, Measure(), inputs, days)
    for i in range(len(actual)):
        one = {name: column[i : i + 1] for name, column in inputs.items()}
        alone = score_segments(LINEAR, Measure(), one, days[i : i + 1])
        assert alone.score.tobytes() == many.score[i : i + 1].tobytes()
