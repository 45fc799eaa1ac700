"""A 花名册 read as it is: taken, asked, changed, skipped (CASES B1, RULES "花名册")."""

from __future__ import annotations

from datetime import date

import pytest

from jiyu.sources.roster.result import Answer, KnownPeople
from tests.sources.roster_files import B1, HEAD, asked, known_from, people_of, read, read_book, settle

# ── B1 ────────


def test_b1_counts_and_what_was_understood() -> None:
    reading = read(B1)
    assert reading.counts.zh == "读到 8 人 · 导入 5 · 待处理 3 行 · 跳过 3 行"
    assert reading.understood.zh == "表头在第 2 行 · 5 列都认得：工号 姓名 部门 直接上级 入职日期"
    assert people_of(reading) == {
        "000317": "林晓峰",
        "000318": "张伟",
        "000011": "赵刚",
        "000005": "周建国",
        "000210": "王敏",
    }
    assert [place.row for place in reading.set_aside] == [5, 9, 10]
    assert [(row.place.row, row.kind, row.text) for row in reading.skipped] == [
        (1, "title", "衡川花名册"),
        (11, "total", "合计 8人"),
        (12, "blank", ""),
    ]


def test_b1_says_what_it_changed() -> None:
    changes = [(change.field, change.before, change.after, change.why.zh) for change in read(B1).changes]
    assert changes == [
        ("number", "317", "000317", "补前导零，和其他人一样 6 位"),
        ("hired_on", "43983", "2020-06-01", "Excel 的日期序号（第 8 行 王敏）"),
        (
            "hired_on",
            "2023/7/3、2019.03.11、20210601、2011年3月1日",
            "2019-03-11",
            "4 种写法都读懂了，统一成 2019-03-11 这样",
        ),
    ]


def test_b1_problems_word_for_word() -> None:
    twice, day, lead = read(B1).problems
    assert (twice.rows, twice.title.zh) == ((5, 9), "工号 000402 出现了 2 次")
    assert twice.detail.zh == "张伟（销售部，上级 王敏）和 欧阳海（销售部，上级 王敏）。两行都先放一边，没有导入。"
    assert [option.label.zh for option in twice.options] == ["000402 是张伟", "000402 是欧阳海", "问王敏"]
    assert (day.rows, day.title.zh) == ((10,), "2026/2/30 不存在")
    assert day.detail.zh == "阿依古丽·买买提（000511，二车间）的入职日期。2026 年 2 月只有 28 天。"
    assert [option.label.zh for option in day.options] == ["填正确日期", "先空着"]
    assert (lead.rows, lead.title.zh) == ((10,), "张伟有 2 个")
    assert lead.detail.zh == "阿依古丽·买买提的直接上级写“张伟”：一车间 000318、待处理的 000402。我们不猜。"
    assert [option.label.zh for option in lead.options] == ["000318 · 一车间", "000402 · 销售部", "先空着"]


def test_b1_leads_that_nobody_can_know_wait_to_be_claimed() -> None:
    reading = read(B1)
    assert [(problem.rows, problem.title.zh, problem.detail.zh) for problem in reading.unresolved] == [
        ((7,), "周建国 没写上级", "是全公司最上面一级吗？"),
        ((8,), "王敏 的上级写的是“李总”", "花名册里没有这个人。"),
    ]
    leads = {person.number: (person.lead.state, person.lead.number) for person in reading.people}
    assert leads["000317"] == ("resolved", "000011")
    assert leads["000005"] == leads["000210"] == ("unclaimed", "")


def test_b1_units_with_taken_and_waiting() -> None:
    assert [(unit.path, unit.taken, unit.waiting) for unit in read(B1).units] == [
        (("一车间",), 4, 0),
        (("销售部",), 1, 2),
        (("二车间",), 0, 1),
    ]


def test_b1_the_same_file_again_changes_nothing() -> None:
    reading = read(B1)
    again = read(B1, known=known_from(reading))
    assert again.counts.zh == "读到 8 人 · 导入 0 · 更新 0 · 待处理 3 行 · 跳过 3 行"
    assert {person.change for person in again.people} == {"same"}


