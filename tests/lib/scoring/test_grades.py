"""Grades by the rounded score, and the guideline distribution as cumulative caps."""

from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiyu.lib.formula.numeric import round_half_up
from jiyu.lib.scoring import (
    DEFAULT_SCALE,
    Grade,
    GradeScale,
    distribution_caps,
    over_caps,
    pool_units,
)

SHARES = [Fraction(n, 100) for n in (5, 15, 30, 40, 10)]


@pytest.mark.parametrize(
    ("score", "code"),
    [
        (120, "S"),
        (105, "S"),
        (104.99, "A"),
        (95, "A"),
        (94.99, "B+"),
        (85, "B+"),
        (84.99, "B"),
        (70, "B"),
        (0, "C"),
    ],
)
def test_the_default_scale_includes_its_minimum(score: float, code: str) -> None:
    index = DEFAULT_SCALE.index_of(np.array([score], np.float64))[0]
    assert DEFAULT_SCALE.codes()[index] == code


def test_without_a_score_there_is_no_grade() -> None:
    assert DEFAULT_SCALE.index_of(np.array([np.nan])).tolist() == [-1]


def test_a_grade_is_found_by_its_code() -> None:
    assert DEFAULT_SCALE.index("B+") == 2
    with pytest.raises(KeyError):
        DEFAULT_SCALE.index("D")


def test_the_default_scale_has_no_problem() -> None:
    assert DEFAULT_SCALE.check() == []


@pytest.mark.parametrize(
    ("grades", "code"),
    [
        ([("A", "90"), ("B", "90"), ("C", None)], "scoring.grade_order"),
        ([("A", "80"), ("B", "90"), ("C", None)], "scoring.grade_order"),
        ([("A", None), ("B", "90"), ("C", None)], "scoring.grade_order"),
        ([("A", "90"), ("A", "80"), ("C", None)], "scoring.grade_twice"),
        ([("A", "90"), ("B", "60")], "scoring.grade_open"),
    ],
)
def test_a_scale_that_leaves_doubt_is_told(grades: list[tuple[str, str | None]], code: str) -> None:
    scale = GradeScale(grades=tuple(Grade(code=c, minimum=None if m is None else Decimal(m)) for c, m in grades))
    assert [problem.code for problem in scale.check()] == [code]


def test_a_scale_survives_json_and_refuses_unknown_keys() -> None:
    assert GradeScale.model_validate_json(DEFAULT_SCALE.model_dump_json()) == DEFAULT_SCALE
    with pytest.raises(ValueError, match="colour"):
        GradeScale.model_validate({"grades": [{"code": "A", "colour": "red"}]})


def test_caps_are_cumulative_where_plain_rounding_gives_13_grades_to_12_people() -> None:
    plain = [int(round_half_up(float(12 * share), 0)) for share in SHARES]
    assert (plain, sum(plain)) == ([1, 2, 4, 5, 1], 13)
    assert distribution_caps(12, SHARES) == (0, 2, 6, 10, 12)


def test_small_units_apart_have_no_s_and_pooled_they_have() -> None:
    units = {"一班": 4, "二班": 6, "三班": 8, "四班": 8}
    apart = [distribution_caps(people, SHARES) for people in units.values()]
    assert [caps[0] for caps in apart] == [0, 0, 0, 0]
    assert sum(caps[1] for caps in apart) == 3
    assert pool_units(units, 10) == (("一班", "二班", "三班", "四班"),)
    assert distribution_caps(sum(units.values()), SHARES)[:2] == (1, 5)


def test_large_units_stay_apart_and_small_ones_share() -> None:
    assert pool_units({"大": 12, "小": 3, "中": 10, "微": 2}, 10) == (("大",), ("中",), ("小", "微"))
    assert pool_units({"大": 12}, 10) == (("大",),)


@pytest.mark.parametrize(("unit_grade_share", "most"), [(30, 4), (20, 2), (10, 1)])
def test_the_units_own_grade_sets_its_caps(unit_grade_share: int, most: int) -> None:
    assert distribution_caps(14, [Fraction(unit_grade_share, 100)]) == (most,)


def test_what_is_over_a_cap_is_counted_cumulatively() -> None:
    assert over_caps([1, 2, 3, 6, 0], (0, 2, 6, 10, 12)) == (1, 1, 0, 2, 0)
    assert over_caps([0, 2, 4, 4, 2], (0, 2, 6, 10, 12)) == (0, 0, 0, 0, 0)


@given(st.integers(0, 5_000), st.lists(st.integers(0, 40), min_size=1, max_size=6))
def test_caps_never_fall_and_never_exceed_their_share(people: int, percents: list[int]) -> None:
    shares = [Fraction(p, 100) for p in percents]
    caps = distribution_caps(people, shares)
    assert list(caps) == sorted(caps)
    for n, cap in enumerate(caps, start=1):
        assert cap <= people * sum(shares[:n]) < cap + 1
