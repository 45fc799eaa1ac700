"""Scoring methods: points by the formula language, and specs that are checked before anybody is scored."""

import json
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from jiyu.lib.formula import parse
from jiyu.lib.scoring import (
    BaseMethod,
    Input,
    LineState,
    LineValues,
    Measure,
    Part,
    parse_method,
)
from jiyu.lib.text import Text
from jiyu.lib.units import UNITS
from tests.lib.scoring.specs import GOLDEN, NUMBER, bands, measure_of, values_of

KR_MAP = [{"at": "0.3", "points": "60"}, {"at": "0.7", "points": "100"}, {"at": "1", "points": "120"}]


def points_of(raw: dict[str, Any], measure: Measure = NUMBER, **values: float | None) -> float | None:
    return parse_method(raw).score_one(measure, LineValues(**values))[0]  # type: ignore[arg-type]


def codes(raw: dict[str, Any], measure: Measure | None = None) -> list[str]:
    return [problem.code for problem in parse_method(raw).check(measure)]


@pytest.mark.parametrize(("name", "method", "measure", "values", "points"), GOLDEN, ids=[case[0] for case in GOLDEN])
def test_golden_cases_of_rules_and_cases(
    name: str, method: dict[str, Any], measure: dict[str, Any], values: dict[str, Any], points: float | None
) -> None:
    spec = parse_method(method)
    got, _ = spec.score_one(measure_of(measure), values_of(values))
    if points is None:
        assert got is None
    else:
        assert got is not None
        assert round(got, 6) == points


@pytest.mark.parametrize("case", GOLDEN, ids=[case[0] for case in GOLDEN])
def test_every_golden_method_passes_its_own_check_and_survives_json(case: list[Any]) -> None:
    spec = parse_method(case[1])
    assert spec.check(measure_of(case[2])) == []
    assert parse_method(json.loads(spec.model_dump_json())) == spec


@pytest.mark.parametrize("case", GOLDEN, ids=[case[0] for case in GOLDEN])
def test_every_method_tells_its_rule_and_its_numbers_in_both_languages(case: list[Any]) -> None:
    spec, measure, values = parse_method(case[1]), measure_of(case[2]), values_of(case[3])
    for text in (spec.rule_text(measure), spec.rule_text(measure, values), spec.sentence(measure, values)):
        assert text.zh
        assert text.en
        assert not any("\u4e00" <= sign <= "\u9fff" for sign in text.en), text.en
    if case[4] is not None:
        assert f"{round(case[4], 2):.2f}" in spec.sentence(measure, values).zh


@pytest.mark.parametrize("case", GOLDEN, ids=[case[0] for case in GOLDEN])
def test_the_explanation_is_the_evaluation(case: list[Any]) -> None:
    spec, measure, values = parse_method(case[1]), measure_of(case[2]), values_of(case[3])
    score, _ = spec.score_one(measure, values)
    trace = spec.explain(measure, values)
    if score is not None:
        assert trace.value == score
    assert parse(spec.clamped_formula(measure)).problems == ()


@pytest.mark.parametrize("case", GOLDEN, ids=[case[0] for case in GOLDEN])
def test_a_missing_actual_never_gives_points(case: list[Any]) -> None:
    spec, measure, values = parse_method(case[1]), measure_of(case[2]), values_of(case[3])
    if spec.kind == "milestone":
        return
    gone = LineValues(
        target=values.target, threshold=values.threshold, stretch=values.stretch, baseline=values.baseline
    )
    for clamped in (True, False):
        assert spec.score_one(measure, gone, clamped=clamped) == (None, LineState.AWAITING_DATA)
    assert "待数据" in spec.sentence(measure, gone).zh


@pytest.mark.parametrize("case", GOLDEN, ids=[case[0] for case in GOLDEN])
def test_a_missing_parameter_is_an_error_and_named(case: list[Any]) -> None:
    spec, measure, values = parse_method(case[1]), measure_of(case[2]), values_of(case[3])
    for name in spec.parameters():
        without = LineValues(**{n: None if n == name else values.get(n) for n in Input})
        assert spec.score_one(measure, without) == (None, LineState.ERROR)
        assert [(p.code, p.path) for p in spec.check_line(without)] == [("scoring.parameter_missing", name)]


def test_lines_alone_have_the_same_bits_as_among_many() -> None:
    for _, raw, measure_raw, values_raw, _ in GOLDEN:
        spec, measure = parse_method(raw), measure_of(measure_raw)
        alone = spec.score(measure, spec._one(measure, values_of(values_raw)))
        columns = {n: np.resize(c, 70_001) for n, c in spec._one(measure, values_of(values_raw)).items()}
        many = spec.score(measure, columns)
        assert set(map(bytes, (many.score[[0, 40_000, 70_000]].tobytes(),))) == {alone.score.tobytes() * 3}
        assert (many.state == alone.state[0]).all()


