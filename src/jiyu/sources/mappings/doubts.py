"""What a proposed mapping is not sure of, as questions with two or three answers."""

from __future__ import annotations

import calendar
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from jiyu.lib.tables.heads import Head
from jiyu.lib.text import Problem, Text, counted
from jiyu.lib.units import NUMBER, Unit
from jiyu.sources.mappings.meanings import IGNORE, choices_for, stands_for_number

SYMBOL = "symbol:"  # before a symbol: the key of its question
_USUAL = {False: ("days_present", "rest_days", IGNORE), True: ("overtime_hours", "work_hours", IGNORE)}


@dataclass(frozen=True, slots=True)
class MappingQuestion:
    """One doubt. `key` takes the answer; `options` are (answer, words), the last one the careful default. `more` says
    which other answers there are."""

    key: str
    title: Text
    detail: Text
    options: tuple[tuple[str, Text], ...]
    more: Text = field(default_factory=lambda: Text(""))


NO_HEAD = Problem(
    "mapping.no_head",
    Text("没认出表头", "No head row was found"),
    Text(
        "表头要在前 10 行里，至少有人（工号、姓名或班组）和日期两列。",
        "Within ten rows: a column of people and one of dates.",
    ),
)


def no_subject(head: Head) -> Problem:
    labels = " ".join(column.label for column in head.columns)
    return Problem(
        "mapping.no_subject_column",
        Text(f"没找到写着是谁的列（表头有：{labels}）", f"No column says whose the numbers are ({labels})"),
        Text("指出哪一列是工号、姓名或班组。", "Point at the column of numbers, names or crews."),
    )


def no_time(head: Head) -> Problem:
    labels = " ".join(column.label for column in head.columns)
    return Problem(
        "mapping.no_time_column",
        Text(f"没找到日期（表头有：{labels}）", f"No column of dates ({labels})"),
        Text(
            "指出哪一列是日期，或填上这个文件是哪天的。",
            "Point at the column of dates, or type the file's day.",
        ),
    )


def split(column: str, examples: Sequence[str]) -> MappingQuestion:
    return MappingQuestion(
        "split",
        Text(
            f"“{examples[0].strip()}”写了几个人，数怎么分？",
            f'"{examples[0].strip()}" is several people: how to split?',
        ),
        Text(
            f"“{column}”里这样的有 {len(examples)} 行。没选之前先放一边。",
            f'{counted(len(examples), "such row", "such rows")} in "{column}". Set aside until you choose.',
        ),
        (
            ("equal", Text("平分", "Share equally")),
            ("each", Text("每人都算全数", "In full for each")),
            ("aside", Text("先放一边", "Set aside")),
        ),
    )


def blank_subject(column: str, blank: int, of: int) -> MappingQuestion:
    return MappingQuestion(
        "blank_subject",
        Text(f"有些行的“{column}”是空的", f'"{column}" is blank in some rows'),
        Text(f"看了 {of} 行，{blank} 行没写是谁。", f"Nobody is named in {blank:,} of {counted(of, 'row', 'rows')}."),
        (
            ("skip", Text("不算谁的，跳过", "Nobody's: leave them out")),
            ("aside", Text("先放一边，一条条问", "Set aside and ask")),
        ),
    )


def time_column(columns: Sequence[str]) -> MappingQuestion:
    words = "、".join(columns)
    return MappingQuestion(
        "time_column",
        Text("算在哪个时间？", "Which time counts?"),
        Text(
            f"有几列时间：{words}。先按“{columns[0]}”。",
            f'Times: {", ".join(columns)}. "{columns[0]}" for now.',
        ),
        tuple((column, Text(column)) for column in columns[:3]),
    )


def day_cut(example: str) -> MappingQuestion:
    return MappingQuestion(
        "day_cut",
        Text(f"{example} 算哪一天？", f"Which day does {example} belong to?"),
        Text(
            "文件里有半夜到早上 8 点的记录，像是夜班。",
            "There are entries between midnight and 8:00: a night shift?",
        ),
        (
            ("08:00", Text("夜班：8 点前算前一天", "Night shift: before 8:00 is the day before")),
            ("00:00", Text("按日历日算", "By the calendar")),
        ),
    )