def test_b1_answers_settle_row_by_row() -> None:
    answers: dict[str, Answer | str] = {"number_twice:000402": "row:5"}
    reading = settle(B1, answers)
    assert people_of(reading)["000402"] == "张伟"
    assert reading.counts.zh == "读到 8 人 · 导入 6 · 待处理 2 行 · 跳过 3 行"
    assert asked(reading)["number:9"].title.zh == "欧阳海 没有工号"
    assert asked(reading)["number:9"].detail.zh == "销售部。000402 已经给了别人。"
    assert "销售部 000402" in asked(reading)["lead:000511"].detail.zh
    answers |= {"number:9": Answer("number", "403"), "hired_on:10": Answer("date", "2026-02-28")}
    reading = settle(B1, answers)
    assert people_of(reading)["000403"] == "欧阳海"
    assert reading.counts.zh == "读到 8 人 · 导入 8 · 待处理 0 行 · 跳过 3 行"
    ayiguli = next(person for person in reading.people if person.number == "000511")
    assert (ayiguli.hired_on, ayiguli.lead.state) == (date(2026, 2, 28), "unclaimed")
    reading = settle(
        B1, answers | {"lead:000511": "person:000402", "lead:000005": "top", "lead:000210": "person:000005"}
    )
    leads = {person.number: (person.lead.state, person.lead.number) for person in reading.people}
    assert (leads["000511"], leads["000005"], leads["000210"]) == (
        ("resolved", "000402"),
        ("top", ""),
        ("resolved", "000005"),
    )
    assert not reading.problems and not reading.unresolved


def test_b1_a_blank_date_takes_the_person_and_a_wrong_answer_does_not() -> None:
    taken = settle(B1, {"hired_on:10": "blank"})
    assert next(p.hired_on for p in taken.people if p.number == "000511") is None
    for value in ("2026-02-31", "不知道"):
        reading = settle(B1, {"hired_on:10": Answer("date", value)})
        assert "000511" not in people_of(reading)
        assert asked(reading)["hired_on:10"].answered == "date"


def test_asking_somebody_leaves_the_rows_aside() -> None:
    reading = settle(B1, {"number_twice:000402": "ask"})
    assert reading.counts.zh == "读到 8 人 · 导入 5 · 待处理 3 行 · 跳过 3 行"
    assert asked(reading)["number_twice:000402"].answered == "ask"


def test_every_question_has_both_languages_and_two_or_three_answers() -> None:
    rows = [
        *B1[:10],
        ["", "无号", "二车间", "", ""],
        ["1.1E+17", "乱号", "", "", ""],
        ["000600", "", "", "", ""],
        ["000601", "甲", "二车间", "甲", "2021.6"],
    ]
    reading = read(rows)
    assert len(asked(reading)) >= 8
    for problem in asked(reading).values():
        assert 2 <= len(problem.options) <= 3, problem.code
        for text in (problem.title, problem.detail, *[option.label for option in problem.options]):
            assert text.zh and text.en
            assert "{" not in text.zh + text.en
        assert len({option.key for option in problem.options}) == len(problem.options)


# ── the mess ────────


def test_two_head_rows_and_merged_units_are_read() -> None:
    rows = [
        ["员工花名册", None, None, None, None],
        ["工号", "姓名", "所属部门", None, "入职日期"],
        [None, None, "一级部门", "二级部门", None],
        ["000001", "甲", "一车间", "CNC线", "2020-01-02"],
        ["000002", "乙", None, None, "2020-01-03"],
        ["000003", "丙", None, "磨齿线", "2020-01-04"],
    ]
    reading = read(rows, merges=["A1:E1", "A2:A3", "B2:B3", "C2:D2", "E2:E3", "C4:C6", "D4:D5"])
    assert [person.unit_path for person in reading.people] == [
        ("一车间", "CNC线"),
        ("一车间", "CNC线"),
        ("一车间", "磨齿线"),
    ]
    assert [(unit.path, unit.taken) for unit in reading.units] == [
        (("一车间",), 3),
        (("一车间", "CNC线"), 2),
        (("一车间", "磨齿线"), 1),
    ]
    assert [row.place.row for row in reading.skipped] == [1]


@pytest.mark.parametrize("written", ["生产中心/一车间/CNC线", "生产中心>一车间>CNC线", "生产中心 \\ 一车间 \\ CNC线"])
def test_a_path_in_one_cell_becomes_levels(written: str) -> None:
    assert read([HEAD, ["000001", "甲", written, "", ""]]).people[0].unit_path == (
        "生产中心",
        "一车间",
        "CNC线",
    )


def test_blank_units_below_filled_ones_are_filled_only_on_request() -> None:
    rows = [HEAD, ["000001", "甲", "一车间", "", ""], ["000002", "乙", "", "", ""]]
    reading = read(rows)
    assert [person.unit_path for person in reading.people] == [("一车间",), ()]
    assert asked(reading)["unit_gaps"].rows == (3,)
    assert [person.unit_path for person in read(rows, unit_gaps="fill").people] == [("一车间",), ("一车间",)]
    assert "unit_gaps" not in asked(read(rows, unit_gaps="blank"))


