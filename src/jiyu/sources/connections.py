"""Sources and the measures they deliver."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from jiyu.core import audit, clock
from jiyu.core.actor import Actor
from jiyu.core.errors import DomainError, NotVisibleError
from jiyu.core.policy import require
from jiyu.core.reads import remembered
from jiyu.lib.units import UNITS
from jiyu.sources.models import Measure, Source
from jiyu.sources.policies import IMPORT_RECORDS, SEE_SOURCES

EXPECTED_DAYS = ("none", "daily", "working")
SOURCE_CODE = re.compile(r"[a-z][a-z0-9_-]{0,39}")


@dataclass(frozen=True)
class MeasureEntry:
    """A numeric column of a source: stable `code`, `label` on screen, `unit` a code of `lib.units`."""

    code: str
    label: str
    unit: str


@dataclass(frozen=True, slots=True)
class MeasureView:
    """A measure as readers see it. `key` is (source code, measure code)."""

    id: int
    key: tuple[str, str]
    label: str
    unit: str


def source_owners(*, codes: Collection[str]) -> dict[str, UUID]:
    """Who answers for each of these sources, by code; one that nobody answers for is absent."""
    rows = Source.objects.filter(code__in=codes, owner__isnull=False).values_list("code", "owner")
    return {code: owner for code, owner in rows if owner is not None}


@transaction.atomic
def source_ensure(
    *,
    actor: Actor,
    code: str,
    label: str,
    kind: str = "records",
    day_cut_minutes: int = 0,
    expected_days: str = "none",
    due_after_days: int = 1,
    owner: UUID | None = None,
) -> Source:
    """The source called `code`, made or brought to these settings.

    `day_cut_minutes` (0–1439) is where the business day of its new mappings starts; `expected_days` none |
    daily | working and `due_after_days` say when silence is late. A new code is a small letter and up to 39 small
    letters, digits, _ or -. Errors: sources.code, sources.expected_days, sources.day_cut.
    """
    require(actor, IMPORT_RECORDS)
    if expected_days not in EXPECTED_DAYS:
        raise DomainError(
            "sources.expected_days", _("应有数据的日子只能是：不定期、每天、工作日"), path="expected_days"
        )
    if not 0 <= day_cut_minutes < 24 * 60:
        raise DomainError("sources.day_cut", _("一天的起点要在 00:00 到 23:59 之间"), path="day_cut_minutes")
    settings = {
        "label": label[:100],
        "kind": kind,
        "day_cut_minutes": day_cut_minutes,
        "expected_days": expected_days,
        "due_after_days": due_after_days,
        "owner": owner,
    }
    if not SOURCE_CODE.fullmatch(code) and not Source.objects.filter(code=code).exists():
        raise DomainError(
            "sources.code",
            _("“%(code)s”不能作数据来源的代码") % {"code": code},
            fix=_("用小写字母开头，后面是小写字母、数字、_ 或 -，最多 40 个，例如 mes_output"),
            path="code",
        )
    source, made = Source.objects.select_for_update().get_or_create(
        code=code, defaults={**settings, "created_at": clock.now()}
    )
    changed = [name for name, value in settings.items() if getattr(source, name) != value]
    if changed and not made:
        for name in changed:
            setattr(source, name, settings[name])
        source.save(update_fields=changed)
    if made or changed:
        audit.record(actor, "sources.source_set", "source", source.pk, code=code, changed=changed)
    return source


@transaction.atomic
def measures_ensure(*, actor: Actor, source_code: str, entries: Iterable[MeasureEntry]) -> dict[str, Measure]:
    """The measures of a source by code, made where they are new.

    A measure's unit never changes once it is there: numbers already taken were counted in it.
    Errors: sources.unknown_unit, sources.measure_unit.
    """
    require(actor, IMPORT_RECORDS)
    source = source_get(source_code, lock=True)
    known = {m.code: m for m in Measure.objects.filter(source=source)}
    for entry in entries:
        if entry.unit not in UNITS:
            raise DomainError("sources.unknown_unit", _("不认识单位“%(unit)s”") % {"unit": entry.unit}, path=entry.code)
        there = known.get(entry.code)
        if there is None:
            there = Measure(source=source, code=entry.code, label=entry.label[:100], unit=entry.unit)
            there.save()
            known[entry.code] = there
            audit.record(actor, "sources.measure_made", "measure", there.pk, code=entry.code, unit=entry.unit)
        elif there.unit != entry.unit:
            raise DomainError(
                "sources.measure_unit",
                _("“%(label)s”以前按%(old)s记，这次是%(new)s")
                % {"label": there.label, "old": _unit_word(there.unit), "new": _unit_word(entry.unit)},
                fix=_(
                    "读法里 unit 写原来的单位、written_unit 写文件里的单位，就会换算；换算不了就给这一列起一个新的代码"
                ),
                path=entry.code,
            )
    return known


def measure_ensure(*, actor: Actor, source_code: str, code: str, label: str, unit: str) -> Measure:
    """One measure of a source, made when it is new. Errors as `measures_ensure`."""
    return measures_ensure(actor=actor, source_code=source_code, entries=[MeasureEntry(code, label, unit)])[code]


def source_get(code: str, *, lock: bool = False) -> Source:
    """The source called `code`; raises `NotVisibleError`. `lock` holds its row until the transaction ends."""
    rows = Source.objects.select_for_update() if lock else Source.objects.all()
    source = rows.filter(code=code).first()
    if source is None:
        raise NotVisibleError(_("没有数据来源“%(code)s”") % {"code": code})
    return source


def source_list(*, actor: Actor) -> list[Source]:
    """Every source of numbers, by label."""
    require(actor, SEE_SOURCES)
    return list(Source.objects.filter(kind="records").order_by("label", "code"))


@remembered
def measures(source_codes: Collection[str]) -> list[MeasureView]:
    """The measures of some sources, in the order they were made."""
    rows = Measure.objects.filter(source__code__in=list(source_codes)).select_related("source").order_by("pk")
    return [MeasureView(m.pk, (m.source.code, m.code), m.label, m.unit) for m in rows]


def measure_ids(source_codes: Collection[str]) -> dict[tuple[str, str], int]:
    """Ids of the measures of some sources by (source code, measure code)."""
    return {m.key: m.id for m in measures(source_codes)}


def _unit_word(code: str) -> str:
    unit = UNITS[code]
    return unit.label.zh or unit.aliases[0]
