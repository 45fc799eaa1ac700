"""苏州衡川, the one small company that tests of rules, metrics, sheets and results share. Everything is made through
services; people go by employee number, moments by the clock."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from jiyu.core import clock, company
from jiyu.core.actor import Actor, GrantView
from jiyu.core.ids import uuid7
from jiyu.goals.public import SheetsOutcome, sheets_import
from jiyu.people.public import PersonEntry, number_holders, org_on, roster_take
from jiyu.reviews.models import Cycle, Enrolment, Result
from jiyu.reviews.public import Explanation, ResultHead, ScoreOutcome, cycle_open, cycle_score, explanation
from jiyu.sources.mappings.spec import MappingSpec
from jiyu.sources.models import Run
from jiyu.sources.public import records_import, source_ensure
from jiyu.studio.models import Release
from jiyu.studio.public import EditionView, definitions_import

SYSTEM = Actor.system("tests")
NAME = "苏州衡川精密传动"
HIRED = date(2020, 1, 1)
GRADES = [("S", "105"), ("A", "95"), ("B+", "85"), ("B", "70"), ("C", None)]
LIBRARY, QUARTERLY = "library", "quarterly"


@pytest.fixture(autouse=True)
def a_company(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[company.Company]:
    """The company, with a folder of its own for kept files, on the test's database."""
    monkeypatch.setenv("JIYU_HOME", str(tmp_path))
    made = company.Company("hengchuan", NAME, "", "sqlite", "2026-01-01T00:00:00+08:00")
    made.folder.mkdir(parents=True)
    token = company._current.set(made)
    yield made
    company._current.reset(token)


def moment(month: int, day: int, hour: int = 9, minute: int = 0, *, year: int = 2026) -> datetime:
    """A moment on the wall clock of Shanghai."""
    return clock.local_moment(date(year, month, day), hour, minute)


def at(month: int, day: int, hour: int = 9) -> AbstractContextManager[None]:
    """The clock, standing at a moment of 2026."""
    return clock.at(moment(month, day, hour))


# People


def entry(number: str, unit: str = "一车间", **more: Any) -> PersonEntry:
    """A roster's line: hired 2020-01-01 into `unit` (path by "/"), the top of the company unless told otherwise."""
    base = PersonEntry(number, f"人{number}", tuple(unit.split("/")), hired_on=HIRED)
    return replace(base, **more)


def roster(*entries: PersonEntry | str, on: date = HIRED) -> None:
    """Take people in, known since 2020; a bare number is `entry(number)`."""
    lines = [entry(e) if isinstance(e, str) else e for e in entries]
    with clock.at(moment(1, 2, year=2020)):
        roster_take(actor=SYSTEM, run_id=uuid7(), entries=lines, on=on, company_name=NAME)


def who(number: str) -> UUID:
    """The person who bears an employee number."""
    return number_holders(on=clock.today(), known_at=clock.now())[number]


def unit(name: str, on: date | None = None) -> UUID:
    """The unit called so."""
    org = org_on(on=on or clock.today(), known_at=clock.now())
    return next(u.id for u in org.units.values() if u.name == name)


def person(number: str) -> Actor:
    """Somebody signed in without any role."""
    return Actor(person_id=who(number))


def hr(number: str) -> Actor:
    """Somebody signed in who is HR for the whole company."""
    return Actor(person_id=who(number), grants=(GrantView("hr"),))


# Numbers


def deliver(
    source: str,
    head: str,
    *rows: str,
    cut: str = "",
    by: str = "number",
    dimensions: Sequence[str] = (),
    units: Mapping[str, str] | None = None,
    expected_days: str = "none",
    **more: Any,
) -> Run:
    """A CSV into a source. The first column of `head` says whom, the second when, the third is the key, `dimensions`
    are words, all others are measures called like their column. `cut` "08:00" is where the business day begins."""
    columns = head.split(",")
    hours, _colon, minutes = cut.partition(":")
    numbers = [c for c in columns[3:] if c not in dimensions]
    mapping = MappingSpec.model_validate(
        {
            "source_kind": "other",
            "subject": {"column": columns[0], "matched_by": by},
            "time": {
                "shape": "moment" if cut else "day",
                "column": columns[1],
                "day_cut_minutes": int(hours) * 60 + int(minutes) if cut else 0,
            },
            "key_columns": [columns[2]],
            "equal_keys": "last",
            "measures": [{"column": c, "code": c, "label": c, "unit": (units or {}).get(c, "number")} for c in numbers],
            "dimensions": [{"column": c, "code": c} for c in dimensions],
        }
    )
    source_ensure(actor=SYSTEM, code=source, label=source.upper(), expected_days=expected_days)
    data = "\n".join([head, *rows]).encode()
    return records_import(
        actor=SYSTEM, source_code=source, data=data, filename=f"{source}.csv", mapping=mapping, **more
    )


# Rules


def aggregate(name: str, source: str, measure: str = "", **more: Any) -> dict[str, Any]:
    """One named aggregate of a metric; without `measure` it counts records."""
    return {"name": name, "source": source, "measure": measure, **({} if measure else {"how": "count"}), **more}


def metric(expression: str, *inputs: Mapping[str, Any], unit: str = "number", **more: Any) -> dict[str, Any]:
    """A metric's spec."""
    return {
        "label": {"zh": "数据项"},
        "unit": unit,
        "inputs": list(inputs),
        "expression": expression,
        **more,
    }


