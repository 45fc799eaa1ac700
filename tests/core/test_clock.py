"""What time it is: the company's clock, moved for a block, and the machine's for leases only."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from jiyu.core import clock, company
from jiyu.core.company import Company
from tests.core.conftest import Deployment

STANDS = datetime(2026, 4, 8, 1, 0, tzinfo=UTC)


@pytest.fixture
def no_moved_clock() -> None:
    """Without the clock that stands for all tests."""
    clock._moved.set(None)


def test_tests_stand_at_nine_in_shanghai() -> None:
    assert clock.now() == STANDS
    assert clock.today() == date(2026, 4, 8)
    assert clock.local(clock.now()).isoformat() == "2026-04-08T09:00:00+08:00"


def test_today_is_the_companys_not_londons() -> None:
    with clock.at(datetime(2026, 3, 31, 17, 0, tzinfo=UTC)):  # 01:00 of April in Shanghai
        assert clock.today() == date(2026, 4, 1)


def test_moment_on_the_wall_clock_is_told_in_utc() -> None:
    assert clock.local_moment(date(2026, 1, 1)) == datetime(2025, 12, 31, 16, 0, tzinfo=UTC)
    assert clock.local_moment(date(2026, 4, 8), 9, 30) == datetime(2026, 4, 8, 1, 30, tzinfo=UTC)


def test_moved_clock_comes_back_even_after_an_error() -> None:
    with pytest.raises(ZeroDivisionError), clock.at(STANDS + timedelta(days=1)):
        raise ZeroDivisionError
    assert clock.now() == STANDS


def test_clock_takes_no_naive_moment() -> None:
    with pytest.raises(ValueError, match="aware"), clock.at(datetime(2026, 4, 8)):
        pass


def test_company_with_a_fixed_clock_stands_still(deployment: Deployment, no_moved_clock: None) -> None:
    demo: Company = replace(deployment.north, clock="2026-04-08T09:00:00+08:00")
    with company.active(demo):
        assert STANDS <= clock.now() < STANDS + timedelta(seconds=1)
        with clock.at(STANDS - timedelta(days=90)):  # the demo's past is told by the same services
            assert clock.now() == STANDS - timedelta(days=90)
    with company.active(deployment.north):
        assert abs(clock.now() - datetime.now(UTC)) < timedelta(seconds=5)


def test_a_standing_clock_still_tells_what_came_first(deployment: Deployment, no_moved_clock: None) -> None:
    demo: Company = replace(deployment.north, clock="2026-04-08T09:00:00+08:00")
    an_hour_old = replace(demo, created_at=(datetime.now(UTC) - timedelta(hours=1)).isoformat())
    with company.active(demo):
        early = clock.now()
    with company.active(an_hour_old):
        assert timedelta(0) < clock.now() - early < timedelta(seconds=1)


def test_company_has_its_own_zone(deployment: Deployment) -> None:
    urumqi = replace(deployment.north, time_zone="Asia/Urumqi")
    with company.active(urumqi), clock.at(datetime(2026, 3, 31, 17, 0, tzinfo=UTC)):
        assert clock.today() == date(2026, 3, 31)


def test_leases_never_stand_still() -> None:
    deadline = clock.monotonic_deadline(60)
    assert timedelta(seconds=59) < deadline - datetime.now(UTC) <= timedelta(seconds=60)
