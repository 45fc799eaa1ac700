"""From stored records to stored results: `cycle_score` beside the same written by hand for exactly these rules.

The hand-written way reads whole columns (ADBC from PostgreSQL), groups in DuckDB, scores in NumPy and writes columns
(COPY, executemany) into the same tables. It trusts its data: no visibility of runs, no presence, no rival worker. On
SQLite it uses Python's own driver: a second SQLite library in the process would lose Django's writes.
"""

from __future__ import annotations

import io
import json
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Any

import adbc_driver_postgresql.dbapi
import duckdb
import numpy as np
import numpy.typing as npt
import psycopg
import pyarrow as pa
import pyarrow.csv
from django.db import connection

from bench.company import (
    END,
    FIRST,
    LINES,
    MICRO,
    NOW,
    SYSTEM,
    fill_cycle,
    fill_people,
    fill_records,
    fill_sheets,
    rules,
)
from bench.measuring import Measured, in_turn, peak_mb
from jiyu.core.bulk import moment_encoder
from jiyu.core.ids import uuid7
from jiyu.goals.models import Term
from jiyu.lib.formula import LANG_NO
from jiyu.reviews.models import Cycle, Enrolment, Result, ResultInput, ResultLine
from jiyu.reviews.services import cycle_score
from jiyu.sources.models import Fact, Measure, Record, Source
from jiyu.studio.public import EditionView

Floats = npt.NDArray[np.float64]
PEOPLE = 100_000
ROWS_AT_ONCE = 1_000  # with 50,000 the garbage collector takes as long as the reading
MEASURES = ("good", "all", "hours")


@dataclass(frozen=True)
class _Line:
    """One line of everybody's sheet on its way into the table; None for what the line has not."""

    known: npt.NDArray[np.bool_]
    value: Floats
    score: Floats
    ratio: tuple[Floats, Floats] | None
    inputs: tuple[tuple[str, Floats, Floats, npt.NDArray[np.int64]], ...]  # name, numerator, denominator, records


