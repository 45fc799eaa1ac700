"""Literal contexts for the sample pages, with the words and numbers of the pictures (CASES.md B1, B3, B5)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from jiyu.core.errors import NotAllowedError
from jiyu.ui.parts import (
    Action,
    Bar,
    Chip,
    Crumb,
    Freshness,
    Line,
    NumberCard,
    ScorePiece,
    State,
    ToDoCard,
    Trend,
)
from jiyu.ui.shell import Who
from tests.ui.samples import hr_contexts
from tests.ui.samples.frame import GO, LIN, frame

MES = Freshness(source="MES", when="04-01 08:10")
CLOSE = Chip(state=State.CLOSE, word="差一点")
PIECES = (
    ScorePiece(label="计划", weight_pct=40, score_pct=97.5),
    ScorePiece(label="合格率", weight_pct=30, score_pct=98.33),
    ScorePiece(label="OEE", weight_pct=20, score_pct=98.55),
    ScorePiece(label="违章", weight_pct=10, score_pct=80),
)
LOST = "离 100 分差 3.79：**违章 2.00**、计划达成 1.00、一次合格率 0.50、OEE 0.29。"


def operator_numbers() -> list[NumberCard]:
    """林晓峰's four numbers of March (B5)."""
    return [
        NumberCard(
            name="计划达成",
            href=GO,
            weight="40 %",
            chip=CLOSE,
            actual="97.50",
            unit="%",
            beside="4,368 / 4,480 件",
            bar=Bar(at_pct=97.5, state=State.CLOSE),
            sentence="还差 **112 件**到计划",
            freshness=MES,
        ),
        NumberCard(
            name="一次合格率",
            href=GO,
            weight="30 %",
            chip=CLOSE,
            actual="97.92",
            unit="%",
            beside="目标 98 %",
            bar=Bar(at_pct=64, tick_pct=67, scale=True, state=State.CLOSE),
            sentence="再多 **2 件**一次合格就到 98 %",
            freshness=MES,
        ),
        NumberCard(
            name="OEE",
            href=GO,
            weight="20 %",
            chip=CLOSE,
            actual="79.27",
            unit="%",
            beside="目标 80 %",
            bar=Bar(at_pct=62, tick_pct=67, scale=True, state=State.CLOSE),
            sentence="差 **0.73 个百分点**，主要在开动时间 88 %",
            freshness=MES,
        ),
        NumberCard(
            name="违章次数",
            href=GO,
            weight="10 %",
            chip=Chip(state=State.BEHIND, word="有 1 次"),
            actual="1",
            unit="次",
            beside="目标 0 次",
            bar=Bar(at_pct=33, tick_pct=0.5, scale=True, state=State.BEHIND),
            sentence="每次扣 20 分，这一项得 80 分",
            freshness=Freshness(source="安全表单", when="03-18 赵刚", by_person=True),
        ),
    ]


def my_page(*, is_shared_device: bool = False) -> dict[str, Any]:
    """01, phone and PDA: March is final."""
    return {
        **frame(LIN, current="mine", is_shared_device=is_shared_device),
        "greeting": "" if is_shared_device else "晓峰，早上好",
        "heading": "3 月，你交出 4,368 件合格品",
        "periods": [("4 月 进行中", False), ("3 月 已归档", True)],
        "pieces": PIECES,
        "todo": ToDoCard(
            title="3 月结果出来了，请签收",
            sentence="签收只表示“我收到了”，不表示同意，之后仍可申诉。",
            left="还剩 2 天",
            action=Action(label="看一眼再签收", url=GO, link=True, kind="main"),
        ),
        "numbers": operator_numbers(),
    }


