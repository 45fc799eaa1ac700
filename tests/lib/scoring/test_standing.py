"""How a number stands, in the words of the page."""

from fractions import Fraction

import pytest

from jiyu.lib.scoring import (
    Direction,
    LineValues,
    Measure,
    Part,
    Standing,
    pace,
    stand_by_score,
    stand_by_target,
    stand_by_time,
    to_go,
)
from jiyu.lib.text import Text
from jiyu.lib.units import UNITS

GONE = Fraction(50, 91)  # 54.95 % of the second quarter on 05-20
PERCENT, WAN, PIECE = UNITS["percent"], UNITS["wan_yuan"], UNITS["piece"]
SIGNED = Measure(Text("签单额"), WAN)
GOOD, PLANNED = Part(Text("合格报工", "good parts"), PIECE), Part(Text("计划", "plan"), PIECE)
PLAN = Measure(Text("计划达成"), PERCENT, 2, GOOD, PLANNED)
YIELD = Measure(Text("一次合格率"), PERCENT, 2, Part(Text("首检合格"), PIECE), Part(Text("送检"), PIECE))
FIRST_PASS = LineValues(numerator=2115, denominator=2160, target=98)
MARGIN = Measure(Text("毛利率"), PERCENT)


@pytest.mark.parametrize(
    ("attainment", "standing", "zh"),
    [
        (64.0, Standing.AHEAD, "快 9 个百分点"),
        (41.67, Standing.BEHIND, "慢 13 个百分点"),
        (51.67, Standing.BEHIND, "慢 3 个百分点"),
        (54.17, Standing.ON_TIME, "踩点"),
        (56.9, Standing.ON_TIME, "踩点"),
        (100.0, Standing.AHEAD, "已过目标"),
    ],
)
def test_an_open_period_compares_with_the_time_gone(attainment: float, standing: Standing, zh: str) -> None:
    stand = stand_by_time(attainment, GONE)
    assert (stand.standing, stand.words.zh) == (standing, zh)


@pytest.mark.parametrize(
    ("actual", "target", "direction", "standing", "zh"),
    [
        (386.4 / 412 * 100, 95, Direction.HIGHER, Standing.BEHIND, "差 1.21 个百分点"),
        (22.61, 22, Direction.HIGHER, Standing.AHEAD, "已过目标"),
        (95.0, 95, Direction.HIGHER, Standing.AHEAD, "已过目标"),
        (3.6, 3, Direction.LOWER, Standing.BEHIND, "差 0.6 个百分点"),
        (2.9, 3, Direction.LOWER, Standing.AHEAD, "已过目标"),
    ],
)
def test_a_rate_compares_with_its_target(
    actual: float, target: float, direction: Direction, standing: Standing, zh: str
) -> None:
    stand = stand_by_target(MARGIN, actual, target, direction)
    assert (stand.standing, stand.words.zh) == (standing, zh)


@pytest.mark.parametrize(
    ("score", "standing", "zh"),
    [
        (100.0, Standing.AHEAD, "已过目标"),
        (99.996, Standing.AHEAD, "已过目标"),
        (97.5, Standing.CLOSE, "差一点"),
        (95.0, Standing.CLOSE, "差一点"),
        (94.99, Standing.BEHIND, "差 5.01 分"),
    ],
)
def test_a_closed_period_compares_with_full_points(score: float, standing: Standing, zh: str) -> None:
    stand = stand_by_score(score)
    assert (stand.standing, stand.words.zh) == (standing, zh)


@pytest.mark.parametrize(
    ("measure", "values", "direction", "zh"),
    [
        (SIGNED, LineValues(actual=320, target=500), Direction.HIGHER, "还差 180 万元"),
        (SIGNED, LineValues(actual=520, target=500), Direction.HIGHER, "比目标高 20 万元"),
        (SIGNED, LineValues(actual=500, target=500), Direction.HIGHER, "正好到目标"),
        (PLAN, LineValues(numerator=4368, denominator=4480), Direction.HIGHER, "还差 112 件到计划"),
        (PLAN, LineValues(numerator=4490, denominator=4480), Direction.HIGHER, "比计划多 10 件"),
        (PLAN, LineValues(numerator=4480, denominator=4480), Direction.HIGHER, "正好到计划"),
        (
            YIELD,
            LineValues(numerator=2115, denominator=2160, target=98),
            Direction.HIGHER,
            "再多 2 件就到 98 %",
        ),
        (YIELD, LineValues(numerator=30, denominator=100, target=20), Direction.LOWER, "再少 10 件就到 20 %"),
        (MARGIN, LineValues(actual=22.61, target=22), Direction.HIGHER, "比目标高 0.61 个百分点"),
        (MARGIN, LineValues(actual=2.5, target=3), Direction.LOWER, "比目标低 0.5 个百分点"),
        (MARGIN, LineValues(target=3), Direction.LOWER, None),
        (MARGIN, LineValues(actual=3), Direction.LOWER, None),
        (YIELD, LineValues(numerator=0, denominator=0, target=98), Direction.HIGHER, None),
    ],
)
def test_what_is_still_to_go(
    measure: Measure, values: LineValues, direction: Direction, zh: str | None
) -> None:
    text = to_go(measure, values, direction)
    assert (text.zh if text is not None else None) == zh


def test_english_says_it_short() -> None:
    text = to_go(PLAN, LineValues(numerator=4368, denominator=4480))
    assert text is not None
    assert text.en == "112 pcs to go to plan"
    rate = to_go(YIELD, FIRST_PASS)
    assert rate is not None
    assert rate.en == "2 pcs more to reach 98 %"


def test_the_end_at_this_speed() -> None:
    got = pace(320, GONE)
    assert got is not None
    assert round(got, 1) == 582.4
    assert pace(320, Fraction(0)) is None
