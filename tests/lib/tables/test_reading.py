"""What is read from files of every kind, and how what cannot be read is refused."""

from __future__ import annotations

import gzip
import io
import shutil
import subprocess
import zipfile
from datetime import date, datetime, time
from pathlib import Path

import msoffcrypto
import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msoffcrypto.format.ooxml import OOXMLFile

from jiyu.lib.tables import ReadLimits, TableFile, TableFileError, read_tables, redacted_copy
from jiyu.lib.text import Text
from tests.lib.tables.files import VALID_ID, csv_bytes, formatted, xlsx

PLAIN = [["工号", "姓名"], ["000317", "林晓峰"]]


def texts(file: TableFile, sheet: int = 0) -> list[list[str]]:
    return [row.texts for row in file.sheets[sheet].iter_rows()]


def refused(data: bytes, name: str = "花名册.xlsx", **limits: int) -> tuple[str, str, str]:
    """Code, sentence and fix of the refusal, which must be told in both languages."""
    with pytest.raises(TableFileError) as caught:
        read_tables(data, name, limits=ReadLimits(**limits))
    problem = caught.value.problem
    assert problem.message.zh and problem.message.en and problem.fix.zh and problem.fix.en
    assert "{" not in problem.message.zh + problem.message.en + problem.fix.zh + problem.fix.en
    assert name in problem.message.zh
    return problem.code, problem.message.zh, problem.fix.zh


# ── workbooks ────────


def test_xlsx_cells_are_typed_and_numbered_as_in_excel() -> None:
    rows = [[], ["a", 1, 2.5, True, date(2023, 7, 3), datetime(2023, 7, 3, 8, 30), time(22, 10)], [], ["z"]]
    sheet = read_tables(xlsx(("人", rows)), "a.xlsx").sheets[0]
    read = list(sheet.iter_rows())
    assert [row.number for row in read] == [1, 2, 3, 4]
    assert [cell.value for cell in read[1].cells] == [
        "a", 1, 2.5, True, date(2023, 7, 3), datetime(2023, 7, 3, 8, 30), time(22, 10),
    ]  # fmt: skip
    assert read[1].texts == ["a", "1", "2.5", "TRUE", "2023-07-03", "2023-07-03 08:30:00", "22:10:00"]
    assert read[0].is_empty and read[2].is_empty


def test_numbers_shown_with_leading_zeros_keep_them_in_their_text() -> None:
    data = formatted((0, 0, 317, "000000"), (0, 1, 317, "0"), (0, 2, 43983, '"工号"000000'))
    cells = read_tables(data, "a.xlsx").sheets[0].head_rows()[0].cells
    assert [(cell.value, cell.text) for cell in cells] == [(317, "000317"), (317, "317"), (43983, "43983")]


def test_percent_formats_show_as_percent_and_keep_every_digit() -> None:
    cells = read_tables(formatted((0, 0, 0.9229, "0%"), (0, 1, 0.3, "0.00%")), "a.xlsx").sheets[0].head_rows()[0].cells
    assert [(cell.value, cell.text) for cell in cells] == [(0.9229, "92.29%"), (0.3, "30%")]


def test_an_excel_error_is_an_error_and_not_a_blank() -> None:
    out = io.BytesIO()
    book = openpyxl.Workbook()
    book.active.append(["a", None])
    book.active["B1"].value, book.active["B1"].data_type = "#DIV/0!", "e"
    book.save(out)
    cells = read_tables(out.getvalue(), "a.xlsx").sheets[0].head_rows()[0].cells
    assert (cells[1].value, cells[1].text, cells[1].is_error) == (None, "#DIV/0!", True)


def test_merged_ranges_are_filled_down_only_on_request() -> None:
    data = xlsx(("a", [["一车间", "x"], [None, "y"], [None, "z"], ["二车间", "w"]]), merges=["A1:A3"])
    sheet = read_tables(data, "a.xlsx").sheets[0]
    assert [row.texts[0] for row in sheet.iter_rows()] == ["一车间", "", "", "二车间"]
    assert [row.texts[0] for row in sheet.iter_rows(fill_merged=True)] == [
        "一车间",
        "一车间",
        "一车间",
        "二车间",
    ]


