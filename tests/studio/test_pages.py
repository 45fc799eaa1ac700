"""The pages of rules, as HR uses them without JavaScript."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client

from jiyu.core import clock
from jiyu.goals.models import Sheet
from jiyu.people.public import account_for, grant_make
from jiyu.studio.models import Cohort, Proposal, Release, Slot
from jiyu.studio.public import EditionView, release
from tests.companies import SYSTEM, at, entry, points_rules, review, roster, rules, sheets, who

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def first_of_april() -> Any:
    with at(4, 1):
        yield


@pytest.fixture
def company() -> EditionView:
    """Two HR people, an operator and a clerk; the quarterly rules in their first edition."""
    roster("000001", "000002", entry("000003", job="操作工"), entry("000004", job="文员"))
    for number in ("000001", "000002"):
        grant_make(actor=SYSTEM, person_id=who(number), role="hr")
    return points_rules("a")


def signed_in(number: str) -> Client:
    client = Client()
    client.force_login(account_for(actor=SYSTEM, person_id=who(number)), "django.contrib.auth.backends.ModelBackend")
    return client


def second_edition() -> EditionView:
    from tests.companies import aggregate, indicator, metric

    parts = {("metric", "a"): metric("数", aggregate("数", "marks", "a")), ("indicator", "a"): indicator("a")}
    return rules(review(parts, decimals=1), on=None)


def text_of(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def form(client: Client, to_release: EditionView, /, **typed: str) -> Any:
    everybody = Slot.objects.get(module__code="quarterly", audience=None)
    newest = Release.objects.filter(slot=everybody, cohort=None).order_by("-published_at").first()
    sent = {
        "part": f"{everybody.pk}:",
        "edition": str(to_release.id),
        "on": "2026-04-01",
        "reason": "二季度起",
        "after": str(newest.pk) if newest else "",
        "do": "publish",
    }
    return client.post("/rules/quarterly/publish/", {**sent, **typed})


def test_hr_finds_the_module_and_reads_what_each_edition_changed(company: EditionView) -> None:
    second_edition()
    client = signed_in("000001")
    assert 'href="/rules/quarterly/"' in text_of(client, "/rules/")
    page = text_of(client, "/rules/quarterly/")
    assert "总分小数位：2 → 1" in page
    assert "第 1 版" in page and "生效中" in page


def test_two_hr_publish_together(company: EditionView) -> None:
    edition = second_edition()
    one, other = signed_in("000001"), signed_in("000002")
    refused = form(one, edition)
    assert refused.status_code == 422
    assert "提出，请另一位发布" in refused.content.decode()
    assert form(one, edition, do="propose").status_code == 302
    proposal = Proposal.objects.get()
    assert "看过了，发布" not in text_of(one, "/rules/quarterly/")
    assert "看过了，发布" in text_of(other, "/rules/quarterly/")
    assert other.post(f"/proposals/{proposal.pk}/publish/").status_code == 302
    row = Release.objects.get(edition=edition.id)
    assert (row.published_by, row.second_by) == (who("000001"), who("000002"))
    assert "第二人 人000002" in text_of(one, "/rules/quarterly/")


def test_a_past_day_is_asked_on_the_form_and_a_tick_answers(company: EditionView) -> None:
    edition = second_edition()
    client = signed_in("000001")
    asked = form(client, edition, on="2026-03-01", do="propose")
    assert asked.status_code == 422
    assert 'name="past"' in asked.content.decode()
    assert "二季度起" in asked.content.decode()
    assert form(client, edition, on="2026-03-01", do="propose", past="1").status_code == 302
    assert Proposal.objects.get().effective_on == date(2026, 3, 1)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"on": "4 月 1 日"}, "看不懂这个日期"),
        ({"reason": " "}, "写一句为什么发布"),
        ({"edition": "x"}, "选要发布的一版"),
    ],
)
def test_what_is_wrong_comes_back_with_what_was_typed(company: EditionView, typed: dict[str, str], words: str) -> None:
    refused = form(signed_in("000001"), second_edition(), **typed)
    assert (refused.status_code, words in refused.content.decode()) == (422, True)
    assert Release.objects.count() == 1


def test_a_page_opened_before_another_release_is_told(company: EditionView) -> None:
    edition = second_edition()
    seen = Release.objects.get()
    with at(4, 1, 10):
        release(
            actor=SYSTEM, module_code="quarterly", edition_id=company.id, effective_on=date(2026, 4, 1), reason="再发"
        )
    with at(4, 1, 11):
        refused = form(signed_in("000001"), edition, after=str(seen.pk), do="propose")
    assert "你打开之后，这个范围发布了另一版" in refused.content.decode()
    assert not Proposal.objects.exists()


def test_an_audience_is_ticked_and_told_back_in_words(company: EditionView) -> None:
    client = signed_in("000001")
    assert "操作工" in text_of(client, "/rules/quarterly/audience/")
    sent = client.post("/rules/quarterly/audience/", {"name": "操作工", "rank": "10", "fact-job": ["操作工"]})
    assert sent.status_code == 302
    page = text_of(client, "/rules/quarterly/")
    assert "岗位是 操作工" in page and "今天 1 人" in page


def test_a_nameless_audience_or_an_unknown_number_comes_back(company: EditionView) -> None:
    client = signed_in("000001")
    for typed in ({"rank": "10", "fact-job": ["操作工"]}, {"name": "操作工", "rank": "10", "named": "999999"}):
        refused = client.post("/rules/quarterly/audience/", typed)
        assert refused.status_code == 422
    assert Slot.objects.count() == 1


def test_a_share_and_a_list_become_cohorts(company: EditionView) -> None:
    client = signed_in("000001")
    slot = f"{Slot.objects.get(module__code='quarterly').pk}:"
    address = "/rules/quarterly/part/"
    assert client.post(address, {"name": "一成", "slot": slot, "by": "team", "share": "12.5"}).status_code == 302
    assert client.post(address, {"name": "两个人", "slot": slot, "named": "000003 000004"}).status_code == 302
    assert [(c.pct_bp, len(c.members or ())) for c in Cohort.objects.order_by("rank")] == [(1250, 0), (None, 2)]
    assert client.post(address, {"name": "全部", "slot": slot, "share": "100"}).status_code == 422
    page = text_of(client, "/rules/quarterly/")
    assert "按班组抽 12.5 %" in page and "人000003、人000004" in page


def test_who_is_on_which_edition_can_be_looked_up(company: EditionView) -> None:
    page = text_of(signed_in("000001"), "/rules/quarterly/people/?q=000003")
    assert "第 1 版 4 人" in page
    assert "人000003" in page and "人000004" not in page


def test_work_is_moved_by_ticks_and_a_reason(company: EditionView) -> None:
    sheets({"000003": [("a", 100)]})
    edition = second_edition()
    with at(4, 2):
        release(
            actor=SYSTEM,
            module_code="quarterly",
            edition_id=edition.id,
            effective_on=date(2026, 1, 1),
            reason="补记",
            past_is_meant=True,
        )
    with at(4, 3):
        client = signed_in("000001")
        assert "/rules/quarterly/rebase/" in text_of(client, "/rules/quarterly/")
        page = text_of(client, "/rules/quarterly/rebase/")
        tick = f"{Sheet.objects.get().pk}:{edition.id}"
        assert f'value="{tick}"' in page
        assert client.post("/rules/quarterly/rebase/", {"work": tick, "reason": ""}).status_code == 422
        assert client.post("/rules/quarterly/rebase/", {"work": tick, "reason": "按新规则"}).status_code == 302
        assert "做好的都在生效的那一版上" in text_of(client, "/rules/quarterly/rebase/")
    assert Sheet.objects.get().edition == edition.id


def test_drafts_become_an_edition_that_nobody_follows_yet(company: EditionView) -> None:
    from jiyu.studio.public import draft_save
    from tests.companies import scheme

    draft_save(actor=SYSTEM, module_code="quarterly", kind="scheme", code="scheme", spec=scheme(decimals=0))
    client = signed_in("000001")
    assert "1 处草稿还没有做成一版" in text_of(client, "/rules/quarterly/")
    assert client.post("/rules/quarterly/edition/").status_code == 302
    page = text_of(client, "/rules/quarterly/")
    assert "总分小数位：2 → 0" in page and "草稿还没有做成一版" not in page
    assert Release.objects.count() == 1


def test_the_same_edition_again_is_no_way_back_and_a_torn_hidden_field_is_nothing(company: EditionView) -> None:
    with at(4, 1, 10):
        release(actor=SYSTEM, module_code="quarterly", edition_id=company.id, effective_on=clock.today(), reason="再发")
    with at(4, 1, 11):
        client = signed_in("000001")
        assert "退回" not in text_of(client, "/rules/quarterly/")
        assert form(client, company, after="torn").status_code == 404


def test_an_unknown_module_is_not_there(company: EditionView) -> None:
    assert signed_in("000001").get("/rules/nowhere/").status_code == 404


def test_a_back_release_is_called_so(company: EditionView) -> None:
    second = second_edition()
    for hour, edition in ((10, second), (11, company)):
        with at(4, 1, hour):
            release(
                actor=SYSTEM,
                module_code="quarterly",
                edition_id=edition.id,
                effective_on=clock.today(),
                reason="试过了",
            )
    with at(4, 1, 12):
        assert "退回到第 1 版，第 3 次发布" in text_of(signed_in("000001"), "/rules/quarterly/")