def night_date(day: str, clock: str) -> MappingQuestion:
    return MappingQuestion(
        "night_date",
        Text(f"夜班过了零点，“{day}”写的是哪天？", f'After midnight, which day does "{day}" hold?'),
        Text(f"日期和“{clock}”分两列写，两种写法都有。", f'Date and "{clock}" stand apart; both habits exist.'),
        (
            ("shift", Text("写上班那天", "The day the shift began")),
            ("calendar", Text("写当时的日期", "The date at that time")),
        ),
    )


def day_order(column: str, problem: Problem) -> MappingQuestion:
    return MappingQuestion(
        "day_order",
        problem.message,
        Text(f"“{column}”里日和月的先后，看整列也分不清。", f'The whole column "{column}" does not tell.'),
        (("dmy", Text("日在前", "Day first")), ("mdy", Text("月在前", "Month first"))),
    )


def day_from_title(day: date, *, is_month: bool) -> MappingQuestion:
    said = f"{day.year} 年 {day.month} 月" if is_month else day.isoformat()
    said_en = f"{day:%Y-%m}" if is_month else day.isoformat()
    kept = "先记在月末那天。" if is_month else ""
    return MappingQuestion(
        "day",
        Text(f"整个文件都算 {said} 的吗？", f"Is all of it of {said_en}?"),
        Text(f"日期只写在标题里，没有单独一列。{kept}", "The date stands in the title only."),
        (
            ("title", Text("是，以后都看标题", "Yes, always read the title")),
            ("other", Text("填另一天", "Another day")),
        ),
    )


def which_year(example: str, by_month: Sequence[tuple[int, int]], years: tuple[int, int]) -> MappingQuestion:
    """Days without a year under a title of two years, or across the turn of the one it has."""
    by_month = sorted(by_month, key=lambda one: (one[1], one[0]))
    zh = "，".join(f"{month} 月算 {year} 年" for month, year in by_month)
    en = ", ".join(f"{calendar.month_name[month]} {year}" for month, year in by_month)
    turn = (("turn", Text(zh, en)),) if by_month else ()
    return MappingQuestion(
        "year",
        Text(f"“{example}”没写年，是哪一年的？", f'"{example}" names no year: which is it?'),
        Text("标题里的年份不止一个，或者正好跨年。", "The title has several years, or the days cross the turn of one."),
        (*turn, *((str(year), Text(f"都是 {year} 年", f"All of {year}")) for year in dict.fromkeys(years))),
    )


def no_year(example: str) -> MappingQuestion:
    return MappingQuestion(
        "year",
        Text(f"“{example}”没写年，是哪一年的？", f'"{example}" names no year: which is it?'),
        Text("标题、工作表名和文件名里都没有年份。", "Neither the title nor the names of sheet and file have one."),
        (("other", Text("填年份", "Type the year")), ("aside", Text("先放一边", "Set aside"))),
    )


def short_day_order(column: str, example: str) -> MappingQuestion:
    return day_order(
        column,
        Problem(
            "date.unclear_order",
            Text(f"{example} 是哪天？日和月的先后看不出来。", f"Which day is {example}? Day or month may come first."),
        ),
    )


def which_month() -> MappingQuestion:
    return MappingQuestion(
        "month",
        Text("这是哪个月的考勤？", "Which month is this?"),
        Text("标题里没写年月。", "The title has no month."),
        (("other", Text("填年月", "Type the month")), ("later", Text("先放一边", "Set aside"))),
    )


def minutes_or_score(key: str, column: str) -> MappingQuestion:
    return MappingQuestion(
        key,
        Text(f"“{column}”的“分”是分钟还是分数？", f'Does "{column}" hold minutes or points?'),
        Text("两个意思差很多，我们没有猜。", "They differ a lot; we did not guess."),
        (("minute", Text("分钟", "Minutes")), ("score", Text("分数", "Points"))),
    )


def unit_of_plain(key: str, column: str, units: Sequence[Unit], plain: int) -> MappingQuestion:
    """Some cells carry a unit of one dimension (`units`, the commonest first), `plain` of them none."""
    said, said_en = (_unit_words(units, language) for language in ("zh", "en"))
    return MappingQuestion(
        key,
        Text(f"“{column}”里没写单位的数，单位是什么？", f'"{column}": what unit do the plain numbers have?'),
        Text(
            f"有的写了{said}，有 {plain} 行只写了数。我们没有猜。",
            f"Some cells say {said_en}, {counted(plain, 'row has', 'rows have')} a number only. We did not guess.",
        ),
        (
            *((unit.code, _unit_text(unit)) for unit in units[:2]),
            ("number", Text("没有单位；写了单位的先放一边", "None; set those with a unit aside")),
        ),
    )


