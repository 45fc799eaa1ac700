"""What a question of 待处理 says on the page: the bold line, and what we read."""

from __future__ import annotations

from jiyu.lib.text import Text, counted
from jiyu.sources.models import Quarantine

TITLES = {
    "sources.unknown_person": Text("花名册里没有“{said}”", '"{said}" is not in the roster'),
    "sources.ambiguous_person": Text("“{said}”不止一个人", '"{said}" is more than one person'),
    "sources.unknown_unit": Text("没有叫“{said}”的部门或班组", 'There is no unit "{said}"'),
    "sources.ambiguous_unit": Text("“{said}”不止一个部门", '"{said}" is more than one unit'),
    "sources.not_yet": Text("{day} 这一天还没到", "{day} has not come yet"),
    "sources.after_leaving": Text(
        "“{said}”已于 {day} 离职，之后还有 {n} 行", '"{said}" left on {day}; {rows} of later days'
    ),
    "sources.equal_keys": Text("同一条出现了 {n} 次，内容不一样", "The same entry stands {n} times and differs"),
}
DETAILS = {
    "sources.unknown_person": Text("{n} 行先放一边，没有算进任何人。", "{rows} set aside, counting for nobody."),
    "sources.ambiguous_person": Text("我们不猜。{n} 行先放一边。", "We do not guess. {rows} set aside."),
    "sources.unknown_unit": Text("{n} 行先放一边。", "{rows} set aside."),
    "sources.ambiguous_unit": Text("我们不猜。{n} 行先放一边。", "We do not guess. {rows} set aside."),
    "sources.not_yet": Text(
        "{n} 行先放一边。改正日期，或者就按这一天入账。", "{rows} set aside. Correct the date, or take it for that day."
    ),
    "sources.after_leaving": Text(
        "先都放一边。没有离职的话，先在花名册里改好。",
        "All set aside for now. If they did not leave, correct the roster first.",
    ),
    "sources.equal_keys": Text("哪一行算数？先都放一边。", "Which one counts? All set aside for now."),
}


def title_of(item: Quarantine) -> Text:
    """The bold line: what is wrong."""
    template = TITLES.get(item.code)
    if template is None:
        return Text(str(item.params.get("zh", item.code)), str(item.params.get("en", "")))
    said = {name: item.params.get(name, "") for name in ("said", "day")}
    return template.format(**said, n=len(item.rows), rows=counted(len(item.rows), "row", "rows"))


def detail_of(item: Quarantine) -> Text:
    """What was read, and that nothing was guessed."""
    template = DETAILS.get(item.code)
    if template is None:
        return Text(str(item.params.get("fix_zh", "")), str(item.params.get("fix_en", "")))
    return template.format(n=len(item.rows), rows=counted(len(item.rows), "row", "rows"))
