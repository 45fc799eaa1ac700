"""Drafts: what HR is editing. A wrong shape is told field by field, a lost update is refused."""

from __future__ import annotations

from typing import Any

import pytest

from jiyu.core.actor import Actor
from jiyu.core.errors import DomainError, NotAllowedError, ProblemsError
from jiyu.core.ids import uuid7
from jiyu.studio.models import Definition, Draft
from jiyu.studio.public import draft_save, module_ensure
from tests.companies import SYSTEM, aggregate, metric, scale, scheme

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def a_module() -> None:
    module_ensure(actor=SYSTEM, code="quarterly", name={"zh": "季度考核"})


def save(spec: dict[str, Any], *, kind: str = "scheme", code: str = "scheme", rev: int | None = None) -> Draft:
    return draft_save(actor=SYSTEM, module_code="quarterly", kind=kind, code=code, spec=spec, expected_rev=rev)


def refused(spec: dict[str, Any], *, kind: str = "scheme") -> list[tuple[str, str, str]]:
    """(code, path, message) of every problem; nothing may have been stored."""
    with pytest.raises(ProblemsError) as error:
        save(spec, kind=kind)
    assert Draft.objects.count() == 0
    return [(p.code, p.path, p.message.zh) for p in error.value.problems]


def test_each_save_that_changes_something_is_one_more_rev() -> None:
    assert save(scheme()).rev == 1
    assert save(scheme()).rev == 1  # the same again
    assert save(scheme(decimals=1)).rev == 2


def test_who_edits_an_older_rev_is_told_and_changes_nothing() -> None:
    save(scheme())
    save(scheme(decimals=1), rev=1)
    with pytest.raises(DomainError) as error:
        save(scheme(decimals=4), rev=1)
    assert (error.value.code, error.value.status) == ("studio.draft_changed", 409)
    assert Draft.objects.get().spec["decimals"] == 1


def test_two_who_begin_the_same_definition_do_not_overwrite_each_other() -> None:
    save(scheme(), rev=0)
    with pytest.raises(DomainError) as error:
        save(scheme(decimals=1), rev=0)
    assert error.value.code == "studio.draft_changed"
    assert Draft.objects.get().spec["decimals"] == 2


def test_an_absent_field_is_named() -> None:
    assert refused({"label": {"zh": "方案"}}) == [("studio.spec_shape", "grade_scale", "“grade_scale”缺这一项")]


def test_every_wrong_field_is_named_at_once() -> None:
    found = refused({"label": {"zh": "方案"}, "grade_scale": "company", "decimals": 9, "cycle_kind": "week"})
    assert [path for _code, path, _words in found] == ["decimals", "cycle_kind"]


def test_an_unknown_field_is_refused_not_ignored() -> None:
    found = refused(scheme(minumum_coverage="0.6"))
    assert found == [("studio.spec_shape", "minumum_coverage", "“minumum_coverage”不认识这一项")]


def test_the_place_of_a_wrong_field_deep_inside_is_its_path() -> None:
    spec = metric("数", aggregate("数", "crm", "signed", how="mean"), aggregate("另一个", "crm", "signed"))
    assert [path for _code, path, _words in refused(spec, kind="metric")] == ["inputs.0.how"]


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(DomainError) as error:
        save({}, kind="horoscope")
    assert (error.value.code, error.value.path) == ("studio.unknown_kind", "kind")


def test_an_unknown_module_is_refused_and_no_definition_is_left_behind() -> None:
    with pytest.raises(DomainError) as error:
        draft_save(actor=SYSTEM, module_code="nowhere", kind="grade_scale", code="company", spec=scale())
    assert error.value.code == "studio.no_module"
    assert not Definition.objects.exists()


def test_who_may_not_change_rules_changes_none() -> None:
    with pytest.raises(NotAllowedError):
        draft_save(actor=Actor(person_id=uuid7()), module_code="quarterly", kind="scheme", code="scheme", spec=scheme())
    assert not Draft.objects.exists()
