"""The year of days written without one (3月5日, 3/5): that of the title, the sheet's name or the file's name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import PurePath

from jiyu.lib.tables.cells import Cell, Sheet
from jiyu.lib.tables.dates import DayOrder, ShortDate, short_date
from jiyu.lib.tables.heads import Head
from jiyu.lib.text import Text
from jiyu.sources.mappings import doubts
from jiyu.sources.mappings.doubts import MappingQuestion
from jiyu.sources.mappings.spec import TimeSpec

_YEAR = re.compile(
    r"(?<!\d)((?:19|20)\d\d)(?:\s*(?:年|[-/._]\s*(?=\d{1,2}(?!\d)))\s*(\d{1,2})?(?!\d)|(0[1-9]|1[0-2])(?:[0-3]\d)?(?!\d))"
)
_HALF = 6  # months: a day further from the title's month than this lies in another year
ASIDE = "aside"


@dataclass(frozen=True, slots=True)
class ToldYear:
    """What the title (else the sheet's name, else the file's: `where`) says: its years, and months as (year, month)."""

    where: Text
    years: tuple[int, ...] = ()
    months: tuple[tuple[int, int], ...] = ()

    def year_of(self, month: int, time: TimeSpec) -> int | None:
        """The year of a day in `month` by how the mapping takes years; None where that is not clear."""
        if time.year_from == "typed":
            return time.year
        if time.year_from == "turn" and self.months:
            return min((_distance(year, month, self.months), year) for year in _around(self.years))[1]
        if time.year_from == "title" and len(self.years) == 1 and not self.is_far(month):
            return self.years[0]
        return None

    def is_far(self, month: int) -> bool:
        """Whether a day of this month seems to lie across the turn of the year, as December does for a title of January."""
        return bool(self.months) and _distance(self.years[0], month, self.months) > _HALF


def told_year(sheet: Sheet, head: Head, filename: str) -> ToldYear:
    """The years of the first of title, sheet's name and file's name that has one."""
    above = " ".join(text for row in sheet.head_rows(head.first_row - 1) for text in row.texts if text)
    stem = PurePath(filename).stem
    places = (
        (above, Text("标题", "the title")),
        (
            "" if sheet.name == filename else sheet.name,
            Text("工作表名", "the sheet's name"),
        ),  # a text file's is the file's
        (stem, Text("文件名", "the file's name")),
    )
    for text, where in places:
        found = [(int(year), int(month or compact or 0)) for year, month, compact in _YEAR.findall(text)]
        if found:
            years = tuple(sorted({year for year, _month in found}))
            return ToldYear(where, years, tuple((year, month) for year, month in found if 1 <= month <= 12))
    return ToldYear(Text(""))


def short_dates(cells: Iterable[Cell]) -> list[ShortDate]:
    """The days among these cells that name no year."""
    return [found for cell in cells if (found := short_date(cell)) is not None]


def year_taken(
    time: TimeSpec, days: Sequence[ShortDate], told: ToldYear, answer: str
) -> tuple[TimeSpec, MappingQuestion | None]:
    """How the years of `days` are taken: by an answer, or from the one year that is told; else what to ask."""
    if answer.isdigit():
        return time.model_copy(update={"year_from": "typed", "year": int(answer)}), None
    if answer == "turn" and told.months:
        return time.model_copy(update={"year_from": "turn"}), None
    if answer == ASIDE:
        return time, None
    months = sorted({day.month(time.order) for day in days if day.month(time.order) in range(1, 13)})
    far = [month for month in months if told.is_far(month)]
    if len(told.years) == 1 and not far:
        return time.model_copy(update={"year_from": "title"}), None
    if not told.years:
        return time, doubts.no_year(_example(days))
    turned = time.model_copy(update={"year_from": "turn"})
    by_month = [(month, year) for month in months if (year := told.year_of(month, turned)) is not None]
    years = sorted({*told.years, *(year for _month, year in by_month)})
    return time, doubts.which_year(_example(days), by_month, (years[0], years[-1]))


def is_year_known(time: TimeSpec, cells: Sequence[Cell], told: ToldYear) -> bool:
    """Whether a mapping confirmed before tells the year of each day that names none."""
    if time.year_from == "typed":
        return False  # for that file only
    return all(told.year_of(day.month(time.order), time) is not None for day in short_dates(cells))


def years_note(told: ToldYear) -> Text:
    """That the years are those of the title."""
    zh, en = "、".join(map(str, told.years)), ", ".join(map(str, told.years))
    return Text(
        f"日期没写年，年份取自{told.where.zh}：{zh} 年",
        f"The dates name no year: it is taken from {told.where.en}, {en}",
    )


def short_order(days: Sequence[ShortDate], told: ToldYear) -> DayOrder | None:
    """Whether the month comes first ("") or the day ("dmy") in 3/5; None where both occur or the title's month speaks
    against the usual order."""
    plain = [day for day in days if not day.is_named]
    day_first, month_first = any(day.first > 12 for day in plain), any(day.second > 12 for day in plain)
    if day_first != month_first or not plain:
        return "dmy" if day_first else ""
    months = {month for _year, month in told.months}
    is_unlike = months and all(day.second in months and day.first not in months for day in plain)
    return None if day_first or (is_unlike and len(plain) > 1) else ""


def _example(days: Sequence[ShortDate]) -> str:
    return f"{days[0].first}月{days[0].second}日" if days[0].is_named else f"{days[0].first}/{days[0].second}"


def _distance(year: int, month: int, months: Iterable[tuple[int, int]]) -> int:
    return min(abs((year * 12 + month) - (y * 12 + m)) for y, m in months)


def _around(years: Sequence[int]) -> range:
    return range(min(years) - 1, max(years) + 2)