def test_0_of_0_has_nothing_to_measure_and_5_of_0_is_an_error() -> None:
    measure = measure_of({"unit": "percent", "ratio": True})
    spec = parse_method({"kind": "per_unit", "per": "1", "points_off": "2"})
    nothing = LineValues(numerator=0, denominator=0, target=95)
    assert spec.score_one(measure, nothing) == (None, LineState.NOT_APPLICABLE)
    assert spec.score_one(measure, LineValues(numerator=5, denominator=0, target=95)) == (
        None,
        LineState.ERROR,
    )
    assert spec.sentence(measure, nothing).zh == "实际：这段时间没有可算的，不适用"


def test_segments_get_points_without_floor_and_cap() -> None:
    spec = parse_method({"kind": "linear"})
    assert spec.score_one(NUMBER, LineValues(actual=700, target=500), clamped=False)[0] == 140.0
    three = parse_method({"kind": "three_point"})
    beyond = LineValues(actual=700, threshold=300, target=500, stretch=600)
    assert three.score_one(NUMBER, beyond, clamped=False)[0] == 140.0
    count = parse_method({"kind": "count", "each": "-20"})
    assert count.score_one(NUMBER, LineValues(actual=6), clamped=False)[0] == -20.0


def test_a_ratio_near_a_limit_is_compared_as_a_computed_number() -> None:
    # 3/10 × 100 is 30.000000000000004 in doubles in some orders: it is on the limit, not above it.
    measure = measure_of({"unit": "percent", "ratio": True})
    spec = parse_method({"kind": "three_point", "direction": "lower"})
    values = LineValues(numerator=3 * 0.1, denominator=1.0, threshold=30, target=20, stretch=10)
    assert spec.score_one(measure, values)[0] == pytest.approx(60)


def test_unknown_keys_kinds_and_endless_numbers_are_refused() -> None:
    for raw in (
        {"kind": "linear", "formula": "=1+1"},
        {"kind": "magic"},
        {"kind": "linear", "cap": "NaN"},
        {"kind": "per_unit", "per": "0", "points_off": "2"},
        {"kind": "between", "points_map": KR_MAP[:1]},
        {"kind": "milestone", "items": [{"code": "m1", "zh": "坏]名", "share": "1"}]},
    ):
        with pytest.raises(ValidationError):
            parse_method(raw)


def test_attainment_itself_must_be_a_percentage() -> None:
    raw = {"kind": "linear", "against": "whole"}
    assert codes(raw, Measure(unit=UNITS["ratio"])) == ["scoring.whole_needs_percent"]
    assert codes(raw, Measure(unit=UNITS["percent"])) == []


def test_lower_is_better_asks_which_formula() -> None:
    [problem] = parse_method({"kind": "linear", "direction": "lower"}).check()
    assert problem.code == "scoring.inverse_choice"
    assert "80.00" in problem.message.zh
    assert "75.00" in problem.message.zh


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ({"kind": "linear", "inverse": "two_minus"}, "scoring.inverse_unused"),
        (
            {"kind": "linear", "direction": "lower", "inverse": "two_minus", "against": "whole"},
            "scoring.inverse_unused",
        ),
        ({"kind": "linear", "floor": "130"}, "scoring.floor_above_cap"),
        ({"kind": "three_point", "at_target": "50"}, "scoring.points_order"),
        ({"kind": "three_point", "at_target": "60"}, "scoring.points_order"),
        ({"kind": "per_unit", "per": "1", "points_off": "2", "cap": "90"}, "scoring.full_outside_limits"),
        ({"kind": "count", "each": "0"}, "scoring.count_nothing"),
        ({"kind": "between", "points_map": [KR_MAP[1], KR_MAP[0]]}, "scoring.map_order"),
        ({"kind": "between", "points_map": [KR_MAP[0], KR_MAP[0]]}, "scoring.map_order"),
        (
            {
                "kind": "rubric",
                "levels": [{"mark": 1, "zh": "好", "points": "1"}, {"mark": 1, "zh": "差", "points": "0"}],
            },
            "scoring.level_twice",
        ),
        (
            {
                "kind": "milestone",
                "items": [
                    {"code": "m1", "zh": "图纸", "share": "1"},
                    {"code": "m1", "zh": "样件", "share": "1"},
                ],
            },
            "scoring.milestone_twice",
        ),
        (
            {"kind": "milestone", "points_off": "-1", "items": [{"code": "m1", "zh": "图纸", "share": "1"}]},
            "scoring.late_bonus",
        ),
    ],
)
def test_a_spec_that_cannot_be_meant_is_told(raw: dict[str, Any], code: str) -> None:
    assert codes(raw) == [code]


