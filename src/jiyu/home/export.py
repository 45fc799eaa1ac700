"""全部导出: ask for the file, see how far it is, take it."""

from __future__ import annotations

from typing import cast
from uuid import UUID

from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from jiyu.core.access import ActorRequest, requires
from jiyu.home.exports import KEPT_HOURS, export_file, export_start, exports_shown, file_name
from jiyu.home.policies import EXPORT_ALL

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@requires(EXPORT_ALL)
@require_GET
def export(request: ActorRequest) -> HttpResponse:
    """What there is to take, and the button that asks for a new file. Renews itself while one is being written."""
    shown = exports_shown(actor=request.actor)
    context = {"exports": shown, "is_open": any(one.is_open for one in shown), "hours": KEPT_HOURS}
    return render(request, "home/export.html", context)


@requires(EXPORT_ALL)
@require_POST
def make(request: ActorRequest) -> HttpResponse:
    """Ask for a file."""
    export_start(actor=request.actor)
    return redirect("home:export")


@requires(EXPORT_ALL)
@require_GET
def take(request: ActorRequest, job_id: UUID) -> HttpResponse:
    """The file itself."""
    path = export_file(actor=request.actor, job_id=job_id)
    sent = FileResponse(path.open("rb"), as_attachment=True, filename=file_name(), content_type=XLSX)
    return cast(HttpResponse, sent)  # it streams; the stubs know no common answer
