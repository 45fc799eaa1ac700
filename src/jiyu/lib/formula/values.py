"""Columns of values with a state: what goes into a formula and what comes out.

A state is 0 (ok), 1 (blank) or an error; a column in which all is well has none. Where a state is not ok
the value is a neutral filler and means nothing. Blank is not zero, and an error is a value with a reason.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from jiyu.lib.text import Text


class ValueType(Enum):
    """The four types of the language; every input and every node has one."""

    NUMBER = "number"
    TEXT = "text"
    DATE = "date"
    BOOL = "bool"


States: TypeAlias = npt.NDArray[np.uint8]
Array: TypeAlias = npt.NDArray[Any]

OK, BLANK = 0, 1
DIV0, VALUE, NUM, NOT_FOUND, AWAITING, UNPUBLISHED, NO_POPULATION, NO_BRANCH = 2, 3, 4, 5, 6, 7, 8, 9


@dataclass(frozen=True, slots=True)
class CellError:
    """An error as a value: Excel's code, and the reason in words."""

    code: str
    reason: Text

    def __str__(self) -> str:
        return self.code


ERRORS: Mapping[int, CellError] = {
    DIV0: CellError("#DIV/0!", Text("除数是 0", "Division by zero")),
    VALUE: CellError("#VALUE!", Text("这里的值不能这样算", "This value cannot be used here")),
    NUM: CellError("#NUM!", Text("数太大，或者没有这样的数", "The number is too large or does not exist")),
    NOT_FOUND: CellError("#N/A", Text("表里找不到", "Not found in the table")),
    AWAITING: CellError("#N/A", Text("待数据：条件里的数还没有", "Awaiting data: the condition has none yet")),
    UNPUBLISHED: CellError("#N/A", Text("这一年的放假安排还没有公布", "That year's holidays are not published yet")),
    NO_POPULATION: CellError("#N/A", Text("不在比较的人群里", "Not a member of the compared group")),
    NO_BRANCH: CellError("#N/A", Text("没有一个条件成立", "None of the conditions holds")),
}
"""Every error state with its code and reason; the numbers are stored and never change meaning."""

_STATE_OF = {error: state for state, error in ERRORS.items()}
_FILLER: Mapping[ValueType, Any] = {
    ValueType.NUMBER: 0.0,
    ValueType.TEXT: "",
    ValueType.DATE: np.datetime64(0, "D"),
    ValueType.BOOL: False,
}
DTYPE: Mapping[ValueType, Any] = {
    ValueType.NUMBER: np.dtype(np.float64),
    ValueType.TEXT: np.dtype(object),
    ValueType.DATE: np.dtype("datetime64[D]"),
    ValueType.BOOL: np.dtype(np.bool_),
}
Scalar: TypeAlias = float | str | datetime.date | bool | CellError | None


@dataclass(frozen=True, slots=True, eq=False)
class Records:
    """The rows behind an input, ragged: those of row i are [offsets[i], offsets[i+1]) of each field.

    `offsets` has one more entry than there are rows, starts at 0 and never falls.
    """

    offsets: npt.NDArray[np.int64]
    fields: Mapping[str, Column]

    @property
    def counts(self) -> npt.NDArray[np.int64]:
        """How many records each row has."""
        return np.diff(self.offsets)

    def slice(self, start: int, stop: int) -> Records:
        """The records of rows start … stop-1."""
        first, last = int(self.offsets[start]), int(self.offsets[stop])
        fields = {name: column.slice(first, last) for name, column in self.fields.items()}
        return Records(self.offsets[start : stop + 1] - first, fields)


