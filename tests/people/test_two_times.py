"""Two times: whatever is written later, what was believed at a moment about a day stays what it was."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import astuple
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest
from django.db import Error, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jiyu.core import clock
from jiyu.core.errors import DomainError
from jiyu.core.ids import uuid7
from jiyu.core.insert_only import InsertOnlyError
from jiyu.core.recorded import Dated
from jiyu.people import apart
from jiyu.people.beliefs import Beliefs, at_day, believed_in
from jiyu.people.models import (
    Assignment,
    Employment,
    Identity,
    Line,
    Person,
    PersonText,
    Unit,
    UnitState,
)
from jiyu.people.public import (
    LeadTree,
    OrgView,
    lead_set,
    leave,
    move,
    org_on,
    roster_undo,
    unit_head_set,
)
from tests.people.conftest import HR, entry, moment, org, take, unit, who

pytestmark = pytest.mark.django_db

RosterLine = tuple[str, str, str]  # employee number, unit, the lead's number

FIRST = date(2026, 1, 1)
DAYS = st.integers(0, 119).map(lambda n: FIRST + timedelta(n))
NUMBERS = st.sampled_from(["1", "2", "3"])
UNITS = st.sampled_from(["一车间", "一车间/A班", "二车间"])
QUIET = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
RARELY = settings(max_examples=15, deadline=None, derandomize=True, suppress_health_check=QUIET)
OFTEN = settings(max_examples=500, deadline=None, suppress_health_check=QUIET)


class _RolledBack(Exception):
    """Ends an example without a trace."""


def alone(example: Callable[[], None]) -> None:
    """Run one example of a property and forget what it wrote."""
    with suppress(_RolledBack), transaction.atomic():
        example()
        raise _RolledBack


def told(view: OrgView) -> tuple[Any, ...]:
    """Everything the organisation says, comparable."""
    persons = sorted(str(astuple(person)) for person in view.persons.values())
    units = sorted((u.id, u.name, str(u.parent_id), str(u.head_id)) for u in view.units.values())
    leads = sorted((p, str(a.lead_id), a.reason) for p, a in LeadTree(view).answers.items())
    return persons, units, leads


ACTS = st.one_of(
    st.tuples(st.just("roster"), st.lists(st.tuples(NUMBERS, UNITS, NUMBERS), min_size=1, max_size=3), DAYS),
    st.tuples(st.just("move"), NUMBERS, UNITS, DAYS),
    st.tuples(st.just("lead"), NUMBERS, NUMBERS, DAYS),
    st.tuples(st.just("acting"), NUMBERS, NUMBERS, DAYS),
    st.tuples(st.just("head"), UNITS, NUMBERS, DAYS),
    st.tuples(st.just("leave"), NUMBERS, DAYS),
    st.tuples(st.just("hired"), NUMBERS, DAYS),
    st.tuples(st.just("undo"), st.integers(0, 5)),
)


def do(act: tuple[Any, ...], runs: list[Any]) -> None:
    """One act of a random history; refusals are part of life."""
    match act:
        case ("roster", lines, on):
            unique = {number: entry(number, unit=path, lead_employee_no=lead) for number, path, lead in lines}
            runs.append(uuid7())
            take(*unique.values(), on=on, run=runs[-1])
        case ("move", number, path, on):
            move(actor=HR, person_id=who(number), unit_id=unit(path), on=on)
        case ("lead", number, lead, on):
            lead_set(actor=HR, person_id=who(number), lead_id=who(lead), on=on)
        case ("acting", number, lead, on):
            until = on + timedelta(14)
            lead_set(actor=HR, person_id=who(number), lead_id=who(lead), on=on, kind="acting", until=until)
        case ("head", path, number, on):
            unit_head_set(actor=HR, unit_id=unit(path), person_id=who(number), on=on)
        case ("leave", number, on):
            leave(actor=HR, person_id=who(number), on=on)
        case ("hired", number, on):
            take(entry(number, hired_on=on, unit=""), on=on)
        case ("undo", n) if runs:
            roster_undo(actor=HR, run_id=runs[n % len(runs)], undo_run_id=uuid7())


def require_no_overlaps() -> None:
    """No two believed rows of one strand hold on the same day."""
    strands: dict[tuple[object, ...], list[Dated]] = {}
    for post in believed_in(Assignment):
        strands.setdefault(("post", post.person_id), []).append(post)
    for line in believed_in(Line):
        kind = "leading" if line.kind in ("solid", "none") else line.kind
        strands.setdefault((kind, line.person_id), []).append(line)
    for state in believed_in(UnitState):
        strands.setdefault(("unit", state.unit_id), []).append(state)
    for identity in believed_in(Identity):
        strands.setdefault(("number", identity.value), []).append(identity)
    for rows in strands.values():
        rows.sort(key=lambda row: row.from_on)
        for earlier, later in pairwise(rows):
            assert earlier.to_on is not None and earlier.to_on <= later.from_on
        assert all(row.to_on is None or row.from_on < row.to_on for row in rows)


def require_history_stays(acts: list[Any], days: list[date]) -> None:
    """Do the acts an hour apart; what was told after each about each day is told the same at the end."""
    start = moment(4, 8)
    with clock.at(start - timedelta(hours=1)):
        take(entry("1"), entry("2", unit="一车间/A班", lead_employee_no="1"), entry("3", unit="二车间"))
    runs: list[Any] = []
    said: dict[Any, Any] = {}
    for hour, act in enumerate(acts):
        with clock.at(start + timedelta(hours=hour)):
            with suppress(DomainError, KeyError, StopIteration), transaction.atomic():
                do(act, runs)
            require_no_overlaps()
            said |= {(day, clock.now()): told(org(day)) for day in days}
    assert {key: told(org_on(on=key[0], known_at=key[1])) for key in said} == said


def require_overlay_paints(strokes: list[tuple[int, int, str | None]]) -> None:
    """`overlay` against the obvious: one value per day."""
    person = Person.objects.create(created_at=clock.now())
    held = Unit.objects.create(created_at=clock.now())
    days: list[str | None] = [None] * 60
    for first, length, job in strokes:
        beliefs = Beliefs()
        strand = believed_in(Assignment, person_id=person.id)
        new = Assignment(spell=uuid7(), person=person, unit=held, job=job) if job else None
        to_on = FIRST + timedelta(first + length)
        beliefs.overlay(strand, from_on=FIRST + timedelta(first), to_on=to_on, new=new)
        beliefs.write()
        days[first : first + length] = [job] * length
    strand = believed_in(Assignment, person_id=person.id)
    assert [getattr(at_day(strand, FIRST + timedelta(n)), "job", None) for n in range(60)] == days


def require_undo_restores(acts: list[Any], roster: list[RosterLine], on: date, days: list[date]) -> None:
    """Whatever happened before: an import and its undo leave the organisation as it was, on every day."""
    start = moment(4, 8)
    with clock.at(start - timedelta(hours=1)):
        take(entry("1"), entry("2", unit="一车间/A班", lead_employee_no="1"), entry("3", unit="二车间"))
    for hour, act in enumerate(acts):
        moved = clock.at(start + timedelta(hours=hour))
        with moved, suppress(DomainError, KeyError, StopIteration), transaction.atomic():
            do(act, [])
    with clock.at(start + timedelta(hours=len(acts))):
        before = [told(org(day)) for day in days]
        with suppress(DomainError):  # a roster may contradict what is known; then there is nothing to undo
            last = uuid7()
            lines = {n: entry(n, f"新名{n}", path, lead_employee_no=lead, hired_on=on) for n, path, lead in roster}
            take(*lines.values(), entry("9"), on=on, run=last)
            assert [told(org(day)) for day in days] != before
            roster_undo(actor=HR, run_id=last, undo_run_id=uuid7())
        assert [told(org(day)) for day in days] == before


HISTORIES = st.lists(ACTS, min_size=2, max_size=12), st.lists(DAYS, min_size=2, max_size=3)
STROKES = st.lists(
    st.tuples(st.integers(0, 29), st.integers(1, 30), st.sampled_from([None, "甲", "乙", "丙"])), max_size=8
)


@RARELY
@given(*HISTORIES)
def test_what_was_believed_stays_readable_through_any_history(acts: list[Any], days: list[date]) -> None:
    alone(lambda: require_history_stays(acts, days))


@RARELY
@given(STROKES)
def test_overlay_is_painting_days(strokes: list[tuple[int, int, str | None]]) -> None:
    alone(lambda: require_overlay_paints(strokes))


UNDONE = (
    st.lists(ACTS, max_size=6),
    st.lists(st.tuples(NUMBERS, UNITS, NUMBERS), min_size=1, max_size=3),
    DAYS,
    st.lists(DAYS, min_size=2, max_size=3),
)


@RARELY
@given(*UNDONE)
def test_an_import_and_its_undo_leave_everything_as_it_was(
    acts: list[Any], roster: list[RosterLine], on: date, days: list[date]
) -> None:
    alone(lambda: require_undo_restores(acts, roster, on, days))


@pytest.mark.million
@OFTEN
@given(*UNDONE)
def test_an_import_and_its_undo_leave_everything_as_it_was_long(
    acts: list[Any], roster: list[RosterLine], on: date, days: list[date]
) -> None:
    alone(lambda: require_undo_restores(acts, roster, on, days))


@pytest.mark.million
@OFTEN
@given(*HISTORIES)
def test_what_was_believed_stays_readable_long(acts: list[Any], days: list[date]) -> None:
    alone(lambda: require_history_stays(acts, days))


@pytest.mark.million
@OFTEN
@given(STROKES)
def test_overlay_is_painting_days_long(strokes: list[tuple[int, int, str | None]]) -> None:
    alone(lambda: require_overlay_paints(strokes))


def test_a_row_ended_by_somebody_else_meanwhile_is_not_ended_twice() -> None:
    take(entry("1"))
    stale = believed_in(PersonText)
    take(entry("1", "新名字"))
    beliefs = Beliefs()
    beliefs.replace(stale[0], name="旧的不算")
    with pytest.raises(DomainError) as refusal:
        beliefs.write()
    assert (refusal.value.code, refusal.value.status) == ("people.changed_meanwhile", 409)
    assert [text.name for text in believed_in(PersonText)] == ["新名字"]


def test_a_clock_behind_the_last_change_writes_nothing() -> None:
    take(entry("1"))
    with clock.at(moment(4, 1)), pytest.raises(DomainError) as refusal:
        take(entry("1", "新名字"))
    assert refusal.value.code == "people.clock_behind"
    assert [text.name for text in believed_in(PersonText)] == ["人1"]


@pytest.mark.parametrize("model", [Person, PersonText, Identity, Employment, Unit, UnitState, Assignment, Line])
def test_no_way_round_lets_a_row_of_people_change_or_go(model: Any) -> None:
    take(entry("1"), entry("2", lead_employee_no="1"))
    table = model._meta.db_table
    kept = "created_at" if model in (Person, Unit) else "recorded_at"
    for statement in (
        f'DELETE FROM "{table}"',
        f"UPDATE \"{table}\" SET {kept} = '2020-01-01 00:00:00+00:00'",
    ):
        with pytest.raises(Error, match="insert-only"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    with pytest.raises(InsertOnlyError):
        model.objects.all().delete()


def row_again(model: Any, **changes: Any) -> None:
    """Write a believed row of the table once more, past every service."""
    row = believed_in(model)[0]
    columns = {field.attname: getattr(row, field.attname) for field in model._meta.concrete_fields}
    with transaction.atomic():
        model.objects.create(**{**columns, "id": uuid7(), **changes})


@pytest.mark.parametrize("model", [Identity, UnitState, Assignment, Line])
def test_the_database_refuses_two_at_a_time(model: Any) -> None:
    take(entry("1", lead_is_none=True))
    other = {"spell": uuid7()} if model is Assignment else {}
    from_on = date(2026, 1, 1)
    with pytest.raises(Error, match="two at a time"):
        row_again(model, from_on=from_on, to_on=date(2026, 2, 1), **other)
    with pytest.raises(Error, match="two at a time"):
        row_again(model, from_on=date(1800, 1, 1), to_on=date(1800, 1, 1), **other)
    row_again(model, from_on=date(1800, 1, 1), to_on=date(1801, 1, 1), **other)
    row_again(model, from_on=from_on, superseded_at=clock.now(), **other)


def test_posts_beside_the_primary_one_may_overlap() -> None:
    take(entry("1"))
    row_again(Assignment, role="concurrent", post_share=300_000)
    row_again(Assignment, role="concurrent", post_share=200_000)
    assert Assignment.objects.count() == 3


def test_a_table_without_its_trigger_is_named() -> None:
    assert apart.missing(connection) == []
    on = ' ON "people_line"' if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        cursor.execute(f'DROP TRIGGER "apart_people_line"{on}')
    assert apart.missing(connection) == ["people_line"]
    apart.install(connection)
    assert apart.missing(connection) == []


def test_personal_text_can_be_erased_and_the_person_stays() -> None:
    take(entry("1", "林晓峰", phone="139"))
    person_id = who("1")
    PersonText.objects.filter(person=person_id).update(name=None, phone=None, born_on=None)
    assert (org().persons[person_id].name, org().persons[person_id].employee_no) == ("", "1")
