"""A company made of arithmetic: people, sheets and records of any size, written straight into the tables."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from django.core.management import call_command
from django.db import connection

from jiyu.core import clock, company
from jiyu.core.actor import Actor
from jiyu.core.bulk import bulk_write, moment_encoder
from jiyu.core.ids import uuid7
from jiyu.goals.models import Sheet, Term
from jiyu.people.models import Assignment, Employment, Identity, Line, Person, PersonText, Unit, UnitState
from jiyu.people.public import period_ensure
from jiyu.reviews.models import Cycle, Enrolment
from jiyu.sources.models import Fact, Record, Run
from jiyu.sources.public import measure_ensure, source_ensure
from jiyu.sources.runs.lifecycle import run_apply, run_open
from jiyu.studio.public import EditionView, definitions_import, edition_view

SYSTEM = Actor.system("bench")
NOW = datetime(2026, 4, 8, 1, 0, tzinfo=UTC)
LONG_AGO = datetime(2020, 1, 2, tzinfo=UTC)
FIRST, END = date(2026, 1, 1), date(2026, 4, 1)
REPORTS, TICKETS = 40, 20  # records of each person in the two sources: 60, with 100 numbers
WITHOUT_TICKETS = 17  # every so manieth person has no ticket at all and waits for data
UNITS_OF = 25  # people in a crew
MICRO = 1_000_000


@dataclass(frozen=True)
class Indicator:
    """One line of everybody's sheet: its code, weight in percent and parameters in units."""

    code: str
    weight: int
    target: int
    threshold: int | None = None
    stretch: int | None = None


LINES = (
    Indicator("rate", 30, 100),
    Indicator("output", 25, 4_100),
    Indicator("hours", 20, 24),
    Indicator("load", 15, 490, 440, 540),
    Indicator("tickets", 10, 20),
)


def rules() -> EditionView:
    """The edition all sheets are made with."""

    def metric(expression: str, *inputs: tuple[str, str, str, str], unit: str = "number") -> dict[str, Any]:
        named = [
            {"name": n, "source": s, "measure": m, "how": h, "missing": "zero" if h == "count" else "awaiting"}
            for n, s, m, h in inputs
        ]
        return {"label": {"zh": "数据项"}, "unit": unit, "inputs": named, "expression": expression}

    def indicator(code: str, **method: Any) -> dict[str, Any]:
        return {"label": {"zh": code}, "metric": code, "method": method}

    good, whole = ("合格", "mes", "good", "sum"), ("全部", "mes", "all", "sum")
    specs = {
        ("grade_scale", "company"): {
            "label": {"zh": "等级"},
            "grades": [{"code": c, "minimum": m} for c, m in (("S", "105"), ("A", "95"), ("B", "70"), ("C", None))],
        },
        ("scheme", "scheme"): {"label": {"zh": "方案"}, "grade_scale": "company"},
        ("metric", "rate"): metric("合格/全部", good, whole, unit="percent"),
        ("metric", "output"): metric("合格", good),
        ("metric", "hours"): metric("时长", ("时长", "itsm", "hours", "average")),
        ("metric", "load"): metric("时长", ("时长", "itsm", "hours", "sum")),
        ("metric", "tickets"): metric("工单", ("工单", "itsm", "", "count")),
        ("indicator", "rate"): indicator("rate", kind="linear", against="whole"),
        ("indicator", "output"): indicator("output", kind="linear"),
        ("indicator", "hours"): {
            **indicator("hours", kind="linear", direction="lower", inverse="two_minus"),
            "direction": "lower",
        },
        ("indicator", "load"): indicator("load", kind="three_point"),
        ("indicator", "tickets"): indicator("tickets", kind="linear"),
    }
    bundle = {
        "module": {"code": "bench", "name": {"zh": "测速"}},
        "definitions": [{"kind": kind, "code": code, "spec": spec} for (kind, code), spec in specs.items()],
        "release": {"effective_on": "2025-01-01", "reason": "测速"},
    }
    made: EditionView = definitions_import(actor=SYSTEM, bundle=bundle)
    return edition_view(made.id)


def prepare() -> None:
    """The empty tables, the company and the standing clock of this process."""
    call_command("migrate", verbosity=0)
    company._current.set(company.Company("bench", "测速", "", connection.vendor, "2026-01-01T00:00:00+08:00"))
    company.current().folder.mkdir(parents=True, exist_ok=True)  # a kept file makes no folder of a company
    clock._moved.set(NOW)