def test_one_recorded_empty_row_at_the_end_is_kept_and_a_thousand_are_one() -> None:
    for empties in (1, 1000):
        data = xlsx(("a", [["x"], *[[None]] * empties]))
        assert [row.is_empty for row in read_tables(data, "a.xlsx").sheets[0].iter_rows()] == [False, True]


def test_hidden_sheets_are_named() -> None:
    book = openpyxl.load_workbook(io.BytesIO(xlsx(("在职", PLAIN), ("薪资", PLAIN))))
    book["薪资"].sheet_state = "hidden"
    out = io.BytesIO()
    book.save(out)
    assert read_tables(out.getvalue(), "a.xlsx").hidden_sheets == ("薪资",)


def test_grey_rows_are_marked_when_all_their_cells_are_grey() -> None:
    rows = list(read_tables(xlsx(("a", [*PLAIN, ["000318", "张伟"]]), grey=[3]), "a.xlsx").sheets[0].iter_rows())
    assert [row.is_greyed for row in rows] == [False, False, True]


def test_content_decides_what_a_file_is_not_its_name() -> None:
    assert read_tables(csv_bytes(*PLAIN), "报表.xls").kind == "text"
    assert read_tables(xlsx(("a", PLAIN)), "报表.csv").kind == "xlsx"


def test_every_kind_is_read_from_gzip_as_well() -> None:
    assert texts(read_tables(gzip.compress(csv_bytes(*PLAIN)), "a.csv.gz")) == PLAIN
    assert texts(read_tables(gzip.compress(xlsx(("a", PLAIN))), "a.xlsx.gz")) == PLAIN


@pytest.mark.soffice
def test_an_old_xls_is_read_with_its_rows_and_its_numbers_redacted(tmp_path: Path) -> None:
    program = shutil.which("soffice")
    if program is None:
        pytest.skip("soffice: LibreOffice is not installed")
    (tmp_path / "人.xlsx").write_bytes(xlsx(("人", [["花名册"], [], ["工号", "身份证号"], ["000317", VALID_ID]])))
    home = f"-env:UserInstallation=file://{tmp_path}/profile"
    command = [
        program,
        home,
        "--headless",
        "--convert-to",
        "xls",
        "--outdir",
        str(tmp_path),
        str(tmp_path / "人.xlsx"),
    ]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    data = (tmp_path / "人.xls").read_bytes()
    file = read_tables(data, "人.xls")
    assert file.kind == "xls"
    assert [row.texts for row in file.sheets[0].iter_rows()] == [
        ["花名册", ""],
        ["", ""],
        ["工号", "身份证号"],
        ["000317", ""],
    ]
    kept = redacted_copy(file)
    assert kept is not None and read_tables(kept, "人.xls").kind == "xlsx"
    assert refused(data[:3000], "人.xls")[0] in ("table.half_written", "table.damaged")


# ── text ────────


@pytest.mark.parametrize(
    ("encoding", "shown"),
    [
        ("utf-8", "UTF-8"),
        ("utf-8-sig", "UTF-8"),
        ("utf-16", "UTF-16"),
        ("utf-16-le", "UTF-16"),
        ("utf-16-be", "UTF-16"),
        ("gb18030", "GB18030"),
    ],
)
def test_the_encoding_of_a_text_is_found_and_said(encoding: str, shown: str) -> None:
    file = read_tables(csv_bytes(*PLAIN, encoding=encoding), "a.csv")
    assert (file.encoding, texts(file)) == (shown, PLAIN)


def test_big5_is_read_only_when_chosen() -> None:
    data = csv_bytes(["工號", "姓名"], ["000317", "林曉峰"], encoding="big5")
    assert texts(read_tables(data, "a.csv", encoding="big5"))[1] == ["000317", "林曉峰"]
    assert read_tables(data, "a.csv").encoding == "GB18030"


