"""The zip behind an .xlsx, opened with care: limits first, then every byte checked."""

from __future__ import annotations

import io
import zipfile
import zlib

from jiyu.lib.tables.cells import ReadLimits
from jiyu.lib.tables.refusals import WHAT, megabytes, refusal

_CHUNK = 1 << 20
_KINDS = (
    ("word/", "table.not_a_table", "word"),
    ("ppt/", "table.not_a_table", "slides"),
    ("xl/workbook.bin", "table.disguised", "xlsb"),
    ("content.xml", "table.disguised", "ods"),
)


class Archive:
    """An opened .xlsx whose parts are all present, whole and within the limits.

    The limits are held against what the directory declares before anything is unpacked, and again while
    unpacking: a directory can lie. Errors: table.half_written, table.password, table.bomb, table.archive,
    table.not_a_table, table.disguised.
    """

    def __init__(self, data: bytes, filename: str, limits: ReadLimits) -> None:
        self.filename = filename
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
            raise refusal("table.half_written", filename) from error
        parts = self._zip.infolist()
        self.names = frozenset(part.filename for part in parts)
        self._check_kind()
        declared = sum(part.file_size for part in parts)
        self._check_size(declared, len(data), limits)
        if len(parts) > limits.max_parts or len(self.names) != len(parts):
            raise refusal("table.bomb", filename, size=megabytes(declared))
        if any(part.flag_bits & 1 for part in parts):
            raise refusal("table.password", filename)
        self._verify(parts)

    def read(self, name: str) -> bytes:
        """One part, unpacked; empty when there is none of this name."""
        return self._zip.read(name) if name in self.names else b""

    def _check_kind(self) -> None:
        if "xl/workbook.xml" in self.names:
            return
        for prefix, code, what in _KINDS:
            if any(name.startswith(prefix) for name in self.names):
                raise refusal(code, self.filename, what=WHAT[what])
        raise refusal("table.archive", self.filename)

    def _check_size(self, declared: int, packed: int, limits: ReadLimits) -> None:
        too_dense = declared > limits.ratio_free_bytes and declared > packed * limits.max_ratio
        if declared > limits.max_unpacked_bytes or too_dense:
            raise refusal("table.bomb", self.filename, size=megabytes(declared))

    def _verify(self, parts: list[zipfile.ZipInfo]) -> None:
        """Unpack every part once, in pieces.

        zipfile stops at the declared size and then compares the sum: a part longer than it says fails
        here and never reaches a reader that would unpack it whole."""
        try:
            for part in parts:
                with self._zip.open(part) as stream:
                    while stream.read(_CHUNK):
                        pass
        except (
            zipfile.BadZipFile,
            zlib.error,
            EOFError,
            OSError,
            NotImplementedError,
            RuntimeError,
        ) as error:
            raise refusal("table.half_written", self.filename) from error
