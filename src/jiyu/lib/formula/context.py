"""What surrounds an evaluation: the day, the calendar, tables, and the compared group."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from jiyu.lib.formula.values import Column, ValueType

MEMBER = "@member"
"""Reserved column: the id (text) of the person or unit each row is about, for population functions."""


class WorkCalendar(Protocol):
    """What the language asks of a calendar (`jiyu.lib.calendar.WorkCalendar` answers it)."""

    def count_workdays(
        self, starts: npt.NDArray[np.datetime64], ends: npt.NDArray[np.datetime64]
    ) -> tuple[npt.NDArray[Any], npt.NDArray[np.bool_]]:
        """Working days from start to end, both included (start ≤ end), and where all years are published."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """A named table: columns of equal length, by id, in their order."""

    columns: Mapping[str, Column]


@dataclass(frozen=True, slots=True, eq=False)
class Population:
    """The frozen results of a tree's population functions, one per member.

    `members` are ids in the order of the columns in `results`; `results` is keyed by the canonical JSON of
    each population call.
    """

    members: tuple[str, ...]
    results: Mapping[str, Column]
    index: Mapping[str, int] = field(init=False)

    def to_json(self) -> dict[str, Any]:
        """What is frozen with a result: members, and per call their numbers, states and doubts."""
        results = {
            key: {
                "values": [repr(value) for value in column.values.tolist()],
                "state": None if column.state is None else column.state.tolist(),
                "provisional": None if column.provisional is None else column.provisional.tolist(),
            }
            for key, column in self.results.items()
        }
        return {"members": list(self.members), "results": results}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Population:
        """The population of `to_json`'s object, to the last bit. Raises KeyError or ValueError for others."""
        results = {
            key: Column(
                ValueType.NUMBER,
                np.array([float(value) for value in part["values"]]),
                None if part["state"] is None else np.array(part["state"], np.uint8),
                provisional=None if part["provisional"] is None else np.array(part["provisional"], np.bool_),
            )
            for key, part in data["results"].items()
        }
        return cls(tuple(data["members"]), results)

    def __post_init__(self) -> None:
        object.__setattr__(self, "index", {member: i for i, member in enumerate(self.members)})


@dataclass(frozen=True, slots=True, eq=False)
class EvalContext:
    """Everything an evaluation may read besides its columns.

    `today` is TODAY(); `planning` lets NETWORKDAYS fall back to Mon-Fri in years whose holidays are not
    published (marking the result provisional), where scoring gives #N/A.
    """

    today: datetime.date
    calendar: WorkCalendar | None = None
    tables: Mapping[str, Table] = field(default_factory=dict)
    population: Population | None = None
    planning: bool = False
