"""Sheets: what may be agreed, what a file of them comes to, and that nothing agreed is ever overwritten."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from jiyu.core import clock
from jiyu.core.actor import Actor
from jiyu.core.errors import DomainError, NotAllowedError
from jiyu.core.insert_only import InsertOnlyError
from jiyu.core.models import AuditEntry
from jiyu.goals.models import Sheet, Term
from jiyu.goals.public import (
    LineEntry,
    SheetsOutcome,
    sheet_of,
    sheet_set,
    sheets_import,
    sheets_of_period,
    sheets_take,
    terms_of,
)
from jiyu.people.public import org_on, period_ensure
from jiyu.studio.public import edition_latest
from tests.companies import (
    HIRED,
    QUARTERLY,
    SYSTEM,
    aggregate,
    at,
    entry,
    indicator,
    metric,
    moment,
    review,
    roster,
    rules,
    sheets,
    who,
)  # fmt: skip

pytestmark = pytest.mark.django_db

HALF = [("signed", 50, 500), ("paid", 50, 100)]


@pytest.fixture(autouse=True)
def ready() -> None:
    """Two people, and a module with two indicators."""
    roster("000317", "000402")
    rules(module())


def module(**scheme: Any) -> dict[tuple[str, str], Any]:
    return review(
        {
            ("metric", "signed"): metric("额", aggregate("额", "crm", "signed")),
            ("metric", "paid"): metric("回/应", aggregate("回", "erp", "paid"), aggregate("应", "erp", "due"), unit="percent"),
            ("indicator", "signed"): indicator("signed", zh="签单额"),
            ("indicator", "paid"): indicator("paid", zh="回款率"),
        },
        **scheme,
    )  # fmt: skip


def take(*rows: str, head: str = "工号,指标编号,权重,目标值", period: str = "2026Q1") -> SheetsOutcome:
    text = "\n".join([head, *rows])
    return sheets_import(actor=SYSTEM, text=text, period_code=period, module_code=QUARTERLY)


def agree(*lines: LineEntry, number: str = "000317") -> tuple[Sheet, str]:
    return sheet_set(
        actor=SYSTEM, subject=who(number), period=period_ensure("2026Q1"), module_code=QUARTERLY, lines=lines
    )


def line(code: str = "signed", percent: float = 100, target: float | None = 100, **more: Any) -> LineEntry:
    micro = None if target is None else round(target * 1_000_000)
    return LineEntry(indicator=code, weight=round(percent * 10_000), target=micro, **more)


def refused(*lines: LineEntry) -> tuple[str, str]:
    """The code and path of the refusal; nothing may have been written."""
    with pytest.raises(DomainError) as error:
        agree(*lines)
    assert not Sheet.objects.exists()
    assert not Term.objects.exists()
    return error.value.code, error.value.path


def weights(number: str = "000317") -> list[tuple[int, int, int]]:
    """(line, weight, target) of somebody's sheet as agreed now."""
    sheet = sheet_of(subject=who(number), period_id=period_ensure("2026Q1").pk)
    assert sheet is not None
    terms = terms_of(sheet_ids=[sheet.pk], known_at=clock.now()).get(sheet.pk, [])
    return [(t.line, t.weight // 10_000, (t.target or 0) // 1_000_000) for t in terms]


# What may be agreed


@pytest.mark.parametrize("second", [49.99, 50.01, 40, 55])
def test_weights_come_to_exactly_a_hundred(second: float) -> None:
    assert refused(line(percent=50), line("paid", second)) == ("goals.weight_sum", "weight")


def test_the_refusal_says_what_the_weights_come_to() -> None:
    with pytest.raises(DomainError, match=r"99\.99 %"):
        agree(line(percent=50), line("paid", 49.99))


def test_a_negative_weight_is_refused_even_if_the_sum_is_a_hundred() -> None:
    assert refused(line(percent=110), line("paid", -10)) == ("goals.weight_range", "weight")


def test_a_line_that_only_watches_may_weigh_nothing() -> None:
    assert agree(line(percent=100), line("paid", 0))[1] == "made"


def test_each_section_comes_to_a_hundred_of_its_own() -> None:
    half = {"section_weight": 500_000}
    assert agree(line(percent=100, section="a", **half), line("paid", 100, section="b", **half))[1] == "made"


def test_sections_come_to_a_hundred_together() -> None:
    part = {"section_weight": 400_000}
    found = refused(line(percent=100, section="a", **part), line("paid", 100, section="b", **part))
    assert found == ("goals.section_weight_sum", "section_weight")


def test_the_lines_of_a_section_agree_on_its_weight() -> None:
    found = refused(line(percent=50, section_weight=1_000_000), line("paid", 50, section_weight=600_000))
    assert found == ("goals.section_weight_sum", "section_weight")


def test_a_sheet_has_a_line() -> None:
    assert refused() == ("goals.no_lines", "")


def test_more_than_twelve_lines_are_too_many() -> None:
    assert refused(*[line(percent=10)] * 13)[0] == "goals.too_many_lines"


def test_an_indicator_stands_once_in_a_sheet() -> None:
    assert refused(line(percent=60), line(percent=40)) == ("goals.indicator_twice", "indicator")


def test_a_name_that_is_not_the_number_s_refuses_that_sheet() -> None:
    head = "工号,姓名,指标编号,权重,目标值"
    name = org_on(on=date(2026, 3, 31), known_at=clock.now()).persons[who("000402")].name
    outcome = take("000317,张冠李戴,signed,100,500", f"000402,{name},signed,100,500", head=head)
    assert (outcome.made, [whom for whom, _why in outcome.refused]) == (1, ["000317（第 2 行）"])
    assert "表里的姓名是 张冠李戴，花名册里这个工号是" in outcome.refused[0][1]


def test_an_indicator_nobody_made_is_refused() -> None:
    assert refused(line("horoscope")) == ("goals.unknown_indicator", "indicator")


@pytest.mark.parametrize("target", [None, 0])
def test_a_ratio_needs_a_target_that_is_not_zero(target: float | None) -> None:
    assert refused(line("paid", target=target))[1] == "target"


def test_without_released_rules_there_is_no_sheet() -> None:
    with pytest.raises(DomainError) as error:
        take("000317,signed,100,500", period="2024Q4")
    assert error.value.code == "goals.no_rules"
    assert not Sheet.objects.exists()


def test_who_may_not_set_sheets_sets_none() -> None:
    with pytest.raises(NotAllowedError):
        sheet_set(
            actor=Actor(person_id=who("000317")), subject=who("000317"), period=period_ensure("2026Q1"),
            module_code=QUARTERLY, lines=[line()],
        )  # fmt: skip
    assert not Sheet.objects.exists()


# A file of sheets


def test_the_same_file_twice_changes_nothing() -> None:
    lines = {"000317": HALF, "000402": HALF}
    assert sheets(lines) == SheetsOutcome(made=2, changed=0, unchanged=0, refused=())
    before = (Term.objects.count(), AuditEntry.objects.count())
    assert sheets(lines) == SheetsOutcome(made=0, changed=0, unchanged=2, refused=())
    assert (Term.objects.count(), AuditEntry.objects.count()) == before


def test_one_bad_sheet_holds_nobody_up() -> None:
    outcome = take(
        "000317,signed,50,500",
        "000402,signed,100,500",
        "000317,paid,49,100",
        "000999,signed,100,500",
    )
    assert (outcome.made, len(outcome.refused)) == (1, 2)
    assert [where for where, _why in outcome.refused] == ["000317（第 2、4 行）", "000999（第 5 行）"]
    assert "99" in outcome.refused[0][1]
    assert weights("000402") == [(1, 100, 500)]


@pytest.mark.parametrize("bad", ["五百", "500万", "NaN", "Infinity", "-Infinity", "1e40", "--"])
@pytest.mark.parametrize("place", ["weight", "target"])
def test_a_number_nobody_can_read_refuses_that_sheet_only(bad: str, place: str) -> None:
    cells = f"{bad},500" if place == "weight" else f"100,{bad}"
    outcome = take(f"000317,signed,{cells}", "000402,signed,100,500")
    assert (outcome.made, len(outcome.refused)) == (1, 1)
    column = "权重" if place == "weight" else "目标值"
    told = f"第 2 行的{column}“{bad}”读不懂，写成数字，比如 40 或 98.5"
    assert outcome.refused[0] == ("000317（第 2 行）", told)


@pytest.mark.parametrize(
    "head",
    ["工号,指标编号,权重,目标值", "员工编号,指标代码,权重,目标", "employee_no,indicator,weight,target",
     "\ufeff工号,指标编号,权重,目标值", " 工号 , 指标编号,权重 ,目标值", "目标值,权重,指标编号,工号"],
    ids=["usual", "other words", "english", "bom", "spaces", "other order"],
)  # fmt: skip
def test_heads_are_read_as_people_write_them(head: str) -> None:
    row = "500,100,signed,000317" if head.startswith("目标值") else "000317,signed,100,500"
    assert take(row, head=head) == SheetsOutcome(made=1, changed=0, unchanged=0, refused=())
    assert weights() == [(1, 100, 500)]


def test_a_file_without_the_needed_columns_is_refused_with_what_it_has() -> None:
    with pytest.raises(DomainError, match="姓名、指标编号") as error:
        take("林晓峰,signed", head="姓名,指标编号")
    assert error.value.code == "goals.sheet_columns"


@pytest.mark.parametrize(
    ("first", "second"), [("40", "60"), ("40%", "60%"), ("0.4", "0.6"), ("40％", "60 %"), ("0.4", "60")]
)
def test_weights_are_read_as_percent_or_share(first: str, second: str) -> None:
    assert take(f"000317,signed,{first},500", f"000317,paid,{second},100").made == 1
    assert [w for _line, w, _target in weights()] == [40, 60]


@pytest.mark.parametrize(
    ("first", "second", "note"),
    [
        ("0.4", "0.6", "1 张表的权重写的是小数，按 1 = 100 % 读了"),
        ("0.4", "60", "1 张表的权重有小数也有百分数，只有各按各的读才合计 100 %，就这么读了"),
        ("40", "60", ""),
        ("40%", "60%", ""),
    ],
)
def test_weights_that_are_not_plain_percents_are_said_to_be_read_so(first: str, second: str, note: str) -> None:
    outcome = take(f"000317,signed,{first},500", f"000317,paid,{second},100")
    assert (outcome.made, outcome.notes) == (1, (note,) if note else ())


def test_half_a_percent_without_its_sign_is_told_by_the_sum() -> None:
    take("000317,signed,0.5,500", "000317,paid,99.5,100")
    assert [t.weight for t in Term.objects.order_by("line")] == [5_000, 995_000]


@pytest.mark.parametrize("small", ["0.4", "０．４"])
def test_fractions_beside_percents_that_make_no_hundred_are_refused_with_their_rows(small: str) -> None:
    outcome = take(f"000317,signed,{small},500", "000402,signed,100,500", "000317,paid,50,100")
    told = "第 2 行的权重写 0.4，第 4 行写 50：0.4 是 40% 还是 0.4%？同一张表写成一样的，都写百分数，或者都写小数"
    assert (outcome.made, outcome.refused) == (1, (("000317（第 2、4 行）", told),))
    assert sheet_of(subject=who("000317"), period_id=period_ensure("2026Q1").pk) is None


def test_a_weight_of_one_alone_among_sheets_in_percents_is_refused() -> None:
    outcome = take("000317,signed,1,500", "000402,signed,60,500", "000402,paid,40,100")
    assert (outcome.made, [whom for whom, _why in outcome.refused]) == (1, ["000317（第 2 行）"])
    assert "是 1% 还是 100%？" in outcome.refused[0][1]
    assert take("000317,signed,1,500").made == 1, "alone in its file it is everything"


# Numbers that can mean two things


@pytest.mark.parametrize("written", ["0.98", "1", "1.5", "-0.98"])
def test_a_small_bare_target_of_a_percent_metric_is_not_guessed(written: str) -> None:
    outcome = take(f"000317,paid,100,{written}", "000402,paid,100,97")
    assert (outcome.made, [whom for whom, _why in outcome.refused]) == (1, ["000317（第 2 行）"])
    percent = f"{float(written) * 100:g}%"
    assert f"“回款率”的目标值写的是 {written}：你是指 {percent} 还是 {written}%？" in outcome.refused[0][1]
    assert f"在文件里写成 {percent} 或 {written}%" in outcome.refused[0][1]


@pytest.mark.parametrize(
    ("written", "target"), [("98", 98_000_000), ("98%", 98_000_000), ("0.98%", 980_000), ("9８.5％", 98_500_000),
                            ("1.6", 1_600_000), ("150", 150_000_000)]
)  # fmt: skip
def test_a_target_with_its_sign_or_above_one_and_a_half_is_certain(written: str, target: int) -> None:
    assert take(f"000317,paid,100,{written}").refused == ()
    assert Term.objects.get().target == target


def test_small_numbers_of_other_units_are_what_they_are() -> None:
    assert take("000317,signed,100,0.98").refused == ()
    assert Term.objects.get().target == 980_000


def test_a_percent_of_something_that_is_no_rate_is_refused() -> None:
    outcome = take("000317,signed,100,98%")
    assert outcome.refused == (("000317（第 2 行）", "“98%”的单位对不上。这一项没有单位，只写数"),)


@pytest.mark.parametrize(("said", "target"), [("fraction", 98_000_000), ("percent", 980_000)])
def test_what_small_numbers_were_said_to_be_is_taken(said: str, target: int) -> None:
    rows = [(1, ["工号", "指标编号", "权重", "目标值"]), (2, ["000317", "paid", "100", "0.98"])]
    done = sheets_take(actor=SYSTEM, rows=rows, period_code="2026Q1", module_code=QUARTERLY, meant={"paid": said})
    assert (done.made, Term.objects.get().target) == (1, target)


# Indicators by their names, and everything wrong at once


def test_an_indicator_may_be_written_by_its_name() -> None:
    assert take("000317,签单额,60,500", "000317,回 款率,40,98", head="工号,指标,权重,目标值").refused == ()
    assert weights() == [(1, 60, 500), (2, 40, 98)]


def test_a_name_slightly_wrong_is_refused_with_the_nearest_ones() -> None:
    outcome = take("000317,签单俄,100,500", "000402,星座,100,500")
    assert outcome.refused == (
        ("000317（第 2 行）", "指标库里没有“签单俄”。你是指 “签单额”（signed）？照它的名字或编号改"),
        ("000402（第 3 行）", "指标库里没有“星座”。看看是不是写错了编号，或先建这个指标"),
    )
    assert not Sheet.objects.exists()


def test_a_name_that_two_indicators_bear_asks_for_the_code() -> None:
    rules({**module(), ("indicator", "again"): indicator("paid", zh="回款率")})
    outcome = take("000317,回款率,100,98")
    assert outcome.refused == (("000317（第 2 行）", "有 2 个指标叫“回款率”。写编号：again、paid"),)


def test_every_problem_of_a_file_is_told_at_once() -> None:
    outcome = take(
        "000317,签单俄,50,一百",
        "000317,paid,50,五",
        "000402,signed,30,500",
        "000402,paid,60,0.9",
        "000999,paid,100,98",
    )
    assert (outcome.returned, [where for where, _why in outcome.refused]) == (
        3,
        [
            "000317（第 2 行）",
            "000317（第 2 行）",
            "000317（第 3 行）",
            "000402（第 4、5 行）",
            "000402（第 5 行）",
            "000999（第 6 行）",
        ],
    )
    assert not Sheet.objects.exists()


def test_half_a_percent_is_half_a_percent() -> None:
    take("000317,signed,0.5%,500", "000317,paid,99.5%,100")
    assert [t.weight for t in Term.objects.order_by("line")] == [5_000, 995_000]


def test_thousands_and_six_decimals_are_kept_exactly() -> None:
    take('000317,signed,100,"1,234,567.123456"')
    assert Term.objects.get().target == 1_234_567_123_456


def test_empty_rows_and_rows_cut_short_are_no_lines() -> None:
    assert take("000317,signed,100,500", ",,,", "", "000402,signed").made == 1


def test_a_line_that_does_not_apply_is_written_down_as_that() -> None:
    take("000317,signed,60,500,", "000317,paid,40,100,不适用", head="工号,指标编号,权重,目标值,适用")
    assert list(Term.objects.order_by("line").values_list("is_applicable", flat=True)) == [True, False]


def test_the_lines_of_one_person_may_stand_apart_in_the_file() -> None:
    take("000317,signed,50,500", "000402,signed,100,500", "000317,paid,50,100")
    assert weights() == [(1, 50, 500), (2, 50, 100)]


# Two times


def test_a_changed_sheet_keeps_what_was_agreed_before() -> None:
    with at(1, 5):
        sheets({"000317": HALF})
    with at(2, 5):
        assert sheets({"000317": [("signed", 60, 500), ("paid", 40, 100)]}).changed == 1
    sheet = Sheet.objects.get()
    then, now = (
        [t.weight for t in terms_of(sheet_ids=[sheet.pk], known_at=k)[sheet.pk]] for k in (moment(2, 4), moment(2, 6))
    )
    assert (then, now, sheet.rev) == ([500_000, 500_000], [600_000, 400_000], 2)
    assert Term.objects.filter(superseded_at=moment(2, 5)).count() == 2


def test_before_it_was_agreed_a_sheet_asks_for_nothing() -> None:
    with at(2, 5):
        sheets({"000317": HALF})
    assert terms_of(sheet_ids=[Sheet.objects.get().pk], known_at=moment(2, 4)) == {}


def test_a_refused_change_leaves_the_agreed_lines() -> None:
    sheets({"000317": HALF})
    assert len(sheets({"000317": [("signed", 50)]}).refused) == 1
    assert weights() == [(1, 50, 500), (2, 50, 100)]
    assert Sheet.objects.get().rev == 1


def test_agreed_terms_never_change() -> None:
    sheets({"000317": HALF})
    with pytest.raises(InsertOnlyError):
        Term.objects.update(weight=1)
    with pytest.raises(InsertOnlyError):
        Term.objects.all().delete()


def test_terms_hold_for_the_days_of_the_period() -> None:
    sheets({"000317": HALF})
    assert set(Term.objects.values_list("from_on", "to_on")) == {(date(2026, 1, 1), date(2026, 4, 1))}


# The edition a sheet was made with


def test_a_sheet_keeps_the_edition_it_was_made_with() -> None:
    """Newer rules for the same day change no sheet under way (DESIGN §2); a changed line still means the old rules."""
    sheets({"000317": HALF})
    made_with = Sheet.objects.get().edition
    rules({**module(), ("indicator", "signed"): indicator("signed", {"kind": "linear", "cap": "150"})})
    sheets({"000317": [("signed", 60, 500), ("paid", 40, 100)], "000402": HALF})
    kept, new = (Sheet.objects.get(subject=who(n)) for n in ("000317", "000402"))
    latest = edition_latest(QUARTERLY)
    assert latest is not None
    assert (kept.edition, kept.rev, new.edition) == (made_with, 2, latest.id)
    versions = Term.objects.filter(superseded_at=None, line=1)
    assert versions.get(sheet=kept).indicator_version != versions.get(sheet=new).indicator_version


def test_newer_rules_alone_change_no_sheet() -> None:
    sheets({"000317": HALF})
    rules({**module(), ("indicator", "signed"): indicator("signed", {"kind": "linear", "cap": "150"})})
    assert sheets({"000317": HALF}).unchanged == 1


def test_a_second_module_does_not_take_somebodys_sheet_over() -> None:
    sheets({"000317": HALF})
    rules(module(), module="monthly")
    outcome = sheets({"000317": HALF}, module="monthly")
    assert [where for where, _why in outcome.refused] == ["000317（第 2、3 行）"]
    assert weights() == [(1, 50, 500), (2, 50, 100)]


# Reading


def test_who_left_during_the_period_still_has_a_sheet() -> None:
    roster(entry("000888", left_on=date(2026, 2, 21)), on=HIRED + timedelta(1))
    assert sheets({"000888": HALF}).made == 1


def test_sheets_of_a_period_are_those_of_that_period() -> None:
    sheets({"000317": HALF}, period="2026Q1")
    sheets({"000402": HALF}, period="2026Q2")
    found = sheets_of_period(period_id=period_ensure("2026Q1").pk)
    assert [s.subject for s in found] == [who("000317")]
    assert sheets_of_period(period_id=period_ensure("2026Q1").pk, edition_ids=[]) == []
    assert sheet_of(subject=who("000402"), period_id=period_ensure("2026Q1").pk) is None
