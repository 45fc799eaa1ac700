"""The legend of an attendance table as a form: a row per symbol with what it means and how much of a day it counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from jiyu.core.language import say
from jiyu.sources.mappings.doubts import SYMBOL
from jiyu.sources.mappings.legends import SymbolFound
from jiyu.sources.mappings.meanings import IGNORE, NUMBER, choices_for, stands_for_number

WHOLE, HALF = "1", "0.5"


@dataclass(frozen=True, slots=True)
class SymbolRow:
    """A symbol, where it stands, and the fields that give it a meaning; `meanings` and `amounts` are (value, words,
    whether chosen). Nothing is chosen for one that is asked (`is_open`); a number says itself how much: no amounts."""

    symbol: str
    where: str
    name: str
    amount_name: str
    meanings: tuple[tuple[str, str, bool], ...]
    amounts: tuple[tuple[str, str, bool], ...]
    is_open: bool


def symbol_rows(symbols: Sequence[SymbolFound], answer_prefix: str, amount_prefix: str) -> list[SymbolRow]:
    """The rows, those to be asked first; fields are named by the key of the symbol's question behind the prefixes."""
    ordered = sorted(symbols, key=lambda one: bool(one.answer))
    return [_row(one, answer_prefix, amount_prefix) for one in ordered]


def answer_of(meaning: str, amount: str) -> str:
    """The answer that a chosen meaning and amount come to ("days_present", "0.5" → "days_present*0.5")."""
    is_plain = meaning and meaning != IGNORE and "*" not in meaning
    return f"{meaning}*{amount}" if is_plain and amount not in ("", WHOLE) else meaning


def _row(found: SymbolFound, answer_prefix: str, amount_prefix: str) -> SymbolRow:
    code, _star, amount = found.answer.partition("*")
    amount = amount or WHOLE
    choices = [(value, say(words), value == code) for value, words in choices_for(found.symbol)]
    if code and not any(chosen for _value, _words, chosen in choices):
        choices.insert(0, (code, code, True))  # a measure of the company's own
    is_number = stands_for_number(found.symbol)
    amounts = {WHOLE: _("一整天（或一次）"), HALF: _("半天")}
    if not is_number and amount not in amounts:
        amounts[amount] = _("%(n)s 天") % {"n": amount}
    return SymbolRow(
        symbol=_shown(found.symbol),
        where=_where(found),
        name=f"{answer_prefix}{SYMBOL}{found.symbol}",
        amount_name=f"{amount_prefix}{SYMBOL}{found.symbol}",
        meanings=tuple(choices),
        amounts=() if is_number else tuple((value, words, value == amount) for value, words in amounts.items()),
        is_open=not found.answer,
    )


def _shown(symbol: str) -> str:
    if symbol == NUMBER:
        return _("单独的数字")
    if stands_for_number(symbol):
        return _("%(symbol)s 后面的数字") % {"symbol": symbol.removesuffix(NUMBER)}
    return symbol


def _where(found: SymbolFound) -> str:
    """How often, and one cell: "12 格，如 F4：√夜"."""
    said = {"n": f"{found.times:,}", "cell": found.address, "text": found.text}
    words = ngettext("%(n)s 格，如 %(cell)s：%(text)s", "%(n)s 格，如 %(cell)s：%(text)s", found.times)
    return words % said
