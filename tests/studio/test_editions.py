"""Freezing: same contents, same version; same list, same edition; what another module lent stays as it was that day."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from jiyu.core import clock, company
from jiyu.core.errors import DomainError, ProblemsError
from jiyu.core.insert_only import InsertOnlyError
from jiyu.lib.canonical import canonical_json, sha256_of
from jiyu.studio.kinds import kind_of
from jiyu.studio.models import Definition, Draft, Edition, EditionItem, Module, Ref, Release, Version
from jiyu.studio.public import definitions_import, draft_save, edition_make, edition_view
from tests.companies import SYSTEM, aggregate, bundle, indicator, metric, review, rules, scale, scheme

pytestmark = pytest.mark.django_db

SIGNED = metric("额", aggregate("额", "crm", "signed"))
LENT = {("metric", "signed"): SIGNED, ("grade_scale", "company"): scale()}


def sales(**scheme_fields: Any) -> dict[tuple[str, str], Any]:
    """A module that uses the library's metric and grades."""
    return {
        ("scheme", "scheme"): scheme(grade_scale="library:company", **scheme_fields),
        ("indicator", "signed"): indicator("library:signed"),
    }


def test_the_same_contents_keep_their_version_and_the_same_list_its_edition() -> None:
    first = rules(review({}))
    again = rules(review({}))
    assert (again.id, again.no) == (first.id, 1)
    assert Version.objects.count() == 2


def test_one_changed_field_is_a_new_edition_with_one_line_changed() -> None:
    first = rules(review({}))
    second = rules(review({}, decimals=1))
    assert second.no == 2
    assert second.resolve("grade_scale", "company", "quarterly").version_id == first.items[0].version_id
    old, new = (e.resolve("scheme", "scheme", "quarterly") for e in (edition_view(first.id), second))
    assert (old.version_no, old.spec.decimals, new.version_no, new.spec.decimals) == (1, 2, 2, 1)


def test_a_version_is_its_canonical_bytes_and_their_hash() -> None:
    rules(review({}))
    for version in Version.objects.all():
        assert version.sha256 == sha256_of(version.spec)
        assert canonical_json(json.loads(version.spec)) == version.spec


def test_changing_the_library_later_changes_no_edition_that_borrowed_from_it() -> None:
    rules(LENT, module="library")
    made = rules(sales())
    rules({**LENT, ("metric", "signed"): {**SIGNED, "unit": "yuan"}}, module="library")
    item = edition_view(made.id).resolve("metric", "library:signed")
    assert (item.imported, item.version_no, item.spec.unit) == (True, 1, "number")


def test_the_next_edition_borrows_what_the_library_has_by_then() -> None:
    rules(LENT, module="library")
    rules(sales())
    rules({**LENT, ("metric", "signed"): {**SIGNED, "unit": "yuan"}}, module="library")
    assert rules(sales()).resolve("metric", "library:signed").spec.unit == "yuan"


def test_what_is_borrowed_stands_in_the_edition_as_borrowed() -> None:
    rules(LENT, module="library")
    made = rules(sales())
    assert {(i.kind, i.module_code, i.imported) for i in made.items} == {
        ("scheme", "quarterly", False),
        ("indicator", "quarterly", False),
        ("metric", "library", True),
        ("grade_scale", "library", True),
    }


def test_a_reference_to_nothing_is_refused_with_its_place() -> None:
    with pytest.raises(ProblemsError) as error:
        rules({("scheme", "scheme"): scheme(), ("indicator", "signed"): indicator("library:signed")})
    assert [(p.code, p.path) for p in error.value.problems] == [
        ("studio.missing_reference", "indicator.signed.metric"),
        ("studio.missing_reference", "scheme.scheme.grade_scale"),
    ]
    assert error.value.problems[1].message.zh == "“scheme”用到的等级“company”不在"
    assert not Edition.objects.exists()


def test_all_problems_of_all_specs_are_told_at_once() -> None:
    definitions = review({("metric", "m"): metric("甲+乙", aggregate("甲", "crm", "signed"))}, floor="130")
    with pytest.raises(ProblemsError) as error:
        rules(definitions)
    assert [p.code for p in error.value.problems] == ["formula.unknown_name", "reviews.floor_above_cap"]


def test_a_frozen_version_remembers_what_it_mentions() -> None:
    rules(LENT, module="library")
    rules(sales())
    refs = Ref.objects.filter(version__definition__module__code="quarterly")
    assert set(refs.values_list("target__kind", "target__code", "part")) == {
        ("metric", "signed", "metric"),
        ("grade_scale", "company", "grade_scale"),
    }


# Nothing frozen ever changes, whoever asks.


def frozen_tables() -> list[tuple[type[Any], str]]:
    return [
        (Module, "code"),
        (Definition, "code"),
        (Version, "spec"),
        (Edition, "sha256"),
        (Release, "reason"),
        (EditionItem, "imported"),
    ]


