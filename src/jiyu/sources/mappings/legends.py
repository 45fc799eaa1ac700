"""The legend of an attendance table: what the table prints, what was said before, what is sure, and what to ask."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from jiyu.lib.tables.cells import Sheet, column_name
from jiyu.lib.tables.heads import Head
from jiyu.lib.units import MICRO
from jiyu.sources.mappings import doubts
from jiyu.sources.mappings.columns import NOTHING
from jiyu.sources.mappings.doubts import SYMBOL, MappingQuestion
from jiyu.sources.mappings.grids import day_columns, is_note, legend_of, month_of, people_in
from jiyu.sources.mappings.meanings import (
    LEGEND_WORDS,
    MEANINGS,
    SURE,
    Counts,
    Takes,
    meaning_answer,
    parse_meaning,
    takes,
)
from jiyu.sources.mappings.spec import GridSpec, LegendEntry, MappingSpec, MeasureSpec
from jiyu.sources.mappings.symbols import CellRead, read_cell

MOST_SYMBOLS = 40  # more are punches or notes, not symbols
_SIGN = r"[A-Z]{1,2}|[^\w\s,，、。:：;；=+＋/／()（）-]"
_WORD = "|".join(sorted(LEGEND_WORDS, key=len, reverse=True))
_WORD_FIRST = re.compile(
    rf"(?P<word>{_WORD})(?:\s*[:：=]?\s*(?P<sign>{_SIGN})|\s*[:：=]\s*(?P<char>[\u4e00-\u9fff]))(?=\W|$)"
)
_SIGN_FIRST = re.compile(
    rf"(?<!\w)(?:(?P<sign>{_SIGN})\s*[:：=]?\s*|(?P<char>[\u4e00-\u9fff])\s*[:：=]\s*)(?P<word>{_WORD})"
)


@dataclass(frozen=True, slots=True)
class SymbolFound:
    """A symbol of the day columns: in how many cells, one of them (its address and text), and what it means as far as
    is known: `answer` as `meanings` reads it, "" for one that must be asked."""

    symbol: str
    times: int
    address: str
    text: str
    answer: str = ""


@dataclass(frozen=True, slots=True)
class LegendRead:
    """A mapping with its legend, all symbols found, and questions for those whose meaning nobody has said."""

    spec: MappingSpec
    symbols: tuple[SymbolFound, ...]
    questions: tuple[MappingQuestion, ...]


@dataclass(slots=True)
class _Cells:
    """The different texts of the day columns: how often each stands there, and where first."""

    times: Counter[str] = field(default_factory=Counter)
    first: dict[str, str] = field(default_factory=dict)


def legend_read(
    spec: MappingSpec, grid: GridSpec, sheets: Sequence[tuple[Sheet, Head]], answers: Mapping[str, str]
) -> LegendRead:
    """The legend for these sheets. An answer wins over what `grid` has from before, that over what the table prints,
    and that over what is sure everywhere."""
    cells = _cells_of(spec, grid, sheets)
    printed = {symbol: code for sheet, head in sheets for symbol, code in legend_in(sheet, head).items()}
    said = legend_of(grid) | _answered(answers)
    known = {symbol: _whole(code) for symbol, code in SURE.items()}
    known |= {symbol: _whole(code) for symbol, code in printed.items()} | said
    reads = {text: read_cell(text, known, grid.overtime_code) for text in cells.times}
    unclear = _shifts_alone(reads, known) - said.keys() - printed.keys()
    found = _found(cells, reads, {symbol: counts for symbol, counts in known.items() if symbol not in unclear})
    legend = {one.symbol: known[one.symbol] for one in found if one.answer}
    asked = tuple(doubts.symbol(one.symbol, one.text, one.times) for one in found if not one.answer)
    return LegendRead(_with_legend(spec, grid, legend_of(grid) | legend), found, asked)


def legend_in(sheet: Sheet, head: Head) -> dict[str, str]:
    """The legend a table brings along (出勤√ 事假△ 公休G, or √出勤 △事假): symbol → measure code."""
    legend: dict[str, str] = {}
    for row in sheet.iter_rows():
        if head.first_row <= row.number <= head.last_row or not is_note(row):
            continue
        text = " ".join(dict.fromkeys(text for text in row.texts if text))
        found = max((list(way.finditer(text)) for way in (_WORD_FIRST, _SIGN_FIRST)), key=len)
        for match in found:
            legend.setdefault(match["sign"] or match["char"], LEGEND_WORDS[match["word"]])
    return legend


def _cells_of(spec: MappingSpec, grid: GridSpec, sheets: Iterable[tuple[Sheet, Head]]) -> _Cells:
    cells = _Cells()
    for sheet, head in sheets:
        month = month_of(grid, sheet, head)
        days = day_columns(head, *month) if month else {}
        for row, _subject in people_in(spec, sheet, head):
            for index in days:
                text = row.cell(index).text.strip()
                if text not in NOTHING:
                    cells.times[text] += 1
                    cells.first.setdefault(text, f"{column_name(index)}{row.number}")
    return cells


def _found(cells: _Cells, reads: Mapping[str, CellRead], known: Mapping[str, Counts]) -> tuple[SymbolFound, ...]:
    """The symbols in order of appearance. One written together with others only waits for those that stand alone."""
    alone = {symbol: _whole("") for read in reads.values() if len(read.symbols) == 1 for symbol in read.symbols}
    times: Counter[str] = Counter()
    example: dict[str, str] = {}
    for text, read in reads.items():
        symbols = read.symbols
        if any(len(symbol) > 1 for symbol in read.unknown):
            others = {symbol: counts for symbol, counts in alone.items() if symbol not in read.unknown}
            apart = read_cell(text, {**others, **known}, "")
            symbols = symbols if apart.unknown else apart.symbols
        for symbol in dict.fromkeys(symbols):
            times[symbol] += cells.times[text]
            if len(text) < len(example.get(symbol, text + " ")):
                example[symbol] = text
    return tuple(
        SymbolFound(
            symbol, times[symbol], cells.first[text], text, meaning_answer(known[symbol]) if symbol in known else ""
        )
        for symbol, text in example.items()
    )


def _shifts_alone(reads: Mapping[str, CellRead], known: Mapping[str, Counts]) -> set[str]:
    """Symbols of shifts that stand without 出勤 in some cell: whether they are a day present only the company knows."""
    alone: set[str] = set()
    for read in reads.values():
        if not read.unknown and read.counted and all(takes(code) is Takes.SHIFT for code in read.counted):
            alone.update(symbol for symbol in read.symbols if any(takes(c) is Takes.SHIFT for c, _ in known[symbol]))
    return alone


def _answered(answers: Mapping[str, str]) -> dict[str, Counts]:
    given = {key.removeprefix(SYMBOL): parse_meaning(text) for key, text in answers.items() if key.startswith(SYMBOL)}
    return {symbol: counts for symbol, counts in given.items() if counts is not None}


def _whole(code: str) -> Counts:
    return ((code, MICRO),)


def _with_legend(spec: MappingSpec, grid: GridSpec, legend: Mapping[str, Counts]) -> MappingSpec:
    entries = [LegendEntry(symbol=s, code=code, millionths=n) for s, counts in legend.items() for code, n in counts]
    measures = {measure.code: measure for measure in spec.measures}
    for code in dict.fromkeys([*(entry.code for entry in entries), grid.overtime_code]):
        measures.setdefault(code, _measure(code))
    ignored = tuple(symbol for symbol, counts in legend.items() if not counts)
    grid = grid.model_copy(update={"legend": tuple(entries), "ignored": ignored})
    return spec.model_copy(update={"grid": grid, "measures": tuple(measures.values())})


def _measure(code: str) -> MeasureSpec:
    meaning = MEANINGS.get(code)
    return MeasureSpec(
        column="", code=code, label=meaning.label.zh if meaning else code, unit=meaning.unit if meaning else "day"
    )
