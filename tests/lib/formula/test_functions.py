"""Functions whose corners the reference's examples do not show (FORMULA §5, §6)."""

from __future__ import annotations

import datetime
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from jiyu.lib.calendar import official_calendar
from jiyu.lib.formula import (
    Column,
    EvalContext,
    InputSpec,
    Records,
    Table,
    TableSpec,
    ValueType,
    evaluate,
    parse_and_check,
)
from jiyu.lib.formula.functions import criteria
from jiyu.lib.formula.functions.criteria import meets
from jiyu.lib.formula.values import Value
from tests.lib.formula.formula_kit import CONTEXT, DIV0, NA, NUM, TODAY, VALUE, bound, result, results

date = datetime.date


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ('LEN("👍")', 1.0),
        ('LEN("👨‍👩‍👧")', 5.0),
        ('MID("a👍b",2,1)', "👍"),
        ('LEFT("一车间")', "一"),
        ('LEFT("abc",2.9)', "ab"),
        ('LEFT("abc",99)', "abc"),
        ('LEFT("x",-1)', VALUE),
        ('RIGHT("abc",0)', ""),
        ('RIGHT("x",-1)', VALUE),
        ('MID("x",0,1)', VALUE),
        ('MID("x",1,-1)', VALUE),
        ('MID("abc",9,1)', ""),
        ('FIND("","abc")', 1.0),
        ('FIND("","abc",3)', 3.0),
        ('FIND("a","ABC")', VALUE),
        ('FIND("c","abcabc",4)', 6.0),
        ('FIND("a","abc",0)', VALUE),
        ('FIND("a","abc",9)', VALUE),
        ('SUBSTITUTE("aaa","a","b",2)', "aba"),
        ('SUBSTITUTE("aaa","a","b",9)', "aaa"),
        ('SUBSTITUTE("aaa","a","b",0)', VALUE),
        ('SUBSTITUTE("abc","","x")', "abc"),
        ('SUBSTITUTE("aaaa","aa","b",2)', "aab"),
        ('TRIM("　a")', "　a"),
        ("LEN(1234.5)", 6.0),
        ('UPPER("ß")', "SS"),
        ('CONCAT("a",1/0)', DIV0),
        ("VALUE(12)", 12.0),
        ('VALUE("")', VALUE),
        ('VALUE("1e999")', VALUE),
        ('VALUE("50%%")', 0.005),
        ('VALUE("-1,234.5")', -1234.5),
    ],
)
def test_texts(source: str, expected: Any) -> None:
    assert result(source) == expected


@pytest.mark.parametrize(
    ("value", "pattern", "expected"),
    [
        ("-0.001", "0.00", "0.00"),
        ("0.5", "0", "1"),
        ("2.675", "0.00", "2.68"),
        ("1234567.891", "#,##0.0", "1,234,567.9"),
        ("0", "#,##0", "0"),
        ("0", "#", ""),
        ("0.5", "#.##", ".5"),
        ("5", "000", "005"),
        ("5", "0.0#", "5.0"),
        ("0.975", "0.0%", "97.5%"),
        ("1234567", "0.0,,", "1.2"),
        ("-5", "0;(0)", "(5)"),
        ("0", '0;-0;"无"', "无"),
        ("12.5", '0.00"分"', "12.50分"),
        ("12.5", "0.00元", "12.50元"),
        ("5", "\\第0名", "第5名"),
        ("1234.5", "General", "1234.5"),
        ("DATE(2026,4,8)", "yyyy-mm-dd", "2026-04-08"),
        ("DATE(2026,4,8)", "yy/m/d", "26/4/8"),
        ("DATE(2026,4,8)", "yyyy年m月d日", "2026年4月8日"),
        ("DATE(2026,4,8)", "aaaa", "星期三"),
        ("DATE(2026,4,8)", "mmm d, ddd", "Apr 8, Wed"),
    ],
)
def test_text_formats(value: str, pattern: str, expected: str) -> None:
    quoted = pattern.replace('"', '""')
    assert result(f'TEXT({value},"{quoted}")') == expected


