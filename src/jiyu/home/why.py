"""为什么: a result down to the rows of the files it rests on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from jiyu.core import audit, clock
from jiyu.core.access import ActorRequest, requires
from jiyu.core.language import language, say
from jiyu.core.reads import asked_once
from jiyu.home.my_page import period_name, score_pieces
from jiyu.home.who import org_if_needed, org_now, org_of
from jiyu.lib.units import MICRO, UNITS, format_number, label_in
from jiyu.people import public as people
from jiyu.reviews import public as reviews
from jiyu.sources.public import RecordRow
from jiyu.studio.public import InForce, in_force
from jiyu.ui.dates import day_text, moment_text
from jiyu.ui.paging import PageOf, page_at, whole_number
from jiyu.ui.parts import Bar, Crumb, State

ALL_DAYS = "all"
LOOKS_SHOWN = 3


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


@requires(reviews.SEE_RESULT)
@require_GET
def why(request: ActorRequest, result_id: UUID) -> HttpResponse:
    """A stored result, explained. 404 for whoever may not see the person."""
    told, head = reviews.explanation(actor=request.actor, result_id=result_id, org=org_if_needed(request))
    return render(request, "home/why.html", page(request, told, head, reverse("home:why", args=[result_id])))


@requires(reviews.SEE_RESULT)
@require_GET
def why_now(request: ActorRequest, enrolment_id: UUID) -> HttpResponse:
    """How things stand before anything is scored."""
    with asked_once():  # scoring and showing the rows read the same
        told, head = reviews.live_explanation(
            actor=request.actor, enrolment_id=enrolment_id, org=org_if_needed(request)
        )
        context = page(request, told, head, reverse("home:why-now", args=[enrolment_id]), is_stored=False)
    if head.archived_id is not None:
        context["archived_url"] = reverse("home:why", args=[head.archived_id])
    return render(request, "home/why.html", context)


def page(
    request: ActorRequest, told: reviews.Explanation, head: reviews.ResultHead, href: str, *, is_stored: bool = True
) -> dict[str, Any]:
    """The context of the page and of its printed form; what is not stored nobody has looked at before."""
    asked = _asked(request)
    is_own = request.actor.person_id == told.subject
    proof = reviews.evidence(
        actor=request.actor,
        told=told,
        head=head,
        asked=asked,
        org=None if is_own else org_now(request),
    )
    edition = told.edition
    holding = in_force(module_code=edition.module_code, on=head.from_on, known_at=told.known_at)
    if holding is not None and holding.edition.id != edition.id:
        holding = None
    looks = audit.views_of("reviews.result", told.result_id, limit=LOOKS_SHOWN) if is_stored else audit.Views()
    named = (told.subject, head.finalized_by, holding.published_by if holding else None, *(p for p, _at in looks.last))
    org = org_of(request, [person for person in named if person is not None])
    who = org.persons.get(told.subject)
    lines = [
        _line(n, proof.lines[n.no], href=href, asked=asked, is_open=_is_open(n, i, asked))
        for i, n in enumerate(told.lines)
    ]
    return {
        "told": told,
        "head": head,
        "who": who,
        "unit": org.path_text(who.unit_id, " ") if who else "",
        "is_own": is_own,
        "lines": lines,
        "pieces": score_pieces(told),
        "pieces_label": _("，").join(f"{say(n.name)} {n.weight_pct}" for n in told.lines),
        "origin": _origin(told, head, holding, looks, org),
        "scale": [(g.code, f"≥{format_number(g.minimum)}" if g.minimum is not None else _("其余")) for g in told.scale],
        "late_rows": proof.late_rows,
        "period_name": period_name(head.period_code, head.from_on),
        "way": _way(request, head, told.subject, who, is_own=is_own),
        "href": href,
        "paper_url": reverse("home:paper", args=[told.result_id]) if is_stored and told.score else "",
        "only_day": asked.day,
        "gap": _bold_first(say(told.gap)),
        "unrated": reviews.unrated_words(told),
        "state_word": state_word(told.state),
        "heading": heading(told),
    }


def _asked(request: HttpRequest) -> reviews.Asked:
    """What the address asks to see of the rows: `?day=2026-03-02`, `?day=all` or `?rows=2` (a line), and `page`."""
    given = request.GET
    day = given.get("day", "")
    return reviews.Asked(
        day=_day(day),
        every_day=day == ALL_DAYS,
        line=whole_number(given.get("rows")),
        page=whole_number(given.get("page")) or 1,
    )


def _is_open(n: reviews.ExplainedLine, place: int, asked: reviews.Asked) -> bool:
    if asked.line is not None:
        return n.no == asked.line
    return place == 0 or asked.day is not None


def heading(told: reviews.Explanation) -> str:
    """The question the page answers."""
    if told.score:
        return _("为什么是 %(score)s") % {"score": told.score}
    if told.state == "not_rated":
        return _("为什么不评级")
    return _("为什么没有分") if told.state in ("no_sheet", "error") else _("为什么还没有分")


def state_word(state: str) -> str:
    """What stands where a score would."""
    words = {"not_rated": _("不评级"), "no_sheet": _("没有考核表"), "error": _("算不出")}
    return words.get(state, _("待数据"))


def _line(
    n: reviews.ExplainedLine, proof: reviews.LineEvidence, *, href: str, asked: reviews.Asked, is_open: bool
) -> ShownLine:
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


def _origin(
    told: reviews.Explanation,
    head: reviews.ResultHead,
    holding: InForce | None,
    looks: audit.Views,
    org: people.OrgView,
) -> list[tuple[str, str]]:
    """Which rules (`holding`: their release, where it still holds), as known when, reviewed by whom, looked at by whom."""

    def name(person: UUID | None) -> str:
        if person is None:
            return _("系统")
        return org.persons[person].name if person in org.persons else _("已离开的人")

    rule = _("%(scheme)s 第 %(no)s 版") % {"scheme": say(told.scheme_name), "no": told.edition.no}
    if holding is not None:
        rule = _("%(rule)s，%(on)s 起；发布 %(who)s") % {
            "rule": rule,
            "on": day_text(holding.effective_on, clock.today()),
            "who": name(holding.published_by),
        }
    known = moment_text(clock.local(told.known_at), clock.today())
    pairs = [(_("算法"), rule), (_("数据"), _("截至 %(when)s 知道的") % {"when": known})]
    if head.finalized_at is not None:
        when = moment_text(clock.local(head.finalized_at), clock.today())
        pairs.append(
            (
                _("复核"),
                _("等级 %(g)s 由 %(who)s 于 %(when)s 复核")
                % {
                    "g": told.grade,
                    "who": name(head.finalized_by),
                    "when": when,
                },
            )
        )
    if looks.last:
        pairs.append((_("谁看过"), _looked(looks, name)))
    if not told.is_replayed:
        pairs.append((_("注意"), _("重算得到的数和存的不一样，请告诉管理员")))
    return pairs


def _looked(looks: audit.Views, name: Callable[[UUID], str]) -> str:
    """ "许静 04-08 09:00；主人 04-07 10:00", and how often in all where there were more looks than fit."""

    def one(person: UUID | None, at: datetime) -> str:
        who = name(person) if person is not None else _("主人")
        return f"{who} {moment_text(clock.local(at), clock.today())}"

    seen = _("；").join(one(person, at) for person, at in looks.last)
    if looks.count <= LOOKS_SHOWN:
        return seen
    return ngettext("%(seen)s 等 %(n)s 次", "%(seen)s 等 %(n)s 次", looks.count) % {"seen": seen, "n": looks.count}


def _way(
    request: HttpRequest,
    head: reviews.ResultHead,
    subject: UUID,
    who: people.OrgPerson | None,
    *,
    is_own: bool,
) -> list[Crumb]:
    period = period_name(head.period_code, head.from_on)
    if is_own:
        mine = reverse("home:me")
        return [
            Crumb(label=_("我的一页"), href=mine),
            Crumb(label=period, href=f"{mine}?cycle={head.cycle_id}"),
        ]
    theirs = reverse("home:person", args=[subject])
    return [
        Crumb(label=who.name if who else "–", href=theirs),
        Crumb(label=period, href=f"{theirs}?cycle={head.cycle_id}"),
    ]


def _bold_first(sentence: str) -> str:
    """The biggest loss in bold: "离 100 分差 3.79：**违章 2.00**、计划达成 1.00"."""
    for colon, comma in (("：", "、"), (": ", ", ")):
        head, found, rest = sentence.partition(colon)
        if found:
            first, sep, others = rest.partition(comma)
            return f"{head}{found}**{first}**{sep}{others}" if sep else sentence
    return sentence


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
