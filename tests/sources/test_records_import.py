"""Records from files: night shifts, repeats, restatements, units, rows set aside (CASES A1 A2 B3)."""

from __future__ import annotations

import pytest

from jiyu.core import clock, files
from jiyu.core.actor import Actor, GrantView
from jiyu.core.errors import DomainError, NotAllowedError
from jiyu.core.models import StoredFile
from jiyu.people.models import Identity
from jiyu.sources.mappings.doubts import blank_subject, split
from jiyu.sources.models import EqualRow, Fact, Measure, Quarantine, Record, Run, Source, Superseded
from jiyu.sources.outcome import counts_text
from jiyu.sources.public import measure_ids, record_rows, source_ensure
from jiyu.sources.quarantine.words import detail_of
from tests.sources.conftest import HR, NOW, after, counts, csv_file, load, mapping, people, sums, xlsx_file

HEAD = ["工号", "完工时间", "合格", "不良"]
B3 = csv_file(
    HEAD,
    [317, "2026-03-02 22:10", 120, 2],
    [317, "2026-03-03 01:30", 140, 1],
    [317, "2026-03-03 07:40", 130, 3],
    [317, "2026-03-03 07:40", 130, 3],
    [317, "2026-03-03 22:20", 150, 0],
    [317, "2026-03-04 02:00", -20, 20],
    [999999, "2026-03-03 10:00", 5, 0],
)
pytestmark = pytest.mark.django_db


def test_b3_takes_five_rows_one_repeat_one_to_settle() -> None:
    people(n000317="林晓峰")
    run = load(B3)
    assert counts_text(run).zh == "7 行：入账 5，重复 1，待处理 1"
    assert sums("good") == {"2026-03-02": 390, "2026-03-03": 130}
    assert sums("bad") == {"2026-03-02": 6, "2026-03-03": 20}


def test_b3_loaded_again_nothing_moves() -> None:
    people(n000317="林晓峰")
    load(B3)
    before = (Record.objects.count(), Fact.objects.count(), Quarantine.objects.count())
    with after(1):
        again = load(B3)
        assert counts(again, "taken", "repeated", "set_aside") == (0, 6, 1)
        assert (Record.objects.count(), Fact.objects.count(), Quarantine.objects.count()) == before
        assert sums("good") == {"2026-03-02": 390, "2026-03-03": 130}


def test_b3_rows_say_where_they_stood_and_which_was_repeated() -> None:
    person = people(n000317="林晓峰")["000317"]
    load(B3)
    rows = record_rows(actor=HR, known_at=clock.now(), measure_ids=measure_ids(["mes"]).values(), subjects=[person])
    assert [(r.row, r.state) for r in rows] == [
        (2, "counted"), (3, "counted"), (4, "counted"), (5, "repeated"), (6, "counted"), (7, "counted"),
    ]  # fmt: skip
    assert rows[0].file_name == "报工.csv"
    assert rows[0].raw == {"工号": "317", "完工时间": "2026-03-02 22:10", "合格": "120", "不良": "2"}
    assert rows[0].values == {
        measure_ids(["mes"])["mes", "good"]: 120_000_000,
        measure_ids(["mes"])["mes", "bad"]: 2_000_000,
    }


def a1(who: str, good: int, inspected: int) -> bytes:
    """k2 as `who` with `good` of `inspected`, beside k1 and k3 (inspected/good of the case)."""
    return csv_file(
        ["报工单号", "工号", "完工时间", "送检", "合格"],
        ["k1", "000001", "2026-01-05 10:00", 100, 95],
        ["k2", who, "2026-01-06 03:00", inspected, good],
        ["k3", "000001", "2026-01-06 10:00", 90, 90],
    )


A1 = mapping(
    key_columns=["报工单号"],
    equal_keys="last",
    measures=[
        {"column": "送检", "code": "inspected", "label": "送检", "unit": "piece"},
        {"column": "合格", "code": "good", "label": "合格", "unit": "piece"},
    ],
)


