"""公司一页: which cycle stands where, and what it waits for."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from jiyu.core import clock
from jiyu.core.access import ActorRequest, requires
from jiyu.home.who import org_now
from jiyu.reviews import public as reviews
from jiyu.sources import public as sources

CYCLES_SHOWN = 3


@requires(reviews.SEE_COMPANY)
@require_GET
def company_page(request: ActorRequest) -> HttpResponse:
    """The newest cycles by department and grade, and how fresh the data is."""
    org = org_now(request)
    cycles = reviews.cycle_list(actor=request.actor)[:CYCLES_SHOWN]
    overviews = [reviews.cycle_page(actor=request.actor, cycle_id=c.pk, org=org) for c, _n in cycles]
    waiting = sum(len(o.waiting) for o in overviews)
    heading = (
        (_("%(n)s 个人还在等数据，其余照常") % {"n": waiting} if waiting else _("所有周期的数都到齐了"))
        if overviews
        else _("还没有考核周期")
    )
    return render(
        request,
        "home/company.html",
        {
            "overviews": overviews,
            "heading": heading,
            "head_count": len(org.employed),
            "late_sources": [f for f in sources.freshness_all(known_at=clock.now()) if f.is_late],
        },
    )
