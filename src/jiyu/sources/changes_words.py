"""更正、不再有、小计: the rows an import changed, ended or passed over, in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from jiyu.core import clock
from jiyu.lib.units import UNITS, format_micro
from jiyu.sources.connections import MeasureView
from jiyu.sources.records.changes import ChangedRow, Said
from jiyu.sources.runs.sums import SumRow
from jiyu.ui.dates import day_text, moment_text

CELLS_SHOWN = 12


@dataclass(frozen=True, slots=True)
class RowShown:
    """One row of the list: where it stands, whom and when it is about, and what is to be said of it."""

    where: str
    about: str
    what: tuple[str, ...]


def changed_row(row: ChangedRow, measures: Mapping[str, MeasureView]) -> RowShown:
    """A restated row with everything that is another ("合格 120 → **130 件**"), an ended one with all it said."""
    told = row.now or row.before
    parts = _changes(row.before, row.now, measures) if row.now else _all(row.before, measures)
    return RowShown(where_text(row.sheet, row.row, row.file_name), f"{told.who} · {_when(told)}", tuple(parts))


def sum_row(row: SumRow) -> RowShown:
    """A row taken for a sum, as it stands in the file."""
    more = len(row.texts) > CELLS_SHOWN
    return RowShown(where_text(row.sheet, row.row), " · ".join(row.texts[:CELLS_SHOWN]) + ("…" if more else ""), ())


def where_text(sheet: str, row: int, file_name: str = "") -> str:
    """ "第 5 行", with the file before it where it is another."""
    place = _("第 %(rows)s 行") % {"rows": row}
    return " ".join(part for part in (file_name, sheet if file_name else "", place) if part)


def _changes(before: Said, now: Said, measures: Mapping[str, MeasureView]) -> Iterator[str]:
    nothing = _("没有")
    if before.who != now.who:
        yield f"{before.who or nothing} → **{now.who or nothing}**"
    if _when(before) != _when(now):
        yield f"{_when(before)} → **{_when(now)}**"
    for code in dict.fromkeys((*before.values, *now.values)):
        old, new = before.values.get(code), now.values.get(code)
        if old != new:
            label, unit = _named(code, measures)
            yield f"{label} {_number(old, unit)} → **{_number(new, unit)}**"
    for code in dict.fromkeys((*before.dimensions, *now.dimensions)):
        was, is_ = before.dimensions.get(code), now.dimensions.get(code)
        if was != is_:
            yield f"{code} {was or nothing} → **{is_ or nothing}**"


def _all(said: Said, measures: Mapping[str, MeasureView]) -> Iterator[str]:
    numbers = ((*_named(code, measures), value) for code, value in said.values.items())
    told = [f"{label} {_number(value, unit)}" for label, unit, value in numbers]
    yield " · ".join([*told, *(f"{code} {text}" for code, text in said.dimensions.items())])


def _named(code: str, measures: Mapping[str, MeasureView]) -> tuple[str, str]:
    return (measures[code].label, measures[code].unit) if code in measures else (code, "number")


def _number(value: int | None, unit: str) -> str:
    return _("没有") if value is None else format_micro(value, UNITS[unit])


def _when(said: Said) -> str:
    return moment_text(said.occurred_at, clock.today()) if said.occurred_at else day_text(said.day, clock.today())
