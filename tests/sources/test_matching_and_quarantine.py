"""Whom a row is about, and rows that wait until somebody says (待处理)."""

from __future__ import annotations

import pytest
from django.utils import translation

from jiyu.core.errors import DomainError, NotVisibleError
from jiyu.core.ids import uuid7
from jiyu.people.models import UnitState
from jiyu.sources.models import Match, Quarantine, Record, Run
from jiyu.sources.overview import questions_shown
from jiyu.sources.public import quarantine_settle, run_undo
from jiyu.sources.quarantine.words import detail_of, title_of
from tests.sources.conftest import HR, after, counts, csv_file, load, mapping, people, sums

HEAD = ["工号", "完工时间", "合格", "不良"]
BY_NAME = mapping(
    subject={"column": "姓名", "matched_by": "name"},
    key_columns=["姓名", "完工时间"],
    measures=[{"column": "合格", "code": "good", "label": "合格", "unit": "piece"}],
)
pytestmark = pytest.mark.django_db


def named(*rows: list[object]) -> bytes:
    return csv_file(["姓名", "完工时间", "合格"], *rows)


def question(**lookups: object) -> Quarantine:
    return Quarantine.objects.get(state="open", **lookups)


def test_a_number_without_its_zeros_matches_when_only_one_fits() -> None:
    who = people(n000317="林晓峰")
    run = load(csv_file(HEAD, [317, "2026-03-02 10:00", 1, 0], ["000317", "2026-03-02 11:00", 2, 0]))
    assert sums("good", who["000317"]) == {"2026-03-02": 3}
    assert counts(run, "zeros_restored") == (1,)


def test_two_numbers_that_differ_only_in_zeros_are_asked_about() -> None:
    people(n000317="林晓峰", n0317="王敏")
    load(csv_file(HEAD, [317, "2026-03-02 10:00", 1, 0]))
    assert question().code == "sources.ambiguous_person"
    assert Record.objects.count() == 0


def test_a_unique_name_matches_and_two_of_one_name_are_asked_about_with_both_as_buttons() -> None:
    who = people(n000318="张伟", n000402="张伟", n000210="王敏")
    load(
        named(["王敏", "2026-03-02 10:00", 5], ["张伟", "2026-03-02 10:00", 7], ["张伟", "2026-03-03 10:00", 8]),
        BY_NAME,
    )
    assert sums("good", who["000210"]) == {"2026-03-02": 5}
    item = question()
    assert title_of(item).zh == "“张伟”不止一个人"
    assert detail_of(item).zh == "我们不猜。2 行先放一边。"
    assert [o["zh"] for o in item.options] == ["000318 · 一车间", "000402 · 一车间", "先空着"]
    assert item.rows == [3, 4]


def test_an_answer_takes_the_rows_and_holds_for_the_next_file() -> None:
    who = people(n000318="张伟", n000402="张伟")
    load(named(["张伟", "2026-03-02 10:00", 7]), BY_NAME)
    with after(1):
        run = quarantine_settle(actor=HR, item_id=question().pk, option=f"subject:{who['000402']}")
        assert run is not None and counts(run, "read", "taken") == (1, 1)
        assert sums("good", who["000402"]) == {"2026-03-02": 7}
    with after(2):
        load(named(["张伟", "2026-03-05 10:00", 9]), BY_NAME)
        assert sums("good", who["000402"]) == {"2026-03-02": 7, "2026-03-05": 9}
        assert not Quarantine.objects.filter(state="open").exists()


def test_one_answer_settles_the_same_words_in_every_file_of_the_source() -> None:
    people(n000317="林晓峰")
    load(csv_file(HEAD, [999, "2026-03-02 10:00", 1, 0]))
    with after(1):
        load(csv_file(HEAD, [999, "2026-03-03 10:00", 2, 0]))
    with after(2):
        first = Quarantine.objects.order_by("pk")[0]
        quarantine_settle(actor=HR, item_id=first.pk, option="pick", employee_no="000317")
        assert sums("good") == {"2026-03-02": 1, "2026-03-03": 2}
        assert Quarantine.objects.filter(state="settled").count() == 2


def test_picking_a_number_nobody_has_changes_nothing() -> None:
    people(n000317="林晓峰")
    load(csv_file(HEAD, [999, "2026-03-02 10:00", 1, 0]))
    with pytest.raises(DomainError) as refused:
        quarantine_settle(actor=HR, item_id=question().pk, option="pick", employee_no="123456")
    assert refused.value.code == "sources.no_such_person"
    assert (Match.objects.count(), Record.objects.count(), Run.objects.count()) == (0, 0, 1)