def sales_page(*, is_shared_device: bool = False) -> dict[str, Any]:
    """01, desktop: 张伟 in the middle of a quarter (B8's day)."""
    crm = Freshness(source="CRM", when="今天 02:00")
    erp = Freshness(source="ERP", when="05-18", late="2 天没更新")
    gone = "竖线 = 时间过去 54.95 %"
    ahead, behind = State.AHEAD, State.BEHIND
    numbers = [
        NumberCard(
            name="签单额",
            href=GO,
            weight="40 %",
            chip=Chip(state=ahead, word="快 9 个百分点"),
            actual="320",
            unit="/ 500 万元",
            reached="64 %",
            bar=Bar(at_pct=64, tick_pct=54.95, state=ahead),
            trend=Trend(points=(120, 150, 165, 200, 230, 250, 290, 320), state=ahead),
            sentence="还差 **180 万**。照这个速度，季末约 **582 万**。",
            note=gone,
            freshness=crm,
        ),
        NumberCard(
            name="新客户数",
            href=GO,
            weight="25 %",
            chip=Chip(state=behind, word="慢 13 个百分点"),
            actual="5",
            unit="/ 12 个",
            reached="41.67 %",
            bar=Bar(at_pct=41.67, tick_pct=54.95, state=behind),
            trend=Trend(points=(1, 2, 2, 3, 4, 4, 4.6, 5), state=behind),
            sentence="还差 **7 个**。剩 41 天，约 6 天要有 1 个。",
            note=gone,
            freshness=crm,
        ),
        NumberCard(
            name="回款率",
            href=GO,
            weight="25 %",
            chip=Chip(state=behind, word="差 1.21 个百分点"),
            actual="93.79",
            unit="%",
            beside="目标 95 %",
            bar=Bar(at_pct=58, tick_pct=70, scale=True, state=behind),
            trend=Trend(points=(95, 94.4, 94.9, 93.4, None, 93, 93.4, 93.79), state=behind),
            sentence="再回 **5 万**就到 95 %。386.4 / 412.0 万",
            note="竖线 = 目标",
            freshness=erp,
        ),
        NumberCard(
            name="毛利率",
            href=GO,
            weight="10 %",
            chip=Chip(state=ahead, word="已过目标"),
            actual="22.61",
            unit="%",
            beside="目标 22 %",
            bar=Bar(at_pct=66, tick_pct=58, scale=True, state=ahead),
            trend=Trend(points=(21, 21.6, 21.5, 22.2, 22.4, 22.2, 22.5, 22.61), state=ahead),
            sentence="比目标高 **0.61 个百分点**。67.5 / 298.6 万",
            note="竖线 = 目标",
            freshness=erp,
        ),
    ]
    who = Who(name="张伟", note="000402 · 华东区")
    return {
        **frame(who, current="mine", badge=2, clock=datetime(2026, 5, 20, 9, 0), is_shared_device=is_shared_device),
        "greeting": "张伟，早上好。今天是第 50 天，本季还有 41 天",
        "heading": "二季度，签单走在时间前面，新客户落后了一点",
        "periods": [("2026 Q2", True), ("2026 Q1", False), ("去年同期", False)],
        "numbers": numbers,
        "sight": [
            ("我", "签单 500 万", "320", "万", Bar(at_pct=64, tick_pct=55, state=ahead), "64 % 快 9"),
            (
                "华东区 · 王敏",
                "签单 1,200 万",
                "620",
                "万",
                Bar(at_pct=51.67, tick_pct=55, state=behind),
                "51.67 % 慢 3",
            ),
            ("O4 · 销售部", "国内签单 +10 %", "2,860", "万", Bar(at_pct=54.17, tick_pct=55), "54.17 % 踩点"),
        ],
        "turns": [
            (
                "恒立这单 30 万，算谁的？",
                "CRM 记给你，ERP 记给李强。还剩 1 天。",
                [
                    Action(label="看两边的记录", url=GO, link=True, kind="main"),
                    Action(label="当面聊", url=GO),
                ],
            ),
            (
                "恒立项目 关闭，给李强一句话",
                "48 小时内，还剩 31 小时",
                [Action(label="写一句", url=GO, link=True)],
            ),
        ],
        "heard": [
            ("王敏", "05-16", "ahead", "肯定", "报价会上先讲交期风险，客户当场松口付款条件。"),
            ("陈晨", "05-11", "close", "建议", "周报里缺竞品交期，技术这边多等了半天。"),
        ],
    }


