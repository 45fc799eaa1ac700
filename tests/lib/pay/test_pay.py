"""Money from grades, exact to the fen."""

from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiyu.lib.pay import Factor, PoolImpossible, pay_chain, share_pool
from jiyu.lib.text import Text

GRADE = Factor(Text("绩效系数", "pay factor"), Fraction("1.1"))
UNIT = Factor(Text("部门系数", "unit factor"), Fraction("0.95"))
ATTENDANCE = Factor(Text("出勤", "attendance"), Fraction(20, 22), "20/22")


def chain(base_yuan: int, *factors: Fraction) -> int:
    return pay_chain(base_yuan * 100, [Factor(Text("系数", "factor"), factor) for factor in factors]).amount_fen


def test_base_times_grade_times_unit_factor() -> None:
    assert pay_chain(2_400_00, [GRADE, UNIT]).amount_fen == 2_508_00


def test_attendance_is_the_last_factor_and_every_step_is_told() -> None:
    pay = pay_chain(2_400_00, [GRADE, UNIT, ATTENDANCE])
    assert pay.amount_fen == 2_280_00
    assert pay.after_fen == (2_640_00, 2_508_00, 2_280_00)
    assert [step.zh for step in pay.steps] == [
        "绩效基数 2,400.00 元",
        "× 绩效系数 1.1 = 2,640.00 元",
        "× 部门系数 0.95 = 2,508.00 元",
        "× 出勤 20/22 = 2,280.00 元",
    ]
    assert pay.steps[3].en == "× attendance 20/22 = 2,280.00 yuan"


def test_every_step_is_kept_exact_and_only_the_end_is_rounded() -> None:
    third = Factor(Text("出勤", "attendance"), Fraction(1, 3))
    pay = pay_chain(100_00, [third, Factor(Text("系数", "factor"), Fraction(3))])
    assert (pay.after_fen, pay.amount_fen) == ((Fraction(10_000, 3), 10_000), 10_000)
    assert [step.zh for step in pay.steps[1:]] == ["× 出勤 1/3 ≈ 33.33 元", "× 系数 3 = 100.00 元"]
    assert pay_chain(200_00, [third]).steps[-1].zh == "四舍五入到分：66.67 元"
    assert chain(1, Fraction("0.005")) == 1
    assert chain(-1, Fraction("0.005")) == -1


FACTORS = [Fraction(f) for f in ("1.5", "1.25", "1.1", "1.1", "1.0", "0.5")]


def test_a_pool_with_floor_and_cap_is_shared_to_the_last_fen() -> None:
    share = share_pool(64_500_00, FACTORS, floor_fen=6_000_00, cap_fen=13_000_00)
    assert share.amounts_fen == (13_000_00, 12_780_90, 11_247_19, 11_247_19, 10_224_72, 6_000_00)
    assert (sum(share.amounts_fen), share.left_fen) == (64_500_00, 0)
    assert [step.zh for step in share.steps] == [
        "奖金池 64,500.00 元",
        "1 人封顶，各 13,000.00 元",
        "1 人保底，各 6,000.00 元",
        "其余 45,500.00 元由 4 人按系数分：系数合计 4.45，每 1.0 得 10,224.72 元",
        "不足一分的合起来 2 分，给余数最大的 2 人各一分",
    ]


def test_a_pool_without_limits_is_shared_by_factor() -> None:
    share = share_pool(64_500_00, FACTORS)
    assert share.amounts_fen == (15_000_00, 12_500_00, 11_000_00, 11_000_00, 10_000_00, 5_000_00)


def test_equal_remainders_go_in_the_order_given() -> None:
    assert share_pool(100, [Fraction(1)] * 3).amounts_fen == (34, 33, 33)


def test_what_nobody_may_have_stays_in_the_pool() -> None:
    share = share_pool(1_000, [Fraction(1), Fraction(2)], cap_fen=300)
    assert (share.amounts_fen, share.left_fen) == ((300, 300), 400)
    assert [step.in_("en") for step in share.steps] == [
        "pool of 10.00 yuan",
        "2 people at the cap, 3.00 yuan each",
        "4.00 yuan cannot be paid and stay in the pool",
    ]


def test_a_pool_that_cannot_pay_the_floors_says_what_is_missing() -> None:
    with pytest.raises(PoolImpossible) as refused:
        share_pool(10_000_00, FACTORS, floor_fen=6_000_00)
    assert refused.value.problem.message.zh == "奖金池 10,000.00 元不够付保底，还差 26,000.00 元。"


@pytest.mark.parametrize(("factors", "floor", "cap"), [([Fraction(-1)], 0, None), ([Fraction(1)], 5, 4)])
def test_impossible_limits_are_refused(factors: list[Fraction], floor: int, cap: int | None) -> None:
    with pytest.raises(ValueError, match="factors"):
        share_pool(100, factors, floor_fen=floor, cap_fen=cap)


@given(
    st.lists(st.fractions(0, 3, max_denominator=20), min_size=1, max_size=8),
    st.integers(0, 500),
    st.integers(0, 5_000),
    st.integers(0, 20_000),
)
def test_no_fen_is_lost_or_made_and_limits_hold(factors: list[Fraction], floor: int, more: int, spare: int) -> None:
    cap, pool = floor + more, floor * len(factors) + spare
    share = share_pool(pool, factors, floor_fen=floor, cap_fen=cap)
    assert sum(share.amounts_fen) + share.left_fen == pool
    assert all(floor <= amount <= cap for amount in share.amounts_fen)
    if share.left_fen:
        assert all(amount == cap for amount, factor in zip(share.amounts_fen, factors, strict=True) if factor)
    ranked = sorted(zip(factors, share.amounts_fen, strict=True))
    for (low, low_fen), (high, high_fen) in pairwise(ranked):
        assert low == high or low_fen <= high_fen + 1