def test_leavers_are_known_by_sheet_state_and_note() -> None:
    head = ["工号", "姓名", "状态", "备注", "离职日期"]
    reading = read_book(
        {
            "在职": [
                head,
                ["000001", "甲", "在职", "", ""],
                ["000002", "乙", "离职", "", "2026-01-31"],
                ["000003", "丙", "", "产假", ""],
                ["000004", "丁", "", "退休返聘", ""],
                ["000005", "戊", "试用期", "", ""],
                ["000006", "己", "", "2022年工伤一次，现已恢复正常上班", ""],
            ],
            "离职": [head, ["000007", "庚", "", "", "2025-12-31"]],
        }
    )
    states = {person.name: (person.status, person.left_on, person.status_note) for person in reading.people}
    assert states == {
        "甲": ("active", None, ""),
        "乙": ("left", date(2026, 1, 31), ""),
        "丙": ("leave", None, "产假"),
        "丁": ("active", None, "退休返聘"),
        "戊": ("probation", None, "试用期"),
        "己": ("active", None, ""),
        "庚": ("left", date(2025, 12, 31), ""),
    }
    assert next(p.employment_kind for p in reading.people if p.name == "丁") == "rehired"


@pytest.mark.parametrize(
    ("label", "word", "status"),
    [
        ("是否在职", "否", "left"),
        ("是否在职", "是", "active"),
        ("是否离职", "是", "left"),
        ("是否离职", "否", "active"),
    ],
)
def test_yes_and_no_follow_the_question_in_the_head(label: str, word: str, status: str) -> None:
    assert read([["工号", "姓名", label], ["000001", "甲", word]]).people[0].status == status


def test_grey_rows_are_asked_about_once_and_settled_together() -> None:
    rows = [HEAD, *[[f"{n:06d}", f"员{n}", "一车间", "", ""] for n in range(1, 11)]]
    reading = read(rows, grey=[4, 5])
    assert asked(reading)["greyed"].rows == (4, 5)
    assert len(reading.people) == 8
    left = read(rows, grey=[4, 5], greyed="left")
    assert [person.status for person in left.people].count("left") == 2
    assert len(read(rows, grey=[4, 5], greyed="working").people) == 10


def test_every_second_row_grey_is_only_a_look() -> None:
    rows = [HEAD, *[[f"{n:06d}", f"员{n}", "一车间", "", ""] for n in range(1, 9)]]
    assert len(read(rows, grey=[2, 4, 6, 8]).people) == 8


def test_a_repeated_head_a_sum_and_a_note_are_nobody() -> None:
    rows = [
        HEAD,
        ["000001", "甲", "一车间", "", ""],
        ["小计", "1人"],
        HEAD,
        ["000002", "乙", "二车间", "", ""],
        ["制表人：许静"],
    ]
    reading = read(rows)
    assert people_of(reading) == {"000001": "甲", "000002": "乙"}
    assert [(row.place.row, row.kind) for row in reading.skipped] == [(3, "total"), (4, "head"), (6, "note")]


def test_the_same_row_twice_is_one_person() -> None:
    row = ["000001", "甲", "一车间", "", "2020-01-02"]
    reading = read([HEAD, row, row])
    assert people_of(reading) == {"000001": "甲"}
    assert [(s.place.row, s.kind, s.text) for s in reading.skipped] == [(3, "duplicate", "和第 2 行一样：甲")]


def test_one_person_on_two_sheets_is_asked_by_row() -> None:
    sheets = {
        "在职": [HEAD, ["000001", "甲", "一车间", "", ""]],
        "离职": [HEAD, ["000001", "甲", "一车间", "", ""]],
    }
    question = asked(read_book(sheets))["number_twice:000001"]
    assert [option.label.zh for option in question.options] == [
        "按第 2 行（在职）",
        "按第 2 行（已离职）",
        "先放一边",
    ]
    reading = read_book(sheets, answers={"number_twice:000001": question.options[1].key})
    assert [person.status for person in reading.people] == ["left"]
    assert [row.kind for row in reading.skipped] == ["duplicate"]


def test_rows_without_number_or_name_are_asked_and_may_be_dropped() -> None:
    rows = [
        HEAD,
        ["", "甲", "一车间", "", "2020-01-02"],
        ["000002", "", "一车间", "", "2020-01-02"],
        ["000003", "丙", "", "", ""],
    ]
    reading = read(rows)
    assert people_of(reading) == {"000003": "丙"}
    assert {"number:2", "name:3"} <= asked(reading).keys()
    settled = settle(rows, {"number:2": Answer("number", "1"), "name:3": Answer("name", "乙 乙")})
    assert people_of(settled) == {"000001": "甲", "000002": "乙乙", "000003": "丙"}
    dropped = settle(rows, {"number:2": "drop", "name:3": "drop"})
    assert (people_of(dropped), [row.kind for row in dropped.skipped]) == (
        {"000003": "丙"},
        ["dropped", "dropped"],
    )