def why(*, is_shared_device: bool = False) -> dict[str, Any]:
    """02: 96.21 down to the file's rows (B3, B5)."""
    return {
        **frame(LIN, current="mine", is_shared_device=is_shared_device),
        "way": [Crumb(label="我的一页", href=GO), Crumb(label="2026 年 3 月", href=GO)],
        "pieces": PIECES,
        "lost": LOST,
        "rows": [
            ("第 2 行", "03-02 22:10", "120", "2", True),
            ("第 3 行", "03-03 01:30", "140", "1", True),
            ("第 4 行", "03-03 07:40", "130", "3", True),
            ("第 5 行", "03-03 07:40", "130", "3", False),
        ],
        "gaps": [
            ("03-03 夜班", "130 / 300", Bar(at_pct=43.3, state=State.BEHIND), "−170", "less"),
            ("其他 20 个班", "3,848 / 3,780", Bar(at_pct=100, state=State.AHEAD), "+68", "more"),
        ],
        "first_gap": Bar(at_pct=97.5, state=State.BEHIND),
        "basis": [
            ("计划 4,480", "3 月生产计划 第 2 版 · 周建国 03-01 批准"),
            ("规则", "操作工月度方案 · 01-01 起生效 · 达成率 × 100"),
            ("目标签认", "林晓峰 02-27 18:02"),
        ],
        "others": [
            ("一次合格率", "2,115 ÷ 2,160 = 97.92 %", "98.33 分", "30 %", "29.50"),
            ("OEE", "88 % × 92 % × 97.92 % = 79.27 %", "98.55 分", "20 %", "19.71"),
            ("违章次数", "1 次 × −20", "80.00 分", "10 %", "8.00"),
        ],
        "origin": [
            ("算法", "操作工月度方案，01-01 起；发布 许静，批准 周建国"),
            ("复核", "等级 A 由 周建国 于 04-08 08:40 复核"),
            ("你确认过", "04-02 07:52 · PDA-07"),
            ("谁看过", "HR 许静 04-07 15:20；赵刚 04-03 09:06"),
        ],
        "scale": [("S", "≥105"), ("A", "≥95"), ("B+", "≥85"), ("B", "≥70"), ("C", "<70")],
        "late_rows": [Action(label="看这 2 条", url=GO, link=True)],
    }


def paper(*, is_shared_device: bool = False) -> dict[str, Any]:
    """02 on one A4."""
    return {
        **why(is_shared_device=is_shared_device),
        "four": [
            ("计划达成", "4,368 ÷ 4,480 = 97.50 %", "达成率 × 100", "97.50", "40 %", "39.00"),
            (
                "一次合格率",
                "2,115 ÷ 2,160 = 97.92 %",
                "三点 96 / 98 / 99 % → 60 / 100 / 120",
                "98.33",
                "30 %",
                "29.50",
            ),
            (
                "OEE",
                "88 % × 92 % × 97.92 % = 79.27 %",
                "目标 80 %，每低 1 点扣 2，按比例",
                "98.55",
                "20 %",
                "19.71",
            ),
            ("违章次数", "1 次", "每次扣 20", "80.00", "10 %", "8.00"),
        ],
        "source_rows": [
            ("第 2 行", "03-02 22:10", "03-02 夜班", "120", "2", "计入"),
            ("第 3 行", "03-03 01:30", "03-02 夜班", "140", "1", "计入"),
            ("第 4 行", "03-03 07:40", "03-02 夜班", "130", "3", "计入"),
            ("第 5 行", "03-03 07:40", "03-02 夜班", "130", "3", "重复，未计"),
            ("第 6 行", "03-03 22:20", "03-03 夜班", "150", "0", "计入"),
            ("第 7 行", "03-04 02:00", "03-03 夜班", "−20", "20", "冲销，计入"),
        ],
        "who_decided": [
            ("制度公示", "绩效管理办法 2025-12-20 公示，林晓峰 12-22 阅读"),
            ("目标签认", "林晓峰 02-27 18:02；计划 4,480 由 周建国 03-01 批准"),
            ("数据确认", "林晓峰 04-02 07:52（只表示看过数）"),
            ("等级复核", "周建国 04-08 08:40"),
            ("归档后", "04-08 08:10 到 2 条补报，96.21 不变"),
        ],
    }