def test_a1_night_report_belongs_to_the_day_before_and_loading_twice_adds_nothing() -> None:
    people(n000001="P1", n000002="P2")
    load(a1("000001", 1, 10), A1)
    with after(1):
        load(a1("000001", 1, 10), A1)
        assert (sums("good"), sums("inspected")) == (
            {"2026-01-05": 96, "2026-01-06": 90},
            {"2026-01-05": 110, "2026-01-06": 90},
        )


def test_a1_a_restatement_moves_to_the_other_person_and_the_snapshot_still_says_what_it_said() -> None:
    who = people(n000001="P1", n000002="P2")
    load(a1("000001", 1, 10), A1)
    with after(24):
        run = load(a1("000002", 8, 10), A1)
        assert counts(run, "taken", "restated", "repeated") == (1, 1, 2)
        assert sum(sums("good", who["000001"]).values()) == 185
        assert sum(sums("inspected", who["000001"]).values()) == 190
        assert sums("good", who["000002"]) == {"2026-01-05": 8}
        assert sum(sums("inspected").values()) == 200
        assert sum(sums("good", known_at=NOW).values()) == 186
        assert Record.objects.get(key="k2", rev=2).run == run
        assert list(Superseded.objects.values_list("record__key", "by_run")) == [("k2", run.pk)]


def test_a2_the_return_row_in_yuan_counts_against_revenue_in_wan_yuan() -> None:
    people(n000001="王敏")
    spec = mapping(
        time={"shape": "day", "column": "日期"},
        key_columns=["单号"],
        measures=[{"column": "收入(万元)", "code": "revenue", "label": "收入", "unit": "wan_yuan"}],
    )
    data = xlsx_file(
        ["单号", "工号", "日期", "收入(万元)"],
        ["a", "000001", "2026-01-05", 118.0],
        ["b", "000001", "2026-01-06", "-80,000元"],
    )
    load(data, spec, source="erp")
    assert sums("revenue", source="erp") == {"2026-01-05": 118, "2026-01-06": -8}


def test_a_blank_cell_is_no_fact_and_a_zero_is_one() -> None:
    people(n000317="林晓峰")
    load(csv_file(HEAD, [317, "2026-03-02 22:10", "", 0]))
    assert (sums("good"), sums("bad")) == ({}, {"2026-03-02": 0})


def test_more_than_six_decimals_are_rounded_half_up_and_counted() -> None:
    people(n000317="林晓峰")
    run = load(csv_file(HEAD, [317, "2026-03-02 22:10", "1.2345675", "0"]))
    assert Fact.objects.get(measure__code="good").value == 1_234_568
    assert counts(run, "rounded", "taken") == (1, 1)


def test_a_number_no_64_bit_integer_holds_is_set_aside() -> None:
    people(n000317="林晓峰")
    run = load(
        csv_file(HEAD, [317, "2026-03-02 22:10", "9300000000000", 0], [317, "2026-03-02 23:10", "9100000000000", 0])
    )
    assert counts(run, "taken", "set_aside") == (1, 1)
    assert sums("good") == {"2026-03-02": 9_100_000_000_000}


def test_a_date_that_does_not_exist_is_set_aside_with_its_words() -> None:
    people(n000317="林晓峰")
    run = load(csv_file(HEAD, [317, "2026-02-30 08:10", 1, 0], [317, "2026-03-02 23:10", 2, 0]))
    assert counts(run, "taken", "set_aside") == (1, 1)
    assert "不存在" in Quarantine.objects.get().params["zh"]


