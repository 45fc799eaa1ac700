"""Dates and times in all the shapes companies write them, to real ones, or a problem that says why not.

A column is judged as a whole where a shape has two readings (1/2/2015); a single cell is never guessed.
"""

from __future__ import annotations

import calendar
import re
import unicodedata
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Literal

from jiyu.lib.tables.cells import Cell
from jiyu.lib.tables.names import is_blank_word
from jiyu.lib.text import Problem, Text

DayOrder = Literal["", "dmy", "mdy"]
_EPOCH = date(1899, 12, 30)
_SERIALS = range(7_306, 73_052)  # 1920-01-01 to 2100-01-01 as Excel counts days
_YEARS = range(1900, 2101)
_ZONE_MINUTES = 480

_WEEKDAY = re.compile(
    r"[(（]?(?:星期|周|礼拜)[一二三四五六日天][)）]?|\b(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|satur|sat|sun)(?:day)?\b,?",
    re.I,
)
_TIME = re.compile(
    r"(?:^|[\sT日号])(上午|早上|凌晨|中午|下午|晚上|am|pm)?\s*"
    r"(\d{1,2})(?:\s*[:：点时]\s*(\d{1,2}))(?:\s*[:：分]\s*(\d{1,2})(?:\.\d+)?秒?|分)?\s*(am|pm)?$",
    re.IGNORECASE,
)
_YMD = re.compile(r"(\d{4})\s*[-/.年\\]\s*(\d{1,2})\s*[-/.月\\]\s*(\d{1,2})\s*[日号]?")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})(?:(\d{2})(\d{2})(\d{2})?)?")
_YM = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*月?")
_XXY = re.compile(r"(\d{1,2})\s*([-/.])\s*(\d{1,2})\s*\2\s*(\d{4})")
_SHORT_YEAR = re.compile(r"'?(\d{2})\s*([-/.年])\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?")
_MONTHS = {name.lower(): n for n, name in enumerate(calendar.month_abbr) if name}
_NAMED = re.compile(
    r"(\d{1,2})[-\s/]([a-z]{3})[a-z]*\.?,?[-\s/](\d{4})|([a-z]{3})[a-z]*\.?\s(\d{1,2}),?\s(\d{4})", re.I
)
_ISO = re.compile(r"\d{4}-\d\d-\d\d(?:[ T]\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?(?:Z|[+-]\d\d:?\d\d)?)?")
_DURATION = re.compile(
    r"(?:(\d+(?:\.\d+)?)\s*(?:天|d(?:ays?)?))?\s*(?:(\d+(?:\.\d+)?)\s*(?:个?小时|时|h(?:ours?|rs?)?))?\s*"
    r"(?:(\d+(?:\.\d+)?)\s*(?:分钟?|m(?:in(?:utes?)?)?))?\s*(?:(\d+(?:\.\d+)?)\s*(?:秒钟?|s(?:ec(?:onds?)?)?))?",
    re.IGNORECASE,
)


_NO_YEAR = re.compile(r"(\d{1,2})\s*([-/月])\s*(\d{1,2})(?!\d)\s*[日号]?(?P<rest>\s+\d.*|[T\s]*)")


@dataclass(frozen=True, slots=True)
class ShortDate:
    """A day written without its year: 3月5日, 3/5, 03-05 10:20. `rest` is the time behind it; `is_named` says that 月
    tells which of the two numbers is the month."""

    first: int
    second: int
    rest: str
    is_named: bool

    def month(self, order: DayOrder = "") -> int:
        """Its month; the day comes second unless the order says otherwise, as Chinese dates are written."""
        return self.second if order == "dmy" and not self.is_named else self.first

    def in_year(self, year: int, order: DayOrder = "") -> Cell:
        """The same with its year, to be read by `parse_date` and `parse_datetime`."""
        month = self.month(order)
        text = f"{year}-{month}-{self.first + self.second - month} {self.rest}".strip()
        return Cell(text, text)


