"""The demo's rules as importable bundles: what its indicators and sheets say, in the product's own definitions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from csv import DictReader
from typing import Any

from jiyu.config.demo.files.manifest import DemoFiles, DemoIndicator, DemoInput, DemoSource
from jiyu.lib.units import find_unit

LIBRARY, MONTHLY, QUARTERLY = "library", "workshop_monthly", "quarterly"
GRADES = [("S", "105"), ("A", "95"), ("B+", "85"), ("B", "70"), ("C", None)]
SCALES = {"%": "*100", "ppm": "*1000000"}
OEE_STEPS = [
    {"name": "时间稼动率", "expression": "(计划时间-停机)/计划时间", "unit": "percent"},
    {"name": "性能稼动率", "expression": "标准工时/(计划时间-停机)", "unit": "percent"},
    {"name": "合格率", "expression": "首检合格/送检", "unit": "percent"},
]


def bundles(files: DemoFiles) -> list[dict[str, Any]]:
    """The shared library, then the two modules that review people with it."""
    variants = _variants(files)
    library = [
        {
            "kind": "grade_scale",
            "code": "company",
            "spec": {
                "label": {"zh": "公司等级", "en": "Company grades"},
                "grades": [{"code": code, "minimum": minimum} for code, minimum in GRADES],
            },
        }
    ]
    library += [{"kind": "metric", "code": i.code, "spec": _metric(i, files)} for i in files.indicators]
    scored = [
        {"kind": "indicator", "code": code, "spec": _indicator(indicator, row)}
        for code, (indicator, row) in variants.items()
    ]
    return [
        {
            "module": {"code": LIBRARY, "name": {"zh": "公司指标库", "en": "Indicator library"}},
            "definitions": library,
            "release": {"effective_on": "2025-01-01", "reason": "首次建库"},
        },
        _module(QUARTERLY, "季度考核", "Quarterly review", "季度方案", "quarter", scored, "2025-01-01"),
        _module(MONTHLY, "车间月度考核", "Workshop monthly review", "操作工月度方案", "month", scored, "2026-01-01"),
    ]


def indicator_code(row: Mapping[str, str]) -> str:
    """The indicator a row of a sheets file means: one whose method differs from the usual has a code of its own."""
    usual = {"sign_rate": "linear", "collection_rate": "three_point", "customer_rating": "three_point"}
    code, method = row["指标编号"], row["计分方式"]
    return f"{code}_{method}" if usual.get(code, method) != method else code


def mapping_of(source: DemoSource) -> dict[str, Any]:
    """How the source's files are read."""
    hours, _colon, minutes = source.day_cut.partition(":")
    shape = "moment" if source.when.endswith("时间") else "day"
    return {
        "source_kind": "other",
        "subject": {"column": source.subject, "matched_by": source.match},
        "time": {
            "shape": shape,
            "column": source.when,
            "day_cut_minutes": int(hours) * 60 + int(minutes) if source.day_cut else 0,
        },
        "key_columns": list(source.key),
        "equal_keys": "last",
        "measures": [_measure(m.head, m.code, m.unit) for m in source.measures],
        "dimensions": [{"column": name, "code": name} for name in source.dimensions],
    }


def _measure(head: str, code: str, unit: str) -> dict[str, Any]:
    found = find_unit(unit)
    label = head.partition("(")[0]
    if unit == "万元":
        return {"column": head, "code": code, "label": label, "unit": "yuan", "scale_millionths": 10_000 * 1_000_000}
    return {"column": head, "code": code, "label": label, "unit": found.code if found else "number"}


def _metric(indicator: DemoIndicator, files: DemoFiles) -> dict[str, Any]:
    scale = SCALES.get(indicator.unit, "")
    expression = indicator.formula.removesuffix(scale).removesuffix("*1")
    unit = find_unit(indicator.unit)
    steps: list[dict[str, str]] = []
    if indicator.code == "oee":
        steps, expression = OEE_STEPS, "时间稼动率*性能稼动率*合格率"
    inputs = [_aggregate(i, files.sources) for i in indicator.inputs]
    average = _as_average(inputs, expression)
    if average is not None:
        inputs, expression = [average], average["name"]
    return {
        "label": {"zh": indicator.label, "en": indicator.label_en},
        "unit": unit.code if unit else "number",
        "decimals": indicator.decimals,
        "inputs": inputs,
        "steps": steps,
        "expression": expression,
    }


