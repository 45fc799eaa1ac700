"""What the database must look like: arrows down, exact numbers, guarded history, migrations that say it
all."""

from __future__ import annotations

from io import StringIO

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import models

from tests.arch.conftest import APPS, height


def ours() -> list[type[models.Model]]:
    """Every model of the product."""
    return [m for m in apps.get_models(include_auto_created=True) if m.__module__.startswith("jiyu.")]


def room_of(model: type[models.Model]) -> str:
    """The room a model lives in."""
    return model.__module__.split(".")[1]


def points_up(source: str, target: str) -> bool:
    """Whether a foreign key from room `source` to room `target` would turn the arrow round."""
    return height(target) > height(source)


def test_foreign_keys_point_down() -> None:
    up = [
        f"{room_of(m)}.{m.__name__}.{f.name} -> {room_of(f.related_model)}"
        for m in ours()
        for f in m._meta.local_fields
        if isinstance(f, models.ForeignKey)
        and f.related_model.__module__.startswith("jiyu.")
        and points_up(room_of(m), room_of(f.related_model))
    ]
    assert up == []


def test_direction_of_a_foreign_key_is_told_apart() -> None:
    assert points_up("people", "reviews")
    assert not points_up("reviews", "people")
    assert not points_up("people", "people")


def test_every_app_is_installed_and_named_like_its_room() -> None:
    assert {c.label for c in apps.get_app_configs() if c.name.startswith("jiyu.")} == set(APPS)


@pytest.mark.django_db
def test_migrations_say_everything_the_models_say() -> None:
    told = StringIO()
    try:
        call_command("makemigrations", "--check", "--dry-run", stdout=told, stderr=told)
    except SystemExit:
        pytest.fail(told.getvalue())


def test_deletion_never_cascades_into_history() -> None:
    """Rows that tell what was are protected; only helpers (one-time links) go with their owner."""
    from jiyu.core.insert_only import InsertOnly

    cascading = [
        f"{m.__name__}.{f.name}"
        for m in ours()
        if issubclass(m, InsertOnly)
        for f in m._meta.local_fields
        if isinstance(f, models.ForeignKey) and f.remote_field.on_delete is models.CASCADE
    ]
    assert cascading == []
