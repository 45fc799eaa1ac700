"""What a file would replace: the days it tells of, and what the source has in them that the file no longer has."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from jiyu.core import clock
from jiyu.lib.tables import Row, Sheet, TableFile
from jiyu.sources.mappings.applying import apply_mapping
from jiyu.sources.mappings.rows import MappedRow
from jiyu.sources.mappings.spec import MappingSpec
from jiyu.sources.mappings.titles import is_plausible
from jiyu.sources.runs.gathering import fitting_key
from jiyu.sources.runs.visibility import visible_records, visible_runs

ENDS = 500  # rows of a big file that are read at each end
EVERY = 100  # and of those between


@dataclass(frozen=True, slots=True)
class Replaceable:
    """The file's own first and last business day. `gone`: records of the source in these days that the file does not
    have; None where that is not counted (a big file) or cannot be (rows that are not readable)."""

    first: date
    last: date
    gone: int | None


def replaceable(source_code: str, spec: MappingSpec, file: TableFile, *, is_big: bool) -> Replaceable | None:
    """What this file may replace; None where the source has nothing yet or the file has no day. Of a big file only
    the ends and every hundredth row are read. Days that have not come do not count."""
    if not visible_runs().filter(source__code=source_code).exists():
        return None
    today = clock.today()
    days: set[date] = set()
    keys: set[str] = set()
    is_whole = not is_big
    for item in apply_mapping(spec, _thinned(file) if is_big else file):
        if not isinstance(item, MappedRow):
            is_whole = False
            continue
        if is_plausible(item.business_day, today):
            days.add(item.business_day)
        if not is_big:
            keys.add(fitting_key(item.key))
    if not days:
        return None
    first, last = min(days), max(days)
    return Replaceable(first, last, _gone(source_code, first, last, keys) if is_whole else None)


def _gone(source_code: str, first: date, last: date, keys: set[str]) -> int:
    scope = visible_records().filter(
        source__code=source_code, business_day__gte=first, business_day__lt=last + timedelta(days=1)
    )
    return sum(key not in keys for key in scope.values_list("key", flat=True).iterator())


def _thinned(file: TableFile) -> TableFile:
    return replace(file, sheets=tuple(_thin(sheet) for sheet in file.sheets))


def _thin(sheet: Sheet) -> Sheet:
    return replace(sheet, row_source=lambda: _few(sheet.iter_rows(fill_merged=True)), merged=())


def _few(rows: Iterable[Row]) -> Iterator[Row]:
    end: deque[Row] = deque(maxlen=ENDS)
    for number, row in enumerate(rows):
        if number < ENDS:
            yield row
            continue
        if len(end) == ENDS and end[0].number % EVERY == 0:
            yield end[0]
        end.append(row)
    yield from end
