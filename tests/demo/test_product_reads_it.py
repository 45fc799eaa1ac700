"""The product's own roster reader takes the demo's roster with the two planted questions and no other."""

from __future__ import annotations

from collections import Counter
from datetime import date

from jiyu.config.demo.files import DemoFiles
from jiyu.lib.tables import read_tables
from jiyu.sources.roster.reading import read_roster
from jiyu.sources.roster.result import Answer, KnownPeople, RosterReading


def _read(demo: DemoFiles, name: str, answers: dict[str, Answer] | None = None) -> RosterReading:
    table = read_tables((demo.folder / name).read_bytes(), name)
    return read_roster(table, KnownPeople(), today=date(2026, 4, 8), answers=answers)


def test_the_main_roster_comes_in_whole(demo: DemoFiles) -> None:
    reading = _read(demo, "花名册.xlsx")
    assert reading.counts.zh == "读到 380 人 · 导入 380 · 待处理 0 行 · 跳过 3 行"
    assert [problem.code for problem in reading.unresolved] == ["roster.no_lead", "roster.lead_not_found"]
    assert reading.problems == ()
    active = [person for person in reading.people if person.left_on is None]
    assert len(active) == 320
    departments = Counter(person.unit_path[-1] for person in active if not person.unit_path[-1].endswith("班"))
    assert departments["质量部"] == 18
    assert sum(person.unit_path[-1] == "CNC A班" for person in active) == 15


def test_the_given_answers_settle_every_question(demo: DemoFiles) -> None:
    answers = {answer.question: Answer(answer.option, answer.value) for answer in demo.answers}
    assert _read(demo, "花名册.xlsx", answers).unresolved == ()


def test_b1_reads_as_the_case_says(demo: DemoFiles) -> None:
    assert _read(demo, "花名册_B1.xlsx").counts.zh == "读到 8 人 · 导入 5 · 待处理 3 行 · 跳过 3 行"


def test_no_identity_number_reaches_the_reader(demo: DemoFiles) -> None:
    name = "花名册.xlsx"
    table = read_tables((demo.folder / name).read_bytes(), name)
    cells = [cell.text for row in table.sheets[0].iter_rows() for cell in row.cells]
    assert "林晓峰" in cells
    assert not any(text.startswith("320599") for text in cells)
