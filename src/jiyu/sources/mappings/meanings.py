"""What a symbol of an attendance table can mean, how an answer says it, and which symbols need no asking."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from jiyu.lib.text import Text
from jiyu.lib.units import MICRO

IGNORE = "ignore"
NUMBER = "0-9"  # stands for any number alone in a cell; behind a symbol ("√0-9") for any number written onto it
Counts = tuple[tuple[str, int], ...]  # (measure code, millionths); () counts nothing


class Takes(Enum):
    """How much of a day something is: a part of it, a shift worked in it, or something beside it."""

    DAY = "day"
    SHIFT = "shift"
    BESIDE = "beside"


@dataclass(frozen=True, slots=True)
class Meaning:
    """A measure that symbols count: its `label` on screen, its unit, what it takes of a day."""

    label: Text
    unit: str = "day"
    takes: Takes = Takes.DAY


MEANINGS: Mapping[str, Meaning] = {
    "days_present": Meaning(Text("出勤", "Present")),
    "personal_leave": Meaning(Text("事假", "Personal leave")),
    "sick_leave": Meaning(Text("病假", "Sick leave")),
    "annual_leave": Meaning(Text("年假", "Annual leave")),
    "absent": Meaning(Text("旷工", "Absent without leave")),
    "late": Meaning(Text("迟到", "Late"), takes=Takes.BESIDE),
    "night_shifts": Meaning(Text("夜班", "Night shift"), takes=Takes.SHIFT),
    "middle_shifts": Meaning(Text("中班", "Middle shift"), takes=Takes.SHIFT),
    "overtime_hours": Meaning(Text("加班", "Overtime"), "hour", Takes.BESIDE),
    "overtime_days": Meaning(Text("加班（天）", "Overtime days"), takes=Takes.BESIDE),
    "work_hours": Meaning(Text("工时", "Hours worked"), "hour", Takes.BESIDE),
    "missed_punches": Meaning(Text("缺卡", "Missed punch"), takes=Takes.BESIDE),
    "rest_days": Meaning(Text("休息", "Day off")),
    "comp_off_days": Meaning(Text("调休", "Time off in lieu")),
    "travel_days": Meaning(Text("出差", "Business trip")),
    "marriage_leave": Meaning(Text("婚假", "Marriage leave")),
    "maternity_leave": Meaning(Text("产假", "Maternity leave")),
    "bereavement_leave": Meaning(Text("丧假", "Bereavement leave")),
    "home_leave": Meaning(Text("探亲假", "Home leave")),
    "injury_leave": Meaning(Text("工伤假", "Injury leave")),
}
TOGETHER: Mapping[str, Text] = {  # meanings of two measures that one symbol counts
    "days_present+night_shifts": Text("夜班，也算出勤", "Night shift, present too"),
    "days_present+middle_shifts": Text("中班，也算出勤", "Middle shift, present too"),
}
_OF_NUMBERS = ("overtime_hours", "work_hours", "days_present", "overtime_days")

# What symbols mean everywhere. × ○ △ differ from company to company, 夜 and 中 alone may be present or not: asked.
SURE: Mapping[str, str] = {
    "√": "days_present", "✓": "days_present", "✔": "days_present", "出勤": "days_present",
    "事": "personal_leave", "事假": "personal_leave",
    "病": "sick_leave", "病假": "sick_leave",
    "年": "annual_leave", "年假": "annual_leave", "年休": "annual_leave", "年休假": "annual_leave",
    "旷": "absent", "旷工": "absent",
    "迟": "late", "迟到": "late", "缺卡": "missed_punches",
    "夜": "night_shifts", "夜班": "night_shifts", "中": "middle_shifts", "中班": "middle_shifts",
    "休": "rest_days", "休息": "rest_days", "公休": "rest_days",
    "调休": "comp_off_days", "补休": "comp_off_days", "出差": "travel_days",
    "婚假": "marriage_leave", "产假": "maternity_leave", "丧假": "bereavement_leave",
    "探亲假": "home_leave", "工伤假": "injury_leave",
}  # fmt: skip
# Words of a legend printed on the table itself.
LEGEND_WORDS: Mapping[str, str] = {word: code for word, code in SURE.items() if len(word) > 1}

_ANSWER = re.compile(r"([a-z_]+(?:\+[a-z_]+)?)(?:\*(1|0?\.\d{1,6}))?")


def stands_for_number(symbol: str) -> bool:
    """Whether it is any number (8, 8.5) or any number behind a symbol (√2), as found in cells."""
    return symbol.endswith(NUMBER)


def takes(code: str) -> Takes:
    """How much of a day a measure is; a measure of the company's own is a part of it."""
    return MEANINGS[code].takes if code in MEANINGS else Takes.DAY


def parse_meaning(answer: str) -> Counts | None:
    """What an answer counts: "days_present", "days_present*0.5", "days_present+night_shifts", "ignore" (counts
    nothing); None for one that means nothing."""
    if answer == IGNORE:
        return ()
    match = _ANSWER.fullmatch(answer)
    if match is None or not (match[1] in MEANINGS or match[1] in TOGETHER):
        return None
    amount = MICRO
    if match[2] and match[2] != "1":
        amount = int((match[2].partition(".")[2] + "000000")[:6])
    return tuple((code, amount) for code in match[1].split("+")) if amount else None


def meaning_answer(counts: Counts) -> str:
    """The answer that says these counts; the other way of `parse_meaning`."""
    if not counts:
        return IGNORE
    codes, amount = "+".join(code for code, _ in counts), counts[0][1]
    return codes if amount == MICRO else f"{codes}*{amount / MICRO:g}"


def choices_for(symbol: str) -> tuple[tuple[str, Text], ...]:
    """The meanings to choose from, as (answer for a whole amount, words), ignoring last."""
    if symbol == NUMBER:
        found = [(code, _with_unit(MEANINGS[code])) for code in _OF_NUMBERS]
    elif stands_for_number(symbol):
        found = [(code, _with_unit(meaning)) for code, meaning in MEANINGS.items()]
    else:  # a symbol alone tells no hours
        found = [(code, meaning.label) for code, meaning in MEANINGS.items() if meaning.unit != "hour"]
        found += TOGETHER.items()
    return (*found, (IGNORE, Text("不计", "Not counted")))


def _with_unit(meaning: Meaning) -> Text:
    if meaning.unit == "hour":
        return Text(f"{meaning.label.zh}（小时）", f"{meaning.label.en} (hours)")
    return Text(f"{meaning.label.zh.removesuffix('（天）')}（天）", f"{meaning.label.en.removesuffix(' days')} (days)")