def test_not_one_of_ours_is_left_out_from_then_on() -> None:
    people(n000317="林晓峰")
    load(csv_file(HEAD, [999, "2026-03-02 10:00", 1, 0]))
    quarantine_settle(actor=HR, item_id=question().pk, option="not_ours")
    with after(1):
        run = load(csv_file(HEAD, [999, "2026-03-03 10:00", 1, 0], [317, "2026-03-03 10:00", 4, 0]))
        assert counts(run, "taken", "left_out", "set_aside") == (1, 1, 0)


def test_left_for_now_is_not_asked_again_for_the_same_rows() -> None:
    people(n000317="林晓峰")
    data = csv_file(HEAD, [999, "2026-03-02 10:00", 1, 0])
    load(data)
    quarantine_settle(actor=HR, item_id=question().pk, option="leave")
    with after(1):
        load(data)
        assert Quarantine.objects.count() == 1


def test_left_for_now_stays_listed_and_can_be_put_back_or_settled() -> None:
    people(n000317="林晓峰")
    load(csv_file(HEAD, [999, "2026-03-02 10:00", 1, 0], [998, "2026-03-02 10:00", 2, 0]))
    first = Quarantine.objects.get(params__said="999")
    quarantine_settle(actor=HR, item_id=first.pk, option="leave")
    shown = questions_shown(actor=HR)
    assert [[q.params["said"] for q in part] for part in (shown.waiting, shown.left)] == [["998"], ["999"]]
    assert (shown.waiting_count, shown.left_count) == (1, 1)
    quarantine_settle(actor=HR, item_id=first.pk, option="reopen")
    assert (questions_shown(actor=HR).waiting_count, questions_shown(actor=HR).left_count) == (2, 0)
    quarantine_settle(actor=HR, item_id=first.pk, option="leave")
    with after(1):
        quarantine_settle(actor=HR, item_id=first.pk, option="pick", employee_no="000317")
        assert sums("good") == {"2026-03-02": 1}
        assert questions_shown(actor=HR).left_count == 0


def test_what_waits_already_is_not_put_back() -> None:
    people(n000317="林晓峰")
    load(csv_file(HEAD, [999, "2026-03-02 10:00", 1, 0]))
    with pytest.raises(DomainError) as refused:
        quarantine_settle(actor=HR, item_id=question().pk, option="reopen")
    assert refused.value.code == "sources.no_such_option"


def test_what_an_undone_answer_had_settled_is_a_question_again() -> None:
    people(n000317="林晓峰")
    load(csv_file(HEAD, [999, "2026-03-02 10:00", 1, 0]))
    item = question()
    settled = quarantine_settle(actor=HR, item_id=item.pk, option="pick", employee_no="000317")
    assert settled is not None
    run_undo(actor=HR, run_id=settled.pk)
    assert question().pk == item.pk
    with after(1):
        quarantine_settle(actor=HR, item_id=item.pk, option="pick", employee_no="000317")
        assert sums("good") == {"2026-03-02": 1}


def test_questions_of_an_import_that_was_taken_back_are_asked_by_the_next() -> None:
    people(n000317="林晓峰")
    data = csv_file(HEAD, [999, "2026-03-02 10:00", 1, 0])
    run_undo(actor=HR, run_id=load(data).pk)
    with after(1):
        assert counts(load(data), "set_aside", "asked") == (1, 1)


def test_rows_that_an_answer_took_in_are_not_asked_about_once_more() -> None:
    people(n000317="林晓峰")
    equal = [317, "2026-03-02 22:10", 100, 1], [317, "2026-03-02 22:10", 30, 2]
    data = csv_file(HEAD, *equal, [317, "2026-02-30 10:00", 7, 0])
    load(data)
    with after(1):
        quarantine_settle(actor=HR, item_id=question(code="sources.equal_keys").pk, option="last")
        corrected = quarantine_settle(
            actor=HR, item_id=question().pk, option="edit", corrections={"完工时间": "2026-02-28 10:00"}
        )
    with after(2):
        assert counts(load(data), "repeated", "set_aside", "asked") == (3, 0, 0)
        assert sums("good") == {"2026-02-28": 7, "2026-03-02": 30}
        assert corrected is not None
        run_undo(actor=HR, run_id=corrected.pk)
        Quarantine.objects.filter(state="open").delete()
        assert counts(load(data), "repeated", "set_aside", "asked") == (2, 1, 1)


