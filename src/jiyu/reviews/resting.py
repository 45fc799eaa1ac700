"""What of ours rests on an import, so that taking it back is refused with the list (RULES "undo of an import")."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from uuid import UUID

from django.db.models import Max, Min

from jiyu.lib.text import Text, counted
from jiyu.metrics.public import MetricSpec
from jiyu.people.public import Rest
from jiyu.reviews.models import Enrolment, ResultLine
from jiyu.sources.public import run_facts
from jiyu.studio.public import versions


def enrolments_on(persons: frozenset[UUID], units: frozenset[UUID]) -> Iterable[Rest]:
    """Enrolments of people whom a roster import brought."""
    for person in Enrolment.objects.filter(subject__in=persons).values_list("subject", flat=True).distinct():
        yield Rest("enrolment", person)


def results_on(run_id: UUID) -> list[Text]:
    """Finalized results that counted records of a run, by cycle: "2026 年 3 月：12 份结果"."""
    run = run_facts(run_id)
    days = run.records.aggregate(first=Min("business_day"), last=Max("business_day"))
    if days["first"] is None:
        return []
    lines = ResultLine.objects.filter(
        result__finalization__isnull=False,
        result__known_at__gte=run.applied_at,
        result__enrolment__cycle__period__from_on__lte=days["last"],
        result__enrolment__cycle__period__to_on__gt=days["first"],
        result__enrolment__subject__in=run.records.values("subject"),
    ).values_list("result__enrolment__cycle__label", "result", "metric_version")
    rows = list(lines)
    specs = versions({metric for _label, _result, metric in rows if metric})
    using = {v for v, spec in specs.items() if isinstance(spec, MetricSpec) and run.source_code in spec.sources}
    found = Counter(label for label, _result in {(label, result) for label, result, metric in rows if metric in using})
    return [
        Text(f"{label}：{n} 份结果", f"{label}: {counted(n, 'result', 'results')}")
        for label, n in sorted(found.items())
    ]