def short_date(cell: Cell) -> ShortDate | None:
    """The day of a cell that names no year; None for every other cell. A date of Excel always has one."""
    if not isinstance(cell.value, str):
        return None
    match = _NO_YEAR.fullmatch(_WEEKDAY.sub(" ", unicodedata.normalize("NFKC", cell.value)).strip())
    if match is None:
        return None
    return ShortDate(int(match[1]), int(match[3]), match["rest"].strip(" T"), match[2] == "月")


@dataclass(frozen=True, slots=True)
class ParsedDate:
    """A day and the shape it was written in.

    Shapes: iso, slash, dotted, chinese, compact, serial, dmy, mdy, named, cell (a real date of Excel's).
    """

    value: date
    shape: str


def excel_day_number(day: date) -> int:
    """The number behind a date cell: 2019-07-13 → 43659, which an entry's number shown as a date once was."""
    return (day - _EPOCH).days


def judge_day_order(texts: Iterable[str]) -> DayOrder | Problem:
    """Whether a column of 13/2/2015-like dates puts the day or the month first.

    "" when no cell has that shape. Problems: date.mixed_order (both occur), date.unclear_order (all ≤ 12).
    """
    first_big = second_big = False
    example = ""
    for text in texts:
        match = _XXY.match(unicodedata.normalize("NFKC", text).strip())
        if match:
            example = example or text.strip()
            first_big = first_big or int(match.group(1)) > 12
            second_big = second_big or int(match.group(3)) > 12
    if not example:
        return ""
    if first_big != second_big:
        return "dmy" if first_big else "mdy"
    code = "date.mixed_order" if first_big else "date.unclear_order"
    return Problem(
        code,
        Text(
            f"{example} 是哪天？日和月的先后看不出来。",
            f"Which day is {example}? Day or month may come first.",
        ),
        Text("选一种：日在前，或月在前。", "Choose: day first, or month first."),
    )


def parse_date(cell: Cell, order: DayOrder = "") -> ParsedDate | Problem | None:
    """The day in a cell; None for a blank. A time of day is dropped.

    `order` is the column's (`judge_day_order`). Problems: date.not_real, date.needs_day, date.short_year,
    date.unclear_order, date.out_of_range, date.unreadable.
    """
    found = _parse(cell, order)
    if isinstance(found, tuple):
        moment, shape = found
        return ParsedDate(moment.date(), shape)
    return found


def parse_datetime(cell: Cell, order: DayOrder = "", *, zone_minutes: int = _ZONE_MINUTES) -> datetime | Problem | None:
    """The local moment in a cell, without zone; a day alone is its midnight; None for a blank.

    A written offset (…Z, +08:00) is brought to the local zone, `zone_minutes` east of UTC (Chinese time).
    Problems as `parse_date`.
    """
    found = _parse(cell, order, zone_minutes)
    return found[0] if isinstance(found, tuple) else found


def parse_duration_seconds(cell: Cell, *, plain_unit: Literal["", "s", "min", "h"] = "") -> int | Problem | None:
    """A length of time in seconds: 1:30, 1:30:00, 1小时30分, 90分钟, 1.5h; None for a blank.

    A bare number needs `plain_unit`. Problems: duration.unreadable.
    """
    value = cell.value
    if isinstance(value, timedelta):
        return round(value.total_seconds())
    if isinstance(value, time):
        return value.hour * 3600 + value.minute * 60 + value.second
    text = unicodedata.normalize("NFKC", cell.text).strip()
    if is_blank_word(text):
        return None
    clock = re.fullmatch(r"(\d+):([0-5]?\d)(?::([0-5]?\d))?", text)
    if clock:
        hours, minutes, seconds = (int(part or 0) for part in clock.groups())
        return hours * 3600 + minutes * 60 + seconds
    if plain_unit and re.fullmatch(r"\d+(\.\d+)?", text):
        return round(float(text) * {"s": 1, "min": 60, "h": 3600}[plain_unit])
    words = _DURATION.fullmatch(text)
    if words and any(words.groups()):
        days, hours_, minutes_, seconds_ = (float(part or 0) for part in words.groups())
        return round(days * 86400 + hours_ * 3600 + minutes_ * 60 + seconds_)
    return Problem(
        "duration.unreadable",
        Text(f"“{cell.text}”读不出多长时间。", f"“{cell.text}” is not a length of time."),
        Text("写成 1:30、90 分钟 或 1.5 小时。", "Write 1:30, 90 min or 1.5 h."),
    )


