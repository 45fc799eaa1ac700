"""What calamine does not tell about an .xlsx, read straight from its parts.

Number formats (000317, 30%), error values, grey or struck-through rows, rows that exist but are empty, and
how far each sheet reaches. Regular expressions over bytes on purpose: no XML parser, so no entity to expand,
and little time beside that of the cells.
"""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass
from html import unescape

from jiyu.lib.tables.archives import Archive
from jiyu.lib.tables.cells import column_index
from jiyu.lib.tables.refusals import refusal

_ATTRIBUTE = re.compile(rb'([\w:]+)\s*=\s*(?:"([^"]*)"|\'([^\']*)\')')
_ROW = re.compile(rb"<(?:\w+:)?row\b([^>]*)>")
_CELL_COLUMN = re.compile(rb"""\sr\s*=\s*["']\s*\$?([A-Za-z]+)\$?\d""")
_CELL_NUMBER = re.compile(rb"""\sr\s*=\s*["']\s*\$?[A-Za-z]+\$?(\d+)""")
_VALUE = re.compile(rb"\s*(?:<(?:\w+:)?f\b[^>]*?(?:/>|>[^<]*</(?:\w+:)?f>))?\s*<(?:\w+:)?v>([^<]*)<")
_ERRORS = frozenset({"#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A", "#GETTING_DATA", "#SPILL!"})
_GREYS = re.compile(r"(?:[0-9A-F]{2})?([0-9A-F]{2})([0-9A-F]{2})([0-9A-F]{2})")


@dataclass(frozen=True, slots=True)
class SheetMarks:
    """`cells`: row number → column → mark ("000000", "%", or an error like "#N/A"); `grey`: row number →
    columns shown grey or struck through; `recorded_rows`: the last row the file mentions; `rows` × `columns`:
    how far cells reach."""

    cells: dict[int, dict[int, str]]
    grey: dict[int, set[int]]
    recorded_rows: int
    rows: int
    columns: int


