"""The lines of 为什么, each with what stands behind it: days, rows, files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from jiyu.core import clock
from jiyu.core.language import language, say
from jiyu.core.paging import PageOf, page_at
from jiyu.lib.units import MICRO, UNITS, format_number, label_in
from jiyu.reviews import public as reviews
from jiyu.sources.public import RecordRow
from jiyu.ui.dates import day_text, moment_text
from jiyu.ui.parts import Bar, Crumb, State

ALL_DAYS = "all"


@dataclass(frozen=True)
class ShownRow:
    """A source row as the table shows it; `values` beside the evidence's measures."""

    row: str
    at: str
    day: str
    values: tuple[str, ...]
    is_counted: bool
    word: str
    file: str


@dataclass(frozen=True)
class ShownGap:
    """A day (or the rest) with what it is short of."""

    name: str
    fact: str
    bar: Bar
    difference: str
    is_less: bool
    rows: tuple[ShownRow, ...]
    href: str
    total: tuple[str, ...]
    against: str
    more: str  # how many rows of the day there are, where the table has no room for all; else ""


@dataclass(frozen=True)
class ShownLine:
    """One line of the page, ready for the template."""

    line: reviews.ExplainedLine
    gaps: tuple[ShownGap, ...]
    rows: tuple[ShownRow, ...]
    heads: tuple[str, ...]
    row_count: int
    files: tuple[str, ...]  # where the table's rows stand, and those of the inputs of other sources
    gap_title: str
    basis: tuple[tuple[str, str], ...]
    is_open: bool
    way_back: Crumb | None
    more: Crumb | None
    page: PageOf[RecordRow] | None  # where the table is read page by page

    @property
    def anchor(self) -> str:
        """Where the line stands on the page."""
        return f"line-{self.line.no}"


def shown_line(
    n: reviews.ExplainedLine, proof: reviews.LineEvidence, *, href: str, asked: reviews.Asked, is_open: bool
) -> ShownLine:
    """A line with its evidence ready for the page at `href`, and the ways from what was asked for to the rest."""
    gaps = tuple(_gap(n, g, proof, href) for g in proof.gaps)
    short = round(sum(g.difference for g in proof.gaps), 6)
    unit = UNITS[n.metric.inputs[0].unit]
    title = ""
    if gaps and asked.day is None:
        # Without a unit the space stays: 差的 112 在哪几天.
        number = format_number(abs(short))
        figure = f"{number} {label_in(unit, language(), number)}"
        lost = ngettext("差的 %(n)s在哪几天", "差的 %(n)s在哪几天", 1 if number == "1" else 2)
        title = lost % {"n": figure} if short < 0 else _("哪几天少了")
    rows = tuple(_row(r, proof) for r in proof.rows)
    files = tuple(dict.fromkeys(_file(r) for g in proof.gaps for r in g.rows)) or tuple(
        dict.fromkeys(_file(r) for r in proof.rows)
    )
    return ShownLine(
        line=n,
        gaps=gaps,
        rows=rows,
        heads=tuple(m.label for m in proof.measures)[:4],
        row_count=proof.row_count,
        files=(*files, *(words for given in proof.others for words in _beside(given))),
        gap_title=title,
        basis=_basis(n),
        is_open=is_open,
        way_back=_way_back(n, proof, href, asked),
        more=_more(n, proof, href, asked),
        page=page_at(proof.table_count, asked.page, size=reviews.PAGE_ROWS)
        if asked.day is not None or asked.line == n.no
        else None,
    )


def _more(n: reviews.ExplainedLine, proof: reviews.LineEvidence, href: str, asked: reviews.Asked) -> Crumb | None:
    """To all rows of a line of which the table shows the first."""
    shown = len({row.record_id for row in proof.rows})
    if proof.by_day or asked.day is not None or asked.line == n.no or shown >= proof.table_count:
        return None
    words = ngettext("看全部 %(n)s 条", "看全部 %(n)s 条", proof.table_count) % {"n": proof.table_count}
    return Crumb(label=words, href=f"{href}?rows={n.no}#line-{n.no}")


def _way_back(n: reviews.ExplainedLine, proof: reviews.LineEvidence, href: str, asked: reviews.Asked) -> Crumb | None:
    """From one day to all of them, from all of them to those that made the difference, from all rows to the first."""
    if asked.line == n.no:
        return Crumb(label=_("只看最近的几条"), href=f"{href}#line-{n.no}")
    if asked.every_day:
        return Crumb(label=_("只看差得最多的天"), href=f"{href}#line-{n.no}") if proof.gaps else None
    if asked.day is None:
        return None
    every = f"?day={ALL_DAYS}" if proof.by_day else ""
    return Crumb(label=_("看全部的天"), href=f"{href}{every}#line-{n.no}")