def test_months_without_a_day_and_unclear_orders_are_asked() -> None:
    rows = [
        ["工号", "姓名", "入职日期", "出生日期"],
        ["000001", "甲", "2021.6", "3/4/1990"],
        ["000002", "乙", "2021-06-02", "5/6/1991"],
    ]
    reading = read(rows)
    assert people_of(reading) == {}
    assert asked(reading)["hired_on:2"].title.zh == "2021.6 缺了哪一天"
    assert asked(reading)["order:born_on"].rows == (2, 3)
    settled = settle(rows, {"hired_on:2": Answer("date", "2021-06-01"), "order:born_on": "mdy"})
    assert [(p.hired_on, p.born_on) for p in settled.people] == [
        (date(2021, 6, 1), date(1990, 3, 4)),
        (date(2021, 6, 2), date(1991, 5, 6)),
    ]


def test_the_order_of_day_and_month_is_judged_over_the_column() -> None:
    rows = [["工号", "姓名", "入职日期"], ["000001", "甲", "3/4/2020"], ["000002", "乙", "25/12/2020"]]
    assert [person.hired_on for person in read(rows).people] == [date(2020, 4, 3), date(2020, 12, 25)]


def test_dates_that_cross_are_asked() -> None:
    rows = [["工号", "姓名", "入职日期", "离职日期"], ["000001", "甲", "2024-05-01", "2023-05-01"]]
    assert asked(read(rows))["crossed:left_on:2"].title.zh == "离职日期 2023-05-01 早于入职日期 2024-05-01"
    blank = settle(rows, {"crossed:left_on:2": "blank"})
    assert [(p.status, p.left_on) for p in blank.people] == [("left", None)]


def test_zeros_are_restored_to_the_companys_width_or_not_at_all() -> None:
    rows = [["工号", "姓名"], [317, "甲"], [1318, "乙"]]
    assert people_of(read(rows)) == {"317": "甲", "1318": "乙"}
    assert people_of(read(rows, known=KnownPeople((), 6))) == {"000317": "甲", "001318": "乙"}


# ── days that cannot be meant ────────


def dated(*days: object, head: str = "入职日期") -> list[list[object]]:
    """A roster of people with one date each."""
    return [["工号", "姓名", head], *[[f"00000{n}", f"员工{n}", day] for n, day in enumerate(days, 1)]]


@pytest.mark.parametrize("head", ["入职日期", "转正日期", "离职日期"])
def test_a_day_more_than_a_year_ahead_is_asked_about(head: str) -> None:
    reading = read(dated("2027-04-10", date(2099, 5, 13), "2027-04-09", head=head))
    assert [(p.code, p.rows, p.title.zh) for p in reading.problems] == [
        ("roster.far_ahead", (2,), "2027-04-10 在一年以后"),
        ("roster.far_ahead", (3,), "2099-05-13 在一年以后"),
    ]
    assert [option.label.zh for option in reading.problems[0].options] == ["填正确日期", "就按这一天", "先空着"]
    assert [person.number for person in reading.people] == ["000003"]


def test_a_day_far_ahead_is_taken_when_it_is_meant_corrected_or_left_blank() -> None:
    rows = dated("2028-01-01", "2029-01-01", "2030-01-01")
    keys = [problem.key for problem in read(rows).problems]
    answers = dict(zip(keys, ("as_dated", Answer("date", "2025-01-01"), "blank"), strict=True))
    reading = settle(rows, answers)
    assert reading.problems == ()
    assert [person.hired_on for person in reading.people] == [date(2028, 1, 1), date(2025, 1, 1), None]


@pytest.mark.parametrize("head", ["入职日期", "出生日期"])
@pytest.mark.parametrize("day", ["1900-01-01", "1900/1/0", "1900-01-00", date(1899, 12, 31), date(1900, 1, 1)])
def test_an_empty_cell_that_excel_shows_as_a_date_is_no_date(day: object, head: str) -> None:
    reading = read(dated(day, "1988-05-01", head=head))
    (problem,) = reading.problems
    assert problem.rows == (2,)
    assert problem.code in ("roster.long_ago", "date.out_of_range")
    assert [option.key for option in problem.options] == ["date", "blank"]
    assert len(settle(dated(day, "1988-05-01", head=head), {problem.key: "blank"}).people) == 2


def test_nobody_is_born_in_the_future() -> None:
    rows = dated("2026-04-09", "2026-04-08", head="出生日期")
    (problem,) = read(rows).problems
    assert (problem.code, problem.rows) == ("roster.not_born", (2,))
    assert settle(rows, {problem.key: Answer("date", "2026-05-01")}).problems[0].code == "roster.not_born"
