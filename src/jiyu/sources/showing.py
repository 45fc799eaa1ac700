"""From what selectors give to the parts that pages are made of: words in the reader's language, buttons,
chips."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from jiyu.core import clock
from jiyu.core.language import say
from jiyu.lib.text import Text
from jiyu.lib.units import UNITS, format_micro
from jiyu.sources.mappings.doubts import MappingQuestion
from jiyu.sources.mappings.proposal import ColumnGuess, MappingProposal
from jiyu.sources.mappings.rows import MappedRow, RowProblem
from jiyu.sources.models import Quarantine, Run
from jiyu.sources.outcome import notes_of
from jiyu.sources.overview import QuestionsShown, SourceShown
from jiyu.sources.quarantine.asking import BUTTONS, EDIT, LEAVE, PICK, REOPEN
from jiyu.sources.quarantine.words import detail_of, title_of
from jiyu.sources.roster.result import RosterProblem
from jiyu.sources.roster.selectors import PersonShown, RosterPage, UnitShown
from jiyu.ui.dates import day_text, near_text
from jiyu.ui.parts import Action, Chip, Freshness, ProblemRow, State, TreeNode

CELLS_SHOWN = 6


def rows_words(rows: Iterable[int]) -> str:
    """ "第 5、9 行"; a long list is cut: "第 5、9、12 行等 40 行"."""
    numbers = list(rows)
    shown = _("、").join(str(n) for n in numbers[:6])
    if not numbers:
        return ""
    if len(numbers) > 6:
        return _("第 %(rows)s 行等 %(n)s 行") % {"rows": shown, "n": len(numbers)}
    return _("第 %(rows)s 行") % {"rows": shown}


def roster_problem_row(problem: RosterProblem, page: RosterPage) -> ProblemRow:
    """A question of a roster with its buttons: one that needs a word opens a small form, the others answer
    at once."""
    return ProblemRow(
        where=rows_words(problem.rows),
        title=say(problem.title),
        text=say(problem.detail) + _answered(problem),
        actions=() if page.is_undone else tuple(_roster_action(problem, page, n) for n in range(len(problem.options))),
    )


def _answered(problem: RosterProblem) -> str:
    """What was chosen already where that alone does not settle it (问王敏)."""
    chosen = next((say(o.label) for o in problem.options if o.key == problem.answered), "")
    return _("你选了“%(option)s”，还在等。") % {"option": chosen} if chosen else ""


def roster_tree(unit: UnitShown) -> TreeNode:
    """The units and people we understood."""
    note = ngettext("%(n)s 人", "%(n)s 人", unit.taken) % {"n": unit.taken}
    if unit.waiting:
        note += " · " + _("另有 %(n)s 人待处理") % {"n": unit.waiting}
    children = [roster_person(person) for person in unit.people] + [roster_tree(one) for one in unit.below]
    return TreeNode(label=unit.name, note=note, children=children)


def roster_person(person: PersonShown) -> TreeNode:
    """A leaf of the tree."""
    return TreeNode(label=f"{person.name} {person.number}", note=say(person.note), waiting=person.waiting, person=True)


def _roster_action(problem: RosterProblem, page: RosterPage, index: int) -> Action:
    option = problem.options[index]
    if option.needs:
        query = urlencode({"key": problem.key, "option": option.key})
        url = reverse("sources:roster-answer", args=[page.run.pk]) + "?" + query
        return Action(label=say(option.label), url=url, link=True)
    url = reverse("sources:roster-settle", args=[page.run.pk])
    return Action(label=say(option.label), url=url, fields={"key": problem.key, "option": option.key})


def question_row(item: Quarantine, *, may_settle: bool) -> ProblemRow:
    """A question of 待处理 with its buttons; one that was left has a way back in place of leaving it."""
    actions = []
    options = [option for option in item.options if (option["key"], item.state) != (LEAVE, "left")]
    if item.state == "left":
        options.append({"key": REOPEN, "zh": BUTTONS[REOPEN].zh, "en": BUTTONS[REOPEN].en})
    for option in options if may_settle else ():
        label = say(Text(option["zh"], option["en"]))
        if option["key"] in (EDIT, PICK):
            url = reverse("sources:answer", args=[item.pk]) + "?" + urlencode({"option": option["key"]})
            actions.append(Action(label=label, url=url, link=True))
        else:
            url = reverse("sources:settle", args=[item.pk])
            actions.append(Action(label=label, url=url, fields={"option": option["key"]}))
    said = " · ".join(f"{label} {text}" for label, text in list((item.raw or {}).items())[:CELLS_SHOWN])
    return ProblemRow(
        where=rows_words(item.rows),
        title=say(title_of(item)),
        text=f"{say(detail_of(item))} {said}".strip(),
        actions=actions,
    )


@dataclass(frozen=True, slots=True)
class QuestionRows:
    """One page of 待处理."""

    waiting: tuple[ProblemRow, ...]
    left: tuple[ProblemRow, ...]
    shown: QuestionsShown


def question_rows(shown: QuestionsShown, *, may_settle: bool) -> QuestionRows | None:
    """The questions with their buttons; None where there are none."""
    if not (shown.waiting or shown.left):
        return None
    waiting, left = (
        tuple(question_row(item, may_settle=may_settle) for item in items) for items in (shown.waiting, shown.left)
    )
    return QuestionRows(waiting, left, shown)


@dataclass(frozen=True, slots=True)
class SourceRow:
    """A source in the list: its chip says how it stands."""

    label: str
    href: str
    chip: Chip
    freshness: Freshness | None
    counts: str
    file_name: str


def source_row(shown: SourceShown) -> SourceRow:
    """Fresh, late, with questions, or still empty; how old it is, and what its last import came to."""
    fresh = shown.freshness
    if fresh.applied_at is None:
        chip = Chip(state=State.INCOMPLETE, word=_("还没有数据"))
    elif fresh.is_late:
        chip = Chip(state=State.BEHIND, word=late_words(fresh.days_late))
    elif shown.waiting:
        chip = Chip(state=State.WAITING, word=_("待处理 %(n)s 处") % {"n": shown.waiting})
    else:
        chip = Chip(state=State.NEUTRAL, word=_("都入账了"))
    return SourceRow(
        label=shown.source.label,
        href=reverse("sources:source", args=[shown.source.slug]),
        chip=chip,
        freshness=_freshness(fresh.applied_at, fresh.last_day),
        counts=say(shown.last.words) if shown.last else "",
        file_name=shown.last.file_name if shown.last else "",
    )


def late_words(days: int) -> str:
    """How long a source has been silent past its promise."""
    return ngettext("%(n)s 天没更新", "%(n)s 天没更新", days) % {"n": days}


def _freshness(applied_at: datetime | None, last_day: date | None) -> Freshness | None:
    """Up to which day there is data, and when it came; how late it is stands in the chip."""
    if applied_at is None:
        return None
    reach = _("数据到 %(day)s") % {"day": day_text(last_day, clock.today())} if last_day else _("没有一行入账")
    return Freshness(source=reach, when=near_text(clock.local(applied_at), clock.today()))


def run_notes(run: Run) -> list[str]:
    """What we did with rows besides taking them, in sentences; only what happened."""
    n = {name: value for name, value in run.tally.items() if isinstance(value, int)}
    said = [
        (n.get("zeros_restored", 0), _("%(n)s 行的工号补了前导零")),
        (n.get("rounded", 0), _("%(n)s 个数超过 6 位小数，四舍五入了")),
        (n.get("left_out", 0), _("%(n)s 行按以前说的跳过：不是我们的人，或者离职以后的")),
        (n.get("kept_out", 0), _("%(n)s 行以前被替换过，没有带回来")),
        (n.get("brought_back", 0), _("%(n)s 行以前被替换过，这次带回来了")),
        (n.get("gone", 0), _("%(n)s 条以前有、这份文件里没有了，不再计")),
    ]
    return [*(words % {"n": count} for count, words in said if count), *map(say, notes_of(run))]


@dataclass(frozen=True, slots=True)
class QuestionShown:
    """A doubt of the mapping as radio buttons; `typed` names the text field beside an "other" option."""

    name: str
    title: str
    detail: str
    options: tuple[tuple[str, str], ...]
    typed: str


def mapping_question(question: MappingQuestion, prefix: str) -> QuestionShown:
    """A doubt about a column, nothing preselected."""
    options = tuple((value, say(words)) for value, words in question.options)
    typed = f"typed:{question.key}" if any(value == "other" for value, _words in options) else ""
    return QuestionShown(prefix + question.key, say(question.title), say(question.detail), options, typed)


def column_row(guess: ColumnGuess) -> tuple[str, str, str]:
    """A column: its label, what we take it for, samples."""
    word = {
        "subject": _("是谁"),
        "time": _("什么时候"),
        "clock": _("几点"),
        "key": _("单号"),
        "dimension": _("分类"),
        "ignored": _("没用上"),
        "measure": _("数"),
        "days": _("每天一格"),
        "sum": _("合计，用来核对"),
    }.get(guess.role, guess.role)
    unit = say(UNITS[guess.unit].label) if guess.unit in UNITS else ""
    return guess.column, f"{word} · {unit}" if unit else word, _("、").join(list(dict.fromkeys(guess.samples))[:3])


def sample_row(item: MappedRow | RowProblem, proposal: MappingProposal) -> tuple[str, str, str]:
    """A sample row: where it stands, what it says, and what that would mean."""
    where = rows_words([item.row])
    said = " ".join(item.raw.values())
    if isinstance(item, RowProblem):
        return where, said, say(item.problem.message)
    specs = {m.code: m for m in proposal.spec.measures} if proposal.spec else {}
    numbers = [
        f"{specs[code].label} **{format_micro(value, UNITS[specs[code].unit])}**"
        for code, value in item.measures.items()
    ]
    day = _("算 %(day)s") % {"day": day_text(item.business_day, clock.today())}
    return where, said, " · ".join([item.subject, day, *numbers])


def progress(told: dict[str, Any]) -> tuple[int, int, str]:
    """How far a job is: done, total, and the sentence."""
    words = told.get("words", {})
    return told.get("done", 0), told.get("total", 0), say(Text(words.get("zh", ""), words.get("en", "")))
