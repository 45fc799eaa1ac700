"""The company of `tests.home.march`, as a database, as a demo, and through a browser."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from django.test import Client

from jiyu.core import company
from jiyu.people.public import account_for
from tests.companies import SYSTEM, a_company, who
from tests.home.march import archived_march

__all__ = ["a_company"]

Browse = Callable[[str], Client]


@pytest.fixture
def march(db: None, a_company: company.Company) -> None:
    """See `archived_march`."""
    archived_march()


@pytest.fixture
def demo(a_company: company.Company) -> Iterator[company.Company]:
    """The same company as a demo."""
    made = replace(a_company, code="demo", demo=True, clock="2026-04-08T09:00:00+08:00")
    token = company._current.set(made)
    yield made
    company._current.reset(token)


@pytest.fixture
def browse() -> Browse:
    """`browse("000317")`: a browser signed in as that person, Chinese first."""

    def signed_in(number: str) -> Client:
        client = Client(headers={"accept-language": "zh-CN"})
        client.force_login(account_for(actor=SYSTEM, person_id=who(number)))
        return client

    return signed_in