class ByHand:
    """The limit, bound to this database."""

    def __init__(self, edition: EditionView) -> None:
        self.edition = edition
        self.measures = dict(Measure.objects.values_list("code", "pk"))
        self.tickets = Source.objects.get(code="itsm").pk
        self.postgres = connection.vendor == "postgresql"

    def score(self, cycle: Cycle) -> None:
        """Everybody in `cycle`, from the tables into the tables."""
        with self._open() as opened:
            enrolled = self._read(
                opened,
                f"SELECT {self._hex('id')} id, {self._hex('subject')} subject, {self._hex('sheet')} sheet"
                f' FROM "{Enrolment._meta.db_table}" WHERE cycle_id = {self._id(cycle.pk.hex)}',
            )
            terms = self._read(
                opened,
                f"SELECT {self._hex('id')} id, {self._hex('sheet_id')} sheet, line,"
                f" {self._hex('indicator_version')} version, section, section_weight, weight, target, threshold,"
                f' stretch FROM "{Term._meta.db_table}" WHERE superseded_at IS NULL',
            )
            span = f"day >= '{FIRST}' AND day < '{END}'"
            ids = ", ".join(str(self.measures[m]) for m in MEASURES)
            facts = self._read(
                opened,
                f"SELECT measure_id AS measure, {self._hex('subject')} subject, value"
                f' FROM "{Fact._meta.db_table}" WHERE measure_id IN ({ids}) AND {span}',
            )
            tickets = self._read(
                opened,
                f'SELECT {self._hex("subject")} subject, count(*) records FROM "{Record._meta.db_table}"'
                f" WHERE source_id = {self._id(self.tickets.hex)} AND {span.replace('day', 'business_day')}"
                " GROUP BY 1",
            )
        with duckdb.connect() as db:
            for name, table in (("enrolled", enrolled), ("terms", terms), ("facts", facts), ("tickets", tickets)):
                db.register(name, table)
            db.execute("CREATE TEMP TABLE who AS SELECT *, row_number() OVER (ORDER BY subject) - 1 AS n FROM enrolled")
            people = db.sql("SELECT id, n FROM who ORDER BY n").to_arrow_table()
            lines = db.sql(
                "SELECT t.* FROM terms t JOIN who w ON w.sheet = t.sheet ORDER BY w.n, t.line"
            ).to_arrow_table()
            sums, counts = self._grouped(db, people.num_rows)
        self._write(people.column("id"), lines, self._scored(lines, sums, counts))

    def _grouped(self, db: duckdb.DuckDBPyConnection, people: int) -> tuple[dict[str, Floats], dict[str, Any]]:
        found = db.execute(
            "SELECT w.n AS n, measure, sum(value)::BIGINT AS total, count(*) AS records"
            " FROM facts f JOIN who w ON w.subject = f.subject GROUP BY ALL"
        ).fetchnumpy()
        sums: dict[str, Floats] = {}
        counts: dict[str, Any] = {}
        for name in MEASURES:
            mine = found["measure"] == self.measures[name]
            sums[name], counts[name] = np.zeros(people), np.zeros(people, dtype=np.int64)
            sums[name][found["n"][mine]] = found["total"][mine]
            counts[name][found["n"][mine]] = found["records"][mine]
        tickets = db.execute("SELECT w.n AS n, records FROM tickets t JOIN who w ON w.subject = t.subject").fetchnumpy()
        counts["tickets"] = np.zeros(people, dtype=np.int64)
        counts["tickets"][tickets["n"]] = tickets["records"]
        return sums, counts

    @staticmethod
    @np.errstate(all="ignore")
    def _scored(lines: pa.Table, sums: dict[str, Floats], counts: dict[str, Any]) -> list[_Line]:
        def parameter(name: str, line: int) -> Floats:
            return np.asarray(lines.column(name).to_numpy()[line :: len(LINES)] / MICRO)

        one = np.full(len(sums["good"]), float(MICRO))
        good, whole, hours = sums["good"], sums["all"], sums["hours"]
        made, ticketed = counts["good"] > 0, counts["hours"] > 0
        ratio = (good / MICRO) / (whole / MICRO) * 100
        output = good / MICRO
        records = counts["hours"]
        mean = (hours / MICRO) / records
        target = parameter("target", 2)
        low, mid, high = (parameter(name, 3) for name in ("threshold", "target", "stretch"))
        load = hours / MICRO
        first, second = 60 + (load - low) / (mid - low) * 40, 100 + (load - mid) / (high - mid) * 20
        count = counts["tickets"].astype(np.float64)
        good_input = ("合格", good, one, counts["good"])
        hours_input = ("时长", hours, records * float(MICRO), records)
        everybody = np.ones_like(made)
        return [
            _Line(made, ratio, np.clip(ratio, 0, 120), (good, whole),
                  (good_input, ("全部", whole, one, counts["all"]))),
            _Line(made, output, np.clip(output / parameter("target", 1) * 100, 0, 120), None, (good_input,)),
            _Line(ticketed, mean, np.clip((1 - (mean - target) / np.abs(target)) * 100, 0, 120),
                  (hours, records * float(MICRO)), (hours_input,)),
            _Line(ticketed, load, np.clip(np.where(load < low, 0, np.where(load < mid, first, second)), 0, 120), None,
                  (("时长", hours, one, records),)),
            _Line(everybody, count, np.clip(count / parameter("target", 4) * 100, 0, 120), None,
                  (("工单", count * MICRO, one, counts["tickets"]),)),
        ]  # fmt: skip

    def _write(self, enrolled: pa.ChunkedArray, terms: pa.Table, lines: list[_Line]) -> None:
        people, width = len(enrolled), len(lines)
        weights = np.array([line.weight * 10_000.0 for line in LINES])
        scores = np.stack([np.where(line.known, line.score, 0.0) for line in lines], axis=1)
        known = np.stack([line.known for line in lines], axis=1)
        sums = np.zeros(people)
        for n in range(width):
            sums += weights[n] * scores[:, n]
        scored: npt.NDArray[np.bool_] = np.logical_and.reduce(known, axis=1)
        total = np.clip(sums / MICRO, 0, 120)
        scaled = total * 100
        total = np.floor(scaled + scaled * 2.0**-49 + 0.5) / 100
        grade = np.select([~scored, total >= 105, total >= 95, total >= 70], ["", "S", "A", "B"], "C")
        ids, line_ids = _ids(people), _ids(people * width)
        waiting = [
            json.dumps({"code": "awaiting_data", "lines": [n + 1 for n in range(width) if not known[i, n]]})
            for i in np.nonzero(~scored)[0]
        ]
        cause = np.full(people, "{}", dtype=object)
        cause[~scored] = waiting
        moment = moment_encoder()(NOW)
        scheme = next(i for i in self.edition.of_kind("scheme")).version_id.hex
        self._append(Result._meta.db_table, {
            "id": ids, "enrolment_id": enrolled, "rev": np.ones(people, np.int64),
            "edition": [self.edition.id.hex] * people,
            "state": np.where(scored, "scored", "awaiting_data"), "score": _micros(total, scored), "grade": grade,
            "weight_coverage": _micros((known * weights).sum(axis=1) / MICRO), "scheme_version": [scheme] * people,
            "lang_no": np.full(people, LANG_NO), "known_at": [str(moment)] * people,
            "computed_at": [str(moment)] * people, "cause": cause,
        })  # fmt: skip
        text_of = str if self.postgres else (lambda version: version.hex)
        metrics = {
            text_of(i.version_id): self.edition.resolve("metric", i.spec.metric, i.module_code).version_id.hex
            for i in self.edition.of_kind("indicator")
        }
        flat = known.reshape(-1)
        sides = [line.ratio or (np.zeros(people), np.zeros(people)) for line in lines]
        ratios = np.stack([line.known & (line.ratio is not None) for line in lines], axis=1).reshape(-1)
        self._append(ResultLine._meta.db_table, {
            "id": line_ids, "result_id": np.repeat(ids, width), "line": terms.column("line"), "term": terms.column("id"),
            "indicator_version": terms.column("version"),
            "metric_version": [metrics[v] for v in terms.column("version").to_pylist()],
            "state": np.where(flat, "ok", "awaiting_data"), "error": [""] * len(flat),
            "numerator": _whole(np.stack([s[0] for s in sides], axis=1).reshape(-1), ratios),
            "denominator": _whole(np.stack([s[1] for s in sides], axis=1).reshape(-1), ratios),
            "value": _micros(np.stack([line.value for line in lines], axis=1).reshape(-1), flat),
            "score": _micros(scores.reshape(-1), flat),
            "points": _micros((weights / MICRO * scores).reshape(-1), np.repeat(scored, width)),
            "section": terms.column("section"), "section_weight": terms.column("section_weight"),
            "weight": terms.column("weight"), "target": terms.column("target"),
            "threshold": terms.column("threshold"), "stretch": terms.column("stretch"),
        })  # fmt: skip
        own = np.array(line_ids, dtype=object).reshape(people, width)
        for n, line in enumerate(lines):
            for name, numerator, denominator, records in line.inputs:
                present = records > 0
                self._append(ResultInput._meta.db_table, {
                    "line_id": own[:, n], "name": [name] * people, "numerator": _whole(numerator, present),
                    "denominator": _whole(denominator, present), "records": records,
                    "covered_days": np.zeros(people, np.int64),
                })  # fmt: skip

    def _append(self, table: str, columns: dict[str, Any]) -> None:
        made = pa.table(
            {k: v if isinstance(v, pa.ChunkedArray | pa.Array) else pa.array(v) for k, v in columns.items()}
        )
        names = ", ".join(f'"{name}"' for name in columns)
        with self._open(writes=True) as opened:
            if not self.postgres:
                marks = ", ".join("?" * len(columns))
                rows = zip(*(column.to_pylist() for column in made.columns), strict=True)
                opened.executemany(f'INSERT INTO "{table}" ({names}) VALUES ({marks})', rows)
                opened.commit()
                return
            text = io.BytesIO()
            pa.csv.write_csv(made, text, pa.csv.WriteOptions(include_header=False))
            with opened.cursor().copy(f'COPY "{table}" ({names}) FROM STDIN (FORMAT csv)') as copy:
                copy.write(text.getbuffer())

    def _open(self, *, writes: bool = False) -> Any:
        """A connection of our own, closed by `with`."""
        settings = connection.settings_dict
        if not self.postgres:
            return closing(sqlite3.connect(str(settings["NAME"])))
        if writes:
            return psycopg.connect(
                host=settings["HOST"], port=settings["PORT"], user=settings["USER"],
                password=settings["PASSWORD"] or None, dbname=settings["NAME"],
            )  # fmt: skip
        password = f":{settings['PASSWORD']}" if settings["PASSWORD"] else ""
        place = f"{settings['HOST']}:{settings['PORT']}/{settings['NAME']}"
        return adbc_driver_postgresql.dbapi.connect(f"postgresql://{settings['USER']}{password}@{place}")

    def _read(self, opened: Any, sql: str) -> pa.Table:
        with closing(opened.cursor()) as cursor:
            cursor.execute(sql)
            if self.postgres:
                return cursor.fetch_arrow_table()
            names = [column[0] for column in cursor.description]
            batches = []
            while rows := cursor.fetchmany(ROWS_AT_ONCE):
                batches.append(pa.table([pa.array(column) for column in zip(*rows, strict=True)], names=names))
            return pa.concat_tables(batches, promote_options="default")

    def _hex(self, column: str) -> str:
        return f"CAST({column} AS TEXT)" if self.postgres else column

    def _id(self, given: str) -> str:
        return f"CAST('{given}' AS UUID)" if self.postgres else f"'{given}'"


