"""One company never sees another's rows: the way from a URL to a database (DESIGN §11)."""

from __future__ import annotations

import json
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connections
from django.db.backends.dummy.base import DatabaseWrapper

from jiyu.core import company
from jiyu.core.company import Company, CompanyError
from jiyu.core.models import AuditEntry
from tests.core.browser import Browser
from tests.core.conftest import Deployment, migrated
from tests.core.job_tasks import note, notes


def test_same_page_under_two_prefixes_shows_two_companies(deployment: Deployment, browser: Browser) -> None:
    for here in (deployment.north, deployment.south):
        with company.active(here):
            note(f"of {here.code}")
    for here in (deployment.north, deployment.south):
        seen = browser.get(f"{here.prefix}/notes").json()
        assert seen == {
            "notes": [f"of {here.code}"],
            "link": "http://127.0.0.1/x",
            "path": f"{here.prefix}/notes",
        }


def test_company_is_left_again_after_each_request(deployment: Deployment, browser: Browser) -> None:
    before = connections["default"]
    browser.get(f"{deployment.north.prefix}/notes")
    assert company.current_or_none() is None
    assert connections["default"] is before


@pytest.mark.parametrize("path", ["/c/nobody/notes", "/c/../notes", "/c//notes", "/c/North/notes", "/notes", "/c"])
def test_path_without_a_company_is_nowhere(deployment: Deployment, browser: Browser, path: str) -> None:
    assert browser.get(path).status == 404


def test_root_leads_to_a_company(deployment: Deployment, browser: Browser) -> None:
    answer = browser.get("/")
    assert (answer.status, answer.headers["Location"]) == (302, f"{deployment.north.prefix}/")


def test_health_needs_no_company(deployment: Deployment, browser: Browser) -> None:
    assert (browser.get("/healthz").status, browser.get("/healthz").text) == (200, "ok")


def test_no_query_outside_a_company(deployment: Deployment) -> None:
    """`default` of the running program is Django's dummy: forgetting the company reads nobody's data."""
    before = connections["default"]
    connections["default"] = DatabaseWrapper({"ENGINE": "django.db.backends.dummy"}, "default")  # as in `runtime`
    try:
        with company.active(deployment.north):
            assert AuditEntry.objects.count() == 0
        with pytest.raises(ImproperlyConfigured):
            AuditEntry.objects.count()
        with pytest.raises(CompanyError):
            company.current()
    finally:
        connections["default"] = before


def test_cookies_stay_below_the_companys_prefix(deployment: Deployment, browser: Browser) -> None:
    for here in (deployment.north, deployment.south):
        browser.get(f"{here.prefix}/notes")
        answer = browser.post(f"{here.prefix}/sign-in", {"handle": f"one of {here.code}"})
        session = [line for line in answer.cookies if line.startswith("jiyu_session=")]
        assert len(session) == 1
        assert f"Path={here.prefix};" in session[0]
        assert "HttpOnly" in session[0]
        assert "SameSite=Lax" in session[0]
    for here in (deployment.north, deployment.south):
        assert browser.get(f"{here.prefix}/who").text == f"one of {here.code}"


def test_csrf_cookie_stays_below_the_prefix_too(deployment: Deployment, browser: Browser) -> None:
    answer = browser.get(f"{deployment.north.prefix}/notes")
    tokens = [line for line in answer.cookies if line.startswith("jiyu_csrf=")]
    assert tokens
    assert all(f"Path={deployment.north.prefix}" in line for line in tokens)


def test_session_of_one_company_is_nobody_in_another(deployment: Deployment, browser: Browser) -> None:
    browser.get(f"{deployment.north.prefix}/notes")
    browser.post(f"{deployment.north.prefix}/sign-in", {"handle": "northerner"})
    assert browser.get(f"{deployment.north.prefix}/who").text == "northerner"
    stolen = browser.cookie("jiyu_session", deployment.north.prefix)
    answer = browser.get(f"{deployment.south.prefix}/who", cookie=f"jiyu_session={stolen}")
    assert answer.text == ""


def test_threads_serve_different_companies_at_once(deployment: Deployment, browser: Browser) -> None:
    for here in (deployment.north, deployment.south):
        with company.active(here):
            note(here.code)
    together = threading.Barrier(8)

    def ask(number: int) -> bool:
        here = (deployment.north, deployment.south)[number % 2]
        together.wait(timeout=10)
        try:
            return all(browser.get(f"{here.prefix}/notes").json()["notes"] == [here.code] for _ in range(20))
        finally:
            company.close_connections()

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(ask, range(8))) == [True] * 8


def test_entering_a_company_leaves_djangos_registry_alone(deployment: Deployment) -> None:
    """It is one dictionary for all threads, and Django walks it at the end of every request."""
    with company.active(deployment.north):
        assert list(connections) == ["default"]


def test_company_within_a_company_comes_back(deployment: Deployment) -> None:
    with company.active(deployment.north):
        note("north")
        with company.active(deployment.south):
            assert notes() == []
        assert notes() == ["north"]
        assert company.current() == deployment.north


@pytest.mark.parametrize("code", ["", "Demo", "1demo", "-x", "a_b", "a/b", "..", "a" * 32, "演示"])
def test_code_is_plain_letters_digits_and_hyphens(deployment: Deployment, code: str) -> None:
    with pytest.raises(CompanyError):
        company.create(code, "X")
    with pytest.raises(CompanyError):
        company.find(code)


def test_code_is_given_once(deployment: Deployment) -> None:
    with pytest.raises(CompanyError, match="已经有了"):
        company.create(deployment.north.code, "Again")
    assert company.find(deployment.north.code) == deployment.north


def test_prefix_is_fixed_when_the_company_is_made(deployment: Deployment) -> None:
    """Printed QR codes live on, whatever the company is called later."""
    path = deployment.north.folder / "company.json"
    before = path.read_text("utf-8")
    try:
        path.write_text(json.dumps({**json.loads(before), "name": "Renamed"}), "utf-8")
        assert company.find(deployment.north.code).prefix == f"/c/{deployment.north.code}"
    finally:
        path.write_text(before, "utf-8")


def test_company_without_prefix_takes_every_other_path(
    deployment: Deployment, browser: Browser, whole_site: Company
) -> None:
    with company.active(whole_site):
        note("whole")
    answer = browser.get("/notes").json()
    assert (answer["notes"], answer["path"]) == (["whole"], "/notes")
    assert browser.get(f"{deployment.north.prefix}/notes").json()["notes"] == []


def test_data_folder_of_a_company_is_its_owners_only(deployment: Deployment) -> None:
    assert deployment.north.folder.stat().st_mode & 0o777 == 0o700


def test_unknown_page_of_a_company_is_404(deployment: Deployment, browser: Browser) -> None:
    assert browser.get(f"{deployment.north.prefix}/nowhere").status == 404


def test_company_made_again_after_its_removal_is_empty(deployment: Deployment) -> None:
    """The thread still has a connection to the old one's file."""
    for _round in range(2):
        again = migrated("again")
        with company.active(again):
            assert notes() == []
            note("old")
        company.remove(again)
        assert not again.folder.exists()
    with pytest.raises(CompanyError):
        company.find("again")
