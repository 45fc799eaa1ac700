"""The pages of the daily reader, as HTML (the same pages in a browser: tests/e2e)."""

from __future__ import annotations

import gzip
import re
from datetime import date
from types import SimpleNamespace
from typing import cast

import pytest
from django.test import Client
from django.utils import translation

from jiyu.core import company
from jiyu.goals.public import sheets_import
from jiyu.home.my_page import heading
from jiyu.people.public import account_for, owner_link_make, person_link_make
from jiyu.reviews.public import Explanation, ResultHead
from jiyu.ui.assets import FOLDER, asset_url
from tests.companies import QUARTERLY, SYSTEM, at, deliver, enrolment, entry, opened, result, roster, scored, who
from tests.home.conftest import Browse
from tests.home.march import (
    EXECUTIVE,
    HR,
    LEAD,
    MANAGER,
    OPERATOR,
    OTHER,
    march_rules,
    numbers,
    people,
    sheet_text,
    sheets_of_march,
    text,
)

pytestmark = pytest.mark.django_db
KB = 1024


def why_of(number: str, period: str = "2026-03") -> str:
    return f"/why/{result(number, period=period).pk}/"


# Coming in and going out


def test_the_first_page_of_a_company_asks_for_number_and_password_and_names_nobody(client: Client) -> None:
    people()
    account_for(actor=SYSTEM, person_id=who(OPERATOR))
    html = text(client.get("/"))
    assert 'name="handle"' in html and 'name="password"' in html
    assert "请 HR 发一个链接给你" in html
    assert "林晓峰" not in html


def test_a_visitor_of_the_demo_takes_the_place_of_somebody_offered(client: Client, demo: company.Company) -> None:
    people()
    account_for(actor=SYSTEM, person_id=who(OPERATOR))
    html = text(client.get("/"))
    assert "操作工 林晓峰" in html
    assert "6 人，时钟停在 2026-04-08 09:00" in html
    assert client.post(f"/as/{who(OPERATOR)}/")["Location"] == "/me/"
    assert client.get("/me/").status_code == 200


@pytest.mark.parametrize(
    ("number", "page"), [(OPERATOR, "/me/"), (LEAD, "/team/"), (HR, "/cycles/"), (EXECUTIVE, "/company/")]
)
def test_everybody_lands_on_the_page_they_come_for(
    client: Client, demo: company.Company, number: str, page: str
) -> None:
    people()
    account_for(actor=SYSTEM, person_id=who(number))
    assert client.post(f"/as/{who(number)}/")["Location"] == page


def test_nobody_takes_a_place_that_is_not_offered(client: Client, demo: company.Company) -> None:
    people()
    account_for(actor=SYSTEM, person_id=who(OPERATOR))
    assert client.post(f"/as/{who(HR)}/").status_code == 404
    assert client.get("/me/")["Location"] == "/"


def test_outside_a_demo_nobody_takes_anybodys_place(client: Client) -> None:
    people()
    account_for(actor=SYSTEM, person_id=who(OPERATOR))
    assert client.post(f"/as/{who(OPERATOR)}/").status_code == 404
    assert client.get("/me/")["Location"] == "/"


def test_the_owners_link_works_once_and_looking_does_not_spend_it(client: Client) -> None:
    address = f"/enter/{owner_link_make(valid_minutes=60)}/"
    assert "你是这家公司的主人。这个链接按下面的按钮才算用掉。" in text(client.get(address))
    assert client.get("/cycles/")["Location"] == "/"
    assert client.post(address)["Location"] == "/begin/"
    assert client.get("/cycles/").status_code == 200
    again = Client().post(address)
    assert (again.status_code, "这个链接已经用过，或者过期了" in text(again)) == (403, True)
    assert "jiyu company link" in text(again)


@pytest.mark.parametrize("address", ["/out/", "/as/00000000-0000-0000-0000-000000000000/"])
def test_an_address_for_forms_opened_as_a_page_leads_on(client: Client, address: str) -> None:
    response = client.get(address)
    assert (response.status_code, response["Allow"]) == (405, "POST")
    assert "这个地址只收提交的表单，不能直接打开" in text(response)
    assert '<a class="button button-main" href="/">' in text(response)
    english = client.get(address, headers={"accept-language": "en"})
    assert "This address only takes submitted forms" in text(english)