def test_equal_keys_that_differ_are_asked_about_added_or_the_last_holds() -> None:
    people(n000317="林晓峰")
    rows = [HEAD, [317, "2026-03-02 22:10", 100, 1], [317, "2026-03-02 22:10", 30, 2]]
    asked = load(csv_file(*rows), source="asked")
    assert (counts(asked, "taken", "set_aside"), sums("good", source="asked")) == ((0, 2), {})
    load(csv_file(*rows), mapping(equal_keys="sum"), source="added")
    assert sums("good", source="added") == {"2026-03-02": 130}
    load(csv_file(*rows), mapping(equal_keys="last"), source="last")
    assert sums("good", source="last") == {"2026-03-02": 30}
    assert sorted(EqualRow.objects.values_list("state", "row")) == [("replaced", 2), ("summed", 3)]


def test_a_window_ends_what_the_file_no_longer_has_inside_it_and_nothing_outside() -> None:
    people(n000317="林晓峰")
    first = csv_file(HEAD, *([317, f"2026-03-0{d} 10:00", d, 0] for d in range(1, 6)))
    load(first)
    with after(1):
        second = csv_file(HEAD, [317, "2026-03-02 10:00", 20, 0])
        start = clock.today().replace(month=3, day=2)
        run = load(second, mode=Run.REPLACE_WINDOW, window=(start, start.replace(day=4)))
        assert counts(run, "taken", "restated", "gone") == (1, 1, 1)
        assert sums("good") == {"2026-03-01": 1, "2026-03-02": 20, "2026-03-04": 4, "2026-03-05": 5}
    assert sum(sums("good", known_at=NOW).values()) == 15


def test_a_row_outside_the_declared_window_is_set_aside() -> None:
    people(n000317="林晓峰")
    start = clock.today().replace(month=3, day=2)
    run = load(
        csv_file(HEAD, [317, "2026-03-09 10:00", 1, 0]),
        mode=Run.REPLACE_WINDOW,
        window=(start, start.replace(day=4)),
    )
    assert counts(run, "taken", "set_aside") == (0, 1)
    assert Quarantine.objects.get().code == "sources.outside_window"


def test_a_snapshot_ends_everything_the_file_no_longer_has() -> None:
    people(n000317="林晓峰")
    load(csv_file(HEAD, *([317, f"2026-03-0{d} 10:00", d, 0] for d in range(1, 6))))
    with after(1):
        run = load(csv_file(HEAD, [317, "2026-03-02 10:00", 2, 0]), mode=Run.SNAPSHOT)
        assert counts(run, "taken", "repeated", "gone") == (0, 1, 4)
        assert sums("good") == {"2026-03-02": 2}


def test_a_snapshot_keeps_the_record_of_a_row_whose_person_is_not_known_any_more() -> None:
    people(n000317="林晓峰", n000318="张伟")
    load(csv_file(HEAD, [317, "2026-03-02 10:00", 1, 0], [318, "2026-03-02 10:00", 2, 0]))
    Identity.objects.filter(value="000318").update(superseded_at=NOW)
    with after(1):
        changed = csv_file(HEAD, [317, "2026-03-02 10:00", 1, 0], [318, "2026-03-02 10:00", 5, 0])
        run = load(changed, mode=Run.SNAPSHOT)
        assert counts(run, "gone", "set_aside") == (0, 1)
        assert sums("good") == {"2026-03-02": 3}


def test_a_replacing_file_with_an_unreadable_row_moves_nothing() -> None:
    people(n000317="林晓峰", n000318="张伟")
    rows = [[317, "2026-03-02 10:00", 1, 0], [318, "2026-03-02 10:00", 2, 0]]
    load(csv_file(HEAD, *rows))
    with after(1):
        broken = csv_file(HEAD, rows[0], [318, "2026-02-30 10:00", 2, 0])
        with pytest.raises(DomainError) as refused:
            load(broken, mode=Run.SNAPSHOT)
        assert refused.value.code == "sources.replacement_unreadable"
        assert sums("good") == {"2026-03-02": 3}


