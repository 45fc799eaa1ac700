"""From 新建我的公司 to 一键清空, through the real WSGI application: real companies, real commits, both databases."""

from __future__ import annotations

import logging
import re
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from django.db import connections
from django.db.backends.dummy.base import DatabaseWrapper
from django.test import override_settings

from jiyu.config.wsgi import make_application
from jiyu.core import company
from jiyu.core.actor import Actor
from jiyu.core.company import Company
from jiyu.core.ids import uuid7
from jiyu.people.models import Account, RecoveryCode
from jiyu.people.public import account_for, company_found
from tests.core.browser import Answer, Browser
from tests.core.conftest import Deployment, deployment, deployment_once, migrated

__all__ = ["deployment", "deployment_once"]

NAME = "苏州一家公司"


@pytest.fixture
def demo(deployment: Deployment) -> Iterator[Company]:
    """A demo company beside the two others."""
    made = migrated("demo")
    shown = replace(made, demo=True)
    path = made.folder / "company.json"
    path.write_text(path.read_text("utf-8").replace('"demo": false', '"demo": true'), "utf-8")
    assert company.find("demo") == shown
    before = {one.code for one in company.all_companies()}
    yield shown
    for one in company.all_companies():
        if one.code not in before or one.code == "demo":
            company.remove(one)


@pytest.fixture
def browser(deployment: Deployment) -> Browser:
    return Browser(make_application())


def begin(browser: Browser, name: str = NAME, *, key: str = "", **headers: str) -> Answer:
    """The form of the demo's start page, filled in and sent."""
    browser.get("/c/demo/new/", **headers)
    return browser.post("/c/demo/new/", {"name": name, "_once": key or str(uuid7())}, **headers)


def made() -> list[Company]:
    """The companies made by a form, oldest first."""
    return sorted((one for one in company.all_companies() if one.made_with), key=lambda one: one.created_at)


def code_on(answer: Answer) -> str:
    """The recovery code a page tells."""
    found = re.search(r"<code>([2-9A-Z]{5}(?:-[2-9A-Z]{5}){3})</code>", answer.text)
    assert found, answer.text
    return found[1]


def test_a_name_is_enough_and_the_maker_is_in(demo: Company, browser: Browser) -> None:
    assert "新建我的公司" in browser.get("/c/demo/").text
    answer = begin(browser)
    assert answer.status == 200
    (one,) = made()
    assert (one.name, one.is_on_trial, one.demo, one.clock) == (NAME, True, False, None)
    assert re.fullmatch(r"[a-z][a-z0-9]{5}", one.code)
    assert one.prefix == f"/c/{one.code}"
    assert f'href="{one.prefix}/begin/"' in answer.text
    first = browser.get(f"{one.prefix}/begin/")
    assert first.status == 200
    for words in ("接下来：花名册", NAME, "试用", "不会发出任何消息"):
        assert words in first.text
    assert browser.get("/c/demo/begin/").status == 302  # in the demo nobody was signed in


def test_the_code_is_kept_as_a_hash_only(demo: Company, browser: Browser) -> None:
    code = code_on(begin(browser))
    (one,) = made()
    with company.active(one):
        (row,) = RecoveryCode.objects.all()
        assert len(row.secret_sha256) == 64
        rows = "".join(str(vars(row)) for row in (*RecoveryCode.objects.all(), *Account.objects.all()))
    assert code not in rows
    assert code.replace("-", "") not in rows
    assert code not in (one.folder / "company.json").read_text("utf-8")


def test_sent_twice_it_is_one_company_and_the_newer_code_holds(demo: Company, browser: Browser) -> None:
    key = str(uuid7())
    codes = [code_on(begin(browser, key=key)) for _n in range(2)]
    (one,) = made()
    other = Browser(make_application())
    other.get(f"{one.prefix}/recover/")
    refused = other.post(f"{one.prefix}/recover/", {"code": codes[0], "_once": "a"})
    assert (refused.status, "恢复码不对，或者已经用过" in refused.text) == (422, True)
    assert other.post(f"{one.prefix}/recover/", {"code": codes[1], "_once": "b"}).status == 200


