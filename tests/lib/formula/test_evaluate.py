"""Blanks, errors, comparisons and types as they are computed (FORMULA §2, §3, §6)."""

from __future__ import annotations

import datetime
import math
from typing import Any

import numpy as np
import pytest

from jiyu.lib.formula import (
    ERRORS,
    Column,
    EvalContext,
    MissingInput,
    ValueType,
    evaluate,
    explain,
    parse,
    prepare,
)
from jiyu.lib.formula.tree import Binary, Bool, Call, Input, Number, number_source
from jiyu.lib.formula.tree import Text as TextNode
from jiyu.lib.formula.values import VALUE as VALUE_STATE
from tests.lib.formula.formula_kit import CONTEXT, DIV0, NA, NUM, TODAY, VALUE, bound, column, result, results

BLANK: Any = None


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("0.1+0.2=0.3", True),
        ("1.1*1.1=1.21", True),
        ("100/3*3>=100", True),
        ("100/3*3>100", False),
        ("100/3*3<100", False),
        ("0.1+0.2<>0.3", False),
        ("1/(0.1+0.2-0.3)", DIV0),
        ("1/((0.1+0.2-0.3)*2)", DIV0),
        ("IF(0.1+0.2-0.3, 1, 2)", 2.0),
        ("SQRT(0.3-0.1-0.2)", 0.0),
        ("ROUND(85-85.05,1)", 0.0),
        ("ROUND(1e12+0.7-1e12,1)", 0.7),
        ("INT(0.29*100)", 29.0),
        ("INT((0.1+0.7)*10)", 8.0),
        ("MOD(1,0.1)", 0.0),
        ("ROUNDUP(1.1*1.1,2)", 1.21),
        ("1e308*10", NUM),
        ("1e308+1e308", NUM),
        ("-1e308-1e308", NUM),
        ("1/(1e308*10)", NUM),
        ("EXP(710)", NUM),
        ("0^0", NUM),
        ("(-8)^(1/3)", NUM),
        ("0^-1", DIV0),
        ("1e200^2", NUM),
        ("1/0", DIV0),
        ("0/0", DIV0),
        ("1/(1/0)", DIV0),
        ("1e-300/1e300", 0.0),
        ("1/1e-9=1e9", True),
        ("1e308-(-1e308)>0", NUM),
        ("1e308>-1e308", True),
        ("MOD(5,0)", DIV0),
        ("LN(0)", NUM),
        ("SQRT(-1)", NUM),
        ("CLAMP(5,10,1)", NUM),
        ("3>2>1", True),
        ("-0", 0.0),
        ("0*-1", 0.0),
    ],
)
def test_numbers_at_their_decision_points(source: str, expected: Any) -> None:
    assert result(source) == expected


def test_a_band_compares_the_rounded_score() -> None:
    total = "91.70*40%+81.50*30%+79.55*30%"
    assert result(f'BAND(ROUND({total},2), 105,"S", 95,"A", 85,"B+", 70,"B", "C")') == "B+"
    assert result('BAND(84.995, 85,"B+", 70,"B", "C")') == "B"
    assert result("ROUND(30%*77.6+25%*89.3+15%*67.3+30%*97.5,1)") == 85.0


def test_raw_numbers_compare_exactly_computed_ones_do_not() -> None:
    third = 0.1 + 0.2  # a raw datum that happens to be 0.30000000000000004
    assert result("a=0.3", a=third) is False
    assert result("a+0=0.3", a=third) is True
    assert result("a=30%", a=0.3) is True
    assert result("a=30%", a=third) is False
    assert result("a=(15+15)%", a=third) is True
    assert result("a=-b", a=third, b=-0.3) is False


def test_a_limit_has_one_zero_wherever_the_row_stands() -> None:
    for limits in ("0,120", "-1*0,120", "-5,0"):
        found = evaluate(
            bound(f"CLAMP(a,{limits})", {"a": column([0.0])}),
            {"a": Column.number([-0.0] * 37)},
            rows=37,
            context=CONTEXT,
        )
        assert not np.signbit(found.values).any(), limits