@pytest.mark.parametrize(
    "pattern", ["0.00E+00", "# ?/?", "@", "[Red]0", "[>5]0", "*-0", "_)0", "0;0;0;0;0", '"x', "0.0.0", "0 0"]
)
def test_other_text_formats_are_refused_by_name(pattern: str) -> None:
    quoted = pattern.replace('"', '""')
    checked = parse_and_check(f'TEXT(1,"{quoted}")', [])
    assert [p.code for p in checked.problems] == ["formula.text_format"]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("EDATE(DATE(2024,1,31),1)", date(2024, 2, 29)),
        ("EDATE(DATE(2023,1,31),1)", date(2023, 2, 28)),
        ("EDATE(DATE(2024,3,31),-1)", date(2024, 2, 29)),
        ("EDATE(DATE(2024,2,29),12)", date(2025, 2, 28)),
        ("EDATE(DATE(2024,2,29),1e9)", NUM),
        ("EOMONTH(DATE(2024,1,15),1)", date(2024, 2, 29)),
        ("DATE(2024,2,30)", date(2024, 3, 1)),
        ("DATE(2024,13,1)", date(2025, 1, 1)),
        ("DATE(2024,0,1)", date(2023, 12, 1)),
        ("DATE(2024,1,0)", date(2023, 12, 31)),
        ("DATE(1899,12,31)", NUM),
        ("DATE(9999,12,32)", NUM),
        ("DATE(1e300,1,1)", NUM),
        ('DATEDIF(DATE(2024,1,31),DATE(2024,3,1),"md")', 1.0),
        ('DATEDIF(DATE(2024,1,15),DATE(2024,3,20),"md")', 5.0),
        ('DATEDIF(DATE(2020,6,1),DATE(2026,4,8),"ym")', 10.0),
        ('DATEDIF(DATE(2020,6,1),DATE(2026,4,8),"yd")', 311.0),
        ('DATEDIF(DATE(2020,6,1),DATE(2026,4,8),"d")', 2137.0),
        ('DATEDIF(DATE(2020,4,8),DATE(2026,4,8),"y")', 6.0),
        ('DATEDIF(DATE(2020,4,8),DATE(2026,4,7),"y")', 5.0),
        ('DATEDIF(DATE(2024,2,29),DATE(2025,2,28),"y")', 0.0),
        ('DATEDIF(DATE(2026,1,2),DATE(2026,1,1),"d")', NUM),
        ("DAYS(DATE(2026,3,1),DATE(2026,3,31))", -30.0),
        ("WEEKDAY(DATE(2026,4,5))", 1.0),
        ("WEEKDAY(DATE(2026,4,5),2)", 7.0),
        ("WEEKDAY(DATE(2026,4,5),3)", 6.0),
        ("WEEKDAY(DATE(2026,4,5),11)", 7.0),
        ("WEEKDAY(DATE(2026,4,5),14)", 4.0),
        ("WEEKDAY(DATE(2026,4,5),17)", 1.0),
        ("WEEKDAY(DATE(2026,4,5),4)", NUM),
        ("WEEKDAY(DATE(1900,1,1),2)", 1.0),
        ("YEAR(DATE(1969,12,31))", 1969.0),
        ("MONTH(DATE(1969,12,31))", 12.0),
        ("DAY(DATE(1969,12,31))", 31.0),
    ],
)
def test_dates(source: str, expected: Any) -> None:
    assert result(source) == expected


