"""Many who guess at once, and two devices with one link: on a server the database decides who was first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context

import pytest
from django.db import connection

from jiyu.core.errors import DomainError
from jiyu.people.models import SignInTry
from jiyu.people.public import account_for, signin
from tests.people.conftest import HR, entry, take, who

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite's IMMEDIATE waits by itself"),
]
RIVALS = 12


def at_once(*works: Callable[[], object]) -> Counter[str]:
    """How many ended how: a refusal's code, or "in"."""

    def end(work: Callable[[], object]) -> str:
        try:
            work()
        except DomainError as refused:
            return refused.code
        finally:
            connection.close()
        return "in"

    with ThreadPoolExecutor(len(works)) as pool:
        return Counter(one.result() for one in [pool.submit(copy_context().run, end, work) for work in works])


def test_guesses_sent_at_once_are_five_and_no_more() -> None:
    take(entry("000317"))
    account_for(actor=HR, person_id=who("000317"))
    guesses = [
        lambda n=n: signin.password_sign_in(handle="000317", password=f"guess {n}", address=f"10.0.0.{n}")
        for n in range(RIVALS)
    ]
    assert at_once(*guesses) == {"people.sign_in_wrong": 5, "people.too_many_tries": RIVALS - 5}
    assert SignInTry.objects.order_by("-failures")[0].failures == 5


def test_of_many_devices_that_open_a_link_at_once_one_keeps_it() -> None:
    take(entry("000317"))
    (made,) = signin.invitations_make(actor=HR, person_ids=[who("000317")], days=7)
    opens = [
        lambda n=n: signin.invitation_use(secret=made.secret, device=f"phone {n}", address=f"10.0.0.{n}")
        for n in range(RIVALS)
    ]
    assert at_once(*opens) == {"in": 1, "people.invitation_elsewhere": RIVALS - 1}


def test_a_terminals_code_is_used_once_however_many_enter_it() -> None:
    take(entry("000317"))
    _made, code = signin.device_make(actor=HR, name="PDA-07", unit_id=None)
    claims = [lambda n=n: signin.device_claim(code=code, address=f"10.0.0.{n}") for n in range(RIVALS)]
    assert at_once(*claims) == {"in": 1, "people.device_code": RIVALS - 1}
