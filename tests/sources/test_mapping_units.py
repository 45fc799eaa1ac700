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