class _SmallCalendar:
    """2026 published, 2026-02-14 a worked Saturday, 02-16…23 off; other years Monday to Friday."""

    def count_workdays(
        self, starts: npt.NDArray[np.datetime64], ends: npt.NDArray[np.datetime64]
    ) -> tuple[npt.NDArray[Any], npt.NDArray[np.bool_]]:
        counts, published = [], []
        for start, end in zip(starts.astype(object), ends.astype(object), strict=True):
            days = [start + datetime.timedelta(n) for n in range((end - start).days + 1)]
            counts.append(sum(self._worked(day) for day in days))
            published.append(all(day.year == 2026 for day in days))
        return np.array(counts, np.float64), np.array(published, np.bool_)

    def _worked(self, day: date) -> bool:
        if day == date(2026, 2, 14):
            return True
        return day.weekday() < 5 and not date(2026, 2, 16) <= day <= date(2026, 2, 23)


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        (date(2026, 2, 9), date(2026, 2, 15), 6.0),
        (date(2026, 2, 15), date(2026, 2, 9), -6.0),
        (date(2026, 2, 14), date(2026, 2, 14), 1.0),
        (date(2026, 2, 13), date(2026, 2, 24), 3.0),
        (date(2025, 12, 31), date(2026, 1, 1), NA),
        (date(2026, 12, 31), date(2027, 1, 4), NA),
        (None, date(2026, 1, 1), None),
    ],
)
def test_working_days_are_those_of_the_calendar(start: Any, end: Any, expected: Any) -> None:
    columns = {"s": Column.date([start]), "e": Column.date([end])}
    context = EvalContext(TODAY, _SmallCalendar())
    assert result("NETWORKDAYS(s,e)", context, **columns) == expected


def test_an_unpublished_year_is_provisional_in_planning_and_an_error_in_scoring() -> None:
    columns = {
        "s": Column.date([date(2026, 12, 31), date(2026, 2, 9)]),
        "e": Column.date([date(2027, 1, 4), date(2026, 2, 10)]),
    }
    tree = bound("NETWORKDAYS(s,e)", columns)
    planned = evaluate(tree, columns, rows=2, context=EvalContext(TODAY, _SmallCalendar(), planning=True))
    assert planned.to_list() == [3.0, 2.0]
    assert [planned.is_provisional(0), planned.is_provisional(1)] == [True, False]
    assert result("NETWORKDAYS(TODAY(),TODAY())", CONTEXT) == NA  # no calendar at all


def test_a_doubt_in_a_branch_does_not_hang_on_the_neighbours() -> None:
    columns = {"a": Column.date([datetime.date(2027, 4, 1)] * 2), "x": Column.number([1, -1])}
    tree = bound("IF(x>0, x, NETWORKDAYS(a,a))", columns)
    context = EvalContext(TODAY, _SmallCalendar(), planning=True)
    many = evaluate(tree, columns, rows=2, context=context)
    alone = evaluate(tree, {name: c.slice(0, 1) for name, c in columns.items()}, rows=1, context=context)
    assert many.is_provisional(0)
    assert alone.is_provisional(0)


def test_the_official_calendar_counts_the_first_quarter() -> None:
    """CASES A3: 59 working days, 32 to the worked Saturday 02-14, 27 after it."""
    context = EvalContext(TODAY, official_calendar([2026]))
    assert result("NETWORKDAYS(DATE(2026,1,1),DATE(2026,3,31))", context) == 59
    assert result("NETWORKDAYS(DATE(2026,1,1),DATE(2026,2,14))", context) == 32
    assert result("NETWORKDAYS(DATE(2026,2,15),DATE(2026,3,31))", context) == 27
    assert result("NETWORKDAYS(DATE(2026,12,31),DATE(2027,1,4))", context) == NA


AMOUNTS = [120.0, 30.0, 250.0, 80.0, None, 10.0]
REGIONS = ["华东", "华南", "华东", "西北", "华东", None]


