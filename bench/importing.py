"""Importing a file of records: `records_import` beside raw writes of the same rows in the same chunks."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

from django.db import connection, transaction

from bench.company import END, FIRST, SYSTEM, fill_people
from bench.measuring import Measured, in_turn, peak_mb
from jiyu.core.bulk import bulk_write
from jiyu.sources.models import Fact, Quarantine, Record
from jiyu.sources.public import MappingSpec, records_import, source_ensure
from jiyu.sources.runs.gathering import ROWS_AT_ONCE
from jiyu.sources.runs.importing import RECORD_FIELDS

ROWS, PEOPLE = 1_000_000, 10_000
STRANGER_EVERY = 1_000  # so manieth row names nobody we know
HEAD = "工号,日期,单号,合格,不良\n"
FACT_FIELDS = ("record", "measure", "value", "subject", "day", "run")
MAPPING = MappingSpec.model_validate(
    {
        "source_kind": "other",
        "subject": {"column": "工号", "matched_by": "number"},
        "time": {"shape": "day", "column": "日期"},
        "key_columns": ["单号"],
        "equal_keys": "last",
        "measures": [{"column": c, "code": c, "label": c, "unit": "number"} for c in ("合格", "不良")],
    }
)


def file_of(rows: int, people: int) -> bytes:
    """A CSV of so many reports of work; every thousandth is about a number nobody has."""
    days = [(FIRST.replace(day=1).toordinal() + n) for n in range((END - FIRST).days)]
    dates = [FIRST.fromordinal(day).isoformat() for day in days]
    out = io.StringIO()
    out.write(HEAD)
    for n in range(rows):
        who = "X999999" if n % STRANGER_EVERY == STRANGER_EVERY - 1 else f"{n % people:07}"
        out.write(f"{who},{dates[n * len(dates) // rows]},k{n:09},{n % 97},{n % 3}\n")
    return out.getvalue().encode()


def taken_rows(source: str) -> tuple[list[Sequence[Any]], list[Sequence[Any]]]:
    """The rows that an import wrote, as the raw statement takes them."""

    def plain(model: Any, fields: Sequence[str]) -> list[Sequence[Any]]:
        columns = ", ".join(f'"{model._meta.get_field(name).column}"' for name in fields)
        with connection.cursor() as cursor:
            cursor.execute(f'SELECT {columns} FROM "{model._meta.db_table}" WHERE run_id IN (SELECT id FROM'
                           f" sources_run WHERE source_id = %s) ORDER BY {'id' if model is Record else 'record_id'}",
                           [source])  # fmt: skip
            return list(cursor.fetchall())

    return plain(Record, RECORD_FIELDS), plain(Fact, FACT_FIELDS)


def write_raw(records: list[Sequence[Any]], facts: list[Sequence[Any]], shift: int) -> None:
    """The limit: the same rows under new ids and keys, a short transaction per thousand."""
    each = len(facts) // len(records)
    for start in range(0, len(records), ROWS_AT_ONCE):
        stop = start + ROWS_AT_ONCE
        rows = [(r[0] + shift, *r[1:3], f"{shift}-{r[3]}", *r[4:]) for r in records[start:stop]]
        numbers = [(f[0] + shift, *f[1:]) for f in facts[start * each : stop * each]]
        with transaction.atomic():
            bulk_write(Record, RECORD_FIELDS, rows)
            bulk_write(Fact, FACT_FIELDS, numbers)


def measure(scale: float, runs: int) -> list[Measured]:
    """One row: how much of the raw speed an import reaches. Every run is a new source."""
    rows = max(1_000, int(ROWS * scale))
    people = max(20, int(PEOPLE * scale))
    fill_people(people)
    data = file_of(rows, people)
    sources = iter([source_ensure(actor=SYSTEM, code=f"mes{n}", label="MES") for n in range(runs + 1)])
    tallies: list[dict[str, int]] = []

    def product() -> None:
        source = next(sources)
        run = records_import(actor=SYSTEM, source_code=source.code, data=data, filename="mes.csv", mapping=MAPPING)
        tallies.append(run.tally)

    source = next(sources)
    records_import(actor=SYSTEM, source_code=source.code, data=file_of(ROWS_AT_ONCE, people), filename="mes.csv",
                   mapping=MAPPING)  # fmt: skip
    peak_before = peak_mb()
    pattern_records, pattern_facts = taken_rows(source.pk.hex if connection.vendor == "sqlite" else str(source.pk))
    shifts = iter(range(1 << 50, (1 << 50) + (runs << 40), 1 << 40))

    def raw() -> None:
        shift, each = next(shifts), len(pattern_records)
        for n in range(rows // each):
            write_raw(pattern_records, pattern_facts, shift + n * 10 * ROWS_AT_ONCE)

    product()
    peak = peak_mb()
    sources = iter([source_ensure(actor=SYSTEM, code=f"more{n}", label="MES") for n in range(runs)])
    seconds = in_turn({"product": product, "raw": raw}, runs)
    asked = rows // STRANGER_EVERY
    assert all(t["taken"] == rows - asked and t["set_aside"] == asked for t in tallies), tallies
    assert Quarantine.objects.filter(run__source__code="more0").count() == 1  # one question for one number
    return [
        Measured(
            f"import ({connection.vendor})", f"{rows:,} rows", seconds["product"], seconds["raw"],
            "raw writes, same tables, indexes and chunks", seconds["raw"] / seconds["product"], peak, runs,
            least=round(1 / 3, 3),
            note=f"{len(data) >> 20} MB file; memory {peak_before} → {peak} MB",
        )
    ]  # fmt: skip
