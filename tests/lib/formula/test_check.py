"""Checking: names bound to ids, types and units, and every refusal with the way out."""

from __future__ import annotations

import pytest

from jiyu.lib.formula import (
    FUNCTIONS,
    InputSpec,
    TableSpec,
    ValueType,
    check,
    parse,
    parse_and_check,
    to_source,
)
from jiyu.lib.formula.tree import Binary, Call, Hole, Input, Number, TableColumn
from jiyu.lib.units import find_unit

N, T, D, B = ValueType.NUMBER, ValueType.TEXT, ValueType.DATE, ValueType.BOOL

INPUTS = [
    InputSpec("i1", "完成率", N, find_unit("%")),
    InputSpec("i2", "签单额", N, find_unit("万元")),
    InputSpec("i3", "成本", N, find_unit("元")),
    InputSpec("i4", "岗位", T),
    InputSpec("i5", "入职日期", D),
    InputSpec(
        "i6", "订单", N, None,
        (
            InputSpec("amount", "金额", N, find_unit("元")),
            InputSpec("region", "地区", T),
            InputSpec("day", "日期", D),
        ),
    ),
    InputSpec("i7", "工单", N, None, (InputSpec("minutes", "用时", N, find_unit("分钟")),)),
    InputSpec("i8", "在职", B),
]  # fmt: skip
TABLES = [TableSpec("t1", "系数表", (InputSpec("grade", "等级", T), InputSpec("factor", "系数", N)))]


def codes(source: str, expected: ValueType | None = None) -> list[str]:
    checked = parse_and_check(source, INPUTS, expected=expected, tables=TABLES)
    return [p.code.removeprefix("formula.") for p in checked.problems]


def typed(source: str) -> tuple[ValueType | None, str | None]:
    checked = parse_and_check(source, INPUTS, tables=TABLES)
    assert checked.ok, checked.problems
    return checked.type, checked.unit.code if checked.unit else None


