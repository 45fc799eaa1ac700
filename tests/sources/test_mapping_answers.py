"""Answers to a mapping's questions are checked: one that does not exist is told with those that do."""

from __future__ import annotations

import pytest

from jiyu.core.errors import ProblemsError
from jiyu.sources.mappings.proposal import propose_mapping
from jiyu.sources.models import Run, Source
from jiyu.sources.public import numbers_import
from tests.sources.conftest import HR
from tests.sources.test_mapping_proposal import GRID, MES, csv_file, keys, proposed, xlsx_file

NAMES = [["姓名", "日期", "产量"], ["张三/李四", "2026-03-02", "7"], ["王五", "2026-03-02", "4"]]


@pytest.mark.parametrize("answer", ["25:99", "24:00", "8", "other", ""])
def test_a_day_cut_that_is_no_time_is_refused(answer: str) -> None:
    proposal = propose_mapping(csv_file(MES), answers={"day_cut": answer})
    assert proposal.spec is None and proposal.problem is not None
    assert (proposal.problem.code, proposal.problem.path) == ("mapping.no_such_answer", "day_cut")
    assert "day_cut=08:00（夜班：8 点前算前一天）" in proposal.problem.fix.zh
    assert keys(proposal) == ["day_cut"]


def test_an_answer_that_is_none_of_the_options_is_refused_with_those_there_are() -> None:
    proposal = propose_mapping(csv_file(NAMES), answers={"split": "zzz"})
    assert proposal.problem is not None
    assert proposal.problem.message.zh == "没有“split=zzz”这个回答"
    assert (
        proposal.problem.fix.zh == "可以回答：split=equal（平分）；split=each（每人都算全数）；split=aside（先放一边）"
    )


@pytest.mark.parametrize("key", ["x", "role:没有这列", "unit:没有这列", "symbol"])
def test_an_answer_to_what_nobody_asked_is_refused(key: str) -> None:
    proposal = propose_mapping(csv_file(NAMES), answers={key: "y"})
    assert proposal.problem is not None and proposal.problem.path == key
    assert "split=equal" in proposal.problem.fix.zh
    quiet = propose_mapping(csv_file([NAMES[0], NAMES[2]]), answers={key: "y"})
    assert quiet.problem is not None
    assert quiet.problem.fix.zh == "这个文件没有要回答的，去掉这个回答再导入。"


@pytest.mark.parametrize(
    "answers",
    [
        {"role:产量": "zzz"},
        {"unit:产量": "furlong"},
        {"equal_keys": "first"},
        {"day": "tomorrow"},
        {"time_column": "没有这列"},
    ],
)
def test_each_kind_of_answer_is_checked(answers: dict[str, str]) -> None:
    proposal = propose_mapping(csv_file(NAMES), answers=answers)
    assert proposal.problem is not None and proposal.problem.code == "mapping.no_such_answer"


def test_symbols_count_only_what_there_is() -> None:
    problem = propose_mapping(xlsx_file(GRID), answers={"symbol:◎": "zzz"}).problem
    assert problem is not None and "symbol:◎=days_present（出勤）" in problem.fix.zh
    assert keys(proposed(xlsx_file(GRID), {"symbol:◎": "home_leave"})[1]) == []


def test_answers_that_fit_but_are_not_needed_do_no_harm() -> None:
    answers = {"split": "equal", "day_cut": "06:30", "unit:产量": "piece", "role:产量": "measure", "equal_keys": "sum"}
    spec, proposal = proposed(csv_file(NAMES), answers)
    assert (keys(proposal), spec.measures[0].unit) == ([], "piece")


@pytest.mark.django_db
def test_nothing_is_imported_with_a_wrong_answer() -> None:
    data = "姓名,日期,产量\n张三,2026-03-02,7\n".encode()
    with pytest.raises(ProblemsError) as refused:
        numbers_import(actor=HR, source_code="mes", data=data, filename="a.csv", answers={"x": "y"})
    assert refused.value.code == "mapping.no_such_answer"
    assert not Source.objects.exists() and not Run.objects.exists()
