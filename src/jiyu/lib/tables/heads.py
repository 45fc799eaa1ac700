"""The head of a table: where it is, what each column means, and which rows below are not rows of data.

What a column can mean comes as a vocabulary: field code → the words companies use for it. A word matches
whole (after spaces, stars, units in brackets and width are taken away), or as the longest part of a label.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from jiyu.lib.tables.cells import Merged, Row, Sheet
from jiyu.lib.tables.numbers import split_head_unit

Vocabulary = Mapping[str, Sequence[str]]
HEAD_WITHIN = 10
_LOOK_AT = 40
_SAMPLES = 5
_TOTAL_WITHIN = 4
_LONGEST_LABEL = 30
_WHOLE, _PART = 100, 80
_PART_CHINESE, _PART_LATIN = 2, 6  # "id" stands in "paid", "name" in "province name"
_NOISE = re.compile(r"[\s*＊:：、，,。.#№\-_~'\"“”]+")
_BRACKETS = re.compile(r"[(\[【<《].*?[)\]】>》]")
_ORDINAL = re.compile(r"^\d{1,2}[.、)]")
_TOTAL_HINT = re.compile(r"计|总数|共|total|sum", re.IGNORECASE)
_TOTAL = re.compile(
    r".{0,12}?(合\s*计|小\s*计|总\s*计|共\s*计|累\s*计|总\s*数)\s*[:：]?\s*[\d,.\s]*(人|人数|件|元|万元|行|条|笔|名|个|台|次|%)?"
    r"|(sub[\s-]?)?total[\s:：\d,.]*|sum[\s:：\d,.]*|共\s*\d+\s*(人|行|条|笔|名|件).*",
    re.IGNORECASE,
)
_DATUM = re.compile(r"[-+]?[\d,]*\.?\d+\s*%?$|\d{4}\s*[-/.年]\s*\d{1,2}\s*[-/.月]")
_FOOTER = re.compile(
    r"(制表|审核|审批|编制|复核|填表|打印|备注|说明|注)(人|时间|日期)?\s*[:：].*|第\s*\d+\s*页.*|page\s*\d+.*",
    re.I,
)


@dataclass(frozen=True, slots=True)
class HeadColumn:
    """One column: 0-based `index`, its `label` as written (two rows joined by a space), the field `code` or
    None, `confidence` 0–100, and up to five samples from below."""

    index: int
    label: str
    code: str | None
    confidence: int
    samples: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Head:
    """A head: its rows (1-based, `first_row` ≤ `last_row`), its columns, and labels that occur twice."""

    first_row: int
    last_row: int
    columns: tuple[HeadColumn, ...]
    doubled: tuple[str, ...] = ()

    def column(self, code: str) -> HeadColumn | None:
        """The column of a field, the surest one when several claim it."""
        found = [column for column in self.columns if column.code == code]
        return max(found, key=lambda column: column.confidence) if found else None

    @property
    def known(self) -> tuple[HeadColumn, ...]:
        return tuple(column for column in self.columns if column.code is not None)

    @property
    def unknown(self) -> tuple[HeadColumn, ...]:
        return tuple(column for column in self.columns if column.code is None)

    def is_repeated(self, row: Row) -> bool:
        """Whether a row below is the head again, as printed tables have on every page."""
        labels = {column.index: normal_label(column.label.split(" ")[0]) for column in self.columns}
        texts = {index: normal_label(row.cell(index).text) for index in labels if row.cell(index).text}
        same = sum(text in (labels[index], normal_label(self._last(index))) for index, text in texts.items())
        return len(texts) >= 2 and same * 3 >= len(texts) * 2

    def _last(self, index: int) -> str:
        return next((c.label.split(" ")[-1] for c in self.columns if c.index == index), "")


@lru_cache(maxsize=16_384)  # vocabularies hold hundreds of words, each compared with every label
def normal_label(text: str) -> str:
    """A label for comparing: width folded, without spaces, stars, numbering, brackets and their content."""
    label = unicodedata.normalize("NFKC", text).strip().casefold()
    label = _ORDINAL.sub("", label)
    bare = _BRACKETS.sub("", label)
    return _NOISE.sub("", bare or label)


def match_label(text: str, vocabulary: Vocabulary) -> tuple[str | None, int]:
    """The field a label means, and how sure that is: 100 a whole word, 80 a part of one, 0 none."""
    candidates = [normal_label(text), normal_label(split_head_unit(text)[0])]
    best: tuple[int, str | None, int] = (0, None, 0)
    for code, words in vocabulary.items():
        for word in words:
            known = normal_label(word)
            if known in candidates:
                return code, _WHOLE
            shortest = _PART_LATIN if known.isascii() else _PART_CHINESE
            if len(known) >= shortest and len(known) > best[0] and known in candidates[0]:
                best = (len(known), code, _PART)
    return best[1], best[2]


def detect_head(sheet: Sheet | Sequence[Row], vocabulary: Vocabulary, *, at_least: int = 2) -> Head | None:
    """Find the head within the first ten rows: where most columns are known, the upper one of two equal.

    A second head row under merged or empty cells is joined to it. None when no row has `at_least` known
    columns.
    """
    if isinstance(sheet, Sheet):
        rows, spread, merged = sheet.head_rows(_LOOK_AT), _spread_heads(sheet), sheet.merged
    else:
        rows, spread, merged = list(sheet[:_LOOK_AT]), {}, ()
    best: Head | None = None
    for position in range(min(HEAD_WITHIN, len(rows))):
        if len({cell.text for cell in rows[position].cells if cell.text}) < 2:
            continue  # a title, however wide it is merged
        head = _head(rows, position, position, spread, vocabulary)
        if position + 1 < len(rows):
            double = _head(rows, position, position + 1, spread, vocabulary)
            lower = _head(rows, position + 1, position + 1, spread, vocabulary)
            if _is_one_head(rows[position], rows[position + 1], merged) or (
                _is_words(rows[position + 1])
                and _complete_each_other(rows[position], rows[position + 1])
                and len(_codes(double)) > max(len(_codes(head)), len(_codes(lower)))
                and len(head.columns) > 1
            ):
                head = double
        if len(_codes(head)) >= at_least and (best is None or _score(head) > _score(best)):
            best = head
    return best


def head_at(sheet: Sheet, row_number: int, vocabulary: Vocabulary, *, rows: int = 1) -> Head | None:
    """The head a person pointed at: `rows` rows from `row_number` on; None where there is no such row."""
    first = sheet.head_rows(row_number + _LOOK_AT)
    positions = [position for position, row in enumerate(first) if row.number == row_number]
    if not positions:
        return None
    last = min(positions[0] + rows - 1, len(first) - 1)
    return _head(first, positions[0], last, _spread_heads(sheet, row_number + rows), vocabulary)


def is_total_word(text: str) -> bool:
    """Whether a cell says that its row is a sum: 合计, 小计：, CNC A班小计, 总计 8人, Total."""
    return _TOTAL_HINT.search(text) is not None and _TOTAL.fullmatch(text.strip()) is not None


def is_total(row: Row) -> bool:
    """Whether a row is a sum and no datum: one of its first four filled cells says so."""
    filled = 0
    for cell in row.cells:
        if cell.text:
            if is_total_word(cell.text):
                return True
            filled += 1
            if filled == _TOTAL_WITHIN:
                break
    return False


def is_footer(row: Row) -> bool:
    """Whether a row is a note under a table (制表人:…, 第 1 页): few cells, the first one says so."""
    filled = [cell.text.strip() for cell in row.cells if cell.text.strip()]
    return 0 < len(filled) <= 4 and _FOOTER.fullmatch(filled[0]) is not None


def _head(rows: Sequence[Row], first: int, last: int, spread: Mapping[int, Row], vocabulary: Vocabulary) -> Head:
    width = max((len(row.cells) for row in rows), default=0)
    columns: list[HeadColumn] = []
    labels: Counter[str] = Counter()
    for index in range(width):
        parts: list[str] = []
        for row in rows[first : last + 1]:
            text = " ".join(spread.get(row.number, row).cell(index).text.split())
            if text and text not in parts:
                parts.append(text)
        if not parts:
            continue
        code, confidence = _match_parts(parts, vocabulary)
        labels[parts[-1] if len(parts) == 1 else " ".join(parts)] += 1
        samples = [row.cell(index).text for row in rows[last + 1 :] if row.cell(index).text]
        columns.append(HeadColumn(index, " ".join(parts), code, confidence, tuple(samples[:_SAMPLES])))
    doubled = tuple(label for label, count in labels.items() if count > 1)
    return Head(rows[first].number, rows[last].number, tuple(columns), doubled)


def _match_parts(parts: Sequence[str], vocabulary: Vocabulary) -> tuple[str | None, int]:
    """The lower label decides where it is known whole; then both joined; then the upper one."""
    if any(len(part) > _LONGEST_LABEL for part in parts):
        return None, 0
    found = [match_label(part, vocabulary) for part in (parts[-1], "".join(parts), parts[0])]
    return max(found, key=lambda match: match[1])


def _codes(head: Head) -> set[str]:
    return {column.code for column in head.columns if column.code is not None}


def _score(head: Head) -> tuple[int, int]:
    """More known fields win; between equals, the one with more different labels."""
    return len(_codes(head)), len({column.label for column in head.columns})


def _is_one_head(upper: Row, lower: Row, merged: Sequence[Merged]) -> bool:
    """Whether labels of the upper row reach down into the lower one: merged over exactly both."""
    both = [area for area in merged if (area.first_row, area.last_row) == (upper.number, lower.number)]
    return any(upper.cell(area.first_column).text for area in both)


def _complete_each_other(upper: Row, lower: Row) -> bool:
    """Whether one row has a word where the other has none, or the upper repeats one ("产量" over 合格 and 不良). Two rows
    filled from end to end are a head and its first row of data."""
    words = [cell.text for cell in upper.cells if cell.text]
    width = max(len(upper.cells), len(lower.cells))
    return len(set(words)) < len(words) or any(
        bool(upper.cell(index).text) != bool(lower.cell(index).text) for index in range(width)
    )


def _is_words(row: Row) -> bool:
    """Whether a row may be labels. In a CSV file all is text: there a number or a date tells a row of data."""
    filled = [cell for cell in row.cells if cell.text]
    return bool(filled) and all(isinstance(cell.value, str) and not _DATUM.match(cell.text.strip()) for cell in filled)


def _spread_heads(sheet: Sheet, until: int = HEAD_WITHIN + 1) -> dict[int, Row]:
    """The first rows with merged cells filled, so that "部门" over two columns is known in both."""
    spread: dict[int, Row] = {}
    for row in sheet.iter_rows(fill_merged=True):
        if row.number > until:
            break
        spread[row.number] = row
    return spread
