"""The questions a roster raises, word for word: bold line, what we read, two or three buttons."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from jiyu.lib.text import Problem, Text, counted
from jiyu.sources.roster.columns import FIELD_WORDS
from jiyu.sources.roster.result import KnownPerson, Option, Place, RosterProblem, RowSaid

BLANK = Option("blank", Text("先空着", "Leave it blank"))
LATER = Option("later", Text("先放一边", "Set aside"))
DROP = Option("drop", Text("这行不导入", "Do not import"))
TYPE_DATE = Option("date", Text("填正确日期", "Type the date"), needs="date")
AS_DATED = Option("as_dated", Text("就按这一天", "Take it as it is"))
PICK_PERSON = Option("person", Text("选一个人", "Pick a person"), needs="person")
TYPE_NUMBER = Option("number", Text("填工号", "Type the number"), needs="number")
TYPE_NAME = Option("name", Text("填姓名", "Type the name"), needs="text")
SHORTER = Option("text", Text("写短一点", "Type a shorter one"), needs="text")
NOBODY_ABOVE = Option("top", Text("是，没有上级", "Yes, nobody above"))

SHOWN_OF_LONG = 24
FAR_AHEAD = "roster.far_ahead"


def field_words(code: str) -> Text:
    zh, en = FIELD_WORDS[code]
    return Text(zh, en)


def bad_date(key: str, place: Place, who: str, code: str, problem: Problem, answered: str) -> RosterProblem:
    """A date that does not exist, lacks its day, cannot be read, or cannot be meant."""
    word = field_words(code)
    detail = Text(f"{who}的{word.zh}。{problem.fix.zh}", f"{word.en} of {who}. {problem.fix.en}")
    options = (TYPE_DATE, AS_DATED, BLANK) if problem.code == FAR_AHEAD else (TYPE_DATE, BLANK)
    return RosterProblem(key, problem.code, (place,), problem.message, detail, options, code, answered)


def far_ahead(day: date, *, is_birth: bool) -> Problem:
    """A day more than a year ahead may be meant; a birth to come may not."""
    if is_birth:
        return Problem(
            "roster.not_born",
            Text(f"{day} 还没到", f"{day} has not come yet"),
            Text("出生日期不会在以后。", "Nobody is born in the future."),
        )
    return Problem(
        FAR_AHEAD,
        Text(f"{day} 在一年以后", f"{day} is more than a year ahead"),
        Text("多半是年份写错了，我们没有猜。", "The year may be a slip of the pen; we did not guess."),
    )


def long_ago(day: date) -> Problem:
    """A day that stands for an empty cell."""
    return Problem(
        "roster.long_ago",
        Text(f"{day} 太早了", f"{day} is too long ago"),
        Text("像是空着的格子，被 Excel 显示成了日期。", "It looks like an empty cell that Excel shows as a date."),
    )


def date_order(key: str, places: Sequence[Place], code: str, example: str) -> RosterProblem:
    """A column of dates where day and month could change places."""
    word = field_words(code)
    return RosterProblem(
        key,
        "date.unclear_order",
        tuple(places),
        Text(f"{word.zh}写成 {example}，日和月哪个在前？", f"{word.en} {example}: day or month first?"),
        Text(
            f"这样写的有 {len(places)} 行，两种读法都说得通，我们没有猜。",
            f"{counted(len(places), 'row is', 'rows are')} written so; both readings are possible, we did not guess.",
        ),
        (
            Option("dmy", Text("日在前", "Day first")),
            Option("mdy", Text("月在前", "Month first")),
            BLANK,
        ),
        code,
    )


def number_twice(key: str, number: str, rows: Sequence[RowSaid], answered: str) -> RosterProblem:
    """One number on several rows. Where all have one lead, HR may ask that person."""
    said = "和 ".join(f"{row.name}（{_unit_lead(row)}）" for row in rows)
    said_en = " and ".join(f"{row.name} ({_unit_lead_en(row)})" for row in rows)
    one_each = len({row.name for row in rows}) == len(rows)
    options: list[Option] = []
    for row in rows[:2]:
        if one_each:
            label = Text(f"{number} 是{row.name}", f"{number} is {row.name}")
        else:
            state = Text("已离职", "left") if row.is_left else Text("在职", "working")
            label = Text(f"按第 {row.place.row} 行（{state.zh}）", f"Row {row.place.row} ({state.en})")
        options.append(Option(f"row:{row.key}", label))
    leads = {row.lead for row in rows}
    ask = leads.pop() if len(leads) == 1 else ""
    options.append(Option("ask", Text(f"问{ask}", f"Ask {ask}")) if ask else LATER)
    aside = {2: ("两行", "Both rows")}.get(len(rows), (f"{len(rows)} 行", f"All {len(rows)} rows"))
    return RosterProblem(
        key,
        "roster.number_twice",
        tuple(row.place for row in rows),
        Text(f"工号 {number} 出现了 {len(rows)} 次", f"Number {number} occurs {len(rows)} times"),
        Text(f"{said}。{aside[0]}都先放一边，没有导入。", f"{said_en}. {aside[1]} are set aside, not imported."),
        tuple(options),
        "number",
        answered,
    )


def no_number(key: str, place: Place, name: str, unit: str, *, lost: str, answered: str) -> RosterProblem:
    """A person without a number: never written, or given to somebody else by an answer (`lost`)."""
    if lost:
        why = Text(f"{lost} 已经给了别人。", f"{lost} went to somebody else.")
    else:
        why = Text("没有工号就认不准人。", "Without one we cannot tell who it is.")
    return RosterProblem(
        key,
        "roster.no_number",
        (place,),
        Text(f"{name or '这一行'} 没有工号", f"{name or 'This row'} has no number"),
        Text(f"{unit or '没写部门'}。{why.zh}", f"{unit or 'No unit'}. {why.en}"),
        (TYPE_NUMBER, DROP, LATER),
        "number",
        answered,
    )


def bad_number(key: str, place: Place, name: str, problem: Problem, answered: str) -> RosterProblem:
    """A number that Excel mangled, or that is none."""
    return RosterProblem(
        key,
        problem.code,
        (place,),
        problem.message,
        Text(f"{name}的工号。{problem.fix.zh}", f"Number of {name}. {problem.fix.en}"),
        (TYPE_NUMBER, DROP, LATER),
        "number",
        answered,
    )


def too_long(key: str, place: Place, who: str, code: str, written: str, most: int, answered: str) -> RosterProblem:
    """A word longer than what is kept of it. Without a number or a name nobody can be taken; the rest may be blank."""
    word = field_words(code)
    options = {"number": (TYPE_NUMBER, DROP, LATER), "name": (TYPE_NAME, DROP, LATER)}.get(code, (SHORTER, BLANK, DROP))
    begins = written[:SHOWN_OF_LONG]
    return RosterProblem(
        key,
        "roster.too_long",
        (place,),
        Text(f"{word.zh}太长：{begins}…", f"{word.en} too long: {begins}…"),
        Text(
            f"{who[:SHOWN_OF_LONG]}。写了 {len(written)} 个字，最多 {most} 个。我们没有替你截短。",
            f"{who[:SHOWN_OF_LONG]}. {len(written)} long, {most} is the most. We did not cut it.",
        ),
        options,
        code,
        answered,
    )


def no_name(key: str, place: Place, number: str, answered: str) -> RosterProblem:
    return RosterProblem(
        key,
        "roster.no_name",
        (place,),
        Text(f"工号 {number} 没有姓名", f"Number {number} has no name"),
        Text("这一行的姓名是空的，我们没有猜。", "The name of this row is blank; we did not guess."),
        (TYPE_NAME, DROP, LATER),
        "name",
        answered,
    )


def other_name(key: str, place: Place, number: str, name: str, known: KnownPerson) -> RosterProblem:
    """A number the company knows under another name."""
    return RosterProblem(
        key,
        "roster.other_name",
        (place,),
        Text(
            f"工号 {number}：系统里是{known.name}，文件里是{name}",
            f"Number {number}: {known.name} here, {name} in the file",
        ),
        Text("改了名，还是工号给了别人？我们没有猜。", "Renamed, or another person? We did not guess."),
        (
            Option("same", Text(f"同一个人，改名为{name}", f"Same person, now {name}")),
            DROP,
            LATER,
        ),
        "name",
    )


def other_number(key: str, place: Place, number: str, name: str, known: KnownPerson) -> RosterProblem:
    """A new number with the name of somebody known whose number is not in the file."""
    unit = known.unit_path[-1] if known.unit_path else ""
    return RosterProblem(
        key,
        "roster.other_number",
        (place,),
        Text(
            f"{name}：系统里是 {known.number}，文件里是 {number}",
            f"{name}: {known.number} here, {number} in the file",
        ),
        Text(
            f"系统里的{name}（{unit or '没写部门'}）不在这个文件里。换了工号，还是同名的新人？",
            f"{known.number} is not in the file. A new number, or a new person of the same name?",
        ),
        (
            Option("new", Text("是新来的人", "A new person")),
            Option("same", Text(f"同一个人，工号换成 {number}", f"Same person, now {number}")),
            LATER,
        ),
        "number",
    )


def greyed(key: str, places: Sequence[Place]) -> RosterProblem:
    """Rows shown grey or struck through, without a word of why."""
    return RosterProblem(
        key,
        "roster.greyed",
        tuple(places),
        Text(
            f"有 {len(places)} 行是灰的或划掉的", f"{counted(len(places), 'row is', 'rows are')} grey or struck through"
        ),
        Text(
            "没写为什么。这些人离职了吗？我们没有猜。",
            "No reason is written. Have they left? We did not guess.",
        ),
        (
            Option("left", Text("都离职了", "They left")),
            Option("working", Text("都在职", "They work here")),
            LATER,
        ),
        "status",
    )


def dates_crossed(key: str, place: Place, who: str, first: tuple[str, date], second: tuple[str, date]) -> RosterProblem:
    """A date that comes before the one it must follow."""
    a, b = field_words(first[0]), field_words(second[0])
    return RosterProblem(
        key,
        "roster.dates_crossed",
        (place,),
        Text(f"{b.zh} {second[1]} 早于{a.zh} {first[1]}", f"{b.en} {second[1]} is before {a.en} {first[1]}"),
        Text(f"{who}。两个日期有一个不对。", f"{who}. One of the two is wrong."),
        (
            Option("date", Text(f"填{b.zh}", f"Type the {b.en}"), needs="date"),
            Option("blank", Text(f"{b.zh}先空着", f"Leave the {b.en} blank")),
            LATER,
        ),
        second[0],
    )


def many_leads(
    key: str, place: Place, name: str, written: str, found: Sequence[tuple[str, str, bool]]
) -> RosterProblem:
    """A lead's name that several people have. `found`: number, unit, still waiting in this file."""
    parts = "、".join(f"待处理的 {no}" if waiting else f"{unit} {no}".strip() for no, unit, waiting in found)
    if len(found) <= 2:
        labels = {no: " · ".join(part for part in (no, unit) if part) for no, unit, _ in found}
        options = [Option(f"person:{no}", Text(label, label)) for no, label in labels.items()]
    else:
        options = [PICK_PERSON]
    return RosterProblem(
        key,
        "roster.many_leads",
        (place,),
        Text(f"{written}有 {len(found)} 个", f"{len(found)} people are called {written}"),
        Text(
            f"{name}的直接上级写“{written}”：{parts}。我们不猜。",
            f'The lead of {name} is "{written}": {", ".join(no for no, _, _ in found)}. We do not guess.',
        ),
        (*options, BLANK),
        "lead",
    )