def test_the_start_page_says_how_to_get_a_new_link(client: Client) -> None:
    here = company.Company("mine", "我的公司", "", "sqlite", "2026-04-08")
    token = company._current.set(here)
    try:
        html = text(client.get("/"))
    finally:
        company._current.reset(token)
    assert "<code>jiyu company link mine</code>" in html
    assert "<code>jiyu company link mine --employee-no 工号 --role hr</code>" in html


def test_a_persons_link_names_the_person_and_leads_hr_to_the_cycles(client: Client) -> None:
    people()
    address = f"/enter/{person_link_make(actor=SYSTEM, person_id=who(HR), role='hr', valid_minutes=60)}/"
    assert "这是许静的链接。" in text(client.get(address))
    assert client.post(address)["Location"] == "/cycles/"


def test_after_leaving_the_pages_are_closed(browse: Browse) -> None:
    people()
    browser = browse(OPERATOR)
    assert browser.get("/me/").status_code == 200
    assert browser.post("/out/")["Location"] == "/"
    assert browser.get("/me/")["Location"] == "/"


# 我的一页


@pytest.mark.usefixtures("march")
def test_my_page_says_how_my_numbers_stand_and_leads_to_their_why(browse: Browse) -> None:
    html = text(browse(OPERATOR).get("/me/"))
    assert "晓峰，早上好" in html
    assert re.search(r"<h1>3 月，3 个差一点，1 个没到目标</h1>", html)
    for words in ('<b class="score">96.21</b>', "04-07 15:00 归档", "97.50", "4,368 / 4,480", "97.92", "79.27"):
        assert words in html
    assert html.count(f'href="{why_of(OPERATOR)}#line-') == 4


@pytest.mark.usefixtures("march")
def test_a_running_period_shows_how_things_stand_and_no_score_of_its_own(browse: Browse) -> None:
    with at(4, 2):
        sheets_import(actor=SYSTEM, text=sheet_text(OPERATOR), period_code="2026-04", module_code=QUARTERLY)
        cycle = opened(period="2026-04")
    browser = browse(OPERATOR)
    html = text(browser.get(f"/me/?cycle={cycle.pk}"))
    assert "4 月 进行中" in html
    assert "还没有得分。" in html
    assert f"/why/now/{enrolment(OPERATOR, period='2026-04').pk}/" in html
    html = text(browser.get(f"/why/now/{enrolment(OPERATOR, period='2026-04').pk}/"))
    assert "为什么还没有分" in html
    assert "缺的不算 0" in html


@pytest.mark.usefixtures("march")
def test_what_is_missing_is_called_missing_never_zero(browse: Browse) -> None:
    html = text(browse(LEAD).get("/me/"))
    assert "还没有得分。" in html
    assert html.count('<span class="number-missing">待数据') == 3
    html = text(browse(LEAD).get(why_of(LEAD)))
    assert "还不算分：" in html
    assert "计划达成（合格报工）" in html


def test_before_the_first_cycle_the_page_says_what_will_be_there(browse: Browse) -> None:
    people()
    assert "你还没有要看的数" in text(browse(OPERATOR).get("/me/"))


def test_the_owner_who_is_no_person_is_led_to_the_roster(client: Client) -> None:
    client.post(f"/enter/{owner_link_make(valid_minutes=60)}/")
    html = text(client.get("/me/"))
    assert "先把花名册放进来" in html
    assert 'href="/roster/"' in html


# Somebody's page


@pytest.mark.usefixtures("march")
@pytest.mark.parametrize(
    ("reader", "status"), [(OPERATOR, 200), (LEAD, 200), (MANAGER, 200), (HR, 200), (EXECUTIVE, 200), (OTHER, 404)]
)
def test_only_oneself_those_above_and_whole_company_roles_see_a_page(browse: Browse, reader: str, status: int) -> None:
    browser = browse(reader)
    for address in (f"/person/{who(OPERATOR)}/", why_of(OPERATOR), f"{why_of(OPERATOR)}paper/"):
        response = browser.get(address)
        assert (response.status_code, "96.21" in text(response)) == (status, status == 200)


@pytest.mark.usefixtures("march")
def test_a_lead_sees_who_is_led_directly_and_who_waits(browse: Browse) -> None:
    html = text(browse(MANAGER).get("/team/"))
    assert "1 个人里，1 个在等数据" in html
    assert (html.count('class="line"'), "林晓峰" in html) == (1, False)
    html = text(browse(LEAD).get("/team/"))
    assert "1 个人，1 个有分" in html
    assert "96.21 A" in html


