"""Rows that one more import would bring back: an import that replaced ended them, and a file says the same again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal
from uuid import UUID

from jiyu.core import clock
from jiyu.core.errors import ProblemsError
from jiyu.lib.text import Problem, Text, counted
from jiyu.sources.models import Run
from jiyu.sources.runs.files import file_names

Returning = Literal["ask", "leave", "bring_back"]
"""What an import does with such rows: refuse and say so, leave them out, or let them count again."""

QUESTION = "replaced"  # what the question is called where it is answered
WAYS: Mapping[Returning, Text] = {
    "leave": Text("不带回来，跳过这些行", "leave these rows out"),
    "bring_back": Text("带回来，重新计", "bring them back, they count again"),
}


def returning_in(answers: Mapping[str, str]) -> tuple[Returning, dict[str, str]]:
    """What the answers say about such rows ("ask": nothing), and the other answers. Errors: sources.rows_return for an
    answer that is none."""
    others = {key: answer for key, answer in answers.items() if key != QUESTION}
    given = answers.get(QUESTION, "ask")
    for way in (*WAYS, "ask"):
        if way == given:
            return way, others
    said = Text(f"没有“{QUESTION}={given}”这个回答", f'There is no answer "{QUESTION}={given}"')
    raise ProblemsError([Problem("sources.rows_return", said, _ways(), path=QUESTION)])


def require_answered(rows_by_run: Mapping[UUID, int]) -> None:
    """Refuse an import with rows that return, counted by the run that replaced them; nothing where there is none.
    Errors: sources.rows_return."""
    if not rows_by_run:
        return
    raise ProblemsError([Problem("sources.rows_return", returning_text(rows_by_run), _ways(), path=QUESTION)])


def returning_text(rows_by_run: Mapping[UUID, int]) -> Text:
    """ "这份文件的 3 行以前被替换过，再导入会把它们带回来：04-08 09:00 的“更正.csv”替换了 3 行"."""
    runs = list(Run.objects.filter(pk__in=list(rows_by_run)).order_by("seq"))
    names = file_names(run.file for run in runs)
    zh, en = [], []
    for run in runs:
        n = rows_by_run[run.pk]
        when = clock.local(run.applied_at or run.started_at).strftime("%m-%d %H:%M")
        name = names.get(run.file, "") if run.file else ""
        zh.append(f"{when} 的“{name}”替换了 {n:,} 行")
        en.append(f"“{name}” of {when} replaced {counted(n, 'row', 'rows')}")
    total = sum(rows_by_run.values())
    them = "it" if total == 1 else "them"
    return Text(
        f"这份文件的 {total:,} 行以前被替换过，再导入会把它们带回来：{'，'.join(zh)}",
        f"{counted(total, 'row', 'rows')} of this file had been replaced; importing again would bring {them} back: "
        + ", ".join(en),
    )


def _ways() -> Text:
    ways = Text(
        "；".join(f"{QUESTION}={key}（{words.zh}）" for key, words in WAYS.items()),
        "; ".join(f"{QUESTION}={key} ({words.in_('en')})" for key, words in WAYS.items()),
    )
    return Text("先回答，再导入：{ways}", "Answer, then import: {ways}").format(ways=ways)