def month_length(year: int, month: int) -> Text:
    """The sentence that settles it: "2026 年 2 月只有 28 天。"."""
    days = calendar.monthrange(year, month)[1]
    return Text(f"{year} 年 {month} 月只有 {days} 天。", f"{calendar.month_name[month]} {year} has only {days} days.")


def _parse(cell: Cell, order: DayOrder, zone_minutes: int = _ZONE_MINUTES) -> tuple[datetime, str] | Problem | None:
    value = cell.value
    if isinstance(value, str) and _ISO.fullmatch(value):  # by far the most common in exports, and fast
        with suppress(ValueError):
            moment = datetime.fromisoformat(value)
            if moment.tzinfo is not None:
                moment = moment.astimezone(UTC).replace(tzinfo=None) + timedelta(minutes=zone_minutes)
            return moment, "iso"
    if isinstance(value, date):
        moment = value if isinstance(value, datetime) else datetime.combine(value, time())
        if excel_day_number(moment.date()) not in _SERIALS:  # a 0 or 1 in a cell that Excel shows as a date
            return _out_of_range(cell.text, moment.year)
        return moment, "cell"
    if value == time():  # what is left of a 0 in a cell of dates: Excel shows it as 1900-01-00
        return _out_of_range("1900-01-00", 1900)
    if cell.is_error or isinstance(value, bool | time | timedelta):
        return _unreadable(cell.text)
    if is_blank_word(cell.text):
        return None
    if isinstance(value, int | float):
        return _from_number(value, cell.text)
    return _from_text(cell.text, order)


