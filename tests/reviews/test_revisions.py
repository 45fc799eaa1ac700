"""Results are revisions: added only where something changed, never edited, fixed by a named human (DESIGN §6, §9)."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from datetime import date, datetime
from threading import Barrier
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from jiyu.core import clock
from jiyu.core.actor import Actor, GrantView
from jiyu.core.errors import DomainError, NotAllowedError, NotVisibleError
from jiyu.core.ids import uuid7
from jiyu.core.insert_only import InsertOnlyError
from jiyu.core.models import AuditEntry
from jiyu.reviews import services
from jiyu.reviews.models import Cycle, Enrolment, Finalization, Result, ResultInput, ResultLine
from jiyu.reviews.public import (
    cycle_finalize,
    cycle_score,
    cycle_set_cutoff,
    explanation,
    results_of,
    results_of_many,
)  # fmt: skip
from tests.companies import (
    SYSTEM,
    at,
    deliver,
    entry,
    hr,
    marks,
    moment,
    opened,
    person,
    points_rules,
    result,
    roster,
    score_and_grade,
    scored,
    sheets,
    told,
    who,
)  # fmt: skip

pytestmark = pytest.mark.django_db


def two_people() -> None:
    """000317 with 90 and 000402 with 80, HR 000901, known and agreed on 04-01."""
    roster("000317", "000402", entry("000901", "人力资源部"))
    points_rules("a")
    with at(4, 1):
        first_rows()
        sheets({"000317": [("a", 100)], "000402": [("a", 100)]})


def first_rows() -> None:
    deliver("marks", "工号,日期,编号,a", "000317,2026-03-01,k1,90", "000402,2026-03-01,k2,80")


def restated(value: str = "70") -> None:
    """The row of 000317 corrected."""
    deliver("marks", "工号,日期,编号,a", f"000317,2026-03-01,k1,{value}")


def revisions(number: str = "000317") -> list[tuple[int, int | None]]:
    """(revision, score) of somebody, oldest first."""
    found = Result.objects.filter(enrolment__subject=who(number)).order_by("rev")
    return [(r.rev, None if r.score is None else r.score // 1_000_000) for r in found]


def finalize(number: str = "000901") -> int:
    return cycle_finalize(actor=hr(number), cycle_id=opened().pk)


# Scoring again


def test_scoring_twice_adds_nothing() -> None:
    two_people()
    assert (scored().revised, scored().revised) == (2, 0)
    assert [m.objects.count() for m in (Result, ResultLine, ResultInput)] == [2, 2, 2]


def test_a_restatement_adds_one_revision_for_one_person() -> None:
    two_people()
    scored()
    restated()
    outcome = scored()
    assert (outcome.revised, outcome.unchanged) == (1, 1)
    assert (revisions(), revisions("000402")) == ([(1, 90), (2, 70)], [(1, 80)])


def test_the_older_revision_still_explains_itself() -> None:
    two_people()
    scored()
    older = result("000317")
    restated()
    scored()
    found, _head = explanation(actor=SYSTEM, result_id=older.pk)
    assert (found.score, found.is_replayed, told("000317").score) == ("90.00", True, "70.00")


def test_a_restatement_that_comes_to_the_same_number_by_other_records_is_a_revision() -> None:
    """The score stays, but what it rests on does not: the new revision says so."""
    two_people()
    scored()
    restated("60")
    deliver("marks", "工号,日期,编号,a", "000317,2026-03-05,k3,30")
    assert scored().revised == 1
    assert revisions() == [(1, 90), (2, 90)]


def test_changed_lines_are_a_revision() -> None:
    two_people()
    scored()
    sheets({"000317": [("a", 100, 50)]})
    assert scored().revised == 1
    assert score_and_grade("000317") == ("120.00", "S")


def test_days_of_work_that_turn_out_otherwise_are_a_revision() -> None:
    """Nobody is rated on 30 of 90 days, nor on 40: but the reason that is told must be the true one."""
    roster(entry("000317", hired_on=date(2026, 3, 2)))
    points_rules("a")
    sheets({"000317": [("a", 100)]})
    scored()
    assert result("000317").cause == {"code": "short_presence", "days": 30, "of": 90}
    roster(entry("000317", hired_on=date(2026, 2, 20)))
    scored()
    assert result("000317").cause == {"code": "short_presence", "days": 40, "of": 90}


def test_only_data_known_by_the_cut_off_counts() -> None:
    two_people()
    cycle_set_cutoff(actor=SYSTEM, cycle_id=opened().pk, data_cutoff_at=moment(4, 5))
    with at(4, 6):
        restated()
    scored()
    assert revisions() == [(1, 90)]
    assert result("000317").known_at == moment(4, 5)


def test_a_cut_off_in_the_future_knows_no_more_than_now() -> None:
    two_people()
    cycle_set_cutoff(actor=SYSTEM, cycle_id=opened().pk, data_cutoff_at=moment(5, 1))
    scored()
    assert result("000317").known_at == moment(4, 8)


def test_a_changed_cut_off_is_scored_again_before_anything_is_archived() -> None:
    two_people()
    with at(4, 6):
        restated()
    scored()
    cycle = cycle_set_cutoff(actor=SYSTEM, cycle_id=opened().pk, data_cutoff_at=moment(4, 5))
    with pytest.raises(DomainError) as refused:
        finalize()
    assert refused.value.code == "reviews.not_scored"
    assert not Finalization.objects.exists()
    scored()
    finalize()
    assert result("000317").known_at == moment(4, 5)
    assert Cycle.objects.get(pk=cycle.pk).state == Cycle.FINALIZED


def test_the_same_cut_off_again_asks_for_nothing_and_none_lets_all_data_count() -> None:
    two_people()
    cycle_set_cutoff(actor=SYSTEM, cycle_id=opened().pk, data_cutoff_at=moment(4, 5))
    scored()
    before = Cycle.objects.get()
    assert cycle_set_cutoff(actor=SYSTEM, cycle_id=before.pk, data_cutoff_at=moment(4, 5)).rev == before.rev
    with at(4, 6):
        restated()
    cycle_set_cutoff(actor=SYSTEM, cycle_id=before.pk, data_cutoff_at=None)
    scored()
    assert result("000317").known_at == moment(4, 8)


def test_a_cut_off_before_the_sheets_were_set_is_refused_with_the_earliest_that_works() -> None:
    two_people()
    with pytest.raises(DomainError) as refused:
        cycle_set_cutoff(actor=SYSTEM, cycle_id=opened().pk, data_cutoff_at=moment(1, 1))
    assert refused.value.code == "reviews.cutoff_too_early"
    earliest = refused.value.fix.removeprefix("截止时间不早于 ")
    asked = datetime.fromisoformat(earliest).replace(tzinfo=clock.zone())
    assert cycle_set_cutoff(actor=SYSTEM, cycle_id=opened().pk, data_cutoff_at=asked).data_cutoff_at == asked


# Rivals


@pytest.mark.postgres
@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite's IMMEDIATE lets one in after the other")
@pytest.mark.django_db(transaction=True)
def test_two_who_score_at_the_same_time_do_not_double_a_revision(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both have computed before either writes."""
    two_people()
    cycle_id = opened().pk
    both_computed = Barrier(2, timeout=20)
    compute = services.compute

    def together(*arguments: Any, **named: Any) -> Any:
        found = compute(*arguments, **named)
        both_computed.wait()
        return found

    monkeypatch.setattr(services, "compute", together)

    def score() -> int:
        try:
            return cycle_score(actor=SYSTEM, cycle_id=cycle_id).revised
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        endings = [pool.submit(copy_context().run, score) for _ in range(2)]
        assert sorted(e.result() for e in endings) == [0, 2]
    assert (revisions(), revisions("000402")) == ([(1, 90)], [(1, 80)])
    assert ResultLine.objects.count() == 2