@pytest.mark.parametrize(
    ("raw", "values", "code"),
    [
        ({"kind": "linear"}, {"target": 0.0}, "scoring.target_zero"),
        (
            {"kind": "linear", "direction": "lower", "inverse": "two_minus"},
            {"target": 0.0},
            "scoring.target_zero",
        ),
        (
            {"kind": "linear", "direction": "lower", "inverse": "target_over_actual"},
            {"target": -1.0},
            "scoring.target_zero",
        ),
        (
            {"kind": "three_point"},
            {"threshold": 7.0, "target": 5.0, "stretch": 3.0},
            "scoring.three_points_order",
        ),
        (
            {"kind": "three_point", "direction": "lower"},
            {"threshold": 3.0, "target": 5.0, "stretch": 7.0},
            "scoring.three_points_order",
        ),
        (
            {"kind": "three_point"},
            {"threshold": 5.0, "target": 5.0, "stretch": 7.0},
            "scoring.three_points_order",
        ),
        (
            {"kind": "three_point", "direction": "lower"},
            {"threshold": 5.0, "target": 3.0, "stretch": 3.0},
            "scoring.three_points_order",
        ),
        ({"kind": "progress"}, {"baseline": 5.0, "target": 5.0}, "scoring.no_way_to_go"),
    ],
)
def test_parameters_that_give_no_score_are_told_before_scoring(
    raw: dict[str, Any], values: dict[str, float], code: str
) -> None:
    problems = parse_method(raw).check_line(LineValues(**values))  # type: ignore[arg-type]
    assert [problem.code for problem in problems] == [code]
    assert problems[0].fix.zh


def test_a_value_in_two_bands_asks_which() -> None:
    raw = bands(("100", "90", None), ("80", "80", "90", True), ("0", None, "80"))
    [problem] = parse_method(raw).check(Measure(unit=UNITS["score"]))
    assert problem.code == "scoring.bands_overlap"
    assert problem.message.zh == "90 分算哪一档？两档都写了它。"


def test_whole_number_bands_have_no_gap_for_whole_numbers_only() -> None:
    raw = bands(("100", "90", None), ("80", "80", "89", True), ("0", None, "79", True))
    assert codes(raw, Measure(decimals=0)) == []
    problems = parse_method(raw).check(Measure(decimals=2))
    assert [problem.code for problem in problems] == ["scoring.bands_gap", "scoring.bands_gap"]
    assert problems[1].message.zh == "89.01 到 89.99 没有写在哪一档。"


def test_a_table_open_at_an_end_is_told() -> None:
    problems = parse_method(bands(("100", "90", "100", True), ("60", "60", "90"))).check()
    assert [problem.message.zh for problem in problems] == [
        "低于 60 的没有写得几分。",
        "高于 100 的没有写得几分。",
    ]


def test_a_band_with_swapped_limits_is_told() -> None:
    problems = parse_method(bands(("100", "90", None), ("80", "90", "80"), ("0", None, "80"))).check()
    empty = next(problem for problem in problems if problem.code == "scoring.band_empty")
    assert (empty.message.zh, empty.path) == ("“90 到 80”这一档里没有数。", "bands.1.high")


def test_a_gap_of_one_value_is_named_alone() -> None:
    raw = bands(("100", "91", None), ("80", None, "89", True))
    [problem] = parse_method(raw).check(Measure(decimals=0, unit=UNITS["score"]))
    assert problem.message.zh == "90 分没有写在哪一档。"


def test_the_order_in_which_bands_are_written_does_not_matter() -> None:
    rows = [("100", "95", None), ("80", "0", "95"), ("60", "-5", "0"), ("0", None, "-5")]
    for order in (rows, rows[::-1], rows[2:] + rows[:2]):
        assert codes(bands(*order)) == []
        got = [points_of(bands(*order), actual=value) for value in (95, 94.99, 0, -0.01, -5, -5.01)]
        assert got == [100, 80, 80, 60, 60, 0]


@pytest.mark.parametrize(("value", "points"), [(95, 100), (94.995, 100), (94.994, 80), (80, 80), (79.99, 60), (60, 60)])
def test_a_value_on_the_edge_is_in_the_band_that_includes_it(value: float, points: int) -> None:
    spec = parse_method(bands(("100", "95", None), ("80", "80", "95"), ("60", "60", "80"), ("0", None, "60")))
    assert spec.kind == "step"
    band = spec.band_of(value, 2)
    assert band is not None
    assert band.points == points == spec.score_one(NUMBER, LineValues(actual=value))[0]


