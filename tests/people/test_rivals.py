"""Two who write people at once: one waits for the other and then sees what it did."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import copy_context
from datetime import date

import pytest
from django.db import connection, transaction

from jiyu.core.errors import DomainError
from jiyu.people.models import Assignment, Person
from jiyu.people.public import hold_people_still, move, unit_make
from tests.people.conftest import HR, TODAY, entry, org, take, unit, unit_text, who

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite's IMMEDIATE waits by itself"),
]

WAITING = (
    "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
    " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
)


def beside(first: Callable[[], object], rival: Callable[[], object]) -> Future[object]:
    """Do `first` while holding people still, `rival` begun before it and waiting; returns the rival's end."""

    def in_own_connection() -> object:
        try:
            return rival()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            hold_people_still()
            ending = pool.submit(copy_context().run, in_own_connection)  # the standing clock goes along
            until_it_waits()
            first()
        ending.exception()
    return ending


def until_it_waits() -> None:
    """Come back once a rival waits for the lock; fail if none does within ten seconds."""
    for _ in range(1000):
        with connection.cursor() as cursor:
            cursor.execute(WAITING)
            if cursor.fetchone() != (0,):
                return
        time.sleep(0.01)
    raise AssertionError("the rival did not wait")


def test_two_imports_of_one_new_person_make_one_person() -> None:
    outcome = beside(lambda: take(entry("1")), lambda: take(entry("1")).unchanged)
    assert outcome.result() == 1
    assert Person.objects.count() == 1


def test_two_moves_leave_one_primary_post_on_each_day() -> None:
    take(entry("1"), entry("2", unit="二车间"), entry("3", unit="三车间"))
    person_id, second, third = who("1"), unit("二车间"), unit("三车间")
    beside(
        lambda: move(actor=HR, person_id=person_id, unit_id=second, on=date(2026, 3, 1)),
        lambda: move(actor=HR, person_id=person_id, unit_id=third, on=date(2026, 3, 15)),
    ).result()
    assert [unit_text("1", date(2026, 3, d)) for d in (14, 15)] == ["二车间", "三车间"]
    assert Assignment.objects.filter(person=person_id, superseded_at=None).count() == 3


def test_two_units_of_one_name_are_not_made() -> None:
    take(entry("1"))
    root = org().root
    assert root is not None
    root_id = root.id
    ending = beside(
        lambda: unit_make(actor=HR, name="新部门", parent_id=root_id, on=TODAY),
        lambda: unit_make(actor=HR, name="新部门", parent_id=root_id, on=TODAY),
    )
    refusal = ending.exception()
    assert isinstance(refusal, DomainError) and refusal.code == "people.unit_name_taken"
