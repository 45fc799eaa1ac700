"""Functions of dates. Working days come from the company's calendar, never from a rule of ours."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from jiyu.lib.formula.operators import checked_dates, merged
from jiyu.lib.formula.registry import Function, Invocation, Kernel, Kind, Param, register
from jiyu.lib.formula.values import (
    NUM,
    UNPUBLISHED,
    Array,
    States,
    Value,
    ValueType,
    constant,
    mark,
)
from jiyu.lib.text import Text

_MOST_MONTHS = 120_000.0


def _months(days: Array) -> Array:
    return days.astype("datetime64[M]")


def _year(days: Array) -> Array:
    years: Array = days.astype("datetime64[Y]").astype(np.int64) + 1970
    return years


def _month(days: Array) -> Array:
    months: Array = _months(days).astype(np.int64) % 12 + 1
    return months


def _day(days: Array) -> Array:
    number: Array = (days - _months(days).astype("datetime64[D]")).astype(np.int64) + 1
    return number


def _month_end(months: Array) -> Array:
    end: Array = (months + 1).astype("datetime64[D]") - 1
    return end


def _whole(numbers: Array) -> Array:
    return np.trunc(numbers).astype(np.int64)


def _limited(numbers: Array, limit: float) -> tuple[Array, Array]:
    """Whole numbers, and where they were too large to mean a date."""
    far = np.abs(numbers) > limit
    return _whole(np.where(far, 0.0, numbers)), far


def shift_months(days: Array, months: Array) -> Array:
    """The same day of another month, or its last: 31 January + 1 is 29 February in a leap year."""
    target = _months(days) + months
    moved: Array = np.minimum(target.astype("datetime64[D]") + (_day(days) - 1), _month_end(target))
    return moved


def _number(values: Array, state: States | None) -> Value:
    return Value(ValueType.NUMBER, values.astype(np.float64), state)


def _date(arguments: Sequence[Value], _: Invocation) -> Value:
    year, month, day = (a.values for a in arguments)
    state = merged(arguments)
    wild = (np.abs(month) > _MOST_MONTHS) | (np.abs(day) > 4e6) | (year < 1900) | (year > 9999)
    years, months, days = (_whole(np.where(wild, 1.0, part)) for part in (year, month, day))
    first = ((years - 1970) * 12 + months - 1).astype("datetime64[M]").astype("datetime64[D]")
    return checked_dates(first + (days - 1), mark(state, wild, NUM))  # the year 1 is outside


def _part(function: Callable[[Array], Array]) -> Kernel:
    def kernel(arguments: Sequence[Value], _: Invocation) -> Value:
        return _number(function(arguments[0].values), arguments[0].state)

    return kernel


_WEEKDAY_STARTS = {1: 6, 2: 0, 11: 0, 12: 1, 13: 2, 14: 3, 15: 4, 16: 5, 17: 6}
"""Excel's types: which weekday (Monday = 0) is number 1."""


def _weekday(arguments: Sequence[Value], _: Invocation) -> Value:
    from_monday = (arguments[0].values.astype(np.int64) + 3) % 7  # 1970-01-01 was a Thursday
    kind = _whole(arguments[1].values) if len(arguments) > 1 else np.ones(1, np.int64)
    size = np.broadcast_shapes(from_monday.shape, kind.shape)
    known = np.broadcast_to(np.isin(kind, [*_WEEKDAY_STARTS, 3]), size)
    start = np.zeros(kind.shape, np.int64)
    for number, weekday in _WEEKDAY_STARTS.items():
        start = np.where(kind == number, weekday, start)
    result = np.where(kind == 3, from_monday, (from_monday - start) % 7 + 1)
    return _number(result, mark(merged(arguments), ~known, NUM))


def _moved(move: Callable[[Array, Array], Array]) -> Kernel:
    def kernel(arguments: Sequence[Value], _: Invocation) -> Value:
        days, by = arguments
        months, far = _limited(by.values, _MOST_MONTHS)
        moved = move(days.values, months)
        return checked_dates(moved, mark(merged(arguments), np.broadcast_to(far, moved.shape), NUM))

    return kernel


def _end_of_month(days: Array, months: Array) -> Array:
    return _month_end(_months(days) + months)


def _days(arguments: Sequence[Value], _: Invocation) -> Value:
    end, start = arguments
    return _number((end.values - start.values).astype(np.int64), merged(arguments))


def _full_months(start: Array, end: Array) -> Array:
    months = (_months(end) - _months(start)).astype(np.int64)
    full: Array = months - (_day(end) < _day(start))
    return full


def _days_beyond_months(start: Array, end: Array) -> Array:
    days: Array = (end - shift_months(start, _full_months(start, end))).astype(np.int64)
    return days


def _days_beyond_years(start: Array, end: Array) -> Array:
    years = _full_months(start, end) // 12
    days: Array = (end - shift_months(start, years * 12)).astype(np.int64)
    return days


DATEDIF_UNITS: dict[str, Callable[[Array, Array], Array]] = {
    "Y": lambda start, end: _full_months(start, end) // 12,
    "M": _full_months,
    "D": lambda start, end: (end - start).astype(np.int64),
    "MD": _days_beyond_months,
    "YM": lambda start, end: _full_months(start, end) % 12,
    "YD": _days_beyond_years,
}


def _datedif(arguments: Sequence[Value], _: Invocation) -> Value:
    start, end, unit = arguments
    size = np.broadcast_shapes(start.values.shape, end.values.shape, unit.values.shape)
    first, last = np.broadcast_to(start.values, size), np.broadcast_to(end.values, size)
    units = np.array([u.upper() for u in unit.values.tolist()], object)
    state = mark(merged(arguments), first > last, NUM)
    state = mark(state, np.broadcast_to(~np.isin(units, list(DATEDIF_UNITS)), size), NUM)
    result = np.zeros(size)
    for name in set(units.tolist()) & DATEDIF_UNITS.keys():
        result = np.where(units == name, DATEDIF_UNITS[name](first, last), result)
    return _number(result, state)


