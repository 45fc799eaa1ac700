"""Units that stand in the cells, not in the head: converted where all agree, asked about or set aside where not."""

from __future__ import annotations

import pytest

from jiyu.lib.tables import TableFile
from jiyu.sources.mappings.proposal import MappingSpec
from tests.sources.test_mapping_proposal import csv_file, keys, mapped, problems, proposed


def hours(*cells: object, head: str = "工时") -> TableFile:
    """A file of one measure, a row per cell."""
    return csv_file([["工号", "日期", head], *[[n, "2026-03-02", cell] for n, cell in enumerate(cells, 1)]])


def values(file: TableFile, answers: dict[str, str] | None = None) -> list[int]:
    """What the cells come to, in millionths of the measure's unit."""
    return [value for row in mapped(file, answers) for value in row.measures.values()]


def unit_of(spec: MappingSpec) -> str:
    return spec.measures[0].unit


def test_cells_in_units_of_one_dimension_are_converted_to_the_commonest() -> None:
    file = hours("480分钟", "8小时", "7.5小时", "0")
    spec, proposal = proposed(file)
    assert (unit_of(spec), keys(proposal)) == ("hour", [])
    assert values(file) == [8_000_000, 8_000_000, 7_500_000, 0]


def test_money_in_cells_is_converted_too() -> None:
    file = hours("500万元", "300元", "0.5万", head="金额")
    assert unit_of(proposed(file)[0]) == "yuan"
    assert values(file) == [5_000_000_000_000, 300_000_000, 5_000_000_000]


def test_a_lone_unit_among_plain_numbers_is_set_aside() -> None:
    file = hours("480分钟", *[8] * 30)
    spec, proposal = proposed(file)
    assert (unit_of(spec), keys(proposal)) == ("number", [])
    assert problems(file) == [(2, "mapping.other_unit", "工时")]


def test_units_in_some_cells_and_none_in_others_are_asked_about() -> None:
    file = hours("480分钟", "450分钟", "8小时", *[8] * 5)
    spec, proposal = proposed(file)
    assert (unit_of(spec), keys(proposal)) == ("number", ["unit:工时"])
    assert [value for value, _words in proposal.questions[0].options] == ["minute", "hour", "number"]
    assert [row for row, _code, _column in problems(file)] == [2, 3, 4]
    assert values(file, {"unit:工时": "hour"}) == [8_000_000, 7_500_000, *[8_000_000] * 6]
    assert keys(proposed(file, {"unit:工时": "number"})[1]) == []


def test_pieces_are_what_plain_counts_are() -> None:
    file = hours("120件", 100, 80, head="产量")
    spec, proposal = proposed(file)
    assert (unit_of(spec), keys(proposal)) == ("piece", [])
    assert values(file) == [120_000_000, 100_000_000, 80_000_000]


def test_a_unit_of_another_dimension_is_set_aside() -> None:
    file = hours("8小时", "7小时", *["6小时"] * 20, "5件")
    assert unit_of(proposed(file)[0]) == "hour"
    assert problems(file) == [(24, "mapping.other_unit", "工时")]


def test_a_word_we_do_not_know_counts_when_every_cell_has_it() -> None:
    file = hours("5箱", "6箱", head="产量")
    assert (unit_of(proposed(file)[0]), values(file)) == ("number", [5_000_000, 6_000_000])
    assert problems(hours("5箱", *[6] * 20, head="产量")) == [(2, "mapping.other_unit", "产量")]


def test_minutes_or_points_in_cells_are_asked_about_as_in_heads() -> None:
    assert keys(proposed(hours("5分", "7分", head="停机时间"))[1]) == ["unit:停机时间"]


def test_one_percent_cell_among_counts_is_set_aside() -> None:
    for counts in ([120, 95], [120] * 40):
        file = hours("98%", *counts, head="合格")
        spec, proposal = proposed(file)
        assert (unit_of(spec), keys(proposal)) == ("number", [])
        assert problems(file) == [(2, "mapping.other_unit", "合格")]


@pytest.mark.parametrize("cells", [["98%", "97.5%"], [*["98%"] * 19, "97.5"]])
def test_a_column_of_percents_is_in_percent(cells: list[str]) -> None:
    file = hours(*cells, head="合格率")
    spec, proposal = proposed(file)
    assert (unit_of(spec), keys(proposal)) == ("percent", [])
    assert (values(file)[0], values(file)[-1]) == (98_000_000, 97_500_000)


# ── what the source counted in before ────────


def before(**units: str) -> dict[str, dict[str, str]]:
    """The source's measures and their units so far."""
    return {"known_units": units}


