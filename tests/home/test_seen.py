"""确认 and 异议 on the pages, without JavaScript: from 我的一页 to the answer and back."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.test import Client

from jiyu.people.public import account_for, grant_make
from jiyu.reviews.models import Acknowledgement, Objection, ObjectionAnswer
from jiyu.sources.public import source_ensure
from tests.companies import SYSTEM, at, enrolment, entry, marks, points_rules, result, roster, scored, sheets, who

pytestmark = pytest.mark.django_db
MINE, OWNER, HR, LEAD = "000317", "000050", "000901", "000011"


@pytest.fixture(autouse=True)
def second_of_april() -> Iterator[None]:
    """The first quarter is scored; the statistician answers for the numbers."""
    roster(OWNER, HR, LEAD, entry(MINE, lead_employee_no=LEAD))
    with at(1, 2):
        grant_make(actor=SYSTEM, person_id=who(HR), role="hr")
    points_rules("a", "b")
    with at(1, 10):
        sheets({MINE: [("a", 50), ("b", 50)]})
    with at(4, 2, 8):
        marks("a,b", f"{MINE},90,80")
        source_ensure(actor=SYSTEM, code="marks", label="MARKS", owner=who(OWNER))
        scored()
    with at(4, 2):
        yield


def browse(number: str) -> Client:
    client = Client(headers={"accept-language": "zh-CN"})
    client.force_login(account_for(actor=SYSTEM, person_id=who(number)), "django.contrib.auth.backends.ModelBackend")
    return client


def read(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def seen_address() -> str:
    return f"/seen/{enrolment(MINE).pk}/{result(MINE).pk}/"


def test_one_button_says_that_the_numbers_were_seen() -> None:
    me = browse(MINE)
    page = read(me, "/me/")
    assert "一季度的数，请看一眼" in page and "确认只表示看过数，不影响你提异议。" in page
    assert seen_address() in page
    assert "收到。确认只表示看过数，不影响你提异议。" in me.post(seen_address(), follow=True).content.decode()
    assert Acknowledgement.objects.get().acknowledged_by == who(MINE)
    after = read(me, "/me/")
    assert "请看一眼" not in after and "确认看过" in after


def test_what_changed_meanwhile_is_told_and_nothing_is_confirmed() -> None:
    me, address = browse(MINE), seen_address()
    with at(4, 3):
        marks("a,b", f"{MINE},5,0", day="2026-03-02")
        scored()
        assert "你打开之后，数变过" in me.post(address, follow=True).content.decode()
    assert not Acknowledgement.objects.exists()


def test_a_lead_sees_no_button_on_the_page_of_another() -> None:
    lead = browse(LEAD)
    assert "请看一眼" not in read(lead, f"/person/{who(MINE)}/")
    assert lead.post(seen_address()).status_code == 404
    assert lead.get(f"/object/{result(MINE).pk}/").status_code == 404
    assert not Acknowledgement.objects.exists()


def test_from_an_objection_to_its_answer() -> None:
    me, owner = browse(MINE), browse(OWNER)
    form = f"/object/{result(MINE).pk}/"
    assert "停机没扣" in read(me, form)
    refused = me.post(form, {"line": "1", "reason": "other", "text": ""})
    assert (refused.status_code, "写一句哪里不对" in refused.content.decode()) == (422, True)
    assert me.post(form, {"line": "1", "reason": "other", "text": "少一张单"}).status_code == 302
    assert "少一张单" in read(me, "/me/")
    assert "1 个有异议" in read(browse(LEAD), "/team/")
    assert 'href="/objections/"' in read(owner, "/me/")
    assert "少一张单" in read(owner, "/objections/")
    row = Objection.objects.get()
    sent = {"objection": str(row.pk), "verdict": "stands", "text": ""}
    assert owner.post("/objections/", sent).status_code == 422
    assert owner.post("/objections/", {**sent, "text": "在 03-02 那天"}).status_code == 302
    assert ObjectionAnswer.objects.get().verdict == "stands"
    assert "数没有错：在 03-02 那天" in "".join(read(me, "/me/").split("\n"))
    assert "没有等你回答的异议" in read(owner, "/objections/")


def test_an_objection_may_be_taken_back_by_whoever_raised_it() -> None:
    me = browse(MINE)
    me.post(f"/object/{result(MINE).pk}/", {"line": "2", "reason": "not_mine"})
    row = Objection.objects.get()
    assert browse(LEAD).post(f"/objection/{row.pk}/withdraw/").status_code == 404
    assert me.post(f"/objection/{row.pk}/withdraw/").status_code == 302
    assert ObjectionAnswer.objects.get().verdict == "withdrawn"


def test_hr_has_all_open_ones_and_an_answer_to_nothing_is_told() -> None:
    browse(MINE).post(f"/object/{result(MINE).pk}/", {"line": "2", "reason": "not_mine"})
    hr = browse(HR)
    assert "不是我做的" in read(hr, "/objections/")
    assert hr.post("/objections/", {"objection": "x", "verdict": "stands"}).status_code == 409
    with at(4, 10):
        assert "1 个过了两个工作日" in read(hr, "/objections/")