def _ids(count: int) -> list[str]:
    """So many UUIDs of version 7 in a row, as hex digits."""
    start = uuid7().hex[:20]
    return [f"{start}{n:012x}" for n in range(count)]


def _micros(values: Floats, present: npt.NDArray[np.bool_] | None = None) -> pa.Array:
    return _whole(values * MICRO, present)


def _whole(values: Floats, present: npt.NDArray[np.bool_] | None = None) -> pa.Array:
    there = np.ones(len(values), np.bool_) if present is None else present
    return pa.array(np.rint(np.where(there, values, 0.0)).astype(np.int64), mask=~there)


RESULT_QUERY = (
    "SELECT e.subject, r.state, r.score, r.grade, r.weight_coverage, n.line, n.term, n.state, n.error, n.numerator,"
    " n.denominator, n.value, n.score, n.points, n.weight, n.section_weight, n.target, n.threshold, n.stretch,"
    " n.indicator_version, n.metric_version, i.name, i.numerator, i.denominator, i.records, i.covered_days"
    f' FROM "{Enrolment._meta.db_table}" e JOIN "{Result._meta.db_table}" r ON r.enrolment_id = e.id'
    f' JOIN "{ResultLine._meta.db_table}" n ON n.result_id = r.id JOIN "{ResultInput._meta.db_table}" i'
    " ON i.line_id = n.id WHERE e.cycle_id = %s ORDER BY e.subject, n.line, i.name"
)


