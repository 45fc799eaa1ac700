"""Which edition holds for whom: slots by audience, cohorts inside them, two times (DESIGN §2, CASES A7)."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jiyu.core import clock
from jiyu.core.errors import DomainError, ProblemsError
from jiyu.core.ids import uuid7
from jiyu.core.person_facts import FactsOn
from jiyu.people.public import move
from jiyu.studio.audiences import drawn
from jiyu.studio.models import Cohort, Slot
from jiyu.studio.public import EditionView, cohort_add, in_force, in_force_many, release, slot_add
from tests.companies import SYSTEM, at, entry, moment, review, roster, rules, unit, who

pytestmark = pytest.mark.django_db

OPERATORS = {"label": {"zh": "操作工"}, "all_of": [{"fact": "job", "any_of": ["操作工"]}]}


def editions(count: int) -> list[EditionView]:
    """m1, m2 …: editions of one module, none of them released."""
    return [rules(review({}, decimals=n % 5, cap=str(120 + n)), on=None) for n in range(count)]


def slot(rank: int = 10, audience: Mapping[str, Any] = OPERATORS) -> Slot:
    return slot_add(actor=SYSTEM, module_code="quarterly", rank=rank, code=f"a{rank}", audience=audience)


def publish(edition: EditionView | None, on: date, slot: Slot | None = None, cohort: Cohort | None = None) -> None:
    release(
        actor=SYSTEM,
        module_code="quarterly",
        edition_id=edition.id if edition else None,
        effective_on=on,
        reason="按办法",
        slot_id=slot.pk if slot else None,
        cohort_id=cohort.pk if cohort else None,
        past_is_meant=True,
        nobody_is_meant=True,
    )


def held(number: str, on: date, known_at: datetime) -> int | None:
    """The number of the edition that held for somebody."""
    found = in_force(module_code="quarterly", subject=who(number), on=on, known_at=known_at)
    return found.edition.no if found else None


def workshop() -> None:
    """P1 a clerk, P2 an operator in crew A, P3 an operator in crew B."""
    roster(
        entry("000001", "一车间/班A", job="文员"),
        entry("000002", "一车间/班A", job="操作工"),
        entry("000003", "一车间/班B", job="操作工"),
    )


def test_a7_every_date_of_the_case() -> None:
    workshop()
    m1, m2, m3, m4 = editions(4)
    operators = slot()
    with at(1, 1, 0):
        publish(m1, date(2026, 1, 1))
    with at(1, 20):
        publish(m2, date(2026, 2, 1), operators)
    with at(2, 10):
        gray = cohort_add(
            actor=SYSTEM, slot_id=operators.pk, name={"zh": "班A 试行"}, by="unit", members=[str(unit("班A"))]
        )
        publish(m3, date(2026, 2, 10), operators, gray)
    with at(2, 15):
        move(actor=SYSTEM, person_id=who("000003"), unit_id=unit("班B"), on=date(2026, 2, 20), job="文员")
    with at(3, 5):
        publish(m4, date(2026, 2, 15))
    with at(3, 10):
        publish(None, date(2026, 3, 10), operators, gray)

    p1, p2, p3 = "000001", "000002", "000003"
    assert [held(p, date(2026, 1, 15), moment(1, 15)) for p in (p1, p2)] == [1, 1]
    assert [held(p, date(2026, 2, 12), moment(2, 12)) for p in (p1, p2, p3)] == [1, 3, 2]
    assert held(p3, date(2026, 2, 20), moment(2, 20)) == 1
    assert held(p3, date(2026, 2, 20), moment(3, 6)) == 4
    assert held(p1, date(2026, 2, 18), moment(2, 18)) == 1
    assert held(p1, date(2026, 2, 18), moment(3, 6)) == 4
    assert held(p2, date(2026, 3, 11), moment(3, 11)) == 2
    assert held(p2, date(2026, 3, 9), moment(3, 11)) == 3  # what the cohort followed until its end stays true


def test_who_is_in_no_slot_with_an_edition_follows_everybody_s() -> None:
    workshop()
    m1, m2 = editions(2)
    operators = slot()
    publish(m2, date(2026, 1, 1), operators)
    assert held("000001", date(2026, 3, 1), clock.now()) is None
    publish(m1, date(2026, 1, 1))
    assert held("000001", date(2026, 3, 1), clock.now()) == 1
    publish(None, date(2026, 2, 1), operators)
    assert [held("000002", date(2026, m, 15), clock.now()) for m in (1, 3)] == [2, 1]


def test_where_nobody_is_meant_only_what_everybody_follows_holds() -> None:
    workshop()
    m1, m2 = editions(2)
    publish(m2, date(2026, 1, 1), slot())

    def general() -> int | None:
        found = in_force(module_code="quarterly", subject=None, on=date(2026, 3, 1), known_at=clock.now())
        return found.edition.no if found else None

    assert general() is None
    publish(m1, date(2026, 1, 1))
    assert general() == 1


def test_the_first_slot_by_rank_wins_however_late_it_was_made() -> None:
    workshop()
    m1, m2 = editions(2)
    late, early = (
        slot(20),
        slot(10, {"label": {"zh": "一车间"}, "all_of": [{"fact": "unit", "any_of": [str(unit("一车间"))]}]}),
    )
    publish(m1, date(2026, 1, 1), late)
    publish(m2, date(2026, 1, 1), early)
    assert held("000002", date(2026, 3, 1), clock.now()) == 2


def test_conditions_hold_together_and_may_exclude() -> None:
    workshop()
    (m1,) = editions(1)
    audience = {
        "label": {"zh": "班B 以外的操作工"},
        "all_of": [
            {"fact": "job", "any_of": ["操作工", "班长"]},
            {"fact": "unit", "any_of": [str(unit("班B"))], "is_not": True},
        ],
    }
    publish(m1, date(2026, 1, 1), slot(10, audience))
    found = in_force_many(
        module_code="quarterly",
        subjects=[who(n) for n in ("000001", "000002", "000003")],
        on=date(2026, 3, 1),
        known_at=clock.now(),
    )
    assert set(found) == {who("000002")}


def test_named_people_belong_whatever_their_job() -> None:
    workshop()
    (m1,) = editions(1)
    publish(m1, date(2026, 1, 1), slot(10, {**OPERATORS, "named": [str(who("000001"))]}))
    assert [held(n, date(2026, 3, 1), clock.now()) for n in ("000001", "000002")] == [1, 1]


def test_a_team_is_drawn_whole() -> None:
    crews = [f"班{n}" for n in range(40)]
    roster(*[entry(f"{n:06}", f"一车间/{crews[n % 40]}") for n in range(120)])
    (m1,) = editions(1)
    everybody = Slot.objects.get(module__code="quarterly", audience=None)
    share = cohort_add(actor=SYSTEM, slot_id=everybody.pk, name={"zh": "三成班组"}, by="team", pct_bp=3000)
    publish(m1, date(2026, 1, 1), None, share)
    persons = [who(f"{n:06}") for n in range(120)]
    found = in_force_many(module_code="quarterly", subjects=persons, on=date(2026, 3, 1), known_at=clock.now())
    by_crew = [sum(persons[m] in found for m in range(n, 120, 40)) for n in range(40)]
    assert set(by_crew) == {0, 3}


@given(salt=st.text(min_size=1, max_size=8), shares=st.lists(st.integers(1, 9_999), min_size=2, max_size=4))
@settings(max_examples=50, deadline=None)
def test_a_smaller_share_lies_inside_a_larger_one(salt: str, shares: list[int]) -> None:
    persons = [UUID(int=n) for n in range(300)]
    facts = FactsOn(persons, on=date(2026, 1, 1), known_at=moment(1, 1))
    sets = [drawn(salt, pct, "", persons, facts) for pct in sorted(shares)]
    assert all(small <= large for small, large in itertools.pairwise(sets))


def test_a_share_is_about_as_large_as_it_says_and_another_salt_draws_others() -> None:
    persons = [uuid7() for _n in range(20_000)]
    facts = FactsOn(persons, on=date(2026, 1, 1), known_at=moment(1, 1))
    first, second = (drawn(salt, 1000, "", persons, facts) for salt in ("a", "b"))
    assert 1_800 < len(first) < 2_200
    assert 120 < len(first & second) < 290  # a tenth of a tenth, not the same people again


def test_widening_keeps_who_was_in() -> None:
    roster(*[f"{n:06}" for n in range(60)])
    m1, m2 = editions(2)
    everybody = Slot.objects.get(module__code="quarterly", audience=None)
    tenth = cohort_add(actor=SYSTEM, slot_id=everybody.pk, name={"zh": "一成"}, pct_bp=1000)
    third = cohort_add(actor=SYSTEM, slot_id=everybody.pk, name={"zh": "三成"}, pct_bp=3000, widens=tenth.pk)
    publish(m1, date(2026, 1, 1))
    publish(m2, date(2026, 1, 1), None, tenth)
    persons = [who(f"{n:06}") for n in range(60)]

    def on_m2() -> set[UUID]:
        found = in_force_many(module_code="quarterly", subjects=persons, on=date(2026, 3, 1), known_at=clock.now())
        return {p for p, f in found.items() if f.edition.id == m2.id}

    before = on_m2()
    publish(m2, date(2026, 1, 1), None, third)
    publish(None, date(2026, 2, 1), None, tenth)
    assert before < on_m2()


def test_one_question_about_many_costs_as_much_as_about_one() -> None:
    workshop()
    m1, m2 = editions(2)
    publish(m1, date(2026, 1, 1))
    publish(m2, date(2026, 1, 1), slot())
    counts = []
    held("000001", date(2026, 3, 1), clock.now())  # editions and audiences are read once per process
    for numbers in (["000001"], ["000001", "000002", "000003"]):
        subjects = [who(n) for n in numbers]
        with CaptureQueriesContext(connection) as queries:
            in_force_many(module_code="quarterly", subjects=subjects, on=date(2026, 3, 1), known_at=clock.now())
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 5


def test_where_everybody_follows_the_same_nobody_is_asked_who_he_is() -> None:
    workshop()
    (m1,) = editions(1)
    publish(m1, date(2026, 1, 1))
    slot()  # nothing is released for it
    subject = who("000001")
    with CaptureQueriesContext(connection) as queries:
        in_force(module_code="quarterly", subject=subject, on=date(2026, 3, 1), known_at=clock.now())
    assert len(queries) == 1


# What slots and cohorts refuse


def test_an_audience_that_means_nobody_or_a_fact_nobody_tells_is_refused() -> None:
    editions(1)
    for audience, code in (
        ({"label": {"zh": "空"}}, "studio.audience_empty"),
        ({"label": {"zh": "属相"}, "all_of": [{"fact": "zodiac", "any_of": ["马"]}]}, "studio.unknown_fact"),
        ({"label": {"zh": "岗位"}, "all_of": [{"fact": "job", "any_of": []}]}, "studio.condition_empty"),
    ):
        with pytest.raises(ProblemsError) as error:
            slot(10, audience)
        assert [p.code for p in error.value.problems] == [code]
    assert Slot.objects.count() == 1


@pytest.mark.parametrize(
    ("rank", "code"), [(0, "studio.slot_rank"), (1000, "studio.slot_rank"), (10, "studio.slot_taken")]
)
def test_a_rank_is_free_and_before_everybody(rank: int, code: str) -> None:
    editions(1)
    slot(10)
    with pytest.raises(DomainError) as error:
        slot(rank)
    assert error.value.code == code


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"by": "zodiac", "members": ["马"]}, "studio.cohort_fact"),
        ({"by": "unit", "pct_bp": 1000}, "studio.cohort_fact"),  # somebody stands in several units
        ({}, "studio.cohort_empty"),
        ({"members": []}, "studio.cohort_empty"),
        ({"members": ["x"], "pct_bp": 10}, "studio.cohort_empty"),
        ({"pct_bp": 0}, "studio.share_range"),
        ({"pct_bp": 10_000}, "studio.share_range"),
    ],
)
def test_a_cohort_is_a_list_or_a_share(given: dict[str, Any], code: str) -> None:
    editions(1)
    everybody = Slot.objects.get(module__code="quarterly")
    with pytest.raises(DomainError) as error:
        cohort_add(actor=SYSTEM, slot_id=everybody.pk, name={"zh": "试行"}, **given)
    assert error.value.code == code
    assert not Cohort.objects.exists()


# Any history


EVERYBODY, OPERATORS_SLOT = 0, 1
ACTS = st.lists(
    st.tuples(
        st.integers(0, 1),  # slot
        st.integers(-1, 1),  # cohort of it, -1 the whole
        st.integers(-1, 2),  # edition, -1 nothing
        st.integers(0, 9),  # effective day
        st.integers(0, 9),  # published day
    ),
    max_size=10,
    unique_by=lambda act: (act[0], act[1], act[3], act[4]),
)
QUESTIONS = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=1, max_size=5)


@given(acts=ACTS, questions=QUESTIONS)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_history_gives_one_answer_and_what_was_known_then_stays(
    acts: Sequence[tuple[int, int, int, int, int]], questions: Sequence[tuple[int, int]]
) -> None:
    """Each question is asked when its moment comes, for everybody at once, and again at the end one by one; the answer
    is that of the rule as DESIGN tells it, written down a second time in plain loops."""
    numbers = ("000001", "000002", "000003")
    in_cohort = {0: {"000002"}, 1: {"000002", "000003"}}  # of both slots
    in_slot = {EVERYBODY: set(numbers), OPERATORS_SLOT: {"000002", "000003"}}

    def day(n: int) -> date:
        return date(2026, 3, 1) + timedelta(days=n)

    def expected(number: str, on: int, known: int) -> int | None:
        for place in (OPERATORS_SLOT, EVERYBODY):
            if number not in in_slot[place]:
                continue
            for cohort in (0, 1, -1):
                if cohort >= 0 and number not in in_cohort[cohort]:
                    continue
                seen = [(e, p, m) for s, c, m, e, p in acts if (s, c) == (place, cohort) and e <= on and p <= known]
                if seen and max(seen)[2] >= 0:
                    return max(seen)[2]
        return None

    with transaction.atomic():
        workshop()
        made = editions(3)
        subjects = {who(n): n for n in numbers}
        places = [Slot.objects.get(module__code="quarterly", audience=None), slot()]
        cohorts = {
            (p, c): cohort_add(
                actor=SYSTEM, slot_id=places[p].pk, name={"zh": str(c)}, members=[str(who(n)) for n in in_cohort[c]]
            )
            for p in (0, 1)
            for c in (0, 1)
        }

        def answers(on: int, known: int) -> dict[str, int]:
            found = in_force_many(
                module_code="quarterly", subjects=list(subjects), on=day(on), known_at=moment(3, 1 + known)
            )
            return {subjects[s]: f.edition.no - 1 for s, f in found.items()}

        then: dict[tuple[int, int], dict[str, int]] = {}
        for today in range(10):
            for s, c, m, effective, published in acts:
                if published == today:
                    with clock.at(moment(3, 1 + today)):
                        publish(made[m] if m >= 0 else None, day(effective), places[s], cohorts.get((s, c)))
            then |= {(on, known): answers(on, known) for on, known in questions if known == today}
        for (on, known), told in then.items():
            assert told == {n: e for n in numbers if (e := expected(n, on, known)) is not None}
            for number in numbers:
                one = held(number, day(on), moment(3, 1 + known))
                assert (None if one is None else one - 1) == told.get(number)
        transaction.set_rollback(True)
