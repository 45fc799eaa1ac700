"""Computed results on their way into the tables: columns of many people, made into rows only a chunk at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

import numpy as np
import numpy.typing as npt
from django.db.models import Model

from jiyu.core.bulk import bulk_write, json_text, moment_encoder
from jiyu.core.ids import uuid7_hexes
from jiyu.lib.formula import LANG_NO
from jiyu.reviews.engine import Amounts, Ints
from jiyu.reviews.models import Enrolment, Result, ResultInput, ResultLine

Objects = npt.NDArray[np.object_]
Columns = Mapping[str, Ints | Objects | Amounts]  # by field; identifiers are 32 hex digits

# What a revision is added for, should it differ.
RESULT_TOLD = ("edition", "state", "score", "grade")
LINE_TOLD = ("line", "term", "state", "error", "score", "weight", "section_weight",
             "target", "threshold", "stretch", "baseline")  # fmt: skip
INPUT_TOLD = ("name", "numerator", "denominator", "records")
Told = tuple[object, ...]
M = TypeVar("M", bound=Model)


@dataclass(frozen=True)
class Computed:
    """Results of people of one edition with their lines and inputs, not yet written.

    `line_start` says where each result's lines begin, and the end; `input_start` the same of each line's inputs. Both
    tables may be empty."""

    scheme_version: UUID
    known_at: datetime
    computed_at: datetime
    results: Columns
    line_start: Ints
    lines: Columns = field(default_factory=dict)
    input_start: Ints = field(default_factory=lambda: np.zeros(1, dtype=np.int64))
    inputs: Columns = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.line_start) - 1

    def enrolments(self, at: Ints) -> list[UUID]:
        """Whose the results at these places are."""
        return [UUID(e) for e in _listed(self.results["enrolment_id"], at)]

    def states(self) -> list[str]:
        """The state of every result."""
        return _listed(self.results["state"], np.arange(len(self)))

    def told(self, at: Ints) -> list[Told]:
        """Everything that matters about the results at these places, but when they were computed."""
        line_counts, line_at = _within(self.line_start, at)
        input_counts, input_at = _within(self.input_start, line_at)
        inputs = _parted(_rows(self.inputs, INPUT_TOLD, input_at), input_counts)
        lines = zip(_rows(self.lines, LINE_TOLD, line_at), inputs, strict=True)
        return [
            told(self.scheme_version, row, cause, of)
            for row, cause, of in zip(
                _rows(self.results, RESULT_TOLD, at),
                _listed(self.results["cause"], at),
                _parted(lines, line_counts),
                strict=True,
            )
        ]

    def write(self, at: Ints, revs: Sequence[int]) -> None:
        """Insert the results at these places as the revisions `revs`, with their lines and inputs."""
        results, lines, inputs = self._tables(at, revs)
        moment = moment_encoder()
        results |= {name: [moment(m) for m in results[name]] for name in ("known_at", "computed_at")}
        results["cause"] = [json_text(cause) for cause in results["cause"]]
        for model, columns in ((Result, results), (ResultLine, lines), (ResultInput, inputs)):
            if columns:
                bulk_write(model, tuple(columns), zip(*columns.values(), strict=True))

    def objects(self, enrolment: Enrolment) -> tuple[Result, list[ResultLine], list[ResultInput]]:
        """The first result as unsaved rows, for showing what would be written about `enrolment`."""
        results, lines, inputs = self._tables(np.zeros(1, dtype=np.int64), [0])
        (result,) = _objects(Result, results)
        result.enrolment = enrolment
        return result, list(_objects(ResultLine, lines)), list(_objects(ResultInput, inputs))

    def _tables(self, at: Ints, revs: Sequence[int]) -> tuple[dict[str, list[Any]], ...]:
        """Results, lines and inputs by column, in the order of the tables' keys, with identifiers made now."""
        ids = uuid7_hexes(len(at))
        line_counts, line_at = _within(self.line_start, at)
        line_ids = uuid7_hexes(len(line_at))
        input_counts, input_at = _within(self.input_start, line_at)
        results: dict[str, Any] = {
            "id": ids,
            "rev": revs,
            "scheme_version": [self.scheme_version.hex] * len(at),
            "lang_no": [LANG_NO] * len(at),
            "known_at": [self.known_at] * len(at),
            "computed_at": [self.computed_at] * len(at),
            **{name: _listed(column, at) for name, column in self.results.items()},
        }
        lines = {name: _listed(column, line_at) for name, column in self.lines.items()}
        if lines:
            lines |= {"id": line_ids, "result_id": _repeated(ids, line_counts)}
        inputs = {name: _listed(column, input_at) for name, column in self.inputs.items()}
        if inputs:
            inputs |= {"line_id": _repeated(line_ids, input_counts)}
        return results, lines, inputs


def told(
    scheme_version: UUID, result: Told, cause: Mapping[str, object], lines: Iterable[tuple[Told, Iterable[Told]]]
) -> Told:
    """Comparable contents of a result, computed or stored: its columns `RESULT_TOLD`, and of each line, in order,
    `LINE_TOLD` with the inputs' `INPUT_TOLD`. Identifiers are hex digits."""
    return (
        *result,
        scheme_version,
        tuple(sorted((key, str(value)) for key, value in cause.items())),
        tuple((*line, tuple(sorted(inputs))) for line, inputs in lines),
    )


def _within(start: Ints, at: Ints) -> tuple[Ints, Ints]:
    """How many rows each of the owners at these places has, and where all of them are."""
    counts = start[at + 1] - start[at]
    ends = np.cumsum(counts)
    places = np.arange(ends[-1] if len(ends) else 0) + np.repeat(start[at] - (ends - counts), counts)
    return counts, places


def _listed(column: Ints | Objects | Amounts, at: Ints) -> list[Any]:
    return column.listed(at) if isinstance(column, Amounts) else column[at].tolist()


def _rows(columns: Columns, names: Sequence[str], at: Ints) -> Iterator[tuple[Any, ...]]:
    return zip(*(_listed(columns[name], at) for name in names), strict=True) if columns else iter(())


def _parted(rows: Iterable[Any], counts: Ints) -> Iterator[list[Any]]:
    """The rows in lists of so many each."""
    following = iter(rows)
    for count in counts.tolist():
        yield [next(following) for _n in range(count)]


def _repeated(values: Sequence[str], counts: Ints) -> list[str]:
    repeated: list[str] = np.repeat(np.array(values, dtype=object), counts).tolist()
    return repeated


def _objects(model: type[M], columns: Mapping[str, list[Any]]) -> Iterator[M]:
    fields = {f.attname: f for f in model._meta.concrete_fields}
    for row in zip(*columns.values(), strict=True):
        yield model(**{name: fields[name].to_python(value) for name, value in zip(columns, row, strict=True)})
