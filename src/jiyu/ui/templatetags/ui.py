"""The tags and filters of the pages. Inclusion tags take keyword arguments only (HOUSE_STYLE §5).

`{% load ui %}`; values for the larger parts are built with `jiyu.ui.parts`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from django import template
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

from jiyu.core import clock
from jiyu.core.errors import DomainError
from jiyu.core.ids import uuid7
from jiyu.core.language import say
from jiyu.core.once import ONCE_FIELD
from jiyu.core.paging import PageOf
from jiyu.lib.text import Text
from jiyu.ui import anatomy, dates
from jiyu.ui.assets import asset_url
from jiyu.ui.parts import (
    Action,
    Bar,
    Chip,
    Crumb,
    Freshness,
    Line,
    NumberCard,
    ProblemRow,
    ScorePiece,
    State,
    Step,
    ToDoCard,
    TreeNode,
    Trend,
)

register = template.Library()

BOLD = re.compile(r"\*\*(.+?)\*\*")
MOMENT = re.compile(r"(?<![\w-])(?:\d{4}-)?\d{2}-\d{2}(?: \d{2}:\d{2})?(?![\w-])")
BANNERS = {
    "info": ("your_turn", "info"),
    "waiting": ("waiting", "clock"),
    "difference": ("behind", "search"),
    "done": ("ahead", "check"),
    "refused": ("refused", "cross"),
}
BUTTONS = {
    "": "",
    "main": " button-main",
    "tint": " button-tint",
    "text": " button-text",
    "refuse": " button-refuse",
}


@register.simple_tag
def asset(name: str) -> str:
    """Address of a built front-end file: `{% asset "app.css" %}`."""
    return asset_url(name)


@register.simple_tag
def icon(*, name: str, classes: str = "") -> SafeString:
    """An icon of the one set (frontend/icons.svg), silent for screen readers: a word stands beside it."""
    return format_html(
        '<svg class="icon{}" aria-hidden="true" focusable="false"><use href="{}#{}"/></svg>',
        f" {classes}" if classes else "",
        asset_url("icons.svg"),
        name,
    )


@register.filter
def sentence(text: object) -> SafeString:
    """A sentence for people: `**words**` bold, dates and times never broken, the rest escaped."""
    escaped = str(conditional_escape(text if isinstance(text, SafeString) else str(text)))
    unbroken = MOMENT.sub(r'<span class="nowrap">\g<0></span>', escaped)
    return mark_safe(BOLD.sub(r"<b>\1</b>", unbroken))  # noqa: S308 - escaped two lines above


@register.filter
def when(value: date | datetime | None) -> str:
    """ "04-08 09:00" this year, "2025-12-20" otherwise, by the company's clock. Empty for None."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return dates.moment_text(clock.local(value) if value.tzinfo else value, clock.today())
    return dates.day_text(value, clock.today())


@register.filter
def when_near(value: datetime | None) -> str:
    """As `when`, with 今天 and 昨天 said as such."""
    if value is None:
        return ""
    return dates.near_text(clock.local(value) if value.tzinfo else value, clock.today())


@register.inclusion_tag("ui/parts/chip.html")
def state_chip(*, state: str, word: str) -> dict[str, Any]:
    """A state as shape + word + colour. `state` is a `State` ("ahead", "waiting" …), else ValueError."""
    return {"chip": Chip(state=State(state), word=word)}


@register.inclusion_tag("ui/parts/chip.html")
def chip(*, part: Chip) -> dict[str, Any]:
    """The same from a `Chip`."""
    return {"chip": part}


@register.inclusion_tag("ui/parts/tag.html")
def tag(*, word: str, tone: str = "neutral") -> dict[str, Any]:
    """A plain label in a state's tint without its glyph (肯定, 建议, 重复，未计): a kind, not a state."""
    return {"word": word, "tone": State(tone)}


@register.inclusion_tag("ui/parts/freshness.html")
def freshness(*, part: Freshness) -> dict[str, Any]:
    """Source · when, with ⚠ and days when later than promised."""
    return {"fresh": part}


@register.inclusion_tag("ui/parts/bar.html")
def bar(*, part: Bar) -> dict[str, Any]:
    """A bar or scale with its tick (decoration: the numbers beside it say the same)."""
    return {"bar": part}


