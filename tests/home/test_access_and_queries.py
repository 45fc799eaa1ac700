"""Who may open which page, and how often a page asks the database."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import get_resolver, reverse

from jiyu.core.ids import uuid7
from jiyu.goals.models import Sheet
from jiyu.people.public import owner_link_make
from jiyu.reviews.models import Cycle, Enrolment
from jiyu.sources.models import Run
from tests.companies import QUARTERLY, at, deliver, entry, result, roster, who
from tests.home.conftest import Browse
from tests.home.march import EXECUTIVE, HR, LEAD, OPERATOR

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("march")]
BASELINE = Path(__file__).parent / "queries.json"
MOST = 20

# 200 the page · 302 to the first page (not signed in) · 403 not theirs to use · 404 not there for them · 405 POST only
READERS = ("nobody", "operator", "lead", "hr", "executive", "owner")
TABLE = """
                              nobody operator lead  hr  executive owner
home:start                      200    302    302   302   302     302
home:as                         405    405    405   405   405     405
home:enter                      200    200    200   200   200     200
home:sign-in                    200    200    200   200   200     200
home:invited                    403    403    403   403   403     403
home:account                    302    200    200   200   200     200
home:password                   302    405    405   405   405     405
home:session-end                302    405    405   405   405     405
home:access                     302    403    200   200   403     200
home:invite                     302    403    403   405   403     405
home:invite-end                 302    403    403   405   403     405
home:lan                        302    403    403   405   403     405
home:pin-codes                  302    405    405   405   405     405
home:lock-open                  302    405    405   405   405     405
home:device-new                 302    405    405   405   405     405
home:device-end                 302    405    405   405   405     405
home:pda                        200    200    200   200   200     200
home:pda-enter-code             200    200    200   200   200     200
home:pda-register               200    200    200   200   200     200
home:pda-pin                    302    302    302   302   302     302
home:pda-me                     302    302    302   302   302     302
home:sign-out                   405    405    405   405   405     405
home:me                         302    200    200   200   200     200
home:person                     302    200    200   200   200     200
home:team                       302    200    200   200   200     200
home:company                    302    403    403   403   200     200
home:why                        302    200    200   200   200     200
home:acknowledge                302    405    405   405   405     405
home:object                     302    200    404   404   404     404
home:objection-withdraw         302    405    405   405   405     405
reviews:objections              302    200    200   200   200     200
home:why-now                    302    200    200   200   200     200
home:paper                      302    200    200   200   200     200
home:new-company                404    404    404   404   404     404
home:recover                    200    200    200   200   200     200
home:recover-renew              302    403    403   403   403     405
home:begin                      302    403    403   200   403     200
home:empty                      302    403    403   403   403     200
home:export                     302    403    403   200   403     200
home:export-make                302    403    403   405   403     405
home:export-take                302    403    403   404   403     404
reviews:cycles                  302    403    403   200   200     200
reviews:cycle                   302    403    403   200   200     200
reviews:cycle-people            302    403    403   200   200     200
reviews:cycle-open              302    403    403   200   403     200
reviews:cycle-score             302    403    403   405   403     405
reviews:cycle-cutoff            302    403    403   405   403     405
reviews:cycle-finalize          302    403    403   405   403     405
sources:roster                  302    403    403   200   403     200
sources:roster-upload           302    403    403   405   403     405
sources:index                   302    403    403   200   403     200
sources:upload                  302    403    403   405   403     405
sources:source                  302    403    403   200   403     200
sources:run                     302    403    403   200   403     200
sources:undo                    302    403    403   405   403     405
studio:modules                  302    403    403   200   403     200
studio:module                   302    403    403   200   403     200
studio:edition-new              302    403    403   405   403     405
studio:publish                  302    403    403   200   403     200
studio:slot-new                 302    403    403   200   403     200
studio:cohort-new               302    403    403   200   403     200
studio:holders                  302    403    403   200   403     200
studio:rebase                   302    403    403   200   403     200
studio:proposal                 302    403    403   405   403     405
ui:parts                        404    404    404   404   404     404
"""


RULES_PAGES = ("module", "edition-new", "publish", "slot-new", "cohort-new", "holders", "rebase")
CYCLE_PAGES = ("cycle", "cycle-people", "cycle-score", "cycle-cutoff", "cycle-finalize")


def addresses() -> dict[str, str]:
    """An address of each page by its name; a person's page is the operator's."""
    cycle, run = Cycle.objects.get(), Run.objects.filter(source__code="mes").get()
    sheet = Sheet.objects.get(subject=who(OPERATOR))
    place = Enrolment.objects.get(subject=who(OPERATOR))
    arguments: dict[str, list[object]] = {
        "home:as": [who(OPERATOR)],
        "home:enter": ["a-secret"],
        "home:invited": ["a-secret"],
        "home:pda-register": ["ACODE"],
        **{f"home:{name}": [uuid7()] for name in ("session-end", "invite-end", "lock-open", "device-end")},
        "home:person": [who(OPERATOR)],
        "home:why": [result(OPERATOR, period="2026-03").pk],
        "home:paper": [result(OPERATOR, period="2026-03").pk],
        "home:why-now": [place.pk],
        "home:acknowledge": [place.pk, result(OPERATOR, period="2026-03").pk],
        "home:object": [result(OPERATOR, period="2026-03").pk],
        "home:objection-withdraw": [uuid7()],
        "sources:source": ["mes"],
        "goals:sheet": [sheet.pk],
        "goals:sheet-edit": ["2026-03", QUARTERLY, who(OPERATOR)],
        "metrics:metric": [QUARTERLY, "oee"],
        "home:export-take": [uuid7()],
    }
    arguments |= {f"reviews:{name}": [cycle.pk] for name in CYCLE_PAGES}
    arguments |= {f"studio:{name}": [QUARTERLY] for name in RULES_PAGES} | {"studio:proposal": [uuid7(), "publish"]}
    arguments |= {f"sources:{name}": [run.pk] for name in ("run", "undo")}
    return {name: reverse(name, args=arguments.get(name, [])) for name in {*told(), *PAGES}}


def told() -> dict[str, dict[str, int]]:
    """The table: page → reader → status."""
    head, *lines = TABLE.strip("\n").splitlines()
    assert tuple(head.split()) == READERS
    rows = [line.split() for line in lines]
    return {name: dict(zip(READERS, map(int, codes), strict=True)) for name, *codes in rows}


def browsers(browse: Browse) -> dict[str, Client]:
    """A browser per reader."""
    owner = Client(headers={"accept-language": "zh-CN"})
    owner.post(f"/enter/{owner_link_make(valid_minutes=60)}/")
    signed_in = {"operator": OPERATOR, "lead": LEAD, "hr": HR, "executive": EXECUTIVE}
    return {"nobody": Client(), "owner": owner} | {name: browse(number) for name, number in signed_in.items()}


def test_every_page_opens_to_exactly_those_it_is_for(browse: Browse) -> None:
    by_reader = browsers(browse)
    where = addresses()
    seen = {name: {reader: by_reader[reader].get(where[name]).status_code for reader in READERS} for name in told()}
    assert {n: (seen[n], told()[n]) for n in seen if seen[n] != told()[n]} == {}


def test_every_page_of_these_rooms_is_in_the_table() -> None:
    rooms = ("home", "reviews", "studio")
    names = {
        f"{inner.namespace}:{pattern.name}"
        for inner in get_resolver().url_patterns
        if getattr(inner, "namespace", "") in rooms
        for pattern in inner.url_patterns
    }
    assert names <= set(told())


def test_a_stranger_reads_nothing_behind_an_address_that_is_not_there(browse: Browse) -> None:
    for address in (f"/why/{uuid7()}/", f"/person/{uuid7()}/", f"/why/now/{uuid7()}/", f"/cycles/{uuid7()}/"):
        assert browse(HR).get(address).status_code == 404


def test_a_post_by_somebody_without_the_right_changes_nothing(browse: Browse) -> None:
    before = Cycle.objects.get().state
    for name in ("cycle-score", "cycle-finalize", "cycle-cutoff"):
        assert browse(LEAD).post(addresses()[f"reviews:{name}"]).status_code == 403
    assert Cycle.objects.get().state == before


PAGES = {
    "home:account": OPERATOR, "home:access": HR,
    "home:me": OPERATOR, "home:person": LEAD, "home:team": LEAD, "home:company": EXECUTIVE, "home:why": OPERATOR,
    "home:object": OPERATOR, "reviews:objections": HR,
    "home:why-now": OPERATOR, "home:paper": OPERATOR, "reviews:cycles": HR,
    "reviews:cycle": HR, "home:begin": HR, "home:export": HR,
    "reviews:cycle-people": HR, "reviews:cycle-open": HR,
    "sources:roster": HR, "sources:index": HR, "sources:source": HR, "sources:run": HR,
    "goals:sheets": HR, "goals:sheet": HR, "goals:sheet-new": HR, "goals:sheets-file": HR, "goals:sheet-edit": HR,
    "metrics:metrics": HR, "metrics:metric": HR,
    "studio:modules": HR, "studio:module": HR, "studio:publish": HR, "studio:slot-new": HR, "studio:cohort-new": HR,
    "studio:holders": HR, "studio:rebase": HR,
}  # fmt: skip


def test_pages_ask_the_database_as_often_as_noted(browse: Browse) -> None:
    """`JIYU_UPDATE_SNAPSHOTS=1` writes the baseline again."""
    asked = {}
    where = addresses()
    for name, number in PAGES.items():
        browser = browse(number)
        with CaptureQueriesContext(connection) as caught:
            assert browser.get(where[name]).status_code == 200
        asked[name] = len(caught)
    if os.environ.get("JIYU_UPDATE_SNAPSHOTS") == "1":
        BASELINE.write_text(json.dumps(asked, indent=1) + "\n", "utf-8")
    assert asked == json.loads(BASELINE.read_text("utf-8"))


@pytest.mark.parametrize("name", PAGES)
def test_no_page_asks_the_database_more_than_twenty_times(browse: Browse, name: str) -> None:
    browser, address = browse(PAGES[name]), addresses()[name]
    with CaptureQueriesContext(connection) as caught:
        browser.get(address)
    assert len(caught) <= MOST


def test_a_team_asks_as_often_for_many_as_for_one(browse: Browse) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as caught:
            assert browser.get("/team/").status_code == 200
        return len(caught)

    browser = browse(LEAD)
    one = queries()
    roster(*(entry(f"0007{n:02}", "一车间/CNC A班", lead_employee_no=LEAD) for n in range(30)))
    assert "31 个人" in browser.get("/team/").content.decode()
    assert queries() == one


DAILY = [
    ("home:me", OPERATOR),
    ("home:why", OPERATOR),
    ("home:why", LEAD),
    ("home:why", EXECUTIVE),
    ("home:why-now", OPERATOR),
    ("home:why-now", LEAD),
    ("home:paper", OPERATOR),
    ("home:person", LEAD),
    ("home:team", LEAD),
]


@pytest.mark.slow
def test_the_daily_pages_ask_no_more_often_among_ten_thousand(browse: Browse) -> None:
    """Issue 3 §3: at most 20 queries with 320 and with 10,000 people, whoever reads, late rows or not."""

    def asked() -> dict[tuple[str, str], int]:
        found = {}
        for (name, number), browser in browsers.items():
            with CaptureQueriesContext(connection) as caught:
                assert browser.get(where[name]).status_code == 200
            found[name, number] = len(caught)
        return found

    def grow(first: int, end: int) -> None:
        roster(*(entry(f"1{n:05}", f"二车间/{n % 40} 班") for n in range(first, end)))

    where = addresses()
    browsers = {(name, number): browse(number) for name, number in DAILY}
    grow(0, 314)
    at_320 = asked()
    grow(314, 9_994)
    assert asked() == at_320
    with at(4, 8):
        deliver("hse", "工号,日期,编号,类型", f"{OPERATOR},2026-03-21,h2,违章", dimensions=["类型"])
    with_late_rows = asked()
    assert max(with_late_rows.values()) <= MOST, with_late_rows


def test_a_lead_does_not_see_who_is_led_by_others(browse: Browse) -> None:
    assert browse(LEAD).get(f"/person/{who(HR)}/").status_code == 404
