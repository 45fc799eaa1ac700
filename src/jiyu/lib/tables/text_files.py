"""Text tables (.csv .tsv .txt): encoding, separator, and rows in a stream."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from jiyu.lib.tables.cells import EMPTY, Cell, ReadLimits, Redactions, Row, Sheet, TableFileError
from jiyu.lib.tables.redact import SAMPLE_ROWS, RedactionPlan, plan_redaction, redact_row
from jiyu.lib.tables.refusals import refusal, so_many
from jiyu.lib.text import Problem, Text, counted

ENCODINGS_BY_HAND = ("big5", "cp1252")
_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_SHOWN = {
    "utf-8-sig": "UTF-8",
    "utf-8": "UTF-8",
    "utf-16": "UTF-16",
    "utf-16-le": "UTF-16",
    "utf-16-be": "UTF-16",
    "gb18030": "GB18030",
    "big5": "Big5",
    "cp1252": "Windows-1252",
}
_SEPARATORS = ",\t;|"
_SNIFFED_ROWS = 60
_LONGEST_FIELD = 1 << 20
# Two Chinese characters in UTF-8 side by side: in GB18030 text these bytes practically never line up.
# Anything that could be an 身份证号, full-width digits (UTF-8, GB18030) included.
_LONG_DIGITS = re.compile(rb"\d{6}[ -]?\d{6}(?:\d{2})?[ -]?\d{3}|(?:\xef\xbc[\x90-\x99]){6}|(?:\xa3[\xb0-\xb9]){6}")
_UTF8_CHINESE = re.compile(rb"(?:[\xe4-\xe9][\x80-\xbf]{2}){2}")


@dataclass(frozen=True, slots=True)
class TextTable:
    """A text table ready to stream: bytes, `encoding` (a codec name), `delimiter`, and what to redact."""

    data: bytes
    encoding: str
    delimiter: str
    declares_separator: bool
    cut_row: int

    @property
    def encoding_shown(self) -> str:
        return _SHOWN[self.encoding]

    def records(self) -> Iterator[list[str]]:
        """The records as lists of texts, decoded as they come."""
        stream = io.TextIOWrapper(io.BytesIO(self.data), encoding=self.encoding, newline="")
        if self.declares_separator:
            stream.readline()
        return csv.reader(stream, delimiter=self.delimiter)

    def rows(self, plan: RedactionPlan | None = None) -> Iterator[Row]:
        """Rows numbered as Excel would number them, redacted by `plan`."""
        first = 2 if self.declares_separator else 1
        if self.declares_separator:
            yield Row(1, ())
        for number, record in enumerate(self.records(), first):
            row = Row(number, tuple([_cell(text) for text in record]), is_cut=number == self.cut_row)
            yield row if plan is None else redact_row(row, plan)[0]


def read_text(
    data: bytes, filename: str, limits: ReadLimits, *, encoding: str = ""
) -> tuple[TextTable, Sheet, tuple[Problem, ...]]:
    """A text file as one sheet. `encoding` is only given when a person chose it (`ENCODINGS_BY_HAND`).

    Errors: table.mixed_encodings, table.unknown_encoding, table.half_written, table.too_big, table.empty.
    """
    csv.field_size_limit(_LONGEST_FIELD)
    codec = encoding or detect_encoding(data, filename)
    _check_decodes(data, codec, filename)
    declared = re.match(r"sep=(.)\r?\n", data[:16].decode(codec, "ignore"))
    delimiter = declared.group(1) if declared else _sniff_delimiter(data, codec)
    table = TextTable(data, codec, delimiter, declared is not None, 0)
    rows, last, usual = _check_records(table, filename, limits)
    warnings: tuple[Problem, ...] = ()
    if last and last < usual and not data.endswith((b"\n", b"\r", b"\n\0", b"\r\0", b"\0\n", b"\0\r")):
        table = TextTable(data, codec, delimiter, declared is not None, rows)
        warnings = (_cut_warning(filename, rows, last, usual),)
    sample = [row for row, _ in zip(table.rows(), range(SAMPLE_ROWS), strict=False)]
    plan = plan_redaction(sample)
    # A million rows need not be looked at cell by cell when nothing in the bytes is long enough.
    if not plan.blank and not _LONG_DIGITS.search(data) and not codec.startswith("utf-16"):
        return (
            table,
            Sheet(filename, table.rows),
            warnings,
        )
    hidden = sum(redact_row(row, plan)[1] for row in table.rows())
    sheet = Sheet(filename, lambda: table.rows(plan), redactions=Redactions(plan.labels, hidden))
    return table, sheet, warnings


def detect_encoding(data: bytes, filename: str) -> str:
    """The codec of a text: byte order mark, UTF-8, UTF-16, GB18030, in that order.

    Big5 is never guessed: most of it reads as GB18030 too, only wrongly.

    Errors: table.mixed_encodings and table.unknown_encoding name the row (a line of the file).
    """
    for bom, codec in _BOMS:
        if data.startswith(bom):
            return codec
    nuls = Counter(index % 2 for index, byte in enumerate(data[:2000]) if byte == 0)
    if nuls:
        return "utf-16-le" if nuls[1] >= nuls[0] else "utf-16-be"
    if _decodes(data, "utf-8"):
        return "utf-8"
    chinese, other = [], []
    for number, line in enumerate(data.splitlines(), 1):
        if line.isascii():
            continue
        if not _decodes(line, "utf-8"):
            other.append(number)
        elif _UTF8_CHINESE.search(line):
            chinese.append(number)
    if chinese:
        row = next(number for number in max(chinese, other, key=lambda rows: rows[0]))
        raise refusal("table.mixed_encodings", filename, row=row)
    return "gb18030"


def _check_decodes(data: bytes, codec: str, filename: str) -> None:
    try:
        for _ in io.TextIOWrapper(io.BytesIO(data), encoding=codec, newline="\n"):
            pass
    except UnicodeError:
        row = next((n for n, line in enumerate(data.split(b"\n"), 1) if not _decodes(line, codec)), 1)
        if codec in ("utf-8-sig", "utf-8"):
            raise refusal("table.mixed_encodings", filename, row=row) from None
        tried = _SHOWN[codec] if codec in ENCODINGS_BY_HAND else "UTF-8、UTF-16、GB18030"
        raise refusal("table.unknown_encoding", filename, row=row, tried=tried) from None


def _check_records(table: TextTable, filename: str, limits: ReadLimits) -> tuple[int, int, int]:
    """Go through all records once: (rows, columns of the last one, usual columns).

    Refuses what is too big, and a quote never closed: all after it would silently become one cell."""
    number, cells, widths, last = int(table.declares_separator), 0, Counter[int](), 0
    seen_text = False
    try:
        for record in table.records():
            number += 1
            last = len(record)
            cells += last
            widths[last] += 1
            seen_text = seen_text or any(text.strip() for text in record)
            if number > limits.max_rows or cells > limits.max_cells:
                limit = so_many(limits.max_rows, "行", "row", "rows")
                found = Text("{limit}以上", "more than {limit}").format(limit=limit)
                raise refusal("table.too_big", filename, found=found, limit=limit)
            if last > limits.max_columns:
                columns, limit = (so_many(n, "列", "column", "columns") for n in (last, limits.max_columns))
                found = Text("第 {row} 行有 {found}", "row {row} has {found}").format(row=number, found=columns)
                raise refusal("table.too_big", filename, found=found, limit=limit)
    except csv.Error as error:
        raise _unreadable_record(filename, number + 1) from error
    if not seen_text:
        raise refusal("table.empty", filename)
    row = _unclosed_quote(table)
    if row:
        raise _unreadable_record(filename, row)
    return number, last, widths.most_common(1)[0][0]


def _unclosed_quote(table: TextTable) -> int:
    """The row of a quote that the end of the file leaves open, 0 if none."""
    if b'"' not in table.data:
        return 0
    stream = io.TextIOWrapper(io.BytesIO(table.data), encoding=table.encoding, newline="")
    number = 0
    try:
        for _ in csv.reader(stream, delimiter=table.delimiter, strict=True):
            number += 1
    except csv.Error as error:
        return number + 1 if "unexpected end of data" in str(error) else 0
    return 0


def _unreadable_record(filename: str, row: int) -> TableFileError:
    where = Text(f"：第 {row} 行的引号没有收尾", f": the quote in row {row} is never closed")
    return refusal("table.half_written", filename, where=where)


def _cut_warning(filename: str, row: int, columns: int, usual: int) -> Problem:
    return Problem(
        "table.last_row_cut",
        Text(
            f"{filename} 的最后一行（第 {row} 行）只有 {columns} 列，其他行有 {usual} 列，可能没写完。",
            f"The last row ({row}) of {filename} has {counted(columns, 'column', 'columns')}, others {usual}: "
            "it may be cut off.",
        ),
        Text("这一行先放一边；重新导出一份再拖进来。", "That row is set aside; export the file again."),
        severity="warning",
    )


def _sniff_delimiter(data: bytes, codec: str) -> str:
    """The separator that cuts the first rows into the most columns of one width; a comma when none does."""
    head = data[: 1 << 16].decode(codec, "ignore").splitlines(keepends=True)[:_SNIFFED_ROWS]
    best, delimiter = (0, 0), ","
    for candidate in _SEPARATORS:
        try:
            widths = Counter(len(record) for record in csv.reader(head, delimiter=candidate) if any(record))
        except csv.Error:
            continue
        width, count = max(widths.items(), key=lambda item: (item[0] > 1, item[1]), default=(1, 0))
        if width > 1 and (count, width) > best:
            best, delimiter = (count, width), candidate
    return delimiter


def _cell(text: str) -> Cell:
    return Cell(text, text) if text and not text.isspace() else EMPTY


def _decodes(data: bytes, codec: str) -> bool:
    try:
        data.decode(codec)
    except UnicodeError:
        return False
    return True