@pytest.mark.parametrize(
    ("source", "kind", "unit"),
    [
        ("完成率*2", N, "percent"),
        ("签单额*完成率", N, "wan_yuan"),
        ("完成率*签单额", N, "wan_yuan"),
        ("签单额*成本", N, None),
        ("签单额/签单额", N, None),
        ("签单额/3", N, "wan_yuan"),
        ("签单额+100", N, "wan_yuan"),
        ("ROUND(签单额,2)", N, "wan_yuan"),
        ("IF(在职,签单额,0)", N, "wan_yuan"),
        ("SUM(订单.金额)", N, "yuan"),
        ("SUM(订单.金额*2)", N, "yuan"),
        ('SUMIFS(订单.金额,订单.地区,"华*")', N, "yuan"),
        ("COUNTIF(订单.地区,岗位)", N, None),
        ("MAX(入职日期,DATE(2026,1,1))", D, None),
        ("入职日期+30", D, None),
        ("TODAY()-入职日期", N, None),
        ("完成率>=90", B, None),
        ('岗位&"："&完成率', T, None),
        ('BAND(完成率,90,"A","B")', T, None),
        ("XLOOKUP(岗位,系数表.等级,系数表.系数)", N, None),
        ("VLOOKUP(岗位,系数表,1,FALSE)", T, None),
        ("RANKBY(签单额,岗位)", N, None),
        ("AVERAGEBY(签单额)", N, "wan_yuan"),
        ("MAX(LEN(订单.地区))", N, None),
        ("IF(COUNT(订单.金额),1,0)", N, None),
        ("ＳＵＭ(［订单］.金额)", N, "yuan"),
    ],
)
def test_types_and_units(source: str, kind: ValueType, unit: str | None) -> None:
    assert codes(source) == []
    assert typed(source) == (kind, unit)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("完成律*2", ["unknown_name"]),
        ("A1+1", ["unknown_name"]),
        ("TRUE+1", ["wrong_type"]),
        ('1+"2"', ["wrong_type"]),
        ("-岗位", ["wrong_type"]),
        ("岗位%", ["wrong_type"]),
        ("AND()", ["argument_count"]),
        ("IF(在职,1)", ["argument_count"]),
        ("ROUND(1)", ["argument_count"]),
        ("TODAY(1)", ["argument_count"]),
        ("IFS(在职,1,2)", ["argument_count"]),
        ('IF(在职,1,"x")', ["mixed_results"]),
        ('{1,"x"}', ["needs_one_value", "mixed_results"]),
        ("岗位>入职日期", ["wrong_type"]),
        ("入职日期+入职日期", ["wrong_type"]),
        ("入职日期*2", ["wrong_type"]),
        ("5-入职日期", ["wrong_type"]),
        ("入职日期&岗位", ["wrong_type"]),
        ("IF(岗位,1,2)", ["wrong_type"]),
        ("YEAR(完成率)", ["wrong_type"]),
        ("订单.金额*2", ["needs_one_value"]),
        ("ROUND({1,2},1)", ["needs_one_value"]),
        ("LARGE(订单.金额,订单.金额)", ["needs_one_value"]),
        ("SUM(订单.金额*工单.用时)", ["different_records"]),
        ("订单.数量", ["unknown_field"]),
        ("完成率.数量", ["unknown_field"]),
        ("系数表", ["table_as_value"]),
        ("系数表.系数+1", ["table_as_value"]),
        ("XLOOKUP(岗位,岗位,系数表.系数)", ["not_a_table"]),
        ("XLOOKUP(岗位,系数表,系数表.系数)", ["not_a_table"]),
        ("VLOOKUP(岗位,系数表.等级,1)", ["not_a_table"]),
        ("VLOOKUP(岗位,系数表,3)", ["table_column"]),
        ("VLOOKUP(岗位,系数表,完成率)", ["not_constant"]),
        ("XLOOKUP(完成率,系数表.等级,系数表.系数)", ["wrong_type"]),
        ('XLOOKUP(岗位,系数表.等级,系数表.系数,"无")', ["wrong_type"]),
        ("TEXT(完成率,岗位)", ["not_constant"]),
        ('TEXT(完成率,"0.0e+0")', ["text_format"]),
        ('TEXT(完成率,"yyyy")', ["wrong_type"]),
        ('TEXT(入职日期,"0.00")', ["wrong_type"]),
        ('DATEDIF(入职日期,TODAY(),"W")', ["datedif_unit"]),
        ("PIECEWISE(完成率,1,1,1,2)", ["points_order"]),
        ("SUMPRODUCT(订单.金额,订单.金额>=100)", ["wrong_type"]),
        ("PIECEWISE(完成率,1,1)", ["argument_count"]),
        ("PIECEWISE(完成率,1,1,5,2,3,4)", ["points_order"]),
        ("没有(1)", ["unknown_function"]),
        ("IF(在职,,3)", ["empty_argument"]),
        ("SUM(1,)", ["empty_argument"]),
    ],
)
def test_refusals(source: str, expected: list[str]) -> None:
    assert codes(source) == expected
    assert not parse_and_check(source, INPUTS, tables=TABLES).ok


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("完成率+签单额", ["unit_kind"]),
        ("完成率>签单额", ["unit_kind"]),
        ("签单额-成本", ["unit_size"]),
        ("SUM(签单额,成本)", ["unit_size"]),
        ("IF(在职,签单额,成本)", ["unit_size"]),
        ("岗位=1", ["types_differ"]),
        ("3>2>1", ["chained_comparison"]),
        ("IFERROR(签单额/成本,0)", ["hides_missing"]),
        ("BAND(完成率,90,1,90,2,3)", ["same_bound"]),
    ],
)
def test_warnings_do_not_stop(source: str, expected: list[str]) -> None:
    checked = parse_and_check(source, INPUTS, tables=TABLES)
    assert [p.code.removeprefix("formula.") for p in checked.problems] == expected
    assert checked.ok


def test_what_is_misspelt_is_asked_back() -> None:
    problem = parse_and_check("完成律*2", INPUTS).problems[0]
    assert (problem.message.zh, problem.fix.zh) == ("没有“完成律”。", "是不是“完成率”？")
    assert (problem.start, problem.end) == (0, 3)
    assert parse_and_check("订单.金客", INPUTS).problems[0].fix.zh == "是不是“金额”？"


def test_each_mistake_of_a_text_is_told_once() -> None:
    assert codes("没有(完成律, )") == ["unknown_function", "empty_argument"]


@pytest.mark.parametrize(
    ("source", "fix"),
    [
        ('1+"2"', "去掉引号，写 2"),
        ("TRUE+1", "写成 IF(条件, 1, 0)。"),
        ("1+岗位", "用 VALUE(…) 把文字读成数。"),
        ("IF(在职,1)", "写成 IF(条件, 成立时, 否则)"),
        ("3>2>1", "写成 AND(a > b, b > c)。"),
    ],
)
def test_the_fix_can_be_typed(source: str, fix: str) -> None:
    assert parse_and_check(source, INPUTS).problems[0].fix.zh == fix