def test_the_window_must_be_told_for_replacing_and_only_then() -> None:
    with pytest.raises(DomainError) as refused:
        load(B3, mode=Run.REPLACE_WINDOW)
    assert refused.value.code == "sources.window"
    assert Run.objects.count() == 0


def test_the_hash_covers_the_bytes_that_are_kept_not_those_that_came() -> None:
    people(n000317="林晓峰")
    number = "11010519491231002X"
    data = csv_file([*HEAD, "备注"], [317, "2026-03-02 22:10", 1, 0, number])
    run = load(data)
    kept = files.read(StoredFile.objects.get(pk=run.file))
    assert number.encode() not in kept
    import hashlib

    assert run.file_sha256 == hashlib.sha256(kept).hexdigest() != hashlib.sha256(data).hexdigest()
    assert number not in repr(list(Record.objects.values_list("raw", flat=True)))


def test_a_file_without_the_mapped_columns_is_refused_whole() -> None:
    people(n000317="林晓峰")
    with pytest.raises(DomainError) as refused:
        load(csv_file(["工号", "时间", "合格"], [317, "2026-03-02 22:10", 1]))
    assert refused.value.code == "mapping.head_changed"
    assert Run.objects.get().state == Run.FAILED
    assert Record.objects.count() == 0


def test_a_measure_never_changes_its_unit() -> None:
    people(n000317="林晓峰")
    load(B3)
    hours = [{"column": "合格", "code": "good", "label": "合格", "unit": "hour"}]
    with pytest.raises(DomainError) as refused:
        load(B3, mapping(measures=hours))
    assert refused.value.code == "sources.measure_unit"
    assert Measure.objects.get(code="good").unit == "piece"


def test_only_hr_and_it_import_numbers() -> None:
    people(n000317="林晓峰")
    load(B3)
    from jiyu.sources.public import records_import

    nobody = Actor(person_id=None, grants=(GrantView("executive"),))
    with pytest.raises(NotAllowedError):
        records_import(actor=nobody, source_code="mes", data=B3, filename="a.csv", mapping=mapping())
    assert Run.objects.count() == 1


def test_a_big_sum_is_stored_and_read_back_equal() -> None:
    people(n000317="林晓峰")
    load(csv_file(HEAD, [317, "2026-03-02 22:10", "1000000000.123456", 0]))
    assert Fact.objects.get(measure__code="good").value == 1_000_000_000_123_456


def test_one_row_is_singular_in_english() -> None:
    assert counts_text(Run(tally={"read": 1, "taken": 1})).en == "1 row: 1 taken, 0 to settle"
    assert counts_text(Run(tally={"read": 2, "taken": 2})).en == "2 rows: 2 taken, 0 to settle"
    for code in ("sources.unknown_person", "sources.ambiguous_person", "sources.unknown_unit"):
        assert "1 row set aside" in detail_of(Quarantine(code=code, rows=[3])).en
        assert "2 rows set aside" in detail_of(Quarantine(code=code, rows=[3, 4])).en
    assert split("工号", ["张伟、王敏"]).detail.en == '1 such row in "工号". Set aside until you choose.'
    assert blank_subject("工号", 1, 1).detail.en == "Nobody is named in 1 of 1 row."
    assert blank_subject("工号", 3, 200).detail.en == "Nobody is named in 3 of 200 rows."


@pytest.mark.parametrize("code", ["", "../x y", "MES", "1a", "报工", "a" * 41, "a b", "a/b"])
def test_a_code_of_a_source_is_a_code(code: str) -> None:
    with pytest.raises(DomainError) as refused:
        source_ensure(actor=HR, code=code, label="X")
    assert (refused.value.code, refused.value.path) == ("sources.code", "code")
    assert refused.value.fix
    assert not Source.objects.exists()


def test_a_source_with_an_older_code_goes_on() -> None:
    Source.objects.create(code="报工", label="报工", created_at=clock.now())
    assert source_ensure(actor=HR, code="报工", label="报工单").label == "报工单"
