"""Grades by the rounded score."""

from decimal import Decimal

import numpy as np
import pytest

from jiyu.lib.scoring import DEFAULT_SCALE, Grade, GradeScale


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