def test_a_head_in_another_unit_of_the_same_dimension_is_converted_to_the_first_one() -> None:
    file = hours("500", "8万元", "300元", head="签单额(万元)")
    spec, proposal = proposed(file, **before(signed="yuan"))
    assert (unit_of(spec), spec.measures[0].written_unit, keys(proposal)) == ("yuan", "wan_yuan", [])
    found = [row.measures["signed"] for row in mapped(file, **before(signed="yuan"))]
    assert found == [5_000_000_000_000, 80_000_000_000, 300_000_000]


def test_minutes_become_hours_without_loss() -> None:
    file = hours("480", "10", head="工时(分钟)")
    found = [row.measures["work_hours"] for row in mapped(file, **before(work_hours="hour"))]
    assert found == [8_000_000, 166_667]


def test_units_in_cells_follow_the_measure_too() -> None:
    file = hours("480分钟", "450分钟")
    assert [row.measures["work_hours"] for row in mapped(file, **before(work_hours="hour"))] == [8_000_000, 7_500_000]


def test_a_head_without_a_unit_is_asked_for_the_one_there_was() -> None:
    file = hours("8", "7")
    proposal = proposed(file, **before(work_hours="hour"))[1]
    assert keys(proposal) == ["unit:工时"]
    assert [value for value, _words in proposal.questions[0].options] == ["day", "minute", "hour"]
    assert unit_of(proposed(file, {"unit:工时": "hour"}, **before(work_hours="hour"))[0]) == "hour"
    minutes = mapped(file, {"unit:工时": "minute"}, **before(work_hours="hour"))
    assert [row.measures["work_hours"] for row in minutes] == [133_333, 116_667]


def test_a_unit_where_there_was_none_is_asked_about() -> None:
    file = hours("8", "7", head="工时(小时)")
    proposal = proposed(file, **before(work_hours="number"))[1]
    assert keys(proposal) == ["unit:工时(小时)"]
    assert proposal.questions[0].title.zh == "“工时(小时)”以前记的是没有单位的数，这次是小时"
    assert [value for value, _words in proposal.questions[0].options] == ["number", "new", "skip"]
    same, _ = proposed(file, {"unit:工时(小时)": "number"}, **before(work_hours="number"))
    assert (same.measures[0].code, same.measures[0].unit) == ("work_hours", "number")
    new, proposal = proposed(file, {"unit:工时(小时)": "new"}, **before(work_hours="number"))
    assert (new.measures[0].code, new.measures[0].unit, keys(proposal)) == ("work_hours_hour", "hour", [])
    left, proposal = proposed(file, {"unit:工时(小时)": "skip"}, **before(work_hours="number"))
    assert (left.measures, left.ignored_columns, keys(proposal)) == ((), ("工时(小时)",), [])


def test_a_measure_that_was_started_anew_is_not_asked_about_again() -> None:
    file = hours("8", head="工时(小时)")
    spec, proposal = proposed(file, **before(work_hours="number", work_hours_hour="hour"))
    assert (spec.measures[0].code, keys(proposal)) == ("work_hours_hour", [])


def test_units_that_cannot_be_converted_are_asked_about_with_two_ways_out() -> None:
    file = hours("8", head="签单额(件)")
    proposal = proposed(file, **before(signed="yuan"))[1]
    assert proposal.questions[0].title.zh == "“签单额(件)”以前记的是元，这次是件"
    assert [value for value, _words in proposal.questions[0].options] == ["new", "skip"]


def test_a_mapping_learned_when_units_in_cells_were_dropped_is_not_taken_again() -> None:
    """Once 480分钟 and 8小时 were kept as plain 480 and 8."""
    file = hours("480分钟", "8小时")
    right, _ = proposed(file)
    old = right.model_copy(update={"measures": (right.measures[0].model_copy(update={"unit": "number"}),)})
    known = before(work_hours="number")
    proposal = proposed(file, learned=[old], **known)[1]
    assert (proposal.learned, keys(proposal)) == (False, ["unit:工时"])
    assert [value for value, _words in proposal.questions[0].options] == ["new", "skip"]
    spec, _ = proposed(file, {"unit:工时": "new"}, learned=[old], **known)
    assert (spec.measures[0].code, spec.measures[0].unit) == ("work_hours_minute", "minute")
    again = before(work_hours="number", work_hours_minute="minute")
    assert proposed(file, learned=[spec, old], **again)[1].learned
    assert proposed(hours(8, 7, "6小时"), learned=[old], **known)[1].learned  # a stray: its row waits
