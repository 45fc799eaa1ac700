"""Pages of the data sources: their health, a file on its way in, an import, what waits to be settled."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from jiyu.core.access import ActorRequest, requires
from jiyu.core.errors import DomainError, NotVisibleError
from jiyu.core.forms import on_form, whole_number
from jiyu.core.jobs.backend import enqueue_once
from jiyu.core.language import language, say
from jiyu.core.once import long_write
from jiyu.sources import showing
from jiyu.sources.legend_form import answer_of, symbol_rows
from jiyu.sources.mappings.doubts import SYMBOL
from jiyu.sources.models import Quarantine, Run, Source
from jiyu.sources.numbers import numbers_are_many, numbers_keep, numbers_propose, numbers_take
from jiyu.sources.overview import SourceShown, question_of, questions_shown, run_shown, source_runs, sources_overview
from jiyu.sources.policies import IMPORT_RECORDS, SEE_SOURCES
from jiyu.sources.quarantine.asking import EDIT, LEAVE, PICK, REOPEN
from jiyu.sources.quarantine.services import quarantine_settle
from jiyu.sources.replacing_words import WAY_SEPARATOR, counted_days, replacing_shown
from jiyu.sources.run_rows import run_lists
from jiyu.sources.runs.returning import QUESTION
from jiyu.sources.runs.undo import run_undo
from jiyu.sources.tasks import take_numbers
from jiyu.sources.underway import underway
from jiyu.sources.uploads import uploaded
from jiyu.ui.parts import Crumb

ANSWER = "a:"  # prefix of form fields that answer a question of the mapping
AMOUNT = "amount:"  # and of those that say how much of a day a symbol counts
UNSEEN = "unseen"  # in a proposal's address: 导入 was pressed for days whose count was not seen yet
NEW = "+"  # what the upload form calls a source that is not there yet


@requires(SEE_SOURCES)
@require_GET
def index(request: ActorRequest) -> HttpResponse:
    """数据来源: each with how fresh it is and what waits."""
    return _index(request)


def _index(request: ActorRequest, error: DomainError | None = None) -> HttpResponse:
    """Its page; `error` is why the upload form on it was refused, with what was typed there."""
    shown = sources_overview(actor=request.actor)
    context = {
        "sources": [showing.source_row(one) for one in sorted(shown, key=_needs_nobody)],
        "new": NEW,
        "choices": [(one.source.code, one.source.label) for one in shown],
        "waiting": sum(one.waiting for one in shown),
        "late": sum(one.freshness.is_late for one in shown),
        "may_import": request.actor.may(IMPORT_RECORDS),
        "error": error,
        "typed": request.POST,
    }
    return render(request, "sources/index.html", context, status=error.status if error else 200)


def _needs_nobody(one: SourceShown) -> tuple[bool, bool]:
    """Sorts what the title speaks of to the top: late sources, then those with something to settle."""
    return not one.freshness.is_late, not one.waiting


@requires(SEE_SOURCES)
@require_GET
def source(request: ActorRequest, slug: str) -> HttpResponse:
    """One source: its imports and questions."""
    return _source(request, slug)


def _source(request: ActorRequest, slug: str, error: DomainError | None = None) -> HttpResponse:
    """Its page; `error` is why an answer given on it was refused."""
    found, runs = source_runs(actor=request.actor, slug=slug)
    questions = questions_shown(actor=request.actor, source=found, page=whole_number(request.GET.get("page", ""), 1))
    context = {
        "source": found,
        "runs": [(one, say(one.words)) for one in runs],
        "waiting": questions.waiting_count,
        "questions": showing.question_rows(questions, may_settle=request.actor.may(IMPORT_RECORDS)),
        "error": error,
        "way": _way(),
    }
    return render(request, "sources/source.html", context, status=error.status if error else 200)


@requires(IMPORT_RECORDS)
@require_POST
def upload(request: ActorRequest) -> HttpResponse:
    """Keep the file and go on to how we would read it."""
    try:
        data, name = uploaded(request)
        kept = numbers_keep(actor=request.actor, data=data, filename=name)
    except DomainError as refused:
        return _index(request, on_form(refused))
    code, label = _chosen_source(request.POST)
    url = reverse("sources:proposal", args=[kept.pk])
    return redirect(f"{url}?{urlencode({'source': code, 'label': label})}")


@requires(IMPORT_RECORDS)
@require_GET
def proposal(request: ActorRequest, file_id: UUID) -> HttpResponse:
    """How we would read the file: doubts as questions, sample rows and what they mean."""
    return _proposal(request, file_id, request.GET)


def _proposal(request: ActorRequest, file_id: UUID, form: QueryDict, error: DomainError | None = None) -> HttpResponse:
    """Its page under the answers of `form`; `error` is why the file was not taken as that form said."""
    code, answers, way = form.get("source", ""), _answers(form), form.get("mode", "")
    window = _window(form) if "first" in form and error is None else None
    found = numbers_propose(actor=request.actor, file_id=file_id, source_code=code, answers=answers, window=window)
    context = {
        "file": found.file,
        "source_code": code,
        "source_label": form.get("label", ""),
        "error": error,
        "typed": form,
        "answers": [(ANSWER + key, value) for key, value in answers.items()],
        "other_answers": [(ANSWER + key, value) for key, value in answers.items() if not key.startswith(SYMBOL)],
        "open_count": len(found.proposal.questions),
        "questions": [
            showing.mapping_question(q, ANSWER) for q in found.proposal.questions if not q.key.startswith(SYMBOL)
        ],
        "symbols": symbol_rows(found.proposal.symbols, ANSWER, AMOUNT),
        "columns": [showing.column_row(c) for c in found.proposal.columns],
        "samples": [showing.sample_row(one, found.proposal) for one in found.samples],
        "problem": found.proposal.problem and say(found.proposal.problem.message),
        "fix": found.proposal.problem and say(found.proposal.problem.fix),
        "learned": found.proposal.learned,
        "is_ready": found.proposal.spec is not None and not found.proposal.questions,
        "replacing": replacing_shown(found.replaceable, way),
        "is_unseen": UNSEEN in form,
        "notes": [say(note) for note in found.notes],
        "way": _way(),
    }
    return render(request, "sources/proposal.html", context, status=error.status if error else 200)


@long_write
@requires(IMPORT_RECORDS)
@require_POST
def take(request: ActorRequest, file_id: UUID) -> HttpResponse:
    """Take the file in as confirmed: at once, or in the background when it is big."""
    try:
        return _take(request, file_id)
    except DomainError as refused:
        return _proposal(request, file_id, request.POST, on_form(refused))


def _take(request: ActorRequest, file_id: UUID) -> HttpResponse:
    code, label, answers = (
        request.POST.get("source", ""),
        request.POST.get("label", ""),
        _answers(request.POST),
    )
    mode, window = _replacing(request.POST)
    if _looks_again(request.POST):
        return redirect(_proposal_url(file_id, request.POST))
    answers |= _about_returning(request.POST)
    if numbers_are_many(actor=request.actor, file_id=file_id):
        job = enqueue_once(
            take_numbers,
            f"sources.take:{file_id}",
            str(request.actor.account_id),
            str(file_id),
            code,
            label,
            answers,
            language(),
            mode,
            [day.isoformat() for day in window] if window else None,
        )
        return redirect("sources:job", job.id)
    run = numbers_take(
        actor=request.actor,
        file_id=file_id,
        source_code=code,
        source_label=label,
        answers=answers,
        mode=mode,
        window=window,
    )
    return redirect("sources:run", run.pk)


@requires(IMPORT_RECORDS)
@require_GET
def job(request: ActorRequest, job_id: UUID) -> HttpResponse:
    """How far a big file is; the page refreshes itself until the import stands."""
    return underway(
        request,
        job_id=job_id,
        task=take_numbers,
        run_url=lambda run: reverse("sources:run", args=[run]),
        again_url=reverse("sources:index"),
        way=_way(),
    )


@requires(SEE_SOURCES)
@require_GET
def run(request: ActorRequest, run_id: UUID) -> HttpResponse:
    """One import: what happened to its rows, what waits, undo."""
    shown = run_shown(actor=request.actor, run_id=run_id)
    may_import = request.actor.may(IMPORT_RECORDS)
    questions = questions_shown(actor=request.actor, run=shown.run, page=whole_number(request.GET.get("page", ""), 1))
    context = {
        "shown": shown,
        "run": shown.run,
        "counts": say(shown.words),
        "is_empty": not shown.run.tally.get("read"),
        "notes": showing.run_notes(shown.run),
        "lists": run_lists(shown.run),
        "questions": showing.question_rows(questions, may_settle=may_import),
        "may_undo": may_import and shown.run.state == "applied" and not shown.is_undone,
        "way": [*_way(), Crumb(label=shown.run.source.label, href=_source_url(shown.run.source))],
    }
    return render(request, "sources/run.html", context)


@requires(IMPORT_RECORDS)
@require_POST
def undo(request: ActorRequest, run_id: UUID) -> HttpResponse:
    """撤销本次导入."""
    run_undo(actor=request.actor, run_id=run_id)
    messages.success(request, _("这次导入撤销了，回到导入之前的数"))
    return redirect("sources:run", run_id)


@requires(IMPORT_RECORDS)
@require_GET
def answer(request: ActorRequest, item_id: UUID) -> HttpResponse:
    """The small form of an answer that needs a number or corrected cells."""
    item = question_of(actor=request.actor, item_id=item_id)
    return _answer(request, item, request.GET.get("option", ""))


def _answer(request: ActorRequest, item: Quarantine, option: str, error: DomainError | None = None) -> HttpResponse:
    """Its page; `error` is why an answer was refused, with what was typed."""
    if option not in (EDIT, PICK) or option not in {o["key"] for o in item.options}:
        raise NotVisibleError
    context = {
        "item": item,
        "row": showing.question_row(item, may_settle=False),
        "option": option,
        "cells": [
            (
                label,
                request.POST.get(f"cell:{label}", text),
                label == (error.path if error else item.params.get("field")),
            )
            for label, text in (item.raw or {}).items()
        ],
        "employee_no": request.POST.get("employee_no", ""),
        "error": error,
        "fields": [*(item.raw or {}), "employee_no"],
        "way": [*_way(), Crumb(label=item.run.source.label, href=_source_url(item.run.source))],
    }
    return render(request, "sources/answer.html", context, status=error.status if error else 200)


@requires(IMPORT_RECORDS)
@require_POST
def settle(request: ActorRequest, item_id: UUID) -> HttpResponse:
    """Answer a question; the rows it held back are taken."""
    item = question_of(actor=request.actor, item_id=item_id)
    before = item.raw or {}
    cells = {label: request.POST.get(f"cell:{label}", text) for label, text in before.items()}
    option = request.POST.get("option", "")
    try:
        taken = quarantine_settle(
            actor=request.actor,
            item_id=item_id,
            option=option,
            employee_no=request.POST.get("employee_no", ""),
            corrections={label: text for label, text in cells.items() if text != before[label]},
        )
    except DomainError as refused:
        if option not in (EDIT, PICK) or item.settled_at is not None:  # a button alone, or a row that waits no more
            return _source(request, item.run.source.slug, on_form(refused))
        return _answer(request, item, option, on_form(refused))
    messages.success(request, _settled_words(option, taken))
    return redirect("sources:source", item.run.source.slug)


def _settled_words(option: str, taken: Run | None) -> str:
    """What an answer did, for the page it leads to."""
    if taken is not None:
        return _("又入账 %(n)s 行") % {"n": taken.tally.get("taken", 0)}
    if option == LEAVE:
        return _("先空着了，在下面“先空着的”里，随时可以放回来")
    if option == REOPEN:
        return _("放回待处理了")
    return _("记住了：不算，这个来源以后同样的行也跳过")


def _chosen_source(form: Mapping[str, str]) -> tuple[str, str]:
    """The code and label of the source an upload form means; a new one gets the next free code."""
    code = form.get("source", NEW)
    if code != NEW:
        return code, ""
    number = Source.objects.count() + 1
    while Source.objects.filter(code=f"source_{number}").exists():
        number += 1
    return f"source_{number}", form.get("label", "").strip()


def _replacing(form: Mapping[str, str]) -> tuple[str, tuple[date, date] | None]:
    """What a file replaces, as confirmed: the mode, and for a stretch of days its range. Errors: sources.window."""
    mode = form.get("mode", Run.APPEND).partition(WAY_SEPARATOR)[0]
    return mode, _window(form) if mode == Run.REPLACE_WINDOW else None


def _window(form: Mapping[str, str]) -> tuple[date, date]:
    """The half-open range of a form whose last day counts. Errors: sources.window."""
    try:
        first, last = (date.fromisoformat(form.get(name, "")) for name in ("first", "last"))
    except ValueError as error:
        raise DomainError(
            "sources.window",
            _("没写清从哪天到哪天"),
            fix=_("两个日期都要选，写成 2026-03-01 这样"),
            path="first",
        ) from error
    return first, last + timedelta(days=1)


def _looks_again(form: Mapping[str, str]) -> bool:
    """Whether the page is to be shown again: somebody wants to see the count of other days, or would replace days
    whose count was never seen."""
    if "look" in form:
        return True
    chosen = counted_days(form.get("first", ""), form.get("last", ""))
    return form.get("mode") == Run.REPLACE_WINDOW and form.get("counted", chosen) != chosen


def _proposal_url(file_id: UUID, form: Mapping[str, str]) -> str:
    """The page of a proposal as this form left it."""
    kept = ("source", "label", "mode", "first", "last")
    values = {name: form[name] for name in form if name in kept or name.startswith(ANSWER)}
    if "look" not in form:
        values[UNSEEN] = "1"
    return reverse("sources:proposal", args=[file_id]) + "?" + urlencode(values) + "#before"


def _about_returning(form: Mapping[str, str]) -> dict[str, str]:
    """The answer about rows that were replaced before, where the form asked: it is part of the way chosen."""
    way = form.get("mode", "").partition(WAY_SEPARATOR)[2]
    return {QUESTION: way} if way else {}


def _answers(form: Mapping[str, str]) -> dict[str, str]:
    """Answers to the mapping's questions. "other" is followed by what was typed, a meaning by how much it counts."""
    found = {}
    for name, value in form.items():
        if name.startswith(ANSWER) and value:
            key = name.removeprefix(ANSWER)
            typed = form.get(f"typed:{key}", "").strip()
            answer = typed if value == "other" and typed else value
            found[key] = answer_of(answer, form.get(AMOUNT + key, ""))
    return found


def _way() -> list[Crumb]:
    return [Crumb(label=_("数据来源"), href=reverse("sources:index"))]


def _source_url(source: Source) -> str:
    return reverse("sources:source", args=[source.slug])
