"""Taking rosters: new people, dated changes, corrected beliefs, and nothing where nothing changed."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from jiyu.core import clock
from jiyu.core.errors import DomainError
from jiyu.core.ids import uuid7
from jiyu.core.recorded import valid
from jiyu.people.models import Assignment, Employment, Identity
from jiyu.people.public import FieldChange, PersonEntry, known_people, leave, move, people_find, roster_take
from tests.people.conftest import (
    HIRED,
    HR,
    TODAY,
    entry,
    moment,
    org,
    person,
    row_counts,
    take,
    unit,
    unit_text,
    who,
)

pytestmark = pytest.mark.django_db


def test_a_first_roster_makes_people_units_and_leads_in_any_order() -> None:
    outcome = take(
        entry("000011", "赵刚", lead_employee_no="000005", hired_on=date(2012, 5, 2)),
        entry("000317", "林晓峰", "一车间/CNC线/A班", lead_employee_no="000011", job="操作工", job_grade="P2"),
        entry("000005", "周建国", lead_is_none=True, hired_on=date(2011, 3, 1)),
    )
    assert (outcome.new, outcome.changed, outcome.unchanged, outcome.units_made) == (3, 0, 0, 4)
    lin = person("000317")
    assert (lin.name, lin.employee_no, lin.job, lin.job_grade) == ("林晓峰", "000317", "操作工", "P2")
    assert (lin.hired_on, lin.left_on, lin.is_employed) == (HIRED, None, True)
    assert unit_text("000317") == "一车间 / CNC线 / A班"
    assert [u.kind for u in org().ancestors(lin.unit_id)] == ["crew", "line", "workshop", "company"]
    assert lin.lead_id == who("000011")
    assert person("000005").is_top
    root = org().root
    assert root is not None and root.name == "衡川"


def test_people_of_a_first_roster_were_there_since_they_were_hired() -> None:
    take(entry("000317"), entry("000005", hired_on=None))
    assert unit_text("000317", on=HIRED) == "一车间"
    assert not person("000317", on=date(2023, 7, 2)).is_employed
    assert person("000005", on=date(1999, 1, 1)).is_employed


def test_the_same_roster_again_writes_not_a_single_row() -> None:
    roster = [
        entry("000005", "周建国", lead_is_none=True),
        entry(
            "000317",
            "林晓峰",
            "一车间/A班",
            job="操作工",
            lead_employee_no="000005",
            phone="139",
            status_note="产假",
        ),
        entry("000400", "走了的", left_on=date(2026, 2, 20)),
        entry("000500", "未认领", lead_employee_no="999999"),
    ]
    take(*roster)
    before = row_counts()
    with clock.at(moment(4, 9)):
        outcome = take(*roster)
        assert (outcome.new, outcome.changed, outcome.unchanged) == (0, 0, 4)
        assert (outcome.changes, outcome.units_made, outcome.leads_missing) == ((), 0, ("000500",))
        assert row_counts() == before


def test_a_roster_that_says_less_changes_nothing() -> None:
    take(entry("000317", job="操作工", job_grade="P2", phone="139", status_note="返聘", born_on=date(1990, 1, 1)))
    outcome = take(PersonEntry("000317", "人000317"))
    assert (outcome.changed, outcome.unchanged) == (0, 1)


def test_what_is_known_of_people_is_a_roster_that_changes_nothing() -> None:
    take(
        entry("000005", "张伟", lead_is_none=True, born_on=date(1970, 1, 1)),
        entry("000317", "张伟", "一车间/A班", lead_employee_no="000005", left_on=date(2026, 3, 1), phone="139"),
        entry("000318", "", "", hired_on=None),
    )
    known = known_people(on=TODAY, known_at=clock.now())
    assert known.numbers["张伟"] == ("000005", "000317")
    assert known.person_ids["000317"] == who("000317")
    assert (known.entries["000005"].born_on, known.entries["000317"].phone) == (date(1970, 1, 1), "139")
    assert take(*known.entries.values()).unchanged == 3


def test_a_changed_unit_job_and_lead_hold_from_the_rosters_day() -> None:
    take(entry("000005"), entry("000011"), entry("000317", job="操作工", lead_employee_no="000005"))
    with clock.at(moment(4, 10)):
        outcome = take(
            entry("000317", unit="二车间/装一线", job="班长", lead_employee_no="000011"), on=date(2026, 3, 16)
        )
        assert outcome.changes[0].fields == (
            FieldChange("unit", "一车间", "二车间 / 装一线", True),
            FieldChange("job", "操作工", "班长", True),
            FieldChange("lead", "人000005", "人000011", True),
        )
        assert (outcome.changed, outcome.units_made) == (1, 2)
        day_before, day_after = date(2026, 3, 15), date(2026, 3, 16)
        assert (unit_text("000317", day_before), unit_text("000317", day_after)) == (
            "一车间",
            "二车间 / 装一线",
        )
        assert (person("000317", day_before).job, person("000317", day_after).job) == ("操作工", "班长")
        assert person("000317", day_before).lead_id == who("000005")
        assert person("000317", day_after).lead_id == who("000011")
        assert unit_text("000317", day_after, known_at=moment(4, 9)) == "一车间"


def test_a_corrected_name_and_hire_date_are_changed_beliefs() -> None:
    take(entry("000005"), entry("000317", "林小峰", lead_employee_no="000005", phone="139"))
    with clock.at(moment(4, 10)):
        outcome = take(entry("000317", "林晓峰", hired_on=date(2023, 6, 1), phone="138"))
        assert outcome.changes[0].fields == (
            FieldChange("name", "林小峰", "林晓峰", False),
            FieldChange("phone", "", "", False),
            FieldChange("hired_on", "2023-07-03", "2023-06-01", False),
        )
        assert person("000317", on=date(2020, 1, 1)).name == "林晓峰"
        assert person("000317", known_at=moment(4, 9)).name == "林小峰"
        early = person("000317", on=date(2023, 6, 1))
        assert (early.is_employed, early.lead_id) == (True, who("000005"))
        assert Identity.objects.filter(valid(date(2023, 6, 1)), value="000317", superseded_at=None).exists()
        assert unit_text("000317", on=date(2023, 6, 1)) == "一车间"
        take(entry("000317", "林晓峰", hired_on=date(2023, 8, 1)))
        late = person("000317", on=date(2023, 7, 31))
        assert (late.is_employed, late.unit_id, late.lead_id) == (False, None, None)


def test_a_roster_of_one_workshop_leaves_the_rest_alone() -> None:
    take(entry("000317"), entry("000402", unit="销售部"))
    take(entry("000317"))
    assert person("000402").is_employed
    assert unit_text("000402") == "销售部"


def test_leaving_ends_post_and_line_on_the_first_day_not_employed() -> None:
    take(entry("000005"), entry("000317", lead_employee_no="000005"))
    take(entry("000317", lead_employee_no="000005", left_on=date(2026, 2, 21)))
    last, gone = person("000317", date(2026, 2, 20)), person("000317", date(2026, 2, 21))
    assert (last.is_employed, last.lead_id, last.unit_id is not None) == (True, who("000005"), True)
    assert (gone.is_employed, gone.lead_id, gone.unit_id, gone.left_on) == (
        False,
        None,
        None,
        date(2026, 2, 21),
    )


def test_a_corrected_leaving_date_moves_the_end_both_ways() -> None:
    take(entry("000317", left_on=date(2026, 2, 21)))
    take(entry("000317", left_on=date(2026, 3, 1)))
    assert unit_text("000317", date(2026, 2, 28)) == "一车间"
    take(entry("000317", left_on=date(2026, 2, 1)))
    assert unit_text("000317", date(2026, 2, 1)) == ""


def test_somebody_on_the_roster_of_a_day_after_leaving_did_not_leave() -> None:
    take(entry("000005"), entry("000317", lead_employee_no="000005", left_on=date(2026, 2, 21)))
    outcome = take(entry("000317"))
    assert outcome.changes[0].fields == (FieldChange("left_on", "2026-02-21", "", False),)
    assert (unit_text("000317"), person("000317").lead_id) == ("一车间", who("000005"))


def test_an_old_roster_does_not_undo_a_later_leaving() -> None:
    take(entry("000317", left_on=date(2026, 2, 21)))
    assert take(entry("000317"), on=date(2026, 1, 31)).unchanged == 1


def test_coming_back_is_a_new_spell_and_the_first_one_stays() -> None:
    take(entry("000317", unit="一车间", job_grade="P3", left_on=date(2025, 6, 1)))
    outcome = take(entry("000317", unit="二车间", hired_on=date(2026, 3, 2)))
    assert [change.field for change in outcome.changes[0].fields] == ["rehired_on", "unit"]
    assert Employment.objects.filter(superseded_at=None).count() == 2
    assert Employment.objects.filter(superseded_at=None).values("person").distinct().count() == 1
    assert (unit_text("000317", date(2025, 5, 31)), unit_text("000317")) == ("一车间", "二车间")
    assert (person("000317").hired_on, person("000317").job_grade) == (date(2026, 3, 2), "")
    assert not person("000317", date(2025, 12, 1)).is_employed
    assert take(entry("000317", unit="二车间", hired_on=date(2026, 3, 2))).unchanged == 1
    assert take(entry("000317", left_on=date(2025, 6, 1)), on=date(2025, 7, 1)).unchanged == 1


def test_a_number_given_to_somebody_else_is_another_person_from_that_day() -> None:
    take(entry("000317", "林晓峰", left_on=date(2025, 6, 1)))
    take(entry("000317", "王五", hired_on=date(2026, 3, 2)))
    assert (person("000317", date(2025, 1, 1)).name, person("000317").name) == ("林晓峰", "王五")
    assert Identity.objects.filter(superseded_at=None, value="000317").count() == 2
    named = {
        day: [p.name for p in people_find(employee_no="000317", on=day, known_at=clock.now())]
        for day in (date(2020, 1, 1), date(2025, 12, 1), date(2026, 3, 1), date(2026, 3, 2))
    }
    assert list(named.values()) == [["林晓峰"], ["林晓峰"], ["林晓峰"], ["王五"]]


def test_a_future_hire_begins_on_the_hire_date() -> None:
    take(entry("000900", hired_on=date(2026, 5, 4)))
    assert not person("000900").is_employed
    assert unit_text("000900", date(2026, 5, 4)) == "一车间"


def test_a_promotion_told_late_does_not_undo_a_move_already_known() -> None:
    take(entry("000317", job_grade="P2"), entry("000402", unit="二车间"))
    move(actor=HR, person_id=who("000317"), unit_id=unit("二车间"), on=date(2026, 4, 1))
    take(entry("000317", job_grade="P3"), on=date(2026, 3, 1))
    assert (unit_text("000317", date(2026, 3, 31)), unit_text("000317")) == ("一车间", "二车间")
    assert [person("000317", date(2026, m, 1)).job_grade for m in (2, 3, 4)] == ["P2", "P3", "P3"]


def test_a_lead_named_later_holds_for_as_long_as_nobody_was_known() -> None:
    take(entry("000005"), entry("000317", lead_employee_no="999"))
    outcome = take(entry("000317", lead_employee_no="000005"))
    assert outcome.changes[0].fields == (FieldChange("lead", "", "人000005", True),)
    assert person("000317", HIRED).lead_id == who("000005")


def test_nobody_leads_themselves_by_roster() -> None:
    assert take(entry("000317", lead_employee_no="000317")).leads_missing == ("000317",)
    assert person("000317").lead_id is None


@pytest.mark.parametrize(
    ("entries", "code"),
    [
        ([entry("1"), entry("1", "别人")], "people.number_twice"),
        ([entry("1", left_on=HIRED)], "people.left_before_hired"),
    ],
)
def test_a_roster_that_contradicts_itself_is_refused_whole(entries: list[PersonEntry], code: str) -> None:
    before = row_counts()
    with pytest.raises(DomainError) as refusal:
        take(*entries)
    assert (refusal.value.code, refusal.value.path) == (code, "1")
    assert row_counts() == before


def test_nobody_leaves_before_coming() -> None:
    take(entry("1"))
    before = row_counts()
    with pytest.raises(DomainError) as refusal:
        take(entry("1", hired_on=None, left_on=date(2020, 1, 1)))
    assert refusal.value.code == "people.left_before_hired"
    assert row_counts() == before


def test_two_spells_never_overlap() -> None:
    take(entry("1", left_on=date(2025, 6, 1)))
    take(entry("1", hired_on=date(2026, 3, 2)))
    before = row_counts()
    with pytest.raises(DomainError, match="重叠") as refusal:
        take(entry("1", hired_on=date(2025, 5, 1)))
    assert refusal.value.code == "people.spells_overlap"
    assert row_counts() == before


def test_a_unit_path_that_starts_with_the_company_is_the_same_unit() -> None:
    take(entry("1", unit="衡川/一车间"), entry("2", unit="一车间"))
    assert person("1").unit_id == person("2").unit_id


def test_nobody_has_two_primary_posts_on_a_day() -> None:
    take(entry("1"), entry("2", unit="二车间"))
    move(actor=HR, person_id=who("1"), unit_id=unit("二车间"), on=date(2026, 3, 1))
    move(actor=HR, person_id=who("1"), unit_id=unit("一车间"), on=date(2026, 2, 1))
    take(entry("1", unit="二车间"), on=date(2026, 2, 15))
    leave(actor=HR, person_id=who("1"), on=date(2026, 5, 1))
    posts = Assignment.objects.filter(superseded_at=None, person=who("1")).order_by("from_on")
    ranges = [(p.from_on, p.to_on) for p in posts]
    assert ranges[0][0] == HIRED and ranges[-1][1] == date(2026, 5, 1)
    assert [end for _, end in ranges[:-1]] == [start for start, _ in ranges[1:]]


def test_320_people_take_a_bounded_number_of_statements(django_assert_max_num_queries: Any) -> None:
    roster = [
        entry(f"{n:06d}", unit=f"一车间/{n % 8}线", lead_employee_no=f"{n // 12:06d}" if n else None)
        for n in range(320)
    ]
    with django_assert_max_num_queries(40):
        assert take(*roster).new == 320
    with django_assert_max_num_queries(14):
        assert take(*roster).unchanged == 320


def test_a_company_name_is_asked_once() -> None:
    roster_take(actor=HR, run_id=uuid7(), entries=[entry("1")], on=TODAY, company_name="衡川")
    roster_take(actor=HR, run_id=uuid7(), entries=[entry("2")], on=TODAY, company_name="另一个名字")
    assert [u.name for u in org().units.values() if u.parent_id is None] == ["衡川"]
