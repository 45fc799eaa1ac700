"""The formula text cut into tokens whose positions are those of the text as typed.

Full-width signs mean their half-width selves, one for one, outside quotes and brackets.
"""

from __future__ import annotations

import re
import unicodedata
from enum import Enum, auto
from typing import NamedTuple

from jiyu.lib.text import Problem, Text

CHARACTER_LIMIT = 8_000
TOKEN_LIMIT = 2_000


class TokenKind(Enum):
    """What a token is; operators and brackets are told apart by their text."""

    NUMBER = auto()
    TEXT = auto()
    NAME = auto()
    SIGN = auto()
    END = auto()


class Token(NamedTuple):
    """`text` is the token's meaning (quotes off, signs half-width, names NFC); [start, end) as typed."""

    kind: TokenKind
    text: str
    start: int
    end: int
    bracketed: bool = False


_FULL_WIDTH = {chr(code): chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
_SIGNS = {
    **_FULL_WIDTH,
    "\u3000": " ",
    "\u00a0": " ",
    "\u2007": " ",
    "\u202f": " ",
    "、": ",",
    ";": ",",
    "；": ",",
    "。": ".",
    "−": "-",
    "–": "-",
    "—": "-",
    "×": "*",
    "÷": "/",
    "【": "[",
    "】": "]",
}
_QUOTES = {'"': '"', "“": "”", "”": "”", "＂": "＂"}
_ONE_FOR_ONE = str.maketrans(_SIGNS)
_LONGER = {"≥": ">=", "≤": "<=", "≠": "<>"}
_USUAL = re.compile(
    r"(?P<space>[ \t\r\n]+)"
    r"|(?P<number>(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)"
    r"|(?P<sign><>|<=|>=|[-+*/^&=<>%(),{}.])"
    r"|(?P<name>[A-Za-z_\u4e00-\u9fff][A-Za-z0-9_\u4e00-\u9fff]*)"
)
"""Nearly every token; the rest is read character by character."""
_INVISIBLE = frozenset("\u200b\u200c\u200d\u2060\ufeff")
_JOINERS = frozenset("\u200d\ufe0f")
_NOT_IN_NAMES = frozenset("×÷")  # letters to nobody, but close relatives are


def name_key(label: str) -> str:
    """What names are found by: width, case and the encoding of accents do not matter."""
    plain = "".join(_FULL_WIDTH.get(char, char) for char in unicodedata.normalize("NFC", label))
    return plain.strip().lower()


def is_name_start(char: str) -> bool:
    """A letter of any script, an underscore, or a picture sign such as an emoji."""
    return (char.isalpha() or char == "_" or unicodedata.category(char) in ("So", "Nl")) and (char not in _NOT_IN_NAMES)


def is_name_part(char: str) -> bool:
    """What may follow: also digits, combining marks, and the middle dot of names (阿依古丽·买买提)."""
    return (
        is_name_start(char)
        or char.isdigit()
        or char == "·"
        or unicodedata.category(char) in ("Mn", "Mc", "Nd", "No")
        or char in _JOINERS
        or "\U0001f3fb" <= char <= "\U0001f3ff"  # skin tones
    )


def is_bare_name(label: str) -> bool:
    """Whether a name can stand without brackets and be read back as itself."""
    tokens, problems = tokenize(label)
    return (
        not problems
        and len(tokens) == 2
        and tokens[0].kind is TokenKind.NAME
        and not tokens[0].bracketed
        and (tokens[0].text, tokens[0].start, tokens[0].end) == (label, 0, len(label))
        and label.upper() not in RESERVED
    )


RESERVED = {"TRUE": True, "FALSE": False, "真": True, "假": False}
"""Words that are values; as names they need brackets."""


def tokenize(source: str) -> tuple[list[Token], list[Problem]]:
    """Tokens, ended by one END token, and what could not be read (skipped). Never raises.

    Codes: formula.too_long, formula.too_many_tokens, formula.unclosed_text, formula.unclosed_name,
    formula.empty_name, formula.bad_number, formula.bad_character.
    """
    if len(source) > CHARACTER_LIMIT:
        return [Token(TokenKind.END, "", 0, 0)], [_too_long(len(source))]
    return _Tokenizer(source).run()


class _Tokenizer:
    def __init__(self, source: str) -> None:
        self.source = source
        # what the signs mean, one for one; longer meanings (≥) are put in when the sign is read
        self.plain = source.translate(_ONE_FOR_ONE)
        self.position = 0
        self.tokens: list[Token] = []
        self.problems: list[Problem] = []

    def run(self) -> tuple[list[Token], list[Problem]]:
        while self.position < len(self.source):
            if len(self.tokens) >= TOKEN_LIMIT:
                self.problems = [_too_many_tokens()]
                self.tokens = []
                break
            self._next()
        self.tokens.append(Token(TokenKind.END, "", len(self.source), len(self.source)))
        return self.tokens, self.problems

    def _next(self) -> None:
        at = self.position
        usual = _USUAL.match(self.plain, at)
        if usual is None:
            self._unusual(at, self.source[at], self.plain[at])
        elif usual.lastgroup == "space":
            self.position = usual.end()
        elif usual.lastgroup == "number":
            self._number(usual.end())
        elif usual.lastgroup == "sign":
            self._add(TokenKind.SIGN, usual[0], usual.end())
        else:
            self._name(usual.end())

    def _unusual(self, at: int, typed: str, plain: str) -> None:
        """What is not a plain space, number, sign or word."""
        if plain.isspace() or typed in _INVISIBLE:
            self.position += 1
        elif typed in _QUOTES:
            self._text(_QUOTES[typed])
        elif plain == "[":
            self._bracketed()
        elif is_name_start(plain):
            self._name(at + 1)
        elif typed in _LONGER:
            self._add(TokenKind.SIGN, _LONGER[typed], at + 1)
        else:
            self.problems.append(_bad_character(typed, at))
            self.position += 1

    def _add(self, kind: TokenKind, text: str, end: int, *, bracketed: bool = False) -> None:
        self.tokens.append(Token(kind, text, self.position, end, bracketed))
        self.position = end

    def _text(self, closing: str) -> None:
        start = at = self.position
        parts: list[str] = []
        at += 1
        while (end := self.source.find(closing, at)) >= 0:
            parts.append(self.source[at:end])
            if self.source[end + 1 : end + 2] != closing:
                self._add(TokenKind.TEXT, "".join(parts), end + 1)
                return
            parts.append(closing)
            at = end + 2
        self.problems.append(_unclosed(start, len(self.source), closing, "formula.unclosed_text"))
        self._add(TokenKind.TEXT, "".join(parts) + self.source[at:], len(self.source))

    def _bracketed(self) -> None:
        start, at = self.position, self.position + 1
        closing = {"[": "]", "［": "］", "【": "】"}[self.source[start]]
        parts: list[str] = []
        while (end := self.source.find(closing, at)) >= 0:
            parts.append(self.source[at:end])
            if closing != "]" or self.source[end + 1 : end + 2] != closing:
                break
            parts.append(closing)
            at = end + 2
        else:
            self.problems.append(_unclosed(start, len(self.source), closing, "formula.unclosed_name"))
            parts.append(self.source[at:])
            end = len(self.source) - 1
        label = unicodedata.normalize("NFC", "".join(parts).strip())
        if not label and end > start and self.source[end] == closing:
            self.problems.append(_empty_name(start, end + 1))
        self._add(TokenKind.NAME, label, end + 1, bracketed=True)

    def _number(self, end: int) -> None:
        start = self.position
        if end < len(self.plain) and is_name_start(self.plain[end]):
            if self.plain[start:end].isdigit():
                self._name(end)  # 3月销售额: a number cannot touch a word, so it begins one
                return
            after = end
            while after < len(self.plain) and is_name_part(self.plain[after]):
                after += 1
            self.problems.append(_bad_number(self.source[start:after], start, after))
            end = after
            self._add(TokenKind.NUMBER, "0", end)
            return
        text = self.plain[start:end]
        if float(text) == float("inf"):
            self.problems.append(_bad_number(text, start, end))
            text = "0"
        self._add(TokenKind.NUMBER, text, end)

    def _name(self, end: int) -> None:
        """A word of which at least [position, end) is read; marks, dots and pictures may follow."""
        plain = self.plain
        while end < len(plain) and (plain[end] > "\x7f" or plain[end].isalnum()) and is_name_part(plain[end]):
            end += 1
        self._add(TokenKind.NAME, unicodedata.normalize("NFC", plain[self.position : end]), end)


def _too_long(length: int) -> Problem:
    return Problem(
        "formula.too_long",
        Text("公式有 {n} 个字，最多 8,000 个。", "The formula has {n} characters; 8,000 is the limit.").format(
            n=f"{length:,}"
        ),
        Text("拆成几个输入项，再合起来算。", "Split it into several inputs and combine those."),
        start=CHARACTER_LIMIT,
        end=length,
    )


def _too_many_tokens() -> Problem:
    return Problem(
        "formula.too_many_tokens",
        Text("公式太长：超过 2,000 个部分。", "The formula has more than 2,000 parts."),
        Text("拆成几个输入项，再合起来算。", "Split it into several inputs and combine those."),
    )


def _unclosed(start: int, end: int, closing: str, code: str) -> Problem:
    what = Text("这里的文字没有收尾。", "This text is not closed.")
    if code == "formula.unclosed_name":
        what = Text("这里的名称没有收尾。", "This name is not closed.")
    return Problem(code, what, Text("在末尾加上 {c}", "Add {c} at its end").format(c=closing), start=start, end=end)


def _empty_name(start: int, end: int) -> Problem:
    return Problem(
        "formula.empty_name",
        Text("方括号里没有名称。", "There is no name in the brackets."),
        Text("写上输入项的名称，或去掉方括号。", "Write the input's name, or drop the brackets."),
        start=start,
        end=end,
    )


def _bad_number(text: str, start: int, end: int) -> Problem:
    return Problem(
        "formula.bad_number",
        Text("“{t}”不是一个能算的数。", "'{t}' is not a number.").format(t=text),
        Text("检查小数点和位数；如果是名称，放进方括号。", "Check the digits; put a name into [brackets]."),
        start=start,
        end=end,
    )


def _bad_character(char: str, at: int) -> Problem:
    return Problem(
        "formula.bad_character",
        Text("看不懂“{c}”。", "'{c}' means nothing here.").format(c=char),
        Text("删掉它；名称里有这样的字符时，把名称放进方括号。", "Remove it, or put the name into [brackets]."),
        start=at,
        end=at + 1,
    )