@pytest.mark.usefixtures("march")
def test_who_leads_nobody_is_told_how_one_gets_a_team(browse: Browse) -> None:
    assert "现在没有人由你带" in text(browse(OTHER).get("/team/"))


@pytest.mark.usefixtures("march")
def test_the_company_page_counts_who_waits(browse: Browse) -> None:
    html = text(browse(EXECUTIVE).get("/company/"))
    assert "1 个人还在等数据，其余照常" in html
    assert "96.21" not in html  # nobody's own number


# 为什么


@pytest.mark.usefixtures("march")
def test_why_goes_from_the_score_to_the_rows_of_the_file(browse: Browse) -> None:
    html = text(browse(OPERATOR).get(why_of(OPERATOR)))
    assert "<h1>为什么是 96.21</h1>" in html
    assert "4,368 ÷ 4,480 = 97.50 %" in html
    assert "差的 112 件在哪几天" in html
    assert "03-02 夜班" in html
    assert "第 2 行" in html
    assert "mes.csv · 读入 04-01 09:00" in html
    assert html.count('<details class="explain"') == 4


@pytest.mark.usefixtures("march")
def test_what_a_number_stands_against_is_shown_down_to_its_rows_too(browse: Browse) -> None:
    browser, address = browse(OPERATOR), why_of(OPERATOR)
    plan = "计划：%s … · plan.csv · 读入 04-01 09:00"
    assert plan % "03-02 2,000（第 2 行）" in text(browser.get(address))
    assert plan % "03-03 2,480（第 3 行）" in text(browser.get(f"{address}?day=2026-03-03"))


@pytest.mark.usefixtures("march")
def test_one_day_and_all_days_can_be_asked_for(browse: Browse) -> None:
    browser, address = browse(OPERATOR), why_of(OPERATOR)
    one = text(browser.get(f"{address}?day=2026-03-03"))
    assert "03-03 夜班" in one
    assert "03-02 夜班" not in one
    every = text(browser.get(f"{address}?day=all"))
    plan_line = every.split('id="line-2"')[0]
    assert re.findall(r'gap-name">(\d\d-\d\d)', plan_line) == ["03-02", "03-03"]
    assert browser.get(f"{address}?day=yesterday").status_code == 200


@pytest.mark.usefixtures("march")
def test_from_one_day_a_link_leads_back_to_all_of_them(browse: Browse) -> None:
    browser, address = browse(OPERATOR), why_of(OPERATOR)
    back = [f"{address}?day=all#line-1", f"{address}?day=all#line-2", f"{address}#line-3", f"{address}#line-4"]
    link = r'<a href="([^"]+)">%s</a>'
    assert "看全部的天" not in text(browser.get(address))
    one = text(browser.get(f"{address}?day=2026-03-03"))
    assert re.findall(link % "看全部的天", one) == back  # 违章 has no row on that day, and a way back all the same
    every = text(browser.get(f"{address}?day=all"))
    assert re.findall(link % "只看差得最多的天", every) == [f"{address}#line-1", f"{address}#line-2"]
    assert "第 2 行" in every.split('id="line-4"')[1]  # what is not told by days keeps its rows


@pytest.mark.usefixtures("march")
def test_all_rows_of_one_line_can_be_asked_for_and_only_that_line_stands_open(browse: Browse) -> None:
    browser, address = browse(OPERATOR), why_of(OPERATOR)
    html = text(browser.get(f"{address}?rows=2"))
    assert re.findall(r'id="line-(\d)" open', html) == ["2"]
    line = html.split('id="line-2"')[1].split('id="line-3"')[0]
    assert ("第 2 行" in line, "第 3 行" in line, "只看最近的几条" in line) == (True, True, True)
    for nonsense in ("rows=x&page=-1", "rows=99", "page=²", "day=2026-03-03&page=7"):
        assert browser.get(f"{address}?{nonsense}").status_code == 200


@pytest.mark.usefixtures("march")
def test_a_look_at_somebody_elses_result_is_told_on_their_page(browse: Browse) -> None:
    assert "谁看过" not in text(browse(OPERATOR).get(why_of(OPERATOR)))
    browse(HR).get(why_of(OPERATOR))
    assert "许静 04-08 09:00" in text(browse(OPERATOR).get(why_of(OPERATOR)))


