"""Every form in which somebody types comes back as it was when it is refused: with what was typed, and the reason
beside the field it is about. Buttons alone may answer with a page of their own."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import Http404, HttpResponse
from django.test import Client, RequestFactory
from django.urls import get_resolver, reverse

from jiyu.core import company
from jiyu.people.models import Account
from jiyu.sources.models import Quarantine
from tests.arch.test_urls import pages
from tests.companies import (
    QUARTERLY,
    SYSTEM,
    aggregate,
    entry,
    indicator,
    metric,
    opened,
    review,
    roster,
    rules,
    sheets,
    who,
)
from tests.sources.conftest import csv_file, load, xlsx_file

pytestmark = pytest.mark.django_db
Sent = tuple[str, dict[str, Any]]
"""Where a form goes, and what is typed in it."""

HEAD = ["工号", "完工时间", "合格", "不良"]
GOOD = csv_file(HEAD, [317, "2026-03-02 22:10", 120, 2])


@pytest.fixture
def owner(client: Client) -> Client:
    """A company with a roster, rules and somebody who may do everything."""
    roster(entry("000317", name="林晓峰"), entry("000402"))
    rules(
        review(
            {
                ("metric", "good"): metric("合格", aggregate("合格", "mes", "good")),
                ("indicator", "good"): indicator("good", zh="合格"),
            }
        )
    )
    account = Account(handle="owner")
    account.set_unusable_password()
    account.save()
    client.force_login(account)
    return client


def a_file(data: bytes, name: str = "报工.csv") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data)


def _sheet(client: Client) -> Sent:
    url = reverse("goals:sheet-edit", args=["2026Q1", QUARTERLY, who("000317")])
    return url, {"rev": "0", "indicator_1": "good", "weight_1": "40 %", "target_1": "一百"}


def _sheets(client: Client) -> Sent:
    rows = "工号,指标编号,权重,目标值\n000317,good,100,98\n".encode()
    return reverse("goals:sheets-file"), {"file": a_file(rows, "表.csv"), "period": "2026Q9", "module": QUARTERLY}


def _draft(client: Client) -> Sent:
    return reverse("metrics:metric-draft", args=[QUARTERLY, "good"]), {"try": "合格*2", "draft_rev": "7"}


def _cycle(client: Client) -> Sent:
    return reverse("reviews:cycle-open"), {"module": QUARTERLY, "period": "2026Q9", "label": "一季度"}


def _cutoff(client: Client) -> Sent:
    sheets({"000317": [("good", 100)]})
    return reverse("reviews:cycle-cutoff", args=[opened().pk]), {"cutoff": "昨天下班"}


def _upload(client: Client) -> Sent:
    return reverse("sources:upload"), {"file": a_file(b""), "source": "+", "label": "MES 报工"}


def _take(client: Client) -> Sent:
    load(GOOD)
    kept = client.post(reverse("sources:upload"), {"file": a_file(GOOD), "source": "mes"})["Location"].split("/")[3]
    chosen = {"source": "mes", "mode": "replace_window", "first": "", "last": "2026-03-31"}
    return reverse("sources:take", args=[kept]), chosen


def _pick(client: Client) -> Sent:
    load(csv_file(HEAD, [999, "2026-03-02 22:10", 120, 2]))
    url = reverse("sources:settle", args=[Quarantine.objects.get().pk])
    return url, {"option": "pick", "employee_no": "777"}


def _cells(client: Client) -> Sent:
    load(csv_file(HEAD, [317, "2026-02-30 22:10", 120, 2]))
    url = reverse("sources:settle", args=[Quarantine.objects.get().pk])
    return url, {"option": "edit", "cell:完工时间": "2026-02-31 22:10", "cell:合格": "125"}


def _roster(client: Client) -> Sent:
    return reverse("sources:roster-upload"), {"file": a_file(b"")}


def _person(client: Client) -> Sent:
    rows = [["工号", "姓名", "部门", "入职日期"], ["000511", "阿依古丽", "二车间", "2026/2/30"]]
    sent = {"file": a_file(xlsx_file(*rows), "花名册.xlsx")}
    run = client.post(reverse("sources:roster-upload"), sent)["Location"].split("/")[2]
    form = {"key": Quarantine.objects.get().key, "option": "date", "value": "2099-02-28"}
    return reverse("sources:roster-settle", args=[run]), form


def _new_company(client: Client) -> Sent:
    _as(demo=True)
    return reverse("home:new-company"), {"name": "长" * 101}


def _recover(client: Client) -> Sent:
    return reverse("home:recover"), {"code": "XXXXX"}


def _empty(client: Client) -> Sent:
    _as(trial_since="2026-04-08T00:00:00+00:00")
    return reverse("home:empty"), {"name": "别的公司"}


def _as(**changed: Any) -> None:
    """The company as another one; the fixture that made it takes it back."""
    company._current.set(replace(company.current(), **changed))


@dataclass(frozen=True)
class Refused:
    """A form of the address `name`, filled in so that it is refused: the `field` it is about ("" for none of them),
    what is `said`, and what was typed and has to be `kept`."""

    name: str
    fill: Callable[[Client], Sent]
    field: str
    said: str
    kept: tuple[str, ...]
    status: int = 422


FORMS = [
    Refused("home:new-company", _new_company, "name", "名字最多 100 个字", (f'value="{"长" * 101}"',)),
    Refused("home:recover", _recover, "code", "恢复码不对，或者已经用过", ()),
    Refused("home:empty", _empty, "name", "没有清空任何东西", ('value="别的公司"',)),
    Refused("goals:sheet-edit", _sheet, "target_1", "“一百”不是数", ('value="40 %"', 'value="一百"')),
    Refused("goals:sheets-file", _sheets, "period", "没有“2026Q9”这样的周期", ('value="2026Q9"', 'value="表.csv"')),
    Refused("metrics:metric-draft", _draft, "", "别人改过这份草稿", (">合格*2</textarea>",), 409),
    Refused("reviews:cycle-open", _cycle, "period", "没有“2026Q9”这样的周期", ('value="2026Q9"', 'value="一季度"')),
    Refused("reviews:cycle-cutoff", _cutoff, "cutoff", "“昨天下班”不是时间", ('value="昨天下班"',)),
    Refused("sources:upload", _upload, "file", "是空的，一个字节也没有", ('value="MES 报工"',)),
    Refused("sources:take", _take, "first", "没写清从哪天到哪天", ('value="2026-03-31"', 'value="replace_window" checked')),
    Refused("sources:settle", _pick, "employee_no", "花名册里没有工号 777", ('value="777"',)),
    Refused("sources:settle", _cells, "cell:完工时间", "2026-02-31", ('value="2026-02-31 22:10"', 'value="125"')),
    Refused("sources:roster-upload", _roster, "file", "是空的，一个字节也没有", ()),
    Refused("sources:roster-settle", _person, "value", "2099-02-28", ('value="2099-02-28"',)),
]  # fmt: skip
BUTTONS = {
    "home:as", "home:enter", "home:export-make", "home:recover-renew", "home:sign-out",
    "metrics:metric-discard", "reviews:cycle-finalize", "reviews:cycle-score",
    "sources:roster-undo", "sources:undo",
}  # fmt: skip


@pytest.mark.parametrize("case", FORMS, ids=lambda case: f"{case.name}-{case.field}")
def test_a_refused_form_comes_back_as_it_was_typed(owner: Client, case: Refused) -> None:
    url, form = case.fill(owner)
    response = owner.post(url, form)
    html = response.content.decode()
    assert response.status_code == case.status
    assert '<form method="post"' in html and "card empty" not in html, "the form's own page"
    assert [one for one in (case.said, *case.kept) if one not in html] == []
    if owner.get(url).status_code == 405:  # the page stands at an address that takes forms only: links name another
        assert re.findall(r'href="\?[^"]*"|<form method="get"(?![^>]*action)[^>]*>', html) == []
    if case.field:
        beside = html.split("field-wrong", 1)[1].split("field-problem", 1)[0]
        assert f'name="{case.field}"' in beside
    else:
        assert "banner is-refused" in html


def test_every_form_of_the_product_is_one_of_these_or_a_button() -> None:
    assert {case.name for case in FORMS} | BUTTONS == taking_forms()


def taking_forms() -> set[str]:
    """The names of the addresses that take POST, by what they say they allow."""
    found = set()
    for _route, name, view in pages(get_resolver().url_patterns):
        request: Any = RequestFactory().generic("PROPFIND", "/")
        request.actor = SYSTEM
        try:
            response: HttpResponse = view(request)
        except (TypeError, Http404):  # a view of any method, which wants what stands in its address
            continue
        if "POST" in response.headers.get("Allow", ""):
            found.add(name)
    return found
