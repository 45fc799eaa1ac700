"""Results with their lines, for the export: as they are shown, and the exact number beside it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from jiyu.core import clock
from jiyu.core.actor import Actor
from jiyu.core.language import say
from jiyu.core.policy import require
from jiyu.goals.public import IndicatorSpec, measure_of
from jiyu.lib.scoring import Measure
from jiyu.lib.tables.writing import OutSheet, Value, exact
from jiyu.lib.units import MICRO, UNITS, format_micro
from jiyu.metrics.public import MetricSpec
from jiyu.people.public import OrgView, require_whole_company
from jiyu.reviews.kinds import SchemeSpec
from jiyu.reviews.models import Enrolment, Result, ResultLine
from jiyu.reviews.policies import SEE_CYCLES
from jiyu.studio.public import versions

AT_ONCE = 2_000
DECIMALS = 2


def export_sheets(*, actor: Actor, org: OrgView) -> Iterator[OutSheet]:
    """结果 (every revision) and 结果的每一行. `org` names people and units."""
    require(actor, SEE_CYCLES)
    require_whole_company(actor)
    yield OutSheet(
        _("结果"),
        (
            _("考核周期"), _("工号"), _("姓名"), _("部门"), _("第几次"), _("状态"), _("得分"), _("得分（精确）"),
            _("等级"), _("有数的权重（%）"), _("数据算到"), _("算分时间"), _("归档时间"),
        ),
        _result_rows(org),
    )  # fmt: skip
    yield OutSheet(
        _("结果的每一行"),
        (
            _("考核周期"), _("工号"), _("姓名"), _("第几次"), _("行"), _("指标"), _("状态"), _("实际"),
            _("实际（精确）"), _("分子"), _("分母"), _("单位"), _("目标值"), _("底线值"), _("挑战值"), _("起点值"),
            _("得分"), _("得分（精确）"), _("部分"), _("部分权重（%）"), _("权重（%）"), _("加权得分"),
        ),
        _line_rows(org),
    )  # fmt: skip


def _result_rows(org: OrgView) -> Iterator[tuple[Value, ...]]:
    results = Result.objects.select_related("enrolment__cycle__period", "enrolment__finalization")
    decimals = {
        version: spec.decimals
        for version, spec in versions(Result.objects.values_list("scheme_version", flat=True).distinct()).items()
        if isinstance(spec, SchemeSpec)
    }
    order = ("enrolment__cycle__period__code", "enrolment__cycle__code", "enrolment", "rev")
    for result in results.order_by(*order).iterator(chunk_size=AT_ONCE):
        of = result.enrolment
        final = getattr(of, "finalization", None)
        is_final = final is not None and final.result_id == result.pk
        yield (
            of.cycle.label,
            *_who(org, of),
            org.path_text(of.home_unit) or None,
            result.rev,
            _state_words().get(result.state, result.state),
            _shown(result.score, decimals.get(result.scheme_version, DECIMALS)),
            exact(result.score),
            result.grade,
            exact(result.weight_coverage * 100),
            _moment(result.known_at),
            _moment(result.computed_at),
            _moment(final.finalized_at) if is_final and final else None,
        )


def _line_rows(org: OrgView) -> Iterator[tuple[Value, ...]]:
    lines = ResultLine.objects.select_related("result__enrolment__cycle__period")
    ids = set(ResultLine.objects.order_by().values_list("indicator_version", flat=True).distinct())
    ids |= set(ResultLine.objects.order_by().values_list("metric_version", flat=True).distinct()) - {None}  # type: ignore[arg-type]
    specs: Mapping[UUID, object] = versions(ids)
    measures: dict[tuple[UUID, UUID | None], tuple[str, Measure | None]] = {}
    path = "result__enrolment__"
    order = (f"{path}cycle__period__code", f"{path}cycle__code", "result__enrolment", "result__rev", "line")
    for line in lines.order_by(*order).iterator(chunk_size=AT_ONCE):
        key = (line.indicator_version, line.metric_version)
        if key not in measures:
            measures[key] = _measured(specs, *key)
        name, measure = measures[key]
        unit = measure.unit if measure else None
        of = line.result.enrolment
        shown = None
        if measure is not None and line.value is not None:
            places = None if measure.unit.dimension == "count" else measure.decimals
            shown = say(measure.figure(line.value / MICRO, places))
        yield (
            of.cycle.label,
            *_who(org, of),
            line.result.rev,
            line.line,
            name,
            _state_words().get(line.state, line.state),
            shown,
            exact(line.value),
            exact(line.numerator),
            exact(line.denominator),
            say(unit.label) if unit else None,
            exact(line.target),
            exact(line.threshold),
            exact(line.stretch),
            exact(line.baseline),
            _shown(line.score, DECIMALS),
            exact(line.score),
            None if line.section == "main" else line.section,
            exact(line.section_weight * 100),
            exact(line.weight * 100),
            exact(line.points),
        )


def _measured(specs: Mapping[UUID, object], indicator: UUID, metric: UUID | None) -> tuple[str, Measure | None]:
    """What the indicator is called, and how it is measured where its metric is known."""
    found, of = specs.get(indicator), specs.get(metric) if metric else None
    if not isinstance(found, IndicatorSpec):
        return "", None
    return say(found.label.text), measure_of(found, of) if isinstance(of, MetricSpec) else None


def _who(org: OrgView, of: Enrolment) -> tuple[str | None, str]:
    person = org.persons.get(of.subject)
    return person.employee_no if person else None, org.name_of(of.subject)


def _shown(millionths: int | None, decimals: int) -> str | None:
    return None if millionths is None else format_micro(millionths, UNITS["number"], decimals)


def _moment(moment: datetime) -> datetime:
    return clock.local(moment).replace(tzinfo=None)


def _state_words() -> dict[str, str]:
    return {
        "scored": _("有分"),
        "ok": _("有数"),
        "awaiting_data": _("待数据"),
        "not_rated": _("不评级"),
        "no_sheet": _("没有考核表"),
        "not_applicable": _("不适用"),
        "error": _("算不出来"),
    }
