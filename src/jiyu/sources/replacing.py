"""What a file would do to what its source has already: the days it tells of, what the source has in them that the
file no longer has, and which of its rows had been replaced. Counted as the import counts."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from uuid import UUID

from django.db.models import QuerySet

from jiyu.core import clock
from jiyu.core.errors import DomainError
from jiyu.lib.tables import Row, Sheet, TableFile
from jiyu.sources.mappings.applying import apply_mapping
from jiyu.sources.mappings.rows import MappedRow, RowProblem
from jiyu.sources.mappings.spec import MappingSpec
from jiyu.sources.mappings.titles import is_plausible
from jiyu.sources.matching.subjects import SubjectMatcher
from jiyu.sources.models import Measure, Record, Run, Source
from jiyu.sources.runs.gathering import ROWS_AT_ONCE, Gathering, chunks, fitting_key
from jiyu.sources.runs.history import NOTHING, History
from jiyu.sources.runs.visibility import visible_records, visible_runs

ENDS = 500  # rows of a big file that are read at each end
EVERY = 100  # and of those between


@dataclass(frozen=True, slots=True)
class Replaceable:
    """What a file may replace of a source that has something already.

    `first`, `last`: the days asked about, both counting: the file's own unless others were given. `gone`, `gone_all`:
    records of these days, and of the whole source, that the file does not have; None where nobody counts (a big file)
    or can: the rows `unreadable` must be put right first. `outside`: rows of the file of other days. `returning`: its rows
    that were replaced before, by the run that replaced them; `may_return`: a big file may have some.
    """

    first: date
    last: date
    gone: int | None = None
    gone_all: int | None = None
    outside: int = 0
    unreadable: tuple[int, ...] = ()
    returning: Counter[UUID] = field(default_factory=Counter)
    may_return: bool = False


def replaceable(
    source_code: str, spec: MappingSpec, file: TableFile, *, is_big: bool, window: tuple[date, date] | None = None
) -> Replaceable | None:
    """What this file may replace, within the half-open days `window` where they are given; None where the source has
    nothing yet, the file has no day, or its import will be refused. Of a big file only the ends and every hundredth
    row are read. Days far ahead do not count."""
    runs = visible_runs().filter(source__code=source_code)
    if not runs.exists():
        return None
    seen = _Seen(apply_mapping(spec, _thinned(file) if is_big else file))
    if is_big:
        found = seen.told(window)
        return found and replace(found, may_return=runs.filter(mode__in=Run.REPLACING).exists())
    source = Source.objects.get(code=source_code)
    try:
        returning = _returning(source, spec, seen)
    except DomainError:
        return None
    found = seen.told(window)
    if found is None:
        return None
    found = replace(found, returning=returning, unreadable=tuple(seen.unreadable), outside=seen.outside(found))
    if seen.unreadable:
        return found
    there = visible_records().filter(source=source)
    within = there.filter(business_day__gte=found.first, business_day__lte=found.last)
    return replace(found, gone=_gone(within, seen.keys), gone_all=_gone(there, seen.keys))


class _Seen:
    """The rows of a file, passed on one by one; their days and keys are kept."""

    def __init__(self, items: Iterable[MappedRow | RowProblem]) -> None:
        self._items = items
        self._days: Counter[date] = Counter()
        self.keys: set[str] = set()
        self.unreadable: list[int] = []

    def __iter__(self) -> Iterator[MappedRow | RowProblem]:
        for item in self._items:
            if isinstance(item, MappedRow):
                self._days[item.business_day] += 1
                self.keys.add(fitting_key(item.key))
            else:
                self.unreadable.append(item.row)
            yield item

    def told(self, window: tuple[date, date] | None) -> Replaceable | None:
        """The days asked about; reads what has not been read."""
        deque(self, maxlen=0)
        days = [day for day in self._days if is_plausible(day, clock.today())]
        if not days:
            return None
        return Replaceable(window[0], window[1] - timedelta(1)) if window else Replaceable(min(days), max(days))

    def outside(self, found: Replaceable) -> int:
        """Rows of days that are not asked about."""
        return sum(n for day, n in self._days.items() if not found.first <= day <= found.last)


def _returning(source: Source, spec: MappingSpec, items: Iterable[MappedRow | RowProblem]) -> Counter[UUID]:
    """Rows that would come back, by the run that replaced them: matched and compared as the import does it."""
    found: Counter[UUID] = Counter()
    measures = {measure.code: -n for n, measure in enumerate(spec.measures, 1)}  # new ones have nothing to return
    today, history = clock.today(), History(source.pk)
    gathering = Gathering(
        matcher=SubjectMatcher(source, clock.now()),
        measures=measures | dict(Measure.objects.filter(source=source).values_list("code", "pk")),
        equal_keys=spec.equal_keys,
        window=None,
        is_plausible=lambda day: is_plausible(day, today),
        day_column=spec.time.column,
        by_day=spec.grid is not None,
        beat=lambda tally: None,
    )
    try:
        gathering.take_in(items)
        for chunk in chunks(gathering.prepared()):
            before = history.of([row.key for row, _equal in chunk])
            found.update(
                by for row, _equal in chunk if (by := before.get(row.key, NOTHING).replaced_by.get(row.content_sha))
            )
    finally:
        gathering.close()
    return found


def _gone(scope: QuerySet[Record], keys: Iterable[str]) -> int:
    """How many records of `scope` have none of these keys; a key counts once, so those that have one are taken off."""
    ordered = sorted(keys)
    parts = [ordered[n : n + ROWS_AT_ONCE] for n in range(0, len(ordered), ROWS_AT_ONCE)]
    return scope.count() - sum(scope.filter(key__in=part).count() for part in parts)


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