@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|"])
def test_the_separator_is_found(delimiter: str) -> None:
    file = read_tables(csv_bytes(*PLAIN, delimiter=delimiter), "a.txt")
    assert (file.delimiter, texts(file)) == (delimiter, PLAIN)


def test_a_declared_separator_is_obeyed_and_its_line_counts_as_row_one() -> None:
    file = read_tables(b"sep=;\r\n" + csv_bytes(*PLAIN, delimiter=";"), "a.csv")
    assert [(row.number, row.texts) for row in file.sheets[0].iter_rows()] == [
        (1, []), (2, PLAIN[0]), (3, PLAIN[1]),
    ]  # fmt: skip


def test_csv_rows_are_numbered_as_excel_numbers_them() -> None:
    rows = read_tables(b'a,"x\ny"\n\nb,1\n', "a.csv").sheets[0].iter_rows()
    assert [(row.number, row.texts) for row in rows] == [(1, ["a", "x\ny"]), (2, []), (3, ["b", "1"])]


def test_a_short_last_row_without_line_end_is_marked_and_warned_of() -> None:
    file = read_tables(b"a,b,c\n1,2,3\n4,5", "a.csv")
    assert [row.is_cut for row in file.sheets[0].iter_rows()] == [False, False, True]
    assert [w.code for w in file.warnings] == ["table.last_row_cut"]
    assert "第 3 行" in file.warnings[0].message.zh


# ── refusals ────────


def test_nothing_is_empty() -> None:
    blank_book = xlsx(("a", []))
    for data in (b"", b" \r\n\r\n", b"\0\0\0", blank_book, gzip.compress(b""), b",,\n,,\n"):
        assert refused(data)[0] == "table.empty"


@pytest.mark.parametrize(
    ("data", "name", "code", "word"),
    [
        (b"%PDF-1.7\n1 0 obj", "花名册.pdf", "table.not_a_table", "PDF"),
        (b"%PDF-1.7\n1 0 obj", "花名册.xlsx", "table.disguised", "PDF"),
        (b"\x89PNG\r\n\x1a\n" + bytes(50), "a.png", "table.not_a_table", "图片"),
        (b"<html><table><tr><td>1</td></tr></table></html>", "导出.xls", "table.disguised", "网页"),
        (b'<?xml version="1.0"?><Workbook/>', "导出.xls", "table.disguised", "XML"),
        (b'[{"a": 1}]', "a.json", "table.not_a_table", "JSON"),
        (b"{\\rtf1 hello}", "a.doc", "table.not_a_table", "Word"),
        (bytes(range(256)) * 20, "a.csv", "table.not_a_table", "二进制"),
        (b"Rar!\x1a\x07\x01\x00", "a.rar", "table.archive", "压缩包"),
    ],
)
def test_what_is_no_table_is_told_by_what_it_is(data: bytes, name: str, code: str, word: str) -> None:
    got, message, _ = refused(data, name)
    assert (got, word in message) == (code, True)


@pytest.mark.parametrize(
    ("part", "code"),
    [
        ("word/document.xml", "table.not_a_table"),
        ("ppt/presentation.xml", "table.not_a_table"),
        ("xl/workbook.bin", "table.disguised"),
        ("content.xml", "table.disguised"),
        ("photo.jpg", "table.archive"),
    ],
)
def test_other_zips_are_told_apart(part: str, code: str) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(part, b"x")
    assert refused(out.getvalue())[0] == code


@pytest.mark.parametrize("share", [0.2, 0.5, 0.9, 0.99])
def test_a_workbook_cut_off_anywhere_is_half_written(share: float) -> None:
    data = xlsx(("a", PLAIN * 50))
    assert refused(data[: int(len(data) * share)])[0] == "table.half_written"


