"""Workbooks written row by row (lib.tables.writing)."""

from __future__ import annotations

import tracemalloc
import zipfile
from datetime import date, datetime
from fractions import Fraction
from pathlib import Path

import openpyxl
import pytest

from jiyu.lib.tables import HIDDEN, writing
from jiyu.lib.tables.writing import OutSheet, exact, write_workbook


def test_each_kind_of_value_comes_back_as_it_was(tmp_path: Path) -> None:
    row = ("000317", 12, exact(84_995_000), date(2026, 4, 8), datetime(2026, 4, 8, 9, 30), None, "")
    path = tmp_path / "a.xlsx"
    assert write_workbook(path, [OutSheet("一", ("甲", "乙"), [row])]) == [("一", 1)]
    sheet = openpyxl.load_workbook(path)["一"]
    assert [c.value for c in sheet[1]][:2] == ["甲", "乙"]
    assert [c.value for c in sheet[2]][:5] == [
        "000317", 12, 84.995, datetime(2026, 4, 8), datetime(2026, 4, 8, 9, 30),
    ]  # fmt: skip


@pytest.mark.parametrize("text", ["=cmd|' /C calc'!A0", "+1", "-1+2", "@SUM(A1)", "\t=1", '=HYPERLINK("http://x")'])
def test_what_looks_like_a_formula_is_marked_as_text(tmp_path: Path, text: str) -> None:
    path = tmp_path / "a.xlsx"
    write_workbook(path, [OutSheet("一", ("甲",), [(text,)])])
    cell = openpyxl.load_workbook(path)["一"]["A2"]
    assert (cell.value, cell.data_type, cell.quotePrefix) == (text, "s", True)
    with zipfile.ZipFile(path) as parts:
        assert b"<f>" not in parts.read("xl/worksheets/sheet1.xml")


def test_identity_numbers_are_hidden(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    write_workbook(path, [OutSheet("一", ("甲",), [("张伟 11010519491231002X 离职",)])])
    assert openpyxl.load_workbook(path)["一"]["A2"].value == f"张伟 {HIDDEN} 离职"


def test_a_number_a_cell_cannot_hold_is_written_out(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    long = 1_234_567_890_123_456_789
    write_workbook(path, [OutSheet("一", ("甲",), [(long,), (Fraction(long, 1_000_000),), (-(10**15),)])])
    column = [c.value for c in openpyxl.load_workbook(path)["一"]["A"]][1:]
    assert column == ["1234567890123456789", "1234567890123.456789", "-1000000000000000"]


def test_a_sheet_that_is_too_long_goes_on_in_another(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing, "MOST_ROWS", 2)
    path = tmp_path / "a.xlsx"
    rows = ((n,) for n in range(5))
    assert write_workbook(path, [OutSheet("签单", ("数",), rows), OutSheet("签单", ("数",), [(9,), (8,)])]) == [
        ("签单", 2), ("签单（2）", 2), ("签单（3）", 1), ("签单（4）", 2),
    ]  # fmt: skip
    book = openpyxl.load_workbook(path)
    assert [[c.value for c in sheet["A"]] for sheet in book] == [["数", 0, 1], ["数", 2, 3], ["数", 4], ["数", 9, 8]]


def test_titles_are_what_excel_takes(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    wanted = ["MES/报工[夜班]*", "a" * 40, "A" * 40, "", "'x'"]
    titles = [title for title, _n in write_workbook(path, [OutSheet(one, ("x",), []) for one in wanted])]
    assert titles == ["MES 报工 夜班", "a" * 31, "A" * 28 + "（2）", "Sheet", "x"]
    assert openpyxl.load_workbook(path).sheetnames == titles


def test_progress_is_told_and_no_temporary_file_stays(tmp_path: Path) -> None:
    seen: list[int] = []
    write_workbook(tmp_path / "a.xlsx", [OutSheet("一", ("数",), ((n,) for n in range(3_000)))], told=seen.append)
    assert seen == [1_000, 2_000, 3_000, 3_000]
    assert [p.name for p in tmp_path.iterdir()] == ["a.xlsx"]


def test_memory_does_not_grow_with_the_rows(tmp_path: Path) -> None:
    def peak(rows: int) -> int:
        tracemalloc.start()
        try:
            write_workbook(tmp_path / f"{rows}.xlsx", [OutSheet("一", ("数",), ((f"第 {n} 行",) for n in range(rows)))])
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    few, many = peak(1_000), peak(20_000)
    assert many < few * 2, (few, many)