@register.inclusion_tag("ui/parts/bar.html")
def progress_bar(*, at_pct: float | None, tick_pct: float | None = None, state: str = "on_time") -> dict[str, Any]:
    """The same from plain values: a filled bar."""
    return {"bar": Bar(at_pct=at_pct, tick_pct=tick_pct, state=State(state))}


@register.inclusion_tag("ui/parts/trend.html")
def sparkline(*, part: Trend) -> dict[str, Any]:
    """A small grey line whose last point carries the state's colour."""
    return {"trend": part}


@register.inclusion_tag("ui/parts/stacked.html")
def stacked_bar(*, shares: Sequence[tuple[str, int]]) -> dict[str, Any]:
    """Counts side by side on one thin bar: `[("ahead", 31), ("waiting", 2), ("incomplete", 1)]`."""
    total = sum(count for _state, count in shares)
    pieces, left = [], 0.0
    for state, count in shares:
        width = count / total * 100 if total else 0.0
        if width:
            pieces.append((State(state), f"{left:.2f}%", f"{width:.2f}%"))
        left += width
    return {"pieces": pieces}


@register.inclusion_tag("ui/parts/bins.html")
def bins(*, counts: Sequence[tuple[str, int]], label: str) -> dict[str, Any]:
    """A small column chart with its numbers on it: `[("S", 5), ("A", 22)]`; `label` names it."""
    top = max((count for _name, count in counts), default=0)
    step = 100 / len(counts) if counts else 0
    columns = []
    for index, (name, count) in enumerate(counts):
        height = round(86 * count / top, 1) if top else 0
        columns.append(
            {
                "name": name,
                "count": count,
                "height": height,
                "y": round(104 - height, 1),
                "over": round(97 - height, 1),
                "left": f"{step * index + step * 0.12:.2f}%",
                "width": f"{step * 0.76:.2f}%",
                "middle": f"{step * (index + 0.5):.2f}%",
            }
        )
    return {"columns": columns, "label": label}


@register.inclusion_tag("ui/parts/number_card.html")
def number_card(*, card: NumberCard) -> dict[str, Any]:
    """A number with all it needs (LOOK.md, principle 2).

    Stands inside `<div class="numbers">`: cards on wide screens, rows of one card on a phone.
    """
    return {"card": card}


@register.inclusion_tag("ui/parts/line_row.html")
def line_row(*, line: Line) -> dict[str, Any]:
    """A row of at least 56 px: name and fact left, the deciding number right, the whole row a link."""
    return {"line": line}


@register.inclusion_tag("ui/parts/anatomy.html")
def score_anatomy(*, pieces: Sequence[ScorePiece], label: str) -> dict[str, Any]:
    """The score's bar: one piece per line, width = weight, hatched = lost. `label` says it in words."""
    return {"placed": anatomy.place(pieces), "label": label}


@register.inclusion_tag("ui/parts/problem_row.html")
def problem_row(*, row: ProblemRow) -> dict[str, Any]:
    """What is wrong, what we read, 2–3 equal buttons, none preselected."""
    return {"row": row}


@register.inclusion_tag("ui/parts/stepper.html")
def stepper(*, steps: Sequence[Step], label: str) -> dict[str, Any]:
    """Steps of a cycle with a fact under each; `label` names the list for screen readers."""
    return {"steps": steps, "label": label}


@register.inclusion_tag("ui/parts/banner.html")
def banner(
    *, kind: str, strong: str, text: str = "", link: str = "", href: str = "", actions: Sequence[Action] = ()
) -> dict[str, Any]:
    """One bold clause and one step. `kind`: info, waiting, difference, done, refused.

    `text` stands below `strong`, or beside it when that ends with a colon.
    """
    state, glyph = BANNERS[kind]
    return {
        "state": state,
        "glyph": glyph,
        "strong": strong,
        "is_label": str(strong).endswith(("：", ":")),
        "text": text,
        "link": link,
        "href": href,
        "actions": actions,
        "alert": kind == "refused",
    }


@register.inclusion_tag("ui/parts/field_problem.html")
def field_problem(*, error: DomainError | None, name: str) -> dict[str, Any]:
    """Below the field called `name`: what a refusal says of it, and what to do. Nothing where there is none."""
    return {"found": [one for one in _several(error) if one.path == name]}


