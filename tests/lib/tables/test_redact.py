"""身份证号 leave no trace: neither in the cells handed on nor in the bytes kept (RULES, defaults)."""

from __future__ import annotations

import csv
import gzip
import io
import zipfile

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jiyu.lib.tables import HIDDEN, TableFile, is_identity_number, read_tables, redact_text, redacted_copy
from tests.lib.tables.files import checked, csv_bytes, formatted, xlsx

ID = checked("11010119900307109")
OTHER = checked("44030119851225001")
OLD_ID = "110101900307109"


def same_table(one: TableFile, other: TableFile) -> bool:
    return [list(sheet.iter_rows()) for sheet in one.sheets] == [list(sheet.iter_rows()) for sheet in other.sheets]


def everything(data: bytes) -> bytes:
    """All bytes of a file, its parts unpacked."""
    if not data.startswith(b"PK"):
        return data
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return b"".join(archive.read(name) for name in archive.namelist())


@pytest.mark.parametrize("text", [ID, ID.lower(), OTHER, OLD_ID, f" {ID} ", f"{ID[:6]} {ID[6:14]} {ID[14:]}"])
def test_an_identity_number_is_known(text: str) -> None:
    assert is_identity_number(text)


@pytest.mark.parametrize(
    "text",
    [
        ID[:17] + ("0" if ID[17] != "0" else "1"),  # wrong check character
        checked("11010119901307109"),  # month 13
        checked("99010119900307109"),  # no such province
        "110101901307109",  # old form, month 13
        "000317",
        "13800138000",
        "6222021234567890123",  # a bank card
        ID + "1",
    ],
)
def test_other_numbers_are_left_alone(text: str) -> None:
    assert not is_identity_number(text)
    assert redact_text(f"见 {text}。") == f"见 {text}。"


def test_numbers_inside_sentences_are_hidden_and_the_rest_stays() -> None:
    assert redact_text(f"张伟（{ID}）与{OTHER}") == f"张伟（{HIDDEN}）与{HIDDEN}"
    assert redact_text(f"旧证{OLD_ID}号") == f"旧证{HIDDEN}号"
    assert redact_text("ＩＤ" + "".join(chr(ord(c) + 0xFEE0) for c in OTHER)) == f"ＩＤ{HIDDEN}"


@pytest.mark.parametrize(
    "head",
    ["身份证", "身份证号", "身份证号码", "*身份证号（18位）", "证件号码", "公民身份号码", "ID Card No."],
)
def test_a_column_headed_so_is_blanked_whole(head: str) -> None:
    rows = [
        ["花名册"],
        ["工号", head, "备注"],
        ["000317", ID, "好"],
        ["000318", "G1234567", "护照"],
        ["000319", "错的号", ""],
    ]
    sheet = read_tables(csv_bytes(*rows), "a.csv").sheets[0]
    assert [row.texts for row in sheet.iter_rows()][1:] == [
        ["工号", head, "备注"], ["000317", "", "好"], ["000318", "", "护照"], ["000319", "", ""],
    ]  # fmt: skip
    assert (sheet.redactions.columns, sheet.redactions.cells) == ((head,), 3)


def test_a_sentence_that_mentions_the_word_is_no_head() -> None:
    rows = [["工号", "备注"], ["000317", "身份证未交齐，下周补"], ["000318", "好"]]
    assert [row.texts for row in read_tables(csv_bytes(*rows), "a.csv").sheets[0].iter_rows()] == rows


def test_a_mangled_number_is_hidden_in_its_column_and_outside() -> None:
    data = formatted(
        (0, 0, "身份证号", ""), (0, 1, "某列", ""), (1, 0, 1.1e17, "General"), (1, 1, 110101199003070000, "0")
    )
    row = read_tables(data, "a.xlsx").sheets[0].head_rows()[1]
    assert row.texts == ["", HIDDEN]


def test_a_column_full_of_numbers_is_blanked_without_a_head() -> None:
    rows = [
        ["工号", "号码"],
        *[[f"{n:06d}", checked(f"11010119900307{n:03d}")] for n in range(5)],
        ["000009", "110101"],
    ]
    texts = [row.texts for row in read_tables(csv_bytes(*rows), "a.csv").sheets[0].iter_rows()]
    assert [text[1] for text in texts] == ["号码", "", "", "", "", "", ""]


