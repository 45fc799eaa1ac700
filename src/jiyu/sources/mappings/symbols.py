"""One cell of an attendance table read by a legend: √ · √/△ · √+夜 · √夜 · √+2 · 8. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from jiyu.lib.units import MICRO
from jiyu.sources.mappings.columns import NOTHING
from jiyu.sources.mappings.meanings import NUMBER, Counts, Takes, stands_for_number, takes

Legend = Mapping[str, Counts]  # symbol → what it counts; () for one that is not counted
_SLASH, _PLUS = re.compile(r"[/／]"), re.compile(r"[+＋]")
_APART = re.compile(r"[\s,，、;；()（）\[\]【】]+")  # between symbols that share a cell
_AMOUNT = r"\d+(?:\.\d+)?"
_HOURS = re.compile(rf"({_AMOUNT})\s*(?:h|hrs?|小时|时)?", re.IGNORECASE)
_ONTO = re.compile(rf"(.*?[^\d.\s:：\-A-Za-z])\s*({_AMOUNT})\s*(?:h|hrs?|小时|时)?", re.IGNORECASE)


class Part(NamedTuple):
    """A symbol in a cell as a legend calls it (`NUMBER` for a number), and how often it counts, in millionths."""

    symbol: str
    times: int = MICRO


@dataclass(slots=True)
class CellRead:
    """What a cell says: `counted` millionths by measure code, the `symbols` that count, and those in it that the
    legend does not have (`unknown`; then nothing is counted)."""

    counted: dict[str, int] = field(default_factory=dict)
    symbols: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)

    def add(self, code: str, amount: int) -> None:
        self.counted[code] = self.counted.get(code, 0) + amount


def read_cell(text: str, legend: Legend, overtime_code: str) -> CellRead:
    """A cell by a legend.

    "√+夜" counts both in full, a number after "+" is hours of overtime; "√/△" and, written together, "√△" share the
    day equally, while "√夜" counts both: a shift lies in the day and takes no part of it. Symbols written together
    are told apart only where each is in the legend and whole; letters and characters side by side are one word.
    """
    read = CellRead()
    halves = [half.strip() for half in _SLASH.split(text)]
    if len(halves) > 1 and "" in halves:
        _one_word(read, text.strip(), legend)  # "√/": one half, or a slip of the pen? whoever knows says so
        halves = []
    shared = [parts for half in halves if (parts := _half(read, half, legend, overtime_code)) is not None]
    takers = sum(_takes(parts, legend) for parts in shared) or 1
    for parts in shared:
        _count(read, parts, legend, takers)
    if read.unknown:
        read.counted = {}
    return read


def _half(read: CellRead, half: str, legend: Legend, overtime_code: str) -> list[list[Part]] | None:
    """The groups of symbols between slashes, parted by "+"; None where something in it is unknown."""
    if half in NOTHING:
        return []
    groups: list[list[Part]] = []
    for position, chunk in enumerate(_PLUS.split(half)):
        chunk = chunk.strip()
        hours = _HOURS.fullmatch(chunk)
        if hours and position:
            read.add(overtime_code, _millionths(hours[1]))
        elif chunk:
            parts = _parts(chunk, legend)
            read.symbols += [part.symbol for part in parts]
            read.unknown += [part.symbol for part in parts if part.symbol not in legend]
            groups.append(parts)
    return None if read.unknown else groups


def _parts(chunk: str, legend: Legend) -> list[Part]:
    """The symbols of a chunk; one that the legend lacks stands for all that cannot be told apart."""
    if chunk in legend:
        return [Part(chunk)]
    hours = _HOURS.fullmatch(chunk)
    if hours:
        return [Part(NUMBER, _millionths(hours[1]))]
    onto = _ONTO.fullmatch(chunk)
    if onto:
        before = _parts(onto[1], legend)
        number = Part(f"{onto[1].strip()}{NUMBER}", _millionths(onto[2]))
        says_same = {code for code, _ in legend.get(number.symbol, ())} & {
            code for part in before for code, _ in legend.get(part.symbol, ())
        }
        return [number] if says_same else [*before, number]
    return _told_apart(chunk, legend) or [Part(chunk)]


def _told_apart(chunk: str, legend: Legend) -> list[Part]:
    """Symbols written together; [] where one is unknown, is not whole, or may be part of a longer word."""
    found: list[Part] = []
    longest = max(map(len, legend), default=0)
    for word in _APART.split(chunk):
        at, is_letter = 0, False
        while at < len(word):
            size = next((n for n in range(min(longest, len(word) - at), 0, -1) if word[at : at + n] in legend), 0)
            symbol = word[at : at + size]
            if not size or (is_letter and symbol[0].isalnum()) or any(n != MICRO for _code, n in legend[symbol]):
                return []
            found.append(Part(symbol))
            at, is_letter = at + size, symbol[-1].isalnum()
    return found


def _one_word(read: CellRead, text: str, legend: Legend) -> None:
    read.symbols.append(text)
    if text not in legend:
        read.unknown.append(text)
    for code, amount in legend.get(text, ()):
        read.add(code, amount)


def _takes(groups: list[list[Part]], legend: Legend) -> bool:
    """Whether what stands between two slashes is part of the day; "-" is: nothing was done in that half."""
    codes = [code for parts in groups for part in parts for code, _ in legend[part.symbol]]
    return not groups or any(takes(code) is not Takes.BESIDE for code in codes)


def _count(read: CellRead, groups: list[list[Part]], legend: Legend, takers: int) -> None:
    """Count one of `takers` halves. Symbols of a group share what takes of the day; a measure that "+" names in two
    groups counts once."""
    in_full: dict[str, int] = {}
    for parts in groups:
        days = sum(_is_day(part, legend) for part in parts)
        here: dict[str, int] = {}
        for part in parts:
            for code, amount in legend[part.symbol]:
                sharers = _sharers(part, code, takers, days)
                here[code] = here.get(code, 0) + amount * part.times // (MICRO * sharers)
        for code, value in here.items():
            in_full[code] = max(in_full.get(code, 0), value)
    for code, value in in_full.items():
        read.add(code, value)


def _is_day(part: Part, legend: Legend) -> bool:
    """Whether it takes a part of the day, so that others written together with it share the day."""
    return not stands_for_number(part.symbol) and any(takes(code) is Takes.DAY for code, _ in legend[part.symbol])


def _sharers(part: Part, code: str, takers: int, days: int) -> int:
    """By how many what a symbol counts is divided; a number says by itself how much it is."""
    if stands_for_number(part.symbol) or takes(code) is Takes.BESIDE:
        return 1
    return takers * days if takes(code) is Takes.DAY else takers


def _millionths(amount: str) -> int:
    whole, _, decimals = amount.partition(".")
    return int(whole + (decimals + "000000")[:6])
