"""The corpus of frozen results, replayed; and the stories it is made of."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.companies import marks, points_rules, result, roster, scored, sheets
from tests.reviews import golden
from tests.reviews.test_methods_explained import KINDS, line
from tests.reviews.test_stories import b3, march, night_shift

CASES = golden.load()


@pytest.mark.parametrize("name", CASES)
def test_what_inputs_once_came_to_they_still_come_to(name: str) -> None:
    assert golden.outcome(golden.replayed(CASES[name])) == CASES[name]["result"]


def weighed(lines: list[Any], numbers: str, **scheme: str) -> None:
    roster("000317")
    codes = [code for code, _weight in lines]
    points_rules(*codes, **scheme)
    marks(",".join(codes), f"000317,{numbers}")
    sheets({"000317": lines})
    scored()


def b3_scored() -> None:
    b3()
    night_shift()
    scored(period="2026-03")


A4 = [("a", 50), ("b", 30), ("c", 20)]
A5 = [("a", 30), ("b", 25), ("c", 15), ("d", 30)]
STORIES: dict[str, Callable[[], object]] = {
    "a4 renormalised": lambda: weighed(A4, "80,,90", awaiting_data="renormalise"),
    "a4 as zero": lambda: weighed(A4, "80,,90", awaiting_data="zero"),
    "a4 waits": lambda: weighed(A4, "80,,90"),
    "a4 not rated": lambda: weighed(A4, ",,90", awaiting_data="renormalise"),
    "a4 thirds": lambda: weighed(
        [("a", "33.3333"), ("b", "33.3333"), ("c", "33.3334")], "5,5,", awaiting_data="renormalise"
    ),
    "a5 one decimal": lambda: weighed(A5, "77.6,89.3,67.3,97.5", decimals="1"),
    "84.995": lambda: weighed([("a", 40), ("b", 30), ("c", 30)], "91.70,81.50,79.55"),
    "b3 night shift": b3_scored,
    "b5 march": march,
    **{f"method: {k[0]}": (lambda k=k: line(k[1], k[2], k[3])) for k in KINDS},
}


@pytest.mark.slow
@pytest.mark.django_db
@pytest.mark.parametrize("name", STORIES)
def test_a_story_is_in_the_corpus_as_it_comes_out_today(name: str) -> None:
    STORIES[name]()
    period = "2026-03" if name.startswith(("b3", "b5")) else "2026Q1"
    made = golden.freeze(result("000317", period=period))
    if golden.UPDATE:
        golden.add(name, made)
    assert golden.load().get(name) == made, "add it with JIYU_GOLDEN_UPDATE=1; a case that is there never changes"