def fill_people(count: int) -> list[UUID]:
    """Employed people with number, name, post and lead; crews of 25 in one company."""
    moment = moment_encoder()
    then = moment(LONG_AGO)
    people = [uuid7() for _n in range(count)]
    hexes = [p.hex for p in people]
    crews = [uuid7().hex for _n in range(max(1, count // UNITS_OF))]
    top = uuid7().hex
    bulk_write(Person, ("id", "created_at"), [(h, then) for h in hexes])
    bulk_write(Unit, ("id", "created_at"), [(u, then) for u in [top, *crews]])
    states: list[tuple[Any, ...]] = [(uuid7().hex, then, "2020-01-01", top, None, "测速公司", "company", "cn")]
    states += [(uuid7().hex, then, "2020-01-01", u, top, f"班组{n}", "crew", "cn") for n, u in enumerate(crews)]
    fields = ("id", "recorded_at", "from_on", "unit", "parent", "name", "kind", "calendar")
    bulk_write(UnitState, fields, states)
    bulk_write(
        PersonText,
        ("id", "recorded_at", "person", "name"),
        ((uuid7().hex, then, h, f"人{n}") for n, h in enumerate(hexes)),
    )
    bulk_write(
        Identity,
        ("id", "recorded_at", "from_on", "person", "kind", "value"),
        ((uuid7().hex, then, "2020-01-01", h, "employee_no", f"{n:07}") for n, h in enumerate(hexes)),
    )
    spells = [uuid7().hex for _h in hexes]
    bulk_write(
        Employment,
        ("id", "recorded_at", "spell", "person", "kind", "hired_on", "status_note"),
        ((uuid7().hex, then, s, h, "regular", "2020-01-01", "") for h, s in zip(hexes, spells, strict=True)),
    )
    bulk_write(
        Assignment,
        ("id", "recorded_at", "from_on", "spell", "person", "unit", "job", "job_grade", "post_share", "role"),
        (
            (uuid7().hex, then, "2020-01-01", spells[n], h, crews[n % len(crews)], "", "", MICRO, "primary")
            for n, h in enumerate(hexes)
        ),
    )
    bulk_write(
        Line,
        ("id", "recorded_at", "from_on", "person", "lead", "kind"),
        ((uuid7().hex, then, "2020-01-01", h, hexes[n // 10] if n else None, "solid" if n else "none")
         for n, h in enumerate(hexes)),
    )  # fmt: skip
    return people


def fill_sheets(people: Sequence[UUID], edition: EditionView) -> list[UUID]:
    """Everybody's sheet of five lines; returns the sheets in the order of the people."""
    moment = moment_encoder()
    then, period = moment(NOW), period_ensure("2026Q1")
    versions = {i.code: i.version_id.hex for i in edition.of_kind("indicator")}
    sheets = [uuid7() for _p in people]
    bulk_write(
        Sheet,
        ("id", "subject", "period", "part", "edition", "state", "rev", "made_at", "agreed_at"),
        [(s.hex, p.hex, period.pk.hex, 1, edition.id.hex, "agreed", 1, then, then)
         for s, p in zip(sheets, people, strict=True)],
    )  # fmt: skip
    fields = ("id", "recorded_at", "from_on", "to_on", "sheet", "line", "indicator_version", "section",
              "section_weight", "weight", "target", "threshold", "stretch", "is_applicable", "basis")  # fmt: skip

    def rows() -> Iterator[tuple[Any, ...]]:
        for sheet in sheets:
            for number, line in enumerate(LINES, 1):
                yield (
                    uuid7().hex, then, FIRST.isoformat(), END.isoformat(), sheet.hex, number, versions[line.code],
                    "main", MICRO, line.weight * 10_000, line.target * MICRO, _micro(line.threshold),
                    _micro(line.stretch), True, "agreed",
                )  # fmt: skip

    bulk_write(Term, fields, rows())
    return sheets


def _micro(value: int | None) -> int | None:
    return None if value is None else value * MICRO


def fill_cycle(code: str, people: Sequence[UUID], sheets: Sequence[UUID], edition: EditionView) -> Cycle:
    """A cycle of the quarter with everybody enrolled."""
    cycle = Cycle.objects.create(
        code=code, label=code, period=period_ensure("2026Q1"), module_code="bench", opened_at=NOW
    )
    then = moment_encoder()(NOW)
    bulk_write(
        Enrolment,
        ("id", "cycle", "subject", "edition", "sheet", "lead_reason", "enrolled_at"),
        [(uuid7().hex, cycle.pk.hex, p.hex, edition.id.hex, s.hex, "solid", then)
         for p, s in zip(people, sheets, strict=True)],
    )  # fmt: skip
    return cycle


def fill_records(people: Sequence[UUID]) -> int:
    """Both sources' records and facts, made by the database itself; returns how many records."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE bench_person (n INTEGER PRIMARY KEY, subject VARCHAR(32) NOT NULL)")
        rows = [(n, p.hex) for n, p in enumerate(people)]
        cursor.executemany("INSERT INTO bench_person VALUES (%s, %s)", rows)
    with indexes_aside():
        made = _fill_source("mes", REPORTS, {"good": "80 + (n * 7 + k * 13) %% 41", "all": _ALL}, "1 = 1")
        spared = f"n %% {WITHOUT_TICKETS} <> 0"
        made += _fill_source("itsm", TICKETS, {"hours": "1 + (n * 3 + k * 11) %% 48"}, spared)
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE bench_person")
        cursor.execute("ANALYZE")
    return made


_ALL = "80 + (n * 7 + k * 13) %% 41 + (n + k) %% 5"


def _fill_source(code: str, each: int, measures: dict[str, str], chosen: str) -> int:
    source = source_ensure(actor=SYSTEM, code=code, label=code)
    run: Run = run_open(actor=SYSTEM, source=source)
    postgres = connection.vendor == "postgresql"
    id_of = "CAST(%s AS UUID)" if postgres else "%s"
    subject = "CAST(subject AS UUID)" if postgres else "subject"
    steps = (
        f"SELECT k FROM generate_series(0, {each - 1}) k" if postgres
        else f"WITH RECURSIVE s(k) AS (SELECT 0 UNION ALL SELECT k + 1 FROM s WHERE k < {each - 1}) SELECT k FROM s"
    )  # fmt: skip
    gap = (END - FIRST).days // each
    day = f"(DATE '{FIRST}' + k * {gap})" if postgres else f"date('{FIRST}', '+' || (k * {gap}) || ' days')"
    number = f"({run.seq}::bigint << 32) + k * 10000000 + n" if postgres else f"({run.seq} << 32) + k * 10000000 + n"
    sha = "md5((k * 10000000 + n)::text)" if postgres else "printf('%%032d', k * 10000000 + n)"
    key = "lpad((k * 10000000 + n)::text, 12, '0')" if postgres else "printf('%%012d', k * 10000000 + n)"
    empty = "'{}'::jsonb" if postgres else "'{}'"
    origin = f"FROM ({steps}) s CROSS JOIN bench_person WHERE {chosen}"
    with connection.cursor() as cursor:
        cursor.execute(
            f'INSERT INTO "{Record._meta.db_table}" (id, source_id, run_id, key, rev, subject_kind, subject,'
            f' business_day, sheet, "row", dimensions, content_sha) SELECT {number}, {id_of}, {id_of}, {key}, 1,'
            f" 'person', {subject}, {day}, '', n, {empty}, {sha} {origin} ORDER BY k, n",
            [source.pk.hex, run.pk.hex],
        )
        made: int = cursor.rowcount
        for measure, value in measures.items():
            kept = measure_ensure(actor=SYSTEM, source_code=code, code=measure, label=measure, unit="number")
            cursor.execute(
                f'INSERT INTO "{Fact._meta.db_table}" (record_id, measure_id, value, subject, day, run_id)'
                f" SELECT {number}, %s, ({value}) * {MICRO}::bigint, {subject}, {day}, {id_of} {origin} ORDER BY k, n"
                if postgres
                else f'INSERT INTO "{Fact._meta.db_table}" (record_id, measure_id, value, subject, day, run_id)'
                f" SELECT {number}, %s, ({value}) * {MICRO}, {subject}, {day}, {id_of} {origin} ORDER BY k, n",
                [kept.pk, run.pk.hex],
            )
    run_apply(run, {})
    return made


@contextmanager
def indexes_aside() -> Iterator[None]:
    """Without the secondary indexes of records and facts while millions are made; they are built again at the end."""
    names = [index.name for model in (Record, Fact) for index in model._meta.indexes]
    with connection.cursor() as cursor:
        source = "SELECT sql FROM sqlite_master" if connection.vendor == "sqlite" else "SELECT indexdef FROM pg_indexes"
        column = "name" if connection.vendor == "sqlite" else "indexname"
        statements = []
        for name in names:
            cursor.execute(f"{source} WHERE {column} = %s", [name])
            statements.append(cursor.fetchone()[0])
            cursor.execute(f'DROP INDEX "{name}"')
        yield
        for statement in statements:
            cursor.execute(statement)
