"""换版: what a release left as it was, moved on somebody's word; numbers made before replay to what they were."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from jiyu.core import clock
from jiyu.core.actor import Actor
from jiyu.core.errors import DomainError, NotAllowedError
from jiyu.core.ids import uuid7
from jiyu.goals.models import Sheet, Term
from jiyu.goals.public import LineEntry, sheet_set
from jiyu.people.public import move
from jiyu.reviews.models import Cycle, Result
from jiyu.reviews.public import cycle_finalize, explanation
from jiyu.studio.models import Rebase
from jiyu.studio.public import (
    EditionView,
    Move,
    edition_differences,
    rebase,
    rebase_plan,
    release,
    slot_add,
    work_behind,
)
from tests.companies import (
    QUARTERLY,
    SYSTEM,
    aggregate,
    at,
    enrolment,
    entry,
    hr,
    indicator,
    marks,
    metric,
    opened,
    points_rules,
    result,
    review,
    roster,
    rules,
    score_and_grade,
    scored,
    sheets,
    unit,
    who,
)

pytestmark = pytest.mark.django_db


def edition_with(cap: str, *codes: str, **scheme_fields: Any) -> EditionView:
    """An edition whose indicators are capped at `cap`, made and not released."""
    parts: dict[tuple[str, str], Any] = {}
    for code in codes:
        parts["metric", code] = metric("数", aggregate("数", "marks", code))
        parts["indicator", code] = indicator(code, {"kind": "linear", "cap": cap})
    return rules(review(parts, **scheme_fields), on=None)


def publish(edition: EditionView, on: date = date(2026, 1, 1), **more: Any) -> None:
    release(
        actor=SYSTEM,
        module_code=QUARTERLY,
        edition_id=edition.id,
        effective_on=on,
        reason="改封顶",
        past_is_meant=True,
        **more,
    )


def for_operators(edition: EditionView) -> None:
    """Release an edition for the operators, from the new year, known since 01-05."""
    audience = {"label": {"zh": "操作工"}, "all_of": [{"fact": "job", "any_of": ["操作工"]}]}
    slot = slot_add(actor=SYSTEM, module_code=QUARTERLY, rank=10, code="operators", audience=audience)
    with at(1, 5):
        publish(edition, slot_id=slot.pk)


def march() -> None:
    """One person with a sheet of two lines, scored 110 and 90 at half each: 100.00, A."""
    roster("000001", "000002")
    points_rules("a", "b")
    with at(1, 10):
        sheets({"000001": [("a", 50), ("b", 50)]})
    with at(4, 1):
        marks("a,b", "000001,110,90")
        scored()


def capped() -> EditionView:
    """The next edition: the indicators a and b capped at 100, released from the new year."""
    edition = edition_with("100", "a", "b")
    with at(4, 2):
        publish(edition)
    return edition


def behind() -> list[tuple[str, int, int]]:
    return [(b.work.kind, b.made_with.no, b.holds.edition.no) for b in work_behind(actor=SYSTEM, module_code=QUARTERLY)]


def test_a_release_changes_no_work_and_lists_what_it_left() -> None:
    march()
    assert behind() == []
    capped()
    with at(4, 3):
        assert behind() == [("reviews.enrolment", 1, 2)]  # its sheet goes with it
        scored()
        assert score_and_grade("000001") == ("100.00", "A")
        assert Result.objects.count() == 1


def test_a_dry_run_tells_what_would_change_and_writes_nothing() -> None:
    march()
    capped()
    with at(4, 3):
        (planned,) = rebase_plan(actor=SYSTEM, behind=work_behind(actor=SYSTEM, module_code=QUARTERLY))
    assert planned.plan.move is Move.MOVES
    assert [w.zh for w in planned.plan.words] == ["a：评分标准·封顶：120 → 100", "b：评分标准·封顶：120 → 100"]
    assert (Rebase.objects.count(), Sheet.objects.get().rev) == (0, 1)


def test_moved_work_is_scored_by_the_new_edition_and_the_old_result_replays_as_it_was() -> None:
    march()
    edition = capped()
    before = result("000001").pk
    with at(4, 3):
        done = rebase(actor=SYSTEM, module_code=QUARTERLY, reason="按新封顶")
        assert [(w.kind, len(w.covers)) for w in done.moved] == [("reviews.enrolment", 1)]
        assert behind() == []
        assert Cycle.objects.get().state == Cycle.OPEN  # to be scored again
    with at(4, 4):
        scored()
        assert score_and_grade("000001") == ("95.00", "A")
    assert (Sheet.objects.get().edition, result("000001").edition) == (edition.id, edition.id)
    assert enrolment("000001").edition != edition.id  # what it was enrolled with stays readable
    told, _head = explanation(actor=SYSTEM, result_id=before)
    assert (told.score, told.edition.no, told.is_replayed) == ("100.00", 1, True)


def test_what_an_edition_has_no_place_for_waits_for_an_answer_and_holds_nobody_else_up() -> None:
    roster("000001", "000002")
    points_rules("a", "b")
    with at(1, 10):
        sheets({"000001": [("a", 100)], "000002": [("b", 100)]})
        opened()
    with at(4, 2):
        publish(without_b())
    with at(4, 3):
        done = rebase(actor=SYSTEM, module_code=QUARTERLY, reason="不再考核 b")
    assert [w.subject for w in done.moved] == [who("000001")]
    ((left, words),) = [(p.behind.work.subject, p.plan.words) for p in done.left]
    assert left == who("000002")
    assert words[0].zh.startswith("指标库里没有“b”")
    assert Sheet.objects.get(subject=who("000002")).rev == 1


def without_b() -> EditionView:
    """An edition of the module that has lost b."""
    from jiyu.studio.models import Definition

    Definition.objects.filter(code="b").update(retired_at=clock.now())
    return edition_with("120", "a")


def test_what_is_finalized_cannot_be_moved() -> None:
    march()
    with at(4, 2):
        cycle_finalize(actor=hr("000002"), cycle_id=Cycle.objects.get().pk)
    capped()
    with at(4, 3):
        done = rebase(actor=SYSTEM, module_code=QUARTERLY, reason="按新封顶")
    assert (done.moved, [p.plan.move for p in done.left]) == ((), [Move.CANNOT])
    assert not Rebase.objects.exists()


def test_moving_to_another_edition_than_was_seen_is_refused() -> None:
    march()
    seen = capped()
    newer = edition_with("90", "a", "b")
    with at(4, 3):
        publish(newer)
    with at(4, 4), pytest.raises(DomainError) as error:
        rebase(actor=SYSTEM, module_code=QUARTERLY, reason="按新封顶", seen={enrolment("000001").pk: seen.id})
    assert (error.value.code, error.value.status) == ("studio.rebase_changed", 409)
    assert not Rebase.objects.exists()


def test_a_form_that_was_open_while_the_sheet_moved_is_told() -> None:
    march()
    capped()
    with at(4, 3):
        rev = Sheet.objects.get().rev
        rebase(actor=SYSTEM, module_code=QUARTERLY, reason="按新封顶")
        with pytest.raises(DomainError) as error:
            sheet_set(
                actor=SYSTEM,
                subject=who("000001"),
                period=Sheet.objects.get().period,
                module_code=QUARTERLY,
                lines=[LineEntry("a", 1_000_000, target=100_000_000)],
                expected_rev=rev,
            )
    assert error.value.code == "goals.sheet_changed"
    assert Term.objects.filter(superseded_at=None).count() == 2


def test_what_a_sheet_said_before_stays_readable() -> None:
    march()
    capped()
    with at(4, 3):
        rebase(actor=SYSTEM, module_code=QUARTERLY, reason="按新封顶")
    assert Term.objects.filter(superseded_at=None).count() == 2
    assert Term.objects.exclude(superseded_at=None).count() == 2


def test_moving_needs_a_reason_and_the_right() -> None:
    march()
    capped()
    with at(4, 3):
        with pytest.raises(DomainError) as error:
            rebase(actor=SYSTEM, module_code=QUARTERLY, reason=" ")
        assert error.value.code == "studio.rebase_reason"
        with pytest.raises(NotAllowedError):
            rebase(actor=Actor(person_id=uuid7()), module_code=QUARTERLY, reason="x")
    assert not Rebase.objects.exists()


def test_a7_a_sheet_keeps_what_held_when_it_was_made_and_stands_on_the_list_of_the_later_release() -> None:
    """P1 joined on 02-18: his sheet follows what held that day as known that day."""
    roster(entry("000001", hired_on=date(2026, 2, 18), job="文员"))
    points_rules("a")
    m4 = edition_with("100", "a")
    with at(2, 18):
        sheets({"000001": [("a", 100)]})
    with at(3, 5):
        publish(m4, date(2026, 2, 15))
        assert behind() == [("goals.sheet", 1, 2)]
        assert Sheet.objects.get().edition != m4.id


def test_people_of_one_cycle_may_be_on_several_editions_each_by_their_audience() -> None:
    roster(entry("000001", job="文员"), entry("000002", job="操作工"))
    points_rules("a")
    operators = edition_with("100", "a")
    for_operators(operators)
    with at(1, 10):
        sheets({"000001": [("a", 100)], "000002": [("a", 100)]})
    with at(4, 1):
        marks("a", "000001,110", "000002,110")
        scored()
        assert score_and_grade("000001") == ("110.00", "S")
        assert score_and_grade("000002") == ("100.00", "A")


def test_without_a_sheet_somebody_is_enrolled_by_the_own_audience_s_edition() -> None:
    roster(entry("000001", job="文员"), entry("000002", job="操作工"))
    points_rules("a")
    operators = edition_with("100", "a")
    for_operators(operators)
    with at(1, 10):
        opened(units=[unit("一车间")])
    assert enrolment("000002").edition == operators.id
    assert enrolment("000001").edition != operators.id


def test_two_editions_are_compared_in_words() -> None:
    first = points_rules("a", "b")
    without_b()
    second = edition_with("100", "a", decimals=1)
    found = [(d.kind, d.code, d.change.value, [s.zh for s in d.sentences]) for d in edition_differences(first, second)]
    assert found == [
        ("indicator", "a", "changed", ["评分标准·封顶：120 → 100"]),
        ("indicator", "b", "removed", []),
        ("metric", "b", "removed", []),
        ("scheme", "scheme", "changed", ["总分小数位：2 → 1"]),
    ]


def test_a_move_of_a_person_changes_no_sheet_that_was_made() -> None:
    roster(entry("000001", "一车间/班A", job="操作工"), entry("000002", "一车间/班B"))
    points_rules("a")
    operators = edition_with("100", "a")
    for_operators(operators)
    with at(1, 10):
        sheets({"000001": [("a", 100)]})
    with at(2, 1):
        move(actor=SYSTEM, person_id=who("000001"), unit_id=unit("班B"), on=date(2026, 2, 1), job="文员")
        assert behind() == []
    assert Sheet.objects.get().edition == operators.id