def test_negative_zero_never_shows() -> None:
    for source in ("-a", "a*-1", "ROUND(-0.001,2)", "a/-5", "MOD(0,-3)", "CEILING(-0.4,1)"):
        assert result(f'({source})&""', a=0) == "0"
        assert result(f"({source})=0", a=0) is True
        assert number_source(result(source, a=0)) == "0"
    assert math.copysign(1, result("-a", a=0)) == 1


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("blank+1", BLANK),
        ("blank=0", BLANK),
        ('blank&"x"', BLANK),
        ("-blank", BLANK),
        ("blank%", BLANK),
        ("blank*1/0", BLANK),
        ("blank+1/0", BLANK),
        ("1/0+blank", BLANK),
        ("1/0=blank", BLANK),
        ("ROUND(blank,2)", BLANK),
        ("ROUND(2.345,blank)", BLANK),
        ("SUM(blank,1/0,2)", DIV0),
        ("SUM(1,blank,3)", 4.0),
        ("SUM(blank,blank)", BLANK),
        ("MIN(1/0,2)", DIV0),
        ("MAX(blank)", BLANK),
        ("MAX(blank,-3)", -3.0),
        ("AVERAGE(blank,blank)", BLANK),
        ("AVERAGE(5,5,blank)", 5.0),
        ("COUNT(blank,1/0,7)", 1.0),
        ("COUNTA(blank,1/0,7)", 2.0),
        ("IF(blank,1,2)", NA),
        ("IF(blank>1,1,2)", NA),
        ("IF(1/0,1,2)", DIV0),
        ("IF(TRUE,1,1/0)", 1.0),
        ("IF(FALSE,1/0,2)", 2.0),
        ("IFS(FALSE,1/0,TRUE,5)", 5.0),
        ("IFS(TRUE,1,blank,2)", 1.0),
        ("IFS(FALSE,1,blank,2)", NA),
        ("IFS(FALSE,1)", NA),
        ("SWITCH(2,1,1/0,2,7)", 7.0),
        ("SWITCH(blank,1,7,8)", NA),
        ("SWITCH(1/0,1,7,8)", DIV0),
        ("SWITCH(9,1,7)", NA),
        ("AND(FALSE,1/0)", DIV0),
        ("AND(1/0,FALSE)", DIV0),
        ("AND(FALSE,blank>1)", False),
        ("AND(TRUE,blank>1)", BLANK),
        ("AND(blank>1,TRUE)", BLANK),
        ("OR(TRUE,blank>1)", True),
        ("OR(FALSE,blank>1)", BLANK),
        ("OR(TRUE,1/0)", DIV0),
        ("XOR(TRUE,blank>1)", BLANK),
        ("XOR(1/0,blank>1)", DIV0),
        ("NOT(blank>1)", BLANK),
        ("IFERROR(blank,5)", BLANK),
        ("IFERROR(1/0,5)", 5.0),
        ("IFERROR(1/0,1/0)", DIV0),
        ("IFERROR(1/0,blank)", BLANK),
        ("IFERROR(IF(blank,1,2),5)", 5.0),
        ("IFNA(IF(blank,1,2),5)", 5.0),
        ("IFNA(1/0,5)", DIV0),
        ("IFBLANK(blank,5)", 5.0),
        ("IFBLANK(1/0,5)", DIV0),
        ("IFBLANK(0,5)", 0.0),
        ("ISBLANK(blank)", True),
        ("ISBLANK(1/0)", False),
        ("CLAMP(blank,0,1)", BLANK),
        ("CLAMP(1/0,0,1)", DIV0),
        ("BAND(blank,1,2,3)", BLANK),
        ("BAND(1/0,1,2,3)", DIV0),
        ("BAND(5,1,1/0,3)", DIV0),
        ("BAND(0,1,1/0,3)", 3.0),
        ("BAND(0,1,5)", NA),
        ("BAND(5,blank,1,2)", BLANK),
        ("PIECEWISE(blank,1,2,3,4)", BLANK),
        ("MOD(blank,0)", BLANK),
    ],
)
def test_blank_and_error(source: str, expected: Any) -> None:
    assert result(source, blank=BLANK) == expected


def test_iferror_ten_deep_ends_with_the_last_fallback() -> None:
    source = "1/0"
    for _ in range(9):
        source = f"IFERROR({source},1/0)"
    assert result(source) == DIV0
    assert result(f"IFERROR({source},42)") == 42