def rival_between_computing_and_writing(monkeypatch: pytest.MonkeyPatch, rival: Callable[[], object]) -> None:
    """Let `rival` act once, when the next scoring has computed and not yet written."""
    compute = services.compute

    def interrupted(*arguments: Any, **named: Any) -> Any:
        found = compute(*arguments, **named)
        monkeypatch.setattr(services, "compute", compute)
        rival()
        return found

    monkeypatch.setattr(services, "compute", interrupted)


def test_a_rival_who_wrote_the_same_first_leaves_nothing_to_add(monkeypatch: pytest.MonkeyPatch) -> None:
    two_people()
    rival_between_computing_and_writing(monkeypatch, scored)
    assert scored().revised == 0
    assert (revisions(), revisions("000402")) == ([(1, 90)], [(1, 80)])


def test_a_slow_scoring_does_not_put_old_numbers_on_top_of_new_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    two_people()

    def newer() -> None:
        with at(4, 8, 10):
            restated()
            scored()

    rival_between_computing_and_writing(monkeypatch, newer)
    scored()
    assert revisions()[-1] == (1, 70)


def test_what_was_finalized_while_scoring_gets_no_revision(monkeypatch: pytest.MonkeyPatch) -> None:
    two_people()
    scored()
    restated()
    rival_between_computing_and_writing(monkeypatch, finalize)
    scored()
    assert revisions() == [(1, 90)]


# 归档


def test_a_finalized_result_never_changes() -> None:
    two_people()
    scored()
    assert finalize() == 2
    restated()
    with pytest.raises(DomainError) as error:
        cycle_score(actor=SYSTEM, cycle_id=Cycle.objects.get().pk)
    assert (error.value.code, error.value.status) == ("reviews.cycle_finalized", 409)
    assert revisions() == [(1, 90)]
    assert score_and_grade("000317") == ("90.00", "B+")


