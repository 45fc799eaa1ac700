"""Pages of metrics: the list, one metric worked out on a person, and trying a changed formula."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from jiyu.core.access import ActorRequest, requires
from jiyu.core.errors import DomainError
from jiyu.core.forms import on_form, whole_number
from jiyu.metrics.drafts import draft_rows
from jiyu.metrics.example import Example, example, trial
from jiyu.metrics.pages import MetricPage, metric_page, metrics_page
from jiyu.metrics.policies import SEE_METRICS
from jiyu.studio.public import CHANGE_RULES, draft_discard, draft_save, draft_view, may_rules
from jiyu.ui.parts import Crumb


@requires(SEE_METRICS)
@require_GET
def metrics(request: ActorRequest) -> HttpResponse:
    """All metrics."""
    context = {"page": metrics_page(actor=request.actor), "drafts": draft_rows(actor=request.actor)}
    return render(request, "metrics/metrics.html", context)


@requires(SEE_METRICS)
@require_GET
def metric(request: ActorRequest, module_code: str, code: str) -> HttpResponse:
    """One metric; `no` and `period` choose the example, `try` is a changed formula."""
    page = metric_page(actor=request.actor, module_code=module_code, code=code)
    return _page(request, page, request.GET.get("try", ""), asked=request.GET.dict())


@requires(CHANGE_RULES)
@require_POST
def metric_draft(request: ActorRequest, module_code: str, code: str) -> HttpResponse:
    """Keep a changed formula as a draft; one with an error comes back as it was typed."""
    page = metric_page(actor=request.actor, module_code=module_code, code=code)
    typed = request.POST.get("try", "")
    if not trial(spec=page.spec, typed=typed, shown=None).is_good:
        return _page(request, page, typed, asked=request.POST.dict(), status=422)
    draft = draft_view(actor=request.actor, module_code=module_code, kind="metric", code=code)
    spec = (draft.spec if draft else page.spec).model_copy(update={"expression": typed})
    try:
        draft_save(
            actor=request.actor,
            module_code=module_code,
            kind="metric",
            code=code,
            spec=spec.model_dump(mode="json"),
            expected_rev=whole_number(request.POST.get("draft_rev", "")),
        )
    except DomainError as error:
        refused = _draft_below(error, _("现在的草稿就在下面。你写的还在公式框里，再存一次就盖掉它。"))
        return _page(request, page, typed, asked=request.POST.dict(), refused=refused)
    messages.success(request, _("草稿存好了。生效的没有变，谁的数也没有动。"))
    query = urlencode({name: request.POST.get(name, "") for name in ("no", "period", "try")})
    return redirect(f"{reverse('metrics:metric', args=[module_code, code])}?{query}")


@requires(CHANGE_RULES)
@require_POST
def metric_discard(request: ActorRequest, module_code: str, code: str) -> HttpResponse:
    """Throw a draft away."""
    page = metric_page(actor=request.actor, module_code=module_code, code=code)
    try:
        draft_discard(
            actor=request.actor,
            module_code=module_code,
            kind="metric",
            code=code,
            expected_rev=whole_number(request.POST.get("draft_rev", "")),
        )
    except DomainError as error:
        refused = _draft_below(error, _("现在的草稿就在下面，看过再决定丢不丢。"))
        return _page(request, page, "", asked={}, refused=refused)
    messages.success(request, _("草稿丢掉了。生效的没有变。"))
    return redirect("metrics:metrics")


def _draft_below(error: DomainError, fix: str) -> DomainError:
    """A refusal on the metric's page. There the draft that somebody changed meanwhile stands below it: `fix` says how
    to go on from that, instead of reloading."""
    found = on_form(error)
    if found.code != "studio.draft_changed":
        return found
    return DomainError(found.code, found.message, fix=fix, path=found.path, status=found.status)


def _page(
    request: ActorRequest,
    page: MetricPage,
    typed: str,
    *,
    asked: dict[str, str],
    status: int = 200,
    refused: DomainError | None = None,
) -> HttpResponse:
    error: DomainError | None = None
    shown: Example | None = None
    number, period = asked.get("no", "").strip(), asked.get("period", "").strip()
    try:
        shown = example(actor=request.actor, page=page, employee_no=number, period_code=period)
    except DomainError as unshown:
        error = unshown
    may_change = may_rules(request.actor, CHANGE_RULES)
    of = {"module_code": page.item.module_code, "kind": "metric", "code": page.item.code}
    draft = draft_view(actor=request.actor, **of) if may_change and typed else None
    context = {
        "page": page,
        "draft_rev": draft.rev if draft else 0,
        "example": shown,
        "error": error,
        "no": number or (shown.person.employee_no if shown else ""),
        "period": period or (shown.period_code if shown else ""),
        "typed": typed or page.spec.expression,
        "trial": trial(spec=page.spec, typed=typed, shown=shown) if typed else None,
        "may_change": may_change,
        "drafts": draft_rows(actor=request.actor, module_code=page.item.module_code, code=page.item.code),
        "refused": refused,
        "way": [Crumb(label=_("数据项"), href=reverse("metrics:metrics"))],
    }
    return render(
        request, "metrics/metric.html", context, status=refused.status if refused else 422 if error else status
    )
