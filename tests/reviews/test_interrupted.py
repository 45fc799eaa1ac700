"""Scoring that is cut off in the middle: what was written stands, nothing is doubled, and a second run ends as if
nothing had happened (issue: "a worker killed in the middle of … a scoring run")."""

from __future__ import annotations

from typing import Any

import pytest

from jiyu.reviews import services
from jiyu.reviews.models import Result, ResultLine
from tests.companies import marks, opened, points_rules, roster, score_and_grade, scored, sheets

pytestmark = pytest.mark.django_db
NUMBERS = ("000001", "000002", "000003", "000004", "000005")


class PowerCutError(Exception):
    """The process ends here."""


def test_a_run_cut_off_between_two_chunks_is_finished_by_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    roster(*NUMBERS)
    points_rules("质量", "数量")
    sheets({number: [("质量", 50), ("数量", 50)] for number in NUMBERS})
    marks("质量,数量", *(f"{number},90,{80 + place}" for place, number in enumerate(NUMBERS)))
    opened()
    monkeypatch.setattr(services, "CHUNK", 2)
    write = services._write
    calls = 0

    def cut_off_at_the_second(*arguments: Any) -> int:
        nonlocal calls
        calls += 1
        if calls == 2:
            raise PowerCutError
        return write(*arguments)

    monkeypatch.setattr(services, "_write", cut_off_at_the_second)
    with pytest.raises(PowerCutError):
        scored()
    assert Result.objects.count() == 2  # the first chunk stands, whole
    assert ResultLine.objects.count() == 4

    monkeypatch.setattr(services, "_write", write)
    outcome = scored()
    assert (outcome.revised, outcome.unchanged, outcome.scored) == (3, 2, 5)
    assert Result.objects.count() == 5
    assert set(Result.objects.values_list("rev", flat=True)) == {1}
    assert [score_and_grade(number) for number in NUMBERS] == [
        ("85.00", "B+"),
        ("85.50", "B+"),
        ("86.00", "B+"),
        ("86.50", "B+"),
        ("87.00", "B+"),
    ]