def test_a_gzip_cut_off_is_half_written_and_a_wrong_one_is_told() -> None:
    data = gzip.compress(csv_bytes(*PLAIN * 200))
    assert refused(data[:-9], "a.csv.gz")[0] == "table.half_written"
    assert refused(csv_bytes(*PLAIN), "a.csv.gz")[0] == "table.wrong_gz"


def test_an_open_quote_at_the_end_is_half_written_and_names_its_row() -> None:
    code, message, _ = refused(b'a,b\n1,"x\n2,y\n3,z\n', "a.csv")
    assert (code, "第 2 行" in message) == ("table.half_written", True)


def test_quotes_inside_a_field_are_no_reason_to_refuse() -> None:
    assert texts(read_tables('a,b\n5" 管,x\n"y"z,w\n'.encode(), "a.csv"))[1:] == [['5" 管', "x"], ["yz", "w"]]


def test_a_password_is_refused_and_never_asked_for() -> None:
    out = io.BytesIO()
    OOXMLFile(io.BytesIO(xlsx(("a", PLAIN)))).encrypt("secret", out)
    assert msoffcrypto.OfficeFile(io.BytesIO(out.getvalue())).is_encrypted()
    code, message, _ = refused(out.getvalue())
    assert (code, "密码" in message) == ("table.password", True)


def bomb(**parts: int) -> bytes:
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(xlsx(("a", PLAIN)))) as good,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as bad,
    ):
        for name in good.namelist():
            bad.writestr(name, good.read(name))
        for name, size in parts.items():
            bad.writestr(name, bytes(size))
    return out.getvalue()


def test_zip_bombs_are_refused_before_anything_is_read() -> None:
    assert refused(bomb(a=50 * 2**20))[0] == "table.bomb"  # 50 MB of zeros: a thousand to one
    assert refused(bomb(a=3 * 2**20), max_unpacked_bytes=2 * 2**20)[0] == "table.bomb"
    assert refused(bomb(**{f"p{n}": 1 for n in range(40)}), max_parts=30)[0] == "table.bomb"


def test_a_zip_that_lies_about_a_size_is_refused() -> None:
    data = bytearray(bomb(a=2 * 2**20))
    real = (2 * 2**20).to_bytes(4, "little")
    while (at := data.find(real)) >= 0:  # the directory and the local head now say 7 bytes
        data[at : at + 4] = (7).to_bytes(4, "little")
    assert refused(bytes(data))[0] == "table.half_written"


def test_a_gzip_bomb_stops_while_unpacking() -> None:
    assert refused(gzip.compress(bytes(40 * 2**20) + b"x"), "a.csv.gz")[0] == "table.bomb"


@pytest.mark.parametrize("reference", ['r="XFD1048576"', "r='XFD1048576'", 'r = "xfd1048576"'])
def test_one_cell_in_the_far_corner_is_refused_and_not_allocated(reference: str) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(xlsx(("a", PLAIN)))) as good, zipfile.ZipFile(out, "w") as bad:
        for name in good.namelist():
            content = good.read(name)
            if name == "xl/worksheets/sheet1.xml":
                cell = f'<row r="1048576"><c {reference}><v>1</v></c></row></sheetData>'
                content = content.replace(b"</sheetData>", cell.encode())
            bad.writestr(name, content)
    assert refused(out.getvalue())[0] == "table.too_big"


def test_limits_of_rows_cells_and_size_hold() -> None:
    assert refused(csv_bytes(*PLAIN * 3), "a.csv", max_rows=5)[0] == "table.too_big"
    assert refused(csv_bytes(*PLAIN * 3), "a.csv", max_cells=11)[0] == "table.too_big"
    assert refused(xlsx(("a", PLAIN * 3)), max_rows=5)[0] == "table.too_big"
    assert refused(xlsx(("a", PLAIN * 3)), max_cells=11)[0] == "table.too_big"
    assert refused(csv_bytes(*PLAIN), "a.csv", max_file_bytes=10)[0] == "table.too_big"
    assert len(texts(read_tables(csv_bytes(*PLAIN * 3), "a.csv", limits=ReadLimits(max_rows=6)))) == 6


