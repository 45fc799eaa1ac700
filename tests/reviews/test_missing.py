"""Missing is not zero, and zero is zero (CASES A4, B4; RULES "Missing by cause")."""

from __future__ import annotations

import pytest
from tests.companies import marks, points_rules, roster, score_and_grade, scored, sheets

pytestmark = pytest.mark.django_db

FIFTY_THIRTY_TWENTY = [("a", 50), ("b", 30), ("c", 20)]


def weighed(rows: str, **scheme: object) -> tuple[str, str]:
    """The total of 50/30/20 with these three numbers ("80,,90") by a scheme with these fields."""
    roster("000317")
    points_rules("a", "b", "c", **scheme)
    marks("a,b,c", f"000317,{rows}")
    sheets({"000317": FIFTY_THIRTY_TWENTY})
    scored()
    return score_and_grade("000317")


def test_what_has_not_come_leaves_its_weight_to_the_others_where_hr_says_so() -> None:
    assert weighed("80,,90", awaiting_data="renormalise") == ("82.86", "B")