def unit_left_out(key: str, column: str, units: Sequence[Unit]) -> MappingQuestion:
    """Plain numbers, where the measure has a unit: the last of `units`."""
    before = _unit_text(units[-1])
    return MappingQuestion(
        key,
        Text(
            f"“{column}”没写单位，以前记的是{before.zh}，这次呢？",
            f'"{column}" has no unit; it was in {before.en} before. And now?',
        ),
        Text(f"选别的单位，会换算成{before.zh}。", f"Another unit is converted to {before.en}."),
        tuple((unit.code, _unit_text(unit)) for unit in units),
    )


def unit_changed(key: str, column: str, before: Unit, now: Unit, *, in_cells: bool) -> MappingQuestion:
    """A unit that cannot be converted to the one the measure has; from none to one in the head (not `in_cells`) it
    may be the same number."""
    was, is_now = _unit_text(before), _unit_text(now)
    options = [
        ("new", Text("不是一回事，另起一个数据项", "Something else: a metric of its own")),
        ("skip", Text("这一列先不要", "Leave the column out for now")),
    ]
    if before.dimension == NUMBER and not in_cells:
        options.insert(0, ("number", Text("是同一种数，接着记", "The same numbers: go on")))
    return MappingQuestion(
        key,
        Text(
            f"“{column}”以前记的是{was.zh}，这次是{is_now.zh}", f'"{column}" was in {was.en} before, now in {is_now.en}'
        ),
        Text("两种单位换算不了，混在一起就算错了。", "They cannot be converted; mixed, every sum would be wrong."),
        tuple(options),
    )


def _unit_text(unit: Unit) -> Text:
    if unit.dimension == NUMBER:
        return Text("没有单位的数", "plain numbers")
    return Text(unit.label.zh or unit.aliases[0], unit.label.en or unit.code)


def _unit_words(units: Sequence[Unit], language: str) -> str:
    words = [unit.label.in_(language) or unit.code for unit in units]
    return "、".join(words) if language == "zh" else " or ".join(words)


def equal_keys(key: Sequence[str]) -> MappingQuestion:
    words = "、".join(key)
    return MappingQuestion(
        "equal_keys",
        Text("有些行人、时间都一样，数不一样", "Some rows agree on who and when but differ in numbers"),
        Text(
            f"没有单号，认一条记录靠的是：{words}。",
            f"Without entry numbers a record is known by: {', '.join(key)}.",
        ),
        (
            ("sum", Text("加起来", "Add them up")),
            ("last", Text("以后面一行为准", "The later row holds")),
            ("reject", Text("先放一边，一条条问", "Set aside and ask")),
        ),
    )


def symbol(one: str, example: str, times: int) -> MappingQuestion:
    """A symbol of an attendance table, or a number there (see `meanings.NUMBER`), that can mean several things."""
    shown = one if not stands_for_number(one) else example
    choices = choices_for(one)
    usual = {code: words for code, words in choices if code in _USUAL[stands_for_number(one)]}
    others = [(code, words) for code, words in choices if code not in usual]
    half = "" if stands_for_number(one) else f"；只算半天的后面写 *0.5，例如 {SYMBOL}{one}=days_present*0.5"
    half_en = "" if stands_for_number(one) else f"; half a day with *0.5, like {SYMBOL}{one}=days_present*0.5"
    return MappingQuestion(
        f"{SYMBOL}{one}",
        Text(f"“{shown}”是什么意思？", f'What does "{shown}" mean?'),
        Text(
            f"有 {times:,} 格这样写。说一次就记住，以后同样的表不再问。",
            f"{counted(times, 'cell has', 'cells have')} it. Say it once; it is remembered for this kind of table.",
        ),
        tuple(usual.items()),
        Text(
            "还可以是：" + "、".join(f"{code} {words.zh}" for code, words in others) + half,
            "It may also be: " + ", ".join(f"{code} {words.in_('en')}" for code, words in others) + half_en,
        ),
    )


def too_many_symbols(number: int) -> Problem:
    return Problem(
        "mapping.too_many_symbols",
        Text(f"格子里有 {number} 种写法，不像考勤符号", f"{number} different texts stand in the cells: no symbols"),
        Text(
            "要每格一个符号的考勤月报（√、夜、事…）；打卡时间的表先在考勤系统里汇总成月报。",
            "Each cell should hold a symbol (√, 夜, 事 …); have the attendance system sum up punches first.",
        ),
    )
