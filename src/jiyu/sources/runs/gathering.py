"""First half of an import: every mapped row matched, checked and laid aside on disk, nothing written yet.

Rows with equal keys can stand far apart, and what is written never changes; so all keys must be seen before
the first row is written. Eight bytes per row stay in memory, the rows themselves in an unnamed temporary
file.
"""

from __future__ import annotations

import hashlib
import json
import pickle
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Any, NamedTuple
from uuid import UUID

import numpy as np
import numpy.typing as npt
from django.utils.translation import gettext as _

from jiyu.core import clock
from jiyu.core.errors import DomainError, ProblemsError
from jiyu.lib.text import Problem, Text
from jiyu.sources.mappings.rows import MappedRow, RowProblem
from jiyu.sources.matching.subjects import SubjectMatcher, Unmatched

LARGEST_VALUE = 9_200_000_000_000_000_000  # millionths: ±9.2e12, what a 64-bit integer holds
LONGEST_KEY = 200
ROWS_AT_ONCE = 1_000  # a chunk of them is written within 100 ms
ROWS_ON_A_SHELF = 20_000  # rows whose keys occur twice or more are sorted in memory so many at a time
MOST_UNREADABLE = 1_000
NOT_YET = "sources.not_yet"  # a row of a day that has not come
HEAD_CHANGED = "mapping.head_changed"  # concerns the whole file, not a row
BEAT_EVERY_ROWS = 10_000


class PreparedRow(NamedTuple):
    """A row ready to become a record. `values` are (measure id, millionths); `subject` is 32 hex digits."""

    key: str
    subject_kind: str
    subject: str | None
    occurred_at: datetime | None
    day: date
    sheet: str
    row: int
    dimensions: dict[str, str]
    raw: dict[str, str]
    values: tuple[tuple[int, int], ...]

    @property
    def content_sha(self) -> str:
        """What the row says, without where it stood or how it was written: 32 hex digits."""
        said = (
            self.subject,
            str(self.occurred_at),
            str(self.day),
            sorted(self.dimensions.items()),
            self.values,
        )
        return hashlib.blake2b(repr(said).encode(), digest_size=16).hexdigest()


class EqualKeyed(NamedTuple):
    """A row that stands beside the record with its key. `state` as in `EqualRow`."""

    row: PreparedRow
    state: str


@dataclass
class SetAside:
    """A question for 待处理: the rows that belong to it, and what they say (the first one's cells)."""

    code: str
    key: str
    sheet: str
    raw: dict[str, str]
    params: dict[str, Any] = field(default_factory=dict)
    candidates: tuple[UUID, ...] = ()
    rows: list[int] = field(default_factory=list)
    _content: Any = field(default_factory=lambda: hashlib.blake2b(digest_size=16))

    def add(self, row: int, raw: dict[str, str]) -> None:
        """One more row with the same question."""
        self.rows.append(row)
        self._content.update(json.dumps(raw, ensure_ascii=False, sort_keys=True).encode())

    @property
    def content_sha(self) -> str:
        """Tells the same rows in another file: the question is then not asked twice."""
        return str(self._content.hexdigest())


