"""`jiyu formula eval`: a formula over the rows of a CSV file, as a pure function of texts.

The columns' heads are the names of the formula. A cell is read as what it plainly is and never guessed:
0.5 is a number, 007 and anything of more than 15 digits are texts, 2026-04-08 is a date, empty is blank.
"""

from __future__ import annotations

import csv
import datetime
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass

from jiyu.lib.formula.checker import InputSpec, parse_and_check
from jiyu.lib.formula.context import MEMBER, EvalContext, WorkCalendar
from jiyu.lib.formula.evaluator import evaluate, population_stage
from jiyu.lib.formula.tree import number_source
from jiyu.lib.formula.values import CellError, Column, Scalar
from jiyu.lib.text import Problem, Text

_NUMBER = re.compile(r"[+-]?(?:(?:0|[1-9][0-9]*)(?:\.[0-9]+)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MOST_DIGITS = 15


@dataclass(frozen=True, slots=True)
class CsvResult:
    """The file with `result` and `error` added (empty if refused), what was noticed, what is wrong."""

    text_out: str
    notes: tuple[Text, ...]
    problems: tuple[Problem, ...]

    @property
    def ok(self) -> bool:
        """Whether anything was computed."""
        return all(p.severity != "error" for p in self.problems)


def evaluate_csv(
    formula: str, text_in: str, *, today: datetime.date, calendar: WorkCalendar | None = None, language: str = "zh"
) -> CsvResult:
    """Evaluate `formula` for each row of `text_in` (comma separated, head row first, BOM allowed).

    The rows together are the population of RANKBY and its kin. Numbers come out as exactly as they are
    (shortest text that reads back), errors as code and words of `language` in `error`; a row's error never stops the file.
    Codes: those of `parse` and `check`, and csv.no_head, csv.head_twice, csv.head_empty.
    """
    rows = list(csv.reader(io.StringIO(text_in.removeprefix("\ufeff"), newline="")))
    head = [cell.strip() for cell in rows[0]] if rows else []
    problems = _head_problems(head)
    if problems:
        return CsvResult("", (), tuple(problems))
    body = [row or [""] for row in rows[1:] if row or len(head) == 1]
    cells = [[row[i].strip() if i < len(row) else "" for row in body] for i in range(len(head))]
    read = [_read_column(label, column) for label, column in zip(head, cells, strict=True)]
    notes = [note for _, note in read if note is not None]
    if any(len(row) > len(head) for row in body):
        notes.append(Text("有的行比表头长，多出来的格没有读。", "Cells beyond the head row were not read."))
    inputs = [
        InputSpec(f"c{i}", label, column.type) for i, (label, (column, _)) in enumerate(zip(head, read, strict=True))
    ]
    checked = parse_and_check(formula, inputs)
    if not checked.ok:
        return CsvResult("", tuple(notes), checked.problems)
    columns = {spec.id: column for spec, (column, _) in zip(inputs, read, strict=True)}
    columns[MEMBER] = Column.text([str(i) for i in range(len(body))])
    context = EvalContext(today, calendar)
    stage = population_stage(checked.tree, columns, rows=len(body), context=context)
    result = evaluate(checked.tree, columns, rows=len(body), context=EvalContext(today, calendar, population=stage))
    return CsvResult(_written(head, body, result.to_list(), language), tuple(notes), checked.problems)


def _head_problems(head: Sequence[str]) -> list[Problem]:
    if not head:
        return [
            Problem(
                "csv.no_head",
                Text("文件是空的，没有表头。", "The file is empty; there is no head row."),
                Text("第一行写列名。", "Put the columns' names into the first row."),
            )
        ]
    problems = []
    for i, label in enumerate(head):
        if not label:
            message = Text("第 {n} 列没有列名。", "Column {n} has no name.").format(n=i + 1)
            problems.append(Problem("csv.head_empty", message, Text("给它一个列名。", "Give it one.")))
        elif label in head[:i]:
            message = Text("列名“{l}”有两个。", "Two columns are called '{l}'.").format(l=label)
            problems.append(Problem("csv.head_twice", message, Text("改掉一个。", "Rename one.")))
    return problems


def _is_number(cell: str) -> bool:
    if not _NUMBER.fullmatch(cell):
        return False
    digits = re.sub(r"[eE].*", "", cell).lstrip("+-0.").replace(".", "")
    return len(digits) <= _MOST_DIGITS and abs(float(cell)) != float("inf")


def _as_date(cell: str) -> datetime.date | None:
    if not _DATE.fullmatch(cell):
        return None
    try:
        return datetime.date.fromisoformat(cell)
    except ValueError:
        return None


def _read_column(label: str, cells: Sequence[str]) -> tuple[Column, Text | None]:
    """The column in the one type that all its cells have, and what to say about it."""
    filled = [cell for cell in cells if cell]
    if all(_is_number(cell) for cell in filled):
        return Column.number([float(cell) if cell else None for cell in cells]), None
    if all(_as_date(cell) for cell in filled):
        return Column.date([_as_date(cell) for cell in cells]), None
    odd = next(cell for cell in filled if not _is_number(cell))
    note = Text("“{l}”按文字读：有“{c}”这样的格。", "'{l}' is read as text, for cells such as '{c}'.")
    return Column.text([cell or None for cell in cells]), note.format(l=label, c=odd)


def _written(head: Sequence[str], body: Sequence[Sequence[str]], results: Sequence[Scalar], language: str) -> str:
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([*head, "result", "error"])
    for row, result in zip(body, results, strict=True):
        cells = [*row[: len(head)], *[""] * (len(head) - len(row))]
        if isinstance(result, CellError):
            writer.writerow([*cells, "", f"{result.code} {result.reason.in_(language)}"])
        else:
            writer.writerow([*cells, result_text(result), ""])
    return out.getvalue()


def result_text(value: Scalar) -> str:
    """A result as text that loses nothing; blank is empty."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return number_source(value)
    return value.isoformat() if isinstance(value, datetime.date) else str(value)
