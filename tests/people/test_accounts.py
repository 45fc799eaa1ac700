"""Signing in: accounts, the demo's offers, the owner's link, and roles with times."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from jiyu.core import clock
from jiyu.core import company as companies
from jiyu.core.actor import Actor, GrantView
from jiyu.core.company import Company
from jiyu.core.errors import DomainError, NotAllowedError, NotVisibleError
from jiyu.core.ids import uuid7
from jiyu.core.models import AuditEntry
from jiyu.people.access import actor_of
from jiyu.people.models import Account, OneTimeLink
from jiyu.people.public import (
    account_for,
    demo_sign_in,
    grant_end,
    grant_list,
    grant_make,
    identity_offer_list,
    leave,
    link_bearer,
    link_use,
    owner_link_make,
    person_link_make,
)
from tests.people.conftest import HR, entry, moment, row_counts, take, unit, who

pytestmark = pytest.mark.django_db


@pytest.fixture
def demo() -> Iterator[None]:
    """The active company is a demo."""
    token = companies._current.set(Company("demo", "衡川", "/c/demo", "sqlite", "2026-04-08", demo=True))
    yield
    companies._current.reset(token)


def roles_of(account: Account) -> set[tuple[str, UUID | None]]:
    return {(grant.role, grant.unit_id) for grant in actor_of(account).grants}


def test_a_person_has_one_account_without_password_or_rights() -> None:
    take(entry("1", "林晓峰"))
    account = account_for(actor=HR, person_id=who("1"))
    assert account_for(actor=HR, person_id=who("1")).pk == account.pk
    assert not account.has_usable_password()
    acting = actor_of(account)
    assert (acting.person_id, acting.grants) == (who("1"), ())
    with pytest.raises(NotVisibleError):
        account_for(actor=HR, person_id=uuid7())


def test_the_actor_of_a_request_takes_one_query(django_assert_num_queries: Any) -> None:
    take(entry("1"))
    account = account_for(actor=HR, person_id=who("1"))
    with django_assert_num_queries(1):
        actor_of(account)


@pytest.mark.usefixtures("demo")
def test_a_demo_offers_whoever_has_an_account() -> None:
    take(entry("1", "林晓峰", "一车间/A班", job="操作工"), entry("2", "陈静"), entry("3"))
    for number in "12":
        account_for(actor=HR, person_id=who(number))
    grant_make(actor=HR, person_id=who("2"), role="hr")
    offers = [(o.name, o.employee_no, o.job, o.unit_path, o.roles) for o in identity_offer_list()]
    assert offers == [("林晓峰", "1", "操作工", "一车间 / A班", ()), ("陈静", "2", "", "一车间", ("hr",))]
    assert demo_sign_in(person_id=who("2")).person_id == who("2")
    with pytest.raises(NotVisibleError):
        demo_sign_in(person_id=who("3"))


def test_outside_a_demo_nobody_takes_anothers_place() -> None:
    take(entry("1"))
    account_for(actor=HR, person_id=who("1"))
    with pytest.raises(NotVisibleError):
        identity_offer_list()
    with pytest.raises(NotVisibleError):
        demo_sign_in(person_id=who("1"))


def test_the_owners_link_signs_in_once() -> None:
    secret = owner_link_make(valid_minutes=30)
    account = link_use(secret=secret)
    assert actor_of(account).has_role("owner")
    assert not account.has_usable_password()
    with pytest.raises(DomainError) as refusal:
        link_use(secret=secret)
    assert refusal.value.code == "people.link_spent"
    assert link_use(secret=owner_link_make(valid_minutes=30)).pk == account.pk
    assert Account.objects.count() == 1


def test_the_owners_link_expires_by_the_real_clock_even_while_the_companys_stands(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    secret = owner_link_make(valid_minutes=30)
    later = datetime.now(UTC) + timedelta(minutes=31)
    monkeypatch.setattr(clock, "monotonic_deadline", lambda seconds: later)
    with pytest.raises(DomainError) as refusal:
        link_use(secret=secret)
    assert refusal.value.code == "people.link_spent"
    assert OneTimeLink.objects.get().used_at is None


def test_only_the_hash_of_a_secret_is_kept_and_a_wrong_one_opens_nothing() -> None:
    secret = owner_link_make(valid_minutes=30)
    link = OneTimeLink.objects.get()
    assert len(secret) >= 40
    assert secret not in (link.secret_sha256, str(link.pk))
    for wrong in ("", secret[:-1], link.secret_sha256):
        with pytest.raises(DomainError):
            link_use(secret=wrong)


def test_an_account_switched_off_is_opened_by_no_link() -> None:
    secret = owner_link_make(valid_minutes=30)
    Account.objects.update(is_active=False)
    with pytest.raises(DomainError):
        link_use(secret=secret)


def test_a_persons_link_brings_account_and_role_once() -> None:
    take(entry("1", "周建国"))
    machine = Actor.system("terminal")
    for _again in range(2):
        secret = person_link_make(actor=machine, person_id=who("1"), role="hr", valid_minutes=30)
        assert link_bearer(secret=secret) == "周建国"
        account = link_use(secret=secret)
        assert (account.person_id, roles_of(account)) == (who("1"), {("hr", None)})
        with pytest.raises(DomainError):
            link_use(secret=secret)
    assert (Account.objects.count(), len(grant_list(actor=machine))) == (1, 1)
    said = AuditEntry.objects.filter(subject_person=who("1"), action__contains="link").values_list("action", flat=True)
    assert list(said.order_by("id")) == ["people.person_link_made", "people.person_link_used"] * 2
    assert link_bearer(secret=owner_link_make(valid_minutes=30)) == ""
    assert link_bearer(secret="nothing") is None


def test_a_persons_link_is_made_at_the_machine_for_somebody_who_works_here() -> None:
    take(entry("1"), entry("2"))
    machine = Actor.system("terminal")
    leave(actor=HR, person_id=who("2"), on=clock.today())
    owner = Actor(person_id=None, grants=(GrantView("owner"),))
    before = row_counts()
    with pytest.raises(NotAllowedError):
        person_link_make(actor=owner, person_id=who("1"), role="hr", valid_minutes=30)
    with pytest.raises(NotVisibleError):
        person_link_make(actor=machine, person_id=uuid7(), valid_minutes=30)
    for number, role, code in (("2", "", "people.not_employed"), ("1", "king", "people.role_unknown")):
        with pytest.raises(DomainError) as refusal:
            person_link_make(actor=machine, person_id=who(number), role=role, valid_minutes=30)
        assert refusal.value.code == code
    assert (row_counts(), Account.objects.count(), OneTimeLink.objects.count()) == (before, 0, 0)


def test_a_role_holds_from_its_moment_to_its_moment() -> None:
    take(entry("1"), entry("2", unit="销售部"))
    account = account_for(actor=HR, person_id=who("1"))
    sales = unit("销售部")
    first, end = moment(4, 10), moment(4, 20)
    grant_make(actor=HR, person_id=who("1"), role="hr", unit_id=sales, from_at=first, to_at=end)
    expected: dict[int, set[tuple[str, UUID]]] = {
        9: set(),
        10: {("hr", sales)},
        19: {("hr", sales)},
        20: set(),
    }
    for day, held in expected.items():
        with clock.at(moment(4, day)):
            assert roles_of(account) == held


def test_a_withdrawn_role_ends_at_once_and_stays_readable() -> None:
    take(entry("1"))
    account = account_for(actor=HR, person_id=who("1"))
    grant = grant_make(actor=HR, person_id=who("1"), role="it")
    with clock.at(moment(4, 10)):
        grant_end(actor=HR, grant_id=grant)
        assert roles_of(account) == set()
        assert grant_list(actor=HR) == ()
        assert [(g.person_id, g.role) for g in grant_list(actor=HR, at=moment(4, 9))] == [(who("1"), "it")]
        with pytest.raises(NotVisibleError):
            grant_end(actor=HR, grant_id=grant)


def test_roles_end_with_leaving() -> None:
    take(entry("1"))
    account = account_for(actor=HR, person_id=who("1"))
    grant_make(actor=HR, person_id=who("1"), role="hr")
    leave(actor=HR, person_id=who("1"), on=date(2026, 4, 20))
    with clock.at(clock.local_moment(date(2026, 4, 19), 23)):
        assert roles_of(account) == {("hr", None)}
    with clock.at(clock.local_moment(date(2026, 4, 20))):
        assert roles_of(account) == set()


def test_nobody_gives_roles_to_themselves_or_beyond_their_own() -> None:
    take(entry("1"), entry("2", unit="销售部"))
    sales = unit("销售部")
    it = Actor(person_id=who("1"), grants=(GrantView("it"),))
    sales_hr = Actor(person_id=who("1"), grants=(GrantView("hr", sales),))
    owner = Actor(person_id=who("1"), grants=(GrantView("owner"),))
    before = row_counts()
    for actor, number, role, scope in (
        (it, "1", "hr", None),
        (it, "2", "owner", None),
        (sales_hr, "2", "hr", None),
        (Actor(person_id=who("1")), "2", "it", None),
    ):
        with pytest.raises(NotAllowedError):
            grant_make(actor=actor, person_id=who(number), role=role, unit_id=scope)
    with pytest.raises(DomainError) as refusal:
        grant_make(actor=owner, person_id=who("2"), role="king")
    assert refusal.value.code == "people.role_unknown"
    assert row_counts() == before
    grant_make(actor=owner, person_id=who("1"), role="hr")
    grant_make(actor=sales_hr, person_id=who("2"), role="hr", unit_id=sales)
    assert len(grant_list(actor=owner)) == 2