def start(*, is_shared_device: bool = False) -> dict[str, Any]:
    """11: whom to be."""
    del is_shared_device
    return {
        "start_url": GO,
        "people": [
            (
                "晓",
                "林晓峰",
                "操作工 林晓峰",
                "一车间 CNC A班",
                "96.21 是怎么来的？一直点到 3 月 2 日夜班那三行报工。",
                "看他的一页",
            ),
            (
                "",
                "赵刚",
                "班组长 赵刚",
                "14 个人，一台手机",
                "十分钟：11 人一起确认，2 个异议，给老周一句话。",
                "看他的团队",
            ),
            ("", "王敏", "销售经理 王敏", "华东区 6 人", "谁还差多少？CRM 和 ERP 哪里对不上？", "看华东区"),
            (
                "",
                "许静",
                "HR 许静",
                "320 人，2026Q1 正在算分",
                "客户评价 20 % 改 30 %，谁会变、多花多少钱？",
                "拖一下看看",
            ),
            (
                "",
                "李国栋",
                "总经理 李国栋",
                "手机上三分钟",
                "哪个 O 慢了，卡在谁那里，数有多旧？",
                "看公司一页",
            ),
        ],
    }


def confirm(*, is_shared_device: bool = False) -> dict[str, Any]:
    """13, right: numbers to confirm on the shared terminal, with the single action bar."""
    return {
        **frame(LIN, current="mine", is_shared_device=is_shared_device),
        "lines": [
            Line(name="计划达成", fact="4,368 / 4,480 · 还差 112 件", value="97.50 %", href=GO),
            Line(name="一次合格率", fact="再多 2 件就到 98 %", value="97.92 %", href=GO),
            Line(name="OEE", fact="差 0.73 个百分点到 80 %", value="79.27 %", href=GO),
            Line(name="违章", fact="03-18 · 安全表单", value="1 次", href=GO),
        ],
        "confirm": Action(label="没问题，确认", url=GO, kind="main", icon="check"),
    }


def missing(*, is_shared_device: bool = False) -> dict[str, Any]:
    """14: a day is missing, a number is missing altogether, and an empty part that teaches."""
    numbers = [
        NumberCard(
            name="计划达成",
            href=GO,
            weight="40 %",
            chip=Chip(state=State.WAITING, word="待数据"),
            actual="4,102",
            unit="件，缺 1 天",
            beside="计划 4,300",
            bar=Bar(at_pct=95.4, state=State.INCOMPLETE),
            sentence="缺的那天不算 0，也不先算分",
            freshness=Freshness(source="MES", when="03-30", late="没到"),
        ),
        NumberCard(
            name="回款率",
            href=GO,
            weight="30 %",
            chip=Chip(state=State.WAITING, word="待数据"),
            beside="目标 95 %",
            bar=Bar(at_pct=None),
            sentence="ERP 回款应于 04-03 到，还没来",
            freshness=Freshness(source="ERP", when="04-02", late="迟了 5 天"),
        ),
        NumberCard(
            name="一次合格率",
            href=GO,
            weight="30 %",
            chip=Chip(state=State.AHEAD, word="已过目标"),
            actual="98.41",
            unit="%",
            beside="目标 98 %",
            sentence="1,982 / 2,014 件",
            freshness=MES,
        ),
    ]
    return {
        **frame(
            Who(name="吴海燕", note="000320 · CNC A班"),
            current="mine",
            is_shared_device=is_shared_device,
            badge=0,
        ),
        "numbers": numbers,
        "teach": Action(label="看看一车间在做什么", url=GO, link=True, kind="main"),
    }


def refused(*, is_shared_device: bool = False) -> dict[str, Any]:
    """A 403 as a person reads it."""
    del is_shared_device
    error = NotAllowedError("这张考核表不归你改", fix="只有本人和直接上级能改。要改，请找赵刚。")
    return {"start_url": GO, "error": error, "request_id": "0196-7c1e-49a2"}


def parts(*, is_shared_device: bool = False) -> dict[str, Any]:
    """00: every part."""
    from jiyu.ui.views import parts_context

    del is_shared_device
    return {"start_url": GO, **parts_context(GO)}


Context = Callable[..., dict[str, Any]]
SAMPLES: dict[str, tuple[str, Context]] = {
    "parts": ("ui/parts.html", parts),
    "my-page": ("samples/my_page.html", my_page),
    "sales-page": ("samples/my_page.html", sales_page),
    "why": ("samples/why.html", why),
    "paper": ("samples/paper.html", paper),
    "roster": ("samples/roster.html", hr_contexts.roster),
    "cycle": ("samples/cycle.html", hr_contexts.cycle),
    "start": ("samples/start.html", start),
    "confirm": ("samples/confirm.html", confirm),
    "missing": ("samples/missing.html", missing),
    "upload": ("samples/upload.html", hr_contexts.upload),
    "refused": ("ui/error.html", refused),
}
