"""Which edition held on a day, as known at a moment: two times, never rewritten (DESIGN §2, CASES A7)."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jiyu.core import clock
from jiyu.core.actor import Actor
from jiyu.core.errors import DomainError, NotAllowedError
from jiyu.core.ids import uuid7
from jiyu.studio.models import Release
from jiyu.studio.public import EditionView, in_force, module_ensure, release
from tests.companies import SYSTEM, at, moment, review, rules

pytestmark = pytest.mark.django_db


def editions(count: int) -> list[EditionView]:
    """m1, m2 …: editions of one module, none of them released."""
    return [rules(review({}, decimals=n % 5, cap=str(120 + n)), on=None) for n in range(count)]


def publish(edition: EditionView, on: date, *, reason: str = "按办法") -> Release:
    return release(
        actor=SYSTEM,
        module_code="quarterly",
        edition_id=edition.id,
        effective_on=on,
        reason=reason,
        past_is_meant=True,
    )


def held(on: date, known_at: datetime) -> int | None:
    """The number of the edition that held."""
    found = in_force(module_code="quarterly", subject=None, on=on, known_at=known_at)
    return found.edition.no if found else None


def test_a7_a_back_dated_release_changes_what_is_known_now_not_what_was_known_then() -> None:
    m1, m4 = editions(2)
    with at(1, 1, 0):
        publish(m1, date(2026, 1, 1))
    with at(3, 5):
        publish(m4, date(2026, 2, 15))
    assert held(date(2026, 1, 15), moment(1, 15)) == 1
    assert held(date(2026, 2, 18), moment(2, 18)) == 1
    assert held(date(2026, 2, 18), moment(3, 6)) == 2
    assert held(date(2026, 2, 14), moment(3, 6)) == 1
    assert held(date(2026, 2, 15), moment(3, 6)) == 2


def test_a_release_holds_from_its_first_day_and_from_the_moment_it_is_published() -> None:
    (m1,) = editions(1)
    with at(3, 1, 12):
        publish(m1, date(2026, 3, 10))
    assert held(date(2026, 3, 9), moment(4, 1)) is None
    assert held(date(2026, 3, 10), moment(3, 1, 11, 59)) is None
    assert held(date(2026, 3, 10), moment(3, 1, 12)) == 1


def test_going_back_is_releasing_the_older_edition_again() -> None:
    m1, m2 = editions(2)
    for day, edition in ((1, m1), (2, m2), (3, m1)):
        with at(3, day):
            publish(edition, date(2026, 3, day))
    assert [held(date(2026, 3, d), moment(4, 1)) for d in (1, 2, 3)] == [1, 2, 1]
    assert Release.objects.count() == 3


def test_of_two_releases_for_one_day_the_later_published_holds() -> None:
    m1, m2 = editions(2)
    with at(3, 1, 9):
        publish(m1, date(2026, 4, 1))
    with at(3, 1, 10):
        publish(m2, date(2026, 4, 1))
    assert held(date(2026, 4, 1), moment(3, 1, 9)) == 1
    assert held(date(2026, 4, 1), moment(3, 1, 10)) == 2


def test_publishing_the_same_at_the_same_moment_is_one_release() -> None:
    (m1,) = editions(1)
    assert publish(m1, date(2026, 4, 1)).pk == publish(m1, date(2026, 4, 1)).pk


def test_two_editions_for_one_day_at_one_moment_are_refused_in_words() -> None:
    """A company's clock may stand still (the demo's does): which one would hold could not be said."""
    m1, m2 = editions(2)
    publish(m1, date(2026, 4, 1))
    with pytest.raises(DomainError) as error:
        publish(m2, date(2026, 4, 1))
    assert (error.value.code, error.value.status) == ("studio.released_just_now", 409)
    assert held(date(2026, 4, 1), clock.now()) == 1


def test_a_release_says_why() -> None:
    (m1,) = editions(1)
    with pytest.raises(DomainError) as error:
        publish(m1, date(2026, 4, 1), reason="  ")
    assert error.value.code == "studio.release_reason"
    assert not Release.objects.exists()


def test_an_edition_of_another_module_is_refused() -> None:
    (m1,) = editions(1)
    module_ensure(actor=SYSTEM, code="monthly", name={"zh": "月度"})
    with pytest.raises(DomainError) as error:
        release(actor=SYSTEM, module_code="monthly", edition_id=m1.id, effective_on=date(2026, 1, 1), reason="按办法")
    assert error.value.code == "studio.edition_elsewhere"


def test_who_may_not_release_releases_nothing() -> None:
    (m1,) = editions(1)
    with pytest.raises(NotAllowedError):
        release(
            actor=Actor(person_id=uuid7()),
            module_code="quarterly",
            edition_id=m1.id,
            effective_on=date(2026, 1, 1),
            reason="按办法",
        )
    assert not Release.objects.exists()


def test_in_force_tells_who_released_when_and_why() -> None:
    (m1,) = editions(1)
    row = publish(m1, date(2026, 4, 1), reason="一季度试用之后")
    found = in_force(module_code="quarterly", subject=None, on=date(2026, 4, 1), known_at=clock.now())
    assert found is not None
    assert (found.release_id, found.reason, found.effective_on, found.published_at) == (
        row.pk,
        "一季度试用之后",
        date(2026, 4, 1),
        clock.now(),
    )


RELEASES = st.lists(
    st.tuples(st.integers(0, 3), st.integers(0, 9), st.integers(0, 9)),  # edition, effective day, published day
    max_size=8,
    unique_by=lambda r: (r[1], r[2]),
)
QUESTIONS = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=1, max_size=6)


@given(rows=RELEASES, questions=QUESTIONS)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_history_gives_one_answer_and_what_was_known_then_stays(
    rows: list[tuple[int, int, int]], questions: list[tuple[int, int]]
) -> None:
    """Releases arrive in the order they are published. Each question is asked when its moment comes and again at the
    end: the answer is the newest (effective, published) at or before both, and it never changes."""

    def day(n: int) -> date:
        return date(2026, 3, 1) + timedelta(days=n)

    def expected(on: int, known: int) -> int | None:
        found = [(e, p, edition) for edition, e, p in rows if e <= on and p <= known]
        return made[max(found)[2]].no if found else None

    with transaction.atomic():
        made = editions(4)
        then: dict[tuple[int, int], int | None] = {}
        for today in range(10):
            for edition, effective, published in rows:
                if published == today:
                    with clock.at(moment(3, 1 + today)):
                        publish(made[edition], day(effective))
            then |= {(on, k): held(day(on), moment(3, 1 + k)) for on, k in questions if k == today}
        for (on, known), answer in then.items():
            assert answer == expected(on, known)
            assert held(day(on), moment(3, 1 + known)) == answer
        transaction.set_rollback(True)
