"""我的一页 and 为什么: requests beside one bare read and the same template with the same words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import connection
from django.template import loader
from django.test import Client
from django.test.utils import CaptureQueriesContext, setup_test_environment
from django.urls import reverse

from bench.company import SYSTEM, fill_cycle, fill_people, fill_records, fill_sheets, rules
from bench.measuring import Measured, in_turn, peak_mb
from jiyu.people.public import account_for
from jiyu.reviews.models import Result, ResultLine
from jiyu.reviews.services import cycle_score

SMALL, MIDDLE, LARGE = 320, 10_000, 1_000_000
SCORED = 100  # of the people have sheets, records and results
REQUESTS = 10
MOST_QUERIES = 20
REACH = 5.0  # of the bare read and template


def measure(scale: float, runs: int) -> list[Measured]:
    """Two rows for each page (queries, time), in a company of 1 million × `scale` people (at least 320)."""
    count = max(SMALL, int(LARGE * scale))
    setup_test_environment(debug=False)
    people = fill_people(count)
    few = people[:SCORED]
    edition = rules()
    sheets = fill_sheets(few, edition)
    fill_records(few)
    cycle = fill_cycle("2026q1", few, sheets, edition)
    cycle_score(actor=SYSTEM, cycle_id=cycle.pk)
    account = account_for(actor=SYSTEM, person_id=few[1])
    client = Client()
    client.force_login(account)
    result = Result.objects.get(enrolment__cycle=cycle, enrolment__subject=few[1])
    pages = {"我的一页": reverse("home:me"), "为什么": reverse("home:why", args=[result.pk])}
    return [row for name, url in pages.items() for row in _page(client, name, url, result, count, runs)]


def _page(client: Client, name: str, url: str, result: Result, count: int, runs: int) -> list[Measured]:
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(url)
    asked = len(queries)  # counted now: each further request empties the list
    assert answer.status_code == 200, answer.status_code
    seconds = in_turn(
        {"product": lambda: [client.get(url) for _n in range(REQUESTS)], "bare": _bare(answer, result)}, runs
    )
    asking = Measured(
        f"{name}, queries ({connection.vendor})", f"{count:,} people", 0.0, 0.0, "a number, not a time",
        asked, peak_mb(), 1, most=MOST_QUERIES,
    )  # fmt: skip
    return [asking, Measured(
        f"{name} ({connection.vendor})", f"{count:,} people", seconds["product"] / REQUESTS,
        seconds["bare"] / REQUESTS, "one joined read + the same template", seconds["product"] / seconds["bare"],
        peak_mb(), runs, most=REACH,
        note=f"{REQUESTS / seconds['product']:.0f} requests/s",
    )]  # fmt: skip


def _bare(answer: Any, result: Result) -> Callable[[], object]:
    """What a page can cost at least: the result with its lines in one read, and the template filled with the page's own
    words."""
    template = loader.get_template(answer.templates[0].name)
    context = answer.context[0].flatten()
    request = context.pop("request")

    whole = len(answer.content)
    assert abs(len(template.render(context, request).encode()) - whole) < whole / 20, "the bare page is another page"

    def once() -> None:
        list(ResultLine.objects.filter(result=result.pk).select_related("result__enrolment__cycle").order_by("line"))
        template.render(context, request)

    def several() -> None:
        for _n in range(REQUESTS):
            once()

    return several
