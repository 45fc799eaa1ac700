"""Coming in through the pages: number and password, a link on a phone, badge and PIN, and what is left behind."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client

from jiyu.core import clock
from jiyu.core.ids import uuid7
from jiyu.core.models import IdempotencyKey
from jiyu.people.models import Account, Invitation, SignedIn, SignInTry
from jiyu.people.public import account_for, leave, signin
from tests.companies import SYSTEM, who
from tests.home.conftest import Browse
from tests.home.march import EXECUTIVE, HR, LEAD, OPERATOR, OTHER, people
from tests.home.test_pages import text

pytestmark = pytest.mark.django_db
PASSWORD = "四个不相干的词排在一起"
COOKIE = settings.SESSION_COOKIE_NAME


@pytest.fixture(autouse=True)
def company_of_six() -> None:
    people()


def chinese(**more: Any) -> Client:
    return Client(headers={"accept-language": "zh-CN"}, **more)


def with_password(number: str) -> None:
    account = account_for(actor=SYSTEM, person_id=who(number))
    account.set_password(PASSWORD)
    account.save()


def sign_in(client: Client, number: str = OPERATOR, password: str = PASSWORD, **headers: Any) -> Any:
    return client.post("/sign-in/", {"handle": number, "password": password}, **headers)


def later(monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    moment = datetime.now(UTC) + timedelta(seconds=seconds)
    monkeypatch.setattr(clock, "monotonic_deadline", lambda more: moment + timedelta(seconds=more))


# Number and password


def test_number_and_password_lead_where_one_comes_for() -> None:
    for number, page in ((OPERATOR, "/me/"), (LEAD, "/team/"), (HR, "/cycles/"), (EXECUTIVE, "/company/")):
        with_password(number)
        assert sign_in(chinese(), number)["Location"] == page


def test_a_refused_sign_in_keeps_the_number_and_never_the_password() -> None:
    with_password(OPERATOR)
    response = sign_in(chinese(), password="something typed")
    assert response.status_code == 422
    assert f'value="{OPERATOR}"' in text(response)
    assert "something typed" not in text(response)
    assert "工号和密码对不上" in text(response)


def test_too_many_tries_are_told_with_when_to_try_again() -> None:
    with_password(OPERATOR)
    client = chinese()
    for _try in range(5):
        sign_in(client, password="no")
    response = sign_in(client)
    assert response.status_code == 429
    assert 0 < int(response["Retry-After"]) <= 301
    assert "分钟后再试" in text(response)
    assert COOKIE not in client.cookies


def test_a_key_sent_along_does_not_undo_the_count() -> None:
    with_password(OPERATOR)
    client = chinese()
    for n in range(5):
        key = {"Idempotency-Key": str(uuid7())}
        if n % 2:
            client.post("/sign-in/", {"handle": OPERATOR, "password": "no", "_once": str(uuid7())})
        else:
            sign_in(client, password="no", headers=key)
    assert sign_in(client).status_code == 429
    assert IdempotencyKey.objects.count() == 0


def test_a_session_laid_out_beforehand_is_not_the_one_that_comes_in() -> None:
    with_password(OPERATOR)
    client = chinese()
    client.get("/?lang=en")  # an anonymous session, which a thief may know
    fixed = client.cookies[COOKIE].value
    sign_in(client)
    assert client.cookies[COOKIE].value != fixed
    assert not Session.objects.filter(session_key=fixed).exists()
    again = client.cookies[COOKIE].value
    sign_in(client)  # and coming in once more begins once more
    assert client.cookies[COOKIE].value != again
    thief = Client()
    thief.cookies[COOKIE] = fixed
    assert thief.get("/me/")["Location"] == "/"
    assert client.get("/me/").headers["Content-Language"] == "en"


@pytest.mark.parametrize(
    "address", ["/sign-in/", "/i/secret/", "/pda/", "/pda/register/", "/pda/pin/", "/account/password/"]
)
def test_every_way_in_asks_for_the_forms_token(address: str) -> None:
    with_password(OPERATOR)
    client = Client(enforce_csrf_checks=True)
    response = client.post(address, {"handle": OPERATOR, "password": PASSWORD})
    assert response.status_code == 403
    assert COOKIE not in client.cookies
    assert not SignInTry.objects.exists()


# Sessions


def test_the_own_page_lists_the_sessions_and_ends_each_at_once() -> None:
    with_password(OPERATOR)
    phone = chinese(HTTP_USER_AGENT="Mozilla/5.0 (Linux; Android 9) Chrome/64 Safari/537")
    desk = chinese(HTTP_USER_AGENT="Mozilla/5.0 (Windows NT 10.0) Chrome/120 Safari/537 Edg/120")
    sign_in(phone)
    sign_in(desk)
    page = text(desk.get("/account/"))
    assert "你在 2 个设备上登录着" in page
    assert "Chrome · Android" in page and "Edge · Windows" in page and page.count("这台") == 1
    other = SignedIn.objects.get(browser="Chrome · Android")
    assert desk.post(f"/account/end/{other.pk}/")["Location"] == "/account/"
    assert phone.get("/me/")["Location"] == "/"
    assert desk.get("/me/").status_code == 200
    assert desk.post(f"/account/end/{SignedIn.objects.get().pk}/")["Location"] == "/"
    assert desk.get("/me/")["Location"] == "/"


def test_nobody_ends_anothers_session(browse: Browse) -> None:
    with_password(OPERATOR)
    client = chinese()
    sign_in(client)
    assert browse(LEAD).post(f"/account/end/{SignedIn.objects.get().pk}/").status_code == 404
    assert client.get("/me/").status_code == 200


def test_a_changed_password_signs_everybody_else_out_and_keeps_this_one() -> None:
    with_password(OPERATOR)
    here, elsewhere = chinese(), chinese()
    sign_in(here)
    sign_in(elsewhere)
    new = "另外四个词也排在一起"
    form = {"current": PASSWORD, "password": new, "again": new}
    assert here.post("/account/password/", form)["Location"] == "/account/"
    assert here.get("/me/").status_code == 200
    assert elsewhere.get("/me/")["Location"] == "/"
    assert "这台" in text(here.get("/account/"))


@pytest.mark.parametrize(("days", "lives"), [(29, True), (31, False), (91, False)])
def test_a_session_ends_by_itself(monkeypatch: pytest.MonkeyPatch, days: int, lives: bool) -> None:
    with_password(OPERATOR)
    client = chinese()
    sign_in(client)
    later(monkeypatch, days * 86_400)
    assert (client.get("/me/").status_code == 200) is lives


def test_a_session_in_use_ends_all_the_same_after_ninety_days(monkeypatch: pytest.MonkeyPatch) -> None:
    with_password(OPERATOR)
    client = chinese()
    sign_in(client)
    for day in (20, 40, 60, 80):
        later(monkeypatch, day * 86_400)
        assert client.get("/me/").status_code == 200
    later(monkeypatch, 91 * 86_400)
    assert client.get("/me/")["Location"] == "/"


def test_a_session_ends_within_the_hour_for_who_has_left(monkeypatch: pytest.MonkeyPatch) -> None:
    with_password(OPERATOR)
    client = chinese()
    sign_in(client)
    leave(actor=SYSTEM, person_id=who(OPERATOR), on=clock.today())
    later(monkeypatch, 3_601)
    assert client.get("/me/")["Location"] == "/"
    assert sign_in(client).status_code == 422


# A link on one's own phone


def invited(number: str = OPERATOR) -> str:
    (made,) = signin.invitations_make(actor=SYSTEM, person_ids=[who(number)], days=7)
    assert made.until > datetime.now(UTC) + timedelta(days=6)
    return f"/i/{made.secret}/"


def test_a_link_opens_on_one_phone_and_asks_for_a_password_there() -> None:
    address = invited()
    phone, thief = chinese(), chinese()
    seen = text(phone.get(address))
    assert "林＊＊，这是给你的" in seen and "林晓峰" not in seen and OPERATOR not in seen
    text(thief.get(address))  # looking binds nothing
    assert phone.post(address)["Location"] == "/account/"
    assert phone.get("/me/").status_code == 200
    stolen = thief.post(address)
    assert (stolen.status_code, "已经在另一部手机上打开过" in text(stolen)) == (403, True)
    assert thief.get("/me/")["Location"] == "/"
    cookie = phone.cookies["jiyu_phone"]
    assert cookie["httponly"] and cookie["samesite"] == "Lax" and cookie["path"] == "/"
    form = {"password": PASSWORD, "again": PASSWORD}  # just come in by a link: the old one is not asked for
    assert phone.post("/account/password/", form)["Location"] == "/account/"
    assert sign_in(chinese())["Location"] == "/me/"


def test_links_open_from_other_machines_only_when_hr_says_so(browse: Browse) -> None:
    address = invited()
    away = chinese(REMOTE_ADDR="10.0.0.9")
    refused = away.get(address)
    assert (refused.status_code, "现在只能在装绩语的机器上打开链接" in text(refused)) == (403, True)
    assert away.post(address).status_code == 403
    assert Invitation.objects.get().used_at is None
    hr = browse(HR)
    assert "要让手机打开，得打开局域网地址" in text(hr.get("/access/"))
    hr.post("/access/lan/", {"open": "1"})
    assert "要让手机打开，得打开局域网地址" not in text(hr.get("/access/"))
    assert away.post(address)["Location"] == "/account/"


def test_the_machines_own_link_stays_on_the_machine(browse: Browse) -> None:
    from jiyu.people.public import owner_link_make

    browse(HR).post("/access/lan/", {"open": "1"})
    address = f"/enter/{owner_link_make(valid_minutes=5)}/"
    assert chinese(REMOTE_ADDR="10.0.0.9").post(address).status_code == 403


def test_hr_gets_qr_codes_for_those_written_down_and_nobody_keeps_their_secrets(
    browse: Browse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JIYU_PUBLIC_URL", "http://192.168.1.20:8000")
    hr = browse(HR)
    form = {"numbers": f"{OPERATOR}，{OTHER}\n", "days": "7", "_once": str(uuid7())}
    page = text(hr.post("/access/invite/", form))
    links = re.findall(r"http://192\.168\.1\.20:8000(/i/[\w-]+/)", page)
    assert (len(links), page.count("<svg"), page.count('class="qr"')) == (2, page.count("<svg"), 2)
    assert "style=" not in page and "<script>" not in page
    assert IdempotencyKey.objects.count() == 0
    assert chinese().post(links[0]).status_code == 302
    listed = text(hr.get("/access/"))
    assert "林晓峰" in listed and "还没打开" in listed and links[1] not in listed
    for one in Invitation.objects.all():
        hr.post(f"/access/invite/{one.pk}/end/")
    assert chinese().get(links[1]).status_code == 403


# The shared terminal


def terminal(code: str = "") -> Client:
    _made, code = signin.device_make(actor=SYSTEM, name="PDA-07", unit_id=None)
    client = chinese()
    assert client.post("/pda/register/", {"code": code})["Location"] == "/pda/"
    return client


def with_pin(number: str, pin: str) -> None:
    device, code = signin.device_make(actor=SYSTEM, name="纸", unit_id=None)
    found = signin.device_of(secret=signin.device_claim(code=code, address=""))
    assert found is not None
    (made,) = signin.pin_codes_make(actor=SYSTEM, person_ids=[who(number)])
    signin.pin_code_use(device=found, person_id=who(number), code=made.code)
    signin.pin_set(device=found, person_id=who(number), pin=pin)
    signin.device_end(actor=SYSTEM, device_id=device.id)


def press(client: Client, keys: str) -> Any:
    for key in keys:
        response = client.post("/pda/pin/", {"press": key})
    return response


def test_six_acts_lead_from_the_badge_to_the_own_numbers() -> None:
    with_pin(OPERATOR, "8052")
    pda = terminal()
    assert "请扫工牌" in text(pda.get("/pda/"))
    assert pda.post("/pda/", {"badge": OPERATOR})["Location"] == "/pda/pin/"  # 1
    page = text(pda.get("/pda/pin/"))
    assert "林晓峰" in page and f"{OPERATOR} · CNC A班" in page and page.count('class="key"') == 10
    assert press(pda, "8052")["Location"] == "/pda/me/"  # 2 to 5
    own = pda.get("/pda/me/")
    assert "林晓峰" in text(own)
    assert own["Cache-Control"] == "private, no-store"
    assert '<meta http-equiv="refresh" content="20; url=/pda/">' in text(own)
    assert "请扫工牌" in text(pda.get("/pda/"))  # 6: 看完了
    assert COOKIE not in pda.cookies or not pda.cookies[COOKIE].value
    assert pda.get("/pda/me/")["Location"] == "/pda/"
    assert pda.get("/")["Location"] == "/pda/"
    assert pda.get("/pda/pin/")["Location"] == "/pda/"


def test_the_next_badge_finds_nothing_of_the_last_person() -> None:
    with_pin(OPERATOR, "8052")
    pda = terminal()
    pda.post("/pda/", {"badge": OPERATOR})
    press(pda, "80")
    pda.post("/pda/", {"badge": LEAD})
    page = text(pda.get("/pda/pin/"))
    assert "赵刚" in page and "林晓峰" not in page and "dot-in" not in page
    pda.post("/pda/", {"badge": OPERATOR})
    press(pda, "8052")
    pda.post("/pda/", {"badge": LEAD})  # without leaving first
    assert pda.get("/pda/me/")["Location"] == "/pda/"
    assert not Session.objects.filter(session_key__in=SignedIn.objects.values("session_key")).exists()


def test_an_idle_terminal_forgets_on_the_server_too(monkeypatch: pytest.MonkeyPatch) -> None:
    with_pin(OPERATOR, "8052")
    pda = terminal()
    pda.post("/pda/", {"badge": OPERATOR})
    press(pda, "8052")
    assert pda.get("/pda/me/").status_code == 200
    later(monkeypatch, 41)
    assert pda.get("/pda/me/")["Location"] == "/pda/"
    pda.post("/pda/", {"badge": OPERATOR})
    later(monkeypatch, 90)
    assert pda.get("/pda/pin/")["Location"] == "/pda/"


def test_a_pin_brings_no_role_to_a_terminal() -> None:
    with_pin(HR, "8052")
    pda = terminal()
    pda.post("/pda/", {"badge": HR})
    press(pda, "8052")
    assert pda.get("/pda/me/").status_code == 200
    assert [pda.get(page).status_code for page in ("/cycles/", "/access/", "/roster/")] == [403, 403, 403]
    refused = pda.post("/account/password/", {"password": PASSWORD, "again": PASSWORD})
    assert (refused.status_code, Account.objects.get(person_id=who(HR)).has_usable_password()) == (403, False)
    why = text(pda.get("/me/"))
    assert '<html lang="zh-hans" class="pda">' in why and 'content="20; url=/pda/"' in why
    assert pda.post("/out/")["Location"] == "/pda/"


def test_a_first_pin_is_chosen_with_the_printed_code() -> None:
    (made,) = signin.pin_codes_make(actor=SYSTEM, person_ids=[who(OPERATOR)])
    pda = terminal()
    pda.post("/pda/", {"badge": OPERATOR})
    pda.post("/pda/pin/", {"press": "code"})
    assert "输入纸条上的 8 位码" in text(pda.get("/pda/pin/"))
    press(pda, made.code)
    weak = press(pda, "123") and pda.post("/pda/pin/", {"press": "4"})
    weak = pda.post("/pda/pin/", {"press": "done"})
    assert (weak.status_code, "这样的 PIN 一猜就中" in text(weak)) == (422, True)
    press(pda, "8052")
    pda.post("/pda/pin/", {"press": "done"})
    assert "再按一次新 PIN" in text(pda.get("/pda/pin/"))
    differs = press(pda, "8053")
    assert (differs.status_code, "两次按的不一样" in text(differs)) == (422, True)
    press(pda, "8052")
    pda.post("/pda/pin/", {"press": "done"})
    assert press(pda, "8052")["Location"] == "/pda/me/"


def test_a_lead_resets_a_forgotten_pin_with_badge_and_pin() -> None:
    with_pin(LEAD, "6093")
    with_pin(OPERATOR, "8052")
    pda = terminal()
    pda.post("/pda/", {"badge": OPERATOR})
    pda.post("/pda/pin/", {"press": "lead_badge"})
    assert "请班组长扫工牌" in text(pda.get("/pda/pin/"))
    assert pda.post("/pda/pin/", {"badge": LEAD})["Location"] == "/pda/pin/"
    press(pda, "6093")
    press(pda, "94713")
    pda.post("/pda/pin/", {"press": "done"})
    assert press(pda, "94713")["Location"] == "/pda/me/"
    assert "林晓峰" in text(pda.get("/pda/me/"))


def test_who_is_no_lead_resets_nothing() -> None:
    with_pin(OTHER, "6093")
    with_pin(OPERATOR, "8052")
    pda = terminal()
    pda.post("/pda/", {"badge": OPERATOR})
    pda.post("/pda/pin/", {"press": "lead_badge"})
    pda.post("/pda/pin/", {"badge": OTHER})
    refused = press(pda, "6093")
    assert (refused.status_code, "你不是他的班组长" in text(refused)) == (403, True)
    pda.post("/pda/pin/", {"press": "pin"})
    assert press(pda, "8052")["Location"] == "/pda/me/"


def test_wrong_pins_are_counted_whatever_is_sent_along() -> None:
    with_pin(OPERATOR, "8052")
    pda = terminal()
    answers = []
    for n in range(6):
        pda.post("/pda/", {"badge": OPERATOR})
        press(pda, "999")
        once = {"press": "9", "_once": str(uuid7())} if n % 2 else {"press": "9"}
        answers.append(pda.post("/pda/pin/", once, headers={"Idempotency-Key": str(uuid7())}).status_code)
    assert answers == [422] * 5 + [429]


def test_a_browser_that_is_no_terminal_reads_no_badge_and_keeps_its_session(browse: Browse) -> None:
    phone = browse(OPERATOR)
    assert "登记这台设备" in text(phone.get("/pda/"))
    page = phone.post("/pda/", {"badge": LEAD})
    assert "登记这台设备" in text(page) and "赵刚" not in text(page)
    assert phone.get("/me/").status_code == 200
    phone.cookies["jiyu_pda"] = "made up"
    assert "登记这台设备" in text(phone.get("/pda/"))


def test_a_terminal_taken_back_ends_who_is_signed_in_on_it(browse: Browse) -> None:
    with_pin(OPERATOR, "8052")
    hr = browse(HR)
    page = text(hr.post("/access/device/", {"name": "CNC 线 PDA-07", "unit": ""}))
    code = re.search(r'class="slip-code">([A-Z0-9]{5} [A-Z0-9]{5})<', page)
    assert code is not None and page.count('class="qr"') == 1
    pda = chinese()
    assert pda.get(f"/pda/register/{code[1].replace(' ', '')}/").status_code == 200
    pda.post("/pda/register/", {"code": code[1]})
    pda.post("/pda/", {"badge": OPERATOR})
    press(pda, "8052")
    listed = text(hr.get("/access/"))
    (address,) = re.findall(r"/access/device/[\w-]+/end/", listed)
    assert "CNC 线 PDA-07" in listed
    hr.post(address)
    assert pda.get("/pda/me/")["Location"] == "/pda/"
    assert "登记这台设备" in text(pda.get("/pda/"))


def test_hr_prints_a_crews_codes_without_those_who_hold_roles(browse: Browse) -> None:
    hr = browse(HR)
    page = text(hr.get("/access/"))
    unit = re.search(r'<option value="([\w-]+)">一车间 / CNC A班</option>', page)
    assert unit is not None
    sheet = text(hr.post("/access/codes/", {"crew": unit[1]}))
    codes = re.findall(r'class="slip-code">(\d{4}) (\d{4})<', sheet)
    assert (len(codes), "林晓峰" in sheet, "赵刚" in sheet) == (2, True, True)
    office = re.search(r'<option value="([\w-]+)">人力资源部</option>', page)
    assert office is not None
    assert "这个部门里没有要用 PIN 的人" in text(hr.post("/access/codes/", {"crew": office[1]}))
    assert IdempotencyKey.objects.count() == 0


def test_a_lead_keeps_terminals_and_codes_of_the_own_crew_and_no_links(browse: Browse) -> None:
    page = text(browse(LEAD).get("/access/"))
    assert "一车间 / CNC A班" in page and "销售部" not in page and "发登录链接" not in page and "全公司" not in page
    assert browse(OPERATOR).get("/access/").status_code == 403


def test_a_locked_pin_is_opened_on_the_page(browse: Browse, monkeypatch: pytest.MonkeyPatch) -> None:
    with_pin(OPERATOR, "8052")
    SignInTry.objects.update_or_create(
        key=signin_key(), defaults={"failures": 10, "since": datetime.now(UTC), "is_locked": True}
    )
    pda = terminal()
    pda.post("/pda/", {"badge": OPERATOR})
    told = press(pda, "8052")
    assert (told.status_code, "错了 10 次，先锁上了" in text(told)) == (403, True)
    lead = browse(LEAD)
    assert "1 个人的 PIN 锁着" in text(lead.get("/access/"))
    lead.post(f"/access/open/{who(OPERATOR)}/")
    assert press(pda, "8052")["Location"] == "/pda/me/"


def signin_key() -> str:
    from jiyu.people.signin.tries import pin_key

    return pin_key(who(OPERATOR))
