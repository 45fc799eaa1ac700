"""数据项 through the browser: the list, one metric worked out on somebody, a changed formula tried and kept as draft."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from jiyu.core.models import AuditEntry
from jiyu.metrics.example import Mark, marked
from jiyu.metrics.kinds import Aggregate, MetricSpec, visible
from jiyu.metrics.wording import formula_words, input_words, missing_words
from jiyu.people.models import Account
from jiyu.studio.models import Draft, Edition, Release, Version
from tests.companies import (
    LIBRARY,
    QUARTERLY,
    aggregate,
    at,
    deliver,
    entry,
    indicator,
    metric,
    review,
    roster,
    rules,
)
from tests.pages import browser, page, title

MOST_QUERIES = 20
RATE = f"/metrics/{LIBRARY}/rate/"
pytestmark = pytest.mark.django_db


@pytest.fixture
def company() -> None:
    """合格率 from two columns of MES, OEE-like steps, an average; 317 and 318 with numbers in 2026Q1, 402 without."""
    with at(1, 2):
        roster(entry("000900", "人事部"), entry("000317"), entry("000318"), entry("000402", "销售部"))
        good, sent = aggregate("合格", "mes", "g", unit="piece"), aggregate("送检", "mes", "s", unit="piece")
        time = aggregate("分钟", "mes", "m", how="average", unit="minute")
        late = aggregate("违章", "mes", where=[{"dimension": "类型", "values": ["违章"]}], missing="zero")
        steps = [{"name": "合格率", "expression": "合格/送检", "unit": "percent"}]
        rules(
            {
                ("metric", "rate"): metric("合格/送检", good, sent, unit="percent", label={"zh": "一次合格率"}),
                ("metric", "twice"): metric("合格率*合格率", good, sent, unit="percent", steps=steps),
                ("metric", "time"): metric("分钟", time, unit="minute"),
                ("metric", "late"): metric("违章", late, unit="occurrence"),
            },
            module=LIBRARY,
        )
        rules(review({("indicator", code): indicator(f"{LIBRARY}:rate", zh="合格率") for code in ("a", "b")}))
    rows = ["317,2026-03-02,1,95,100,10,报工", "317,2026-03-03,2,9,10,20,报工", "318,2026-03-03,3,1,2,30,违章"]
    deliver("mes", "工号,日期,编号,g,s,m,类型", *[f"000{row}" for row in rows], dimensions=["类型"])


@pytest.fixture
def hr(company: None) -> Client:
    """HR of the whole company."""
    return browser("000900", "hr")


# The list


def test_without_metrics_the_page_teaches(db: None) -> None:
    roster("000900")
    html = page(browser("000900", "hr").get("/metrics/"))
    assert title(html) == "还没有数据项" and "jiyu definition import" in html


def test_the_list_tells_formula_unit_source_and_use(hr: Client) -> None:
    html = page(hr.get("/metrics/"))
    assert title(html) == "4 个数据项，3 个还没有指标用"
    (row,) = re.findall(rf'<tr><td><a href="{RATE}">.*?</tr>', html, re.S)
    cells = [re.sub("<.*?>", "", cell).strip() for cell in re.findall(r"<td.*?</td>", row, re.S)]
    assert cells == ["一次合格率", "合格 ÷ 送检", "%", "MES", "2 个指标"]


@pytest.mark.parametrize(("role", "status"), [("", 403), ("executive", 403), ("it", 200), ("hr", 200)])
def test_who_may_see_metrics(company: None, role: str, status: int) -> None:
    client = browser("000402", role)
    assert client.get("/metrics/").status_code == status
    assert client.get(RATE).status_code == status


@pytest.mark.parametrize("path", [f"/metrics/{LIBRARY}/gone/", "/metrics/nowhere/rate/", f"/metrics/{QUARTERLY}/rate/"])
def test_what_is_not_there_is_not_found(hr: Client, path: str) -> None:
    assert hr.get(path).status_code == 404


# The worked example


def test_the_first_example_is_somebody_who_has_data_in_the_newest_quarter(hr: Client) -> None:
    html = page(hr.get(RATE))
    assert title(html) == "一次合格率 = 合格 ÷ 送检"
    assert "拿人000317 2026Q1 算一遍" in html
    assert re.search(r"<td>合格</td>.*?2 条.*?2 天有记录.*?104 件.*?<td>送检</td>.*?110 件", html, re.S)
    assert "一次合格率 = 104 ÷ 110 = 94.55 %" in html
    assert "两头的数：104 和 110" in html
    assert html.count("button-main") == 1


def test_another_person_and_period_may_be_chosen(hr: Client) -> None:
    assert "1 ÷ 2 = 50.00 %" in page(hr.get(RATE, {"no": "000318", "period": "2026-03"}))


def test_what_is_missing_is_no_zero(hr: Client) -> None:
    html = page(hr.get(RATE, {"no": "000402", "period": "2026Q1"}))
    assert "待数据" in html and "合格、送检 还没到，缺的不算 0" in html and "0.00 %" not in html


def test_no_violation_is_a_true_zero(hr: Client) -> None:
    html = page(hr.get(f"/metrics/{LIBRARY}/late/", {"no": "000317", "period": "2026Q1"}))
    assert "数据项 = 0.00 次" in html and "没有记录：就是 0" in html


def test_a_count_of_records_finds_its_first_example_too(hr: Client) -> None:
    assert "拿人000317 2026Q1 算一遍" in page(hr.get(f"/metrics/{LIBRARY}/late/"))


def test_steps_are_told_with_their_figures(hr: Client) -> None:
    html = page(hr.get(f"/metrics/{LIBRARY}/twice/", {"no": "000318"}))
    assert "合格率 = 1 ÷ 2 = 50 %" in html
    assert "50 % × 50 % = 25.00 %" in html


def test_an_average_shows_its_sum_and_its_count(hr: Client) -> None:
    html = page(hr.get(f"/metrics/{LIBRARY}/time/", {"no": "000317"}))
    assert "30 ÷ 2 = 15.00 分钟" in html


def test_an_unknown_number_or_period_is_told_at_its_field(hr: Client) -> None:
    html = page(hr.get(RATE, {"no": "317", "period": "2026Q1"}), 422)
    assert "花名册里没有工号“317”。工号照花名册写，前面的 0 也要写" in html and 'value="317"' in html
    html = page(hr.get(RATE, {"no": "000317", "period": "March"}), 422)
    assert "没有“March”这样的周期" in html and 'value="March"' in html


def test_nobody_sees_numbers_of_persons_outside_the_own_scope(company: None) -> None:
    narrow = browser("000900", "hr", "销售部")
    assert "人000317" not in page(narrow.get(RATE))
    assert "花名册里没有工号“000317”" in page(narrow.get(RATE, {"no": "000317"}), 422)
    html = page(browser("000318", "it").get(RATE, {"no": "000317"}), 422)
    assert "104" not in html


# Trying a change


def test_old_and_new_stand_beside_each_other_and_nothing_is_written(hr: Client) -> None:
    before = Draft.objects.count(), Version.objects.count()
    html = page(hr.get(RATE, {"no": "000317", "period": "2026Q1", "try": "(合格+1)/送检"}))
    assert re.search(r"生效的.*104 ÷ 110.*94.55 %.*改成.*（104 \+ 1） ÷ 110.*95.45 %", html, re.S)
    assert "存成草稿" in html and "只存草稿，不影响任何人" in html
    assert (Draft.objects.count(), Version.objects.count()) == before


def test_a_problem_marks_its_place_and_says_the_fix(hr: Client) -> None:
    html = page(hr.get(RATE, {"try": "合格/送捡"}))
    assert "没有“送捡”" in html and "是不是“送检”" in html
    assert "合格/<mark>送捡</mark>" in html
    assert "存成草稿" not in html and ">合格/送捡</textarea>" in html


def test_an_unchanged_formula_is_no_draft(hr: Client) -> None:
    assert "存成草稿" not in page(hr.get(RATE, {"try": "合格/送检"}))


def test_a_draft_is_saved_and_nobody_is_touched(hr: Client) -> None:
    frozen = Edition.objects.count(), Version.objects.count(), Release.objects.count()
    response = hr.post(
        f"{RATE}draft/", {"try": "合格/(送检+1)", "no": "000317", "period": "2026Q1", "draft_rev": "1"}, follow=True
    )
    html = page(response)
    assert "草稿存好了。生效的没有变，谁的数也没有动。" in html
    assert title(html) == "一次合格率 = 合格 ÷ 送检" and ">合格/(送检+1)</textarea>" in html
    draft = Draft.objects.get(definition__code="rate")
    assert draft.spec["expression"] == "合格/(送检+1)" and draft.rev == 2
    assert (Edition.objects.count(), Version.objects.count(), Release.objects.count()) == frozen


def test_a_draft_somebody_changed_meanwhile_is_not_overwritten(hr: Client) -> None:
    page(hr.post(f"{RATE}draft/", {"try": "合格/(送检+1)", "draft_rev": "1"}, follow=True))
    html = page(hr.post(f"{RATE}draft/", {"try": "合格/(送检+2)", "draft_rev": "1"}), 409)
    assert "你打开之后，别人改过这份草稿" in html and ">合格/(送检+2)</textarea>" in html
    assert "你写的还在公式框里，再存一次就盖掉它。" in html and "刷新" not in html
    assert "一次合格率 = 合格 ÷ （送检 + 1）" in html, "the other's draft stands above"
    assert Draft.objects.get(definition__code="rate").spec["expression"] == "合格/(送检+1)"


def test_a_draft_stands_in_the_list_and_on_its_page_until_it_is_in_force(hr: Client) -> None:
    assert "草稿" not in page(hr.get("/metrics/")), "what was imported is in force and no draft"
    with at(2, 3, 14):
        hr.post(f"{RATE}draft/", {"try": "合格/(送检+1)", "draft_rev": "1"})
    go_on = f'href="{RATE}?try=%E5%90%88%E6%A0%BC/%28%E9%80%81%E6%A3%80%2B1%29#try"'
    for where in ("/metrics/", RATE):
        html = page(hr.get(where))
        assert "1 份草稿还没生效" in html and "一次合格率 = 合格 ÷ （送检 + 1）" in html
        assert "人000900 · 02-03 14:00" in html and go_on in html
    html = page(hr.get(RATE, {"try": "合格/(送检+1)"}))
    assert 'name="draft_rev" value="2"' in html and "存成草稿" in html
    assert "草稿" not in page(browser("000402", "it").get("/metrics/")), "who may not change rules sees none"
    assert "还没生效" not in page(hr.get(f"/metrics/{LIBRARY}/time/")), "another metric's page"


def test_a_draft_is_discarded_and_what_is_in_force_stays(hr: Client) -> None:
    hr.post(f"{RATE}draft/", {"try": "合格/(送检+1)", "draft_rev": "1"})
    frozen = Edition.objects.count(), Version.objects.count(), Release.objects.count()
    html = page(hr.post(f"{RATE}draft/discard/", {"draft_rev": "2"}, follow=True))
    assert "草稿丢掉了。生效的没有变。" in html and "还没生效" not in html
    draft = Draft.objects.get(definition__code="rate")
    assert (draft.spec["expression"], draft.rev) == ("合格/送检", 3)
    assert (Edition.objects.count(), Version.objects.count(), Release.objects.count()) == frozen
    assert AuditEntry.objects.filter(action="studio.draft_discarded").count() == 1


def test_a_draft_somebody_changed_meanwhile_is_not_discarded(hr: Client) -> None:
    hr.post(f"{RATE}draft/", {"try": "合格/(送检+1)", "draft_rev": "1"})
    hr.post(f"{RATE}draft/", {"try": "合格/(送检+2)", "draft_rev": "2"})
    html = page(hr.post(f"{RATE}draft/discard/", {"draft_rev": "2"}), 409)
    assert "你打开之后，别人改过这份草稿" in html and "看过再决定丢不丢" in html
    assert "一次合格率 = 合格 ÷ （送检 + 2）" in html and 'name="draft_rev" value="3"' in html, "ready to be discarded"
    assert Draft.objects.get(definition__code="rate").spec["expression"] == "合格/(送检+2)"
    assert browser("000402", "it").post(f"{RATE}draft/discard/", {"draft_rev": "3"}).status_code == 403


def test_a_formula_with_an_error_is_not_saved_and_not_lost(hr: Client) -> None:
    html = page(hr.post(f"{RATE}draft/", {"try": "合格/"}), 422)
    assert ">合格/</textarea>" in html and "field-problem" in html
    assert Draft.objects.get(definition__code="rate").rev == 1


def test_who_may_not_change_rules_may_try_but_not_save(company: None) -> None:
    it = browser("000317", "it")
    html = page(it.get(RATE, {"no": "000317", "try": "合格/(送检+1)"}))
    assert "改成" in html and "存成草稿" not in html
    assert it.post(f"{RATE}draft/", {"try": "合格/(送检+1)"}).status_code == 403
    assert Draft.objects.get(definition__code="rate").rev == 1


def test_the_place_of_a_problem_is_marked() -> None:
    assert marked("甲/丙", 2, 3) == (Mark("甲/", False), Mark("丙", True))
    assert marked("甲/", 2, 2) == (Mark("甲", False), Mark("/", True))
    assert marked("甲", -1, -1) == (Mark("甲", False),)
    assert marked("", 0, 0) == ()


# Words


@pytest.mark.parametrize(
    ("expression", "words"),
    [
        ("甲", "甲"),
        ("甲/乙", "甲 ÷ 乙"),
        ("(甲-乙)/甲*100", "（甲 − 乙） ÷ 甲 × 100"),
        ("甲-(乙-甲)", "甲 − （乙 − 甲）"),
        ("甲/(乙*2)", "甲 ÷ （乙 × 2）"),
        ("甲*30%", "甲 × 30 %"),
        ("-甲", "−甲"),
        ("IF(甲>0,甲/乙,0)", "如果(甲 > 0，甲 ÷ 乙，0)"),
        ("甲/", "甲/"),
    ],
)
def test_a_formula_in_words(expression: str, words: str) -> None:
    spec = MetricSpec.model_validate(metric("甲", aggregate("甲", "s", "a"), aggregate("乙", "s", "b")))
    assert formula_words(expression, visible(spec, 0)) == words


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({}, "“合格数”加起来，本人的记录"),
        ({"measure": "", "how": "count", "where": [{"dimension": "类型", "values": ["退货", "投诉"]}]},
         "数有几条记录，只数“类型”是退货、投诉的，本人的记录"),
        ({"how": "weighted_average", "weight": "w", "attribution": "crew"},
         "“合格数”按“w”加权平均，所在班组的记录，只算本人在的那些天"),
        ({"how": "percentile", "percentile": 90, "attribution": "unit"},
         "“合格数”的 P90（90 % 的记录不超过它），所在部门和下级部门所有人的记录"),
        ({"when": [{"measure": "g", "sign": ">=", "value": "5"}]}, "“合格数”加起来，只数“合格数” ≥ 5 的，本人的记录"),
    ],
)  # fmt: skip
def test_an_input_in_words(more: dict[str, Any], words: str) -> None:
    spec = Aggregate.model_validate({"name": "甲", "source": "mes", "measure": "g", **more})
    assert input_words(spec, {("mes", "g"): "合格数"}) == words


def test_each_meaning_of_missing_in_words() -> None:
    def said(**more: str) -> str:
        return missing_words(Aggregate.model_validate({"name": "甲", "source": "mes", "measure": "g", **more}))

    assert said() == "没有记录：待数据，不算 0"
    assert said(missing="not_applicable") == "没有记录：不适用"
    assert said(every="month") == "没有记录：待数据，不算 0；在职的每个月都要有"


# Cost


def test_pages_ask_the_database_few_questions(company: None) -> None:
    """Beside what the frame asks about the person who reads, which is the same on every page."""
    owner = Account(handle="owner")
    owner.set_unusable_password()
    owner.save()
    client = Client()
    client.force_login(owner)
    for path in ("/metrics/", RATE, f"{RATE}?no=000318&period=2026-03&try=合格"):
        with CaptureQueriesContext(connection) as asked:
            page(client.get(path))
        assert len(asked) <= MOST_QUERIES, path