def test_a_corrected_cell_is_read_again() -> None:
    people(n000317="林晓峰")
    load(
        csv_file(
            HEAD,
            *([317, f"2026-03-{d:02} 10:00", 1, 0] for d in range(1, 20)),
            [317, "2026-02-30 10:00", 7, 0],
        )
    )
    item = question()
    with pytest.raises(DomainError) as refused:
        quarantine_settle(actor=HR, item_id=item.pk, option="edit", corrections={"完工时间": "2026-02-31 10:00"})
    assert refused.value.code == "sources.still_unreadable"
    with translation.override("en"), pytest.raises(DomainError, match="does not exist"):
        quarantine_settle(actor=HR, item_id=item.pk, option="edit", corrections={"完工时间": "2026-02-31 10:00"})
    assert question().pk == item.pk
    quarantine_settle(actor=HR, item_id=item.pk, option="edit", corrections={"完工时间": "2026-02-28 10:00"})
    assert sums("good")["2026-02-28"] == 7
    assert Record.objects.get(business_day="2026-02-28").row == 21


@pytest.mark.parametrize(("option", "total"), [("first", 100), ("last", 30), ("sum", 130)])
def test_equal_keys_are_settled_by_the_first_the_last_or_both(option: str, total: int) -> None:
    people(n000317="林晓峰")
    load(csv_file(HEAD, [317, "2026-03-02 22:10", 100, 1], [317, "2026-03-02 22:10", 30, 2]))
    quarantine_settle(actor=HR, item_id=question().pk, option=option)
    assert sums("good") == {"2026-03-02": total}


def test_a_settled_question_is_not_settled_twice() -> None:
    people(n000317="林晓峰")
    load(csv_file(HEAD, [999, "2026-03-02 10:00", 1, 0]))
    item = question()
    quarantine_settle(actor=HR, item_id=item.pk, option="pick", employee_no="000317")
    with pytest.raises(DomainError) as refused:
        quarantine_settle(actor=HR, item_id=item.pk, option="pick", employee_no="000317")
    assert refused.value.code == "sources.already_settled"
    assert Record.objects.count() == 1


def test_questions_of_an_undone_import_are_gone() -> None:
    people(n000317="林晓峰")
    run = load(csv_file(HEAD, [999, "2026-03-02 10:00", 1, 0]))
    run_undo(actor=HR, run_id=run.pk)
    with pytest.raises(DomainError):
        quarantine_settle(actor=HR, item_id=Quarantine.objects.get().pk, option="pick", employee_no="000317")
    assert Record.objects.count() == 0


def test_an_import_with_settled_rows_is_undone_after_those() -> None:
    people(n000317="林晓峰")
    run = load(csv_file(HEAD, [999, "2026-03-02 10:00", 1, 0]))
    settled = quarantine_settle(actor=HR, item_id=question().pk, option="pick", employee_no="000317")
    with pytest.raises(DomainError) as refused:
        run_undo(actor=HR, run_id=run.pk)
    assert refused.value.code == "sources.run_rested_on"
    assert settled is not None
    run_undo(actor=HR, run_id=settled.pk)
    run_undo(actor=HR, run_id=run.pk)
    assert sums("good") == {}


def test_rows_of_a_crew_go_to_the_unit() -> None:
    people(n000317="林晓峰")
    spec = mapping(
        subject={"column": "班组", "matched_by": "crew"},
        key_columns=["班组", "完工时间"],
        measures=[{"column": "合格", "code": "good", "label": "合格", "unit": "piece"}],
    )
    data = csv_file(["班组", "完工时间", "合格"], ["一车间", "2026-03-02 10:00", 5], ["九车间", "2026-03-02 10:00", 6])
    load(data, spec)
    unit = UnitState.objects.get(name="一车间").unit_id
    assert sums("good", unit) == {"2026-03-02": 5}
    assert question().code == "sources.unknown_unit"


def test_a_question_that_does_not_exist_is_not_found() -> None:
    with pytest.raises(NotVisibleError):
        quarantine_settle(actor=HR, item_id=uuid7(), option="leave")


