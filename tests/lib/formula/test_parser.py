"""Reading: precedence, full-width signs, names in any script, recovery, and limits in their order."""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jiyu.lib.formula import Node, check, evaluate, explain, from_json, parse, to_json, to_source
from jiyu.lib.formula.tree import (
    HEIGHT_LIMIT,
    Binary,
    Bool,
    Call,
    Hole,
    Input,
    Items,
    Name,
    Number,
    Percent,
    TableColumn,
    Text,
    Unary,
    height,
    walk,
)
from tests.lib.formula.formula_kit import CONTEXT, STEADY, result


def codes(source: str) -> list[str]:
    return [p.code.removeprefix("formula.") for p in parse(source).problems]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("-2^2", 4.0),
        ("2^3^2", 64.0),
        ("2^-1", 0.5),
        ("-2%^2", 0.0004),
        ("50%%", 0.005),
        ("30%^2", 0.09),
        ("2*-3", -6.0),
        ("1--1", 2.0),
        ("1+2*3", 7.0),
        ("(1+2)*3", 9.0),
        ("10-4-3", 3.0),
        ("12/3/2", 2.0),
        ("1+1&2+2", "24"),
        ("1+1=2", True),
        ("=1+1", 2.0),
        ("+5", 5.0),
        ("1e3+.5", 1000.5),
    ],
)
def test_precedence_is_that_of_excel(source: str, expected: object) -> None:
    assert result(source) == expected


@pytest.mark.parametrize(
    ("source", "plain"),
    [
        ("如果（１＞２，１，２）", "IF(1>2,1,2)"),
        ("３０％×２", "30%*2"),
        ("６÷２≥３", "6/2>=3"),
        ("ＳＵＭ（１；２、３）", "SUM(1,2,3)"),
        ('“甲”＆"乙"', '"甲"&"乙"'),
        ("四舍五入(1.005，2)", "ROUND(1.005,2)"),
        ("求和(1,2)", "sum(1,2)"),
        ("且(真,假)", "AND(TRUE,FALSE)"),
        ("PERCENTILE.INC({1,2},0.5)", "PERCENTILE({1,2},0.5)"),
    ],
)
def test_chinese_and_full_width_spellings_mean_the_same(source: str, plain: str) -> None:
    assert parse(source).ok and parse(plain).ok
    assert parse(source).tree == parse(plain).tree


def test_full_width_signs_stay_inside_quotes_and_brackets() -> None:
    assert parse("“１，２”").tree == Text("１，２")
    assert parse("[完成率（％）]").tree == Name("完成率（％）")


def test_positions_are_those_of_the_text_as_typed() -> None:
    problem = parse("如果（１＞２，没有（１），２）").problems[0]
    assert (problem.start, problem.end) == (7, 9)
    assert [n.span for n in walk(parse("甲 + 乙").tree)] == [(0, 5), (0, 1), (4, 5)]


@pytest.mark.parametrize(
    ("source", "label"),
    [
        ("完成率", "完成率"),
        ("[上季度 得分]", "上季度 得分"),
        ("3月销售额", "3月销售额"),
        ("阿依古丽·买买提", "阿依古丽·买买提"),
        ("A1", "A1"),
        ("IF", "IF"),
        ("[TRUE]", "TRUE"),
        ("😀", "😀"),
        ("e\u0301tat", "\u00e9tat"),
        ("[a]]b]", "a]b"),
        ("Größe", "Größe"),
        ("数_2", "数_2"),
    ],
)
def test_names_of_any_script(source: str, label: str) -> None:
    assert parse(source).problems == ()
    assert parse(source).tree == Name(label)


def test_a_field_of_an_inputs_records_stands_after_a_dot() -> None:
    assert parse("订单.金额").tree == Name("订单", "金额")
    assert parse("[订 单].[金额（元）]").tree == Name("订 单", "金额（元）")


