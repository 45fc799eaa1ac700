"""Pages of sheets, for HR: who has one, one person's lines, setting them by a form or by a file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from jiyu.core import clock
from jiyu.core.access import ActorRequest, requires
from jiyu.core.errors import DomainError
from jiyu.core.forms import whole_number
from jiyu.core.once import long_write
from jiyu.goals import pages
from jiyu.goals.file_rows import Rows
from jiyu.goals.file_taking import Question, sheets_questions, sheets_take
from jiyu.goals.files import rows_of, sheets_csv
from jiyu.goals.lines import USUAL_LINES, LineEntry
from jiyu.goals.policies import SEE_SHEETS, SET_SHEETS
from jiyu.goals.selectors import period_named, sheet_of
from jiyu.goals.services import edition_for, sheet_set
from jiyu.goals.sheet_form import Choice, choices, form_of, read_form
from jiyu.goals.sheet_page import SheetPage, sheet_page
from jiyu.people import public as people
from jiyu.people.models import Period
from jiyu.studio.public import EditionView, edition_view, modules_with
from jiyu.ui.parts import Action, Crumb

OUTCOME = "goals.sheets_outcome"  # where the session keeps what the last file came to
KEPT = "goals.sheets_file"  # and the rows of one that is not taken yet
MOST_KEPT = 2_000  # rows: a session is read with every page
MEANT = "meant:"  # before an indicator's code in the name of a field: what its small numbers are


@requires(SEE_SHEETS)
@require_GET
def sheets(request: ActorRequest) -> HttpResponse:
    """The sheets of a period and module."""
    page = pages.sheets_page(
        actor=request.actor,
        key=request.GET.get("of", ""),
        query=request.GET.get("q", ""),
        only_long=bool(request.GET.get("long")),
        page=request.GET.get("page"),
    )
    may_set = request.actor.may(SET_SHEETS)
    start = Action(label=_("定第一张考核表"), url=reverse("goals:sheet-new"), link=True, kind="main", icon="plus")
    context = {"page": page, "may_set": may_set, "usual": USUAL_LINES, "start": start if may_set else None}
    return render(request, "goals/sheets.html", context)


@requires(SEE_SHEETS)
@require_GET
def sheet(request: ActorRequest, sheet_id: UUID) -> HttpResponse:
    """One person's sheet."""
    page = sheet_page(actor=request.actor, sheet_id=sheet_id)
    context = {"page": page, "may_set": request.actor.may(SET_SHEETS), "usual": USUAL_LINES, "way": _way(page)}
    return render(request, "goals/sheet.html", context)


@requires(SET_SHEETS)
@require_GET
def sheet_new(request: ActorRequest) -> HttpResponse:
    """Whose sheet, for when, by which scheme; leads to the form."""
    modules = modules_with("scheme")
    typed = {name: request.GET.get(name, "").strip() for name in ("period", "module", "no")}
    error: DomainError | None = None
    if typed["no"] or typed["period"]:
        try:
            person = people.person_numbered(actor=request.actor, employee_no=typed["no"], on=clock.today())
            people.period_bounds(typed["period"])
        except DomainError as refused:
            error = refused
        else:
            return redirect("goals:sheet-edit", typed["period"], typed["module"], person.id)
    context = {"modules": modules, "typed": typed, "error": error, "this_year": clock.today().year}
    return render(request, "goals/sheet_new.html", context, status=422 if error else 200)


@requires(SET_SHEETS)
@require_http_methods(["GET", "POST"])
def sheet_edit(request: ActorRequest, period_code: str, module_code: str, person_id: UUID) -> HttpResponse:
    """Set or change the lines of one person's sheet. What was typed stays on the page until it is right."""
    people.require_visible(request.actor, person_id)
    period = period_named(period_code)
    there = sheet_of(subject=person_id, period_id=period.pk)
    # A sheet keeps the edition it was made with; only a new one takes what is in force.
    edition = edition_view(there.edition) if there else edition_for(module_code, period, person_id)
    terms = pages.current_terms(there)
    error: DomainError | None = None
    if request.method == "POST":
        scale = request.POST.get("do") == "scale"
        form = read_form(edition, terms, request.POST, in_proportion_to_100=scale)
        try:
            if form.is_good and not scale:
                return _set(request, person_id, people.period_ensure(period_code), edition, form.entries)
        except DomainError as refused:
            error = refused
    else:
        form = form_of(edition, terms)
    person = people.org_on(on=pages.day_of(period), known_at=clock.now(), only=[person_id]).persons[person_id]
    refused_form = error is not None or (request.method == "POST" and not form.is_good)
    context = {
        "form": form,
        "person": person,
        "period": period,
        "edition": edition,
        "is_other_module": edition.module_code != module_code,
        "rev": there.rev if there else 0,
        "error": error,
        "choices": choices(edition),
        "usual": USUAL_LINES,
        "back": reverse("goals:sheet", args=[there.pk]) if there else reverse("goals:sheets"),
    }
    return render(request, "goals/sheet_edit.html", context, status=422 if refused_form else 200)


