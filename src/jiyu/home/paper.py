"""One A4 of a result: what one would lay before an arbitrator."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from jiyu.core import clock, company
from jiyu.core.access import ActorRequest, requires
from jiyu.home.who import org_if_needed
from jiyu.home.why import page
from jiyu.lib.canonical import canonical_json, sha256_of
from jiyu.reviews import public as reviews


@requires(reviews.SEE_RESULT)
@require_GET
def paper(request: ActorRequest, result_id: UUID) -> HttpResponse:
    """The printed explanation, with who printed it when and a check code over what it says."""
    told, head = reviews.explanation(actor=request.actor, result_id=result_id, org=org_if_needed(request))
    context = page(request, told, head, reverse("home:why", args=[result_id]))
    said = [str(told.result_id), told.score, told.grade, told.sum, *(f"{n.no} {n.sum} {n.points}" for n in told.lines)]
    code = sha256_of(canonical_json(said))[:12].upper()
    context |= {
        "check_code": "-".join(code[i : i + 4] for i in range(0, 12, 4)),
        "printed_at": clock.now(),
        "here": company.current_or_none(),
    }
    return render(request, "home/paper.html", context)