NO_MARKS = SheetMarks({}, {}, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class _Styles:
    marks: dict[int, str]
    grey: frozenset[int]


def read_marks(archive: Archive) -> dict[str, SheetMarks]:
    """The marks of each worksheet by its name."""
    styles = _read_styles(archive.read("xl/styles.xml"))
    targets = {
        rel["Id"]: posixpath.normpath(posixpath.join("xl", rel["Target"])).lstrip("/")
        if not rel["Target"].startswith("/")
        else rel["Target"].lstrip("/")
        for rel in _elements(archive.read("xl/_rels/workbook.xml.rels"), b"Relationship")
        if "Id" in rel and "Target" in rel
    }
    marks: dict[str, SheetMarks] = {}
    for sheet in _elements(archive.read("xl/workbook.xml"), b"sheet"):
        link = next((value for key, value in sheet.items() if key.endswith(":id")), "")
        xml = archive.read(targets.get(link, ""))
        if b"\0" in xml[:200]:  # UTF-16: legal, written by nobody, and invisible to the checks below
            raise refusal("table.damaged", archive.filename)
        if xml:
            marks[sheet.get("name", "")] = _sheet_marks(xml, styles)
    return marks


def _sheet_marks(xml: bytes, styles: _Styles) -> SheetMarks:
    recorded = 0
    for attributes in _ROW.findall(xml):
        number = _attributes(attributes).get("r", "")
        recorded = int(number) if number.isdigit() else recorded + 1
    letters = {name.upper().decode() for name in set(_CELL_COLUMN.findall(xml))}
    columns = max((column_index(name) + 1 for name in letters), default=0)
    rows = max((int(number) for number in set(_CELL_NUMBER.findall(xml))), default=recorded)
    marks = SheetMarks({}, {}, recorded, rows, columns)
    wanted = sorted(styles.marks.keys() | styles.grey)
    if wanted or re.search(rb'\st="e"', xml):
        _collect(xml, wanted, styles, marks)
    return marks


def _collect(xml: bytes, wanted: list[int], styles: _Styles, marks: SheetMarks) -> None:
    """Visit the cells whose style or type matters, and only those."""
    ids = "|".join(str(index) for index in wanted) or "none"
    pattern = rb'<(?:\w+:)?c\b(?=[^>]*\s(?:s="(?:%s)"|t="e"))([^>]*?)(/?)>' % ids.encode()
    for match in re.finditer(pattern, xml):
        found = _attributes(match.group(1))
        place = re.fullmatch(r"([A-Z]{1,3})(\d{1,7})", found.get("r", ""))
        if place is None or match.group(2):
            continue
        column, number = column_index(place.group(1)), int(place.group(2))
        style = int(found.get("s", "0"))
        mark = styles.marks.get(style, "")
        if found.get("t") == "e":
            value = _VALUE.match(xml, match.end())
            error = unescape(value.group(1).decode("utf-8", "replace")) if value else ""
            mark = error if error in _ERRORS else "#VALUE!"
        if mark:
            marks.cells.setdefault(number, {})[column] = mark
        if style in styles.grey:
            marks.grey.setdefault(number, set()).add(column)


def _read_styles(xml: bytes) -> _Styles:
    """Which cell styles show leading zeros or percentages, and which are grey or struck through."""
    formats = {f.get("numFmtId", ""): unescape(f.get("formatCode", "")) for f in _elements(xml, b"numFmt")}
    grey_fills = {str(index) for index, fill in enumerate(_blocks(xml, b"fills", b"fill")) if _is_grey_fill(fill)}
    faded_fonts = {str(index) for index, font in enumerate(_blocks(xml, b"fonts", b"font")) if _is_faded(font)}
    marks: dict[int, str] = {}
    grey: set[int] = set()
    inside = re.search(rb"<(?:\w+:)?cellXfs\b.*?</(?:\w+:)?cellXfs>", xml, re.DOTALL)
    for index, style in enumerate(_elements(inside.group() if inside else b"", b"xf")):
        number_format = style.get("numFmtId", "0")
        code = {"9": "0%", "10": "0.00%"}.get(number_format) or formats.get(number_format, "")
        shown = re.sub(r'"|\\|;.*|_.|\*.|\[[^\]]*\]', "", code)
        if re.fullmatch(r"0{2,}", shown):
            marks[index] = shown
        elif shown.endswith("%"):
            marks[index] = "%"
        if style.get("fillId", "0") in grey_fills or style.get("fontId", "0") in faded_fonts:
            grey.add(index)
    return _Styles(marks, frozenset(grey))


def _is_grey_fill(fill: bytes) -> bool:
    if b'patternType="solid"' not in fill:
        return b'patternType="gray' in fill and b"gray125" not in fill
    colour = _elements(fill, b"fgColor")
    return bool(colour) and _is_grey(colour[0])


def _is_faded(font: bytes) -> bool:
    strike = _elements(font, b"strike")
    if strike and strike[0].get("val", "1") not in ("0", "false"):
        return True
    colour = _elements(font, b"color")
    return bool(colour) and _is_grey(colour[0])


def _is_grey(colour: dict[str, str]) -> bool:
    """A grey between nearly black and nearly white, as RGB or as a tint of theme white or black."""
    rgb = _GREYS.fullmatch(colour.get("rgb", "").upper())
    if rgb is not None:
        red, green, blue = (int(part, 16) for part in rgb.groups())
        return max(red, green, blue) - min(red, green, blue) <= 12 and 80 <= red <= 225
    tint = float(colour.get("tint", "0") or 0)
    return (colour.get("theme") == "0" and tint <= -0.14) or (colour.get("theme") == "1" and tint >= 0.34)


def _blocks(xml: bytes, group: bytes, item: bytes) -> list[bytes]:
    inside = re.search(rb"<(?:\w+:)?%s\b.*?</(?:\w+:)?%s>" % (group, group), xml, re.DOTALL)
    if inside is None:
        return []
    pattern = rb"<(?:\w+:)?%s(?:\s[^>]*)?(?:/>|>.*?</(?:\w+:)?%s>)" % (item, item)
    return re.findall(pattern, inside.group(), re.DOTALL)


def _elements(xml: bytes, name: bytes) -> list[dict[str, str]]:
    return [_attributes(found) for found in re.findall(rb"<(?:\w+:)?%s\b([^>]*?)/?>" % name, xml)]


def _attributes(inside: bytes) -> dict[str, str]:
    return {
        key.decode(): unescape((double or single).decode("utf-8", "replace"))
        for key, double, single in _ATTRIBUTE.findall(inside)
    }
