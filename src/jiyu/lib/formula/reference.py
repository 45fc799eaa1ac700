"""The reference of the language, made from the functions themselves: docs/ref/formula.{zh,en}.md.

`python -m jiyu.lib.formula.reference docs/ref` writes both pages; a test asserts that they are fresh and
computes every example in them.
"""

from __future__ import annotations

import sys
from pathlib import Path

import jiyu.lib.formula.functions  # noqa: F401 - registers the functions
from jiyu.lib.formula.registry import FUNCTIONS, Function
from jiyu.lib.formula.values import ERRORS
from jiyu.lib.text import Text

SUBJECTS: dict[str, Text] = {
    "logic": Text("条件", "Conditions"),
    "scales": Text("计分", "Scores"),
    "maths": Text("数", "Numbers"),
    "aggregates": Text("多个数", "Several values"),
    "criteria": Text("按条件汇总记录", "Records by criteria"),
    "population": Text("同组的人", "Groups of people"),
    "texts": Text("文字", "Texts"),
    "dates": Text("日期", "Dates"),
    "lookup": Text("查表", "Tables"),
}
"""The pages' chapters in their order; the keys are the modules that compute them."""

RULES: tuple[tuple[Text, tuple[tuple[str, str], ...]], ...] = (
    (
        Text(
            "先后同 Excel：正负号、%、^、乘除、加减、&、比较；同级从左到右。",
            "Precedence as in Excel: sign, %, ^, * /, + -, &, comparisons; left to right.",
        ),
        (("-2^2", "4"), ("2^3^2", "64"), ("50%%", "0.005"), ("1 + 2*3", "7")),
    ),
    (
        Text(
            "全角符号和半角一样；函数可以写中文名；名称里有空格或符号时放进方括号。",
            "Full-width signs count as half-width; functions have Chinese names; spaces need [brackets].",
        ),
        (("如果（１＞２，１，２）", "2"), ("３０％×２", "0.6")),
    ),
    (
        Text(
            "小数按人算的结果比较和进位，不露出二进制的尾巴。",
            "Numbers compare and round as people calculate, not as binary fractions do.",
        ),
        (("0.1 + 0.2 = 0.3", "TRUE"), ("100/3*3 >= 100", "TRUE"), ("ROUND(1.005, 2)", "1.01")),
    ),
    (
        Text(
            "空白不是 0：空白加 1 还是空白，空白也不等于 0（Excel 里是 1 和 TRUE）；汇总时跳过。",
            "A blank is not 0: blank + 1 and blank = 0 are blank (in Excel 1 and TRUE); totals skip it.",
        ),
        (),
    ),
    (
        Text(
            "错误也是值，带着原因；没走到的分支里的错误不算。",
            "An error is a value with a reason; one in a branch not taken does not count.",
        ),
        (("1/0", "#DIV/0!"), ("IF(TRUE, 1, 1/0)", "1"), ("0^0", "#NUM!")),
    ),
    (
        Text(
            "文字和数永远不相等；文字比较不分大小写。",
            "Texts and numbers are never equal; texts compare regardless of case.",
        ),
        (('"10" = 10', "FALSE"), ('"000317" = 317', "FALSE"), ('"a" = "A"', "TRUE")),
    ),
)
"""What holds for every formula, each with its examples."""


def render(language: str) -> str:
    """The page in one language, as Markdown."""
    zh = language == "zh"
    title = "公式参考" if zh else "Formula reference"
    note = "由程序生成，请勿手改。" if zh else "Generated from the program; do not edit."
    lines = [f"# {title}", "", note, ""]
    for text, examples in RULES:
        lines += [text.in_(language), *_examples(examples), ""]
    lines += ["## " + ("错误" if zh else "Errors"), ""]
    lines += [f"- `{e.code}` {e.reason.in_(language)}" for e in ERRORS.values()]
    for subject, heading in SUBJECTS.items():
        lines += ["", f"## {heading.in_(language)}"]
        for function in FUNCTIONS.values():
            if function.subject == subject:
                lines += ["", *_function(function, language)]
    return "\n".join(lines) + "\n"


def _function(function: Function, language: str) -> list[str]:
    names = "、".join(function.aliases) if language == "zh" else ", ".join(function.aliases)
    lines = [f"### {function.name}", "", f"`{function.signature(language)}` · {names}", ""]
    return [*lines, function.doc.in_(language), *_examples(function.examples)]


def _examples(examples: tuple[tuple[str, str], ...]) -> list[str]:
    return ["", *(f"- `{formula}` → `{result}`" for formula, result in examples)] if examples else []


def write(folder: Path) -> None:
    """Write both pages into `folder`."""
    for language in ("zh", "en"):
        (folder / f"formula.{language}.md").write_text(render(language), encoding="utf-8")


if __name__ == "__main__":
    write(Path(sys.argv[1]))