def orders(
    amounts: list[Any] = AMOUNTS, regions: list[Any] = REGIONS, offsets: tuple[int, ...] = (0, 3, 3, 6)
) -> Column:
    """Three people: three orders, none, three."""
    fields = {"金额": Column.number(amounts), "地区": Column.text(regions)}
    rows = len(offsets) - 1
    return Column.number([None] * rows).with_records(Records(np.array(offsets), fields))


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("SUM(o.金额)", [400.0, None, 90.0]),
        ("SUM(o.金额,1)", [401.0, 1.0, 91.0]),
        ("COUNT(o.金额)", [3.0, 0.0, 2.0]),
        ("COUNTA(o.地区)", [3.0, 0.0, 2.0]),
        ("AVERAGE(o.金额)", [pytest.approx(400 / 3), None, 45.0]),
        ("MIN(o.金额)", [30.0, None, 10.0]),
        ("MAX(o.金额,100)", [250.0, 100.0, 100.0]),
        ("MEDIAN(o.金额)", [120.0, None, 45.0]),
        ("LARGE(o.金额,2)", [120.0, None, 10.0]),
        ("SMALL(o.金额,3)", [250.0, None, NUM]),
        ("PERCENTILE(o.金额,0.5)", [120.0, None, 45.0]),
        ("RANK(80,o.金额)", [NA, None, 1.0]),
        ('SUMIF(o.地区,"华东",o.金额)', [370.0, 0.0, None]),
        ('SUMIF(o.金额,">=100")', [370.0, 0.0, 0.0]),
        ('SUMIFS(o.金额,o.地区,"华*",o.金额,">50")', [370.0, 0.0, 0.0]),
        ('COUNTIF(o.地区,"华?")', [3.0, 0.0, 1.0]),
        ('COUNTIF(o.地区,"<>华东")', [1.0, 0.0, 1.0]),
        ('COUNTIF(o.地区,"")', [0.0, 0.0, 1.0]),
        ('COUNTIF(o.地区,"<>")', [3.0, 0.0, 2.0]),
        ("COUNTIF(o.金额,30)", [1.0, 0.0, 0.0]),
        ('COUNTIF(o.金额,"=30")', [1.0, 0.0, 0.0]),
        ('COUNTIF(o.金额,"很多")', [0.0, 0.0, 0.0]),
        ('COUNTIFS(o.地区,"华东",o.金额,"<200")', [1.0, 0.0, 0.0]),
        ('AVERAGEIF(o.地区,"华东",o.金额)', [185.0, DIV0, None]),
        ('AVERAGEIFS(o.金额,o.地区,"西北")', [DIV0, DIV0, 80.0]),
        ("SUMPRODUCT(o.金额,IF(o.金额>=100,1,0))", [370.0, None, 0.0]),
        ("SUM(o.金额*k)", [800.0, None, 270.0]),
        ("SUMIF(o.地区,r,o.金额)", [370.0, 0.0, 80.0]),
        ('SUMIF(o.金额,">"&k*20)', [370.0, 0.0, 80.0]),
    ],
)
def test_aggregates_over_records(source: str, expected: list[Any]) -> None:
    columns = {"o": orders(), "k": Column.number([2, 3, 3]), "r": Column.text(["华东", "华东", "西北"])}
    assert results(source, **columns) == expected


def test_an_error_among_the_chosen_records_beats_all() -> None:
    columns = {"o": orders([1.0, float("inf"), 3.0], ["a", "b", "a"], (0, 3))}
    assert results("SUM(o.金额)", **columns) == [NUM]
    assert results('SUMIF(o.地区,"a",o.金额)', **columns) == [4.0]
    assert results('SUMIF(o.地区,"b",o.金额)', **columns) == [NUM]
    assert results("COUNT(o.金额)", **columns) == [2.0]
    assert results("MEDIAN(o.金额)", **columns) == [NUM]


def test_functions_of_records_give_one_value_for_each() -> None:
    columns = {"o": orders(), "k": Column.number([2, 3, 3])}
    assert results("SUM(IFBLANK(5,o.金额))", **columns) == [15.0, None, 15.0]
    assert results("COUNTIF(IFBLANK(3,o.金额),k)", **columns) == [0.0, 0.0, 3.0]
    assert results('COUNTIF(LEFT(o.地区,1)&"!","华!")', **columns) == [3.0, 0.0, 1.0]
    assert results("SUM(o.金额*2+k)", **columns) == [806.0, None, 186.0]


def test_a_criterion_of_each_row_looks_only_at_the_records_of_its_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = 20_000
    records = Records(np.arange(0, 3 * rows + 1, 3), {"v": Column.number(np.tile([1.0, 2.0, 3.0], rows) * 1000)})
    columns = {
        "o": Column.number(np.zeros(rows)).with_records(records),
        "k": Column.number(np.arange(rows) / 10),
    }
    looked_at: list[int] = []

    def noted(field: Value, criterion: Any, *, computed: bool) -> Any:
        looked_at.append(len(field.values))
        return meets(field, criterion, computed=computed)

    monkeypatch.setattr(criteria, "meets", noted)
    found = results('COUNTIF(o.v,">="&k)', **columns)
    assert sum(looked_at) == 3 * rows
    assert [found[0], found[10_010], found[19_999]] == [3.0, 2.0, 2.0]


