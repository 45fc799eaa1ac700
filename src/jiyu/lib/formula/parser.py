"""Text to tree: a hand-written Pratt parser that recovers (FORMULA §4).

Excel's precedence, all left-associative: unary sign, then %, ^, * and /, + and -, &, comparisons. A
broken formula still gives a tree, with `Hole`s, and every problem with its place: completion needs both.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from difflib import get_close_matches

from jiyu.lib.formula.registry import FUNCTIONS, canonical_name
from jiyu.lib.formula.tokens import RESERVED, Token, TokenKind, tokenize
from jiyu.lib.formula.tree import (
    HEIGHT_LIMIT,
    Binary,
    Bool,
    Call,
    Hole,
    Items,
    Name,
    Node,
    Number,
    Percent,
    Unary,
    height,
)
from jiyu.lib.formula.tree import Text as TextNode
from jiyu.lib.text import Problem, Text

DEPTH_LIMIT = 64
ARGUMENT_LIMIT = 255
PROBLEM_LIMIT = 20

BINDING = {
    **dict.fromkeys(["=", "<>", "<", "<=", ">", ">="], 10),
    "&": 20,
    **dict.fromkeys(["+", "-"], 30),
    **dict.fromkeys(["*", "/"], 40),
    "^": 50,
}
PERCENT_BINDING = 60
SIGN_BINDING = 70


@dataclass(frozen=True, slots=True)
class Parsed:
    """What was read: the tree (with holes where problems are; None if it was too much) and the problems."""

    source: str
    tree: Node | None
    problems: tuple[Problem, ...]

    @property
    def ok(self) -> bool:
        """Whether the text is a whole formula."""
        return self.tree is not None and not self.problems


def parse(source: str) -> Parsed:
    """The formula's tree of `Name`s; a leading `=` is allowed. Never raises.

    Codes: those of `tokenize`, and formula.empty, formula.too_deep, formula.too_many_arguments,
    formula.too_high, formula.missing_operand, formula.missing_operator, formula.empty_argument,
    formula.unclosed_bracket, formula.extra_bracket, formula.unknown_function.
    """
    tokens, problems = tokenize(source)
    if problems and problems[0].code in ("formula.too_long", "formula.too_many_tokens"):
        return Parsed(source, None, tuple(problems))
    parser = _Parser(source, tokens, problems)
    try:
        tree: Node | None = parser.formula()
    except _TooMuchError as error:
        return Parsed(source, None, (error.problem,))
    if tree is not None and height(tree) > HEIGHT_LIMIT:
        return Parsed(source, None, (_too_high(len(source)),))
    found = sorted(parser.problems, key=lambda p: p.start)
    return Parsed(source, tree, tuple(found[:PROBLEM_LIMIT]))


class _TooMuchError(Exception):
    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.code)
        self.problem = problem


class _Parser:
    def __init__(self, source: str, tokens: list[Token], problems: list[Problem]) -> None:
        self.source, self.tokens, self.problems = source, tokens, problems
        self.at = 0
        self.depth = 0

    @property
    def token(self) -> Token:
        return self.tokens[self.at]

    @property
    def at_end(self) -> bool:
        return self.token.kind is TokenKind.END

    def is_sign(self, *texts: str) -> bool:
        return self.token.kind is TokenKind.SIGN and self.token.text in texts

    def take(self) -> Token:
        token = self.token
        if token.kind is not TokenKind.END:
            self.at += 1
        return token

    def problem(self, code: str, zh: str, en: str, fix: Text, start: int, end: int) -> None:
        self.problems.append(Problem(f"formula.{code}", Text(zh, en), fix, start=start, end=end))

    def formula(self) -> Node | None:
        if self.is_sign("="):
            self.take()
        if self.at_end:
            if not self.problems:
                self.problem("empty", "公式是空的。", "The formula is empty.", _WRITE_SOMETHING, 0, len(self.source))
            return None
        node = self.expression(0)
        while self.token.kind is not TokenKind.END:
            self.unexpected()
            node = self.continued(node, 0)
        return node

    def unexpected(self) -> None:
        """Something stands where an operator or the end should be: say so and step over it."""
        token = self.take()
        typed = self.source[token.start : token.end]
        if token.kind is TokenKind.SIGN and token.text in (")", "}"):
            self.problem(
                "extra_bracket",
                f"多了一个“{typed}”。",
                f"There is one '{typed}' too many.",
                Text("删掉它，或在前面补上左括号。", "Remove it, or open one before."),
                token.start,
                token.end,
            )
        else:
            self.problem(
                "missing_operator",
                f"“{typed}”前面缺少运算符或逗号。",
                f"An operator or comma is missing before '{typed}'.",
                Text("在中间写上 + - * / & 或逗号。", "Put + - * / & or a comma between."),
                token.start,
                token.end,
            )

    def expression(self, binding: int) -> Node:
        return self.continued(self.prefix(), binding)

    def continued(self, left: Node, binding: int) -> Node:
        while True:
            token = self.tokens[self.at]
            if token.kind is not TokenKind.SIGN:
                return left
            if token.text == "%":
                if binding > PERCENT_BINDING:
                    return left
                self.at += 1
                left = Percent(left, (left.span[0], token.end))
                continue
            strength = BINDING.get(token.text, 0)
            if strength <= binding:
                return left
            self.at += 1
            right = self.expression(strength)
            left = Binary(token.text, left, right, (left.span[0], right.span[1]))

    def prefix(self) -> Node:
        token = self.token
        if token.kind is TokenKind.NUMBER:
            self.take()
            return Number(float(token.text), (token.start, token.end))
        if token.kind is TokenKind.TEXT:
            self.take()
            return TextNode(unicodedata.normalize("NFC", token.text), (token.start, token.end))
        if token.kind is TokenKind.NAME:
            return self.name()
        if self.is_sign("-", "+"):
            self.take()
            self.deeper(token)
            operand = self.expression(SIGN_BINDING)
            self.depth -= 1
            return Unary(token.text, operand, (token.start, operand.span[1]))
        if self.is_sign("("):
            return self.group()
        if self.is_sign("{"):
            self.take()
            items, end = self.listed("}", token)
            return Items(tuple(items), (token.start, end))
        return self.hole()

    def hole(self) -> Node:
        at = self.tokens[self.at - 1].end if self.at else self.token.start
        self.problem(
            "missing_operand",
            "这里缺少一个数、名称或函数。",
            "A number, name or function is missing here.",
            Text("补上要算的内容，或删掉多余的运算符。", "Add what to calculate, or remove the extra operator."),
            at,
            max(self.token.end, at),
        )
        return Hole((at, at))

    def deeper(self, token: Token) -> None:
        self.depth += 1
        if self.depth > DEPTH_LIMIT:
            raise _TooMuchError(
                Problem(
                    "formula.too_deep",
                    Text("括号和函数套得太深，最多 64 层。", "Nested too deeply; 64 levels are the limit."),
                    Text("把里面的部分做成一个输入项。", "Make the inner part an input of its own."),
                    start=token.start,
                    end=token.end,
                )
            )

    def group(self) -> Node:
        opening = self.take()
        self.deeper(opening)
        node = self.expression(0)
        while not self.is_sign(")") and not self.at_end and not self.is_sign(",", "}"):
            self.unexpected()
            node = self.continued(node, 0)
        self.close(")", opening)
        self.depth -= 1
        return node

    def close(self, closing: str, opening: Token) -> int:
        """Take the closing bracket, or say that it is missing; the end of what it closes."""
        if self.is_sign(closing):
            return self.take().end
        end = self.tokens[self.at - 1].end
        self.problem(
            "unclosed_bracket",
            "括号没有收尾。",
            "This bracket is not closed.",
            Text("在末尾加上 {c}", "Add {c} at the end").format(c=closing),
            opening.start,
            opening.end,
        )
        return end

    def name(self) -> Node:
        token = self.take()
        label, end = token.text, token.end
        if not token.bracketed:
            if self.is_sign(".") and self.dotted_function(label):
                self.take()
                label = f"{label}.{self.take().text}"
            if self.is_sign("("):
                return self.call(label, token)
            if label.upper() in RESERVED:
                return Bool(RESERVED[label.upper()], (token.start, end))
        if self.is_sign(".") and self.tokens[self.at + 1].kind is TokenKind.NAME:
            self.take()
            part = self.take()
            return Name(label, part.text, (token.start, part.end))
        return Name(label, "", (token.start, end))

    def dotted_function(self, label: str) -> bool:
        """Whether `label` `.` name `(` is the name of a function: PERCENTILE.INC(…)."""
        part, bracket = self.tokens[self.at + 1], self.tokens[min(self.at + 2, len(self.tokens) - 1)]
        return (
            part.kind is TokenKind.NAME and bracket.text == "(" and canonical_name(f"{label}.{part.text}") is not None
        )

    def call(self, label: str, token: Token) -> Node:
        opening = self.take()
        function = canonical_name(label)
        if function is None:
            self.problems.append(unknown_function(label, token.start))
        arguments, end = self.listed(")", opening)
        if len(arguments) > ARGUMENT_LIMIT:
            raise _TooMuchError(_too_many_arguments(token.start, end))
        return Call(function or label, tuple(arguments), (token.start, end))

    def listed(self, closing: str, opening: Token) -> tuple[list[Node], int]:
        """Expressions between commas up to `closing`, and where they end."""
        self.deeper(opening)
        found: list[Node] = []
        if not self.is_sign(closing):
            found.append(self.item(closing))
            while self.is_sign(","):
                self.take()
                found.append(self.item(closing))
        end = self.close(closing, opening)
        self.depth -= 1
        return found, end

    def item(self, closing: str) -> Node:
        if self.is_sign(",", closing):
            at = self.token.start
            self.problem(
                "empty_argument",
                "逗号之间是空的。",
                "Nothing stands between the commas.",
                Text(
                    '写上 0、""（空文字）或要算的内容；多余的逗号请删掉。',
                    'Write 0, "" or a value; remove an extra comma.',
                ),
                at,
                at + 1,
            )
            return Hole((at, at))
        node = self.expression(0)
        while not self.is_sign(",", ")", "}") and not self.at_end:
            self.unexpected()
            node = self.continued(node, 0)
        return node


_WRITE_SOMETHING = Text("写一个名称或数，例如 ROUND(得分, 2)。", "Write a name or number, such as ROUND(score, 2).")


def close_name(name: str, candidates: Collection[str]) -> str | None:
    """The candidate that was probably meant."""
    folded = {c.upper(): c for c in candidates}
    near = get_close_matches(name.upper(), folded, n=1, cutoff=0.5)
    return folded[near[0]] if near else None


def unknown_function(name: str, start: int) -> Problem:
    """No function is called so; perhaps another was meant."""
    near = close_name(name, [n for f in FUNCTIONS.values() for n in (f.name, *f.aliases)])
    fix = Text("在函数列表里找一找。", "Look in the list of functions.")
    if near is not None:
        fix = Text("是不是“{n}”？", "Did you mean '{n}'?").format(n=near)
    return Problem(
        "formula.unknown_function",
        Text("没有函数“{n}”。", "There is no function '{n}'.").format(n=name),
        fix,
        start=start,
        end=start + len(name) if start >= 0 else -1,
    )


def _too_many_arguments(start: int, end: int) -> Problem:
    return Problem(
        "formula.too_many_arguments",
        Text("一个函数里最多 255 项。", "A function takes at most 255 arguments."),
        Text("分几次算，再合起来。", "Calculate in parts and combine them."),
        start=start,
        end=end,
    )


def _too_high(end: int) -> Problem:
    return Problem(
        "formula.too_high",
        Text("公式里连着的运算太多（超过 128 层）。", "Too many operations in a row (over 128 levels)."),
        Text("很多项相加请用 SUM(…)。", "Add many terms with SUM(…)."),
        start=0,
        end=end,
    )