def test_weights_that_sum_to_zero_or_nearly_one() -> None:
    assert result("a/(b+c)", a=1, b=0.3, c=-0.3) == DIV0
    assert result("80/(a+b+c)", a=0.3333333, b=0.3333333, c=0.3333333) == pytest.approx(80 / 0.9999999, rel=1e-15)
    assert result("a+b+c=1", a=0.3333333, b=0.3333333, c=0.3333333) is False


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ('"a"="A"', True),
        ('"10"=10', False),
        ('"10"<>10', True),
        ('"000317"=317', False),
        ('"b">"A"', True),
        ('"é"="e\u0301"', True),
        ("TRUE=1", False),
        ("DATE(2026,4,8)>DATE(2026,4,7)", True),
        ("DATE(2026,4,8)-DATE(2026,3,31)", 8.0),
        ("DATE(2026,2,28)+1", datetime.date(2026, 3, 1)),
        ("1+DATE(2026,2,28)", datetime.date(2026, 3, 1)),
        ("DATE(2026,2,28)-59", datetime.date(2025, 12, 31)),
        ("DATE(2026,2,28)+1e9", NUM),
        ("DATE(9999,12,31)+1", NUM),
        ("1&2", "12"),
        ('0.1+0.2&""', "0.3"),
        ('1/3&""', "0.333333333333333"),
        ('1e21&""', "1E+21"),
        ('1e19&""', "10000000000000000000"),
        ('1e-10&""', "1E-10"),
        ('0.00001&""', "0.00001"),
        ('TRUE&""', "TRUE"),
    ],
)
def test_texts_dates_and_mixed_comparisons(source: str, expected: Any) -> None:
    assert result(source) == expected


def test_accents_compare_however_they_are_encoded() -> None:
    assert results('t="é"', t=["e\u0301", "é", "e"]) == [True, True, False]


def test_data_that_are_no_numbers_are_errors_not_guesses() -> None:
    values = ["30%", "1,234", " 5 ", "五", float("inf"), float("nan"), 3, None]
    col = Column.number(values)
    assert results("a*2", a=col) == [VALUE, VALUE, VALUE, VALUE, NUM, NUM, 6.0, BLANK]
    assert results("VALUE(a)", a=["30%", "1,234", " 5 ", "五", "１２", "1e3", "--1", "1,23"]) == [
        0.3, 1234.0, 5.0, VALUE, 12.0, 1000.0, VALUE, VALUE,
    ]  # fmt: skip


def test_every_error_says_why_in_both_languages() -> None:
    for error in ERRORS.values():
        assert error.code in (DIV0, VALUE, NUM, NA)
        assert error.reason.zh and error.reason.en
    assert str(Column.number([1.0, None]).at(1)) == "None"


def test_the_state_is_absent_while_all_is_well() -> None:
    columns = {"a": column([1.0, 2.0]), "b": column([4.0, 5.0])}
    found = evaluate(bound("ROUND(a/b,2)", columns), columns, rows=2, context=CONTEXT)
    assert found.state is None
    assert found.to_list() == [0.25, 0.4]


def test_a_scheme_with_a_missing_line() -> None:
    """CASES A4: weights 50/30/20, scores 80, blank, 90."""
    points = "IFBLANK(a*50,0)+IFBLANK(b*30,0)+IFBLANK(c*20,0)"
    weights = "IF(ISBLANK(a),0,50)+IF(ISBLANK(b),0,30)+IF(ISBLANK(c),0,20)"
    renormalised = f"ROUND(({points})/({weights}),2)"
    zero = "a*50%+IFBLANK(b,0)*30%+c*20%"
    assert result(renormalised, a=80, b=BLANK, c=90) == 82.86
    assert result(zero, a=80, b=BLANK, c=90) == 58.0
    assert result("a*50%+b*30%+c*20%", a=80, b=BLANK, c=90) is BLANK
    assert result(renormalised, a=80, b=0, c=90) == 58.0
    assert result("AVERAGE(a,b,c)", a=5, b=5, c=BLANK) == 5.0


def test_an_unchecked_clash_of_types_is_value_not_a_crash() -> None:
    text, one = TextNode("x"), Number(1)
    for tree in (
        Binary("+", one, text), Binary("<", one, Call("DATE", (one, one, one))), Call("SUM", (one, text)),
        Call("IF", (text, one, one)),
        Call("IFS", (Bool(True), one, Bool(True), text)), Call("ROUND", (text, one)), Call("BAND", (one, one, text, one)),
        Call("IFERROR", (Binary("/", one, Number(0)), text)), Call("SUMIF", (one, one)),
    ):  # fmt: skip
        got = evaluate(tree, {}, rows=1, context=CONTEXT).at(0)
        assert getattr(got, "code", None) == VALUE, tree


def test_a_branch_that_nobody_takes_clashes_all_the_same() -> None:
    columns = {"a": column([1.0, 2.0])}
    holds = Binary(">", Input("a"), Number(0))
    for yes, no in ((Number(1), TextNode("x")), (TextNode("x"), Number(1))):
        tree = Call("IF", (holds, yes, no))
        assert evaluate(tree, columns, rows=2, context=CONTEXT).state_at(0) == VALUE_STATE


