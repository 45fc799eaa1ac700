"""Weights as people type them, and 100 % together."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiyu.lib.scoring import check_weights, in_proportion, read_weights, weigh


def test_b2_mixed_ways_of_writing_are_one_sheet_of_100() -> None:
    weights = read_weights(["40", "25%", "0.2", "15"])
    assert weights == (400_000, 250_000, 200_000, 150_000)
    assert check_weights([w for w in weights if w is not None], publishing=True) == []


@pytest.mark.parametrize(
    ("texts", "weights"),
    [
        (["1"], (1_000_000,)),
        (["99", "1"], (990_000, 10_000)),
        (["1%", "99%"], (10_000, 990_000)),
        (["0.4", "0.6"], (400_000, 600_000)),
        (["４０％", " 60 % "], (400_000, 600_000)),
        (["33.3333", "0"], (333_333, 0)),
        (["0.5%"], (5_000,)),
        (["四十", "", "-5", "101", "nan", "inf"], (None,) * 6),
    ],
)
def test_every_way_of_writing_a_weight(texts: list[str], weights: tuple[int | None, ...]) -> None:
    assert read_weights(texts) == weights


@pytest.mark.parametrize(
    ("weights", "zh"),
    [
        ([500_000, 480_000], "权重合计 98 %，还差 2。"),
        ([500_000, 550_000], "权重合计 105 %，多了 5。"),
    ],
)
def test_98_and_105_warn_in_a_draft_and_stop_publishing(weights: list[int], zh: str) -> None:
    [draft] = check_weights(weights, publishing=False)
    [published] = check_weights(weights, publishing=True)
    assert (draft.severity, published.severity) == ("warning", "error")
    assert draft.code == published.code == "scoring.weight_sum"
    assert draft.message.zh == zh


def test_the_rest_in_proportion_when_one_weight_grows() -> None:
    assert in_proportion([500_000, 300_000], 700_000) == (437_500, 262_500)
    assert in_proportion([400_000, 200_000, 380_000]) == (408_163, 204_082, 387_755)


@pytest.mark.parametrize("weights", [[0, 0], [-1, 5], [3, -1]])
def test_nothing_cannot_be_scaled(weights: list[int]) -> None:
    with pytest.raises(ValueError, match="weights"):
        in_proportion(weights)


@given(st.lists(st.integers(0, 1_000_000), min_size=1, max_size=12).filter(any))
def test_scaled_weights_are_whole_and_move_by_less_than_a_millionth(weights: list[int]) -> None:
    scaled = in_proportion(weights)
    assert sum(scaled) == 1_000_000
    for before, after in zip(weights, scaled, strict=True):
        assert abs(after - before * 1_000_000 / sum(weights)) < 1.000001


@pytest.mark.parametrize(
    ("texts", "weights", "way"),
    [
        (["40", "60"], (400_000, 600_000), "percent"),
        (["0.4", "0.6"], (400_000, 600_000), "fraction"),
        (["0.5", "99.5"], (5_000, 995_000), "percent"),
        (["0.3", "70%"], (300_000, 700_000), "fraction"),
        (["1"], (1_000_000,), "fraction"),
        (["1", "60"], (10_000, 600_000), "percent"),
        (["1", "0.5"], (1_000_000, 500_000), "fraction"),
        (["40", "25%", "0.2", "15"], (400_000, 250_000, 200_000, 150_000), "each"),
        (["0.4", "50"], (400_000, 500_000), "unclear"),
        (["0.4", "60", "ten"], (400_000, 600_000, None), "unclear"),
    ],
)
def test_the_sum_says_how_bare_weights_are_meant(texts: list[str], weights: tuple[int | None, ...], way: str) -> None:
    assert weigh(texts) == (weights, way)
