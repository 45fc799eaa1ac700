"""`read_tables`: whatever a company drops in, to sheets of typed cells, or a refusal in plain words.

What a file is, is decided by its content; its name only helps to say what is wrong.
"""

from __future__ import annotations

import gzip
import io
import re
import zlib

from jiyu.lib.tables.cells import ReadLimits, Sheet, TableFile
from jiyu.lib.tables.keep import text_copy, workbook_copy
from jiyu.lib.tables.redact import redact_text
from jiyu.lib.tables.refusals import WHAT, megabytes, refusal
from jiyu.lib.tables.text_files import ENCODINGS_BY_HAND, read_text
from jiyu.lib.tables.workbooks import check_ole, read_xls, read_xlsx

DEFAULT_LIMITS = ReadLimits()

_GZIP = b"\x1f\x8b"
_MAGICS = (
    (b"%PDF", "table.not_a_table", "pdf"),
    (b"\x89PNG", "table.not_a_table", "image"),
    (b"\xff\xd8\xff", "table.not_a_table", "image"),
    (b"GIF8", "table.not_a_table", "image"),
    (b"{\\rtf", "table.not_a_table", "word"),
)
_ARCHIVES = (b"Rar!", b"7z\xbc\xaf\x27\x1c", b"BZh", b"\xfd7zXZ")
_HTML = re.compile(
    rb"\s*(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|meta|table|style|script|body|div)\b", re.I | re.S
)
_XML = re.compile(rb"\s*<\?xml|\s*<\w+[:\s>]")
_JSON = re.compile(rb"\s*(?:\{\s*[\"}]|\[\s*[\[{\"\d\]])")
_CHUNK = 1 << 20


def read_tables(data: bytes, filename: str, *, limits: ReadLimits = DEFAULT_LIMITS, encoding: str = "") -> TableFile:
    """Read an .xlsx, .xls, .csv, .tsv or .txt, each also gzipped, from its bytes.

    身份证号 are redacted on the way (`redacted_copy` gives the bytes to keep). `encoding` is for a text whose
    encoding a person chose ("big5", "cp1252"); everything else is found out.
    Raises TableFileError with one of: table.empty, table.not_a_table, table.disguised, table.archive,
    table.half_written, table.damaged, table.password, table.bomb, table.too_big, table.mixed_encodings,
    table.unknown_encoding, table.wrong_gz.
    """
    if encoding and encoding not in ENCODINGS_BY_HAND:
        raise ValueError(f"encoding {encoding!r} is not one of {ENCODINGS_BY_HAND}")
    name = redact_text(filename)
    if len(data) > limits.max_file_bytes:
        raise refusal("table.too_big", name, found=megabytes(len(data)), limit=megabytes(limits.max_file_bytes))
    if not data.strip(b"\0 \t\r\n"):
        raise refusal("table.empty", name)
    gzipped = data.startswith(_GZIP)
    if gzipped:
        data = _gunzip(data, name, limits)
    elif name.lower().endswith(".gz"):
        raise refusal("table.wrong_gz", name)
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _workbook("xlsx", name, read_xlsx(data, name, limits), gzipped=gzipped)
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        check_ole(data, name)
        return _workbook("xls", name, read_xls(data, name, limits), gzipped=gzipped)
    _refuse_other_kinds(data, name)
    table, sheet, warnings = read_text(data, name, limits, encoding=encoding)
    redacted = (lambda: text_copy(table, sheet, gzipped=gzipped)) if sheet.redactions.any else None
    return TableFile(name, "text", (sheet,), table.encoding_shown, table.delimiter, warnings, redacted)


def _workbook(kind: str, name: str, sheets: tuple[Sheet, ...], *, gzipped: bool) -> TableFile:
    if not any(row.cells for sheet in sheets for row in sheet.iter_rows() if not row.is_empty):
        raise refusal("table.empty", name)

    def redacted() -> bytes:
        data = workbook_copy(sheets)
        return gzip.compress(data, mtime=0) if gzipped else data

    hidden = any(sheet.redactions.any for sheet in sheets)
    return TableFile(name, kind, sheets, redacted=redacted if hidden else None)


def _refuse_other_kinds(data: bytes, name: str) -> None:
    """What is certainly no table of text, told by what it is."""
    looks_like_excel = name.lower().removesuffix(".gz").endswith((".xls", ".xlsx"))
    for magic, code, what in _MAGICS:
        if data.startswith(magic):
            raise refusal("table.disguised" if looks_like_excel else code, name, what=WHAT[what])
    if data.startswith(_ARCHIVES):
        raise refusal("table.archive", name)
    start = data[:4096].removeprefix(b"\xef\xbb\xbf")
    for pattern, what in ((_HTML, "html"), (_JSON, "json"), (_XML, "xml")):
        if pattern.match(start):
            code = "table.disguised" if looks_like_excel else "table.not_a_table"
            raise refusal(code, name, what=WHAT[what])
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):
        return
    nuls = start.count(0)
    controls = sum(byte < 9 or 13 < byte < 32 for byte in start) - nuls
    if controls * 50 > len(start) or (nuls and not _is_utf16(start)):
        raise refusal("table.not_a_table", name, what=WHAT["binary"])


def _is_utf16(start: bytes) -> bool:
    """NUL bytes on one side of the pairs only, and many of them: separators and digits in UTF-16."""
    even, odd = start[::2].count(0), start[1::2].count(0)
    return min(even, odd) == 0 and max(even, odd) * 20 > len(start)


def _gunzip(data: bytes, name: str, limits: ReadLimits) -> bytes:
    """Unpack within the limits; they hold while unpacking, because gzip does not say how much will come."""
    out = bytearray()
    allowed = min(limits.max_unpacked_bytes, max(limits.ratio_free_bytes, len(data) * limits.max_ratio))
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(data)) as stream:
            while chunk := stream.read(_CHUNK):
                out += chunk
                if len(out) > allowed:
                    raise refusal("table.bomb", name, size=f"> {megabytes(allowed)}")
    except EOFError as error:
        raise refusal("table.half_written", name) from error
    except (zlib.error, OSError) as error:
        raise refusal("table.damaged", name) from error
    if not bytes(out).strip(b"\0 \t\r\n"):
        raise refusal("table.empty", name)
    if out.startswith(_GZIP):
        raise refusal("table.archive", name)
    return bytes(out)