def test_every_problem_speaks_both_languages_and_has_a_place() -> None:
    for source in (
        "完成律",
        "TRUE+1",
        "AND()",
        'IF(在职,1,"x")',
        "订单.金额",
        "SUM(订单.金额*工单.用时)",
        "订单.x",
        "系数表",
        "XLOOKUP(岗位,岗位,系数表.系数)",
        "VLOOKUP(岗位,系数表,3)",
        "TEXT(完成率,岗位)",
        'TEXT(完成率,"0e")',
        "PIECEWISE(1,1,1,1,2)",
        "没有(1)",
        "完成率+签单额",
        "签单额-成本",
        "岗位=1",
        "3>2>1",
        "IFERROR(1/0,0)",
        "BAND(1,9,1,9,2,3)",
    ):
        assert parse_and_check(source, INPUTS, tables=TABLES).problems
        for problem in parse_and_check(source, INPUTS, tables=TABLES).problems:
            assert problem.message.zh and problem.message.en and problem.fix.zh and problem.fix.en, source
            assert 0 <= problem.start < problem.end <= len(source), (source, problem)


def test_the_expected_type_is_asked_for() -> None:
    assert codes("完成率", expected=B) == ["expected_type"]
    assert codes("完成率>90", expected=B) == []


def test_names_become_ids_and_renames_break_nothing() -> None:
    tree = parse_and_check("完成率*SUM(订单.金额)", INPUTS).tree
    assert tree == Binary("*", Input("i1"), Call("SUM", (Input("i6", "amount"),)))
    assert to_source(tree, {"i1": "达成率", "i6": "合同", "i6.amount": "金额"}, "en") == "达成率 * SUM(合同.金额)"
    assert check(tree, INPUTS).tree == tree
    bound_table = parse_and_check("XLOOKUP(岗位,系数表.等级,系数表.系数)", INPUTS, tables=TABLES).tree
    assert bound_table == Call("XLOOKUP", (Input("i4"), TableColumn("t1", "grade"), TableColumn("t1", "factor")))
    assert check(bound_table, INPUTS, tables=TABLES).ok


def test_names_are_found_whatever_their_width_case_or_encoding() -> None:
    specs = [InputSpec("a", "ＫＰＩ得分", N), InputSpec("b", "Café", N)]
    assert parse_and_check("kpi得分", specs).tree == Input("a")
    assert parse_and_check("cafe\u0301", specs).tree == Input("b")


def test_a_label_may_have_a_dot_in_it() -> None:
    specs = [InputSpec("a", "成本.直接", N), InputSpec("b", "成本", N, None, (InputSpec("f", "间接", N),))]
    assert parse_and_check("成本.直接", specs[:1]).tree == Input("a")
    assert parse_and_check("[成本.直接]+SUM(成本.间接)", specs).ok


def test_a_stored_tree_whose_input_is_gone_says_so() -> None:
    checked = check(Binary("+", Input("gone"), Number(1)), INPUTS)
    assert [p.code for p in checked.problems] == ["formula.unknown_input"]
    assert [p.code for p in check(Call("NOPE", ()), INPUTS).problems] == ["formula.unknown_function"]
    assert [p.code for p in check(Hole(), INPUTS).problems] == ["formula.hole"]
    assert [p.code for p in check(TableColumn("gone"), INPUTS).problems] == ["formula.table_as_value"]


def test_an_unreadable_text_is_refused_with_its_reason() -> None:
    checked = parse_and_check("1" * 8_001, INPUTS)
    assert not checked.ok and checked.tree == Hole()
    assert parse("").tree is None
    assert not parse_and_check("", INPUTS).ok


def test_an_input_may_be_called_like_a_function_or_a_cell() -> None:
    specs = [
        InputSpec("x", "IF", N),
        InputSpec("y", "A1", N),
        InputSpec("z", "TRUE", N),
        InputSpec("t", "求和", N),
    ]
    assert parse_and_check("IF(IF>A1,[TRUE],求和(求和))", specs).ok


def test_every_function_has_words_in_both_languages_and_a_chinese_name() -> None:
    for function in FUNCTIONS.values():
        assert function.zh and function.doc.zh and function.doc.en, function.name
        for param in (*function.head, *function.group):
            assert param.zh and param.en
        assert function.signature("zh").startswith(function.name + "(")