def test_who_waits_stays_open_and_is_finalized_later() -> None:
    two_people()
    with at(4, 1):
        roster("000011")
    sheets({"000011": [("a", 100)]})
    scored()
    assert finalize() == 2
    assert Cycle.objects.get().state == Cycle.SCORED
    restated()  # too late for 000317
    marks("a", "000011,75")
    outcome = scored()
    assert (outcome.revised, outcome.scored) == (1, 1)
    assert finalize() == 1
    assert (revisions(), revisions("000011")) == ([(1, 90)], [(1, None), (2, 75)])
    assert Cycle.objects.get().state == Cycle.FINALIZED


def test_finalizing_names_the_human() -> None:
    two_people()
    scored()
    finalize()
    found = Finalization.objects.all()
    assert {(f.finalized_by, f.finalized_at, f.result.rev) for f in found} == {(who("000901"), moment(4, 8), 1)}
    (head,) = results_of(actor=person("000317"), subject=who("000317"))
    assert (head.finalized_by, head.finalized_at, head.cycle_state) == (who("000901"), moment(4, 8), "finalized")


@pytest.mark.parametrize(
    "nobody",
    [SYSTEM, Actor(person_id=None, account_id=uuid7(), grants=(GrantView("owner"),))],
    ids=["a machine", "an account without a person"],
)
def test_no_grade_is_final_without_a_named_human(nobody: Actor) -> None:
    two_people()
    scored()
    with pytest.raises(DomainError) as error:
        cycle_finalize(actor=nobody, cycle_id=opened().pk)
    assert error.value.code == "reviews.no_human"
    assert "jiyu company link" in error.value.fix
    assert not Finalization.objects.exists()
    assert Cycle.objects.get().state == Cycle.SCORED


def test_what_was_not_scored_cannot_be_finalized() -> None:
    two_people()
    with pytest.raises(DomainError) as error:
        finalize()
    assert error.value.code == "reviews.not_scored"


def test_finalizing_twice_finalizes_nobody_twice() -> None:
    two_people()
    scored()
    cycle_id = opened().pk
    assert [cycle_finalize(actor=hr("000901"), cycle_id=cycle_id) for _ in range(2)] == [2, 0]
    assert Finalization.objects.count() == 2


@pytest.mark.parametrize("act", ["cutoff", "open"])
def test_a_finalized_cycle_takes_no_more(act: str) -> None:
    two_people()
    scored()
    finalize()
    with pytest.raises(DomainError) as error:
        if act == "open":
            opened()
        else:
            cycle_set_cutoff(actor=SYSTEM, cycle_id=Cycle.objects.get().pk, data_cutoff_at=moment(4, 1))
    assert error.value.code == "reviews.cycle_finalized"
    assert Cycle.objects.get().data_cutoff_at is None


# Who may


@pytest.mark.parametrize("service", [cycle_score, cycle_finalize])
def test_only_hr_runs_cycles(service: Callable[..., object]) -> None:
    two_people()
    scored()
    with pytest.raises(NotAllowedError):
        service(actor=person("000317"), cycle_id=Cycle.objects.get().pk)
    assert not Finalization.objects.exists()


@pytest.mark.parametrize("service", [cycle_score, cycle_finalize])
def test_an_unknown_cycle_is_not_there(service: Callable[..., object]) -> None:
    two_people()
    with pytest.raises(NotVisibleError):
        service(actor=hr("000901"), cycle_id=uuid7())


def test_results_of_many_leaves_out_whom_the_actor_may_not_see() -> None:
    two_people()
    scored()
    both = [who("000317"), who("000402")]
    assert set(results_of_many(actor=person("000317"), subjects=both)) == {who("000317")}
    assert set(results_of_many(actor=hr("000901"), subjects=both)) == set(both)


def test_each_step_is_in_the_audit() -> None:
    two_people()
    scored()
    finalize()
    steps = AuditEntry.objects.filter(action__startswith="reviews.").order_by("pk").values_list("action", flat=True)
    assert list(steps) == ["reviews.cycle_opened", "reviews.cycle_scored", "reviews.cycle_finalized"]


# Nothing stored is edited


@pytest.mark.parametrize(
    ("model", "column"),
    [(Result, "score"), (ResultLine, "score"), (ResultInput, "numerator"), (Finalization, "finalized_by"),
     (Enrolment, "lead")],
    ids=lambda p: getattr(p, "__name__", p),
)  # fmt: skip
def test_no_stored_result_can_be_changed_or_deleted(model: type[Any], column: str) -> None:
    two_people()
    scored()
    finalize()
    before = list(model.objects.order_by("pk").values())
    with pytest.raises(InsertOnlyError):
        model.objects.first().save()
    with pytest.raises(InsertOnlyError):
        model.objects.update(**{column: None})
    with pytest.raises(InsertOnlyError):
        model.objects.all().delete()
    table, name = model._meta.db_table, model._meta.get_field(column).column
    value = "1" if column in ("score", "numerator") else f"'{uuid7().hex}'"
    for statement in (f'UPDATE "{table}" SET "{name}" = {value}', f'DELETE FROM "{table}"'):
        with pytest.raises(DatabaseError, match="insert-only"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    assert list(model.objects.order_by("pk").values()) == before
