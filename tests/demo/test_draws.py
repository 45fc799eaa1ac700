"""Draws: exact sums, exact percentiles, streams that do not disturb each other."""

from __future__ import annotations

import pytest

from jiyu.config.demo.files.draw import (
    around_percentile,
    ratings,
    spread,
    spread_by,
    spread_within,
    stream,
)
from jiyu.config.demo.files.rules import Rule


def test_spread_keeps_the_total_and_stays_near_even() -> None:
    parts = spread(1001, 7, stream(1, "a"), unevenness=0.1)
    assert sum(parts) == 1001
    assert all(125 <= part <= 161 for part in parts)


def test_spread_by_gives_the_rest_to_the_largest_remainders() -> None:
    assert spread_by(10, [1, 1, 1]) == [4, 3, 3]
    assert spread_by(143, [3, 15, 30, 42, 10]) == [4, 22, 43, 60, 14]
    assert spread_by(-10, [1, 1, 1]) == [-4, -3, -3]


def test_spread_within_never_passes_a_limit() -> None:
    parts = spread_within(14, [5, 0, 10], stream(1, "b"))
    assert sum(parts) == 14
    assert parts[0] <= 5
    assert parts[1] == 0
    with pytest.raises(ValueError, match="more to share"):
        spread_within(16, [5, 0, 10], stream(1, "b"))


@pytest.mark.parametrize(("count", "share"), [(2, 0.8), (7, 0.5), (10, 0.9), (11, 0.9), (124, 0.9)])
def test_percentile_of_the_drawn_numbers_is_the_wished_one(count: int, share: float) -> None:
    numbers = sorted(around_percentile(count, share, 40, stream(1, count)))
    place = share * (count - 1)
    low = int(place)
    high = min(low + 1, count - 1)
    assert len(numbers) == count
    assert numbers[low] + (place - low) * (numbers[high] - numbers[low]) == 40


def test_ratings_are_marks_of_one_to_five_with_the_wished_sum() -> None:
    marks = ratings(50, 223, stream(1, "c"))
    assert len(marks) == 50
    assert sum(marks) == 223
    assert set(marks) <= {1, 2, 3, 4, 5}
    assert len(set(marks)) > 2


def test_streams_of_two_topics_are_independent_and_repeatable() -> None:
    first = [stream(1, "x").random() for _ in range(2)]
    assert first[0] == first[1]
    assert first[0] != stream(1, "y").random()
    assert first[0] != stream(2, "x").random()


@pytest.mark.parametrize(
    ("rule", "value", "score"),
    [
        (Rule("three_point", 98, 96, 99), 2115 / 21.60, 98.3333),
        (Rule("three_point", 3, 5, 1), 3.6, 88.0),
        (Rule("three_point", 3, 5, 1), 5.1, 0.0),
        (Rule("per_unit", 95, deduct=2), 92.3, 94.6),
        (Rule("linear", 5_000_000, 60), 4_613_000, 92.26),
        (Rule("linear", 100, 60), 59.9, 0.0),
        (Rule("count", 0, deduct=20), 1, 80.0),
        (Rule("between", 0.7, 0.3, 1.0), 0.85, 110.0),
    ],
)
def test_placing_rules_agree_with_the_cases(rule: Rule, value: float, score: float) -> None:
    assert rule.score(value) == pytest.approx(score, abs=1e-4)


def test_value_is_the_inverse_of_score() -> None:
    for rule in (Rule("three_point", 98, 96, 99), Rule("three_point", 3, 5, 1), Rule("linear", 400, 60)):
        for score in (65.0, 88.0, 100.0, 111.0):
            assert rule.score(rule.value(score)) == pytest.approx(score)