def test_true_is_a_value_and_a_function_needs_its_bracket() -> None:
    assert parse("true").tree == Bool(True)
    assert parse("真").tree == Bool(True)
    assert parse("SUM+1").tree == Binary("+", Name("SUM"), Number(1))


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("", ["empty"]),
        ("=", ["empty"]),
        ("1+", ["missing_operand"]),
        ("*3", ["missing_operand"]),
        ("()", ["missing_operand"]),
        ("甲 乙", ["missing_operator"]),
        ("(1", ["unclosed_bracket"]),
        ("SUM(1,2", ["unclosed_bracket"]),
        ("1)", ["extra_bracket"]),
        ("IF(a,,3)", ["empty_argument"]),
        ("SUM(1,)", ["empty_argument"]),
        ("没有的(1)", ["unknown_function"]),
        ('"甲', ["unclosed_text"]),
        ("[甲", ["unclosed_name"]),
        ("[]", ["empty_name"]),
        ("1.5倍", ["bad_number"]),
        ("1e999", ["bad_number"]),
        ("a ~ b", ["bad_character", "missing_operator"]),
        ("IF(,,)", ["empty_argument"] * 3),
        ("1.2.3", ["missing_operator"]),
    ],
)
def test_each_mistake_is_told_once(source: str, expected: list[str]) -> None:
    assert codes(source) == expected


def test_a_broken_formula_still_has_a_tree_with_holes() -> None:
    tree = parse("IF(完成率 >= , 1, )").tree
    assert tree == Call("IF", (Binary(">=", Name("完成率"), Hole()), Number(1), Hole()))


def test_a_misspelt_function_is_asked_back() -> None:
    assert parse("SUMM(1)").problems[0].fix.zh == "是不是“SUM”？"
    assert parse("四舍五人(1,2)").problems[0].fix.zh == "是不是“四舍五入”？"


def test_limits_are_tried_in_their_order() -> None:
    assert codes("1" + " " * 7_999) == []
    assert codes("1" + " " * 8_000) == ["too_long"]
    assert codes("[" * 100_000) == ["too_long"]
    assert codes("1" + "+1" * 1_000) == ["too_many_tokens"]
    assert codes("(" * 64 + "1" + ")" * 64) == []
    assert codes("(" * 65 + "1" + ")" * 65) == ["too_deep"]
    assert codes("-" * 65 + "1") == ["too_deep"]
    assert codes(f"SUM({','.join('1' * 255)})") == []
    assert codes(f"SUM({','.join('1' * 256)})") == ["too_many_arguments"]
    assert codes("1" + "+1" * 127) == []
    assert codes("1" + "+1" * 128) == ["too_high"]


CALLS_PER_CHARACTER = 60


@pytest.mark.parametrize(
    "worst",
    ["[" * 8_000, "(" * 1_999, '"' * 7_999, "((1+" * 400, "a b " * 900, "{" * 1_999, "=" * 1_999],
    ids=lambda text: text[:4],
)
def test_the_work_for_the_worst_texts_grows_only_with_their_length(worst: str) -> None:
    calls = 0

    def count(_frame: object, event: str, _argument: object) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    sys.setprofile(count)
    try:
        problems = parse(worst).problems
    finally:
        sys.setprofile(None)
    assert problems
    assert calls < CALLS_PER_CHARACTER * len(worst)


def _deeper(frames: int, function: Callable[[], None]) -> None:
    """Call `function` from that far down the stack, as a web request would."""
    if frames:
        _deeper(frames - 1, function)
    else:
        function()


def _tall(grow: Callable[[Node], Node]) -> Node:
    tree: Node = Number(1)
    for _ in range(HEIGHT_LIMIT - 1):
        tree = grow(tree)
    return tree


@pytest.mark.parametrize(
    "grow",
    [
        lambda tree: Binary("+", tree, Number(1)),
        lambda tree: Call("SUM", (tree, Number(1))),
        lambda tree: Unary("-", tree),
        lambda tree: Call("IF", (Bool(True), tree, Number(0))),
    ],
)
def test_the_tallest_tree_is_walked_without_falling_over(grow: Callable[[Node], Node]) -> None:
    tree = _tall(grow)

    def everything() -> None:
        assert height(tree) == HEIGHT_LIMIT
        assert from_json(to_json(tree)) == tree
        assert to_source(tree)
        assert check(tree, []).ok
        value = evaluate(tree, {}, rows=1, context=CONTEXT).at(0)
        assert explain(tree, {}, row=0, context=CONTEXT).value == value

    _deeper(250, everything)
    with pytest.raises(ValueError, match="too high"):
        from_json(to_json(grow(tree)))


