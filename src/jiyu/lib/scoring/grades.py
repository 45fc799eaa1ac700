"""Grades: the scale that turns a rounded score into S A B+ B C.

Source: DESIGN §3 (bands compare the rounded score), §6.
"""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise
from typing import Annotated

import numpy as np
import numpy.typing as npt
from pydantic import BaseModel, ConfigDict, Field

from jiyu.lib.text import Problem, Text
from jiyu.lib.units import format_number

NO_GRADE = -1
"""Index of "no grade": no score yet, or not rated."""


class Grade(BaseModel):
    """One step of a scale; `minimum` is its lowest rounded score, None for the last step ("the rest")."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: Annotated[str, Field(min_length=1, max_length=20)]
    minimum: Decimal | None = None


class GradeScale(BaseModel):
    """Grades from best to worst. The last one has no minimum, so that every score has a grade."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    grades: Annotated[tuple[Grade, ...], Field(min_length=1, max_length=20)]

    def codes(self) -> tuple[str, ...]:
        """The codes from best to worst; an index into them is what a result stores."""
        return tuple(grade.code for grade in self.grades)

    def index(self, code: str) -> int:
        """Position of a grade, 0 the best. Raises KeyError for a code that is not on the scale."""
        try:
            return self.codes().index(code)
        except ValueError:
            raise KeyError(code) from None

    def check(self) -> list[Problem]:
        """What makes the scale unusable: codes twice, minimums not falling, no last "the rest"."""
        problems: list[Problem] = []
        codes = self.codes()
        for code in sorted({code for code in codes if codes.count(code) > 1}):
            problems.append(
                Problem(
                    "scoring.grade_twice",
                    Text("等级“{code}”写了两次。", "Grade '{code}' is there twice.").format(code=code),
                    Text("每个等级只留一行。", "Keep one row per grade."),
                    path="grades",
                )
            )
        for number, (better, worse) in enumerate(pairwise(self.grades), start=1):
            if better.minimum is None or (worse.minimum is not None and worse.minimum >= better.minimum):
                problems.append(
                    Problem(
                        "scoring.grade_order",
                        Text(
                            "“{a}”的最低分要高于“{b}”的。",
                            "The minimum of '{a}' must be above that of '{b}'.",
                        ).format(a=better.code, b=worse.code),
                        Text("从高到低重新填最低分。", "Fill in the minimums from high to low."),
                        path=f"grades.{number}.minimum",
                    )
                )
        if self.grades[-1].minimum is not None:
            problems.append(
                Problem(
                    "scoring.grade_open",
                    Text("低于 {low} 分的人没有等级。", "Scores below {low} have no grade.").format(
                        low=format_number(self.grades[-1].minimum)
                    ),
                    Text("最后一档不写最低分，表示“其余”。", "Leave the last minimum empty: 'the rest'."),
                    path=f"grades.{len(self.grades) - 1}.minimum",
                )
            )
        return problems

    def index_of(self, scores: npt.NDArray[np.float64]) -> npt.NDArray[np.int16]:
        """Index of the grade of each *rounded* score (exact comparison); NO_GRADE for NaN."""
        # A grade or a better one is reached at the lowest minimum so far; the steps not reached are counted.
        minimums = [np.inf if g.minimum is None else float(g.minimum) for g in self.grades[:-1]]
        below = np.zeros(scores.shape, dtype=np.uint8)
        for minimum in np.minimum.accumulate(minimums) if minimums else ():
            below += (scores < minimum).view(np.uint8)
        result = below.astype(np.int16)
        result[np.isnan(scores)] = NO_GRADE
        return result


DEFAULT_SCALE = GradeScale(
    grades=(
        Grade(code="S", minimum=Decimal(105)),
        Grade(code="A", minimum=Decimal(95)),
        Grade(code="B+", minimum=Decimal(85)),
        Grade(code="B", minimum=Decimal(70)),
        Grade(code="C"),
    )
)
"""S ≥ 105, A ≥ 95, B+ ≥ 85, B ≥ 70, the rest C (RULES "Defaults")."""
