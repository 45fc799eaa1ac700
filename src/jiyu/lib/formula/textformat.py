"""TEXT's formats: a small set that is right, and the rest refused by name.

Numbers: `0 # , .` and `%`, quoted and backslashed text, up to four sections (positive; negative; zero;
text), General. Dates: y m d in their lengths, 年 月 日, aaa/aaaa for weekdays. Source: FORMULA §5.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal
from functools import lru_cache

from jiyu.lib.formula.operators import general

_EXACT = Context(prec=800, rounding=ROUND_HALF_UP)
_WEEKDAYS = "一二三四五六日"
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_PART = re.compile(r'"(?P<quoted>[^"]*)"|\\(?P<escaped>.)|(?P<date>y+|m+|d+|aaaa?)|(?P<other>.)', re.I | re.S)
_LITERAL = frozenset("-+()/:：年月日元件次个人分万亿天小时 ￥¥$€!&'~<>=，、（）")
_DIGITS = frozenset("0#,.%")


class UnsupportedFormat(ValueError):
    """A format we do not write; `part` is what in it we do not know."""

    def __init__(self, part: str) -> None:
        super().__init__(part)
        self.part = part


@dataclass(frozen=True, slots=True)
class TextFormat:
    """A format ready for use: `write` takes a float or a date and gives the text, or None if it cannot."""

    is_date: bool
    write: Callable[[float | datetime.date], str | None]


@lru_cache(maxsize=512)
def compile_format(pattern: str) -> TextFormat:
    """Read a format. Raises UnsupportedFormat naming the part that is not supported."""
    if pattern.strip().lower() in ("general", "g/通用格式"):
        return TextFormat(is_date=False, write=_general)
    sections = _split(pattern)
    if len(sections) > 4:
        raise UnsupportedFormat(";")
    parts = [_parts(section) for section in sections]
    if any(kind == "date" for kind, _ in parts[0]):
        if len(sections) > 1:
            raise UnsupportedFormat(";")
        wrong = next((sign for kind, sign in parts[0] if kind == "digit" and sign not in ",."), None)
        if wrong is not None:
            raise UnsupportedFormat(wrong)
        return TextFormat(is_date=True, write=lambda value: _write_date(parts[0], value))
    if any(kind == "date" for section in parts[1:] for kind, _ in section):
        raise UnsupportedFormat("yyyy")
    numbers = [_NumberSection.of(section) for section in parts[:3]]
    return TextFormat(is_date=False, write=lambda value: _write_number(numbers, value))


def _general(value: float | datetime.date) -> str | None:
    return None if isinstance(value, datetime.date) else general(value)


def _split(pattern: str) -> list[str]:
    """Sections at semicolons that are not quoted."""
    sections, quoted = [""], False
    for i, char in enumerate(pattern):
        if char == '"' and pattern[i - 1 : i] != "\\":
            quoted = not quoted
        if char == ";" and not quoted:
            sections.append("")
        else:
            sections[-1] += char
    if quoted:
        raise UnsupportedFormat('"')
    return sections


_Part = tuple[str, str]


def _parts(section: str) -> list[_Part]:
    found: list[_Part] = []
    for match in _PART.finditer(section):
        if match["quoted"] is not None:
            found.append(("text", match["quoted"]))
        elif match["escaped"] is not None:
            found.append(("text", match["escaped"]))
        elif match["date"] is not None:
            found.append(("date", match["date"].lower()))
        elif match["other"] in _DIGITS:
            found.append(("digit", match["other"]))
        elif match["other"] in _LITERAL or ord(match["other"]) >= 0x3400:
            found.append(("text", match["other"]))
        else:
            raise UnsupportedFormat(match["other"])
    return found


@dataclass(frozen=True, slots=True)
class _NumberSection:
    """Digits of one section; texts may stand before and after them, not between."""

    before: str
    after: str
    whole: str
    fraction: str
    thousands: bool
    scale: int
    percent: int
    has_digits: bool

    @classmethod
    def of(cls, parts: list[_Part]) -> _NumberSection:
        places = [i for i, (kind, sign) in enumerate(parts) if kind == "digit" and sign != "%"]
        first, last = (places[0], places[-1]) if places else (len(parts), len(parts))
        digits = parts[first : last + 1]
        if any(kind != "digit" or sign == "%" for kind, sign in digits):
            raise UnsupportedFormat("".join(sign for _, sign in digits))
        text = "".join(sign for _, sign in digits)
        if text.count(".") > 1:
            raise UnsupportedFormat("..")
        whole, _, fraction = text.partition(".")
        bare = whole.rstrip(",")
        scale = len(whole) - len(bare)
        if "," in fraction.rstrip(","):
            raise UnsupportedFormat(",")
        scale += len(fraction) - len(fraction.rstrip(","))
        return cls(
            before="".join(sign for _, sign in parts[:first]),
            after="".join(sign for _, sign in parts[last + 1 :]),
            whole=bare.replace(",", ""),
            fraction=fraction.rstrip(","),
            thousands="," in bare,
            scale=scale,
            percent=sum(sign == "%" and kind == "digit" for kind, sign in parts),
            has_digits=bool(places),
        )

    def write(self, value: float) -> str:
        """The size of `value` (its sign is the caller's)."""
        if not self.has_digits:
            return self.before + self.after
        return self.before + self.digits(value) + self.after

    def is_zero(self, value: float) -> bool:
        """Whether nothing but zeros is left of `value`."""
        return self.has_digits and not self.digits(value).strip("0.,")

    def digits(self, value: float) -> str:
        exact = _EXACT.scaleb(Decimal(f"{abs(value):.15g}"), 2 * self.percent - 3 * self.scale)
        rounded = _EXACT.quantize(exact, _EXACT.scaleb(Decimal(1), -len(self.fraction)))
        whole, _, fraction = f"{rounded:f}".partition(".")
        whole = whole.lstrip("0").rjust(self.whole.count("0"), "0")
        if self.thousands:
            whole = _grouped(whole)
        least = len(self.fraction.rstrip("#").rstrip("?"))
        while len(fraction) > least and fraction.endswith("0"):
            fraction = fraction[:-1]
        return whole + ("." if self.fraction else "") + fraction


def _grouped(whole: str) -> str:
    start = len(whole) % 3
    groups = ([whole[:start]] if start else []) + [whole[i : i + 3] for i in range(start, len(whole), 3)]
    return ",".join(groups)


def _write_number(sections: list[_NumberSection], value: float | datetime.date) -> str | None:
    if isinstance(value, datetime.date):
        return None
    if value < 0:
        if len(sections) > 1:
            return sections[1].write(value)
        written = sections[0].write(value)
        return written if sections[0].is_zero(value) else "-" + written  # no -0.00
    if value == 0 and len(sections) > 2:
        return sections[2].write(value)
    return sections[0].write(value)


def _write_date(parts: list[_Part], value: float | datetime.date) -> str | None:
    if not isinstance(value, datetime.date):
        return None
    return "".join(_date_part(sign, value) if kind == "date" else sign for kind, sign in parts)


def _date_part(sign: str, day: datetime.date) -> str:
    match sign[0], len(sign):
        case "y", n:
            return f"{day.year % 100:02d}" if n <= 2 else f"{day.year:04d}"
        case "m", 1:
            return str(day.month)
        case "m", 2:
            return f"{day.month:02d}"
        case "m", _:
            return _MONTHS[day.month - 1]
        case "d", 1:
            return str(day.day)
        case "d", 2:
            return f"{day.day:02d}"
        case "d", 3:
            return _DAYS[day.weekday()][:3]
        case "d", _:
            return _DAYS[day.weekday()]
        case _, 3:
            return _WEEKDAYS[day.weekday()]
        case _:
            return "星期" + _WEEKDAYS[day.weekday()]
