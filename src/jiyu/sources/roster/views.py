"""Pages of the roster: who is here, dropping a file in, one import with its questions."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from jiyu.core import clock
from jiyu.core.access import ActorRequest, requires
from jiyu.core.errors import DomainError, NotVisibleError
from jiyu.core.forms import on_form
from jiyu.core.jobs.backend import enqueue_once
from jiyu.core.language import language, say
from jiyu.people.public import org_on
from jiyu.sources.policies import IMPORT_ROSTER
from jiyu.sources.roster.directory import directory_page, directory_tree
from jiyu.sources.roster.result import RosterProblem
from jiyu.sources.roster.selectors import RosterPage, roster_imports, roster_page
from jiyu.sources.roster.services import roster_import, roster_keep, roster_settle, roster_undo
from jiyu.sources.showing import roster_problem_row, roster_tree, rows_words
from jiyu.sources.tasks import take_roster
from jiyu.sources.underway import underway
from jiyu.sources.uploads import uploaded
from jiyu.ui.parts import Crumb

BIG_BYTES = 150_000  # some two thousand people: more would keep the browser waiting for seconds


@requires(IMPORT_ROSTER)
@require_GET
def index(request: ActorRequest) -> HttpResponse:
    """花名册: who is here now, and the imports so far."""
    return _index(request)


def _index(request: ActorRequest, error: DomainError | None = None) -> HttpResponse:
    """Its page; `error` is why a file was refused."""
    org = org_on(on=clock.today(), known_at=clock.now())
    imports = [(one, say(one.counts)) for one in roster_imports(actor=request.actor)]
    tree = directory_tree(org)
    context = {
        "count": len(org.employed),
        "tree": tree,
        "people": directory_page(org, request.GET) if org.employed and not tree else None,
        "imports": imports,
        "error": error,
    }
    return render(request, "sources/roster.html", context, status=error.status if error else 200)


@requires(IMPORT_ROSTER)
@require_POST
def upload(request: ActorRequest) -> HttpResponse:
    """Take a file; everybody clear is imported at once, or in the background when it is big."""
    try:
        return _upload(request)
    except DomainError as refused:
        return _index(request, on_form(refused))


def _upload(request: ActorRequest) -> HttpResponse:
    data, name = uploaded(request)
    if len(data) > BIG_BYTES:
        kept = roster_keep(actor=request.actor, data=data, filename=name)
        once = f"sources.roster:{kept.pk}"
        queued = enqueue_once(take_roster, once, str(request.actor.account_id), str(kept.pk), language())
        return redirect("sources:roster-job", queued.id)
    run = roster_import(actor=request.actor, data=data, filename=name)
    return redirect("sources:roster-import", run.pk)


@requires(IMPORT_ROSTER)
@require_GET
def job(request: ActorRequest, job_id: UUID) -> HttpResponse:
    """How far a big roster is; the page refreshes itself until the import stands."""
    return underway(
        request,
        job_id=job_id,
        task=take_roster,
        run_url=lambda run: reverse("sources:roster-import", args=[run]),
        again_url=reverse("sources:roster"),
        way=[Crumb(label=_("花名册"), href=reverse("sources:roster"))],
    )


@requires(IMPORT_ROSTER)
@require_GET
def one(request: ActorRequest, run_id: UUID) -> HttpResponse:
    """One import (picture 05)."""
    page = roster_page(actor=request.actor, run_id=run_id)
    context = {
        "page": page,
        "run": page.run,
        "counts": say(page.counts),
        "understood": say(page.understood),
        "problems": [roster_problem_row(p, page) for p in page.problems],
        "unresolved": [roster_problem_row(p, page) for p in page.unresolved],
        "tree": [roster_tree(page.tree)],
        "changes": [(say(what), said, say(why)) for what, said, why in page.changes],
        "updated": [(who, [say(one) for one in how]) for who, how in page.updated],
        "skipped": say(page.skipped),
        "notes": [say(note) for note in page.notes],
        "way": [Crumb(label=_("花名册"), href=reverse("sources:roster"))],
        "here": _("导入"),
    }
    return render(request, "sources/roster_import.html", context)


@requires(IMPORT_ROSTER)
@require_POST
def settle(request: ActorRequest, run_id: UUID) -> HttpResponse:
    """Answer one question; whoever becomes clear is taken."""
    page = roster_page(actor=request.actor, run_id=run_id)
    try:
        run = roster_settle(
            actor=request.actor,
            run_id=run_id,
            key=request.POST.get("key", ""),
            option=request.POST.get("option", ""),
            value=request.POST.get("value", ""),
        )
    except DomainError as refused:
        if not _needs(page, request.POST)[1]:
            raise  # a button without a form, or a question that waits no more
        return _answer(request, page, request.POST, on_form(refused))
    taken = int(run.tally["new"]) - page.new
    if taken:
        messages.success(request, _("又导入了 %(n)s 人") % {"n": taken})
    return redirect("sources:roster-import", run_id)


@requires(IMPORT_ROSTER)
@require_GET
def answer(request: ActorRequest, run_id: UUID) -> HttpResponse:
    """The small form of an answer that needs a date, a number, a person or a word."""
    return _answer(request, roster_page(actor=request.actor, run_id=run_id), request.GET)


def _answer(request: ActorRequest, page: RosterPage, form: QueryDict, error: DomainError | None = None) -> HttpResponse:
    """Its page; `error` is why an answer was refused, with what was typed."""
    problem, needs = _needs(page, form)
    if problem is None:
        raise NotVisibleError(_("这一行已经处理好了"))
    context = {
        "page": page,
        "problem": problem,
        "where": rows_words(problem.rows),
        "title": say(problem.title),
        "text": say(problem.detail),
        "key": problem.key,
        "option": form.get("option", ""),
        "needs": needs,
        "value": form.get("value", ""),
        "error": error,
        "way": [Crumb(label=_("导入花名册"), href=reverse("sources:roster-import", args=[page.run.pk]))],
        "here": rows_words(problem.rows),
    }
    return render(request, "sources/roster_answer.html", context, status=error.status if error else 200)


@requires(IMPORT_ROSTER)
@require_POST
def undo(request: ActorRequest, run_id: UUID) -> HttpResponse:
    """撤销本次导入."""
    roster_undo(actor=request.actor, run_id=run_id)
    messages.success(request, _("这次导入撤销了，回到导入之前的样子"))
    return redirect("sources:roster")


def _needs(page: RosterPage, form: QueryDict) -> tuple[RosterProblem | None, str]:
    """The open question a form is about and what its answer needs; (None, "") where it is none, or needs nothing."""
    for problem in (*page.problems, *page.unresolved):
        if problem.key == form.get("key"):
            for option in problem.options:
                if option.key == form.get("option") and option.needs:
                    return problem, option.needs
    return None, ""