_Flag: TypeAlias = bool
_Types: TypeAlias = tuple[type, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Column:
    """Values of one type with their states.

    `values` is float64, object (str), datetime64[D] or bool; `state` uint8 of the same length or None when
    all are ok; `records` what lies behind each row; `provisional` marks results that may still change
    because a member of the compared group has an error, or a calendar year is not published.
    """

    type: ValueType
    values: Array
    state: States | None = None
    records: Records | None = None
    provisional: npt.NDArray[np.bool_] | None = None

    def __len__(self) -> int:
        return len(self.values)

    @classmethod
    def number(cls, values: Iterable[Any]) -> Column:
        """Numbers; None is blank, a text #VALUE! (never guessed), infinity and nan #NUM!."""
        if isinstance(values, np.ndarray) and values.dtype.kind in "fiu":
            return cls._finite(values.astype(np.float64), None)
        return cls._from(ValueType.NUMBER, values, (int, float, Decimal, np.number))

    @classmethod
    def text(cls, values: Iterable[Any]) -> Column:
        """Texts; None is blank, the empty text is a text."""
        return cls._from(ValueType.TEXT, values, (str,))

    @classmethod
    def date(cls, values: Iterable[Any]) -> Column:
        """Dates (datetime.date or datetime64[D]); None is blank."""
        return cls._from(ValueType.DATE, values, (datetime.date, np.datetime64))

    @classmethod
    def bool(cls, values: Iterable[Any]) -> Column:
        """Yes or no; None is blank."""
        return cls._from(ValueType.BOOL, values, (bool, np.bool_))

    @classmethod
    def blank(cls, kind: ValueType, rows: int) -> Column:
        """A column in which nothing is known."""
        return cls(kind, filler(kind, rows), np.full(rows, BLANK, np.uint8))

    @classmethod
    def _from(cls, kind: ValueType, values: Iterable[Any], accepted: _Types) -> Column:
        found = list(values)
        data = filler(kind, len(found))
        state = np.zeros(len(found), np.uint8)
        for i, value in enumerate(found):
            if value is None:
                state[i] = BLANK
            elif isinstance(value, CellError):
                state[i] = _STATE_OF[value]
            elif not isinstance(value, accepted) or (kind is not ValueType.BOOL and isinstance(value, bool)):
                state[i] = VALUE
            else:
                data[i] = value
        if kind is ValueType.NUMBER:
            return cls._finite(data, state)
        return cls(kind, data, state if state.any() else None)

    @classmethod
    def _finite(cls, data: Array, state: States | None) -> Column:
        finite = np.isfinite(data)
        if not finite.all():
            state = np.zeros(len(data), np.uint8) if state is None else state
            state = np.where(finite, state, NUM).astype(np.uint8)
            data = np.where(finite, data, 0.0)
        return cls(ValueType.NUMBER, data, state if state is not None and state.any() else None)

    def with_records(self, records: Records) -> Column:
        """The same column with the rows behind it."""
        return Column(self.type, self.values, self.state, records, self.provisional)

    def slice(self, start: int, stop: int) -> Column:
        """Rows start … stop-1, sharing memory."""
        return Column(
            self.type,
            self.values[start:stop],
            None if self.state is None else self.state[start:stop],
            None if self.records is None else self.records.slice(start, stop),
            None if self.provisional is None else self.provisional[start:stop],
        )

    def state_at(self, row: int) -> int:
        """0 ok, 1 blank, otherwise a key of ERRORS."""
        return OK if self.state is None else int(self.state[row])

    def at(self, row: int) -> Scalar:
        """One value as Python sees it: float, str, date, bool, None for blank, or a CellError."""
        state = self.state_at(row)
        if state == BLANK:
            return None
        return ERRORS[state] if state else _python(self.values[row])

    def to_list(self) -> list[Scalar]:
        """All values as `at` gives them."""
        return [self.at(row) for row in range(len(self))]

    def is_provisional(self, row: int) -> _Flag:
        """Whether this value may still change (see the class)."""
        return self.provisional is not None and bool(self.provisional[row])


def _python(value: Any) -> Scalar:
    if isinstance(value, np.generic):
        return value.item()  # type: ignore[no-any-return]
    return value  # type: ignore[no-any-return]


def filler(kind: ValueType, rows: int) -> Array:
    """Neutral values, under states that are not ok."""
    return np.full(rows, _FILLER[kind], DTYPE[kind])


@dataclass(slots=True, eq=False)  # not frozen: one is made per node and block, in a third of the time
class Value:
    """A node's value while a block is evaluated: length 1 (the same for all) or the block's. Nobody changes it.

    With `offsets` there is one value per record (or per item of a list) instead of one per row.
    """

    type: ValueType
    values: Array
    state: States | None = None
    offsets: npt.NDArray[np.int64] | None = None

    @property
    def ok(self) -> npt.NDArray[np.bool_]:
        """True where there is a value."""
        return np.ones(len(self.values), np.bool_) if self.state is None else self.state == OK

    def states(self) -> States:
        """The states, zeros where there are none."""
        return np.zeros(len(self.values), np.uint8) if self.state is None else self.state


def constant(kind: ValueType, value: Any) -> Value:
    """One value for every row."""
    data = filler(kind, 1)
    data[0] = value
    return Value(kind, data)


def failure(kind: ValueType, state: int) -> Value:
    """The same error (or blank) for every row."""
    return Value(kind, filler(kind, 1), np.array([state], np.uint8))


def merge(left: States | None, right: States | None) -> States | None:
    """States of an operation on two values: a blank beats an error, the left error beats the right."""
    if left is None or right is None or left is right:
        return right if left is None else left
    both: States = left | right
    if both.size and both.max() <= BLANK:  # blanks alone, the usual case
        return both
    found = choose_states(left != OK, left, right)
    found[(left == BLANK) | (right == BLANK)] = BLANK
    return found


def choose_numbers(where: npt.NDArray[np.bool_], yes: Array, no: Array) -> Array:
    """`yes` where it holds, else `no`, for float64; a new array.

    By bits: np.where takes three times as long where the condition changes from row to row as scores do.
    """
    mask = np.negative(where.view(np.int8)).astype(np.int64)
    bits = no.view(np.int64)
    chosen: Array = ((yes.view(np.int64) ^ bits) & mask) ^ bits
    return chosen.view(np.float64)


def choose_states(where: npt.NDArray[np.bool_], yes: States, no: States) -> States:
    """`yes` where it holds, else `no`; a new array, by bits (several times as fast as np.where on bytes)."""
    mask = np.negative(where.view(np.uint8))
    chosen: States = (yes & mask) | (no & ~mask)
    return chosen


def mark(state: States | None, where: npt.NDArray[np.bool_], error: int) -> States | None:
    """`state` with `error` where it applies and nothing was wrong before."""
    if not where.any():
        return state
    if state is None:
        return where.view(np.uint8) * np.uint8(error)
    fresh = where & (state == OK)
    marked: States = state | (fresh.view(np.uint8) * np.uint8(error))
    return marked
