"""The guideline distribution as cumulative caps, with the examples of RULES."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiyu.lib.distribution import UnitShares, caps_together, distribution_caps, over_caps, pool_units

SHARES = {grade: Fraction(n, 100) for grade, n in (("S", 5), ("A", 15), ("B+", 30), ("B", 40), ("C", 10))}
CREWS = {"一班": 4, "二班": 6, "三班": 8, "四班": 8}


def test_12_people_have_12_grades_not_13() -> None:
    plain = [int(12 * share + Fraction(1, 2)) for share in SHARES.values()]
    assert (plain, sum(plain)) == ([1, 2, 4, 5, 1], 13)
    caps = distribution_caps(12, SHARES)
    assert caps.most == (0, 2, 6, 10, 12)
    assert [step.zh for step in caps.steps[:2]] == [
        "S：12 人 × 5 % = 0.6，向下取整，最多 0 人",
        "S、A 合计：12 人 × 20 % = 2.4，向下取整，最多 2 人",
    ]
    assert caps.steps[2].en == "S, A and B+ together: 12 people × 50 % = 6, rounded down: at most 6"


def test_small_units_apart_have_almost_nobody_and_together_one_s() -> None:
    apart = [distribution_caps(people, SHARES).most for people in CREWS.values()]
    assert [caps[0] for caps in apart] == [0, 0, 0, 0]
    assert [caps[1] for caps in apart] == [0, 1, 1, 1]
    [pool] = pool_units(CREWS, 10)
    assert (pool.units, pool.people, pool.is_small) == (("一班", "二班", "三班", "四班"), 26, False)
    assert pool.words.zh == "一班 4 人、二班 6 人、三班 8 人、四班 8 人，都少于 10 人，合起来 26 人一起算"
    caps = distribution_caps(pool.people, SHARES)
    assert caps.most[:2] == (1, 5)
    assert caps_together([UnitShares(unit, people, SHARES) for unit, people in CREWS.items()]) == caps


def test_large_units_stay_alone_in_their_order_and_a_pool_that_stays_small_says_so() -> None:
    pools = pool_units({"大": 12, "小": 3, "中": 10, "微": 2}, 10)
    assert [(pool.units, pool.people, pool.is_small) for pool in pools] == [
        (("大",), 12, False),
        (("中",), 10, False),
        (("小", "微"), 5, True),
    ]
    assert pools[0].words.zh == "大 12 人，单独算"
    assert pools[2].words.in_("en") == (
        "小 3, 微 2 have fewer than 10 people each and are counted together: 5, still fewer than 10"
    )


def test_one_small_unit_has_no_other_to_share_with_and_says_so() -> None:
    [_, alone] = pool_units({"大": 12, "小": 4}, 10)
    assert (alone.units, alone.is_small) == (("小",), True)
    assert alone.words.zh == "小 4 人，少于 10 人，没有别的小单位可以一起算"


@pytest.mark.parametrize(("unit_grade", "most"), [("A", 4), ("B", 2), ("C", 1)])
def test_the_units_own_grade_sets_its_caps(unit_grade: str, most: int) -> None:
    by_unit_grade = {"A": "0.3", "B": "0.2", "C": "0.1"}
    caps = distribution_caps(14, {"S": Decimal(0), "A": Decimal(by_unit_grade[unit_grade])})
    assert caps.most[-1] == most


def test_small_units_with_different_grades_are_added_before_rounding() -> None:
    units = [
        UnitShares("一班", 4, {"A": Decimal("0.3")}),
        UnitShares("二班", 6, {"A": Decimal("0.2")}),
        UnitShares("三班", 5, {"A": Decimal("0.3")}),
    ]
    assert [distribution_caps(unit.people, unit.shares).most for unit in units] == [(1,), (1,), (1,)]
    caps = caps_together(units)
    assert caps.most == (3,)
    assert caps.steps[0].zh == "A：9 人 × 30 % + 6 人 × 20 % = 3.9，向下取整，最多 3 人"


def test_what_is_over_a_cap_is_counted_cumulatively_and_told() -> None:
    caps = distribution_caps(12, SHARES)
    over = over_caps({"S": 1, "A": 2, "B+": 3, "B": 6}, caps)
    assert [(one.grades, one.have, one.most) for one in over] == [
        (("S",), 1, 0),
        (("S", "A"), 3, 2),
        (("S", "A", "B+", "B"), 12, 10),
    ]
    assert over[1].words.zh == "S、A 合计：最多 2 人，现在 3 人，多 1 人"
    assert over_caps({"A": 2, "B+": 4, "B": 4, "C": 2}, caps) == ()


@pytest.mark.parametrize(
    "units",
    [
        [],
        [UnitShares("a", -1, SHARES)],
        [UnitShares("a", 1, {"S": Fraction(-1, 100)})],
        [UnitShares("a", 1, {"S": Fraction(1)}), UnitShares("b", 1, {"A": Fraction(1)})],
    ],
)
def test_units_that_cannot_be_counted_together_are_refused(units: list[UnitShares]) -> None:
    with pytest.raises(ValueError, match=r"grades|negative"):
        caps_together(units)


@given(st.integers(0, 5_000), st.lists(st.integers(0, 40), min_size=1, max_size=6))
def test_caps_never_fall_and_never_exceed_their_share(people: int, percents: list[int]) -> None:
    shares = [Fraction(p, 100) for p in percents]
    caps = distribution_caps(people, {str(n): share for n, share in enumerate(shares)}).most
    assert list(caps) == sorted(caps)
    for n, cap in enumerate(caps, start=1):
        assert cap <= people * sum(shares[:n]) < cap + 1