class _Spool:
    """Rows laid aside in an unnamed temporary file: gone when closed, and when the process is killed."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile(prefix="jiyu-")  # noqa: SIM115 - closed in close()
        self._waiting: list[PreparedRow] = []

    def add(self, row: PreparedRow) -> None:
        """Lay one more row aside."""
        self._waiting.append(row)
        if len(self._waiting) >= ROWS_AT_ONCE:
            self._flush()

    def rows(self) -> Iterator[PreparedRow]:
        """All rows in the order they came; nothing may be added afterwards."""
        self._flush()
        self._file.seek(0)
        while True:
            try:
                yield from map(PreparedRow._make, pickle.load(self._file))  # noqa: S301 - our own, a moment old
            except EOFError:
                return

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()

    def _flush(self) -> None:
        if self._waiting:
            pickle.dump([tuple(row) for row in self._waiting], self._file, pickle.HIGHEST_PROTOCOL)
            self._waiting = []


class Gathering:
    """The rows of one file on their way. `measures` are ids by code; `equal_keys` is sum | last | reject; rows of a
    day that is not `is_plausible` wait; `day_column` holds it ("": no column does); `by_day`: every row tells of one
    day, as those of a grid do."""

    def __init__(
        self,
        *,
        matcher: SubjectMatcher,
        measures: dict[str, int],
        equal_keys: str,
        window: tuple[date, date] | None,
        is_plausible: Callable[[date], bool],
        day_column: str,
        by_day: bool,
        beat: Callable[[dict[str, Any]], None],
    ) -> None:
        self._matcher = matcher
        self._measures = measures
        self._equal_keys = equal_keys
        self._window = window
        self._is_plausible = is_plausible
        self._day_column = day_column
        self._by_day = by_day
        self._beat = beat
        self._zone = clock.zone()
        self._spool = _Spool()
        self._hashes = bytearray()
        self._unreadable = 0
        self.without_key = 0  # rows so unreadable that nobody can tell which records they are
        self.questions: dict[str, SetAside] = {}
        self.tally: dict[str, int] = dict.fromkeys(
            ("read", "taken", "restated", "repeated", "replaced", "summed", "set_aside", "left_out", "gone",
             "brought_back", "kept_out", "rounded", "zeros_restored"), 0,
        )  # fmt: skip
        self.keys: npt.NDArray[np.uint64] = np.empty(0, np.uint64)

    def take_in(self, items: Iterable[MappedRow | RowProblem]) -> None:
        """Read everything. Errors: sources.mostly_unreadable, mapping.head_changed."""
        for number, item in enumerate(items, 1):
            self.tally["read"] += 1
            if isinstance(item, RowProblem) and item.problem.code == HEAD_CHANGED:
                raise ProblemsError([item.problem])
            if isinstance(item, RowProblem):
                self.without_key += 1
                self._ask_about_row(item.problem, item.sheet, item.row, item.raw)
            else:
                self._take_row(item)
            if number % BEAT_EVERY_ROWS == 0:
                self._beat(self.tally)
        self.keys = np.frombuffer(bytes(self._hashes), np.uint64)

    def prepared(self) -> Iterator[tuple[PreparedRow, list[EqualKeyed]]]:
        """Each row to record, with those that share its key; rows whose keys quarrel become questions
        instead."""
        ordered, counts = np.unique(self.keys, return_counts=True)
        doubled = frozenset(ordered[counts > 1].tolist())
        shelves = [_Spool() for _n in range(1 + int(counts[counts > 1].sum()) // ROWS_ON_A_SHELF)]
        try:
            for row in self._spool.rows():
                if doubled and (hashed := key_hash(row.key)) in doubled:
                    shelves[hashed % len(shelves)].add(row)
                else:
                    yield row, []
            for shelf in shelves:
                together: dict[str, list[PreparedRow]] = {}
                for row in shelf.rows():
                    together.setdefault(row.key, []).append(row)
                for rows in together.values():
                    yield from self._settle_equals(rows)
        finally:
            for shelf in shelves:
                shelf.close()

    @property
    def done(self) -> int:
        """Rows of which it is settled what happened to them."""
        counted = ("taken", "repeated", "replaced", "summed", "set_aside", "left_out", "kept_out")
        return sum(self.tally[name] for name in counted)

    def close(self) -> None:
        """Let go of the temporary file."""
        self._spool.close()

    def _take_row(self, item: MappedRow) -> None:
        key = fitting_key(item.key)
        self._hashes += hash_bytes(key)  # also of rows set aside below: the file has them, they are not gone
        if not self._is_plausible(item.business_day):
            return self._ask_about_day(item)
        if self._window and not self._window[0] <= item.business_day < self._window[1]:
            problem = Problem(
                "sources.outside_window",
                Text(
                    f"{item.business_day} 不在这次导入的日期范围里",
                    f"{item.business_day} lies outside this import's dates",
                ),
                Text("换一个日期范围再导", "Import again with other dates"),
            )
            return self._ask_about_row(problem, item.sheet, item.row, item.raw)
        for code, value in item.measures.items():
            if not -LARGEST_VALUE <= value <= LARGEST_VALUE:
                problem = Problem(
                    "sources.out_of_range",
                    Text(f"“{code}”大得离谱，放不下", f'"{code}" is too large to keep'),
                    Text("看看单位和小数点", "Check the unit and the decimal point"),
                    path=code,
                )
                return self._ask_about_row(problem, item.sheet, item.row, item.raw)
        found = self._matcher.resolve(
            item.matched_by,
            item.subject,
            item.business_day,
            may_be_month=not self._by_day and item.occurred_at is None,
        )
        if isinstance(found, Unmatched):
            return self._ask_who(found, item)
        if found.subject is None:
            self.tally["left_out"] += 1
            return None
        self.tally["zeros_restored"] += found.zeros_restored
        self.tally["rounded"] += item.rounded
        self._spool.add(
            PreparedRow(
                key=key,
                subject_kind=found.kind,
                subject=found.subject.hex,
                occurred_at=item.occurred_at.replace(tzinfo=self._zone) if item.occurred_at else None,
                day=item.business_day,
                sheet=item.sheet[:100],
                row=item.row,
                dimensions=dict(item.dimensions),
                raw=dict(item.raw),
                values=tuple((self._measures[code], value) for code, value in item.measures.items()),
            )
        )
        return None

    def _settle_equals(self, rows: list[PreparedRow]) -> Iterator[tuple[PreparedRow, list[EqualKeyed]]]:
        if self._equal_keys == "sum":
            self.tally["summed"] += len(rows) - 1
            yield _sum(rows), [EqualKeyed(row, "summed") for row in rows[1:]]
            return
        same = len({row.content_sha for row in rows}) == 1
        if same:
            self.tally["repeated"] += len(rows) - 1
            yield rows[0], [EqualKeyed(row, "repeated") for row in rows[1:]]
        elif self._equal_keys == "last":
            counts, holds = self._last(rows)
            self.tally["repeated"] += counts["repeated"]
            self.tally["replaced"] += counts["replaced"]
            yield rows[-1], holds
        else:
            self._ask_which(rows)

    @staticmethod
    def _last(rows: list[PreparedRow]) -> tuple[dict[str, int], list[EqualKeyed]]:
        last = rows[-1].content_sha
        others = [EqualKeyed(row, "repeated" if row.content_sha == last else "replaced") for row in rows[:-1]]
        repeated = sum(one.state == "repeated" for one in others)
        return {"repeated": repeated, "replaced": len(others) - repeated}, others

    def _ask_about_row(self, problem: Problem, sheet: str, row: int, raw: dict[str, str]) -> None:
        self._unreadable += 1
        if self._unreadable > MOST_UNREADABLE:
            raise DomainError(
                "sources.mostly_unreadable",
                _("读不懂的行超过 %(n)s 行，一行也没有导入") % {"n": MOST_UNREADABLE},
                fix=_("多半是列认错了：回到上一步看看每一列是什么"),
            )
        digest = hashlib.blake2b(json.dumps(raw, ensure_ascii=False, sort_keys=True).encode(), digest_size=8)
        key = f"row:{problem.path}:{digest.hexdigest()}"[:120]
        words = {
            "zh": problem.message.zh,
            "en": problem.message.en,
            "fix_zh": problem.fix.zh,
            "fix_en": problem.fix.en,
            "field": problem.path,
        }
        self._question(SetAside(problem.code, key, sheet, raw, words)).add(row, raw)
        self.tally["set_aside"] += 1

    def _ask_about_day(self, item: MappedRow) -> None:
        day = item.business_day.isoformat()
        asked = SetAside(
            NOT_YET, f"not_yet:{item.sheet}:{day}"[:120], item.sheet, item.raw, {"day": day, "field": self._day_column}
        )
        self._question(asked).add(item.row, item.raw)
        self.tally["set_aside"] += 1

    def _ask_who(self, found: Unmatched, item: MappedRow) -> None:
        words = {"alias": found.alias, "said": item.subject}
        if found.left is not None:
            person, left_on = found.left
            words |= {"person": str(person), "day": (left_on - timedelta(1)).isoformat()}
        asked = SetAside(found.code, f"who:{found.alias}"[:120], item.sheet, item.raw, words, found.candidates)
        self._question(asked).add(item.row, item.raw)
        self.tally["set_aside"] += 1

    def _ask_which(self, rows: list[PreparedRow]) -> None:
        key = f"equal:{hash_bytes(rows[0].key).hex()}"
        asked = self._question(SetAside("sources.equal_keys", key, rows[0].sheet, rows[0].raw, {"key": rows[0].key}))
        for row in rows:
            asked.add(row.row, row.raw)
        self.tally["set_aside"] += len(rows)

    def _question(self, asked: SetAside) -> SetAside:
        return self.questions.setdefault(asked.key, asked)


def chunks(
    rows: Iterator[tuple[PreparedRow, list[EqualKeyed]]],
) -> Iterator[list[tuple[PreparedRow, list[EqualKeyed]]]]:
    """Prepared rows, as many at once as are compared and written together."""
    while chunk := list(islice(rows, ROWS_AT_ONCE)):
        yield chunk


def fitting_key(key: str) -> str:
    """A key the column can hold: a longer one keeps its head and a digest of the whole."""
    if len(key) <= LONGEST_KEY:
        return key
    return key[: LONGEST_KEY - 33] + "#" + hashlib.blake2b(key.encode(), digest_size=16).hexdigest()


def hash_bytes(key: str) -> bytes:
    """Eight bytes that stand for a key in memory."""
    return hashlib.blake2b(key.encode(), digest_size=8).digest()


def key_hash(key: str) -> int:
    """The same as the number NumPy sees."""
    return int(np.frombuffer(hash_bytes(key), np.uint64)[0])


def _sum(rows: list[PreparedRow]) -> PreparedRow:
    totals: dict[int, int] = {}
    for row in rows:
        for measure, value in row.values:
            totals[measure] = totals.get(measure, 0) + value
    return rows[0]._replace(values=tuple(totals.items()))
