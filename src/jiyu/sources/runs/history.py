"""What a source said before about the keys of a file: what counts now, and what was replaced once."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from jiyu.sources.models import Record, Run, Superseded
from jiyu.sources.runs.visibility import visible_runs


@dataclass(frozen=True, slots=True)
class Counted:
    """The record of a key that counts now."""

    id: int
    run_id: UUID
    content_sha: str


@dataclass(slots=True)
class Before:
    """One key's past. `replaced_by` tells, of each content the key had, which import in force replaced it when the
    source said so last; a content that was only restated by a later file is not in it."""

    counts: Counted | None = None
    last_rev: int = 0
    replaced_by: dict[str, UUID] = field(default_factory=dict)


NOTHING = Before()


class History:
    """The past of one source, asked key by key. What runs that do not count (staged, failed, taken back) said or
    ended is as good as never said; only revision numbers go on."""

    def __init__(self, source_id: UUID) -> None:
        self._source = source_id
        self._modes: dict[UUID, str] = dict(visible_runs().filter(source=source_id).values_list("pk", "mode"))
        self.is_empty = not Record.objects.filter(source=source_id).exists()

    def of(self, keys: Collection[str]) -> Mapping[str, Before]:
        """The past of each of these keys that has one. Two queries."""
        if self.is_empty:
            return {}
        rows = Record.objects.filter(source=self._source, key__in=keys, run__state=Run.APPLIED).order_by("pk")
        before = list(rows.values_list("pk", "run_id", "key", "rev", "content_sha"))
        ended = self._ended([pk for pk, *_rest in before])
        found: dict[str, Before] = {}
        for pk, run_id, key, rev, sha in before:
            one = found.setdefault(key, Before())
            one.last_rev = rev
            if run_id not in self._modes:
                continue
            by = ended.get(pk)
            if by is None:
                one.counts = Counted(pk, run_id, sha)
            if by is not None and self._modes[by] in Run.REPLACING:
                one.replaced_by[sha] = by
            else:
                one.replaced_by.pop(sha, None)
        return found

    def _ended(self, record_ids: list[int]) -> dict[int, UUID]:
        """Which run in force ended a record, by record."""
        rows: Any = Superseded.objects.filter(record__in=record_ids).order_by("pk").values_list("record_id", "by_run")
        return {record: by for record, by in rows if by in self._modes}
