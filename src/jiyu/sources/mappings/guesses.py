"""What a proposal is: a mapping ready to try with its doubts, and what each column was taken for."""

from __future__ import annotations

from dataclasses import dataclass

from jiyu.lib.tables.heads import Head
from jiyu.lib.text import Problem, Text
from jiyu.sources.mappings.doubts import MappingQuestion
from jiyu.sources.mappings.grids import day_columns
from jiyu.sources.mappings.legends import SymbolFound
from jiyu.sources.mappings.spec import MappingSpec
from jiyu.sources.mappings.sums import sum_columns


@dataclass(frozen=True, slots=True)
class ColumnGuess:
    """What a column was taken for: `role` subject, time, clock, key, measure, dimension or ignored; its code
    and unit where it is a measure; up to five samples. All days of a table of days are one ("days"), a sum beside them
    is "sum"."""

    column: str
    role: str
    code: str
    unit: str
    samples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MappingProposal:
    """A mapping ready to try, or the reason why there is none.

    `spec` None with `problem` set: no head, nobody, or no day in it. `learned` when an earlier mapping
    fits as it is. `questions` are doubts; `spec` sets doubtful rows aside rather than guessing. `symbols` are those
    of a table of days, with what they are taken to mean; `notes` say what was settled without asking.
    """

    spec: MappingSpec | None
    sheet: str
    head: Head | None
    columns: tuple[ColumnGuess, ...] = ()
    questions: tuple[MappingQuestion, ...] = ()
    problem: Problem | None = None
    learned: bool = False
    symbols: tuple[SymbolFound, ...] = ()
    notes: tuple[Text, ...] = ()


def guesses_of(spec: MappingSpec, head: Head) -> tuple[ColumnGuess, ...]:
    """The columns of a head as a mapping uses them."""
    measures = {measure.column: measure for measure in spec.measures}
    roles = {dimension.column: "dimension" for dimension in spec.dimensions}
    roles |= {label: "key" for label in spec.key_columns if len(spec.key_columns) == 1}
    roles |= {spec.time.column: "time", spec.time.clock_column: "clock", spec.subject.column: "subject"}
    guesses = []
    days = day_columns(head, 2000, 1) if spec.grid is not None else {}
    sums = sum_columns(spec.grid, head) if spec.grid is not None else {}
    roles |= {column.label: "sum" for column in head.columns if column.index in sums}
    for column in head.columns:
        if column.index in days:
            if column.index == min(days):
                last = next(other.label for other in head.columns if other.index == max(days))
                guesses.append(ColumnGuess(f"{column.label}–{last}", "days", "", "", column.samples))
            continue
        measure = measures.get(column.label)
        role = "measure" if measure else roles.get(column.label, "ignored")
        code, unit = (measure.code, measure.unit) if measure else ("", "")
        guesses.append(ColumnGuess(column.label, role, code, unit, column.samples))
    return tuple(guesses)
