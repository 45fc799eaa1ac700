"""What was once true stays readable: the model refuses, its queryset refuses, the database refuses."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction

from jiyu.core import insert_only
from jiyu.core.insert_only import InsertOnlyError, guarded_models
from jiyu.core.models import AuditEntry, StoredFile
from jiyu.people.models import Person, PersonText

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 4, 8, 1, 0, tzinfo=UTC)
LATER = datetime(2026, 5, 1, 1, 0, tzinfo=UTC)


def make_text(name: str = "张三") -> PersonText:
    """One believed name of one person."""
    person = Person(created_at=NOW)
    person.save()
    text = PersonText(person=person, name=name, phone="138", recorded_at=NOW)
    text.save()
    return text


def make_file() -> StoredFile:
    """One kept file's row."""
    file = StoredFile(sha256="0" * 64, name="工资.xlsx", size_bytes=1, owner_kind="tests", stored_at=NOW)
    file.save()
    return file


def execute(sql: str, *values: object) -> None:
    """One statement round Django, in a savepoint."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, values)


def stored(text: PersonText) -> tuple[Any, ...]:
    """What the database holds."""
    return PersonText.objects.values_list("name", "phone", "recorded_at", "superseded_at").get(pk=text.pk)


BYPASSES: dict[str, Callable[[PersonText], object]] = {
    "save": lambda text: text.save(),
    "save of one field": lambda text: text.save(update_fields=["name"]),
    "delete": lambda text: text.delete(),
    "queryset update": lambda text: PersonText.objects.filter(pk=text.pk).update(name="李四"),
    "queryset update of many": lambda text: PersonText.objects.update(recorded_at=LATER),
    "queryset delete": lambda text: PersonText.objects.filter(pk=text.pk).delete(),
    "bulk update": lambda text: PersonText.objects.bulk_update([text], ["recorded_at"]),
    "base manager update": lambda text: PersonText._base_manager.update(recorded_at=LATER),
    "update_or_create": lambda text: PersonText.objects.update_or_create(pk=text.pk, defaults={"recorded_at": LATER}),
    "raw update": lambda text: execute("UPDATE people_persontext SET name = '李四'"),
    "raw update of a fixed column": lambda text: execute("UPDATE people_persontext SET recorded_at = %s", LATER),
    "raw delete": lambda text: execute("DELETE FROM people_persontext"),
    "upsert": lambda text: PersonText.objects.bulk_create(
        [PersonText(pk=text.pk, person_id=text.person_id, name="李四", recorded_at=NOW)],
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=["name"],
    ),
}


@pytest.mark.parametrize("way", BYPASSES)
def test_no_way_changes_or_deletes_a_row(way: str) -> None:
    text = make_text()
    text.name = "李四"
    with pytest.raises((InsertOnlyError, DatabaseError)), transaction.atomic():
        BYPASSES[way](text)
    assert stored(text) == ("张三", "138", NOW, None)


def test_database_refuses_by_itself_and_names_the_table() -> None:
    make_text()
    with pytest.raises(DatabaseError, match="insert-only: people_persontext"):
        execute("UPDATE people_persontext SET name = '李四'")
    with pytest.raises(DatabaseError, match="insert-only: people_persontext"):
        execute("DELETE FROM people_persontext")


def test_superseded_at_is_set_once() -> None:
    text = make_text()
    assert PersonText.objects.filter(pk=text.pk).update(superseded_at=NOW) == 1
    with pytest.raises(DatabaseError, match="insert-only"), transaction.atomic():
        PersonText.objects.filter(pk=text.pk).update(superseded_at=LATER)
    with pytest.raises(DatabaseError, match="insert-only"), transaction.atomic():
        PersonText.objects.filter(pk=text.pk).update(superseded_at=None)
    assert stored(text)[3] == NOW


def test_set_once_column_may_carry_a_belief_and_its_run_together() -> None:
    text, run = make_text(), UUID(int=7)
    PersonText.objects.filter(pk=text.pk).update(superseded_at=NOW, superseded_by=run)
    assert PersonText.objects.get(pk=text.pk).superseded_by == run


@pytest.mark.parametrize("nothing", [None, ""])
def test_personal_text_can_be_erased_but_not_replaced(nothing: str | None) -> None:
    text = make_text()
    PersonText.objects.filter(pk=text.pk).update(name=nothing, phone=None, born_on=None)
    assert stored(text) == (nothing, None, NOW, None)
    with pytest.raises(DatabaseError, match="insert-only"), transaction.atomic():
        PersonText.objects.filter(pk=text.pk).update(name="李四")


def test_name_of_a_kept_file_can_be_erased_its_hash_cannot() -> None:
    file = make_file()
    StoredFile.objects.filter(pk=file.pk).update(name="")
    with pytest.raises(InsertOnlyError, match="sha256"):
        StoredFile.objects.filter(pk=file.pk).update(sha256="1" * 64)
    assert StoredFile.objects.get() == file


def test_erasure_of_json_leaves_an_empty_object() -> None:
    """An erasable JSON column may become {} and nothing else (as text: how both databases store it)."""
    for model in guarded_models():
        for name in model.erasable:
            assert model._meta.get_field(name).get_internal_type() in {
                "CharField",
                "TextField",
                "DateField",
                "JSONField",
            }, f"{model.__name__}.{name}: the trigger knows no empty value of this type"


def test_all_triggers_stand_after_migrating() -> None:
    assert insert_only.missing(connection) == []


def test_dropped_trigger_is_noticed_and_comes_back() -> None:
    execute_drop("keep_update_core_auditentry", "core_auditentry")
    assert insert_only.missing(connection) == ["core_auditentry"]
    insert_only.install(connection)
    assert insert_only.missing(connection) == []


def test_trigger_on_one_event_only_is_noticed() -> None:
    execute_drop("keep_delete_core_storedfile", "core_storedfile")
    assert insert_only.missing(connection) == ["core_storedfile"]


def test_migrating_puts_lost_triggers_back() -> None:
    """Django rebuilds SQLite tables when it alters them, and with them the triggers are gone."""
    execute_drop("keep_update_core_auditentry", "core_auditentry")
    call_command("migrate", verbosity=0)
    assert insert_only.missing(connection) == []


def test_lifting_is_for_a_block_only() -> None:
    text = make_text()
    with insert_only.lifted():
        execute("UPDATE people_persontext SET name = '李四'")
    assert stored(text)[0] == "李四"
    assert insert_only.missing(connection) == []
    with pytest.raises(DatabaseError):
        execute("DELETE FROM people_persontext")


def test_the_audit_is_insert_only() -> None:
    assert AuditEntry in guarded_models()


def test_every_table_with_two_times_is_guarded() -> None:
    two_times = {m for m in apps.get_models() if any(f.name == "superseded_at" for f in m._meta.fields)}
    assert two_times
    assert two_times <= set(guarded_models())


def execute_drop(trigger: str, table: str) -> None:
    """Drop a trigger, as a table rebuild does."""
    on = f' ON "{table}"' if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        cursor.execute(f'DROP TRIGGER "{trigger}"{on}')