def _aggregate(item: DemoInput, sources: Iterable[DemoSource]) -> dict[str, Any]:
    measures = {(s.code, m.code): m.unit for s in sources for m in s.measures}
    unit = find_unit(
        "元" if measures.get((item.source, item.measure)) == "万元" else measures.get((item.source, item.measure), "")
    )
    how = {"p80": "percentile", "p90": "percentile"}.get(item.aggregate, item.aggregate)
    found: dict[str, Any] = {
        "name": item.name,
        "source": item.source,
        "measure": item.measure,
        "how": how,
        "where": [{"dimension": name, "values": [value]} for name, value in item.where],
        "missing": "zero" if item.no_rows_is_zero else "awaiting",
        "every": "month" if item.source == "erp_collections" else "",
        "unit": "number" if how == "count" else unit.code if unit else "number",
    }
    if item.aggregate in ("p80", "p90"):
        found["percentile"] = int(item.aggregate[1:])
    return found


def _as_average(inputs: list[dict[str, Any]], expression: str) -> dict[str, Any] | None:
    """A sum over the count of the same column is an average, and says so."""
    if len(inputs) != 2 or expression != f"{inputs[0]['name']}/{inputs[1]['name']}":
        return None
    top, bottom = inputs
    same = top["measure"] and top["measure"] == bottom["measure"] and top["where"] == bottom["where"]
    if not same or (top["how"], bottom["how"]) != ("sum", "count"):
        return None
    return {**top, "name": top["name"].removesuffix("合计"), "how": "average"}


def _variants(files: DemoFiles) -> dict[str, tuple[DemoIndicator, Mapping[str, str]]]:
    """Every indicator as the sheets use it, by its code there."""
    known = {i.code: i for i in files.indicators}
    found: dict[str, tuple[DemoIndicator, Mapping[str, str]]] = {}
    for file in files.of_kind("sheets"):
        with files.path_of(file).open(encoding="utf-8-sig", newline="") as rows:
            for row in DictReader(rows):
                found.setdefault(indicator_code(row), (known[row["指标编号"]], row))
    return found


def _indicator(indicator: DemoIndicator, row: Mapping[str, str]) -> dict[str, Any]:
    return {
        "label": {"zh": indicator.label, "en": indicator.label_en},
        "metric": f"{LIBRARY}:{indicator.code}",
        "method": _method(indicator, row),
        "direction": indicator.direction,
        "decimals": indicator.decimals,
    }


def _method(indicator: DemoIndicator, row: Mapping[str, str]) -> dict[str, Any]:
    kind, cap = row["计分方式"], row["封顶"]
    if kind == "linear":
        whole = indicator.code == "plan_rate"
        spec = {"kind": "linear", "against": "whole" if whole else "target", "cap": cap}
        return spec if whole else {**spec, "zero_below": row["底线值"] or "60"}
    if kind == "three_point":
        return {"kind": "three_point", "direction": indicator.direction}
    if kind == "per_unit":
        return {
            "kind": "per_unit",
            "direction": indicator.direction,
            "per": "1",
            "points_off": row["每次扣分"],
            "cap": cap,
        }
    if kind == "count":
        return {"kind": "count", "each": f"-{row['每次扣分']}"}
    if kind == "between":
        marks = ((row["底线值"], "60"), (row["目标值"], "100"), (row["挑战值"], "120"))
        return {"kind": "between", "points_map": [{"at": a, "points": p} for a, p in marks]}
    bands = (("4.5", None, "100"), ("4.0", "4.5", "80"), ("3.5", "4.0", "60"), (None, "3.5", "0"))
    return {"kind": "step", "bands": [{"low": low, "high": high, "points": p} for low, high, p in bands]}


def _module(
    code: str, zh: str, en: str, scheme: str, cycle_kind: str, indicators: list[dict[str, Any]], on: str
) -> dict[str, Any]:
    definition = {
        "kind": "scheme",
        "code": "scheme",
        "spec": {
            "label": {"zh": scheme, "en": en},
            "grade_scale": f"{LIBRARY}:company",
            "cycle_kind": cycle_kind,
        },
    }
    return {
        "module": {"code": code, "name": {"zh": zh, "en": en}},
        "definitions": [definition, *indicators],
        "release": {"effective_on": on, "reason": "按 2026 年绩效管理办法"},
    }