def lead_not_found(key: str, place: Place, name: str, written: str, why: Text) -> RosterProblem:
    return RosterProblem(
        key,
        "roster.lead_not_found",
        (place,),
        Text(f"{name} 的上级写的是“{written}”", f'The lead of {name} is written "{written}"'),
        why,
        (PICK_PERSON, BLANK),
        "lead",
    )


def no_lead(key: str, place: Place, name: str) -> RosterProblem:
    return RosterProblem(
        key,
        "roster.no_lead",
        (place,),
        Text(f"{name} 没写上级", f"{name} has no lead"),
        Text("是全公司最上面一级吗？", "Is nobody in the company above?"),
        (NOBODY_ABOVE, PICK_PERSON, BLANK),
        "lead",
    )


def lead_loop(key: str, members: Sequence[tuple[Place, str, str]]) -> RosterProblem:
    """People who lead each other in a circle. `members`: place, number, name, each led by the next one."""
    names = [name for _, _, name in members]
    circle = " → ".join([*names, names[0]])
    tops = [Option(f"top:{number}", Text(f"{name}没有上级", f"Nobody above {name}")) for _, number, name in members[:2]]
    return RosterProblem(
        key,
        "roster.lead_loop",
        tuple(place for place, _, _ in members),
        Text(f"{len(members)} 个人的上级绕成了圈", f"The leads of {len(members)} people form a circle"),
        Text(f"{circle}。这几个人的上级都先待认领。", f"{circle}. Their leads wait to be claimed."),
        (*tops, BLANK),
        "lead",
    )


def unit_gaps(key: str, places: Sequence[Place]) -> RosterProblem:
    """People without a unit under rows that have one: a merged cell that an export flattened?"""
    return RosterProblem(
        key,
        "roster.unit_gaps",
        tuple(places),
        Text(f"{len(places)} 行没写部门", f"{counted(len(places), 'row has', 'rows have')} no unit"),
        Text(
            "像是合并单元格导出来的：上面一行写了，下面空着。我们没有替你填。",
            "Perhaps merged cells: written above, blank below. We did not fill them.",
        ),
        (Option("fill", Text("照上面一行填", "Take it from above")), BLANK),
        "unit",
    )


def _unit_lead(row: RowSaid) -> str:
    return "，".join(part for part in (row.unit, f"上级 {row.lead}" if row.lead else "") if part) or "没写部门"


def _unit_lead_en(row: RowSaid) -> str:
    return ", ".join(part for part in (row.unit, f"lead {row.lead}" if row.lead else "") if part) or "no unit"