def test_a_day_that_has_not_come_waits_and_can_be_corrected() -> None:
    people(n000317="林晓峰")
    run = load(csv_file(HEAD, [317, "2026-04-08 09:00", 1, 0], [317, "2062-03-02 10:00", 7, 0]))
    assert counts(run, "taken", "set_aside") == (1, 1)
    item = question()
    assert title_of(item).zh == "2062-03-02 这一天还没到"
    assert title_of(item).en == "2062-03-02 has not come yet"
    assert detail_of(item).zh == "1 行先放一边。改正日期，或者就按这一天入账。"
    assert [o["zh"] for o in item.options] == ["改正这一格", "就按这一天入账", "先空着"]
    with after(1):
        quarantine_settle(actor=HR, item_id=item.pk, option="edit", corrections={"完工时间": "2026-03-02 10:00"})
        assert sums("good") == {"2026-03-02": 7, "2026-04-08": 1}


def test_rows_of_one_day_to_come_are_one_question_and_can_be_taken_as_they_are() -> None:
    people(n000317="林晓峰", n000210="王敏")
    load(csv_file(HEAD, [317, "2026-07-20 10:00", 7, 0], [210, "2026-07-20 11:00", 8, 0]))
    assert question().rows == [2, 3]
    with after(1):
        run = quarantine_settle(actor=HR, item_id=question().pk, option="as_dated")
        assert run is not None and counts(run, "taken", "set_aside") == (2, 0)
        assert not Quarantine.objects.filter(state="open").exists()
    with after(24 * 104):
        assert sums("good") == {"2026-07-20": 15}


def test_correcting_the_day_of_several_rows_changes_only_their_day() -> None:
    people(n000317="林晓峰", n000210="王敏")
    load(csv_file(HEAD, [317, "2026-07-20 10:00", 7, 0], [210, "2026-07-20 10:00", 8, 0]))
    with after(1):
        given = {"完工时间": "2026-03-20 10:00", "合格": "999"}
        quarantine_settle(actor=HR, item_id=question().pk, option="edit", corrections=given)
        assert sums("good") == {"2026-03-20": 15}


def test_a_corrected_day_that_has_not_come_either_waits_again() -> None:
    people(n000317="林晓峰")
    load(csv_file(HEAD, [317, "2062-03-02 10:00", 7, 0]))
    with after(1):
        quarantine_settle(actor=HR, item_id=question().pk, option="edit", corrections={"完工时间": "2062-03-03 10:00"})
        assert title_of(question()).zh == "2062-03-03 这一天还没到"
        assert Record.objects.count() == 0


def test_days_of_the_coming_weeks_are_a_plan() -> None:
    people(n000317="林晓峰")
    run = load(csv_file(HEAD, [317, "2026-06-09 10:00", 7, 0], [317, "2026-06-10 10:00", 7, 0]))
    assert counts(run, "taken", "set_aside") == (1, 1)
    assert title_of(question()).zh == "2026-06-10 这一天还没到"


def test_a_day_to_come_in_a_title_can_be_taken_or_left_since_no_cell_holds_it() -> None:
    people(n000317="林晓峰")
    titled = mapping(
        time={"shape": "title"},
        key_columns=["工号"],
        measures=[{"column": "合格", "code": "good", "label": "合格", "unit": "piece"}],
    )
    load(csv_file(["日报 2026-07-09"], ["工号", "合格"], [317, 7]), titled)
    assert [o["key"] for o in question().options] == ["as_dated", "leave"]
    with after(1):
        run = quarantine_settle(actor=HR, item_id=question().pk, option="as_dated")
        assert run is not None and counts(run, "taken", "set_aside") == (1, 0)


def test_the_form_of_a_day_to_come_marks_its_date() -> None:
    people(n000317="林晓峰")
    load(csv_file(HEAD, [317, "2062-03-02 10:00", 7, 0]))
    assert question().params == {"day": "2062-03-02", "field": "完工时间"}


def test_a_file_that_replaces_asks_again_about_what_was_taken_in_under_another_key() -> None:
    people(n000317="林晓峰")
    data = csv_file(HEAD, [317, "2026-03-01 10:00", 1, 0], [317, "2062-03-02 10:00", 7, 0])
    load(data)
    with after(1):
        quarantine_settle(actor=HR, item_id=question().pk, option="edit", corrections={"完工时间": "2026-03-02 10:00"})
    with after(2):
        assert counts(load(data, mode="snapshot"), "gone", "set_aside", "asked") == (1, 1, 1)
