"""Units: exact conversion, the words of files, and numbers as people read them."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiyu.lib.text import counted
from jiyu.lib.units import (
    UNITS,
    Unit,
    UnitMismatch,
    conversion,
    convert,
    convert_micro,
    find_unit,
    format_micro,
    format_number,
    format_value,
)

YUAN, WAN, PERCENT = UNITS["yuan"], UNITS["wan_yuan"], UNITS["percent"]


@pytest.mark.parametrize(
    ("word", "code"),
    [
        ("万元", "wan_yuan"),
        ("（万元）", "wan_yuan"),
        ("(万)", "wan_yuan"),
        ("％", "percent"),
        ("%", "percent"),
        ("分", "score"),
        ("分钟", "minute"),
        ("PPM", "ppm"),
        ("千件", "kilo_piece"),
        (" 件/人时 ", "piece_per_hour"),
        ("wan_yuan", "wan_yuan"),
    ],
)
def test_a_unit_is_found_by_every_word_people_write(word: str, code: str) -> None:
    assert find_unit(word) is UNITS[code]


def test_an_unknown_word_is_no_unit() -> None:
    assert find_unit("箩筐") is None
    assert find_unit("") is None


def test_no_word_names_two_units() -> None:
    for unit in UNITS.values():
        for word in filter(None, (unit.code, unit.label.zh, *unit.aliases)):
            assert find_unit(word) is unit, word


def test_units_are_stored_by_code_and_their_size_never_changes() -> None:
    assert {code: (unit.dimension, str(unit.factor)) for code, unit in UNITS.items()} == {
        "number": ("number", "1"),
        "percent": ("percent", "1/100"),
        "ratio": ("percent", "1"),
        "permille": ("percent", "1/1000"),
        "ppm": ("percent", "1/1000000"),
        "yuan": ("money", "1"),
        "kilo_yuan": ("money", "1000"),
        "wan_yuan": ("money", "10000"),
        "yi_yuan": ("money", "100000000"),
        "second": ("time", "1/60"),
        "minute": ("time", "1"),
        "hour": ("time", "60"),
        "day": ("time", "1440"),
        "piece": ("count", "1"),
        "kilo_piece": ("count", "1000"),
        "item": ("count", "1"),
        "occurrence": ("count", "1"),
        "person": ("count", "1"),
        "order": ("count", "1"),
        "score": ("score", "1"),
        "piece_per_hour": ("output_rate", "1"),
    }
    assert all(unit.code == code for code, unit in UNITS.items())


def test_yuan_become_wan_yuan_exactly_and_never_by_ten_thousand_too_much() -> None:
    assert convert_micro(4_613_000_000_000, YUAN, WAN) == 461_300_000
    assert convert(4_613_000, YUAN, WAN) == 461.3
    assert convert(118.0, WAN, YUAN) == 1_180_000.0


def test_a_ratio_becomes_percent_and_ppm() -> None:
    assert convert(0.975, UNITS["ratio"], PERCENT) == 97.5
    assert convert(0.000_3, UNITS["ratio"], UNITS["ppm"]) == 300.0
    assert conversion(UNITS["hour"], UNITS["minute"]) == 60


def test_a_seventh_decimal_is_rounded_half_up_away_from_zero() -> None:
    assert convert_micro(5_000, YUAN, WAN) == 1  # 0.0000005 万元
    assert convert_micro(4_999, YUAN, WAN) == 0
    assert convert_micro(-5_000, YUAN, WAN) == -1


def test_money_is_never_turned_into_time() -> None:
    with pytest.raises(UnitMismatch) as refused:
        convert(1.0, YUAN, UNITS["hour"])
    assert refused.value.problem.code == "units.dimension"
    assert refused.value.problem.message.zh == "“元”换不成“小时”。"


@pytest.mark.parametrize(
    ("value", "unit", "decimals", "zh"),
    [
        (97.5, PERCENT, 2, "97.50 %"),
        (320, WAN, None, "320 万元"),
        (4368, UNITS["piece"], None, "4,368 件"),
        (-20, UNITS["score"], None, "−20 分"),
        (Decimal("1234567.891"), YUAN, 2, "1,234,567.89 元"),
        (0.5, UNITS["number"], None, "0.5"),
        (1.0, UNITS["occurrence"], 0, "1 次"),
    ],
)
def test_numbers_are_written_in_the_habit_of_the_house(
    value: float | Decimal, unit: Unit, decimals: int | None, zh: str
) -> None:
    assert format_value(value, unit, decimals) == zh


def test_english_has_its_own_labels() -> None:
    assert format_value(4368, UNITS["piece"], language="en") == "4,368 pcs"
    assert format_value(8, UNITS["item"], language="en") == "8"


def test_a_stored_number_is_written_from_its_millionths() -> None:
    assert format_micro(97_500_000, PERCENT, 2) == "97.50 %"
    assert format_micro(80_000_000_000_123_456, UNITS["number"]) == "80,000,000,000.123456"


def test_display_rounds_what_is_meant_not_what_the_double_is() -> None:
    assert format_number(0.4 * 91.70 + 0.3 * 81.50 + 0.3 * 79.55, 2) == "85.00"
    assert format_number(1.005, 2) == "1.01"
    assert format_number(-1.005, 2) == "−1.01"
    assert format_number(-0.001, 2) == "0.00"


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
def test_what_is_no_number_is_not_written_as_one(value: float) -> None:
    with pytest.raises(ValueError, match="finite"):
        format_number(value)


@given(st.integers(-(10**15), 10**15), st.sampled_from([u for u in UNITS.values() if u.dimension == "money"]))
def test_converting_there_and_back_moves_at_most_the_last_decimal(micro: int, unit: Unit) -> None:
    there = convert_micro(micro, YUAN, unit)
    assert abs(convert_micro(there, unit, YUAN) - micro) <= unit.factor / 2


@pytest.mark.parametrize(
    ("number", "code", "decimals", "en"),
    [
        (1, "occurrence", None, "1 time"),
        (0, "occurrence", None, "0 times"),
        (2, "occurrence", None, "2 times"),
        (1.5, "occurrence", None, "1.5 times"),
        (1, "occurrence", 2, "1.00 times"),
        (1, "person", None, "1 person"),
        (1, "day", None, "1 day"),
        (1, "piece", None, "1 pc"),
        (1, "order", None, "1 order"),
        (1, "score", None, "1 point"),
        (1, "piece_per_hour", None, "1 pc/h"),
        (1, "percent", None, "1 %"),
        (1, "item", None, "1"),
    ],
)
def test_english_says_one_of_a_thing_in_the_singular(number: float, code: str, decimals: int | None, en: str) -> None:
    assert format_value(number, UNITS[code], decimals, "en") == en


def test_chinese_says_one_as_any_number() -> None:
    assert {format_value(1, UNITS[code]) for code in ("occurrence", "person", "day")} == {"1 次", "1 人", "1 天"}


def test_things_that_are_no_unit_are_counted_too() -> None:
    assert [counted(n, "row", "rows") for n in (0, 1, 2, 4368)] == ["0 rows", "1 row", "2 rows", "4,368 rows"]
    assert [counted(shown, "point", "points") for shown in ("1", "1.00")] == ["1 point", "1.00 points"]