def test_two_at_the_same_moment_make_one_company(demo: Company, deployment: Deployment) -> None:
    key = str(uuid7())
    found: list[str] = []

    def make() -> None:
        founded = company_found(actor=Actor.system("tests"), name=NAME, on_trial=True, form_key=key)
        found.append(founded.company.code)
        company.close_connections()

    threads = [threading.Thread(target=make) for _n in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert [one.code for one in made()] == [found[0]]
    assert len(found) == 3
    assert len(set(found)) == 1


@pytest.mark.parametrize("name", ["", "   ", "长" * 101, "a\x00b"])
def test_a_name_that_is_none_makes_nothing(demo: Company, browser: Browser, name: str) -> None:
    answer = begin(browser, name)
    assert answer.status == 422
    assert 'class="field-problem"' in answer.text
    assert made() == []


def test_what_fails_half_way_leaves_nothing(
    demo: Company, browser: Browser, monkeypatch: pytest.MonkeyPatch, deployment: Deployment
) -> None:
    from jiyu.people import founding

    def no_calendar(**_more: object) -> None:
        raise RuntimeError("no calendar")

    monkeypatch.setattr(founding, "calendar_seed", no_calendar)
    before = sorted(p.name for p in (deployment.home / "companies").iterdir())
    assert begin(browser).status == 500
    assert sorted(p.name for p in (deployment.home / "companies").iterdir()) == before
    assert made() == []


@pytest.mark.parametrize(
    ("setting", "headers", "status"),
    [
        ("machine", {}, 200),
        ("machine", {"x_forwarded_for": "10.0.0.7"}, 403),  # behind a proxy everybody comes from 127.0.0.1
        ("anybody", {"x_forwarded_for": "10.0.0.7"}, 200),
        ("nobody", {}, 403),
    ],
)
def test_only_from_the_machine_unless_it_says_otherwise(
    demo: Company, browser: Browser, setting: str, headers: dict[str, str], status: int
) -> None:
    with override_settings(NEW_COMPANIES=setting):
        assert browser.get("/c/demo/new/", **headers).status == status
        assert ("从空白开始" in browser.get("/c/demo/", **headers).text) == (status == 200)
        assert begin(browser, **headers).status == status
    assert len(made()) == (status == 200)


def test_a_company_that_is_somebodys_offers_no_other(demo: Company, browser: Browser, deployment: Deployment) -> None:
    assert browser.get(f"{deployment.north.prefix}/new/").status == 404


def test_twenty_a_day_are_enough(demo: Company, browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    from jiyu.people import founding

    monkeypatch.setattr(founding, "MOST_A_DAY", 1)
    assert begin(browser).status == 200
    answer = begin(browser)
    assert (answer.status, "今天已经新建了 1 家公司" in answer.text) == (422, True)
    assert len(made()) == 1


def test_an_empty_deployment_begins_with_the_form(
    deployment: Deployment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JIYU_HOME", str(tmp_path))
    before = connections["default"]
    connections["default"] = DatabaseWrapper({"ENGINE": "django.db.backends.dummy"}, "default")  # as in `runtime`
    browser = Browser(make_application())
    try:
        assert browser.get("/").headers["Location"] == "/new/"
        assert "No company on this machine yet" in browser.get("/new/?lang=en", accept_language="zh-CN").text
        assert "这台机器上还没有公司" in browser.get("/new/").text
        assert browser.get("/elsewhere/").status == 404
        answer = browser.post("/new/", {"name": NAME, "_once": str(uuid7())})
        (one,) = made()
        assert (answer.status, one.name) == (200, NAME)
        assert browser.get(f"{one.prefix}/begin/").status == 200
        company.remove(one)
    finally:
        connections["default"] = before


# The recovery code


def test_the_code_works_once_and_gives_the_next(demo: Company, browser: Browser) -> None:
    code = code_on(begin(browser))
    (one,) = made()
    lost = Browser(make_application())
    page = f"{one.prefix}/recover/"
    assert lost.get(page).status == 200
    typed = code.lower().replace("-", " ")  # as people type
    answer = lost.post(page, {"code": typed, "_once": "form-1"})
    following = code_on(answer)
    assert lost.get(f"{one.prefix}/begin/").status == 200
    third = Browser(make_application())
    third.get(page)
    assert third.post(page, {"code": code, "_once": "form-2"}).status == 422
    assert third.get(f"{one.prefix}/begin/").status == 302
    again = lost.post(page, {"code": typed, "_once": "form-1"})  # the same form once more: the same use
    assert code_on(again) != following
    assert third.post(page, {"code": following, "_once": "form-3"}).status == 422
    assert third.post(page, {"code": code_on(again), "_once": "form-4"}).status == 200


def test_ten_wrong_codes_and_even_the_right_one_waits(demo: Company, browser: Browser) -> None:
    code = code_on(begin(browser))
    (one,) = made()
    lost, page = Browser(make_application()), f"{one.prefix}/recover/"
    lost.get(page)
    for n in range(10):
        assert lost.post(page, {"code": "WRONG", "_once": str(n)}).status == 422
    assert lost.post(page, {"code": code, "_once": "right"}).status == 429
    assert lost.get(f"{one.prefix}/begin/").status == 302


def test_the_owner_takes_a_new_code(demo: Company, browser: Browser) -> None:
    code = code_on(begin(browser))
    (one,) = made()
    browser.get(f"{one.prefix}/begin/")
    following = code_on(browser.post(f"{one.prefix}/recover/new/"))
    lost = Browser(make_application())
    lost.get(f"{one.prefix}/recover/")
    assert lost.post(f"{one.prefix}/recover/", {"code": code, "_once": "a"}).status == 422
    assert lost.post(f"{one.prefix}/recover/", {"code": following, "_once": "b"}).status == 200


# 一键清空


def test_emptying_leaves_nothing_but_a_line_without_a_name(
    demo: Company, browser: Browser, deployment: Deployment, caplog: pytest.LogCaptureFixture
) -> None:
    code = code_on(begin(browser))
    (one,) = made()
    kept = begin(Browser(make_application()), "另一家")
    assert kept.status == 200
    other = next(c for c in made() if c != one)
    page = f"{one.prefix}/empty/"
    assert NAME in browser.get(page).text
    wrong = browser.post(page, {"name": "别的名字"})
    assert (wrong.status, "没有清空任何东西" in wrong.text, one.folder.is_dir()) == (422, True, True)
    caplog.set_level(logging.INFO)
    answer = browser.post(page, {"name": f" {NAME} "})
    assert (answer.status, f"{NAME} 清空了" in answer.text) == (200, True)
    assert not one.folder.exists()
    assert browser.get(f"{one.prefix}/begin/").status == 404
    assert browser.get(f"{one.prefix}/recover/").status == 404
    assert browser.post(f"{one.prefix}/recover/", {"code": code}).status == 404
    lines = [r.getMessage() for r in caplog.records if r.name == "jiyu.companies"]
    assert [line.startswith("company emptied by its owner") for line in lines] == [True]
    assert all(word not in lines[0] for word in (NAME, one.code))
    cookie = next(line for line in answer.cookies if line.startswith("jiyu_session="))
    assert 'jiyu_session=""' in cookie
    assert f"Path={one.prefix};" in cookie
    with company.active(other):
        assert Account.objects.count() == 1
    if deployment.database_url:
        import psycopg

        with psycopg.connect(deployment.database_url) as connection:
            schemas = {row[0] for row in connection.execute("SELECT nspname FROM pg_namespace")}
        assert one.schema not in schemas
        assert other.schema in schemas


def test_the_demo_cannot_be_emptied(demo: Company, browser: Browser) -> None:
    for answer in (browser.get("/c/demo/empty/"), browser.post("/c/demo/empty/", {"name": demo.name})):
        assert answer.status in (403, 404)
    assert browser.get("/c/demo/empty/").status == 404
    assert company.find("demo") == demo


def test_a_company_not_on_trial_is_not_emptied(demo: Company, browser: Browser) -> None:
    begin(browser)
    (one,) = made()
    path = one.folder / "company.json"
    path.write_text(re.sub(r'"trial_since": "[^"]*"', '"trial_since": null', path.read_text("utf-8")), "utf-8")
    assert "不能一键清空" in browser.get(f"{one.prefix}/empty/").text
    assert browser.post(f"{one.prefix}/empty/", {"name": NAME}).status == 422
    assert company.find(one.code).name == NAME
    assert 'class="strip"' not in browser.get(f"{one.prefix}/begin/").text


def test_the_people_of_a_trial_are_not_told_of_it(demo: Company, browser: Browser) -> None:
    from jiyu.people.public import PersonEntry, number_holders, roster_take

    begin(browser)
    (one,) = made()
    system = Actor.system("tests")
    with company.active(one):
        from jiyu.core import clock
        from jiyu.people.public import person_link_make

        entries = [PersonEntry("000317", "林晓峰", ("一车间",))]
        roster_take(actor=system, run_id=uuid7(), entries=entries, on=clock.today(), company_name=NAME)
        person = number_holders(on=clock.today(), known_at=clock.now())["000317"]
        account_for(actor=system, person_id=person)
        secret = person_link_make(actor=system, person_id=person, valid_minutes=5)
    theirs = Browser(make_application())
    theirs.get(f"{one.prefix}/enter/{secret}/")
    assert theirs.post(f"{one.prefix}/enter/{secret}/").status == 302
    page = theirs.get(f"{one.prefix}/me/")
    assert (page.status, 'class="strip"' in page.text) == (200, False)
    assert "1 人在册" in browser.get(f"{one.prefix}/begin/").text