def test_dates_and_flags_as_criteria() -> None:
    fields = {
        "d": Column.date([date(2026, 1, 5), date(2026, 2, 5), None]),
        "f": Column.bool([True, False, True]),
    }
    columns = {
        "o": Column.number([0]).with_records(Records(np.array([0, 3]), fields)),
        "from": Column.date([date(2026, 2, 5)]),
    }
    assert results('COUNTIF(o.d,">=2026-02-01")', **columns) == [1.0]
    assert results("COUNTIF(o.d,from)", **columns) == [1.0]
    assert results('COUNTIF(o.d,">=没有")', **columns) == [0.0]
    assert results("COUNTIF(o.f,TRUE)", **columns) == [2.0]
    assert results('COUNTIF(o.f,"假")', **columns) == [1.0]


def test_wildcards_can_be_meant_literally() -> None:
    columns = {"o": orders([1, 2, 3], ["a*b", "axb", "a?b"], (0, 3))}
    assert results('COUNTIF(o.地区,"a*b")', **columns) == [3.0]
    assert results('COUNTIF(o.地区,"a~*b")', **columns) == [1.0]
    assert results('COUNTIF(o.地区,"A~?B")', **columns) == [1.0]


def test_percentiles_are_excels() -> None:
    values = "{4,5,6,7,8,9,12,15,22,40}"
    assert result(f"PERCENTILE({values},0.9)") == 23.8
    assert result(f"PERCENTILE({values},0)") == 4.0
    assert result(f"PERCENTILE({values},1)") == 40.0
    assert result(f"PERCENTILE({values},1.1)") == NUM
    tickets = "{" + ",".join(["5"] * 18 + ["100"] * 2) + "}"  # CASES A2
    assert result(f"ROUND(PERCENTILE({tickets},0.9),2)") == 14.5


def test_trimmed_mean_and_rank_corners() -> None:
    assert result("TRIMMEAN({1,5,6,100},0)") == 28.0
    assert result("TRIMMEAN({1,5,6,100},1)") == NUM
    assert result("TRIMMEAN({1,5,6,100},0.49)") == 28.0
    assert result("RANK(0.1+0.2,{0.3,0.2})") == 1.0
    assert result("RANK(5,{1,2})") == NA
    assert result("LARGE({1,2},0)") == NUM
    assert result("LARGE({1,2},1.5)") == 1.0
    assert result("SUMPRODUCT({1,2},{1,2,3})") == VALUE


TABLE = Table(
    {
        "g": Column.text(["A", "B+", "B", "b", None]),
        "k": Column.number([1.25, 1.1, 1.0, 9.9, 7.0]),
        "n": Column.number([100, 80, 60, 60, None]),
    }
)
SPEC = TableSpec(
    "t",
    "表",
    (
        InputSpec("g", "等级", ValueType.TEXT),
        InputSpec("k", "系数", ValueType.NUMBER),
        InputSpec("n", "分", ValueType.NUMBER),
    ),
)


def looked_up(source: str, **columns: Column) -> list[Any]:
    inputs = [InputSpec(name, name, column.type) for name, column in columns.items()]
    checked = parse_and_check(source, inputs, tables=[SPEC])
    assert checked.ok, checked.problems
    rows = max((len(c) for c in columns.values()), default=1)
    found = evaluate(checked.tree, columns, rows=rows, context=EvalContext(TODAY, tables={"t": TABLE}))
    return [getattr(v, "code", v) for v in found.to_list()]


def test_lookup_takes_the_first_equal_row_regardless_of_case() -> None:
    g = Column.text(["b", "A", "C", None])
    assert looked_up("XLOOKUP(g,表.等级,表.系数)", g=g) == [1.0, 1.25, NA, None]
    assert looked_up("XLOOKUP(g,表.等级,表.系数,0)", g=g) == [1.0, 1.25, 0.0, None]
    assert looked_up("VLOOKUP(g,表,3,FALSE)", g=g) == [60.0, 100.0, NA, None]