@pytest.mark.parametrize(("model", "column"), frozen_tables(), ids=lambda p: getattr(p, "__name__", p))
def test_no_row_of_a_frozen_table_can_be_changed_or_deleted(model: type[Any], column: str) -> None:
    rules(review({}))
    row = model.objects.first()
    with pytest.raises(InsertOnlyError):
        row.save()
    with pytest.raises(InsertOnlyError):
        row.delete()
    with pytest.raises(InsertOnlyError):
        model.objects.update(**{column: "x"})
    table, key = model._meta.db_table, model._meta.pk.column
    before = list(model.objects.values())
    for statement in (f'UPDATE "{table}" SET "{column}" = NULL', f'DELETE FROM "{table}" WHERE "{key}" IS NOT NULL'):
        with pytest.raises(DatabaseError, match="insert-only"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    assert list(model.objects.values()) == before


# Import: all or nothing.


def test_the_same_file_twice_changes_nothing() -> None:
    file = bundle(review({}))
    first = definitions_import(actor=SYSTEM, bundle=file)
    counts = [m.objects.count() for m in (Draft, Version, Edition, Release)]
    assert definitions_import(actor=SYSTEM, bundle=file).id == first.id
    assert [m.objects.count() for m in (Draft, Version, Edition, Release)] == counts == [2, 2, 1, 1]
    assert Draft.objects.filter(rev=1).count() == 2


def test_one_bad_definition_leaves_nothing_of_the_file() -> None:
    with pytest.raises(ProblemsError):
        rules(review({("metric", "m"): metric("甲/", aggregate("甲", "crm", "signed"))}))
    assert not any(m.objects.exists() for m in (Module, Definition, Draft, Version, Edition, Release))


@pytest.mark.parametrize(
    "broken",
    [
        {},
        {"module": {"code": "quarterly", "name": {"zh": "季度"}}},
        {"module": {"name": {"zh": "季度"}}, "definitions": []},
        {"module": "quarterly", "definitions": []},
        {"module": {"code": "quarterly", "name": "季度"}, "definitions": []},
        {"module": {"code": "quarterly", "name": {"zh": "季度"}}, "definitions": [{"kind": "scheme"}]},
        {
            "module": {"code": "quarterly", "name": {"zh": "季度"}},
            "definitions": [{"kind": "scheme", "code": "scheme", "spec": "text"}],
        },
        {**bundle(review({})), "release": {"reason": "没写日期"}},
        {**bundle(review({})), "release": {"effective_on": "2026-01-01"}},
        {**bundle(review({})), "release": {"effective_on": "2026/1/1", "reason": "年初"}},
    ],
    ids=range(10),
)
def test_a_file_of_another_shape_is_told_apart_from_a_fault_of_the_program(broken: dict[str, Any]) -> None:
    with pytest.raises(DomainError) as error:
        definitions_import(actor=SYSTEM, bundle=broken)
    assert error.value.code == "studio.bundle_shape"
    assert not Module.objects.exists()


def test_a_retired_definition_is_left_out_of_the_next_edition() -> None:
    rules({**review({}), ("grade_scale", "old"): scale()})
    Definition.objects.filter(code="old").update(retired_at=clock.now())
    assert edition_make(actor=SYSTEM, module_code="quarterly").find("grade_scale", "old") is None


# Words for what changed.


def test_a_change_is_told_field_by_field_with_both_values() -> None:
    kind = kind_of("scheme")
    old, new = (kind.parse(scheme(**fields)) for fields in ({}, {"decimals": 1, "cap": "110"}))
    assert [t.zh for t in kind.describe_diff(old, new)] == ["总分小数位：2 → 1", "封顶分：120 → 110"]


def test_a_change_inside_a_list_is_told_at_its_place() -> None:
    kind = kind_of("grade_scale")
    grades = [("S", "105"), ("A", "94"), ("B+", "85"), ("B", "70"), ("C", None)]
    old, new = kind.parse(scale()), kind.parse(scale(grades))
    assert [t.en for t in kind.describe_diff(old, new)] == ["grades · A · lowest score: 95 → 94"]


def test_no_change_is_no_words() -> None:
    kind = kind_of("scheme")
    assert kind.describe_diff(kind.parse(scheme()), kind.parse(scheme())) == []


def test_a_draft_alone_freezes_nothing() -> None:
    made = rules(review({}))
    draft_save(actor=SYSTEM, module_code="quarterly", kind="scheme", code="scheme", spec=scheme(decimals=0))
    assert edition_view(made.id).resolve("scheme", "scheme", "quarterly").spec.decimals == 2
    assert Edition.objects.count() == 1


def test_an_edition_is_read_once_and_each_company_reads_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert edition_view(made.id).id == made.id
        return len(asked)

    made = rules(review({}))
    edition_view(made.id)
    assert queries() == 0
    elsewhere = replace(company.current(), code="elsewhere")
    monkeypatch.setattr(company, "current", lambda: elsewhere)
    assert queries() == 2
