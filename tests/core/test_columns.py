"""Columns of a queryset: the promised types on both databases, by either road, and one condition for many ids."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

import pyarrow as pa
import pytest
from django.core.management import call_command

from jiyu.core import insert_only
from jiyu.core.bulk import bulk_write, moment_encoder
from jiyu.core.columns import ROWS_AT_ONCE, Among, columns_of
from jiyu.core.ids import uuid7, uuid7_hexes
from jiyu.people.models import Employment, Person

NOW = datetime(2026, 4, 8, 9, tzinfo=ZoneInfo("Asia/Shanghai"))
NAMES = ("id", "person", "hired_on", "left_on", "kind")


def employments(count: int) -> list[str]:
    """So many persons with a spell each, every second one over; their ids in order."""
    moment = moment_encoder()(NOW)
    people = uuid7_hexes(count)
    bulk_write(Person, ("id", "created_at"), [(p, moment) for p in people])
    fields = ("id", "recorded_at", "spell", "person", "kind", "hired_on", "left_on", "status_note")
    rows = [
        (uuid7().hex, moment, uuid7().hex, p, "正式", "2026-01-05", "2026-02-01" if n % 2 else None, "")
        for n, p in enumerate(people)
    ]
    bulk_write(Employment, fields, rows)
    return people


@pytest.fixture
def real_database(transactional_db: None) -> Iterator[None]:
    """Committed rows, as a second connection needs them; emptied afterwards without the triggers."""
    yield
    with insert_only.lifted():
        call_command("flush", verbosity=0, interactive=False)


@pytest.mark.parametrize("bulk", [False, True])
def test_columns_keep_their_types_their_order_and_what_is_absent(bulk: bool, real_database: None) -> None:
    people = employments(ROWS_AT_ONCE + 3)  # more than are read at once
    table = columns_of(Employment.objects.order_by("person"), NAMES, bulk=bulk)
    assert table.schema.types == [pa.string(), pa.string(), pa.date32(), pa.date32(), pa.string()]
    assert table["person"].to_pylist() == people
    assert table.slice(0, 2).drop_columns(["id", "person"]).to_pylist() == [
        {"hired_on": date(2026, 1, 5), "left_on": None, "kind": "正式"},
        {"hired_on": date(2026, 1, 5), "left_on": date(2026, 2, 1), "kind": "正式"},
    ]


@pytest.mark.django_db
def test_among_finds_those_named_and_nobody_when_nobody_is_named() -> None:
    employments(3)
    two = list(Employment.objects.values_list("person_id", flat=True)[:2])
    assert set(Employment.objects.filter(Among("person", [*two, uuid7()])).values_list("person_id", flat=True)) == set(
        two
    )
    assert not Employment.objects.filter(Among("person", [])).exists()
    empty = columns_of(Employment.objects.filter(Among("person", [])), NAMES)
    assert (empty.num_rows, empty.column_names) == (0, list(NAMES))


def test_identifiers_made_together_are_ordered_and_of_version_seven() -> None:
    made = uuid7_hexes(1_000)
    assert made == sorted(set(made))
    assert {(UUID(i).version, UUID(i).variant) for i in (made[0], made[-1])} == {(7, uuid7().variant)}