def test_lookup_of_numbers_nearest_and_exact() -> None:
    x = Column.number([60, 79.9, 80, 100, 120, 10])
    assert looked_up("XLOOKUP(x,表.分,表.系数,-1,-1)", x=x) == [1.0, 1.0, 1.1, 1.25, 1.25, -1.0]
    assert looked_up("XLOOKUP(x,表.分,表.系数,-1,1)", x=x) == [1.0, 1.1, 1.1, 1.25, -1.0, 1.0]
    assert looked_up("XLOOKUP(x,表.分,表.系数)", x=x) == [1.0, NA, 1.1, 1.25, NA, NA]
    near = Column.number([80.00000000000001])
    assert looked_up("XLOOKUP(x+0,表.分,表.系数)", x=near) == [1.1]
    assert looked_up("XLOOKUP(x,表.分,表.系数)", x=near) == [NA]  # raw against raw is exact


def test_a_missing_or_empty_table_is_not_found() -> None:
    checked = parse_and_check("XLOOKUP(1,表.分,表.系数)", [], tables=[SPEC])
    empty = Table({key: column.slice(0, 0) for key, column in TABLE.columns.items()})
    for tables in ({}, {"t": empty}):
        found = evaluate(checked.tree, {}, rows=1, context=EvalContext(TODAY, tables=tables)).at(0)
        assert getattr(found, "code", None) == NA


@pytest.mark.parametrize(
    ("actual", "expected"),
    [(299, 0.0), (300, 60.0), (460, 92.0), (540, 108.0), (700, 120.0)],
)
def test_three_points_below_the_threshold_zero(actual: float, expected: float) -> None:
    assert result("IF(x<300,0,PIECEWISE(x,300,60,500,100,600,120))", x=actual) == expected


def test_the_highest_bound_reached_wins_wherever_it_stands() -> None:
    assert result('BAND(95, 70,"B", 90,"A", 85,"B+", "C")') == "A"
    assert result('BAND(90, 90,"first", 90,"second", "C")') == "first"
    source = 'BAND(x, a,IF(a=90,"A","B"), b,IF(b=90,"A","B"), "C")'
    rows = {"x": [95, 95, 75, 75, 60], "a": [70, 90, 70, 90, 70], "b": [90, 70, 90, 70, 90]}
    assert results(source, **rows) == ["A", "A", "B", "B", "C"]
    assert [result(source, x=x, a=a, b=b) for x, a, b in zip(*rows.values(), strict=True)] == list("AABBC")


def test_a_line_passes_exactly_through_its_points() -> None:
    for ten in range(1, 100):
        high = ten / 10 + 0.3
        assert result("PIECEWISE(x,0.1,y,b,z,99,0)", x=high, y=0.1 + ten / 7, b=high, z=ten / 3) == ten / 3


def test_three_points_mirrored_for_lower_is_better() -> None:
    source = "IF(x>a,0,PIECEWISE(x,a,60,b,100,c,120))"
    for x, expected in ((5.8, 84.0), (7.1, 0.0), (7, 60.0), (3, 120.0), (1, 120.0)):
        assert result(source, x=x, a=7, b=5, c=3) == expected
    assert result("PIECEWISE(x,a,60,b,100)", x=1, a=5, b=5) == NUM


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("CEILING(2.5,-1)", NUM),
        ("FLOOR(2.5,-1)", NUM),
        ("CEILING(-2.5,2)", -2.0),
        ("FLOOR(-2.5,2)", -4.0),
        ("FLOOR(-2.5,-2)", -2.0),
        ("CEILING(5,0)", 0.0),
        ("FLOOR(5,0)", DIV0),
        ("FLOOR(0,0)", 0.0),
        ("CEILING(2.1)", 3.0),
        ("FLOOR(0.1*3,0.1)", 0.3),
    ],
)
def test_multiples_and_their_signs(source: str, expected: Any) -> None:
    assert result(source) == expected


def test_rounding_digits_from_a_column() -> None:
    assert results("ROUND(x,d)", x=[2.345, 2.345, 2.345, 1234.5], d=[1.9, None, 400, -2]) == [
        2.3,
        None,
        2.345,
        1200.0,
    ]
