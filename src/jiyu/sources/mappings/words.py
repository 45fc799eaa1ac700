"""The sentences of rows that a mapping cannot take."""

from __future__ import annotations

from collections.abc import Sequence

from jiyu.lib.text import Problem, Text
from jiyu.lib.units import NUMBER, Unit
from jiyu.sources.mappings.meanings import stands_for_number

CUT = Problem(
    "mapping.row_cut",
    Text("文件在这一行中间断了", "The file ends inside this row"),
    Text("重新导出一份再导入；这一行先不算。", "Export the file again; this row does not count yet."),
)


NO_MONTH = Problem(
    "mapping.no_month",
    Text("看不出是哪个月的考勤", "Which month is this attendance of?"),
    Text("填上年月，例如 2021-05。", "Type the month, like 2021-05."),
)
NO_ROWS = Problem(
    "sources.no_rows",
    Text("文件里只有表头，没有一行数", "The file has a head but not one row of numbers"),
    Text("看看导出时选的日期和范围，重新导出一份。", "Check the dates and the scope of the export, and export again."),
)
NO_TITLE_DAY = Problem(
    "mapping.no_title_day",
    Text("标题里没有日期", "The title has no date"),
    Text("填上这个文件是哪天的。", "Type which day this file is of."),
)


def hidden_sheet(name: str) -> Text:
    return Text(f"隐藏的工作表“{name}”没有读。", f'The hidden sheet "{name}" was not read.')


def no_subject(column: str) -> Problem:
    return Problem(
        "mapping.no_subject",
        Text(f"“{column}”是空的，不知道算谁的", f'"{column}" is blank: whose is it?'),
        Text("填上工号或姓名，或先空着。", "Type the number or name, or leave it."),
        path=column,
    )


def several_people(text: str, column: str) -> Problem:
    return Problem(
        "mapping.several_people",
        Text(f"“{text}”是几个人，怎么分还没定", f'"{text}" is several people; the split is not settled'),
        Text(
            "在列的设置里选：平分，或每人都算全数。",
            "Choose in the column's settings: shared, or in full for each.",
        ),
        path=column,
    )


def no_time(column: str) -> Problem:
    return Problem(
        "mapping.no_time",
        Text(f"“{column}”是空的，不知道是哪天的", f'"{column}" is blank: which day is it?'),
        Text("填上日期，或先空着。", "Type the date, or leave it."),
        path=column,
    )


def no_year(text: str, column: str) -> Problem:
    shown = text.strip()
    return Problem(
        "mapping.no_year",
        Text(f"“{shown}”没写年，是哪一年的不清楚", f'"{shown}" names no year, and which it is is not clear'),
        Text("填完整日期，例如 2026-03-05，或先空着。", "Type the whole date, like 2026-03-05, or leave it."),
        path=column,
    )


def no_key(columns: Sequence[str]) -> Problem:
    zh = "、".join(columns)
    return Problem(
        "mapping.no_key",
        Text(f"“{zh}”是空的，认不出是哪一条", f'"{zh}" is blank: which entry is it?'),
        Text("填上编号，或先空着。", "Type the number of the entry, or leave it."),
        path=columns[0] if columns else "",
    )


def not_exact(text: str, column: str) -> Problem:
    return Problem(
        "mapping.not_exact",
        Text(f"“{text}”不是一个确定的数", f'"{text}" is not one exact number'),
        Text("填实际的数，或先空着。", "Type the actual number, or leave it."),
        path=column,
    )


def other_unit(text: str, unit: Unit, column: str) -> Problem:
    label = unit.label
    if unit.dimension == NUMBER:
        return Problem(
            "mapping.other_unit",
            Text(
                f"“{text}”写了单位，“{column}”别的数没写", f'"{text}" has a unit; other numbers in "{column}" have none'
            ),
            Text(
                "换算成和别的数一样的，只填数；或先空着。",
                "Type it as the others are counted, without a unit, or leave it.",
            ),
            path=column,
        )
    return Problem(
        "mapping.other_unit",
        Text(f"“{text}”的单位换不成{label.zh or '数'}", f'The unit of "{text}" is not {label.en or "a number"}'),
        Text("改成这一列的单位，或先空着。", "Write it in the column's unit, or leave it."),
        path=column,
    )


def unknown_symbol(symbol: str, text: str, column: str) -> Problem:
    """`text` is the whole cell; of a number in it (see `meanings.NUMBER`) that is what is shown."""
    shown = text if stands_for_number(symbol) else symbol
    return Problem(
        "mapping.unknown_symbol",
        Text(f"“{shown}”是什么意思还没说", f'"{shown}" has no meaning yet'),
        Text(
            "在读法的图例里加上它的意思，再导入一次。", "Add its meaning to the legend of the mapping and import again."
        ),
        path=column,
    )


def head_changed(missing: str) -> Problem:
    return Problem(
        "mapping.head_changed",
        Text(
            f"表头和上次不一样：没找到 {missing or '同一行表头'}",
            f"The head changed: {missing or 'no head row'} not found",
        ),
        Text("重新认一次列，或换回原来的导出格式。", "Map the columns again, or export as before."),
    )