def indicator(metric_code: str, method: Mapping[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    """An indicator's spec; actual ÷ target × 100 unless told otherwise."""
    return {
        "label": {"zh": more.pop("zh", metric_code)},
        "metric": metric_code,
        "method": dict(method or {"kind": "linear"}),
        **more,
    }


def scale(grades: Sequence[tuple[str, str | None]] = GRADES) -> dict[str, Any]:
    """A grade scale's spec."""
    return {"label": {"zh": "等级"}, "grades": [{"code": code, "minimum": low} for code, low in grades]}


def scheme(**more: Any) -> dict[str, Any]:
    """A scheme's spec, with the grade scale `company` of its own module."""
    return {"label": {"zh": "季度方案"}, "grade_scale": "company", **more}


Definitions = Mapping[tuple[str, str], Mapping[str, Any]]


def bundle(definitions: Definitions, *, module: str = QUARTERLY, on: str | None = "2025-01-01") -> dict[str, Any]:
    """A module as a file: specs by (kind, code), released from `on` (None: not)."""
    made: dict[str, Any] = {
        "module": {"code": module, "name": {"zh": module}},
        "definitions": [{"kind": kind, "code": code, "spec": dict(spec)} for (kind, code), spec in definitions.items()],
    }
    return made if on is None else {**made, "release": {"effective_on": on, "reason": "测试"}}


def rules(definitions: Definitions, *, module: str = QUARTERLY, on: str | None = "2025-01-01") -> EditionView:
    """The module imported and released, on 2025-01-01, a second after the one before."""
    with clock.at(moment(1, 1, year=2025) + timedelta(seconds=Release.objects.count())):
        return definitions_import(actor=SYSTEM, bundle=bundle(definitions, module=module, on=on))


def review(parts: Definitions, **scheme_fields: Any) -> dict[tuple[str, str], Mapping[str, Any]]:
    """`parts` with a scheme and a grade scale: a module that reviews people."""
    return {("grade_scale", "company"): scale(), ("scheme", "scheme"): scheme(**scheme_fields), **parts}


def points_rules(*codes: str, missing: str = "awaiting", **scheme_fields: Any) -> EditionView:
    """Indicators whose actual is the number of that name in the source `marks`: against a target of 100 a line's score
    is what stands in the file."""
    parts: dict[tuple[str, str], Mapping[str, Any]] = {}
    for code in codes:
        parts["metric", code] = metric("数", aggregate("数", "marks", code, missing=missing))
        parts["indicator", code] = indicator(code)
    return rules(review(parts, **scheme_fields))


def marks(head: str, *rows: str, day: str = "2026-03-01") -> Run:
    """Numbers for `points_rules`: "000317,80,,90" gives 80, nothing and 90 to the columns of `head` ("a,b,c")."""
    key = uuid7().hex[:12]
    return deliver(
        "marks",
        f"工号,日期,编号,{head}",
        *[f"{r.partition(',')[0]},{day},{key}-{n},{r.partition(',')[2]}" for n, r in enumerate(rows)],
    )


# Sheets and cycles


def sheets(
    lines: Mapping[str, Sequence[tuple[str, object] | tuple[str, object, object]]],
    *,
    period: str = "2026Q1",
    module: str = QUARTERLY,
) -> SheetsOutcome:
    """Sheets by employee number, a line as (indicator, weight) with a target of 100, or (indicator, weight, target)."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["工号", "指标编号", "权重", "目标值"])
    for number, of in lines.items():
        writer.writerows([number, *line, *(() if len(line) == 3 else (100,))] for line in of)
    return sheets_import(actor=SYSTEM, text=out.getvalue(), period_code=period, module_code=module)


def opened(*, period: str = "2026Q1", module: str = QUARTERLY, units: Sequence[UUID] = ()) -> Cycle:
    """The cycle of a period, opened (again)."""
    return cycle_open(
        actor=SYSTEM,
        code=f"{module}-{period}",
        label=period,
        period_code=period,
        module_code=module,
        unit_ids=units,
    )


def scored(*, period: str = "2026Q1", module: str = QUARTERLY, **more: Any) -> ScoreOutcome:
    """The cycle opened and scored."""
    return cycle_score(actor=SYSTEM, cycle_id=opened(period=period, module=module).pk, **more)


def result(number: str, *, period: str = "2026Q1") -> Result:
    """Somebody's newest revision in a period."""
    found = Result.objects.filter(enrolment__subject=who(number), enrolment__cycle__period__code=period)
    return found.select_related("enrolment").order_by("-rev")[0]


def enrolment(number: str, *, period: str = "2026Q1") -> Enrolment:
    """Somebody's place in the cycle of a period."""
    return Enrolment.objects.get(subject=who(number), cycle__period__code=period)


def told(number: str, *, actor: Actor = SYSTEM, period: str = "2026Q1") -> Explanation:
    """The explanation of somebody's newest revision."""
    return explained(number, actor=actor, period=period)[0]


def explained(number: str, *, actor: Actor = SYSTEM, period: str = "2026Q1") -> tuple[Explanation, ResultHead]:
    """The same with the head of the result."""
    return explanation(actor=actor, result_id=result(number, period=period).pk)


def score_and_grade(number: str, *, period: str = "2026Q1") -> tuple[str, str]:
    """What somebody reads: the score as it is shown and the grade; the state where there is no score."""
    found = told(number, period=period)
    assert found.is_replayed
    return (found.score or found.state, found.grade)
