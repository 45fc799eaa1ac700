"""`formula eval` on a CSV file: nothing guessed, nothing lost, a row's error never stops the file."""

from __future__ import annotations

import csv
import io

import pytest

from jiyu.lib.formula.cli_eval import CsvResult, evaluate_csv
from tests.lib.formula.formula_kit import TODAY


def run(formula: str, text: str) -> CsvResult:
    return evaluate_csv(formula, text, today=TODAY)


def outcome(formula: str, text: str) -> list[str]:
    """The result and error of each row."""
    found = run(formula, text)
    assert found.ok, found.problems
    return [",".join(row[-2:]) for row in csv.reader(io.StringIO(found.text_out, newline=""))][1:]


def test_the_columns_stay_and_result_and_error_are_added() -> None:
    found = run("a/b", "a,b\n1,3\n1,0\n,2\n")
    assert found.text_out == ("a,b,result,error\n1,3,0.3333333333333333,\n1,0,,#DIV/0! 除数是 0\n,2,,\n")
    assert found.notes == () and found.problems == ()


def test_a_number_is_a_number_and_a_staff_number_is_text() -> None:
    text = "工号,x\n007,0.5\n12,-1.5e3\n"
    assert outcome('工号&"!"', text) == ["007!,", "12!,"]
    assert outcome("x*2", text) == ["1,", "-3000,"]
    assert [n.zh for n in run("x", text).notes] == ["“工号”按文字读：有“007”这样的格。"]
    assert not run("工号+1", text).ok


@pytest.mark.parametrize(
    "cell", ["1234567890123456", "007", "1,5", "5%", "-", "1.", "１２", "2026-02-30", "TRUE", "e5", "1e999"]
)
def test_what_is_not_plainly_a_number_or_date_is_text(cell: str) -> None:
    quoted = f'"{cell}"'
    assert outcome("LEN(x)", f"x\n{quoted}\n") == [f"{len(cell)},"]
    assert cell in run("LEN(x)", f"x\n{quoted}\n").notes[0].zh


@pytest.mark.parametrize(
    "cell", ["0", "123456789012345", "-0.5", ".5", "+3", "1e5", "0.000001234", "10000000000000000"[:15]]
)
def test_what_is_plainly_a_number(cell: str) -> None:
    assert run("x+0", f"x\n{cell}\n").notes == ()
    assert run("x+0", f"x\n{cell}\n").ok


def test_dates_blanks_and_the_byte_order_mark() -> None:
    assert outcome("d+1", "\ufeffd\n2026-02-28\n") == ["2026-03-01,"]
    assert outcome("IF(ISBLANK(x),1,2)", "x\n5\n\n") == ["2,", "1,"]
    assert outcome("TODAY()-d", "d,e\n2026-04-01,\n") == ["7,"]
    assert outcome("IFBLANK(e,9)", "d,e\n2026-04-01,\n") == ["9,"]


def test_heads_with_spaces_and_signs_are_names_in_brackets() -> None:
    assert outcome("[完成 率]*100", "完成 率\n0.5\n") == ["50,"]


def test_quoted_cells_and_windows_lines() -> None:
    assert run('x&"y"', 'x\r\n"a,""b"\r\n').text_out == 'x,result,error\n"a,""b","a,""by",\n'


def test_the_rows_together_are_the_population() -> None:
    assert outcome("RANKBY(x)", "x\n70\n90\n90\n") == ["3,", "1,", "1,"]


def test_short_rows_are_blank_and_long_ones_are_told() -> None:
    found = run("IFBLANK(b,7)", "a,b\n1\n1,2,3\n")
    assert found.text_out == "a,b,result,error\n1,,7,\n1,2,2,\n"
    assert [n.zh for n in found.notes] == ["有的行比表头长，多出来的格没有读。"]


@pytest.mark.parametrize(
    ("formula", "text", "code"),
    [
        ("a", "", "csv.no_head"),
        ("a", "a,a\n1,2\n", "csv.head_twice"),
        ("a", "a,\n1,2\n", "csv.head_empty"),
        ("b", "a\n1\n", "formula.unknown_name"),
        ("a+", "a\n1\n", "formula.missing_operand"),
    ],
)
def test_a_refusal_writes_nothing_and_says_why(formula: str, text: str, code: str) -> None:
    found = run(formula, text)
    assert (found.text_out, found.ok, found.problems[0].code) == ("", False, code)


def test_results_are_as_exact_as_the_number_is() -> None:
    assert outcome("a+b", "a,b\n0.1,0.2\n") == ["0.30000000000000004,"]
    assert outcome("a*1e20", "a\n12\n") == ["1.2E+21,"]
    assert outcome("a>1", "a\n12\n") == ["TRUE,"]