def test_a_problem_of_a_points_map_says_which_row() -> None:
    [problem] = parse_method({"kind": "between", "points_map": [*KR_MAP, KR_MAP[0]]}).check()
    assert problem.path == "points_map.3.at"


def test_a_small_target_is_a_target() -> None:
    raw = {"kind": "linear", "direction": "lower", "inverse": "target_over_actual"}
    assert parse_method(raw).check_line(LineValues(target=0.5)) == []


_DEFAULTS = {
    "linear": {
        "direction": "higher",
        "against": "target",
        "inverse": None,
        "zero_below": None,
        "zero_at_limit": False,
        "floor": "0",
        "cap": "120",
    },
    "three_point": {
        "direction": "higher",
        "at_threshold": "60",
        "at_target": "100",
        "at_stretch": "120",
        "has_stretch": True,
    },
    "per_unit": {
        "direction": "higher",
        "per": "1",
        "points_off": "2",
        "points_on": None,
        "partial": "proportion",
        "full": "100",
        "floor": "0",
        "cap": "120",
    },
    "count": {"start": "100", "each": "-20", "allowed": 0, "floor": "0", "cap": "120"},
    "progress": {"floor": "0", "cap": "120"},
    "yes_no": {"yes": "100", "no": "0"},
}


@pytest.mark.parametrize("kind", sorted(_DEFAULTS))
def test_stored_keys_and_defaults_never_change(kind: str) -> None:
    needed = {"per_unit": {"per": "1", "points_off": "2"}, "count": {"each": "-20"}}
    spec = parse_method({"kind": kind, **needed.get(kind, {})})
    assert json.loads(spec.model_dump_json()) == {"kind": kind, **_DEFAULTS[kind]}


def test_two_bands_open_below_overlap() -> None:
    assert "scoring.bands_overlap" in codes(bands(("100", None, "90"), ("80", None, "90"), ("10", "90", None)))


def test_a_ratio_has_both_parts_or_none() -> None:
    with pytest.raises(ValueError, match="ratio"):
        Measure(numerator=Part(Text("数")))


_RISING = ["linear", "three_point", "per_unit", "between", "progress", "count_up"]
_SPECS = {
    "linear": {"kind": "linear"},
    "three_point": {"kind": "three_point"},
    "per_unit": {"kind": "per_unit", "per": "1", "points_off": "2", "points_on": "1", "partial": "whole"},
    "between": {
        "kind": "between",
        "points_map": [{"at": "0", "points": "60"}, {"at": "80", "points": "100"}],
    },
    "progress": {"kind": "progress"},
    "count_up": {"kind": "count", "start": "50", "each": "3"},
    "step": bands(("100", "90", None), ("80", "80", "90"), ("0", None, "80")),
}
_PARAMETERS = LineValues(threshold=40, target=80, stretch=100, baseline=20)


@given(st.sampled_from(sorted(_SPECS)), st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=30))
def test_more_is_never_worse_and_points_stay_within_the_limits(name: str, actuals: list[float]) -> None:
    spec: BaseMethod = parse_method(_SPECS[name])
    actual = np.sort(np.array(actuals))
    inputs = {n: np.full(len(actual), _PARAMETERS.get(n), np.float64) for n in spec.parameters()}
    scores = spec.score(NUMBER, {**inputs, Input.ACTUAL: actual}).score
    low, high = spec.limits()
    assert ((float(low) <= scores) & (scores <= float(high))).all()
    assert (np.diff(scores) >= -1e-9).all()


@given(st.floats(-1e4, 1e4))
def test_mirrored_methods_mirror(actual: float) -> None:
    higher = points_of({"kind": "three_point"}, actual=actual, threshold=40, target=80, stretch=100)
    lower = points_of(
        {"kind": "three_point", "direction": "lower"}, actual=-actual, threshold=-40, target=-80, stretch=-100
    )
    assert higher == lower


@given(st.decimals(-200, 200, places=3), st.integers(0, 3))
def test_every_value_has_exactly_one_band_in_a_table_without_problems(value: Decimal, decimals: int) -> None:
    raw = bands(("100", "95", None), ("80", "80", "95"), ("60", "60", "80"), ("0", None, "60"))
    spec = parse_method(raw)
    assert spec.kind == "step"
    band = spec.band_of(float(value), decimals)
    assert band is not None
    got, _ = spec.score_one(Measure(decimals=decimals), LineValues(actual=float(value)))
    assert got == float(band.points)
