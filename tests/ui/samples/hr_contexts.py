"""Literal contexts of HR's sample pages: roster (B1), cycle, a form. The words are the pictures'."""

from __future__ import annotations

from typing import Any

from jiyu.ui.parts import Action, Crumb, Freshness, ProblemRow, Step, StepState, TreeNode
from tests.ui.samples.frame import GO, XU, frame


def _problem(where: str, title: str, text: str, *answers: str) -> ProblemRow:
    return ProblemRow(
        where=where,
        title=title,
        text=text,
        actions=[Action(label=a, url=GO, fields={"answer": a}) for a in answers],
    )


def roster(*, is_shared_device: bool = False) -> dict[str, Any]:
    """05: the first file, with its three doubtful rows (B1)."""
    person = {"person": True}
    return {
        **frame(XU, current="roster", badge=7, hr=True, is_shared_device=is_shared_device),
        "way": [Crumb(label="花名册", href=GO)],
        "problems": [
            _problem(
                "第 5、9 行",
                "工号 000402 出现了 2 次",
                "张伟（销售部，上级 王敏）和 欧阳海（销售部，上级 王敏）。两行都先放一边，没有导入。",
                "000402 是张伟",
                "000402 是欧阳海",
                "问王敏",
            ),
            _problem(
                "第 10 行",
                "2026/2/30 不存在",
                "阿依古丽·买买提（000511，二车间）的入职日期。2026 年 2 月只有 28 天。",
                "填正确日期",
                "先空着",
            ),
            _problem(
                "第 10 行",
                "张伟有 2 个",
                "她的直接上级写“张伟”：一车间 000318、待处理的 000402。我们不猜。",
                "000318 · 一车间",
                "000402 · 销售部",
                "先空着",
            ),
        ],
        "unclaimed": [
            _problem("第 8 行", "王敏 的上级写的是“李总”", "花名册里没有这个人。", "选一个人", "先空着"),
            _problem("第 7 行", "周建国 没写上级", "他是全公司最上面一级吗？", "是，没有上级", "选一个人"),
        ],
        "tree": [
            TreeNode(
                label="苏州衡川精密传动",
                note="5 人",
                children=[
                    TreeNode(
                        label="一车间",
                        note="4 人",
                        children=[
                            TreeNode(label="周建国 000005", note="上级待认领", waiting=True, **person),
                            TreeNode(label="赵刚 000011", **person),
                            TreeNode(label="林晓峰 000317", note="补了前导零", **person),
                            TreeNode(label="张伟 000318", **person),
                        ],
                    ),
                    TreeNode(
                        label="销售部",
                        note="1 人 · 另有 2 人待处理",
                        children=[TreeNode(label="王敏 000210", note="上级待认领", waiting=True, **person)],
                    ),
                    TreeNode(label="二车间", note="0 人 · 另有 1 人待处理"),
                ],
            )
        ],
        "changes": [
            ("工号", "317 → **000317**", "补前导零，和其他人一样 6 位"),
            ("入职日期", "43983 → **2020-06-01**", "Excel 的日期序号（第 8 行 王敏）"),
            ("入职日期", "2019.03.11、2011年3月1日…", "4 种写法都读懂了，统一成 2019-03-11"),
            ("跳过 3 行", "标题行 · 合计 8人 · 空行", "不是人，不导入"),
        ],
    }


def cycle(*, is_shared_device: bool = False) -> dict[str, Any]:
    """07: 2026Q1 while its scores are being computed."""
    units = [
        ("销售部", 34, 31, 2, 1),
        ("研发中心", 28, 26, 0, 2),
        ("质量部", 18, 17, 0, 1),
        ("计划物流部", 16, 15, 0, 1),
        ("技术支持与售后", 16, 16, 0, 0),
        ("设备动力部", 12, 12, 0, 0),
        ("采购部", 8, 8, 0, 0),
        ("人力行政部", 8, 8, 0, 0),
        ("财务部", 6, 6, 0, 0),
        ("总经办", 4, 4, 0, 0),
    ]
    done, now, later = StepState.DONE, StepState.NOW, StepState.LATER
    return {
        **frame(XU, current="cycles", badge=7, hr=True, is_shared_device=is_shared_device),
        "steps": [
            Step(label="进入", fact="150 人", state=done),
            Step(label="收数", fact="148 人齐", state=done),
            Step(label="算分", fact="143 人有分", state=now),
            Step(label="校准", fact="04-10 开会", state=later),
            Step(label="归档", fact="04-13 前", state=later),
            Step(label="公布", fact="143 人", state=later),
            Step(label="签收", fact="5 个工作日", state=later),
        ],
        "missing": [("欧阳海", "销售部 华南 · 回款率 30 %"), ("何嘉", "销售部 海外 · 回款率 25 %")],
        "units": [(u, n, s, w, x, [("ahead", s), ("waiting", w), ("incomplete", x)]) for u, n, s, w, x in units],
        "grades": [("S", 5), ("A", 22), ("B+", 43), ("B", 61), ("C", 12)],
        "sources": [
            ("CRM", Freshness(source="今天 02:00", when="")),
            ("ERP 回款", Freshness(source="04-02", when="", late="应于 04-03")),
            ("工单系统", Freshness(source="今天 02:00", when="")),
            ("Jira", Freshness(source="今天 06:30", when="")),
            ("HR 系统", Freshness(source="昨天 22:00", when="")),
        ],
        "nudge": [
            Action(label="催刘敏（只发给她）", url=GO, kind="tint"),
            Action(label="上传这 2 人的数", url=GO, link=True),
            Action(label="别的办法", url=GO, link=True, kind="text"),
        ],
    }


def upload(*, is_shared_device: bool = False) -> dict[str, Any]:
    """A form: a file, a field with a problem, choices."""
    around = frame(XU, current="sources", badge=7, hr=True, is_shared_device=is_shared_device)
    return {**around, "way": [Crumb(label="数据来源", href=GO)]}
