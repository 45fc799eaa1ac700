"""The rows an import restated, ended or passed over: the links to them, and their page."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from jiyu.core.access import ActorRequest, requires
from jiyu.core.actor import Actor
from jiyu.core.errors import NotVisibleError
from jiyu.core.forms import whole_number
from jiyu.core.paging import PageOf, page_of_rows
from jiyu.sources.changes_words import RowShown, changed_row, sum_row
from jiyu.sources.connections import measures
from jiyu.sources.models import Run
from jiyu.sources.numbers import numbers_sums
from jiyu.sources.overview import run_shown
from jiyu.sources.policies import SEE_SOURCES
from jiyu.sources.records.changes import ChangeKind, run_changes
from jiyu.ui.parts import Crumb

RESTATED: ChangeKind = "restated"
GONE: ChangeKind = "gone"
SUMS = "sums"


def run_lists(run: Run) -> list[tuple[str, str]]:
    """What can be listed of an applied import: the words of each link, and its address."""
    if run.state != Run.APPLIED or not run.file:
        return []
    restated, gone = run.tally.get("restated", 0), run.tally.get("gone", 0)
    told: list[tuple[str, str]] = []
    if restated:
        told.append((RESTATED, ngettext("看更正的 %(n)s 行", "看更正的 %(n)s 行", restated) % {"n": restated}))
    if gone:
        told.append((GONE, ngettext("看不再计的 %(n)s 条", "看不再计的 %(n)s 条", gone) % {"n": gone}))
    told.append((SUMS, _("看没算进去的小计、合计行")))
    return [(words, reverse("sources:run-rows", args=[run.pk, kind])) for kind, words in told]


@requires(SEE_SOURCES)
@require_GET
def run_rows(request: ActorRequest, run_id: UUID, kind: str) -> HttpResponse:
    """更正, 不再有 or 小计 of one import, 50 rows a page."""
    shown = run_shown(actor=request.actor, run_id=run_id)
    run, asked = shown.run, request.GET.get("page")
    sums = numbers_sums(actor=request.actor, run=run) if kind == SUMS else []
    page = page_of_rows([sum_row(one) for one in sums or ()], asked)
    if kind != SUMS:
        page = _changed(request.actor, run, kind, whole_number(asked or "", 1))
    source = Crumb(label=run.source.label, href=reverse("sources:source", args=[run.source.slug]))
    context = {
        "shown": shown,
        "run": run,
        "kind": kind,
        "heading": _heading(kind, page.total),
        "page": page,
        "is_too_big": sums is None,
        "way": [source, Crumb(label=_("导入"), href=reverse("sources:run", args=[run.pk]))],
    }
    return render(request, "sources/run_rows.html", context)


def _changed(actor: Actor, run: Run, kind: str, page: int) -> PageOf[RowShown]:
    if kind not in (RESTATED, GONE):
        raise NotVisibleError
    found = run_changes(actor=actor, run=run, kind=RESTATED if kind == RESTATED else GONE, page=page)
    by_code = {measure.key[1]: measure for measure in measures([run.source.code])}
    return PageOf(tuple(changed_row(row, by_code) for row in found.rows), found.number, found.count, found.total)


def _heading(kind: str, count: int) -> str:
    if kind == RESTATED:
        return ngettext("更正了 %(n)s 行", "更正了 %(n)s 行", count) % {"n": count}
    if kind == GONE:
        return ngettext("%(n)s 条不再计", "%(n)s 条不再计", count) % {"n": count}
    return _("没算进去的小计、合计行")