@register.inclusion_tag("ui/parts/refusal.html")
def refusal(*, error: DomainError | None, fields: str | Sequence[str] = "") -> dict[str, Any]:
    """Above a form: what a refusal says of none of its `fields` (names, in a text with spaces between)."""
    names = fields.split() if isinstance(fields, str) else fields
    return {"found": [one for one in _several(error) if one.path not in names]}


@register.filter
def is_about(error: DomainError | None, name: str) -> bool:
    """Whether a refusal is about the field called `name`."""
    return any(one.path == name for one in _several(error))


def _several(error: DomainError | str | None) -> tuple[DomainError, ...]:
    return error.several if isinstance(error, DomainError) else ()


@register.inclusion_tag("ui/parts/empty_page.html")
def empty_page(*, glyph: str, title: str, text: str, action: Action | None = None) -> dict[str, Any]:
    """An empty page teaches: what will be here, one button to start."""
    return {"glyph": glyph, "title": title, "text": text, "action": action}


@register.inclusion_tag("ui/parts/button.html")
def button(
    *, label: str, href: str = "", kind: str = "", icon_name: str = "", locked: str = "", wide: bool = False
) -> dict[str, Any]:
    """A link that looks like a button, or without `href` a form's submit button. One `kind="main"` per page.

    `locked` says why it cannot be pressed: the button stays visible with a lock, the reason stands under it.
    """
    return {
        "label": label,
        "href": href,
        "kind": BUTTONS[kind],
        "icon_name": "lock" if locked else icon_name,
        "locked": locked,
        "wide": wide,
    }


@register.inclusion_tag("ui/parts/action.html")
def action(*, part: Action, wide: bool = False) -> dict[str, Any]:
    """An `Action`: a POST form of one button (with its CSRF token), or a link."""
    return {"action": part, "kind": BUTTONS[part.kind], "wide": wide}


@register.inclusion_tag("ui/parts/to_do.html")
def to_do_card(*, todo: ToDoCard) -> dict[str, Any]:
    """轮到你了: the only kind of card with the brand edge."""
    return {"todo": todo}


@register.inclusion_tag("ui/parts/avatar.html")
def avatar(*, name: str, char: str = "", big: bool = False) -> dict[str, Any]:
    """One character on one of five soft tints (the same for the same name), no photo needed."""
    shown = char or name[:1]
    return {"char": shown, "tint": sum(map(ord, name)) % 5 + 1, "big": big}


@register.inclusion_tag("ui/parts/tree.html")
def unit_tree(*, nodes: Sequence[TreeNode]) -> dict[str, Any]:
    """Units and people, foldable without a script."""
    return {"nodes": nodes}


@register.inclusion_tag("ui/parts/pages.html")
def page_links(*, page: PageOf[Any], path: str = "", anchor: str = "", **keep: object) -> dict[str, Any]:
    """Links to the pages before and after; `keep` is what else the address says, empty values left out. `path` is for a
    list that also stands on the page of a refused form, whose own address takes forms only."""
    kept = urlencode({name: value for name, value in keep.items() if value})
    return {"page": page, "path": path, "keep": kept, "anchor": f"#{anchor}" if anchor else ""}


@register.inclusion_tag("ui/parts/facts.html")
def facts(*, pairs: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """Short facts by name: `[("规则", "操作工月度方案 · 01-01 起生效")]`."""
    return {"pairs": pairs}


@register.inclusion_tag("ui/parts/crumbs.html")
def crumbs(*, way: Sequence[Crumb], here: str) -> dict[str, Any]:
    """The way to this page (desktop; a phone has the back arrow)."""
    return {"way": way, "here": here}


@register.filter
def in_language(text: Text | None) -> str:
    """A library's `Text` in the reader's language. Empty for None."""
    return "" if text is None else say(text)


@register.simple_tag(takes_context=True)
def form_tokens(context: template.Context) -> SafeString:
    """What every POST form carries: the CSRF token, and a key by which sending it twice does it once."""
    csrf = context.get("csrf_token")
    hidden = format_html('<input type="hidden" name="csrfmiddlewaretoken" value="{}">', csrf) if csrf else ""
    return format_html('{}<input type="hidden" name="{}" value="{}">', hidden, ONCE_FIELD, uuid7())
