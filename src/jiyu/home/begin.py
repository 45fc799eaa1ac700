"""The owner's first page: what comes next on the way to the first result, and what is done already."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from jiyu.core import company
from jiyu.core.access import ActorRequest, requires
from jiyu.core.actor import Actor
from jiyu.goals import public as goals
from jiyu.home.who import org_now
from jiyu.people import public as people
from jiyu.sources import public as sources
from jiyu.ui.parts import Chip, State


@dataclass(frozen=True)
class FirstStep:
    """One step: what it is, a fact (how many there are, or how to begin), its state, and its page ("" where it has
    none). `command` is typed in the terminal."""

    label: str
    fact: str
    chip: Chip
    href: str = ""
    command: str = ""


@requires(people.CHANGE_PEOPLE)
@require_GET
def begin(request: ActorRequest) -> HttpResponse:
    """接下来: 花名册, 考核表, 上月实际, 发给 3 个人."""
    here = company.current_or_none()
    steps, following = _steps(request.actor, len(org_now(request).employed), here.code if here else "")
    context = {
        "here": here,
        "steps": steps,
        "following": following,
        "may_empty": here is not None and here.is_on_trial and request.actor.may(people.EMPTY_COMPANY),
        "may_renew": here is not None and not here.demo and request.actor.may(people.RENEW_RECOVERY),
    }
    return render(request, "home/begin.html", context)


def _steps(actor: Actor, employed: int, code: str) -> tuple[list[FirstStep], str]:
    """The steps, and the name of the first that is not done ("" where all are)."""
    agreed = goals.sheets_count(actor=actor)
    records = sources.records_count(actor=actor)
    reached = people.accounts_count(actor=actor)
    told = [
        (
            _("花名册"),
            employed,
            ngettext("%(n)s 人在册", "%(n)s 人在册", employed),
            _("现成的花名册，原样拖进来就行"),
            reverse("sources:roster"),
        ),
        (
            _("考核表"),
            agreed,
            ngettext("定了 %(n)s 张", "定了 %(n)s 张", agreed),
            _("谁考哪几项，各占多少"),
            reverse("goals:sheets"),
        ),
        (
            _("上月实际"),
            records,
            ngettext("收了 %(n)s 条记录", "收了 %(n)s 条记录", records),
            _("产量、签单、考勤……上个月的文件，原样导入"),
            reverse("sources:index"),
        ),
        (
            _("发给 3 个人"),
            reached,
            ngettext("%(n)s 人有了自己的链接", "%(n)s 人有了自己的链接", reached),
            _("先只给 3 个人看，一人一条链接，其余的人什么也不会收到"),
            "",
        ),
    ]
    following = next((label for label, count, *_rest in told if not count), "")
    steps = [
        FirstStep(
            label=label,
            fact=done % {"n": f"{count:,}"} if count else todo,
            chip=_chip(count, is_next=label == following),
            href=href,
            command="" if href else " ".join(("jiyu company link", code, "--employee-no", _("工号"))),
        )
        for label, count, done, todo, href in told
    ]
    return steps, following


def _chip(count: int, *, is_next: bool) -> Chip:
    if count:
        return Chip(state=State.NEUTRAL, word=_("有了"))
    return Chip(state=State.YOUR_TURN, word=_("接下来")) if is_next else Chip(state=State.INCOMPLETE, word=_("还没有"))
