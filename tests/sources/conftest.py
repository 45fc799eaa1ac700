"""A small company for tests of sources, its files made on the spot, its clock moved with `at`."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import openpyxl
import pytest
from django.test import Client

from jiyu.core import clock, company
from jiyu.core.actor import Actor
from jiyu.core.ids import uuid7
from jiyu.people.models import Account
from jiyu.people.public import PersonEntry, number_holders, roster_take
from jiyu.sources.mappings.spec import MappingSpec
from jiyu.sources.models import Run
from jiyu.sources.public import fact_columns, measure_ids, records_import, source_ensure

NOW = datetime.fromisoformat("2026-04-08T01:00:00+00:00")
HR = Actor.system("tests")


@pytest.fixture(autouse=True)
def a_company(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[company.Company]:
    """苏州衡川, with a folder of its own for kept files, on the test's database."""
    monkeypatch.setenv("JIYU_HOME", str(tmp_path))
    made = company.Company("hengchuan", "苏州衡川精密传动", "", "sqlite", "2026-01-01T00:00:00+08:00")
    made.folder.mkdir(parents=True)
    token = company._current.set(made)
    yield made
    company._current.reset(token)


@pytest.fixture
def hr_client(client: Client, db: None) -> Client:
    """A browser signed in as the owner of the company."""
    account = Account(handle="owner")
    account.set_unusable_password()
    account.save()
    client.force_login(account)
    return client


def after(hours: float) -> AbstractContextManager[None]:
    """The clock, so many hours after the test's moment."""
    return clock.at(NOW + timedelta(hours=hours))


def csv_file(*rows: Sequence[object]) -> bytes:
    """Rows as a UTF-8 CSV."""
    return "".join(",".join(str(cell) for cell in row) + "\n" for row in rows).encode()


def xlsx_file(*rows: Sequence[object]) -> bytes:
    """Rows as the first sheet of an Excel file; an empty row stays empty."""
    book = openpyxl.Workbook()
    sheet = book.active
    for number, row in enumerate(rows, 1):
        for column, value in enumerate(row, 1):
            sheet.cell(number, column, value)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def people(**names: str) -> dict[str, UUID]:
    """Persons by employee number (keyword `n000317="林晓峰"`), hired 2020-01-01 into 一车间."""
    entries = [PersonEntry(number[1:], name, ("一车间",), hired_on=date(2020, 1, 1)) for number, name in names.items()]
    roster_take(actor=HR, run_id=uuid7(), entries=entries, on=clock.today(), company_name="苏州衡川精密传动")
    holders = number_holders(on=clock.today(), known_at=clock.now())
    return {number[1:]: holders[number[1:]] for number in names}


def mapping(**changes: Any) -> MappingSpec:
    """How the MES file of CASES B3 is read: 工号 完工时间 合格 不良, business day from 08:00."""
    spec: dict[str, Any] = {
        "source_kind": "output",
        "subject": {"column": "工号", "matched_by": "number"},
        "time": {"shape": "moment", "column": "完工时间", "day_cut_minutes": 480},
        "key_columns": ["工号", "完工时间"],
        "measures": [
            {"column": "合格", "code": "good", "label": "合格", "unit": "piece"},
            {"column": "不良", "code": "bad", "label": "不良", "unit": "piece"},
        ],
    }
    return MappingSpec.model_validate(spec | changes)


def load(data: bytes, spec: MappingSpec | None = None, *, source: str = "mes", **more: Any) -> Run:
    """Import a file into a source of numbers (made when it is new)."""
    source_ensure(actor=HR, code=source, label=source.upper())
    return records_import(
        actor=HR, source_code=source, data=data, filename="报工.csv", mapping=spec or mapping(), **more
    )


def sums(
    measure: str, subject: UUID | None = None, *, source: str = "mes", known_at: datetime | None = None
) -> dict[str, float]:
    """Day → sum of a measure ("2026-03-02": 390.0), as known now unless told otherwise."""
    ids = measure_ids([source])
    table = fact_columns(
        measure_ids=[ids[source, measure]],
        first=date(2025, 1, 1),
        end=date(2027, 1, 1),
        known_at=known_at or clock.now(),
        subjects=None if subject is None else [subject],
    )
    found: dict[str, float] = {}
    for day, value in zip(table["day"].to_pylist(), table["value"].to_pylist(), strict=True):
        found[day.isoformat()] = found.get(day.isoformat(), 0) + value / 1_000_000
    return found


def counts(run: Run, *names: str) -> tuple[int, ...]:
    """Some counts of a run's tally."""
    return tuple(run.tally.get(name, 0) for name in names)
