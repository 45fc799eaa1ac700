"""Attendance tables of symbols: told apart where all are known, asked once where not, remembered for the next month."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest

from jiyu.lib.tables import TableFile
from jiyu.sources.mappings.legends import legend_in
from jiyu.sources.mappings.meanings import choices_for, meaning_answer, parse_meaning
from jiyu.sources.mappings.proposal import MappingProposal, propose_mapping
from jiyu.sources.mappings.symbols import read_cell
from tests.sources.test_mapping_proposal import keys, mapped, problems, proposed, xlsx_file

WHOLE, HALF = 1_000_000, 500_000
LEGEND = {
    "√": (("days_present", WHOLE),),
    "△": (("personal_leave", WHOLE),),
    "夜": (("night_shifts", WHOLE),),
    "半": (("days_present", HALF),),
    "迟": (("late", WHOLE),),
    "病": (("sick_leave", WHOLE),),
    "休": (("rest_days", WHOLE),),
    "◇": (),
    "☾": (("days_present", WHOLE), ("night_shifts", WHOLE)),
    "0-9": (("work_hours", WHOLE),),
    "√0-9": (("overtime_hours", WHOLE),),
    "病0-9": (("sick_leave", WHOLE),),
}


def month_table(*cells: object, note: str = "", month: str = "2026年3月") -> TableFile:
    """A table of one person, whose days of the month hold these cells."""
    rows: list[Sequence[object]] = [
        [f"一车间考勤表 {month}"],
        ["工号", "姓名", *range(1, 32)],
        ["000317", "甲", *cells],
    ]
    return xlsx_file([*rows, [note]] if note else rows)


def days(file: TableFile, answers: Mapping[str, str] | None = None) -> list[dict[str, int]]:
    return [row.measures for row in mapped(file, answers)]


def believed(proposal: MappingProposal) -> dict[str, str]:
    return {one.symbol: one.answer for one in proposal.symbols}


# ── one cell ────────


@pytest.mark.parametrize(
    ("text", "counted"),
    [
        ("√", {"days_present": WHOLE}),
        ("半", {"days_present": HALF}),
        ("√+夜", {"days_present": WHOLE, "night_shifts": WHOLE}),
        ("√夜", {"days_present": WHOLE, "night_shifts": WHOLE}),
        ("夜√", {"days_present": WHOLE, "night_shifts": WHOLE}),
        ("√/△", {"days_present": HALF, "personal_leave": HALF}),
        ("√△", {"days_present": HALF, "personal_leave": HALF}),
        ("√、△", {"days_present": HALF, "personal_leave": HALF}),
        ("√\n△", {"days_present": HALF, "personal_leave": HALF}),
        ("√√", {"days_present": WHOLE}),
        ("√/-", {"days_present": HALF}),
        ("√迟", {"days_present": WHOLE, "late": WHOLE}),
        ("√(迟)", {"days_present": WHOLE, "late": WHOLE}),
        ("√/迟", {"days_present": WHOLE, "late": WHOLE}),
        ("√◇", {"days_present": WHOLE}),
        ("◇", {}),
        ("☾", {"days_present": WHOLE, "night_shifts": WHOLE}),
        ("√+☾", {"days_present": WHOLE, "night_shifts": WHOLE}),
        ("√☾", {"days_present": WHOLE, "night_shifts": WHOLE}),
        ("√+2.5", {"days_present": WHOLE, "overtime_hours": 2_500_000}),
        ("√+2h", {"days_present": WHOLE, "overtime_hours": 2_000_000}),
        ("+2", {"overtime_hours": 2_000_000}),
        ("8", {"work_hours": 8_000_000}),
        ("8+2", {"work_hours": 8_000_000, "overtime_hours": 2_000_000}),
        ("4/4", {"work_hours": 8_000_000}),
        ("√2", {"days_present": WHOLE, "overtime_hours": 2_000_000}),
        ("病0.5", {"sick_leave": HALF}),
    ],
)
def test_a_cell_counts_what_its_symbols_say(text: str, counted: dict[str, int]) -> None:
    assert read_cell(text, LEGEND, "overtime_hours").counted == counted


@pytest.mark.parametrize(
    ("text", "unknown"),
    [
        ("◎", ["◎"]),
        ("√◎", ["√◎"]),
        ("√/◎", ["◎"]),
        ("病休", ["病休"]),  # a word of two characters, not half sick and half at rest
        ("√半", ["√半"]),  # a day and a half, or the half of it?
        ("√/", ["√/"]),
        ("半天", ["半天"]),
        ("A1", ["A1"]),
        ("夜2", ["夜0-9"]),
    ],
)
def test_what_cannot_be_told_apart_is_unknown_and_counts_nothing(text: str, unknown: list[str]) -> None:
    read = read_cell(text, LEGEND, "overtime_hours")
    assert (read.unknown, read.counted) == (unknown, {})


# ── answers ────────


@pytest.mark.parametrize("answer", ["ignore", "days_present", "days_present*0.5", "days_present+night_shifts"])
def test_an_answer_and_what_it_counts_say_the_same(answer: str) -> None:
    counts = parse_meaning(answer)
    assert counts is not None
    assert meaning_answer(counts) == answer


@pytest.mark.parametrize("answer", ["", "zzz", "days_present*2", "days_present*0", "days_present*0.0", "late+absent"])
def test_an_answer_that_means_nothing_is_none(answer: str) -> None:
    assert parse_meaning(answer) is None


@pytest.mark.parametrize("symbol", ["◎", "0-9", "√0-9"])
def test_every_choice_is_an_answer(symbol: str) -> None:
    choices = [answer for answer, _words in choices_for(symbol)]
    assert choices[-1] == "ignore"
    assert all(parse_meaning(answer) is not None for answer in choices)


# ── the file ────────


def test_symbols_without_a_sure_meaning_are_asked_with_where_they_stand() -> None:
    _, proposal = proposed(month_table("√", "×", "×", "半", 8, "√2", "√"))
    assert keys(proposal) == ["symbol:×", "symbol:半", "symbol:0-9", "symbol:√0-9"]
    assert [(one.symbol, one.times, one.address, one.text, one.answer) for one in proposal.symbols] == [
        ("√", 3, "C3", "√", "days_present"),
        ("×", 2, "D3", "×", ""),
        ("半", 1, "F3", "半", ""),
        ("0-9", 1, "G3", "8", ""),
        ("√0-9", 1, "H3", "√2", ""),
    ]


@pytest.mark.parametrize("symbol", ["×", "△", "○", "8"])
def test_what_means_something_else_in_every_company_is_never_taken_silently(symbol: str) -> None:
    file = month_table("√", symbol)
    assert len(proposed(file)[1].questions) == 1
    assert [code for _row, code, _column in problems(file)] == ["mapping.unknown_symbol"]


@pytest.mark.parametrize(
    "note",
    [
        "备注：出勤√ 事假△ 病假○ 旷工×",
        "出勤：√，事假：△，病假：○，旷工：×",
        "√出勤 △事假 ○病假 ×旷工",
        "√=出勤、△=事假、○=病假、×=旷工",
    ],
)
def test_a_printed_legend_says_what_its_symbols_mean(note: str) -> None:
    _, proposal = proposed(month_table("√", "△", "○", "×", note=note))
    assert keys(proposal) == []
    assert believed(proposal) == {"√": "days_present", "△": "personal_leave", "○": "sick_leave", "×": "absent"}


def test_a_word_that_is_its_own_symbol_is_read_from_a_legend() -> None:
    file = month_table("√", note="出勤：√ 夜班：夜 加班另计")
    head = proposed(file)[1].head
    assert head is not None
    assert legend_in(file.sheets[0], head) == {"√": "days_present", "夜": "night_shifts"}


def test_a_night_alone_is_asked_whether_it_is_a_day_present() -> None:
    assert keys(proposed(month_table("√", "√+夜"))[1]) == []
    file = month_table("√", "夜", "√夜")
    assert keys(proposed(file)[1]) == ["symbol:夜"]
    assert days(file, {"symbol:夜": "days_present+night_shifts"}) == [
        {"days_present": WHOLE},
        {"days_present": WHOLE, "night_shifts": WHOLE},
        {"days_present": WHOLE, "night_shifts": WHOLE},
    ]


def test_answers_give_a_meaning_an_amount_or_nothing() -> None:
    answers = {"symbol:半": "days_present*0.5", "symbol:G": "ignore", "symbol:0-9": "work_hours"}
    file = month_table("半", "G", 8)
    assert keys(proposed(file, answers)[1]) == []
    assert days(file, answers) == [{"days_present": HALF}, {"work_hours": 8_000_000}]
    assert [(m.code, m.unit) for m in proposed(file, answers)[0].measures] == [
        ("days_present", "day"),
        ("work_hours", "hour"),
        ("overtime_hours", "hour"),
    ]


def test_a_symbol_written_together_waits_for_the_one_that_stands_alone() -> None:
    file = month_table("√", "√G", "G")
    _, proposal = proposed(file)
    assert keys(proposal) == ["symbol:G"]
    assert believed(proposal) == {"√": "days_present", "G": ""}
    assert days(file, {"symbol:G": "personal_leave"})[1] == {"days_present": HALF, "personal_leave": HALF}
    assert keys(proposed(file, {"symbol:G": "days_present*0.5"})[1]) == ["symbol:√G"]


def test_an_answer_wins_over_what_is_printed_and_what_is_sure() -> None:
    file = month_table("√", "△", note="出勤√ 事假△")
    answers = {"symbol:√": "travel_days", "symbol:△": "sick_leave"}
    assert days(file, answers) == [{"travel_days": WHOLE}, {"sick_leave": WHOLE}]


def test_the_next_month_asks_only_what_nobody_has_answered() -> None:
    answers = {"symbol:半": "days_present*0.5", "symbol:×": "absent", "symbol:G": "ignore"}
    learned, _ = proposed(month_table("√", "半", "×", "G"), answers)
    april = propose_mapping(month_table("√", "G", "×", "半", month="2026年4月"), learned=[learned])
    assert (april.learned, keys(april), april.spec) == (True, [], learned)
    may = month_table("半", "H", month="2026年5月")
    assert keys(propose_mapping(may, learned=[learned])) == ["symbol:H"]
    settled = propose_mapping(may, learned=[learned], answers={"symbol:H": "annual_leave"})
    assert settled.spec is not None and settled.spec.grid is not None
    assert keys(settled) == []
    assert {entry.symbol for entry in settled.spec.grid.legend} == {"√", "半", "×", "H"}
    assert settled.spec.grid.ignored == ("G",)


def test_a_month_typed_for_one_file_is_asked_again_for_the_next() -> None:
    learned, _ = proposed(month_table("√", month=""), {"month": "2026-03"})
    again = propose_mapping(month_table("√", "√", month=""), learned=[learned])
    assert (again.spec, keys(again)) == (None, ["month"])


def test_symbols_of_every_sheet_are_asked_about() -> None:
    one, other = month_table("√").sheets[0], month_table("◎").sheets[0]
    file = TableFile("两个车间.xlsx", "xlsx", (one, other))
    assert keys(proposed(file)[1]) == ["symbol:◎"]


def test_a_table_of_punches_is_told_apart_from_one_of_symbols() -> None:
    punches = [[f"{8 + n % 2:02d}:{10 + n + 31 * row:02d}" for n in range(31)] for row in range(2)]
    rows = [["考勤 2026年3月"], ["工号", "姓名", *range(1, 32)], *[["1", "甲", *row] for row in punches]]
    proposal = propose_mapping(xlsx_file(rows))
    assert proposal.spec is None and proposal.problem is not None
    assert proposal.problem.code == "mapping.too_many_symbols"


def test_the_terminal_is_told_all_meanings_and_how_to_say_half_a_day() -> None:
    refused = propose_mapping(month_table("半"), answers={"symbol:半": "half"}).problem
    assert refused is not None
    for words in ("symbol:半=days_present（出勤）", "personal_leave 事假", "symbol:半=days_present*0.5"):
        assert words in refused.fix.zh
    assert "half a day with *0.5" in refused.fix.in_("en")