def _from_number(value: float, text: str) -> tuple[datetime, str] | Problem:
    """A number in a date column: Excel's day count, 20210601, or a year and month taken for a number."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if int(value) in _SERIALS:
        seconds = round((value - int(value)) * 86400)
        return datetime.combine(_EPOCH, time()) + timedelta(days=int(value), seconds=seconds), "serial"
    if isinstance(value, int) and len(str(value)) in (8, 12, 14):
        return _from_text(str(value), "")
    if int(value) in _YEARS or (isinstance(value, int) and value // 100 in _YEARS):
        return _needs_day(text)
    return _unreadable(text)


@lru_cache(maxsize=8192)  # a column writes the same days over and over
def _from_text(original: str, order: DayOrder) -> tuple[datetime, str] | Problem:
    text = _WEEKDAY.sub(" ", unicodedata.normalize("NFKC", original)).strip()
    moment = timedelta()
    clock = _TIME.search(text)
    if clock:
        day_part = text[: clock.start()] + (clock.group()[0] if clock.group()[0] in "日号" else "")
        read = _clock(clock)
        if read is None:
            return _unreadable(original)
        text, moment = day_part.strip(), read
    found = _day(text, original, order)
    if isinstance(found, Problem):
        return found
    day, shape, extra = found
    return datetime.combine(day, time()) + moment + extra, shape


def _day(text: str, original: str, order: DayOrder) -> tuple[date, str, timedelta] | Problem:
    """The day in a text without its time: which shape, and a time that the shape itself carried."""
    nothing = timedelta()
    if match := _YMD.fullmatch(text):
        shape = {"-": "iso", "/": "slash", ".": "dotted", "年": "chinese"}.get(text[4:].strip()[0], "slash")
        return _real(match[1], match[2], match[3], original, shape)
    if text.isdigit() and len(text) == 5 and int(text) in _SERIALS:
        return _EPOCH + timedelta(days=int(text)), "serial", nothing
    if match := _COMPACT.fullmatch(text):
        year, month, day, hour, minute, second = match.groups()
        found = _real(year, month, day, original, "compact")
        if isinstance(found, Problem) or hour is None:
            return found
        return found[0], found[1], timedelta(hours=int(hour), minutes=int(minute), seconds=int(second or 0))
    if match := _XXY.fullmatch(text):
        first, _, second, year = match.groups()
        if order == "" and int(first) > 12 >= int(second):
            order = "dmy"
        if order == "" and int(second) > 12 >= int(first):
            order = "mdy"
        if order == "":
            return _unclear(original)
        day, month = (first, second) if order == "dmy" else (second, first)
        return _real(year, month, day, original, order)
    if match := _NAMED.fullmatch(text):
        d1, m1, y1, m2, d2, y2 = match.groups()
        month_no = _MONTHS.get((m1 or m2).lower(), 0)
        return _real(y1 or y2, str(month_no), d1 or d2, original, "named")
    if _YM.fullmatch(text) or re.fullmatch(r"\d{4}年?|\d{4}(0[1-9]|1[0-2])", text):
        return _needs_day(original)
    if match := _SHORT_YEAR.fullmatch(text):
        year2, mark, month, day = match.groups()
        if mark == "年":
            century = 2000 if int(year2) < 70 else 1900
            return _real(str(century + int(year2)), month, day, original, "chinese")
        return _short_year(original)
    return _unreadable(original)


def _real(year: str, month: str, day: str, original: str, shape: str) -> tuple[date, str, timedelta] | Problem:
    y, m, d = int(year), int(month), int(day)
    if y not in _YEARS or (y, m, d) == (1900, 1, 0):  # 1900-01-00: how Excel shows a 0
        return _out_of_range(original, y)
    try:
        return date(y, m, d), shape, timedelta()
    except ValueError:
        return _not_real(original, y, m)


def _out_of_range(original: str, year: int) -> Problem:
    shown = original.strip()
    return Problem(
        "date.out_of_range",
        Text(f"{shown} 的年份不对：{year} 年。", f"The year of {shown} is out of range: {year}."),
        Text("填正确日期，或先空着。", "Type the right date, or leave it blank."),
    )


def _clock(match: re.Match[str]) -> timedelta | None:
    half, hour_text, minute_text, second_text, half_after = match.groups()
    hour, minute, second = int(hour_text), int(minute_text), int(second_text or 0)
    half = (half or half_after or "").lower()
    if half in ("下午", "晚上", "pm", "中午") and hour < 12 and not (half == "中午" and hour >= 10):
        hour += 12
    if half in ("am", "凌晨") and hour == 12:
        hour = 0
    if hour > 24 or minute > 59 or second > 59 or (hour == 24 and (minute or second)):
        return None
    return timedelta(hours=hour, minutes=minute, seconds=second)


def _not_real(original: str, year: int, month: int) -> Problem:
    if 1 <= month <= 12:
        why = month_length(year, month)
    else:
        why = Text(f"没有 {month} 月。", f"There is no month {month}.")
    shown = original.strip()
    return Problem("date.not_real", Text(f"{shown} 不存在", f"{shown} does not exist"), why)


def _needs_day(original: str) -> Problem:
    shown = original.strip()
    return Problem(
        "date.needs_day",
        Text(f"{shown} 缺了哪一天", f"{shown} has no day"),
        Text("只写了年月，我们没有猜是几号。", "Only year and month; we did not guess the day."),
    )


def _short_year(original: str) -> Problem:
    shown = original.strip()
    return Problem(
        "date.short_year",
        Text(f"{shown} 的年份只有两位", f"{shown} has a two-digit year"),
        Text("哪个是年、哪个是日，我们没有猜。", "Which part is the year? We did not guess."),
    )


def _unclear(original: str) -> Problem:
    shown = original.strip()
    return Problem(
        "date.unclear_order",
        Text(f"{shown} 有两种读法", f"{shown} can be read two ways"),
        Text("日和月的先后看不出来，我们没有猜。", "Day or month first? We did not guess."),
    )


def _unreadable(original: str) -> Problem:
    shown = original.strip()
    return Problem(
        "date.unreadable",
        Text(f"“{shown}”读不出日期", f"“{shown}” is not a date"),
        Text("填成 2023-07-03 这样，或先空着。", "Write it like 2023-07-03, or leave it blank."),
    )
