"""Questions of a run written down, each with two or three ways to answer it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Q

from jiyu.core import clock
from jiyu.lib.text import Text
from jiyu.sources.matching.subjects import AFTER_LEAVING, SEPARATOR, candidate_labels
from jiyu.sources.models import Quarantine, Run
from jiyu.sources.runs.gathering import NOT_YET, SetAside
from jiyu.sources.runs.visibility import visible_runs

EDIT, PICK, NOT_OURS, LEAVE = "edit", "pick", "not_ours", "leave"
FIRST, LAST, SUM = "first", "last", "sum"
AS_DATED = "as_dated"
COUNT, LEAVE_OUT, STILL_HERE = "count", "leave_out", "still_here"
REOPEN = "reopen"  # the way back from LEAVE: offered by the page, never stored with the question
SUBJECT = f"subject{SEPARATOR}"
MOST_CANDIDATES = 2
LONGEST_ROWS = 10_000

BUTTONS = {
    EDIT: Text("改正这一格", "Correct the cell"),
    PICK: Text("选一个人", "Choose a person"),
    NOT_OURS: Text("不是我们的人，以后跳过", "Not one of ours; skip from now on"),
    LEAVE: Text("先空着", "Leave for now"),
    FIRST: Text("以第一行为准", "The first row holds"),
    LAST: Text("以最后一行为准", "The last row holds"),
    SUM: Text("加起来", "Add them up"),
    REOPEN: Text("放回待处理", "Put it back to be settled"),
    COUNT: Text("照样算，以后也算", "Count them, now and later"),
    LEAVE_OUT: Text("不算，以后也跳过", "Leave them out, now and later"),
    STILL_HERE: Text("没有离职，花名册改好了", "Did not leave; the roster is right now"),
    AS_DATED: Text("就按这一天入账", "Take it for that day"),
}
OFFERED = {
    "sources.unknown_person": (PICK, NOT_OURS, LEAVE),
    "sources.ambiguous_person": (PICK, LEAVE),
    "sources.unknown_unit": (NOT_OURS, LEAVE),
    "sources.ambiguous_unit": (LEAVE,),
    AFTER_LEAVING: (COUNT, LEAVE_OUT, STILL_HERE, LEAVE),
    "sources.equal_keys": (FIRST, LAST, SUM),
    "sources.outside_window": (LEAVE,),
    NOT_YET: (EDIT, AS_DATED, LEAVE),
}


def questions_write(run: Run, questions: Iterable[SetAside], tally: dict[str, int]) -> None:
    """Keep the questions of a run. One about the same rows that stands open or was left already is not asked again;
    one whose rows were taken in when it was answered is none, and they count as repeated. `tally["asked"]` counts the
    new ones."""
    asked = list(questions)
    known = _asked_before(run, asked)
    for question in asked:
        if known.get((question.key, question.content_sha)) == "settled":
            tally["set_aside"] -= len(question.rows)
            tally["repeated"] += len(question.rows)
    new = [q for q in asked if (q.key, q.content_sha) not in known]
    Quarantine.objects.bulk_create(
        [
            Quarantine(
                run=run,
                sheet=q.sheet[:100],
                rows=q.rows[:LONGEST_ROWS],
                raw=q.raw,
                code=q.code,
                key=q.key,
                content_sha=q.content_sha,
                params=q.params,
                options=_options(q),
            )
            for q in new
        ],
        batch_size=500,
    )
    tally["asked"] = len(new)


def _asked_before(run: Run, asked: Iterable[SetAside]) -> dict[tuple[str, str], str]:
    """The state of questions about the same rows, by what they ask and about which rows: those of imports that count,
    and settled ones only where the run that took their rows counts. What replaces is asked anew: a row taken in under
    another key than the file's has just been ended."""
    there = Quarantine.objects.filter(run__in=visible_runs().filter(source=run.source_id))
    there = there.filter(content_sha__in=[question.content_sha for question in asked])
    waits = ~Q(state="settled")
    there = there.filter(waits if run.mode in Run.REPLACING else waits | Q(settled_run__in=visible_runs()))
    return {(key, sha): state for key, sha, state in there.values_list("key", "content_sha", "state")}


def _options(question: SetAside) -> list[dict[str, Any]]:
    offered = OFFERED.get(question.code, (EDIT, LEAVE))
    if question.code == NOT_YET and not question.params["field"]:
        offered = (AS_DATED, LEAVE)  # the day stands in a title: no cell to correct
    options: list[dict[str, Any]] = []
    if 0 < len(question.candidates) <= MOST_CANDIDATES:
        options = candidate_labels(question.candidates, clock.now(), clock.today())
        offered = tuple(key for key in offered if key != PICK)
    return options + [{"key": key, "zh": BUTTONS[key].zh, "en": BUTTONS[key].en} for key in offered]
