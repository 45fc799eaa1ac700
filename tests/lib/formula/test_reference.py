"""The reference pages are fresh, and each of their examples is true."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import pytest

from jiyu.lib.formula import FUNCTIONS
from jiyu.lib.formula.operators import general
from jiyu.lib.formula.reference import RULES, SUBJECTS, render
from tests.lib.formula.formula_kit import result

PAGES = Path(__file__).parents[3] / "docs" / "ref"
EXAMPLES = [e for f in FUNCTIONS.values() for e in f.examples] + [e for _, rules in RULES for e in rules]


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, datetime.date):
        return value.isoformat()
    return general(value) if isinstance(value, float) else str(value)


@pytest.mark.parametrize(("formula", "expected"), EXAMPLES)
def test_every_example_is_true(formula: str, expected: str) -> None:
    assert _shown(result(formula)) == expected


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_pages_are_fresh(language: str) -> None:
    page = (PAGES / f"formula.{language}.md").read_text(encoding="utf-8")
    assert page == render(language), "run: python -m jiyu.lib.formula.reference docs/ref"


def test_every_function_has_its_place_on_the_page() -> None:
    assert {f.subject for f in FUNCTIONS.values()} == set(SUBJECTS)
    for function in FUNCTIONS.values():
        assert f"### {function.name}\n" in render("zh")


def test_the_functions_are_those_of_the_design() -> None:
    wanted = """
    IF IFS SWITCH AND OR NOT XOR IFERROR IFNA MIN MAX SUM AVERAGE COUNT COUNTA MEDIAN SUMPRODUCT
    LARGE SMALL TRIMMEAN PERCENTILE RANK SUMIF SUMIFS COUNTIF COUNTIFS AVERAGEIF AVERAGEIFS ROUND
    ROUNDUP ROUNDDOWN INT MOD ABS SIGN POWER SQRT EXP LN LOG10 CEILING FLOOR CONCAT LEN LEFT RIGHT
    MID TRIM UPPER LOWER FIND SUBSTITUTE TEXT VALUE DATE YEAR MONTH DAY WEEKDAY EDATE EOMONTH DAYS
    DATEDIF NETWORKDAYS TODAY XLOOKUP VLOOKUP CLAMP BAND PIECEWISE ISBLANK IFBLANK SUMBY AVERAGEBY
    RANKBY PERCENTRANKBY
    """
    assert set(FUNCTIONS) == set(wanted.split())
