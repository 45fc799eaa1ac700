"""花名册 of a big company: stepped into by unit, found by name or number, a hundred a page."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from jiyu.core import clock
from jiyu.core.ids import uuid7
from jiyu.people.public import PersonEntry, roster_take
from tests.sources.conftest import HR, people

pytestmark = pytest.mark.django_db


def hire(count: int) -> None:
    """So many people in 20 crews of two workshops, numbers from 100000."""
    entries = [
        PersonEntry(f"{100_000 + n}", f"张{n:04}", (f"{'一二'[n % 2]}车间", f"{n % 20} 班"), job="操作工")
        for n in range(count)
    ]
    roster_take(actor=HR, run_id=uuid7(), entries=entries, on=clock.today(), company_name="苏州衡川精密传动")


def page(browser: Client, query: str = "") -> str:
    response = browser.get(f"/roster/{query}")
    assert response.status_code == 200
    assert len(response.content) < 60_000
    return str(response.content.decode())


def test_a_small_company_is_one_tree(hr_client: Client) -> None:
    people(n000317="林晓峰", n000210="王敏")
    html = page(hr_client)
    assert "林晓峰 000317" in html and 'name="q"' not in html


def test_a_big_company_is_a_hundred_people_a_page(hr_client: Client) -> None:
    hire(250)
    html = page(hr_client)
    assert "花名册里有 250 人" in html
    assert "张0000" in html and "张0099" in html and "张0100" not in html
    assert "第 1 / 3 页 ·" in html
    last = page(hr_client, "?page=3")
    assert "张0249" in last and 'href="/roster/?page=2#people"' in last


def test_people_are_found_by_name_or_number(hr_client: Client) -> None:
    hire(250)
    html = page(hr_client, "?q=张0123")
    assert html.count("<td><b>") == 1 and "100123" in html and 'value="张0123"' in html
    assert page(hr_client, "?q=10012").count("<td><b>") == 10
    assert "没有找到，换一个姓名或工号" in page(hr_client, "?q=李")


def test_a_unit_is_stepped_into_and_kept_by_search_and_pages(hr_client: Client) -> None:
    hire(250)
    workshop = re.search(r'(unit=[0-9a-f-]+)#people">(?:(?!<li>).)*<b>二车间</b>', page(hr_client))
    assert workshop is not None
    html = page(hr_client, f"?{workshop[1]}")
    assert "<h2>二车间</h2>" in html and "张0001" in html and "张0000" not in html
    assert "<b>1 班</b>" in html and "<b>2 班</b>" not in html
    assert f'href="/roster/?{workshop[1]}&amp;page=2#people"' in html
    assert page(hr_client, f"?{workshop[1]}&q=张012").count("<td><b>") == 5
    assert "苏州衡川精密传动" in html and 'href="/roster/?#people"' in html


def test_a_unit_that_is_none_counts_for_nothing(hr_client: Client) -> None:
    hire(70)
    for wrong in ("?unit=x", f"?unit={uuid7()}"):
        assert page(hr_client, wrong).count("<td><b>") == 70


def test_thousands_cost_as_many_questions_as_hundreds_and_no_bigger_page(hr_client: Client) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as caught:
            page(hr_client)
        return len(caught)

    hire(150)
    few = asked()
    hire(3_000)
    assert asked() == few
