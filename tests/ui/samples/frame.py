"""The frame around a sample page: who reads, navigation, demo strip."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from jiyu.ui.nav import ShownItem
from jiyu.ui.shell import Shell, Strip, Who

GO = "/go/"
DEMO = "苏州衡川精密传动（虚构）"


def _item(code: str, label: str, icon: str, badge: int = 0, tab_label: str = "", current: bool = False) -> ShownItem:
    return ShownItem(code, label, tab_label or label, icon, GO, badge, current)


def frame(
    who: Who,
    *,
    current: str,
    is_shared_device: bool = False,
    badge: int = 1,
    hr: bool = False,
    clock: datetime | None = None,
) -> dict[str, Any]:
    def item(code: str, label: str, icon: str, count: int = 0, tab: str = "") -> ShownItem:
        return _item(code, label, icon, count, tab, current=code == current)

    mine = [
        item("mine", "我的一页", "home", tab="我的"),
        item("inbox", "待办", "inbox", badge),
        item("feedback", "微反馈", "chat", tab="写一句"),
        item("growth", "成长", "sprout"),
    ]
    groups: list[tuple[str, list[ShownItem]]] = [("", mine), ("和大家", [item("map", "战略地图", "map")])]
    if hr:
        groups = [
            ("", mine[:2]),
            ("人和数据", [item("roster", "花名册", "users"), item("sources", "数据来源", "database")]),
            ("考核", [item("cycles", "考核周期", "calendar"), item("reconcile", "对账", "scales")]),
            (
                "规则工作室",
                [
                    item("schemes", "考核方案", "sliders"),
                    item("forms", "表单", "file"),
                    item("flows", "流程", "flow"),
                    item("releases", "发布记录", "sync"),
                ],
            ),
        ]
    at = clock or datetime(2026, 4, 8, 9, 0)
    strip = None if is_shared_device else Strip(company=DEMO, is_demo=True, clock_at=at, switch_url=GO)
    return {
        "shell": Shell(who=who, strip=strip, sign_out_url=GO, is_shared_device=is_shared_device),
        "start_url": GO,
        "nav_groups": groups,
        "nav_tabs": mine,
    }


LIN = Who(name="林晓峰", note="000317 · CNC A班", char="晓")
XU = Who(name="许静", note="HR · 人力行政部")