_names = st.sampled_from(["完成率", "a b", "TRUE", "3月", "IF", "x]y", "A1", "真", "1e5", "V1.2", "Ａ"])
_leaves = st.one_of(
    st.floats(0, 1e300, allow_nan=False).map(lambda v: Number(v + 0.0)),
    st.text(max_size=5).filter(lambda t: "\0" not in t).map(lambda t: Text(unicodedata.normalize("NFC", t))),
    st.booleans().map(Bool),
    st.builds(lambda n: Name(unicodedata.normalize("NFC", n)), _names),
    st.builds(Name, _names, st.sampled_from(["金额", "地 区"])),
)


def _grow(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    operators = st.sampled_from(["+", "-", "*", "/", "^", "&", "=", "<>", "<", "<=", ">", ">="])
    arguments = st.lists(inner, max_size=3).map(tuple)
    return st.one_of(
        st.builds(Unary, st.sampled_from(["-", "+"]), inner),
        st.builds(Percent, inner),
        st.builds(Binary, operators, inner, inner),
        st.builds(Call, st.sampled_from(["IF", "SUM", "ROUND", "PERCENTILE", "RANKBY"]), arguments),
        st.builds(Items, st.lists(inner, min_size=1, max_size=3).map(tuple)),
    )


trees = st.recursive(_leaves, _grow, max_leaves=12)


@settings(STEADY, max_examples=300)
@given(trees, st.sampled_from(["zh", "en"]))
def test_what_is_printed_reads_back_as_the_same_tree(tree: Node, language: str) -> None:
    source = to_source(tree, language=language)
    parsed = parse(source)
    assert parsed.problems == () and parsed.tree == tree, source


@settings(STEADY, max_examples=200)
@given(trees)
def test_what_is_stored_reads_back_as_the_same_tree(tree: Node) -> None:
    assert from_json(to_json(tree)) == tree


_pieces = st.sampled_from(
    [*'()[]{}+-*/^&=<>%,.，（）“”"%0123456789', "SUM", "如果", "真", "甲", "a", " ", "≥", "订单.", "1e", "]]"]
)


@settings(STEADY, max_examples=500)
@given(st.one_of(st.text(max_size=60), st.lists(_pieces, max_size=40).map("".join)))
def test_any_text_is_read_without_falling_over(source: str) -> None:
    parsed = parse(source)
    assert parsed.tree is not None or parsed.problems
    for problem in parsed.problems:
        assert 0 <= problem.start <= problem.end <= max(len(source), 1)
        assert problem.message.zh and problem.message.en and problem.fix.zh and problem.fix.en
    if parsed.tree is not None and parsed.ok:
        assert parse(to_source(parsed.tree)).tree == parsed.tree


@pytest.mark.parametrize(
    "bad",
    [
        None,
        {},
        {"number": 3},
        {"number": "3", "extra": 1},
        {"call": "SUM"},
        {"binary": "**", "left": {"number": "1"}, "right": {"number": "1"}},
        {"unary": "!", "of": {"number": "1"}},
        {"items": {"number": "1"}},
        {"bool": 1},
    ],
)
def test_only_canonical_json_is_a_tree(bad: object) -> None:
    with pytest.raises(ValueError, match="not a formula tree"):
        from_json(bad)


def test_a_hole_is_not_stored() -> None:
    with pytest.raises(ValueError, match="hole"):
        to_json(Hole())


def test_labels_are_looked_up_when_shown() -> None:
    tree = Binary("*", Input("i1"), Call("SUM", (Input("i2", "f1"),)))
    labels = {"i1": "完成率", "i2": "订单 明细", "i2.f1": "金额"}
    assert to_source(tree, labels, "en") == "完成率 * SUM([订单 明细].金额)"
    assert to_source(TableColumn("t", "c"), {"t": "系数表", "t.c": "系数"}) == "系数表.系数"