@pytest.mark.usefixtures("march")
def test_a_look_by_the_owner_and_how_many_looks_there_were_are_told(browse: Browse) -> None:
    browse(HR).get(why_of(OPERATOR))
    owner = Client(headers={"accept-language": "zh-CN"})
    owner.post(f"/enter/{owner_link_make(valid_minutes=60)}/")
    owner.get(why_of(OPERATOR))
    html = text(browse(OPERATOR).get(why_of(OPERATOR)))
    assert "主人 04-08 09:00；许静 04-08 09:00</dd>" in html
    browse(LEAD).get(why_of(OPERATOR))
    browse(MANAGER).get(why_of(OPERATOR))
    browse(MANAGER).get(why_of(OPERATOR))
    html = text(browse(OPERATOR).get(why_of(OPERATOR)))
    assert "周建国 04-08 09:00；赵刚 04-08 09:00；主人 04-08 09:00 等 5 次</dd>" in html


@pytest.mark.usefixtures("march")
def test_what_comes_after_the_archive_is_told_and_moves_nothing(browse: Browse) -> None:
    head = "工号,完工,编号,合格,首检合格,送检,计划时间,停机,标准工时,班次"
    row = f"{OPERATOR},2026-03-04 22:10,k3,100,50,50,100,10,50,夜班"
    with at(4, 7, 18):
        deliver("mes", head, row, cut="08:00", dimensions=["班次"], units={"合格": "piece"})
    html = text(browse(OPERATOR).get(why_of(OPERATOR)))
    assert "归档后又到 1 条数据，96.21 不变。" in html
    assert "可申请修订" not in html  # nothing to ask with yet


@pytest.mark.usefixtures("march")
def test_how_things_stand_now_leads_to_the_archived_result(browse: Browse) -> None:
    html = text(browse(OPERATOR).get(f"/why/now/{enrolment(OPERATOR, period='2026-03').pk}/"))
    assert "结果已经归档。" in html
    assert f'<a href="{why_of(OPERATOR)}">看归档的结果</a>' in html
    assert "打印一页" not in html  # what is not stored has no paper
    html = text(browse(LEAD).get(f"/why/now/{enrolment(LEAD, period='2026-03').pk}/"))
    assert "结果已经归档" not in html


@pytest.mark.usefixtures("march")
def test_the_paper_says_what_an_arbitrator_asks(browse: Browse) -> None:
    html = text(browse(OPERATOR).get(f"{why_of(OPERATOR)}paper/"))
    for words in ("绩效结果说明", "林晓峰", OPERATOR, "一、怎么算的", "三、谁定的、谁看过", "打印 2026-04-08 09:00"):
        assert words in html
    first = re.search(r"校验码 ([0-9A-F]{4}-[0-9A-F]{4}-[0-9A-F]{4})", html)
    assert first
    assert first[0] in text(browse(HR).get(f"{why_of(OPERATOR)}paper/"))  # the same result, the same code


@pytest.mark.usefixtures("march")
def test_the_paper_details_the_line_that_lost_most(browse: Browse) -> None:
    html = text(browse(OPERATOR).get(f"{why_of(OPERATOR)}paper/"))
    assert "离 100 分差 3.79：<b>违章 2.00</b>" in html
    detail = html.split("二、丢分最多的一项：违章")[1].split("三、谁定的")[0]
    assert "违章 1 次；100 − 1 × 20 = 80.00 分" in detail
    assert re.findall(r"<td>(第 \d+ 行)</td>", detail) == ["第 2 行"]
    assert "hse.csv · 读入 04-01 09:00。这一行一共 1 条记录。" in detail
    assert "已记入查看记录" not in html  # a look at one's own result is nobody's business
    assert "已记入查看记录" in text(browse(LEAD).get(f"{why_of(OPERATOR)}paper/"))


def short_presence() -> str:
    """000500 came on 3 March's last days: nobody rates that; the address of why."""
    people()
    march_rules()
    numbers()
    roster(
        entry("000500", "一车间/CNC A班", name="孙悦", lead_employee_no=LEAD, hired_on=date(2026, 3, 25)),
        on=date(2026, 3, 25),
    )
    sheets_of_march()
    with at(4, 1, 10):
        sheets_import(actor=SYSTEM, text=sheet_text("000500"), period_code="2026-03", module_code=QUARTERLY)
    with at(4, 7):
        scored(period="2026-03")
    return why_of("000500")


