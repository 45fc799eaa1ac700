"""Reading pages as somebody signed in, for the tests of every room."""

from __future__ import annotations

import re
from typing import Any

from django.test import Client

from jiyu.people.public import account_for, grant_make
from tests.companies import SYSTEM, at, unit, who


def browser(number: str, role: str = "", unit_name: str = "") -> Client:
    """Somebody signed in, with a role of the whole company or of a unit since the year began."""
    person = who(number)
    with at(1, 2):
        if role:
            within = unit(unit_name) if unit_name else None
            grant_make(actor=SYSTEM, person_id=person, role=role, unit_id=within)
        account = account_for(actor=SYSTEM, person_id=person)
    client = Client()
    client.force_login(account)
    return client


def page(response: Any, status: int = 200) -> str:
    """The page's text without tags that only dress it."""
    assert response.status_code == status, response.content.decode()[:2000]
    return re.sub(r"</?(?:b|span)\b[^>]*>", "", response.content.decode())


def title(html: str) -> str:
    """The answer the page gives."""
    found = re.search(r"<h1>(.*?)</h1>", html, re.S)
    assert found
    return found[1].strip()
