"""The parts page: every part once, drawn by the tags that pages use. For people who build pages."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from jiyu.core import company
from jiyu.core.access import public
from jiyu.ui.parts import (
    Action,
    Bar,
    Chip,
    Freshness,
    NumberCard,
    ProblemRow,
    ScorePiece,
    State,
    Step,
    StepState,
    ToDoCard,
    Trend,
)

SWATCHES = ("ink", "ink2", "ink3", "brand", "tint", "card", "paper", "line")


@public("shows invented words only, and only in a demo or while developing")
def parts(request: HttpRequest) -> HttpResponse:
    """Every part on one page; 404 in a company with real people."""
    here = company.current_or_none()
    if not settings.DEBUG and (here is None or not here.demo):
        raise Http404
    return render(request, "ui/parts.html", parts_context(request.path))


def parts_context(leads_to: str) -> dict[str, Any]:
    """Literal values for the page; every link and button leads to `leads_to`."""
    return {
        "swatches": SWATCHES,
        "states": [
            (Chip(state=State.AHEAD, word=_("快 9 个百分点")), _("快于时间 / 已过目标")),
            (Chip(state=State.ON_TIME, word=_("踩点")), _("相差不到 2 个百分点")),
            (Chip(state=State.CLOSE, word=_("差一点")), _("已结束：得分 95 到 99.99")),
            (Chip(state=State.BEHIND, word=_("慢 13 个百分点")), _("慢于时间 / 没到目标 / 数旧了")),
            (Chip(state=State.WAITING, word=_("2 人待数据")), _("在等别人")),
            (Chip(state=State.OBJECTION, word=_("异议 2")), _("有人说不对")),
            (Chip(state=State.INCOMPLETE, word=_("没有人接")), _("缺一块，不算错")),
            (Chip(state=State.REFUSED, word=_("不能撤销")), _("只用于拒绝和删除")),
        ],
        "card": NumberCard(
            name=_("签单额"),
            href=leads_to,
            weight="40 %",
            chip=Chip(state=State.AHEAD, word=_("快 9 个百分点")),
            actual="320",
            unit=_("/ 500 万元"),
            reached="64 %",
            bar=Bar(at_pct=64, tick_pct=54.95, state=State.AHEAD),
            trend=Trend(points=(120, 150, 165, 200, 230, 250, 290, 320), state=State.AHEAD),
            sentence=_("还差 **180 万**。照这个速度，季末约 **582 万**。"),
            note=_("竖线 = 时间过去 54.95 %"),
            freshness=Freshness(source="CRM", when=_("今天 02:00")),
        ),
        "pieces": [
            ScorePiece(label=_("计划"), weight_pct=40, score_pct=97.5),
            ScorePiece(label=_("合格率"), weight_pct=30, score_pct=98.33),
            ScorePiece(label="OEE", weight_pct=20, score_pct=98.55),
            ScorePiece(label=_("违章"), weight_pct=10, score_pct=80),
        ],
        "todo": ToDoCard(
            title=_("3 月结果出来了，请签收"),
            sentence=_("签收只表示“我收到了”，不表示同意。"),
            left=_("还剩 2 天"),
            action=Action(label=_("看一眼再签收"), url=leads_to, link=True, kind="main"),
            later=Action(label=_("晚点"), url=leads_to, kind="text"),
        ),
        "problem": ProblemRow(
            where=_("第 10 行"),
            title=_("2026/2/30 不存在"),
            text=_("2026 年 2 月只有 28 天。"),
            actions=[Action(label=_("填正确日期"), url=leads_to), Action(label=_("先空着"), url=leads_to)],
        ),
        "steps": [
            Step(label=_("收数"), fact=_("148 人齐"), state=StepState.DONE),
            Step(label=_("算分"), fact=_("143 人有分"), state=StepState.NOW),
            Step(label=_("校准"), fact="04-10", state=StepState.LATER),
            Step(label=_("公布"), fact=_("143 人"), state=StepState.LATER),
        ],
        "fresh": [
            Freshness(source="CRM", when=_("今天 02:00")),
            Freshness(source=_("安全表单"), when=_("03-18 赵刚"), by_person=True),
            Freshness(source="ERP", when="05-18", late=_("2 天没更新")),
        ],
        "leads_to": leads_to,
        "ask": Action(label=_("请赵刚说一句"), url=leads_to, link=True, kind="tint"),
    }