def test_mixed_encodings_are_refused_with_the_row_where_they_change() -> None:
    data = csv_bytes(*PLAIN) + csv_bytes(["000318", "张伟伟"], encoding="gb18030")
    code, message, _ = refused(data, "a.csv")
    assert (code, "第 3 行" in message) == ("table.mixed_encodings", True)
    code, message, _ = refused(
        csv_bytes(["工号", "姓名"], encoding="gb18030") + csv_bytes(["000318", "张伟伟"]), "a.csv"
    )
    assert (code, "第 2 行" in message) == ("table.mixed_encodings", True)


def test_text_in_no_known_encoding_names_the_row() -> None:
    code, message, _ = refused("id,name\n1,José\n2,Zoë,\n".encode("cp1252"), "a.csv")
    assert (code, "第 2 行" in message) == ("table.unknown_encoding", True)


WHOLE = (xlsx(("a", PLAIN * 3), merges=["A1:B1"]), csv_bytes(*PLAIN, encoding="gb18030"))


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(WHOLE),
    st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), min_size=1),
)
def test_damaged_files_are_read_or_refused_and_nothing_else(whole: bytes, changes: list[tuple[float, int]]) -> None:
    """Bytes changed anywhere: a result or a refusal, never another exception."""
    broken = bytearray(whole)
    for share, byte in changes:
        broken[int(share * len(broken))] = byte
    try:
        file = read_tables(bytes(broken), "a.xlsx")
    except TableFileError as error:
        assert error.problem.code.startswith("table.")
    else:
        assert all(row.number > 0 for sheet in file.sheets for row in sheet.iter_rows(fill_merged=True))


def test_what_is_too_big_is_told_in_both_languages() -> None:
    def told(data: bytes, name: str, **limits: int) -> Text:
        with pytest.raises(TableFileError) as error:
            read_tables(data, name, limits=ReadLimits(**limits))
        return error.value.problem.message

    rows = told(csv_bytes(*PLAIN), "a.csv", max_rows=1)
    assert rows == Text("a.csv 太大：1 行以上，最多 1 行。", "a.csv is too big: more than 1 row, at most 1 row.")
    columns = told(csv_bytes(*PLAIN), "a.csv", max_columns=1)
    assert columns.zh == "a.csv 太大：第 1 行有 2 列，最多 1 列。"
    assert columns.en == "a.csv is too big: row 1 has 2 columns, at most 1 column."
    sheet = told(xlsx(("甲", PLAIN)), "a.xlsx", max_rows=1)
    assert sheet.zh == f"a.xlsx 太大：“甲”有 {len(PLAIN)} 行，最多 1 行。"
    assert sheet.en == f'a.xlsx is too big: "甲" has {len(PLAIN)} rows, at most 1 row.'
    cells = told(xlsx(("甲", PLAIN)), "a.xlsx", max_cells=1)
    assert cells.en == f"a.xlsx is too big: {2 * len(PLAIN)} cells, at most 1 cell."
    sheets = told(xlsx(("甲", PLAIN), ("乙", PLAIN)), "a.xlsx", max_sheets=1)
    assert sheets == Text("a.xlsx 太大：2 个工作表，最多 1 个。", "a.xlsx is too big: 2 sheets, at most 1.")


@pytest.mark.parametrize(
    ("data", "is_openable"), [(b"%PDF-1.7\n1 0 obj", False), (b"\x89PNG\r\n", False), (b"<html><table>", True)]
)
def test_what_excel_cannot_open_is_not_told_to_be_saved_as_xlsx(data: bytes, *, is_openable: bool) -> None:
    with pytest.raises(TableFileError) as refused:
        read_tables(data, "花名册.xlsx")
    assert refused.value.problem.code == "table.disguised"
    assert ("另存为" in refused.value.problem.fix.zh) is is_openable
    assert ("回到它来的系统" in refused.value.problem.fix.zh) is not is_openable