def test_order_numbers_that_happen_to_look_like_one_are_kept() -> None:
    orders = [f"33010020260101{n:04d}" for n in range(40)]
    assert sum(is_identity_number(order) for order in orders) >= 3
    rows = [["单号", "数量"], *[[order, "1"] for order in orders]]
    sheet = read_tables(csv_bytes(*rows), "a.csv").sheets[0]
    assert [row.texts[0] for row in sheet.iter_rows()][1:] == orders


def test_nothing_to_hide_gives_no_copy() -> None:
    for data in (xlsx(("a", [["工号", "姓名"], ["000317", "林晓峰"]])), csv_bytes(["工号"], ["000317"])):
        assert redacted_copy(read_tables(data, "a")) is None


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
@pytest.mark.parametrize("gzipped", [False, True])
def test_the_kept_text_has_the_same_rows_and_no_number(encoding: str, gzipped: bool) -> None:
    data = csv_bytes(["工号", "身份证号", "备注"], ["000317", ID, f"或{OTHER}"], ['"a,b"', ID, ""], encoding=encoding)
    file = read_tables(gzip.compress(data) if gzipped else data, "a.csv")
    kept = redacted_copy(file)
    assert kept is not None
    plain = gzip.decompress(kept) if gzipped else kept
    for number in (ID, OTHER):
        assert number.encode() not in plain and number.encode("utf-16-le") not in plain
    again = read_tables(kept, "a.csv")
    assert same_table(again, file) and again.encoding == file.encoding
    assert redacted_copy(again) is None


def test_the_kept_workbook_reads_the_same_and_hides_comments_and_properties_too() -> None:
    rows = [
        ["花名册", None, None, None],
        ["工号", "部门", "身份证号", "占比"],
        [317, "一车间", ID, 0.25],
        ["000318", None, OTHER, None],
        [None, None, None, "x"],
        [None] * 4,
    ]
    book = openpyxl.load_workbook(
        io.BytesIO(xlsx(("在职", rows), ("别的", [["备注"], [f"见{ID}"]]), merges=["B3:B4"], grey=[4]))
    )
    book["在职"]["A3"].number_format, book["在职"]["D3"].number_format = "000000", "0%"
    book["在职"]["A3"].comment = openpyxl.comments.Comment(f"证 {ID}", "HR")
    book["别的"].sheet_state = "hidden"
    book.properties.title = ID
    out = io.BytesIO()
    book.save(out)
    file = read_tables(out.getvalue(), "花名册.xlsx")
    kept = redacted_copy(file)
    assert kept is not None
    assert ID.encode() not in everything(kept) and OTHER.encode() not in everything(kept)
    again = read_tables(kept, "花名册.xlsx")
    assert same_table(again, file)
    assert again.hidden_sheets == ("别的",)
    assert [sheet.merged for sheet in again.sheets] == [sheet.merged for sheet in file.sheets]
    assert [row.is_greyed for row in again.sheets[0].iter_rows()][3] is True
    assert redacted_copy(again) is None


def test_the_same_file_always_gives_the_same_copy() -> None:
    data = xlsx(("a", [["身份证号"], [ID]]))
    assert redacted_copy(read_tables(data, "a.xlsx")) == redacted_copy(read_tables(data, "a.xlsx"))


def test_a_number_in_the_file_name_is_hidden() -> None:
    assert read_tables(csv_bytes(["工号"], ["000317"]), f"张伟{ID}.csv").filename == f"张伟{HIDDEN}.csv"


CELL = st.one_of(
    st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=12),
    st.integers(-(10**9), 10**9),
    st.sampled_from([ID, f"号{OTHER}，", OLD_ID, "000317", "=1+1", "#N/A", '引"号', "a,b", ""]),
)


@settings(max_examples=80, deadline=None)
@given(st.lists(st.lists(CELL, min_size=1, max_size=4), min_size=1, max_size=8))
def test_whatever_stands_in_a_table_the_copy_has_no_number_and_the_same_cells(
    table: list[list[object]],
) -> None:
    out = io.StringIO()
    csv.writer(out).writerows([["工号", "备注"], *table])
    file = read_tables(out.getvalue().encode(), "a.csv")
    kept = redacted_copy(file)
    texts = " ".join(text for row in file.sheets[0].iter_rows() for text in row.texts)
    assert ID not in texts and OTHER not in texts and OLD_ID not in texts
    if kept is not None:
        assert same_table(read_tables(kept, "a.csv"), file)