def _networkdays(arguments: Sequence[Value], call: Invocation) -> Value:
    start, end = arguments
    size = np.broadcast_shapes(start.values.shape, end.values.shape)
    a, b = np.broadcast_to(start.values, size), np.broadcast_to(end.values, size)
    state = merged(arguments)
    if call.context.calendar is None:
        return _number(np.zeros(size), mark(state, np.ones(size, np.bool_), UNPUBLISHED))
    counts, published = call.context.calendar.count_workdays(np.minimum(a, b), np.maximum(a, b))
    if not published.all():
        if call.context.planning:
            call.provisional.append(~published)
        else:
            state = mark(state, ~published, UNPUBLISHED)
    return _number(np.where(a <= b, counts, -np.asarray(counts)) + 0.0, state)


def _today(_: Sequence[Value], call: Invocation) -> Value:
    return constant(ValueType.DATE, np.datetime64(call.context.today, "D"))


_DAY = Param(Kind.DATE, "日期", "date")
_START = Param(Kind.DATE, "开始", "start")
_END = Param(Kind.DATE, "结束", "end")
_MONTHS = Param(Kind.NUMBER, "月数", "months")


def _add(
    name: str,
    zh: str,
    head: tuple[Param, ...],
    result: ValueType,
    kernel: Kernel,
    doc: tuple[str, str],
    *examples: tuple[str, str],
) -> None:
    register(Function(name, zh, head, result, kernel, Text(*doc), examples))


_NUMBER, _DATE = ValueType.NUMBER, ValueType.DATE

_add(
    "DATE",
    "日期",
    tuple(Param(Kind.NUMBER, zh, en) for zh, en in (("年", "year"), ("月", "month"), ("日", "day"))),
    _DATE,
    _date,
    ("由年月日组成；多出来的月和日往后顺延。", "From year, month, day; what is too much runs on."),
    ("DATE(2026, 4, 8)", "2026-04-08"),
    ("DATE(2024, 2, 30)", "2024-03-01"),
    ("DATE(2024, 13, 1)", "2025-01-01"),
)
_add(
    "YEAR",
    "年份",
    (_DAY,),
    _NUMBER,
    _part(_year),
    ("日期的年。", "The year."),
    ("YEAR(DATE(2026, 4, 8))", "2026"),
)
_add(
    "MONTH",
    "月份",
    (_DAY,),
    _NUMBER,
    _part(_month),
    ("日期的月。", "The month."),
    ("MONTH(DATE(2026, 4, 8))", "4"),
)
_add(
    "DAY",
    "日数",
    (_DAY,),
    _NUMBER,
    _part(_day),
    ("日期的日。", "The day of the month."),
    ("DAY(DATE(2026, 4, 8))", "8"),
)
_add(
    "WEEKDAY",
    "星期几",
    (_DAY, Param(Kind.NUMBER, "类型", "type", optional=True)),
    _NUMBER,
    _weekday,
    (
        "星期几：类型 1 从周日起，2 从周一起，3 周一是 0。",
        "Weekday number: type 1 from Sunday, 2 from Monday, 3 Monday is 0.",
    ),
    ("WEEKDAY(DATE(2026, 4, 8), 2)", "3"),
    ("WEEKDAY(DATE(2026, 4, 8))", "4"),
)
_add(
    "EDATE",
    "移月",
    (_DAY, _MONTHS),
    _DATE,
    _moved(shift_months),
    ("几个月以后的同一天，没有那天就是月末。", "The same day some months on, or the month's last."),
    ("EDATE(DATE(2024, 1, 31), 1)", "2024-02-29"),
)
_add(
    "EOMONTH",
    "月末",
    (_DAY, _MONTHS),
    _DATE,
    _moved(_end_of_month),
    ("几个月以后那个月的最后一天。", "The last day of the month, some months on."),
    ("EOMONTH(DATE(2026, 2, 10), 0)", "2026-02-28"),
)
_add(
    "DAYS",
    "天数",
    (_END, _START),
    _NUMBER,
    _days,
    ("从开始到结束过了几天（结束写在前）。", "Days from start to end (the end comes first)."),
    ("DAYS(DATE(2026, 3, 31), DATE(2026, 3, 1))", "30"),
)
_add(
    "DATEDIF",
    "日期差",
    (_START, _END, Param(Kind.TEXT, "单位", "unit")),
    _NUMBER,
    _datedif,
    (
        '满几年 "Y"、几个月 "M"、几天 "D"；"YM" 零几个月，"MD" 零几天，"YD" 不计年的天数。',
        'Full years "Y", months "M", days "D"; "YM", "MD", "YD" what is left over.',
    ),
    ('DATEDIF(DATE(2020, 6, 1), DATE(2026, 4, 8), "Y")', "5"),
    ('DATEDIF(DATE(2024, 1, 31), DATE(2024, 3, 1), "MD")', "1"),
)
_add(
    "NETWORKDAYS",
    "工作日数",
    (_START, _END),
    _NUMBER,
    _networkdays,
    (
        "两天之间的工作日，含首尾，按公司日历（含调休）；放假安排没公布的年份是 #N/A。",
        "Working days, both ends included, by the company's calendar; #N/A for unpublished years.",
    ),
)
_add(
    "TODAY",
    "今天",
    (),
    _DATE,
    _today,
    ("计算的那一天。", "The day of the evaluation."),
)