@pytest.mark.parametrize("source", ["IF(a>0, a*2, 1/0)", "IF(a<0, 1/0, a*2)"])
def test_an_explanation_shows_the_branch_that_nobody_takes_too(source: str) -> None:
    columns = {"a": column([1.0, 2.0])}
    tree = bound(source, columns)
    assert evaluate(tree, columns, rows=2, context=CONTEXT).to_list() == [2.0, 4.0]
    told = explain(tree, columns, row=0, context=CONTEXT)
    assert told.value == 2.0
    assert {str(branch.value) for branch in told.children[1:]} == {"2.0", DIV0}


def test_equal_parts_are_one_but_not_where_a_decision_hangs_on_one_of_them() -> None:
    columns = {name: column([value]) for name, value in (("a", 0.1), ("b", 0.2), ("c", 0.3))}
    # the same sum, cleaned of cancellation only where it is rounded
    tree = bound("(a+b-c)*1E20+ROUND((a+b-c)*1E20,0)", columns)
    alone = bound("(a+b-c)*1E20", columns)
    found = evaluate(prepare(tree), columns, rows=1, context=CONTEXT).at(0)
    assert found == evaluate(alone, columns, rows=1, context=CONTEXT).at(0) != 0
    assert explain(tree, columns, row=0, context=CONTEXT).value == found


def test_a_missing_column_is_the_callers_mistake() -> None:
    with pytest.raises(MissingInput):
        evaluate(Input("a"), {}, rows=1, context=CONTEXT)
    with pytest.raises(MissingInput):
        evaluate(Input("a", "金额"), {"a": column([1])}, rows=1, context=CONTEXT)
    with pytest.raises(ValueError, match="2 rows, not 3"):
        evaluate(Input("a"), {"a": column([1, 2])}, rows=3, context=CONTEXT)
    unbound = parse("完成率").tree
    assert unbound is not None
    with pytest.raises(ValueError, match="not a bound formula"):
        evaluate(unbound, {}, rows=1, context=CONTEXT)


def test_no_rows_give_no_results() -> None:
    columns = {"a": Column.number([]), "t": Column.text([])}
    for source in ("a+1", "SUM(a,1)", "LEN(t)", "IF(a>1,1,2)", "MEDIAN(a,1)", 'BAND(a,1,"x","y")'):
        assert evaluate(bound(source, columns), columns, rows=0, context=CONTEXT).to_list() == []


def test_constants_are_repeated_for_every_row() -> None:
    assert evaluate(Number(7), {}, rows=3, context=CONTEXT).to_list() == [7.0, 7.0, 7.0]


def test_an_explanation_shows_each_step_of_the_same_calculation() -> None:
    columns = {"actual": column([4368.0, 1.0]), "target": column([4480.0, 0.0])}
    tree = bound("ROUND(actual/target*100*40%,2)", columns)
    told = explain(tree, columns, row=0, context=CONTEXT)
    assert told.value == 39.0 == evaluate(tree, columns, rows=2, context=CONTEXT).at(0)
    assert told.source == "四舍五入(actual / target * 100 * 40%, 2)"
    product, digits = told.children
    assert product.value == 39.0 and digits.value == 2.0
    ratio = product.children[0].children[0]
    assert (ratio.source, ratio.value) == ("actual / target", 0.975)
    assert [c.value for c in ratio.children] == [4368.0, 4480.0]
    named = explain(
        tree,
        columns,
        row=0,
        context=CONTEXT,
        labels={"actual": "合格报工", "target": "计划 件"},
        language="en",
    )
    assert named.children[0].children[0].source == "合格报工 / [计划 件] * 100"
    failed = explain(tree, columns, row=1, context=CONTEXT)
    assert failed.value == ERRORS[failed.state]
    assert failed.state == 2


def test_today_is_the_day_of_the_evaluation() -> None:
    assert result("TODAY()") == TODAY
    assert result("TODAY()", EvalContext(datetime.date(2024, 2, 29))) == datetime.date(2024, 2, 29)


def test_column_slices_share_states_and_records() -> None:
    col = Column.number([1, None, 3])
    assert col.slice(1, 3).to_list() == [None, 3.0]
    assert len(Column.blank(ValueType.TEXT, 4)) == 4
    assert Column.blank(ValueType.TEXT, 1).to_list() == [None]
    assert Column.number(np.array([1, 2])).to_list() == [1.0, 2.0]
    assert Column.bool([True, None]).to_list() == [True, None]
    assert Column.number([True]).at(0) == ERRORS[3]