def _basis(n: reviews.ExplainedLine) -> tuple[tuple[str, str], ...]:
    """What a line rests on besides its rows: aggregates with how complete they are, steps, rule, target."""
    pairs = []
    for given in n.inputs:
        parts = [say(given.figure), ngettext("%(n)s 条记录", "%(n)s 条记录", given.records) % {"n": given.records}]
        if given.expected_days:
            covered = {"c": given.covered_days, "e": given.expected_days}
            days = ngettext("到了 %(c)s/%(e)s 天", "到了 %(c)s/%(e)s 天", given.expected_days)
            parts.append(days % covered)
        pairs.append((given.name, " · ".join(parts)))
    pairs += [(name, say(figure)) for name, figure in n.steps]
    pairs.append((_("规则"), say(n.rule)))
    if say(n.target):
        pairs.append((_("目标值"), say(n.target)))
    return tuple(pairs)


def _gap(n: reviews.ExplainedLine, g: reviews.DayGap, proof: reviews.LineEvidence, href: str) -> ShownGap:
    shift = next((r.dimensions.get("班次", "") for r in g.rows if r.dimensions.get("班次")), "")
    name = f"{day_text(g.day, clock.today())} {shift}".strip() if g.day else _other_days(g.days)
    less = g.difference < 0
    share = g.numerator / g.denominator * 100 if g.denominator else 100.0
    difference = ("+" if g.difference > 0 else "") + format_number(g.difference)
    counted = [r for r in g.rows if r.state == "counted"]
    total = tuple(
        format_number(sum(r.values.get(m.id, 0) for r in counted) / MICRO)
        if any(m.id in r.values for r in counted)
        else ""
        for m in proof.measures[:4]
    )
    return ShownGap(
        name=name,
        fact=f"{format_number(g.numerator)} / {format_number(g.denominator)}",
        bar=Bar(at_pct=min(share, 100.0), state=State.BEHIND if less else State.AHEAD),
        difference=difference,
        is_less=less,
        rows=tuple(_row(r, proof) for r in g.rows),
        href=f"{href}?day={g.day.isoformat() if g.day else ALL_DAYS}#line-{n.no}",
        total=total if g.is_whole else (),
        more=ngettext("看这一天的 %(n)s 条", "看这一天的 %(n)s 条", g.row_count) % {"n": g.row_count}
        if g.rows and not g.is_whole
        else "",
        against=_("对 %(d)s，%(diff)s") % {"d": format_number(g.denominator), "diff": difference},
    )


def _other_days(days: int) -> str:
    return ngettext("其他 %(n)s 天", "其他 %(n)s 天", days) % {"n": days}


def _beside(given: reviews.InputRows) -> list[str]:
    """The rows of an input of another source, a sentence per file: "计划：03-02 2,000（第 2 行）；03-03 …"."""
    by_file: dict[str, list[str]] = {}
    for r in given.rows:
        value = None if given.measure is None else r.values.get(given.measure)
        number = "" if value is None else format_number(value / MICRO)
        told = f"{day_text(r.business_day, clock.today())} {number}".strip()
        where = _("，").join(part for part in (_row_number(r), _row_word(r)) if part)
        by_file.setdefault(_file(r), []).append(_("%(row)s（%(where)s）") % {"row": told, "where": where})
    more = "" if given.is_all else " …"
    return [
        _("%(name)s：%(rows)s · %(file)s") % {"name": given.name, "rows": _("；").join(rows) + more, "file": file}
        for file, rows in by_file.items()
    ]


def _row_number(r: RecordRow) -> str:
    return _("第 %(n)s 行") % {"n": r.row} if r.row else "–"


def _row_word(r: RecordRow) -> str:
    words: Mapping[str, str] = {
        "counted": "",
        "superseded": _("已更正，未计"),
        "repeated": _("重复，未计"),
        "replaced": _("后一行为准，未计"),
        "summed": _("并入上一行"),
    }
    return words[r.state]


def _row(r: RecordRow, proof: reviews.LineEvidence) -> ShownRow:
    day = day_text(r.business_day, clock.today())
    return ShownRow(
        row=_row_number(r),
        at=moment_text(clock.local(r.occurred_at), clock.today()) if r.occurred_at else day,
        day=day,
        values=tuple(format_number(r.values[m.id] / MICRO) if m.id in r.values else "" for m in proof.measures[:4]),
        is_counted=r.state in ("counted", "summed"),
        word=_row_word(r),
        file=r.file_name,
    )


def _file(r: RecordRow) -> str:
    sheet = r.sheet if r.sheet != r.file_name else ""  # a CSV is its own only sheet
    return _("%(file)s · 读入 %(when)s") % {
        "file": " · ".join(part for part in (r.file_name, sheet) if part),
        "when": moment_text(clock.local(r.applied_at), clock.today()),
    }