@long_write
@requires(SET_SHEETS)
@require_http_methods(["GET", "POST"])
def sheets_file(request: ActorRequest) -> HttpResponse:
    """Sheets by a file: its form, what the file leaves in doubt, and taking it."""
    modules = modules_with("scheme")
    period_code, module = _split(request.GET.get("of", ""))
    typed = {
        "period": request.POST.get("period", period_code).strip(),
        "module": request.POST.get("module", module),
    }
    meant = {name.removeprefix(MEANT): request.POST[name] for name in request.POST if name.startswith(MEANT)}
    error: DomainError | None = None
    questions: list[Question] = []
    kept = ""
    if request.method == "POST":
        try:
            name, rows = _rows_sent(request)
            kept = name if KEPT in request.session else ""
            questions = sheets_questions(
                actor=request.actor, rows=rows, period_code=typed["period"], module_code=typed["module"], meant=meant
            )
            if not questions:
                return _take(request, name, rows, typed, meant)
        except DomainError as refused:
            error = refused
    known = next((code for code, _name in modules if code == typed["module"]), modules[0][0] if modules else "")
    context = {
        "modules": modules,
        "typed": typed,
        "error": error,
        "questions": questions,
        "answered": [(MEANT + code, value) for code, value in meant.items() if code not in {q.code for q in questions}],
        "kept": kept,
        "choices": _choices_of(known, typed["period"]),
        "this_year": clock.today().year,
    }
    return render(request, "goals/sheets_file.html", context, status=422 if error or questions else 200)


@requires(SET_SHEETS)
@require_GET
def sheets_outcome(request: ActorRequest) -> HttpResponse:
    """What the last file came to, until the next one."""
    outcome: dict[str, Any] | None = request.session.get(OUTCOME)
    if outcome is None:
        return redirect("goals:sheets-file")
    return render(request, "goals/sheets_outcome.html", {"outcome": outcome})


@requires(SEE_SHEETS)
@require_GET
def sheets_export(request: ActorRequest) -> HttpResponse:
    """The sheets of a period and module as a CSV that can be sent back; the head alone where there are none."""
    key = request.GET.get("of", "")
    text = sheets_csv(actor=request.actor, sheets=pages.sheets_of(actor=request.actor, key=key))
    response = HttpResponse(text, content_type="text/csv; charset=utf-8")
    name = "-".join(["sheets", *(part for part in _split(key) if part)])
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


def _set(
    request: ActorRequest, person_id: UUID, period: Period, edition: EditionView, entries: Sequence[LineEntry]
) -> HttpResponse:
    made, outcome = sheet_set(
        actor=request.actor,
        subject=person_id,
        period=period,
        module_code=edition.module_code,
        lines=entries,
        edition=edition,
        expected_rev=whole_number(request.POST.get("rev", "")),
    )
    words = {
        "made": _("定好了，%(n)s 项") % {"n": len(entries)},
        "changed": _("改好了，原来的留在记录里"),
        "unchanged": _("和原来一样，没有改动"),
    }
    messages.success(request, words[outcome])
    return redirect("goals:sheet", made.pk)


def _rows_sent(request: ActorRequest) -> tuple[str, Rows]:
    """Name and rows of the file that was sent, or of the one before it, which a refused form still means. Unless there
    are too many they are kept for the next try: a browser cannot fill in a file again. Errors: goals.no_file,
    goals.file_too_big."""
    file = request.FILES.get("file")
    if file is None or not file.size:
        kept: dict[str, Any] | None = request.session.get(KEPT) if request.POST.get("kept") else None
        if kept is None or kept["name"] != request.POST["kept"]:
            raise DomainError("goals.no_file", _("还没选文件"), fix=_("选一个 Excel 或 CSV 文件再提交"), path="file")
        return kept["name"], [(number, cells) for number, cells in kept["rows"]]
    if file.size > settings.MAX_UPLOAD_BYTES:
        raise DomainError(
            "goals.file_too_big",
            _("文件超过 %(mb)s MB") % {"mb": settings.MAX_UPLOAD_BYTES // 2**20},
            fix=_("分成几份再传"),
            path="file",
        )
    name = file.name or "file"
    rows = rows_of(file.read(), name)
    request.session.pop(KEPT, None)
    if len(rows) <= MOST_KEPT:
        request.session[KEPT] = {"name": name, "rows": rows}
    return name, rows


def _take(
    request: ActorRequest, name: str, rows: Rows, typed: Mapping[str, str], meant: Mapping[str, str]
) -> HttpResponse:
    done = sheets_take(
        actor=request.actor, rows=rows, period_code=typed["period"], module_code=typed["module"], meant=meant
    )
    request.session.pop(KEPT, None)
    request.session[OUTCOME] = {
        "file": name,
        "period": typed["period"],
        "of": f"{typed['period']}:{typed['module']}",
        "made": done.made,
        "changed": done.changed,
        "unchanged": done.unchanged,
        "returned": done.returned,
        "refused": [list(one) for one in done.refused],
        "notes": list(done.notes),
    }
    return redirect("goals:sheets-outcome")


def _choices_of(module_code: str, period_code: str) -> list[Choice]:
    """The indicators a file for this period may name; none while nothing is released for it."""
    held = pages.edition_held(module_code, period_code)
    return choices(held) if held else []


def _split(key: str) -> tuple[str, str]:
    period, _colon, module = key.partition(":")
    return period, module


def _way(page: SheetPage) -> list[Crumb]:
    of = urlencode({"of": f"{page.sheet.period.code}:{page.module_code}"})
    return [Crumb(label=_("考核表"), href=f"{reverse('goals:sheets')}?{of}")]