def test_who_is_not_rated_is_told_so_on_why_and_paper(browse: Browse) -> None:
    address = short_presence()
    reason = "不评级：这个周期 31 天，在职 7 天，不到一半。"
    html = text(browse("000500").get(address))
    assert '<b class="awaiting">不评级</b>' in html
    assert "<h1>为什么不评级</h1>" in html
    assert reason in html
    mine = text(browse("000500").get("/me/"))
    assert reason in mine and "马上出分" not in mine
    paper = text(browse("000500").get(f"{address}paper/"))
    assert reason in paper
    assert '<b class="score"></b>' not in paper
    assert "<tbody></tbody>" not in paper


# Language, refusals, faults


@pytest.mark.usefixtures("march")
def test_the_chosen_language_stays(browse: Browse) -> None:
    browser = browse(OPERATOR)
    assert '<html lang="en"' in text(browser.get("/me/?lang=en"))
    html = text(browser.get(why_of(OPERATOR)))
    assert '<html lang="en"' in html
    assert "为什么" not in html
    assert '<html lang="zh-hans"' in text(browser.get("/me/?lang=zh-hans"))


def test_a_refusal_says_why_and_a_number_to_read_out(browse: Browse) -> None:
    people()
    response = browse(OPERATOR).get("/cycles/", headers={"X-Request-Id": "12345678-abcd"})
    assert response.status_code == 403
    assert "编号 12345678-abcd" in text(response)
    assert response["X-Request-Id"] == "12345678-abcd"


def test_an_unknown_page_leads_back_to_the_start(client: Client) -> None:
    response = client.get("/nowhere/")
    assert response.status_code == 404
    assert "回首页" in text(response)
    assert response["X-Request-Id"] in text(response)


def test_a_fault_tells_nothing_but_its_number(browse: Browse, monkeypatch: pytest.MonkeyPatch) -> None:
    people()

    def broken(**_arguments: object) -> None:
        raise RuntimeError("secret of the database")

    monkeypatch.setattr("jiyu.reviews.public.results_of", broken)
    browser = browse(OPERATOR)
    browser.raise_request_exception = False
    response = browser.get("/me/")
    assert (response.status_code, "程序出错了，你的数据没有丢" in text(response)) == (500, True)
    assert response["X-Request-Id"] in text(response)
    assert "secret" not in text(response)


# Weight


def weight(html: bytes) -> int:
    """What a first view brings over the line: the page and everything it names, gzipped."""
    named = {name for name in ("app.css", "icons.svg", "favicon.svg", "print.js") if asset_url(name).encode() in html}
    files = [FOLDER / asset_url(name).rpartition("/")[2] for name in named]
    return sum(len(gzip.compress(data, 6)) for data in (html, *(f.read_bytes() for f in files)))


@pytest.mark.usefixtures("march")
def test_daily_pages_stay_light(browse: Browse) -> None:
    browser = browse(LEAD)
    pages = ("/me/", "/team/", why_of(OPERATOR))
    assert {a: w for a in pages if (w := weight(browser.get(a).content)) > 25 * KB} == {}


@pytest.mark.usefixtures("march")
def test_the_other_pages_stay_light_too(browse: Browse) -> None:
    pages = {HR: ("/", "/cycles/", f"/cycles/{opened_id()}/", "/roster/", "/sources/"), EXECUTIVE: ("/company/",)}
    heavy = {a: w for n, all_of in pages.items() for a in all_of if (w := weight(browse(n).get(a).content)) > 60 * KB}
    assert heavy == {}
    assert weight(browse(OPERATOR).get(f"{why_of(OPERATOR)}paper/").content) <= 60 * KB


def opened_id() -> object:
    from jiyu.reviews.models import Cycle

    return Cycle.objects.get(period__code="2026-03").pk


def test_one_number_is_not_all_of_them_in_english() -> None:
    head = cast(ResultHead, SimpleNamespace(period_code="2026-03", from_on=date(2026, 3, 1)))

    def told(*chips: str) -> str:
        lines = [SimpleNamespace(standing=SimpleNamespace(chip=chip)) for chip in chips]
        return heading(cast(Explanation, SimpleNamespace(lines=lines)), head)

    with translation.override("en"):
        assert told("ahead") == "March: on target"
        assert told("waiting") == "March: awaiting data"
        assert told("ahead", "ahead") == "March: all 2 on target"
        assert told("ahead", "close") == "March: 1 on target, 1 close"
    with translation.override("zh-hans"):
        assert told("behind") == "3 月，1 个数都没到目标"