def check_equal(ours: Cycle, theirs: Cycle) -> int:
    """Raises AssertionError unless both cycles hold the same results, lines and inputs; returns how many inputs."""
    rows: list[Sequence[Any]] = []
    for cycle in (ours, theirs):
        with connection.cursor() as cursor:
            cursor.execute(RESULT_QUERY, [cycle.pk.hex])
            rows.append(cursor.fetchall())
    assert len(rows[0]) == len(rows[1]) > 0, (len(rows[0]), len(rows[1]))
    for mine, other in zip(*rows, strict=True):
        assert mine == other, f"{mine}\n{other}"
    return len(rows[0])


def measure(scale: float, runs: int) -> list[Measured]:
    """One row: records to stored results. Each run scores a cycle of its own, so that each writes everything."""
    count = max(100, int(PEOPLE * scale))
    edition = rules()
    people = fill_people(count)
    sheets = fill_sheets(people, edition)
    records = fill_records(people)
    hand = ByHand(edition)
    few = [p for n, p in enumerate(people) if n < 1_000]
    ours, theirs = (fill_cycle(code, few, sheets[: len(few)], edition) for code in ("check-product", "check-hand"))
    cycle_score(actor=SYSTEM, cycle_id=ours.pk, bulk=True)
    hand.score(theirs)
    check_equal(ours, theirs)
    del few

    def fresh(name: str, score: Callable[[Cycle], object]) -> Callable[[], object]:
        cycles = iter([fill_cycle(f"{name}-{n}", people, sheets, edition) for n in range(runs)])
        return lambda: score(next(cycles))

    ways = {
        "product": fresh("product", lambda c: cycle_score(actor=SYSTEM, cycle_id=c.pk, bulk=True)),
        "hand": fresh("hand", hand.score),
    }
    seconds = in_turn(ways, runs)
    return [
        Measured(
            f"records → stored results ({connection.vendor})", f"{count:,} people, {records:,} records",
            seconds["product"], seconds["hand"], "columns + DuckDB + NumPy by hand",
            seconds["product"] / seconds["hand"], peak_mb(), runs, most=2.0,
        )
    ]  # fmt: skip
