"""One A4 of a result: what one would lay before an arbitrator."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from jiyu.core import clock, company
from jiyu.core.access import ActorRequest, requires
from jiyu.home.who import org_if_needed
from jiyu.home.why import page
from jiyu.home.why_lines import ShownLine, ShownRow
from jiyu.lib.canonical import canonical_json, sha256_of
from jiyu.reviews import public as reviews


@dataclass(frozen=True)
class Detail:
    """The line that lost most points, told down to its rows: each with (measure, figure)."""

    shown: ShownLine
    rows: tuple[tuple[ShownRow, tuple[tuple[str, str], ...]], ...]


@requires(reviews.SEE_RESULT)
@require_GET
def paper(request: ActorRequest, result_id: UUID) -> HttpResponse:
    """The printed explanation, with the moment of printing and a check code over what it says."""
    told, head = reviews.explanation(actor=request.actor, result_id=result_id, org=org_if_needed(request))
    context = page(request, told, head, reverse("home:why", args=[result_id]))
    said = [str(told.result_id), told.score, told.grade, told.sum, *(f"{n.no} {n.sum} {n.points}" for n in told.lines)]
    code = sha256_of(canonical_json(said))[:12].upper()
    context |= {
        "detail": detail(context["lines"]) if told.score else None,
        "check_code": "-".join(code[i : i + 4] for i in range(0, 12, 4)),
        "printed_at": clock.now(),
        "here": company.current_or_none(),
    }
    return render(request, "home/paper.html", context)


def detail(lines: Sequence[ShownLine]) -> Detail | None:
    """The line the gap names first; None where none lost anything."""
    shown = max(lines, key=lambda one: one.line.lost_points, default=None)
    if shown is None or shown.line.lost_points <= 0:
        return None
    rows = [row for gap in shown.gaps for row in gap.rows] or list(shown.rows)
    return Detail(shown, tuple((row, tuple(zip(shown.heads, row.values, strict=True))) for row in rows))
